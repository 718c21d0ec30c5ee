"""What 26.3 adds to the library: three texts, draws, measures of a router."""

import math

import torch
from torch import nn

from llmlab import check, experts, three_texts


class Fixed(nn.Module):
    """A layer that sends each token to the expert of its number, modulo E."""

    def __init__(self, E=4):
        super().__init__()
        self.E = E

    def forward(self, x):
        N = x.shape[0] * x.shape[1]
        self.logits = torch.zeros(N, self.E)
        self.chosen = (torch.arange(N) % self.E)[:, None]
        return x * 0


def test_a_third_of_a_batch_comes_from_each_text():
    ids, following, source = three_texts.batch(30, torch.Generator().manual_seed(0))
    assert ids.shape == (30, 4) and following.shape == (30,)
    assert source.bincount().tolist() == [10, 10, 10]
    assert all(len(text) == three_texts.LENGTH for text in three_texts.texts())
    assert three_texts.kind(ids[source == 2]).eq(4).float().mean() > 0.9


def test_load_and_experts_at_work_are_exact():
    model = experts.ByteModel(Fixed())
    assert torch.allclose(experts.load(model), torch.full((4,), 0.25))
    assert math.isclose(experts.working(model), 4, rel_tol=1e-5)
    one = experts.ByteModel(Fixed(1))
    assert math.isclose(experts.working(one), 1, rel_tol=1e-5)


def test_a_choice_tells_nothing_or_all_about_a_label():
    model, N = experts.ByteModel(Fixed()), 3000
    everything = torch.ones(N, dtype=torch.bool)
    number = torch.arange(N) % 4
    assert math.isclose(experts.bits(model, number, everything), 2, rel_tol=1e-9)
    halves = torch.arange(N) // 4 % 2
    assert abs(experts.bits(model, halves, everything)) < 1e-4
    rows = experts.division(model, number)
    assert torch.equal(rows, torch.eye(4))


def test_a_row_of_bytes_touches_as_many_experts_as_it_asks():
    assert experts.touched_in_a_row(experts.ByteModel(Fixed(5)), N=8) == 5
    assert experts.touched_in_a_row(experts.ByteModel(Fixed(9)), N=8) == 8


def test_training_takes_the_extra_loss():
    seen = []
    experts.train(Fixed, 0, 1.0, lambda layer: seen.append(layer.chosen) or 0.0, 3)
    assert len(seen) == 3 and seen[0].shape == (192, 1)


def test_draws_are_what_they_say():
    draw, routing = torch.Generator().manual_seed(0), check.routing
    logits = routing.apart(50, 8, draw, torch.bfloat16)
    assert all(len(row.unique()) == 8 for row in logits)
    chosen = routing.choices(50, 5, 3, draw)
    assert not (chosen == 1).any() and chosen.max() == 4
    assert all(len(row.unique()) == 3 for row in chosen)
    gaps = routing.with_gaps(50, 5, 2, draw)
    assert (gaps[:2, 0] == -1).all() and (gaps >= 0).any()
    ranked = routing.ranked(logits.float(), 2)
    assert torch.equal(ranked.long().argmax(-1), logits.topk(2).indices)
    assert torch.allclose(
        routing.shares(9, 3, draw, torch.float64).sum(-1).float(), torch.ones(9)
    )
