"""Hostile and odd submissions and a trial of graders: `python -m autograde.attacks`.

They are data: a name, a line that says what it is, a function that makes the files,
and the points that its answers have really earned. Nothing here knows how a grader
works inside.
"""

from .record import Submission, unique


def all_hostile() -> list[Submission]:
    """All hostile submissions, in the order of their modules."""
    from .hostile import ALL

    return list(ALL)


def all_odd() -> list[Submission]:
    """All honest but odd submissions; each has earned every point."""
    from .odd import ALL

    return list(ALL)


def every() -> list[Submission]:
    """Hostile and odd ones."""
    return unique(all_hostile() + all_odd())
