"""Mistakes in a decoder layer. Oracle: torch's layer, which a mistake may patch."""

import torch.nn.functional as F
from torch import nn

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import layers
from .layers import given, patched, rewired


def _own_mask(change):
    """Another causal mask; in PyTorch's masks True blocks."""

    def patch(layer):
        inner = layer._sa_block
        layer._sa_block = lambda x, mask, *rest, **more: inner(
            x, change(mask), *rest, **more
        )

    return patch


def _not_itself(mask):
    blocked = mask.clone().fill_diagonal_(True)
    # the first token would look nowhere: some let it look at itself
    return blocked


def _first_saved(mask):
    blocked = _not_itself(mask)
    blocked[:1, :1] = False
    return blocked


def _one_too_far(mask):
    return mask.triu(2)


def _cross(change):
    """Cross-attention that is called with something else."""

    def patch(layer):
        watched = layers.Watched(layer.norm2)
        layer.norm2, inner = watched, layer._mha_block

        def look_up(x, memory, mask, *rest, **more):
            stream = watched.seen if layer.norm_first else x
            return inner(*change(layer, x, memory, mask, stream), *rest, **more)

        layer._mha_block = look_up

    return patch


def _from_decoder(layer, x, memory, mask, stream):
    return x, x, None


def _from_memory(layer, x, memory, mask, stream):
    if x.shape != memory.shape:
        raise ValueError("only where both are of the same size")
    return memory, x, mask


def _normed_memory(layer, x, memory, mask, stream):
    norm = layer.norm2.norm
    return x, norm(memory) if layer.norm_first else memory, mask


def _causal_memory(layer, x, memory, mask, stream):
    ahead = x.new_ones(x.shape[1], memory.shape[1]).triu(1).bool()
    return x, memory, ahead if mask is None else mask | ahead


def _cross_first(layer):
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


def _no_cross(layer):
    """Two parts only: self-attention and feed-forward."""
    layer._mha_block = lambda x, *rest, **more: x * 0
    if not layer.norm_first:
        layer.norm2 = nn.Identity()


def _stream_again(norm):
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


