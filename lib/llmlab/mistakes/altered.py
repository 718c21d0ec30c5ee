"""The oracle on other inputs, and its value changed: what variants are made of."""

import torch

from ..check.mistake import call


def changed(change):
    """The oracle on other inputs: `change` takes inputs and returns the new ones."""

    def variant(oracle, got=None, **inputs):
        new = call(change, inputs)
        return None if new is None else oracle(**{**inputs, **new})

    return variant


def after(change):
    """The oracle's value, changed: `change` takes `out` and inputs by name."""

    def variant(oracle, got=None, **inputs):
        return call(change, {"out": oracle(**inputs), **inputs})

    return variant


def blocks(order, weights: tuple, count: int):
    """The blocks of rows of every weight, in another order."""
    return [torch.cat([w.chunk(count)[k] for k in order]) for w in weights]


def reordered(order: str, names: str):
    """Rows that stand in the given order are read in the order of `names`."""
    places = [order.index(name) for name in names]

    def change(W_ih, W_hh, b_ih, b_hh):
        weights = blocks(places, (W_ih, W_hh, b_ih, b_hh), len(names))
        return dict(zip(("W_ih", "W_hh", "b_ih", "b_hh"), weights, strict=True))

    return changed(change)


def interleaved(count: int):
    """Row number j·count + k is read as row j of gate k."""

    def change(W_ih, W_hh, b_ih, b_hh):
        D = W_hh.shape[-1]
        rows = torch.arange(count * D).reshape(D, count).mT.flatten()
        named = {"W_ih": W_ih, "W_hh": W_hh, "b_ih": b_ih, "b_hh": b_hh}
        return {name: weight[rows] for name, weight in named.items()}

    return changed(change)
