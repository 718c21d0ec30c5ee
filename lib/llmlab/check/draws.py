"""Inputs that many exercises draw: masks, lengths, graphs. For use in `check.case`."""

import torch
from torch import Tensor


def some_keys(B: int, T: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, T, S); True means may look. No query is left with nothing."""
    mask = torch.rand(B, T, S, generator=generator) < 0.6
    return mask | (torch.arange(S) == 0)


def keys_of_one(T: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (T, S) for one sentence, without a batch axis."""
    return some_keys(1, T, S, generator)[0]


def keys_in_groups(B: int, H: int, T: int, S: int, generator: torch.Generator):
    """A random mask (B, H, T, S), for sentences with two leading axes."""
    return some_keys(B * H, T, S, generator).unflatten(0, (B, H))


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


def shuffles(T: int, generator: torch.Generator) -> Tensor:
    """Eight random orders of T positions, (8, T)."""
    return torch.stack([torch.randperm(T, generator=generator) for _ in range(8)])


def in_order(T: int) -> Tensor:
    """Positions 0 to T - 1."""
    return torch.arange(T)


def later(T: int) -> Tensor:
    """Positions from 3 on, as in a text that goes on."""
    return torch.arange(T) + 3


def far(T: int) -> Tensor:
    """Positions from 700 on, which 8 bits cannot tell apart."""
    return torch.arange(T) + 700


def scattered(T: int, generator: torch.Generator) -> Tensor:
    """Positions below 60 in no order."""
    return torch.randint(60, (T,), generator=generator)


def rotation(D: int, generator: torch.Generator) -> Tensor:
    """A random rotation (D, D) by small angles, in float64."""
    skew = torch.randn(D, D, generator=generator, dtype=torch.float64)
    return torch.linalg.matrix_exp(0.1 * (skew - skew.T))


def graph(T: int, generator: torch.Generator) -> Tensor:
    """T operations on two given values, as rows (T + 2, 2) of what each one is made of.

    An operation takes one or two of the rows just before it; -1 stands for nothing.
    """
    rows = [[-1, -1], [-1, -1]]
    for i in range(2, T + 2):
        back = torch.randint(1, min(i, 5) + 1, (2,), generator=generator).tolist()
        rows.append([i - back[0], i - back[1] if i % 3 else -1])
    return torch.tensor(rows)


def chain(T: int) -> Tensor:
    """T operations (T + 1, 2), each on the one before it; see `graph`."""
    return torch.tensor([[-1, -1]] + [[i, -1] for i in range(T)])


def scattered_keys(B: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, S, S) in which each token sees itself, and not the next one.

    So its opposite and its transpose, too, let each token look somewhere.
    """
    itself = torch.eye(S, dtype=torch.bool)
    random = torch.rand(B, S, S, generator=generator) < 0.6
    return (random & ~itself.roll(1, 1)) | itself


def padded_keys(B: int, S: int, generator: torch.Generator) -> Tensor:
    """A random mask (B, 1, S), the same for every query, that hides the last key."""
    return same_keys(B, S, generator) & (torch.arange(S) < max(1, S - 1))


def ids(B: int, T: int, V: int, generator: torch.Generator) -> Tensor:
    """Token ids (B, T) below V."""
    return torch.randint(V, (B, T), generator=generator)
