"""The bank of 24.5.4, DecoderLayer: wrong, as learners write it."""
# ruff: noqa: F811, F821, E731

import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import wrong


@wrong("24.5.4", names="decoder-layer.always-post", says="whatever `pre_norm` says")
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
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.always-pre", says="before each part")
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
        n = self.norm_1(x)
        x = x + self.attention(n, n, causal)
        x = x + self.cross_attention(self.norm_2(x), memory, mask)
        return x + self.linear_2(F.relu(self.linear_1(self.norm_3(x))))


@wrong("24.5.4", names="decoder-layer.orders-swapped", says="and before it if not")
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
        if not self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.no-causal-mask", says="later tokens leak in")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong(
    "24.5.4",
    names="decoder-layer.no-causal-mask",
    how="a triangle of floats that blocks nothing",
)
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
        causal = torch.ones(T, T, dtype=torch.bool)
        causal.tril()
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


@wrong(
    "24.5.4",
    names="decoder-layer.causal-mask-inverted",
    says="and not at earlier ones",
    how="triu",
)
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
        causal = torch.ones(T, T, dtype=torch.bool).triu()
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


@wrong("24.5.4", names="decoder-layer.not-itself", says="may not look at itself")
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
        causal = torch.ones(T, T, dtype=torch.bool).tril(-1)
        causal[0, 0] = True
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


@wrong("24.5.4", names="decoder-layer.one-too-far", says="one token of the future")
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
        causal = torch.ones(T, T, dtype=torch.bool).tril(1)
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


@wrong(
    "24.5.4", names="decoder-layer.keys-from-decoder", says="from the decoder itself"
)
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, n, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, x, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.keys-from-decoder", how="and without the mask")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, n)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, x))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.queries-from-memory", says="queries from memory")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(memory, n, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(memory, x, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.queries-from-memory", how="without the mask")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(memory, n)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(memory, x))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.memory-normed", says="norms memory as well")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, self.norm_2(memory), mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.causal-cross", says="hides source tokens")
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
        S = memory.shape[1]
        ahead = torch.ones(T, S, dtype=torch.bool).tril()
        mask = ahead[None] if mask is None else mask & ahead
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


@wrong("24.5.4", names="decoder-layer.causal-cross", how="the target's own triangle")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, causal)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, causal))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.cross-first", says="comes before self-attention")
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
        if self.pre_norm:
            x = x + self.cross_attention(self.norm_2(x), memory, mask)
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            return x + self.linear_2(F.relu(self.linear_1(self.norm_3(x))))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        x = self.norm_1(x + self.attention(x, x, causal))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.no-cross", says="does not depend on memory")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.no-cross", how="the result dropped")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        self.cross_attention(x, memory, mask)
        x = self.norm_2(x)
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.mask-ignored", says="so padding is read")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.mask-inverted", says="and nothing else")
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
        if mask is not None:
            mask = ~mask
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
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


