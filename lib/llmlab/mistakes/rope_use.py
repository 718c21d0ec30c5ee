"""Mistakes in attention with RoPE. Oracle: attend(q, k, v, turn).

Position p is the rotation turn, p times.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import SIZES


def _moved(x: Tensor, turn: Tensor, positions) -> Tensor:
    turns = torch.stack([torch.linalg.matrix_power(turn, int(p)) for p in positions])
    return torch.einsum("...td,tde->...te", x, turns)


def _at(queries=None, keys=None, values=None, output=None, **more):
    """Attention with tokens at other positions: functions of T and S, or None."""

    def variant(q, k, v, turn):
        T, S = q.shape[-2], k.shape[-2]
        tensors = []
        for x, where in ((q, queries), (k, keys), (v, values)):
            tensors.append(_moved(x, turn, where(T, S)) if where else x)
        scale = more["scale"](q.shape[-1]) if "scale" in more else None
        mask = more["mask"](T, S) if "mask" in more else None
        y = F.scaled_dot_product_attention(*tensors, attn_mask=mask, scale=scale)
        return _moved(y, turn, output(T, S)) if output else y

    return variant


def _last(T, S):
    return range(S - T, S)


def _all(T, S):
    return range(S)


def _first(T, S):
    return range(T)


def _keys_as_values(q, k, v, turn):
    T, S = q.shape[-2], k.shape[-2]
    k = _moved(k, turn, _all(T, S))
    return F.scaled_dot_product_attention(_moved(q, turn, _last(T, S)), k, k)


def _roles_swapped(q, k, v, turn):
    T, S = q.shape[-2], k.shape[-2]
    if T != S:
        return None
    q, k = (_moved(x, turn, _all(T, S)) for x in (q, k))
    return F.scaled_dot_product_attention(k, q, v)


ROPE_ATTENTION = [
    Mistake(
        "rope-use.queries-restart",
        N_("Your queries stand at positions 0 to T − 1."),
        N_(
            "They are the last T of S positions: S − T to S − 1. The first call, with "
            "T = S, does not show it; writing on with kept keys does."
        ),
        _at(_first, _all),
    ),
    *ways(
        "rope-use.values-turned",
        N_("You turn the values too."),
        N_("Only q and k are turned, so that scores know distances. v passes through."),
        _at(_last, _all, _all),
        _at(_first, _all, _all),
    ),
    *ways(
        "rope-use.keys-not-turned",
        N_("Your keys are not turned."),
        N_("A score knows the distance only if both sides turn by their positions."),
        _at(_last, None),
        _at(_first, None),
    ),
    *ways(
        "rope-use.queries-not-turned",
        N_("Your queries are not turned."),
        N_("A score knows the distance only if both sides turn by their positions."),
        _at(None, _all),
    ),
    *ways(
        "rope-use.not-turned",
        N_("Nothing is turned: this is plain attention."),
        N_("Call rotate on q and on k, and use what it returns."),
        _at(),
        _at(None, None, _all),
    ),
    *ways(
        "rope-use.off-by-one",
        N_("Your queries are one position off."),
        N_("Query 0 of T is position S − T; the newest token, the last, is S − 1."),
        _at(lambda T, S: range(S - T + 1, S + 1), _all),
        _at(lambda T, S: range(S - T - 1, S - 1), _all),
    ),
    *ways(
        "rope-use.one-position",
        N_("All your queries stand at the same position."),
        N_("Each has its own: `torch.arange(S - T, S)` holds T numbers."),
        _at(lambda T, S: [S - 1] * T, _all),
        _at(lambda T, S: [S - T] * T, _all),
        _at(lambda T, S: [S] * T, _all),
    ),
    *ways(
        "rope-use.after-the-cache",
        N_("Your queries come after the S keys, at S to S + T − 1."),
        N_("The keys of the T new tokens are among the S: the last query is S − 1."),
        _at(lambda T, S: range(S, S + T), _all),
    ),
    *ways(
        "rope-use.output-turned",
        N_("You turn the output."),
        N_("Turn q and k, before the scores. The output is a mixture of values."),
        _at(_last, _all, None, _last),
        _at(None, None, None, _last),
        _at(None, None, None, _first),
    ),
    *ways(
        "rope-use.scale",
        N_("The scores are divided by another number than √D."),
        N_("F.scaled_dot_product_attention divides by √D itself: leave q as it is."),
        _at(_last, _all, scale=lambda D: 1 / D),
        _at(_last, _all, scale=lambda D: 1.0),
    ),
    *ways(
        "rope-use.masked",
        N_("You use a causal mask. Here every query may see all S keys."),
        N_("No mask in this exercise. In a model the mask of 24.2 comes on top."),
        _at(_last, _all, mask=lambda T, S: torch.ones(T, S, dtype=bool).tril()),
        _at(_last, _all, mask=lambda T, S: torch.ones(T, S, dtype=bool).tril(S - T)),
    ),
    *ways(
        "rope-use.mirrored",
        N_("Your positions count down to the newest token, which is at 0."),
        N_("The oldest key is at 0 and the newest at S − 1, as in training."),
        _at(lambda T, S: range(T - 1, -1, -1), lambda T, S: range(S - 1, -1, -1)),
        _at(_last, lambda T, S: range(S - 1, -1, -1)),
    ),
    Mistake(
        "rope-use.keys-as-values",
        N_("Your output is a mixture of keys. It has to be a mixture of values."),
        N_("Three inputs, three parts: q and k are compared, v is passed on."),
        _keys_as_values,
    ),
    Mistake(
        "rope-use.roles-swapped",
        N_("Your output equals attention with k in the queries' place, and q in k's."),
        N_("Queries are the rows of the scores: q stands on the left."),
        _roles_swapped,
        raises=SIZES,
    ),
    Mistake(
        "rope-use.no-positions",
        N_("rotate needs a tensor of positions: one for each token of x."),
        N_("It is called as `rotate(x, positions)`, with T or with S positions."),
        raises=r"not iterable|non-empty TensorList|converted to Python scalar"
        r"|0-d tensor",
    ),
    Mistake(
        "rope-use.shapes",
        N_("The positions do not fit the tokens: T queries and S keys differ."),
        N_("q needs T positions, k needs S: call rotate once for each."),
        raises=r"size of tensor|must match|does not broadcast|subscript|operands could",
    ),
]
