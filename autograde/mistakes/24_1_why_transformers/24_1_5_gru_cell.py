"""The bank of 24.1.5, gru_cell."""
# ruff: noqa: B905, F811, F821, F841

import torch
import torch.nn.functional as F
from einops import einsum, rearrange
from torch import nn

from autograde.mistakes import right, wrong


@wrong("24.1.5", names="gru.update-inverted", says="turned around")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return z * n + (1 - z) * h


@wrong("24.1.5", names="gru.update-inverted", how="lerp the wrong way")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return torch.lerp(h, n, z)


@wrong("24.1.5", names="gru.gates-swapped", says="swapped", how="z, r, n")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    z, r = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.gate-order", says="in another order", how="n first")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_n, x_r, x_z = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_n, h_r, h_z = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.gate-order", how="r, n, z")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_n, x_z = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_n, h_z = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.interleaved", says="one by one")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).reshape(len(x), -1, 3).unbind(-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).reshape(len(x), -1, 3).unbind(-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.reset-before-the-matrix", says="before the matrix")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    D = h.shape[-1]
    s = F.linear(x, W_ih[: 2 * D], b_ih[: 2 * D])
    s = s + F.linear(h, W_hh[: 2 * D], b_hh[: 2 * D])
    r, z = torch.sigmoid(s).chunk(2, dim=-1)
    n = F.linear(x, W_ih[2 * D :], b_ih[2 * D :])
    n = torch.tanh(n + F.linear(r * h, W_hh[2 * D :], b_hh[2 * D :]))
    return (1 - z) * n + z * h


@wrong(
    "24.1.5",
    names="gru.bias-not-reset",
    says="leaves the bias b_hn outside",
    how="one sum of biases",
)
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih + b_hh).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.bare-state", says="without its matrix")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.reset-on-the-input", says="instead of the state's")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(r * x_n + h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.reset-on-both", says="the input's part too")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(r * (x_n + h_n))
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.reset-outside", says="after the tanh")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = r * torch.tanh(x_n + h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.no-reset", says="does not use the reset gate")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    r, z, n = (F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)).chunk(3, dim=-1)
    z = torch.sigmoid(z)
    n = torch.tanh(n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.content-without-state", says="looks at x only")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.content-by-sigmoid", says="a sigmoid instead of a tanh")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.sigmoid(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.content-bare", says="no tanh at all")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = x_n + r * h_n
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.gates-by-tanh", says="tanh instead of a sigmoid")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.tanh(x_r + h_r), torch.tanh(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.content-returned", says="not mixed in")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return n


@wrong("24.1.5", names="gru.not-a-mixture", says="do not add up to 1")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return n + z * h


@wrong("24.1.5", names="gru.reset-for-update", says="in the shares of r")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - r) * n + r * h


@wrong("24.1.5", names="gru.biases-forgotten", says="leaves the biases out")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = (x @ W_ih.T).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ W_hh.T).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.one-bias-forgotten", says="one of the two biases")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.one-bias-forgotten", how="b_ih left out")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.state-ignored", says="do not look at h")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = b_hh.chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.shapes", says="do not fit together")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = (x @ W_ih + b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong(
    "24.1.5",
    names="gru.chunked-batch",
    says="along the batch",
    how="gates taken along the batch",
)
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=0)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=0)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="changed-input", says="its input h in place")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return h.mul_(z).add_((1 - z) * n)


@wrong("24.1.5", names="no-gradient", says="no gradient flows", how="a detached state")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    h = h.detach()
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="forbidden", says="torch's own gru_cell")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    cell = nn.GRUCell(x.shape[-1], h.shape[-1])
    cell.weight_ih.data, cell.weight_hh.data = W_ih, W_hh
    cell.bias_ih.data, cell.bias_hh.data = b_ih, b_hh
    return cell(x, h)


@wrong("24.1.5", names="gru.reset-in-the-mixture", says="touches what stays")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * (r * h)


