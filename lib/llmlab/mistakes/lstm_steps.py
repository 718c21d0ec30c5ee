"""Steps of an LSTM that go wrong, made from the gates that its oracle shows."""

import torch

from ..check.mistake import call
from .gates import LSTM_ORDER as ORDER
from .gates import made, of_lstm

own = made(of_lstm)


def from_cell(change):
    """Another new cell; the new state is the output gate times its tanh."""

    def both(o, **known):
        c = call(change, {"o": o, **known})
        return {"h": o * torch.tanh(c), "c": c}

    return own(both)


def squashed(i, f, g, o, c, gate, new):
    """The sums behind the gates go through other functions."""
    i, f, o, g = (*(gate(torch.logit(s)) for s in (i, f, o)), new(torch.atanh(g)))
    c = f * c + i * g
    return {"h": o * torch.tanh(c), "c": c}


def one_by_tanh(gate: str):
    """One of the three gates goes through tanh."""

    def change(g, c, **known):
        gates = {name: known[name] for name in "ifo"}
        gates[gate] = torch.tanh(torch.logit(gates[gate]))
        c = gates["f"] * c + gates["i"] * g
        return {"h": gates["o"] * torch.tanh(c), "c": c}

    return own(change)


def opened(b_ih):
    """1 added to the bias of the forget gate."""
    more = torch.zeros_like(b_ih).reshape(len(ORDER), -1)
    more[ORDER.index("f")] = 1
    return {"b_ih": b_ih + more.flatten()}
