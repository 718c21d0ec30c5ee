"""Mistakes in what heads cost. Oracle: cost(T, S, C, H) → {"parameters", "FLOPs"}."""

from ..check.mistake import Mistake, ways
from ..i18n import N_


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
        _work(lambda total, inner, H, **_: (total - inner) // H + inner),
        _work(lambda total, H, **_: total // H),
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
        _work(lambda total, inner, H, **_: total + inner // 2 * (H - 1)),
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
        _work(lambda total, T, S, C, **_: total + 2 * (T - S) * C * C),
        _work(lambda total, T, S, C, **_: total + 2 * (S - T) * C * C),
    ),
    *ways(
        "cost.matrices-twice",
        N_("You count every matrix for the rows of x and for those of the context."),
        N_("W_Q and W_O act on the T rows of x, W_K and W_V on the context's S rows."),
        _work(lambda total, T, S, C, **_: total + 4 * (T + S) * C * C),
    ),
    *ways(
        "cost.softmax-counted",
        N_("You count the softmax or the scale, too."),
        N_("Only the six products count here: 2·m·k·n each."),
        *(
            _work(lambda total, T, S, H, n=n, **_: total + n * H * T * S)
            for n in (1, 2, 3, 4, 5)
        ),
    ),
    *ways(
        "cost.one-addition-less",
        N_("You count one addition less than multiplications."),
        N_("That is exact, but here a product counts 2·m·k·n, as in most papers."),
        _work(
            lambda total, T, S, C, H, **_: total - 2 * (T + S) * C - H * T * S - T * C,
        ),
    ),
    Mistake(
        "cost.not-a-pair",
        N_("The test takes your answer apart into two numbers."),
        N_("End in `return parameters, flops`."),
        raises=r"unpack|not iterable",
    ),
]
