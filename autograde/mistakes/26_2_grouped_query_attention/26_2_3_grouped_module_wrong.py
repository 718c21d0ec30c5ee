"""The bank of 26.2.3, GroupedQueryAttention: wrong, as learners write it."""
# ruff: noqa: F811, F821

import math

import torch
from einops import rearrange
from torch import nn

from autograde.mistakes import wrong


@wrong("26.2.3", names="grouped-module.extra-parameters", says="bias=False")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C)
        self.W_K = nn.Linear(C, G * self.D)
        self.W_V = nn.Linear(C, G * self.D)
        self.W_O = nn.Linear(C, C)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.extra-parameters", how="a bias in W_O only")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong(
    "26.2.3", names="grouped-module.missing-parameters", says="four different layers"
)
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = self.W_K
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.sizes", says="map C to G·D")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.sizes", how="one key/value head only")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, self.D, bias=False)
        self.W_V = nn.Linear(C, self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.sizes", how="W_Q to G·D, W_K to C")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, G * self.D, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.sizes", how="width C / G")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C // G, bias=False)
        self.W_V = nn.Linear(C, C // G, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.tiled", says="share a head, not neighbours")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        n = self.H // self.G
        k, v = (torch.cat([t] * n, dim=-3) for t in (k, v))
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.tiled", how="query heads cut as (n g)")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        q = rearrange(self.W_Q(x), "... t (n g d) -> ... (g n) t d", g=self.G, d=self.D)
        k = rearrange(self.W_K(x), "... t (g d) -> ... g t d", g=self.G)
        v = rearrange(self.W_V(x), "... t (g d) -> ... g t d", g=self.G)
        y = grouped_attention(q, k, v, mask)
        y = rearrange(y, "... (g n) t d -> ... t (n g d)", g=self.G)
        return self.W_O(y)


@wrong("26.2.3", names="grouped-module.one-head", says="the same key/value head")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k[..., :1, :, :], v[..., :1, :, :], mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.no-output-projection", says="W_O plays no part")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return rearrange(y, "... h t d -> ... t (h d)")


@wrong("26.2.3", names="grouped-module.values-from-keys", says="passes on keys")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_K(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong(
    "26.2.3", names="grouped-module.values-and-keys-swapped", says="W_V for the keys"
)
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_V(x), cut, h=self.G)
        v = rearrange(self.W_K(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.scaled-by-C", says="the width of the model")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q / math.sqrt(self.H), k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.scale", says="do it once")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q / math.sqrt(self.D), k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.interleaved", says="do not lie side by side")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (d h) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.interleaved", how="joined that way, too")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (d h) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (d h)"))


@wrong("26.2.3", names="grouped-module.bare-reshape", says="mixes positions and heads")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        B, T, C = x.shape
        q = self.W_Q(x).reshape(B, self.H, T, self.D)
        k = self.W_K(x).reshape(B, self.G, T, self.D)
        v = self.W_V(x).reshape(B, self.G, T, self.D)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(y.reshape(B, T, C))


@wrong("26.2.3", names="grouped-module.bare-reshape", how="when joined")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(y.reshape(x.shape))


@wrong("26.2.3", names="grouped-module.matrices-turned", says="by a transposed matrix")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return rearrange(y, "... h t d -> ... t (h d)") @ self.W_O.weight


@wrong("26.2.3", names="grouped-module.mask-ignored", says="does not use the mask")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.inverted-mask", says="only where it may not")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        mask = None if mask is None else ~mask
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.always-causal", says="a causal mask of its own")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        past = torch.ones(2 * x.shape[-2:-1], dtype=torch.bool).tril()
        mask = past if mask is None else past & mask
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.residual", says="adds its input")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return x + self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.no-gradient", says="No gradient reaches")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k.detach(), v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.no-attribute", says="named W_Q")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.w_Q = nn.Linear(C, C, bias=False)
        self.w_K = nn.Linear(C, G * self.D, bias=False)
        self.w_V = nn.Linear(C, G * self.D, bias=False)
        self.w_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.w_Q(x), cut, h=self.H)
        k = rearrange(self.w_K(x), cut, h=self.G)
        v = rearrange(self.w_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.w_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.no-init", says="super().__init__()")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.mask-none", says="if mask is not None")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask.bool())
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.view", says="lie apart")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(y.transpose(1, 2).view(x.shape))


@wrong("26.2.3", names="grouped-module.shapes", says="G, T, D")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.H)
        v = rearrange(self.W_V(x), cut, h=self.H)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@wrong("26.2.3", names="grouped-module.interleaved", how="only when heads are joined")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G = H, G
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C // H * G, bias=False)
        self.W_V = nn.Linear(C, C // H * G, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        q = rearrange(self.W_Q(x), "... t (h d) -> ... h t d", h=self.H)
        k = rearrange(self.W_K(x), "... t (h d) -> ... h t d", h=self.G)
        v = rearrange(self.W_V(x), "... t (h d) -> ... h t d", h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (d h)"))
