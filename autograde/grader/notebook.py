"""Run one notebook: the learner's cells in the sandbox, the test cells here.

Every check of a test cell runs a probe over there and compares the value here. What
goes wrong in a cell costs that cell: a process that dies is started again, and the
cells above are run again without the one that ended it.
"""

import io
import socket
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout

import nbformat

from llmlab import check
from llmlab.check.probe import Failure, Outcome
from llmlab.i18n import _

from . import outputs, suspicious
from .cells import TimeIsUp, alarm, compiled, prepare
from .limits import Limits
from .link import Broken, Dead, Link

UNGRADED_TAGS = frozenset({"experiment", "gpu"})
NOT_RUN = "NotRun"
MOST_STARTS = 4


def is_test(cell) -> bool:
    """Whether a cell is a graded test."""
    row = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and row.get("grade") and not row.get("solution")


class Run:
    """One notebook's run; the outputs are put into its cells."""

    def __init__(
        self,
        nb,
        *,
        control: socket.socket,
        setup: str,
        limits: Limits,
        seed: int = 0,
        files: dict | None = None,
        language: str = "en",
        deadline: float | None = None,
    ):
        self.nb, self.limits, self.setup, self.seed = nb, limits, setup, seed
        self.deadline = deadline or time.monotonic() + limits.submission_seconds
        self._start: Callable[[], Link] = lambda: Link(
            control, limits, files or {}, language, self.deadline
        )
        self.link: Link | None = None
        self.starts, self.count = 0, 0
        self.killers: set[int] = set()
        self.notes: list[str] = []
        self.flags: list[str] = []
        self.exercises: dict[str, dict] = {}
        self.student_cpu = self.tester_cpu = 0.0
        self.stopped = ""
        self.index = 0

    def run(self) -> None:
        """Run all cells. Errors: Broken if there is no sandbox to be had."""
        names = prepare(self.setup)
        with check.use(seed=self.seed, runner=self._probe, recorder=self._record):
            for index, cell in enumerate(self.nb.cells):
                self.index = index
                if cell.cell_type == "code":
                    self._cell(cell, names)
        self._close()
        self.flags += suspicious.flags(self.nb)
        self._fail_unrun()

    def _cell(self, cell, names: dict) -> None:
        cell.outputs, cell.execution_count = [], None
        if self._skipped(cell):
            return
        self.count += 1
        cell.execution_count = self.count
        if is_test(cell):
            self._test(cell, dict(names))
        else:
            self._learners(cell)

    def _skipped(self, cell) -> bool:
        if self.stopped or not cell.source.strip():
            return True
        if not is_test(cell) and UNGRADED_TAGS & set(cell.metadata.get("tags", [])):
            return True
        if time.monotonic() > self.deadline:
            text = _(
                "Time was up after {seconds} s: cell {cell} and all below not run."
            )
            seconds = f"{self.limits.submission_seconds:g}"
            self._stop(text.format(seconds=seconds, cell=self._name(cell)))
            return True
        return False

    # the learner's cells ----------------------------------------------------------

    def _learners(self, cell) -> None:
        self._need_link()
        if self.link is None:
            cell.execution_count = None
            return
        try:
            shown = self.link.cell(cell.source)
        except Dead as error:
            self.killers.add(self.index)
            reason = self._died(error)
            shown = [outputs.error("DeadKernel", reason)]
            self.notes.append(reason)
        cell.outputs = outputs.clean(shown, self.limits)
        if self.link is not None and self.link.late:
            text = _("It was stopped after {seconds:g} s.")
            text = text.format(seconds=self.limits.cell_seconds)
            row = outputs.error("TimeoutError", text)
            cell.outputs.append(nbformat.from_dict(row))

    def _died(self, error: Dead) -> str:
        text = _("Python stopped in cell {cell}: {how}.")
        name = self._name(self.nb.cells[self.index])
        self._close()
        return text.format(cell=name, how=error)

    def _need_link(self) -> None:
        """Start Python again after it ended, and run what stands above again."""
        if self.link is None and not self.stopped:
            if self.starts >= MOST_STARTS:
                text = _("Python stopped {count} times: nothing below was run.")
                self._stop(text.format(count=self.starts))
            else:
                self._restart(self.index)

    def _restart(self, upto: int) -> None:
        self.starts += 1
        self.link = self._start()
        for index, cell in enumerate(self.nb.cells[:upto]):
            known = cell.cell_type == "code" and not is_test(cell)
            if not known or index in self.killers or not cell.get("execution_count"):
                continue
            try:
                self.link.cell(cell.source)
            except Dead:
                self.killers.add(index)
                self._close()
                self._need_link()
                return

    def _close(self) -> None:
        if self.link is not None:
            self.student_cpu += self.link.cpu
            self.link.close()
            self.link = None

    # the test cells ---------------------------------------------------------------

    def _test(self, cell, names: dict) -> None:
        begin = time.process_time()
        self.until = time.monotonic() + self.limits.cell_seconds
        said, error = io.StringIO(), None
        self._death: str = ""
        name = cell.metadata["nbgrader"]["grade_id"]
        with redirect_stdout(said), alarm(self.limits.cell_seconds + 15):
            try:
                exec(compiled(cell.source, name), names)
            except Broken:
                raise
            except check.CheckFailed as failed:
                lines = failed._render_traceback_()
                error = outputs.error("CheckFailed", failed.text, lines)
            except TimeIsUp:
                text = _("The check was stopped: it took more than {seconds:g} s.")
                text = text.format(seconds=self.limits.cell_seconds)
                error = outputs.error("TimeoutError", text)
            except Exception as failed:
                lines = traceback.format_exception_only(failed)
                error = outputs.error(type(failed).__name__, str(failed), lines)
        text = said.getvalue()
        shown = [outputs.stream(text)] if text else []
        shown += [error] if error is not None else []
        cell.outputs = [nbformat.from_dict(row) for row in shown]
        if self._death:
            self.notes.append(self._death)
        test = names.get("test")
        self.flags += suspicious.forbidden(test, self.nb) if test is not None else []
        self.tester_cpu += time.process_time() - begin

    def _probe(self, probe, inputs: dict, watch: frozenset) -> Outcome:
        """What `Probe.run` does while a notebook is graded."""
        if not probe.source:
            raise RuntimeError(f"the probe {probe.name} has no source")
        if self._death or self.stopped:
            return _ended(self._death or self.stopped)
        self._need_link()
        if self.link is None:
            return _ended(self.stopped)
        try:
            return self.link.probe(probe, inputs, watch, self.until)
        except Dead as error:
            self._death = self._died(error)
            return _ended(self._death)

    def _record(self, exercise, passed: bool, mistake: str | None, text: str) -> None:
        self.exercises[exercise.number] = {
            "exercise": exercise.number,
            "points": exercise.points if passed else 0,
            "max_points": exercise.points,
            "passed": passed,
            "mistake": mistake,
            "message": text,
        }

    # endings ----------------------------------------------------------------------

    def _stop(self, reason: str) -> None:
        self.stopped = reason
        self.notes.append(reason)
        self._close()

    def _fail_unrun(self) -> None:
        # a test cell without output would count as passed
        fail_all(self.nb, self.stopped or _("This check was not run."))

    def _name(self, cell):
        row = cell.metadata.get("nbgrader", {})
        return row.get("grade_id") or self.nb.cells.index(cell) + 1


def _ended(text: str) -> Outcome:
    return Outcome(failure=Failure("SystemExit", text))


def fail_all(nb, reason: str) -> None:
    """Give every test cell that was not run an error that says why."""
    for cell in nb.cells:
        if is_test(cell) and not cell.get("execution_count"):
            cell.outputs = [nbformat.from_dict(outputs.error(NOT_RUN, reason))]


def failed(cell) -> bool:
    """Whether a run test cell failed."""
    return any(output.output_type == "error" for output in cell.get("outputs", []))
