"""One probe on one case: what went in, what came back, what was expected."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from . import wording
from .cases import Case
from .compare import equal
from .probe import Outcome, Probe


@dataclass
class Last:
    """The run that the newest message is about, to look at in a cell of one's own."""

    inputs: dict | None = None
    expected: object = None
    yours: object = None


_last = Last()


def last() -> Last:
    """Inputs, expected value and your value of the check that failed last."""
    return _last


@dataclass(frozen=True)
class Run:
    """One probe on one case, with all that the verdict needs."""

    probe: Probe
    case: Case
    inputs: dict
    outcome: Outcome
    expected: object = None
    oracle: Callable | None = None

    @property
    def shown(self) -> str:
        """The inputs in words."""
        given = {n: v for n, v in self.inputs.items() if n in self.probe.names}
        return wording.describe_inputs(self.case, given)

    @cached_property
    def right(self) -> bool:
        """Whether what came is what was expected."""
        outcome, expected = self.outcome, self.expected
        if outcome.failure is not None:
            return False
        return equal(outcome.value, expected, self.case.tolerance)

    @property
    def dtype(self) -> str:
        """The dtype of the floating-point inputs, as in "float32"."""
        for value in self.inputs.values():
            if isinstance(value, Tensor) and value.is_floating_point():
                return wording.dtype(value.dtype)
        return "float32"

    def remember(self) -> None:
        """Make this the run that `check.last()` holds."""
        _last.inputs, _last.expected = self.inputs, self.expected
        _last.yours = self.outcome.value


@dataclass(frozen=True)
class Problem:
    """The first check that failed: its kind, its words, its run."""

    id: str
    lines: list[str]
    run: Run | None = None


def sizes(run: Run, runs: list[Run]) -> dict:
    """The sizes of a run by letter, as its inputs really are.

    A value written by hand has no letters of its own: it borrows those of a drawn
    input of the same name and the same number of axes in another run.
    """
    found = dict(run.case.sizes)
    for name, value in run.inputs.items():
        for other in (run, *runs):
            spec = other.case.inputs.get(name)
            if not isinstance(spec, str) or not isinstance(value, Tensor):
                continue
            if len(spec.split()) == value.ndim:
                found |= dict(zip(spec.split(), value.shape, strict=True))
                break
    return found
