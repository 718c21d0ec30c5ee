"""Mistakes in a feed-forward part. Oracle: feed_forward(x, W_1, b_1, W_2, b_2)."""

import torch
import torch.nn.functional as F

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import FIXED_AXES, SIZES


def _bent(bend):
    """Another bend in place of the ReLU."""

    def variant(x, W_1, b_1, W_2, b_2):
        return bend(x @ W_1.mT + b_1) @ W_2.mT + b_2

    return variant


def _bent_late(oracle, x, W_1, b_1, W_2, b_2):
    return F.relu((x @ W_1.mT + b_1) @ W_2.mT + b_2)


def _bent_twice(oracle, x, W_1, b_1, W_2, b_2):
    return F.relu(oracle(x=x, W_1=W_1, b_1=b_1, W_2=W_2, b_2=b_2))


def _bent_early(x, W_1, b_1, W_2, b_2):
    return (F.relu(x) @ W_1.mT + b_1) @ W_2.mT + b_2


def _bias_late(x, W_1, b_1, W_2, b_2):
    return (F.relu(x @ W_1.mT) + b_1) @ W_2.mT + b_2


def _without(*names):
    def variant(oracle, **given):
        used = {n: given[n] for n in ("x", "W_1", "b_1", "W_2", "b_2")}
        return oracle(**used | {n: used[n] * 0 for n in names})

    return variant


def _doubled(name):
    def variant(oracle, **given):
        used = {n: given[n] for n in ("x", "W_1", "b_1", "W_2", "b_2")}
        return oracle(**used | {name: 2 * used[name]})

    return variant


def _twice_around(x, W_1, b_1, W_2, b_2):
    """b_1 before the ReLU and after it."""
    return (F.relu(x @ W_1.mT + b_1) + b_1) @ W_2.mT + b_2


def _turned(first, second):
    """Matrices that are not transposed, where they are square."""

    def variant(oracle, x, W_1, b_1, W_2, b_2):
        if W_1.shape[0] != W_1.shape[1]:
            return None
        W_1, W_2 = W_1.mT if first else W_1, W_2.mT if second else W_2
        return oracle(x=x, W_1=W_1, b_1=b_1, W_2=W_2, b_2=b_2)

    return variant


def _swapped(oracle, x, W_1, b_1, W_2, b_2):
    if W_1.shape[0] == W_1.shape[1]:
        return oracle(x=x, W_1=W_2, b_1=b_2, W_2=W_1, b_2=b_1)
    # where the sizes differ, the other matrix fits only when it is turned
    return None if len(b_1) == len(b_2) else _crossed(oracle, x, W_1, b_1, W_2, b_2)


def _crossed(oracle, x, W_1, b_1, W_2, b_2):
    return oracle(x=x, W_1=W_2.mT, b_1=b_1, W_2=W_1.mT, b_2=b_2)


def _residual(oracle, x, W_1, b_1, W_2, b_2):
    return x + oracle(x=x, W_1=W_1, b_1=b_1, W_2=W_2, b_2=b_2)


FEED_FORWARD = [
    *ways(
        "feed-forward.no-relu",
        N_("Your output has no ReLU: two maps in a row are worth one."),
        N_("Replace negative numbers by 0 between the two maps."),
        _bent(lambda h: h),
    ),
    *ways(
        "feed-forward.other-bend",
        N_("Your bend is another one: GELU, SiLU, tanh, sigmoid, leaky ReLU or |h|."),
        N_("The first Transformer's is ReLU: max(h, 0). Others come in 26.1."),
        _bent(F.gelu),
        _bent(lambda h: F.gelu(h, approximate="tanh")),
        _bent(F.silu),
        _bent(torch.tanh),
        _bent(torch.sigmoid),
        _bent(F.leaky_relu),
        _bent(torch.abs),
    ),
    *ways(
        "feed-forward.relu-late",
        N_("Your ReLU comes after the second map."),
        N_("It stands between the maps. The output may be negative."),
        _bent_late,
    ),
    *ways(
        "feed-forward.relu-twice",
        N_("Your output goes through a second ReLU at the end."),
        N_("One stands between the maps. The output may be negative."),
        _bent_twice,
    ),
    *ways(
        "feed-forward.relu-early",
        N_("Your ReLU comes before the first map: it bends x itself."),
        N_("It stands between the two maps."),
        _bent_early,
    ),
    *ways(
        "feed-forward.bias-late",
        N_("You add b_1 after the ReLU."),
        N_("It belongs to the first map: ReLU sees x W_1ᵀ + b_1."),
        _bias_late,
    ),
    *ways(
        "feed-forward.bias-twice",
        N_("You add b_1 or b_2 twice."),
        N_("Each map adds its bias once: b_1 before the ReLU, b_2 at the end."),
        _doubled("b_1"),
        _doubled("b_2"),
        _twice_around,
    ),
    *ways(
        "feed-forward.no-bias",
        N_("A bias is missing in your output."),
        N_("Both maps have one: b_1 before the ReLU, b_2 at the end."),
        _without("b_1"),
        _without("b_2"),
        _without("b_1", "b_2"),
    ),
    *ways(
        "feed-forward.turned",
        N_("You multiply by a matrix that is not transposed."),
        N_("W_1 is (F, C), one row per output: x meets its transpose, `W_1.mT`."),
        _turned(True, True),
        _turned(True, False),
        _turned(False, True),
        raises=SIZES,
    ),
    *ways(
        "feed-forward.swapped",
        N_("Your two matrices have changed places."),
        N_("W_1 leads up from C to F, W_2 back from F to C."),
        _swapped,
    ),
    *ways(
        "feed-forward.residual",
        N_("Your output adds x: the residual connection."),
        N_("It comes in the layer around this part, in the next exercise."),
        _residual,
    ),
    Mistake(
        "feed-forward.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_("Any number of leading axes may come: `@` takes them all."),
        raises=FIXED_AXES,
    ),
]
