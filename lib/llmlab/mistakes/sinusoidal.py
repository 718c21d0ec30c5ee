"""Mistakes in the sinusoidal code, and in its shift matrix.

Oracles: code(positions, C), shape (T, C); shift(k, C), shape (C, C). Wrong codes are
read off the right one: its pair 0 holds the sine and cosine of any angle.
"""

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .waves import wrong_frequencies


def _frequencies(oracle, C: int) -> Tensor:
    """The angle of each pair at position 1."""
    sin, cos = oracle(positions=torch.tensor([1]), C=C)[0].unflatten(0, (-1, 2)).T
    return torch.atan2(sin, cos)


def _waves(oracle, angles: Tensor) -> tuple[Tensor, Tensor]:
    """Sine and cosine of angles (T, n), from the oracle's pair 0."""
    if not angles.numel():
        return angles, angles
    pairs = oracle(positions=angles.flatten(), C=2).unflatten(0, angles.shape)
    return pairs[..., 0], pairs[..., 1]


def _turns(sin_of, cos_of=None):
    """The code with other frequencies for its sines and for its cosines."""

    def variant(oracle, positions, C):
        w = _frequencies(oracle, C)
        sin, _ = _waves(oracle, positions[:, None] * sin_of(w))
        _, cos = _waves(oracle, positions[:, None] * (cos_of or sin_of)(w))
        return torch.stack([sin, cos], -1).flatten(1)

    return variant


def _half_step(w: Tensor) -> Tensor:
    """The frequencies of odd places, if each place had its own: base^(−(2i+1)/C)."""
    return w * (10_000.0 ** (-1 / (2 * len(w))))


def _index_of_dimension(w: Tensor) -> Tensor:
    return w**2 * (10_000.0 ** (-2 / (2 * len(w))))


def _places(change):
    """The right code with its pairs (T, C/2, 2) changed."""

    def variant(oracle, positions, C):
        return change(oracle(positions=positions, C=C).unflatten(1, (-1, 2)))

    return variant


def _at(move):
    def variant(oracle, positions, C):
        return oracle(positions=move(positions), C=C)

    return variant


def _repeated(place):
    return _places(lambda y: y[..., [place, place]].flatten(1))


SIZES = r"size of tensor a|must match|shape mismatch|cannot be broadcast|mat1 and mat2"

SINUSOIDAL = [
    Mistake(
        "sinusoidal.swapped",
        N_("Your sines and cosines have changed places."),
        N_("Sine at the even places 2i, cosine at 2i + 1: position 0 is 0, 1, 0, 1 …"),
        _places(lambda y: y.flip(-1).flatten(1)),
    ),
    *ways(
        "sinusoidal.halves",
        N_("Your code holds all sines first and then all cosines."),
        N_(
            "Here they take turns: pair i fills the places 2i and 2i + 1. Some "
            "programs do it your way; a model must be given the way it learned."
        ),
        _places(lambda y: y.mT.flatten(1)),
        _places(lambda y: y.flip(-1).mT.flatten(1)),
    ),
    *ways(
        "sinusoidal.own-frequency",
        N_("Your cosine has another frequency than the sine of its pair."),
        N_(
            "Both places of pair i have the exponent 2i/C. The odd place 2i + 1 takes "
            "the i of its pair: i = place // 2."
        ),
        _turns(lambda w: w, _half_step),
        _turns(lambda w: w**2, _index_of_dimension),
    ),
    *wrong_frequencies("sinusoidal", "C", _turns),
    Mistake(
        "sinusoidal.positions-ignored",
        N_("Your code counts positions from 0, whatever `positions` says."),
        N_("Use the numbers that you are given: a text may go on at position 20."),
        _at(lambda p: torch.arange(len(p))),
    ),
    Mistake(
        "sinusoidal.one-based",
        N_("Your positions are one too large."),
        N_("Position 0 has the angle 0. Its code is 0, 1, 0, 1 …"),
        _at(lambda p: p + 1),
    ),
    *ways(
        "sinusoidal.one-wave",
        N_("Both places of a pair hold the same wave."),
        N_("A sine alone is the same at two angles. Sine and cosine together are not."),
        _repeated(0),
        _repeated(1),
    ),
    *ways(
        "sinusoidal.transposed",
        N_("Your code has a row for each place and a column for each position."),
        N_("Positions are rows: the shape is (T, C)."),
        lambda oracle, positions, C: oracle(positions=positions, C=C).mT,
    ),
    *ways(
        "sinusoidal.half-missing",
        N_("Your code has only C/2 columns."),
        N_("Each of the C/2 frequencies gives two columns, a sine and a cosine."),
        _places(lambda y: y[..., 0]),
        _places(lambda y: y[..., 1]),
    ),
    Mistake(
        "sinusoidal.shapes",
        N_("Positions and frequencies do not meet as a table."),
        N_(
            "Give the positions a column, (T, 1), and the frequencies a row, (C/2,): "
            "their product is a table of angles (T, C/2)."
        ),
        raises=SIZES,
    ),
]


def _blocks(change):
    """The shift with other frequencies, block by block."""

    def variant(oracle, k, C):
        one = oracle(k=1, C=C)
        w = torch.atan2(one[0::2, 1::2].diagonal(), one[0::2, 0::2].diagonal())
        # pair 0 of a shift by any number is a turn by that angle
        return torch.block_diag(*(oracle(k=k * a, C=2) for a in change(w).tolist()))

    return variant


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
        ("exponent-doubled", "exponent-halved", "one-frequency", "degrees"),
    ),
]
