"""Mistakes in RMSNorm. Oracle: {"output", gradients}(x, weight, eps)."""

import torch
from torch import Tensor

from ..check.compare import equal
from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import layer_common
from .scores import FIXED_AXES, SIZES


def _out(function):
    """A wrong output from x, weight and eps."""

    def variant(x, weight, eps):
        y = function(x, weight, eps)
        return None if y is None else {"output": y}

    return variant


def _over(root):
    """x over another denominator, then the weight."""
    return _out(lambda x, weight, eps: x / root(x, eps) * weight)


def _mean_square(x: Tensor) -> Tensor:
    return x.square().mean(-1, keepdim=True)


def _variance(x: Tensor, less: int = 0) -> Tensor:
    """Over C or C − 1; torch's own warns where there is no token."""
    around = x - x.mean(-1, keepdim=True)
    return around.square().sum(-1, keepdim=True) / max(1, x.shape[-1] - less)


def _constant_root(x, weight, eps):
    """The gradient of Σ y² if the root is taken for a constant."""
    size = (_mean_square(x) + eps).sqrt()
    return {"∂x": 2 * x * (weight / size) ** 2}


def _other(**change):
    """The oracle with other inputs."""

    def variant(oracle, x, weight, eps):
        given = {"x": x, "weight": weight, "eps": eps}
        given |= {name: make(**given) for name, make in change.items()}
        return {"output": oracle(**given)["output"]}

    return variant


def _along(*axes):
    def function(x, weight, eps):
        if x.ndim < 2:
            return None
        used = axes or tuple(range(x.ndim))
        return x / (x.square().mean(used, keepdim=True) + eps).sqrt() * weight

    return _out(function)


def _fixed(number):
    return _other(eps=lambda eps, **_: number)


def _in_half(x, weight, eps):
    """Squares in the input's own 16 bits, where they overflow."""
    if x.dtype != torch.float16:
        return None
    return {"output": x / (_mean_square(x) + eps).sqrt() * weight}


def _wide(got, expected) -> bool:
    """The values are right, in more bits than x has."""
    y = got.get("output") if isinstance(got, dict) else None
    right = expected.get("output") if isinstance(expected, dict) else None
    return (
        isinstance(y, Tensor)
        and isinstance(right, Tensor)
        and right.dtype == torch.float16
        and y.dtype in (torch.float32, torch.float64)
    )


def _elsewhere(got, expected) -> bool:
    """The weight does not start at 1, and nothing else is wrong."""
    if not isinstance(got, dict) or not isinstance(expected, dict):
        return False
    first = got.get("weight at first")
    right = equal(got.get("output"), expected["output"], 20)
    return right and isinstance(first, Tensor) and bool((first != 1).any())


