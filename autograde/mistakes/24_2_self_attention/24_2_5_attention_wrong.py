"""The bank of 24.2.5, attention: wrong, as learners write it.

An answer may call softmax, attention_scores and torch, as in the notebook.
"""
# ruff: noqa: F811, F821

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import wrong


@wrong("24.2.5", names="attention.unscaled", says="without the division by √D")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.mT
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1).nan_to_num() @ v


@wrong("24.2.5", names="attention.unscaled", how="and NaN for a blind query")
def scaled_dot_product_attention(query, key, value, mask=None):
    attn = torch.matmul(query, key.transpose(-2, -1))
    if mask is not None:
        attn = attn.masked_fill(mask == 0, float("-inf"))
    return torch.matmul(F.softmax(attn, dim=-1), value)


@wrong("24.2.5", names="attention.divided-by-D", says="divided by D instead of √D")
def scaled_dot_product_attention(q, k, v, mask=None):
    d_k = q.size(-1)
    scores = torch.matmul(q, k.transpose(-2, -1)) / d_k
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return torch.matmul(torch.softmax(scores, dim=-1), v)


@wrong("24.2.5", names="attention.divided-by-D", how="scaled a second time")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = torch.where(mask, scores, -torch.inf)
    return softmax(scores).nan_to_num(0.0) @ v


@wrong("24.2.5", names="attention.multiplied", says="has to be divided")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.mT * math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.softmax(scores, -1).nan_to_num() @ v


@wrong("24.2.5", names="attention.root-of-keys", says="divided by √S")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(k.shape[-2])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.root-of-keys", how="k.size(1)")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(k.size(1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return F.softmax(scores, dim=-1) @ v


@wrong("24.2.5", names="attention.root-of-queries", says="divided by √T")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.mT * q.shape[-2] ** -0.5
    if mask is not None:
        scores.masked_fill_(~mask, -math.inf)
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.inverted-mask", says="True means: may look")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(mask, float("-inf"))
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.inverted-mask", how="mask == 1, a billion")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(mask == 1, -1e9)
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.inverted-mask", how="with zeros for blind queries")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = torch.where(mask, float("-inf"), scores)
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.mask-ignored", says="keep its result")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores.masked_fill(~mask, float("-inf"))
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.mask-after-softmax", says="sum to less than 1")
def scaled_dot_product_attention(q, k, v, mask=None):
    weights = softmax(attention_scores(q, k))
    if mask is not None:
        weights = weights * mask
    return weights @ v


@wrong("24.2.5", names="attention.mask-after-softmax", how="filling zeros")
def scaled_dot_product_attention(q, k, v, mask=None):
    weights = softmax(attention_scores(q, k))
    if mask is not None:
        weights = weights.masked_fill(~mask, 0)
    return weights @ v


@wrong("24.2.5", names="attention.mask-after-softmax", says="into the weights")
def scaled_dot_product_attention(q, k, v, mask=None):
    weights = softmax(attention_scores(q, k))
    if mask is not None:
        weights = weights.masked_fill(mask == 0, float("-inf"))
    return weights @ v


@wrong("24.2.5", names="attention.mask-after-softmax", how="minus a billion")
def scaled_dot_product_attention(q, k, v, mask=None):
    attn = F.softmax(attention_scores(q, k), dim=-1)
    if mask is not None:
        attn = attn.masked_fill(mask == 0, -1e9)
    return attn @ v


@wrong("24.2.5", names="attention.masked-to-zero", says="exp(0) is 1")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores * mask
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.mask-added", says="True adds 1")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores + mask
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.mask-too-weak", says="not low enough")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, -1.0)
    return softmax(scores) @ v


@wrong(
    "24.2.5",
    names="attention.mask-too-weak",
    how="minus ten",
    dtypes=("float32", "float64"),  # exp(-10) is lost beside 1 in bfloat16
)
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, -10)
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.masked-to-zero", how="a very small number")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, 1e-9)
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.nan-row", says="has to give zeros")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.nan-row", how="by a logarithm")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        scores += mask.to(q.dtype).log()
    return scores.softmax(-1) @ v


@wrong("24.2.5", names="attention.mean-row", says="the mean of all values")
def scaled_dot_product_attention(q, k, v, mask=None):
    d_k = q.size(-1)
    scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(d_k)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    p_attn = F.softmax(scores, dim=-1)
    return torch.matmul(p_attn, v)


@wrong("24.2.5", names="attention.mean-row", how="the lowest number there is")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.mean-row", how="a billion taken away")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores + (1.0 - mask.to(scores.dtype)) * -1e30
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.over-queries", says="runs over the queries")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return F.softmax(scores, dim=-2) @ v


@wrong("24.2.5", names="attention.over-queries", how="dim=1, copied")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return F.softmax(scores, dim=1) @ v


@wrong("24.2.5", names="attention.no-softmax", says="there is no softmax")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    return scores @ v


