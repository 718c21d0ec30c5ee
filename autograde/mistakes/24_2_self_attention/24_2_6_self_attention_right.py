"""The bank of 24.2.6, SelfAttention: right, written very differently."""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import einsum
from torch import nn

from autograde.mistakes import right


@right("24.2.6", how="torch's attention")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        return F.scaled_dot_product_attention(
            self.W_Q(x), self.W_K(x), self.W_V(x), attn_mask=mask
        )


@right("24.2.6", how="one concatenated product")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q, self.W_K, self.W_V = (nn.Linear(C, D, bias=False) for _ in "qkv")

    def forward(self, x, mask=None):
        layers = (self.W_Q, self.W_K, self.W_V)
        together = torch.cat([layer.weight for layer in layers])
        q, k, v = (x @ together.mT).chunk(3, dim=-1)
        return scaled_dot_product_attention(q, k, v, mask)


@right("24.2.6", how="weights by einsum, attention written out")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.scale = D**-0.5
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q, k, v = (
            einsum(x, layer.weight, "... t c, d c -> ... t d")
            for layer in (self.W_Q, self.W_K, self.W_V)
        )
        scores = einsum(q, k, "... t d, ... s d -> ... t s") * self.scale
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        return einsum(scores.softmax(-1), v, "... t s, ... s d -> ... t d")


@right("24.2.6", how="the product of W_Q and W_K first")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        bilinear = self.W_Q.weight.mT @ self.W_K.weight  # (C, C)
        scores = x @ bilinear @ x.mT / math.sqrt(self.W_Q.out_features)
        if mask is not None:
            scores = torch.where(mask, scores, -math.inf)
        return torch.softmax(scores, -1) @ x @ self.W_V.weight.mT


@right("24.2.6", how="own starting values")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        for name in ("W_Q", "W_K", "W_V"):
            layer = nn.Linear(C, D, bias=False)
            nn.init.xavier_uniform_(layer.weight)
            setattr(self, name, layer)

    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return scaled_dot_product_attention(q, k, v, mask)


@right("24.2.6", how="one sentence and one query at a time")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.D = D
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        if mask is not None:
            mask = mask.expand(*x.shape[:-1], x.shape[-2])
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        rows = []
        for t in range(x.shape[-2]):
            s = (q[..., t : t + 1, :] * k).sum(-1) / math.sqrt(self.D)
            if mask is not None:
                s = s.masked_fill(~mask[..., t, :], -math.inf)
            p = (s - s.amax(-1, keepdim=True)).exp()
            p = p / p.sum(-1, keepdim=True)
            rows.append((p[..., None] * v).sum(-2))
        return torch.stack(rows, dim=-2)
