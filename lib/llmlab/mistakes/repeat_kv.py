"""Mistakes in repeating key/value heads. Oracle: repeat(x, H)."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .scores import FIXED_AXES
from .splitting import NO_SUCH_SHAPE, NO_VIEW


def _heads(choose):
    """Other heads in another number: a list of G's heads from H and G."""

    def variant(x, H):
        return x[..., torch.tensor(choose(H, x.shape[-3])), :, :]

    return variant


def _along(axis):
    return lambda x, H: x.repeat_interleave(H // x.shape[-3], dim=axis)


def _not_joined(x, H):
    n = H // x.shape[-3]
    return x.unsqueeze(-3).expand(*x.shape[:-2], n, *x.shape[-2:])


def _bare_reshape(oracle, x, H):
    """Copies are made behind the positions, then reshaped straight to H heads."""
    right = oracle(x=x, H=H)
    rows = x.repeat_interleave(H // x.shape[-3], dim=-2)
    return None if rows.numel() != right.numel() else rows.reshape(right.shape)


REPEAT_KV = [
    *ways(
        "repeat.tiled",
        N_("Your heads come in the order 0, 1, …, 0, 1, …: the groups are mixed."),
        N_(
            "The copies of a head stand side by side: 0, 0, 1, 1. `repeat` and a new "
            "axis in front of the heads tile; `repeat_interleave` does not."
        ),
        _heads(lambda H, G: [h % G for h in range(H)]),
    ),
    *ways(
        "repeat.times-H",
        N_("You repeat each head H times; then there are G·H heads."),
        N_("H heads are wanted in all: each of the G stands there H // G times."),
        _heads(lambda H, G: [h // H for h in range(G * H)]),
        _heads(lambda H, G: [h % G for h in range(G * H)]),
    ),
    *ways(
        "repeat.times-G",
        N_("You repeat each head G times."),
        N_("There are G heads and H are wanted: each stands there H // G times."),
        _heads(lambda H, G: [h // G for h in range(G * G)]),
    ),
    *ways(
        "repeat.one-head",
        N_("All your heads are copies of one head."),
        N_("Each of the G heads serves a group of its own."),
        _heads(lambda H, G: [0] * H),
        _heads(lambda H, G: [G - 1] * H),
    ),
    *ways(
        "repeat.backwards",
        N_("Your heads come in the opposite order."),
        N_("The copies of head 0 come first."),
        _heads(lambda H, G: [h // (H // G) for h in reversed(range(H))]),
    ),
    *ways(
        "repeat.wrong-axis",
        N_("You repeat positions or channels, not heads."),
        N_("The last three axes are heads, positions, channels: `dim=-3`."),
        _along(-2),
        _along(-1),
        lambda x, H: x.repeat(*[1] * (x.ndim - 2), H // x.shape[-3], 1),
    ),
    Mistake(
        "repeat.axis-from-the-front",
        N_("Yours is right with one batch axis only."),
        N_("Count axes from the end: the heads are axis −3."),
        _along(1),
    ),
    Mistake(
        "repeat.axis-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_("Count axes from the end: the heads are axis −3."),
        raises=FIXED_AXES + r"|can not be smaller than number of dimensions",
    ),
    *ways(
        "repeat.not-joined",
        N_("In yours the copies have an axis of their own."),
        N_("Join G and the copies into one axis of H heads: `.flatten(-4, -3)`."),
        _not_joined,
        lambda x, H: _not_joined(x, H).transpose(-4, -3),
    ),
    Mistake(
        "repeat.bare-reshape",
        N_("Yours puts positions of one head where another position belongs."),
        N_(
            "The new axis stands right behind the heads, in front of the positions: "
            "(…, G, n, S, D). Then a reshape joins G and n."
        ),
        _bare_reshape,
    ),
    Mistake(
        "repeat.flat",
        N_("Without `dim`, `repeat_interleave` flattens the whole tensor."),
        N_("Say which axis: dim=-3."),
        lambda x, H: x.repeat_interleave(H // x.shape[-3]),
    ),
    Mistake(
        "repeat.shared-out",
        N_("Your copies are divided by their number."),
        N_("Each copy is the whole head: only the gradient adds up, by itself."),
        lambda oracle, x, H: oracle(x=x, H=H) / (H // x.shape[-3]),
    ),
    Mistake(
        "repeat.heads-first",
        N_("In yours the heads' axis stands before the batch."),
        N_("It stands right before the positions: (…, H, S, D)."),
        lambda oracle, x, H: oracle(x=x, H=H).movedim(-3, 0),
    ),
    Mistake(
        "repeat.float",
        N_("A number of copies is a whole number, and `/` makes a float."),
        N_("H // G, with two slashes."),
        raises=r"must be (int|Tensor|tuple of ints)|'float' object|got float"
        r"|invalid combination of arguments|repeats must be",
    ),
    Mistake(
        "repeat.expanded-heads",
        N_("`expand` stretches an axis of length 1 only, and there are G heads."),
        N_("Put a new axis of length 1 behind the heads, expand it, join the two."),
        raises=r"must match the existing size",
    ),
    Mistake(
        "repeat.view",
        N_("`view` cannot join axes that share memory after `expand`."),
        N_("Use `reshape` or `flatten`, which copy when they must."),
        raises=NO_VIEW,
    ),
    Mistake(
        "repeat.shape",
        N_("The new shape does not hold as many numbers as there are."),
        N_("(…, G, S, D) becomes (…, H, S, D), with H // G copies of each head."),
        raises=NO_SUCH_SHAPE,
    ),
]
