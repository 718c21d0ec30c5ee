"""Stop a grading with SIGKILL at random moments: do the grades stay the same?"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from llmlab.i18n import _

from . import graders, made


def killed(
    times: Annotated[int, typer.Option(help=_("How many moments."))] = 20,
    students: Annotated[int, typer.Option(help=_("The size of the class."))] = 100,
    workers: Annotated[int, typer.Option(help=_("Submissions at a time."))] = 2,
    seed: Annotated[int, typer.Option(help=_("From which the moments are drawn."))] = 0,
) -> None:
    """Kill `autograde grade` at random moments, run it again, compare the grades."""
    console, chance = Console(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="llmlab-killed-") as folder:
        root = Path(folder) / "course"
        graders.release_ours(root)
        material = made.material(graders.find_root())
        made.write_class(material, root / "gradebook" / "submitted", students)
        begin = time.monotonic()
        wanted = whole(root, workers)
        seconds = time.monotonic() - begin
        same = 0
        for number in range(times):
            clear(root)
            after = chance.uniform(0.0, seconds)
            done = kill(root, workers, after)
            found = whole(root, workers)
            same += found == wanted
            verdict = _("the same") if found == wanted else _("DIFFERENT")
            text = _("{n:3}: killed after {after:.2f} s, {done} graded by then: {what}")
            text = text.format(n=number + 1, after=after, done=done, what=verdict)
            console.print(text, highlight=False)
    text = _("{same} of {times} times the same grades, byte for byte.")
    console.print(text.format(same=same, times=times), highlight=False)
    if same < times:
        raise typer.Exit(1)


def command(root: Path, *words: str) -> list[str]:
    """A command of `autograde` on this course."""
    return [sys.executable, "-m", "autograde", *words, "--root", str(root)]


def whole(root: Path, workers: int) -> bytes:
    """Grade what is left to grade; the table of all grades."""
    file = root / "grades.csv"
    grade = ["grade", made.CHAPTER, "--jobs", str(workers)]
    for words in (grade, ["export", made.CHAPTER, "--to", str(file)]):
        subprocess.run(
            command(root, *words),
            check=True,
            cwd=root,
            capture_output=True,
            env={**os.environ, **graders.environment()},
        )
    return file.read_bytes()


def kill(root: Path, workers: int, after: float) -> int:
    """Begin to grade, kill the command after so many seconds; how many were graded."""
    process = subprocess.Popen(
        command(root, "grade", made.CHAPTER, "--jobs", str(workers)),
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **graders.environment()},
        start_new_session=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    folder = root / "gradebook" / "results" / made.CHAPTER
    return len(list(folder.glob("*.json"))) if folder.is_dir() else 0


def clear(root: Path) -> None:
    """Forget all grades of the class; the chapter stays released."""
    from autograde.classroom.room import open_room, quiet

    with quiet():
        room = open_room(root)
        for step in ("autograded", "results", "failed"):
            shutil.rmtree(root / "gradebook" / step, ignore_errors=True)
        with room.gradebook() as gradebook:
            for student in list(gradebook.students):
                gradebook.remove_student(student.id)
