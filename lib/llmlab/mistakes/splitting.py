"""Mistakes in cutting channels into heads. Oracle: split(x, H)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import FIXED_AXES

FLOAT_WIDTH = r"'float' object cannot be interpreted|must be tuple of ints|float.*int"
MINUS_ONE = r"-1 can be any value"
NO_VIEW = r"view size is not compatible"
NO_SUCH_SHAPE = (
    r"is invalid for input of size|can't divide axis|don't multiply up to the size"
)


def _whole(oracle, x, H):
    """Every head gets all channels."""
    return x.unsqueeze(-3).expand(*x.shape[:-2], H, *x.shape[-2:])


def _bare_reshape(oracle, x, H):
    T, C = x.shape[-2:]
    return x.reshape(*x.shape[:-2], H, T, C // H)


def _starts(step):
    """Head h starts at another channel than h·D."""

    def variant(oracle, x, H):
        D = x.shape[-1] // H
        return x.unfold(-1, D, step(H)).movedim(-2, -3)[..., :H, :, :]

    return variant


def _columns_first(oracle, x, H):
    """A bare reshape to (…, H, D, T), with the last two axes swapped back."""
    T, C = x.shape[-2:]
    return x.reshape(*x.shape[:-2], H, C // H, T).mT


def _axes_one_and_two(oracle, x, H):
    """Axes 1 and 2 change places, which is right for one batch axis only."""
    if x.ndim == 3:
        return oracle(x=x, H=H)
    return x.unflatten(-1, (H, -1)).transpose(1, 2)


SPLIT_HEADS = [
    *ways(
        "split.bare-reshape",
        N_("Yours cuts the sentence into {H} pieces, not the channels of each token."),
        N_(
            "A reshape straight to (…, H, T, D) keeps the order of the numbers, so a "
            "head gets some tokens whole. First cut C into (H, D); then swap T and H."
        ),
        _bare_reshape,
        _columns_first,
    ),
    Mistake(
        "split.positions-cut",
        N_("Yours cuts the positions into pieces and leaves the channels whole."),
        N_("A head sees every position: cut the last axis, C, into (H, D)."),
        lambda oracle, x, H: x.unflatten(-2, (H, -1)),
        raises=NO_SUCH_SHAPE,
    ),
    Mistake(
        "split.interleaved",
        N_("In yours the channels of a head lie {H} apart: h, h + {H}, h + 2·{H} …"),
        N_(
            "A head's channels lie side by side: cut C into (H, D), in this order, and "
            "not into (D, H)."
        ),
        lambda oracle, x, H: x.unflatten(-1, (-1, H)).movedim(-1, -3),
    ),
    Mistake(
        "split.overlapping",
        N_("In yours head h starts at channel h, so that heads share channels."),
        N_("Head h starts at channel h·D and ends before (h + 1)·D."),
        _starts(lambda H: 1),
    ),
    Mistake(
        "split.steps-of-H",
        N_("In yours head h starts at channel h·H, not at h·D."),
        N_("Head h starts at channel h·D and ends before (h + 1)·D."),
        _starts(lambda H: H),
        raises=r"stack expects each tensor to be equal size",
    ),
    Mistake(
        "split.heads-after-positions",
        N_("Yours is (…, T, H, D): the heads' axis stands behind the positions."),
        N_(
            "Attention works on the last two axes. They have to be (T, D): swap T and "
            "H after the cut."
        ),
        lambda oracle, x, H: oracle(x=x, H=H).transpose(-3, -2),
    ),
    Mistake(
        "split.width-for-number",
        N_("Yours makes heads of {H} channels; it has to make {H} heads."),
        N_(
            "`chunk(H)` makes H pieces, `split(H)` makes pieces of H. D is C // H, the "
            "width of one head."
        ),
        lambda oracle, x, H: oracle(x=x, H=x.shape[-1] // H),
    ),
    Mistake(
        "split.heads-first",
        N_("In yours the heads' axis stands before the batch."),
        N_(
            "It stands right before the positions: (…, H, T, D). `torch.stack(parts, "
            "dim=-3)` puts it there."
        ),
        lambda oracle, x, H: oracle(x=x, H=H).movedim(-3, 0),
    ),
    Mistake(
        "split.batch-merged",
        N_("Yours joins sentences and heads into one axis of B·H."),
        N_("Keep them apart: masks and results belong to a sentence. (…, H, T, D)."),
        lambda oracle, x, H: oracle(x=x, H=H).flatten(0, -3),
    ),
    Mistake(
        "split.whole-copies",
        N_("In yours each head holds all C channels."),
        N_("The heads share the width: each holds D = C / H channels of its own."),
        _whole,
    ),
    Mistake(
        "split.positions-last",
        N_("Yours is (…, H, D, T): positions and channels have changed places."),
        N_("A head is a small x: rows are positions, columns its D channels."),
        lambda oracle, x, H: oracle(x=x, H=H).mT,
    ),
    Mistake(
        "split.float-width",
        N_("A shape needs whole numbers, and `/` makes a float."),
        N_("D = C // H, with two slashes."),
        raises=FLOAT_WIDTH,
    ),
    Mistake(
        "split.axes-from-the-front",
        N_("Yours is right with one batch axis, and wrong without it."),
        N_("Count axes from the end: T is axis −2 of x, and axis −3 after the cut."),
        _axes_one_and_two,
    ),
    Mistake(
        "split.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_(
            "Any number of leading axes may come: count axes from the end, keep the "
            'rest with `*x.shape[:-2]`, or write "..." for it.'
        ),
        raises=FIXED_AXES,
    ),
    Mistake(
        "split.minus-one",
        N_("The batch is empty, and torch cannot work out what −1 stands for."),
        N_("Write the size itself: D = C // H."),
        raises=MINUS_ONE,
    ),
    Mistake(
        "split.shape",
        N_("The new shape does not hold as many numbers as there are."),
        N_(
            "C = H·D, so only the last axis is cut in two: (…, T, C) becomes "
            "(…, T, H, D). Take the sizes from x.shape."
        ),
        raises=NO_SUCH_SHAPE,
    ),
]
