"""The bank of 24.1.1, rnn_forward."""
# ruff: noqa: B905, F811, F821, F841

from itertools import accumulate

import torch
import torch.nn.functional as F
from einops import einsum, rearrange
from torch import nn

from autograde.mistakes import right, wrong


@wrong("24.1.1", names="rnn.biases-forgotten", says="without its biases")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W_ih.T + h @ W_hh.T)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.one-bias-forgotten", says="one of its two biases")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + h @ W_hh.T)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.one-bias-forgotten", how="b_ih left out")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.one-bias-twice", says="adds one bias twice")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_ih))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.start-ignored", says="starts from zeros")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = torch.zeros_like(h0), []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.state-not-carried", says="starts from h0 again")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states = []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h0, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.state-not-carried", how="the new state has another name")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0
    states = []
    for x_t in x.unbind(1):
        h_new = torch.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        states.append(h_new)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.no-recurrence", says="W_hh is not used")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(F.linear(x, W_ih, b_ih) + b_hh)


@wrong("24.1.1", names="rnn.no-tanh", says="without the tanh")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.no-tanh-carried", says="the sum before the tanh")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh)
        states.append(torch.tanh(h))
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.sigmoid", says="a sigmoid instead of a tanh")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.sigmoid(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.relu", says="a ReLU instead of a tanh")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = F.relu(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.tanh-of-a-part", says="mind the brackets")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = F.linear(x[:, t], W_ih, b_ih) + torch.tanh(F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.tanh-of-a-part", how="of the input's part")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih)) + F.linear(h, W_hh, b_hh)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.matrices-turned", says="a transposed matrix")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W_ih.T + b_ih + h @ W_hh + b_hh)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.matrices-turned", how="both")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W_ih + b_ih + h @ W_hh + b_hh)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.matrices-swapped", says="W_hh for the input")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_hh, b_ih) + F.linear(h, W_ih, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.axes-swapped", says="x is (B, T, C)")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for x_t in x:
        h = torch.tanh(F.linear(x_t, W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.axes-swapped", how="time first, in and out")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, _ = x.shape
    h, states = h0, []
    for t in range(T):
        h = torch.tanh(F.linear(x[t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states)


@wrong("24.1.1", names="rnn.time-first", says="time is the first axis")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states)


@wrong("24.1.1", names="rnn.last-state-only", says="the last state only")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
    return h


@wrong("24.1.1", names="rnn.one-step-late", says="the first is h0")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        states.append(h)
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.start-included", says="one state too many")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states = [h0]
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(states[-1], W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.token-skipped", says="first or the last token")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(1, x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.token-skipped", how="one loop too few")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1] - 1):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.backwards", says="from the end")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in reversed(range(x.shape[1])):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.backwards", how="new states go to the front")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.insert(0, h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.glued", says="torch.stack makes a new one")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.cat(states, dim=1)


@wrong("24.1.1", names="rnn.shapes", says="At one step x[:, t] is (B, C)")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(W_ih @ x[:, t] + b_ih + W_hh @ h + b_hh)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="changed-input", says="its input h0 in place")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states = []
    for t in range(x.shape[1]):
        h0.copy_(torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h0, W_hh, b_hh)))
        states.append(h0.clone())
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="no-gradient", says="no gradient flows", how="detached states")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = F.linear(x[:, t], W_ih, b_ih) + F.linear(h.detach(), W_hh, b_hh)
        h = torch.tanh(h)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="forbidden", says="torch's own rnn_tanh")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    D, C = W_ih.shape
    rnn = nn.RNN(C, D, batch_first=True)
    rnn.weight_ih_l0.data, rnn.weight_hh_l0.data = W_ih, W_hh
    rnn.bias_ih_l0.data, rnn.bias_hh_l0.data = b_ih, b_hh
    return rnn(x, h0[None])[0]


@wrong("24.1.1", names="dtype", hidden=True, how="a float32 buffer")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    B, T, _ = x.shape
    out, h = torch.zeros(B, T, len(W_hh)), h0
    for t in range(T):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        out[:, t] = h
    return out


@wrong("24.1.1", names="rnn.reshaped", says="a reshape has dealt them out")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    B, T, C = x.shape
    h, states = h0, []
    for t in range(T):
        h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)
    return torch.stack(states).reshape(B, T, -1)


