"""Mistakes in using RoPE. Oracles: attend(q, k, v, turn), and convert(old, H).

Position p is the rotation turn, p times.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_


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
        "rope-use.shapes",
        N_("The positions do not fit the tokens: T queries and S keys differ."),
        N_("q needs T positions, k needs S: call rotate once for each."),
        raises=r"size of tensor|must match|does not broadcast|subscript|operands could",
    ),
]


def _rows(oracle, H: int, size: int) -> Tensor:
    """Which old row comes at each place, read off the oracle."""
    labels = torch.arange(size, dtype=torch.float64)[:, None]
    return oracle(old=labels, H=H)[:, 0].long()


def _reordered(change):
    """Rows by another order: `change` gets the right order, H and D."""

    def variant(oracle, old, H):
        right = _rows(oracle, H, len(old))
        return old[change(right, H, len(old) // H)]

    return variant


def _second_first(right, H, D):
    return right.view(H, 2, D // 2).flip(1).flatten()


def _heads_inner(right, H, D):
    """Rows are taken as (d, h) instead of (h, d)."""
    return torch.arange(H * D).view(D // 2, 2, H).transpose(0, 1).flatten()


def _on_columns(oracle, old, H):
    return oracle(old=old.mT, H=H).mT


CONVERT = [
    Mistake(
        "convert.inverse",
        N_("You reorder from half-split to interleaved, the other way around."),
        N_("Row 2i of a head moves to row i, and row 2i + 1 to row i + D/2."),
        _reordered(lambda right, H, D: right.argsort()),
    ),
    Mistake(
        "convert.across-heads",
        N_("Your reordering mixes the heads: it treats all rows as one head."),
        N_("Each head has D rows of its own. Reorder within each of them."),
        lambda oracle, old, H: oracle(old=old, H=1),
    ),
    Mistake(
        "convert.across-heads",
        N_("You mix the heads, and reorder the other way around."),
        N_("Each head has D rows of its own. Reorder within each of them."),
        lambda oracle, old, H: old[_rows(oracle, 1, len(old)).argsort()],
    ),
    Mistake(
        "convert.columns",
        N_("You reorder columns; the rows of W make the numbers of q and k."),
        N_("nn.Linear keeps its weight as (outputs, inputs): rows are outputs."),
        _on_columns,
        raises=r"shape mismatch|can't divide|not divisible|invalid for input of size",
    ),
    Mistake(
        "convert.second-first",
        N_("In your order the second numbers of the pairs come first."),
        N_("The first half of a head holds the even rows, the second the odd ones."),
        _reordered(_second_first),
    ),
    Mistake(
        "convert.unchanged",
        N_("Your rows are in the order in which they came."),
        N_("A reshape alone keeps the order: two axes have to change places."),
        _reordered(lambda right, H, D: torch.arange(H * D)),
    ),
    Mistake(
        "convert.heads-inner",
        N_("You take neighbouring rows for different heads."),
        N_("The rows of a head follow one another: they are (h d), head first."),
        _reordered(_heads_inner),
    ),
    *ways(
        "convert.extra-axes",
        N_("The order is right, but the result has more axes than W."),
        N_("Flatten it to (H·D, C) again."),
        lambda oracle, old, H: oracle(old=old, H=H).unflatten(0, (H, -1)),
        lambda oracle, old, H: oracle(old=old, H=H).unflatten(0, (H, 2, -1)),
    ),
    Mistake(
        "convert.swapped-in-pairs",
        N_("You swap the two rows of each pair, and leave the pairs together."),
        N_("The first numbers of all pairs come first, then the second ones."),
        _reordered(lambda right, H, D: torch.arange(H * D).view(-1, 2).flip(1).ravel()),
    ),
]