_SAME = nn.Identity()
DECODER_LAYER = [
    *ways(
        "decoder-layer.always-post",
        N_("Your layer norms after the addition, whatever `pre_norm` says."),
        N_("With pre_norm=True: x = x + part(norm(x)), and no norm on x itself."),
        given(pre_norm=lambda inputs: False),
    ),
    *ways(
        "decoder-layer.always-pre",
        N_("Your layer norms before each part, whatever `pre_norm` says."),
        N_("With pre_norm=False: x = norm(x + part(x)), and the part sees x itself."),
        given(pre_norm=lambda inputs: True),
    ),
    *ways(
        "decoder-layer.orders-swapped",
        N_("Your layer norms after the part with pre_norm=True, and before it if not."),
        N_("Pre-norm: x + part(norm(x)). Post-norm: norm(x + part(x))."),
        given(pre_norm=lambda inputs: not inputs["pre_norm"]),
    ),
    *ways(
        "decoder-layer.no-causal-mask",
        N_("Your self-attention has no causal mask: later tokens leak in."),
        N_("Token t may look at tokens 0 to t: `torch.ones(T, T).tril().bool()`."),
        patched(_own_mask(lambda mask: mask & False)),
    ),
    *ways(
        "decoder-layer.causal-mask-inverted",
        N_("Your self-attention looks at later tokens, and not at earlier ones."),
        N_("True means may look: the lower triangle, `tril`. PyTorch's own is ~mask."),
        patched(_own_mask(lambda mask: ~mask)),
        patched(_own_mask(lambda mask: mask.mT)),
    ),
    *ways(
        "decoder-layer.not-itself",
        N_("In your self-attention a token may not look at itself."),
        N_("Causal means: itself and all earlier ones. The diagonal is True."),
        patched(_own_mask(_not_itself)),
        patched(_own_mask(_first_saved)),
    ),
    *ways(
        "decoder-layer.one-too-far",
        N_("In your self-attention a token sees one token of the future."),
        N_("The diagonal is the last one that is True: `tril()`, without a number."),
        patched(_own_mask(_one_too_far)),
    ),
    *ways(
        "decoder-layer.keys-from-decoder",
        N_("Your cross-attention takes keys and values from the decoder itself."),
        N_("Queries come from x, keys and values from memory: what the encoder read."),
        patched(_cross(_from_decoder)),
        raises=r"expanded size",
    ),
    *ways(
        "decoder-layer.queries-from-memory",
        N_("Your cross-attention takes its queries from memory, keys from x."),
        N_("Queries come from x, keys and values from memory: one row per target token."),
        patched(_cross(_from_memory)),
        raises=rf"expanded size|{layers.SIZES}",
    ),
    *ways(
        "decoder-layer.memory-normed",
        N_("Your pre-norm layer norms memory as well."),
        N_("The norm serves the stream. The encoder's last norm has normed memory."),
        patched(_cross(_normed_memory)),
    ),
    *ways(
        "decoder-layer.causal-cross",
        N_("Your cross-attention hides source tokens by a causal mask."),
        N_("The source is known from the start: only `mask` hides a part of it."),
        patched(_cross(_causal_memory)),
        raises=r"expanded size",
    ),
    *ways(
        "decoder-layer.cross-first",
        N_("Your cross-attention comes before self-attention."),
        N_("Self-attention, cross-attention, feed-forward: in this order."),
        patched(_cross_first),
    ),
    *ways(
        "decoder-layer.no-cross",
        N_("Your output does not depend on memory: cross-attention is not used."),
        N_("Between self-attention and feed-forward x looks at memory."),
        patched(_no_cross),
        patched(lambda layer: setattr(layer, "_mha_block", lambda x, *_, **__: x * 0)),
    ),
    *ways(
        "decoder-layer.mask-ignored",
        N_("Your cross-attention does not use the mask, so padding is read."),
        N_("Hand it on: self.cross_attention(x, memory, mask)."),
        given(mask=lambda inputs: None),
    ),
    *ways(
        "decoder-layer.mask-inverted",
        N_("Your cross-attention reads the padding, and nothing else."),
        N_("`Attention` takes our mask: True means may look. PyTorch's takes ~mask."),
        given(
            mask=lambda inputs: None if inputs.get("mask") is None else ~inputs["mask"]
        ),
    ),
    *ways(
        "decoder-layer.no-residual",
        N_("A residual connection is missing: a part replaces x instead of adding."),
        N_("All three parts add to x."),
        patched(layers.everywhere(layers.no_residual)),
        patched(rewired("norm1", layers.no_residual)),
        patched(rewired("norm2", layers.no_residual)),
        patched(rewired("norm3", layers.no_residual)),
    ),
    *ways(
        "decoder-layer.residual-after-norm",
        N_("Your residual connection starts behind the norm: norm(x) + part(norm(x))."),
        N_("The stream itself is never normed: x + part(norm(x)). Keep x as it is."),
        patched(layers.everywhere(layers.residual_after_norm, only=True)),
        patched(rewired("norm1", layers.residual_after_norm, only=True)),
        patched(rewired("norm2", layers.residual_after_norm, only=True)),
        patched(rewired("norm3", layers.residual_after_norm, only=True)),
    ),
    *ways(
        "decoder-layer.input-again",
        N_("A later part adds to the layer's input, so what came between is lost."),
        N_("Each part adds to what the part before it left: the stream goes on."),
        patched(_stream_again("norm2")),
        patched(_stream_again("norm3")),
    ),
    *ways(
        "decoder-layer.norm-on-branch",
        N_("Your post-norm norms the part only: x + norm(part(x))."),
        N_("Add first, then norm the sum: norm(x + part(x))."),
        patched(layers.norm_the_branch),
    ),
    *ways(
        "decoder-layer.norm-missing",
        N_("A norm is not used: each of the three parts has one."),
        N_("norm_1 self-attention, norm_2 cross-attention, norm_3 feed-forward."),
        patched(layers.parts(norm1=_SAME)),
        patched(layers.parts(norm2=_SAME)),
        patched(layers.parts(norm3=_SAME)),
        patched(layers.parts(norm1=_SAME, norm2=_SAME, norm3=_SAME)),
    ),
    *ways(
        "decoder-layer.norm-shared",
        N_("Two or three of your norms are one and the same."),
        N_("Each part has a norm with weights of its own."),
        layers.output_patched(layers.parts(norm2="norm1", norm3="norm1")),
        layers.output_patched(layers.parts(norm1="norm3", norm2="norm3")),
        layers.output_patched(layers.parts(norm2="norm1")),
        layers.output_patched(layers.parts(norm3="norm2")),
        layers.output_patched(layers.parts(norm3="norm1")),
    ),
    *ways(
        "decoder-layer.norms-swapped",
        N_("Two of your norms have changed places."),
        N_("norm_1 self-attention, norm_2 cross-attention, norm_3 feed-forward."),
        patched(layers.parts(norm1="norm2", norm2="norm1")),
        patched(layers.parts(norm2="norm3", norm3="norm2")),
    ),
    *ways(
        "decoder-layer.attention-shared",
        N_("Your two attentions are one and the same."),
        N_("attention and cross_attention have matrices of their own."),
        layers.output_patched(layers.parts(multihead_attn="self_attn")),
        layers.output_patched(layers.parts(self_attn="multihead_attn")),
    ),
    *ways(
        "decoder-layer.no-relu",
        N_("Between linear_1 and linear_2 there is no ReLU."),
        N_("linear_2(ReLU(linear_1(x))): the bend stands between the maps."),
        patched(layers.activation(lambda h: h)),
        patched(layers.activation(F.gelu)),
    ),
    Mistake(
        "decoder-layer.extra-parameters",
        N_("Your layer has more parameters than two attentions, two maps, three norms."),
        N_("Remove what is not used."),
        applies=layers.more,
    ),
    Mistake(
        "decoder-layer.missing-parameters",
        N_("Your layer has fewer parameters than two attentions, two maps, three norms."),
        N_("Each part has its own norm, and the two attentions are two."),
        applies=layers.fewer,
    ),
    *layers.common(
        "decoder-layer",
        N_(
            "They are: attention, cross_attention, linear_1, linear_2, norm_1, norm_2, "
            "norm_3."
        ),
    ),
]
