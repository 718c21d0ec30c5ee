"""Mistakes in an LSTM's step. Oracle: lstm(x, h, c, W_ih, W_hh, b_ih, b_hh), which
returns {"h": …, "c": …}; rows of the weights: input, forget, cell, output gate."""

from itertools import permutations

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import lstm_steps as steps
from .altered import changed, interleaved, reordered
from .gates import LSTM_ORDER as ORDER
from .scores import SIZES

ORDERS = ["".join(p) for p in permutations(ORDER) if "".join(p) not in ("ifgo", "figo")]

LSTM = [
    Mistake(
        "lstm.forget-on-the-new",
        N_(
            "Your forget gate multiplies the new content, and your input gate the old "
            "cell; or the rows of the two gates are read in the other order."
        ),
        N_("f says how much of the old c stays, i how much of g comes in."),
        reordered("figo", ORDER),
    ),
    *ways(
        "lstm.gate-order",
        N_("Your step reads the rows of the gates in another order than PyTorch's."),
        N_(
            "Four blocks of D rows: input gate, forget gate, cell content, output gate."
        ),
        *(reordered(order, ORDER) for order in ORDERS),
    ),
    Mistake(
        "lstm.interleaved",
        N_("Your step deals out the rows to the gates in turn, one by one."),
        N_("The rows come in four blocks of D: `.chunk(4, dim=-1)` takes them apart."),
        interleaved(4),
    ),
    Mistake(
        "lstm.returned-swapped",
        N_("You return c first and h second."),
        N_("The order is h, c: first the state, then the cell."),
        steps.own(lambda right: {"h": right["c"], "c": right["h"]}),
    ),
    Mistake(
        "lstm.given-swapped",
        N_("Your step takes h for the cell and c for the state."),
        N_("The gates look at x and h. The forget gate multiplies c."),
        changed(lambda h, c: {"h": c, "c": h}),
    ),
    Mistake(
        "lstm.state-for-cell",
        N_("Your forget gate multiplies h; c is not used."),
        N_("The cell is what is kept: the new c is f ⊙ c + i ⊙ g."),
        changed(lambda h: {"c": h}),
    ),
    Mistake(
        "lstm.cell-for-state",
        N_("Your gates look at c instead of h."),
        N_("W_hh multiplies the state h. The cell c passes by the matrices."),
        changed(lambda c: {"h": c}),
    ),
    Mistake(
        "lstm.cell-from-the-old",
        N_("Your new state is made from the old cell."),
        N_("First the new c, then h from that new c."),
        steps.own(lambda o, c, right: {"h": o * torch.tanh(c), "c": right["c"]}),
    ),
    Mistake(
        "lstm.no-tanh-on-cell",
        N_("Your new state is o ⊙ c, without the tanh of the cell."),
        N_("The cell may grow; tanh(c) brings it back between −1 and 1."),
        steps.own(lambda o, right: {"h": o * right["c"], "c": right["c"]}),
    ),
    Mistake(
        "lstm.tanh-outside",
        N_("Your new state is tanh(o ⊙ c): the gate is inside the tanh."),
        N_("The gate multiplies last: o ⊙ tanh(c)."),
        steps.own(lambda o, right: {**right, "h": torch.tanh(o * right["c"])}),
    ),
    Mistake(
        "lstm.sigmoid-on-cell",
        N_("Your new state takes the sigmoid of the cell instead of its tanh."),
        N_("The new state is o ⊙ tanh(c)."),
        steps.own(lambda o, right: {"h": o * right["c"].sigmoid(), "c": right["c"]}),
    ),
    Mistake(
        "lstm.squashed-cell",
        N_("The cell that you return has gone through tanh."),
        N_("tanh is for h only. The cell is kept as it is, or it would fade."),
        steps.own(lambda right: {"h": right["h"], "c": torch.tanh(right["c"])}),
    ),
    Mistake(
        "lstm.no-output-gate",
        N_("Your new state is tanh(c): the output gate is not used."),
        N_("The output gate says how much of the cell is shown: h is o ⊙ tanh(c)."),
        steps.own(lambda right: {"h": torch.tanh(right["c"]), "c": right["c"]}),
    ),
    Mistake(
        "lstm.no-forget-gate",
        N_("Your cell keeps all of its past: the forget gate is not used."),
        N_("That is the LSTM of 1997. Here the old c is multiplied by f."),
        steps.from_cell(lambda i, g, c: c + i * g),
    ),
    Mistake(
        "lstm.no-input-gate",
        N_("Your cell takes in all new content: the input gate is not used."),
        N_("i says how much of g comes in."),
        steps.from_cell(lambda f, g, c: f * c + g),
    ),
    Mistake(
        "lstm.no-content",
        N_("Your cell adds the input gate itself: the content g is not used."),
        N_("The gate multiplies what comes in, and that is g."),
        steps.from_cell(lambda i, f, c: f * c + i),
    ),
    Mistake(
        "lstm.forget-inverted",
        N_("Your cell keeps 1 − f of its past."),
        N_("In spite of its name, a forget gate of 1 means: keep everything."),
        steps.from_cell(lambda i, f, g, c: (1 - f) * c + i * g),
    ),
    Mistake(
        "lstm.coupled",
        N_("Your cell takes in 1 − f of the new content instead of i."),
        N_("That is the GRU's way. An LSTM has an input gate of its own."),
        steps.from_cell(lambda f, g, c: f * c + (1 - f) * g),
    ),
    Mistake(
        "lstm.subtracted",
        N_("Your cell subtracts the new content."),
        N_("The new c is a sum: f ⊙ c + i ⊙ g."),
        steps.from_cell(lambda i, f, g, c: f * c - i * g),
    ),
    *ways(
        "lstm.content-by-sigmoid",
        N_("Your content g goes through a sigmoid."),
        N_("Gates are between 0 and 1; content may be negative, so it needs tanh."),
        steps.from_cell(lambda i, f, g, c: f * c + i * torch.atanh(g).sigmoid()),
        steps.from_cell(lambda i, f, g, c: f * c + i * torch.atanh(g).sigmoid().tanh()),
    ),
    Mistake(
        "lstm.content-bare",
        N_("Your content g goes through no tanh at all."),
        N_("g is the tanh of its sum."),
        steps.from_cell(lambda i, f, g, c: f * c + i * torch.atanh(g)),
    ),
    *ways(
        "lstm.squashing-swapped",
        N_("Your gates go through tanh and your content through a sigmoid."),
        N_("A gate is a share, between 0 and 1: sigmoid. Content may be negative."),
        steps.own(
            lambda i, f, g, o, c: steps.squashed(
                i, f, g, o, c, torch.tanh, torch.sigmoid
            )
        ),
    ),
    *ways(
        "lstm.gates-by-tanh",
        N_("A gate of yours goes through tanh instead of a sigmoid, or all three do."),
        N_("A gate is a share, between 0 and 1. tanh would make it negative."),
        steps.own(
            lambda i, f, g, o, c: steps.squashed(i, f, g, o, c, torch.tanh, torch.tanh)
        ),
        *(steps.one_by(torch.tanh, gate) for gate in "ifo"),
    ),
    Mistake(
        "lstm.forget-opened",
        N_("Your forget gate has 1 added to its sum."),
        N_("Some start its bias at 1. Then 1 is in the weights; the step adds none."),
        changed(steps.opened),
    ),
    *ways(
        "lstm.gates-bare",
        N_("A gate of yours goes through no sigmoid, or none of the three does."),
        N_("A gate is a share, between 0 and 1: the sigmoid of its sum."),
        steps.own(
            lambda i, f, g, o, c: steps.squashed(i, f, g, o, c, lambda s: s, torch.tanh)
        ),
        *(steps.one_by(lambda s: s, gate) for gate in "ifo"),
    ),
    Mistake(
        "lstm.biases-forgotten",
        N_("Your step leaves the biases out."),
        N_("Both b_ih and b_hh are added before the gates are taken apart."),
        changed(lambda b_ih, b_hh: {"b_ih": 0 * b_ih, "b_hh": 0 * b_hh}),
    ),
    *ways(
        "lstm.one-bias-forgotten",
        N_("Your step leaves one of the two biases out."),
        N_("PyTorch keeps two, b_ih and b_hh. Both are added."),
        changed(lambda b_hh: {"b_hh": 0 * b_hh}),
        changed(lambda b_ih: {"b_ih": 0 * b_ih}),
    ),
    Mistake(
        "lstm.state-ignored",
        N_("Your gates do not look at h."),
        N_("Each gate's sum has a part of x and a part of h."),
        changed(lambda h: {"h": 0 * h}),
    ),
    Mistake(
        "lstm.cell-ignored",
        N_("Your step does not use the old cell."),
        N_("The new c is f ⊙ c + i ⊙ g."),
        changed(lambda c: {"c": 0 * c}),
    ),
    Mistake(
        "lstm.one-value",
        N_("You return one tensor; the next step needs two."),
        N_("Return the pair h, c."),
        applies=steps.only_state,
    ),
    Mistake(
        "lstm.pair-in-a-pair",
        N_("Your second value is itself a pair."),
        N_("nn.LSTM, over a sentence, returns output, (h, c). One step returns h, c."),
        applies=steps.pair_in_a_pair,
    ),
    Mistake(
        "lstm.viewed",
        N_("Your gates are cut from the sums as if sentences and blocks lay in a row."),
        N_("The sums are (B, 4·D). `.chunk(4, dim=-1)` cuts each sentence's own row."),
        steps.own(steps.viewed),
    ),
    Mistake(
        "lstm.chunked-batch",
        N_("You take the gates apart along the batch."),
        N_("The four blocks lie side by side in the last axis: `dim=-1`."),
        raises=r"values to unpack.*\| .*(chunk|split|unbind)\(",
    ),
    Mistake(
        "lstm.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "x @ W_ih.T and h @ W_hh.T are both (B, 4·D). The four gates are (B, D) "
            "each, as h and c are."
        ),
        raises=SIZES,
    ),
]
