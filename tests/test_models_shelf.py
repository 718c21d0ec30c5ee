"""The world of things on a shelf: exact answers, equal models, honest training."""

import pytest
import torch
from torch import nn

from llmlab.models import shelf


@pytest.fixture
def texts():
    return shelf.draw(50, torch.Generator().manual_seed(0))


def test_no_two_things_share_a_value(texts):
    things, _asked, _answers = texts
    values = torch.arange(shelf.THINGS)
    for one in range(shelf.PROPERTIES):
        assert torch.equal(things[:, :, one].sort(-1).values, values.expand(50, -1))


def test_each_answer_is_the_right_things(texts):
    things, asked, answers = texts
    for shelf_things, questions, right in zip(*texts, strict=True):
        for (by, value, wanted), answer in zip(questions.tolist(), right, strict=True):
            (row,) = [t for t in shelf_things.tolist() if t[by] == value]
            assert by != wanted and row[wanted] == answer


def test_the_same_generator_gives_the_same_texts(texts):
    again = shelf.draw(50, torch.Generator().manual_seed(0))
    assert all(map(torch.equal, texts, again))


class Mean(nn.Module):
    """Attention without choice: the mean of all that may be seen."""

    def forward(self, x, mask):
        weights = mask.float() / mask.sum(-1, keepdim=True)
        return weights @ x


class Nothing(nn.Module):
    def forward(self, x, mask):
        return torch.zeros_like(x)


def test_a_token_sees_what_stands_before_it(texts):
    things, asked, _ = texts
    model = shelf.Reader(Mean(), C=16, width=8)
    changed = asked.clone()
    changed[:, 5] = (changed[:, 5] + 1) % 3
    moved = (model(things, asked) - model(things, changed)).abs().amax((0, 2))
    assert not moved[:5].any() and moved[5:].all()


def test_training_does_not_know_the_answers_without_attention():
    torch.manual_seed(0)
    model = shelf.train(shelf.Reader(Nothing(), C=16, width=8), seed=0, steps=30)
    assert shelf.right(model) < 0.2  # a blind guess: 1/8


def test_training_is_repeatable_and_leaves_threads_as_they_were():
    before, losses = torch.get_num_threads(), []
    for _ in range(2):
        torch.manual_seed(1)
        model = shelf.train(shelf.Reader(Mean(), C=16, width=8), seed=3, steps=5)
        losses.append(shelf.loss(model, shelf.draw(20, torch.Generator())).item())
    assert losses[0] == losses[1] and torch.get_num_threads() == before


def test_going_on_trains_a_copy():
    model = shelf.Reader(Mean(), C=16, width=8)
    kept = [p.clone() for p in model.parameters()]
    found = shelf.go_on(model, seed=0, after=[0, 2, 3])
    assert len(found) == 3 and found[0] == shelf.right(model)
    assert all(map(torch.equal, kept, model.parameters()))
