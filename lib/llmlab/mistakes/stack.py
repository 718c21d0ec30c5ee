"""Mistakes in a stack. Oracle: torch's stack of torch's layers, to be patched."""

from torch import nn

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import layer_common, layers
from .layers import patched


def _norm(stack):
    """A norm of the stack's width and dtype, with its starting values."""
    first = next(stack.parameters())
    return nn.LayerNorm(stack.layers[0].norm1.normalized_shape).to(first.dtype)


def _always(stack):
    stack.norm = stack.norm or _norm(stack)


def _after_each(stack):
    """The last norm after every layer."""
    norm = stack.norm or _norm(stack)
    for layer in stack.layers:
        inner = layer.forward
        layer.forward = lambda *a, inner=inner, **k: norm(inner(*a, **k))
    stack.norm = None


def _after_each_if_pre(stack):
    if stack.norm is not None:
        _after_each(stack)


def _before(stack):
    """The last norm before the first layer."""
    norm, stack.norm = stack.norm, None
    if norm is not None:
        first = stack.layers[0]
        inner = first.forward
        first.forward = lambda x, *a, **k: inner(norm(x), *a, **k)


def _chosen(choose):
    def patch(stack):
        stack.layers = nn.ModuleList(choose(list(stack.layers)))

    return patch


def _first_of_rest(stack):
    """Each layer gets x and one thing more."""
    for layer in stack.layers:
        inner = layer.forward
        layer.forward = lambda x, *rest, inner=inner, **_: inner(x, *rest[:1])


def _around(inside: bool):
    """A residual connection around all layers, inside the last norm or outside."""

    def patch(stack):
        first, last, kept = stack.layers[0], stack.layers[-1], {}
        inner = first.forward

        def begin(x, *rest, **more):
            kept["x"] = x
            return inner(x, *rest, **more)

        first.forward = begin
        if inside or stack.norm is None:
            end = last.forward
            last.forward = lambda *a, **k: end(*a, **k) + kept["x"]
        else:
            stack.norm = _Sum(stack.norm, kept)

    return patch


class _Sum(nn.Module):
    def __init__(self, norm, kept):
        super().__init__()
        self.inner, self.kept = norm, kept

    def forward(self, x):
        return self.inner(x) + self.kept["x"]


STACK = [
    *ways(
        "stack.no-last-norm",
        N_("Your pre-norm stack has no norm at its end."),
        N_(
            "In pre-norm no layer norms the stream, so it grows from layer to layer. "
            "One norm after the last layer brings it back."
        ),
        patched(lambda stack: setattr(stack, "norm", None)),
    ),
    *ways(
        "stack.norm-in-post",
        N_("Your stack ends in a norm also when pre_norm is False."),
        N_("A post-norm layer ends in a norm already: a second one is too much."),
        patched(_always),
    ),
    *ways(
        "stack.norm-after-each",
        N_("Your stack norms after every layer, not once at the end."),
        N_("The last norm stands behind the loop."),
        patched(_after_each_if_pre),
        patched(_after_each),
    ),
    *ways(
        "stack.norm-first",
        N_("Your stack norms before the first layer, not after the last one."),
        N_("The last norm stands behind the loop."),
        patched(_before),
    ),
    *ways(
        "stack.same-layer",
        N_("Your stack runs one and the same layer L times."),
        N_("Each layer has weights of its own: go through the list."),
        layers.output_patched(_chosen(lambda found: found[:1] * len(found))),
        layers.output_patched(_chosen(lambda found: found[-1:] * len(found))),
    ),
    *ways(
        "stack.not-chained",
        N_("Each of your layers gets the stack's input, so only the last one counts."),
        N_("Each layer gets what the layer before it returned: x = layer(x, …)."),
        patched(_chosen(lambda found: found[-1:])),
    ),
    *ways(
        "stack.too-few",
        N_("Your stack leaves out a layer, or runs the first one only."),
        N_("All layers run: `for layer in self.layers`; a return stands behind it."),
        patched(_chosen(lambda found: found[:-1])),
        patched(_chosen(lambda found: found[1:])),
        patched(_chosen(lambda found: found[:1])),
    ),
    *ways(
        "stack.reversed",
        N_("Your stack runs the layers from the last one to the first."),
        N_("The first layer of the list comes first."),
        patched(_chosen(lambda found: found[::-1])),
    ),
    Mistake(
        "stack.rest-dropped",
        N_("Your layers do not get what the stack was given besides x."),
        N_("Hand masks and memory on to every layer: layer(x, *rest)."),
        raises=r"required positional argument: 'memory'",
    ),
    *ways(
        "stack.rest-cut",
        N_("Your layers get the first of the further arguments only."),
        N_("There may be several, masks and memory: layer(x, *rest) hands on all."),
        patched(_first_of_rest),
    ),
    Mistake(
        "stack.rest-as-tuple",
        N_("Your layers get all that was given besides x as one tuple."),
        N_("A star hands them on one by one: layer(x, *rest)."),
        raises=r"_none_or_dtype|'tuple' object has no attribute",
    ),
    *ways(
        "stack.residual",
        N_("Your stack adds its input to its output."),
        N_("The residual connections are inside the layers. The stack has none."),
        patched(_around(True)),
        patched(_around(False)),
    ),
    Mistake(
        "stack.list",
        N_("Your layers are in a plain Python list: the module does not know them."),
        N_("`nn.ModuleList(layers)` makes their weights the stack's own."),
        raises=r"'(list|tuple)' object has no attribute 'parameters'",
    ),
    Mistake(
        "stack.no-attribute",
        N_("The stack has no `layers`, into which the test loads weights."),
        N_("Keep them under that name, in __init__, in an nn.ModuleList."),
        raises=r"has no attribute 'layers'",
    ),
    Mistake(
        "stack.missing-parameters",
        N_("Your stack has fewer parameters than its layers and its last norm."),
        N_("The last norm of a pre-norm stack learns too: nn.LayerNorm(C)."),
        applies=layer_common.fewer,
    ),
    Mistake(
        "stack.extra-parameters",
        N_("Your stack has more parameters than its layers and its last norm."),
        N_("A post-norm stack has no norm of its own, a pre-norm stack has one."),
        applies=layer_common.more,
    ),
    Mistake(
        "stack.no-gradient",
        N_("No gradient reaches some of your layers, so they would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()`."),
        applies=layer_common.cut,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
]
