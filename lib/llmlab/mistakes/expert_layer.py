"""Mistakes in a layer of experts. Oracle: layer(x, weights, width, E, K, factor, …).

The oracle takes other weights (`gate`, of the chosen shares), weights that are made
after dropping (`after`), and another number of `seats`.
"""

import math

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .expert_layer_parts import LAYER_PARTS

PARTS = ("output", "∂router", "∂experts", "∂x")


def _with(*, only_if_dropping=False, parts=PARTS, **hooks):
    """The oracle with hooks; a function of sizes sets a number."""

    def variant(oracle, got=None, **inputs):
        if only_if_dropping and inputs.get("factor") is None:
            return None
        used = {n: h(**_sizes(inputs)) if n == "seats" else h for n, h in hooks.items()}
        found = oracle(**inputs | used)
        return {name: found[name] for name in parts}

    return variant


def _sizes(inputs):
    x = inputs["x"]
    sizes = {"N": x[..., 0].numel(), "T": x.shape[1], "C": x.shape[-1]}
    return sizes | {n: inputs.get(n) for n in ("E", "K", "factor")}


def _normed(top):
    return top / top.sum(-1, keepdim=True).clamp(min=1e-30)


def _output(change):
    """The oracle's output changed; `x` is the layer's input."""

    def variant(oracle, got=None, **inputs):
        right = oracle(**inputs)["output"]
        return {"output": change(right, inputs["x"])}

    return variant


def _row_by_row(oracle, got=None, **inputs):
    """Seats for each sequence of the batch."""
    rows = [oracle(**inputs | {"x": row[None]})["output"] for row in inputs["x"]]
    return {"output": torch.cat(rows)}


def _unasked(oracle, got=None, factor=None, **inputs):
    """A factor of 1 where none is given."""
    found = oracle(**inputs, factor=factor or 1.0)
    return {name: found[name] for name in PARTS}


def _fewer(oracle, got=None, **inputs):
    found = oracle(**inputs | {"K": 1})
    return {"output": found["output"]}


def _all_flops(oracle, x, width, E, K, factor=None, **rest):
    if factor is not None:
        return None
    N, C = x[..., 0].numel(), x.shape[-1]
    return {"FLOPs": 2 * N * C * E * (1 + 3 * width)}


def _minus_ones(got):
    chosen = got.get("chosen") if isinstance(got, dict) else None
    return isinstance(chosen, torch.Tensor) and bool((chosen < 0).any())


def _passes(output, x):
    """Tokens without a seat come out as they went in."""
    return torch.where((output == 0).all(-1, keepdim=True), x, output)


MIXTURE_LAYER = [
    *ways(
        "layer.not-divided",
        N_("Your weights are shares among all experts: they do not sum to 1."),
        N_("Use `route`, or divide the chosen shares by their sum."),
        _with(gate=lambda top: top),
    ),
    *ways(
        "layer.divided-again",
        N_("After dropping, your weights are divided by their sum again."),
        N_("The weights stay: a token that has lost an expert gets less."),
        _with(after=_normed, only_if_dropping=True),
    ),
    *ways(
        "layer.softmax-twice",
        N_("Your weights have been through a softmax twice."),
        N_("`route` takes logits, as they are."),
        _with(gate=lambda top: top.masked_fill(top == 0, -torch.inf).softmax(-1)),
        _with(
            gate=lambda top: _normed(top).masked_fill(top == 0, -torch.inf).softmax(-1)
        ),
    ),
    *ways(
        "layer.all-alike",
        N_("Your experts are added without weights."),
        N_("Hand the weights of `route` on to `mixture`."),
        _with(gate=lambda top: (top > 0).to(top.dtype), parts=("output",)),
        _with(gate=lambda top: _normed((top > 0).to(top.dtype)), parts=("output",)),
    ),
    *ways(
        "layer.first-choice-only",
        N_("Only each token's first choice counts."),
        N_("The layer has K experts for each token: `route(logits, self.K)`."),
        _fewer,
        _with(gate=lambda top: _normed(top) * (top == top.amax(-1, keepdim=True))),
    ),
    *ways(
        "layer.residual",
        N_("Your output adds x."),
        N_("The residual connection is the caller's."),
        _output(lambda output, x: output + x),
    ),
    *ways(
        "layer.dropped-passes",
        N_("A token without a seat comes out of your layer as it went in."),
        N_("It comes out as 0. The residual connection around the layer carries it."),
        _output(_passes),
    ),
    *ways(
        "layer.no-capacity",
        N_("Nobody is dropped: the factor has no effect."),
        N_("With a factor an expert has ⌈factor · N·K / E⌉ seats."),
        _with(seats=lambda N, **sizes: N, only_if_dropping=True),
    ),
    *ways(
        "layer.seats",
        N_("Your experts have another number of seats."),
        N_("⌈factor · N·K / E⌉: all choices, shared out, rounded up."),
        _with(
            seats=lambda N, K, E, factor, **s: max(1, math.ceil(factor * N / E)),
            only_if_dropping=True,
        ),
        _with(
            seats=lambda N, K, E, factor, **s: max(1, int(factor * N * K / E)),
            only_if_dropping=True,
        ),
        _with(
            seats=lambda N, K, E, factor, **s: max(1, math.ceil(factor * N * K)),
            only_if_dropping=True,
        ),
        _with(
            seats=lambda T, K, E, factor, **s: max(1, math.ceil(factor * T * K / E)),
            only_if_dropping=True,
        ),
    ),
    *ways(
        "layer.no-factor",
        N_("Choices are dropped although there is no factor."),
        N_("`factor=None` means: everybody has a seat."),
        _unasked,
    ),
    *ways(
        "layer.kept-shares",
        N_("What you keep as `self.logits` has been through a softmax."),
        N_("Keep what the router says: the losses take the softmax themselves."),
        lambda oracle, got=None, **inputs: {
            "logits": oracle(**inputs)["logits"].softmax(-1)
        },
    ),
    *ways(
        "layer.seats-by-sequence",
        N_("Each sequence of the batch has seats of its own."),
        N_("All N = B·T tokens share them: flatten first."),
        _row_by_row,
    ),
    *ways(
        "layer.every-expert",
        N_("The values are right, but every expert runs on every token."),
        N_("Use `mixture`, which gives an expert only the rows that chose it."),
        _all_flops,
    ),
    *ways(
        "layer.logits-detached",
        N_("The logits that you keep have no gradient."),
        N_("The losses on them are to teach the router: keep them as they are."),
        lambda: {"learns": False},
    ),
    Mistake(
        "layer.chosen-after-drop",
        N_("The choices that you keep have lost the dropped ones."),
        N_("Keep them before dropping: what the router wanted is the load."),
        applies=_minus_ones,
    ),
    *ways(
        "layer.weights-detached",
        N_("No gradient reaches the router."),
        N_("It comes through the weights: neither detach them nor round them."),
        lambda oracle, got=None, **inputs: {
            "output": oracle(**inputs)["output"],
            "∂router": None,
        },
    ),
    *LAYER_PARTS,
]
