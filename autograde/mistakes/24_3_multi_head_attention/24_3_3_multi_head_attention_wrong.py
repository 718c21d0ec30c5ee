"""The bank of 24.3.3, attention in H heads: wrong, as learners write it.

An answer may call split_heads, merge_heads and torch, as in the notebook.
"""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import rearrange, repeat
from torch import nn

from autograde.mistakes import wrong


@wrong("24.3.3", names="heads.scaled-by-C", says="one head's products run over D")
def multi_head_attention(q, k, v, H, mask=None):
    scale = math.sqrt(q.shape[-1])
    q, k, v = split_heads(q, H), split_heads(k, H), split_heads(v, H)
    scores = q @ k.mT / scale
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
    return merge_heads(scores.softmax(-1) @ v)


@wrong("24.3.3", names="heads.scaled-by-C", how="scale= of torch")
def multi_head_attention(q, k, v, H, mask=None):
    scale = q.shape[-1] ** -0.5
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask[..., None, :, :]
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)
    return merge_heads(y)


@wrong("24.3.3", names="heads.unscaled", says="without the division by √D")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = torch.einsum("...td,...sd->...ts", q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), float("-inf"))
    return merge_heads(torch.softmax(scores, dim=-1) @ v)


@wrong("24.3.3", names="heads.divided-by-D", says="done twice")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    q = q / math.sqrt(q.shape[-1])
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, mask))


@wrong("24.3.3", names="heads.one-head", says="a single head of width C")
def multi_head_attention(q, k, v, H, mask=None):
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


@wrong("24.3.3", names="heads.across-heads", says="attend to one another")
def multi_head_attention(q, k, v, H, mask=None):
    D = q.shape[-1] // H
    q, k, v = (t.reshape(*t.shape[:-1], H, D) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return y.flatten(-2)


@wrong("24.3.3", names="heads.across-heads", how="einops without the swap")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (rearrange(t, "... t (h d) -> ... t h d", h=H) for t in (q, k, v))
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, :], -torch.inf)
    return rearrange(scores.softmax(-1) @ v, "... t h d -> ... t (h d)")


@wrong("24.3.3", names="heads.bare-reshape", says="a piece of the sentence")
def multi_head_attention(q, k, v, H, mask=None):
    shape, D = q.shape, q.shape[-1] // H
    q, k, v = (t.reshape(*t.shape[:-2], H, t.shape[-2], D) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).reshape(shape)


@wrong("24.3.3", names="heads.bare-reshape", how="only on the way in")
def multi_head_attention(q, k, v, H, mask=None):
    D = q.shape[-1] // H
    q, k, v = (t.reshape(*t.shape[:-2], H, t.shape[-2], D) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.bare-merge", says="joined without swapping")
def multi_head_attention(q, k, v, H, mask=None):
    shape = q.shape
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).reshape(shape)


@wrong("24.3.3", names="heads.interleaved", says="interleaved")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (rearrange(t, "... t (d h) -> ... h t d", h=H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return rearrange(y, "... h t d -> ... t (d h)")


@wrong("24.3.3", names="heads.interleaved", how="only on the way back")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return rearrange(y, "... h t d -> ... t (d h)")


@wrong("24.3.3", names="heads.mask-over-batch", says="its sentences with the heads")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.mask-over-batch", how="masked_fill")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return merge_heads(scores.softmax(-1) @ v)


@wrong("24.3.3", names="heads.mask-over-batch", how="the new axis in front")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(0)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.mask-repeated", says="repeat_interleave")
def multi_head_attention(q, k, v, H, mask=None):
    lead = q.shape[:-2]
    q, k, v = (split_heads(t, H).flatten(0, -3) for t in (q, k, v))  # (B·H, T, D)
    if mask is not None:
        mask = mask.repeat(H, 1, 1)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return merge_heads(y.reshape(*lead, H, *y.shape[-2:]))


@wrong("24.3.3", names="heads.mask-repeated", how="einops, heads outside")
def multi_head_attention(q, k, v, H, mask=None):
    lead = q.shape[:-2]
    q, k, v = (split_heads(t, H).flatten(0, -3) for t in (q, k, v))
    if mask is not None:
        mask = repeat(mask, "b t s -> (h b) t s", h=H)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return merge_heads(y.reshape(*lead, H, *y.shape[-2:]))


@wrong("24.3.3", names="heads.mask-ignored", says="does not use the mask")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    return merge_heads(F.scaled_dot_product_attention(q, k, v))


@wrong("24.3.3", names="heads.mask-ignored", how="masked_fill without its result")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
    return merge_heads(scores.softmax(-1) @ v)


@wrong("24.3.3", names="heads.inverted-mask", says="only where it may not")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = ~mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.inverted-mask", how="filled where True, with −∞")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask.unsqueeze(-3), -torch.inf)
    return merge_heads(scores.softmax(-1) @ v)


@wrong("24.3.3", names="heads.inverted-mask", how="filled where True, with −10⁹")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask.unsqueeze(-3), -1e9)
    return merge_heads(scores.softmax(-1) @ v)


@wrong("24.3.3", names="heads.always-causal", says="None allows all")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
    return merge_heads(y)


@wrong("24.3.3", names="heads.always-causal", how="beside the mask")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    past = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    if mask is not None:
        past = past & mask.unsqueeze(-3)
    return merge_heads(scores.masked_fill(~past, -torch.inf).softmax(-1) @ v)


@wrong("24.3.3", names="heads.mask-added", says="True adds 1")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3).to(q.dtype)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.over-queries", says="over the queries")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
    return merge_heads(scores.softmax(-2) @ v)


