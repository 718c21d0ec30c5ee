"""The bank of 24.5.3, EncoderLayer: right, written very differently."""
# ruff: noqa: F811, F821, E731

import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import right


@right("24.5.3", how="parts as small functions")
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
        def attend(x):
            return self.attention(x, x, mask)

        def think(x):
            return self.linear_2(F.relu(self.linear_1(x)))

        for norm, part in ((self.norm_1, attend), (self.norm_2, think)):
            x = x + part(norm(x)) if self.pre_norm else norm(x + part(x))
        return x


@right("24.5.3", how="PyTorch's attention")
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
        blocked = None
        if mask is not None:
            blocked = ~mask.expand(-1, x.shape[1], -1)
            blocked = blocked.repeat_interleave(self.attention.num_heads, dim=0)
        h = self.norm_1(x) if self.pre_norm else x
        x = x + self.attention(h, h, h, attn_mask=blocked, need_weights=False)[0]
        if not self.pre_norm:
            x = self.norm_1(x)
        h = self.norm_2(x) if self.pre_norm else x
        x = x + self.linear_2(torch.relu(self.linear_1(h)))
        return x if self.pre_norm else self.norm_2(x)


@right("24.5.3", how="attention written out from its matrices")
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
        def attend(x):
            C, H = x.shape[-1], self.attention.num_heads
            weight, bias = self.attention.in_proj_weight, self.attention.in_proj_bias
            q, k, v = (x @ weight.T + bias).chunk(3, dim=-1)
            q, k, v = (t.unflatten(-1, (H, C // H)).transpose(1, 2) for t in (q, k, v))
            look = None if mask is None else mask[:, None]
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=look)
            return self.attention.out_proj(y.transpose(1, 2).flatten(2))

        think = nn.Sequential(self.linear_1, nn.ReLU(), self.linear_2)
        if self.pre_norm:
            x = x + attend(self.norm_1(x))
            return x + think(self.norm_2(x))
        x = self.norm_1(x + attend(x))
        return self.norm_2(x + think(x))


@right("24.5.3", how="two methods")
class EncoderLayer(nn.Module):
    def __init__(self, C, H, width, pre_norm=False):
        super().__init__()
        self.pre_norm = pre_norm
        self.attention = Attention(C, H)
        self.linear_1 = nn.Linear(C, width)
        self.linear_2 = nn.Linear(width, C)
        self.norm_1 = nn.LayerNorm(C)
        self.norm_2 = nn.LayerNorm(C)

    def before(self, x, mask):
        n = self.norm_1(x)
        x = self.attention(n, n, mask) + x
        return self.linear_2(self.linear_1(self.norm_2(x)).clamp(min=0)) + x

    def after(self, x, mask):
        x = self.norm_1(self.attention(x, x, mask) + x)
        return self.norm_2(self.linear_2(self.linear_1(x).clamp(min=0)) + x)

    def forward(self, x, mask=None):
        return (self.before if self.pre_norm else self.after)(x, mask)


@right("24.5.3", how="norms by F.layer_norm, no in-place trouble")
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
        def norm(part, x):
            return F.layer_norm(x, (x.shape[-1],), part.weight, part.bias)

        first = norm(self.norm_1, x) if self.pre_norm else x
        x = torch.add(x, self.attention(first, first, mask))
        x = x if self.pre_norm else norm(self.norm_1, x)
        second = norm(self.norm_2, x) if self.pre_norm else x
        hidden = torch.relu(F.linear(second, self.linear_1.weight, self.linear_1.bias))
        x = torch.add(x, F.linear(hidden, self.linear_2.weight, self.linear_2.bias))
        return x if self.pre_norm else norm(self.norm_2, x)


@right("24.5.3", how="one way through, with ifs")
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
        n = self.norm_1(x) if self.pre_norm else x
        x = x + self.attention(n, n, mask)
        if not self.pre_norm:
            x = self.norm_1(x)
        n = self.norm_2(x) if self.pre_norm else x
        x = x + self.ff(n)
        if not self.pre_norm:
            x = self.norm_2(x)
        return x


@right("24.5.3", how="a helper, einsum, the weights taken out")
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
        def add(norm, part, x):
            return x + part(norm(x)) if self.pre_norm else norm(x + part(x))

        x = add(self.norm_1, lambda a: self.attention(a, memory=a, mask=mask), x)
        return add(
            self.norm_2,
            lambda a: (
                torch.einsum(
                    "...f,cf->...c",
                    (
                        torch.einsum("...c,fc->...f", a, self.linear_1.weight)
                        + self.linear_1.bias
                    ).clamp(min=0),
                    self.linear_2.weight,
                )
                + self.linear_2.bias
            ),
            x,
        )
