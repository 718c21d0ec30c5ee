"""Cells copied, split, moved, deleted, retyped: what happens while one works."""

import copy

from nbformat.v4 import new_markdown_cell, new_raw_cell

from ..make import (
    Notebook,
    changed,
    facts,
    files,
    insert,
    is_answer,
    is_test,
    own,
    perfect,
)
from ..record import Files, Material, Register, exercise

ALL = Register(kind="odd", all_solved=True)


def _changed(name: str, about: str, **record):
    def mark(change):
        @ALL(name, about, **record)
        def make(material: Material) -> Files:
            return files(changed(change, perfect(material)))

        return change

    return mark


def _place(nb: Notebook, wanted: str) -> int:
    return [cell.get("id") for cell in nb.cells].index(wanted)


@_changed("pasted-tests", "every test cell pasted a second time")
def _pasted_tests(nb: Notebook) -> None:
    for place, cell in enumerate(list(filter(is_test, nb.cells))):
        again = copy.deepcopy(cell)
        again["id"] = f"again{place}"
        nb.cells.insert(nb.cells.index(cell) + 1, again)


@_changed("pasted-answer", "an answer pasted below, the first copy left unfinished")
def _pasted_answer(nb: Notebook) -> None:
    place = _place(nb, "ex24-2-1-softmax")
    first = copy.deepcopy(nb.cells[place])
    first["id"] = "first-try"
    first.source = "def softmax(scores):\n    raise NotImplementedError"
    nb.cells.insert(place, first)


@ALL("split", "an answer split: a helper in a cell of its own, the call in its place")
def _split(material: Material) -> Files:
    nb = perfect(material)
    cell = nb.cells[_place(nb, "ex24-2-1-softmax")]
    helper = own(cell.source.replace("def softmax(", "def my_shares("))
    cell.source = "def softmax(scores):\n    return my_shares(scores)"
    return files(insert(nb, "setup", helper))


@ALL("answer-elsewhere", "all answers in one cell of its own, the given cells deleted")
def _answer_elsewhere(material: Material) -> Files:
    nb = perfect(material)
    text = "\n\n\n".join(cell.source for cell in nb.cells if is_answer(cell))
    nb.cells = [cell for cell in nb.cells if not is_answer(cell)]
    return files(insert(nb, "setup", own(text)))


@ALL("answers-first", "all answers moved up below the set-up cell")
def _answers_first(material: Material) -> Files:
    nb = perfect(material)
    answers = [cell for cell in nb.cells if is_answer(cell)]
    rest = [cell for cell in nb.cells if not is_answer(cell)]
    place = [cell.get("id") for cell in rest].index("setup") + 1
    nb.cells = rest[:place] + answers + rest[place:]
    return files(nb)


@_changed("text-deleted", "all text cells deleted")
def _text_deleted(nb: Notebook) -> None:
    nb.cells = [cell for cell in nb.cells if cell.cell_type == "code"]


@_changed("experiments-deleted", "all experiments deleted")
def _experiments_deleted(nb: Notebook) -> None:
    nb.cells = [c for c in nb.cells if "experiment" not in c.metadata.get("tags", [])]


@_changed("tests-deleted", "some test cells deleted")
def _tests_deleted(nb: Notebook) -> None:
    tests = [cell for cell in nb.cells if is_test(cell)]
    nb.cells = [cell for cell in nb.cells if cell not in tests[::2]]


@_changed("tests-moved", "all test cells moved to the end")
def _tests_moved(nb: Notebook) -> None:
    tests = [cell for cell in nb.cells if is_test(cell)]
    nb.cells = [cell for cell in nb.cells if not is_test(cell)] + tests


@_changed("test-as-text", "a test cell turned into text by a slip of the hand")
def _test_as_text(nb: Notebook) -> None:
    cell = nb.cells[_place(nb, "test24-2-2-attention-scores")]
    cell.cell_type = "markdown"
    for key in ("outputs", "execution_count"):
        cell.pop(key)


@_changed("test-edited", "a print and a comment left in a test cell")
def _test_edited(nb: Notebook) -> None:
    cell = nb.cells[_place(nb, "test24-2-1-softmax")]
    cell.source = f"# why does this fail?\nprint(1)\n{cell.source}\nprint(2)"


@_changed("raw-cells", "raw cells, and answers drafted in one")
def _raw_cells(nb: Notebook) -> None:
    raw = [
        new_raw_cell(text, id=f"r{n}") for n, text in enumerate(["x = ", "", "汉字"])
    ]
    insert(nb, "setup", *raw)


@_changed("huge-text", "a text cell of a million characters and a pasted book")
def _huge_text(nb: Notebook) -> None:
    insert(nb, "setup", new_markdown_cell("Lorem ipsum. \n" * 80_000, id="book"))


@_changed("attachments", "pictures pasted into text cells")
def _attachments(nb: Notebook) -> None:
    cell = new_markdown_cell("![me](attachment:图.png)", id="picture")
    dot = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
        "WjR9awAAAABJRU5ErkJggg=="
    )
    cell["attachments"] = {"图.png": {"image/png": dot}, "empty.png": {}}
    insert(nb, "setup", cell)


@_changed("metadata-lost", "a tool that dropped nbgrader's metadata from every cell")
def _metadata_lost(nb: Notebook) -> None:
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)


@_changed("setup-edited", "more imports in the set-up cell, and start() run twice")
def _setup_edited(nb: Notebook) -> None:
    cell = nb.cells[_place(nb, "setup")]
    cell.source += "\nimport numpy as np\nimport os, sys\nstart('24.2')"


@_changed("tagged-answers", "its own tags, also `experiment`, on answers")
def _tagged_answers(nb: Notebook) -> None:
    for cell in filter(is_answer, nb.cells):
        cell.metadata["tags"] = ["mine", "todo", "experiment", "skip-execution"]


@_changed("executed", "executed in another order, with all outputs and counts kept")
def _executed(nb: Notebook) -> None:
    for count, cell in enumerate(nb.cells, 40):
        if cell.cell_type == "code":
            cell.execution_count = count
            text = {"output_type": "stream", "name": "stdout", "text": "old\n"}
            cell.outputs = [Notebook(text)]


@_changed("scratch-below", "the same names defined again in cells below the tests")
def _scratch_below(nb: Notebook) -> None:
    for cell in list(filter(is_test, nb.cells)):
        name = exercise(facts(cell)["grade_id"])
        again = own(f"old_{name} = {name}\nout = q = k = v = None", f"again-{name}")
        nb.cells.insert(nb.cells.index(cell) + 1, again)
