"""Mistakes in an encoder layer. Oracle: torch's layer, which a mistake may patch."""

import torch
import torch.nn.functional as F
from torch import nn

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import layer_common, layers
from .layers import given, patched, rewired


def _input_again(layer):
    """The second residual connection adds the layer's input, not the stream."""
    first = {}

    def remember(added, stream, entered):
        first["x"] = stream
        return added

    rewired("norm1", remember)(layer)
    rewired("last", lambda added, stream, e: added - stream + first["x"])(layer)


class _NormOf(nn.Module):
    """A norm of what another one has seen, whatever comes in."""

    def __init__(self, norm: nn.Module, watched: layers.Watched):
        super().__init__()
        self.own, self.watched = norm, watched

    def forward(self, x):
        """The norm of the earlier stream."""
        return self.own(self.watched.seen)


def _side_by_side(layer):
    """Pre-norm: both parts read the layer's input."""
    if layer.norm_first:
        layer.norm1 = layers.Watched(layer.norm1)
        layer.norm2 = _NormOf(layer.norm2, layer.norm1)


def _queries_normed(layer):
    """Pre-norm: the norm serves the queries alone."""
    if layer.norm_first:
        watched = layers.Watched(layer.norm1)
        layer.norm1 = watched

        def attend(x, attn_mask, *rest, **more):
            memory = watched.seen
            return layer.self_attn(x, memory, memory, attn_mask=attn_mask)[0]

        layer._sa_block = attend


def _over_batch(layer):
    layer.self_attn.batch_first = False


def _causal(inputs):
    length = inputs["x"].shape[1]
    triangle = torch.ones(1, length, length, dtype=torch.bool).tril()
    mask = inputs.get("mask")
    return (
        triangle.expand(len(inputs["x"]), -1, -1) if mask is None else (mask & triangle)
    )


def _if_mask(change):
    """Other masks, where there is one."""
    return lambda inputs: None if inputs.get("mask") is None else change(inputs["mask"])


def _turned(mask):
    if mask.shape[-1] != mask.shape[-2]:
        raise ValueError("only a square mask can be turned")
    return mask.mT


