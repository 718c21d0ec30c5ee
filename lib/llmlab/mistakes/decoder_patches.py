"""Make PyTorch's decoder layer commit mistakes of its own. See `layers`."""

from torch import nn

from . import layers
from .layers import rewired


def own_mask(change):
    """Another causal mask; in PyTorch's masks True blocks."""

    def patch(layer):
        def attend(x, mask, *_rest, **_more):
            # with weights: a token that may look nowhere becomes NaN, as in ours
            return layer.self_attn(x, x, x, attn_mask=change(mask))[0]

        layer._sa_block = attend

    return patch


def queries_normed(layer):
    """Pre-norm: the norm of self-attention serves the queries alone."""
    if layer.norm_first:
        layer.norm1 = watched = layers.Watched(layer.norm1)

        def attend(x, mask, *_rest, **_more):
            seen = watched.seen
            return layer.self_attn(x, seen, seen, attn_mask=mask)[0]

        layer._sa_block = attend


def mask_on_target(layer):
    """The source's mask in self-attention too, where it is of the same size."""
    inner = layer.forward

    def forward(x, memory, ahead, mask=None):
        fits = mask is not None and mask.shape[-1] == x.shape[1]
        return inner(x, memory, ahead | mask if fits else ahead, mask)

    layer.forward = forward


def not_itself(mask):
    """The diagonal is blocked too."""
    return mask.clone().fill_diagonal_(True)


def first_saved(mask):
    """The diagonal is blocked, but for the first token."""
    blocked = not_itself(mask)
    blocked[:1, :1] = False
    return blocked


def one_too_far(mask):
    """One token of the future is seen."""
    return mask.triu(2)


def cross(change):
    """Cross-attention that is called with something else."""

    def patch(layer):
        watched = layers.Watched(layer.norm2)
        layer.norm2, inner = watched, layer._mha_block

        def look_up(x, memory, mask, *rest, **more):
            stream = watched.seen if layer.norm_first else x
            return inner(*change(layer, x, memory, mask, stream), *rest, **more)

        layer._mha_block = look_up

    return patch


def from_decoder(layer, x, memory, mask, stream):
    """Keys and values come from the decoder itself."""
    return x, x, None


def from_memory(layer, x, memory, mask, stream):
    """Queries come from memory, keys and values from x."""
    if x.shape != memory.shape:
        raise ValueError("only where both are of the same size")
    return memory, x, mask


def from_memory_unmasked(layer, x, memory, mask, stream):
    """The same without the mask."""
    return from_memory(layer, x, memory, None, stream)


def normed_memory(layer, x, memory, mask, stream):
    """In pre-norm memory is normed as well."""
    norm = layer.norm2.watched
    return x, norm(memory) if layer.norm_first else memory, mask


def causal_memory(layer, x, memory, mask, stream):
    """Source tokens are hidden by a triangle."""
    ahead = x.new_ones(x.shape[1], memory.shape[1]).triu(1).bool()
    return x, memory, ahead if mask is None else mask | ahead


def cross_first(layer):
    """Cross-attention before self-attention, each with its own norm."""
    own, look_up = layer._sa_block, layer._mha_block
    kept = {}

    def remember(module, args):
        kept["memory"], kept["ahead"] = args[1], args[2]
        kept["blocked"] = args[3] if len(args) > 3 else None

    layer.register_forward_pre_hook(remember)
    layer.norm1, layer.norm2 = layer.norm2, layer.norm1
    layer._sa_block = lambda x, *_, **__: look_up(
        x, kept["memory"], kept["blocked"], None
    )
    layer._mha_block = lambda x, *_, **__: own(x, kept["ahead"], None)


def no_cross(layer):
    """Two parts only: self-attention and feed-forward."""
    layer._mha_block = lambda x, *rest, **more: x * 0
    if not layer.norm_first:
        layer.norm2 = nn.Identity()


def stream_again(norm):
    """Behind this norm the layer's own input is added, not the stream."""

    def patch(layer):
        first = {}
        last = {"norm2": "_mha_block", "norm3": "_ff_block"}

        def remember(added, stream, entered):
            first["x"] = stream
            return added

        assert norm in last
        rewired("norm1", remember)(layer)
        rewired(norm, lambda added, stream, e: added - stream + first["x"])(layer)

    return patch
