"""The mistake bank: wrong answers that must be named, right ones that must pass.

A section's bank is `<slug>.py` in this folder, or a folder `<slug>/` with a file per
exercise. It holds real code, as learners write it:

    @wrong("24.2.1", names="softmax.over-queries", says="down the columns")
    def softmax(scores):
        …

    @right("24.2.1", how="one key at a time")
    def softmax(scores):
        …
"""

import ast
import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograde.build.settings import SETUP
from llmlab import course

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """One banked answer; `source` can stand in the exercise's cell.

    `exercise` is what the answer defines, `name` the id of the mistake that the check
    must report, and `says` words that its message must hold. `hidden`: only the
    hidden tests can see it. `dtypes`: where it is wrong, if not everywhere.
    """

    number: str
    exercise: str
    label: str
    source: str
    name: str = ""
    says: str = ""
    hidden: bool = False
    dtypes: tuple[str, ...] = ()

    def counts(self, dtype: str) -> bool:
        """Whether the entry is what it says it is at this dtype."""
        return not self.dtypes or dtype in self.dtypes


@dataclass(frozen=True)
class Bank:
    """All banked answers of a section."""

    wrong: tuple[Entry, ...] = ()
    right: tuple[Entry, ...] = ()

    def of(self, number: str) -> "Bank":
        """The answers to one exercise."""
        wrong = tuple(e for e in self.wrong if e.number == number)
        return Bank(wrong, tuple(e for e in self.right if e.number == number))


def wrong(
    number: str,
    *,
    names: str,
    says: str = "",
    how: str = "",
    hidden: bool = False,
    dtypes: tuple[str, ...] = (),
) -> Callable:
    """Mark a wrong answer and the mistake that the check must name."""
    return _unchanged


def right(number: str, *, how: str, dtypes: tuple[str, ...] = ()) -> Callable:
    """Mark a right answer and say in a few words how it is written."""
    return _unchanged


def _unchanged(answer):
    return answer


class BankError(ValueError):
    """A bank file that cannot be used; the text says where and why."""


def load(slug: str) -> Bank:
    """The bank of a section, read from its source without running it.

    Errors: BankError if there is none, or if an entry is not understood.
    """
    found: dict[str, list[Entry]] = {"wrong": [], "right": []}
    for path in _files(slug):
        for node in _parsed(path)[1].body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                kind, entry = _entry(path, node)
                found[kind].append(entry)
    return Bank(tuple(found["wrong"]), tuple(found["right"]))


def _files(slug: str) -> list[Path]:
    single, folder = FOLDER / f"{slug}.py", FOLDER / slug
    files = [single] if single.is_file() else sorted(folder.glob("*.py"))
    if not files:
        raise BankError(f"section {slug} has no bank in {FOLDER.name}/")
    return files


@lru_cache
def _parsed(path: Path) -> tuple[list[str], ast.Module]:
    text = path.read_text(encoding="utf-8")
    return text.splitlines(), ast.parse(text)


# names that every notebook's set-up cell gives
_GIVEN = {
    name.asname or name.name
    for node in ast.parse(SETUP.format(number="")).body
    if isinstance(node, ast.Import | ast.ImportFrom)
    for name in node.names
}


def _source(path: Path, node) -> str:
    """What a learner's cell would hold: the imports that are used, and the answer."""
    lines, tree = _parsed(path)
    bare = copy.copy(node)
    bare.decorator_list = []  # the mark is no part of the answer
    used = {n.id for n in ast.walk(bare) if isinstance(n, ast.Name)} - _GIVEN
    imports = []
    for line in tree.body:
        if isinstance(line, ast.Import | ast.ImportFrom):
            names = [n for n in line.names if (n.asname or n.name) in used]
            if names:
                line = copy.copy(line)
                line.names = names
                imports.append(ast.unparse(line))
    answer = lines[node.lineno - 1 : node.end_lineno]
    return "\n".join([*imports, *([""] if imports else []), *answer]) + "\n"


def _entry(path: Path, node) -> tuple[str, Entry]:
    """An entry from its syntax tree: the mark's words, and the text below it."""
    where = f"{path.parent.name}/{path.name}:{node.lineno}"
    if len(node.decorator_list) != 1:
        raise BankError(f"{where}: mark {node.name} with one @wrong or @right")
    mark = node.decorator_list[0]
    kind = getattr(getattr(mark, "func", None), "id", "")
    if kind not in ("wrong", "right"):
        raise BankError(f"{where}: {node.name} is marked neither @wrong nor @right")
    number = ast.literal_eval(mark.args[0])
    words = {k.arg: ast.literal_eval(k.value) for k in mark.keywords}
    try:
        wanted = course.exercise(number).name
    except KeyError:
        raise BankError(f"{where}: there is no exercise {number}") from None
    if node.name != wanted:
        raise BankError(f"{where}: {number} asks for {wanted}, not {node.name}")
    how = words.get("how") or words.get("names", "")
    return kind, Entry(
        number,
        node.name,
        f"{number} {how}, line {node.lineno}",
        _source(path, node),
        words.get("names", ""),
        words.get("says", ""),
        words.get("hidden", False),
        tuple(words.get("dtypes", ())),
    )
