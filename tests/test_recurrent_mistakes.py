"""Mistakes of recurrent networks: what their variants are made of."""

import pytest
import torch
from torch import nn
from torch.func import functional_call

from llmlab.check.mistake import call
from llmlab.mistakes import GRU, INFLUENCE, LSTM, RNN, STEPS, altered, gates

B, T, C, D = 3, 4, 5, 6


def drawn(blocks: int, *names: str) -> dict:
    draw = torch.Generator().manual_seed(0)
    shapes = {
        "x": (B, C),
        "h": (B, D),
        "c": (B, D),
        "W_ih": (blocks * D, C),
        "W_hh": (blocks * D, D),
        "b_ih": (blocks * D,),
        "b_hh": (blocks * D,),
    }
    return {
        name: torch.randn(shapes[name], generator=draw, dtype=torch.float64)
        for name in names
    }


WEIGHTS = ("W_ih", "W_hh", "b_ih", "b_hh")


def run(module, state, **weights):
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    loaded = {n: weights[w] for n, w in zip(names, WEIGHTS, strict=True)}
    return functional_call(module(C, D, device="meta"), loaded, state)


def lstm(x, h, c, **weights):
    return dict(zip("hc", run(nn.LSTMCell, (x, (h, c)), **weights), strict=True))


def gru(x, h, **weights):
    return run(nn.GRUCell, (x, h), **weights)


def test_the_gates_of_an_lstm_are_found_from_outside():
    inputs = drawn(4, "x", "h", "c", *WEIGHTS)
    found = gates.of_lstm(lstm, **inputs)
    sums = inputs["x"] @ inputs["W_ih"].T + inputs["h"] @ inputs["W_hh"].T
    i, f, g, o = (sums + inputs["b_ih"] + inputs["b_hh"]).chunk(4, -1)
    for name, gate in {"i": i, "f": f, "o": o}.items():
        assert torch.allclose(found[name], gate.sigmoid())
    assert torch.allclose(found["g"], g.tanh())


def test_the_gates_of_a_gru_are_found_from_outside():
    inputs = drawn(3, "x", "h", *WEIGHTS)
    found = gates.of_gru(gru, **inputs)
    a = (inputs["x"] @ inputs["W_ih"].T + inputs["b_ih"]).chunk(3, -1)
    b = (inputs["h"] @ inputs["W_hh"].T + inputs["b_hh"]).chunk(3, -1)
    r, z = ((a[k] + b[k]).sigmoid() for k in (0, 1))
    wanted = {"r": r, "z": z, "a": a[2], "b": b[2]}
    wanted["n"] = torch.tanh(a[2] + r * b[2])
    for name, value in wanted.items():
        assert torch.allclose(found[name], value, atol=1e-6), name


def test_rows_in_another_order():
    inputs = drawn(4, "x", "h", "c", *WEIGHTS)
    wrong = altered.reordered("figo", "ifgo")(lstm, **inputs)
    found = gates.of_lstm(lstm, **inputs)
    swapped = found["i"] * inputs["c"] + found["f"] * found["g"]
    assert torch.allclose(wrong["c"], swapped)
    assert not torch.allclose(wrong["c"], lstm(**inputs)["c"])


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_every_variant_has_a_value_of_its_own(name):
    step, mistakes = {"lstm": (lstm, LSTM), "gru": (gru, GRU)}[name]
    cell = ("c",) if name == "lstm" else ()
    inputs = drawn(4 if cell else 3, "x", "h", *cell, *WEIGHTS)
    right, seen = step(**inputs), []
    for mistake in (m for m in mistakes if m.variant):
        value = call(mistake.variant, {"oracle": step, "got": None, **inputs})
        value = torch.cat([value["h"], value["c"]]) if cell else value
        same = torch.cat([right["h"], right["c"]]) if cell else right
        assert not torch.allclose(value, same, equal_nan=True), mistake.id
        for other, earlier in seen:
            assert not torch.allclose(value, earlier), (mistake.id, other)
        seen.append((mistake.id, value))


def test_steps_of_a_given_value_are_none_in_every_variant():
    for mistake in (m for m in STEPS if m.variant):
        known = {"oracle": lambda needs: 0, "needs": torch.tensor([[-1, -1]])}
        # the one mistake that is about a given value
        wrong = mistake.id == "steps.empty-wave"
        assert call(mistake.variant, known) in ((1,) if wrong else (0, None)), (
            mistake.id
        )


def test_ids_say_where_they_belong():
    lists = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
    lists |= {"influence": INFLUENCE, "steps": STEPS}
    for topic, mistakes in lists.items():
        for mistake in mistakes:
            assert mistake.id.startswith(topic + ".") and mistake.words
            assert mistake.variant or mistake.raises or mistake.applies
