"""The bank of 24.5.1, layer_norm: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import numpy as np
import torch
from einops import reduce

from autograde.mistakes import right, wrong


@wrong("24.5.1", names="layer-norm.unbiased", says="divides by C − 1")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.std-plus-eps", says="Two things differ")
def layer_norm(x, weight, bias, eps=1e-5):
    # the Annotated Transformer's way
    mean = x.mean(-1, keepdim=True)
    std = x.std(-1, keepdim=True)
    return weight * (x - mean) / (std + eps) + bias


@wrong("24.5.1", names="layer-norm.eps-outside", says="outside the root")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(dim=-1, keepdim=True)
    var = ((x - mean) ** 2).mean(dim=-1, keepdim=True)
    return (x - mean) / (var.sqrt() + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.no-eps", says="There is no ε")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    std = x.std(-1, keepdim=True, unbiased=False)
    return (x - mean) / std * weight + bias


@wrong("24.5.1", names="layer-norm.eps-fixed", says="is not used")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + 1e-5) * weight + bias


@wrong("24.5.1", names="layer-norm.eps-fixed", how="another constant")
def layer_norm(x, weight, bias, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return weight * centred * (centred.pow(2).mean(-1, True) + 1e-6).rsqrt() + bias


@wrong("24.5.1", names="layer-norm.divided-by-variance", says="not by its root")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return (x - mean) / (var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.not-centred", says="mean is not subtracted")
def layer_norm(x, weight, bias, eps=1e-5):
    size = x.pow(2).mean(-1, keepdim=True)
    return x * torch.rsqrt(size + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.not-centred", how="only in the variance")
def layer_norm(x, weight, bias, eps=1e-5):
    var = x.var(-1, keepdim=True, unbiased=False)
    return x / (var + eps).sqrt() * weight + bias


@wrong("24.5.1", names="layer-norm.not-scaled", says="do not divide")
def layer_norm(x, weight, bias, eps=1e-5):
    return (x - x.mean(-1, keepdim=True)) * weight + bias


@wrong("24.5.1", names="layer-norm.over-tokens", says="over the tokens")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-2, keepdim=True)
    var = x.var(-2, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.over-batch", says="batch norm")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(0, keepdim=True)
    var = x.var(0, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.over-everything", says="several tokens at once")
def layer_norm(x, weight, bias, eps=1e-5):
    mean, var = x.mean(), x.var(unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.over-everything", how="the last two axes")
def layer_norm(x, weight, bias, eps=1e-5):
    axes = (-2, -1)
    mean = x.mean(axes, keepdim=True)
    var = x.var(axes, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.no-bias", says="does not use `bias`")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps) * weight


@wrong("24.5.1", names="layer-norm.no-weight", says="does not use `weight`")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps) + bias


@wrong("24.5.1", names="layer-norm.neither", says="neither `weight` nor")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps)


@wrong("24.5.1", names="layer-norm.swapped", says="multiplies by `bias`")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps) * bias + weight


@wrong("24.5.1", names="layer-norm.order", says="wrong place")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return ((x - mean) / torch.sqrt(var + eps) + bias) * weight


@wrong("24.5.1", names="layer-norm.order", how="before the norm")
def layer_norm(x, weight, bias, eps=1e-5):
    x = x * weight + bias
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps)


@wrong("24.5.1", names="layer-norm.axis-dropped", says="keepdim=True")
def layer_norm(x, weight, bias, eps=1e-5):
    mean, var = x.mean(-1), x.var(-1, correction=0)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.axis-dropped", how="of the variance")
def layer_norm(x, weight, bias, eps=1e-5):
    apart = x - x.mean(-1, keepdim=True)
    return apart / torch.sqrt((apart**2).mean(-1) + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.axes-from-the-front", says="axis −1")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(dim=2, keepdim=True)
    var = x.var(dim=2, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="changed-input", says="in place")
def layer_norm(x, weight, bias, eps=1e-5):
    x -= x.mean(-1, keepdim=True)
    x /= torch.sqrt((x**2).mean(-1, keepdim=True) + eps)
    return x * weight + bias


@wrong(
    "24.5.1",
    names="no-gradient",
    says="no gradient flows",
    how="numpy",
    dtypes=("float32", "float64"),
)
def layer_norm(x, weight, bias, eps=1e-5):
    a = x.detach().numpy()
    a = (a - a.mean(-1, keepdims=True)) / np.sqrt(a.var(-1, keepdims=True) + eps)
    return torch.from_numpy(a) * weight + bias


@wrong("24.5.1", names="forbidden", says="torch's own layer_norm")
def layer_norm(x, weight, bias, eps=1e-5):
    return F.layer_norm(x, weight.shape, weight, bias, eps)


@wrong("24.5.1", names="layer-norm.mean-of-squares", says="the mean is still in it")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = (x**2).mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


@wrong("24.5.1", names="layer-norm.eps-as-floor", says="ε is a floor")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return (x - mean) / var.clamp(min=eps).sqrt() * weight + bias


@wrong("24.5.1", names="layer-norm.eps-as-floor", how="under the standard deviation")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    std = x.std(-1, keepdim=True, correction=0)
    std = torch.maximum(std, torch.full_like(std, eps))
    return weight * ((x - mean) / std) + bias


@wrong("24.5.1", names="layer-norm.not-averaged", says="sum of the squared")
def layer_norm(x, weight, bias, eps=1e-5):
    apart = x - x.mean(-1, keepdim=True)
    total = (apart**2).sum(-1, keepdim=True)
    return weight * apart / torch.sqrt(total + eps) + bias


@wrong("24.5.1", names="layer-norm.brackets", says="in no brackets")
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, correction=0)
    return x - mean / torch.sqrt(var + eps) * weight + bias


@right("24.5.1", how="torch.var with correction 0")
def layer_norm(x, weight, bias, eps=1e-5):
    variance, mean = torch.var_mean(x, dim=-1, keepdim=True, correction=0)
    return (x - mean) * torch.rsqrt(variance + eps) * weight + bias


@right("24.5.1", how="einops")
def layer_norm(x, weight, bias, eps=1e-5):
    C = x.shape[-1]
    apart = x - reduce(x, "... c -> ... 1", "sum") / C
    variance = reduce(apart * apart, "... c -> ... 1", "sum") / C
    return bias + weight * (apart / (variance + eps) ** 0.5)


@right("24.5.1", how="in float64, and a matrix that centres")
def layer_norm(x, weight, bias, eps=1e-5):
    C = x.shape[-1]
    one = torch.eye(C, dtype=torch.float64) - 1 / C
    apart = x.double() @ one
    length = (apart.norm(dim=-1, keepdim=True) ** 2 / C + eps).sqrt()
    return (apart / length * weight + bias).to(x.dtype)


@right("24.5.1", how="channel by channel")
def layer_norm(x, weight, bias, eps=1e-5):
    channels = x.unbind(-1)
    mean = sum(channels) / len(channels)
    variance = sum((c - mean) ** 2 for c in channels) / len(channels)
    root = (variance + eps).sqrt()
    return torch.stack(
        [
            (c - mean) / root * w + b
            for c, w, b in zip(channels, weight, bias, strict=True)
        ],
        -1,
    )


@right("24.5.1", how="var_mean and addcmul, float64 inside")
def layer_norm(x, weight, bias, eps=1e-5):
    var, mean = torch.var_mean(x.double(), -1, correction=0, keepdim=True)
    normed = (x - mean) * (var + eps).rsqrt()
    return torch.addcmul(bias.double(), normed, weight.double()).to(x.dtype)


@right("24.5.1", how="sums divided by C, the power of a half")
def layer_norm(x, weight, bias, eps=1e-5):
    C = x.shape[-1]
    apart = x - x.sum(-1, keepdim=True) / C
    return (
        apart / ((apart * apart).sum(-1, keepdim=True) / C + eps) ** 0.5 * weight + bias
    )
