"""Mistakes in pooling heads. Oracle: pool(weight, H, G)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .splitting import FLOAT_WIDTH, NO_SUCH_SHAPE, NO_VIEW


def _heads(weight, H):
    return weight.unflatten(0, (H, len(weight) // H))  # (H, D, C)


def _grouped(weight, H, G):
    return _heads(weight, H).unflatten(0, (G, H // G))  # (G, n, D, C)


def _chosen(i):
    return lambda weight, H, G: _grouped(weight, H, G)[:, i].flatten(0, 1)


def _times(factor):
    def variant(oracle, weight, H, G):
        return oracle(weight=weight, H=H, G=G) * factor(H // G, H, G)

    return variant


def _interleaved(weight, H, G):
    rows = weight.unflatten(0, (len(weight) // H, G, H // G))  # (D, G, n, C)
    return rows.mean(2).transpose(0, 1).flatten(0, 1)


POOL_HEADS = [
    *ways(
        "pool.summed",
        N_("Yours adds the heads of a group up, or divides by another number."),
        N_("The mean of n = H / G heads: a sum makes the scores n times too large."),
        _times(lambda n, H, G: n),
        _times(lambda n, H, G: n / H),
        _times(lambda n, H, G: n / G),
        _times(lambda n, H, G: n**0.5),
    ),
    *ways(
        "pool.one-head",
        N_("Yours takes one head of each group and drops the others."),
        N_("The mean of all heads of the group."),
        _chosen(0),
        _chosen(-1),
    ),
    Mistake(
        "pool.tiled",
        N_("Yours pools heads 0, G, 2G, …; a group is made of neighbours."),
        N_(
            "The first H / G query heads look into key/value head 0: cut H into "
            "(G, n), in this order."
        ),
        lambda weight, H, G: (
            _heads(weight, H).unflatten(0, (H // G, G)).mean(0).flatten(0, 1)
        ),
    ),
    Mistake(
        "pool.rows",
        N_("Yours takes the mean of neighbouring rows, which belong to one head."),
        N_("The rows are (heads, width): cut them into (G, n, D); n is averaged away."),
        lambda weight, H, G: weight.unflatten(0, (len(weight) * G // H, H // G)).mean(
            1
        ),
    ),
    Mistake(
        "pool.interleaved",
        N_("Yours takes row r for a row of head r modulo H."),
        N_("The D rows of a head follow one another: (h d), head first."),
        _interleaved,
    ),
    *ways(
        "pool.joined-in-another-order",
        N_("Your means are right, and their rows come in another order."),
        N_("Join (G, D), group first."),
        lambda weight, H, G: (
            _grouped(weight, H, G).mean(1).transpose(0, 1).flatten(0, 1)
        ),
    ),
    *ways(
        "pool.columns",
        N_("Yours pools columns; the rows of the weight make the numbers of a head."),
        N_("nn.Linear keeps its weight as (outputs, inputs): rows are outputs."),
        lambda oracle, weight, H, G: oracle(weight=weight.mT, H=H, G=G).mT,
        raises=NO_SUCH_SHAPE,
    ),
    *ways(
        "pool.all-heads",
        N_("Yours takes the mean over all H heads."),
        N_("Each group has a mean of its own: only G = 1 averages all."),
        lambda weight, H, G: _heads(weight, H).mean(0).repeat(G, 1),
        lambda weight, H, G: _heads(weight, H).mean(0),
    ),
    Mistake(
        "pool.group-size",
        N_("Yours makes H / G heads out of groups of G; G heads are wanted."),
        N_("G groups of n = H / G heads each."),
        lambda oracle, weight, H, G: oracle(weight=weight, H=H, G=H // G),
    ),
    *ways(
        "pool.not-reduced",
        N_("Yours still has H heads, each the mean of its group."),
        N_("One head remains of each group: that is what makes the cache small."),
        lambda weight, H, G: (
            _grouped(weight, H, G).mean(1, True).expand(G, H // G, -1, -1).flatten(0, 2)
        ),
    ),
    *ways(
        "pool.extra-axis",
        N_("Your means are right, but the result has more axes than a weight."),
        N_("Flatten groups and widths into G·D rows."),
        lambda weight, H, G: _grouped(weight, H, G).mean(1),
        lambda weight, H, G: _grouped(weight, H, G).mean(1, keepdim=True),
    ),
    *ways(
        "pool.first-heads",
        N_("Yours keeps the first G heads of all and drops the others."),
        N_("Each group of H / G heads becomes one."),
        lambda weight, H, G: weight[: len(weight) * G // H],
    ),
    *ways(
        "pool.extremes",
        N_("Yours takes the largest, the smallest or the middle number, not the mean."),
        N_("The mean is what is nearest to all heads of the group."),
        lambda weight, H, G: _grouped(weight, H, G).amax(1).flatten(0, 1),
        lambda weight, H, G: _grouped(weight, H, G).median(1).values.flatten(0, 1),
    ),
    Mistake(
        "pool.float",
        N_("A shape needs whole numbers, and `/` makes a float."),
        N_("n = H // G and D = rows // H, with two slashes."),
        raises=FLOAT_WIDTH + r"|must be int|got float|'float' object",
    ),
    Mistake(
        "pool.view",
        N_("`view` cannot join axes that do not lie side by side in memory."),
        N_("Use `reshape` or `flatten`, which copy when they must."),
        raises=NO_VIEW,
    ),
    Mistake(
        "pool.shape",
        N_("The new shape does not hold as many numbers as there are."),
        N_("It has H·D rows: cut them into (G, H // G, D), with D = rows // H."),
        raises=NO_SUCH_SHAPE,
    ),
]
