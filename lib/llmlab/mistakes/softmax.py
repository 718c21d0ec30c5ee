"""Mistakes in a softmax over the last axis. Oracle: softmax(scores)."""

import math

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_

_BROADCAST = r"must match the size of tensor b|could not be broadcast"
_NO_SUCH_AXIS = r"Dimension out of range|is out of bounds for array"


def _shares(scores: Tensor, dim=-1) -> Tensor:
    """exp over its sum without a shift: in a native way it overflows."""
    powers = torch.exp(scores)
    return powers / powers.sum(dim, keepdim=True)


def _axis(number: int):
    def variant(oracle, scores):
        if scores.ndim <= number:
            return None
        return oracle(scores=scores.movedim(number, -1)).movedim(-1, number)

    return variant


def _naive_axis(number: int):
    def variant(scores):
        return _shares(scores, number) if scores.ndim > number else None

    return variant


def _sum_dropped(scores):
    return torch.exp(scores) / torch.exp(scores.logsumexp(-1))


def _maximum_dropped(oracle, scores):
    return oracle(scores=scores - scores.amax(-1))


def _naive_dropped(scores):
    return _shares(scores - scores.amax(-1))


def _both_dropped(scores):
    powers = torch.exp(scores - scores.amax(-1))
    return powers / powers.sum(-1)


def _clamped(low, high):
    return lambda oracle, scores: oracle(scores=scores.clamp(low, high))


def _clamped_naive(low, high):
    return lambda scores: _shares(scores.clamp(low, high))


_LIMITS = (10, 20, 50, 80, 88, 100)


def _last_left_out(oracle, scores):
    right = oracle(scores=scores)
    return right / (1 - right[..., -1:]) if scores.shape[-1] > 1 else None


def _divided(values):
    return values / values.sum(-1, keepdim=True)


