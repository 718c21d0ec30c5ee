"""Inputs that exercises on experts draw: router logits and choices."""

import torch
from torch import Tensor


def ranked(wish: Tensor, K: int) -> Tensor:
    """Which expert is the k-th best: True or False, (…, K, E).

    An expert's rank is the number of experts that are wanted more.

    >>> ranked(torch.tensor([0.2, 1.9, 0.8]), 2).long().tolist()
    [[0, 1, 0], [0, 0, 1]]
    """
    rank = (wish[..., None, :] > wish[..., :, None]).sum(-1)  # (…, E)
    return rank[..., None, :] == torch.arange(K)[:, None]


def apart(N: int, E: int, generator: torch.Generator, dtype: torch.dtype) -> Tensor:
    """Router logits (N, E); within a row no two are near, even in bfloat16."""
    levels = torch.rand(N, E, generator=generator).argsort(-1) - E / 3
    return (levels * (0.3 + 0.5 * torch.rand(N, 1, generator=generator))).to(dtype)


def apart_in_batches(
    B: int, T: int, E: int, generator: torch.Generator, dtype: torch.dtype
) -> Tensor:
    """Router logits (B, T, E), see `apart`."""
    return apart(B * T, E, generator, dtype).reshape(B, T, E)


def choices(N: int, E: int, K: int, generator: torch.Generator) -> Tensor:
    """K different experts for each token, (N, K); expert 1 gets no token."""
    others = torch.tensor([e for e in range(E) if e != 1])
    return others[torch.rand(N, E - 1, generator=generator).argsort(-1)[:, :K]]


def with_gaps(N: int, E: int, K: int, generator: torch.Generator) -> Tensor:
    """Choices as above, a third of them -1: no expert."""
    chosen = choices(N, E, K, generator)
    gone = torch.rand(N, K, generator=generator) < 0.3
    gone[:2] = torch.arange(K) == 0
    return chosen.masked_fill(gone, -1)


def crowded(N: int, E: int, K: int, generator: torch.Generator) -> Tensor:
    """K different experts for each token, (N, K); the first ones are in demand."""
    wish = torch.rand(N, E, generator=generator) - 0.12 * torch.arange(E)
    return wish.argsort(-1, descending=True)[:, :K]


def some_real(N: int, generator: torch.Generator) -> Tensor:
    """Which of N tokens are real, (N,); the rest is padding."""
    return (torch.rand(N, generator=generator) < 0.6) | (torch.arange(N) == 0)


def shares(N: int, K: int, generator: torch.Generator, dtype: torch.dtype) -> Tensor:
    """Weights (N, K) with rows that sum to 1, largest first."""
    drawn = torch.rand(N, K, generator=generator).double() + 0.1
    drawn = (drawn / drawn.sum(-1, keepdim=True)).sort(descending=True).values
    return drawn.to(dtype)
