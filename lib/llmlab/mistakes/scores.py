"""Mistakes in attention scores. Oracle: scores(q, k), shape (…, T, S)."""

from torch import Tensor

from ..check.mistake import Mistake
from ..i18n import N_

_SIZES = (
    r"size of tensor a|mat1 and mat2|Expected size for first two dim"
    r"|must match the size|cannot be multiplied|inconsistent tensor size"
)


def _times(factor):
    """The right scores times a factor of the sizes."""

    def variant(oracle, q: Tensor, k: Tensor):
        T, D, S = q.shape[-2], q.shape[-1], k.shape[-2]
        return oracle(q=q, k=k) * factor(T=T, S=S, D=D)

    return variant


def _sides_swapped(oracle, q, k):
    return oracle(q=k, k=q)


def _not_transposed(oracle, q, k):
    if q.shape[-1] != k.shape[-2]:
        return None
    return q @ k / q.shape[-1] ** 0.5


def _cosine(oracle, q, k):
    lengths = q.norm(dim=-1)[..., :, None] * k.norm(dim=-1)[..., None, :]
    return oracle(q=q, k=k) * q.shape[-1] ** 0.5 / lengths


def _distance(oracle, q, k):
    squares = (q**2).sum(-1)[..., :, None] + (k**2).sum(-1)[..., None, :]
    return squares - 2 * oracle(q=q, k=k) * q.shape[-1] ** 0.5


def _weights(oracle, q, k):
    scores = oracle(q=q, k=k)
    return (scores - scores.logsumexp(-1, keepdim=True)).exp()


def _elementwise(oracle, q, k):
    return q * k / q.shape[-1] ** 0.5 if q.shape == k.shape else None


SCORES = [
    Mistake(
        "scores.unscaled",
        N_("Your output equals the plain products q·k, without the division by √D."),
        N_(
            "With D = {D} these scores have variance {D}, not 1. The textbook's worked "
            "example leaves the division out too; its formula has it. "
            'See "Why √D".'
        ),
        _times(lambda D, **_: D**0.5),
    ),
    Mistake(
        "scores.divided-by-D",
        N_("Your output equals scores that were divided by D instead of √D."),
        N_(
            "With D = {D} the scores' variance should be about 1; yours is about "
            '{variance}. See "Why √D".'
        ),
        _times(lambda D, **_: D**-0.5),
        figures=lambda D: {"variance": 1 / D},
    ),
    Mistake(
        "scores.multiplied",
        N_("Your output equals q·k multiplied by √D; it has to be divided."),
        N_("With D = {D} yours is {factor} times too large."),
        _times(lambda D, **_: D),
        figures=lambda D: {"factor": D},
    ),
    Mistake(
        "scores.root-of-keys",
        N_(
            "Your output equals scores divided by √S, the square root of the key count."
        ),
        N_(
            "Each score adds up D = {D} products, however many keys there are. D is "
            "the size of the last axis."
        ),
        _times(lambda S, D, **_: (D / S) ** 0.5),
    ),
    Mistake(
        "scores.root-of-queries",
        N_("Your output equals scores divided by √T, the square root of the length."),
        N_("D = {D} is the size of the last axis, `q.shape[-1]`."),
        _times(lambda T, D, **_: (D / T) ** 0.5),
    ),
    Mistake(
        "scores.fixed-width",
        N_("Your output is divided by √8 on every input, so 8 is written in the code."),
        N_("Read the width from the tensor: here D = {D}."),
        _times(lambda D, **_: (D / 8) ** 0.5),
    ),
    Mistake(
        "scores.not-transposed",
        N_("You multiply q by k without turning k around."),
        N_(
            "(T, D) @ (S, D) does not fit. The product over D needs (T, D) @ (D, S): "
            "swap the last two axes of k."
        ),
        _not_transposed,
        raises=_SIZES,
    ),
    Mistake(
        "scores.sides-swapped",
        N_("Your output has a row for each key and a column for each query."),
        N_("Queries are the rows: q on the left, k transposed on the right."),
        _sides_swapped,
    ),
    Mistake(
        "scores.all-axes-turned",
        N_("`.T` turns around all axes of a tensor, the batch axis too."),
        N_("Swap the last two axes only: `.mT` or `.transpose(-2, -1)`."),
        raises=r"only supported on matrices|\.T\b|numpy\.T",
    ),
    Mistake(
        "scores.elementwise",
        N_("Your output multiplies q and k position by position."),
        N_("A score compares one query with one key: a sum over the D products."),
        _elementwise,
    ),
    Mistake(
        "scores.softmaxed",
        N_("Your output is already the softmax of the scores."),
        N_("This function stops before the softmax: scores may be negative."),
        _weights,
    ),
    Mistake(
        "scores.cosine",
        N_("Your output equals the cosine between q and k: lengths are divided out."),
        N_("Attention keeps the lengths: a long key can ask for more attention."),
        _cosine,
    ),
    Mistake(
        "scores.distance",
        N_("Your output equals squared distances between q and k."),
        N_("A score is a dot product: large where q and k point the same way."),
        _distance,
    ),
]
