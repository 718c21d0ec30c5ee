"""Put a submission's graded cells in order before anything of it runs.

The gradebook knows which cells there must be. What the submission says about points,
locks and tags of its cells is not trusted: it is written anew from the gradebook.
"""

from collections import Counter

from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors.base import NbGraderPreprocessor

from llmlab.i18n import _

from . import notes


class RestoreCells(NbGraderPreprocessor):
    """Each graded cell once, with its own type, points and lock.

    nbgrader's own steps stop at a changed flag, at a pasted test cell and at a deleted
    pair of cells, and stop the whole class with it (nbgrader #1083, #1682).
    """

    def preprocess(self, nb, resources):
        """Restore all graded cells of one notebook."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
            wanted = wanted_cells(notebook)
        with notes.speaking(notes.language(nb)):
            _forget_unknown(nb, wanted)
            _forget_copies(nb, wanted)
            nb.cells = [_as_wanted(nb, cell, wanted) for cell in nb.cells]
            _add_missing_tests(nb, wanted)
        return nb, resources


class StripTags(NbGraderPreprocessor):
    """Take the tags off graded cells: a tag could keep a test from being run."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Take the tags off one cell if it is graded."""
        if "nbgrader" in cell.metadata:
            cell.metadata.pop("tags", None)
        return cell, resources


def wanted_cells(notebook) -> dict[str, dict]:
    """The graded cells of a gradebook's notebook: id -> type, source, metadata."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    answers = {cell.name for cell in notebook.solution_cells}
    wanted = {}
    for cell in notebook.source_cells:
        metadata = {
            "grade": cell.name in points,
            "grade_id": cell.name,
            "locked": bool(cell.locked),
            "schema_version": 3,
            "solution": cell.name in answers,
            "task": False,
            "checksum": cell.checksum,
        }
        if cell.name in points:
            metadata["points"] = points[cell.name]
        wanted[cell.name] = {
            "type": str(cell.cell_type),
            "source": cell.source,
            "metadata": metadata,
        }
    return wanted


def grade_id(cell) -> str | None:
    """A cell's grade id, if it says one."""
    metadata = cell.metadata.get("nbgrader")
    return metadata.get("grade_id") if isinstance(metadata, dict) else None


def _forget_unknown(nb, wanted: dict) -> None:
    for cell in nb.cells:
        if "nbgrader" in cell.metadata and grade_id(cell) not in wanted:
            del cell.metadata["nbgrader"]


def _forget_copies(nb, wanted: dict) -> None:
    """Copies lose their id; the last cell that was worked on keeps it."""
    counts = Counter(grade_id(cell) for cell in nb.cells if grade_id(cell))
    for name, count in counts.items():
        if count == 1:
            continue
        copies = [cell for cell in nb.cells if grade_id(cell) == name]
        blank = wanted[name]["source"].strip()
        written = [c for c in copies if c.source.strip() != blank]
        locked = wanted[name]["metadata"]["locked"]
        kept = (copies if locked or not written else written)[-1]
        for cell in copies:
            if cell is not kept:
                del cell.metadata["nbgrader"]
        text = _("The cell {name} was there {count} times; the last one counts.")
        notes.add(nb, text.format(name=name, count=count))


def _as_wanted(nb, cell, wanted: dict):
    name = grade_id(cell)
    if name is None:
        return cell
    expected = wanted[name]
    if cell.cell_type != expected["type"]:
        text = _("The cell {name} was no code cell any more; it was run as code.")
        notes.add(nb, text.format(name=name))
        metadata = {k: v for k, v in cell.metadata.items() if k != "attachments"}
        cell = new_code_cell(cell.source, id=cell.get("id"), metadata=metadata)
    cell.metadata["nbgrader"] = dict(expected["metadata"])
    return cell


def _add_missing_tests(nb, wanted: dict) -> None:
    # a deleted answer is not put back: its stub would undo a function that was
    # written in another cell
    for name, expected in wanted.items():
        present = {grade_id(cell) for cell in nb.cells}
        if name in present or not expected["metadata"]["grade"]:
            continue
        cell = new_code_cell(
            expected["source"],
            id=name.replace("_", "-"),
            metadata={"nbgrader": dict(expected["metadata"])},
        )
        nb.cells.insert(_place_after_answer(nb, name), cell)
        text = _("The test cell {name} was missing; it was put back.")
        notes.add(nb, text.format(name=name))


def _place_after_answer(nb, test: str) -> int:
    """Directly after the answer of the same exercise, else at the end."""
    answer = test.replace("test", "ex", 1)
    places = [i for i, cell in enumerate(nb.cells) if grade_id(cell) == answer]
    return places[-1] + 1 if places else len(nb.cells)
