"""Mistakes in attention scores. Oracle: scores(q, k), shape (…, T, S)."""

from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_

PRODUCT_SIZES = (
    r"mat1 and mat2|Expected size for first two dim|cannot be multiplied"
    r"|inconsistent tensor size|size mismatch, got"
)
OTHER_SIZES = r"size of tensor a|must match the size"
SIZES = f"{PRODUCT_SIZES}|{OTHER_SIZES}"
FIXED_AXES = (
    r"Dimension out of range|number of subscripts in the equation"
    r"|does not match the length of the desired ordering|Wrong shape: expected"
    r"|values to unpack|must be a 3D tensor|batch1 must be"
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


def _distance(power, scale, sign=1):
    def variant(oracle, q, k):
        squares = (q**2).sum(-1)[..., :, None] + (k**2).sum(-1)[..., None, :]
        apart = squares - 2 * oracle(q=q, k=k) * q.shape[-1] ** 0.5
        return sign * apart.clamp(min=0) ** power / q.shape[-1] ** scale

    return variant


def _weights(oracle, q, k):
    scores = oracle(q=q, k=k)
    return (scores - scores.logsumexp(-1, keepdim=True)).exp()


def _elementwise(scale, summed):
    def variant(q, k):
        if q.shape != k.shape:
            return None
        products = q * k / q.shape[-1] ** scale
        return products.sum(-1) if summed else products

    return variant


def _width_at(axis):
    """The width is read off an axis that is counted from the front."""

    def variant(oracle, q, k):
        return oracle(q=q, k=k) * (q.shape[-1] / k.shape[axis]) ** 0.5

    return variant


def _queries_at(axis):
    def variant(oracle, q, k):
        return oracle(q=q, k=k) * (q.shape[-1] / q.shape[axis]) ** 0.5

    return variant


def _without_last(oracle, q, k):
    D = q.shape[-1]
    if D == 1:
        return 0 * oracle(q=q, k=k)
    return oracle(q=q[..., :-1], k=k[..., :-1]) * ((D - 1) / D) ** 0.5


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
        "scores.both-widths",
        N_("Your output equals scores divided by √(2D): q's width and k's are added."),
        N_("The sum has D terms, not 2D: D = {D} is the width of one of them."),
        _times(lambda D, **_: 0.5**0.5),
    ),
    *(
        Mistake(
            "scores.fixed-width",
            N_("Your output is divided by √{width} on every input, whatever D is."),
            N_("Read the width from the tensor: here D = {D}."),
            _times(lambda D, width=width, **_: (D / width) ** 0.5),
            figures=lambda width=width: {"width": width},
        )
        for width in (2, 3, 4, 8, 16, 32, 64, 128, 512)
    ),
    *ways(
        "scores.width-from-the-front",
        N_(
            "You read the width D off an axis that is counted from the front. That "
            "axis is D only for some inputs."
        ),
        N_("Here D = {D} is the size of the last axis, `q.shape[-1]`."),
        _width_at(1),
        _queries_at(1),
        _width_at(0),
        _queries_at(0),
    ),
    Mistake(
        "scores.not-transposed",
        N_("You multiply q by k without turning k around."),
        N_(
            "(T, D) @ (S, D) does not fit. The product over D needs (T, D) @ (D, S): "
            "swap the last two axes of k."
        ),
        _not_transposed,
        raises=PRODUCT_SIZES,
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
        # q @ k.T pairs the batch with D
        raises=r"only supported on matrices|numpy\.T|must match.*\| .*\.T\b",
    ),
    Mistake(
        "scores.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_(
            "Any number of leading axes may come: count axes from the end, as in "
            '`.transpose(-2, -1)`, or write "..." for those in front.'
        ),
        raises=FIXED_AXES,
    ),
    *ways(
        "scores.elementwise",
        N_("Your output multiplies q and k position by position."),
        N_(
            "A score compares one query with one key, and there is one for every pair: "
            "a table (T, S). `@` makes all pairs at once, `*` does not."
        ),
        _elementwise(0.5, False),
        _elementwise(0, False),
        _elementwise(0.5, True),
        _elementwise(0, True),
        raises=OTHER_SIZES,
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
    *ways(
        "scores.distance",
        N_("Your output equals distances between q and k."),
        N_("A score is a dot product: large where q and k point the same way."),
        *(
            _distance(power, scale, sign)
            for sign in (1, -1)
            for power in (1, 0.5)
            for scale in (0, 0.5)
        ),
    ),
    Mistake(
        "scores.last-product-missing",
        N_("Your sum leaves out the last of the D products."),
        N_("The sum runs over all {D} of them: check where your loop or slice ends."),
        _without_last,
    ),
    Mistake(
        "scores.floored",
        N_("Your output equals scores rounded down to whole numbers."),
        N_("`//` divides and rounds down. `/` divides."),
        lambda oracle, q, k: oracle(q=q, k=k).floor(),
    ),
]
