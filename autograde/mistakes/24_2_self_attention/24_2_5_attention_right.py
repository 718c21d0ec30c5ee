"""The bank of 24.2.5, attention: right, written very differently.

An answer may call softmax, attention_scores and torch, as in the notebook.
"""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import einsum

from autograde.mistakes import right


@right("24.2.5", how="−∞, softmax, then NaN to zero")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, float("-inf"))
    return F.softmax(scores, dim=-1).nan_to_num() @ v


@right("24.2.5", how="an additive mask")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    bias = torch.zeros(mask.shape, dtype=scores.dtype)
    bias[~mask] = -torch.inf
    return torch.nan_to_num(torch.softmax(scores + bias, -1), nan=0.0) @ v


@right("24.2.5", how="the lowest number, then zeros by hand")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is None:
        return softmax(scores) @ v
    scores.masked_fill_(~mask, torch.finfo(scores.dtype).min)
    blind = ~mask.any(-1, keepdim=True)
    return (softmax(scores) @ v).masked_fill(blind, 0)


@right("24.2.5", how="exponentials of allowed keys only, in float32")
def scaled_dot_product_attention(q, k, v, mask=None):
    s = (q.float() @ k.float().mT) * q.shape[-1] ** -0.5
    if q.dtype == torch.float64:
        s = q @ k.mT * q.shape[-1] ** -0.5
    allowed = torch.ones_like(s, dtype=torch.bool) if mask is None else mask
    s = torch.where(allowed, s, -math.inf)
    top = s.amax(-1, keepdim=True).clamp(min=torch.finfo(s.dtype).min)
    e = torch.exp(s - top)
    out = e @ v.to(e.dtype) / e.sum(-1, keepdim=True).clamp(min=1e-30)
    return out.to(q.dtype)


@right("24.2.5", how="all by einsum")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = einsum(q, k, "... t d, ... s d -> ... t s") / q.shape[-1] ** 0.5
    if mask is not None:
        scores = torch.where(mask, scores, torch.tensor(-math.inf, dtype=q.dtype))
    weights = scores.softmax(dim=-1)
    weights = torch.where(weights.isnan(), 0, weights)
    return einsum(weights, v, "... t s, ... s d -> ... t d")


@right("24.2.5", how="an extra key with zero value takes what is left")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    sees = (scores > -math.inf).any(-1, keepdim=True)
    # only a query that may look nowhere looks at the extra key
    extra = torch.zeros_like(scores[..., :1]).masked_fill(sees, -math.inf)
    weights = torch.softmax(torch.cat([scores, extra], -1), -1)
    return weights[..., :-1] @ v


@right("24.2.5", how="one query at a time")
def scaled_dot_product_attention(q, k, v, mask=None):
    rows = []
    if mask is not None:
        mask = mask.expand(*mask.shape[:-2], q.shape[-2], k.shape[-2])
    for t in range(q.shape[-2]):
        s = attention_scores(q[..., t : t + 1, :], k)
        if mask is not None:
            s = s.masked_fill(~mask[..., t : t + 1, :], -math.inf)
        rows.append(softmax(s).nan_to_num() @ v)
    return torch.cat(rows, dim=-2)


@right("24.2.5", how="online, one key at a time")
def scaled_dot_product_attention(q, k, v, mask=None):
    shape = (*q.shape[:-1], 1)
    wide = torch.promote_types(q.dtype, torch.float32)
    top = torch.full(shape, -math.inf, dtype=wide)
    total, out = torch.zeros(shape, dtype=wide), 0
    for s in range(k.shape[-2]):
        key, value = k[..., s : s + 1, :].to(wide), v[..., s : s + 1, :].to(wide)
        score = (q.to(wide) * key).sum(-1, keepdim=True) / q.shape[-1] ** 0.5
        if mask is not None:
            score = score.masked_fill(~mask[..., s : s + 1], -math.inf)
        newer = torch.maximum(top, score)
        base = newer.clamp(min=-1e30)
        old, new = torch.exp(top - base), torch.exp(score - base)
        total, out, top = total * old + new, out * old + new * value, newer
    return (out / total.clamp(min=1e-30)).to(q.dtype)