@wrong("24.3.3", names="heads.softmax-over-heads", says="compete for each key")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
    return merge_heads(torch.softmax(scores, dim=-3) @ v)


@wrong("24.3.3", names="heads.keys-as-values", says="a mixture of keys")
def multi_head_attention(q, k, v, H, mask=None):
    q, k = split_heads(q, H), split_heads(k, H)
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, k, k, attn_mask=mask))


@wrong("24.3.3", names="heads.averaged", says="the mean of the heads")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).mean(-3)


@wrong("24.3.3", names="heads.not-merged", says="an axis of heads")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


@wrong("24.3.3", names="heads.mask-none", says="mask is None")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask.unsqueeze(-3))
    return merge_heads(y)


@wrong("24.3.3", names="heads.view", says="lie apart")
def multi_head_attention(q, k, v, H, mask=None):
    shape = q.shape
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
    return (scores.softmax(-1) @ v).transpose(-3, -2).view(shape)


@wrong("24.3.3", names="heads.axes-from-the-front", how="three axes")
def multi_head_attention(q, k, v, H, mask=None):
    B, T, C = q.shape
    q, k, v = (t.view(B, -1, H, C // H).transpose(1, 2) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(1)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return y.transpose(1, 2).reshape(B, T, C)


@wrong("24.3.3", names="heads.shapes", says="take each from its own tensor")
def multi_head_attention(q, k, v, H, mask=None):
    *lead, T, C = q.shape
    q, k, v = (t.reshape(*lead, T, H, C // H).transpose(-3, -2) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.minus-one", says="The batch is empty")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (t.reshape(*t.shape[:-1], H, -1).transpose(-3, -2) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return y.transpose(-3, -2).flatten(-2)


@wrong("24.3.3", names="heads.shapes", how="keys not transposed")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    scores = q @ k / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
    return merge_heads(scores.softmax(-1) @ v)


@wrong("24.3.3", names="forbidden", how="torch's module")
def multi_head_attention(q, k, v, H, mask=None):
    layer = nn.MultiheadAttention(q.shape[-1], H, bias=False, batch_first=True)
    layer = layer.to(q.dtype)
    same = torch.eye(q.shape[-1], dtype=q.dtype)
    layer.in_proj_weight.data = torch.cat([same] * 3)
    layer.out_proj.weight.data = same
    blocked = None if mask is None else ~mask.repeat_interleave(H, 0)
    return layer(q, k, v, attn_mask=blocked)[0]


@wrong("24.3.3", names="no-gradient", says="cut the gradient")
def multi_head_attention(q, k, v, H, mask=None):
    if mask is not None:
        mask = mask.unsqueeze(-3)
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    with torch.no_grad():
        weights = F.scaled_dot_product_attention(
            q,
            k,
            torch.eye(k.shape[-2], dtype=k.dtype).expand(
                *k.shape[:-2], k.shape[-2], k.shape[-2]
            ),
            attn_mask=mask,
        )
    return merge_heads(weights @ v).detach()


@wrong("24.3.3", names="heads.root-of-keys", says="√S")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    m = None if mask is None else mask.unsqueeze(-3)
    s = q @ k.mT / math.sqrt(k.shape[-2])
    if m is not None:
        s = s.masked_fill(~m, -math.inf)
    return merge_heads(torch.softmax(s, -1).nan_to_num(0.0) @ v)


@wrong(
    "24.3.3",
    names="heads.axes-from-the-front",
    how="the mask's axis counted from the front",
)
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(1)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.axes-from-the-front", how="mask[:, None]")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask[:, None]
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.root-of-number", says="by √H = √")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    s = q @ k.mT / H**0.5
    if mask is not None:
        s = s.masked_fill(~mask.unsqueeze(-3), -torch.inf)
    return merge_heads(s.softmax(-1) @ v)


@wrong("24.3.3", names="heads.width-for-number", says="pieces of H")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (rearrange(t, "... t (h d) -> ... h t d", d=H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.mask-after-softmax", says="sum to less than 1")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    w = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1)
    if mask is not None:
        w = w * mask.unsqueeze(-3)
    return merge_heads(w @ v)


@wrong("24.3.3", names="heads.masked-to-zero", says="were set to 0")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    s = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask.unsqueeze(-3), 0.0)
    return merge_heads(s.softmax(-1) @ v)


@wrong("24.3.3", names="heads.masked-to-zero", how="1e-9 for 1e9")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    s = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask.unsqueeze(-3), -1e-9)
    return merge_heads(s.softmax(-1) @ v)


@wrong("24.3.3", names="heads.nan", says="0 times −∞ is NaN")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    s = q @ k.mT / q.shape[-1] ** 0.5
    if mask is not None:
        s = s + (~mask.unsqueeze(-3)).to(s.dtype) * -math.inf
    return merge_heads(s.softmax(-1) @ v)


@wrong("24.3.3", names="heads.values-and-keys-swapped", says="passed on")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, v, k, attn_mask=mask))


@wrong("24.3.3", names="heads.roles-swapped", says="q stands on the left")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(k, q, v, attn_mask=mask))


@wrong("24.3.3", names="heads.residual", says="add q")
def multi_head_attention(q, k, v, H, mask=None):
    Q = q
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask is not None:
        mask = mask.unsqueeze(-3)
    return Q + merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


@wrong("24.3.3", names="heads.if-mask", says="one yes or no")
def multi_head_attention(q, k, v, H, mask=None):
    q, k, v = (split_heads(t, H) for t in (q, k, v))
    if mask:
        mask = mask.unsqueeze(-3)
    return merge_heads(F.scaled_dot_product_attention(q, k, v, attn_mask=mask))
