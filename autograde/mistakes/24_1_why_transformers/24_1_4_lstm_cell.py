"""The bank of 24.1.4, lstm_cell."""
# ruff: noqa: B905, F811, F821, F841

import torch
import torch.nn.functional as F
from einops import einsum, rearrange
from torch import nn

from autograde.mistakes import right, wrong


@wrong(
    "24.1.4",
    names="lstm.gate-order",
    says="in another order",
    how="TensorFlow's i, g, f, o",
)
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, g, f, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.gate-order", how="forget, input, output, content")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    f, i, o, g = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.gate-order", how="i, f, o, g")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, o, g = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.gate-order", how="o, f, i, g")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    o, f, i, g = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.forget-on-the-new", says="old cell")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = i.sigmoid() * c + f.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong(
    "24.1.4", names="lstm.forget-on-the-new", how="rows of f and i in the other order"
)
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    f, i, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.interleaved", says="one by one")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.reshape(len(x), -1, 4).unbind(-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


@wrong("24.1.4", names="lstm.returned-swapped", says="c first")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return c, h


@wrong(
    "24.1.4",
    names="lstm.given-swapped",
    says="h for the cell",
    how="parameters in another order",
)
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(c, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * h + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


@wrong("24.1.4", names="lstm.state-for-cell", says="c is not used")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * h + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.cell-for-state", says="look at c instead of h")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(c, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.cell-from-the-old", says="from the old cell")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    h_new = o.sigmoid() * torch.tanh(c)
    c_new = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return h_new, c_new


@wrong("24.1.4", names="lstm.no-tanh-on-cell", says="without the tanh of the cell")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * c
    return h, c


@wrong("24.1.4", names="lstm.tanh-outside", says="inside the tanh")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = torch.tanh(o.sigmoid() * c)
    return h, c


@wrong("24.1.4", names="lstm.sigmoid-on-cell", says="sigmoid of the cell")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * c.sigmoid()
    return h, c


@wrong("24.1.4", names="lstm.squashed-cell", says="has gone through tanh")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = torch.tanh(f.sigmoid() * c + i.sigmoid() * g.tanh())
    return o.sigmoid() * c, c


@wrong("24.1.4", names="lstm.no-output-gate", says="the output gate is not used")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.no-forget-gate", says="LSTM of 1997")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.no-input-gate", says="the input gate is not used")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.no-content", says="the content g is not used")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.forget-inverted", says="1 − f of its past")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = (1 - f.sigmoid()) * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.coupled", says="GRU's way")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + (1 - f.sigmoid()) * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.subtracted", says="subtracts the new content")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c - i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong(
    "24.1.4",
    names="lstm.content-by-sigmoid",
    says="goes through a sigmoid",
    how="sigmoid over all four",
)
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = torch.sigmoid(s).chunk(4, dim=-1)
    c = f * c + i * g
    return o * torch.tanh(c), c


@wrong("24.1.4", names="lstm.content-bare", says="no tanh at all")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.squashing-swapped", says="content through a sigmoid")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.tanh() * c + i.tanh() * g.sigmoid()
    h = o.tanh() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.gates-by-tanh", says="tanh instead of a sigmoid")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = torch.tanh(s).chunk(4, dim=-1)
    c = f * c + i * g
    return o * torch.tanh(c), c


@wrong("24.1.4", names="lstm.gates-bare", says="goes through no sigmoid")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f * c + i * g.tanh()
    h = o * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.biases-forgotten", says="leaves the biases out")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = x @ W_ih.T + h @ W_hh.T
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.one-bias-forgotten", says="one of the two biases")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.one-bias-forgotten", how="b_ih left out")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.state-ignored", says="do not look at h")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + b_hh
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.cell-ignored", says="does not use the old cell")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.one-value", says="the next step needs two")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h


@wrong("24.1.4", names="lstm.one-value", how="stacked")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return torch.stack([h, c])


@wrong("24.1.4", names="lstm.chunked-batch", says="along the batch")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=0)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.shapes", says="do not fit together", how="W not turned")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = x @ W_ih + b_ih + h @ W_hh + b_hh
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="changed-input", says="its input c in place")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c *= f.sigmoid()
    c += i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


@wrong("24.1.4", names="no-gradient", says="no gradient flows", how="a detached state")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h.detach(), W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="forbidden", says="torch's own lstm_cell")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    cell = nn.LSTMCell(x.shape[-1], h.shape[-1])
    cell.weight_ih.data, cell.weight_hh.data = W_ih, W_hh
    cell.bias_ih.data, cell.bias_hh.data = b_ih, b_hh
    return cell(x, (h, c))


@wrong("24.1.4", names="lstm.forget-opened", says="has 1 added to its sum")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = torch.sigmoid(f + 1.0) * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, c


