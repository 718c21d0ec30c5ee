"""Mistakes in a module of self-attention. Oracle: module(x, W_Q, W_K, W_V, mask)."""

import torch
from torch import Tensor

from ..check.compare import equal
from ..check.mistake import Mistake, call
from ..i18n import N_
from .scores import SIZES


def _with(change):
    """The oracle's output with other weights: only the output is compared."""

    def variant(oracle, x, W_Q, W_K, W_V, mask=None):
        weights = {"W_Q": W_Q, "W_K": W_K, "W_V": W_V}
        weights |= call(change, {"x": x, **weights})
        return {"output": oracle(x=x, mask=mask, **weights)["output"]}

    return variant


def _scaled(factor):
    """The scores are multiplied by a factor of the sizes; gradients are known too."""

    def variant(oracle, x, W_Q, W_K, W_V, mask=None):
        D, C = W_Q.shape
        wrong = oracle(x=x, W_Q=W_Q * factor(C, D), W_K=W_K, W_V=W_V, mask=mask)
        return wrong | {"∂W_Q": wrong["∂W_Q"] * factor(C, D)}

    return variant


def _identity_values(W_V):
    return {"W_V": torch.eye(W_V.shape[1], dtype=W_V.dtype)}


def _bare_inputs(oracle, x, W_Q, W_K, W_V, mask=None):
    same = torch.eye(x.shape[-1], dtype=x.dtype)
    # with matrices of C × C the division is by √C, as it is for bare inputs
    weights = {"W_Q": same, "W_K": same, "W_V": W_V}
    return {"output": oracle(x=x, mask=mask, **weights)["output"]}


def _turned(W_Q, W_K, W_V):
    if W_Q.shape[0] != W_Q.shape[1]:
        raise ValueError("only where C equals D")
    return {"W_Q": W_Q.mT, "W_K": W_K.mT, "W_V": W_V.mT}


def _no_mask(oracle, x, W_Q, W_K, W_V, mask=None):
    if mask is None:
        return None
    weights = {"W_Q": W_Q, "W_K": W_K, "W_V": W_V}
    return {"output": oracle(x=x, mask=None, **weights)["output"]}


def _residual(oracle, x, W_Q, W_K, W_V, mask=None):
    right = oracle(x=x, W_Q=W_Q, W_K=W_K, W_V=W_V, mask=mask)["output"]
    return {"output": right + x} if right.shape == x.shape else None


def _missing_gradient(got, expected) -> bool:
    """The output is right, and some weight got no gradient at all."""
    if not isinstance(got, dict) or not equal(got["output"], expected["output"], 20):
        return False
    gradients = [value for name, value in got.items() if name.startswith("∂")]
    return any(value is None or not bool(value.any()) for value in gradients)


