"""What stands at the top of a student's feedback page, and at each exercise.

Only what is meant for students goes in: no flag for a human, no word of the sandbox.
"""

from dataclasses import dataclass, field
from pathlib import Path

from autograde.classroom import notes
from autograde.classroom.points import number
from autograde.classroom.preprocess import grade_id
from autograde.classroom.results import Exercise, message
from autograde.classroom.room import ClassroomError
from llmlab.i18n import _

from .late_times import load_rules
from .words import failed_property, one_line

ALL, SOME, NONE = "all", "some", "none"
MARKS = {ALL: "✓", SOME: "◐", NONE: "✗"}


@dataclass(frozen=True)
class Line:
    """One exercise: its points, what went wrong in one line, and where to read on."""

    anchor: str
    label: str
    points: str
    state: str
    mistake: str = ""
    failed: str = ""
    comment: str = ""

    @property
    def mark(self) -> str:
        """A sign for those who do not see colours."""
        return MARKS[self.state]


@dataclass
class Summary:
    """The head of one notebook's page, in the notebook's language."""

    language: str
    title: str
    total: str
    late: str = ""
    lines: dict[str, Line] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    say: dict[str, str] = field(default_factory=dict)


def summarise(nb, resources: dict, root: Path | None = None) -> Summary:
    """The head of a page whose notebook has its grades (nbgrader's `GetGrades`)."""
    graded = resources.get("nbgrader", {})
    with notes.speaking(notes.language(nb)):
        total = _points(graded.get("score"), graded.get("max_score"))
        return Summary(
            language={"zh": "zh-CN"}.get(notes.language(nb), "en"),
            title=_title(nb) or str(graded.get("notebook", "")),
            total=total,
            late=_late(graded, root),
            lines=_lines(nb),
            notes=notes.notes(nb),
            say=_words(),
        )


def _words() -> dict[str, str]:
    """The page's own words: a template has no catalogue."""
    return {
        "feedback": _("Feedback"),
        "score": _("Score"),
        "exercise": _("exercise"),
        "points": _("points"),
        "what": _("what to look at"),
        "noticed": _("Noticed while this notebook was graded"),
        "mistake": _("Mistake"),
        "failed": _("What did not come out right"),
        "answer": _("Your answer"),
        "test": _("The test, as far as it is open"),
        "comment": _("Comment"),
        "top": _("To the top"),
    }


def _lines(nb) -> dict[str, Line]:
    known = notes.checks(nb)
    comments = {_stem(grade_id(c)): _comment(c) for c in nb.cells if _comment(c)}
    found = {}
    for cell in nb.cells:
        told = cell.metadata.get("nbgrader", {})
        if not told.get("grade"):
            continue
        exercise = Exercise("", told["grade_id"], told.get("points") or 0.0)
        score = told.get("score")
        said = message(cell) if cell.cell_type == "code" else ""
        mistake = known.get(exercise.number, {}).get("mistake") or ""
        full = (score or 0.0) >= exercise.max_points
        state = ALL if full else SOME if score else NONE
        wrong = said and not full
        found[exercise.test] = Line(
            anchor=exercise.test,
            label=exercise.label,
            points=_points(score, exercise.max_points),
            state=state,
            mistake=one_line(said, mistake) if wrong else "",
            failed=failed_property(said) if wrong else "",
            comment=_comment(cell) or comments.get(_stem(exercise.test), ""),
        )
    return found


def _comment(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("comment") or ""


def _stem(name: str | None) -> str:
    """ "24_2_1_softmax" of an answer's or of a test's cell."""
    return (name or "").removeprefix("test").removeprefix("ex")


def _points(score: float | None, most: float | None) -> str:
    text = number(None if score is None else round(score, 2))
    return f"{text} / {number(most or 0.0)}"


def _title(nb) -> str:
    for cell in nb.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return cell.source.splitlines()[0].removeprefix("# ").strip()
    return ""


def _late(graded: dict, root: Path | None) -> str:
    off = graded.get("late_penalty") or 0.0
    if not off:
        return ""
    words = _("Late penalty: {points}.").format(points=f"−{number(round(off, 2))}")
    if root is None:
        return words
    try:
        rules = load_rules(root)
        student, chapter = graded["student"], graded["assignment"]
        at = rules.submitted(student, chapter)
        earned = (graded.get("score") or 0.0) + off
        cost = rules.penalty(student, chapter, at, earned)
    except ClassroomError:
        return words
    # said only if the gradebook's penalty is this rule's
    return f"{words} {cost.words}" if abs(cost.points_off - off) < 1e-4 else words
