"""How difficult exercises were, how well they tell students apart, how scores spread.

Plain functions of numbers; None is a grade that is missing and is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from statistics import correlation, fmean, median, quantiles

Points = Sequence[float | None]
# fewer pairs than this always correlate at -1, 1 or not at all
FEWEST = 3


@dataclass(frozen=True)
class Item:
    """One exercise in a class of `count` graded students.

    `difficulty` is the mean share of the points: 1 is an exercise that all solved.
    `discrimination` is the correlation with the points in all other exercises.
    `full` and `zero` are the shares of students with all points and with none.
    """

    count: int
    difficulty: float | None
    discrimination: float | None
    full: float | None
    zero: float | None


@dataclass(frozen=True)
class Spread:
    """Where the middle of a list of numbers lies and how far it reaches."""

    count: int
    mean: float | None
    low: float | None
    lower: float | None
    middle: float | None
    upper: float | None
    high: float | None


def item(points: Points, most: float, others: Sequence[Points] = ()) -> Item:
    """The figures of one exercise; `others` are the same students' other exercises.

    >>> item([0, 2, 2, 0], 2, [[1, 3, 3, 1]])
    Item(count=4, difficulty=0.5, discrimination=1.0, full=0.5, zero=0.5)
    """
    known = [p for p in points if p is not None]
    if not known or most <= 0:
        return Item(len(known), None, None, None, None)
    return Item(
        len(known),
        fmean(known) / most,
        item_rest(points, others),
        sum(p >= most for p in known) / len(known),
        sum(p <= 0 for p in known) / len(known),
    )


def item_rest(points: Points, others: Sequence[Points]) -> float | None:
    """Correlation of an exercise with the sum of the others, over complete rows.

    For an exercise that is right or wrong it is the point-biserial correlation. The
    exercise itself is not in the sum, else each would correlate with itself. None
    where a correlation means nothing: too few students, no other exercise, or nobody
    differs.
    """
    if not others:
        return None
    rows = list(zip(points, *others, strict=True))
    rows = [row for row in rows if None not in row]
    # rounded: sums of the same numbers in another order are the same
    return pearson([row[0] for row in rows], [round(fsum(row[1:]), 9) for row in rows])


def pearson(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Pearson's correlation; None for fewer than three pairs or without variance.

    >>> pearson([0, 0, 1, 1], [1, 2, 2, 3]), pearson([1, 1, 1], [1, 2, 3])
    (0.7071067811865475, None)
    """
    if len(x) < FEWEST or len(set(x)) < 2 or len(set(y)) < 2:
        return None
    return max(-1.0, min(1.0, correlation(x, y)))


def spread(values: Points) -> Spread:
    """Mean, quartiles (as `numpy.percentile` has them) and ends of the known values.

    >>> spread([1, 2, 3, 4, None])
    Spread(count=4, mean=2.5, low=1, lower=1.75, middle=2.5, upper=3.25, high=4)
    """
    known = sorted(v for v in values if v is not None)
    if not known:
        return Spread(0, None, None, None, None, None, None)
    lower = upper = known[0]
    if len(known) > 1:
        lower, _middle, upper = quantiles(known, n=4, method="inclusive")
    middle = median(known)
    return Spread(len(known), fmean(known), known[0], lower, middle, upper, known[-1])


def histogram(values: Points, most: float, bins: int = 10) -> list[int]:
    """Counts in equal parts of 0 … most. The last part holds the most itself.

    >>> histogram([0, 1, 9, 10, 10, None], 10)
    [1, 1, 0, 0, 0, 0, 0, 0, 0, 3]
    """
    counts = [0] * bins
    for value in values:
        if value is not None:
            share = value / most if most > 0 else 0.0
            # 0.3 / 1.0 · 10 must not fall into the part below
            place = int(round(share * bins, 9))
            counts[max(0, min(bins - 1, place))] += 1
    return counts
