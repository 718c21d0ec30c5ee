"""Mistakes in sending tokens to experts. Oracle: mixture(x, weights, chosen, maps).

Expert e is tanh(rows @ maps[e]). A value holds "output", "rows", "most calls", "FLOPs"
and gradients; a mistake stands for some of these.
"""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .expert_costs import MIXTURE_COSTS
from .scores import SIZES
from .token_losses import CUT


def _output(change):
    """The oracle's output on other inputs."""

    def variant(oracle, x, weights, chosen, maps):
        given = {"x": x, "weights": weights, "chosen": chosen, "maps": maps}
        new = change(**given)
        return None if new is None else {"output": oracle(**given | new)["output"]}

    return variant


def _only(which):
    """Only some of each token's choices count; the rest are forgotten."""

    def change(x, weights, chosen, maps):
        return {"chosen": chosen.where(which(chosen), -1)}

    return _output(change)


def _kept_from_end(chosen):
    """The last choice that is one."""
    places = torch.arange(chosen.shape[1]).expand_as(chosen)
    return places == places.where(chosen >= 0, -1).amax(1, keepdim=True)


def _pairs(oracle, x, chosen, maps):
    """Each pair's own output, without its weight: (N, K, C)."""
    columns = []
    for k in range(chosen.shape[1]):
        one = chosen[:, k : k + 1]
        given = {"x": x, "weights": one * 0 + 1.0, "chosen": one, "maps": maps}
        columns.append(oracle(**given | {"weights": given["weights"].to(x.dtype)}))
    return torch.stack([column["output"] for column in columns], dim=1)


def _on_input(oracle, x, weights, chosen, maps):
    total = 0
    for k in range(chosen.shape[1]):
        scaled, one = x * weights[:, k : k + 1], chosen[:, k : k + 1]
        ones = torch.ones_like(weights[:, :1])
        total = total + oracle(x=scaled, weights=ones, chosen=one, maps=maps)["output"]
    return {"output": total}


def _sorted(weigh_sorted, spread):
    """Outputs that stay in the order of their experts."""

    def variant(oracle, x, weights, chosen, maps):
        order = chosen.flatten().argsort(stable=True)
        outputs = _pairs(oracle, x, chosen, maps).flatten(0, 1)[order]
        used = weights.flatten()[order] if weigh_sorted else weights.flatten()
        rows = outputs * used[:, None]
        if spread == "blocks":
            return {"output": rows.view(*chosen.shape, -1).sum(1)}
        at = order % len(x)
        return {"output": torch.zeros_like(x).index_add(0, at, rows)}

    return variant


def _wrong_token(oracle, x, weights, chosen, maps):
    """Pair p is taken for token p mod N, where it is p // K."""
    turned = chosen.flatten().view(chosen.shape[::-1]).T
    values = weights.flatten().view(chosen.shape[::-1]).T
    return {"output": oracle(x=x, weights=values, chosen=turned, maps=maps)["output"]}


def _wrong_rows(oracle, x, weights, chosen, maps):
    """Pair p gets the row of token p mod N; its output goes where it must."""
    (N, K), total = chosen.shape, 0
    for k in range(K):
        rows = x[(torch.arange(N) * K + k) % N]
        one = {"weights": weights[:, k : k + 1], "chosen": chosen[:, k : k + 1]}
        total = total + oracle(x=rows, maps=maps, **one)["output"]
    return {"output": total}


def _shared_again(oracle, x, weights, chosen, maps):
    """Weights of what was not dropped, divided by their sum: another gradient, too."""
    kept = weights * (chosen >= 0)
    size = kept.sum(-1, keepdim=True)
    size = size.where(size > 0, 1.0)
    found = oracle(x=x, weights=kept / size, chosen=chosen, maps=maps)
    slope = found["∂weights"]
    back = (slope * kept / size).sum(-1, keepdim=True)
    slope = (slope - back) * (chosen >= 0) / size
    return {"output": found["output"], "∂weights": slope}


def _without(name):
    """The right output, and no gradient at one of the inputs."""

    def variant(oracle, x, weights, chosen, maps):
        right = oracle(x=x, weights=weights, chosen=chosen, maps=maps)
        return {"output": right["output"], name: None}

    return variant


