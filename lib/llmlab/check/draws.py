"""Inputs that many exercises draw: masks and lengths. For use in `check.case`."""

import torch
from torch import Tensor


def some_keys(B: int, T: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, T, S); True means may look. No query is left with nothing."""
    mask = torch.rand(B, T, S, generator=generator) < 0.6
    return mask | (torch.arange(S) == 0)


def same_keys(B: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, 1, S), the same for every query."""
    return some_keys(B, 1, S, generator)


def blind_query(B: int, T: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, T, S) whose last query may look nowhere."""
    return some_keys(B, T, S, generator) & (torch.arange(T) < T - 1)[:, None]


def some_lengths(B: int, S: int, generator: torch.Generator) -> Tensor:
    """Lengths (B,) from 1 to S - 1, so that every sentence has padding."""
    return torch.randint(1, S, (B,), generator=generator)


def square_keys(B: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, S, S) for self-attention; each token may look somewhere."""
    return some_keys(B, S, S, generator)


def scattered(B: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, S, S) in which each token sees itself, and not the next one.

    So its opposite and its transpose, too, let each token look somewhere.
    """
    itself = torch.eye(S, dtype=torch.bool)
    random = torch.rand(B, S, S, generator=generator) < 0.6
    return (random & ~itself.roll(1, 1)) | itself


def padded_keys(B: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, 1, S), the same for every query, that hides the last key."""
    return same_keys(B, S, generator) & (torch.arange(S) < max(1, S - 1))
