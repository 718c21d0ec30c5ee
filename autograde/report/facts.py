"""What is known about each student's graded chapter, beside the points."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import nbformat

from autograde.classroom import notes
from autograde.classroom.preprocess import grade_id
from autograde.classroom.results import (
    Exercise,
    Results,
    graded_notebooks,
    message,
)
from autograde.classroom.room import Room


@dataclass(frozen=True)
class Check:
    """What one check said; `mistake` is the id of what it recognised, or empty."""

    message: str = ""
    mistake: str = ""


@dataclass
class Facts:
    """One student's graded notebooks. Checks go by test cell."""

    student: str
    seconds: float | None = None
    sandbox: str = ""
    flags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    graded_at: datetime | None = None
    notebooks: list[Path] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)


def gather(room: Room, results: Results, only: str = "") -> dict[str, Facts]:
    """The facts of all students of a chapter, or of one."""
    students = [row.student for row in results.rows if only in ("", row.student)]
    return {
        name: read_facts(
            name, graded_notebooks(room, results.chapter, name), results.exercises
        )
        for name in students
    }


def read_facts(
    student: str, paths: Iterable[Path], exercises: Iterable[Exercise]
) -> Facts:
    """The facts in one student's graded notebooks; damaged ones say nothing."""
    facts = Facts(student)
    numbers = {exercise.test: exercise.number for exercise in exercises}
    for path in paths:
        nb = read_notebook(path)
        if nb is None:
            continue
        facts.notebooks.append(path)
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        facts.graded_at = max(at, facts.graded_at or at)
        _add_record(facts, nb.metadata.get(notes.KEY, {}))
        _add_checks(facts, nb, numbers)
    return facts


def read_notebook(path: Path):
    """A graded notebook, quickly; None if it cannot be read."""
    # nbformat's validation takes ten times as long, and nbgrader wrote these files
    try:
        return nbformat.v4.reads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _add_record(facts: Facts, record: dict) -> None:
    seconds = record.get("seconds")
    if isinstance(seconds, int | float):
        facts.seconds = (facts.seconds or 0.0) + seconds
    facts.sandbox = str(record.get("sandbox") or facts.sandbox)
    facts.flags += [str(flag) for flag in record.get("flags") or ()]
    facts.notes += [str(note) for note in record.get("notes") or ()]


def _add_checks(facts: Facts, nb, numbers: dict[str, str]) -> None:
    known = notes.checks(nb)
    for cell in nb.cells:
        test = grade_id(cell)
        if test in numbers and cell.metadata["nbgrader"].get("grade"):
            result = known.get(numbers[test], {})
            facts.checks[test] = Check(message(cell), result.get("mistake") or "")
