"""Which mistakes a class made, in words, and how often."""

from dataclasses import dataclass

from autograde.classroom.results import GRADED, Exercise, Results

from .facts import Facts
from .words import mistake_words


@dataclass(frozen=True)
class Count:
    """One mistake in one exercise, and who made it."""

    exercise: Exercise
    words: str
    advice: str
    students: tuple[str, ...]


def tally(results: Results, facts: dict[str, Facts]) -> list[Count]:
    """The mistakes by exercise, the most frequent of each first."""
    found: list[Count] = []
    for exercise in results.exercises:
        groups: dict[tuple[str, str], list[str]] = {}
        for row in results.rows:
            points = row.points.get(exercise.test)
            check = facts[row.student].checks.get(exercise.test)
            if row.state != GRADED or check is None or points is None:
                continue
            if points < exercise.max_points:
                words = mistake_words(check.mistake, check.message)
                groups.setdefault(words, []).append(row.student)
        counts = [Count(exercise, *key, tuple(who)) for key, who in groups.items()]
        found += sorted(counts, key=lambda count: (-len(count.students), count.words))
    return found