@wrong(
    "24.5.4",
    names="decoder-layer.no-residual",
    says="instead of adding",
    how="around cross-attention",
)
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.no-residual", how="everywhere")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = self.attention(n, n, causal)
            n = self.norm_2(x)
            x = self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(self.attention(x, x, causal))
        x = self.norm_2(self.cross_attention(x, memory, mask))
        return self.norm_3(self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.no-residual", how="around feed-forward")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(self.linear_2(F.relu(self.linear_1(x))))


@wrong(
    "24.5.4", names="decoder-layer.residual-after-norm", says="starts behind the norm"
)
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
        if self.pre_norm:
            x = self.norm_1(x)
            x = x + self.attention(x, x, causal)
            x = self.norm_2(x)
            x = x + self.cross_attention(x, memory, mask)
            x = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(x)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.input-again", says="adds to the layer's input")
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
        start, T = x, x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = start + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(start + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.input-again", how="at the end")
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
        start, T = x, x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return start + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(start + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.norm-on-branch", says="norms the part only")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = x + self.norm_1(self.attention(x, x, causal))
        x = x + self.norm_2(self.cross_attention(x, memory, mask))
        return x + self.norm_3(self.linear_2(F.relu(self.linear_1(x))))


@wrong(
    "24.5.4",
    names="decoder-layer.norm-missing",
    says="A norm is not used",
    how="of cross-attention",
)
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = x
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = x + self.cross_attention(x, memory, mask)
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.norm-missing", how="of feed-forward")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = x
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return x + self.linear_2(F.relu(self.linear_1(x)))


@wrong("24.5.4", names="decoder-layer.norm-shared", says="one and the same")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = self.norm_3 = self.norm_1

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
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


@wrong("24.5.4", names="decoder-layer.norm-shared", how="norm_2 for feed-forward too")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_2(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.norms-swapped", says="changed places")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_3(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_2(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_3(x + self.cross_attention(x, memory, mask))
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.attention-shared", says="Your two attentions")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.attention-shared", how="one module, two names")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = self.attention
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
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


@wrong("24.5.4", names="decoder-layer.no-relu", says="there is no ReLU")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(self.linear_1(n))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(self.linear_1(x)))


@wrong("24.5.4", names="decoder-layer.extra-parameters", says="more parameters")
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
        self.norm_4 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
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


@wrong("24.5.4", names="decoder-layer.missing-parameters", says="fewer parameters")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C, bias=False)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
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


@wrong(
    "24.5.4",
    names="decoder-layer.no-gradient",
    says="No gradient reaches",
    how="memory cut off",
)
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
        memory = memory.detach()
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
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


@wrong("24.5.4", names="decoder-layer.in-place", says="writes into its own input")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x += self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.no-init", says="first line of __init__")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
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


@wrong("24.5.4", names="decoder-layer.no-attribute", says="missing or named otherwise")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.multihead_attn = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.multihead_attn(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.multihead_attn(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.tuple", says="returns two things")
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
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, n, attn_mask=~causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory, mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, x, attn_mask=~causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.shapes", says="do not fit")
class DecoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.cross_attention = Attention(C, H)
        self.linear_1 = nn.Linear(width, C)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
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


@wrong("24.5.4", names="parameters", says="order and defaults")
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

    def forward(self, x, memory):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, memory)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="random", how="dropout")
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
        self.dropout = nn.Dropout(0.1)

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            n = self.norm_2(x)
            x = x + self.cross_attention(n, self.dropout(memory), mask)
            n = self.norm_3(x)
            return x + self.linear_2(F.relu(self.linear_1(n)))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, self.dropout(memory), mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.norm-twice", says="norms the stream too")
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

    def add(self, x, part, norm):
        if self.pre_norm:
            return norm(x + part(norm(x)))
        return norm(x + part(x))

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        x = self.add(x, lambda a: self.attention(a, a, causal), self.norm_1)
        x = self.add(x, lambda a: self.cross_attention(a, memory, mask), self.norm_2)
        return self.add(
            x, lambda a: self.linear_2(F.relu(self.linear_1(a))), self.norm_3
        )


@wrong("24.5.4", names="decoder-layer.norm-twice", how="only at the end")
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
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            x = x + self.cross_attention(self.norm_2(x), memory, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_3(x))))
            return self.norm_3(x)
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong(
    "24.5.4", names="decoder-layer.queries-normed", says="Only your queries are normed"
)
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
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x), x, causal)
            x = x + self.cross_attention(self.norm_2(x), memory, mask)
            return x + self.linear_2(F.relu(self.linear_1(self.norm_3(x))))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.4", names="decoder-layer.mask-on-target", says="where T = S")
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

    def ff(self, x):
        return self.linear_2(F.relu(self.linear_1(x)))

    def forward(self, x, memory, mask=None):
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        causal = causal & mask if mask is not None and mask.shape[-1] == T else causal
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, causal)
            x = x + self.cross_attention(self.norm_2(x), memory, mask)
            return x + self.ff(self.norm_3(x))
        x = self.norm_1(x + self.attention(x, x, causal))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.ff(x))


@wrong(
    "24.5.4", names="decoder-layer.no-causal-mask", how="the source's mask in its place"
)
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

    def ff(self, x):
        return self.linear_2(F.relu(self.linear_1(x)))

    def forward(self, x, memory, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.cross_attention(self.norm_2(x), memory, mask)
            return x + self.ff(self.norm_3(x))
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.cross_attention(x, memory, mask))
        return self.norm_3(x + self.ff(x))
