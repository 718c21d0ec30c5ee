"""What grading one chapter needs to know, as plain data that a process can be given."""

import hashlib
import json
import os
import secrets
from pathlib import Path

import nbformat

from autograde.grader.limits import Limits
from llmlab.i18n import _

from .room import ClassroomError, Room
from .settings import RELEASE_FOLDERS


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


def describe(room: Room, chapter: str) -> dict:
    """All that a tester must know: cells, released notebooks, set-up, limits, secret.

    Errors: ClassroomError if the chapter was never released or a setting is wrong.
    """
    room.notebooks(chapter)
    try:
        limits = Limits.of_course(room.root)
    except ValueError as error:
        raise ClassroomError(str(error)) from None
    with room.gradebook() as gradebook:
        found = gradebook.find_assignment(chapter).notebooks
        cells = {notebook.name: wanted_cells(notebook) for notebook in found}
    notebooks = {}
    for name, wanted in sorted(cells.items()):
        released = _released(room, chapter, name)
        setup = setup_cell(released["en"])
        notebooks[name] = {"wanted": wanted, "released": released, "setup": setup}
    known = {
        "chapter": chapter,
        "root": str(room.root),
        "limits": vars(limits),
        "notebooks": notebooks,
        "secret": secret_in(room.gradebook_folder),
    }
    text = json.dumps(notebooks, sort_keys=True).encode()
    return known | {"release": hashlib.sha256(text).hexdigest()}


def _released(room: Room, chapter: str, name: str) -> dict[str, str]:
    files = {}
    for language, folder in RELEASE_FOLDERS.items():
        file = room.root / folder / chapter / f"{name}.ipynb"
        if file.is_file():
            files[language] = str(file)
    if "en" not in files:
        text = _(
            "There is no notebook {name} in {folder}. Run `autograde build` first."
        )
        folder = room.root / RELEASE_FOLDERS["en"] / chapter
        raise ClassroomError(text.format(name=name, folder=folder))
    return files


def setup_cell(path: str) -> str:
    """The source of a released notebook's set-up cell, which test cells rely on."""
    nb = nbformat.read(path, as_version=4)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    for cell in code:
        if cell.get("id") == "setup":
            return cell.source
    return next((c.source for c in code if "nbgrader" not in c.metadata), "")


def secret_in(folder: Path) -> str:
    """The key from which fresh inputs are drawn: nobody outside can foretell them."""
    file = folder / "secret"
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_file():
        draft = file.with_name(f"secret-{os.getpid()}.tmp")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            os.link(draft, file)  # whoever is first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii").strip()
