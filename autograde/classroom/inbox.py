"""The submissions as they lie there: what is new, what is a link to somewhere else."""

import hashlib
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

SET_ASIDE = "links-removed.txt"


def stamp(folder: Path) -> str:
    """A name for a submission's present state: names, sizes and times of its files."""
    rows = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if name == SET_ASIDE:
                continue
            found = os.lstat(path)
            inside = os.path.relpath(path, folder)
            rows.append(f"{inside}\0{found.st_size}\0{found.st_mtime_ns}")
    text = "\n".join(rows).encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()


def is_link(folder: Path) -> bool:
    """Whether a submission, or its student's folder, is a link to somewhere else."""
    return folder.is_symlink() or folder.parent.is_symlink()


def set_links_aside(folder: Path) -> list[str]:
    """Take links out of a submission: they would be read with the grader's rights.

    A link holds no work of the student's. What was there is written into a file.
    """
    if is_link(folder):
        return []
    found = []
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(place, name)
            if path.is_symlink():
                found.append(f"{path.relative_to(folder)} -> {os.readlink(path)}")
                path.unlink()
    if found:
        text = "\n".join(found).encode("utf-8", "surrogateescape")
        (folder / SET_ASIDE).write_bytes(text + b"\n")
    return found


def mend_timestamp(folder: Path) -> None:
    """Put the file's own date in place of a time that cannot be read.

    nbgrader stops with an error for the whole class at such a file, and the
    student's own computer writes it. The file that was handed in is kept beside it.
    """
    file = folder / "timestamp.txt"
    if file.is_symlink() or not file.is_file():
        return
    with suppress(ValueError, OverflowError):
        if file.stat().st_size < 200:
            if parse_utc(file.read_text(errors="replace").strip()):
                return
    date = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    shutil.copy2(file, folder / "timestamp-as-submitted.txt")
    file.chmod(0o644)
    file.write_text(date.strftime("%Y-%m-%d %H:%M:%S.%f UTC"), encoding="utf-8")


def prepare(root: Path, assignment: str = "*", student: str = "*", **_more) -> None:
    """What nbgrader does before it reads submissions: its `pre_convert_hook`."""
    for folder in sorted(
        (root / "gradebook" / "submitted").glob(f"{student}/{assignment}")
    ):
        if not is_link(folder):
            set_links_aside(folder)
            mend_timestamp(folder)
