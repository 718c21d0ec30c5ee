"""What came of one submission, and whether that is as it must be."""

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from . import pages
from .record import Material, Submission
from .rooms import Grade, Room

OK, CHEATED, ROBBED, NO_GRADE = "OK", "CHEATED", "ROBBED", "NO GRADE"
NOT_RUN, LIMIT = "NOT RUN", "KNOWN LIMIT"
_READABLE = 10**8


@dataclass
class Report:
    """What came of one submission. `points` is None without a grade.

    `faults` are things outside its own folders: changed files, processes left over,
    calls to the network, secrets and scripts in pages.
    """

    record: Submission
    verdict: str
    honest: float = 0.0
    points: float | None = None
    seconds: float = 0.0
    reason: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether it is as it must be: an honest grade or reason, and no fault."""
        if self.faults:
            return False
        if self.verdict == NO_GRADE:
            return self.record.ungraded_ok and bool(self.reason)
        return self.verdict in (OK, LIMIT, NOT_RUN)


def judge(record: Submission, graded: Grade, material: Material) -> Report:
    """Compare the points with those that were earned, exercise by exercise."""
    honest = record.honest(material)
    report = Report(record, OK, honest, None, graded.seconds, graded.reason)
    if graded.points is None:
        report.verdict = NO_GRADE
        return report
    report.points = sum(graded.points.values())
    solved = material.points if record.all_solved else record.solved
    stolen = [n for n, p in graded.points.items() if p > 0 and n not in solved]
    least = honest if record.at_least is None else record.at_least
    if report.points > honest or stolen:
        report.verdict = LIMIT if record.limit else CHEATED
    elif report.points < least:
        report.verdict = ROBBED
    return report


def shown(room: Room, student: str, hidden: set[str], secret: str, word: str):
    """Faults of a student's pages and graded files.

    `hidden` are lines and `secret` a text that must not be there; `word` is what an
    attack prints where it got through.
    """
    found: set[str] = set()
    for page in room.pages(student):
        found.update(pages.faults(page, hidden, [secret]))
    for path in (room.book / "autograded" / student).rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_size < _READABLE:
                text = path.read_text(encoding="utf-8", errors="replace")
                if word in text and word in _outputs(path, text):
                    found.add("reached what it must not")
                if secret in text:
                    found.add("a secret is in the graded files")
    return sorted(found)


def _outputs(path: Path, text: str) -> str:
    """What a graded notebook's cells printed; their code names the word, too."""
    if path.suffix != ".ipynb":
        return ""
    try:
        nb = nbformat.reads(text, as_version=4)
    except Exception:
        return ""
    outputs = [cell.get("outputs", []) for cell in nb.cells]
    return str([o for some in outputs for o in some if o.output_type != "error"])
