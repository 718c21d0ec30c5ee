"""Small attention models can be looked into; the worlds are as they say."""

import doctest
from random import Random

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmlab import insight, worlds


class Layer(nn.Module):
    """Two heads, written with torch's own functions."""

    def __init__(self, C=8, H=2):
        super().__init__()
        self.H = H
        self.W_Q, self.W_K, self.W_V, self.W_O = (
            nn.Linear(C, C, bias=False) for _ in range(4)
        )

    def forward(self, x, mask):
        q, k, v = (
            W(x).unflatten(-1, (self.H, -1)).transpose(1, 2)
            for W in (self.W_Q, self.W_K, self.W_V)
        )
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_O(y.transpose(1, 2).flatten(2))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.H, self.token = 2, nn.Embedding(20, 8)
        self.layers = nn.ModuleList([Layer(), Layer()])

    def forward(self, ids):
        mask = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool).tril()
        x = self.token(ids)
        for layer in self.layers:
            x = x + layer(x, mask=mask)
        return x @ self.token.weight.mT


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Model()


def test_examples():
    assert doctest.testmod(insight).failed == 0


def test_look_returns_the_weights_that_the_model_uses(model):
    ids = torch.randint(20, (3, 5))
    weights = insight.look(model, ids)
    assert weights.shape == (2, 3, 2, 5, 5)
    assert torch.allclose(weights.sum(-1), torch.ones(2, 3, 2, 5))
    x = model.token(ids)
    values = model.layers[0].W_V(x).unflatten(-1, (2, -1)).transpose(1, 2)
    mixed = model.layers[0].W_O((weights[0] @ values).transpose(1, 2).flatten(2))
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    assert torch.allclose(mixed, model.layers[0](x, mask=mask), atol=1e-6)
    assert not model.layers[0]._forward_pre_hooks


def test_a_silent_head_adds_nothing(model):
    ids = torch.randint(20, (3, 5))
    quiet = insight.silence(model, (1, 0), (1, 1))
    assert not quiet.layers[1].W_O.weight.any()
    one = insight.silence(model, (0, 1)).layers[0].W_O.weight
    assert not one[:, 4:].any()
    assert torch.equal(one[:, :4], model.layers[0].W_O.weight[:, :4])
    assert not torch.allclose(model(ids), quiet(ids))


def test_a_step_learns(model):
    adam = torch.optim.Adam(model.parameters(), lr=0.05)
    ids = torch.arange(20).repeat(4, 1)
    asked = torch.ones(4, 19, dtype=torch.bool)
    shares = [insight.train_step(model, adam, ids, asked) for _ in range(120)]
    assert shares[-1] > 0.9 > shares[0]
    at = torch.tensor([0, 5, 10, 18])
    assert insight.next_right(model, ids, at) == 1.0
    assert insight.next_right(model, ids.flip(1), at) == 0.0


def test_repeating_rows_repeat_and_can_be_known():
    ids, asked = worlds.repeating(torch.Generator().manual_seed(0), length=12)
    assert torch.equal(ids[:, :12], ids[:, 12:])
    assert all(len(set(row.tolist())) == 12 for row in ids)
    assert asked.sum(1).eq(12).all() and asked[:, -1].all()
    ids, asked = worlds.repeating(torch.Generator().manual_seed(0))
    for row, known in zip(ids.tolist(), asked.tolist(), strict=True):
        for t, can in enumerate(known):
            assert can == (row[t + 1] in row[: t + 1])


def test_two_places_ask_for_earlier_words():
    draw = torch.Generator().manual_seed(0)
    ids, wanted = worlds.two_places("both", draw)
    assert torch.equal(wanted[:, 3:, 0], ids[:, 2:-1])
    assert torch.equal(wanted[:, 3:, 1], ids[:, :-3])
    ids, wanted = worlds.two_places("either", draw)
    back = torch.where(ids[:, 3:] < 5, ids[:, 2:-1], ids[:, :-3])
    assert torch.equal(wanted[:, 3:, 0], back)


def test_the_pronoun_has_one_referent():
    draw = Random(0)
    for _ in range(200):
        words, who, other = worlds.sentence(draw)
        women = {who, other} & set(worlds.WOMEN)
        assert len(women) == 1 and ("她" in words) == (who in women)
        gave = "给了" in words
        first = who if words.index(who) < words.index(other) else other
        giver = first if gave else ({who, other} - {first}).pop()
        assert ("很大方" in words) == (who == giver)


def test_pronouns_know_their_places():
    rows, places = worlds.pronouns(50, seed=0)
    assert rows.shape == (50, 10) and places.shape == (50, 3)
    for row, (pronoun, who, other) in zip(rows.tolist(), places.tolist(), strict=True):
        words = [worlds.WORDS[i] for i in row]
        assert words[pronoun] in "他她" and who < pronoun and other < pronoun
        assert (words[who] in worlds.WOMEN) == (words[pronoun] == "她")
