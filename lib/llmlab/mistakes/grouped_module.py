"""Mistakes in the module. Oracle: module(x, W_Q, W_K, W_V, W_O, H, G, mask)."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import in_grouped_module as made
from . import in_module
from .multi_head import AT_LOADING
from .scores import SIZES
from .splitting import NO_SUCH_SHAPE, NO_VIEW

GROUPED_MODULE = [
    Mistake(
        "grouped-module.extra-parameters",
        N_("Your module has more parameters than its four matrices."),
        N_("Give each nn.Linear `bias=False`. The heads of a group share a part."),
        applies=in_module.size(lambda got, expected: got > expected),
    ),
    Mistake(
        "grouped-module.missing-parameters",
        N_("Your module has fewer parameters than its four matrices."),
        N_("W_Q, W_K, W_V and W_O are four different layers, each an attribute."),
        applies=in_module.size(lambda got, expected: got < expected),
    ),
    *ways(
        "grouped-module.tiled",
        N_("In yours query heads 0, G, 2G, … share a head, not neighbours."),
        N_("Query head h meets head h // (H // G): look at repeat_kv again."),
        made.mapped(lambda h, H, G: h % G),
    ),
    *ways(
        "grouped-module.one-head",
        N_("In yours all query heads look into the same key/value head."),
        N_("Cut what W_K and W_V make into G heads, one for each group."),
        made.mapped(lambda h, H, G: 0),
    ),
    Mistake(
        "grouped-module.no-output-projection",
        N_("Your module returns the joined heads: W_O plays no part in its output."),
        N_("The last step is `self.W_O(…)`: it mixes what the heads found."),
        made.changed(lambda W_O: {"W_O": torch.eye(len(W_O), dtype=W_O.dtype)}),
    ),
    Mistake(
        "grouped-module.values-from-keys",
        N_("Your module passes on keys: its values come from W_K."),
        N_("Values come from a matrix of their own: W_V."),
        made.changed(lambda W_K: {"W_V": W_K}),
    ),
    Mistake(
        "grouped-module.values-and-keys-swapped",
        N_("Your module uses W_V for the keys and W_K for the values."),
        N_("Keys are compared with queries; values are what is passed on."),
        made.changed(lambda W_K, W_V: {"W_K": W_V, "W_V": W_K}),
    ),
    Mistake(
        "grouped-module.scaled-by-C",
        N_("Your scores are divided by √C, the width of the model, instead of √D."),
        N_("One head's products run over its D = C / H numbers."),
        made.scaled(lambda C, H: H**-0.5),
    ),
    *ways(
        "grouped-module.scale",
        N_("Your scores are divided by another number than √D."),
        N_("Attention divides by √D itself, D = C / H: do it once, and not outside."),
        made.scaled(lambda C, H: (C / H) ** 0.5),
        made.scaled(lambda C, H: (C / H) ** -0.5),
    ),
    *ways(
        "grouped-module.interleaved",
        N_("In yours the channels of a head do not lie side by side."),
        N_("Cut into (heads, width), in this order: `(h d)`."),
        made.interleaved(True),
        made.interleaved(False),
    ),
    *ways(
        "grouped-module.bare-reshape",
        N_("In yours a reshape mixes positions and heads."),
        N_(
            "First cut C into (heads, D), then swap heads and positions. On the way "
            "back swap first, then join."
        ),
        made.bare_reshape(True),
        made.bare_reshape(False),
    ),
    *ways(
        "grouped-module.matrices-turned",
        N_("Your module multiplies by a transposed matrix."),
        N_("Call the layer, `self.W_O(y)`, or write `y @ W.T`: nn.Linear does xWᵀ."),
        made.turned("W_O"),
        made.turned("W_Q"),
        made.turned("W_Q", "W_O"),
    ),
    Mistake(
        "grouped-module.mask-ignored",
        N_("Your module does not use the mask."),
        N_("Hand the mask on to grouped_attention."),
        made.changed(made.no_mask),
    ),
    Mistake(
        "grouped-module.inverted-mask",
        N_("Your module looks only where it may not."),
        N_("True means: may look, for grouped_attention and for torch's attention."),
        made.changed(made.inverted),
    ),
    Mistake(
        "grouped-module.always-causal",
        N_("Your module has a causal mask of its own."),
        N_("Only the mask that is passed in says where to look; None allows all."),
        made.changed(made.always_causal),
    ),
    Mistake(
        "grouped-module.residual",
        N_("Your module adds its input to the output."),
        N_("The residual connection belongs to the layer around attention, in 24.5."),
        made.residual,
    ),
    Mistake(
        "grouped-module.no-gradient",
        N_("No gradient reaches some of your matrices, so they would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()` or a new torch.tensor."),
        applies=in_module.missing_gradient,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "grouped-module.sizes",
        N_("One of your four matrices has another size."),
        N_(
            "W_Q and W_O map C to C. W_K and W_V map C to G·D, with D = C / H: they "
            "make G heads, not H, and not one."
        ),
        raises=rf"(size of tensor a|output with shape).*{AT_LOADING}",
    ),
    Mistake(
        "grouped-module.no-attribute",
        N_("The module has no layer named W_Q, W_K, W_V or W_O."),
        N_(
            "In __init__, after super().__init__(): `self.W_Q = nn.Linear(…)`, and so "
            "on, so that a test can load weights into them."
        ),
        raises=r"has no attribute 'W_[QKVO]'",
    ),
    Mistake(
        "grouped-module.no-init",
        N_("Your layers are set before nn.Module is ready for them."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign (module|parameters?) before",
    ),
    Mistake(
        "grouped-module.mask-none",
        N_("Your code uses a mask when there is none: it is None."),
        N_("Ask first: `if mask is not None:`."),
        raises="NoneType",
    ),
    Mistake(
        "grouped-module.view",
        N_("`view` cannot join axes that a transpose has moved: they lie apart."),
        N_("Use `reshape`, which copies when it must, or `.contiguous().view(…)`."),
        raises=NO_VIEW,
    ),
    Mistake(
        "grouped-module.shapes",
        N_("Two shapes do not fit together."),
        N_("q is (…, H, T, D), k and v are (…, G, T, D), and D = C / H in both."),
        raises=SIZES + "|" + NO_SUCH_SHAPE + r"|subscript|operand|same dtype",
    ),
]
