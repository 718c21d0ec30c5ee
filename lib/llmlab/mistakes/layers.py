"""Make PyTorch's own layers commit a known mistake, for layers of 24.5.

Each function changes a `nn.TransformerEncoderLayer` or `nn.TransformerDecoderLayer`
in place. The oracle of the test cell takes such a function as `patch`.
"""

import torch
import torch.nn.functional as F
from torch import nn

from ..check.compare import equal
from ..check.mistake import Mistake
from ..i18n import N_
from .scores import SIZES

# the block of torch's layers behind each norm
BLOCKS = {"norm1": "_sa_block", "norm2": "_mha_block", "norm3": "_ff_block"}


def blocks(layer: nn.Module) -> dict[str, str]:
    """{norm: block} of a layer; an encoder layer has two of each."""
    if hasattr(layer, "norm3"):
        return BLOCKS
    return {"norm1": "_sa_block", "norm2": "_ff_block"}


class Watched(nn.Module):
    """A norm that remembers what it saw: in pre-norm, the stream."""

    def __init__(self, norm: nn.Module):
        super().__init__()
        self.norm, self.seen = norm, None

    def forward(self, x):
        """Norm as before."""
        self.seen = x
        return self.norm(x)


def rewired(norm: str, change, *, only: bool | None = None):
    """A patch: the block behind a norm adds something else to the stream.

    `change(added, stream, entered)` gets what the block adds, the stream before it,
    and what went into the block. `only` limits it to pre-norm (True) or post-norm.
    """

    def patch(layer):
        if only is not None and layer.norm_first is not only:
            return
        block = blocks(layer).get(norm) if norm != "last" else "_ff_block"
        name = norm if norm != "last" else list(blocks(layer))[-1]
        watched, inner = Watched(getattr(layer, name)), getattr(layer, block)
        setattr(layer, name, watched)

        def changed(x, *rest, **more):
            stream = watched.seen if layer.norm_first else x
            return change(inner(x, *rest, **more), stream, x)

        setattr(layer, block, changed)

    return patch


def each(*patches):
    """All of these patches together."""

    def patch(layer):
        for one in patches:
            one(layer)

    return patch


def everywhere(change, **options):
    """The same rewiring at every norm of a layer."""

    def patch(layer):
        for norm in blocks(layer):
            rewired(norm, change, **options)(layer)

    return patch


def no_residual(added, stream, entered):
    """The block replaces the stream."""
    return added - stream


def residual_after_norm(added, stream, entered):
    """The residual connection starts behind the norm."""
    return added - stream + entered


def parts(**new):
    """A patch: parts of the layer become others, {name: name or function}."""

    def patch(layer):
        found = {n: getattr(layer, v) for n, v in new.items() if isinstance(v, str)}
        found |= {n: v for n, v in new.items() if not isinstance(v, str)}
        for name, value in found.items():
            setattr(layer, name, value)

    return patch


def norm_the_branch(layer):
    """Post-norm with the norm inside the residual: x + norm(part(x))."""
    if layer.norm_first:
        return
    for name, block in blocks(layer).items():
        _norm_branch(layer, name, block)


def _norm_branch(layer, name, block):
    inner, norm = getattr(layer, block), getattr(layer, name)
    setattr(layer, block, lambda x, *a, **k: norm(inner(x, *a, **k)))
    setattr(layer, name, nn.Identity())


def norm_twice(layer):
    """Pre-norm with a second norm behind each addition."""
    if layer.norm_first:
        for name in blocks(layer):
            norm = getattr(layer, name)
            rewired(name, lambda added, s, e, norm=norm: norm(s + added) - s)(layer)


def one_head(*names):
    """Attention with one head instead of H."""

    def patch(layer):
        for name in names:
            attention = getattr(layer, name)
            attention.num_heads, attention.head_dim = 1, attention.embed_dim

    return patch


def activation(function):
    """Another function between the two maps."""
    return parts(activation=function)


def late_activation(layer):
    """The ReLU behind the second map."""
    inner = layer._ff_block
    layer.activation = lambda h: h
    layer._ff_block = lambda x: F.relu(inner(x))


def patched(change):
    """The oracle's value when torch's layer is changed in this way."""

    def variant(oracle, got=None, **inputs):
        return _without_count(oracle(**inputs, patch=change))

    return variant


def output_patched(change):
    """The same, of the output alone: the gradients of a shared part add up."""

    def variant(oracle, got=None, **inputs):
        return {"output": oracle(**inputs, patch=change)["output"]}

    return variant


def given(**others):
    """The oracle's value when it is given other inputs, computed from all inputs."""

    def variant(oracle, got=None, **inputs):
        changed = {name: make(inputs) for name, make in others.items()}
        return _without_count(oracle(**inputs | changed))

    return variant


def _without_count(found: dict) -> dict:
    """Two modules may compute the same with more parameters or fewer."""
    return {name: value for name, value in found.items() if name != "parameters"}


def cut(got, expected) -> bool:
    """The output is right, and some gradient is missing."""
    if not isinstance(got, dict) or "output" not in got:
        return False
    if not equal(got["output"], expected["output"], 20):
        return False
    gradients = {n: v for n, v in got.items() if n.startswith("∂")}
    return any(
        value is None or not bool(value.any())
        for name, value in gradients.items()
        if bool(expected[name].any())
    )


def more(got, expected) -> bool:
    """Too many parameters."""
    return _count(got) > _count(expected) > 0


def fewer(got, expected) -> bool:
    """Too few parameters."""
    return 0 < _count(got) < _count(expected)


def _count(found) -> int:
    return found.get("parameters", 0) if isinstance(found, dict) else 0


def common(kind: str, parts: str) -> list[Mistake]:
    """Mistakes that any layer can have; `parts` names what it is made of."""
    return [
        Mistake(
            f"{kind}.no-gradient",
            N_("No gradient reaches some part of your layer, so it would never learn."),
            N_("Is each part used? Look for `detach`, `no_grad`, `.data`, `.item()`."),
            applies=cut,
            raises=r"does not require grad|no grad_fn|element 0 of tensors",
        ),
        Mistake(
            f"{kind}.no-init",
            N_("Your parts are set before nn.Module is ready for them."),
            N_("The first line of __init__ is `super().__init__()`."),
            raises=r"cannot assign (module|parameters?) before",
        ),
        Mistake(
            f"{kind}.no-attribute",
            N_("A part that the test loads weights into is missing or named otherwise."),
            parts,
            raises=r"has no attribute '(\w*attention|linear_\d|norm_\d)'",
        ),
        Mistake(
            f"{kind}.tuple",
            N_("PyTorch's attention returns two things: the output and the weights."),
            N_("Take the first one, or use `Attention`, which returns the output."),
            raises=r"'?tuple'?",
        ),
        Mistake(
            f"{kind}.shapes",
            N_("Two shapes do not fit together."),
            N_(
                "Every part takes and gives width C, but for the hidden numbers between "
                "linear_1 and linear_2: `nn.Linear(C, width)`, `nn.Linear(width, C)`."
            ),
            raises=rf"{SIZES}|invalid for input of size|normalized_shape",
        ),
    ]
