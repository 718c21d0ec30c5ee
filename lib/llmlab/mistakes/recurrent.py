"""Mistakes in a plain RNN. Oracle: rnn(x, h0, W_ih, W_hh, b_ih, b_hh), (B, T, D)."""

import torch

from ..check.mistake import Mistake, call, ways
from ..i18n import N_
from . import recurrent_steps as steps
from .altered import after, changed
from .scores import SIZES

RNN = [
    Mistake(
        "rnn.biases-forgotten",
        N_("Your states are those of an RNN without its biases."),
        N_("Both b_ih and b_hh are added before the tanh."),
        changed(steps.no_bias),
    ),
    *ways(
        "rnn.one-bias-forgotten",
        N_("Your states are those of an RNN with one of its two biases left out."),
        N_("PyTorch keeps two, b_ih and b_hh. Both are added before the tanh."),
        changed(lambda b_hh: {"b_hh": 0 * b_hh}),
        changed(lambda b_ih: {"b_ih": 0 * b_ih}),
    ),
    *ways(
        "rnn.one-bias-twice",
        N_("Your states are those of an RNN that adds one bias twice."),
        N_("b_ih and b_hh are two vectors. Add each of them once."),
        changed(lambda b_ih: {"b_hh": b_ih}),
        changed(lambda b_hh: {"b_ih": b_hh}),
    ),
    Mistake(
        "rnn.start-ignored",
        N_("Your RNN starts from zeros instead of h0."),
        N_("The first step uses h0, the state that the caller hands over."),
        changed(lambda h0: {"h0": 0 * h0}),
    ),
    Mistake(
        "rnn.state-not-carried",
        N_("Every step of yours starts from h0 again, so nothing is remembered."),
        N_("Step t uses the state of step t − 1: give the new state the old name, h."),
        steps.forgotten_state,
    ),
    Mistake(
        "rnn.no-recurrence",
        N_("Your states do not depend on earlier ones: W_hh is not used."),
        N_("The sum in the tanh has a part of the input and a part of the state."),
        changed(lambda W_hh: {"W_hh": 0 * W_hh}),
    ),
    Mistake(
        "rnn.no-tanh",
        N_("Your states are those of an RNN without the tanh."),
        N_("The new state is the tanh of the sum. Without it states can grow forever."),
        steps.linear,
    ),
    Mistake(
        "rnn.no-tanh-carried",
        N_("You carry on the sum before the tanh; only your output goes through it."),
        N_("The next step uses the new state, that is, the tanh of the sum."),
        lambda **inputs: torch.tanh(call(steps.linear, inputs)),
    ),
    Mistake(
        "rnn.sigmoid",
        N_("Your states go through a sigmoid instead of a tanh."),
        N_("A sigmoid is between 0 and 1. States may be negative: use torch.tanh."),
        steps.sigmoid,
    ),
    Mistake(
        "rnn.relu",
        N_("Your states go through a ReLU instead of a tanh."),
        N_("The new state is the tanh of the sum, between −1 and 1."),
        steps.relu,
    ),
    *ways(
        "rnn.tanh-of-a-part",
        N_("Your tanh does not hold the whole sum: a part is added after it."),
        N_(
            "Add everything up first, then take the tanh of the sum: mind the brackets."
        ),
        steps.outside(steps.linear, steps.tanh),
        steps.outside(steps.tanh, steps.linear),
        steps.outside(steps.tanh, steps.tanh),
    ),
    *ways(
        "rnn.matrices-turned",
        N_("Your RNN multiplies by a transposed matrix."),
        N_(
            "Rows of W_ih and W_hh belong to numbers of the new state: x @ W_ih.T and "
            "h @ W_hh.T, or F.linear, which turns the matrix by itself."
        ),
        changed(lambda W_hh: {"W_hh": W_hh.mT}),
        changed(lambda W_ih: {"W_ih": W_ih.mT} if steps.square(W_ih) else None),
        changed(
            lambda W_ih, W_hh: (
                {"W_ih": W_ih.mT, "W_hh": W_hh.mT} if steps.square(W_ih) else None
            )
        ),
        raises=r"mat1 and mat2.*\| .*@ W_ih(?!\.(T|mT|t\(|transpose))",
    ),
    Mistake(
        "rnn.matrices-swapped",
        N_("Your RNN uses W_hh for the input and W_ih for the state."),
        N_("ih reads: from the input to the hidden state. hh: from state to state."),
        changed(
            lambda W_ih, W_hh: (
                {"W_ih": W_hh, "W_hh": W_ih} if steps.square(W_ih) else None
            )
        ),
        raises=SIZES,
    ),
    *ways(
        "rnn.axes-swapped",
        N_("You take axis 0 of x for the time; it is the batch."),
        N_("x is (B, T, C): the tokens of step t are `x[:, t]`, of shape (B, C)."),
        changed(steps.axes),
        steps.axes_and_back,
        raises=f"{SIZES}|out of bounds",
    ),
    Mistake(
        "rnn.time-first",
        N_("Your states are right, but time is the first axis."),
        N_("The output is (B, T, D): stack the states with `dim=1`."),
        after(lambda out: out.transpose(0, 1)),
    ),
    Mistake(
        "rnn.last-state-only",
        N_("You return the last state only."),
        N_("Keep every state in a list, and stack the list at the end."),
        after(lambda out: out[:, -1]),
    ),
    Mistake(
        "rnn.one-step-late",
        N_("Your states come one step late: the first is h0, the last is missing."),
        N_("Compute the new state first, then append it."),
        after(lambda out, h0: torch.cat([h0[:, None], out[:, :-1]], 1)),
    ),
    Mistake(
        "rnn.start-included",
        N_("Your output has one state too many: it begins with h0."),
        N_("One state for each token: h0 itself is not part of the output."),
        after(lambda out, h0: torch.cat([h0[:, None], out], 1)),
    ),
    *ways(
        "rnn.token-skipped",
        N_("Your RNN leaves out the first or the last token."),
        N_("T tokens give T states: `range(T)` goes from 0 to T − 1."),
        changed(lambda x: {"x": x[:, 1:]} if x.shape[1] > 1 else None),
        changed(lambda x: {"x": x[:, :-1]} if x.shape[1] > 1 else None),
        steps.first_passed_over,
    ),
    Mistake(
        "rnn.reshaped",
        N_("Your states are right, but a reshape has dealt them out to other places."),
        N_("`reshape` and `view` swap no axes: stack the states with `dim=1`."),
        after(lambda out: out.transpose(0, 1).reshape(out.shape)),
    ),
    Mistake(
        "rnn.one-tensor",
        N_("All your states are the last one: the list holds one tensor T times."),
        N_("`h[:] = …` and `h += …` write into it. Make a new tensor at each step."),
        after(lambda out: out[:, -1:].expand_as(out)),
    ),
    *ways(
        "rnn.backwards",
        N_("Your RNN reads the tokens, or lists the states, from the end."),
        N_("Start with `x[:, 0]`; state t stands at place t."),
        changed(steps.turned_in_time),
        after(lambda out: out.flip(1) if out.shape[1] > 1 else None),
        lambda oracle, x, got=None, **rest: oracle(x=x.flip(1), **rest).flip(1),
    ),
    *ways(
        "rnn.glued",
        N_("Your states are glued together: the time has no axis of its own."),
        N_("torch.cat joins along an axis that exists; torch.stack makes a new one."),
        after(lambda out: out.flatten(1)),
        after(lambda out: out.transpose(0, 1).flatten(0, 1)),
    ),
    Mistake(
        "rnn.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "At one step x[:, t] is (B, C) and h is (B, D). W_ih is (D, C) and W_hh is "
            "(D, D), so both parts become (B, D)."
        ),
        raises=SIZES,
    ),
]
