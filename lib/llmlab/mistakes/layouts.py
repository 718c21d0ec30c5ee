"""Mistakes in going from one layout of RoPE to the other. Oracle: convert(old, H)."""

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .splitting import NO_VIEW


def _rows(oracle, H: int, size: int) -> Tensor:
    """Which old row comes at each place, read off the oracle."""
    labels = torch.arange(size, dtype=torch.float64)[:, None]
    return oracle(old=labels, H=H)[:, 0].long()


def _reordered(change):
    """Rows by another order: `change` gets the right order, H and D."""

    def variant(oracle, old, H):
        right = _rows(oracle, H, len(old))
        return old[change(right, H, len(old) // H)]

    return variant


def _second_first(right, H, D):
    return right.view(H, 2, D // 2).flip(1).flatten()


def _heads_inner(right, H, D):
    """Rows are taken as (d, h) instead of (h, d)."""
    return torch.arange(H * D).view(D // 2, 2, H).transpose(0, 1).flatten()


def _in_pieces(right, H, D):
    """`split(H)` makes pieces of H rows."""
    pieces = torch.arange(H * D).split(H)
    return torch.cat([part for p in pieces for part in (p[0::2], p[1::2])])


def _on_columns(oracle, old, H):
    return oracle(old=old.mT, H=H).mT


CONVERT = [
    Mistake(
        "convert.inverse",
        N_("You reorder from half-split to interleaved, the other way around."),
        N_("Row 2i of a head moves to row i, and row 2i + 1 to row i + D/2."),
        _reordered(lambda right, H, D: right.argsort()),
    ),
    Mistake(
        "convert.across-heads",
        N_("Your reordering mixes the heads: it treats all rows as one head."),
        N_("Each head has D rows of its own. Reorder within each of them."),
        lambda oracle, old, H: oracle(old=old, H=1),
    ),
    Mistake(
        "convert.across-heads",
        N_("You mix the heads, and reorder the other way around."),
        N_("Each head has D rows of its own. Reorder within each of them."),
        lambda oracle, old, H: old[_rows(oracle, 1, len(old)).argsort()],
    ),
    Mistake(
        "convert.columns",
        N_("You reorder columns; the rows of W make the numbers of q and k."),
        N_("nn.Linear keeps its weight as (outputs, inputs): rows are outputs."),
        _on_columns,
        raises=r"shape mismatch|can't divide|not divisible|invalid for input of size",
    ),
    *ways(
        "convert.width-for-number",
        N_("You take {H} for the number of rows or pairs in a head."),
        N_("There are {H} heads, one after the other: `chunk(H)`, not `split(H)`."),
        _reordered(_in_pieces),
        lambda oracle, old, H: oracle(old=old, H=len(old) // (2 * H)),
    ),
    Mistake(
        "convert.view",
        N_("`view` cannot join axes that a transpose has moved: they lie apart."),
        N_("Use `reshape`, which copies when it must, or `.contiguous().view(…)`."),
        raises=NO_VIEW,
    ),
    Mistake(
        "convert.second-first",
        N_("In your order the second numbers of the pairs come first."),
        N_("The first half of a head holds the even rows, the second the odd ones."),
        _reordered(_second_first),
    ),
    Mistake(
        "convert.unchanged",
        N_("Your rows are in the order in which they came."),
        N_("A reshape alone keeps the order: two axes have to change places."),
        _reordered(lambda right, H, D: torch.arange(H * D)),
    ),
    Mistake(
        "convert.heads-inner",
        N_("You take neighbouring rows for different heads."),
        N_("The rows of a head follow one another: they are (h d), head first."),
        _reordered(_heads_inner),
    ),
    *ways(
        "convert.extra-axes",
        N_("The order is right, but the result has more axes than W."),
        N_("Flatten it to (H·D, C) again."),
        lambda oracle, old, H: oracle(old=old, H=H).unflatten(0, (H, -1)),
        lambda oracle, old, H: oracle(old=old, H=H).unflatten(0, (H, 2, -1)),
    ),
    Mistake(
        "convert.swapped-in-pairs",
        N_("You swap the two rows of each pair, and leave the pairs together."),
        N_("The first numbers of all pairs come first, then the second ones."),
        _reordered(lambda right, H, D: torch.arange(H * D).view(-1, 2).flip(1).ravel()),
    ),
]
