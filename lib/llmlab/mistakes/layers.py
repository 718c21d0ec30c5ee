"""Make PyTorch's own layers commit a known mistake, for layers of 24.5.

Each function changes a `nn.TransformerEncoderLayer` or `nn.TransformerDecoderLayer`
in place. The oracle of the test cell takes such a function as `patch`.
"""

import torch.nn.functional as F
from torch import nn

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
        self.watched, self.seen = norm, None

    def forward(self, x):
        """Norm as before."""
        self.seen = x
        return self.watched(x)


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


def norm_the_branch(layer, *, pre: bool | None = False):
    """The norm inside the residual: x + norm(part(x)). In post-norm, in pre-norm
    (True), or in both (None)."""
    if pre is None or layer.norm_first is pre:
        for name, block in blocks(layer).items():
            _norm_branch(layer, name, block)


def norm_each_branch(pre: bool | None):
    """The same as a patch for pre-norm (True), or for both orders (None)."""
    return lambda layer: norm_the_branch(layer, pre=pre)


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


def norm_at_the_end(layer):
    """Pre-norm with the last norm once more, behind the last addition."""
    if layer.norm_first:
        norm = getattr(layer, list(blocks(layer))[-1])
        rewired("last", lambda added, s, e: norm(s + added) - s)(layer)


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
