"""nbgrader as it comes, in a course of its own: what the trial is compared with.

The cells with experiments are left out of this course: nbgrader runs them all, which
takes most of the time and changes nothing.
"""

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from .record import CHAPTER, FILE
from .rooms import _POINTS, REPOSITORY, Grade, Room
from .worker import MARK_VARIABLE


class Stock(Room):
    """nbgrader as it comes: its own folders and settings, none of ours."""

    @property
    def book(self) -> Path:
        """nbgrader keeps its folders in the course's."""
        return self.root

    def prepare(self) -> None:
        """Copy the author's notebook and let nbgrader release it."""
        self.source, self.release = "source", "release"
        source = self.root / "source" / CHAPTER / FILE
        source.parent.mkdir(parents=True)
        nb = nbformat.read(REPOSITORY / "solutions" / CHAPTER / FILE, as_version=4)
        nb.cells = [c for c in nb.cells if not c.metadata.get("tags")]
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(nb, source)
        said, _ended = self._nbgrader("generate_assignment", CHAPTER)
        if not (self.root / "release" / CHAPTER / FILE).is_file():
            raise RuntimeError(f"nbgrader did not release the chapter: {said[-2000:]}")

    def grade(self, students: list[str], jobs: int) -> dict[str, Grade]:
        """Grade each student by `nbgrader autograde`."""
        return {student: self._graded(student) for student in students}

    def _graded(self, student: str) -> Grade:
        begin = time.monotonic()
        said, ended = self._nbgrader("autograde", CHAPTER, "--student", student)
        seconds = round(time.monotonic() - begin, 2)
        points = self.all_points().get(student)
        problems = [x for x in said.splitlines() if _tells(x)]
        reason = "time was up" if ended else (problems or [""])[-1][-300:]
        if not (self.root / "autograded" / student / CHAPTER / FILE).is_file():
            points = None
        elif points is not None and self._waits(student):
            points, reason = None, reason or "waits for a human to grade"
        return Grade(points, seconds, reason)

    def feedback(self, students: list[str]) -> None:
        """Make each student's pages by `nbgrader generate_feedback`."""
        for student in students:
            self._nbgrader("generate_feedback", CHAPTER, "--student", student)

    def _waits(self, student: str) -> bool:
        """Whether a score is missing: nbgrader then waits for a human."""
        with contextlib.closing(sqlite3.connect(self.base, timeout=30)) as base:
            missing = " AND g.auto_score IS NULL AND g.manual_score IS NULL"
            query = f"{_POINTS} {missing} AND sa.student_id = ?"
            return bool(base.execute(query, [student]).fetchall())

    def _nbgrader(self, *words: str) -> tuple[str, bool]:
        """Run a command of nbgrader in a forked process, which spares its imports."""
        import nbconvert.exporters  # noqa: F401
        import nbgrader.apps  # noqa: F401
        import nbgrader.preprocessors  # noqa: F401

        with tempfile.TemporaryFile() as said:
            fork = multiprocessing.get_context("fork")
            process = fork.Process(target=self._work, args=(words, said.fileno()))
            process.start()
            self.sessions.add(process.pid)
            process.join(self.seconds)
            ended = process.is_alive()
            if ended:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.join()
            said.seek(max(0, said.seek(0, os.SEEK_END) - 10**6))
            return said.read().decode(errors="replace"), ended

    def _work(self, words: tuple[str, ...], said: int) -> None:
        """What the forked process does; it never comes back."""
        os.setsid()
        os.chdir(self.root)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, theirs in ((nothing, 0), (said, 1), (said, 2)):
            os.dup2(ours, theirs)
        sys.stdout = open(1, "w", closefd=False)
        sys.stderr = open(2, "w", closefd=False)
        folder = str(Path(sys.executable).parent)
        path = folder + os.pathsep + os.environ.get("PATH", "")
        os.environ.update({MARK_VARIABLE: self.mark, "PATH": path})
        os.environ["OMP_NUM_THREADS"] = "1"
        from nbgrader.apps import NbGraderApp

        try:
            NbGraderApp.launch_instance(list(words))
        except BaseException as error:
            print(type(error).__name__, error)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)


def _tells(line: str) -> bool:
    """Whether a line of nbgrader's log says what went wrong."""
    return ("ERROR]" in line or "Error:" in line) and "Please see" not in line
