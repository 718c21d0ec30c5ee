"""A course in a temporary folder that takes submissions and grades them."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

from .record import CHAPTER, FILE, Files, exercise, write

REPOSITORY = Path(__file__).resolve().parents[2]
MARK_VARIABLE = "LLMLAB_ATTACKS"


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
        with contextlib.closing(sqlite3.connect(self.base, timeout=30)) as base:
            rows = base.execute(_POINTS).fetchall()
        found: dict[str, dict[str, float]] = {}
        for student, cell, auto, manual, extra in rows:
            points = auto if manual is None else manual
            value = (points or 0.0) + (extra or 0.0)
            found.setdefault(student, {})[exercise(cell)] = value
        return found

    def run(self, words: list[str], seconds: float) -> tuple[str, bool]:
        """Run a program in its own session; returns what it said, and if it was ended.

        The whole session is ended when time is up.
        """
        env = {**os.environ, MARK_VARIABLE: self.mark, "OMP_NUM_THREADS": "1"}
        bin_folder = str(Path(sys.executable).parent)
        env["PATH"] = bin_folder + os.pathsep + env.get("PATH", "")
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                words,
                cwd=self.root,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.sessions.add(process.pid)
            ended = False
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                ended = True
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            said.seek(max(0, said.seek(0, os.SEEK_END) - 10**6))
            return said.read().decode(errors="replace"), ended


_POINTS = """
SELECT sa.student_id, bc.name, g.auto_score, g.manual_score, g.extra_credit
FROM grade g
JOIN submitted_notebook sn ON g.notebook_id = sn.id
JOIN submitted_assignment sa ON sn.assignment_id = sa.id
JOIN base_cell bc ON g.cell_id = bc.id
WHERE bc.type = 'GradeCell'
"""


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


class Ours(Room):
    """The course with its own grader."""

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

        said, ended = self._step("grade", students, jobs, self.seconds)
        rows = _rows(said)
        found = {}
        with quiet():
            loaded = results.load(self.room, CHAPTER)
        for student in students:
            row, told = loaded.row(student), rows.get(student, {})
            reason = (row.reason if row else "") or told.get("reason", "")
            if not told:
                reason = reason or ("time was up" if ended else said.strip()[-300:])
            points = None
            if row is not None and row.total is not None:
                points = {exercise(k): v or 0.0 for k, v in row.points.items()}
            found[student] = Grade(points, told.get("seconds", 0.0), reason)
        return found

    def feedback(self, students: list[str]) -> None:
        """Make the pages by nbgrader's own step, as the command does."""
        self._step("feedback", students, 1, self.seconds)

    def _step(self, step: str, students: list[str], jobs: int, seconds: float):
        words = [sys.executable, "-m", "autograde.attacks.grading", step]
        words += [str(self.root), CHAPTER, str(jobs), *students]
        # a class takes longer, a single submission never
        return self.run(words, seconds * (1 + len(students) / jobs / 4))


def _rows(said: str) -> dict[str, dict]:
    found = {}
    for line in said.splitlines():
        if line.startswith("@{"):
            with contextlib.suppress(ValueError, KeyError):
                row = json.loads(line[1:])
                found[row["student"]] = row
    return found
