"""Results of grading as they are kept: what is whole, and what is in the gradebook."""

import json
from contextlib import suppress
from pathlib import Path

from .inbox import stamp
from .results import FAILED
from .room import Room


def in_gradebook(room: Room, chapter: str) -> set[str]:
    """Students who have a submission of the chapter in the gradebook."""
    with room.gradebook() as gradebook:
        return {s.student_id for s in gradebook.assignment_submissions(chapter)}


def result_file(room: Room, chapter: str, student: str) -> Path:
    """Where the results of one submission are kept."""
    return room.gradebook_folder / "results" / chapter / f"{student}.json"


def read_result(room: Room, chapter: str, student: str) -> dict | None:
    """The results of one submission as they were written; None if there are none."""
    with suppress(OSError, ValueError):
        text = result_file(room, chapter, student).read_text(encoding="utf-8")
        return json.loads(text)
    return None


def stored_results(room: Room, chapter: str) -> dict[str, str]:
    """Which results are in the gradebook: student -> id of the results."""
    rows = {}
    with suppress(OSError):
        for line in stored_log(room, chapter).read_text(encoding="utf-8").splitlines():
            student, _tab, own = line.rpartition("\t")
            rows[student] = own
    return rows


def stored_log(room: Room, chapter: str) -> Path:
    """Where it is noted which results the gradebook holds; one line a result."""
    return room.gradebook_folder / "results" / chapter / ".stored"


def is_done(room: Room, chapter: str, student: str, stored: str | None) -> bool:
    """Whether the submission as it is now has been graded to the end."""
    found = read_result(room, chapter, student)
    if found is None or found.get("state") == FAILED or found.get("id") != stored:
        return False
    folder = room.folder("submitted", student, chapter)
    graded = room.folder("autograded", student, chapter)
    return found.get("stamp") == stamp(folder) and graded.is_dir()
