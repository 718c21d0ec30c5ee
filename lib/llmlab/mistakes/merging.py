"""Mistakes in joining heads again. Oracle: merge(heads)."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import FIXED_AXES
from .splitting import MINUS_ONE, NO_SUCH_SHAPE, NO_VIEW


def _bare_join(oracle, heads):
    H, T, D = heads.shape[-3:]
    return heads.reshape(*heads.shape[:-3], T, H * D)


def _rows_first(oracle, heads):
    """A bare reshape to (…, H·D, T), turned."""
    return heads.flatten(-3, -1).unflatten(-1, (-1, heads.shape[-2])).mT


def _first_axis(oracle, heads):
    """What lies along the first axis is put side by side: with a batch, sentences."""
    return torch.cat(heads.unbind(0), dim=-1)


def _turned(*axes):
    """The wrong two axes change places before the reshape."""

    def variant(oracle, heads):
        return heads.transpose(*axes).reshape(oracle(heads=heads).shape)

    return variant


def _from_the_front(start):
    """Axes 1 and 2 change places, which is right for one batch axis only."""

    def variant(oracle, heads):
        if heads.ndim == 4:
            return oracle(heads=heads)
        return heads.transpose(1, 2).flatten(start)

    return variant


MERGE_HEADS = [
    *ways(
        "merge.bare-reshape",
        N_("Yours puts numbers of one head into several rows, and tokens are mixed."),
        N_(
            "A reshape straight to (…, T, C) keeps the order of the numbers. First "
            "swap H and T; then join the last two axes."
        ),
        _bare_join,
        _rows_first,
    ),
    Mistake(
        "merge.view",
        N_("`view` cannot join axes that a transpose has moved: they lie apart."),
        N_("Use `reshape`, which copies when it must, or `.contiguous().view(…)`."),
        raises=NO_VIEW,
    ),
    Mistake(
        "merge.interleaved",
        N_("Yours takes one channel of each head in turn."),
        N_(
            "Head 0 comes first, with all its D channels: join (H, D) in this order, "
            "not (D, H)."
        ),
        lambda oracle, heads: heads.movedim(-3, -1).flatten(-2),
    ),
    *ways(
        "merge.added",
        N_("Yours adds the heads up, or takes their mean: it is (…, T, D)."),
        N_("Put them side by side: C = H·D = {C} channels. W_O mixes them later."),
        lambda oracle, heads: heads.sum(-3),
        lambda oracle, heads: heads.mean(-3),
        figures=lambda H, D: {"C": H * D},
    ),
    *ways(
        "merge.along-positions",
        N_("Yours puts the heads one below the other: it has H·T rows of width D."),
        N_("Side by side: join H with D, the last axis, and keep T rows."),
        lambda oracle, heads: heads.flatten(-3, -2),
        lambda oracle, heads: heads.transpose(-3, -2).flatten(-3, -2),
    ),
    Mistake(
        "merge.not-joined",
        N_("Yours is (…, T, H, D): the last two axes are still two."),
        N_("Join them: `.flatten(-2)`, or a reshape to (…, T, H·D)."),
        lambda oracle, heads: heads.transpose(-3, -2),
    ),
    *ways(
        "merge.wrong-axes",
        N_("In yours the wrong two axes change places before the reshape."),
        N_("H and T have to: axes −3 and −2. D stays the last."),
        _turned(-2, -1),
        _turned(-3, -1),
        lambda oracle, heads: oracle(heads=heads).mT,
    ),
    Mistake(
        "merge.first-axis",
        N_("Yours puts sentences side by side: the first axis is the batch."),
        N_("Count axes from the end: H is axis −3, T is axis −2."),
        _first_axis,
    ),
    *ways(
        "merge.axes-from-the-front",
        N_("Yours is right with one batch axis, and wrong without it."),
        N_("Count axes from the end: H is axis −3, T is axis −2."),
        _from_the_front(2),
        _from_the_front(-2),
    ),
    Mistake(
        "merge.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_("Count axes from the end: H is axis −3, T is axis −2."),
        raises=FIXED_AXES,
    ),
    Mistake(
        "merge.minus-one",
        N_("The batch is empty, and torch cannot work out what −1 stands for."),
        N_("Write the size itself: C = H·D."),
        raises=MINUS_ONE,
    ),
    Mistake(
        "merge.shape",
        N_("The new shape does not hold as many numbers as there are."),
        N_("(…, H, T, D) becomes (…, T, H·D). Take the sizes from heads.shape."),
        raises=NO_SUCH_SHAPE,
    ),
]
