"""Wrong ways to share key/value heads. Oracle: attention(q, k, v, mask).

q has H heads, k and v have G. Heads stand at axis −3; the mask has no axis for them.
"""

import torch
from torch import Tensor

from .attending import exponentials


def mapping(choose):
    """Query head h meets key/value head choose(h, H, G)."""

    def variant(oracle, q, k, v, mask=None):
        H, G = q.shape[-3], k.shape[-3]
        index = torch.tensor([choose(h, H, G) for h in range(H)])
        k, v = (t[..., index, :, :] for t in (k, v))
        return oracle(q=q, k=k, v=v, mask=mask)

    return variant


def dealt_out(oracle, q, k, v, mask=None):
    """Every G-th query head forms a group, and groups come out one after the other."""
    tiled = mapping(lambda h, H, G: h % G)(oracle, q, k, v, mask)
    G = k.shape[-3]
    return tiled.unflatten(-3, (-1, G)).transpose(-4, -3).flatten(-4, -3)


def in_each_head(change):
    """A wrong way to attend from `attending`, in every query head."""

    def variant(oracle, q, k, v, mask=None):
        H, G = q.shape[-3], k.shape[-3]
        index = torch.arange(H) // (H // G)
        k, v = (t[..., index, :, :] for t in (k, v))
        mask = None if mask is None else mask.unsqueeze(-3)

        def alone(q, k, v, mask=None):
            # heads become a batch of single heads
            q, k, v = (t.unsqueeze(-3) for t in (q, k, v))
            return oracle(q=q, k=k, v=v, mask=mask).squeeze(-3)

        return change(alone, q, k, v, mask)

    return variant


def after(change):
    """Right, and then changed: `change` gets (…, G, n, T, D)."""

    def variant(oracle, q, k, v, mask=None):
        right = oracle(q=q, k=k, v=v, mask=mask)
        G = k.shape[-3]
        return change(right.unflatten(-3, (G, q.shape[-3] // G)))

    return variant


def other_order(right: Tensor) -> Tensor:
    """The heads are joined as (n, G), not as (G, n)."""
    return right.transpose(-4, -3).flatten(-4, -3)


def masks_by(axis: int):
    """The mask's sentences line up with another axis: 0 the groups, 1 their members."""

    def variant(oracle, q, k, v, mask=None):
        H, G = q.shape[-3], k.shape[-3]
        sizes = (G, H // G)
        if mask is None or q.ndim != 4 or len(mask) not in (1, sizes[axis]):
            return None
        result = torch.zeros_like(q)
        for h in range(H):
            i = (h // sizes[1], h % sizes[1])[axis] % len(mask)
            shown = mask[i].expand(len(q), *mask.shape[1:])
            result[:, h] = oracle(q=q, k=k, v=v, mask=shown)[:, h]
        return result

    return variant


def mask_rows(oracle, q, k, v, mask=None):
    """In the joint axis (n T) each row of the mask is repeated n times in a row."""
    if mask is None or mask.shape[-2] != q.shape[-2]:
        return None
    n, T = q.shape[-3] // k.shape[-3], q.shape[-2]
    wrong = mask.repeat_interleave(n, -2).unflatten(-2, (n, T))  # (…, n, T, S)
    result = torch.zeros_like(q)
    for h in range(q.shape[-3]):
        found = oracle(q=q, k=k, v=v, mask=wrong[..., h % n, :, :])
        result[..., h, :, :] = found[..., h, :, :]
    return result


def softmax_over(axis):
    """Shares over the query heads of a group (−4 or so) in place of the keys."""

    def change(alone, q, k, v, mask=None):
        powers = exponentials(alone, q, k)
        powers = powers if mask is None else powers * mask
        return powers / powers.sum(axis, keepdim=True) @ v

    return in_each_head(change)


def copies(oracle, q, k, v):
    """What is counted when each key head is written out H / G times."""
    right = oracle(q=q, k=k, v=v)
    if not isinstance(right, dict):
        return None
    return {"largest": right["largest"] * (q.shape[-3] // k.shape[-3])}
