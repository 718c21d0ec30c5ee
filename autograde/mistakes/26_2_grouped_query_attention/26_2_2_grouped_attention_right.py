"""The bank of 26.2.2, grouped_attention: right, written very differently."""
# ruff: noqa: F811, F821

import math

import torch
from einops import einsum, rearrange

from autograde.mistakes import right


@right("26.2.2", how="one joint axis of n and T")
def grouped_attention(q, k, v, mask=None):
    G, T = k.shape[-3], q.shape[-2]
    n = q.shape[-3] // G
    q = rearrange(q, "... (g n) t d -> ... g (n t) d", g=G)
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.unflatten(-2, (n, T))
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
        scores = scores.flatten(-3, -2)
    y = scores.softmax(-1) @ v
    return rearrange(y, "... g (n t) d -> ... (g n) t d", n=n)


@right("26.2.2", how="a loop over query heads")
def grouped_attention(q, k, v, mask=None):
    size, heads = q.shape[-3] // k.shape[-3], []
    for h in range(q.shape[-3]):
        keys, values = k[..., h // size, :, :], v[..., h // size, :, :]
        scores = q[..., h, :, :] @ keys.mT * q.shape[-1] ** -0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        heads.append(scores.softmax(-1) @ values)
    return torch.stack(heads, dim=-3)


@right("26.2.2", how="a loop over groups")
def grouped_attention(q, k, v, mask=None):
    n, found = q.shape[-3] // k.shape[-3], []
    for g, queries in enumerate(q.split(n, dim=-3)):
        keys, values = k[..., g, :, :], v[..., g, :, :]
        T = queries.shape[-2]
        rows = queries.flatten(-3, -2)  # (..., n·T, D)
        scores = (rows @ keys.mT / math.sqrt(q.shape[-1])).unflatten(-2, (n, T))
        if mask is not None:
            bias = torch.zeros(mask.shape, dtype=q.dtype)
            scores = scores + bias.masked_fill(~mask, -math.inf).unsqueeze(-3)
        weights = scores.softmax(-1).flatten(-3, -2)
        found.append((weights @ values).unflatten(-2, (n, T)))
    return torch.cat(found, dim=-3)


@right("26.2.2", how="einops' einsum and a softmax by hand")
def grouped_attention(q, k, v, mask=None):
    q = q.unflatten(-3, (k.shape[-3], q.shape[-3] // k.shape[-3]))
    scores = einsum(q, k, "... g n t d, ... g s d -> ... g n t s")
    scores = scores / q.shape[-1] ** 0.5
    if mask is not None:
        scores = torch.where(mask[..., None, None, :, :], scores, -math.inf)
    powers = (scores - scores.amax(-1, keepdim=True)).exp()
    mixed = einsum(powers, v, "... g n t s, ... g s d -> ... g n t d")
    return (mixed / powers.sum(-1, keepdim=True)).flatten(-4, -3)


@right("26.2.2", how="one query at a time")
def grouped_attention(q, k, v, mask=None):
    G, rows = k.shape[-3], []
    for t in range(q.shape[-2]):
        one = q[..., t, :].unflatten(-2, (G, q.shape[-3] // G))  # (..., G, n, D)
        scores = one @ k.mT / math.sqrt(q.shape[-1])  # (..., G, n, S)
        if mask is not None:
            row = mask[..., min(t, mask.shape[-2] - 1), :]
            scores = scores.masked_fill(~row[..., None, None, :], -math.inf)
        rows.append((scores.softmax(-1) @ v).flatten(-3, -2))
    return torch.stack(rows, dim=-2)


@right("26.2.2", how="one joint axis, and n masks of T rows in a column")
def grouped_attention(q, k, v, mask=None):
    H, T, D = q.shape[-3:]
    G, S = k.shape[-3:-1]
    q = q.reshape(*q.shape[:-3], G, H // G * T, D)
    scores = q @ k.mT / math.sqrt(D)
    if mask is not None:
        rows = torch.cat([mask.expand(*mask.shape[:-2], T, S)] * (H // G), dim=-2)
        scores = scores.masked_fill(~rows[..., None, :, :], -math.inf)
    return (scores.softmax(-1) @ v).reshape(*q.shape[:-3], H, T, D)
