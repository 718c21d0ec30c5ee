"""Mistakes in layer norm. Oracle: layer_norm(x, weight, bias, eps)."""

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import FIXED_AXES, SIZES


def _plain(oracle, x: Tensor, eps: float) -> Tensor:
    """The oracle's result before weight and bias."""
    one, zero = torch.ones_like(x[..., :1]), torch.zeros_like(x[..., :1])
    width = x.shape[-1]
    weight, bias = one.new_ones(width), zero.new_zeros(width)
    return oracle(x=x, weight=weight, bias=bias, eps=eps)


def _divided_by(denominator):
    """Deviations over another denominator, then weight and bias."""

    def variant(x, weight, bias, eps=1e-5):
        apart = x - x.mean(-1, keepdim=True)
        return apart / denominator(apart, eps) * weight + bias

    return variant


def _variance(x, correction=0):
    apart = x - x.mean(-1, keepdim=True)
    return apart.square().sum(-1, keepdim=True) / (x.shape[-1] - correction)


def _over(*axes):
    """Statistics over other axes than the last one."""

    def variant(x, weight, bias, eps=1e-5):
        if x.ndim < 2 or (len(axes) == 1 and axes[0] == 1 and x.ndim == 2):
            return None
        used = axes or tuple(range(x.ndim))
        apart = x - x.mean(used, keepdim=True)
        variance = apart.square().mean(used, keepdim=True)
        return apart / (variance + eps).sqrt() * weight + bias

    return variant


def _not_centred(x, weight, bias, eps=1e-5):
    return x / (x.square().mean(-1, keepdim=True) + eps).sqrt() * weight + bias


def _centred_only_below(x, weight, bias, eps=1e-5):
    return x / (_variance(x) + eps).sqrt() * weight + bias


def _over_mean_of_squares(x, weight, bias, eps=1e-5):
    apart = x - x.mean(-1, keepdim=True)
    return apart / (x.square().mean(-1, keepdim=True) + eps).sqrt() * weight + bias


