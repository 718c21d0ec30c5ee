"""Mistakes in the parts of a layer of experts: names, numbers, and what it keeps."""

from ..check.mistake import Mistake
from ..i18n import N_


def _fewer_weights(got, expected):
    return isinstance(got, dict) and got.get("parameters", 0) < expected["parameters"]


def _one_expert(got, x, E, width):
    C = x.shape[-1]
    one = E * C + 3 * C * width  # the router and a single expert
    return isinstance(got, dict) and got.get("parameters") == one


LAYER_PARTS = [
    Mistake(
        "layer.nothing-kept",
        N_("Your layer does not keep `self.logits` and `self.chosen`."),
        N_("Assign both in `forward`, for the losses."),
        raises=r"has no attribute '(logits|chosen)'",
    ),
    Mistake(
        "layer.names",
        N_("Your layer has no `router` or no `experts`."),
        N_("The test loads weights into parts of these names."),
        raises=r"has no attribute '(router|experts)'",
    ),
    Mistake(
        "layer.plain-list",
        N_("Your experts stand in a plain list: PyTorch does not find their weights."),
        N_("`nn.ModuleList` makes them parts of the module."),
        raises=r"'(list|tuple)' object has no attribute 'parameters'",
    ),
    Mistake(
        "layer.one-expert",
        N_("Your experts are one and the same: they share their weights."),
        N_("`[Expert(C, width)] * E` holds one module E times. Make E of them."),
        applies=_one_expert,
    ),
    Mistake(
        "layer.fewer-weights",
        N_("Your layer has fewer weights than a router and E experts."),
        N_("All E experts are kept, each an `Expert(C, width)`; K of them run."),
        applies=_fewer_weights,
    ),
    Mistake(
        "layer.no-factor",
        N_("Your code uses the factor when there is none: factor is None."),
        N_("Ask whether `self.factor` is None first: then everybody has a seat."),
        raises="NoneType",
    ),
    Mistake(
        "layer.other-size",
        N_("Your parts hold another number of weights than they should."),
        N_("The router is an `nn.Linear(C, E, bias=False)`; there are E experts."),
        raises=r"invalid for input of size",
    ),
]
