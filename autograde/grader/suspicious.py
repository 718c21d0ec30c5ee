"""Things in a submission that a human should look at; they cost no points.

Two things cannot be proved from outside: which functions an answer called, and what
it counted. Whoever wants to cheat there has to write it down somewhere.
"""

import ast
import re

from llmlab.i18n import N_, _

MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)
MOST_FLAGS = 20

# names that no exercise needs -> what they are for
NAMES = {
    "_getframe": N_("looks at the frames of its callers"),
    "gc": N_("searches the memory of Python"),
    "ctypes": N_("reaches below Python"),
    "settrace": N_("watches Python's steps"),
    "setprofile": N_("watches Python's steps"),
    "socket": N_("opens a connection"),
    "ptrace": N_("reaches into other processes"),
    "_exit": N_("ends Python"),
    "fork": N_("starts processes"),
    "kill": N_("sends signals"),
    "input_transformers_post": N_("changes cells before they run"),
    "input_transformers_cleanup": N_("changes cells before they run"),
    "ast_transformers": N_("changes cells before they run"),
    "showtraceback": N_("changes what is shown"),
    "DisableTorchFunction": N_("hides calls of torch's functions"),
    "DisableTorchFunctionSubclass": N_("hides calls of torch's functions"),
    "__torch_function__": N_("changes what torch's functions do"),
    "autograde": N_("uses the grader"),
    "linecache": N_("looks at the source of other code"),
}


def flags(nb) -> list[str]:
    """What stands out in those cells of a notebook that were run, as sentences."""
    found = []
    for number, cell in enumerate(nb.cells, 1):
        if cell.cell_type != "code" or _locked(cell) or not cell.execution_count:
            continue
        where = cell.metadata.get("nbgrader", {}).get("grade_id") or number
        names = _names(cell.source)
        for name in sorted(set(NAMES) & names):
            text = _("Cell {cell}: `{name}` {why}.")
            found.append(text.format(cell=where, name=name, why=_(NAMES[name])))
    return found[:MOST_FLAGS]


def forbidden(test, nb) -> list[str]:
    """Calls that an exercise forbids and that stand in its answer's source."""
    watch = getattr(test, "watch", frozenset())
    exercise = getattr(test, "exercise", None)
    if not watch or exercise is None or not exercise.answer:
        return []
    found = []
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") != exercise.answer:
            continue
        if not any(name in cell.source for name in watch):
            continue
        for name in sorted(_called(cell.source, exercise.name) & watch):
            text = _("{exercise}: the answer names `{name}`, which is not allowed.")
            found.append(text.format(exercise=exercise.number, name=name))
    return found


def _locked(cell) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))


def _parsed(source: str) -> ast.AST | None:
    try:
        return ast.parse(MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_ANY = re.compile("|".join(map(re.escape, NAMES)))


def _names(source: str) -> set[str]:
    if not _ANY.search(source):  # parsing is slow, and most cells are as they must be
        return set()
    tree = _parsed(source)
    if tree is None:
        return {name for name in NAMES if re.search(rf"\b{name}\b", source)}
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            for word in [module, *(alias.name for alias in node.names)]:
                names |= set(word.split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value in NAMES:
                names.add(node.value)
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
    return names


def _called(source: str, own: str) -> set[str]:
    """Names of functions that are read off something, as in `torch.softmax`.

    `own`: the answer's own name, which may stand in it as text.
    """
    tree = _parsed(source)
    names: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.isidentifier() and node.value != own:
                names.add(node.value)
    return names
