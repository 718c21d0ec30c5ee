"""The bank of 24.3.2, merge_heads."""
# ruff: noqa: F811, F821

import einops
import numpy as np
import torch
from einops import rearrange

from autograde.mistakes import right, wrong


@wrong("24.3.2", names="merge.bare-reshape", says="tokens are mixed")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.reshape(*lead, T, H * D)


@wrong("24.3.2", names="merge.bare-reshape", how="contiguous too early")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.contiguous().view(*lead, T, D * H)


@wrong("24.3.2", names="merge.view", says="`reshape`, which copies")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.transpose(-3, -2).view(*lead, T, H * D)


@wrong("24.3.2", names="merge.view", how="contiguous before the transpose")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.contiguous().transpose(-2, -3).view(*lead, T, -1)


@wrong("24.3.2", names="merge.interleaved", says="not (D, H)")
def merge_heads(heads):
    return rearrange(heads, "... h t d -> ... t (d h)")


@wrong("24.3.2", names="merge.interleaved", how="stacked behind the channels")
def merge_heads(heads):
    return torch.stack(heads.unbind(-3), dim=-1).flatten(-2)


@wrong("24.3.2", names="merge.added", says="side by side")
def merge_heads(heads):
    return heads.sum(dim=-3)


@wrong("24.3.2", names="merge.added", how="the mean")
def merge_heads(heads):
    return heads.mean(-3)


@wrong("24.3.2", names="merge.along-positions", says="one below the other")
def merge_heads(heads):
    return torch.cat(heads.unbind(-3), dim=-2)


@wrong("24.3.2", names="merge.along-positions", how="positions first")
def merge_heads(heads):
    return rearrange(heads, "... h t d -> ... (t h) d")


@wrong("24.3.2", names="merge.not-joined", says="still two")
def merge_heads(heads):
    return heads.transpose(-3, -2)


@wrong("24.3.2", names="merge.wrong-axes", says="axes −3 and −2")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.mT.reshape(*lead, T, H * D)


@wrong("24.3.2", names="merge.wrong-axes", how="heads and channels swapped")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.transpose(-3, -1).reshape(*lead, T, H * D)


@wrong("24.3.2", names="merge.axes-from-the-front", says="from the end")
def merge_heads(heads):
    B, H, T, D = heads.shape
    return heads.transpose(1, 2).reshape(B, T, H * D)


@wrong("24.3.2", names="merge.axes-from-the-front", how="no error, another shape")
def merge_heads(heads):
    return heads.transpose(1, 2).flatten(2)


@wrong("24.3.2", names="merge.axes-from-the-front", how="joins the last two")
def merge_heads(heads):
    return heads.transpose(1, 2).flatten(-2)


@wrong("24.3.2", names="merge.axes-from-the-front", how="einops without dots")
def merge_heads(heads):
    return einops.rearrange(heads, "b h t d -> b t (h d)")


@wrong("24.3.2", names="merge.minus-one", says="The batch is empty")
def merge_heads(heads):
    swapped = heads.transpose(-3, -2)
    return swapped.reshape(*swapped.shape[:-2], -1)


@wrong("24.3.2", names="merge.shape", says="becomes (…, T, H·D)")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.transpose(-3, -2).reshape(*lead, T, D)


@wrong("24.3.2", names="type", how="the heads taken apart")
def merge_heads(heads):
    return list(heads.unbind(-3))


@wrong("24.3.2", names="no-gradient", says="cut the gradient")
def merge_heads(heads):
    parts = [h.detach() for h in heads.unbind(-3)]
    return torch.cat(parts, dim=-1)


@wrong("24.3.2", names="no-gradient", how="numpy")
def merge_heads(heads):
    array = heads.detach().float().numpy()
    joined = np.concatenate(list(np.moveaxis(array, -3, 0)), axis=-1)
    return torch.from_numpy(joined).to(heads.dtype)


@right("24.3.2", how="transpose and reshape")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.transpose(-3, -2).reshape(*lead, T, H * D)


@right("24.3.2", how="contiguous and view")
def merge_heads(heads):
    swapped = heads.transpose(-3, -2).contiguous()
    return swapped.view(*swapped.shape[:-2], swapped.shape[-2] * swapped.shape[-1])


@right("24.3.2", how="flatten")
def merge_heads(heads):
    return heads.movedim(-3, -2).flatten(-2)


@right("24.3.2", how="one head after the other into an empty tensor")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    out = heads.new_zeros(*lead, T, H * D)
    for h in range(H):
        out[..., h * D : (h + 1) * D] = heads[..., h, :, :]
    return out


@right("24.3.2", how="one channel at a time")
def merge_heads(heads):
    H, D = heads.shape[-3], heads.shape[-1]
    columns = [heads[..., c // D, :, c % D] for c in range(H * D)]
    return torch.stack(columns, dim=-1)


@right("24.3.2", how="as a sum over one-hot places")
def merge_heads(heads):
    H, D = heads.shape[-3], heads.shape[-1]
    places = torch.eye(H * D, dtype=heads.dtype).reshape(H, D, H * D)
    return torch.einsum("...htd,hdc->...tc", heads, places)


@wrong("24.3.2", names="merge.first-axis", says="sentences side by side")
def merge_heads(heads):
    return torch.cat([h for h in heads], dim=-1)


@wrong("24.3.2", names="merge.first-axis", how="unbind along the batch")
def merge_heads(heads):
    return torch.cat(heads.unbind(0), dim=-1)


@wrong("24.3.2", names="merge.wrong-axes", how="channels become rows")
def merge_heads(heads):
    return heads.transpose(-2, -1).flatten(-3, -2)


@wrong("24.3.2", names="merge.bare-reshape", how="a bare reshape to (H·D, T), turned")
def merge_heads(heads):
    *lead, H, T, D = heads.shape
    return heads.reshape(*lead, H * D, T).mT


@right("24.3.2", how="turned, flattened, turned back")
def merge_heads(heads):
    return heads.mT.flatten(-3, -2).mT


@right("24.3.2", how="c // D and c % D")
def merge_heads(heads):
    *_, H, T, D = heads.shape
    c = torch.arange(H * D)
    return heads[..., c // D, :, c % D].movedim(0, -1)
