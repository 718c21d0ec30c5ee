"""Mistakes in a bias that balances experts. Oracle: new(bias, chosen, rate)."""

import torch.nn.functional as F

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import SIZES


def _step(change):
    """Another step: from what is missing to the mean load, expert by expert."""

    def variant(bias, chosen, rate):
        load = F.one_hot(chosen, len(bias)).sum((0, 1)).to(bias.dtype)
        missing = load.mean() - load
        return bias + rate * change(missing=missing, load=load, bias=bias)

    return variant


def _most(missing, load, bias):
    return (missing == missing.max()).float() - (missing == missing.min()).float()


UPDATE_BIAS = [
    *ways(
        "bias.sign",
        N_("Your steps go the wrong way: busy experts become more wanted."),
        N_("A load above the mean lowers the bias."),
        lambda oracle, bias, chosen, rate: oracle(bias=bias, chosen=chosen, rate=-rate),
    ),
    *ways(
        "bias.size",
        N_("Your steps grow with the distance from the mean load."),
        N_("Every step has the size `rate`: take the sign of the distance."),
        _step(lambda missing, load, bias: missing),
        _step(lambda missing, load, bias: -missing),
        _step(lambda missing, load, bias: missing / load.sum()),
        _step(lambda missing, load, bias: missing / load.mean()),
        _step(lambda missing, load, bias: missing / load.std()),
        _step(lambda missing, load, bias: missing.tanh()),
    ),
    *ways(
        "bias.one-sided",
        N_("Only one side moves: busy experts, or idle ones."),
        N_("Above the mean the bias goes down, below the mean it goes up."),
        _step(lambda missing, load, bias: missing.sign().clamp(max=0)),
        _step(lambda missing, load, bias: missing.sign().clamp(min=0)),
    ),
    *ways(
        "bias.extremes",
        N_("Only the busiest or the idlest expert moves."),
        N_("Each expert is compared with the mean."),
        _step(_most),
        _step(lambda missing, load, bias: -(load == load.max()).float()),
        _step(lambda missing, load, bias: (load == load.min()).float()),
        _step(lambda missing, load, bias: -F.one_hot(load.argmax(), len(load))),
    ),
    *ways(
        "bias.no-mean",
        N_("You compare the load with 0, and not with the mean load."),
        N_("The mean load is N·K / E: what each expert would get if all got the same."),
        _step(lambda missing, load, bias: -load.sign()),
        _step(lambda missing, load, bias: -load),
        _step(lambda missing, load, bias: 1 - 2 * load.sign()),
    ),
    *ways(
        "bias.other-mean",
        N_("You compare with another number than the mean load."),
        N_("N tokens make N·K choices: the mean load is N·K / E. It is no median."),
        lambda bias, chosen, rate: _step(
            lambda missing, load, bias: (len(chosen) / len(bias) - load).sign()
        )(bias, chosen, rate),
        _step(lambda missing, load, bias: (load.median() - load).sign()),
        _step(lambda missing, load, bias: (load[load > 0].mean() - load).sign()),
        _step(lambda missing, load, bias: (1 / len(bias) - load).sign()),
    ),
    *ways(
        "bias.first-choice",
        N_("You count first choices only."),
        N_("All K choices of a token are load."),
        lambda oracle, bias, chosen, rate: oracle(
            bias=bias, chosen=chosen[:, :1], rate=rate
        ),
    ),
    *ways(
        "bias.step-alone",
        N_("You return the step, without the old bias."),
        N_("The new bias is the old one plus the step."),
        lambda oracle, bias, chosen, rate: (
            oracle(bias=bias, chosen=chosen, rate=rate) - bias
        ),
    ),
    *ways(
        "bias.tie",
        N_("An expert exactly at the mean load moves."),
        N_("It is neither busy nor idle: its step is 0, as `torch.sign` says."),
        _step(lambda missing, load, bias: 1 - 2.0 * (missing < 0)),
        _step(lambda missing, load, bias: 2.0 * (missing > 0) - 1),
    ),
    *ways(
        "bias.no-rate",
        N_("Your step is 1, not `rate`."),
        N_("Multiply the sign by `rate`."),
        lambda oracle, bias, chosen, rate: oracle(bias=bias, chosen=chosen, rate=1.0),
    ),
    *ways(
        "bias.times",
        N_("You multiply the old bias."),
        N_("A bias of 0 would never move: add the step."),
        lambda oracle, bias, chosen, rate: (
            bias * (1 + oracle(bias=bias, chosen=chosen, rate=rate) - bias)
        ),
    ),
    Mistake(
        "bias.integers",
        N_("A mean of whole numbers stops your code."),
        N_("Turn the counts into floating-point numbers first."),
        raises=r"mean\(\): could not infer|Input dtype must be either a floating",
    ),
    Mistake(
        "bias.fewer-counts",
        N_("Your count has fewer entries than there are experts."),
        N_("A count stops at the largest number that it meets: tell it E, len(bias)."),
        raises=SIZES,
    ),
]
