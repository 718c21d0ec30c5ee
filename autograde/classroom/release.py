"""Hand notebooks out through the exchange and take submissions in."""

from pathlib import Path

from nbgrader.utils import capture_log, temp_attrs

from llmlab.i18n import _

from .room import ClassroomError, Room, succeed
from .settings import RELEASE_FOLDERS


def release(
    room: Room, chapter: str, language: str = "en", force: bool = False
) -> Path:
    """Put a chapter's student notebooks into the exchange; returns their folder.

    Both editions have the same file names and graded cells, so that a submission of
    either is graded alike, whichever was released.

    Errors: ClassroomError if the chapter is not built or already released.
    """
    _must_hold_notebooks(room, "solutions", chapter)
    doing = _("Making the student notebooks of {chapter}").format(chapter=chapter)
    succeed(room.api.generate_assignment(chapter), doing)
    _must_hold_notebooks(room, RELEASE_FOLDERS[language], chapter)
    doing = _("Releasing {chapter}").format(chapter=chapter)
    settings = {
        "assignment_id": chapter,
        "release_directory": RELEASE_FOLDERS[language],
    }
    with temp_attrs(room.api.coursedir, **settings):
        step = room.api.exchange.ReleaseAssignment(
            coursedir=room.api.coursedir,
            authenticator=room.api.authenticator,
            parent=room.api,
        )
        step.force = force
        succeed(capture_log(step), doing)
    # nbgrader looked for the exchange before this made it
    room.api.exchange_missing = False
    return Path(step.dest_path)


def collect(room: Room, chapter: str) -> list[str]:
    """Copy new submissions from the exchange; returns who has submitted by now.

    A newer submission takes the place of an older one, which stays in the exchange.

    Errors: ClassroomError if the exchange is not there.
    """
    if not Path(room.api.exchange_root).is_dir():
        text = _("There is no exchange in {folder}: nothing was released through it.")
        raise ClassroomError(text.format(folder=room.api.exchange_root))
    doing = _("Collecting {chapter}").format(chapter=chapter)
    succeed(room.api.collect(chapter), doing)
    return sorted(room.api.get_submitted_students(chapter))


def _must_hold_notebooks(room: Room, folder: str, chapter: str) -> None:
    place = room.root / folder / chapter
    if not any(place.glob("*.ipynb")):
        text = _("There are no notebooks in {folder}. Run `autograde build` first.")
        raise ClassroomError(text.format(folder=place))