@wrong("24.1.1", names="rnn.reshaped", how="glued one below the other, then viewed")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        states.append(h)
    return torch.cat(states).view(x.shape[0], x.shape[1], h0.shape[1])


@wrong("24.1.1", names="rnn.token-skipped", how="h0 is taken for the first state")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states = [h0]
    for t in range(1, x.shape[1]):
        sums = F.linear(x[:, t], W_ih, b_ih) + F.linear(states[-1], W_hh, b_hh)
        states.append(torch.tanh(sums))
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="rnn.one-tensor", says="one tensor T times")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0.clone(), []
    for t in range(x.shape[1]):
        h[:] = torch.tanh(x[:, t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        states.append(h)
    return torch.stack(states, dim=1)


@wrong("24.1.1", names="overwritten", how="reads its state back from the buffer")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    B, T, C = x.shape
    out, h = x.new_zeros(B, T, h0.shape[1]), h0
    for t in range(T):
        out[:, t] = torch.tanh(x[:, t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        h = out[:, t]
    return out


@wrong("24.1.1", names="forbidden", how="nn.RNNCell with these weights")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    cell = nn.RNNCell(x.shape[-1], h0.shape[-1])
    given = dict(weight_ih=W_ih, weight_hh=W_hh, bias_ih=b_ih, bias_hh=b_hh)
    h, states = h0, []
    for t in range(x.shape[1]):
        h = torch.func.functional_call(cell, given, (x[:, t], h))
        states.append(h)
    return torch.stack(states, dim=1)


@right("24.1.1", how="plain matrix products")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states = []
    for x_t in x.unbind(dim=1):
        h0 = torch.tanh(x_t @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh)
        states.append(h0)
    return torch.stack(states, dim=1)


@right("24.1.1", how="the input's part for all tokens at once")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    inputs, h, out = x @ W_ih.mT + (b_ih + b_hh), h0, []
    for t in range(x.size(1)):
        h = (inputs[:, t] + h @ W_hh.mT).tanh()
        out += [h.unsqueeze(1)]
    return torch.cat(out, dim=1)


@right("24.1.1", how="einsum, time first inside")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for token in rearrange(x, "b t c -> t b c"):
        part = einsum(W_ih, token, "d c, b c -> b d")
        h = torch.tanh(part + einsum(W_hh, h, "d e, b e -> b d") + b_ih + b_hh)
        states.append(h)
    return rearrange(states, "t b d -> b t d")


@right("24.1.1", how="one matrix for input and state together")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    W, b = torch.cat([W_ih, W_hh], dim=1), b_ih + b_hh
    states = [h0]
    for t in range(x.shape[1]):
        both = torch.cat([x[:, t], states[-1]], dim=-1)
        states.append(torch.tanh(F.linear(both, W, b)))
    return torch.stack(states[1:], dim=1)


@right("24.1.1", how="into a buffer")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    B, T, _ = x.shape
    out = x.new_empty(B, T, W_hh.shape[0])
    h = h0
    for t in range(T):
        h = torch.tanh(F.linear(x[:, t, :], W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        out[:, t, :] = h
    return out


@right("24.1.1", how="by the exponential")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    def step(h, x_t):
        s = x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh
        return 2 / (1 + (-2 * s).exp()) - 1

    states = []
    for x_t in x.transpose(0, 1):
        states.append(step(states[-1] if states else h0, x_t))
    return torch.stack(states).transpose(0, 1)


@right("24.1.1", how="accumulate")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    def step(h, token):
        return torch.tanh(F.linear(token, W_ih, b_ih) + F.linear(h, W_hh, b_hh))

    states = list(accumulate(x.unbind(1), step, initial=h0))
    return torch.stack(states[1:], 1)


@right("24.1.1", how="a module of its own, float64 inside")
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    class Cell(nn.Module):
        def forward(self, x, h):
            sums = F.linear(x, W_ih.double()) + F.linear(h, W_hh.double())
            return (sums + b_ih.double() + b_hh.double()).tanh()

    cell, states = Cell(), [h0.double()]
    for token in rearrange(x.double(), "b t c -> t b c"):
        states += [cell(token, states[-1])]
    return rearrange(states[1:], "t b d -> b t d").to(x.dtype)
