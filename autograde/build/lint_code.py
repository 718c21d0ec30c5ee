"""Rules about Python in cells, by the syntax tree and not by guessing."""

import ast
import re
from collections.abc import Iterator

from autograde.build import lint_probe
from autograde.build.settings import BEGIN_SOLUTION, END_SOLUTION
from autograde.build.source import Cell

Found = Iterator[tuple[int, str]]  # line within the cell, from 1, and what is wrong
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def parse(text: str) -> ast.Module:
    """Syntax tree of a cell, with IPython's magics passed over."""
    return ast.parse(MAGIC.sub(r"\1pass", text))


def markers(text: str, begin: str, end: str) -> Found:
    """Markers that are nested, unpaired, or share their line with code."""
    opened = 0
    for number, line in enumerate(text.split("\n"), 1):
        for marker in (begin, end):
            if marker.lstrip("# ") in line and line.strip() != marker:
                yield number, f"write the marker alone on its line: {marker}"
        if line.strip() == begin:
            if opened:
                yield number, f"{begin} inside another"
            opened = number
        elif line.strip() == end:
            if not opened:
                yield number, f"{end} without {begin}"
            opened = 0
    if opened:
        yield opened, f"{begin} without {end}"


def released(text: str, begin: str, end: str, stub: str | None = None) -> str:
    """The text without its marked parts, line numbers kept if there is a stub."""
    lines, inside = [], False
    for line in text.split("\n"):
        if line.strip() == begin:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + stub] if stub else []
        elif line.strip() == end:
            inside = False
            lines += [""] if stub else []
        elif not inside:
            lines.append(line)
        elif stub:
            lines.append("")
    return "\n".join(lines)


def exercise(cell: Cell) -> Found:
    """An answer outside the markers, or an exercise without markers."""
    wrong = list(markers(cell.text, BEGIN_SOLUTION, END_SOLUTION))
    yield from wrong
    if wrong:
        return
    if BEGIN_SOLUTION not in cell.text:
        yield 1, f"the exercise has no {BEGIN_SOLUTION} and {END_SOLUTION}"
        return
    stub = "raise NotImplementedError"
    try:
        parse(cell.text)
        tree = parse(released(cell.text, BEGIN_SOLUTION, END_SOLUTION, stub))
    except SyntaxError as error:
        yield error.lineno or 1, f"not Python: {error.msg}"
        return
    for node in _without_docstring(tree.body):
        yield from _statement(node)


def _statement(node: ast.stmt) -> Found:
    """Accept what a stub may hold; report everything else."""
    if isinstance(node, FUNCTIONS):
        yield from _function(node)
    elif isinstance(node, ast.ClassDef):
        for inner in _without_docstring(node.body):
            if not (isinstance(inner, ast.AnnAssign) and _is_constant(inner.value)):
                yield from _statement(inner)
    elif not isinstance(node, (ast.Import, ast.ImportFrom)) and not _is_stub(node):
        yield node.lineno, "code of the answer outside the markers"


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Found:
    body = _without_docstring(node.body)
    if body and _is_super_init(body[0]):
        body = body[1:]
    for inner in body:
        if not _is_stub(inner):
            yield inner.lineno, f"code of the answer outside the markers ({node.name})"
    if not any(_is_stub(inner) for inner in body):
        yield node.lineno, f"nothing to write in {node.name}: its body has no markers"


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:] if isinstance(first.value.value, str) else body
    return body


def _is_constant(node: ast.expr | None) -> bool:
    return node is None or isinstance(node, ast.Constant)


def _is_stub(node: ast.stmt) -> bool:
    return isinstance(node, ast.Raise) and ast.unparse(node) == (
        "raise NotImplementedError"
    )


def _is_super_init(node: ast.stmt) -> bool:
    return ast.unparse(node).startswith("super().__init__(")


def defined(cell: Cell) -> set[str]:
    """Names that the cell defines at its top level, imports aside."""
    try:
        body = parse(cell.text).body
    except SyntaxError:
        return set()
    names = set()
    for node in body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        else:
            names |= _stored(node)
    return names


def test(cell: Cell, learners: set[str]) -> Found:
    """A test that uses or redefines the learner's names outside a probe."""
    try:
        tree = parse(cell.text)
    except SyntaxError as error:
        yield error.lineno or 1, f"not Python: {error.msg}"
        return
    for name in sorted(defined(cell) & learners):
        yield _line_of(tree, name), f"the test redefines the learner's {name}"
    found = []
    for node in tree.body:
        found += _uses(node, learners - defined(cell), None)
    yield from sorted(found)
    for node in tree.body:
        if _is_probe(node) and [a.arg for a in node.args.args][:1] != ["student"]:
            message = f"the first parameter of the probe {node.name} is not student"
            yield node.lineno, message
        if _is_probe(node):
            yield from lint_probe.strangers(node)


def _uses(node: ast.AST, names: set[str], probe: str | None) -> Found:
    """Where a name of the learner's is read; `probe` is the enclosing probe."""
    if isinstance(node, ast.Name) and node.id in names:
        way = f"write student.{node.id}" if probe else "only a probe may"
        yield node.lineno, f"the test uses the learner's {node.id}: {way}"
    inner = names
    if isinstance(node, (*SCOPES, *COMPREHENSIONS)):
        inner = names - _locals(node)
    body = node.body if isinstance(node, FUNCTIONS) else []
    for child in ast.iter_child_nodes(node):
        inside = probe
        if child in body and _is_probe(node):
            inside = node.name
        outer = isinstance(node, FUNCTIONS) and child not in body
        yield from _uses(child, names if outer else inner, inside)


def _locals(node: ast.AST) -> set[str]:
    if isinstance(node, COMPREHENSIONS):
        return set().union(*(_stored(g.target) for g in node.generators))
    args = [a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)]
    body = node.body if isinstance(node.body, list) else []
    stored = set().union(*map(_stored, body)) if body else set()
    nested = {n.name for n in body if isinstance(n, (*FUNCTIONS, ast.ClassDef))}
    return {*args, *stored, *nested}


def _stored(node: ast.AST) -> set[str]:
    """Names that are assigned in here, but not inside a nested function."""
    if isinstance(node, (*SCOPES, *COMPREHENSIONS, ast.ClassDef)):
        return set()
    names = set().union(*map(_stored, ast.iter_child_nodes(node)), set())
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        names.add(node.id)
    return names


def _is_probe(node: ast.AST) -> bool:
    return isinstance(node, FUNCTIONS) and any(
        ast.unparse(d).split("(")[0] in ("check.probe", "probe")
        for d in node.decorator_list
    )


def _line_of(tree: ast.Module, name: str) -> int:
    for node in tree.body:
        if getattr(node, "name", "") == name or name in _stored(node):
            return node.lineno
    return 1
