"""The bank of 26.2.3, GroupedQueryAttention: right, written very differently."""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import nn

from autograde.mistakes import right


@right("26.2.3", how="repeated heads and torch's attention")
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
        q = self.W_Q(x).view(B, T, self.H, self.D).transpose(1, 2)
        k = self.W_K(x).view(B, T, self.G, self.D).transpose(1, 2)
        v = self.W_V(x).view(B, T, self.G, self.D).transpose(1, 2)
        k, v = repeat_kv(k, self.H), repeat_kv(v, self.H)
        mask = None if mask is None else mask[:, None]
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y.transpose(1, 2).reshape(B, T, C))


@right("26.2.3", how="torch's enable_gqa")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        q, k, v = (
            W(x).unflatten(-1, (n, self.D)).transpose(-3, -2)
            for W, n in ((self.W_Q, self.H), (self.W_K, self.G), (self.W_V, self.G))
        )
        if mask is not None:
            mask = mask.unsqueeze(-3)
        y = F.scaled_dot_product_attention(q, k, v, mask, enable_gqa=True)
        return self.W_O(y.transpose(-3, -2).flatten(-2))


@right("26.2.3", how="a loop over heads and their columns of W_O")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        q, k, v, out = self.W_Q(x), self.W_K(x), self.W_V(x), 0
        for h in range(self.H):
            g = h // (self.H // self.G)
            mine = slice(h * self.D, h * self.D + self.D)
            ours = slice(g * self.D, g * self.D + self.D)
            y = F.scaled_dot_product_attention(
                q[..., mine], k[..., ours], v[..., ours], attn_mask=mask
            )
            out = out + y @ self.W_O.weight[:, mine].mT
        return out


@right("26.2.3", how="the weights of a multi-head module, repeated")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G, self.D = H, G, C // H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * self.D, bias=False)
        self.W_V = nn.Linear(C, G * self.D, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)

    def forward(self, x, mask=None):
        index = torch.arange(self.H) // (self.H // self.G)
        W_K, W_V = (
            W.weight.unflatten(0, (self.G, self.D))[index].flatten(0, 1)
            for W in (self.W_K, self.W_V)
        )
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(F.linear(x, W_K), cut, h=self.H)
        v = rearrange(F.linear(x, W_V), cut, h=self.H)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))


@right("26.2.3", how="layers made in a loop, the scores by einsum")
class GroupedQueryAttention(nn.Module):
    def __init__(self, C, H, G):
        super().__init__()
        self.H, self.G = H, G
        for name, rows in zip("QKVO", (C, C * G // H, C * G // H, C), strict=True):
            setattr(self, f"W_{name}", nn.Linear(C, rows, bias=False))

    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        q = rearrange(q, "b t (g n d) -> b t g n d", g=self.G, n=self.H // self.G)
        k, v = (rearrange(t, "b s (g d) -> b s g d", g=self.G) for t in (k, v))
        scores = torch.einsum("btgnd,bsgd->bgnts", q, k) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None, None], float("-inf"))
        y = torch.einsum("bgnts,bsgd->btgnd", scores.softmax(-1), v)
        return self.W_O(y.flatten(-3))
