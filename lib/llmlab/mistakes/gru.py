"""Mistakes in a GRU's step. Oracle: gru(x, h, W_ih, W_hh, b_ih, b_hh), (B, D); rows of
the weights: reset gate, update gate, new content."""

from itertools import permutations

import torch

from ..check.mistake import Mistake, call, ways
from ..i18n import N_
from .altered import changed, interleaved, reordered
from .gates import GRU_ORDER as ORDER
from .gates import made, of_gru
from .scores import SIZES

_made = made(of_gru)


def _with_content(change):
    """Another new content, mixed with the old state as the update gate says."""

    def mixed(z, h, **known):
        n = call(change, {"z": z, "h": h, **known})
        return n + z * (h - n)

    return _made(mixed)


def _reset_before(a, h, r, W_hh, b_hh):
    """The old state is reset before the matrix, as in the paper of 2014."""
    *_others, matrix = W_hh.chunk(3)
    *_rest, bias = b_hh.chunk(3)
    return torch.tanh(a + (r * h) @ matrix.mT + bias)


def _reset_without_bias(a, b, r, b_hh):
    *_rest, bias = b_hh.chunk(3)
    return torch.tanh(a + r * (b - bias) + bias)


def _mixed_reset(z, r, h, **known):
    """h is replaced by r ⊙ h before anything else uses it."""
    n = call(_reset_before, {"r": r, "h": h, **known})
    return (1 - z) * n + z * r * h


def _by_tanh(r, z, a, b, h):
    r, z = torch.tanh(torch.logit(r)), torch.tanh(torch.logit(z))
    n = torch.tanh(a + r * b)
    return n + z * (h - n)


ORDERS = ["".join(p) for p in permutations(ORDER) if "".join(p) not in ("rzn", "zrn")]

