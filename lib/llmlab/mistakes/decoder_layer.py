"""Mistakes in a decoder layer. Oracle: torch's layer, which a mistake may patch."""

import torch.nn.functional as F
from torch import nn

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import decoder_patches as decoder
from . import layer_common, layers
from .layers import given, patched, rewired
from .scores import SIZES

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
        patched(decoder.own_mask(lambda mask: mask & False)),
    ),
    *ways(
        "decoder-layer.causal-mask-inverted",
        N_("Your self-attention looks at later tokens, and not at earlier ones."),
        N_("True means may look: the lower triangle, `tril`. PyTorch's own is ~mask."),
        patched(decoder.own_mask(lambda mask: ~mask)),
        patched(decoder.own_mask(lambda mask: mask.mT)),
    ),
    *ways(
        "decoder-layer.not-itself",
        N_("In your self-attention a token may not look at itself."),
        N_("Causal means: itself and all earlier ones. The diagonal is True."),
        patched(decoder.own_mask(decoder.not_itself)),
        patched(decoder.own_mask(decoder.first_saved)),
    ),
    *ways(
        "decoder-layer.one-too-far",
        N_("In your self-attention a token sees one token of the future."),
        N_("The diagonal is the last one that is True: `tril()`, without a number."),
        patched(decoder.own_mask(decoder.one_too_far)),
    ),
    *ways(
        "decoder-layer.keys-from-decoder",
        N_("Your cross-attention takes keys and values from the decoder itself."),
        N_("Queries come from x, keys and values from memory: what the encoder read."),
        patched(decoder.cross(decoder.from_decoder)),
        raises=r"expanded size",
    ),
    *ways(
        "decoder-layer.queries-from-memory",
        N_("Your cross-attention takes its queries from memory, keys from x."),
        N_("Queries come from x, keys and values from memory: a row per target token."),
        patched(decoder.cross(decoder.from_memory)),
        patched(decoder.cross(decoder.from_memory_unmasked)),
        raises=rf"expanded size|{SIZES}",
    ),
    *ways(
        "decoder-layer.memory-normed",
        N_("Your pre-norm layer norms memory as well."),
        N_("The norm serves the stream. The encoder's last norm has normed memory."),
        patched(decoder.cross(decoder.normed_memory)),
    ),
    *ways(
        "decoder-layer.causal-cross",
        N_("Your cross-attention hides source tokens by a causal mask."),
        N_("The source is known from the start: only `mask` hides a part of it."),
        patched(decoder.cross(decoder.causal_memory)),
        raises=r"expanded size",
    ),
    *ways(
        "decoder-layer.cross-first",
        N_("Your cross-attention comes before self-attention."),
        N_("Self-attention, cross-attention, feed-forward: in this order."),
        patched(decoder.cross_first),
    ),
    *ways(
        "decoder-layer.no-cross",
        N_("Your output does not depend on memory: cross-attention is not used."),
        N_("Between self-attention and feed-forward x looks at memory."),
        patched(decoder.no_cross),
        patched(lambda layer: setattr(layer, "_mha_block", lambda x, *_, **__: x * 0)),
    ),
    *ways(
        "decoder-layer.mask-ignored",
        N_("Your cross-attention does not use the mask, so padding is read."),
        N_("Hand it on: self.cross_attention(x, memory, mask)."),
        given(mask=lambda inputs: None),
    ),
    *ways(
        "decoder-layer.mask-on-target",
        N_("The source's mask reaches your self-attention where T = S."),
        N_("It hides source tokens: it belongs to cross-attention alone."),
        patched(decoder.mask_on_target),
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
        patched(decoder.stream_again("norm2")),
        patched(decoder.stream_again("norm3")),
    ),
    *ways(
        "decoder-layer.norm-on-branch",
        N_("Yours norms the part only: x + norm(part(x))."),
        N_("Post-norm: norm(x + part(x)). Pre-norm: x + part(norm(x))."),
        patched(layers.norm_the_branch),
        patched(layers.norm_each_branch(True)),
        patched(layers.norm_each_branch(None)),
    ),
    *ways(
        "decoder-layer.norm-twice",
        N_("Your pre-norm norms the stream too, behind an addition."),
        N_("In pre-norm nothing norms the stream: x + part(norm(x)), and that is all."),
        patched(layers.norm_twice),
        patched(layers.norm_at_the_end),
    ),
    *ways(
        "decoder-layer.queries-normed",
        N_("Only your queries are normed: keys and values come from x itself."),
        N_("In pre-norm self-attention sees norm(x), in both of its places."),
        patched(decoder.queries_normed),
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
        N_("Your layer has more parameters than 2 attentions, 2 maps and 3 norms."),
        N_("Remove what is not used."),
        applies=layer_common.more,
    ),
    Mistake(
        "decoder-layer.missing-parameters",
        N_("Your layer has fewer parameters than 2 attentions, 2 maps and 3 norms."),
        N_("Each part has its own norm, and the two attentions are two."),
        applies=layer_common.fewer,
    ),
    *layer_common.common(
        "decoder-layer",
        N_(
            "They are: attention, cross_attention, linear_1, linear_2, norm_1, norm_2, "
            "norm_3."
        ),
    ),
]
