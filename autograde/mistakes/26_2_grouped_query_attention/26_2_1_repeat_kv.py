"""The bank of 26.2.1, repeat_kv."""
# ruff: noqa: F811, F821

import einops
import numpy as np
import torch
from einops import repeat

from autograde.mistakes import right, wrong


@wrong("26.2.1", names="repeat.tiled", says="0, 1, …, 0, 1")
def repeat_kv(x, H):
    n = H // x.shape[-3]
    return x.repeat(*[1] * (x.ndim - 3), n, 1, 1)


@wrong("26.2.1", names="repeat.tiled", how="einops (n g)")
def repeat_kv(x, H):
    return repeat(x, "... g s d -> ... (n g) s d", n=H // x.shape[-3])


@wrong("26.2.1", names="repeat.tiled", how="concatenated copies")
def repeat_kv(x, H):
    return torch.cat([x] * (H // x.shape[-3]), dim=-3)


@wrong("26.2.1", names="repeat.tiled", how="expand in front of the heads")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    return x.unsqueeze(-4).expand(*lead, H // G, G, S, D).reshape(*lead, H, S, D)


@wrong("26.2.1", names="repeat.times-H", says="H heads are wanted in all")
def repeat_kv(x, H):
    return x.repeat_interleave(H, dim=-3)


@wrong("26.2.1", names="repeat.times-G", says="repeat each head G times")
def repeat_kv(x, H):
    return x.repeat_interleave(x.shape[-3], dim=-3)


@wrong("26.2.1", names="repeat.one-head", says="copies of one head")
def repeat_kv(x, H):
    return x[..., :1, :, :].repeat_interleave(H, dim=-3)


@wrong("26.2.1", names="repeat.one-head", how="expanded")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    return x[..., :1, :, :].expand(*lead, H, S, D)


@wrong("26.2.1", names="repeat.wrong-axis", says="positions or channels")
def repeat_kv(x, H):
    return x.repeat_interleave(H // x.shape[-3], dim=-2)


@wrong("26.2.1", names="repeat.wrong-axis", how="the last axis")
def repeat_kv(x, H):
    return x.repeat_interleave(H // x.shape[-3], -1)


@wrong("26.2.1", names="repeat.axis-from-the-front", says="one batch axis only")
def repeat_kv(x, H):
    return x.repeat_interleave(H // x.shape[-3], dim=1)


@wrong("26.2.1", names="repeat.axis-from-the-front", says="one number of axes")
def repeat_kv(x, H):
    B, G, S, D = x.shape
    return x[:, :, None].expand(B, G, H // G, S, D).reshape(B, H, S, D)


@wrong("26.2.1", names="repeat.axis-from-the-front", how="einops without dots")
def repeat_kv(x, H):
    return repeat(x, "b g s d -> b (g n) s d", n=H // x.shape[1])


@wrong("26.2.1", names="repeat.not-joined", says="an axis of their own")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    return x.unsqueeze(-3).expand(*lead, G, H // G, S, D)


@wrong("26.2.1", names="repeat.not-joined", how="the copies in front")
def repeat_kv(x, H):
    return torch.stack([x] * (H // x.shape[-3]), dim=-4)


@wrong("26.2.1", names="repeat.bare-reshape", says="right behind the heads")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    x = x.unsqueeze(-2).expand(*lead, G, S, H // G, D)
    return x.reshape(*lead, H, S, D)


@wrong("26.2.1", names="repeat.flat", says="flattens the whole tensor")
def repeat_kv(x, H):
    return x.repeat_interleave(H // x.shape[-3])


@wrong("26.2.1", names="repeat.shared-out", says="divided by their number")
def repeat_kv(x, H):
    n = H // x.shape[-3]
    return x.repeat_interleave(n, dim=-3) / n


@wrong("26.2.1", names="repeat.heads-first", says="before the batch")
def repeat_kv(x, H):
    n = H // x.shape[-3]
    return torch.stack([x[..., h // n, :, :] for h in range(H)])


@wrong("26.2.1", names="repeat.backwards", says="the opposite order")
def repeat_kv(x, H):
    return x.repeat_interleave(H // x.shape[-3], dim=-3).flip(-3)


@wrong("26.2.1", names="repeat.float", says="two slashes")
def repeat_kv(x, H):
    return x.repeat_interleave(H / x.shape[-3], dim=-3)


@wrong("26.2.1", names="repeat.expanded-heads", says="axis of length 1 only")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    return x.expand(*lead, H, S, D)


@wrong("26.2.1", names="repeat.view", says="`reshape` or `flatten`")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    return x.unsqueeze(-3).expand(*lead, G, H // G, S, D).view(*lead, H, S, D)


@wrong("26.2.1", names="repeat.shape", says="does not hold as many numbers")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    return x.reshape(*lead, H, S, D)


@wrong("26.2.1", names="no-gradient", says="no gradient flows back")
def repeat_kv(x, H):
    copies = np.repeat(x.detach().double().numpy(), H // x.shape[-3], axis=-3)
    return torch.from_numpy(copies).to(x.dtype)


@wrong("26.2.1", names="type", how="a list of heads")
def repeat_kv(x, H):
    n = H // x.shape[-3]
    return [x[..., h // n, :, :] for h in range(H)]


@right("26.2.1", how="expand and reshape, as in transformers")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    x = x.unsqueeze(-3).expand(*lead, G, H // G, S, D)
    return x.reshape(*lead, H, S, D)


@right("26.2.1", how="an index")
def repeat_kv(x, H):
    G = x.shape[-3]
    return x[..., torch.arange(H) // (H // G), :, :]


@right("26.2.1", how="einops")
def repeat_kv(x, H):
    n = H // x.shape[-3]
    return einops.repeat(x, "... g s d -> ... (g n) s d", n=n)


@right("26.2.1", how="a product with a matrix of zeros and ones")
def repeat_kv(x, H):
    G = x.shape[-3]
    who = torch.arange(H)[:, None] // (H // G) == torch.arange(G)
    return torch.einsum("hg,...gsd->...hsd", who.to(x.dtype), x)


@right("26.2.1", how="tiled, then the heads sorted")
def repeat_kv(x, H):
    G = x.shape[-3]
    tiled = torch.cat([x] * (H // G), dim=-3)
    order = torch.arange(H).reshape(H // G, G).T.flatten()
    return tiled.index_select(x.ndim - 3, order)


@right("26.2.1", how="a loop that writes into an empty tensor")
def repeat_kv(x, H):
    *lead, G, S, D = x.shape
    out = x.new_empty(*lead, H, S, D)
    for h in range(H):
        out[..., h, :, :] = x[..., h * G // H, :, :]
    return out
