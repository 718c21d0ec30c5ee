"""Mistakes in MultiHeadAttention. Oracle: module(x, weights, H, context, mask)."""

from dataclasses import replace

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import in_module
from .in_module import OUT, K, Q, V
from .many_heads import HEADS
from .scores import SIZES
from .splitting import NO_VIEW

AT_LOADING = r"\| $"  # the test itself stopped: no line of the learner's
_SHARED = """heads.scaled-by-C heads.unscaled heads.one-head heads.across-heads
heads.bare-reshape heads.bare-merge heads.interleaved heads.mask-over-batch
heads.mask-ignored heads.inverted-mask heads.divided-by-D heads.width-for-number
heads.always-causal""".split()

MULTI_HEAD = [
    Mistake(
        "multi.extra-parameters",
        N_("Your module has more parameters than four matrices of C × C."),
        N_("Give each nn.Linear `bias=False`. The heads share the four matrices."),
        applies=in_module.size(lambda got, expected: got > expected),
    ),
    Mistake(
        "multi.missing-parameters",
        N_("Your module has fewer parameters than four matrices of C × C."),
        N_(
            "W_Q, W_K, W_V and W_O are four different layers. A layer inside a Python "
            "list is no part of the module: make each an attribute."
        ),
        applies=in_module.size(lambda got, expected: got < expected),
    ),
    Mistake(
        "multi.no-output-projection",
        N_("Your module returns the merged heads: W_O plays no part in its output."),
        N_("The last step is `self.W_O(…)`: it mixes what the heads found."),
        in_module.without(OUT),
    ),
    Mistake(
        "multi.context-ignored",
        N_("With a context, your keys and values still come from x."),
        N_("Cross-attention: queries from x, keys and values from the context."),
        in_module.output(in_module.self_only),
        raises=SIZES,
    ),
    Mistake(
        "multi.keys-from-x",
        N_("Your values come from the context, but your keys come from x."),
        N_("A value's key has to stand at the same place: both from the context."),
        in_module.inside(in_module.right, keys_from="x"),
        raises=SIZES,
    ),
    Mistake(
        "multi.values-from-x",
        N_("Your keys come from the context, but your values come from x."),
        N_("A key's value has to stand at the same place: both from the context."),
        in_module.inside(in_module.right, values_from="x"),
        raises=SIZES,
    ),
    Mistake(
        "multi.roles-swapped",
        N_("Your queries come from the context, and your keys and values from x."),
        N_("x asks: the output has a row for each position of x."),
        in_module.output(in_module.roles_swapped),
        raises=SIZES,
    ),
    Mistake(
        "multi.all-from-context",
        N_("With a context, your queries come from it, too: x is not used."),
        N_("x asks: q = W_Q(x). Keys and values come from the context."),
        in_module.output(in_module.all_from_context),
        raises=SIZES,
    ),
    Mistake(
        "multi.x-and-context",
        N_("With a context, x still sees itself: your keys come from both."),
        N_("Cross-attention: keys and values come from the context alone."),
        in_module.output(in_module.both_seen),
        raises=SIZES,
    ),
    Mistake(
        "multi.query-and-key-swapped",
        N_("Your module uses W_Q for the keys and W_K for the queries."),
        N_("q = W_Q(x) and k = W_K(context)."),
        in_module.order(K, Q, V, OUT),
    ),
    Mistake(
        "multi.values-from-keys",
        N_("Your module passes on keys: its values come from W_K."),
        N_("Values come from a matrix of their own: W_V."),
        in_module.order(Q, K, K, OUT),
    ),
    Mistake(
        "multi.values-and-keys-swapped",
        N_("Your module uses W_V for the keys and W_K for the values."),
        N_("Keys are compared with queries; values are what is passed on."),
        in_module.order(Q, V, K, OUT),
    ),
    *ways(
        "multi.one-matrix-twice",
        N_("Your module uses one of W_Q, W_K and W_V twice, or for all three."),
        N_("q = W_Q(x), k = W_K(context) and v = W_V(context): three layers."),
        in_module.order(Q, Q, V, OUT),
        in_module.order(Q, K, Q, OUT),
        in_module.order(Q, V, V, OUT),
        in_module.order(K, K, V, OUT),
        in_module.order(Q, Q, Q, OUT),
    ),
    *ways(
        "multi.bare-inputs",
        N_("Your module compares the inputs themselves: W_Q or W_K is not used."),
        N_("q = W_Q(x), k = W_K(context) and v = W_V(context): three layers."),
        in_module.without(Q),
        in_module.without(K),
        in_module.without(Q, K),
        in_module.without(Q, K, V),
    ),
    Mistake(
        "multi.bare-values",
        N_("Your module mixes the inputs themselves: W_V is not used."),
        N_("Values come from a matrix of their own: W_V."),
        in_module.without(V),
    ),
    *ways(
        "multi.matrices-turned",
        N_("Your module multiplies by transposed matrices."),
        N_("Call the layer, `self.W_O(y)`, or write `y @ W.T`: nn.Linear does xWᵀ."),
        in_module.turned(Q, K, V, OUT),
        in_module.turned(OUT),
        in_module.turned(Q, K, V),
    ),
    Mistake(
        "multi.residual",
        N_("Your module adds its input to the output."),
        N_("The residual connection belongs to the layer around attention, in 24.5."),
        in_module.residual,
    ),
    *(
        replace(m, variant=in_module.inside(m.variant))
        for m in HEADS
        if m.id in _SHARED
    ),
    Mistake(
        "multi.no-gradient",
        N_("No gradient reaches some of your matrices, so they would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()` or a new torch.tensor."),
        applies=in_module.missing_gradient,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "multi.too-narrow",
        N_("One of your four matrices is not C × C."),
        N_(
            "Each makes the queries, keys or values of *all* heads at once, and H·D = "
            "C: `nn.Linear(C, C, bias=False)`."
        ),
        raises=rf"size of tensor a.*{AT_LOADING}",
    ),
    Mistake(
        "multi.no-attribute",
        N_("The module has no layer named W_Q, W_K, W_V or W_O."),
        N_(
            "In __init__, after super().__init__(): `self.W_Q = nn.Linear(…)`, and so "
            "on, so that a test can load weights into them."
        ),
        raises=r"has no attribute 'W_[QKVO]'",
    ),
    Mistake(
        "multi.list-of-layers",
        N_("One of W_Q, W_K, W_V and W_O is not a single nn.Linear."),
        N_(
            "Each makes the queries, keys or values of *all* heads at once, and H·D = "
            "C: `nn.Linear(C, C, bias=False)`."
        ),
        raises=r"has no attribute 'weight'",
    ),
    Mistake(
        "multi.no-H",
        N_("`forward` does not know H: it was given to `__init__`."),
        N_("Keep it there: `self.H = H`, and use `self.H`."),
        raises=r"name 'H' is not defined|has no attribute 'H'",
    ),
    Mistake(
        "multi.no-init",
        N_("Your layers are set before nn.Module is ready for them."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign (module|parameters?) before",
    ),
    Mistake(
        "multi.mask-none",
        N_("Your code uses a mask or a context when there is none: it is None."),
        N_("Ask first: `if mask is not None:`, and `if context is None:`."),
        raises="NoneType",
    ),
    Mistake(
        "multi.if-context",
        N_("`if context:` and `context or x` ask a tensor for one yes or no."),
        N_("Ask whether there is one: `if context is None:`."),
        raises=r"Boolean value of Tensor",
    ),
    Mistake(
        "multi.view",
        N_("`view` cannot join axes that a transpose has moved: they lie apart."),
        N_("Use `reshape`, which copies when it must, or `.contiguous().view(…)`."),
        raises=NO_VIEW,
    ),
    Mistake(
        "multi.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "All four matrices are C × C; q is (…, H, T, D), k and v (…, H, S, D), and "
            "the mask (…, 1, T, S). T and S may differ."
        ),
        raises=SIZES + r"|is invalid for input of size",
    ),
]
