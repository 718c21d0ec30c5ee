"""Wrong modules, all derived from an oracle module(x, weights, H, context, mask).

`weights` holds W_Q, W_K, W_V and W_O, in this order.
"""

import torch
from torch import Tensor

from ..check.compare import equal

Q, K, V, OUT = range(4)


def output(change):
    """The oracle's output with other weights, heads, context or mask."""

    def variant(oracle, x, weights, H, context=None, mask=None):
        given = {"x": x, "weights": weights, "H": H, "context": context, "mask": mask}
        changed = change(**given)
        if changed is None:
            return None
        return {"output": oracle(**{**given, **changed})["output"]}

    return variant


def order(*rows):
    return output(lambda weights, **_: {"weights": weights[list(rows)]})


def turned(*which):
    def change(weights, **_):
        weights = weights.clone()
        for i in which:
            weights[i] = weights[i].mT.clone()
        return {"weights": weights}

    return output(change)


def without(*which):
    """Some matrices play no part: each is the identity."""

    def change(weights, **_):
        weights = weights.clone()
        weights[list(which)] = torch.eye(weights.shape[-1], dtype=weights.dtype)
        return {"weights": weights}

    return output(change)


def bare(oracle):
    """Attention in heads without matrices, made from the module's oracle.

    Twice the width and twice the heads: half of them sees q, k and v.
    """

    def attention(q, k, v, H, mask=None):
        C, lead = q.shape[-1], q.shape[:-2]
        if mask is not None:
            mask = mask.expand(*lead, *mask.shape[-2:]).reshape(-1, *mask.shape[-2:])
        q, k, v = (t.reshape(-1, *t.shape[-2:]) for t in (q, k, v))
        same = torch.eye(2 * C, dtype=q.dtype)
        weights = torch.stack([same, same, same.roll(C, 1), same])
        x = torch.cat([q, torch.zeros_like(q)], dim=-1)
        wide = torch.cat([k, v], dim=-1)
        found = oracle(x=x, weights=weights, H=2 * H, context=wide, mask=mask)["output"]
        return found[..., :C].reshape(*lead, *found.shape[-2:-1], C)

    return attention


def inside(change, keys_from="context", values_from="context"):
    """A wrong way to attend between the four matrices; only the output is known."""

    def variant(oracle, x, weights, H, context=None, mask=None):
        sources = {"x": x, "context": x if context is None else context}
        q, k, v = x @ weights[Q].mT, sources[keys_from] @ weights[K].mT, None
        v = sources[values_from] @ weights[V].mT
        if k.shape != v.shape:
            return None
        inner = change(bare(oracle), q=q, k=k, v=v, H=H, mask=mask)
        return None if inner is None else {"output": inner @ weights[OUT].mT}

    return variant


def right(oracle, q, k, v, H, mask=None):
    return oracle(q=q, k=k, v=v, H=H, mask=mask)


def self_only(context, **_):
    return None if context is None else {"context": None}


def all_from_context(context, **_):
    return None if context is None else {"x": context}


def roles_swapped(x, context, **_):
    return None if context is None else {"x": context, "context": x}


def both_seen(x, context, mask, **_):
    if context is None or mask is not None:
        return None
    return {"context": torch.cat([x, context], dim=-2)}


def residual(oracle, x, weights, H, context=None, mask=None):
    right = oracle(x=x, weights=weights, H=H, context=context, mask=mask)
    return {"output": right["output"] + x}


def size(compared):
    def applies(got, expected):
        both = isinstance(got, dict) and isinstance(expected, dict)
        return both and compared(int(got["parameters"]), int(expected["parameters"]))

    return applies


def missing_gradient(got, expected) -> bool:
    """The output is right, and some matrix got no gradient at all."""
    if not isinstance(got, dict) or not equal(got["output"], expected["output"], 20):
        return False
    parts = [value for name, value in got.items() if name.startswith("∂")]
    return any(not isinstance(g, Tensor) or not bool(g.any()) for g in parts)
