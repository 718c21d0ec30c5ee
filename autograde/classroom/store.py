"""The one writer: results of many submissions into nbgrader's gradebook at once.

nbgrader's own way opens the database a dozen times a submission and commits after
each cell. Here a batch is one transaction: either all of it is there or none. What a
human has entered, scores and comments, is never touched.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime

from nbgrader.api import (
    Comment,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import insert, select, update

from .room import Room

NO_RESPONSE = "No response."  # nbgrader's words


class Store:
    """Writes results into the gradebook. To be used by one process at a time."""

    def __init__(self, room: Room, chapter: str):
        self.room, self.chapter = room, chapter

    @contextmanager
    def open(self):
        """Keep the gradebook open; one batch a call of `save`."""
        from autograde.report.late_times import load_rules

        self.rules = load_rules(self.room.root)
        with self.room.gradebook() as self.gradebook:
            self._read()
            yield self

    def _read(self) -> None:
        """Ids of everything that is there already, by name."""
        assignment = self.gradebook.find_assignment(self.chapter)
        self.assignment_id = assignment.id
        self.notebooks = {
            notebook.name: (
                notebook.id,
                {cell.name: cell.id for cell in notebook.grade_cells},
                {cell.name: cell.id for cell in notebook.solution_cells},
            )
            for notebook in assignment.notebooks
        }
        self.students = set(self.db.execute(select(Student.id)).scalars())
        own = SubmittedAssignment.assignment_id == assignment.id
        pairs = select(SubmittedAssignment.student_id, SubmittedAssignment.id)
        self.submissions = dict(self.db.execute(pairs.where(own)).all())

    @property
    def db(self):
        """The database session."""
        return self.gradebook.db

    def save(self, results: Iterable[dict]) -> None:
        """Write these results, and commit. The last one of a student counts."""
        rows = {result["student"]: result for result in results}
        if not rows:
            return
        self._students(rows)
        self._submissions(rows)
        notebooks = self._submitted_notebooks(rows)
        self._grades(rows, notebooks)
        self._comments(rows, notebooks)
        self.db.commit()
        self._penalties(rows)

    def _penalties(self, rows: dict) -> None:
        """What lateness costs, by the same rules as nbgrader's plugin."""
        from autograde.report.late_gradebook import sync

        for student in rows:
            if self.rules.due(student, self.chapter) is None:
                continue
            found = self.gradebook.find_submission(self.chapter, student)
            sync(self.gradebook, self.rules, found)
            at = self.rules.submitted(student, self.chapter)
            for notebook in found.notebooks:
                cost = self.rules.penalty(student, self.chapter, at, notebook.score)
                notebook.late_submission_penalty = cost.points_off or None
        self.db.commit()

    def _students(self, rows: dict) -> None:
        new = [{"id": name} for name in rows if name not in self.students]
        if new:
            self.db.execute(insert(Student), new)
            self.students |= {row["id"] for row in new}

    def _submissions(self, rows: dict) -> None:
        new, old = [], []
        for name, result in rows.items():
            timestamp = _time(result.get("timestamp"))
            if name in self.submissions:
                old.append({"id": self.submissions[name], "timestamp": timestamp})
            else:
                self.submissions[name] = new_uuid()
                new.append(
                    {
                        "id": self.submissions[name],
                        "assignment_id": self.assignment_id,
                        "student_id": name,
                        "timestamp": timestamp,
                    }
                )
        if new:
            self.db.execute(insert(SubmittedAssignment), new)
        if old:
            self.db.execute(update(SubmittedAssignment), old)

    def _submitted_notebooks(self, rows: dict) -> dict[tuple[str, str], str]:
        """(student, notebook) -> id of the submitted notebook."""
        owner = {self.submissions[name]: name for name in rows}
        named = {row[0]: name for name, row in self.notebooks.items()}
        table = SubmittedNotebook.__table__.c
        query = select(table.assignment_id, table.notebook_id, table.id)
        query = query.where(table.assignment_id.in_(list(owner)))
        found = {
            (owner[submission], named[notebook]): own
            for submission, notebook, own in self.db.execute(query)
            if notebook in named
        }
        new = []
        for submission, student in owner.items():
            for name, (notebook, _grades, _answers) in self.notebooks.items():
                if (student, name) not in found:
                    found[student, name] = new_uuid()
                    new.append(
                        {
                            "id": found[student, name],
                            "assignment_id": submission,
                            "notebook_id": notebook,
                            "flagged": False,
                        }
                    )
        if new:
            self.db.execute(insert(SubmittedNotebook), new)
        return found

    def _grades(self, rows: dict, notebooks: dict) -> None:
        there = self._existing(Grade, notebooks, Grade.manual_score)
        new, old = [], []
        for (student, name), own in notebooks.items():
            scores = rows[student]["notebooks"].get(name, {}).get("points", {})
            for cell, cell_id in self.notebooks[name][1].items():
                score = scores.get(cell, 0.0)
                known, manual = there[own].get(cell_id, (None, None))
                row = {
                    "auto_score": score,
                    "needs_manual_grade": manual is not None or score is None,
                }
                if known:
                    old.append({"id": known, **row})
                else:
                    keys = {"id": new_uuid(), "notebook_id": own, "cell_id": cell_id}
                    new.append({**keys, **row})
        self._write(Grade, new, old)

    def _comments(self, rows: dict, notebooks: dict) -> None:
        there = self._existing(Comment, notebooks, Comment.manual_comment)
        new, old = [], []
        for (student, name), own in notebooks.items():
            blank = rows[student]["notebooks"].get(name, {}).get("unanswered", [])
            for cell, cell_id in self.notebooks[name][2].items():
                row = {"auto_comment": NO_RESPONSE if cell in blank else None}
                known, _manual = there[own].get(cell_id, (None, None))
                if known:
                    old.append({"id": known, **row})
                else:
                    keys = {"id": new_uuid(), "notebook_id": own, "cell_id": cell_id}
                    new.append({**keys, **row})
        self._write(Comment, new, old)

    def _existing(self, kind, notebooks: dict, manual) -> dict[str, dict]:
        """submitted notebook -> cell -> (id, what a human entered)."""
        found: dict[str, dict] = defaultdict(dict)
        query = select(kind.notebook_id, kind.cell_id, kind.id, manual)
        query = query.where(kind.notebook_id.in_(list(notebooks.values())))
        for notebook, cell, own, entered in self.db.execute(query):
            found[notebook][cell] = (own, entered)
        return found

    def _write(self, kind, new: list[dict], old: list[dict]) -> None:
        if new:
            self.db.execute(insert(kind), new)
        if old:
            self.db.execute(update(kind), old)


def _time(text: str | None) -> datetime | None:
    from nbgrader.utils import parse_utc

    return parse_utc(text) if text else None
