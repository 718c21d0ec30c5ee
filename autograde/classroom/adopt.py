"""Find a submission's notebooks when they were renamed or put into a subfolder.

nbgrader skips a notebook whose name it does not know and gives 0 points for the one
that is missing (nbgrader #1302). A browser's "(1)", a "-Copy1", or the Chinese edition
in its folder `zh/` is enough for that.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from llmlab.notebooks import UnreadableNotebook, read

from .preprocess import grade_id, wanted_cells
from .room import Room

KEPT = "-as-submitted"


@dataclass(frozen=True)
class Candidate:
    """A submitted file that may be the wanted notebook."""

    path: Path
    cells: int
    written: int


def adopt_notebooks(room: Room, chapter: str, student: str) -> list[tuple[Path, Path]]:
    """Copy misnamed notebooks to the names nbgrader looks for.

    A file of the right name is replaced only if it is blank and another one is
    written; it is then kept beside it. Returns pairs of (found, adopted as).
    """
    folder = room.folder("submitted", student, chapter)
    with room.gradebook() as gradebook:
        notebooks = {
            notebook.name: wanted_cells(notebook)
            for notebook in gradebook.find_assignment(chapter).notebooks
        }
    adopted = []
    for name, wanted in notebooks.items():
        proper = folder / f"{name}.ipynb"
        found = _best(folder, proper, wanted, notebooks)
        if found is not None:
            _keep_blank(proper)
            shutil.copy2(found, proper)
            adopted.append((found, proper))
    return adopted


def _best(folder: Path, proper: Path, wanted: dict, notebooks: dict) -> Path | None:
    if proper.is_file():
        own = _candidate(proper, wanted)
        if own is None or own.written:
            return None
    taken = {folder / f"{name}.ipynb" for name in notebooks}
    files = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if path not in taken
        and ".ipynb_checkpoints" not in path.parts
        and not path.stem.endswith(KEPT)
    ]
    others = [c for path in files if (c := _candidate(path, wanted))]
    others = [c for c in others if 2 * c.cells > len(wanted)]
    if proper.is_file():
        others = [c for c in others if c.written]
    return max(others, key=lambda c: (c.written, c.cells)).path if others else None


def _candidate(path: Path, wanted: dict) -> Candidate | None:
    try:
        nb = read(path)
    except UnreadableNotebook:
        return None
    cells = {grade_id(cell): cell for cell in nb.cells if grade_id(cell) in wanted}
    written = [
        name
        for name, cell in cells.items()
        if wanted[name]["metadata"]["solution"]
        and cell.source.strip() != wanted[name]["source"].strip()
    ]
    return Candidate(path, len(cells), len(written))


def _keep_blank(proper: Path) -> None:
    if proper.is_file():
        kept = proper.with_name(f"{proper.stem}{KEPT}.ipynb")
        if not kept.exists():
            proper.rename(kept)
