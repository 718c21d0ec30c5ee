"""Look into small attention models: train them, see their weights, silence heads.

For any model with `layers` (modules with W_Q, W_K, W_V and W_O that are called as
`layer(x, mask=mask)`) and `H`, the number of their heads.
"""

import math
from copy import deepcopy

import torch
from torch import Tensor
from torch.nn import functional as F


def train_step(model, optimizer, ids: Tensor, asked: Tensor) -> float:
    """One step on the next token at the places `asked`; the share that was right.

    Shapes: ids (B, T), asked (B, T - 1), True where the next token counts.
    """
    logits, wanted = model(ids)[:, :-1][asked], ids[:, 1:][asked]
    loss = F.cross_entropy(logits, wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return (logits.argmax(-1) == wanted).float().mean().item()


@torch.no_grad()
def next_right(model, ids: Tensor, at: Tensor) -> float:
    """The share of sentences whose token after place `at` is the most likely one.

    Shapes: ids (B, T), at (B,).
    """
    rows = torch.arange(len(ids))
    guess = model(ids)[rows, at].argmax(-1)
    return (guess == ids[rows, at + 1]).float().mean().item()


@torch.no_grad()
def look(model, ids: Tensor) -> Tensor:
    """The attention weights of all heads of all layers: (L, B, H, T, S)."""
    seen, hooks = [], []

    def note(layer, args, kwargs):
        q, k = (W(args[0]).unflatten(-1, (model.H, -1)) for W in (layer.W_Q, layer.W_K))
        scores = torch.einsum("bthd,bshd->bhts", q, k) / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(~kwargs["mask"], -math.inf)
        seen.append(torch.softmax(scores, dim=-1))

    for layer in model.layers:
        hooks.append(layer.register_forward_pre_hook(note, with_kwargs=True))
    try:
        model(ids)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack(seen)


@torch.no_grad()
def silence(model, *heads: tuple[int, int]):
    """A copy of the model in which heads, (layer, head), add nothing to the output.

    Their columns of W_O are 0.
    """
    quiet = deepcopy(model)
    for layer, h in heads:
        W_O = quiet.layers[layer].W_O.weight
        W_O.unflatten(1, (model.H, -1))[:, h] = 0.0  # (C, H, D)
    return quiet


def apart(weights: Tensor) -> Tensor:
    """Mean Jensen–Shannon distance of two heads of a layer, in bits, for each layer.

    Shapes: weights (L, B, H, T, S) → (L,). 0 for equal rows, 1 for rows that share
    no key.

    >>> rows = torch.eye(2).reshape(1, 1, 2, 1, 2)  # two heads, two different keys
    >>> apart(rows)
    tensor([1.])
    """
    one, other = torch.combinations(torch.arange(weights.shape[2])).T
    p, q = weights[:, :, one], weights[:, :, other]
    distance = _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2
    return distance.mean(dim=(1, 2, 3))


def _entropy(p: Tensor) -> Tensor:
    return -torch.xlogy(p, p).sum(-1) / math.log(2)
