"""Read a chapter's results out of the gradebook and of the graded notebooks."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import nbformat
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

from . import notes
from .execute import NOT_RUN
from .preprocess import grade_id
from .room import Room

GRADED, WAITING, FAILED, UNREADABLE = "graded", "waiting", "failed", "unreadable"
_NUMBERED = re.compile(r"^test(\d+(?:_\d+)*)_(.+)$")
_VERDICT = re.compile(r"^[✓✗] ", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Exercise:
    """One graded test cell; `number` is empty for a cell with a foreign name."""

    notebook: str
    test: str
    max_points: float

    @cached_property
    def number(self) -> str:
        """For example "24.2.1"."""
        found = _NUMBERED.match(self.test)
        return found[1].replace("_", ".") if found else ""

    @cached_property
    def name(self) -> str:
        """For example "softmax"."""
        found = _NUMBERED.match(self.test)
        return found[2] if found else self.test

    @property
    def label(self) -> str:
        """For example "24.2.1 softmax"."""
        return f"{self.number} {self.name}".strip()

    @property
    def order(self) -> tuple:
        """Exercises sort by notebook and number, 24.2.10 after 24.2.9."""
        parts = tuple(int(part) for part in self.number.split(".") if part)
        return (parts or (10**9,), self.notebook, self.test)


@dataclass
class Row:
    """One student's chapter. Points go by test cell; None is not graded."""

    student: str
    state: str = WAITING
    reason: str = ""
    timestamp: datetime | None = None
    penalty: float = 0.0
    points: dict[str, float | None] = field(default_factory=dict)

    @property
    def total(self) -> float | None:
        """Points in all, less the penalty for being late; None if not graded."""
        if self.state in (WAITING, FAILED):
            return None
        return max(0.0, sum(p or 0.0 for p in self.points.values()) - self.penalty)


@dataclass(frozen=True)
class Results:
    """All students of a chapter, in the order of their ids."""

    chapter: str
    exercises: tuple[Exercise, ...]
    rows: tuple[Row, ...]

    @property
    def max_points(self) -> float:
        """What a perfect submission gets."""
        return sum(exercise.max_points for exercise in self.exercises)

    def row(self, student: str) -> Row | None:
        """The row of one student."""
        return next((row for row in self.rows if row.student == student), None)


def load(room: Room, chapter: str) -> Results:
    """Results of everybody who submitted the chapter.

    Errors: ClassroomError if the gradebook does not know the chapter.
    """
    room.notebooks(chapter)
    rows = {name: Row(name) for name in room.students(chapter)}
    with room.gradebook() as gradebook:
        assignment = gradebook.find_assignment(chapter)
        exercises = [
            Exercise(notebook.name, cell.name, cell.max_score)
            for notebook in assignment.notebooks
            for cell in notebook.grade_cells
        ]
        penalties: dict[tuple[str, str], float] = {}
        for grade in _grades(gradebook, chapter):
            name, timestamp, notebook, penalty, cell, score = grade
            row = rows[name]
            row.timestamp, row.points[cell] = timestamp, score
            penalties[name, notebook] = penalty or 0.0
    # nbgrader takes points off each notebook of a chapter
    for (name, _notebook), penalty in penalties.items():
        rows[name].penalty += penalty
    for row in rows.values():
        row.state, row.reason = _state(room, chapter, row)
    exercises.sort(key=lambda exercise: exercise.order)
    return Results(chapter, tuple(exercises), tuple(rows.values()))


def _grades(gradebook, chapter: str):
    # one query for the class: nbgrader's objects would take one per cell
    return (
        gradebook.db.query(
            SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp,
            SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty,
            BaseCell.name,
            Grade.score,
        )
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(
            SubmittedAssignment,
            SubmittedNotebook.assignment_id == SubmittedAssignment.id,
        )
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .filter(Assignment.name == chapter)
        .all()
    )


def _state(room: Room, chapter: str, row: Row) -> tuple[str, str]:
    failure = failure_file(room, chapter, row.student)
    if failure.is_file():
        return FAILED, json.loads(failure.read_text(encoding="utf-8"))["reason"]
    graded = graded_notebooks(room, chapter, row.student)
    if not graded or row.timestamp != room.api.get_submitted_timestamp(
        chapter, row.student
    ):
        return WAITING, ""
    for path in graded:
        reason = notes.unreadable(read_graded(path))
        if reason:
            return UNREADABLE, reason
    return GRADED, ""


def failure_file(room: Room, chapter: str, student: str) -> Path:
    """Where the reason is kept if grading itself failed."""
    return room.gradebook_folder / "failed" / chapter / f"{student}.json"


def graded_notebooks(room: Room, chapter: str, student: str) -> list[Path]:
    """The graded notebooks of one student."""
    return sorted(room.folder("autograded", student, chapter).glob("*.ipynb"))


def read_graded(path: Path):
    """A graded notebook.

    nbgrader has validated it; to do it again would take ten times as long.
    """
    return nbformat.v4.reads(path.read_text(encoding="utf-8"))


def message(cell) -> str:
    """What a graded cell's check said, as plain text; prints above it are left out."""
    outputs = cell.get("outputs", [])
    for output in outputs:
        if output.output_type == "error":
            value = _ANSI.sub("", output.evalue)
            ours = _VERDICT.match(value) or output.ename == NOT_RUN
            return value if ours else f"{output.ename}: {value}".rstrip(": ")
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in outputs
    ]
    text = _ANSI.sub("", "".join(texts)).strip()
    found = _VERDICT.search(text)
    return text[found.start() :] if found else text


def messages(room: Room, chapter: str, student: str) -> dict[str, str]:
    """What every check said to one student, by test cell."""
    found = {}
    for path in graded_notebooks(room, chapter, student):
        for cell in read_graded(path).cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                found[grade_id(cell)] = message(cell)
    return found
