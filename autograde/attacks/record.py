"""What a submission of the trial is, what it is made from, and how it is written."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

CHAPTER, SECTION = "ch24_transformer", "24_2_self_attention"
FILE = f"{SECTION}.ipynb"
HERE = "."


@dataclass(frozen=True)
class Link:
    """A symbolic link in the place of a submitted file."""

    target: str


@dataclass(frozen=True)
class Pipe:
    """A named pipe in the place of a submitted file: to read it is to wait."""


@dataclass(frozen=True)
class Hole:
    """A file of so many bytes that takes no room on the disk until it is copied."""

    size: int


# path inside the student's chapter folder -> content; the path "." is the folder
Files = Mapping[str, bytes | Link | Pipe | Hole]


@dataclass(frozen=True)
class Aim:
    """What an attacker may know of the course: the worst case is that it is all.

    `reached` is what an attack prints when it got where it must not. `outside` is a
    writable folder beside the course, `port` and `socket` a listener
    of the trial's own. Only processes with `mark` in their environment or command
    line may ever be signalled.
    """

    root: str = "/nowhere/course"
    outside: str = "/nowhere/outside"
    port: int = 9
    socket: str = "/nowhere/outside/socket"
    mark: str = "no-mark"
    classmate: str = "classmate"

    @property
    def reached(self) -> str:
        """The word that the trial looks for in outputs."""
        return f"REACHED-{self.mark}"

    @property
    def code(self) -> str:
        """These as constants at the top of a cell.

        The word itself is not in it: a cell that prints itself has reached nothing.
        """
        names = {name.upper(): value for name, value in vars(self).items()}
        names |= {"CHAPTER": CHAPTER, "FILE": FILE}
        lines = [f"{name} = {value!r}" for name, value in names.items()]
        return "\n".join([*lines, "REACHED = 'REACHED-' + MARK"])


@dataclass(frozen=True)
class Material:
    """What submissions are made from: notebooks, answers by name, a bank, an aim."""

    english: nbformat.NotebookNode
    chinese: nbformat.NotebookNode
    answers: dict[str, str]
    bank: object
    aim: Aim = field(default_factory=Aim)

    @property
    def points(self) -> dict[str, float]:
        """Points of each exercise, by name, in the notebook's order."""
        found = {}
        for cell in self.english.cells:
            facts = cell.metadata.get("nbgrader", {})
            if facts.get("grade"):
                found[exercise(facts["grade_id"])] = facts["points"]
        return found


@dataclass(frozen=True)
class Submission:
    """One record. `solved` names the exercises whose points are really earned.

    `all_solved`: all of them. `at_least`: a hostile one that ends the run may lose
    points it has earned; None means that each earned point must be given.
    `dangerous`: never without a sandbox. `limit`: known to be fooled, as the guide
    for instructors says openly. `ungraded_ok`: a written reason in place of a grade
    is right. `student`: the folder it is submitted in, if not the name.
    """

    name: str
    about: str
    make: Callable[[Material], Files]
    kind: str = "hostile"
    solved: tuple[str, ...] = ()
    all_solved: bool = False
    at_least: float | None = None
    dangerous: bool = False
    limit: str = ""
    ungraded_ok: bool = False
    student: str = ""

    @property
    def folder(self) -> str:
        """The student's id."""
        return self.student or self.name

    def honest(self, material: Material) -> float:
        """The points that its answers have earned."""
        points = material.points
        return sum(points.values() if self.all_solved else map(points.get, self.solved))


class Register(list):
    """The records of one module, in the order in which they are defined."""

    def __init__(self, **defaults):
        super().__init__()
        self.defaults = defaults

    def __call__(self, name: str, about: str, **facts) -> Callable:
        """Mark a function that makes the files of a submission."""

        def mark(make: Callable[[Material], Files]) -> Callable[[Material], Files]:
            self.append(Submission(name, about, make, **{**self.defaults, **facts}))
            return make

        return mark


def exercise(cell_id: str) -> str:
    """ "softmax" from "ex24_2_1_softmax" or "test24_2_1_softmax"."""
    parts = cell_id.split("_")[1:]
    while parts and parts[0].isdigit():
        parts.pop(0)
    return "_".join(parts)


def write(folder: Path, files: Files) -> None:
    """Write a submission's files into its chapter folder, which must be new."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    whole = files.get(HERE)
    if isinstance(whole, Link):
        folder.symlink_to(whole.target)
        return
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            os.symlink(content.target, path)
        elif isinstance(content, Pipe):
            os.mkfifo(path)
        elif isinstance(content, Hole):
            with path.open("wb") as stream:
                stream.truncate(content.size)
        else:
            path.write_bytes(content)


def unique(records: Iterable[Submission]) -> list[Submission]:
    """The records. Errors: ValueError if a name or a folder is there twice."""
    seen: set[str] = set()
    kept = list(records)
    for row in kept:
        for name in {row.name, row.folder}:
            if name in seen:
                raise ValueError(f"two submissions are called {name}")
            seen.add(name)
    return kept
