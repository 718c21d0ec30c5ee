"""Mistakes in a balancing loss. Oracle: loss(logits, chosen, per_token, real)."""

import torch
import torch.nn.functional as F

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .altered import changed


def _made(make):
    """Another value from load, share and more, with the oracle's conventions."""

    def variant(logits, chosen, per_token=False, real=None):
        kept = slice(None) if real is None else real
        logits, chosen = logits[kept], chosen[kept]
        (_n, E), K = logits.shape, chosen.shape[1]
        asked = F.one_hot(chosen, E).sum(1).to(logits.dtype)  # (N, E)
        known = {"load": asked.mean(0), "asked": asked, "logits": logits, "E": E}
        known |= {"share": logits.softmax(-1).mean(0), "chosen": chosen}
        value = make(**known)
        return value if per_token else value / K

    return variant


def _times(factor):
    """The oracle's value times a factor of sizes; n: tokens that count."""

    def variant(oracle, logits, chosen, per_token=False, real=None):
        right = oracle(logits=logits, chosen=chosen, per_token=per_token, real=real)
        N, n = len(logits), len(logits) if real is None else int(real.sum())
        return right * factor(N=N, n=n, E=logits.shape[-1], K=chosen.shape[-1])

    return variant


def _used_weights(asked, load, logits, E, **rest):
    """Mean weights, over the chosen alone, in place of mean shares."""
    weights = logits.masked_fill(asked == 0, -torch.inf).softmax(-1)
    return E * (load * weights.mean(0)).sum()


def _both(per_token):
    return changed(lambda: {"per_token": per_token})


def _token_by_token(asked, logits, E, **rest):
    return E * (asked * logits.softmax(-1)).sum(-1).mean()


def _likes(logits, share, E, chosen, **rest):
    """First choices that are looked up in the logits again."""
    load = F.one_hot(logits.argmax(-1), E).to(logits.dtype).mean(0)
    return E * (load * share).sum()


def _spread(logits, chosen, real=None):
    """The squared coefficient of variation of the load."""
    used = chosen if real is None else chosen[real]
    load = F.one_hot(used, logits.shape[-1]).sum((0, 1)).to(logits.dtype)
    return load.var(correction=0) / load.mean().square()


def _down_tokens(load, logits, E, **rest):
    return E * (load * logits.softmax(0).mean(0)).sum()


BALANCING = [
    *ways(
        "balancing.other-convention",
        N_("Your value is off by the factor K: it is the other convention's."),
        N_("Switch's load sums to 1. With `per_token` it sums to K."),
        changed(lambda per_token=False: {"per_token": not per_token}),
        _both(True),
        _both(False),
        _times(lambda N, n, E, K: K),
        _times(lambda N, n, E, K: 1 / K),
    ),
    *ways(
        "balancing.no-E",
        N_("Your value lacks the factor E."),
        N_("It makes uniform routing give the same value for any number of experts."),
        _times(lambda N, n, E, K: 1 / E),
    ),
    *ways(
        "balancing.E-twice",
        N_("Your value has the factor E once too often."),
        N_("A mean over experts needs E², a sum needs E."),
        _times(lambda N, n, E, K: E),
    ),
    *ways(
        "balancing.sum-of-tokens",
        N_("You add over tokens; asked for are means."),
        N_("Load and share are both means over the tokens that count."),
        _times(lambda N, n, E, K: n),
        _times(lambda N, n, E, K: n * n),
    ),
    *ways(
        "balancing.padding-divides",
        N_("Padding adds nothing in your loss, but is counted in the mean."),
        N_("Divide by the number of real tokens."),
        _times(lambda N, n, E, K: n / N),
        _times(lambda N, n, E, K: (n / N) ** 2),
    ),
    *ways(
        "balancing.padding-counts",
        N_("Padding counts in your loss."),
        N_("Leave out the rows where `real` is False, in logits and in choices."),
        changed(lambda: {"real": None}),
        changed(lambda real=None: {"real": None if real is None else ~real}),
    ),
    *ways(
        "balancing.soft-load",
        N_("Your load is not counted: it is the mean share, squared."),
        N_("The load counts choices: one-hot. The share is the other factor."),
        _made(lambda share, E, **rest: E * share.square().sum()),
        _made(lambda share, E, chosen, **r: E * share.square().sum() * chosen.shape[1]),
    ),
    *ways(
        "balancing.no-share",
        N_("Your loss is made of the load alone: nothing in it has a gradient."),
        N_("Multiply the load by the mean share of the softmax."),
        _made(lambda load, E, **rest: E * load.square().sum()),
        _spread,
        _made(lambda load, E, chosen, **r: E * load.square().sum() / chosen.shape[1]),
    ),
    *ways(
        "balancing.weights",
        N_("Your share is the weights': a softmax over the chosen experts alone."),
        N_("The share is a softmax over all E experts, so that idle ones pull, too."),
        _made(_used_weights),
    ),
    *ways(
        "balancing.first-choice",
        N_("Your load counts first choices only."),
        N_("All K choices are load."),
        lambda oracle, logits, chosen, per_token=False, real=None: oracle(
            logits=logits, chosen=chosen[:, :1], per_token=per_token, real=real
        ),
        lambda oracle, logits, chosen, per_token=False, real=None: (
            oracle(logits=logits, chosen=chosen[:, :1], per_token=True, real=real)
            / (1 if per_token else chosen.shape[1])
        ),
        _made(_likes),
        lambda logits, chosen, per_token=False, real=None: _made(_likes)(
            logits, chosen, True, real
        ),
    ),
    *ways(
        "balancing.token-by-token",
        N_("You multiply load and share for each token, and take the mean then."),
        N_("First the two means over tokens, then the product, expert by expert."),
        _made(_token_by_token),
    ),
    *ways(
        "balancing.over-tokens",
        N_("Your softmax runs down the tokens."),
        N_("Each token shares 1 among the experts: the last axis."),
        _made(_down_tokens),
    ),
    *ways(
        "balancing.no-softmax",
        N_("Your share is a mean of logits, or of sigmoids."),
        N_("It is the mean over tokens of a softmax over experts."),
        _made(lambda load, logits, E, **r: E * (load * logits.mean(0)).sum()),
        _made(lambda load, logits, E, **r: E * (load * logits.sigmoid().mean(0)).sum()),
        _made(
            lambda load, logits, E, **r: E * (load * logits.mean(0).softmax(0)).sum()
        ),
    ),
    *ways(
        "balancing.sign",
        N_("Your loss has the wrong sign: it rewards a busy expert."),
        N_("The loss is positive, and falls as the load gets even."),
        _times(lambda N, n, E, K: -1.0),
    ),
    Mistake(
        "balancing.integers",
        N_("A mean of whole numbers stops your code."),
        N_("Turn the one-hot table into floating-point numbers first."),
        raises=r"mean\(\): could not infer",
    ),
    Mistake(
        "balancing.shapes",
        N_("Load and share have different shapes."),
        N_("Both are (E,): sum the one-hot table over K, then the mean over tokens."),
        raises=r"size of tensor a|must match the size",
    ),
]
