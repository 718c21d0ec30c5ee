"""The bank of 24.5.3, EncoderLayer: wrong, as learners write it."""
# ruff: noqa: F811, F821, E731

import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import wrong


@wrong("24.5.3", names="encoder-layer.always-post", says="whatever `pre_norm` says")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.always-pre", says="before each part")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        n = self.norm_1(x)
        x = x + self.attention(n, n, mask)
        return x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))


@wrong(
    "24.5.3",
    names="encoder-layer.orders-swapped",
    says="with pre_norm=True, and before",
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if not self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong(
    "24.5.3",
    names="encoder-layer.no-residual",
    says="instead of adding",
    how="both",
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = self.attention(n, n, mask)
            x = self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(self.attention(x, x, mask))
        x = self.norm_2(self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.no-residual", how="around attention")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.no-residual", how="around feed-forward")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong(
    "24.5.3",
    names="encoder-layer.residual-after-norm",
    says="starts behind the norm",
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            x = self.norm_1(x)
            x = x + self.attention(x, x, mask)
            x = self.norm_2(x)
            x = x + self.linear_2(F.relu(self.linear_1(x)))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.residual-after-norm", how="of attention only")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            x = self.norm_1(x)
            x = x + self.attention(x, x, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.norm-on-branch", says="norms the part only")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = x + self.norm_1(self.attention(x, x, mask))
        x = x + self.norm_2(self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.norm-twice", says="norms the stream too")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = self.norm_1(x + self.attention(n, n, mask))
            h = self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            x = self.norm_2(x + h)
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong(
    "24.5.3",
    names="encoder-layer.norm-missing",
    says="A norm is not used",
    how="after feed-forward",
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(x)))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = x + self.linear_2(F.relu(self.linear_1(x)))
        return x


@wrong("24.5.3", names="encoder-layer.norm-missing", how="of attention")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = x
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = x + self.attention(x, x, mask)
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.norm-shared", says="one and the same")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = self.norm_1

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.norm-shared", how="norm_1 called twice")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_1(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_1(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.norms-swapped", says="changed places")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_2(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_1(x))))
            return x
        x = self.norm_2(x + self.attention(x, x, mask))
        x = self.norm_1(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.input-again", says="attention's part is lost")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            h = x + self.attention(n, n, mask)
            return x + self.linear_2(F.relu(self.linear_1(self.norm_2(h))))
        h = self.norm_1(x + self.attention(x, x, mask))
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(h))))


@wrong(
    "24.5.3",
    names="encoder-layer.queries-normed",
    says="Only your queries are normed",
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x), x, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.no-relu", says="ReLU between linear_1")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(self.linear_1(self.norm_2(x)))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(self.linear_1(x)))
        return x


@wrong("24.5.3", names="encoder-layer.no-relu", how="behind the second map")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        def think(x):
            return F.relu(self.linear_2(self.linear_1(x)))

        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            return x + think(self.norm_2(x))
        x = self.norm_1(x + self.attention(x, x, mask))
        return self.norm_2(x + think(x))