RMS_NORM = [
    *ways(
        "rms-norm.centred",
        N_("Your output equals layer norm: the mean is subtracted."),
        N_("RMSNorm leaves the mean where it is: x over the root mean square."),
        _other(x=lambda x, **_: x - x.mean(-1, keepdim=True)),
        _over(lambda x, eps: (_variance(x) + eps).sqrt()),
        _over(lambda x, eps: (_variance(x, less=1) + eps).sqrt()),
    ),
    *ways(
        "rms-norm.sum",
        N_("You divide by the root of the sum of squares: the length of the vector."),
        N_("Take the mean over the C numbers: the result is √C times larger."),
        _over(lambda x, eps: (x.square().sum(-1, keepdim=True) + eps).sqrt()),
    ),
    *ways(
        "rms-norm.length-over-C",
        N_(
            "You divide by the vector's length over C. It has to be its length over √C."
        ),
        N_("√(mean of x²) = √(sum / C) = length / √C."),
        _over(lambda x, eps: x.norm(dim=-1, keepdim=True) / x.shape[-1] + eps),
        _over(lambda x, eps: x.norm(dim=-1, keepdim=True) / x.shape[-1]),
        _over(lambda x, eps: (x.square().sum(-1, True) + eps).sqrt() / x.shape[-1]),
    ),
    *ways(
        "rms-norm.no-root",
        N_("You divide by the mean square, not by its root."),
        N_("The root mean square has the units of x: `torch.rsqrt(mean + eps)`."),
        _over(lambda x, eps: _mean_square(x) + eps),
    ),
    *ways(
        "rms-norm.multiplied",
        N_("You multiply by the root mean square. It has to divide."),
        N_("`rsqrt` is 1 / sqrt: multiply by the first or divide by the second."),
        _over(lambda x, eps: (_mean_square(x) + eps).rsqrt()),
    ),
    *ways(
        "rms-norm.eps-outside",
        N_("You add ε to the root, outside of it."),
        N_("It is added to the mean square: √(mean(x²) + ε)."),
        _over(lambda x, eps: _mean_square(x).sqrt() + eps),
    ),
    *ways(
        "rms-norm.no-eps",
        N_("There is no ε in your output."),
        N_("Add `eps` to the mean square before you take the root."),
        _fixed(0.0),
    ),
    *ways(
        "rms-norm.eps-fixed",
        N_("Your ε is a number of your own: the parameter `eps` is not used."),
        N_("Keep `eps` in __init__ and add it in forward."),
        *map(_fixed, (1e-5, 1e-6, 1e-8, 1e-12)),
    ),
    *ways(
        "rms-norm.mean-of-size",
        N_("You divide by the mean of |x|, not by the root of the mean of x²."),
        N_("Square first, then the mean, then the root."),
        _over(lambda x, eps: x.abs().mean(-1, keepdim=True) + eps),
    ),
    *ways(
        "rms-norm.over-tokens",
        N_("Your mean runs over the tokens, or over several tokens at once."),
        N_("Each token gets its own: `dim=-1`, and `keepdim=True`."),
        _along(-2),
        _along(0),
        _along(),
    ),
    *ways(
        "rms-norm.no-weight",
        N_("Your output does not use the weight."),
        N_("Multiply by `self.weight` at the end."),
        _other(weight=lambda weight, **_: torch.ones_like(weight)),
    ),
    *ways(
        "rms-norm.one-more",
        N_("Your output multiplies by 1 + weight."),
        N_("That is Gemma's way, whose weight starts at 0. Here it starts at 1."),
        _other(weight=lambda weight, **_: 1 + weight),
    ),
    *ways(
        "rms-norm.weight-first",
        N_("You multiply by the weight before you norm."),
        N_("First the norm, then times the weight."),
        _out(lambda x, w, eps: x * w / (_mean_square(x * w) + eps).sqrt()),
    ),
    *ways(
        "rms-norm.overflow",
        N_("Your squares overflow in float16: ∞ in the denominator makes zeros."),
        N_("Square in 32 bits: `x.float()` first, `.to(x.dtype)` at the end."),
        native=(_in_half,),
    ),
    Mistake(
        "rms-norm.stays-wide",
        N_("Your values are right, but they stay in 32 bits: x has 16."),
        N_("Come back with `.to(x.dtype)`, before or after the weight."),
        applies=_wide,
    ),
    Mistake(
        "rms-norm.starts-elsewhere",
        N_("Your weight does not start at 1."),
        N_("`torch.ones(C)`: at first the norm changes nothing but the size."),
        applies=_elsewhere,
    ),
    Mistake(
        "rms-norm.extra-parameters",
        N_("Your norm has more parameters than one weight of C numbers."),
        N_("There is no bias: that is what RMSNorm saves."),
        applies=layer_common.more,
    ),
    Mistake(
        "rms-norm.no-gradient",
        N_("No gradient reaches the weight or x, so nothing would be learned."),
        N_("The weight is an `nn.Parameter`. Look for detach, no_grad, .data, numpy."),
        applies=layer_common.cut,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    *ways(
        "rms-norm.constant-root",
        N_("Your output is right, but no gradient flows through the root."),
        N_("The root depends on x too: no detach, no_grad, .data or .item() there."),
        _constant_root,
    ),
    layer_common.no_return("rms-norm"),
    Mistake(
        "rms-norm.in-place",
        N_("Your norm writes into its own input, which the caller still needs."),
        N_("`x /= …` changes x in place. Write x = x / …."),
        raises=r"leaf Variable",
    ),
    Mistake(
        "rms-norm.no-init",
        N_("Your weight is set before nn.Module is ready for it."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign parameters? before",
    ),
    Mistake(
        "rms-norm.no-attribute",
        N_("The test loads a weight into `weight`, and finds none."),
        N_("`self.weight = nn.Parameter(torch.ones(C))`."),
        raises=r"has no attribute 'weight'",
    ),
    Mistake(
        "rms-norm.axis",
        N_("Your mean has lost its last axis, so the sizes do not fit."),
        N_("`keepdim=True` keeps it with size 1, so that each token gets its own."),
        raises=rf"{SIZES}|{FIXED_AXES}",
    ),
]
