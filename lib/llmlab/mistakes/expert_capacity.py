"""Mistakes in giving seats. Oracle: kept(chosen, E, capacity), True for a seat."""

import torch
import torch.nn.functional as F

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .masks import is_number


def _on(change, back):
    """The oracle on choices in another order, and its answer put back."""

    def variant(oracle, chosen, E, capacity):
        kept = oracle(chosen=change(chosen), E=E, capacity=capacity)
        return back(kept, chosen)

    return variant


def _seats(change):
    def variant(oracle, chosen, E, capacity):
        other = change(capacity=capacity, E=E, K=chosen.shape[1])
        return oracle(chosen=chosen, E=E, capacity=max(0, other))

    return variant


def _choices_apart(oracle, chosen, E, capacity):
    columns = chosen.split(1, dim=1)
    kept = [oracle(chosen=one, E=E, capacity=capacity) for one in columns]
    return torch.cat(kept, dim=1)


def _changed(change):
    def variant(oracle, chosen, E, capacity):
        return change(oracle(chosen=chosen, E=E, capacity=capacity))

    return variant


def _whole_expert(chosen, E, capacity):
    load = F.one_hot(chosen, E).sum((0, 1))
    return (load <= capacity)[chosen]


def _first_seated(kept):
    return kept | (torch.arange(kept.shape[1]) == 0)


CAPACITY = [
    *ways(
        "capacity.token-by-token",
        N_("A token's second choice is seated before the next token's first."),
        N_("First the first choices of all tokens, then the second choices of all."),
        _on(lambda c: c.reshape(-1, 1), lambda kept, c: kept.view(c.shape)),
    ),
    *ways(
        "capacity.second-first",
        N_("Second choices are seated before first ones."),
        N_("First choices weigh more: they go first."),
        _on(lambda c: c.flip(1), lambda kept, c: kept.flip(1)),
    ),
    *ways(
        "capacity.drops-the-earliest",
        N_("Your seats go to the tokens that come last."),
        N_("Within first choices, and within second ones, the order is the tokens'."),
        _on(lambda c: c.flip(0), lambda kept, c: kept.flip(0)),
        _on(lambda c: c.flip(0, 1), lambda kept, c: kept.flip(0, 1)),
        _on(
            lambda c: c.reshape(-1, 1).flip(0),
            lambda kept, c: kept.flip(0).view(c.shape),
        ),
    ),
    *ways(
        "capacity.one-seat-less",
        N_("Each expert has one seat less than it should."),
        N_("`cumsum` counts the choice itself: the first one has place 1."),
        _seats(lambda capacity, E, K: capacity - 1),
    ),
    *ways(
        "capacity.one-seat-more",
        N_("Each expert has one seat more than it should."),
        N_("Places that count from 0 are below the capacity, not equal to it."),
        _seats(lambda capacity, E, K: capacity + 1),
    ),
    *ways(
        "capacity.each-choice-apart",
        N_("First and second choices have seats of their own."),
        N_("An expert has one queue: second choices get what first ones leave."),
        _choices_apart,
    ),
    *ways(
        "capacity.inverted",
        N_("Your answer is True for dropped choices."),
        N_("True means: has a seat."),
        _changed(lambda kept: ~kept),
    ),
    *ways(
        "capacity.whole-token",
        N_("A token keeps all of its choices, or none."),
        N_("Each choice has its own seat: one may be dropped and another not."),
        _changed(lambda kept: kept.all(1, keepdim=True).expand_as(kept)),
        _changed(lambda kept: kept.any(1, keepdim=True).expand_as(kept)),
    ),
    *ways(
        "capacity.whole-expert",
        N_("An expert that is asked too often loses all of its tokens."),
        N_("It keeps as many as it has seats."),
        _whole_expert,
    ),
    *ways(
        "capacity.first-always",
        N_("First choices always have a seat."),
        N_("They go first, and are dropped as well once the seats are taken."),
        _changed(_first_seated),
    ),
    *ways(
        "capacity.one-queue",
        N_("All experts share one queue."),
        N_("Count for each expert on its own: down a column of the one-hot table."),
        _on(lambda c: c * 0, lambda kept, c: kept),
        _on(lambda c: c.reshape(-1, 1) * 0, lambda kept, c: kept.view(c.shape)),
    ),
    *ways(
        "capacity.not-put-back",
        N_("Your answer is in the order of the queue, not in that of the tokens."),
        N_("The queue is (K, N), flattened: view it so, and transpose it back."),
        _changed(lambda kept: kept.mT.reshape(kept.shape)),
        _changed(lambda kept: kept.mT),
        _changed(lambda kept: kept.mT.flatten()),
    ),
    *ways(
        "capacity.everybody",
        N_("Everybody has a seat."),
        N_("From place capacity + 1 on a choice is dropped."),
        _changed(lambda kept: torch.ones_like(kept)),
        lambda chosen, capacity: torch.full(chosen.shape, capacity > 0),
    ),
    Mistake(
        "capacity.numbers",
        N_("Your answer is right but holds the numbers 0 and 1, not True and False."),
        N_("Compare, or convert at the end with `.bool()`."),
        applies=is_number,
    ),
]
