"""One run over a class: give jobs out, write what comes back, lose nothing."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograde.grader.host import GraderError, Lost
from autograde.grader.submission import write_whole
from llmlab.i18n import _

from .adopt import adopt_notebooks
from .inbox import is_link, set_links_aside, stamp
from .kept import read_result, result_file, stored_log
from .results import FAILED, failure_file
from .room import Room
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
        for folder in (self.known.parent, room.gradebook_folder / "failed" / chapter):
            for left in folder.glob("*.tmp"):  # of a run that was killed
                left.unlink(missing_ok=True)
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
        with stored_log(self.room, self.chapter).open("a", encoding="utf-8") as log:
            log.write(lines)
