"""Make the students' feedback pages and hand them out through the exchange."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from llmlab.i18n import _

from .room import ClassroomError, Room, succeed

SECRET = "submission_secret.txt"


@dataclass(frozen=True)
class Page:
    """One student's feedback: where it is, whether the exchange took it, else why."""

    student: str
    folder: Path
    released: bool
    reason: str = ""


def give_feedback(room: Room, chapter: str, students: list[str]) -> Iterator[Page]:
    """Make and release the pages of these students, one student after the other."""
    for student in students:
        folder = room.folder("feedback", student, chapter)
        doing = _("Feedback for {student}").format(student=student)
        try:
            succeed(room.api.generate_feedback(chapter, student), doing)
            if not (folder / SECRET).is_file():
                # nbgrader would stop for the whole class
                text = _("it did not come through the exchange; send the page yourself")
                yield Page(student, folder, False, text)
                continue
            succeed(room.api.release_feedback(chapter, student), doing)
        except ClassroomError as error:
            yield Page(student, folder, False, str(error))
        else:
            yield Page(student, folder, True)


def graded_students(room: Room, chapter: str) -> list[str]:
    """Students whose newest submission is graded."""
    room.notebooks(chapter)
    return sorted(room.api.get_autograded_students(chapter))