SELF_ATTENTION = [
    Mistake(
        "module.extra-parameters",
        N_("Your module has more parameters than three matrices of C × D."),
        N_(
            "Give each nn.Linear `bias=False`, and leave out an output projection: "
            "that comes with several heads, in 24.3."
        ),
        applies=lambda got, expected: (
            isinstance(got, int)
            and isinstance(expected, int | Tensor)
            and got > int(expected)
        ),
    ),
    Mistake(
        "module.missing-parameters",
        N_("Your module has fewer parameters than three matrices of C × D."),
        N_(
            "One matrix cannot play three roles. And a plain tensor or a layer inside "
            "a Python list is no parameter: make each an nn.Linear attribute."
        ),
        applies=lambda got, expected: (
            isinstance(got, int)
            and isinstance(expected, int | Tensor)
            and got < int(expected)
        ),
    ),
    Mistake(
        "module.query-and-key-swapped",
        N_("Your module uses W_Q for the keys and W_K for the queries."),
        N_("q comes from W_Q and stands on the left: its rows are the output's rows."),
        _with(lambda W_Q, W_K: {"W_Q": W_K, "W_K": W_Q}),
    ),
    Mistake(
        "module.values-from-keys",
        N_("Your module passes on keys: its values come from W_K."),
        N_("Values come from a matrix of their own: v = W_V(x)."),
        _with(lambda W_K: {"W_V": W_K}),
    ),
    Mistake(
        "module.values-and-keys-swapped",
        N_("Your module uses W_V for the keys and W_K for the values."),
        N_("Keys are compared with queries; values are what is passed on."),
        _with(lambda W_K, W_V: {"W_K": W_V, "W_V": W_K}),
    ),
    Mistake(
        "module.keys-from-queries",
        N_("Your module takes both q and k from W_Q."),
        N_("k = W_K(x). With one matrix the scores would be symmetric."),
        _with(lambda W_Q: {"W_K": W_Q}),
    ),
    Mistake(
        "module.bare-values",
        N_("Your module mixes the inputs themselves: W_V is not used."),
        N_("Values come from a matrix of their own: v = W_V(x)."),
        _with(_identity_values),
    ),
    Mistake(
        "module.bare-inputs",
        N_("Your module compares the inputs themselves: W_Q and W_K are not used."),
        N_("q = W_Q(x) and k = W_K(x) are compared, and both have width D."),
        _bare_inputs,
    ),
    Mistake(
        "module.scaled-by-C",
        N_("Your scores are divided by √C, the width of the model, instead of √D."),
        N_("The products run over the D = {D} numbers of a query; C is {C} here."),
        _scaled(lambda C, D: (D / C) ** 0.5),
    ),
    Mistake(
        "module.unscaled",
        N_("Your module equals attention without the division by √D."),
        N_('The scores have variance D = {D}, not 1. See "Why √D".'),
        _scaled(lambda C, D: D**0.5),
    ),
    Mistake(
        "module.divided-by-D",
        N_("Your scores are divided by D instead of √D."),
        N_(
            "Is the division done twice, in attention and around it? Once is enough. "
            'See "Why √D".'
        ),
        _scaled(lambda C, D: D**-0.5),
    ),
    Mistake(
        "module.matrices-turned",
        N_("Your module multiplies by the transposed matrices."),
        N_("Call the layer, `self.W_Q(x)`: nn.Linear keeps its weight as (D, C)."),
        _with(_turned),
        raises=SIZES,
    ),
    Mistake(
        "module.mask-ignored",
        N_("Your module does not use the mask."),
        N_("Hand the mask on to scaled_dot_product_attention."),
        _no_mask,
    ),
    Mistake(
        "module.residual",
        N_("Your module adds its input to the output."),
        N_("The residual connection belongs to the layer around attention, in 24.5."),
        _residual,
        raises=SIZES,
    ),
    Mistake(
        "module.no-gradient",
        N_("No gradient reaches some of your matrices, so they would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()` or a new torch.tensor."),
        applies=_missing_gradient,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "module.no-init",
        N_("Your layers are set before nn.Module is ready for them."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign (module|parameters?) before",
    ),
    Mistake(
        "module.not-layers",
        N_("W_Q, W_K and W_V are bare tensors; the test loads weights into layers."),
        N_("Make each an `nn.Linear`: it holds the matrix as its `weight`."),
        raises=r"has no attribute 'weight'",
    ),
    Mistake(
        "module.no-attribute",
        N_("The module has no layer named W_Q, W_K or W_V."),
        N_(
            "In __init__, after super().__init__(): `self.W_Q = nn.Linear(…)`, and so "
            "on, so that a test can load weights into them."
        ),
        raises=r"has no attribute 'W_[QKV]'",
    ),
    Mistake(
        "module.no-forward",
        N_("Calling a module runs its method `forward`, and yours has none."),
        N_("Name the method `forward`, inside the class: it takes self, x and mask."),
        raises=r'missing the required "forward"',
    ),
    Mistake(
        "module.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "x is (…, T, C). Each matrix maps C to D, so it is `nn.Linear(C, D)`, and "
            "q, k, v and the output are (…, T, D)."
        ),
        raises=SIZES,
    ),
]
