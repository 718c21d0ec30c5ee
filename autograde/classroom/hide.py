"""What a student's feedback page shows: no hidden test, and what was mended.

nbgrader's feedback shows the hidden tests (nbgrader #917). They are cut out of the
copy from which the page is made; the graded notebook keeps them.
"""

import re
from pathlib import Path

from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.preprocessors.base import NbGraderPreprocessor

from autograde.build.settings import BEGIN_HIDDEN, END_HIDDEN
from autograde.report.summary import summarise
from llmlab.i18n import _

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# shorter lines, such as `)`, say nothing and stand in any code
_TELLING = 12


class HideTests(ClearHiddenTests):
    """Cut hidden tests out of the cells, out of tracebacks and out of outputs."""

    enforce_metadata = False

    def preprocess(self, nb, resources):
        """Hide what is hidden in one notebook."""
        tests = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade")]
        self._secret = set()
        for cell in tests:
            self._secret |= hidden_lines(cell.source)
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, cell_index):
        """Hide what is hidden in one cell."""
        if cell.cell_type != "code":
            return cell, resources
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell, resources = super().preprocess_cell(cell, resources, cell_index)
        cell.outputs = [self._cleaned(output) for output in cell.outputs]
        return cell, resources

    def _tells(self, text) -> bool:
        plain = _ANSI.sub("", "".join(text))
        return any(line in plain for line in self._secret)

    def _cleaned(self, output):
        if output.output_type == "error":
            output.traceback = [f for f in output.traceback if not self._tells(f)]
            if not output.traceback:
                output.traceback = [f"{output.ename}: {output.evalue}"]
            told = self._tells(output.evalue) or any(map(self._tells, output.traceback))
        elif output.output_type == "stream":
            told = self._tells(output.text)
        else:
            told = any(self._tells(str(value)) for value in output.data.values())
        if told:
            text = _("[This output shows hidden tests and is left out.]") + "\n"
            return new_output("stream", name="stdout", text=text)
        return output


def hidden_lines(source: str) -> set[str]:
    """The telling lines of a test cell's hidden part that its open part has not.

    >>> hidden_lines("### BEGIN HIDDEN TESTS\\nassert f(3) == 9\\n### END HIDDEN TESTS")
    {'assert f(3) == 9'}
    """
    hidden, shown, inside = set(), set(), False
    for line in source.splitlines():
        if BEGIN_HIDDEN in line or END_HIDDEN in line:
            inside = BEGIN_HIDDEN in line
        elif len(line.strip()) >= _TELLING:
            (hidden if inside else shown).add(line.strip())
    return hidden - shown


class ShowNotes(NbGraderPreprocessor):
    """Sum up at the top: points, named mistakes, and what was noticed and mended."""

    def preprocess(self, nb, resources):
        """Put one notebook's summary where the page's template finds it."""
        course = getattr(getattr(self.parent, "parent", None), "coursedir", None)
        root = Path(course.root) if course is not None else None
        resources["llmlab"] = summarise(nb, resources, root)
        return nb, resources
