"""Grade submissions in a room of their own and say what came of each."""

import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograde import mistakes
from autograde.demo.submissions import answers_in

from . import pages, watch
from .judge import NOT_RUN, Report, judge, shown
from .make import files, insert, own, perfect
from .record import CHAPTER, FILE, SECTION, Aim, Material, Submission
from .rooms import REPOSITORY, Grade, Ours, Room
from .stock import Stock

CLASSMATE = "classmate"


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
        self.usual = 0
        self.sandboxed = False

    def __enter__(self) -> "Trial":
        self.mark = f"llat{secrets.token_hex(5)}"
        self.secret = f"secret-{secrets.token_hex(8)}"
        with contextlib.ExitStack() as stack:
            self.top = Path(tempfile.mkdtemp(prefix=f"llmlab-{self.mark}-"))
            stack.callback(_remove, self.top)
            self._make(stack)
            self._control()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error) -> None:
        self._stack.close()

    def _make(self, stack: contextlib.ExitStack) -> None:
        """The course, the canaries beside it, a listener; all taken away at the end."""
        course, outside = self.top / "course", self.top / "outside"
        course.mkdir()
        (outside / "tree").mkdir(parents=True)
        # the folders' rights protect nothing: only the grader may
        self.top.chmod(0o755)
        outside.chmod(0o777)
        for name in ("secret.txt", "tree/secret.txt"):
            (outside / name).write_text(self.secret)
        self.room = self.kind(course, self.mark, self.seconds)
        stack.callback(self._end_all)
        self.room.prepare()
        listener = watch.Listener(outside / "socket", self.mark)
        self.listener = stack.enter_context(listener)
        aim = Aim(
            root=str(course),
            outside=str(outside),
            port=self.listener.port,
            socket=str(listener.path),
            mark=self.mark,
            classmate=CLASSMATE,
        )
        self.material = read_material(aim, course / self.room.release)
        author = course / self.room.source / CHAPTER / FILE
        self.hidden = pages.hidden_in(nbformat.read(author, as_version=4))

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
            changed.discard(str(outside))
            # its own files stay watched: nobody else may touch them
            own_files = {p for p in changed if self.room.own(Path(p), student)}
            self.allowed |= changed - own_files
            if graded.points != self.material.points:
                text = f"an honest submission gets {graded.points}: {graded.reason}"
                raise RuntimeError(text)
        self.sandboxed = not outside.exists()
        outside.unlink(missing_ok=True)
        self.classmate = self.room.all_points()[CLASSMATE]
        self.usual = len(self._running())
        base = self.room.base
        self.saved = base.read_bytes() if base.exists() else b""

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

    def _report(self, record: Submission, graded: Grade) -> Report:
        report = judge(record, graded, self.material)
        word = self.material.aim.reached
        student = record.folder
        report.faults = shown(self.room, student, self.hidden, self.secret, word)
        return report

    def _running(self) -> list:
        return watch.processes(self.mark, self.room.sessions)

    def _left_over(self) -> list[str]:
        """More processes than the grader itself keeps, and files in /tmp."""
        for _pause in range(6):
            time.sleep(0.5)
            left = self._running()
            if len(left) <= self.usual:
                break
        more = len(left) - self.usual
        dropped = watch.dropped(self.mark)
        if more > 0:
            self._end_all()
        for path in dropped:
            _remove(path)
        found = [f"{more} processes left over"] if more > 0 else []
        return found + [f"left {path}" for path in dropped]

    def _end_all(self) -> None:
        self.room.stop()
        watch.end(self._running())
        for path in watch.dropped(self.mark):
            _remove(path)

    def _calls(self) -> list[str]:
        calls = self.listener.taken()
        return [f"network: {calls[0]}"] if calls else []

    def _changed(self, before: dict, students: list[str]) -> list[str]:
        changed = watch.changes(before, watch.snapshot(self.top)) - self.allowed
        owned = [
            path
            for path in changed
            if any(self.room.own(Path(path), student) for student in students)
        ]
        # a folder that came with a file of its own is no change
        made = {str(parent) for path in owned for parent in Path(path).parents}
        foreign = changed - set(owned) - made
        found = [f"changed {os.path.relpath(p, self.top)}" for p in sorted(foreign)]
        for path in foreign:
            if "planted" in path:
                _remove(Path(path))
        if self.room.all_points().get(CLASSMATE) != self.classmate:
            found.append("changed a classmate's points")
            # or the next submissions would be blamed for it
            self.room.stop()
            self.room.base.write_bytes(self.saved)
        return found[:5]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


KINDS: dict[str, type[Room]] = {"ours": Ours, "current": Ours, "stock": Stock}
