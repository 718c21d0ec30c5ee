"""Refuse a source that would make a wrong notebook: one line for each problem."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograde.build import figures, lint_code
from autograde.build.course_file import Contents, Entry
from autograde.build.settings import (
    BEGIN_HIDDEN,
    BEGIN_SOLUTION,
    CODE_COLUMNS,
    END_HIDDEN,
    LOCALE,
    SETUP,
)
from autograde.build.source import Cell, Problem, Source

CELL_ID = re.compile(r"^[a-zA-Z0-9-]{1,64}$")
Found = Iterator[tuple[int, str]]  # line in the file and what is wrong


def check_source(
    root: Path, entry: Entry, source: Source, setup: str = SETUP
) -> list[Problem]:
    """All problems of one source file, in order of their lines."""
    if source.problems:
        return list(source.problems)
    found: list[tuple[int, str]] = []
    found += _ids(entry, source)
    found += _pairs(source)
    found += _points(entry, source)
    found += _setup(source, setup.format(number=entry.number))
    found += _lines(source)
    for cell in source.cells:
        found += _figures(root, cell) if cell.kind == "markdown" else _code(cell)
    found += _tests(source)
    return [Problem(source.path, line, what) for line, what in sorted(set(found))]


def _ids(entry: Entry, source: Source) -> Found:
    """Ids follow the section's number and count the exercises from 1."""
    number = entry.number.replace(".", "_")
    for kind, prefix in (("exercise", "ex"), ("test", "test")):
        for place, cell in enumerate(source.of_kind(kind), 1):
            wanted = f"{prefix}{number}_{place}_"
            name = cell.id.removeprefix(wanted)
            if not cell.id.startswith(wanted) or not re.fullmatch(
                "[A-Za-z0-9_]+", name
            ):
                yield cell.header, f"the id {cell.id} is not {wanted}<name>"
            elif not CELL_ID.match(cell.id.replace("_", "-")):
                yield cell.header, f"the id {cell.id} is over 64 characters"


def duplicates(sources: list[Source]) -> list[Problem]:
    """Ids that were used before, in the same file or in another."""
    seen: dict[str, str] = {}
    problems = []
    for source in sources:
        for cell in source.cells:
            if cell.id and cell.id in seen:
                message = f"the id {cell.id} is used before, in {seen[cell.id]}"
                problems.append(Problem(source.path, cell.header, message))
            elif cell.id:
                seen[cell.id] = f"{source.path}:{cell.header}"
    return problems


def _pairs(source: Source) -> Found:
    """Right after each exercise comes its one test, text cells aside."""
    waiting: Cell | None = None
    for cell in source.cells:
        if cell.kind == "test":
            if waiting is None:
                yield cell.header, f"the test {cell.id} has no exercise before it"
            elif cell.id.removeprefix("test") != waiting.id.removeprefix("ex"):
                yield cell.header, f"the test of {waiting.id} is called {cell.id}"
            waiting = None
        elif waiting is not None and cell.kind != "markdown":
            yield waiting.header, f"no test comes after the exercise {waiting.id}"
            waiting = None
        if cell.kind == "exercise":
            waiting = cell
    if waiting is not None:
        yield waiting.header, f"no test comes after the exercise {waiting.id}"


def _points(entry: Entry, source: Source) -> Found:
    tests = source.of_kind("test")
    for cell in tests:
        if not isinstance(cell.points, (int, float)) or cell.points <= 0:
            yield cell.header, f"the test {cell.id} gives no points"
            return
    for cell in source.cells:
        if cell.points and cell.kind != "test":
            yield cell.header, "only a test gives points"
    total = sum(cell.points for cell in tests)
    if total != entry.points:
        yield (
            tests[-1].header if tests else 1,
            f"the tests give {total:g} points, course.toml says {entry.points:g}",
        )


def _setup(source: Source, wanted: str) -> Found:
    """The set-up cell is there once, first, and reads as in every notebook."""
    setups = source.of_kind("setup")
    code = [cell for cell in source.cells if cell.is_code]
    if not setups:
        yield 1, "there is no set-up cell (# %% setup)"
        return
    if code[0] is not setups[0]:
        yield code[0].header, "the set-up cell is not the first code cell"
    for extra in setups[1:]:
        yield extra.header, "there is a second set-up cell"
    have, want = setups[0].text.split("\n"), wanted.split("\n")
    for i in range(max(len(have), len(want))):
        mine = have[i] if i < len(have) else ""
        right = want[i] if i < len(want) else ""
        if mine != right:
            message = f"the set-up cell says {mine!r}, it must say {right!r}"
            yield setups[0].line + i, message
            return


