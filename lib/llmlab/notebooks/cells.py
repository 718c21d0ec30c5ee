"""Questions about one cell: its role, what it defines, whether it still is the stub."""

import ast
import re
import warnings
from difflib import SequenceMatcher
from functools import lru_cache
from textwrap import dedent

from nbformat import NotebookNode

_DEFINITION = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
_MAGIC = re.compile(r"^(\s*)[%!].*$|^(\s*).*\?\s*$", re.MULTILINE)


def grade_id(cell: NotebookNode) -> str | None:
    """The name nbgrader knows the cell by."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) and name else None


def facts(nb: NotebookNode) -> dict[str, str]:
    """What the builder wrote into a notebook: section, version, hash, language."""
    found = nb.metadata.get("llmlab")
    found = found if isinstance(found, dict) else {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def is_answer(cell: NotebookNode) -> bool:
    """True for a cell that the learner writes."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_given(cell: NotebookNode) -> bool:
    """True for a test or another cell that belongs to the course."""
    return grade_id(cell) is not None and not is_answer(cell)


def tags(cell: NotebookNode) -> list[str]:
    """The cell's tags."""
    found = cell.metadata.get("tags", [])
    return [tag for tag in found if isinstance(tag, str)] if found else []


def plain(source: str) -> str:
    """The source without what an editor changes unasked: line ends, trailing space."""
    return "\n".join(line.rstrip() for line in source.split("\n")).strip("\n")


def unix(source: str) -> str:
    """The source with Unix line ends."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


@lru_cache(maxsize=4096)
def _tree(source: str) -> ast.Module | None:
    magics_out = _MAGIC.sub(lambda m: (m[1] or m[2] or "") + "pass", source)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    for text in (source, magics_out):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "\d" in a learner's string
                compile(text, "<cell>", "exec", flags, dont_inherit=True)
                return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def compiles(source: str) -> bool:
    """True if Python accepts the cell as it stands (magics are allowed)."""
    return _tree(source) is not None


def runs_alone(source: str) -> bool:
    """True if the cell can run by itself: IPython takes leading spaces away."""
    return compiles(source) or compiles(dedent(source))


def defines(source: str) -> set[str]:
    """Names of the functions and classes that a cell defines at its top level.

    In a cell with a syntax error every `def` counts, so that one lost bracket does
    not hide the answer.
    """
    tree = _tree(source)
    if tree is None:
        return set(_DEFINITION.findall(source))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in tree.body if isinstance(node, kinds)}


def assigns(source: str) -> set[str]:
    """Names that a cell assigns at its top level."""
    tree = _tree(source)
    body = tree.body if tree else []
    found = {
        target.id
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    typed = [node.target for node in body if isinstance(node, ast.AnnAssign)]
    return found | {target.id for target in typed if isinstance(target, ast.Name)}


def wanted_names(stub: str) -> set[str]:
    """What an exercise asks for: the stub's functions, else its variables."""
    return defines(stub) or assigns(stub)


def gives(source: str, wanted: set[str]) -> set[str]:
    """Those of the wanted names that a cell gives a value."""
    return wanted & (defines(source) | assigns(source))


def same_code(one: str, other: str) -> bool:
    """True if two cells differ in spaces and comments at most."""
    if plain(one) == plain(other):
        return True
    first, second = _tree(one), _tree(other)
    if first is None or second is None:
        return False
    return ast.dump(first) == ast.dump(second)


def likeness(one: str, other: str) -> float:
    """Share of common lines, 0 to 1."""
    first = [line.strip() for line in one.split("\n") if line.strip()]
    second = [line.strip() for line in other.split("\n") if line.strip()]
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def headline(cell: NotebookNode, width: int = 40) -> str:
    """The cell's first line that says something, to find it by eye."""
    lines = [line.strip() for line in cell.source.split("\n")]
    telling = [line for line in lines if line and not line.startswith(("#", "@", "%"))]
    line = next(iter(telling or [line for line in lines if line]), "")
    return line if len(line) <= width else line[: width - 1] + "…"


def make_plain(cell: NotebookNode) -> None:
    """Turn a graded cell into an ordinary one."""
    for key in ("nbgrader", "deletable", "editable"):
        cell.metadata.pop(key, None)


def set_aside(cell: NotebookNode) -> None:
    """Keep a cell to be read, but not to be run."""
    make_plain(cell)
    cell.cell_type = "raw"
    for key in ("outputs", "execution_count"):
        cell.pop(key, None)
