"""The checks of an exercise: run probes on cases and compare.

All checks of an exercise run before the verdict is given, so that a mistake can be
told from others that look the same on one case. The message is about the first
check that failed.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace

import torch
from torch import Tensor

from .. import course
from ..i18n import _
from . import generic, gradients, verdict, wording
from .cases import Case, case
from .compare import as_tensor, compare
from .mistake import Mistake, call, cast, expect
from .probe import Probe
from .probe import call as call_probe
from .run import Problem, Run
from .session import session


class Test:
    """The checks of one exercise, used as `with check.exercise("24.2.1") as test:`."""

    __test__ = False  # not a pytest class

    def __init__(self, number: str, oracle=None, mistakes: Iterable[Mistake] = ()):
        try:
            self.exercise = course.exercise(number)
        except (KeyError, OSError):  # a section that is being written
            self.exercise = course.Exercise(number, "", 0, "", "", "")
        self.oracle = oracle
        self.mistakes = tuple(mistakes)
        self.watch: frozenset[str] = frozenset()
        self.runs: list[Run] = []
        self.problem: Problem | None = None
        self.own: Probe | None = None

    def __enter__(self) -> "Test":
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if kind is None:
            verdict.give(self)
        return False

    # the checks ---------------------------------------------------------------

    def forbids(self, *names: str) -> None:
        """Torch functions that this exercise is to do without, by bare name."""
        self.watch = self.watch | set(names)

    def equals(
        self,
        probe: Probe | None = None,
        oracle: Callable | None = None,
        *,
        on: Case | Iterable[Case],
    ) -> None:
        """On every case the probe returns what the oracle says.

        Without a probe the exercise's own function is called on the case's inputs.
        Units: values are compared within the tolerance of the case's dtype; the
        oracle runs in float64.
        """
        oracle = oracle or self.oracle
        for item in [on] if isinstance(on, Case) else on:
            run = self._run(probe, item, oracle)
            self._judge(run)

    def by_hand(self, probe: Probe | None = None, *, gives, **inputs) -> None:
        """A case worked by hand: these inputs give this value."""
        item = case(note=inputs.pop("note", ""), **inputs)
        run = self._run(probe, item, self.oracle)
        expected = as_tensor(_tensors(gives, item.dtype or session().dtype))
        self.runs[-1] = run = Run(
            run.probe, run.case, run.inputs, run.outcome, expected, run.oracle
        )
        self._judge(run)

    def invariant(
        self,
        words: str,
        probe: Probe | None = None,
        *,
        pair: Callable,
        on: Case | Iterable[Case],
    ) -> None:
        """A property that every right answer has.

        `pair` takes `out` (what the probe returned) and inputs by name, and returns
        two values that have to be equal.
        """
        for item in [on] if isinstance(on, Case) else on:
            # a known mistake can be told only where there is an oracle
            run = self._run(probe, item, self.oracle if probe is None else None)
            problem = generic.trouble(run, self.exercise)
            if problem is None and self.problem is None:
                got, wanted = call(pair, {**run.inputs, "out": run.outcome.value})
                got, wanted = as_tensor(got), cast(wanted, as_tensor(got))
                found = compare(got, wanted, item.tolerance)
                if found:
                    lines = [_("A right answer has this property: {words}.")]
                    lines[0] = lines[0].format(words=_(words))
                    lines += wording.difference_lines(found, run.shown)
                    problem = Problem("invariant", lines, run)
            self._note(problem)

    def gradients(self, *, on: Case | Iterable[Case]) -> None:
        """The gradients of the exercise's own function are the oracle's: those of the
        sum of its squared values, with respect to every float input."""
        names = tuple(inspect.signature(self.oracle).parameters)
        space = self.oracle.__globals__
        probe = gradients.probe(self.exercise.name, names, space)
        for item in [on] if isinstance(on, Case) else on:
            if self.problem is not None:  # wrong values have wrong gradients
                return
            run = self._run(probe, item, gradients.oracle(self.oracle))
            self.runs[-1] = run = replace(run, oracle=None)  # tells no mistake
            identity, lines = gradients.trouble(run.outcome, run.shown)
            if identity:
                self._note(Problem(identity, lines, run))
            else:
                self._judge(run)

    # how they run -------------------------------------------------------------

    def _run(self, probe: Probe | None, item: Case, oracle) -> Run:
        probe = probe or self._own()
        salt = f"{self.exercise.number}/{probe.name}/{len(self.runs)}"
        inputs = item.draw(salt, probe.names)
        outcome = probe.run(inputs, self.watch)
        expected = None
        if oracle is not None:
            expected = expect(oracle, inputs, item.dtype or session().dtype)
        run = Run(probe, item, inputs, outcome, expected, oracle)
        self.runs.append(run)
        return run

    def _own(self) -> Probe:
        """Call the exercise's function, with the oracle's parameters in order."""
        if self.own is None:
            names = tuple(inspect.signature(self.oracle).parameters)
            self.own = call_probe(self.exercise.name, names, self.oracle.__globals__)
        return self.own

    def _judge(self, run: Run) -> None:
        problem = generic.trouble(run, self.exercise)
        if problem is None:
            found = compare(run.outcome.value, run.expected, run.case.tolerance)
            if found:
                lines = wording.difference_lines(found, run.shown)
                problem = Problem(found.kind, lines, run)
        self._note(problem)

    def _note(self, problem: Problem | None) -> None:
        if self.problem is None:
            self.problem = problem


def exercise(number: str, oracle=None, mistakes: Iterable[Mistake] = ()) -> Test:
    """The checks of one exercise: `with check.exercise("24.2.1") as test: …`.

    `oracle` computes the expected value from inputs by name. `mistakes` are the known
    wrong answers that a failure is compared with.
    Errors: CheckFailed at the end of the block if any check failed.
    """
    return Test(number, oracle, mistakes)


def _tensors(value, dtype):
    """Lists of numbers as tensors: floats in the given dtype, bools as bools."""
    if isinstance(value, dict):
        return {name: _tensors(item, dtype) for name, item in value.items()}
    if isinstance(value, list):
        made = torch.tensor(value)
        # straight to the dtype: through float32 digits would be lost
        return torch.tensor(value, dtype=dtype) if made.is_floating_point() else made
    return value.to(dtype) if _float(value) else value


def _float(value) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point()
