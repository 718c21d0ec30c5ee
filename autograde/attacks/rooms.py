"""A course in a temporary folder that takes submissions and grades them."""

import contextlib
import shutil
import sqlite3
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

from .record import CHAPTER, FILE, Files, exercise, write
from .worker import Worker

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Grade:
    """What came out for one student; points go by exercise, None without a grade."""

    points: dict[str, float] | None = None
    seconds: float = 0.0
    reason: str = ""


@dataclass
class Room(ABC):
    """A course that can take submissions, grade them and make feedback pages."""

    root: Path
    mark: str
    seconds: float
    sessions: set[int] = field(default_factory=set)
    # the author's notebook and the students', below the root
    source: str = "solutions"
    release: str = "notebooks"

    @abstractmethod
    def prepare(self) -> None:
        """Make the course, released, without submissions."""

    @abstractmethod
    def grade(self, students: list[str], jobs: int) -> dict[str, Grade]:
        """Grade these students' submissions."""

    @abstractmethod
    def feedback(self, students: list[str]) -> None:
        """Make these students' feedback pages."""

    @property
    def book(self) -> Path:
        """The folder of submissions, grades and feedback."""
        return self.root / "gradebook"

    @property
    def base(self) -> Path:
        """The gradebook's file."""
        return self.book / "gradebook.db"

    def stop(self) -> None:
        """End what the room keeps running: nothing, unless a kind of room says so."""
        return None

    def submit(self, student: str, files: Files) -> None:
        """Put one submission in."""
        write(self.book / "submitted" / student / CHAPTER, files)

    def remove(self, student: str) -> None:
        """Take one student's files out, so that the next trial is quick."""
        for step in ("submitted", "autograded", "feedback"):
            shutil.rmtree(self.book / step / student, ignore_errors=True)

    def own(self, path: Path, student: str) -> bool:
        """Whether a file below the gradebook is this student's own."""
        if not path.is_relative_to(self.book):
            return False
        inside = path.relative_to(self.book)
        return student in inside.parts or path.name.startswith(f"{student}.")

    def pages(self, student: str) -> list[Path]:
        """The student's feedback pages."""
        return sorted((self.book / "feedback" / student).rglob("*.html"))

    def all_points(self) -> dict[str, dict[str, float]]:
        """Points by student and exercise, from the gradebook itself."""
        return all_points(self.base)


_POINTS = """
SELECT sa.student_id, bc.name, g.auto_score, g.manual_score, g.extra_credit
FROM grade g
JOIN submitted_notebook sn ON g.notebook_id = sn.id
JOIN submitted_assignment sa ON sn.assignment_id = sa.id
JOIN base_cell bc ON g.cell_id = bc.id
WHERE bc.type = 'GradeCell'
"""


def all_points(base: Path) -> dict[str, dict[str, float]]:
    """Points by student and exercise in a gradebook's file."""
    with contextlib.closing(sqlite3.connect(base, timeout=30)) as opened:
        rows = opened.execute(_POINTS).fetchall()
    found: dict[str, dict[str, float]] = {}
    for student, cell, auto, manual, extra in rows:
        points = auto if manual is None else manual
        value = (points or 0.0) + (extra or 0.0)
        found.setdefault(student, {})[exercise(cell)] = value
    return found


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


class Ours(Room):
    """The course with its own grader, which works in a process beside the trial."""

    worker: Worker | None = None

    def prepare(self) -> None:
        """Copy what grading needs and release the chapter."""
        from autograde.classroom import release
        from autograde.classroom.room import open_room, quiet

        for name in ("nbgrader_config.py", "course.toml"):
            _copy(REPOSITORY / name, self.root / name)
        for folder in ("solutions", "notebooks", "notebooks/zh"):
            path = f"{folder}/{CHAPTER}/{FILE}"
            _copy(REPOSITORY / path, self.root / path)
        with quiet():
            self.room = open_room(self.root)
            release.release(self.room, CHAPTER)

    def grade(self, students: list[str], jobs: int) -> dict[str, Grade]:
        """Grade in a process of its own, then look into the results."""
        from autograde.classroom import results
        from autograde.classroom.room import quiet

        seconds = self.seconds * (1 + len(students) / max(1, jobs) / 4)
        answer = self._worker().ask("grade", students, jobs, seconds)
        found = {}
        with quiet():
            loaded = results.load(self.room, CHAPTER)
        for student in students:
            row, told = loaded.row(student), answer.rows.get(student, {})
            reason = (row.reason if row else "") or told.get("reason", "")
            if not told:
                said = " ".join(answer.said.split())[-300:]
                reason = reason or ("time was up" if answer.ended else said)
            points = None
            if row is not None and row.total is not None:
                points = {exercise(k): v or 0.0 for k, v in row.points.items()}
            found[student] = Grade(points, told.get("seconds", 0.0), reason)
        return found

    def feedback(self, students: list[str]) -> None:
        """Make the pages by nbgrader's own step, as the command does."""
        seconds = self.seconds * (1 + len(students) / 4)
        self._worker().ask("feedback", students, 1, seconds)

    def stop(self) -> None:
        """End the worker."""
        self._worker().stop()

    def _worker(self) -> Worker:
        if self.worker is None:
            self.worker = Worker(self.root, CHAPTER, self.mark, self.sessions)
        return self.worker
