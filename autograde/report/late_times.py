"""When a submission arrived.

`timestamp.txt` is written by the student's own process, with the student's own clock.
The exchange's file system knows better: the time of the last change of a file's inode
cannot be set. A list of times in `gradebook/received.csv` comes before both.
"""

import csv
import os
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from dateutil.parser import ParserError
from nbgrader.utils import parse_utc

from autograde.classroom.room import ClassroomError
from autograde.classroom.settings import exchange
from llmlab.i18n import _

from .late import Policy, Rules, aware
from .late_file import late_file, parse_time, read_policy, read_rows

STAMP = "timestamp.txt"


@dataclass(frozen=True)
class Times:
    """The times of all submissions of a course; called with a student and a chapter."""

    root: Path
    policy: Policy = Policy()

    def __call__(self, student: str, chapter: str) -> datetime | None:
        """When the submission arrived, in UTC; None if there is none."""
        if (student, chapter) in self._received:
            return self._received[student, chapter]
        claimed = self.claimed(student, chapter)
        known = self.exchanged(student, chapter)
        return known if known is not None and claimed is not None else claimed

    def claimed(self, student: str, chapter: str) -> datetime | None:
        """What `timestamp.txt` says, which the student's computer wrote."""
        file = self._folder(student, chapter) / STAMP
        with suppress(OSError, ValueError, OverflowError, ParserError):
            at = parse_utc(file.read_text(encoding="utf-8", errors="replace").strip())
            return at and aware(at)
        return None

    def exchanged(self, student: str, chapter: str) -> datetime | None:
        """When the file system of the exchange took the submission; None if unknown."""
        copy = self._folder(student, chapter) / STAMP
        if self.policy.clock != "exchange" or not copy.is_file():
            return None
        content = copy.read_bytes()
        for folder in self._inbound.get((student, chapter), ()):
            with suppress(OSError):
                file = Path(folder, STAMP)
                if file.read_bytes() == content:
                    return _arrival(file.stat(), copy.stat())
        return None

    def _folder(self, student: str, chapter: str) -> Path:
        return self.root / "gradebook" / "submitted" / student / chapter

    @cached_property
    def _inbound(self) -> dict[tuple[str, str], list[str]]:
        text = (self.root / "course.toml").read_text(encoding="utf-8")
        course = tomllib.loads(text)["course"]["id"]
        found: dict[tuple[str, str], list[str]] = {}
        with (
            suppress(OSError),
            os.scandir(exchange(self.root) / course / "inbound") as d,
        ):
            for entry in d:
                student, _plus, rest = entry.name.partition("+")
                found.setdefault((student, rest.partition("+")[0]), []).append(
                    entry.path
                )
        return found

    @cached_property
    def _received(self) -> dict[tuple[str, str], datetime]:
        file = self.root / "gradebook" / "received.csv"
        if not file.is_file():
            return {}
        found = {}
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            for row in reader:
                try:
                    at = parse_time(row["received"].strip(), self.policy.zone)
                    found[row["student"].strip(), row["chapter"].strip()] = at
                except (KeyError, ValueError, AttributeError):
                    text = _(
                        "received.csv, line {line}: write student, chapter and a time, "
                        "for example 2026-10-01 23:59."
                    )
                    raise ClassroomError(text.format(line=reader.line_num)) from None
        return found


def _arrival(inbound: os.stat_result, collected: os.stat_result) -> datetime:
    # an exchange that was restored from a backup is younger than what was collected
    # from it: then the date of the file is all there is
    seconds = inbound.st_ctime
    if seconds > collected.st_ctime + 1:
        seconds = inbound.st_mtime
    return datetime.fromtimestamp(seconds, UTC)


def load_rules(root: Path) -> Rules:
    """The course's rules for lateness, with the times of all submissions.

    Errors: ClassroomError if `course.toml` or `gradebook/late.csv` cannot be used.
    """
    policy = read_policy(root)
    return Rules(policy, read_rows(late_file(root), policy.zone), Times(root, policy))