@wrong("24.2.5", names="attention.no-softmax", how="−∞ times values")
def scaled_dot_product_attention(q, k, v, mask=None):
    weights = attention_scores(q, k)
    if mask is not None:
        weights = weights.masked_fill(~mask, float("-inf"))
    return weights @ v


@wrong("24.2.5", names="attention.divided-by-sum", says="there is no exp")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    return scores / scores.sum(-1, keepdim=True) @ v


@wrong("24.2.5", names="attention.keys-as-values", says="mixture of keys")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num() @ k


@wrong("24.2.5", names="attention.queries-as-values", says="k and v do not appear")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ q.mT / math.sqrt(q.shape[-1])
    if mask is not None and mask.shape[-1] == scores.shape[-1]:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num() @ q


@wrong("24.2.5", names="attention.weights-only", says="product with the values")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num()


@wrong("24.2.5", names="attention.weights-transposed", says="as they are")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num().mT @ v


@wrong("24.2.5", names="attention.roles-swapped", says="the queries' place")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(k, q)
    if mask is not None:
        scores = scores.masked_fill(~mask.mT, float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.mask-transposed", says="Row t of the mask")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask.transpose(-2, -1), float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.shapes", says="do not fit together")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k / math.sqrt(q.shape[-1])
    return torch.softmax(scores, dim=-1) @ v


@wrong("24.2.5", names="attention.axes-from-the-front", says="from the end")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(q.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return torch.bmm(F.softmax(scores, dim=-1), v)


@wrong("24.2.5", names="attention.bool-arithmetic", says="`~mask`")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores + (1 - mask) * -1e9
    return softmax(scores) @ v


@wrong("24.2.5", names="attention.if-mask", says="is not None")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.mask-none", says="None")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k).masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.mask-none", how="used as a tensor")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.where(mask, attention_scores(q, k), -torch.inf)
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.always-causal", says="causal mask of its own")
def scaled_dot_product_attention(q, k, v, mask=None):
    T, S = q.shape[-2], k.shape[-2]
    allowed = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    if mask is not None:
        allowed = allowed & mask
    scores = attention_scores(q, k).masked_fill(~allowed, float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="attention.rows-zeroed", says="that has a blocked key")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is None:
        return softmax(scores) @ v
    out = softmax(scores.masked_fill(~mask, float("-inf"))) @ v
    return out * mask.all(-1, keepdim=True)


@wrong("24.2.5", names="precision", says="fewer bits", dtypes=("float32", "float64"))
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k).half()
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores.float()).nan_to_num().to(v.dtype) @ v


@wrong("24.2.5", names="random", says="gives two different", how="dropout inside")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return F.dropout(softmax(scores), 0.5) @ v


@wrong("24.2.5", names="type", says="yours is a tuple", how="weights as well")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = softmax(scores).nan_to_num()
    return weights @ v, weights


@wrong("24.2.5", names="type", says="yours is None", how="nothing returned")
def scaled_dot_product_attention(q, k, v, mask=None):
    out = softmax(attention_scores(q, k)) @ v  # noqa: F841


@wrong("24.2.5", names="forbidden", says="scaled_dot_product_attention")
def scaled_dot_product_attention(q, k, v, mask=None):
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


@wrong("24.2.5", names="forbidden", how="under another name")
def scaled_dot_product_attention(q, k, v, mask=None):
    from torch.nn.functional import scaled_dot_product_attention as sdpa

    return sdpa(q, k, v, mask)


@wrong("24.2.5", names="forbidden", says="multi_head_attention", how="as a module")
def scaled_dot_product_attention(q, k, v, mask=None):
    layer = nn.MultiheadAttention(q.shape[-1], 1, batch_first=True, dtype=q.dtype)
    return layer(q, k, v, attn_mask=None if mask is None else ~mask)[0]


@wrong("24.2.5", names="changed-input", says="mask in place")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q, k)
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not_(), float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="changed-input", says="q in place")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q.div_(math.sqrt(q.shape[-1])) @ k.mT
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num() @ v


@wrong("24.2.5", names="dtype", says="float64", dtypes=("float32", "bfloat16"))
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = attention_scores(q.double(), k.double())
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return softmax(scores).nan_to_num() @ v.double()


@wrong("24.2.5", names="error", says="torch.sqrt", how="sqrt of a whole number")
def scaled_dot_product_attention(q, k, v, mask=None):
    scores = q @ k.mT / torch.sqrt(q.shape[-1])
    return torch.softmax(scores, dim=-1) @ v


@wrong("24.2.5", names="no-gradient", says="no gradient flows")
def scaled_dot_product_attention(q, k, v, mask=None):
    a, b, c = (x.double().numpy() for x in (q, k, v))
    s = a @ np.swapaxes(b, -1, -2) / np.sqrt(a.shape[-1])
    keep = np.ones(s.shape, bool) if mask is None else mask.numpy()
    s = np.where(keep, s, -1e300)
    e = np.exp(s - s.max(-1, keepdims=True)) * keep
    total = e.sum(-1, keepdims=True)
    return torch.from_numpy(e / np.where(total > 0, total, 1) @ c).to(q.dtype)
