"""Play a term with one chapter: release, fetch, submit, collect, grade, feedback."""

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import nbformat
import typer
from rich.console import Console
from rich.markup import escape

from autograde.classroom import (
    export,
    feedback,
    grade,
    points,
    release,
    report,
    results,
)
from autograde.classroom.results import Results
from autograde.classroom.room import Room, find_root, open_room, quiet
from llmlab.i18n import _

from . import expect
from .student import Student
from .submissions import Made, Material, answers_in, made_class

CHAPTER, SECTION = "ch24_transformer", "24_2_self_attention"
FILE = f"{CHAPTER}/{SECTION}.ipynb"


@dataclass
class Play:
    """A class in a folder of its own; the course's own gradebook is never touched."""

    folder: Path
    console: Console
    seconds: float = 0.0
    pages: list[Path] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The copy of the course."""
        return self.folder / "course"

    @contextmanager
    def step(self, text: str):
        """Time one step; the block tells its result by calling what it gets."""
        said: list[str] = []
        started = time.monotonic()
        yield said.append
        seconds = time.monotonic() - started
        self.seconds += seconds
        words = f"{text}: {said[0]}" if said else text
        self.console.print(f"{seconds:6.1f} s  {words}", highlight=False)


def copy_course(source: Path, root: Path) -> None:
    """Copy what grading one chapter needs, and nothing of a real class."""
    root.mkdir(parents=True)
    for name in ("nbgrader_config.py", "course.toml"):
        shutil.copy(source / name, root)
    for folder in ("solutions", "notebooks", "notebooks/zh"):
        target = root / folder / FILE
        target.parent.mkdir(parents=True)
        shutil.copy(source / folder / FILE, target)


def material(root: Path) -> Material:
    """What the made submissions are made from."""
    from autograde import mistakes

    def read(folder: str):
        return nbformat.read(root / folder / FILE, as_version=4)

    return Material(
        english=read("notebooks"),
        chinese=read("notebooks/zh"),
        answers=answers_in(read("solutions")),
        bank=mistakes.load(SECTION),
    )


def play(folder: Path, console: Console) -> list[str]:
    """Play the whole term in an empty folder; returns what did not come out right."""
    show = Play(folder, console)
    copy_course(find_root(), show.root)
    with quiet():
        room = open_room(show.root)
        made = made_class(material(show.root))
        _hand_out_and_in(show, room, made)
        outcome = _grade(show, room, made)
        _give_back(show, room, made)
    wrong = expect.points(room, CHAPTER, outcome, made)
    wrong += expect.feedback(show.root / "solutions" / FILE, show.pages, len(made))
    show_table(room, outcome, made, console)
    text = _("{count} submissions in {seconds:.0f} s, {each:.1f} s each.")
    each = show.seconds / len(made)
    text = text.format(count=len(made), seconds=show.seconds, each=each)
    console.print(text, highlight=False)
    return wrong


def _students(show: Play, room: Room, made: list[Made]) -> dict[str, Student]:
    exchange = Path(room.api.exchange_root)
    return {
        row.student: Student(
            row.student,
            show.folder / "homes" / row.student,
            exchange,
            room.api.course_id,
        )
        for row in made
    }


def _hand_out_and_in(show: Play, room: Room, made: list[Made]) -> None:
    students = _students(show, room, made)
    with show.step(_("release")) as say:
        say(str(release.release(room, CHAPTER).relative_to(show.root)))
    with show.step(_("fetch, work, submit")) as say:
        for row in made:
            chapter = students[row.student].fetch(CHAPTER)
            (chapter / f"{SECTION}.ipynb").write_bytes(row.content)
            students[row.student].submit(CHAPTER)
        say(_("{count} students").format(count=len(made)))
    with show.step(_("collect")) as say:
        collected = release.collect(room, CHAPTER)
        say(_("{count} submissions").format(count=len(collected)))


def _grade(show: Play, room: Room, made: list[Made]) -> Results:
    with show.step(_("autograde")) as say:
        students = grade.to_grade(room, CHAPTER)
        outcomes = grade.grade_all(room, CHAPTER, students, grade.default_jobs())
        _each(show, outcomes, lambda o: f"{o.student}  {o.seconds:.1f} s")
        say(_("{count} submissions").format(count=len(students)))
    return results.load(room, CHAPTER)


def _give_back(show: Play, room: Room, made: list[Made]) -> None:
    students = _students(show, room, made)
    with show.step(_("feedback")) as say:
        pages = list(feedback.give_feedback(room, CHAPTER, list(students)))
        count = sum(page.released for page in pages)
        say(_("{count} pages released").format(count=count))
    with show.step(_("fetch feedback")) as say:
        for student in students.values():
            show.pages += student.fetch_feedback(CHAPTER)
        say(_("{count} pages").format(count=len(show.pages)))
    with show.step(_("export")) as say:
        file = show.folder / "grades.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            export.write_csv(results.load(room, CHAPTER), stream)
        say(file.name)


def _each(show: Play, steps, words: Callable) -> None:
    for step in steps:
        show.console.print(f"          {words(step)}", highlight=False)


def show_table(room: Room, outcome: Results, made: list[Made], console) -> None:
    """The class's points, and what each submission was."""
    console.print(*points.points_tables(outcome))
    console.print(report.mistakes_table(room, outcome))
    for row in made:
        console.print(f"  {row.student:10} {row.about}", highlight=False)


def main(
    keep: Annotated[
        Path | None,
        typer.Option(help=_("Play in this new folder and leave it there to look at.")),
    ] = None,
) -> None:
    """Play a term with a made class; the status is 1 if anything comes out wrong."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="llmlab-demo-") as folder:
        if keep is not None:
            keep.mkdir(parents=True)
        wrong = play(Path(keep or folder).resolve(), console)
    for text in wrong:
        console.print(f"[red]✗[/red] {escape(text)}", highlight=False)
    if wrong:
        raise typer.Exit(1)
    console.print(_("All points are as expected."))
