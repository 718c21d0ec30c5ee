"""Late days: when a chapter is due for a student, and what a late submission costs.

`Rules.penalty` is the one place where this is decided. nbgrader's plugin, the commands
and the feedback pages all call it, so that they agree.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from llmlab.i18n import _

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Policy:
    """What lateness costs in this course: the part `[late]` of `course.toml`.

    `free_days`: late days that each student may use in all; `per_day`: share of the
    points earned that each further day costs; `maximum`: the most that is taken off;
    `grace`: time after the due date that is not late yet.
    """

    free_days: int = 0
    per_day: float = 0.0
    maximum: float = 1.0
    grace: timedelta = timedelta()
    zone: tzinfo = UTC
    clock: str = "exchange"


@dataclass(frozen=True)
class Row:
    """One line of `gradebook/late.csv`; what is None is not said."""

    due: datetime | None = None
    extension: timedelta | None = None
    late_days: int | None = None


class Penalty(NamedTuple):
    """What is taken off, how many free late days it took, and why in words."""

    points_off: float
    late_days_used: int
    words: str


def nobody(_student: str, _chapter: str) -> datetime | None:
    """No submission of any other chapter is known."""
    return None


@dataclass(frozen=True)
class Rules:
    """All due dates and late days. Rows go by (student, chapter); "" means all.

    `submitted` tells when a student's submission of a chapter arrived: free late days
    that were used in chapters due earlier are gone.
    """

    policy: Policy = Policy()
    rows: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    submitted: Callable[[str, str], datetime | None] = nobody

    def penalty(
        self, student: str, chapter: str, submitted_at: datetime | None, points: float
    ) -> Penalty:
        """What a submission that arrived at this time costs.

        A time without a zone is UTC, as in nbgrader. Points of a chapter's notebooks
        may be given one after the other: the penalty is a share of them.
        """
        due = self.due(student, chapter)
        if due is None or submitted_at is None:
            return Penalty(0.0, 0, "")
        days = self.days_late(student, chapter, submitted_at)
        if not days:
            return Penalty(0.0, 0, _("On time."))
        free = self._free(student, chapter, days)
        share = min(self.policy.maximum, (days - free) * self.policy.per_day)
        off = round(max(0.0, points or 0.0) * share, 6)
        return Penalty(off, free, self._words(due, submitted_at, days, free, share))

    def due(self, student: str, chapter: str) -> datetime | None:
        """When the chapter is due for the student, in UTC; None if never.

        An extension moves the due date of its own line or of a more general one.
        """
        due, extra = None, timedelta()
        for key in reversed(_specific(student, chapter)):
            row = self.rows.get(key, Row())
            if row.due is not None:
                due, extra = row.due, timedelta()
            if row.extension is not None:
                extra = row.extension
        return due and (due + extra).astimezone(UTC)

    def days_late(self, student: str, chapter: str, submitted_at: datetime) -> int:
        """Days late, each begun day counted whole; 0 at the exact due date."""
        due = self.due(student, chapter)
        if due is None:
            return 0
        over = aware(submitted_at) - due - self.policy.grace
        return max(0, math.ceil(over / DAY))

    def chapters(self) -> list[str]:
        """The chapters that have a due date, sorted."""
        return sorted({c for (_s, c), row in self.rows.items() if c and row.due})

    def days_left(self, student: str, chapter: str = "") -> int:
        """Free late days that the student still has when this chapter is due.

        Without a chapter: when all are over.
        """
        left = self._budget(student)
        for earlier in self._by_due_date(student):
            if earlier == chapter:
                break
            at = self.submitted(student, earlier)
            if at is not None:
                days = self.days_late(student, earlier, at)
                left -= min(days, self._limit(student, earlier), left)
        return left

    def _free(self, student: str, chapter: str, days: int) -> int:
        left = self.days_left(student, chapter)
        return min(days, self._limit(student, chapter), left)

    def _by_due_date(self, student: str) -> list[str]:
        return sorted(self.chapters(), key=lambda c: (self.due(student, c), c))

    def _budget(self, student: str) -> int:
        for key in ((student, ""), ("", "")):
            days = self.rows.get(key, Row()).late_days
            if days is not None:
                return days
        return self.policy.free_days

    def _limit(self, student: str, chapter: str) -> float:
        for key in ((student, chapter), ("", chapter)):
            days = self.rows.get(key, Row()).late_days
            if days is not None:
                return days
        return math.inf

    def _words(self, due, submitted_at, days: int, free: int, share: float) -> str:
        words = [
            _("Due {due}, submitted {submitted}: late by {days} d.").format(
                due=self.local(due), submitted=self.local(submitted_at), days=days
            )
        ]
        if free:
            words.append(_("Free late days used: {free}.").format(free=free))
        if share:
            text = _("{percent:g} % of the points are taken off.")
            words.append(text.format(percent=round(100 * share, 2)))
        elif days > free:
            words.append(_("No points are taken off."))
        return " ".join(words)

    def local(self, at: datetime) -> str:
        """A time as people in the course's time zone write it."""
        return f"{aware(at).astimezone(self.policy.zone):%Y-%m-%d %H:%M %Z}"


def aware(at: datetime) -> datetime:
    """A time with its zone; without one it is UTC, as nbgrader stores it."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _specific(student: str, chapter: str) -> list[tuple[str, str]]:
    """Keys of the rows that count, the most specific first."""
    return [(student, chapter), (student, ""), ("", chapter), ("", "")]
