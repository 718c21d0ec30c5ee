"""The bank of 24.4.8, ALiBi: as learners write it, wrong and right."""
# ruff: noqa: F811

import math

import numpy as np
import torch

from autograde.mistakes import right, wrong


@wrong("24.4.8", names="alibi.sign", says="rise with the distance")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.slopes-from-zero", says="begin at 1")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(H) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.slopes-for-eight", says="right for H = 8")
def alibi_bias(H, T, S):
    m = torch.tensor([1 / 2 ** (h + 1) for h in range(H)])
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.one-slope", says="the same slope")
def alibi_bias(H, T, S):
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    bias = (-(2.0 ** (-8 / H)) * d).masked_fill(d < 0, -math.inf)
    return bias.expand(H, T, S)


@wrong("24.4.8", names="alibi.slopes-linear", says="equal steps")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 / H) * torch.arange(1, H + 1)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.slopes-linear", how="1, 1/2, 1/3 …")
def alibi_bias(H, T, S):
    m = 1 / torch.arange(1, H + 1)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.slopes-reversed", says="the flattest first")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(H, 0, -1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.slope-base", says="another number than 2")
def alibi_bias(H, T, S):
    m = torch.exp(-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.queries-restart", says="0 to T − 1")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(T)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.future-open", says="not blocked")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return -m[:, None, None] * d


@wrong("24.4.8", names="alibi.future-open", how="absolute distances")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return -m[:, None, None] * d.abs()


@wrong("24.4.8", names="alibi.future-open", how="zeros in the future")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return -m[:, None, None] * d.clamp(min=0)


@wrong("24.4.8", names="alibi.future-not-infinite", says="Asked for is −∞")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -1e9)


@wrong("24.4.8", names="alibi.by-key", says="position alone")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    future = torch.ones(T, S, dtype=torch.bool).triu(S - T + 1)
    bias = (m[:, None, None] * torch.arange(S)).expand(H, T, S)
    return bias.masked_fill(future, -math.inf)


@wrong("24.4.8", names="alibi.one-too-far", says="one too large")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S) + 1
    return (-m[:, None, None] * d).masked_fill(d < 1, -math.inf)


@wrong("24.4.8", names="alibi.axes", says="Heads come first")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m * d[..., None]).masked_fill(d[..., None] < 0, -math.inf)


@wrong("24.4.8", names="alibi.axes", how="a batch axis")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[None, :, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.shapes", says="(H, 1, 1)")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.slopes-growing", says="grow with the head")
def alibi_bias(H, T, S):
    m = 2.0 ** (8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d < 0, -math.inf)


@wrong("24.4.8", names="alibi.without-itself", says="own key as well")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return (-m[:, None, None] * d).masked_fill(d <= 0, -math.inf)


@right("24.4.8", how="three loops")
def alibi_bias(H, T, S):
    bias = torch.full((H, T, S), -math.inf)
    for h in range(H):
        for t in range(T):
            for s in range(S - T + t + 1):
                bias[h, t, s] = -(2 ** (-8 * (h + 1) / H)) * (S - T + t - s)
    return bias


@right("24.4.8", how="powers of the first slope, einsum, where")
def alibi_bias(H, T, S):
    slopes = (2.0 ** (-8.0 / H)) ** torch.arange(1, H + 1)
    away = (torch.arange(S)[None, :] - torch.arange(S)[:, None])[-T:].float()
    bias = torch.einsum("h,ts->hts", slopes, away)
    return torch.where(away <= 0, bias, -torch.inf)


@right("24.4.8", how="numpy")
def alibi_bias(H, T, S):
    distance = np.subtract.outer(np.arange(S - T, S), np.arange(S)).astype(float)
    distance[distance < 0] = np.inf
    slopes = 0.5 ** (8 * np.arange(1, H + 1) / H)
    return torch.from_numpy(-slopes[:, None, None] * distance).float()


@right("24.4.8", how="a causal mask that is added")
def alibi_bias(H, T, S):
    slopes = torch.logspace(-8 / H, -8, H, base=2.0)
    past = torch.full((T, S), -math.inf).triu(S - T + 1)
    keys = torch.arange(S) - (S - T) - torch.arange(T)[:, None]
    return slopes.view(H, 1, 1) * keys + past


@wrong("24.4.8", names="alibi.past-blocked", says="leaves the future open")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * (torch.arange(H) + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    b = -m[:, None, None] * d
    return b.masked_fill(d > 0, -torch.inf)


@wrong("24.4.8", names="alibi.nan", says="0 times −∞ is NaN")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * (torch.arange(H) + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    future = (d < 0).float() * -math.inf
    return -m[:, None, None] * d + future


@wrong("24.4.8", names="alibi.mask-restarts", says="your mask counts")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * (torch.arange(H) + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    b = -m[:, None, None] * d
    return b.masked_fill(~torch.ones(T, S, dtype=torch.bool).tril(), -torch.inf)


@wrong("24.4.8", names="alibi.queries-restart", how="with a right mask")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * (torch.arange(H) + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    b = -m[:, None, None] * (torch.arange(T)[:, None] - torch.arange(S))
    return b.masked_fill(d < 0, -torch.inf)


@wrong("24.4.8", names="alibi.all-queries", says="each of the S positions")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * (torch.arange(H) + 1) / H)
    d = torch.arange(S)[:, None] - torch.arange(S)
    b = -m[:, None, None] * d
    return b.masked_fill(d < 0, -torch.inf)


@wrong("24.4.8", names="alibi.one-slope", how="a mask without slopes")
def alibi_bias(H, T, S):
    2.0 ** (-8 * (torch.arange(H) + 1) / H)
    d = torch.arange(S - T, S)[:, None] - torch.arange(S)
    return torch.zeros(H, T, S).masked_fill(d < 0, -torch.inf)


@right("24.4.8", how="powers of the first slope, last rows of a square")
def alibi_bias(H, T, S):
    start = 2 ** (-8 / H)
    m = torch.tensor([start ** (h + 1) for h in range(H)])
    full = -(torch.arange(S)[:, None] - torch.arange(S)).float()
    full = full.masked_fill(full > 0, -math.inf)[-T:]
    return m[:, None, None] * full


@right("24.4.8", how="float64 inside")
def alibi_bias(H, T, S):
    m = 2.0 ** (-8 * torch.arange(1, H + 1, dtype=torch.float64) / H)
    d = torch.arange(S) - torch.arange(S - T, S)[:, None]
    b = torch.einsum("h,ts->hts", m, d.double())
    return (
        b + torch.full((T, S), -math.inf, dtype=torch.float64).triu(S - T + 1)
    ).float()
