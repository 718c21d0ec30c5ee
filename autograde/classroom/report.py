"""What a class got wrong, and what one student was told."""

from collections import Counter
from collections.abc import Iterable

from rich import box
from rich.markup import escape
from rich.table import Table

from llmlab.i18n import _

from . import notes
from .points import STATES, number
from .results import (
    GRADED,
    Exercise,
    Results,
    graded_notebooks,
    load,
    messages,
    read_graded,
)
from .room import ClassroomError, Room


def reasons(results: Results) -> list[tuple[str, str]]:
    """Students whose grade needs a look, and why."""
    return [(row.student, row.reason) for row in results.rows if row.reason]


def mistakes_table(room: Room, results: Results) -> Table:
    """Which mistakes the class made, the most frequent of each exercise first."""
    table = Table(title=_("Mistakes"), title_justify="left", box=box.SIMPLE_HEAD)
    table.pad_edge = False
    table.add_column(_("exercise"))
    table.add_column(_("students"), justify="right")
    table.add_column(_("mistake, and the advice that was given"))
    counts = {exercise.test: Counter() for exercise in results.exercises}
    advice: dict[tuple, str] = {}
    for row in (row for row in results.rows if row.state == GRADED):
        for test, name, text in _mistakes(room, results, row):
            counts[test][name] += 1
            advice.setdefault((test, name), text)
    for exercise in results.exercises:
        for name, count in counts[exercise.test].most_common():
            text = advice[exercise.test, name]
            words = name if text in ("", name) else f"{name}\n[dim]{escape(text)}[/dim]"
            table.add_row(exercise.number or exercise.name, str(count), words)
    return table


def _mistakes(room: Room, results: Results, row) -> Iterable[tuple[str, str, str]]:
    said = messages(room, results.chapter, row.student)
    named = named_mistakes(room, results.chapter, row.student)
    for exercise in results.exercises:
        points = row.points.get(exercise.test)
        if (
            exercise.test in said
            and points is not None
            and points < exercise.max_points
        ):
            text = telling_line(said[exercise.test])
            name = named.get(exercise.number, "")
            # only a known mistake, such as softmax.over-queries, has advice of its own
            yield exercise.test, name or text, text if "." in name else ""


def named_mistakes(room: Room, chapter: str, student: str) -> dict[str, str]:
    """Names of the mistakes that the checks recognised, by exercise number."""
    found = {}
    for path in graded_notebooks(room, chapter, student):
        for exercise, result in notes.checks(read_graded(path)).items():
            if result.get("mistake"):
                found[exercise] = result["mistake"]
    return found


def telling_line(message: str) -> str:
    """What a check's message advises: the text after its first arrow.

    >>> telling_line("✗ 24.2.1 softmax\\n  shape\\n  → Divide\\n    by √D.\\n  → More.")
    'Divide by √D.'
    """
    head, arrow, advice = message.partition("→")
    if arrow:
        return " ".join(advice.partition("→")[0].split())
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    return (lines[1:2] or lines or [""])[0]


def find_exercise(results: Iterable[Results], name: str) -> tuple[Results, Exercise]:
    """The exercise with this number, name or test cell.

    Errors: ClassroomError if no chapter has it.
    """
    for chapter in results:
        for exercise in chapter.exercises:
            if name in (exercise.number, exercise.name, exercise.test, exercise.label):
                return chapter, exercise
    text = _("No released chapter has an exercise {name}. Write for example 24.2.1.")
    raise ClassroomError(text.format(name=name))


def explain(room: Room, student: str, name: str) -> str:
    """What the check of an exercise said to a student, with the points given.

    Errors: ClassroomError if there is no such exercise or no such submission.
    """
    with room.gradebook() as gradebook:
        chapters = [assignment.name for assignment in gradebook.assignments]
    results, exercise = find_exercise((load(room, c) for c in chapters), name)
    row = results.row(student)
    if row is None:
        text = _("{student} has not submitted {chapter}.")
        raise ClassroomError(text.format(student=student, chapter=results.chapter))
    said = messages(room, results.chapter, student).get(exercise.test, "")
    points = number(row.points.get(exercise.test))
    head = f"{student} · {exercise.label} · {points} / {number(exercise.max_points)}"
    reason = row.reason or (_(STATES[row.state]) if row.state != GRADED else "")
    return "\n".join(line for line in (head, reason, said) if line)