MIXTURE = [
    *ways(
        "mixture.overwrites",
        N_("Of each token's experts only one counts: the others are overwritten."),
        N_("Add to the rows, as `index_add` does. Assigning forgets what was there."),
        _only(lambda c: c == c.amax(1, keepdim=True)),
        _only(lambda c: c == c.masked_fill(c < 0, 99).amin(1, keepdim=True)),
        _only(_kept_from_end),
    ),
    *ways(
        "mixture.first-choice-only",
        N_("Only each token's first choice counts."),
        N_("A token has K experts. `chosen == e` finds it in every column."),
        _only(lambda c: torch.arange(c.shape[1]).expand_as(c) == 0),
    ),
    *ways(
        "mixture.weights-on-input",
        N_("Your weights multiply what goes into the expert."),
        N_("An expert is no linear map: weight what comes out."),
        _on_input,
    ),
    *ways(
        "mixture.no-weights",
        N_("Your outputs are added without their weights."),
        N_("Multiply each row by the weight of its token for this expert."),
        _output(lambda x, weights, chosen, maps: {"weights": torch.ones_like(weights)}),
        _output(
            lambda x, weights, chosen, maps: {
                "weights": torch.ones_like(weights) / chosen.shape[1]
            }
        ),
    ),
    *ways(
        "mixture.weight-of-another-choice",
        N_("Your weight is that of another choice of the token."),
        N_("`nonzero` says which token and which choice: `weights[token, place]`."),
        _output(
            lambda x, weights, chosen, maps: {
                "weights": weights[:, :1].expand_as(weights)
            }
        ),
        _output(lambda x, weights, chosen, maps: {"weights": weights.flip(1)}),
    ),
    *ways(
        "mixture.not-back-in-order",
        N_("Your rows stay in the order of the experts."),
        N_("Each output row goes back to the token that it came from."),
        _sorted(False, "blocks"),
        _sorted(True, "blocks"),
        _sorted(True, "index"),
        _sorted(False, "index"),
    ),
    *ways(
        "mixture.wrong-token",
        N_("Your pairs of token and choice are taken apart wrongly."),
        N_("Flattened, pair p belongs to token p // K; p % N is another token."),
        _wrong_token,
        _wrong_rows,
    ),
    *ways(
        "mixture.minus-one",
        N_("You take −1 for the last expert."),
        N_("It stands for no expert, and adds nothing."),
        _output(
            lambda x, weights, chosen, maps: (
                {"chosen": chosen.where(chosen >= 0, len(maps) - 1)}
                if (chosen < 0).any()
                else None
            )
        ),
        _output(
            lambda x, weights, chosen, maps: (
                {"chosen": chosen.clamp(min=0)} if (chosen < 0).any() else None
            )
        ),
    ),
    Mistake(
        "mixture.minus-one",
        N_("−1, no expert, stops your code."),
        N_("Leave such choices out before you count or look up."),
        raises=r"non-negative|nonnegative|index -1 is out of bounds",
    ),
    *ways(
        "mixture.divided-again",
        N_("Your weights are divided by their sum, or go through a softmax, again."),
        N_("They come as they are to be used. After a drop they sum to less than 1."),
        _output(lambda x, weights, chosen, maps: {"weights": weights.softmax(-1)}),
        lambda oracle, x, weights, chosen, maps: {
            "output": oracle(x=x, weights=weights, chosen=chosen, maps=maps)["output"]
            / (weights * (chosen >= 0)).sum(-1, keepdim=True)
        },
        _shared_again,
    ),
    *ways(
        "mixture.residual",
        N_("Your output adds x: the residual connection."),
        N_("That is the caller's. The mixture of a token without expert is 0."),
        lambda oracle, x, weights, chosen, maps: {
            "output": x
            + oracle(x=x, weights=weights, chosen=chosen, maps=maps)["output"]
        },
    ),
    *MIXTURE_COSTS,
    Mistake(
        "mixture.no-gradient",
        N_("No gradient flows back through your output."),
        N_("`.data`, `.detach()`, `no_grad` and numpy cut it."),
        raises=CUT,
    ),
    *ways(
        "mixture.detached",
        N_("The output is right, but no gradient reaches the weights, or x."),
        N_("The router learns through the weights alone: do not detach them."),
        _without("∂weights"),
        _without("∂x"),
        _without("∂maps"),
    ),
    Mistake(
        "mixture.shapes",
        N_("Weights and rows do not fit together."),
        N_("`weights[token, place, None]` has the shape (n, 1)."),
        raises=rf"{SIZES}|out of bounds|shape mismatch",
    ),
]
