"""The gates of a step, as its oracle shows them with the others held open or shut."""

import torch
from torch import Tensor

from ..check.mistake import call

LSTM_ORDER, GRU_ORDER = "ifgo", "rzn"
FULL = 1e3  # a sum for which a sigmoid is 1 and a tanh is 1, to the last digit
# small enough for tanh(s) = s to the last digit that counts, in float64
TINY = 1e-5


def held(inputs: dict, order: str, **sums: float) -> dict:
    """The inputs with the sums of some gates set to a number."""
    new = dict(inputs)
    for name in ("W_ih", "W_hh", "b_ih", "b_hh"):
        parts = list(inputs[name].chunk(len(order)))
        for gate, value in sums.items():
            fill = value if name == "b_ih" else 0.0
            parts[order.index(gate)] = torch.full_like(parts[0], fill)
        new[name] = torch.cat(parts)
    return new


def of_lstm(oracle, **inputs) -> dict[str, Tensor]:
    """Input, forget, cell and output gate, as the oracle shows them when the others
    are held open or shut."""
    shut, c = -FULL, inputs["c"]
    found = {
        "i": oracle(**held(inputs, LSTM_ORDER, f=shut, g=FULL))["c"],
        "g": oracle(**held(inputs, LSTM_ORDER, f=shut, i=FULL))["c"],
    }
    inputs["c"] = torch.ones_like(c)
    found["f"] = oracle(**held(inputs, LSTM_ORDER, i=shut))["c"]
    full = oracle(**held(inputs, LSTM_ORDER, f=FULL, i=shut))["h"]
    return {**found, "o": full / torch.tanh(torch.ones_like(c))}


def of_gru(oracle, **inputs) -> dict[str, Tensor]:
    """Reset, update and content, and the two sums inside the content: `a` of x, `b` of
    h, each as the oracle shows it when the rest is held open or shut."""
    shut = -FULL
    apart = [oracle(**held(inputs, GRU_ORDER, n=s)) for s in (FULL, shut)]
    found = {
        "z": 1 - (apart[0] - apart[1]) / 2,
        "n": oracle(**held(inputs, GRU_ORDER, z=shut)),
    }
    # tiny weights: tanh does nothing
    small = dict(inputs)
    for name in ("W_ih", "W_hh", "b_ih", "b_hh"):
        *first, last = inputs[name].chunk(3)
        small[name] = torch.cat([*first, last * TINY])
    found["a"] = oracle(**held(small, GRU_ORDER, z=shut, r=shut)) / TINY
    whole = oracle(**held(small, GRU_ORDER, z=shut, r=FULL)) / TINY
    found["b"] = whole - found["a"]
    some = oracle(**held(small, GRU_ORDER, z=shut)) / TINY - found["a"]
    return {**found, "r": some / found["b"]}


def made(gates):
    """Variants from gates: `change` takes gates, inputs and the `right` value."""

    def of(change):
        def variant(oracle, got=None, **inputs):
            known = {**inputs, "right": oracle(**inputs)}
            return call(change, {**known, **gates(oracle, **inputs)})

        return variant

    return of
