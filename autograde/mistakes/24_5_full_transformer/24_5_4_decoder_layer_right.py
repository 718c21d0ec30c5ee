"""The bank of 24.5.4, DecoderLayer: right, written very differently."""
# ruff: noqa: F811, F821, E731

import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import right


@right("24.5.4", how="a loop over pairs")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        parts = {
            self.norm_1: lambda x: self.attention(x, x, causal),
            self.norm_2: lambda x: self.cross_attention(x, memory, mask),
            self.norm_3: lambda x: self.linear_2(F.relu(self.linear_1(x))),
        }
        for norm, part in parts.items():
            x = x + part(norm(x)) if self.pre_norm else norm(x + part(x))
        return x


@right("24.5.4", how="PyTorch's attention and its own masks")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = nn.MultiheadAttention(C, H, batch_first=True)
        self.cross_attention = nn.MultiheadAttention(C, H, batch_first=True)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        ahead = torch.ones(T, T, dtype=torch.bool).triu(1)
        hidden = None if mask is None else ~mask[:, 0]

        def attend(x):
            return self.attention(x, x, x, attn_mask=ahead, need_weights=False)[0]

        def look_up(x):
            cross = self.cross_attention
            return cross(x, memory, memory, key_padding_mask=hidden)[0]

        def think(x):
            return self.linear_2(torch.relu(self.linear_1(x)))

        for i, part in enumerate((attend, look_up, think), 1):
            norm = getattr(self, f"norm_{i}")
            x = x + part(norm(x)) if self.pre_norm else norm(x + part(x))
        return x


@right("24.5.4", how="positions compared")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        place = torch.arange(T)
        causal = place[:, None] >= place
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@right("24.5.4", how="one target token at a time")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        def attend(x):
            rows = [
                self.attention(x[:, t : t + 1], x[:, : t + 1])
                for t in range(x.shape[1])
            ]
            return torch.cat(rows, dim=1)

        first = self.norm_1(x) if self.pre_norm else x
        x = x + attend(first)
        x = x if self.pre_norm else self.norm_1(x)
        second = self.norm_2(x) if self.pre_norm else x
        x = x + self.cross_attention(second, memory, mask)
        x = x if self.pre_norm else self.norm_2(x)
        third = self.norm_3(x) if self.pre_norm else x
        x = x + self.linear_2(self.linear_1(third).clamp(min=0))
        return x if self.pre_norm else self.norm_3(x)


@right("24.5.4", how="the residual as a method")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def add(self, x, norm, part):
        if self.pre_norm:
            return torch.add(part(norm(x)), x)
        return norm(torch.add(part(x), x))

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.tril(torch.ones(1, T, T)) == 1
        x = self.add(x, self.norm_1, lambda h: self.attention(h, h, causal))
        x = self.add(x, self.norm_2, lambda h: self.cross_attention(h, memory, mask))
        hidden = nn.Sequential(self.linear_1, nn.ReLU(), self.linear_2)
        return self.add(x, self.norm_3, hidden)


@right("24.5.4", how="positions compared, norms by name")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        i = torch.arange(x.shape[1])
        causal = (i[:, None] >= i).unsqueeze(0).expand(len(x), -1, -1)
        for k, part in enumerate(
            [
                lambda a: self.attention(a, a, causal),
                lambda a: self.cross_attention(a, memory, mask),
                lambda a: self.linear_2(torch.relu(self.linear_1(a))),
            ],
            1,
        ):
            norm = getattr(self, f"norm_{k}")
            y = part(norm(x) if self.pre_norm else x)
            x = torch.add(x, y)
            if not self.pre_norm:
                x = norm(x)
        return x