@wrong("24.1.5", names="gru.reset-in-the-mixture", how="h is overwritten by r ⊙ h")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    W_ir, W_iz, W_in = W_ih.chunk(3)
    W_hr, W_hz, W_hn = W_hh.chunk(3)
    b_ir, b_iz, b_in = b_ih.chunk(3)
    b_hr, b_hz, b_hn = b_hh.chunk(3)
    r = torch.sigmoid(F.linear(x, W_ir, b_ir) + F.linear(h, W_hr, b_hr))
    z = torch.sigmoid(F.linear(x, W_iz, b_iz) + F.linear(h, W_hz, b_hz))
    h = r * h
    n = torch.tanh(F.linear(x, W_in, b_in) + F.linear(h, W_hn, b_hn))
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.reset-inverted", says="Your reset gate is turned around")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + (1 - r) * h_n)
    return (1 - z) * n + z * h


@wrong("24.1.5", names="gru.not-a-mixture", how="z for both")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return z * n + z * h


@right("24.1.5", how="plain products and split")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    D = h.shape[-1]
    gi, gh = x @ W_ih.t() + b_ih, h @ W_hh.t() + b_hh
    i_r, i_z, i_n = gi.split(D, dim=1)
    h_r, h_z, h_n = gh.split(D, dim=1)
    reset = torch.sigmoid(i_r + h_r)
    update = torch.sigmoid(i_z + h_z)
    new = torch.tanh(i_n + reset * h_n)
    return new + update * (h - new)


@right("24.1.5", how="einsum, both gates at once")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    a = rearrange(einsum(W_ih, x, "g c, b c -> b g") + b_ih, "b (k d) -> k b d", k=3)
    b = rearrange(einsum(W_hh, h, "g d, b d -> b g") + b_hh, "b (k d) -> k b d", k=3)
    r, z = (a[:2] + b[:2]).sigmoid()
    return torch.lerp((a[2] + r * b[2]).tanh(), h, z)


@right("24.1.5", how="three small steps")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    D = h.shape[-1]

    def sums(k):
        rows = slice(k * D, (k + 1) * D)
        return (
            F.linear(x, W_ih[rows], b_ih[rows]),
            F.linear(h, W_hh[rows], b_hh[rows]),
        )

    r = torch.sigmoid(sum(sums(0)))
    z = torch.sigmoid(sum(sums(1)))
    a, b = sums(2)
    return z * h + torch.tanh(a + r * b) - z * torch.tanh(a + r * b)


@right("24.1.5", how="gates by tanh of half the sum")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    a = F.linear(x, W_ih, b_ih).unflatten(-1, (3, -1))
    b = F.linear(h, W_hh, b_hh).unflatten(-1, (3, -1))
    r, z = (((a + b)[:, :2] / 2).tanh() / 2 + 0.5).unbind(1)
    n = torch.tanh(a[:, 2] + r * b[:, 2])
    return n * (1 - z) + h * z


@right("24.1.5", how="one sentence at a time")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    rows = []
    for token, state in zip(x, h):
        a, b = (W_ih @ token + b_ih).chunk(3), (W_hh @ state + b_hh).chunk(3)
        r, z = torch.sigmoid(a[0] + b[0]), torch.sigmoid(a[1] + b[1])
        n = torch.tanh(a[2] + r * b[2])
        rows.append(n - n * z + z * state)
    return torch.stack(rows) if rows else h + 0


@wrong("24.1.5", names="gru.update-for-reset", says="uses the update gate z")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    xr, xz, xn = (x @ W_ih.T + b_ih).chunk(3, -1)
    hr, hz, hn = (h @ W_hh.T + b_hh).chunk(3, -1)
    z = torch.sigmoid(xz + hz)
    n = torch.tanh(xn + z * hn)
    return (1 - z) * n + z * h


@right("24.1.5", how="unflatten and addcmul, float64 inside")
def gru_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    old = h.double()
    X = torch.einsum("bc,gc->bg", x.double(), W_ih.double()) + b_ih
    H = torch.einsum("bd,gd->bg", old, W_hh.double()) + b_hh
    X, H = X.unflatten(1, (3, -1)), H.unflatten(1, (3, -1))
    r, z = torch.sigmoid(X[:, :2] + H[:, :2]).unbind(1)
    n = torch.tanh(torch.addcmul(X[:, 2], r, H[:, 2]))
    return (n + z * (old - n)).to(h.dtype)
