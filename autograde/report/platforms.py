"""Points as learning platforms import them: Canvas and Moodle.

Canvas reads the columns Student, ID, SIS User ID, SIS Login ID and Section, then the
assignments, and a row "Points Possible" (canvas-lms, `lib/gradebook_importer.rb`).
Moodle asks which column is what (docs.moodle.org, "Grade import").

An empty field could remove a grade there: who is not graded is left out.
"""

import csv
import io
from collections.abc import Iterable

from autograde.classroom.results import Results, Row

from .ids import Identity, identity


def graded(results: Results) -> list[Row]:
    """The rows that have a total."""
    return [row for row in results.rows if row.total is not None]


def canvas(results: Results, known: dict[str, Identity], column: str = "") -> str:
    """A CSV for Canvas's gradebook; `column` is the assignment's name there.

    With the number in it, as in "Chapter 24 (1234)", it goes into that assignment;
    otherwise into the one of this name, or into a new one.
    """
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows = [[*head, column or results.chapter]]
    # four spaces, as in Canvas's own exports
    rows.append(["    Points Possible", "", "", "", "", f"{results.max_points:g}"])
    for row in graded(results):
        who = identity(known, row.student)
        names = [who.name or row.student, who.canvas_id, who.sis_id, who.login]
        rows.append([*names, who.section, f"{row.total:g}"])
    return _csv(rows)


def moodle(
    results: Results,
    known: dict[str, Identity],
    words: dict[str, str],
    column: str = "",
) -> str:
    """A CSV for Moodle's grade import: map "ID number" or "Email address".

    `words` is what each student reads beside the points. Moodle wants points and
    words mapped together, else it forgets the points.
    """
    name = column or results.chapter
    rows = [["ID number", "Email address", name, f"{name} (feedback)"]]
    for row in graded(results):
        who = identity(known, row.student)
        points = f"{row.total:g}"
        rows.append([who.moodle_id, who.email, points, words.get(row.student, "")])
    return _csv(rows)


def _csv(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
