"""The late submissions of a whole class, for an instructor to read."""

from rich import box
from rich.markup import escape
from rich.table import Table

from autograde.classroom.points import number
from autograde.classroom.results import load
from autograde.classroom.room import Room
from llmlab.i18n import _

from .late import Rules
from .late_gradebook import late_submissions, refresh, unused_due_date
from .late_times import Times, load_rules

__all__ = ["hints", "late_table", "refresh"]
# a difference of clocks that is more than a slow upload
SUSPECT = 600


def late_table(room: Room, chapter: str) -> Table:
    """Who was late, what it cost, and how many free late days are left."""
    rules = load_rules(room.root)
    results = load(room, chapter)
    earned = {r.student: sum(p or 0.0 for p in r.points.values()) for r in results.rows}
    due = rules.due("", chapter)
    table = Table(title=chapter, title_justify="left", box=box.SIMPLE_HEAD)
    table.pad_edge = False
    if due is not None:
        table.caption = _("Due {due}.").format(due=rules.local(due))
        table.caption_justify = "left"
    for head in (_("student"), _("due"), _("submitted")):
        table.add_column(head)
    for head in (_("days late"), _("free days used"), _("left"), _("points off")):
        table.add_column(head, justify="right")
    for one in late_submissions(room, chapter, earned, rules):
        left = rules.days_left(one.student, chapter) - one.penalty.late_days_used
        numbers = (one.days, one.penalty.late_days_used, left)
        times = (rules.local(one.due), rules.local(one.submitted))
        off = number(one.penalty.points_off)
        table.add_row(escape(one.student), *times, *map(str, numbers), off)
    return table


def hints(room: Room, chapter: str) -> list[str]:
    """What to look at: forgotten dates, penalties not applied, clocks that differ."""
    rules = load_rules(room.root)
    found = [unused_due_date(room, chapter, rules)]
    if _differs(room, chapter, rules):
        text = _(
            "The gradebook has other penalties. `autograde late {chapter} --apply` "
            "writes these; nothing is graded again."
        )
        found.append(text.format(chapter=chapter))
    times = Times(room.root, rules.policy)
    for student in room.students(chapter):
        claimed, at = times.claimed(student, chapter), times(student, chapter)
        if claimed and at and abs((at - claimed).total_seconds()) > SUSPECT:
            text = _(
                "{student}: timestamp.txt says {claimed}, but it came {submitted}."
            )
            known = {"claimed": rules.local(claimed), "submitted": rules.local(at)}
            found.append(text.format(student=student, **known))
    return [text for text in found if text]


def _differs(room: Room, chapter: str, rules: Rules) -> bool:
    for row in load(room, chapter).rows:
        if row.total is None:
            continue
        at = rules.submitted(row.student, chapter)
        earned = sum(p or 0.0 for p in row.points.values())
        cost = rules.penalty(row.student, chapter, at, earned)
        if abs(cost.points_off - row.penalty) > 1e-4:
            return True
    return False
