"""Mistakes in a router's z-loss. Oracle: z_loss(logits)."""

import math

from ..check.mistake import ways
from ..i18n import N_


def _logs(make):
    """Another loss of the logarithms of the denominators, (N,)."""

    def variant(logits):
        return make(z=logits.logsumexp(-1), logits=logits)

    return variant


Z_LOSS = [
    *ways(
        "z-loss.no-square",
        N_("You take the mean of the logarithms, or of their sizes, without a square."),
        N_("The square pulls the logarithm to 0 from both sides."),
        _logs(lambda z, logits: z.mean()),
        _logs(lambda z, logits: z.abs().mean()),
    ),
    *ways(
        "z-loss.root",
        N_("You take a root at the end."),
        N_("Asked for is the mean of the squares as it is."),
        _logs(lambda z, logits: z.square().mean().sqrt()),
    ),
    *ways(
        "z-loss.sum",
        N_("You add over tokens; asked for is the mean."),
        N_("A loss that grows with the batch changes with its size."),
        _logs(lambda z, logits: z.square().sum()),
    ),
    *ways(
        "z-loss.square-late",
        N_("You square the mean: large and small ones cancel before the square."),
        N_("Square for each token, then take the mean."),
        _logs(lambda z, logits: z.mean().square()),
    ),
    *ways(
        "z-loss.over-tokens",
        N_("Your sum runs down the tokens, or over everything."),
        N_("The denominator of a token's softmax sums over its E experts."),
        lambda logits: logits.logsumexp(0).square().mean(),
        lambda logits: logits.flatten().logsumexp(0).square(),
    ),
    *ways(
        "z-loss.mean-of-exp",
        N_("You take the logarithm of a mean; the denominator is a sum."),
        N_("log Σ exp, as `logsumexp` computes it."),
        _logs(lambda z, logits: (z - math.log(logits.shape[-1])).square().mean()),
    ),
    *ways(
        "z-loss.logits",
        N_("You square the logits themselves, or the largest one."),
        N_("One number for each token: the logarithm of the sum of exponentials."),
        _logs(lambda z, logits: logits.square().mean()),
        _logs(lambda z, logits: logits.square().sum(-1).mean()),
        _logs(lambda z, logits: logits.amax(-1).square().mean()),
        _logs(lambda z, logits: logits.sum(-1).square().mean()),
    ),
    *ways(
        "z-loss.no-log",
        N_("Your loss has no logarithm."),
        N_("Take the logarithm of the sum before the square."),
        _logs(lambda z, logits: z.exp().square().mean()),
        _logs(lambda z, logits: z.exp().mean()),
    ),
    *ways(
        "z-loss.of-shares",
        N_("Your logits have been through a softmax already."),
        N_("The denominator is that of the logits as they are."),
        lambda logits: logits.softmax(-1).logsumexp(-1).square().mean(),
        lambda logits: logits.log_softmax(-1).square().mean(),
        lambda logits: logits.log_softmax(-1).logsumexp(-1).square().mean(),
    ),
    *ways(
        "z-loss.overflow",
        N_("Your exponentials overflow, or vanish, for large logits."),
        N_("`logsumexp` takes the largest logit out before it exponentiates."),
        native=(lambda logits: logits.exp().sum(-1).log().square().mean(),),
    ),
    *ways(
        "z-loss.half",
        N_("Your value is half, or twice, of what it should be."),
        N_("Mean of the squares, without a factor."),
        _logs(lambda z, logits: z.square().mean() / 2),
        _logs(lambda z, logits: z.square().mean() * 2),
    ),
]
