"""The bank of 24.4.6, from one layout to the other: wrong and right."""
# ruff: noqa: F811

import numpy as np
import torch
from einops import rearrange

from autograde.mistakes import right, wrong


@wrong("24.4.6", names="convert.inverse", says="the other way around")
def interleaved_to_half(W, H):
    return rearrange(W, "(h two i) c -> (h i two) c", h=H, two=2)


@wrong("24.4.6", names="convert.inverse", how="view, transpose")
def interleaved_to_half(W, H):
    HD, C = W.shape
    return W.view(H, 2, HD // H // 2, C).transpose(1, 2).reshape(HD, C)


@wrong("24.4.6", names="convert.across-heads", says="mixes the heads")
def interleaved_to_half(W, H):
    return torch.cat([W[0::2], W[1::2]])


@wrong("24.4.6", names="convert.across-heads", how="two before h")
def interleaved_to_half(W, H):
    return rearrange(W, "(h i two) c -> (two h i) c", h=H, two=2)


@wrong("24.4.6", names="convert.across-heads", how="and the other way around")
def interleaved_to_half(W, H):
    first, second = W.chunk(2, dim=0)
    return torch.stack([first, second], dim=1).flatten(0, 1)


@wrong("24.4.6", names="convert.columns", says="You reorder columns")
def interleaved_to_half(W, H):
    return rearrange(W, "r (h i two) -> r (h two i)", h=H, two=2)


@wrong("24.4.6", names="convert.second-first", says="second numbers")
def interleaved_to_half(W, H):
    heads = W.unflatten(0, (H, -1))
    return torch.cat([heads[:, 1::2], heads[:, 0::2]], dim=1).flatten(0, 1)


@wrong("24.4.6", names="convert.unchanged", says="in which they came")
def interleaved_to_half(W, H):
    HD, C = W.shape
    return W.view(H, HD // H // 2, 2, C).reshape(H, 2, HD // H // 2, C).reshape(HD, C)


@wrong("24.4.6", names="convert.heads-inner", says="different heads")
def interleaved_to_half(W, H):
    return rearrange(W, "(i two h) c -> (two i h) c", h=H, two=2)


@wrong("24.4.6", names="convert.extra-axes", says="more axes")
def interleaved_to_half(W, H):
    return rearrange(W, "(h i two) c -> h (two i) c", h=H, two=2)


@wrong("24.4.6", names="convert.swapped-in-pairs", says="swap the two rows")
def interleaved_to_half(W, H):
    return rearrange(W, "(n two) c -> n two c", two=2).flip(1).flatten(0, 1)


@right("24.4.6", how="view and transpose")
def interleaved_to_half(W, H):
    HD, C = W.shape
    return W.view(H, HD // H // 2, 2, C).transpose(1, 2).reshape(HD, C)


@right("24.4.6", how="slices of each head")
def interleaved_to_half(W, H):
    parts = []
    for head in W.chunk(H):
        parts += [head[0::2], head[1::2]]
    return torch.cat(parts)


@right("24.4.6", how="an order by sorting")
def interleaved_to_half(W, H):
    D = len(W) // H
    return W[sorted(range(len(W)), key=lambda r: (r // D, r % 2, r))]


@right("24.4.6", how="numpy, Fortran order")
def interleaved_to_half(W, H):
    D = W.shape[0] // H
    order = np.arange(D).reshape(2, D // 2, order="F").ravel()
    return W[torch.from_numpy(np.concatenate([h * D + order for h in range(H)]))]


@right("24.4.6", how="rows are put where they belong")
def interleaved_to_half(W, H):
    D = len(W) // H
    new = torch.empty_like(W)
    for r in range(len(W)):
        h, d = divmod(r, D)
        new[h * D + d // 2 + (d % 2) * (D // 2)] = W[r]
    return new


@wrong(
    "24.4.6", names="convert.width-for-number", says="for the number of rows or pairs"
)
def interleaved_to_half(W, H):
    return rearrange(W, "(h i two) c -> (h two i) c", i=H, two=2)


@wrong("24.4.6", names="convert.width-for-number", how="split for chunk")
def interleaved_to_half(W, H):
    return torch.cat([torch.cat([w[0::2], w[1::2]]) for w in W.split(H)])


@wrong("24.4.6", names="convert.view", says="lie apart")
def interleaved_to_half(W, H):
    HD, C = W.shape
    return W.view(H, HD // H // 2, 2, C).transpose(1, 2).view(HD, C)


@right("24.4.6", how="indices")
def interleaved_to_half(W, H):
    D = len(W) // H
    one = torch.cat([torch.arange(0, D, 2), torch.arange(1, D, 2)])
    rows = (torch.arange(H)[:, None] * D + one).flatten()
    return W[rows]
