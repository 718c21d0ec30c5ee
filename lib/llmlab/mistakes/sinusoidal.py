"""Mistakes in the sinusoidal code. Oracle: code(positions, C), shape (T, C).

Wrong codes are read off the right one: its pair 0 holds sine and cosine of any angle.
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
        "sinusoidal.whole-table",
        N_("Yours has a row for every position up to the largest one."),
        N_("Only the positions that are given have a row, in the order given."),
        _at(lambda p: torch.arange(int(p.max()) + 1)),
        raises=r"^(IndexError|RuntimeError): max\(\)",
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
