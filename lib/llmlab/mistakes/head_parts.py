"""Mistakes in what each head adds. Oracle: contributions(heads, W_O)."""

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import FIXED_AXES, SIZES


def _columns(choose):
    """Each head meets other columns of W_O."""

    def variant(oracle, heads, W_O):
        H, D = heads.shape[-3], heads.shape[-1]
        columns = torch.cat([torch.as_tensor(choose(h, H, D)) for h in range(H)])
        return oracle(heads=heads, W_O=W_O[:, columns])

    return variant


def _axes(change):
    def variant(oracle, heads, W_O):
        return change(oracle(heads=heads, W_O=W_O))

    return variant


def _bare_reshape(oracle, heads: Tensor, W_O):
    """The merged heads are cut without swapping axes."""
    right = oracle(heads=heads, W_O=W_O)
    H, T, C = right.shape[-3:]
    return right.transpose(-3, -2).reshape(*right.shape[:-3], H, T, C)


def _cut(output: Tensor, heads: Tensor) -> Tensor:
    """An output (…, T, C) in pieces of the heads' width."""
    return torch.stack(output.split(heads.shape[-1], dim=-1), dim=-3)


def _own_block(oracle, heads, W_O):
    """Head h meets its own columns, and writes into its own channels only."""
    pieces = [_cut(part, heads) for part in oracle(heads=heads, W_O=W_O).unbind(-3)]
    return torch.stack([p[..., h, :, :] for h, p in enumerate(pieces)], dim=-3)


CONTRIBUTIONS = [
    Mistake(
        "adds.rows",
        N_("Yours gives head h the rows of W_O, or multiplies by W_O itself."),
        N_("nn.Linear computes xWᵀ: head h owns the columns h·D to h·D + D − 1."),
        lambda oracle, heads, W_O: oracle(heads=heads, W_O=W_O.mT),
    ),
    Mistake(
        "adds.interleaved",
        N_("Yours gives head h every H-th column of W_O."),
        N_("A head's columns lie side by side: cut them into (H, D), in this order."),
        _columns(lambda h, H, D: torch.arange(h, H * D, H)),
    ),
    *ways(
        "adds.same-columns",
        N_("Yours gives every head the same columns of W_O."),
        N_("Head h owns the columns h·D to h·D + D − 1."),
        _columns(lambda h, H, D: torch.arange(D)),
        _columns(lambda h, H, D: torch.arange((H - 1) * D, H * D)),
    ),
    Mistake(
        "adds.overlapping",
        N_("Yours takes columns from h on, so that heads share columns of W_O."),
        N_("Head h owns the columns h·D to h·D + D − 1."),
        _columns(lambda h, H, D: torch.arange(h, h + D)),
    ),
    *ways(
        "adds.output-cut",
        N_("Yours gives each head only D channels of the output."),
        N_("What a head adds is as wide as the output: its D channels times (D, C)."),
        lambda oracle, heads, W_O: _cut(oracle(heads=heads, W_O=W_O).sum(-3), heads),
        _own_block,
    ),
    *ways(
        "adds.summed",
        N_("Yours is the whole output: the heads are added up already."),
        N_("Keep them apart: (…, H, T, C). Their sum is the output."),
        _axes(lambda right: right.sum(-3)),
        _axes(lambda right: right.sum(-3, keepdim=True).expand(right.shape)),
    ),
    Mistake(
        "adds.the-others",
        N_("Yours is the output without head h; asked for is what head h adds."),
        N_("Silence all heads but one, not one of them."),
        _axes(lambda right: right.sum(-3, keepdim=True) - right),
    ),
    Mistake(
        "adds.equal-shares",
        N_("Yours gives each head the same share of the output."),
        N_("Each head adds its own product with its own columns of W_O."),
        _axes(lambda right: right.mean(-3, keepdim=True).expand(right.shape)),
    ),
    *ways(
        "adds.axes",
        N_("Your numbers are right, and the axes are in another order."),
        N_("The heads' axis stands before the positions: (…, H, T, C)."),
        _axes(lambda right: right.transpose(-3, -2)),
        _axes(lambda right: right.movedim(-3, 0)),
        _axes(lambda right: right.movedim(-3, -1)),
        _bare_reshape,
    ),
    Mistake(
        "adds.running-sum",
        N_("Yours adds up the heads so far: head 1 holds head 0, too."),
        N_("Start anew for each head."),
        _axes(lambda right: right.cumsum(-3)),
    ),
    Mistake(
        "adds.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_('Count axes from the end, or write "..." for those in front.'),
        raises=rf"{FIXED_AXES}|index \d+ is out of bounds",
    ),
    Mistake(
        "adds.shapes",
        N_("Two shapes do not fit together."),
        N_("One head is (T, D), its part of the matrix, turned, is (D, C)."),
        raises=SIZES + r"|is invalid for input of size",
    ),
]
