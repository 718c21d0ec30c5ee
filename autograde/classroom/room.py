"""Open a course for teaching: its folder, nbgrader's settings, nbgrader's API."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from traitlets.config.loader import PyFileConfigLoader

from llmlab.i18n import _

CONFIG = "nbgrader_config.py"


class ClassroomError(Exception):
    """Something that an instructor can mend; the text says how."""


@dataclass(frozen=True)
class Room:
    """One course with its gradebook and its exchange."""

    root: Path
    api: NbGraderAPI

    @property
    def gradebook_folder(self) -> Path:
        """The folder of submissions, grades and feedback."""
        return self.root / "gradebook"

    def folder(self, step: str, student: str, chapter: str) -> Path:
        """Folder of one student's chapter in a step such as "submitted"."""
        name = getattr(self.api.coursedir, f"{step}_directory")
        return Path(self.api.coursedir.format_path(name, student, chapter))

    def gradebook(self) -> Gradebook:
        """The gradebook, to be used in a `with` block."""
        return self.api.gradebook

    def notebooks(self, chapter: str) -> list[str]:
        """Names of the chapter's notebooks that have points.

        Errors: ClassroomError if the chapter was never released.
        """
        with self.gradebook() as gradebook:
            try:
                assignment = gradebook.find_assignment(chapter)
            except MissingEntry:
                raise ClassroomError(
                    _(
                        "The gradebook does not know the chapter {chapter}. "
                        "Run `autograde release {chapter}` first."
                    ).format(chapter=chapter)
                ) from None
            return [notebook.name for notebook in assignment.notebooks]

    def students(self, chapter: str) -> list[str]:
        """Everybody who submitted the chapter or has a grade in it, sorted."""
        with self.gradebook() as gradebook:
            graded = {s.student_id for s in gradebook.assignment_submissions(chapter)}
        return sorted(graded | self.api.get_submitted_students(chapter))


def find_root(root: Path | None = None) -> Path:
    """The course's folder: as given, else around the current one, else the package's.

    Errors: ClassroomError if there is no course.
    """
    if root is not None:
        places = [Path(root).resolve()]
    else:
        here = Path.cwd().resolve()
        places = [here, *here.parents, Path(__file__).resolve().parents[2]]
    for place in places:
        if (place / CONFIG).is_file() and (place / "course.toml").is_file():
            return place
    raise ClassroomError(
        _(
            "There is no course in {folder}: {config} and course.toml are missing."
        ).format(folder=places[0], config=CONFIG)
    )


def open_room(root: Path | None = None) -> Room:
    """Open the course at `root`, or the one found by `find_root`."""
    root = find_root(root)
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    # nbgrader writes its log to the terminal; here it goes into results and errors
    logging.getLogger("traitlets").addHandler(logging.NullHandler())
    logging.getLogger("traitlets").propagate = False
    return Room(root, NbGraderAPI(config=config))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings about nbgrader's use of its database off the terminal."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=SAWarning)
        yield


def succeed(result: dict, doing: str) -> str:
    """The log of a step of nbgrader's API.

    Errors: ClassroomError with the last lines of the log if the step failed.
    """
    log = result.get("log", "")
    if not result["success"]:
        marks = ("[ERROR] ", "[CRITICAL] ")
        problems = [line for line in log.splitlines() if line.startswith(marks)]
        last = problems[-1:] or result.get("error", "").strip().splitlines()[-1:]
        reason = last[0].split("] ", 1)[-1] if last else "?"
        raise ClassroomError(
            _("{doing} failed: {reason}").format(doing=doing, reason=reason)
        )
    return log
