"""Mistakes in GELU. Oracle: gelu(x, tanh)."""

import math

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _always(exact: bool):
    """One of the two formulas, whatever is asked for."""
    return lambda oracle, x: oracle(x=x, tanh=not exact)


def _swapped(oracle, x, tanh):
    return oracle(x=x, tanh=not tanh)


def _exact(function):
    """A wrong exact formula; the tanh formula is right, or has the same mistake."""
    return lambda oracle, x, tanh: oracle(x=x, tanh=True) if tanh else function(x)


ROOT = math.sqrt(2 / math.pi)


def _formula(factor=ROOT, cubic=0.044715, power=3):
    """A wrong tanh formula beside the right exact one."""

    def variant(oracle, x, tanh):
        inner = factor * (x + cubic * x**power)
        return x / 2 * (1 + torch.tanh(inner)) if tanh else oracle(x=x, tanh=False)

    return variant


def _unbracketed(oracle, x, tanh):
    inner = ROOT * x + 0.044715 * x**3
    return x / 2 * (1 + torch.tanh(inner)) if tanh else oracle(x=x, tanh=False)


def _erf(x):
    return torch.erf(x / math.sqrt(2))


def _bend(x):
    return torch.tanh(ROOT * (x + 0.044715 * x**3))


def _both(change):
    return lambda oracle, x, tanh: change(oracle(x=x, tanh=tanh), x)


def _normal(x):
    return (-x * x / 2).exp() / math.sqrt(2 * math.pi)


GELU = [
    *ways(
        "gelu.always-exact",
        N_("Your function is exact whatever `tanh` says."),
        N_("With tanh=True use the formula on the right, as GPT-2 does."),
        _always(True),
    ),
    *ways(
        "gelu.always-tanh",
        N_("Your function uses the tanh formula whatever `tanh` says."),
        N_("With tanh=False it is x Φ(x), with `torch.erf`."),
        _always(False),
    ),
    *ways(
        "gelu.swapped",
        N_("Your two formulas have changed places."),
        N_("tanh=True asks for the approximation."),
        _swapped,
    ),
    *ways(
        "gelu.no-root-two",
        N_("Your erf sees x, not x / √2."),
        N_("Φ(x) = (1 + erf(x / √2)) / 2: the √2 makes it the normal distribution."),
        _exact(lambda x: x / 2 * (1 + torch.erf(x))),
        _exact(lambda x: x / 2 * (1 + torch.erf(x * math.sqrt(2)))),
    ),
    *ways(
        "gelu.no-half",
        N_("Your output is twice as large: the 1/2 is missing."),
        N_("1 + erf runs from 0 to 2, so it is halved."),
        _both(lambda y, x: 2 * y),
        _exact(lambda x: x * (1 + torch.erf(x / math.sqrt(2)))),
        lambda oracle, x, tanh: oracle(x=x, tanh=tanh) * (1 + tanh),
    ),
    *ways(
        "gelu.no-one",
        N_("The 1 in front of erf or tanh is missing."),
        N_("Without it negative x give positive values: x (1 + …) / 2."),
        _both(lambda y, x: y - x / 2),
        _exact(lambda x: x / 2 * torch.erf(x / math.sqrt(2))),
        lambda oracle, x, tanh: oracle(x=x, tanh=tanh) - tanh * x / 2,
    ),
    *ways(
        "gelu.square",
        N_("Your tanh formula has x² where x³ belongs."),
        N_("x + 0.044715 x³: with x² it would not be odd."),
        _formula(power=2),
    ),
    *ways(
        "gelu.constant",
        N_("A constant of your tanh formula is another number."),
        N_("√(2/π) is about 0.798, and the cube's factor is 0.044715."),
        *(_formula(factor=f) for f in (1.0, 2 / math.pi, math.sqrt(2 * math.pi))),
        *(_formula(factor=f) for f in (math.sqrt(math.pi / 2), math.sqrt(2))),
        _formula(factor=math.sqrt(2) / math.pi),
        *(_formula(cubic=c) for c in (0.0, 0.44715, 0.0044715, 0.47715, 0.44)),
    ),
    *ways(
        "gelu.share-above",
        N_("Your output is x times the share *above* x: a minus stands before erf."),
        N_("Φ(x) is near 1 for large x: 1 + erf, and 1 + tanh."),
        _both(lambda y, x: x - y),
        _exact(lambda x: x / 2 * (1 - _erf(x))),
        lambda oracle, x, tanh: x - oracle(x=x, tanh=True) if tanh else oracle(x, tanh),
    ),
    *ways(
        "gelu.open-bracket",
        N_("x/2 multiplies the 1 only, and not erf or tanh."),
        N_("x / 2 * (1 + …): brackets around the sum."),
        lambda oracle, x, tanh: x / 2 + (_bend(x) if tanh else _erf(x)),
        _exact(lambda x: x / 2 + _erf(x)),
        lambda oracle, x, tanh: x / 2 + _bend(x) if tanh else oracle(x, tanh),
    ),
    *ways(
        "gelu.brackets",
        N_("In your tanh formula √(2/π) multiplies x only, and not the cube."),
        N_("√(2/π) (x + 0.044715 x³): the brackets belong to both."),
        _unbracketed,
    ),
    *ways(
        "gelu.sigmoid",
        N_("Your output is x σ(1.702 x): a third formula, further from the exact one."),
        N_("The paper names it too, but GPT-2 does not use it."),
        _both(lambda y, x: x * torch.sigmoid(1.702 * x)),
        _exact(lambda x: x * torch.sigmoid(1.702 * x)),
        lambda oracle, x, tanh: (
            x * torch.sigmoid(1.702 * x) if tanh else oracle(x=x, tanh=False)
        ),
    ),
    *ways(
        "gelu.other-bend",
        N_("Your output is another bend: SiLU or ReLU."),
        N_("GELU is x Φ(x)."),
        _both(lambda y, x: x * torch.sigmoid(x)),
        _both(lambda y, x: x.clamp(min=0)),
    ),
    *ways(
        "gelu.only-share",
        N_("Your output is Φ(x) alone: it lacks the factor x."),
        N_("GELU passes on x, by a share of Φ(x)."),
        _both(lambda y, x: torch.where(x == 0, 0.5, y / x)),
        _both(lambda y, x: (1 + torch.erf(x / math.sqrt(2))) / 2),
    ),
    *ways(
        "gelu.density",
        N_("Your output is x times the normal density, not its integral."),
        N_("Φ is the share *below* x: it grows from 0 to 1. Use erf."),
        _both(lambda y, x: x * _normal(x)),
        _exact(lambda x: x * _normal(x)),
    ),
    Mistake(
        "gelu.one-number",
        N_("Python's math functions take one number, and x is a tensor."),
        N_("`torch.erf` and `torch.tanh` take tensors; `math.sqrt(2)` is fine."),
        raises=r"only one element tensors|can be converted to (a )?Python scalar"
        r"|must be real number|only integer tensors|Boolean value of Tensor",
    ),
]
