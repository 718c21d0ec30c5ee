"""All that is known about one student's exercise, for an instructor to read."""

import difflib
from datetime import datetime
from pathlib import Path

from autograde.classroom.points import STATES, number
from autograde.classroom.results import GRADED, Exercise, Results, Row, load
from autograde.classroom.room import ClassroomError, Room
from llmlab.i18n import _

from .facts import Facts, gather
from .late import Rules
from .late_times import load_rules

NEAR = 0.5  # how like a known name a mistyped one must be to be suggested


def explain(room: Room, student: str, name: str) -> str:
    """What the check of an exercise said to a student, and what is known beside it.

    Errors: ClassroomError if there is no such exercise or student; it names near ones.
    """
    with room.gradebook() as gradebook:
        chapters = sorted(assignment.name for assignment in gradebook.assignments)
    results, exercise = find_exercise([load(room, c) for c in chapters], name)
    row = find_student(results, student)
    facts = gather(room, results, student)[student]
    points = number(row.points.get(exercise.test))
    head = f"{student} · {exercise.label} · {points} / {number(exercise.max_points)}"
    reason = row.reason or (_(STATES[row.state]) if row.state != GRADED else "")
    check = facts.checks.get(exercise.test)
    lines = [head, reason, check.message if check else "", ""]
    lines += _about(room, results, row, facts, load_rules(room.root), exercise)
    return "\n".join(line for line in lines if line or line is lines[3])


def find_exercise(results: list[Results], name: str) -> tuple[Results, Exercise]:
    """The exercise with this number, name or test cell.

    Errors: ClassroomError if no chapter has it, or several chapters have one each.
    """
    wanted = name.strip()
    found, known = [], {}
    for chapter in results:
        for exercise in chapter.exercises:
            names = (exercise.number, exercise.name, exercise.test, exercise.label)
            if wanted.lower() in {n.lower() for n in names if n}:
                found.append((chapter, exercise))
            known |= {n.lower(): exercise.label for n in names if n}
    if len(found) == 1 or found and wanted == found[0][1].test:
        return found[0]
    if found:
        text = _("Several exercises are called {name}: {names}. Give the number.")
        labels = ", ".join(exercise.label for _chapter, exercise in found)
        raise ClassroomError(text.format(name=name, names=labels))
    text = _("No released chapter has an exercise {name}.").format(name=name)
    near = difflib.get_close_matches(wanted.lower(), known, 3, NEAR)
    labels = list(dict.fromkeys(known[n] for n in near))
    if labels:
        hint = _("Did you mean {names}?").format(names=", ".join(labels))
    else:
        hint = _("Write for example 24.2.1.")
    raise ClassroomError(f"{text} {hint}")


def find_student(results: Results, student: str) -> Row:
    """The student's row.

    Errors: ClassroomError if the student has not submitted the chapter.
    """
    row = results.row(student)
    if row is not None:
        return row
    text = _("{student} has not submitted {chapter}.")
    text = text.format(student=student, chapter=results.chapter)
    names = {r.student.lower(): r.student for r in results.rows}
    near = difflib.get_close_matches(student.lower(), names, 3, NEAR)
    if near:
        hint = _("Did you mean {names}?")
        text += " " + hint.format(names=", ".join(names[n] for n in near))
    raise ClassroomError(text)


def _about(
    room: Room, results: Results, row: Row, facts: Facts, rules: Rules, exercise
) -> list[str]:
    """Lines of a name and a value each; what is not known is left out."""
    at = rules.submitted(row.student, results.chapter)
    earned = sum(p or 0.0 for p in row.points.values())
    cost = rules.penalty(row.student, results.chapter, at, earned)
    total = row.total
    pairs = [
        (_("submitted"), _time(at, rules)),
        (_("late"), cost.words),
        (_("late penalty"), f"−{number(row.penalty)}" if row.penalty else ""),
        (_("chapter"), _of(total, results) if total is not None else ""),
        (_("graded"), _time(facts.graded_at, rules)),
        (_("seconds"), "" if facts.seconds is None else f"{facts.seconds:.1f}"),
        (_("sandbox"), facts.sandbox),
        *((_("look at"), flag) for flag in facts.flags),
        *((_("mended"), note) for note in facts.notes),
        (_("notebook"), _existing(_notebook(facts, exercise))),
        (_("feedback page"), _existing(_page(room, results, row, exercise))),
    ]
    if row.total is not None and abs(row.penalty - cost.points_off) > 1e-6:
        hint = _("the rules have changed: run `autograde late {chapter} --apply`")
        pairs.insert(3, ("", hint.format(chapter=results.chapter)))
    return [
        f"  {name}: {value}" if name else f"  {value}" for name, value in pairs if value
    ]


def _of(total: float, results: Results) -> str:
    return f"{number(total)} / {number(results.max_points)}"


def _time(at: datetime | None, rules: Rules) -> str:
    return rules.local(at) if at else ""


def _notebook(facts: Facts, exercise: Exercise) -> Path | None:
    own = [path for path in facts.notebooks if path.stem == exercise.notebook]
    return own[0] if own else None


def _page(room: Room, results: Results, row: Row, exercise: Exercise) -> Path:
    folder = room.folder("feedback", row.student, results.chapter)
    return folder / f"{exercise.notebook}.html"


def _existing(path: Path | None) -> str:
    return str(path) if path is not None and path.is_file() else ""
