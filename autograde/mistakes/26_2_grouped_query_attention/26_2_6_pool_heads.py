"""The bank of 26.2.6, pool_heads."""
# ruff: noqa: F811, F821

import torch
import torch.nn.functional as F
from einops import reduce

from autograde.mistakes import right, wrong


@wrong("26.2.6", names="pool.summed", says="a sum makes the scores")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.sum(1).flatten(0, 1)


@wrong("26.2.6", names="pool.summed", how="divided by H")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.sum(1).flatten(0, 1) / H


@wrong("26.2.6", names="pool.summed", how="divided by G")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.sum(1).flatten(0, 1) / G


@wrong("26.2.6", names="pool.one-head", says="takes one head of each group")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads[:, 0].flatten(0, 1)


@wrong("26.2.6", names="pool.one-head", how="the last one")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads[:, -1].flatten(0, 1)


@wrong("26.2.6", names="pool.tiled", says="made of neighbours")
def pool_heads(weight, H, G):
    heads = weight.reshape(H // G, G, len(weight) // H, -1)
    return heads.mean(0).flatten(0, 1)


@wrong("26.2.6", names="pool.tiled", how="einops")
def pool_heads(weight, H, G):
    return reduce(weight, "(n g d) c -> (g d) c", "mean", g=G, n=H // G)


@wrong("26.2.6", names="pool.rows", says="which belong to one head")
def pool_heads(weight, H, G):
    n = H // G
    return weight.reshape(-1, n, weight.shape[1]).mean(1)


@wrong("26.2.6", names="pool.rows", how="einops")
def pool_heads(weight, H, G):
    return reduce(weight, "(g n) c -> g c", "mean", n=H // G)


@wrong("26.2.6", names="pool.interleaved", says="head r modulo H")
def pool_heads(weight, H, G):
    return reduce(weight, "(d g n) c -> (g d) c", "mean", g=G, n=H // G)


@wrong("26.2.6", names="pool.joined-in-another-order", says="in another order")
def pool_heads(weight, H, G):
    return reduce(weight, "(g n d) c -> (d g) c", "mean", g=G, n=H // G)


@wrong("26.2.6", names="pool.columns", says="rows are outputs", how="columns")
def pool_heads(weight, H, G):
    return reduce(weight, "r (g n d) -> r (g d)", "mean", g=G, n=H // G)


@wrong("26.2.6", names="pool.all-heads", says="over all H heads")
def pool_heads(weight, H, G):
    D = len(weight) // H
    mean = weight.reshape(H, D, -1).mean(0)
    return mean.repeat(G, 1)


@wrong("26.2.6", names="pool.group-size", says="G heads are wanted")
def pool_heads(weight, H, G):
    return reduce(weight, "(m n d) c -> (m d) c", "mean", n=G, m=H // G)


@wrong("26.2.6", names="pool.not-reduced", says="still has H heads")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    mean = heads.mean(1, keepdim=True).expand(heads.shape)
    return mean.reshape(weight.shape)


@wrong("26.2.6", names="pool.extra-axis", says="more axes than a weight")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.mean(1)


@wrong("26.2.6", names="pool.extra-axis", how="keepdim")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.mean(1, keepdim=True)


@wrong("26.2.6", names="pool.first-heads", says="the first G heads of all")
def pool_heads(weight, H, G):
    D = len(weight) // H
    return weight[: G * D]


@wrong("26.2.6", names="pool.extremes", says="not the mean", how="the largest")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.amax(1).flatten(0, 1)


@wrong("26.2.6", names="pool.extremes", how="the middle one")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.median(1).values.flatten(0, 1)


@wrong("26.2.6", names="pool.float", says="two slashes")
def pool_heads(weight, H, G):
    D = len(weight) / H
    return weight.reshape(G, H // G, D, -1).mean(1).flatten(0, 1)


@wrong(
    "26.2.6",
    names="pool.shape",
    says="does not hold as many numbers",
    how="cut into (G, H)",
)
def pool_heads(weight, H, G):
    return weight.reshape(G, H, -1, weight.shape[1]).mean(1).flatten(0, 1)


@wrong("26.2.6", names="pool.view", says="which copy when they must")
def pool_heads(weight, H, G):
    n, D = H // G, len(weight) // H
    heads = weight.reshape(G, n, D, -1).transpose(1, 2)
    return heads.view(G * D, n, -1).mean(1)


@wrong("26.2.6", names="no-gradient", says="no gradient flows back")
def pool_heads(weight, H, G):
    with torch.no_grad():
        heads = weight.reshape(G, H // G, len(weight) // H, -1)
        return heads.mean(1).flatten(0, 1)


@wrong("26.2.6", names="no-gradient", how=".data")
def pool_heads(weight, H, G):
    heads = weight.data.reshape(G, H // G, len(weight) // H, -1)
    return heads.mean(1).flatten(0, 1)


@right("26.2.6", how="reshape and mean")
def pool_heads(weight, H, G):
    heads = weight.reshape(G, H // G, len(weight) // H, -1)
    return heads.mean(dim=1).reshape(-1, weight.shape[1])


@right("26.2.6", how="einops' reduce")
def pool_heads(weight, H, G):
    return reduce(weight, "(g n d) c -> (g d) c", "mean", g=G, n=H // G)


@right("26.2.6", how="a loop over groups and heads")
def pool_heads(weight, H, G):
    n, D, rows = H // G, len(weight) // H, []
    for g in range(G):
        total = 0
        for h in range(g * n, (g + 1) * n):
            total = total + weight[h * D : (h + 1) * D]
        rows.append(total / n)
    return torch.cat(rows)


@right("26.2.6", how="every n-th slice, added up")
def pool_heads(weight, H, G):
    n = H // G
    heads = weight.chunk(H)
    parts = [torch.stack(heads[g * n : g * n + n]) for g in range(G)]
    return torch.cat([part.sum(0) / n for part in parts])


@right("26.2.6", how="average pooling along the heads")
def pool_heads(weight, H, G):
    D, C = len(weight) // H, weight.shape[1]
    heads = weight.reshape(H, D * C).T[None]  # (1, D·C, H)
    pooled = F.avg_pool1d(heads, H // G)  # (1, D·C, G)
    return pooled[0].T.reshape(G * D, C)
