"""The bank of 24.3.6, head_contributions."""
# ruff: noqa: F811, F821

import torch
import torch.nn.functional as F
from einops import einsum, rearrange

from autograde.mistakes import right, wrong


@wrong("24.3.6", names="adds.rows", says="owns the columns")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    return heads @ W_O.reshape(H, D, -1)


@wrong("24.3.6", names="adds.rows", how="slices of rows")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    parts = [heads[..., h, :, :] @ W_O[h * D : h * D + D] for h in range(H)]
    return torch.stack(parts, dim=-3)


@wrong("24.3.6", names="adds.interleaved", says="every H-th column")
def head_contributions(heads, W_O):
    return heads @ rearrange(W_O, "c (d h) -> h d c", h=heads.shape[-3])


@wrong("24.3.6", names="adds.same-columns", says="the same columns")
def head_contributions(heads, W_O):
    D = heads.shape[-1]
    return heads @ W_O[:, :D].mT


@wrong("24.3.6", names="adds.same-columns", how="a loop that keeps the last slice")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    for h in range(H):
        part = W_O[:, h * D : h * D + D]
    return torch.stack([heads[..., h, :, :] @ part.T for h in range(H)], dim=-3)


@wrong("24.3.6", names="adds.summed", says="added up already")
def head_contributions(heads, W_O):
    return F.linear(merge_heads(heads), W_O)


@wrong("24.3.6", names="adds.summed", how="summed at the end")
def head_contributions(heads, W_O):
    columns = rearrange(W_O, "c (h d) -> h d c", h=heads.shape[-3])
    return (heads @ columns).sum(-3)


@wrong("24.3.6", names="adds.the-others", says="without head h")
def head_contributions(heads, W_O):
    found = []
    for h in range(heads.shape[-3]):
        quiet = heads.clone()
        quiet[..., h, :, :] = 0
        found.append(F.linear(merge_heads(quiet), W_O))
    return torch.stack(found, dim=-3)


@wrong("24.3.6", names="adds.equal-shares", says="the same share")
def head_contributions(heads, W_O):
    H = heads.shape[-3]
    whole = F.linear(merge_heads(heads), W_O) / H
    return torch.stack([whole] * H, dim=-3)


@wrong("24.3.6", names="adds.axes", says="in another order")
def head_contributions(heads, W_O):
    W_O = W_O.unflatten(1, (heads.shape[-3], -1))
    return einsum(heads, W_O, "... h t d, c h d -> ... t h c")


@wrong("24.3.6", names="adds.axes", how="heads in front of the batch")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    parts = [heads[..., h, :, :] @ W_O[:, h * D : h * D + D].T for h in range(H)]
    return torch.stack(parts)


@wrong("24.3.6", names="adds.axes", how="heads last")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    parts = [heads[..., h, :, :] @ W_O[:, h * D : h * D + D].T for h in range(H)]
    return torch.stack(parts, dim=-1)


@wrong("24.3.6", names="adds.axes", how="a bare reshape at the end")
def head_contributions(heads, W_O):
    W_O = W_O.unflatten(1, (heads.shape[-3], -1))
    y = einsum(heads, W_O, "... h t d, c h d -> ... t h c")
    return y.reshape(*heads.shape[:-1], W_O.shape[0])


@wrong("24.3.6", names="adds.running-sum", says="the heads so far")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    total, found = 0, []
    for h in range(H):
        total = total + heads[..., h, :, :] @ W_O[:, h * D : h * D + D].T
        found.append(total)
    return torch.stack(found, dim=-3)


@wrong("24.3.6", names="adds.axes-from-the-front", says="Count axes from the end")
def head_contributions(heads, W_O):
    B, H, T, D = heads.shape
    return heads @ W_O.view(-1, H, D).permute(1, 2, 0)


@wrong("24.3.6", names="adds.shapes", says="its part of the matrix")
def head_contributions(heads, W_O):
    return heads @ W_O.mT


@wrong("24.3.6", names="adds.shapes", how="columns not turned")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    parts = [heads[..., h, :, :] @ W_O[:, h * D : h * D + D] for h in range(H)]
    return torch.stack(parts, dim=-3)


@wrong("24.3.6", names="no-gradient", says="cut the gradient")
def head_contributions(heads, W_O):
    columns = rearrange(W_O.detach(), "c (h d) -> h d c", h=heads.shape[-3])
    return heads @ columns