def _only_mean_divided(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    return x - mean / (_variance(x) + eps).sqrt() * weight + bias


def _only_centred(x, weight, bias):
    return (x - x.mean(-1, keepdim=True)) * weight + bias


def _weight_first(oracle, x, weight, bias, eps=1e-5):
    return _plain(oracle, x * weight + bias, eps)


def _bias_first(oracle, x, weight, bias, eps=1e-5):
    return (_plain(oracle, x, eps) + bias) * weight


def _fixed(number):
    def variant(oracle, x, weight, bias, eps=1e-5):
        return oracle(x=x, weight=weight, bias=bias, eps=number)

    return variant


def _dropped(mean: bool, variance: bool):
    """Statistics without keepdim, where the sizes happen to fit."""

    def variant(x, weight, bias, eps=1e-5):
        m, v = x.mean(-1, keepdim=not mean), x.var(-1, correction=0)
        v = v if variance else v[..., None]
        return (x - m) / (v + eps).sqrt() * weight + bias

    return variant


LAYER_NORM = [
    Mistake(
        "layer-norm.unbiased",
        N_("Your variance divides by C − 1. It has to divide by C."),
        N_("`Tensor.var` and `Tensor.std` do so unless you pass `correction=0`."),
        _divided_by(lambda a, eps: (_variance(a, correction=1) + eps).sqrt()),
    ),
    Mistake(
        "layer-norm.std-plus-eps",
        N_("Your output equals (x − mean) / (std + ε) with a std that uses C − 1."),
        N_(
            "Two things differ: ε is added to the variance, under the root; and the "
            "variance divides by C: `correction=0`."
        ),
        _divided_by(lambda a, eps: _variance(a, correction=1).sqrt() + eps),
    ),
    Mistake(
        "layer-norm.eps-outside",
        N_("You add ε to the standard deviation, outside the root."),
        N_(
            "It is added to the variance: √(var + ε). Small tokens show the difference."
        ),
        _divided_by(lambda a, eps: _variance(a).sqrt() + eps),
    ),
    *ways(
        "layer-norm.no-eps",
        N_("There is no ε in your output: a token of equal numbers becomes 0 / 0."),
        N_("Add `eps` to the variance before you take the root."),
        _divided_by(lambda a, eps: _variance(a).sqrt()),
        _divided_by(lambda a, eps: _variance(a, correction=1).sqrt()),
    ),
    *ways(
        "layer-norm.eps-fixed",
        N_("Your ε is a number of your own: the parameter `eps` is not used."),
        N_("Add `eps`, as it is passed in; 1e-5 is only what it is if nobody says."),
        *map(_fixed, (1e-5, 1e-6, 1e-8, 1e-12, 1e-3)),
    ),
    Mistake(
        "layer-norm.divided-by-variance",
        N_("You divide by the variance, not by its root."),
        N_("Dividing by the standard deviation makes the variance 1."),
        _divided_by(lambda a, eps: _variance(a) + eps),
    ),
    *ways(
        "layer-norm.not-centred",
        N_("Your output equals x / √(mean of x² + ε): the mean is not subtracted."),
        N_("That is RMSNorm, of 26.1. Layer norm subtracts the mean first."),
        _not_centred,
        _centred_only_below,
    ),
    Mistake(
        "layer-norm.mean-of-squares",
        N_("You divide by the root of the mean of x²; the mean is still in it."),
        N_("The variance is the mean of (x − mean)², the squared deviations."),
        _over_mean_of_squares,
    ),
    Mistake(
        "layer-norm.not-averaged",
        N_("You divide by the root of the sum of the squared deviations."),
        N_("The variance is their mean: divide the sum by C."),
        _divided_by(lambda a, eps: (_variance(a) * a.shape[-1] + eps).sqrt()),
    ),
    Mistake(
        "layer-norm.brackets",
        N_("Only the mean is divided: your difference stands in no brackets."),
        N_("`/` comes before `-`: write (x - mean) / …"),
        _only_mean_divided,
    ),
    *ways(
        "layer-norm.eps-as-floor",
        N_("Your ε is a floor: it counts only where the variance is smaller."),
        N_("ε is added, always: √(var + ε)."),
        _divided_by(lambda a, eps: _variance(a).clamp(min=eps).sqrt()),
        _divided_by(lambda a, eps: _variance(a).sqrt().clamp(min=eps)),
    ),
    Mistake(
        "layer-norm.not-scaled",
        N_("You subtract the mean and do not divide by anything."),
        N_("Divide by √(var + ε): then each token has variance 1."),
        _only_centred,
    ),
    *ways(
        "layer-norm.over-tokens",
        N_("Your mean and variance run over the tokens, down the columns."),
        N_("They run over the C numbers of one token: the last axis, −1."),
        _over(-2),
        _over(1),
    ),
    *ways(
        "layer-norm.over-batch",
        N_("Your mean and variance run over axis 0."),
        N_("That is batch norm's way. Each token is normed alone: the last axis, −1."),
        _over(0),
    ),
    *ways(
        "layer-norm.over-everything",
        N_("Your mean and variance run over several tokens at once."),
        N_("Each token gets its own: `dim=-1`, and `keepdim=True`."),
        _over(),
        _over(-2, -1),
        _divided_by(lambda a, eps: (a.square().mean() + eps).sqrt()),
    ),
    Mistake(
        "layer-norm.no-bias",
        N_("Your output does not use `bias`."),
        N_("The last step is … * weight + bias."),
        lambda oracle, x, weight, bias, eps=1e-5: oracle(
            x=x, weight=weight, bias=bias * 0, eps=eps
        ),
    ),
    Mistake(
        "layer-norm.no-weight",
        N_("Your output does not use `weight`."),
        N_("The last step is … * weight + bias."),
        lambda oracle, x, weight, bias, eps=1e-5: oracle(
            x=x, weight=torch.ones_like(weight), bias=bias, eps=eps
        ),
    ),
    Mistake(
        "layer-norm.neither",
        N_("Your output uses neither `weight` nor `bias`."),
        N_("The last step is … * weight + bias."),
        lambda oracle, x, eps=1e-5: _plain(oracle, x, eps),
    ),
    Mistake(
        "layer-norm.swapped",
        N_("Your output multiplies by `bias` and adds `weight`."),
        N_("The weight multiplies, the bias is added."),
        lambda oracle, x, weight, bias, eps=1e-5: oracle(
            x=x, weight=bias, bias=weight, eps=eps
        ),
    ),
    *ways(
        "layer-norm.order",
        N_("Weight and bias come in at the wrong place of your formula."),
        N_("First the norm, then times weight, then plus bias."),
        _weight_first,
        _bias_first,
    ),
    *ways(
        "layer-norm.axis-dropped",
        N_("Your mean or variance has lost its last axis, so the sizes do not fit."),
        N_("`keepdim=True` keeps it with size 1, so that each row gets its own."),
        _dropped(True, True),
        _dropped(True, False),
        _dropped(False, True),
        raises=SIZES,
    ),
    Mistake(
        "layer-norm.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_("Any number of leading axes may come: the channels are axis −1."),
        raises=FIXED_AXES,
    ),
]
