"""Mistakes in writing with a cache of G heads.

Oracle: write(q, k, v, pieces) → {"output", "numbers", "bytes"}, one causal pass.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .multi_head import AT_LOADING
from .scores import FIXED_AXES, SIZES


def _written(see, joined=None, known=None, blind=0.0):
    """Written piece by piece with a mask of one's own.

    `see(T, S)` is the mask of T new tokens; `joined(old, new)` the places that are
    attended to, and kept; `known(start, pieces)` how many old ones are left. A token
    that sees nothing gets `blind`.
    """

    def variant(q, k, v, pieces):
        k, v = (_spread(t, q) for t in (k, v))
        found, places, start = [], [], 0
        for T in pieces:
            new = [*range(start, start + T)]
            if known:
                places = places[len(places) - known(start, pieces) :]
            places = joined(places, new) if joined else places + new
            keys, values = k[..., places, :], v[..., places, :]
            mask = see(T, len(places))
            y = F.scaled_dot_product_attention(q[..., new, :], keys, values, mask)
            found.append(y.masked_fill(~mask.any(-1, keepdim=True), blind))
            start += T
        return {"output": torch.cat(found, dim=-2)}

    return variant


def _spread(x: Tensor, q: Tensor) -> Tensor:
    """Each query head's own keys or values."""
    H, G = q.shape[-3], x.shape[-3]
    return x[..., torch.arange(H) // (H // G), :, :]


def _ones(T: int, S: int) -> Tensor:
    return torch.ones(T, S, dtype=torch.bool)


def _shifted(by):
    return lambda T, S: _ones(T, S).tril(S - T + by)


def _alone(start, pieces):
    return 0


def _previous(start, pieces):
    """The size of the piece before the one that starts here."""
    before = 0
    for T in pieces:
        if before + T == start:
            return T
        before += T
    return 0


def _mapped(choose):
    def variant(oracle, q, k, v, pieces):
        H, G = q.shape[-3], k.shape[-3]
        index = torch.tensor([choose(h, H, G) for h in range(H)])
        k, v = (t[..., index, :, :] for t in (k, v))
        return {"output": oracle(q=q, k=k, v=v, pieces=pieces)["output"]}

    return variant


def _confused(i, j):
    """Old keys are read from part i of the cache, (keys, values), old values from j."""

    def variant(q, k, v, pieces):
        k, v = (_spread(t, q) for t in (k, v))
        found, start, old = [], 0, None
        for T in pieces:
            now = slice(start, start + T)
            a, b = k[..., now, :], v[..., now, :]
            if old is not None:
                a, b = torch.cat([old[i], a], -2), torch.cat([old[j], b], -2)
            mask = _shifted(0)(T, a.shape[-2])
            part = q[..., now, :]
            found.append(F.scaled_dot_product_attention(part, a, b, attn_mask=mask))
            old, start = (a, b), start + T
        return {"output": torch.cat(found, dim=-2)}

    return variant


def _stored(factor):
    """Another number of numbers; the output is not looked at."""

    def variant(oracle, q, k, v, pieces):
        right = oracle(q=q, k=k, v=v, pieces=pieces)["numbers"]
        return {"numbers": float(right * factor(H=q.shape[-3], G=k.shape[-3]))}

    return variant


def _last_piece(oracle, q, k, v, pieces):
    """Only the newest piece is kept: the next one sees that and itself."""
    right = oracle(q=q, k=k, v=v, pieces=pieces)
    kept = right["numbers"] * pieces[-1] / sum(pieces)
    output = _written(_shifted(0), known=_previous)(q, k, v, pieces)
    return output | {"numbers": float(kept)}


def _wide(oracle, q, k, v, pieces):
    right = oracle(q=q, k=k, v=v, pieces=pieces)["numbers"]
    return {"numbers": float(right), "bytes": 4.0 * right}


CACHED = [
    Mistake(
        "cached.mask-on-left",
        N_("Your new tokens look at the wrong keys: the triangle starts at key 0."),
        N_(
            "Query t of T stands at position S − T + t: `tril(S - T)`. torch's "
            "`is_causal=True` starts at 0, too, if T and S differ."
        ),
        _written(lambda T, S: _ones(T, S).tril()),
    ),
    Mistake(
        "cached.no-mask",
        N_("Your new tokens see tokens that come after them."),
        N_("A new token sees all old ones, and new ones up to itself."),
        _written(_ones),
    ),
    *ways(
        "cached.off-by-one",
        N_("Your mask is off by one position."),
        N_("The last new token sees all S keys: `tril(S - T)`."),
        _written(_shifted(1)),
        _written(_shifted(-1)),
        _written(_shifted(-1), blind=math.nan),
    ),
    *ways(
        "cached.cache-ignored",
        N_("Your new tokens do not see the old ones."),
        N_("Join the old keys and the new ones, and attend to all of them."),
        _written(_shifted(0), known=_alone),
        _written(_ones, known=_alone),
    ),
    Mistake(
        "cached.only-the-last-piece",
        N_("Your cache holds the newest tokens only; older ones are lost."),
        N_("Return what you attended to: old and new keys together."),
        _last_piece,
    ),
    *ways(
        "cached.new-first",
        N_("Your new keys stand in front of the old ones."),
        N_("`torch.cat([old, new], dim=-2)`: in the order in which they were written."),
        _written(_shifted(0), joined=lambda old, new: new + old),
        _written(_ones, joined=lambda old, new: new + old),
    ),
    Mistake(
        "cached.pair-swapped",
        N_("Your cache comes back as (values, keys)."),
        N_("Return them in the order in which you read them: (k, v)."),
        _confused(1, 0),
    ),
    *ways(
        "cached.same-half",
        N_("You read old keys and old values from the same half of the cache."),
        N_("cache[0] holds the keys, cache[1] the values."),
        _confused(0, 0),
        _confused(1, 1),
    ),
    *ways(
        "cached.tiled",
        N_("In yours query heads 0, G, 2G, … share a head, not neighbours."),
        N_("Query head h meets head h // (H // G)."),
        _mapped(lambda h, H, G: h % G),
    ),
    *ways(
        "cached.expanded",
        N_("Your output is right, but your cache holds H heads: {H} and not {G}."),
        N_(
            "Keep the G heads as they come. If you repeat heads in order to attend, do "
            "it with another name and throw the copies away."
        ),
        _stored(lambda H, G: H // G),
        _stored(lambda H, G: (H // G + 1) / 2),
    ),
    Mistake(
        "cached.wide",
        N_("Your cache holds numbers of 4 bytes; the keys come in {dtype}."),
        N_("Store keys and values in the dtype in which they come."),
        _wide,
    ),
    *ways(
        "cached.kept-twice",
        N_("Your cache does not hold one key and one value for each token."),
        N_("It is a pair: all keys (…, G, S, D), all values (…, G, S, D)."),
        _stored(lambda H, G: 2),
        _stored(lambda H, G: 0.5),
    ),
    Mistake(
        "cached.no-pair",
        N_("The test takes your answer apart: an output, and a pair of tensors."),
        N_("End in `return output, (k, v)`."),
        raises=rf"(unpack|not iterable|has no attribute|but got tuple).*{AT_LOADING}",
    ),
    Mistake(
        "cached.cat",
        N_("The cache and the new keys do not fit together."),
        N_(
            "Join along the positions, axis −2. Both have G heads: nothing in the "
            "cache is repeated."
        ),
        raises=r"Sizes of tensors must match|Tensors must have same number of dim",
    ),
    Mistake(
        "cached.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_("Count axes from the end: positions are axis −2, heads are axis −3."),
        raises=FIXED_AXES,
    ),
    Mistake(
        "cached.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "T queries meet S keys, old and new: scores and mask are (…, T, S). Keys "
            "*and* values are kept, and both have G heads."
        ),
        raises=SIZES + r"|subscript|operand|shape.*is invalid|expanded size",
    ),
]
