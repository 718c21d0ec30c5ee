"""Grade submissions in a room of their own and say what came of each."""

import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograde import mistakes
from autograde.demo.submissions import answers_in

from . import pages, watch
from .make import files, insert, own, perfect
from .record import CHAPTER, FILE, SECTION, Aim, Material, Submission
from .rooms import REPOSITORY, Ours, Room
from .stock import Stock

OK, CHEATED, ROBBED, NO_GRADE = "OK", "CHEATED", "ROBBED", "NO GRADE"
NOT_RUN, LIMIT = "NOT RUN", "KNOWN LIMIT"
CLASSMATE = "classmate"


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


def read_material(aim: Aim, release: Path | None = None) -> Material:
    """The released notebooks, the author's answers and the bank."""

    def read(folder: Path | str):
        return nbformat.read(REPOSITORY / folder / CHAPTER / FILE, as_version=4)

    return Material(
        english=read(release or "notebooks"),
        chinese=read("notebooks/zh"),
        answers=_by_function(answers_in(read("solutions"))),
        bank=mistakes.load(SECTION),
        aim=aim,
    )


def _by_function(answers: dict[str, str]) -> dict[str, str]:
    return {name: text.rstrip() for name, text in answers.items()}


class Trial:
    """A room with canaries around it, used as `with Trial(Ours) as trial:`."""

    def __init__(self, kind: type[Room], seconds: float = 400.0, pages: bool = True):
        self.kind, self.seconds, self.pages = kind, seconds, pages
        self.sandboxed = False

    def __enter__(self) -> "Trial":
        self.mark = f"llat{secrets.token_hex(5)}"
        self.top = Path(tempfile.mkdtemp(prefix=f"llmlab-{self.mark}-"))
        # the folder's rights protect nothing: only the grader may
        self.top.chmod(0o755)
        course, outside = self.top / "course", self.top / "outside"
        course.mkdir()
        (outside / "tree").mkdir(parents=True)
        outside.chmod(0o777)
        self.secret = f"secret-{secrets.token_hex(8)}"
        for name in ("secret.txt", "tree/secret.txt"):
            (outside / name).write_text(self.secret)
        self.room = self.kind(course, self.mark, self.seconds)
        self.room.prepare()
        self.listener = watch.Listener(outside / "socket", self.mark).__enter__()
        aim = Aim(
            root=str(course),
            outside=str(outside),
            port=self.listener.port,
            socket=str(outside / "socket"),
            mark=self.mark,
            classmate=CLASSMATE,
        )
        self.material = read_material(aim, course / self.room.release)
        self.hidden = pages.hidden_in(
            nbformat.read(course / self.room.source / CHAPTER / FILE, as_version=4)
        )
        self._control()
        return self

    def __exit__(self, *error) -> None:
        self.listener.__exit__()
        watch.end(watch.processes(self.mark, self.room.sessions))
        for path in watch.dropped(self.mark):
            _remove(path)
        _remove(self.top)

    def _control(self) -> None:
        """Grade a classmate, and learn what grading itself writes and whether
        submissions are kept from the course's files."""
        plain = insert(perfect(self.material), "setup", own(f"'{self.secret}'"))
        probe = own(
            f"open({self.material.aim.outside + '/planted'!r}, 'w').close()",
            "probe",
        )
        outside = self.top / "outside" / "planted"
        self.allowed: set[str] = set()
        for student, nb in (
            (CLASSMATE, plain),
            ("control", insert(perfect(self.material), "setup", probe)),
        ):
            before = watch.snapshot(self.top)
            self.room.submit(student, files(nb))
            graded = self.room.grade([student], 1)[student]
            self.room.feedback([student])
            changed = watch.changes(before, watch.snapshot(self.top))
            self.allowed |= {path for path in changed if path != str(outside)}
            if graded.points != self.material.points:
                text = f"an honest submission gets {graded.points}: {graded.reason}"
                raise RuntimeError(text)
        self.sandboxed = not outside.exists()
        outside.unlink(missing_ok=True)
        self.classmate = self.room.all_points()[CLASSMATE]

    def run(self, records: list[Submission], jobs: int = 1) -> Iterator[Report]:
        """Grade these submissions together; yields a report for each.

        Faults outside a submission's own folders are laid to the first of them.
        """
        chosen = [r for r in records if self.sandboxed or not r.dangerous]
        for record in records:
            if record not in chosen:
                text = "dangerous, and submissions are not kept from anything here"
                yield Report(record, NOT_RUN, reason=text)
        if not chosen:
            return
        for record in chosen:
            self.room.submit(record.folder, record.make(self.material))
        before = watch.snapshot(self.top)
        self.listener.taken()
        students = [record.folder for record in chosen]
        begin = time.monotonic()
        graded = self.room.grade(students, jobs)
        spent = time.monotonic() - begin
        faults = self._left_over() + self._calls()
        if self.pages:
            self.room.feedback(students)
        faults += self._changed(before, students)
        for record in chosen:
            report = self._report(record, graded[record.folder])
            if not report.seconds:
                report.seconds = round(spent / len(chosen), 2)
            report.faults = faults + report.faults
            faults = []
            yield report
        for student in students:
            self.room.remove(student)

    def _report(self, record: Submission, graded) -> Report:
        honest = record.honest(self.material)
        report = Report(record, OK, honest, None, graded.seconds, graded.reason)
        report.faults = self._shown(record)
        if graded.points is None:
            report.verdict = NO_GRADE
            return report
        report.points = sum(graded.points.values())
        solved = record.solved
        if record.all_solved:
            solved = tuple(self.material.points)
        stolen = [n for n, p in graded.points.items() if p > 0 and n not in solved]
        least = honest if record.at_least is None else record.at_least
        if report.points > honest or stolen:
            report.verdict = LIMIT if record.limit else CHEATED
        elif report.points < least:
            report.verdict = ROBBED
        return report

    def _shown(self, record: Submission) -> list[str]:
        """Faults of the student's pages and of its graded files."""
        found = []
        for page in self.room.pages(record.folder):
            found += pages.faults(page, self.hidden, [self.secret])
        own_work = self.room.book / "autograded" / record.folder
        for path in own_work.rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_size < 10**8:
                    text = path.read_text(encoding="utf-8", errors="replace")
                    if self.material.aim.reached in _outputs(path, text):
                        found.append("reached what it must not")
                    if self.secret in text:
                        found.append("a secret is in the graded files")
        return sorted(set(found))

    def _left_over(self) -> list[str]:
        time.sleep(0.5)
        left = watch.processes(self.mark, self.room.sessions)
        dropped = watch.dropped(self.mark)
        watch.end(left)
        for path in dropped:
            _remove(path)
        found = [f"{len(left)} processes left over"] if left else []
        return found + [f"left {path}" for path in dropped]

    def _calls(self) -> list[str]:
        calls = self.listener.taken()
        return [f"network: {calls[0]}"] if calls else []

    def _changed(self, before: dict, students: list[str]) -> list[str]:
        changed = watch.changes(before, watch.snapshot(self.top)) - self.allowed
        foreign = [
            path
            for path in changed
            if not any(self.room.own(Path(path), student) for student in students)
        ]
        found = [f"changed {os.path.relpath(p, self.top)}" for p in sorted(foreign)]
        for path in foreign:
            if "planted" in path:
                _remove(Path(path))
        if self.room.all_points().get(CLASSMATE) != self.classmate:
            found.append("changed a classmate's points")
            self.room.grade([CLASSMATE], 1)
        return found[:5]


def _outputs(path: Path, text: str) -> str:
    """What a graded notebook's cells printed; their code names the word, too."""
    if path.suffix != ".ipynb":
        return ""
    try:
        nb = nbformat.reads(text, as_version=4)
    except Exception:
        return ""
    outputs = [cell.get("outputs", []) for cell in nb.cells]
    kept = [o for some in outputs for o in some if o.output_type != "error"]
    return str(kept)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


KINDS: dict[str, type[Room]] = {"ours": Ours, "current": Ours, "stock": Stock}
