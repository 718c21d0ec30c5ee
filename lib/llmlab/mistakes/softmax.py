"""Mistakes in a softmax over the last axis. Oracle: softmax(scores)."""

import math

import torch

from ..check.mistake import Mistake
from ..i18n import N_

_BROADCAST = r"must match the size of tensor b|could not be broadcast"


def _exp_over(scores, total):
    return torch.exp(scores) / total


def _over_queries(oracle, scores):
    return oracle(scores=scores.mT).mT if scores.ndim > 1 else None


def _over_everything(oracle, scores):
    return oracle(scores=scores.flatten()).view(scores.shape)


def _largest_of_all(oracle, scores):
    shifted = torch.exp(scores - scores.max())
    return shifted / shifted.sum(-1, keepdim=True)


def _axis_dropped(oracle, scores):
    if scores.ndim < 2 or scores.shape[-1] != scores.shape[-2]:
        return None
    total = torch.exp(scores.logsumexp(-1))
    return _exp_over(scores, total)


def _not_divided(oracle, scores):
    return torch.exp(scores - scores.amax(-1, keepdim=True))


def _clamped(oracle, scores):
    return oracle(scores=scores.clamp(-50, 50))


SOFTMAX = [
    Mistake(
        "softmax.over-queries",
        N_("Your output equals a softmax down the columns: every column sums to 1."),
        N_("Each query spreads its attention over the keys, which are the last axis."),
        _over_queries,
    ),
    Mistake(
        "softmax.over-everything",
        N_("Your output equals one softmax over all numbers at once."),
        N_("Each row is a distribution of its own: sum over the last axis only."),
        _over_everything,
    ),
    Mistake(
        "softmax.axis-dropped",
        N_(
            "The row sums (or row maxima) lost their axis, so the division pairs "
            "each column with the sum of another row."
        ),
        N_(
            "A reduction takes its axis away. `keepdim=True` keeps it with length 1, "
            "so that (T, 1) lines up with (T, S)."
        ),
        _axis_dropped,
        raises=_BROADCAST,
    ),
    Mistake(
        "softmax.overflow",
        N_(
            "Your formula is right for small scores, but exp of a large score is too "
            "large for {dtype}, and ∞ / ∞ is NaN."
        ),
        N_(
            "Softmax does not change when every score of a row shifts by the same "
            "number. Shift each row so that its largest score is 0."
        ),
        lambda oracle, scores: _exp_over(
            scores, torch.exp(scores).sum(-1, keepdim=True)
        ),
        native=True,
    ),
    Mistake(
        "softmax.largest-of-all",
        N_(
            "You subtract the largest score of the whole tensor. A row far below it "
            "becomes exp of a huge negative number, which is 0, and 0 / 0 is NaN."
        ),
        N_("Every row needs its own maximum: take it over the last axis."),
        _largest_of_all,
        native=True,
    ),
    Mistake(
        "softmax.shifted-by-mean",
        N_(
            "You subtract the mean of each row. The largest score can still be far "
            "above the mean, and its exp overflows."
        ),
        N_("Only the row's maximum makes every exponent 0 or less."),
        lambda oracle, scores: _exp_over(
            scores - scores.mean(-1, keepdim=True),
            torch.exp(scores - scores.mean(-1, keepdim=True)).sum(-1, keepdim=True),
        ),
        native=True,
    ),
    Mistake(
        "softmax.clamped",
        N_("Your output equals a softmax of scores that were cut off at ±50."),
        N_("Cutting off changes the answer. Shifting a whole row does not."),
        _clamped,
    ),
    Mistake(
        "softmax.not-divided",
        N_("Your rows do not sum to 1: these are the exponentials before division."),
        N_("Divide each row by its sum."),
        _not_divided,
    ),
    Mistake(
        "softmax.exp-only",
        N_("Your output is exp(scores): the division by the row's sum is missing."),
        N_("Divide each row by its sum, and shift the row before exp."),
        lambda oracle, scores: torch.exp(scores),
        native=True,
    ),
    Mistake(
        "softmax.no-exp",
        N_("Your output equals scores divided by their sum: there is no exp."),
        N_("Scores can be negative. exp makes them positive before the division."),
        lambda oracle, scores: scores / scores.sum(-1, keepdim=True),
    ),
    Mistake(
        "softmax.log",
        N_("Your output is the logarithm of the softmax."),
        N_(
            "Weights lie between 0 and 1. Leave the logarithm out, or undo it with exp."
        ),
        lambda oracle, scores: oracle(scores=scores).log(),
    ),
    Mistake(
        "softmax.base-two",
        N_("Your output equals a softmax with powers of 2 in place of powers of e."),
        N_("Use torch.exp."),
        lambda oracle, scores: oracle(scores=scores * math.log(2)),
    ),
    Mistake(
        "softmax.sigmoid",
        N_("Your output equals a sigmoid of each score on its own."),
        N_("The weights of a row compete: each is divided by the sum of the row."),
        lambda oracle, scores: torch.sigmoid(scores),
    ),
    Mistake(
        "softmax.negated",
        N_("Your output gives the largest weight to the smallest score."),
        N_("Look for a minus sign: exp(−x) turns the order around."),
        lambda oracle, scores: oracle(scores=-scores),
    ),
]