SOFTMAX = [
    *ways(
        "softmax.second-axis",
        N_("Your softmax runs over axis 1: the keys only if there are two axes."),
        N_("The keys are the last axis, however many come before: count it as −1."),
        _axis(1),
        native=(_naive_axis(1),),
        raises=_NO_SUCH_AXIS,
    ),
    *ways(
        "softmax.over-queries",
        N_("Your output equals a softmax down the columns: every column sums to 1."),
        N_("Each query spreads its attention over the keys, which are the last axis."),
        _axis(-2),
        native=(lambda scores: _shares(scores, -2),),
        raises=_NO_SUCH_AXIS,
    ),
    *ways(
        "softmax.first-axis",
        N_("Your output equals a softmax over axis 0."),
        N_("The keys are the last axis, however many come before: count it as −1."),
        _axis(0),
        native=(_naive_axis(0),),
    ),
    *ways(
        "softmax.over-everything",
        N_("Your output equals one softmax over all numbers at once."),
        N_("Each row is a distribution of its own: sum over the last axis only."),
        lambda oracle, scores: oracle(scores=scores.flatten()).view(scores.shape),
        native=(lambda scores: torch.exp(scores) / torch.exp(scores).sum(),),
    ),
    *ways(
        "softmax.axis-dropped",
        N_(
            "The row sums (or row maxima) lost their axis, so each column is "
            "paired with the sum of another row."
        ),
        N_(
            "A reduction takes its axis away. `keepdim=True` keeps it with length "
            "1, so that (T, 1) lines up with (T, S)."
        ),
        _maximum_dropped,
        native=(_sum_dropped, _both_dropped, _naive_dropped),
        raises=_BROADCAST,
    ),
    *ways(
        "softmax.overflow",
        N_(
            "Your formula is right for small scores, but exp of a large score is "
            "too large for {dtype}, and ∞ / ∞ is NaN."
        ),
        N_(
            "Softmax does not change when every score of a row shifts by the same "
            "number. Shift each row so that its largest score is 0."
        ),
        native=(_shares,),
    ),
    *ways(
        "softmax.shift-only-above",
        N_("You shift the scores in the numerator, and not in the sum below it."),
        N_("exp(s − m) / Σ exp(s − m): the same shifted numbers above and below."),
        native=(
            lambda scores: (
                torch.exp(scores - scores.amax(-1, True))
                / torch.exp(scores).sum(-1, True)
            ),
        ),
    ),
    *ways(
        "softmax.largest-of-all",
        N_(
            "You subtract the largest score of the whole tensor. A row far below "
            "it becomes exp of a huge negative number, which is 0, and 0 / 0 is "
            "NaN."
        ),
        N_("Every row needs its own maximum: take it over the last axis."),
        native=(lambda scores: _shares(scores - scores.max()),),
        # an empty batch has no largest score
        raises=r"numel\(\) == 0",
    ),
    *ways(
        "softmax.shifted-by-mean",
        N_(
            "You subtract the mean of each row. The largest score can still be far "
            "above the mean, and its exp overflows."
        ),
        N_("Only the row's maximum makes every exponent 0 or less."),
        native=(lambda scores: _shares(scores - scores.mean(-1, keepdim=True)),),
    ),
    *ways(
        "softmax.clamped",
        N_("Your output equals a softmax of scores that were cut off."),
        N_(
            "Cutting off makes large scores equal, and that changes the answer. "
            "Shifting a whole row does not change it."
        ),
        *(_clamped(low, c) for c in _LIMITS for low in (-c, None)),
        native=tuple(_clamped_naive(low, c) for c in _LIMITS for low in (-c, None)),
    ),
    *ways(
        "softmax.not-divided",
        N_("Your rows do not sum to 1: these are exponentials before division."),
        N_("Divide each row by its sum."),
        lambda scores: torch.exp(scores - scores.amax(-1, True)),
    ),
    Mistake(
        "softmax.divided-by-mean",
        N_("Your rows sum to S, not to 1: you divide by the mean of each row."),
        N_("Divide by the row's sum."),
        lambda oracle, scores: oracle(scores=scores) * scores.shape[-1],
    ),
    *ways(
        "softmax.exp-only",
        N_("Your output is exp(scores): the division by the row's sum is missing."),
        N_("Divide each row by its sum, and shift the row before exp."),
        native=(lambda scores: torch.exp(scores),),
    ),
    *ways(
        "softmax.no-exp",
        N_("Your output equals scores divided by their sum: there is no exp."),
        N_("Scores can be negative. exp makes them positive before the division."),
        lambda scores: scores / scores.sum(-1, keepdim=True),
        lambda scores: _divided(scores - scores.amin(-1, keepdim=True)),
        lambda scores: _divided(scores - scores.amax(-1, keepdim=True)),
    ),
    *ways(
        "softmax.log",
        N_("Your output is the logarithm of the softmax."),
        N_(
            "Weights lie between 0 and 1. Leave the logarithm out, or undo it with exp."
        ),
        lambda oracle, scores: oracle(scores=scores).log(),
    ),
    *ways(
        "softmax.base-two",
        N_("Your output equals a softmax with powers of 2 in place of powers of e."),
        N_("Use torch.exp."),
        lambda oracle, scores: oracle(scores=scores * math.log(2)),
    ),
    *ways(
        "softmax.sigmoid",
        N_("Your output equals a sigmoid of each score on its own."),
        N_("The weights of a row compete: each is divided by the sum of the row."),
        lambda scores: torch.sigmoid(scores),
    ),
    *ways(
        "softmax.negated",
        N_("Your output gives the largest weight to the smallest score."),
        N_("Look for a minus sign: exp(−x) turns the order around."),
        lambda oracle, scores: oracle(scores=-scores),
    ),
    *ways(
        "softmax.length",
        N_("The squares of each of your rows sum to 1, and not the row itself."),
        N_("`normalize` and `norm` divide by a length. Divide by the row's sum."),
        lambda scores: torch.nn.functional.normalize(
            torch.exp(scores - scores.amax(-1, True)), dim=-1
        ),
    ),
    *ways(
        "softmax.divided-by-largest",
        N_("You divide each row of scores by its maximum before exp."),
        N_("Subtract the maximum: a difference leaves the shares as they are."),
        lambda oracle, scores: oracle(scores=scores / scores.amax(-1, keepdim=True)),
    ),
    *ways(
        "softmax.hard",
        N_("Your output is 1 at the largest score of each row and 0 elsewhere."),
        N_(
            "That is the hard look-up. The soft one gives every key a share, the "
            "larger its score, the larger."
        ),
        lambda scores: (scores == scores.amax(-1, True)).to(scores.dtype),
    ),
    *ways(
        "softmax.last-left-out",
        N_("The sum that you divide by leaves out the last key of each row."),
        N_("The sum runs over all keys: check where your loop or slice ends."),
        _last_left_out,
    ),
]
