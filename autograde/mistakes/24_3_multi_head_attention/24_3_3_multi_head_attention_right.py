"""The bank of 24.3.3, attention in H heads: right, written very differently."""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import einsum, rearrange, repeat

from autograde.mistakes import right


@right("24.3.3", how="a loop over slices")
def multi_head_attention(q, k, v, H, mask=None):
    D, found = q.shape[-1] // H, []
    for h in range(H):
        part = slice(h * D, h * D + D)
        found.append(
            F.scaled_dot_product_attention(
                q[..., part], k[..., part], v[..., part], attn_mask=mask
            )
        )
    return torch.cat(found, dim=-1)


@right("24.3.3", how="written out, with a huge negative number")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = split_heads(q, H), split_heads(k, H), split_heads(v, H)
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask[..., None, :, :] == 0, -1e9)
    return merge_heads(torch.softmax(scores, dim=-1) @ v)


@right("24.3.3", how="einsum on (T, H, D), never moving an axis")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (t.unflatten(-1, (H, -1)) for t in (q, k, v))
    scores = einsum(q, k, "... t h d, ... s h d -> ... h t s") * q.shape[-1] ** -0.5
    if mask is not None:
        scores = torch.where(mask.unsqueeze(-3), scores, -torch.inf)
    y = einsum(scores.softmax(-1), v, "... h t s, ... s h d -> ... t h d")
    return y.flatten(-2)


@right("24.3.3", how="sentences and heads in one axis, masks repeated")
def multi_head_attention(q, k, v, H, mask=None):
    lead = q.shape[:-2]
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        full = (*lead, *mask.shape[-2:])
        mask = repeat(mask.expand(full), "... t s -> ... h t s", h=H)
        mask = mask.flatten(0, -3)
    y = F.scaled_dot_product_attention(
        *(t.flatten(0, -3) for t in (q, k, v)), attn_mask=mask
    )
    return merge_heads(y.reshape(*lead, H, *y.shape[-2:]))


@right("24.3.3", how="an additive mask")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (rearrange(t, "... t (h d) -> ... h t d", h=H) for t in (q, k, v))
    bias = None
    if mask is not None:
        bias = torch.zeros(mask.shape, dtype=q.dtype)
        bias = bias.masked_fill(~mask, -torch.inf).unsqueeze(-3)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    return rearrange(y, "... h t d -> ... t (h d)")


@right("24.3.3", how="one query at a time")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3).expand(*q.shape[:-1], k.shape[-2])
    rows = []
    for t in range(q.shape[-2]):
        s = (q[..., t : t + 1, :] * k).sum(-1) / math.sqrt(q.shape[-1])
        if mask is not None:
            s = s.masked_fill(~mask[..., t, :], -math.inf)
        rows.append((s.softmax(-1)[..., None] * v).sum(-2))
    return merge_heads(torch.stack(rows, dim=-2))


@right("24.3.3", how="softmax by hand, a low number for −∞")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (t.unflatten(-1, (H, -1)).transpose(-2, -3) for t in (q, k, v))
    s = (q * q.shape[-1] ** -0.5) @ k.mT
    if mask is not None:
        low = torch.zeros(mask.shape, dtype=s.dtype).masked_fill(
            ~mask, torch.finfo(s.dtype).min / 2
        )
        s = s + low.unsqueeze(-3)
    e = (s - s.amax(-1, keepdim=True)).exp()
    return (e / e.sum(-1, keepdim=True) @ v).transpose(-2, -3).flatten(-2)


@right("24.3.3", how="heads in front of the batch")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (torch.stack(t.chunk(H, -1)) for t in (q, k, v))
    y = F.scaled_dot_product_attention(q, k, v, mask)
    return torch.cat(list(y), -1)
