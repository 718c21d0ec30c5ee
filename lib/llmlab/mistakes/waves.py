"""Wrong frequencies, which three exercises share. They are made from the right ones."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _with_base(base: float, own: float = 10_000.0):
    return lambda w: w ** (math.log(base) / math.log(own))


def _one_step_longer(w: Tensor) -> Tensor:
    """The last pair has the lowest frequency, 1/base, itself."""
    return w ** (len(w) / (len(w) - 1))


def _precedence(w: Tensor) -> Tensor:
    """10000 ** 2 * i / C: the power binds first."""
    return torch.arange(len(w), dtype=w.dtype) / 10_000**2 / (2 * len(w))


def _divided_after(w: Tensor) -> Tensor:
    """10000 ** (2 * i) / C: the division comes after the power."""
    i = torch.arange(len(w), dtype=w.dtype)
    return 10_000.0 ** (-2 * i) / (2 * len(w))


# by name: words, advice, and how the right frequencies become wrong
_WRONG: dict[str, tuple[str, str, tuple[Callable, ...]]] = {
    "exponent-doubled": (
        N_("Your frequencies fall too fast: the exponent is 4i/{width}."),
        N_("`arange(0, {width}, 2)` already is 2i. Double i only if it counts pairs."),
        (lambda w: w**2,),
    ),
    "exponent-halved": (
        N_("Your frequencies fall too slowly: the exponent is i/{width}."),
        N_("i counts pairs, 0 to {width}/2 − 1. The exponent is −2i/{width}."),
        (lambda w: w**0.5,),
    ),
    "degrees": (
        N_("Your angles are converted between degrees and radians."),
        N_("sin and cos take radians, and the formula gives radians already."),
        (lambda w: w * math.pi / 180, lambda w: w * 180 / math.pi),
    ),
    "two-pi": (
        N_("Your angles have a factor of 2π: your frequencies count whole turns."),
        N_("The formula's frequencies are in radians per position: no 2π."),
        (lambda w: 2 * math.pi * w,),
    ),
    "precedence": (
        N_("Your exponent is not 2i/{width}: Python takes the power first."),
        N_("Put the whole exponent in parentheses: `10000 ** (2 * i / {width})`."),
        (
            _precedence,
            lambda w: 2 * _precedence(w),
            lambda w: _precedence(w) * (2 * len(w)) ** 2,
            _divided_after,
            lambda w: _divided_after(w) * (2 * len(w)) ** 2,
        ),
    ),
    "one-frequency": (
        N_("All your pairs turn at the same speed."),
        N_("Pair i has its own frequency, base^(−2i/{width}): only pair 0 has 1."),
        (torch.ones_like,),
    ),
    "frequency-inverted": (
        N_("Your frequencies rise from pair to pair; they have to fall."),
        N_("Divide by base^(2i/{width}), or multiply by base^(−2i/{width})."),
        (lambda w: 1 / w,),
    ),
    "last-pair": (
        N_("Your exponents reach −1 at the last pair: you divide by {width}/2 − 1."),
        N_("The formula divides by {width}: the last exponent stays above −1."),
        (_one_step_longer,),
    ),
    "base": (
        N_("Your frequencies belong to another base."),
        N_("The base is 10000 unless another one is given. Count its zeros."),
        tuple(_with_base(b) for b in (1e3, 1e5, 1e6, 5e5, 2.0, math.e)),
    ),
}


def wrong_frequencies(
    topic: str, width: str, variant: Callable, names: tuple[str, ...] = tuple(_WRONG)
) -> list[Mistake]:
    """Mistakes in the frequencies, for a topic whose width has the letter `width`.

    `variant(change)` makes the wrong value from a function of the right frequencies.
    """
    made = []
    for name in names:
        words, advice, changes = _WRONG[name]
        made += ways(
            f"{topic}.{name}",
            words,
            advice,
            *(variant(change) for change in changes),
            figures=lambda letter=width: {"width": letter},
        )
    return made
