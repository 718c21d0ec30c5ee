"""Mistakes in learned positions. Oracle: {"output", "∂table"} of (x, rows, start)."""

import torch

from ..check.compare import equal
from ..check.mistake import Mistake, ways
from ..i18n import N_

# torch's own complaints about a position past the end
TORCHS = ("IndexError", "RuntimeError", "KeyError", "TypeError")


def _with(change):
    """Another output: the gradient is not compared."""

    def variant(oracle, x, rows, start=0):
        added = oracle(x=torch.zeros_like(x), rows=rows, start=start)["output"]
        return {"output": change(x, added)}

    return variant


def _from(move):
    """The rows start elsewhere."""

    def variant(oracle, x, rows, start=0):
        return oracle(x=x, rows=rows, start=move(start))

    return variant


def _one_row(row):
    """Every token gets the same row of the table."""

    def variant(x, rows, start=0):
        return {"output": x + rows[row(start, x.shape[-2])]}

    return variant


def _error(kind):
    """The error of a call past the end, by the kind of exception."""

    def variant(length, T, start):
        return {"error": kind}

    return variant


def _own_error(kind):
    """An error of the learner's own: it names the numbers."""

    def variant(length, T, start):
        return {"error": kind, "length": True, "start + T": True}

    return variant


def _first_row_fixed(oracle, x, rows, start=0):
    """Row 0 gets no gradient."""
    gradient = oracle(x=x, rows=rows, start=start)["∂table"].clone()
    gradient[0] = 0
    return {"∂table": gradient}


def _start_forgotten(kind):
    def variant(length, T, start):
        return {"error": "ValueError" if T > length else kind}

    return variant


def _one_more(kind):
    def variant(length, T, start):
        return {"error": "ValueError" if start + T > length + 1 else kind}

    return variant


def _sliced(length, T, start):
    """A slice past the end is short, and torch stretches a single row or token."""
    rows = min(T, max(0, length - start))
    return {"error": "none" if T == 1 or rows in (1, T) else "RuntimeError"}


def _numbers_missing(got) -> bool:
    """The right kind of error, without the numbers that help."""
    kind = got.get("error") if isinstance(got, dict) else None
    return kind == "ValueError" and not (got["length"] and got["start + T"])


def _no_gradient(got, expected) -> bool:
    """The output is right, and the table got no gradient."""
    if not isinstance(got, dict) or "output" not in got:
        return False
    gradient = got["∂table"]
    none = gradient is None or not bool(gradient.any())
    return none and equal(got["output"], expected["output"], 20)


LEARNED = [
    Mistake(
        "learned.start-ignored",
        N_("Your rows always begin at 0: `start` is not used."),
        N_("Token t stands at position start + t. A text that goes on is not at 0."),
        _from(lambda start: 0),
    ),
    Mistake(
        "learned.one-based",
        N_("Your rows begin one too late."),
        N_("The first token gets row `start`, the table's row 0 if start is 0."),
        _from(lambda start: start + 1),
        raises=r"^ValueError",
    ),
    *ways(
        "learned.without-x",
        N_("You return rows of the table without the input."),
        N_("The position is added to the token: x + rows."),
        _with(lambda x, rows: rows),
        _with(lambda x, rows: rows[(0,) * (x.ndim - 2)]),
    ),
    *ways(
        "learned.multiplied",
        N_("You multiply the input by the rows; they are added."),
        N_("The position is added to the token: x + rows."),
        _with(lambda x, rows: x * rows),
    ),
    *ways(
        "learned.concatenated",
        N_("You put the rows beside the input. They are added, and C stays C."),
        N_("The position is added to the token: x + rows."),
        _with(lambda x, rows: torch.cat([x, rows], -1)),
        _with(lambda x, rows: torch.cat([x, rows], -2)),
        raises=r"Tensors must have same number of dimensions|Sizes of tensors must",
    ),
    *ways(
        "learned.scaled",
        N_("You multiply the input by √C before adding."),
        N_("The first Transformer did so with its tokens. Here x stays as it is."),
        _with(lambda x, rows: x * x.shape[-1] ** 0.5 + rows),
    ),
    *ways(
        "learned.one-row",
        N_("Every token gets the same row of the table."),
        N_("Look up T rows: positions start, start + 1, … up to start + T − 1."),
        _one_row(lambda start, T: start),
        _one_row(lambda start, T: T),
        _one_row(lambda start, T: T - 1),
        _one_row(lambda start, T: start + T - 1),
    ),
    *ways(
        "learned.check-without-start",
        N_("Your check looks at T alone: it forgets that the text begins at `start`."),
        N_("The last position is start + T − 1. Compare start + T with the length."),
        *map(_start_forgotten, ("none", *TORCHS)),
    ),
    *ways(
        "learned.one-too-many",
        N_("Your check lets one position too many pass."),
        N_("A table of n rows has the positions 0 to n − 1: start + T may be n."),
        *map(_one_more, ("none", *TORCHS)),
    ),
    *ways(
        "learned.another-error",
        N_("Your own error names both numbers, but it is no ValueError."),
        N_("Whoever calls the module expects a ValueError: `raise ValueError(…)`."),
        *map(_own_error, (*TORCHS, "AssertionError", "Exception", "OverflowError")),
    ),
    *ways(
        "learned.silent",
        N_("Past the end of the table your module goes on without a word."),
        N_(
            "Positions that are clamped or start again get the wrong row, and nobody "
            "notices. Raise a ValueError."
        ),
        _error("none"),
    ),
    *ways(
        "learned.cryptic",
        N_("Past the end of the table comes torch's own error, not yours."),
        N_("Check before the look-up, and raise a ValueError that names both numbers."),
        *map(_error, TORCHS),
        _sliced,
    ),
    *ways(
        "learned.another-error",
        N_("Past the end of the table an error of another kind than ValueError comes."),
        N_("`assert` is switched off by `python -O`; callers expect a ValueError."),
        *map(_error, ("AssertionError", "Exception", "OverflowError")),
    ),
    Mistake(
        "learned.no-numbers",
        N_("Your ValueError does not name both numbers."),
        N_("Put the table's length and start + T into its text, with an f-string."),
        applies=_numbers_missing,
    ),
    Mistake(
        "learned.too-strict",
        N_("Your module refuses a text that just fits."),
        N_("A table of n rows has the positions 0 to n − 1: start + T may be n."),
        raises=r"^(ValueError|AssertionError)",
    ),
    Mistake(
        "learned.no-gradient",
        N_("No gradient reaches the table, so it would never learn."),
        N_("Look for `detach`, `no_grad`, `.data` or `requires_grad = False`."),
        applies=_no_gradient,
        raises=r"does not require grad|no grad_fn",
    ),
    Mistake(
        "learned.padding-row",
        N_("Row 0 of your table gets no gradient, so position 0 learns nothing."),
        N_("Leave out `padding_idx`: it is for a token that stands for nothing."),
        _first_row_fixed,
    ),
    Mistake(
        "learned.no-attribute",
        N_("The module has no `nn.Embedding` named `table`."),
        N_("In __init__: `self.table = nn.Embedding(…)`, so that a test can load it."),
        raises=r"has no attribute '(table|weight)'",
    ),
    Mistake(
        "learned.sizes",
        N_("The table has not the right size, or its rows do not fit the input."),
        N_("It is `nn.Embedding(length, C)`. Look up T rows of it, and add them to x."),
        raises=r"size of tensor|must match|index out of range in self|mat1 and mat2"
        r"|match the broadcast shape",
    ),
]
