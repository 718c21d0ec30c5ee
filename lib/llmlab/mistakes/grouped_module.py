"""Mistakes in the module. Oracle: module(x, W_Q, W_K, W_V, W_O, H, G, mask)."""

import torch
import torch.nn.functional as F

from ..check.mistake import Mistake, call, ways
from ..i18n import N_
from . import in_module
from .multi_head import AT_LOADING
from .scores import SIZES
from .split_merge import NO_SUCH_SHAPE, NO_VIEW


def _with(change):
    """The oracle's output with something else; only the output is compared."""

    def variant(oracle, x, W_Q, W_K, W_V, W_O, H, G, mask=None):
        given = {"x": x, "W_Q": W_Q, "W_K": W_K, "W_V": W_V, "W_O": W_O}
        given |= {"H": H, "G": G, "mask": mask}
        changed = call(change, given)
        return changed and {"output": oracle(**{**given, **changed})["output"]}

    return variant


def _mapped(choose):
    """Query head h meets head choose(h, H, G): a module with H key/value heads."""

    def change(W_K, W_V, H, G):
        index = torch.tensor([choose(h, H, G) for h in range(H)])
        K, V = (W.unflatten(0, (G, -1))[index].flatten(0, 1) for W in (W_K, W_V))
        return {"W_K": K, "W_V": V, "G": H}

    return _with(change)


def _scaled(factor):
    return _with(lambda W_Q, x, H: {"W_Q": W_Q * factor(x.shape[-1], H)})


def _interleaved(merge: bool):
    """Channels of a head lie apart: (d h) in the cut, and perhaps when joined."""

    def change(W_Q, W_K, W_V, W_O, H, G):
        Q = W_Q.unflatten(0, (-1, H)).transpose(0, 1).flatten(0, 1)
        K, V = (
            W.unflatten(0, (-1, G)).transpose(0, 1).flatten(0, 1) for W in (W_K, W_V)
        )
        out = W_O.unflatten(1, (-1, H)).transpose(1, 2).flatten(1) if merge else W_O
        return {"W_Q": Q, "W_K": K, "W_V": V, "W_O": out}

    return _with(change)


def _bare(cut: bool):
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


def _residual(oracle, x, **given):
    return {"output": oracle(x=x, **given)["output"] + x}


def _turned(*names):
    def change(**given):
        W = {n: given[n] for n in names}
        square = all(w.shape[0] == w.shape[1] for w in W.values())
        return {n: w.mT for n, w in W.items()} if square else None

    return _with(change)


def _no_mask(mask):
    return None if mask is None else {"mask": None}


def _inverted(mask):
    return None if mask is None else {"mask": ~mask}


def _always_causal(x, mask):
    T = x.shape[-2]
    past = torch.ones(len(x), T, T, dtype=torch.bool).tril()
    return {"mask": past if mask is None else past & mask}


