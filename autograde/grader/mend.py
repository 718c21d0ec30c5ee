"""Put a submitted notebook in order before anything of it runs.

The course knows which graded cells there are. What the submission says about the
points, locks and tags of its cells, and about the text of its tests, is not trusted:
it is written anew. What was mended is noted, in the notebook's own language.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import nbformat.v4
from nbformat.v4 import new_code_cell

from autograde.classroom import notes
from llmlab.i18n import _
from llmlab.notebooks import UnreadableNotebook, read, repair

MOST_BYTES = 50 * 2**20


def mended(path: Path, released: Callable):
    """The notebook in a submitted file, mended.

    An unreadable one is blank and says why. `released` gives the notebook that was
    handed out, by language.
    """
    try:
        nb = read(_regular(path))
    except (UnreadableNotebook, RecursionError, MemoryError) as error:
        nb = released("en")
        reason = getattr(error, "message", "") or _(
            "{name} is nested too deeply to be a notebook."
        ).format(name=path.name)
        notes.record(nb)["unreadable"] = reason
        notes.add(nb, reason)
        return nb
    # a learner cannot write our notes
    nb.metadata.pop(notes.KEY, None)
    if not isinstance(nb.metadata.get("llmlab", {}), dict):
        del nb.metadata["llmlab"]
    language = notes.language(nb)
    with notes.speaking(language):
        return _examined(nb, released(language))


def _regular(path: Path) -> Path:
    """The file itself. Errors: UnreadableNotebook for a link, or for a huge file."""
    if path.is_symlink():
        text = _("{name} is a link to another file; hand in the notebook itself.")
        raise UnreadableNotebook("link", text.format(name=path.name))
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        text = _(
            "{name} has {size} MB, more than a notebook of this course can have. "
            "Clear its outputs and hand it in again."
        )
        size = path.stat().st_size // 2**20
        raise UnreadableNotebook("huge", text.format(name=path.name, size=size))
    return path


def _examined(nb, released):
    try:
        made, problems = repair(nb, released)
    except Exception as error:
        # graded as it is: `restore` mends what grading would stop at
        text = _("The notebook could not be compared with the release: {error}")
        notes.add(nb, text.format(error=f"{type(error).__name__} {error}"))
        return nb
    for problem in problems:
        notes.add(made, problem.message)
    return made


def released_reader(files: dict[str, str]) -> Callable:
    """A function from a language to the notebook that was handed out."""

    def released(language: str):
        text = Path(files.get(language) or files["en"]).read_text(encoding="utf-8")
        return nbformat.v4.reads(text)  # built here, so it need not be validated

    return released


def restore(nb, wanted: dict):
    """Each graded cell once, with its own type, points, lock and, if locked, text.

    `wanted` is the course's list: grade id -> type, source, metadata.
    """
    with notes.speaking(notes.language(nb)):
        _forget_unknown(nb, wanted)
        _forget_copies(nb, wanted)
        nb.cells = [_as_wanted(nb, cell, wanted) for cell in nb.cells]
        _add_missing_tests(nb, wanted)
    return nb


def grade_id(cell) -> str | None:
    """A cell's grade id, if it says one."""
    metadata = cell.metadata.get("nbgrader")
    found = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else None


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
    # a tag could keep a test from being run
    cell.metadata.pop("tags", None)
    if expected["metadata"]["locked"]:
        cell.source = expected["source"]
    return cell


def _add_missing_tests(nb, wanted: dict) -> None:
    # a deleted answer is not put back: its stub would undo a function that was
    # written in another cell
    present = {grade_id(cell) for cell in nb.cells}
    for name, expected in wanted.items():
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
