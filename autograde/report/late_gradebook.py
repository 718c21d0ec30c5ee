"""Keep nbgrader's due dates, extensions and late penalties as our rules say.

nbgrader asks its plugin for a penalty only if its own dates make a submission late. So
these are written first: the common due date, and each student's extension, which also
makes up for a submission whose own clock was wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.plugins import BasePlugin

from autograde.classroom.room import Room
from llmlab.i18n import _

from .late import Penalty, Rules, aware
from .late_times import load_rules


class LateDays(BasePlugin):
    """nbgrader's plugin: `c.AssignLatePenalties.plugin_class` names it."""

    def __init__(self, **kwargs):
        """Read the rules, and write the dates that nbgrader is about to look at."""
        super().__init__(**kwargs)
        step = self.parent
        self.rules = load_rules(Path(self.config.CourseDirectory.root))
        with Gradebook(step.db_url) as gradebook:
            submission = gradebook.find_submission(step.assignment_id, step.student_id)
            sync(gradebook, self.rules, submission)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """The points that a late notebook loses; None if it loses none."""
        chapter = self.parent.assignment_id
        at = self.rules.submitted(student_id, chapter)
        return self.rules.penalty(student_id, chapter, at, score).points_off or None


def sync(gradebook, rules: Rules, submission: SubmittedAssignment) -> None:
    """Write the dates of one submission into the gradebook, if they differ."""
    student, chapter = submission.student_id, submission.assignment.name
    common, own = rules.due("", chapter), rules.due(student, chapter)
    at = rules.submitted(student, chapter)
    if common is None or own is None:
        return
    extension = own - common
    if at is not None and submission.timestamp is not None:
        # what nbgrader reads from timestamp.txt counts as if it had come when it came
        extension -= at - aware(submission.timestamp)
    wanted = common.astimezone(UTC).replace(tzinfo=None)
    if submission.assignment.duedate != wanted:
        submission.assignment.duedate = wanted
    if (submission.extension or extension * 0) != extension:
        submission.extension = extension
    gradebook.db.commit()


@dataclass(frozen=True)
class Late:
    """One student's submission: when it was due and came, and what it costs."""

    student: str
    due: datetime
    submitted: datetime
    days: int
    penalty: Penalty


def refresh(room: Room, chapter: str) -> None:
    """Write all penalties of a chapter anew, without running any notebook.

    Errors: ClassroomError if the gradebook or the rules cannot be used.
    """
    rules = load_rules(room.root)
    room.notebooks(chapter)
    with room.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(chapter):
            sync(gradebook, rules, submission)
            at = rules.submitted(submission.student_id, chapter)
            for notebook in submission.notebooks:
                points = notebook.score
                off = rules.penalty(submission.student_id, chapter, at, points)
                notebook.late_submission_penalty = off.points_off or None
        gradebook.db.commit()


def late_submissions(
    room: Room, chapter: str, points: dict[str, float], rules: Rules | None = None
) -> Iterator[Late]:
    """The late submissions of a chapter, given the points of each student."""
    rules = rules or load_rules(room.root)
    for student in room.students(chapter):
        at, due = rules.submitted(student, chapter), rules.due(student, chapter)
        if at is None or due is None:
            continue
        days = rules.days_late(student, chapter, at)
        if days:
            cost = rules.penalty(student, chapter, at, points.get(student, 0.0))
            yield Late(student, due, at, days, cost)


def unused_due_date(room: Room, chapter: str, rules: Rules) -> str:
    """A hint if only nbgrader's own page has a due date for the chapter."""
    with room.gradebook() as gradebook:
        duedate = gradebook.find_assignment(chapter).duedate
    if duedate is None or rules.due("", chapter) is not None:
        return ""
    text = _(
        "The gradebook says {chapter} is due {due}, and late.csv says nothing. "
        "Write the date there too: penalties are taken from there."
    )
    return text.format(chapter=chapter, due=rules.local(duedate))