GROUPED_MODULE = [
    Mistake(
        "grouped-module.extra-parameters",
        N_("Your module has more parameters than its four matrices."),
        N_("Give each nn.Linear `bias=False`. The heads of a group share a part."),
        applies=in_module.size(lambda got, expected: got > expected),
    ),
    Mistake(
        "grouped-module.missing-parameters",
        N_("Your module has fewer parameters than its four matrices."),
        N_("W_Q, W_K, W_V and W_O are four different layers, each an attribute."),
        applies=in_module.size(lambda got, expected: got < expected),
    ),
    *ways(
        "grouped-module.tiled",
        N_("In yours query heads 0, G, 2G, … share a head, not neighbours."),
        N_("Query head h meets head h // (H // G): look at repeat_kv again."),
        _mapped(lambda h, H, G: h % G),
    ),
    *ways(
        "grouped-module.one-head",
        N_("In yours all query heads look into the same key/value head."),
        N_("Cut what W_K and W_V make into G heads, one for each group."),
        _mapped(lambda h, H, G: 0),
    ),
    Mistake(
        "grouped-module.no-output-projection",
        N_("Your module returns the joined heads: W_O plays no part in its output."),
        N_("The last step is `self.W_O(…)`: it mixes what the heads found."),
        _with(lambda W_O: {"W_O": torch.eye(len(W_O), dtype=W_O.dtype)}),
    ),
    Mistake(
        "grouped-module.values-from-keys",
        N_("Your module passes on keys: its values come from W_K."),
        N_("Values come from a matrix of their own: W_V."),
        _with(lambda W_K: {"W_V": W_K}),
    ),
    Mistake(
        "grouped-module.values-and-keys-swapped",
        N_("Your module uses W_V for the keys and W_K for the values."),
        N_("Keys are compared with queries; values are what is passed on."),
        _with(lambda W_K, W_V: {"W_K": W_V, "W_V": W_K}),
    ),
    Mistake(
        "grouped-module.scaled-by-C",
        N_("Your scores are divided by √C, the width of the model, instead of √D."),
        N_("One head's products run over its D = C / H numbers."),
        _scaled(lambda C, H: H**-0.5),
    ),
    *ways(
        "grouped-module.scale",
        N_("Your scores are divided by another number than √D."),
        N_("Attention divides by √D itself, D = C / H: do it once, and not outside."),
        _scaled(lambda C, H: (C / H) ** 0.5),
        _scaled(lambda C, H: (C / H) ** -0.5),
    ),
    *ways(
        "grouped-module.interleaved",
        N_("In yours the channels of a head do not lie side by side."),
        N_("Cut into (heads, width), in this order: `(h d)`."),
        _interleaved(True),
        _interleaved(False),
    ),
    *ways(
        "grouped-module.bare-reshape",
        N_("In yours a reshape mixes positions and heads."),
        N_(
            "First cut C into (heads, D), then swap heads and positions. On the way "
            "back swap first, then join."
        ),
        _bare(True),
        _bare(False),
    ),
    *ways(
        "grouped-module.matrices-turned",
        N_("Your module multiplies by a transposed matrix."),
        N_("Call the layer, `self.W_O(y)`, or write `y @ W.T`: nn.Linear does xWᵀ."),
        _turned("W_O"),
        _turned("W_Q"),
        _turned("W_Q", "W_O"),
    ),
    Mistake(
        "grouped-module.mask-ignored",
        N_("Your module does not use the mask."),
        N_("Hand the mask on to grouped_attention."),
        _with(_no_mask),
    ),
    Mistake(
        "grouped-module.inverted-mask",
        N_("Your module looks only where it may not."),
        N_("True means: may look, for grouped_attention and for torch's attention."),
        _with(_inverted),
    ),
    Mistake(
        "grouped-module.always-causal",
        N_("Your module has a causal mask of its own."),
        N_("Only the mask that is passed in says where to look; None allows all."),
        _with(_always_causal),
    ),
    Mistake(
        "grouped-module.residual",
        N_("Your module adds its input to the output."),
        N_("The residual connection belongs to the layer around attention, in 24.5."),
        _residual,
    ),
    Mistake(
        "grouped-module.no-gradient",
        N_("No gradient reaches some of your matrices, so they would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()` or a new torch.tensor."),
        applies=in_module.missing_gradient,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "grouped-module.sizes",
        N_("One of your four matrices has another size."),
        N_(
            "W_Q and W_O map C to C. W_K and W_V map C to G·D, with D = C / H: they "
            "make G heads, not H, and not one."
        ),
        raises=rf"(size of tensor a|output with shape).*{AT_LOADING}",
    ),
    Mistake(
        "grouped-module.no-attribute",
        N_("The module has no layer named W_Q, W_K, W_V or W_O."),
        N_(
            "In __init__, after super().__init__(): `self.W_Q = nn.Linear(…)`, and so "
            "on, so that a test can load weights into them."
        ),
        raises=r"has no attribute 'W_[QKVO]'",
    ),
    Mistake(
        "grouped-module.no-init",
        N_("Your layers are set before nn.Module is ready for them."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign (module|parameters?) before",
    ),
    Mistake(
        "grouped-module.mask-none",
        N_("Your code uses a mask when there is none: it is None."),
        N_("Ask first: `if mask is not None:`."),
        raises="NoneType",
    ),
    Mistake(
        "grouped-module.view",
        N_("`view` cannot join axes that a transpose has moved: they lie apart."),
        N_("Use `reshape`, which copies when it must, or `.contiguous().view(…)`."),
        raises=NO_VIEW,
    ),
    Mistake(
        "grouped-module.shapes",
        N_("Two shapes do not fit together."),
        N_("q is (…, H, T, D), k and v are (…, G, T, D), and D = C / H in both."),
        raises=SIZES + "|" + NO_SUCH_SHAPE + r"|subscript|operand|same dtype",
    ),
]
