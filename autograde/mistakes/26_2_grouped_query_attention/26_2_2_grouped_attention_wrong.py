"""The bank of 26.2.2, grouped_attention: wrong, as learners write it."""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import einsum, rearrange

from autograde.mistakes import wrong


@wrong("26.2.2", names="grouped.copies", says="once per query head")
def grouped_attention(q, k, v, mask=None):
    k, v = repeat_kv(k, q.shape[-3]), repeat_kv(v, q.shape[-3])
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -math.inf)
    return scores.softmax(-1) @ v


@wrong("26.2.2", names="grouped.copies", how="by broadcasting in @")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = q @ k.unsqueeze(-3).mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = scores.softmax(-1) @ v.unsqueeze(-3)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.copies", how="values only, by broadcasting")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = einsum(q, k, "... g n t d, ... g s d -> ... g n t s")
    scores = scores / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    return (scores.softmax(-1) @ v[..., None, :, :]).flatten(-4, -3)


@wrong("26.2.2", names="grouped.copies", how="every product written out")
def grouped_attention(q, k, v, mask=None):
    G = k.shape[-3]
    q = q.unflatten(-3, (G, q.shape[-3] // G))
    scores = (q.unsqueeze(-2) * k[..., None, None, :, :]).sum(-1)
    scores = scores / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.tiled", says="share a head, not neighbours")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (n g) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return rearrange(y, "... g n t d -> ... (n g) t d")


@wrong("26.2.2", names="grouped.tiled", how="keys repeated by repeat")
def grouped_attention(q, k, v, mask=None):
    n = q.shape[-3] // k.shape[-3]
    k, v = (t.repeat(*[1] * (t.ndim - 3), n, 1, 1) for t in (k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -math.inf)
    return scores.softmax(-1) @ v


@wrong("26.2.2", names="grouped.one-head", says="the same key/value head")
def grouped_attention(q, k, v, mask=None):
    k, v = k[..., :1, :, :], v[..., :1, :, :]
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -math.inf)
    return scores.softmax(-1) @ v


@wrong("26.2.2", names="grouped.order", says="in another order")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return rearrange(y, "... g n t d -> ... (n g) t d")


@wrong("26.2.2", names="grouped.not-joined", says="Join the two at the end")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    return torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)


@wrong("26.2.2", names="grouped.averaged", says="the mean or the sum")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    return torch.einsum("...gnts,...gsd->...gtd", scores.softmax(-1), v)


@wrong("26.2.2", names="grouped.unscaled", says="without the division by √D")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.scale", how="divided by the root of H·D")
def grouped_attention(q, k, v, mask=None):
    C = q.shape[-3] * q.shape[-1]
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(C)
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.scale", how="divided by D", says="than √D")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / q.shape[-1]
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.over-queries", says="runs over the queries")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-2), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.over-members", says="compete for each key")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    weights = scores.flatten(-4, -3).softmax(-3).unflatten(-3, q.shape[-4:-2])
    if mask is not None:
        weights = weights * mask[..., None, None, :, :]
    y = torch.einsum("...gnts,...gsd->...gntd", weights, v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.mask-over-groups", says="two axes of length 1")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.mask-over-groups", how="the bare mask")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.mask-rows", says="the whole mask")
def grouped_attention(q, k, v, mask=None):
    G, T = k.shape[-3], q.shape[-2]
    n = q.shape[-3] // G
    q = rearrange(q, "... (g n) t d -> ... g (n t) d", g=G)
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        mask = mask.expand(*mask.shape[:-2], T, mask.shape[-1])
        shown = mask.repeat_interleave(n, dim=-2).unsqueeze(-3)
        scores = scores.masked_fill(~shown, -math.inf)
    y = scores.softmax(-1) @ v
    return rearrange(y, "... g (n t) d -> ... (g n) t d", n=n)


@wrong("26.2.2", names="grouped.mask-ignored", says="does not use the mask")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.inverted-mask", says="only where it may not")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.mask-late", says="become −∞ before the softmax")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    weights = scores.softmax(-1)
    if mask is not None:
        weights = weights * mask[..., None, None, :, :]
    y = torch.einsum("...gnts,...gsd->...gntd", weights, v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.always-causal", says="a causal mask of its own")
def grouped_attention(q, k, v, mask=None):
    T, S = q.shape[-2], k.shape[-2]
    past = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    past = past if mask is None else past & mask
    scores = scores.masked_fill(~past[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.keys-as-values", says="a mixture of keys")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), k)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.mask-none", says="if mask is not None")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.axes-from-the-front", says="one number of axes")
def grouped_attention(q, k, v, mask=None):
    q = rearrange(q, "b (g n) t d -> b g n t d", g=k.shape[-3])
    scores = torch.einsum("bgntd,bgsd->bgnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[:, None, None], -math.inf)
    y = torch.einsum("bgnts,bgsd->bgntd", scores.softmax(-1), v)
    return rearrange(y, "b g n t d -> b (g n) t d")


@wrong("26.2.2", names="grouped.minus-one", says="The batch is empty", hidden=True)
def grouped_attention(q, k, v, mask=None):
    lead = q.shape[:-3]
    q = q.reshape(*lead, k.shape[-3], -1, *q.shape[-2:])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.shapes", says="Two shapes do not fit")
def grouped_attention(q, k, v, mask=None):
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -math.inf)
    return scores.softmax(-1) @ v


@wrong("26.2.2", names="forbidden", says="torch's own")
def grouped_attention(q, k, v, mask=None):
    mask = None if mask is None else mask.unsqueeze(-3)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)


@wrong("26.2.2", names="no-gradient", says="no gradient flows back")
def grouped_attention(q, k, v, mask=None):
    with torch.no_grad():
        q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
        scores = torch.einsum("...gntd,...gsd->...gnts", q, k)
        scores = scores / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
        y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
        return y.flatten(-4, -3)


@wrong("26.2.2", names="grouped.view", says="copy when they must")
def grouped_attention(q, k, v, mask=None):
    shape = q.shape
    q = rearrange(q, "... (g n) t d -> ... n g t d", g=k.shape[-3])
    scores = torch.einsum("...ngtd,...gsd->...ngts", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...ngts,...gsd->...ngtd", scores.softmax(-1), v).contiguous()
    return y.transpose(-4, -3).view(shape)


@wrong("26.2.2", names="grouped.tiled", how="every G-th head, groups one by one")
def grouped_attention(q, k, v, mask=None):
    G, found = k.shape[-3], []
    for g in range(G):
        part = q[..., g::G, :, :]
        scores = torch.einsum("...ntd,...sd->...nts", part, k[..., g, :, :])
        scores = scores / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask.unsqueeze(-3), -math.inf)
        weights = scores.softmax(-1)
        found.append(torch.einsum("...nts,...sd->...ntd", weights, v[..., g, :, :]))
    return torch.cat(found, dim=-3)


@wrong("26.2.2", names="grouped.shapes", how="n masks in a column, of T rows or of one")
def grouped_attention(q, k, v, mask=None):
    H, T, D = q.shape[-3:]
    G = k.shape[-3]
    q = q.reshape(*q.shape[:-3], G, H // G * T, D)
    scores = q @ k.mT / math.sqrt(D)
    if mask is not None:
        rows = torch.cat([mask] * (H // G), dim=-2)
        scores = scores.masked_fill(~rows[..., None, :, :], -math.inf)
    return (scores.softmax(-1) @ v).reshape(*q.shape[:-3], H, T, D)
