"""The bank of 26.1.1, RMSNorm: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import numpy as np
import torch
from einops import reduce

from autograde.mistakes import right, wrong


@wrong("26.1.1", names="rms-norm.centred", says="equals layer norm")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        h = h - h.mean(-1, keepdim=True)
        h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + self.eps)
        return h.to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.centred", how="only in the variance")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        var = h.var(-1, keepdim=True, unbiased=False)
        return (h / torch.sqrt(var + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.sum", says="length of the vector")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).sum(-1, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.no-root", says="not by its root")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h / (size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.multiplied", says="has to divide")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.sqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.eps-outside", says="outside of it")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h / (torch.sqrt(size) + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.no-eps", says="There is no ε")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.eps-fixed", says="is not used")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size + 1e-6)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.mean-of-size", says="mean of |x|")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.abs().mean(-1, keepdim=True)
        return (h / (size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.over-tokens", says="runs over the tokens")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-2, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.over-tokens", how="over everything")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean()
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.no-weight", says="does not use the weight")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype)


@wrong("26.1.1", names="rms-norm.one-more", says="Gemma")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        h = h * torch.rsqrt(size + self.eps)
        return h.to(x.dtype) * (1 + self.weight)


@wrong("26.1.1", names="rms-norm.weight-first", says="before you norm")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = (x * self.weight).float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype)


@wrong("26.1.1", names="rms-norm.overflow", says="overflow in float16")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        size = x.pow(2).mean(-1, keepdim=True)
        return x * torch.rsqrt(size + self.eps) * self.weight


@wrong("26.1.1", names="rms-norm.overflow", how="a sum")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        rms = torch.sqrt((x * x).sum(-1, keepdim=True) / x.shape[-1] + self.eps)
        return x / rms * self.weight


@wrong("26.1.1", names="rms-norm.overflow", how="widened too late")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        size = x.pow(2).mean(-1, keepdim=True).float()
        return (x.float() * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.stays-wide", says="stay in 32 bits")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return h * torch.rsqrt(size + self.eps) * self.weight


@wrong("26.1.1", names="rms-norm.starts-elsewhere", says="does not start at 1")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.extra-parameters", says="no bias")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.bias = nn.Parameter(torch.zeros(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        h = h * torch.rsqrt(size + self.eps)
        return h.to(x.dtype) * self.weight + self.bias


@wrong("26.1.1", names="rms-norm.no-gradient", says="would be learned")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.detach().float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.no-gradient", how="numpy")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        a = x.detach().float().numpy()
        a = a / np.sqrt((a * a).mean(-1, keepdims=True) + self.eps)
        return torch.from_numpy(a).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.no-init", says="first line")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.no-attribute", says="finds none")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1, keepdim=True)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.scale


@wrong("26.1.1", names="rms-norm.axis", says="lost its last axis")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.pow(2).mean(-1)
        return (h * torch.rsqrt(size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="forbidden", says="torch's own rms_norm")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight, self.eps)


@wrong("26.1.1", names="rms-norm.in-place", says="its own input")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        x /= torch.sqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
        return x * self.weight


@right("26.1.1", how="as LLaMA's code")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.to(torch.float32)
        size = h.pow(2).mean(-1, keepdim=True)
        h = h * torch.rsqrt(size + self.eps)
        return self.weight * h.to(x.dtype)


@right("26.1.1", how="weight in 32 bits, as Gemma does it")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        h = h / (h.norm(dim=-1, keepdim=True) ** 2 / h.shape[-1] + self.eps) ** 0.5
        return (h * self.weight.float()).type_as(x)


@right("26.1.1", how="einops, in float64")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.double()
        size = reduce(h * h, "... C -> ... 1", "mean")
        return (h / torch.sqrt(size + self.eps)).to(x.dtype) * self.weight


@right("26.1.1", how="scaled by the largest number, in the dtype of x if it is wide")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        largest = x.abs().amax(-1, keepdim=True).clamp(min=1e-30)
        small = x.float() / largest.float()
        size = torch.linalg.vector_norm(small, dim=-1, keepdim=True)
        size = size / small.shape[-1] ** 0.5 * largest.float()
        root = torch.hypot(size, torch.full_like(size, self.eps**0.5))
        return (x.float() / root).to(x.dtype) * self.weight


@right("26.1.1", how="layer norm of x and −x side by side")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = torch.cat([x, -x], dim=-1).float()
        h = F.layer_norm(h, h.shape[-1:], eps=self.eps)
        return h[..., : x.shape[-1]].to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.length-over-C", says="length over √C")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        h = x.float()
        size = h.norm(dim=-1, keepdim=True) / h.shape[-1]
        return (h / (size + self.eps)).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.constant-root", says="flows through the root")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        wide = x.float()
        size = (wide.detach().pow(2).mean(-1, keepdim=True) + self.eps).sqrt()
        return (wide / size).to(x.dtype) * self.weight


@wrong("26.1.1", names="rms-norm.no-return", says="returns nothing")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        wide = x.float()
        size = wide.pow(2).mean(-1, keepdim=True).sqrt()
        self.y = (wide / size).to(x.dtype) * self.weight


@right("26.1.1", how="torch's vector_norm, a power")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.C = C
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        wide = x.float()
        size = (
            torch.linalg.vector_norm(wide, dim=-1, keepdim=True) ** 2 / self.C
            + self.eps
        ) ** 0.5
        return (wide / size).to(x.dtype) * self.weight


@right("26.1.1", how="einsum")
class RMSNorm(nn.Module):
    def __init__(self, C, eps=1e-5):
        super().__init__()
        self.C = C
        self.weight = nn.Parameter(torch.ones(C))
        self.eps = eps

    def forward(self, x):
        wide = x.float()
        size = (torch.einsum("...c,...c->...", wide, wide) / self.C + self.eps).sqrt()[
            ..., None
        ]
        return (wide / size).to(x.dtype) * self.weight
