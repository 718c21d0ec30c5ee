"""Steps of an LSTM that go wrong, made from the gates that its oracle shows."""

import torch
from torch import Tensor

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


def one_by(function, gate: str):
    """One of the three gates goes through another function."""

    def change(g, c, **known):
        gates = {name: known[name] for name in "ifo"}
        gates[gate] = function(torch.logit(gates[gate]))
        c = gates["f"] * c + gates["i"] * g
        return {"h": gates["o"] * torch.tanh(c), "c": c}

    return own(change)


def opened(b_ih):
    """1 added to the bias of the forget gate."""
    more = torch.zeros_like(b_ih).reshape(len(ORDER), -1)
    more[ORDER.index("f")] = 1
    return {"b_ih": b_ih + more.flatten()}


def viewed(i, f, g, o, c):
    """The sums (B, 4·D) are taken for (4, B, D), number by number."""
    sums = [torch.logit(i), torch.logit(f), torch.atanh(g), torch.logit(o)]
    i, f, g, o = torch.cat(sums, -1).reshape(4, *c.shape)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return {"h": o.sigmoid() * torch.tanh(c), "c": c}


def only_state(got, expected) -> bool:
    return isinstance(expected, dict) and isinstance(got, Tensor)


def pair_in_a_pair(got, expected) -> bool:
    return isinstance(got, dict) and isinstance(got.get("c"), tuple | list)
