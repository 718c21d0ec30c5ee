"""The bank of 24.3.4, MultiHeadAttention: wrong, as learners write it."""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import nn

from autograde.mistakes import wrong


@wrong("24.3.4", names="multi.extra-parameters", says="bias=False")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C)
        self.W_K = nn.Linear(C, C)
        self.W_V = nn.Linear(C, C)
        self.W_O = nn.Linear(C, C)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.extra-parameters", how="a bias in W_O only")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.extra-parameters", how="four matrices for each head")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        self.more = nn.ModuleList(nn.Linear(C, C // H) for _ in range(3 * H))

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.missing-parameters", says="four different layers")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = self.W_K
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.missing-parameters", how="layers in a list")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.layers = [nn.Linear(C, C, bias=False) for _ in range(4)]

    W_Q = property(lambda self: self.layers[0])
    W_K = property(lambda self: self.layers[1])
    W_V = property(lambda self: self.layers[2])
    W_O = property(lambda self: self.layers[3])

    def to(self, dtype):
        self.layers = [layer.to(dtype) for layer in self.layers]
        return self

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.no-output-projection", says="W_O plays no part")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return multi_head_attention(q, k, v, self.H, mask)


@wrong("24.3.4", names="multi.no-attribute", how="W_O forgotten altogether")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return multi_head_attention(q, k, v, self.H, mask)


@wrong("24.3.4", names="multi.no-attribute", says="named W_Q")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.query = nn.Linear(C, C, bias=False)
        self.key = nn.Linear(C, C, bias=False)
        self.value = nn.Linear(C, C, bias=False)
        self.out = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.query(x), self.key(context), self.value(context)
        return self.out(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.context-ignored", says="still come from x")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.context-ignored", how="the if the wrong way round")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        if context is not None:
            context = x
        else:
            context = x
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.keys-from-x", says="your keys come from x")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.values-from-x", says="your values come from x")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(x)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.roles-swapped", says="x asks")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(context), self.W_K(x), self.W_V(x)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.all-from-context", says="x is not used")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(context), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.all-from-context", how="x overwritten")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        if context is not None:
            x = context
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.x-and-context", says="the context alone")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else torch.cat([x, context], dim=-2)
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.query-and-key-swapped", says="W_Q for the keys")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_K(x), self.W_Q(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.values-from-keys", says="come from W_K")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_K(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.values-and-keys-swapped", says="W_V for the keys")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_V(context), self.W_K(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.bare-values", says="W_V is not used")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k = self.W_Q(x), self.W_K(context)
        return self.W_O(multi_head_attention(q, k, context, self.H, mask))


@wrong("24.3.4", names="multi.matrices-turned", says="transposed matrices")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        layers = (self.W_Q, self.W_K, self.W_V)
        q, k, v = (
            t @ w.weight for t, w in zip((x, context, context), layers, strict=True)
        )
        return multi_head_attention(q, k, v, self.H, mask) @ self.W_O.weight


@wrong("24.3.4", names="multi.matrices-turned", how="W_O only")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return multi_head_attention(q, k, v, self.H, mask) @ self.W_O.weight


@wrong("24.3.4", names="multi.residual", says="adds its input")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return x + self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="heads.scaled-by-C", says="products run over D")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        scale = x.shape[-1] ** -0.5
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)
        return self.W_O(merge_heads(y))


@wrong("24.3.4", names="heads.scaled-by-C", how="√C kept in __init__")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        self.root = math.sqrt(C)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        scores = q @ k.mT / self.root
        if mask is not None:
            scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
        return self.W_O(merge_heads(scores.softmax(-1) @ v))


@wrong("24.3.4", names="heads.unscaled", says="without the division")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        scores = q @ k.mT
        if mask is not None:
            scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
        return self.W_O(merge_heads(scores.softmax(-1) @ v))


@wrong("24.3.4", names="heads.one-head", says="a single head")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y)


@wrong("24.3.4", names="heads.across-heads", says="attend to one another")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (t.unflatten(-1, (self.H, -1)) for t in (q, k, v))
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y.flatten(-2))


@wrong("24.3.4", names="heads.bare-reshape", says="a piece of the sentence")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        B, T, C = x.shape
        D = C // self.H
        q = q.view(B, self.H, T, D)
        k, v = (t.view(B, self.H, -1, D) for t in (k, v))
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y.reshape(B, T, C))


@wrong("24.3.4", names="heads.bare-merge", says="joined without swapping")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y.reshape(x.shape))