GRU = [
    Mistake(
        "gru.update-inverted",
        N_("Your update gate is turned around: you keep 1 − z of the old state."),
        N_(
            "PyTorch's z says how much of the old h stays: (1 − z) ⊙ n + z ⊙ h. Some "
            "papers write it the other way round."
        ),
        _made(lambda z, n, h: z * n + (1 - z) * h),
    ),
    Mistake(
        "gru.gates-swapped",
        N_("Your reset and update gates are swapped."),
        N_("Three blocks of D rows: reset gate r, update gate z, content n."),
        reordered("zrn", ORDER),
    ),
    *ways(
        "gru.gate-order",
        N_("Your step reads the rows of the gates in another order than PyTorch's."),
        N_("Three blocks of D rows: reset gate r, update gate z, content n."),
        *(reordered(order, ORDER) for order in ORDERS),
    ),
    Mistake(
        "gru.interleaved",
        N_("Your step deals out the rows to the gates in turn, one by one."),
        N_("The rows come in three blocks of D: `.chunk(3, dim=-1)` takes them apart."),
        interleaved(3),
    ),
    Mistake(
        "gru.reset-before-the-matrix",
        N_("Your reset gate multiplies h before the matrix."),
        N_(
            "That is the GRU of the first paper (2014). PyTorch's multiplies after it: "
            "r ⊙ (W_hn h + b_hn)."
        ),
        _with_content(_reset_before),
    ),
    Mistake(
        "gru.bias-not-reset",
        N_("Your reset gate leaves the bias b_hn outside."),
        N_("r multiplies the whole part of the state: r ⊙ (W_hn h + b_hn)."),
        _with_content(_reset_without_bias),
    ),
    Mistake(
        "gru.bare-state",
        N_("Your content takes the old state as it is, without its matrix."),
        N_("r multiplies the whole part of the state: r ⊙ (W_hn h + b_hn)."),
        _with_content(lambda a, r, h: torch.tanh(a + r * h)),
    ),
    Mistake(
        "gru.update-for-reset",
        N_("Your content uses the update gate z where the reset gate r belongs."),
        N_("r resets, z mixes: tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))."),
        _with_content(lambda a, b, z: torch.tanh(a + z * b)),
    ),
    Mistake(
        "gru.reset-on-the-input",
        N_("Your reset gate multiplies the input's part instead of the state's."),
        N_("r says how much of the past enters the content: r ⊙ (W_hn h + b_hn)."),
        _with_content(lambda a, b, r: torch.tanh(r * a + b)),
    ),
    Mistake(
        "gru.reset-on-both",
        N_("Your reset gate multiplies the input's part too."),
        N_("r stands before the state's part only: tanh(W_in x + b_in + r ⊙ (…))."),
        _with_content(lambda a, b, r: torch.tanh(r * (a + b))),
    ),
    Mistake(
        "gru.reset-outside",
        N_("Your reset gate multiplies the content after the tanh."),
        N_("r stands inside the tanh, before the state's part."),
        _with_content(lambda r, a, b: r * torch.tanh(a + b)),
    ),
    Mistake(
        "gru.no-reset",
        N_("Your content does not use the reset gate."),
        N_("The state's part of the content is multiplied by r."),
        _with_content(lambda a, b: torch.tanh(a + b)),
    ),
    Mistake(
        "gru.content-without-state",
        N_("Your content looks at x only."),
        N_("The sum in the tanh has a part of the state too: r ⊙ (W_hn h + b_hn)."),
        _with_content(lambda a: torch.tanh(a)),
    ),
    Mistake(
        "gru.content-by-sigmoid",
        N_("Your content n goes through a sigmoid instead of a tanh."),
        N_("Gates are between 0 and 1; content may be negative, so it needs tanh."),
        _with_content(lambda n: torch.atanh(n).sigmoid()),
    ),
    Mistake(
        "gru.content-bare",
        N_("Your content n goes through no tanh at all."),
        N_("n is the tanh of its sum."),
        _with_content(lambda a, b, r: a + r * b),
    ),
    Mistake(
        "gru.gates-by-tanh",
        N_("Your gates go through tanh instead of a sigmoid."),
        N_("A gate is a share, between 0 and 1. tanh would make it negative."),
        _made(_by_tanh),
    ),
    Mistake(
        "gru.content-returned",
        N_("You return the content n; the old state is not mixed in."),
        N_("The new state is (1 − z) ⊙ n + z ⊙ h."),
        _made(lambda n: n),
    ),
    *ways(
        "gru.not-a-mixture",
        N_("Your shares of n and h do not add up to 1."),
        N_("The new state is a mixture: (1 − z) ⊙ n + z ⊙ h."),
        _made(lambda n, z, h: n + z * h),
        _made(lambda n, z, h: z * (n + h)),
        _made(lambda n, z, h: (1 - z) * (n + h)),
    ),
    *ways(
        "gru.reset-in-the-mixture",
        N_("Your mixture keeps z ⊙ r ⊙ h: the reset gate touches what stays."),
        N_("r resets what enters the content. What stays is z ⊙ h, the h of before."),
        _made(lambda n, z, r, h: (1 - z) * n + z * r * h),
        _made(lambda z, r, h, **known: _mixed_reset(z=z, r=r, h=h, **known)),
    ),
    Mistake(
        "gru.reset-inverted",
        N_("Your reset gate is turned around: 1 − r multiplies the state's part."),
        N_("An r of 1 keeps the past, an r of 0 leaves it out of the content."),
        _with_content(lambda a, b, r: torch.tanh(a + (1 - r) * b)),
    ),
    Mistake(
        "gru.reset-for-update",
        N_("You mix the old state and the content in the shares of r."),
        N_("z mixes, r resets: (1 − z) ⊙ n + z ⊙ h."),
        _made(lambda n, r, h: (1 - r) * n + r * h),
    ),
    Mistake(
        "gru.biases-forgotten",
        N_("Your step leaves the biases out."),
        N_("b_ih belongs to the input's part, b_hh to the state's part."),
        changed(lambda b_ih, b_hh: {"b_ih": 0 * b_ih, "b_hh": 0 * b_hh}),
    ),
    *ways(
        "gru.one-bias-forgotten",
        N_("Your step leaves one of the two biases out."),
        N_("b_ih belongs to the input's part, b_hh to the state's part."),
        changed(lambda b_hh: {"b_hh": 0 * b_hh}),
        changed(lambda b_ih: {"b_ih": 0 * b_ih}),
    ),
    *ways(
        "gru.state-ignored",
        N_("Your gates do not look at h."),
        N_("Each gate's sum has a part of x and a part of h."),
        changed(lambda W_hh: {"W_hh": 0 * W_hh}),
        changed(lambda h: {"h": 0 * h}),
    ),
    Mistake(
        "gru.chunked-batch",
        N_("You take the gates apart along the batch."),
        N_("The three blocks lie side by side in the last axis: `dim=-1`."),
        raises=r"values to unpack.*\| .*(chunk|split|unbind)\(",
    ),
    Mistake(
        "gru.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "x @ W_ih.T + b_ih and h @ W_hh.T + b_hh are both (B, 3·D). The gates and "
            "n are (B, D) each, as h is."
        ),
        raises=SIZES,
    ),
]
