"""Steps of a plain RNN that go wrong, for `recurrent`."""

import torch
from torch import Tensor

from .gates import TINY


def no_bias(b_ih, b_hh):
    return {"b_ih": 0 * b_ih, "b_hh": 0 * b_hh}


def square(W_ih: Tensor) -> bool:
    return W_ih.shape[-1] == W_ih.shape[-2]


def swapped(W_ih, W_hh):
    return {"W_ih": W_hh, "W_hh": W_ih} if square(W_ih) else None


def linear(oracle, x, h0, W_ih, W_hh, b_ih, b_hh):
    small = {"x": x, "h0": h0, "b_ih": b_ih, "b_hh": b_hh}
    small = {name: value * TINY for name, value in small.items()}
    return oracle(**small, W_ih=W_ih, W_hh=W_hh) / TINY


def sigmoid(oracle, x, h0, W_ih, W_hh, b_ih, b_hh):
    """σ(s) = (1 + tanh(s/2)) / 2, so u = 2h − 1 is the state of a tanh RNN."""
    bias = (b_ih + b_hh) / 2 + W_hh.sum(-1) / 4
    inner = oracle(x, 2 * h0 - 1, W_ih / 2, W_hh / 4, bias, 0 * bias)
    return (inner + 1) / 2


def relu(x, h0, W_ih, W_hh, b_ih, b_hh):
    weights = [W_ih, W_hh, b_ih, b_hh]
    options = (True, 1, 0.0, False, False, True)  # biases, layers, …, batch first
    return torch.rnn_relu(x, h0[None], weights, *options)[0]


def outside(of_input, of_state):
    """Two parts are added after the tanh, or in place of it."""

    def variant(oracle, x, h0, W_ih, W_hh, b_ih, b_hh):
        none, states, h = torch.zeros_like(x[:, :1]), [], h0
        part = of_input(oracle, x, 0 * h0, W_ih, 0 * W_hh, b_ih, 0 * b_hh)
        for t in range(x.shape[1]):
            own = of_state(oracle, none, h, W_ih, W_hh, 0 * b_ih, b_hh)[:, 0]
            states.append(h := part[:, t] + own)
        return torch.stack(states, 1)

    return variant


def tanh(oracle, *inputs):
    return oracle(*inputs)


def never_carried(oracle, x, **rest):
    steps = [oracle(x=x[:, t : t + 1], **rest) for t in range(x.shape[1])]
    return torch.cat(steps, 1)


def forgotten_state(oracle, got=None, *, x, **rest):
    return never_carried(oracle, x, **rest)


def first_passed_over(oracle, got=None, *, x, h0, **rest):
    """The list begins with h0, the loop with the second token."""
    later = [oracle(x=x[:, 1:], h0=h0, **rest)] if x.shape[1] > 1 else []
    return torch.cat([h0[:, None], *later], 1)


def turned_in_time(x):
    return {"x": x.flip(1)} if x.shape[1] > 1 else None


def axes(x):
    return {"x": x.transpose(0, 1)} if x.shape[0] == x.shape[1] else None


def axes_and_back(oracle, x, got=None, **rest):
    new = axes(x)
    return None if new is None else oracle(**new, **rest).transpose(0, 1)