@wrong("24.3.4", names="heads.interleaved", says="interleaved")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (
            rearrange(t, "... t (d h) -> ... h t d", h=self.H) for t in (q, k, v)
        )
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (d h)"))


@wrong("24.3.4", names="heads.mask-over-batch", says="sentences with the heads")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(merge_heads(y))


@wrong("24.3.4", names="heads.mask-ignored", says="does not use the mask")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H))


@wrong("24.3.4", names="heads.inverted-mask", says="only where it may not")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        mask = None if mask is None else ~mask
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.no-gradient", says="would never learn")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        y = multi_head_attention(q, k, v.detach(), self.H, mask)
        return self.W_O(y)


@wrong("24.3.4", names="multi.no-gradient", how="weights as .data")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k = x @ self.W_Q.weight.data.mT, context @ self.W_K.weight.data.mT
        y = multi_head_attention(q, k, self.W_V(context), self.H, mask)
        return self.W_O(y)


@wrong("24.3.4", names="multi.too-narrow", says="is not C × C")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C // H, bias=False)
        self.W_K = nn.Linear(C, C // H, bias=False)
        self.W_V = nn.Linear(C, C // H, bias=False)
        self.W_O = nn.Linear(C // H, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y)


@wrong("24.3.4", names="multi.no-init", says="super().__init__()")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.mask-none", how="mask used when it is None")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(merge_heads(y))


@wrong("24.3.4", names="multi.mask-none", how="context used when it is None")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.if-context", says="ask a tensor")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = context or x
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.if-context", how="if context:")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        if not context:
            context = x
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.view", says="lie apart")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        scores = q @ k.mT / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask.unsqueeze(-3), -torch.inf)
        y = (scores.softmax(-1) @ v).transpose(-3, -2)
        return self.W_O(y.view(*y.shape[:-2], -1))


@wrong("24.3.4", names="multi.shapes", says="T and S may differ")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        B, T, C = x.shape
        q, k, v = (t.view(B, T, self.H, C // self.H).transpose(1, 2) for t in (q, k, v))
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y.transpose(1, 2).reshape(B, T, C))


@wrong("24.3.4", names="forbidden", how="torch's own module inside")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.W_Q, self.W_K, self.W_V, self.W_O = (
            nn.Linear(C, C, bias=False) for _ in range(4)
        )
        self.inner = [nn.MultiheadAttention(C, H, bias=False, batch_first=True)]

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        layers = (self.W_Q, self.W_K, self.W_V)
        inner = self.inner[0].to(x.dtype)
        inner.in_proj_weight.data = torch.cat([w.weight for w in layers])
        inner.out_proj.weight = self.W_O.weight
        return inner(x, context, context)[0]


@wrong("24.3.4", names="multi.one-matrix-twice", says="three layers")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        return self.W_O(
            multi_head_attention(self.W_Q(x), self.W_Q(c), self.W_Q(c), self.H, mask)
        )


@wrong("24.3.4", names="multi.bare-inputs", says="is not used")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        return self.W_O(multi_head_attention(x, self.W_K(c), self.W_V(c), self.H, mask))


@wrong("24.3.4", names="multi.bare-inputs", how="bare keys")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        return self.W_O(multi_head_attention(self.W_Q(x), c, self.W_V(c), self.H, mask))


@wrong("24.3.4", names="multi.bare-inputs", how="W_O alone")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        y = multi_head_attention(x, c, c, self.H, mask)
        return self.W_O(y)


@wrong("24.3.4", names="heads.width-for-number", how="D handed on in place of H")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(c), self.W_V(c)
        return self.W_O(multi_head_attention(q, k, v, x.shape[-1] // self.H, mask))


@wrong("24.3.4", names="heads.always-causal", how="is_causal without a mask")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(c), self.W_V(c)
        q, k, v = (split_heads(t, self.H) for t in (q, k, v))
        m = None if mask is None else mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=m, is_causal=m is None)
        return self.W_O(merge_heads(y))


@wrong("24.3.4", names="heads.divided-by-D", how="scaled twice")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(c), self.W_V(c)
        q = q / math.sqrt(x.shape[-1] // self.H)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))


@wrong("24.3.4", names="multi.list-of-layers", says="not a single nn.Linear")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        self.W_Q = nn.ModuleList(nn.Linear(C, C // H, bias=False) for _ in range(H))

    def forward(self, x, context=None, mask=None):
        return x


@wrong("24.3.4", names="multi.no-H", says="does not know H")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        return self.W_O(
            multi_head_attention(self.W_Q(x), self.W_K(c), self.W_V(c), H, mask)
        )
