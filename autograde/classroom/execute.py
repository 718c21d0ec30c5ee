"""Run a submission's cells so that whatever happens in them costs these cells only."""

import contextlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.preprocessors.base import NbGraderPreprocessor
from traitlets import Integer

from llmlab.i18n import _

from . import notes
from .preprocess import grade_id
from .settings import NOTEBOOK_SECONDS, UNGRADED_TAGS

NOT_RUN = "NotRun"


class GradeExecute(Execute):
    """nbgrader's Execute, which goes on after a dead kernel and knows our tags.

    Every test cell that was not run gets an error, because a cell without output
    counts as passed in nbgrader. The kernel speaks the notebook's language and writes
    the named mistakes into a file, which is stored in the notebook.
    """

    notebook_seconds = Integer(
        NOTEBOOK_SECONDS, help="Seconds after which no further cell is started."
    ).tag(config=True)

    def preprocess(self, nb, resources=None, km=None):
        """Run all cells of one notebook."""
        self._stopped = ""
        self._deadline = time.monotonic() + self.notebook_seconds
        with (
            notes.speaking(notes.language(nb)),
            tempfile.TemporaryDirectory() as folder,
        ):
            self._results = Path(folder) / "results.jsonl"
            if notes.unreadable(nb):
                self._stopped = notes.unreadable(nb)
            else:
                nb, resources = self._run(nb, resources, km)
            _fail_unrun_tests(nb, self._stopped)
            notes.record(nb)["exercises"] = _read_results(self._results)
        return nb, resources

    def _run(self, nb, resources, km):
        try:
            return super().preprocess(nb, resources, km)
        except Exception as error:
            # the kernel did not start, or could not be stopped
            self._stop(nb, _("Python could not run the notebook: {error}"), error)
            return nb, resources

    @contextlib.contextmanager
    def setup_kernel(self, **kwargs):
        """Start the kernel with its own environment, its noise thrown away."""
        env = dict(os.environ, LLMLAB_RESULTS=str(self._results))
        kwargs.update(env=env, stderr=subprocess.DEVNULL)
        with super().setup_kernel(**kwargs):
            yield

    def preprocess_cell(self, cell, resources, index):
        """Run one cell, unless it is not for grading or nothing can run any more."""
        if UNGRADED_TAGS & set(cell.metadata.get("tags", [])) or self._stopped:
            return cell, resources
        name = grade_id(cell) or index + 1
        if time.monotonic() > self._deadline:
            text = _(
                "Time was up after {seconds} s: cell {cell} and all below not run."
            )
            text = text.format(seconds=self.notebook_seconds, cell=name)
            self._stop(self.nb, text)
            return cell, resources
        try:
            return super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            text = _("Python stopped in cell {cell}: nothing below it was run.")
            self._stop(self.nb, text.format(cell=name))
        except Exception as error:
            text = _("Cell {cell} could not be run, nor any below it: {error}")
            self._stop(self.nb, text.format(cell=name, error="{error}"), error)
        cell["execution_count"] = None
        return cell, resources

    def _stop(self, nb, text: str, error: Exception | None = None) -> None:
        reason = f"{type(error).__name__} {error}".splitlines()[0].strip()
        self._stopped = text.format(error=reason) if error else text
        notes.add(nb, self._stopped)


class TidyOutputs(NbGraderPreprocessor):
    """Warnings of a test cell are shown like prints: they cost no points.

    nbgrader gives 0 points for any text on stderr, for example a warning that torch
    prints. A failed cell has an error output, whatever it printed.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """Turn stderr of one test cell into stdout."""
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            for output in cell.outputs:
                if output.output_type == "stream":
                    output.name = "stdout"
            # only an error or its absence decides; a value is no partial credit
            cell.outputs = [_as_display(output) for output in cell.outputs]
        return cell, resources


def _as_display(output):
    if output.output_type != "execute_result":
        return output
    return new_output("display_data", data=output.data, metadata=output.metadata)


def _fail_unrun_tests(nb, reason: str) -> None:
    # a test cell without output would count as passed
    reason = reason or _("This check was not run.")
    for cell in nb.cells:
        graded = cell.metadata.get("nbgrader", {}).get("grade")
        if graded and cell.cell_type == "code" and not cell.get("execution_count"):
            error = new_output("error", ename=NOT_RUN, evalue=reason)
            error.traceback = [reason]
            cell.outputs = [*cell.get("outputs", []), error]


def _read_results(path: Path) -> dict:
    """The last result of each exercise, as the checks wrote it; damaged lines skipped.

    The file is written beside the learner's code: it explains, it never grades.
    """
    results = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                row = json.loads(line)
                results[str(row["exercise"])] = {
                    "passed": bool(row["passed"]),
                    "mistake": row.get("mistake"),
                    "message": str(row.get("message", "")),
                }
    return results