ENCODER_LAYER = [
    *ways(
        "encoder-layer.always-post",
        N_("Your layer norms after the addition, whatever `pre_norm` says."),
        N_("With pre_norm=True: x = x + part(norm(x)), and no norm on x itself."),
        given(pre_norm=lambda inputs: False),
    ),
    *ways(
        "encoder-layer.always-pre",
        N_("Your layer norms before each part, whatever `pre_norm` says."),
        N_("With pre_norm=False: x = norm(x + part(x)), and the part sees x itself."),
        given(pre_norm=lambda inputs: True),
    ),
    *ways(
        "encoder-layer.orders-swapped",
        N_("Your layer norms after the part with pre_norm=True, and before it if not."),
        N_("Pre-norm: x + part(norm(x)). Post-norm: norm(x + part(x))."),
        given(pre_norm=lambda inputs: not inputs["pre_norm"]),
    ),
    *ways(
        "encoder-layer.no-residual",
        N_("A residual connection is missing: a part replaces x instead of adding."),
        N_("Both parts add to x: x + attention, then x + feed-forward."),
        patched(layers.everywhere(layers.no_residual)),
        patched(rewired("norm1", layers.no_residual)),
        patched(rewired("norm2", layers.no_residual)),
    ),
    *ways(
        "encoder-layer.residual-after-norm",
        N_("Your residual connection starts behind the norm: norm(x) + part(norm(x))."),
        N_("The stream itself is never normed: x + part(norm(x)). Keep x as it is."),
        patched(layers.everywhere(layers.residual_after_norm, only=True)),
        patched(rewired("norm1", layers.residual_after_norm, only=True)),
        patched(rewired("norm2", layers.residual_after_norm, only=True)),
    ),
    *ways(
        "encoder-layer.side-by-side",
        N_("In your pre-norm feed-forward reads the layer's input, not the stream."),
        N_("First x = x + attention, then norm_2 of this new x."),
        patched(_side_by_side),
    ),
    *ways(
        "encoder-layer.norm-on-branch",
        N_("Yours norms the part only: x + norm(part(x))."),
        N_("Post-norm: norm(x + part(x)). Pre-norm: x + part(norm(x))."),
        patched(layers.norm_the_branch),
        patched(layers.norm_each_branch(True)),
        patched(layers.norm_each_branch(None)),
    ),
    *ways(
        "encoder-layer.norm-twice",
        N_("Your pre-norm norms the stream too, behind an addition."),
        N_("In pre-norm nothing norms the stream: x + part(norm(x)), and that is all."),
        patched(layers.norm_twice),
        patched(layers.norm_at_the_end),
    ),
    *ways(
        "encoder-layer.norm-missing",
        N_("A norm is not used: each of the two parts has one."),
        N_("norm_1 belongs to attention, norm_2 to feed-forward."),
        patched(layers.parts(norm1=nn.Identity())),
        patched(layers.parts(norm2=nn.Identity())),
        patched(layers.parts(norm1=nn.Identity(), norm2=nn.Identity())),
    ),
    *ways(
        "encoder-layer.norm-shared",
        N_("Your two norms are one and the same."),
        N_("Each part has a norm with weights of its own: norm_1 and norm_2."),
        layers.output_patched(layers.parts(norm2="norm1")),
        layers.output_patched(layers.parts(norm1="norm2")),
    ),
    *ways(
        "encoder-layer.norms-swapped",
        N_("Your two norms have changed places."),
        N_("norm_1 belongs to attention, norm_2 to feed-forward."),
        patched(layers.parts(norm1="norm2", norm2="norm1")),
    ),
    *ways(
        "encoder-layer.input-again",
        N_("Your second addition adds the layer's input, so attention's part is lost."),
        N_("Feed-forward adds to what attention left: the stream goes on."),
        patched(_input_again),
    ),
    *ways(
        "encoder-layer.queries-normed",
        N_("Only your queries are normed: keys and values come from x itself."),
        N_("In pre-norm the whole part sees norm(x), in every place."),
        patched(_queries_normed),
    ),
    *ways(
        "encoder-layer.no-relu",
        N_("The ReLU between linear_1 and linear_2 is missing or in another place."),
        N_("linear_2(ReLU(linear_1(x))): the bend stands between the maps."),
        patched(layers.activation(lambda h: h)),
        patched(layers.late_activation),
    ),
    *ways(
        "encoder-layer.other-bend",
        N_("The function between linear_1 and linear_2 is not ReLU."),
        N_("This layer follows the paper of 2017: ReLU. Others come in 26.1."),
        patched(layers.activation(F.gelu)),
        patched(layers.activation(F.silu)),
        patched(layers.activation(torch.tanh)),
    ),
    *ways(
        "encoder-layer.mask-ignored",
        N_("Your layer does not use the mask."),
        N_("Hand it on: self.attention(x, x, mask)."),
        given(mask=lambda inputs: None),
    ),
    *ways(
        "encoder-layer.mask-inverted",
        N_("Your layer looks only where it may not."),
        N_("`Attention` takes our mask: True means may look. PyTorch's takes ~mask."),
        given(mask=_if_mask(lambda mask: ~mask)),
    ),
    *ways(
        "encoder-layer.mask-turned",
        N_("Your layer equals one with the mask transposed."),
        N_("Row t of the mask belongs to query t, as it is."),
        given(mask=_if_mask(_turned)),
    ),
    *ways(
        "encoder-layer.causal",
        N_("Your layer hides later tokens. An encoder looks both ways."),
        N_("Only the mask that is passed in says where to look; None allows all."),
        given(mask=_causal),
    ),
    *ways(
        "encoder-layer.one-head",
        N_("Your attention has one head instead of H."),
        N_("`Attention(C, H)`: hand H on."),
        patched(layers.one_head("self_attn")),
    ),
    *ways(
        "encoder-layer.over-batch",
        N_("Your attention runs over the batch, not over the tokens."),
        N_("nn.MultiheadAttention needs `batch_first=True`; `Attention` has it."),
        patched(_over_batch),
        raises=r"attn_mask is",
    ),
    Mistake(
        "encoder-layer.extra-parameters",
        N_("Your layer has more parameters than attention, two maps and two norms."),
        N_("Remove what is not used. The maps are C → width and width → C."),
        applies=layer_common.more,
    ),
    Mistake(
        "encoder-layer.missing-parameters",
        N_("Your layer has fewer parameters than attention, two maps and two norms."),
        N_("Both maps have a bias, and the two norms are two, not one."),
        applies=layer_common.fewer,
    ),
    *layer_common.common(
        "encoder-layer",
        N_("They are: attention, linear_1, linear_2, norm_1, norm_2."),
    ),
]
