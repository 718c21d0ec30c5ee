"""Wrong modules, all derived from an oracle module(x, W_Q, W_K, W_V, W_O, H, G, mask).

It returns a dict; only its output is compared.
"""

import torch
import torch.nn.functional as F

from ..check.mistake import call


def changed(change):
    """The oracle's output with something else; only the output is compared."""

    def variant(oracle, x, W_Q, W_K, W_V, W_O, H, G, mask=None):
        given = {"x": x, "W_Q": W_Q, "W_K": W_K, "W_V": W_V, "W_O": W_O}
        given |= {"H": H, "G": G, "mask": mask}
        other = call(change, given)
        return other and {"output": oracle(**{**given, **other})["output"]}

    return variant


def mapped(choose):
    """Query head h meets head choose(h, H, G): a module with H key/value heads."""

    def change(W_K, W_V, H, G):
        index = torch.tensor([choose(h, H, G) for h in range(H)])
        K, V = (W.unflatten(0, (G, -1))[index].flatten(0, 1) for W in (W_K, W_V))
        return {"W_K": K, "W_V": V, "G": H}

    return changed(change)


def scaled(factor):
    return changed(lambda W_Q, x, H: {"W_Q": W_Q * factor(x.shape[-1], H)})


def interleaved(merge: bool):
    """Channels of a head lie apart: (d h) in the cut, and perhaps when joined."""

    def change(W_Q, W_K, W_V, W_O, H, G):
        Q = W_Q.unflatten(0, (-1, H)).transpose(0, 1).flatten(0, 1)
        K, V = (
            W.unflatten(0, (-1, G)).transpose(0, 1).flatten(0, 1) for W in (W_K, W_V)
        )
        out = W_O.unflatten(1, (-1, H)).transpose(1, 2).flatten(1) if merge else W_O
        return {"W_Q": Q, "W_K": K, "W_V": V, "W_O": out}

    return changed(change)


def joined_apart(oracle, x, W_Q, W_K, W_V, W_O, H, G, mask=None):
    """Heads are joined (d h), channel by channel, in front of W_O."""
    out = W_O.unflatten(1, (-1, H)).transpose(1, 2).flatten(1)
    return {"output": oracle(x, W_Q, W_K, W_V, out, H, G, mask)["output"]}


def bare_reshape(cut: bool):
    """A reshape without swapping axes, in the cut or only when heads are joined."""

    def variant(oracle, x, W_Q, W_K, W_V, W_O, H, G, mask=None):
        B, T, C = x.shape
        if not cut:
            eye = torch.eye(C, dtype=x.dtype)
            right = oracle(x, W_Q, W_K, W_V, eye, H, G, mask)["output"]
            heads = right.unflatten(-1, (H, -1)).transpose(1, 2)
            return {"output": heads.reshape(B, T, C) @ W_O.mT}
        index = torch.arange(H) // (H // G)
        q = (x @ W_Q.mT).reshape(B, H, T, -1)
        k, v = ((x @ W.mT).reshape(B, G, T, -1)[:, index] for W in (W_K, W_V))
        shown = None if mask is None else mask[:, None]
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=shown)
        return {"output": found.reshape(B, T, C) @ W_O.mT}

    return variant


def residual(oracle, x, W_Q, W_K, W_V, W_O, H, G, mask=None):
    return {"output": oracle(x, W_Q, W_K, W_V, W_O, H, G, mask)["output"] + x}


def turned(*names):
    def change(**given):
        W = {n: given[n] for n in names}
        square = all(w.shape[0] == w.shape[1] for w in W.values())
        return {n: w.mT for n, w in W.items()} if square else None

    return changed(change)


def no_mask(mask):
    return None if mask is None else {"mask": None}


def inverted(mask):
    return None if mask is None else {"mask": ~mask}


def always_causal(x, mask):
    T = x.shape[-2]
    past = torch.ones(len(x), T, T, dtype=torch.bool).tril()
    return {"mask": past if mask is None else past & mask}
