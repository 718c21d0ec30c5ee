"""Make submissions out of the released notebook: answers, own cells, changes."""

import copy
from collections.abc import Callable
from textwrap import dedent

import nbformat
from nbformat.v4 import new_code_cell

from .record import FILE, Aim, Files, Material, Register, exercise

Notebook = nbformat.NotebookNode

# answers of the right names and kinds that are wrong everywhere
LAZY = {
    "softmax": "def softmax(scores):\n    return scores * 0 + 0.1",
    "attention_scores": "def attention_scores(q, k):\n    return (q @ k.mT) * 0 + 0.1",
    "causal_mask": (
        "def causal_mask(T, S):\n    return torch.zeros(T, S, dtype=torch.bool)"
    ),
    "padding_mask": (
        "def padding_mask(lengths, S):\n"
        "    return torch.zeros(len(lengths), 1, S, dtype=torch.bool)"
    ),
    "scaled_dot_product_attention": (
        "def scaled_dot_product_attention(q, k, v, mask=None):\n"
        "    return (q @ k.mT @ v) * 0 + 0.1"
    ),
    "SelfAttention": (
        "class SelfAttention(nn.Module):\n"
        "    def __init__(self, C, D):\n"
        "        super().__init__()\n"
        "        for name in ('W_Q', 'W_K', 'W_V'):\n"
        "            setattr(self, name, nn.Linear(C, D))\n\n"
        "    def forward(self, x, mask=None):\n"
        "        return self.W_Q(x) * self.W_K(x) + self.W_V(x)"
    ),
}


def facts(cell: Notebook) -> dict:
    """nbgrader's metadata of a cell."""
    return cell.metadata.get("nbgrader", {})


def is_answer(cell: Notebook) -> bool:
    """Whether the learner writes it."""
    return bool(facts(cell).get("solution"))


def is_test(cell: Notebook) -> bool:
    """Whether it is graded."""
    return bool(facts(cell).get("grade"))


def answered(material: Material, answers: dict[str, str]) -> Notebook:
    """The released notebook with these answers in their cells."""
    nb = copy.deepcopy(material.english)
    for cell in nb.cells:
        if is_answer(cell):
            source = answers.get(exercise(facts(cell)["grade_id"]), cell.source)
            cell.source = source
    return nb


def own(code: str, name: str = "own", aim: Aim | None = None, **metadata) -> Notebook:
    """A cell of the student's own; with an aim, its constants stand above."""
    text = dedent(code).strip("\n")
    if aim is not None:
        text = f"{aim.code}\n{text}"
    return new_code_cell(text, id=name, metadata=metadata)


def insert(nb: Notebook, after: str, *cells: Notebook) -> Notebook:
    """Put cells after the cell with this id; "" puts them first, "end" last."""
    names = [cell.get("id") for cell in nb.cells]
    place = {"": 0, "end": len(names)}.get(after)
    if place is None:
        place = names.index(after) + 1
    nb.cells[place:place] = cells
    return nb


def lazy(
    material: Material,
    first: str = "",
    answers: dict[str, str] | None = None,
    solved: tuple[str, ...] = (),
) -> Notebook:
    """A notebook without a right answer, save the solved ones; `first` runs early."""
    own_answers = {name: dedent(text) for name, text in (answers or {}).items()}
    right = {name: material.answers[name] for name in solved}
    nb = answered(material, {**LAZY, **own_answers, **right})
    if first:
        insert(nb, "setup", own(first, aim=material.aim))
    return nb


def perfect(material: Material) -> Notebook:
    """A notebook with the author's answers."""
    return answered(material, material.answers)


def everywhere(body: str) -> dict[str, str]:
    """The same function body as the answer to every exercise; `inputs` are given."""
    text = dedent(body).strip("\n")
    lines = "\n".join("    " + line for line in text.splitlines())
    names = [name for name in LAZY if name != "SelfAttention"]
    answers = {name: f"def {name}(*inputs):\n{lines}" for name in names}
    deeper = "\n".join("    " + line for line in lines.splitlines())
    answers["SelfAttention"] = (
        f"{LAZY['SelfAttention'].split('    def forward')[0].rstrip()}\n\n"
        f"    def forward(self, *inputs):\n{deeper}"
    )
    return answers


def to_bytes(nb: Notebook) -> bytes:
    """A notebook as a file."""
    return nbformat.writes(nb).encode()


def files(nb: Notebook, extra: Files | None = None) -> Files:
    """A submission of the one notebook, and more files beside it."""
    return {FILE: to_bytes(nb), **(extra or {})}


def cell_attack(register: Register, name: str, about: str, code: str, **record) -> None:
    """Record an attack that is one cell below the set-up cell."""
    given = record.get("solved", ())

    def make(material: Material) -> Files:
        return files(lazy(material, code, solved=given))

    register(name, about, **record)(make)


def answer_attack(register: Register, name: str, about: str, body: str, **record):
    """Record an attack that is the body of every answer."""
    first = record.pop("first", "")

    def make(material: Material) -> Files:
        return files(lazy(material, first, everywhere(body)))

    register(name, about, **record)(make)


def changed(change: Callable[[Notebook], None], nb: Notebook) -> Notebook:
    """A copy of a notebook after a change in place."""
    nb = copy.deepcopy(nb)
    change(nb)
    return nb


# what a thief's cell starts with: `take` runs the answers of a notebook in `STOLEN`
THIEF = """
import glob, json, os
STOLEN = dict(globals())

def take(path):
    try:
        text = open(path, encoding="utf-8").read()
        cells = json.loads(text)["cells"]
    except Exception:
        return False
    if "* 0 + 0.1" in text:  # that is this very notebook
        return False
    found = 0
    for cell in cells:
        source = "".join(cell.get("source", ""))
        if cell.get("metadata", {}).get("nbgrader", {}).get("solution"):
            if "NotImplementedError" not in source:
                exec(source, STOLEN)
                found += 1
    if found:
        print(REACHED, path)
    return bool(found)
"""


def borrowed() -> dict[str, str]:
    """Answers that call what a thief has put into `STOLEN`."""
    names = [name for name in LAZY if name != "SelfAttention"]
    text = "def {0}(*inputs):\n    return STOLEN['{0}'](*inputs)"
    answers = {name: text.format(name) for name in names}
    answers["SelfAttention"] = (
        "class SelfAttention(STOLEN.get('SelfAttention', nn.Module)):\n    pass"
    )
    return answers


def theft(register: Register, name: str, about: str, code: str, **record) -> None:
    """Record a thief: its code calls `take(path)` on notebooks it can find."""

    def make(material: Material) -> Files:
        first = THIEF + dedent(code)
        return files(lazy(material, first, borrowed()))

    register(name, about, **record)(make)
