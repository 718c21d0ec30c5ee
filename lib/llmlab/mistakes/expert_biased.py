"""Mistakes in a router with a bias. Oracle: route(logits, bias, K), as a dict."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .expert_routes import PAIR, normed
from .token_losses import CUT


def _biased(choose, weigh=lambda s, b: s, norm=normed):
    """Experts chosen and weighted by other numbers; s: sigmoid of the logits."""

    def variant(logits, bias, K):
        size = 1 / (1 + torch.exp(-logits))
        wish = choose(s=size, b=bias, logits=logits)
        chosen = wish.topk(K, dim=-1).indices
        used = weigh(s=size, b=bias) if weigh else logits
        return {"weights": norm(used.gather(-1, chosen)), "chosen": chosen}

    return variant


def _plus(s, b, logits):
    return s + b


def _on_logits(oracle, logits, bias, K):
    found = oracle(logits=logits + bias, bias=bias * 0, K=K)
    return {name: found[name] for name in ("weights", "chosen")}


def _among_all(logits, bias, K):
    """Scores divided by the sum over all experts."""
    shares = normed(torch.sigmoid(logits))
    chosen = (torch.sigmoid(logits) + bias).topk(K, dim=-1).indices
    return {"weights": shares.gather(-1, chosen), "chosen": chosen}


def _softmax_scores(logits, bias, K):
    shares = logits.softmax(-1)
    chosen = (shares + bias).topk(K, dim=-1).indices
    return {"weights": normed(shares.gather(-1, chosen)), "chosen": chosen}


ROUTE_WITH_BIAS = [
    *ways(
        "route-with-bias.weighs",
        N_("Your bias counts in the weights, too."),
        N_("It decides who is chosen. The weights come from the scores without it."),
        _biased(_plus, lambda s, b: s + b),
        _biased(_plus, lambda s, b: s + b, lambda top: top),
        _biased(_plus, lambda s, b: s + b, lambda top: top.softmax(-1)),
    ),
    *ways(
        "route-with-bias.no-bias",
        N_("Your choice does not look at the bias."),
        N_("Choose by score + bias."),
        lambda oracle, logits, bias, K: oracle(logits=logits, bias=bias * 0, K=K),
    ),
    *ways(
        "route-with-bias.minus",
        N_("You subtract the bias."),
        N_("It is added: a positive bias makes an expert more wanted."),
        lambda oracle, logits, bias, K: oracle(logits=logits, bias=-bias, K=K),
    ),
    *ways(
        "route-with-bias.before-sigmoid",
        N_("You add the bias to the logits, before the sigmoid."),
        N_("It is added to the scores: sigmoid(logits) + bias."),
        _biased(lambda s, b, logits: logits + b),
        _on_logits,
    ),
    *ways(
        "route-with-bias.softmax",
        N_("Your scores are a softmax over the experts."),
        N_("Here each score is a sigmoid of its own logit."),
        _softmax_scores,
    ),
    *ways(
        "route-with-bias.no-sum",
        N_("Your weights do not sum to 1."),
        N_("Divide the chosen scores by their sum."),
        _biased(_plus, norm=lambda top: top),
        _among_all,
    ),
    *ways(
        "route-with-bias.softmax-of-scores",
        N_("Your weights are a softmax: of the chosen scores, or of their logits."),
        N_("Divide the chosen scores by their sum, without exp."),
        _biased(_plus, norm=lambda top: top.softmax(-1)),
        _biased(_plus, None, lambda top: top.softmax(-1)),
    ),
    *ways(
        "route-with-bias.no-sigmoid",
        N_("You use the logits as scores."),
        N_("The score is the sigmoid of the logit."),
        _biased(lambda s, b, logits: logits + b, None),
    ),
    *ways(
        "route-with-bias.worst",
        N_("You choose the smallest scores."),
        N_("The K largest are wanted: `topk`, or a sort with `descending=True`."),
        _biased(lambda s, b, logits: -(s + b)),
    ),
    *ways(
        "route-with-bias.times",
        N_("You multiply by the bias."),
        N_("It is added: score + bias."),
        _biased(lambda s, b, logits: s * b),
        _biased(lambda s, b, logits: s * (1 + b)),
    ),
    Mistake(
        "route-with-bias.no-gradient",
        N_("No gradient flows back through your weights: the router cannot learn."),
        N_("Only the choice goes without one. Do not detach the scores."),
        raises=CUT,
    ),
    Mistake(
        "route.two-values",
        N_("Your function returns one value; asked for are two."),
        N_("`return weights, chosen`"),
        raises=PAIR,
    ),
]