@wrong("24.3.6", names="type", how="a list of heads")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    return [heads[..., h, :, :] @ W_O[:, h * D : h * D + D].T for h in range(H)]


@right("24.3.6", how="a loop over slices")
def head_contributions(heads, W_O):
    D, found = heads.shape[-1], []
    for h, head in enumerate(heads.unbind(-3)):
        found.append(head @ W_O[:, h * D : (h + 1) * D].T)
    return torch.stack(found, dim=-3)


@right("24.3.6", how="einsum")
def head_contributions(heads, W_O):
    parts = rearrange(W_O, "c (h d) -> c h d", h=heads.shape[-3])
    return einsum(heads, parts, "... h t d, c h d -> ... h t c")


@right("24.3.6", how="all heads silent but one")
def head_contributions(heads, W_O):
    H, found = heads.shape[-3], []
    for h in range(H):
        keep = (torch.arange(H) == h).to(heads.dtype)[:, None, None]
        found.append(F.linear(merge_heads(heads * keep), W_O))
    return torch.stack(found, dim=-3)


@right("24.3.6", how="rows of the turned matrix")
def head_contributions(heads, W_O):
    return heads @ W_O.T.unflatten(0, (heads.shape[-3], heads.shape[-1]))


@right("24.3.6", how="elementwise products and a sum")
def head_contributions(heads, W_O):
    H, D = heads.shape[-3], heads.shape[-1]
    parts = W_O.reshape(-1, H, D).movedim(1, 0)  # (H, C, D)
    return (heads[..., None, :] * parts[:, None]).sum(-1)


@wrong("24.3.6", names="adds.overlapping", says="from h on")
def head_contributions(heads, W_O):
    H, T, D = heads.shape[-3:]
    H * D
    return torch.stack(
        [heads[..., h, :, :] @ W_O[:, h : h + D].T for h in range(H)], -3
    )


@wrong("24.3.6", names="adds.output-cut", says="only D channels")
def head_contributions(heads, W_O):
    H, T, D = heads.shape[-3:]
    H * D
    return split_heads(F.linear(merge_heads(heads), W_O), H)


@wrong("24.3.6", names="adds.output-cut", how="rows of W_O, all heads")
def head_contributions(heads, W_O):
    H, T, D = heads.shape[-3:]
    H * D
    return torch.stack(
        [F.linear(merge_heads(heads), W_O[h * D : h * D + D]) for h in range(H)], -3
    )


@wrong("24.3.6", names="adds.output-cut", how="a block of the diagonal")
def head_contributions(heads, W_O):
    H, T, D = heads.shape[-3:]
    H * D
    return torch.stack(
        [
            heads[..., h, :, :] @ W_O[h * D : h * D + D, h * D : h * D + D].T
            for h in range(H)
        ],
        -3,
    )


@wrong("24.3.6", names="adds.summed", how="the whole output for each head")
def head_contributions(heads, W_O):
    H, T, D = heads.shape[-3:]
    C = H * D
    y = F.linear(merge_heads(heads), W_O)
    return y.unsqueeze(-3).expand(*heads.shape[:-1], C)


@wrong("24.3.6", names="adds.axes-from-the-front", how="heads are axis 1")
def head_contributions(heads, W_O):
    H, T, D = heads.shape[-3:]
    H * D
    return torch.stack([heads[:, h] @ W_O[:, h * D : h * D + D].T for h in range(H)], 1)


@right("24.3.6", how="a batched product with the turned matrix")
def head_contributions(heads, W_O):
    return heads @ W_O.T.unflatten(0, (heads.shape[-3], -1))


@right("24.3.6", how="zeros beside one head, in float64")
def head_contributions(heads, W_O):
    H, T, D = heads.shape[-3:]
    full = torch.zeros(*heads.shape[:-1], H * D, dtype=torch.float64)
    for h in range(H):
        full[..., h, :, h * D : h * D + D] = heads[..., h, :, :].double()
    return F.linear(full, W_O.double()).to(heads.dtype)


@right("24.3.6", how="split_heads on W_O")
def head_contributions(heads, W_O):
    W = split_heads(W_O, heads.shape[-3])  # (H, C, D)
    return heads @ W.mT
