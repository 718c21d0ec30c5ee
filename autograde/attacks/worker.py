"""A process beside the trial that grades, and that an attack may end or hold up.

It is used for many submissions, because its start takes longer than a grade does, and
started again when it is gone.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

MARK_VARIABLE = "LLMLAB_ATTACKS"
_KEPT = 10**6


@dataclass
class Answer:
    """Rows of the worker by student, what else it said, and whether it was ended."""

    rows: dict[str, dict] = field(default_factory=dict)
    said: str = ""
    ended: bool = False


@dataclass
class Worker:
    """`python -m autograde.attacks.grading ROOT CHAPTER` in a session of its own."""

    root: Path
    chapter: str
    mark: str
    sessions: set[int]
    process: subprocess.Popen | None = None

    def ask(self, step: str, students: list[str], jobs: int, seconds: float) -> Answer:
        """Let it do one step; when time is up, its whole session is ended."""
        self._start()
        task = {"step": step, "students": students, "jobs": jobs}
        deadline, text, done = time.monotonic() + seconds, b"", False
        try:
            self.process.stdin.write(json.dumps(task).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            deadline = 0.0
        out = self.process.stdout.fileno()
        while not done and (left := deadline - time.monotonic()) > 0:
            if not select.select([out], [], [], min(left, 1.0))[0]:
                if self.process.poll() is not None:
                    break
                continue
            part = os.read(out, 65536)
            if not part:
                break
            text = (text + part)[-_KEPT:]
            done = b"\n@done\n" in text
        said = text.decode(errors="replace")
        ended = not done and time.monotonic() >= deadline
        if not done:
            self.stop()
        return Answer(_rows(said), said, ended)

    def stop(self) -> None:
        """End it and whatever is in its session."""
        if self.process is None:
            return
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        self.process = None

    def _start(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        self.stop()
        env = {**os.environ, MARK_VARIABLE: self.mark, "OMP_NUM_THREADS": "1"}
        bin_folder = str(Path(sys.executable).parent)
        env["PATH"] = bin_folder + os.pathsep + env.get("PATH", "")
        words = [sys.executable, "-m", "autograde.attacks.grading"]
        self.process = subprocess.Popen(
            [*words, str(self.root), self.chapter],
            cwd=self.root,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.sessions.add(self.process.pid)


def _rows(said: str) -> dict[str, dict]:
    found = {}
    for line in said.splitlines():
        if line.startswith("@{"):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                row = json.loads(line[1:])
                found[row["student"]] = row
    return found
