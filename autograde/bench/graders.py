"""The graders that are compared, each in a course of its own, each by its command."""

import json
import os
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograde.attacks.rooms import all_points
from autograde.build.settings import find_root
from llmlab.i18n import _

from . import meter
from .made import CHAPTER, FILE, copy_course

# the cells that our grader does not run are not run by the others either
EXPERIMENT = "experiment"
Points = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Run:
    """What grading so many submissions took; points by student and exercise."""

    grader: str
    count: int
    workers: int
    reading: meter.Reading
    points: Points

    @property
    def each(self) -> float:
        """Seconds a submission, the start of the command included."""
        return self.reading.seconds / max(1, self.count)


def environment() -> dict[str, str]:
    """Our environment's commands come first; nothing is recorded as a learner's."""
    folder = str(Path(sys.executable).parent)
    path = folder + os.pathsep + os.environ.get("PATH", "")
    return {"PATH": path, "LLMLAB_RESULTS": "0"}


def command_of(name: str) -> str:
    """A command that was installed with this Python."""
    return str(Path(sys.executable).parent / name)


def _checked(reading: meter.Reading, name: str) -> meter.Reading:
    if reading.status:
        raise RuntimeError(f"{name} stopped with {reading.status}: {reading.said}")
    return reading


def ours(root: Path, count: int, workers: int) -> Run:
    """`autograde grade` on the submissions that lie in the course."""
    command = [sys.executable, "-m", "autograde", "grade", CHAPTER, "--force"]
    command += ["--jobs", str(workers), "--root", str(root)]
    reading = _checked(meter.run(command, root, environment()), "autograde grade")
    points = all_points(root / "gradebook" / "gradebook.db")
    return Run("autograde grade", count, workers, reading, points)


def release_ours(root: Path) -> None:
    """A copy of the course with the chapter released."""
    from autograde.classroom import release
    from autograde.classroom.room import open_room, quiet

    copy_course(find_root(), root)
    with quiet():
        release.release(open_room(root), CHAPTER)


def release_stock(root: Path) -> None:
    """A course of nbgrader's own, with none of our settings, and the chapter in it."""
    root.mkdir(parents=True)
    lines = ["c = get_config()", f"c.Execute.skip_cells_with_tag = {EXPERIMENT!r}"]
    (root / "nbgrader_config.py").write_text("\n".join(lines) + "\n")
    source = root / "source" / CHAPTER / Path(FILE).name
    source.parent.mkdir(parents=True)
    nb = nbformat.read(find_root() / "solutions" / FILE, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(nb, source)
    command = [command_of("nbgrader"), "generate_assignment", CHAPTER]
    _checked(meter.run(command, root, environment()), "nbgrader generate_assignment")


def stock(root: Path, count: int) -> Run:
    """`nbgrader autograde` on the submissions that lie in its course.

    Its status is not asked: it is 1 as soon as one notebook had trouble.
    """
    command = [command_of("nbgrader"), "autograde", CHAPTER]
    reading = meter.run(command, root, environment())
    return Run(
        "nbgrader autograde", count, 1, reading, all_points(root / "gradebook.db")
    )


# otter -------------------------------------------------------------------------------

TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}

@test_case()
def check(env):
    exec(compile({source!r}, {name!r}, "exec"), env)
"""


def find_otter() -> str | None:
    """The command of otter-grader, in the environment that `make otter` makes."""
    file = find_root() / ".venv" / "otter" / "bin" / "otter"
    return str(file) if file.is_file() else None


def otter_autograder(folder: Path) -> Path:
    """The same tests, hidden parts too, in otter's form: a zip file."""
    nb = nbformat.read(find_root() / "solutions" / FILE, as_version=4)
    file = folder / "autograder.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"lang": "python"}))
        for cell in nb.cells:
            row = cell.metadata.get("nbgrader", {})
            if row.get("grade"):
                name = row["grade_id"]
                text = TEST.format(name=name, points=row["points"], source=cell.source)
                archive.writestr(f"tests/{name}.py", text)
    return file


def otter_notebook(content: bytes) -> bytes:
    """A submission as otter expects it: the tests are files, named by their cells."""
    nb, kept = nbformat.reads(content.decode(), as_version=4), []
    for cell in nb.cells:
        row = cell.metadata.get("nbgrader", {})
        if row.get("grade"):
            kept[-1].metadata["otter"] = {"tests": [row["grade_id"]]}
        elif EXPERIMENT not in cell.metadata.get("tags", []):
            kept.append(cell)
    nb.cells = kept
    return nbformat.writes(nb).encode()


def otter(command: str, folder: Path, submitted: Path, students: list[str]) -> Run:
    """`otter run` on each of these submissions, one after the other."""
    archive, points = otter_autograder(folder), {}
    seconds = cpu = memory = 0.0
    for student in students:
        work = folder / student
        work.mkdir()
        notebook = work / Path(FILE).name
        content = (submitted / student / FILE).read_bytes()
        notebook.write_bytes(otter_notebook(content))
        words = [command, "run", str(notebook), "-a", str(archive), "-o", str(work)]
        reading = meter.run([*words, "--no-logo"], work, environment())
        seconds, cpu = seconds + reading.seconds, cpu + reading.cpu
        memory = max(memory, reading.memory)
        points[student] = _otter_points(work / "results.json", reading)
    reading = meter.Reading(seconds, cpu, int(memory), 0, "")
    return Run("otter run", len(students), 1, reading, points)


def _otter_points(file: Path, reading: meter.Reading) -> dict[str, float]:
    if not file.is_file():
        raise RuntimeError(f"otter run gave no results: {reading.said[-2000:]}")
    tests = json.loads(file.read_text())["tests"]
    found = {}
    for row in tests:
        name = row["name"].removesuffix(".py")
        if name.startswith("test"):
            found["_".join(name.split("_")[3:])] = row.get("score", 0.0)
    return found


def without_otter() -> str:
    """What to say when otter is not there."""
    return _("otter is not installed: `make otter` puts it beside the course's own.")
