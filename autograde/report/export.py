"""Write a chapter's points for a spreadsheet or for a learning platform."""

import io
import sys
from pathlib import Path

from autograde.classroom.export import write_csv
from autograde.classroom.results import Results
from autograde.classroom.room import ClassroomError, Room
from llmlab.i18n import _

from . import gradescope, ids, platforms
from .facts import gather
from .forms import Form
from .late_times import load_rules


def export(
    room: Room, results: Results, form: Form, to: str, names: Path | None, column: str
) -> tuple[int, str]:
    """Write the points; returns how many students are in, and where it is.

    `to` is a file, a folder for Gradescope, or "-" for the terminal; empty for the
    usual name. The same grades give the same bytes.

    Errors: ClassroomError if the list of ids cannot be used, or nothing can be written.
    """
    to = to or ("gradescope" if form is Form.GRADESCOPE else "grades.csv")
    known = _ids(room, names)
    try:
        if form is Form.GRADESCOPE:
            if to == "-":
                raise ClassroomError(
                    _("Gradescope's files need a folder: --to FOLDER.")
                )
            facts, late = gather(room, results), late_words(room, results)
            return len(gradescope.write_all(results, facts, late, Path(to))), to
        if form is Form.CSV:
            file = io.StringIO()
            write_csv(results, file)
            text, count = file.getvalue(), len(results.rows)
        else:
            count = len(platforms.graded(results))
            if form is Form.CANVAS:
                text = platforms.canvas(results, known, column)
            else:
                words = late_words(room, results)
                text = platforms.moodle(results, known, words, column)
        _write(text, to)
    except OSError as error:
        text = _("{file} cannot be written: {error}")
        raise ClassroomError(text.format(file=to, error=error.strerror)) from None
    return count, to


def late_words(room: Room, results: Results) -> dict[str, str]:
    """Why points were taken off, by student; nobody who was on time.

    Where the gradebook has another penalty than the rules nothing is said.
    """
    rules, found = load_rules(room.root), {}
    for row in results.rows:
        at = rules.submitted(row.student, results.chapter)
        if at and rules.days_late(row.student, results.chapter, at):
            earned = sum(p or 0.0 for p in row.points.values())
            cost = rules.penalty(row.student, results.chapter, at, earned)
            if abs(cost.points_off - row.penalty) < 1e-4:
                found[row.student] = cost.words
    return found


def _ids(room: Room, names: Path | None) -> dict[str, ids.Identity]:
    file = names or ids.ids_file(room.root)
    return ids.read(file) if names or file.is_file() else {}


def _write(text: str, to: str) -> None:
    if to == "-":
        sys.stdout.write(text)
    else:
        Path(to).write_bytes(text.encode("utf-8"))