@wrong("24.1.4", names="lstm.gates-by-tanh", how="the output gate only")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.tanh(o)
    c = f * c + i * g
    return o * torch.tanh(c), c


@wrong("24.1.4", names="lstm.gates-by-tanh", how="the input gate only")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + torch.tanh(i) * torch.tanh(g)
    return o.sigmoid() * torch.tanh(c), c


@wrong("24.1.4", names="lstm.pair-in-a-pair", says="is itself a pair")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    h = o.sigmoid() * torch.tanh(c)
    return h, (h, c)


@wrong("24.1.4", names="lstm.viewed", says="as if sentences and blocks")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.view(4, *h.shape)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * torch.tanh(c), c


@wrong("24.1.4", names="lstm.gates-bare", how="the output gate only")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o * torch.tanh(c), c


@wrong("24.1.4", names="lstm.gates-bare", how="the forget gate only")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    i, f, g, o = s.chunk(4, dim=-1)
    c = f * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * torch.tanh(c), c


@wrong("24.1.4", names="lstm.content-by-sigmoid", how="a sigmoid for all, then a tanh")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = torch.sigmoid(F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh))
    i, f, g, o = s.chunk(4, dim=-1)
    c = f * c + i * torch.tanh(g)
    return o * torch.tanh(c), c


@right("24.1.4", how="gates first, then the cell")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    gates = x @ W_ih.t() + h @ W_hh.t() + b_ih + b_hh
    i, f, g, o = torch.split(gates, h.shape[-1], dim=-1)
    i, f, o = torch.sigmoid(i), torch.sigmoid(f), torch.sigmoid(o)
    g = torch.tanh(g)
    c_new = f * c + i * g
    h_new = o * torch.tanh(c_new)
    return h_new, c_new


@right("24.1.4", how="einsum and rearrange")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = einsum(W_ih, x, "g c, b c -> b g") + einsum(W_hh, h, "g d, b d -> b g")
    s = rearrange(s + b_ih + b_hh, "b (k d) -> k b d", k=4)
    share = s.sigmoid()
    new = torch.addcmul(share[1] * c, share[0], s[2].tanh())
    return share[3] * new.tanh(), new


@right("24.1.4", how="four small matrices")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    D = h.shape[1]
    sums = []
    for k in range(4):
        rows = slice(k * D, (k + 1) * D)
        part = F.linear(x, W_ih[rows], b_ih[rows])
        sums.append(part + F.linear(h, W_hh[rows], b_hh[rows]))
    c = c * sums[1].sigmoid() + sums[0].sigmoid() * sums[2].tanh()
    return [sums[3].sigmoid() * c.tanh(), c]


@right("24.1.4", how="everything by the exponential")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    s = torch.cat([x, h], -1) @ torch.cat([W_ih, W_hh], -1).mT + b_ih + b_hh
    i, f, g, o = s.unflatten(-1, (4, -1)).unbind(-2)

    def share(s):
        return 1 / (1 + (-s).exp())

    c = share(f) * c + share(i) * (2 * share(2 * g) - 1)
    return share(o) * (2 * share(2 * c) - 1), c


@right("24.1.4", how="one sentence at a time")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    pairs = []
    for row, state, cell in zip(x, h, c):
        i, f, g, o = (W_ih @ row + W_hh @ state + b_ih + b_hh).chunk(4)
        cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        pairs.append((o.sigmoid() * cell.tanh(), cell))
    if not pairs:
        return h + 0, c + 0
    return tuple(torch.stack(part) for part in zip(*pairs))


@right("24.1.4", how="slices, columns, a list returned")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    D = h.shape[1]
    gates = (W_ih @ x.T + W_hh @ h.T).T + b_ih + b_hh
    i, f = torch.sigmoid(gates[:, :D]), torch.sigmoid(gates[:, D : 2 * D])
    g, o = torch.tanh(gates[:, 2 * D : 3 * D]), torch.sigmoid(gates[:, 3 * D :])
    new = torch.addcmul(f * c, i, g)
    return [o * torch.tanh(new), new]


@right("24.1.4", how="float64 inside, tanh by the sigmoid")
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    both = torch.cat([x, h], -1).double()
    W = torch.cat([W_ih, W_hh], 1).double()
    s = torch.einsum("bk,gk->bg", both, W) + b_ih.double() + b_hh.double()
    i, f, g, o = rearrange(s, "b (four d) -> four b d", four=4)
    new = f.sigmoid() * c.double() + i.sigmoid() * (2 * torch.sigmoid(2 * g) - 1)
    return (o.sigmoid() * torch.tanh(new)).to(x.dtype), new.to(x.dtype)
