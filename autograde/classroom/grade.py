"""Grade a class: many submissions at a time, each on its own, one writer.

Each submission is a job for a tester's process (`autograde.grader`). It writes the
graded notebooks and one file of results, each whole or not at all. This process alone
writes the gradebook, in batches. So whenever it is stopped, nothing is half done: the
next run takes the finished results as they are and grades the rest.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager

from autograde.grader.host import Grader, GraderError, TooWeak, shared
from autograde.grader.limits import LIMITS, Limits
from llmlab.i18n import _

from . import chapter as chapters
from .grading import Grading, Outcome
from .inbox import is_link, mend_timestamp, set_links_aside
from .kept import in_gradebook, is_done, stored_results
from .results import FAILED
from .room import ClassroomError, Room

__all__ = ["FAILED", "Outcome", "grade_all", "grade_one", "to_grade"]


def to_grade(
    room: Room, chapter: str, only: str = "", force: bool = False
) -> list[str]:
    """Students whose submission is new since it was graded last; with force, all.

    Errors: ClassroomError if the chapter is unknown or the student did not submit.
    """
    room.notebooks(chapter)
    submitted = room.api.get_submitted_students(chapter)
    if only and only not in submitted:
        raise ClassroomError(
            _("{student} has no submission of {chapter} in {folder}.").format(
                student=only,
                chapter=chapter,
                folder=room.folder("submitted", only, chapter).parent,
            )
        )
    names = submitted & {only} if only else submitted
    for student in names:
        folder = room.folder("submitted", student, chapter)
        if not is_link(folder):
            set_links_aside(folder)
            mend_timestamp(folder)
    if force:
        return sorted(names)
    graded, stored = in_gradebook(room, chapter), stored_results(room, chapter)
    return sorted(
        name
        for name in names
        if name not in graded or not is_done(room, chapter, name, stored.get(name))
    )


def a_grader(limits: Limits, trust: bool = False, level: str = "") -> Grader:
    """This process's grader. Errors: ClassroomError if its sandbox is too weak."""
    try:
        grader = shared(level)
        grader.require(LIMITS if trust else limits.floor)
    except TooWeak as error:
        raise ClassroomError(_too_weak(grader, limits, error)) from None
    except GraderError as error:
        raise ClassroomError(str(error)) from None
    return grader


def _too_weak(grader: Grader, limits: Limits, error: Exception) -> str:
    return _(
        "This machine gives the sandbox '{level}' only; grading needs '{floor}' "
        "({why}). Grade on a Linux machine or in a virtual machine, or, if you trust "
        "all these students, add --trust."
    ).format(level=grader.level, floor=limits.floor, why=error)


def grade_all(
    room: Room,
    chapter: str,
    students: list[str],
    jobs: int = 1,
    *,
    trust: bool = False,
    level: str = "",
    force: bool = False,
    scheduler: str = "",
    started: Callable[[str], None] | None = None,
) -> Iterator[Outcome]:
    """Grade these students' submissions, several at a time; yields them when done.

    With a `scheduler` the jobs run on a Dask cluster. With `force`, even whole results
    of a stopped run are made anew. `started` is told the sandbox's level. Errors:
    ClassroomError if there is no sandbox, or if another grading is at work.
    """
    if not students:
        return
    known = chapters.describe(room, chapter)
    limits = Limits.of(known["limits"])
    with alone(room), _place(limits, jobs, trust, level, scheduler) as place:
        do, jobs, level = place
        if started:
            started(level)
        run = Grading(room, chapter, known, do, level, not force)
        with ThreadPoolExecutor(max(1, jobs)) as pool:
            waiting = [pool.submit(run.one, student) for student in students]
            try:
                yield from run.written(done.result() for done in as_completed(waiting))
            finally:
                pool.shutdown(cancel_futures=True)


@contextmanager
def _place(limits: Limits, jobs: int, trust: bool, level: str, scheduler: str):
    """Where jobs run: a function that does one, how many at a time, the sandbox."""
    seconds = limits.submission_seconds
    if scheduler:
        from .cluster import cluster

        floor = LIMITS if trust else limits.floor
        with cluster(scheduler, seconds, level, floor) as (do, jobs):
            yield do, jobs, _("each worker's own")
        return
    grader = a_grader(limits, trust, level)
    yield lambda job: grader.do(job, seconds), jobs, grader.level


def grade_one(room: Room, chapter: str, student: str, **options) -> tuple[str, str]:
    """Grade one submission; a failure is kept as a written reason."""
    [outcome] = grade_all(room, chapter, [student], **options)
    return outcome.state, outcome.reason


@contextmanager
def alone(room: Room) -> Iterator[None]:
    """Nobody else writes this gradebook meanwhile. Errors: ClassroomError."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    file = room.gradebook_folder / ".grading"
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            text = _("Another grading of this course is at work; wait until it ends.")
            raise ClassroomError(text) from None
        yield


def default_jobs() -> int:
    """One submission at a time per core."""
    return max(
        1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    )
