"""Mistakes in a router. Oracle: route(logits, K) → {"weights", "chosen"}."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import SIZES

PAIR = r"values to unpack|cannot unpack"


def _weights(change):
    """The right experts with other weights, from all shares and all logits."""

    def variant(oracle, logits, K):
        order = oracle(logits=logits, K=logits.shape[-1])
        chosen = order["chosen"][..., :K]
        top = {"share": order["weights"][..., :K], "top": logits.gather(-1, chosen)}
        return {"weights": change(**top), "chosen": chosen}

    return variant


def normed(values):
    """Divided by their sum."""
    return values / values.sum(-1, keepdim=True)


def _over_tokens(again):
    """A softmax down the tokens, then the best of each token."""

    def variant(logits, K):
        weights, chosen = logits.softmax(-2).topk(K, dim=-1)
        return {"weights": normed(weights) if again else weights, "chosen": chosen}

    return variant


def _part(top):
    """Each token's part of the exponentials of all tokens."""
    size = top.exp().sum(-1, keepdim=True)
    return size / size.sum()


def _exponentials(all_experts):
    """exp without taking the largest logit out; over all experts at first, or not."""

    def variant(logits, K):
        sizes = logits.exp()
        if all_experts:
            sizes = normed(sizes)
        weights, chosen = sizes.topk(K, dim=-1)
        return {"weights": normed(weights)}

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
        _weights(lambda share, top: top.softmax(0)),
    ),
    *ways(
        "route.sum-of-all",
        N_("Your weights sum to 1 over all tokens together."),
        N_("Each token's weights sum to 1: `.sum(-1, keepdim=True)`."),
        _weights(lambda share, top: top.softmax(-1) * _part(top)),
        _weights(lambda share, top: share / share.sum()),
    ),
    *ways(
        "route.overflow",
        N_("Your exponentials overflow, or vanish, for large logits."),
        N_("`softmax` takes the largest logit out before it exponentiates."),
        native=(_exponentials(False), _exponentials(True)),
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
        _weights(lambda share, top: normed(share).softmax(-1)),
    ),
    *ways(
        "route.no-softmax",
        N_("Your weights are the logits, or logits that are divided by their sum."),
        N_("Logits may be negative. A softmax makes shares of them."),
        _weights(lambda share, top: top),
        _weights(lambda share, top: normed(top)),
    ),
    *ways(
        "route.sigmoid",
        N_("Your weights come from a sigmoid."),
        N_("Here it is a softmax. The sigmoid comes with the bias, in 26.3.7."),
        _weights(lambda share, top: top.sigmoid()),
        _weights(lambda share, top: normed(top.sigmoid())),
    ),
    *ways(
        "route.all-alike",
        N_("Your chosen experts all have the same weight."),
        N_("The larger the logit, the larger the weight."),
        _weights(lambda share, top: torch.ones_like(share) / share.shape[-1]),
        _weights(lambda share, top: torch.ones_like(share)),
    ),
    *ways(
        "route.hard",
        N_("Your best expert has all the weight, and the others none."),
        N_("K experts share it, and the shares have a gradient."),
        _weights(lambda share, top: (share == share.amax(-1, keepdim=True)) * 1.0),
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
    Mistake(
        "route.other-axis",
        N_("You choose along the tokens, not along the experts."),
        N_("Each token has K best experts: the last axis."),
        raises=r"selected index k out of range",
    ),
    Mistake(
        "route.shapes",
        N_("Two shapes do not fit together."),
        N_("A sum over the last axis needs `keepdim=True` to divide by it."),
        raises=SIZES,
    ),
]
