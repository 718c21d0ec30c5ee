"""The bank of 24.3.1, split_heads."""
# ruff: noqa: F811, F821

import einops
import numpy as np
import torch
from einops import rearrange

from autograde.mistakes import right, wrong


@wrong("24.3.1", names="split.bare-reshape", says="cuts the sentence into")
def split_heads(x, H):
    B, T, C = x.shape if x.ndim == 3 else (1, *x.shape)
    return x.reshape(*x.shape[:-2], H, T, C // H)


@wrong("24.3.1", names="split.bare-reshape", how="view, any leading axes")
def split_heads(x, H):
    T, C = x.shape[-2:]
    return x.contiguous().view(x.shape[:-2] + (H, T, C // H))


@wrong("24.3.1", names="split.interleaved", says="lie 2 apart")
def split_heads(x, H):
    return rearrange(x, "... t (d h) -> ... h t d", h=H)


@wrong("24.3.1", names="split.interleaved", how="strided slices")
def split_heads(x, H):
    return torch.stack([x[..., h::H] for h in range(H)], dim=-3)


@wrong("24.3.1", names="split.heads-after-positions", says="behind the positions")
def split_heads(x, H):
    return x.reshape(*x.shape[:-1], H, x.shape[-1] // H)


@wrong("24.3.1", names="split.heads-after-positions", how="einops without the swap")
def split_heads(x, H):
    return rearrange(x, "... t (h d) -> ... t h d", h=H)


@wrong("24.3.1", names="split.width-for-number", says="pieces of H")
def split_heads(x, H):
    return torch.stack(x.split(H, dim=-1), dim=-3)


@wrong("24.3.1", names="split.width-for-number", how="d=H")
def split_heads(x, H):
    return rearrange(x, "... t (h d) -> ... h t d", d=H)


@wrong("24.3.1", names="split.heads-first", says="before the batch")
def split_heads(x, H):
    return torch.stack(x.chunk(H, dim=-1))


@wrong("24.3.1", names="split.heads-first", how="einops")
def split_heads(x, H):
    return rearrange(x, "... t (h d) -> h ... t d", h=H)


@wrong("24.3.1", names="split.batch-merged", says="one axis of B·H")
def split_heads(x, H):
    heads = x.unflatten(-1, (H, -1)).transpose(-3, -2)
    return heads.reshape(-1, *heads.shape[-2:])


@wrong("24.3.1", names="split.whole-copies", says="holds all C channels")
def split_heads(x, H):
    return torch.stack([x] * H, dim=-3)


@wrong("24.3.1", names="split.positions-last", says="(…, H, D, T)")
def split_heads(x, H):
    return rearrange(x, "... t (h d) -> ... h d t", h=H)


@wrong("24.3.1", names="split.positions-last", how="the wrong swap")
def split_heads(x, H):
    return x.mT.unflatten(-2, (H, x.shape[-1] // H))


@wrong("24.3.1", names="split.float-width", says="two slashes")
def split_heads(x, H):
    D = x.shape[-1] / H
    return x.reshape(*x.shape[:-1], H, D).transpose(-3, -2)


@wrong("24.3.1", names="split.axes-from-the-front", says="from the end")
def split_heads(x, H):
    B, T, C = x.shape
    return x.view(B, T, H, C // H).transpose(1, 2)


@wrong("24.3.1", names="split.axes-from-the-front", how="einops without dots")
def split_heads(x, H):
    return einops.rearrange(x, "b t (h d) -> b h t d", h=H)


@wrong("24.3.1", names="split.axes-from-the-front", how="permute")
def split_heads(x, H):
    return x.unflatten(-1, (H, -1)).permute(0, 2, 1, 3)


@wrong("24.3.1", names="split.overlapping", says="starts at channel h·D")
def split_heads(x, H):
    D = x.shape[-1] // H
    return torch.stack([x[..., h : h + D] for h in range(H)], dim=-3)


@wrong("24.3.1", names="split.minus-one", says="The batch is empty")
def split_heads(x, H):
    return x.reshape(*x.shape[:-1], H, -1).transpose(-3, -2)


@wrong("24.3.1", names="split.shape", says="C = H·D")
def split_heads(x, H):
    *lead, T, C = x.shape
    return x.reshape(*lead, T, H, C).transpose(-3, -2)


@wrong("24.3.1", names="split.positions-cut", says="leaves the channels whole")
def split_heads(x, H):
    return rearrange(x, "... (h t) d -> ... h t d", h=H)


@wrong("24.3.1", names="type", how="a tuple of heads")
def split_heads(x, H):
    return x.chunk(H, dim=-1)


@wrong("24.3.1", names="type", how="a list of heads")
def split_heads(x, H):
    D = x.shape[-1] // H
    return [x[..., h * D : (h + 1) * D] for h in range(H)]


@wrong("24.3.1", names="no-gradient", says="cut the gradient")
def split_heads(x, H):
    parts = np.split(x.detach().float().numpy(), H, axis=-1)
    return torch.from_numpy(np.stack(parts, axis=-3)).to(x.dtype)


@wrong("24.3.1", names="no-gradient", how="a new tensor")
def split_heads(x, H):
    return (
        torch.tensor(x.tolist(), dtype=x.dtype)
        .reshape(x.shape)
        .unflatten(-1, (H, -1))
        .transpose(-3, -2)
    )


@right("24.3.1", how="reshape and transpose")
def split_heads(x, H):
    *lead, T, C = x.shape
    return x.reshape(*lead, T, H, C // H).transpose(-3, -2)


@right("24.3.1", how="a loop over slices")
def split_heads(x, H):
    D = x.shape[-1] // H
    heads = []
    for h in range(H):
        heads.append(x[..., h * D : (h + 1) * D])
    return torch.stack(heads, dim=-3)


@right("24.3.1", how="unflatten and movedim")
def split_heads(x, H):
    return x.unflatten(-1, (H, x.shape[-1] // H)).movedim(-2, -3).contiguous()


@right("24.3.1", how="written number by number into an empty tensor")
def split_heads(x, H):
    D = x.shape[-1] // H
    out = x.new_zeros(*x.shape[:-2], H, x.shape[-2], D)
    for c in range(x.shape[-1]):
        out[..., c // D, :, c % D] = x[..., c]
    return out


@right("24.3.1", how="an index of channels")
def split_heads(x, H):
    channels = torch.arange(x.shape[-1]).reshape(H, -1)
    return x[..., channels].transpose(-3, -2)


@right("24.3.1", how="a view of strides")
def split_heads(x, H):
    x = x.contiguous()
    *lead, T, C = x.shape
    *outer, row, step = x.stride()
    return x.as_strided((*lead, H, T, C // H), (*outer, C // H * step, row, step))


@wrong("24.3.1", names="split.axes-from-the-front", says="T is axis −2")
def split_heads(x, H):
    return x.unflatten(-1, (H, -1)).transpose(1, 2)


@wrong("24.3.1", names="split.steps-of-H", says="at channel h·H")
def split_heads(x, H):
    D = x.shape[-1] // H
    return torch.stack([x[..., h * H : h * H + D] for h in range(H)], dim=-3)


@wrong("24.3.1", names="split.bare-reshape", how="a bare reshape with T last")
def split_heads(x, H):
    *lead, T, C = x.shape
    return x.reshape(*lead, H, C // H, T).mT


@right("24.3.1", how="einsum with an identity")
def split_heads(x, H):
    C = x.shape[-1]
    D = C // H
    pick = torch.eye(C, dtype=x.dtype).reshape(C, H, D)
    return torch.einsum("...tc,chd->...htd", x, pick)


@right("24.3.1", how="a table of indices")
def split_heads(x, H):
    D = x.shape[-1] // H
    idx = torch.arange(x.shape[-1]).view(H, D)
    return x[..., idx].movedim(-2, -3)


@right("24.3.1", how="turned, cut, turned back")
def split_heads(x, H):
    y = x.mT
    y = y.unflatten(-2, (H, -1))
    return y.mT
