"""Mistakes in a causal mask. True means "may look". Oracle: mask(T, S)."""

import torch

from ..check.mistake import Mistake, ways
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


def _on_left(change):
    """A mistake on top of taking query 0 for position 0."""

    def variant(T, S):
        return change(torch.arange(S)[None, :] - torch.arange(T)[:, None])

    return variant


def is_additive(got) -> bool:
    """Whether what came holds 0 and a huge negative number, as scores are masked."""
    if not isinstance(got, torch.Tensor) or not got.is_floating_point():
        return False
    return bool(((got == 0) | (got < -1000)).all())


def is_number(got, expected) -> bool:
    """Whether what came is right, but as numbers."""
    return (
        isinstance(got, torch.Tensor)
        and got.dtype != torch.bool
        and got.shape == expected.shape
        and bool((got.double() == expected.double()).all())
    )


def _reversed(oracle, T, S):
    return oracle(T=T, S=S).flip(-1)


SAY_TRUE = N_("In this course True means: this query may look at this key.")

CAUSAL_MASK = [
    *ways(
        "causal.inverted",
        N_("Your mask is the opposite: it allows the future and hides the past."),
        SAY_TRUE,
        lambda oracle, T, S: ~oracle(T=T, S=S),
        _on_left(lambda ahead: ahead > 0),
    ),
    *ways(
        "causal.without-itself",
        N_("Your mask hides every position from itself."),
        N_("A token may look at itself: the diagonal is allowed."),
        _strict,
        _on_left(lambda ahead: ahead < 0),
    ),
    *ways(
        "causal.peeks",
        N_("Your mask lets each query see one position of the future."),
        N_("Query t is position S − T + t. Keys after that position are the future."),
        _peeks,
        _on_left(lambda ahead: ahead <= 1),
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
    *ways(
        "causal.upper-triangle",
        N_("Your mask allows each query itself and the future, and hides the past."),
        SAY_TRUE,
        lambda oracle, T, S: ~_strict(oracle, T, S),
        _on_left(lambda ahead: ahead >= 0),
    ),
    Mistake(
        "causal.all-allowed",
        N_("Your mask allows everything."),
        N_("Positions after the query's own are the future: False."),
        lambda oracle, T, S: torch.ones(T, S, dtype=bool),
    ),
    Mistake(
        "causal.additive",
        N_("Your mask holds 0 and −∞ (or a very low number), to be added to scores."),
        N_(
            "Asked for is True and False: compare positions. The exercise on attention "
            "fills in the −∞."
        ),
        applies=is_additive,
    ),
    Mistake(
        "causal.zeros-and-ones",
        N_("Your mask is right but holds the numbers 0 and 1, not True and False."),
        N_("Compare, or convert at the end with `.bool()`."),
        applies=is_number,
    ),
    Mistake(
        "causal.square",
        N_("Your mask is (T, T): S is not used."),
        N_("There is a row for each of the T queries, a column for each of S keys."),
        lambda oracle, T, S: oracle(T=T, S=T),
    ),
    Mistake(
        "causal.square",
        N_("Your mask is (S, S): it has a row for every position."),
        N_("Only the last T positions ask: there is a row for each of T queries."),
        lambda oracle, T, S: oracle(T=S, S=S),
    ),
    *ways(
        "causal.offset-sign",
        N_("Your triangle is shifted the wrong way: by T − S, which is below zero."),
        N_("Query 0 is position S − T, so the triangle shifts to the right by S − T."),
        lambda T, S: torch.arange(S) - torch.arange(T)[:, None] <= T - S,
    ),
    *ways(
        "causal.extra-axes",
        N_("Your mask is right but has an axis too many."),
        N_("The shape is (T, S). A mask stretches over batch and heads by itself."),
        lambda oracle, T, S: oracle(T=T, S=S)[None],
        lambda oracle, T, S: oracle(T=T, S=S)[None, None],
    ),
    *ways(
        "causal.only-itself",
        N_("Your mask allows each query only its own position."),
        N_("The past is allowed as well: compare with ≤, not with =."),
        lambda oracle, T, S: oracle(T=T, S=S) & ~_strict(oracle, T, S),
        _on_left(lambda ahead: ahead == 0),
    ),
    *ways(
        "causal.nothing-allowed",
        N_("Your mask allows nothing: every entry is False."),
        N_("Set the keys up to the query's own position to True."),
        lambda T, S: torch.zeros(T, S, dtype=torch.bool),
    ),
    *ways(
        "causal.last-query-first",
        N_("Your mask is upside down: row 0 is the last query."),
        N_("Row 0 is the first of the T queries; it sees the fewest keys."),
        lambda oracle, T, S: oracle(T=T, S=S).flip(0),
    ),
    Mistake(
        "causal.shapes",
        N_("The comparison pairs positions of queries and keys one by one."),
        N_(
            "Give the queries a column, (T, 1), and the keys a row, (1, S): then every "
            "query meets every key, and the result is (T, S)."
        ),
        raises=r"size of tensor a|must match the size",
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
