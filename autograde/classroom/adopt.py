"""Find a submission's notebooks when they were renamed or put into a subfolder.

nbgrader skips a notebook whose name it does not know and gives 0 points for the one
that is missing (nbgrader #1302). A browser's "(1)", a "-Copy1", or the Chinese edition
in its folder `zh/` is enough for that.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from autograde.grader.mend import grade_id
from llmlab.notebooks import UnreadableNotebook, read

KEPT = "-as-submitted"
MOST_FILES = 2000
MOST_BYTES = 50 * 2**20


@dataclass(frozen=True)
class Candidate:
    """A submitted file that may be the wanted notebook."""

    path: Path
    cells: int
    written: int


def plain_files(folder: Path) -> list[Path]:
    """A submission's own files, sorted: no links, nothing that is not a plain file."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != ".ipynb_checkpoints")
        for name in sorted(names):
            path = Path(place, name)
            if not path.is_symlink() and path.is_file():
                found.append(path)
            if len(found) >= MOST_FILES:
                return found
    return found


def find_notebooks(folder: Path, notebooks: dict[str, dict]) -> dict[str, Path]:
    """Each wanted notebook's file: of the right name, or else the best that fits.

    `notebooks` maps names to their wanted cells. A file of the right name is passed
    over only if it is blank and another one is written.
    """
    files = [path for path in plain_files(folder) if path.suffix.lower() == ".ipynb"]
    taken = {folder / f"{name}.ipynb" for name in notebooks}
    others = [p for p in files if p not in taken and not p.stem.endswith(KEPT)]
    found = {}
    for name, wanted in notebooks.items():
        proper = folder / f"{name}.ipynb"
        best = _best(others, proper, wanted) if others else None
        if best is not None:
            found[name] = best
        elif proper.is_symlink() or proper.is_file():
            found[name] = proper
    return found


def adopt_notebooks(folder: Path, notebooks: dict[str, dict]) -> list[Path]:
    """Copy misnamed notebooks to the names that nbgrader looks for.

    A blank file that is replaced is kept beside it. Returns what was adopted.
    """
    adopted = []
    for name, found in find_notebooks(folder, notebooks).items():
        proper = folder / f"{name}.ipynb"
        if found != proper:
            found = _make_room(proper, found)
            shutil.copy2(found, proper)
            adopted.append(found)
    return adopted


def _best(others: list[Path], proper: Path, wanted: dict) -> Path | None:
    there = proper.is_file() and not proper.is_symlink()
    if there:
        own = _candidate(proper, wanted)
        if own is None or own.written:
            return None
    fits = [c for path in others if (c := _candidate(path, wanted))]
    fits = [c for c in fits if 2 * c.cells > len(wanted)]
    if there:
        fits = [c for c in fits if c.written]
    return max(fits, key=lambda c: (c.written, c.cells)).path if fits else None


def _candidate(path: Path, wanted: dict) -> Candidate | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        nb = read(path)
    except (UnreadableNotebook, RecursionError, OSError):
        return None
    cells = {grade_id(cell): cell for cell in nb.cells if grade_id(cell) in wanted}
    written = [
        name
        for name, cell in cells.items()
        if wanted[name]["metadata"]["solution"]
        and cell.source.strip() != wanted[name]["source"].strip()
    ]
    return Candidate(path, len(cells), len(written))


def _make_room(proper: Path, found: Path) -> Path:
    """Put what bears the name aside: a blank file, a folder; where `found` is then."""
    kept = proper.with_name(f"{proper.stem}{KEPT}.ipynb")
    if proper.is_dir() and not kept.exists():
        proper.rename(kept)
        if found.is_relative_to(proper):
            return kept / found.relative_to(proper)
    elif proper.is_file() and not kept.exists():
        proper.rename(kept)
    return found