@wrong("24.5.3", names="encoder-layer.other-bend", says="is not ReLU")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.gelu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.gelu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.mask-ignored", says="does not use the mask")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong(
    "24.5.3",
    names="encoder-layer.mask-inverted",
    says="only where it may not",
    how="PyTorch's own, with our mask",
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm, self.H = pre_norm, H
        self.attention = nn.MultiheadAttention(C, H, batch_first=True)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        blocked = None
        if mask is not None:
            blocked = mask.expand(-1, x.shape[1], -1)
            blocked = blocked.repeat_interleave(self.H, dim=0)
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, n, attn_mask=blocked)[0]
            return x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
        x = self.norm_1(x + self.attention(x, x, x, attn_mask=blocked)[0])
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.3", names="encoder-layer.mask-inverted", how="inverted for nothing")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if mask is not None:
            mask = ~mask
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.mask-turned", says="mask transposed")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if mask is not None and mask.shape[1] == mask.shape[2]:
            mask = mask.mT
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.causal", says="hides later tokens")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        T = x.shape[1]
        causal = torch.ones(1, T, T, dtype=torch.bool).tril()
        mask = causal if mask is None else mask & causal
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.one-head", says="one head instead of H")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, 1)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.over-batch", says="over the batch")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = nn.MultiheadAttention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        blocked = None
        if mask is not None:
            blocked = ~mask.expand(-1, x.shape[1], -1)
            blocked = blocked.repeat_interleave(self.attention.num_heads, dim=0)
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, n, attn_mask=blocked)[0]
            return x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
        x = self.norm_1(x + self.attention(x, x, x, attn_mask=blocked)[0])
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.3", names="encoder-layer.extra-parameters", says="more parameters")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong(
    "24.5.3",
    names="encoder-layer.missing-parameters",
    says="fewer parameters",
    how="a bias left out",
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C, bias=False)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.no-gradient", says="No gradient reaches")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask).detach()
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask).detach())
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.in-place", says="writes into its own input")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x += self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.no-init", says="first line of __init__")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.no-attribute", says="missing or named otherwise")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm1 = nn.LayerNorm(C)
        self.norm2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm2(x))))
            return x
        x = self.norm1(x + self.attention(x, x, mask))
        x = self.norm2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="encoder-layer.tuple", says="returns two things")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = nn.MultiheadAttention(C, H, batch_first=True)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, n)
            return x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
        x = self.norm_1(x + self.attention(x, x, x))
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.3", names="encoder-layer.shapes", says="do not fit")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(C, width)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="parameters", says="order and defaults", how="no mask")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return x
        x = self.norm_1(x + self.attention(x, x))
        x = self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))
        return x


@wrong("24.5.3", names="random", says="two different answers", how="dropout")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.dropout(self.linear_2(F.relu(self.linear_1(self.norm_2(x)))))
            return x
        x = self.norm_1(x + self.attention(x, x, mask))
        x = self.norm_2(x + self.dropout(self.linear_2(F.relu(self.linear_1(x)))))
        return x


@wrong("24.5.3", names="encoder-layer.side-by-side", says="reads the layer's input")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm, self.attention = pre_norm, Attention(C, H)
        self.linear_1, self.linear_2 = nn.Linear(C, width), nn.Linear(width, C)
        self.norm_1, self.norm_2 = nn.LayerNorm(C), nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            y = self.attention(n, n, mask)
            return x + y + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
        x = self.norm_1(x + self.attention(x, x, mask))
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong(
    "24.5.3", names="encoder-layer.norm-twice", how="the last norm once more at the end"
)
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(n, n, mask)
            x = x + self.linear_2(F.relu(self.linear_1(self.norm_2(x))))
            return self.norm_2(x)
        x = self.norm_1(x + self.attention(x, x, mask))
        return self.norm_2(x + self.linear_2(F.relu(self.linear_1(x))))


@wrong("24.5.3", names="encoder-layer.norm-on-branch", how="pre-norm, behind the part")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def ff(self, x):
        return self.linear_2(F.relu(self.linear_1(x)))

    def forward(self, x, mask=None):
        a = self.attention(x, x, mask)
        if self.pre_norm:
            x = x + self.norm_1(a)
            return x + self.norm_2(self.ff(x))
        x = self.norm_1(x + a)
        return self.norm_2(x + self.ff(x))


@wrong("24.5.3", names="values", how="in pre-norm the queries are not normed")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def ff(self, x):
        return self.linear_2(F.relu(self.linear_1(x)))

    def forward(self, x, mask=None):
        if self.pre_norm:
            n = self.norm_1(x)
            x = x + self.attention(x, n, mask)
            return x + self.ff(self.norm_2(x))
        x = self.norm_1(x + self.attention(x, x, mask))
        return self.norm_2(x + self.ff(x))
