"""Grade a class, each student alone: one bad submission stops nobody else's."""

import json
import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from llmlab.i18n import _

from . import notes
from .adopt import adopt_notebooks
from .results import FAILED, GRADED, UNREADABLE, failure_file, graded_notebooks
from .results import read_graded as read
from .room import ClassroomError, Room, open_room, quiet, succeed


@dataclass(frozen=True)
class Outcome:
    """How the grading of one submission went."""

    student: str
    state: str
    reason: str = ""
    seconds: float = 0.0


def to_grade(
    room: Room, chapter: str, only: str = "", force: bool = False
) -> list[str]:
    """Students whose submission is new since it was graded last; with force, all.

    Errors: ClassroomError if the chapter is unknown or the student did not submit.
    """
    room.notebooks(chapter)
    submitted = room.api.get_submitted_students(chapter)
    if only and only not in submitted:
        raise ClassroomError(
            _("{student} has no submission of {chapter} in {folder}.").format(
                student=only,
                chapter=chapter,
                folder=room.folder("submitted", only, chapter).parent,
            )
        )
    for student in submitted:
        mend_timestamp(room.folder("submitted", student, chapter))
    done = set() if force else room.api.get_autograded_students(chapter)
    failed = {name for name in submitted if failure_file(room, chapter, name).is_file()}
    new = (submitted - done) | failed
    return sorted(new & {only} if only else new)


def grade_all(
    room: Room, chapter: str, students: list[str], jobs: int = 1
) -> Iterator[Outcome]:
    """Grade these students' submissions, several at a time; yields them when done.

    Errors: ClassroomError if a grading process dies; what is graded stays graded.
    """
    if jobs < 2 or len(students) < 2:
        for student in students:
            yield _timed(room, chapter, student)
        return
    # a fresh process each: nbgrader changes the current folder, and threads run here
    fresh = multiprocessing.get_context("spawn")
    jobs = min(jobs, len(students))
    pool = ProcessPoolExecutor(jobs, fresh, _open_in_worker, (room.root,))
    try:
        waiting = [pool.submit(_work, chapter, student) for student in students]
        for done in as_completed(waiting):
            yield done.result()
    except BrokenProcessPool:
        text = _("A grading process died. Grade again: what is done is kept.")
        raise ClassroomError(text) from None
    finally:
        pool.shutdown(cancel_futures=True)


def default_jobs() -> int:
    """One process per core, a few at most: they share one gradebook file."""
    return max(1, min(4, os.cpu_count() or 1))


_room: Room | None = None


def _open_in_worker(root: Path) -> None:
    global _room
    _room = open_room(root)


def _work(chapter: str, student: str) -> Outcome:
    with quiet():
        return _timed(_room, chapter, student)


def _timed(room: Room, chapter: str, student: str) -> Outcome:
    started = time.monotonic()
    state, reason = grade_one(room, chapter, student)
    return Outcome(student, state, reason, time.monotonic() - started)


def grade_one(room: Room, chapter: str, student: str) -> tuple[str, str]:
    """Grade one submission; a failure is kept as a written reason."""
    failure = failure_file(room, chapter, student)
    # if the run is stopped here, the next one sees that this grade is not whole
    _write_failure(failure, _("Grading was interrupted; grade again."))
    try:
        adopt_notebooks(room, chapter, student)
        if not any(room.folder("submitted", student, chapter).glob("*.ipynb")):
            raise ClassroomError(_("The submission holds no notebook of this chapter."))
        result = room.api.autograde(chapter, student, force=True)
        if "KeyboardInterrupt" in result.get("error", ""):
            raise KeyboardInterrupt
        succeed(result, _("Grading {student}").format(student=student))
    except (ClassroomError, OSError) as error:
        _write_failure(failure, str(error))
        return FAILED, str(error)
    failure.unlink(missing_ok=True)
    for path in graded_notebooks(room, chapter, student):
        reason = notes.unreadable(read(path))
        if reason:
            return UNREADABLE, reason
    return GRADED, ""


def mend_timestamp(folder: Path) -> None:
    """Put the file's own date in place of a time that cannot be read.

    nbgrader stops with an error for the whole class at such a file, and the
    student's own computer writes it. The file that was handed in is kept beside it.
    """
    file = folder / "timestamp.txt"
    if not file.is_file():
        return
    with suppress(ValueError, OverflowError):
        if parse_utc(file.read_text(errors="replace").strip()):
            return
    date = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    shutil.copy2(file, folder / "timestamp-as-submitted.txt")
    file.chmod(0o644)
    file.write_text(date.strftime("%Y-%m-%d %H:%M:%S.%f UTC"), encoding="utf-8")


def _write_failure(file: Path, reason: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    row = {"reason": reason, "time": datetime.now(UTC).isoformat(timespec="seconds")}
    # whole or not at all, whenever the run is stopped
    draft = file.with_suffix(".tmp")
    draft.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    os.replace(draft, file)
