"""Mistakes in a block. Oracle: torch's layer, which a mistake may patch."""

from torch import nn

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import layer_common, layers
from .encoder_layer import _input_again, _side_by_side
from .layers import given, output_patched, patched, rewired


def _no_bias(got, expected) -> bool:
    """The norms hold half of what they should."""
    if not isinstance(got, dict) or not isinstance(expected, dict):
        return False
    mine, right = (found.get("∂norm_1") for found in (got, expected))
    return mine is not None and right is not None and 2 * len(mine) == len(right)


def _order_swapped(layer):
    """Feed-forward first, then attention."""
    layer._sa_block, layer._ff_block = (
        lambda x, *masks, **options: layer.feed_forward(x),
        lambda x: layer.attention(x),
    )
    layer.norm1, layer.norm2 = layer.norm2, layer.norm1


def _eps(number, rms=None):
    """Another ε, in one kind of norm only if `rms` says which."""
    return given(
        eps=lambda inputs: inputs["eps"] if inputs["rms"] is (not rms) else number
    )


def _eps_of(name):
    """Torch's own ε in one of the two norms; both kinds have 1e-5 here."""

    def patch(layer):
        getattr(layer, name).eps = 1e-5

    return patch


BLOCK = [
    *ways(
        "block.always-post",
        N_("Your block norms after the addition, whatever `config.pre_norm` says."),
        N_("With pre_norm: x = x + part(norm(x)), and no norm on x itself."),
        given(pre_norm=lambda inputs: False),
    ),
    *ways(
        "block.always-pre",
        N_("Your block norms before each part, whatever `config.pre_norm` says."),
        N_("Without pre_norm: x = norm(x + part(x)), and the part sees x itself."),
        given(pre_norm=lambda inputs: True),
    ),
    *ways(
        "block.orders-swapped",
        N_("Your block norms after the part with pre_norm, and before it without."),
        N_("Pre-norm: x + part(norm(x)). Post-norm: norm(x + part(x))."),
        given(pre_norm=lambda inputs: not inputs["pre_norm"]),
    ),
    *ways(
        "block.no-residual",
        N_("A residual connection is missing: a part replaces x instead of adding."),
        N_("Both parts add to x."),
        patched(layers.everywhere(layers.no_residual)),
        patched(rewired("norm1", layers.no_residual)),
        patched(rewired("norm2", layers.no_residual)),
    ),
    *ways(
        "block.residual-after-norm",
        N_("Your residual connection starts behind the norm: norm(x) + part(norm(x))."),
        N_("The stream itself is never normed: keep x as it is."),
        patched(layers.everywhere(layers.residual_after_norm, only=True)),
        patched(rewired("norm1", layers.residual_after_norm, only=True)),
        patched(rewired("norm2", layers.residual_after_norm, only=True)),
    ),
    *ways(
        "block.side-by-side",
        N_("Your feed-forward reads the block's input, not the stream."),
        N_(
            "That is a parallel block, as in PaLM. Here: first x = x + attention, then "
            "norm_2 of this new x."
        ),
        patched(_side_by_side),
    ),
    *ways(
        "block.norm-on-branch",
        N_("Your post-norm norms the part only: x + norm(part(x))."),
        N_("Add first, then norm the sum: norm(x + part(x))."),
        patched(layers.norm_the_branch),
    ),
    *ways(
        "block.norm-twice",
        N_("Your pre-norm norms a second time, behind each addition."),
        N_("In pre-norm nothing norms the stream: x + part(norm(x)), and that is all."),
        patched(layers.norm_twice),
    ),
    *ways(
        "block.norm-missing",
        N_("A norm is not used: each of the two parts has one."),
        N_("norm_1 belongs to attention, norm_2 to feed-forward."),
        patched(layers.parts(norm1=nn.Identity())),
        patched(layers.parts(norm2=nn.Identity())),
        patched(layers.parts(norm1=nn.Identity(), norm2=nn.Identity())),
    ),
    *ways(
        "block.norms-swapped",
        N_("Your two norms have changed places."),
        N_("norm_1 belongs to attention, norm_2 to feed-forward."),
        patched(layers.parts(norm1="norm2", norm2="norm1")),
    ),
    *ways(
        "block.norm-shared",
        N_("Your two norms are one and the same."),
        N_("Each part has a norm with a weight of its own: norm_1 and norm_2."),
        output_patched(layers.parts(norm2="norm1")),
        output_patched(layers.parts(norm1="norm2")),
    ),
    *ways(
        "block.input-again",
        N_("Your second addition adds the block's input, so attention's part is lost."),
        N_("Feed-forward adds to what attention left: the stream goes on."),
        patched(_input_again),
    ),
    *ways(
        "block.parts-swapped",
        N_("Feed-forward comes first in your block, then attention."),
        N_("First attention with norm_1, then feed-forward with norm_2."),
        patched(_order_swapped),
    ),
    Mistake(
        "block.always-layer-norm",
        N_("Your block holds more numbers than its parts: its norms have biases."),
        N_('With config.norm == "rms" it is RMSNorm, which has a weight only.'),
        raises=r"invalid for input of size",
    ),
    Mistake(
        "block.always-rms-norm",
        N_("Your norms have no bias where config.norm asks for layer norm."),
        N_('With config.norm == "layer" it is `nn.LayerNorm`, which has a bias.'),
        applies=_no_bias,
    ),
    *ways(
        "block.eps",
        N_("Your norms do not use `config.eps`."),
        N_("Hand it on: nn.LayerNorm(C, eps), RMSNorm(C, eps)."),
        *(given(eps=lambda inputs, e=e: e) for e in (1e-5, 1e-6, 2**-23)),
        *(_eps(e, rms=True) for e in (1e-5, 1e-6, 2**-23)),
        *(_eps(e, rms=False) for e in (1e-5, 1e-6)),
        patched(_eps_of("norm1")),
        patched(_eps_of("norm2")),
    ),
    Mistake(
        "block.extra-parameters",
        N_("Your block has more parameters than its two parts and two norms."),
        N_("Remove what is not used. The parts are handed in: make no others."),
        applies=layer_common.more,
    ),
    Mistake(
        "block.missing-parameters",
        N_("Your block has fewer parameters than its two parts and two norms."),
        N_("Both norms have a weight; layer norm has a bias too."),
        applies=layer_common.fewer,
    ),
    Mistake(
        "block.no-gradient",
        N_("No gradient reaches some part of your block, so it would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()`."),
        applies=layer_common.cut,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "block.in-place",
        N_("Your block writes into its own input, which the caller still needs."),
        N_("`x += part` changes x in place. Write x = x + part."),
        raises=r"leaf Variable",
    ),
    Mistake(
        "block.no-init",
        N_("Your parts are set before nn.Module is ready for them."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign (module|parameters?) before",
    ),
    Mistake(
        "block.no-attribute",
        N_("A part that the test loads weights into is missing or named otherwise."),
        N_("They are: norm_1, attention, norm_2, feed_forward."),
        raises=r"has no attribute '(norm_\d|attention|feed_forward|parameters)'",
    ),
]
