"""Mistakes in masks. True means "may look". Oracles: mask(T, S), mask(lengths, S)."""

import torch

from ..check.mistake import Mistake
from ..i18n import N_


def _aligned_left(oracle, T, S):
    """Query t is taken for position t, though it is position S - T + t."""
    return torch.cat([oracle(T=T, S=T), torch.zeros(T, S - T, dtype=bool)], dim=1)


def _strict(oracle, T, S):
    return oracle(T=T, S=S).roll(-1, dims=1) & _not_last(T, S)


def _not_last(T, S):
    return (torch.arange(S) < S - 1).expand(T, S)


def _peeks(oracle, T, S):
    """One key too many: the next position is visible."""
    ones = torch.ones(T, 1, dtype=bool)
    return torch.cat([ones, oracle(T=T, S=S)[:, :-1]], dim=1)


def _additive(blocked):
    def variant(oracle, T, S):
        return torch.zeros(T, S).masked_fill(~oracle(T=T, S=S), blocked)

    return variant


def _reversed(oracle, T, S):
    return oracle(T=T, S=S).flip(-1)


_SAY_TRUE = N_("In this course True means: this query may look at this key.")

CAUSAL_MASK = [
    Mistake(
        "causal.inverted",
        N_(
            "Your mask is exactly the opposite: it allows the future and hides the past."
        ),
        _SAY_TRUE,
        lambda oracle, T, S: ~oracle(T=T, S=S),
    ),
    Mistake(
        "causal.without-itself",
        N_("Your mask hides every position from itself."),
        N_("A token may look at itself: the diagonal is allowed."),
        _strict,
    ),
    Mistake(
        "causal.peeks",
        N_("Your mask lets each query see one position of the future."),
        N_("Query t is position S − T + t. Keys after that position are the future."),
        _peeks,
    ),
    Mistake(
        "causal.aligned-left",
        N_("Your mask takes query 0 for position 0. It is position S − T = {offset}."),
        N_(
            "The T queries are the last T of the S positions, as when a model goes on "
            "writing after a text. The last query sees every key."
        ),
        _aligned_left,
        figures=lambda S, T: {"offset": S - T},
    ),
    Mistake(
        "causal.upper-triangle",
        N_("Your mask allows each query itself and the future, and hides the past."),
        _SAY_TRUE,
        lambda oracle, T, S: ~_strict(oracle, T, S),
    ),
    Mistake(
        "causal.all-allowed",
        N_("Your mask allows everything."),
        N_("Positions after the query's own are the future: False."),
        lambda oracle, T, S: torch.ones(T, S, dtype=bool),
    ),
    Mistake(
        "causal.additive",
        N_(
            "Your mask holds 0 and −∞, to be added to scores. Asked for is True and False."
        ),
        N_("Return a tensor of dtype bool; the exercise on attention fills in the −∞."),
        _additive(float("-inf")),
    ),
    Mistake(
        "causal.zeros-and-ones",
        N_("Your mask is right but holds the numbers 0 and 1, not True and False."),
        N_("Compare, or convert at the end with `.bool()`."),
        applies=lambda got, expected: (
            isinstance(got, torch.Tensor)
            and got.dtype != torch.bool
            and got.shape == expected.shape
            and bool((got.double() == expected.double()).all())
        ),
    ),
    Mistake(
        "causal.square",
        N_("Your mask is (T, T): S is not used."),
        N_("There is a column for each of the S keys."),
        lambda oracle, T, S: oracle(T=T, S=T),
    ),
    Mistake(
        "causal.keys-as-rows",
        N_("Your mask has a row for each key; rows are queries, columns are keys."),
        N_("The shape is (T, S). Row t says what query t may look at."),
        lambda oracle, T, S: oracle(T=T, S=S).mT,
    ),
    Mistake(
        "causal.mirrored",
        N_("Your mask is mirrored: it allows the last keys and hides the first ones."),
        N_("Column s is key s, from the oldest at the left to the newest."),
        _reversed,
    ),
]


def _one_more(oracle, lengths, S):
    return oracle(lengths=(lengths + 1).clamp(max=S), S=S)


def _one_less(oracle, lengths, S):
    return oracle(lengths=(lengths - 1).clamp(min=0), S=S)


def _longest(oracle, lengths, S):
    longest = int(lengths.max()) if lengths.numel() else 0
    return oracle(lengths=lengths, S=S)[..., :longest]


def _first_for_all(oracle, lengths, S):
    return oracle(lengths=lengths[:1].expand(len(lengths)), S=S)


PADDING_MASK = [
    Mistake(
        "padding.inverted",
        N_("Your mask is exactly the opposite: True marks the padding."),
        _SAY_TRUE,
        lambda oracle, lengths, S: ~oracle(lengths=lengths, S=S),
    ),
    Mistake(
        "padding.one-too-many",
        N_("Your mask keeps one padding token of each sentence."),
        N_("A sentence of length n has the positions 0 to n − 1."),
        _one_more,
    ),
    Mistake(
        "padding.one-too-few",
        N_("Your mask hides the last real token of each sentence."),
        N_("A sentence of length n has the positions 0 to n − 1."),
        _one_less,
    ),
    Mistake(
        "padding.no-query-axis",
        N_("Your mask is (B, S): the axis of the queries is missing."),
        N_(
            "Scores are (B, T, S). With (B, S) the batch would line up with the "
            "queries. The shape (B, 1, S) stretches over all queries."
        ),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S)[:, 0],
    ),
    Mistake(
        "padding.hides-queries",
        N_("Your mask is (B, S, 1): it hides queries, not keys."),
        N_("Nobody may look at padding: padding is a key. Keys are the last axis."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S).mT,
    ),
    Mistake(
        "padding.at-the-left",
        N_("Your mask takes the padding to be at the left."),
        N_("Here a sentence starts at position 0 and padding follows it."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S).flip(-1),
    ),
    Mistake(
        "padding.longest-in-batch",
        N_("Your mask has as many columns as the longest sentence. It has to have S."),
        N_("A batch may be padded further than its longest sentence: use S."),
        _longest,
    ),
    Mistake(
        "padding.first-length-for-all",
        N_("Your mask uses the first sentence's length for all sentences."),
        N_("Each row of the batch has a length of its own."),
        _first_for_all,
    ),
    Mistake(
        "padding.stretched",
        N_("Your mask is right but stretched to (B, S, S)."),
        N_("The shape (B, 1, S) stretches by itself, over any number of queries."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S).repeat(1, S, 1),
    ),
    Mistake(
        "padding.zeros-and-ones",
        N_("Your mask is right but holds the numbers 0 and 1, not True and False."),
        N_("Compare, or convert at the end with `.bool()`."),
        applies=lambda got, expected: (
            isinstance(got, torch.Tensor)
            and got.dtype != torch.bool
            and got.shape == expected.shape
            and bool((got.double() == expected.double()).all())
        ),
    ),
    Mistake(
        "padding.comparison-shapes",
        N_("The comparison pairs positions with sentences: the shapes do not line up."),
        N_(
            "Give the positions the shape (S,) and the lengths the shape (B, 1, 1): "
            "then they stretch to (B, 1, S)."
        ),
        raises=r"size of tensor a|must match the size|Boolean value of Tensor|"
        r"only one element tensors|converted to a? ?Python scalar",
    ),
]
