"""The bank of 24.3.4, MultiHeadAttention: right, written very differently."""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from einops import einsum, rearrange
from torch import nn

from autograde.mistakes import right


@right("24.3.4", how="reshape and transpose, B, T, C by name")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        self.D = C // H

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        B, T, C = x.shape
        S = context.shape[1]
        q = q.view(B, T, self.H, self.D).transpose(1, 2)
        k = k.view(B, S, self.H, self.D).transpose(1, 2)
        v = v.view(B, S, self.H, self.D).transpose(1, 2)
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.D)
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None], float("-inf"))
        y = scores.softmax(dim=-1) @ v
        return self.W_O(y.transpose(1, 2).contiguous().view(B, T, C))


@right("24.3.4", how="a loop over heads and their slices of W_O")
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
        D, out = q.shape[-1] // self.H, 0
        for h in range(self.H):
            cut = slice(h * D, h * D + D)
            y = F.scaled_dot_product_attention(
                q[..., cut], k[..., cut], v[..., cut], attn_mask=mask
            )
            out = out + y @ self.W_O.weight[:, cut].mT
        return out


@right("24.3.4", how="einsum from the weights")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q, self.W_K, self.W_V, self.W_O = (
            nn.Linear(C, C, bias=False) for _ in range(4)
        )

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        h = self.H
        q = einsum(
            x, self.W_Q.weight.unflatten(0, (h, -1)), "... t c, h d c -> ... h t d"
        )
        k = einsum(
            context,
            self.W_K.weight.unflatten(0, (h, -1)),
            "... s c, h d c -> ... h s d",
        )
        v = einsum(
            context,
            self.W_V.weight.unflatten(0, (h, -1)),
            "... s c, h d c -> ... h s d",
        )
        scores = einsum(q, k, "... t d, ... s d -> ... t s") * q.shape[-1] ** -0.5
        if mask is not None:
            scores = torch.where(mask.unsqueeze(-3), scores, -torch.inf)
        y = einsum(scores.softmax(-1), v, "... t s, ... s d -> ... t d")
        return einsum(
            y, self.W_O.weight.unflatten(1, (h, -1)), "... h t d, c h d -> ... t c"
        )


@right("24.3.4", how="what each head adds, from 24.3.6")
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
        return head_contributions(y, self.W_O.weight).sum(dim=-3)


@right("24.3.4", how="keys and values in one product, own starting values")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        for layer in (self.W_Q, self.W_K, self.W_V, self.W_O):
            nn.init.xavier_uniform_(layer.weight)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        kv = F.linear(context, torch.cat([self.W_K.weight, self.W_V.weight]))
        k, v = kv.chunk(2, dim=-1)
        return self.W_O(multi_head_attention(self.W_Q(x), k, v, self.H, mask))


@right("24.3.4", how="dropout that is switched off")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        self.dropout = nn.Dropout(0.0)

    def forward(self, x, context=None, mask=None):
        context = x if context is None else context
        if mask is not None and mask.ndim == 3:
            mask = mask.unsqueeze(1)
        q, k, v = (
            rearrange(t, "b t (h d) -> b h t d", h=self.H)
            for t in (self.W_Q(x), self.W_K(context), self.W_V(context))
        )
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.dropout(self.W_O(rearrange(y, "b h t d -> b t (h d)")))


@right("24.3.4", how="einsum with weights cut into heads")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H, self.D = H, C // H
        for name in ("W_Q", "W_K", "W_V", "W_O"):
            setattr(self, name, nn.Linear(C, C, bias=False))

    def forward(self, x, context=None, mask=None):
        c = x if context is None else context
        cut = [
            w.weight.unflatten(0, (self.H, -1)) for w in (self.W_Q, self.W_K, self.W_V)
        ]
        q, k, v = (
            torch.einsum("...tc,hdc->...htd", source, w)
            for source, w in zip((x, c, c), cut, strict=True)
        )
        s = torch.einsum("...td,...sd->...ts", q, k) * self.D**-0.5
        if mask is not None:
            s = s.masked_fill(mask.logical_not()[..., None, :, :], -math.inf)
        y = s.softmax(-1) @ v
        return torch.einsum(
            "...htd,ohd->...to", y, self.W_O.weight.unflatten(1, (self.H, self.D))
        )


@right("24.3.4", how="a sum over heads; H in a buffer")
class MultiHeadAttention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.W_Q, self.W_K, self.W_V, self.W_O = (
            nn.Linear(C, C, bias=False) for _ in range(4)
        )
        self.register_buffer("heads", torch.tensor(H))

    def forward(self, x, context=None, mask=None):
        context = context if context is not None else x
        H = int(self.heads)
        D = x.shape[-1] // H
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        out = 0
        for h in range(H):
            s = slice(h * D, (h + 1) * D)
            y = F.scaled_dot_product_attention(
                q[..., s], k[..., s], v[..., s], attn_mask=mask
            )
            out = out + y @ self.W_O.weight[:, s].T
        return out
