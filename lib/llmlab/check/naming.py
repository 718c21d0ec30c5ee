"""Find the known mistake that explains what came back."""

import itertools
from collections.abc import Iterable

import torch
from torch import Tensor

from .compare import equal, size
from .mistake import LOOSE, Mistake, as_floats, looseness
from .run import Run

# a run tells mistakes apart only if its output holds this many numbers
TELLING = 8
MANY, FEW = 8, 4
SHOWN = {"value", "small value", "error"}


def complete(mistakes: Iterable[Mistake], groups: list[list[Run]]) -> Mistake | None:
    """The mistake that explains every run of a group that went wrong, and that no run
    that went right speaks against. Groups come in order of trust.

    In a coarse dtype several may: then it is the nearest one, else the first listed.
    """
    for runs in groups:
        fits = (m for m in mistakes if _explains_all(m, runs))
        if any(looseness(run.expected) < LOOSE for run in runs[:1]):
            found = min(fits, key=lambda m: _distance(m, runs), default=None)
        else:
            found = next(fits, None)
        if found:
            return found
    return None


def _explains_all(mistake: Mistake, runs: list[Run]) -> bool:
    # runs that went wrong first: they rule most mistakes out
    marks = set()
    for run in sorted(runs, key=lambda run: run.right):
        marks.add(_mark(mistake, run))
        if "against" in marks:
            return False
    if mistake.variant and "error" in marks:
        # an exception alone does not show a mistake that has a value
        return bool(marks & {"value", "small value"})
    return bool(marks & SHOWN)


def partial(mistakes: Iterable[Mistake], groups: list[list[Run]]) -> Mistake | None:
    """The mistake that explains most of the wrong runs, when there is another one
    beside it. A value that fits says more than an exception that fits; one that fits
    fewer than a quarter of the wrong values may do so by chance."""
    for runs in groups:
        # the first few say enough
        wrong = [run for run in runs if not run.right][:MANY]
        shown = mistakes
        if wrong and tells(wrong[0]):
            # the message is about the first one
            shown = [m for m in mistakes if _mark(m, wrong[0]) in SHOWN]
        marks = [(m, [_mark(m, run) for run in wrong]) for m in shown]
        values = sum(run.outcome.failure is None for run in wrong)
        for kind in ("value", "error"):
            # a mistake that has a value is not shown by exceptions alone
            rows = [(m, r) for m, r in marks if kind == "value" or not m.variant]
            best = max((row.count(kind) for _m, row in rows), default=0)
            same = [m for m, row in rows if row.count(kind) == best]
            if best and (kind == "error" or FEW * best >= values):
                return min(same, key=lambda mistake: _distance(mistake, wrong))
    return None


def tells(run: Run) -> bool:
    """Whether what came of a run can tell mistakes apart."""
    return run.outcome.failure is not None or size(run.outcome.value) >= TELLING


def _mark(mistake: Mistake, run: Run) -> str:
    """ "value", "small value" or "error" if the run shows the mistake; "against" if
    it shows another one or none; "" if it says nothing."""
    outcome, expected = run.outcome, run.expected
    if outcome.failure is not None:
        return "error" if mistake.caused(outcome.failure) else "against"
    tolerance = run.case.tolerance
    if not run.right:
        if mistake.explains(outcome.value, run.oracle, run.inputs, expected, tolerance):
            return "value" if tells(run) else "small value"
        if not equal(as_floats(outcome.value, expected), expected, tolerance):
            return "against"
        # the value is right and only its dtype is not
    return "against" if _wrong_here(mistake, run) else ""


def _wrong_here(mistake: Mistake, run: Run) -> bool:
    """Whether the mistake would clearly have given another value."""
    wrong = mistake.value(run.oracle, run.inputs, run.expected, run.expected)
    if wrong is None:
        return mistake.variant is None and bool(mistake.applies) and not run.right
    expected = run.expected
    if isinstance(wrong, dict) and isinstance(expected, dict):
        expected = {key: expected[key] for key in wrong}
    loose = run.case.tolerance * looseness(expected)
    return not equal(wrong, expected, loose)


def _distance(mistake: Mistake, runs: list[Run]) -> int:
    """How far values are from the mistake's on the average, in whole per cent."""
    apart = []
    for run in runs:
        got = run.outcome.value
        if mistake.variant and _mark(mistake, run) == "value":
            wrong = mistake.value(run.oracle, run.inputs, run.expected, got)
            if not isinstance(wrong, dict):
                got, wrong = {"": got}, {"": wrong}
            apart.append(max(_apart(got[key], wrong[key]) for key in wrong))
    return round(100 * sum(apart) / len(apart)) if apart else 0


def _apart(got, wrong) -> float:
    """Root mean square of the difference, as a part of the mistake's value."""
    if not isinstance(wrong, Tensor):
        return 0.0
    a, b = torch.as_tensor(got).double(), wrong.double()
    used = a.isfinite() & b.isfinite()
    size = b[used].norm().item()
    return (a - b)[used].norm().item() / size if size else 0.0


def groups(problem: Run, runs: list[Run]) -> list[list[Run]]:
    """Runs to judge together: those of the same probe first, then other oracles'."""
    known = [run for run in runs if run.oracle and run.expected is not None]
    same = [r for r in known if r.probe is problem.probe and r.oracle is problem.oracle]
    others = itertools.groupby(
        sorted(known, key=lambda run: id(run.oracle)), key=lambda run: id(run.oracle)
    )
    return [same, *(list(group) for _id, group in others)]
