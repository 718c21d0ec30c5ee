"""Mistakes in RoPE. Oracle: rope(x, positions, interleaved, base), shaped like x."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .turning import (
    BASE,
    added,
    coarse,
    given,
    mixed,
    mixed_in,
    overwritten,
    own_frequencies,
    parts,
    put_back,
    put_back_always,
    swapped,
    turns,
)
from .waves import wrong_frequencies

ROPE = [
    Mistake(
        "rope.backwards",
        N_("Your pairs turn the wrong way: the sign of the sines is wrong."),
        N_(
            "y₁ = x₁ cos − x₂ sin and y₂ = x₁ sin + x₂ cos. Scores do not show it, as "
            "long as q and k turn alike; a loaded model does."
        ),
        given(positions=lambda known: -known["positions"]),
    ),
    *ways(
        "rope.other-layout",
        N_("Your pairs are those of the other layout, or the argument is ignored."),
        N_("interleaved: (2i, 2i + 1). Otherwise half-split: (i, i + D/2)."),
        given(interleaved=lambda known: not known["interleaved"]),
        given(interleaved=lambda known: True),
        given(interleaved=lambda known: False),
    ),
    *ways(
        "rope.mixed-layout",
        N_("You mix the two layouts: pairs of one, angles in the order of the other."),
        N_(
            "Both numbers of a pair turn by the same angle. Neighbours need the angles "
            "as a, a, b, b; halves need them as a, b, a, b."
        ),
        mixed,
        mixed_in(True),
        mixed_in(False),
    ),
    *ways(
        "rope.own-frequency",
        N_("In yours the two numbers of a pair turn by different angles."),
        N_("Pair i has one frequency, base^(−2i/D), for both of its numbers."),
        own_frequencies(False),
        own_frequencies(True),
    ),
    *ways(
        "rope.put-back",
        N_("The turned numbers are right, but not put back where they came from."),
        N_("Neighbours take turns again (stack and flatten); halves are joined (cat)."),
        put_back,
        put_back_always(True),
        put_back_always(False),
    ),
    Mistake(
        "rope.swapped",
        N_("Sine and cosine have changed places."),
        N_("At position 0 nothing turns: there the cosine is 1 and keeps x₁ and x₂."),
        swapped,
    ),
    Mistake(
        "rope.positions-ignored",
        N_("You count positions from 0, whatever `positions` says."),
        N_("With kept keys the newest token is not at 0: use the numbers given."),
        given(positions=lambda known: torch.arange(len(known["positions"]))),
    ),
    Mistake(
        "rope.one-based",
        N_("Your positions are one too large."),
        N_("The token at position 0 is not turned at all."),
        given(positions=lambda known: known["positions"] + 1),
    ),
    Mistake(
        "rope.base-ignored",
        N_("Your base is 10000, whatever `base` says."),
        N_(
            "The frequency of pair i is base^(−2i/D). Long-text models use larger ones."
        ),
        given(base=lambda known: BASE),
    ),
    *wrong_frequencies(
        "rope",
        "D",
        turns,
        (
            "exponent-doubled",
            "exponent-halved",
            "degrees",
            "two-pi",
            "one-frequency",
            "frequency-inverted",
            "last-pair",
        ),
    ),
    *ways(
        "rope.reflected",
        N_("The signs do not make a turn: yours is a reflection, or it stretches."),
        N_("y₁ = x₁ cos − x₂ sin and y₂ = x₁ sin + x₂ cos: one minus, in y₁."),
        parts(lambda x1c, x1s, x2s, x2c: (x1c - x2s, x1s - x2c)),
        parts(lambda x1c, x1s, x2s, x2c: (x1c - x2s, x1s + x2c)),
        parts(lambda x1c, x1s, x2s, x2c: (x1c + x2s, x2c - x1s)),
        parts(lambda x1c, x1s, x2s, x2c: (x1c + x2s, x1s - x2c)),
    ),
    *ways(
        "rope.half-a-turn",
        N_("You multiply by the cosines only, or leave out one of the two sines."),
        N_("Each new number needs both old ones: two products, and a sum."),
        parts(lambda x1c, x1s, x2s, x2c: (x1c, x2c)),
        parts(lambda x1c, x1s, x2s, x2c: (x1c + x2s, x2c)),
        parts(lambda x1c, x1s, x2s, x2c: (x1c, x1s + x2c)),
        parts(lambda x1c, x1s, x2s, x2c: (x1c, x1s)),
    ),
    *ways(
        "rope.overwritten",
        N_("You make the second number of a pair from a first one that has turned."),
        N_("Keep the old x₁ until y₂ is computed: use new names for y₁ and y₂."),
        overwritten,
    ),
    *ways(
        "rope.added",
        N_("You add sines and cosines to x. RoPE adds nothing: it turns."),
        N_("y₁ = x₁ cos − x₂ sin and y₂ = x₁ sin + x₂ cos."),
        added,
    ),
    Mistake(
        "rope.coarse-angles",
        N_("Your angles are computed in bfloat16, whose 8 bits end at 256."),
        N_(
            "Make positions, frequencies and angles float32, and convert only sine and "
            "cosine to x's dtype."
        ),
        applies=coarse,
    ),
    Mistake(
        "rope.shapes",
        N_("The angles do not fit the numbers that they turn."),
        N_(
            "Angles are (T, D/2), and so are the first and second numbers of all pairs."
        ),
        raises=r"size of tensor|must match|shape mismatch|broadcast|Dimension out of",
    ),
]
