"""The recall task, and counting in place of timing."""

import sys

import pytest
import torch

from llmlab import bounded, recall


def doubled(rounds):
    return 1 if rounds == 0 else doubled(rounds - 1) + doubled(rounds - 1)


def test_a_short_computation_is_let_through():
    assert bounded.within(100_000, doubled, 5) == 32


def test_a_long_one_is_stopped_and_nothing_stays_switched_on():
    before = sys.gettrace()
    with pytest.raises(bounded.TooMany, match="50000 instructions"):
        bounded.within(50_000, doubled, 40)
    assert sys.gettrace() is before


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "LSTM, open", "attention"])
def test_every_network_reads_and_answers(kind):
    before = torch.random.get_rng_state()
    share, net = recall.train(kind, T=3, seed=0, rate=0.01, steps=2)
    assert 0 <= share <= 1 and torch.equal(before, torch.random.get_rng_state())
    x, first = recall.draw(5, 3)
    assert x.shape == (5, 3, recall.SYMBOLS) and first.shape == (5,)
    assert net(x)[0][:, -1].shape == (5, recall.WIDTH)
    assert torch.equal(x[:, 0].argmax(-1), first)
    again, _net = recall.train(kind, T=3, seed=0, rate=0.01, steps=2)
    assert again == share


def test_attention_learns_to_look_at_the_first():
    share, _net = recall.train("attention", T=6, seed=0, rate=0.01, steps=100)
    assert share > 0.9
