"""The verdict: run probes on cases, compare, name the mistake, award the points.

All checks of an exercise run before the verdict is given, so that a mistake can be
told from others that look the same on one case. The message is about the first
check that failed.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from torch import Tensor

from .. import course
from ..i18n import _
from . import generic, message
from .cases import Case, case
from .compare import as_tensor, compare
from .mistake import Evidence, Mistake, call, cast, expect, name_mistake
from .probe import Outcome, Probe
from .probe import call as call_probe
from .record import record
from .session import session


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
        return message.describe_inputs(self.case, given)

    @property
    def evidence(self) -> Evidence:
        """What mistakes are compared with."""
        return Evidence(self.inputs, self.expected, self.outcome, self.case.tolerance)


@dataclass(frozen=True)
class Problem:
    """The first check that failed: its kind, its words, its run."""

    id: str
    lines: list[str]
    run: Run | None = None


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
            self._verdict()
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
            run = self._run(probe, item, None)
            problem = generic.trouble(run, self.exercise)
            if problem is None and self.problem is None:
                got, wanted = call(pair, {**run.inputs, "out": run.outcome.value})
                got, wanted = as_tensor(got), cast(wanted, as_tensor(got))
                found = compare(got, wanted, item.tolerance)
                if found:
                    lines = [_("A right answer has this property: {words}.")]
                    lines[0] = lines[0].format(words=_(words))
                    lines += message.difference_lines(found, run.shown)
                    problem = Problem("invariant", lines, run)
            self._note(problem)

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
                lines = message.difference_lines(found, run.shown)
                problem = Problem(found.kind, lines, run)
        self._note(problem)

    def _note(self, problem: Problem | None) -> None:
        if self.problem is None:
            self.problem = problem

    # the verdict --------------------------------------------------------------

    def _verdict(self) -> None:
        number, points = self.exercise.number, message.points(self.exercise, True)
        title = f"{number} {self.exercise.name}".strip()
        session().results[number] = self.problem is None
        if self.problem is None:
            text = message.heading("✓", title, points)
            record(self.exercise, True, None, text)
            print(message.colour(text))
            return
        mistake = self._named()
        lines = list(self.problem.lines)
        if mistake is not None:
            lines += self._words(mistake)
        else:
            lines += generic.advice(self.problem)
        lines += self._earlier()
        head = message.heading("✗", title, message.points(self.exercise, False))
        text = head + "\n" + message.indent(lines)
        identity = mistake.id if mistake else self.problem.id
        record(self.exercise, False, identity, text)
        self._remember()
        failed = message.CheckFailed(text)
        failed.mistake, failed.exercise = identity, number
        raise failed

    def _named(self) -> Mistake | None:
        """The known mistake: judged on all runs of the probe, then on fewer."""
        run = self.problem.run
        if run is None or self.problem.id in generic.FINAL:
            return None
        known = [r for r in self.runs if r.oracle and r.expected is not None]
        same = [r for r in known if r.probe is run.probe and r.oracle is run.oracle]
        for group in (same, known, [run] if run.oracle else []):
            oracles = {id(r.oracle): r.oracle for r in group}
            for oracle in oracles.values():
                runs = [r.evidence for r in group if r.oracle is oracle]
                found = name_mistake(self.mistakes, oracle, runs)
                if found:
                    return found
        return None

    def _words(self, mistake: Mistake) -> list[str]:
        """The mistake's words with the sizes of this run filled in."""
        run = self.problem.run
        known = {**run.case.sizes, **generic.sizes(run)}
        extra = call(mistake.figures, known) if mistake.figures else {}
        known |= {k: message.number(v) for k, v in extra.items()}
        lines = [_(mistake.words).format(**known)]
        if mistake.advice:
            lines.append("→ " + _(mistake.advice).format(**known))
        return lines

    def _earlier(self) -> list[str]:
        """Point to an earlier exercise that this one calls and that does not pass."""
        uses = {name for run in self.runs for name in run.outcome.uses}
        lines = []
        for number, passed in session().results.items():
            if passed or number == self.exercise.number:
                continue
            name = course.exercise(number).name
            if name in uses:
                text = _("→ Your code calls {name}, and {number} does not pass yet.")
                lines.append(text.format(name=name, number=number))
        return lines

    def _remember(self) -> None:
        run = self.problem.run
        if run is not None:
            _last.inputs, _last.expected = run.inputs, run.expected
            _last.yours = run.outcome.value


def exercise(number: str, oracle=None, mistakes: Iterable[Mistake] = ()) -> Test:
    """The checks of one exercise: `with check.exercise("24.2.1") as test: …`.

    `oracle` computes the expected value from inputs by name. `mistakes` are the known
    wrong answers that a failure is compared with.
    Errors: CheckFailed at the end of the block if any check failed.
    """
    return Test(number, oracle, mistakes)


def _tensors(value, dtype):
    """Lists of numbers as tensors: floats in the given dtype, bools as bools."""
    if isinstance(value, list):
        import torch

        made = torch.tensor(value)
        return made.to(dtype) if made.is_floating_point() else made
    return value.to(dtype) if _float(value) else value


def _float(value) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point()
