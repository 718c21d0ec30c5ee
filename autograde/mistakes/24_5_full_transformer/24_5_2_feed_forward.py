"""The bank of 24.5.2, feed_forward: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import torch
from einops import einsum

from autograde.mistakes import right, wrong


@wrong("24.5.2", names="feed-forward.no-relu", says="no ReLU")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return F.linear(F.linear(x, W_1, b_1), W_2, b_2)


@wrong("24.5.2", names="feed-forward.other-bend", says="is another one")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return F.linear(F.gelu(F.linear(x, W_1, b_1)), W_2, b_2)


@wrong("24.5.2", names="feed-forward.other-bend", how="sigmoid")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return torch.sigmoid(x @ W_1.T + b_1) @ W_2.T + b_2


@wrong("24.5.2", names="feed-forward.relu-late", says="after the second map")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return F.relu(F.linear(F.linear(x, W_1, b_1), W_2, b_2))


@wrong("24.5.2", names="feed-forward.relu-twice", says="second ReLU")
def feed_forward(x, W_1, b_1, W_2, b_2):
    h = torch.relu(x @ W_1.mT + b_1)
    return torch.relu(h @ W_2.mT + b_2)


@wrong("24.5.2", names="feed-forward.relu-early", says="before the first map")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return F.linear(F.linear(F.relu(x), W_1, b_1), W_2, b_2)


@wrong("24.5.2", names="feed-forward.bias-late", says="after the ReLU")
def feed_forward(x, W_1, b_1, W_2, b_2):
    hidden = torch.relu(x @ W_1.mT) + b_1
    return hidden @ W_2.mT + b_2


@wrong("24.5.2", names="feed-forward.no-bias", says="A bias is missing")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return torch.relu(x @ W_1.mT + b_1) @ W_2.mT


@wrong("24.5.2", names="feed-forward.no-bias", how="the first one")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return torch.relu(x @ W_1.mT) @ W_2.mT + b_2


@wrong("24.5.2", names="feed-forward.no-bias", how="both")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return F.linear(F.relu(F.linear(x, W_1)), W_2)


@wrong("24.5.2", names="feed-forward.turned", says="not transposed")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return torch.relu(x @ W_1 + b_1) @ W_2 + b_2


@wrong("24.5.2", names="feed-forward.turned", how="the second one")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return torch.relu(x @ W_1.mT + b_1) @ W_2 + b_2


@wrong("24.5.2", names="feed-forward.swapped", says="changed places")
def feed_forward(x, W_1, b_1, W_2, b_2):
    # the sizes fit when the matrices are not transposed
    return torch.relu(x @ W_2 + b_1) @ W_1 + b_2


@wrong("24.5.2", names="feed-forward.residual", says="adds x")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return x + F.linear(F.relu(F.linear(x, W_1, b_1)), W_2, b_2)


@wrong("24.5.2", names="feed-forward.axes-from-the-front", says="Any number")
def feed_forward(x, W_1, b_1, W_2, b_2):
    B, T, C = x.shape
    h = torch.relu(x.reshape(B * T, C) @ W_1.T + b_1)
    return (h @ W_2.T + b_2).reshape(B, T, C)


@wrong("24.5.2", names="no-gradient", says="no gradient flows")
def feed_forward(x, W_1, b_1, W_2, b_2):
    h = torch.relu(x @ W_1.detach().mT + b_1)
    return h @ W_2.mT + b_2


@wrong("24.5.2", names="changed-input", how="an input bent in place")
def feed_forward(x, W_1, b_1, W_2, b_2):
    x.clamp_(min=-1)
    return torch.relu(x @ W_1.mT + b_1) @ W_2.mT + b_2


@wrong("24.5.2", names="parameters", says="order and defaults")
def feed_forward(x, W_1, W_2):
    return torch.relu(x @ W_1.mT) @ W_2.mT


@wrong("24.5.2", names="feed-forward.bias-twice", says="b_1 or b_2 twice")
def feed_forward(x, W_1, b_1, W_2, b_2):
    hidden = torch.relu(F.linear(x, W_1, b_1) + b_1)
    return F.linear(hidden, W_2, b_2)


@wrong("24.5.2", names="feed-forward.bias-twice", how="the second one")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return F.linear(torch.relu(F.linear(x, W_1, b_1)), W_2, b_2) + b_2


@wrong("24.5.2", names="feed-forward.bias-twice", how="b_1 on both sides of the ReLU")
def feed_forward(x, W_1, b_1, W_2, b_2):
    hidden = F.relu(x @ W_1.T + b_1) + b_1
    return hidden @ W_2.T + b_2


@right("24.5.2", how="F.linear")
def feed_forward(x, W_1, b_1, W_2, b_2):
    return F.linear(F.relu(F.linear(x, W_1, b_1)), W_2, b_2)


@right("24.5.2", how="einsum and clamp")
def feed_forward(x, W_1, b_1, W_2, b_2):
    hidden = einsum(x, W_1, "... c, f c -> ... f") + b_1
    return einsum(hidden.clamp(min=0), W_2, "... f, c f -> ... c") + b_2


@right("24.5.2", how="torch.where")
def feed_forward(x, W_1, b_1, W_2, b_2):
    hidden = torch.tensordot(x, W_1, dims=([-1], [1])) + b_1
    hidden = torch.where(hidden > 0, hidden, torch.zeros_like(hidden))
    return torch.tensordot(hidden, W_2, dims=([-1], [1])) + b_2


@right("24.5.2", how="one hidden unit at a time")
def feed_forward(x, W_1, b_1, W_2, b_2):
    out = torch.zeros_like(x) + b_2
    for f in range(len(b_1)):
        unit = torch.relu((x * W_1[f]).sum(-1, keepdim=True) + b_1[f])
        out = out + unit * W_2[:, f]
    return out


@right("24.5.2", how="the mean of h and its size")
def feed_forward(x, W_1, b_1, W_2, b_2):
    h = (W_1 @ x[..., None]).squeeze(-1) + b_1
    return (W_2 @ ((h + h.abs()) / 2)[..., None]).squeeze(-1) + b_2


@right("24.5.2", how="negative numbers overwritten")
def feed_forward(x, W_1, b_1, W_2, b_2):
    hidden = x @ W_1.T + b_1
    hidden[hidden < 0] = 0
    return hidden @ W_2.T + b_2


@right("24.5.2", how="token by token")
def feed_forward(x, W_1, b_1, W_2, b_2):
    rows = [
        W_2 @ torch.clamp(W_1 @ token + b_1, min=0) + b_2
        for token in x.reshape(-1, x.shape[-1])
    ]
    return torch.stack(rows).reshape(x.shape) if rows else x.clone()
