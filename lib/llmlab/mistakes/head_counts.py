"""Mistakes in what heads cost and in what they add to the output.

Oracles: cost(T, S, C, H) → {"parameters", "FLOPs"}, contributions(heads, W_O).
"""

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import FIXED_AXES, SIZES


def _size(change):
    """Another number of parameters."""

    def variant(oracle, T, S, C, H):
        size = oracle(T=T, S=S, C=C, H=H)["parameters"]
        return {"parameters": change(size, C=C, H=H)}

    return variant


def _work(change):
    """Another number of FLOPs; `inner` are those of attention without matrices."""

    def variant(oracle, T, S, C, H):
        total = oracle(T=T, S=S, C=C, H=H)["FLOPs"]
        inner = total - 2 * (T + S) * oracle(T=1, S=1, C=C, H=1)["parameters"] // 2
        sizes = {"T": T, "S": S, "C": C, "H": H}
        return {"FLOPs": change(total=total, inner=inner, **sizes)}

    return variant


def _swapped(oracle, T, S, C, H):
    right = oracle(T=T, S=S, C=C, H=H)
    return {"parameters": right["FLOPs"], "FLOPs": right["parameters"]}


ATTENTION_COST = [
    Mistake(
        "cost.swapped",
        N_("You return the FLOPs first; the parameters come first."),
        N_("return parameters, flops"),
        _swapped,
    ),
    *ways(
        "cost.parameters-times-H",
        N_("Your number of parameters grows with H."),
        N_(
            "The heads share the width: a head's part of a matrix is C × D, and H of "
            "them are C × C."
        ),
        _size(lambda size, C, H: size * H),
        _size(lambda size, C, H: size + 3 * (H - 1) * C * C),
    ),
    *ways(
        "cost.one-head-only",
        N_("You count the matrices of one head of width D = C / H only."),
        N_("There are H heads: together their matrices are C × C again."),
        _size(lambda size, C, H: size // H),
        _size(lambda size, C, H: 3 * C * (C // H) + C * C),
        _size(lambda size, C, H: 3 * C * (C // H)),
    ),
    Mistake(
        "cost.no-output-matrix",
        N_("You count three matrices; there are four."),
        N_("W_Q, W_K, W_V, and W_O behind the heads."),
        _size(lambda size, C, H: size * 3 // 4),
    ),
    Mistake(
        "cost.biases-counted",
        N_("You count a bias for each matrix; this module has none."),
        N_("Each of the four is `nn.Linear(C, C, bias=False)`."),
        _size(lambda size, C, H: size + 4 * C),
    ),
    Mistake(
        "cost.half",
        N_("Your FLOPs are half of what they are."),
        N_("Each multiplication comes with an addition: 2·m·k·n for a product."),
        _work(lambda total, **_: total // 2),
    ),
    *ways(
        "cost.work-times-H",
        N_("Your FLOPs grow with H."),
        N_("A head's products are over D = C / H channels. H of them make C again."),
        _work(lambda total, H, **_: total * H),
        _work(lambda total, inner, H, **_: total + inner * (H - 1)),
        _work(lambda total, inner, H, **_: inner + (total - inner) * H),
    ),
    *ways(
        "cost.one-heads-work",
        N_("You count the two products of one head; there are H heads."),
        N_("One head takes 4·T·S·D. All of them take 4·T·S·C."),
        _work(lambda total, inner, H, **_: total - inner + inner // H),
    ),
    *ways(
        "cost.one-product",
        N_("You count one product inside the heads; there are two."),
        N_("Scores, and weights times values: each takes 2·T·S·D in each head."),
        _work(lambda total, inner, **_: total - inner // 2),
    ),
    *ways(
        "cost.no-projections",
        N_("You count attention alone, without its matrices."),
        N_("Each of the four matrices multiplies every row once: 2·C·C for a row."),
        _work(lambda inner, **_: inner),
    ),
    *ways(
        "cost.output-not-counted",
        N_("You count the products of three matrices; W_O is missing."),
        N_("W_O acts on the T rows of the merged heads: 2·T·C·C."),
        _work(lambda total, T, C, **_: total - 2 * T * C * C),
    ),
    *ways(
        "cost.no-attention",
        N_("You count the four matrices only, not the two products in the heads."),
        N_("Scores, and weights times values: each takes 2·T·S·D in each head."),
        _work(lambda total, inner, **_: total - inner),
    ),
    *ways(
        "cost.keys-counted-for-x",
        N_("Your FLOPs are right for T = S only: keys and values have S rows."),
        N_("W_K and W_V act on the context: 2·S·C·C each."),
        _work(lambda total, T, S, C, **_: total + 4 * (T - S) * C * C),
        _work(lambda total, T, S, C, **_: total + 4 * (S - T) * C * C),
        _work(lambda T, C, **_: 8 * T * C * C + 4 * T * T * C),
    ),
    Mistake(
        "cost.not-a-pair",
        N_("The test takes your answer apart into two numbers."),
        N_("End in `return parameters, flops`."),
        raises=r"unpack|not iterable",
    ),
]


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
        "adds.summed",
        N_("Yours is the whole output: the heads are added up already."),
        N_("Keep them apart: (…, H, T, C). Their sum is the output."),
        _axes(lambda right: right.sum(-3)),
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
        raises=FIXED_AXES,
    ),
    Mistake(
        "adds.shapes",
        N_("Two shapes do not fit together."),
        N_("One head is (T, D), its part of the matrix, turned, is (D, C)."),
        raises=SIZES + r"|is invalid for input of size",
    ),
]
