"""Run a command and measure its seconds, its processor time and its memory."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reading:
    """What a command took.

    `cpu` is the processor time of all its processes, in seconds. `memory` is the most
    that all of them held at one moment, in bytes: what they share counts once (the sum
    of each one's proportional share). `said` is the end of what it printed.
    """

    seconds: float
    cpu: float
    memory: int
    status: int
    said: str


def run(command: list[str], cwd: Path, env: Mapping[str, str] | None = None,
        every: float = 2.0) -> Reading:  # fmt: skip
    """Run a command to its end; memory is looked at every so many seconds."""
    before, begin = os.times(), time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    most, done = [0], threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, most, done, every))
    watch.start()
    said, _none = process.communicate()
    done.set()
    watch.join()
    after = os.times()
    cpu = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    seconds = time.monotonic() - begin
    text = said.decode(errors="replace")[-20_000:]
    return Reading(seconds, cpu, most[0], process.returncode, text)


def _watch(pid: int, most: list[int], done: threading.Event, every: float) -> None:
    while not done.wait(every):
        most[0] = max(most[0], sum(map(share, tree(pid))))


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found, todo = [], [pid]
    while todo:
        current = todo.pop()
        found.append(current)
        for task in _tasks(current):
            try:
                todo += map(int, (task / "children").read_text().split())
            except OSError:
                continue
    return found


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def share(pid: int) -> int:
    """A process's proportional share of memory, in bytes; 0 if it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