def _lines(source: Source) -> Found:
    for number, line in enumerate(source.text.split("\n"), 1):
        if "\t" in line:
            yield number, "a tab; write spaces"
        if line.endswith("\r"):
            yield number, "a Windows line end"
    for cell in source.cells:
        for number, line in enumerate(cell.text.split("\n"), cell.line):
            if cell.is_code and len(line) > CODE_COLUMNS:
                yield number, f"code of {len(line)} columns, over {CODE_COLUMNS}"


def _figures(root: Path, cell: Cell) -> Found:
    for number, line in enumerate(cell.text.split("\n"), cell.line):
        if "<img" in line:
            yield number, "write ![alt text](figures/…) and not <img>"
        for alt, path in figures.FIGURE.findall(line):
            if figures.REMOTE.match(path):
                yield number, f"a remote image: {path}"
            elif not path.startswith("figures/") or ".." in path:
                yield number, f"a figure that is not in figures/: {path}"
            elif not (root / path).is_file():
                yield number, f"no such figure: {path}"
            elif Path(path).suffix not in figures.TYPES:
                yield number, f"a figure is SVG or PNG: {path}"
            if not alt.strip():
                yield number, f"the figure has no alt text: {path}"


def _code(cell: Cell) -> Found:
    """Markers only where they belong, and exercises without their answer."""
    if cell.kind != "test":
        if BEGIN_HIDDEN.lstrip("# ") in cell.text:
            yield _line_with(cell, BEGIN_HIDDEN), "hidden tests outside a test cell"
    if cell.kind != "exercise" and BEGIN_SOLUTION.lstrip("# ") in cell.text:
        yield _line_with(cell, BEGIN_SOLUTION), "an answer outside an exercise cell"
    found: list[tuple[int, str]] = []
    if cell.kind == "exercise":
        found = list(lint_code.exercise(cell))
    elif cell.kind == "test":
        found = list(lint_code.markers(cell.text, BEGIN_HIDDEN, END_HIDDEN))
    else:
        try:
            lint_code.parse(cell.text)
        except SyntaxError as error:
            found = [(error.lineno or 1, f"not Python: {error.msg}")]
    for line, what in found:
        yield cell.line + line - 1, what


def _line_with(cell: Cell, marker: str) -> int:
    for number, line in enumerate(cell.text.split("\n"), cell.line):
        if marker.lstrip("# ") in line:
            return number
    return cell.line


def _tests(source: Source) -> Found:
    learners = set().union(*map(lint_code.defined, source.of_kind("exercise")), set())
    for cell in source.of_kind("test"):
        for line, what in lint_code.test(cell, learners):
            yield cell.line + line - 1, what


def check_tree(root: Path, contents: Contents, sources: list[Source]) -> list[Problem]:
    """Files that nothing lists: sources, notebooks and figures."""
    problems = []
    sourced = {entry.source for entry in contents.built}
    allowed = sourced | {path.removesuffix(".py") + ".ipynb" for path in sourced}
    for entry in contents.built:
        allowed |= {f"notebooks/{entry.path}", f"notebooks/zh/{entry.path}"}
    for path in _files(root, "solutions", ".py", ".ipynb") + _files(
        root, "notebooks", ".py", ".ipynb"
    ):
        if path not in allowed:
            problems.append(Problem(path, 1, "course.toml does not list this file"))
    catalogues = {e.catalogue for e in contents.built} | {f"locale/{LOCALE}/llmlab.po"}
    for path in _files(root, "locale", ".po"):
        if path not in catalogues:
            problems.append(Problem(path, 1, "no section has this catalogue"))
    shown = _shown(root, sources)
    for path in _files(root, "figures"):
        if path not in shown:
            problems.append(Problem(path, 1, "no notebook shows this figure"))
    return problems


def _shown(root: Path, sources: list[Source]) -> set[str]:
    """Figures that a notebook shows, or a page in docs/ or README."""
    shown = {path for source in sources for path in figures.used(source.text)}
    for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
        for path in figures.used(page.read_text(encoding="utf-8")):
            target = (page.parent / path).resolve()
            if target.is_relative_to(root.resolve()):
                shown.add(target.relative_to(root.resolve()).as_posix())
    return shown


def _files(root: Path, folder: str, *suffixes: str) -> list[str]:
    hidden = (".ipynb_checkpoints", "__pycache__")
    return sorted(
        path.relative_to(root).as_posix()
        for path in (root / folder).rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and not set(hidden) & set(path.parts)
        and (not suffixes or path.suffix in suffixes)
    )
