"""Mistakes in routers. Oracles: route(logits, K), route(logits, bias, K).

Both return {"weights", "chosen"}, largest first.
"""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .token_losses import CUT

PAIR = r"values to unpack|cannot unpack"


def _weights(change):
    """The right experts with other weights, from all shares and all logits."""

    def variant(oracle, logits, K):
        order = oracle(logits=logits, K=logits.shape[-1])
        chosen = order["chosen"][..., :K]
        top = {"share": order["weights"][..., :K], "top": logits.gather(-1, chosen)}
        return {"weights": change(**top), "chosen": chosen}

    return variant


def _normed(values):
    return values / values.sum(-1, keepdim=True)


def _over_tokens(again):
    """A softmax down the tokens, then the best of each token."""

    def variant(logits, K):
        weights, chosen = logits.softmax(-2).topk(K, dim=-1)
        return {"weights": _normed(weights) if again else weights, "chosen": chosen}

    return variant


def _after(change):
    """The oracle's weights and numbers, changed."""

    def variant(oracle, logits, K):
        right = oracle(logits=logits, K=K)
        weights, chosen = change(right["weights"], right["chosen"], logits)
        return {"weights": weights, "chosen": chosen}

    return variant


def _worst(oracle, logits, K):
    chosen = oracle(logits=-logits, K=K)["chosen"]
    return {"weights": logits.gather(-1, chosen).softmax(-1), "chosen": chosen}


def _by_number(w, c, logits):
    order = c.argsort(-1)
    return w.gather(-1, order), c.gather(-1, order)


ROUTE = [
    *ways(
        "route.sum-below-one",
        N_("Your weights do not sum to 1: they are shares among all experts."),
        N_("Divide by the sum over the chosen ones, or choose before the softmax."),
        _weights(lambda share, top: share),
    ),
    *ways(
        "route.over-tokens",
        N_("Your softmax runs down the tokens."),
        N_("Each token shares 1 among its experts: the last axis."),
        _over_tokens(False),
        _over_tokens(True),
    ),
    *ways(
        "route.worst",
        N_("You choose the experts with the smallest logits."),
        N_("`argsort` sorts upwards unless it is told `descending=True`."),
        _worst,
    ),
    *ways(
        "route.softmax-twice",
        N_("Your weights have been through a softmax twice."),
        N_("Take the softmax of the chosen logits, or divide shares by their sum."),
        _weights(lambda share, top: share.softmax(-1)),
        _weights(lambda share, top: _normed(share).softmax(-1)),
    ),
    *ways(
        "route.no-softmax",
        N_("Your weights are the logits, or logits that are divided by their sum."),
        N_("Logits may be negative. A softmax makes shares of them."),
        _weights(lambda share, top: top),
        _weights(lambda share, top: _normed(top)),
    ),
    *ways(
        "route.sigmoid",
        N_("Your weights come from a sigmoid."),
        N_("Here it is a softmax. The sigmoid comes with the bias, in 26.3.7."),
        _weights(lambda share, top: top.sigmoid()),
        _weights(lambda share, top: _normed(top.sigmoid())),
    ),
    *ways(
        "route.all-alike",
        N_("Your chosen experts all have the same weight."),
        N_("The larger the logit, the larger the weight."),
        _weights(lambda share, top: torch.ones_like(share) / share.shape[-1]),
        _weights(lambda share, top: torch.ones_like(share)),
    ),
    *ways(
        "route.order",
        N_("Your experts are right, but do not stand with the largest first."),
        N_("`topk` sorts them downwards. Weights and numbers keep the same order."),
        _after(lambda w, c, logits: (w.flip(-1), c.flip(-1))),
        _after(lambda w, c, logits: _by_number(w, c, logits)),
        _after(lambda w, c, logits: (w, c.sort(-1).values)),
        _after(lambda w, c, logits: (w, c.flip(-1))),
        _after(lambda w, c, logits: (w.flip(-1), c)),
    ),
    *ways(
        "route.table",
        N_("Your weights have an entry for each of the E experts."),
        N_("Return K weights for each token, beside the numbers of their experts."),
        _after(lambda w, c, logits: ((logits * 0).scatter(-1, c, w), c)),
    ),
    *ways(
        "route.swapped",
        N_("You return the numbers first."),
        N_("`return weights, chosen`"),
        lambda oracle, logits, K: {"weights": oracle(logits=logits, K=K)["chosen"]},
    ),
    Mistake(
        "route.two-values",
        N_("Your function returns one value; asked for are two."),
        N_("`return weights, chosen`"),
        raises=PAIR,
    ),
]


def _biased(choose, weigh=lambda s, b: s, norm=_normed):
    """Experts chosen and weighted by other numbers; s: sigmoid of the logits."""

    def variant(logits, bias, K):
        scores = torch.sigmoid(logits)
        wish = choose(s=scores, b=bias, logits=logits)
        chosen = wish.topk(K, dim=-1).indices
        used = weigh(s=scores, b=bias) if weigh else logits
        return {"weights": norm(used.gather(-1, chosen)), "chosen": chosen}

    return variant


def _plus(s, b, logits):
    return s + b


def _on_logits(oracle, logits, bias, K):
    found = oracle(logits=logits + bias, bias=bias * 0, K=K)
    return {name: found[name] for name in ("weights", "chosen")}


def _softmax_scores(logits, bias, K):
    shares = logits.softmax(-1)
    chosen = (shares + bias).topk(K, dim=-1).indices
    return {"weights": _normed(shares.gather(-1, chosen)), "chosen": chosen}


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
