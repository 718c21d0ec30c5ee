"""A made class: notebooks as students hand them in, with the points they must get.

Right answers come from the author's notebook, wrong ones from the section's mistake
bank, so that nothing here has to be kept up to date by hand.
"""

import copy
from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograde.classroom.preprocess import grade_id

NOISE = """\
import sys
import warnings

warnings.warn("This warning is printed by an honest student's notebook.")
print("some notes to myself", file=sys.stderr)
print("q", list(range(5)))"""
SCRATCH = "x_tmp = 41 + 1  # trying things out"
BROKEN_SCRATCH = "this line is no Python at all"


@dataclass
class Made:
    """One submission. Points go by exercise; one that is not listed may be anything."""

    student: str
    about: str
    content: bytes
    points: dict[str, float] = field(default_factory=dict)
    mistake: tuple[str, str] | None = None
    readable: bool = True


@dataclass(frozen=True)
class Material:
    """What submissions are made from: released notebooks, answers, a mistake bank."""

    english: nbformat.NotebookNode
    chinese: nbformat.NotebookNode
    answers: dict[str, str]
    bank: object

    @property
    def points(self) -> dict[str, float]:
        """Points of each exercise, by name, in the notebook's order."""
        metas = [cell.metadata.get("nbgrader", {}) for cell in self.english.cells]
        return {_name(m["grade_id"]): m["points"] for m in metas if m.get("grade")}


def answers_in(solution: nbformat.NotebookNode) -> dict[str, str]:
    """The author's answers by exercise name, without the markers around them."""
    found = {}
    for cell in solution.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            lines = cell.source.splitlines()
            kept = [line for line in lines if "### " not in line]
            found[_name(grade_id(cell))] = "\n".join(kept)
    return found


def _name(cell_id: str) -> str:
    """ "softmax" from "ex24_2_1_softmax" or "test24_2_1_softmax"."""
    parts = cell_id.split("_")[1:]
    while parts and parts[0].isdigit():
        parts.pop(0)
    return "_".join(parts)


def answered(notebook, answers: dict[str, str]):
    """A copy of a released notebook with these answers in their cells."""
    nb = copy.deepcopy(notebook)
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers.get(_name(grade_id(cell)), cell.source)
    return nb


def to_bytes(nb) -> bytes:
    """A notebook as a file."""
    return nbformat.writes(nb).encode()


def made_class(material: Material) -> list[Made]:
    """About a dozen and a half submissions."""
    return [*_plain(material), *_mistaken(material), *_odd(material)]


def _plain(m: Material) -> list[Made]:
    half = list(m.answers)[: len(m.answers) // 2]
    some = answered(m.english, {name: m.answers[name] for name in half})
    nothing = dict.fromkeys(m.points, 0)
    points = {name: m.points[name] * (name in half) for name in m.points}
    return [
        _full(m, "perfect", "every answer right", answered(m.english, m.answers)),
        Made("blank", "nothing written", to_bytes(m.english), nothing),
        Made("half", "the first half is written", to_bytes(some), points),
    ]


def _full(m: Material, student: str, about: str, nb) -> Made:
    return Made(student, about, to_bytes(nb), dict(m.points))


def _mistaken(m: Material) -> list[Made]:
    """For each exercise a submission with the first mistake of its bank."""
    made = []
    for place, name in enumerate(m.points):
        entry = _banked(m.bank.wrong, name)[0]
        nb = answered(m.english, {**m.answers, name: entry.source})
        # what follows may build on it, what comes before may not
        points = {before: m.points[before] for before in list(m.points)[:place]}
        about = f"mistake {entry.name}"
        row = Made(f"wrong{place + 1}", about, to_bytes(nb), {**points, name: 0})
        row.mistake = (name, entry.name)
        made.append(row)
    return made


def _odd(m: Material) -> list[Made]:
    """Odd but honest, and one that cannot be read."""
    good = answered(m.english, m.answers)
    other = {name: _last_right(m, name) for name in m.points}
    windows = to_bytes(good).replace(b"\n", b"\r\n")
    return [
        _full(m, "otherways", "other right ways", answered(m.english, other)),
        _full(m, "noisy", "warnings and prints in every answer", _noisy(m)),
        _full(m, "scratch", "extra cells, one of them broken", _scratch(good)),
        _full(m, "chinese", "the Chinese edition", answered(m.chinese, m.answers)),
        Made("windows", "Windows line ends", windows, dict(m.points)),
        _full(m, "pasted", "a test cell pasted again", _pasted(good)),
        Made(
            "nojson",
            "a saved web page instead of a notebook",
            b"<!DOCTYPE html><title>Sign in</title>",
            dict.fromkeys(m.points, 0),
            readable=False,
        ),
    ]


def _last_right(m: Material, name: str) -> str:
    # the bank ends with the way that differs most, for example a loop
    ways = _banked(m.bank.right, name)
    return ways[-1].source if ways else m.answers[name]


def _banked(entries, name: str) -> list:
    # an entry for some dtypes only is not always what it says it is
    return [e for e in entries if e.exercise == name and not e.dtypes]


def _noisy(m: Material):
    noisy = {name: f"{NOISE}\n\n{source}" for name, source in m.answers.items()}
    return answered(m.english, noisy)


def _scratch(good):
    nb = copy.deepcopy(good)
    nb.cells.insert(2, new_code_cell(SCRATCH))
    nb.cells.insert(len(nb.cells) // 2, new_code_cell(BROKEN_SCRATCH))
    nb.cells.append(new_markdown_cell("Dear teacher, I liked this one."))
    return nb


def _pasted(good):
    nb = copy.deepcopy(good)
    tests = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade")]
    copied = copy.deepcopy(tests[0])
    copied["id"] = "pasted-cell"
    nb.cells.insert(nb.cells.index(tests[1]) + 1, copied)
    return nb
