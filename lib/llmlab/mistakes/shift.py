"""Mistakes in the matrix that shifts the sinusoidal code. Oracle: shift(k, C)."""

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .waves import wrong_frequencies


def _blocks(change):
    """The shift with other frequencies, block by block."""

    def variant(oracle, k, C):
        one = oracle(k=1, C=C)
        w = torch.atan2(one[0::2, 1::2].diagonal(), one[0::2, 0::2].diagonal())
        # pair 0 of a shift by any number is a turn by that angle
        return torch.block_diag(*(oracle(k=k * a, C=2) for a in change(w).tolist()))

    return variant


def _twice_as_many(w: Tensor) -> Tensor:
    """i runs from 0 to C − 1."""
    return 10_000.0 ** (-torch.arange(2 * len(w), dtype=w.dtype) / len(w))


def _from_one(w: Tensor) -> Tensor:
    """i runs from 1 to C/2."""
    return w * 10_000.0 ** (-1 / len(w))


def _full(axis):
    """Every block of a row, or of a column, is that row's or column's turn."""

    def change(M: Tensor) -> Tensor:
        turns = _diagonal_blocks(M)  # (C/2, 2, 2)
        line = torch.cat(tuple(turns), axis)
        return torch.cat([line] * len(turns), 1 - axis)

    return change


def _shift(change):
    def variant(oracle, k, C):
        return change(oracle(k=k, C=C))

    return variant


def _in_halves(M: Tensor) -> Tensor:
    order = [*range(0, len(M), 2), *range(1, len(M), 2)]
    return M[order][:, order]


def _diagonal_blocks(M: Tensor) -> Tensor:
    return torch.stack([M[i : i + 2, i : i + 2] for i in range(0, len(M), 2)])


SHIFT = [
    Mistake(
        "shift.backwards",
        N_("Your matrix shifts the wrong way, by −k: it is the right one transposed."),
        N_(
            "The usual rotation matrix turns (cos, sin). Here the sine comes first, so "
            "the minus sign moves to the lower left."
        ),
        lambda oracle, k, C: oracle(k=-k, C=C),
    ),
    *ways(
        "shift.halves",
        N_("Your matrix takes all sines first and then all cosines."),
        N_("Pair i fills the places 2i and 2i + 1: blocks of 2 × 2 on the diagonal."),
        _shift(_in_halves),
        _shift(lambda M: _in_halves(M).mT),
    ),
    Mistake(
        "shift.k-ignored",
        N_("Your matrix shifts by 1, whatever k is."),
        N_("The angle of pair i is k · 10000^(−2i/C)."),
        lambda oracle, k, C: oracle(k=1, C=C),
    ),
    *ways(
        "shift.signs",
        N_("The signs of your sines do not make a turn."),
        N_("One sine is positive, at the upper right, and one negative, below it."),
        _shift(lambda M: torch.where(torch.eye(len(M), dtype=bool), M, M.abs())),
        _shift(lambda M: torch.where(M.tril(-1) != 0, -M, M)),
        _shift(lambda M: torch.where(M.triu(1) != 0, -M, M)),
    ),
    Mistake(
        "shift.no-sines",
        N_("Your matrix has only cosines, on its diagonal."),
        N_("The new sine needs the old cosine as well: see the addition theorems."),
        _shift(lambda M: torch.diag(M.diagonal())),
    ),
    Mistake(
        "shift.swapped",
        N_("In your blocks sine and cosine have changed places."),
        N_("For k = 0 the matrix changes nothing: cosines stand on the diagonal."),
        _shift(lambda M: M.unflatten(1, (-1, 2)).flip(-1).flatten(1)),
    ),
    *ways(
        "shift.rolled",
        N_("Your matrix moves the places of the code, not its position."),
        N_("Each pair stays in its two places and turns by an angle there."),
        lambda k, C: torch.eye(C).roll(k, 0),
        lambda k, C: torch.eye(C).roll(-k, 0),
        lambda k, C: torch.diag(torch.ones(max(0, C - abs(k))), k),
        lambda k, C: torch.diag(torch.ones(max(0, C - abs(k))), -k),
    ),
    *ways(
        "shift.full",
        N_("Your matrix has no zeros: every pair is mixed with every other one."),
        N_("A pair keeps to itself. `torch.diag` makes a diagonal matrix of a row."),
        _shift(_full(1)),
        _shift(_full(0)),
    ),
    *ways(
        "shift.one-step-off",
        N_("Your matrix shifts by one position too many, or by one too few."),
        N_("For k = 0 the matrix changes nothing: cosines stand on the diagonal."),
        lambda oracle, k, C: oracle(k=k + 1, C=C),
        lambda oracle, k, C: oracle(k=k - 1, C=C),
    ),
    Mistake(
        "shift.too-many-pairs",
        N_("Your matrix has 2·C rows: you make a block for each place."),
        N_("i counts pairs: there are C/2 blocks of 2 × 2."),
        _blocks(_twice_as_many),
    ),
    Mistake(
        "shift.pairs-from-one",
        N_("In yours i counts from 1, so that no pair has the frequency 1."),
        N_("i counts pairs from 0: pair 0 turns by k itself."),
        _blocks(_from_one),
    ),
    *ways(
        "shift.not-one-matrix",
        N_("Your result is a stack of 2 × 2 blocks; one matrix (C, C) is asked for."),
        N_("Put the blocks on the diagonal of a matrix of zeros."),
        _shift(_diagonal_blocks),
        _shift(lambda M: _diagonal_blocks(M).mT),
    ),
    *wrong_frequencies(
        "shift",
        "C",
        _blocks,
        (
            "exponent-doubled",
            "exponent-halved",
            "one-frequency",
            "degrees",
            "two-pi",
            "frequency-inverted",
            "precedence",
            "last-pair",
            "base",
        ),
    ),
]
