"""Grade a class: many submissions at a time, each on its own, one writer.

Each submission is a job for a tester's process (`autograde.grader`). It writes the
graded notebooks and one file of results, each whole or not at all. This process alone
writes the gradebook, in batches. So whenever it is stopped, nothing is half done: the
next run takes the finished results as they are and grades the rest.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograde.grader.host import Grader, GraderError, Lost, TooWeak, shared
from autograde.grader.limits import LIMITS, Limits
from autograde.grader.submission import write_whole
from llmlab.i18n import _

from . import chapter as chapters
from .adopt import adopt_notebooks
from .inbox import is_link, mend_timestamp, set_links_aside, stamp
from .results import FAILED, failure_file
from .room import ClassroomError, Room
from .store import Store

BATCH, BATCH_SECONDS = 50, 2.0
TRIES = 2


@dataclass(frozen=True)
class Outcome:
    """How the grading of one submission went."""

    student: str
    state: str
    reason: str = ""
    seconds: float = 0.0
    sandbox: str = ""


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
    graded, stored = _in_gradebook(room, chapter), _stored(room, chapter)
    return sorted(
        name
        for name in names
        if name not in graded or not _done(room, chapter, name, stored.get(name))
    )


def _in_gradebook(room: Room, chapter: str) -> set[str]:
    with room.gradebook() as gradebook:
        return {s.student_id for s in gradebook.assignment_submissions(chapter)}


def result_file(room: Room, chapter: str, student: str) -> Path:
    """Where the results of one submission are kept."""
    return room.gradebook_folder / "results" / chapter / f"{student}.json"


def read_result(room: Room, chapter: str, student: str) -> dict | None:
    """The results of one submission as they were written; None if there are none."""
    with suppress(OSError, ValueError):
        text = result_file(room, chapter, student).read_text(encoding="utf-8")
        return json.loads(text)
    return None


def _stored(room: Room, chapter: str) -> dict[str, str]:
    """Which results are in the gradebook: student -> id of the results."""
    rows = {}
    with suppress(OSError):
        for line in _log(room, chapter).read_text(encoding="utf-8").splitlines():
            student, _tab, own = line.rpartition("\t")
            rows[student] = own
    return rows


def _log(room: Room, chapter: str) -> Path:
    return room.gradebook_folder / "results" / chapter / ".stored"


def _done(room: Room, chapter: str, student: str, stored: str | None) -> bool:
    """Whether the submission as it is now has been graded to the end."""
    found = read_result(room, chapter, student)
    if found is None or found.get("state") == FAILED or found.get("id") != stored:
        return False
    folder = room.folder("submitted", student, chapter)
    graded = room.folder("autograded", student, chapter)
    return found.get("stamp") == stamp(folder) and graded.is_dir()


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


class Grading:
    """One run over a chapter: gives jobs out, writes what comes back."""

    def __init__(
        self, room: Room, chapter: str, known: dict, do, level: str, resume: bool
    ):
        self.room, self.chapter, self.do, self.level = room, chapter, do, level
        self.release, self.resume = known["release"], resume
        self.wanted = {n: row["wanted"] for n, row in known["notebooks"].items()}
        # a file: a job names it, and any process on any machine can read it
        self.known = room.gradebook_folder / "results" / chapter / ".chapter.json"
        write_whole(self.known, json.dumps(known))
        self.known.chmod(0o600)  # it holds tests and the secret

    def job(self, student: str) -> dict:
        """What a tester is told about one submission."""
        folder = self.room.folder("submitted", student, self.chapter)
        if is_link(folder):
            text = _("{folder} is a link to somewhere else; it is not followed.")
            raise OSError(text.format(folder=folder))
        set_links_aside(folder)
        adopt_notebooks(folder, self.wanted)
        return {
            "do": "submission",
            "student": student,
            "chapter": str(self.known),
            "folder": str(folder),
            "out": str(self.room.folder("autograded", student, self.chapter)),
            "result": str(result_file(self.room, self.chapter, student)),
            "stamp": stamp(folder),
            "sandbox": self.level,
        }

    def one(self, student: str) -> Outcome:
        """Grade one submission, unless its results are there and nobody stored them.

        Never raises: a failure is an outcome with a written reason.
        """
        begin = time.monotonic()
        state = reason = ""
        for _try in range(TRIES):
            try:
                job = self.job(student)
                answer = self._finished(job) or self.do(job)
                state, reason = answer["state"], answer["reason"]
                break
            except (Lost, GraderError, OSError) as error:
                state, reason = FAILED, _("Grading stopped: {why}.").format(why=error)
                if isinstance(error, Lost) and "took more than" in str(error):
                    break
        if state == FAILED:
            self._failed(student, reason)
        else:
            failure_file(self.room, self.chapter, student).unlink(missing_ok=True)
        seconds = time.monotonic() - begin
        return Outcome(student, state, reason, seconds, self.level)

    def _finished(self, job: dict) -> dict | None:
        """Results that a stopped run has left, of the same submission and tests."""
        found = read_result(self.room, self.chapter, job["student"])
        if not self.resume or found is None or not Path(job["out"]).is_dir():
            return None
        same = found["stamp"] == job["stamp"] and found["release"] == self.release
        return found if same and found["state"] != FAILED else None

    def _failed(self, student: str, reason: str) -> None:
        row = {
            "reason": reason,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        file = failure_file(self.room, self.chapter, student)
        write_whole(file, json.dumps(row, ensure_ascii=False))

    def written(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """Write results into the gradebook as they come; yields what is written."""
        store, batch, since = Store(self.room, self.chapter), [], time.monotonic()
        with store.open():
            for outcome in outcomes:
                batch.append(outcome)
                late = time.monotonic() - since > BATCH_SECONDS
                if len(batch) >= BATCH or late:
                    self._save(store, batch)
                    yield from batch
                    batch, since = [], time.monotonic()
            self._save(store, batch)
            yield from batch

    def _save(self, store: Store, batch: list[Outcome]) -> None:
        found = [
            read_result(self.room, self.chapter, outcome.student)
            for outcome in batch
            if outcome.state != FAILED
        ]
        found = [result for result in found if result]
        store.save(found)
        lines = "".join(f"{row['student']}\t{row['id']}\n" for row in found)
        with _log(self.room, self.chapter).open("a", encoding="utf-8") as log:
            log.write(lines)


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
