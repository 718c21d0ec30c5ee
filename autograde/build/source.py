"""Read a notebook's source file: jupytext's percent format with short headers."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import jupytext

HEADER = re.compile(r"^# %%(\s|$)")
OPENING = ('"""', 'r"""', 'R"""')
KNOWN = {"title", "exercise", "test", "points", "tags"}
DROPPED = {"cell_marker", "lines_to_next_cell"}


@dataclass(frozen=True)
class Cell:
    """One cell; `line` is where its text begins in the source file."""

    kind: str  # markdown, setup, exercise, test or code
    text: str
    line: int
    header: int
    id: str = ""
    points: float = 0
    tags: tuple[str, ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether the cell holds Python."""
        return self.kind != "markdown"


@dataclass(frozen=True)
class Problem:
    """One thing that the author must mend, and where."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """A parsed source file; `problems` is not empty if it could not be read."""

    path: str
    text: str
    cells: tuple[Cell, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def of_kind(self, kind: str) -> list[Cell]:
        """The cells of one kind, in order."""
        return [cell for cell in self.cells if cell.kind == kind]


def read(root: Path, path: str) -> Source:
    """Parse the file at this path below the root."""
    text = (root / path).read_text(encoding="utf-8")
    headers, problems = _scan(path, text.splitlines())
    if problems:
        return Source(path, text, (), tuple(problems))
    # blank lines at the top would become a cell of their own
    cells = jupytext.reads(text.lstrip("\n"), fmt="py:percent").cells
    if len(cells) != len(headers):
        message = "text before the first cell, or a cell that cannot be read"
        return Source(path, text, (), (Problem(path, 1, message),))
    return _expand(path, text, headers, cells)


def _scan(path: str, lines: list[str]) -> tuple[list[int], list[Problem]]:
    """Line numbers of the cells' headers, and quotes that break the prose."""
    headers, problems = [], []
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if not HEADER.match(line):
            continue
        headers.append(number)
        first = lines[number].strip() if number < len(lines) else ""
        if "[markdown]" in line and first.startswith(OPENING):
            number, wrong = _prose(path, lines, number)
            problems += wrong
        elif "[markdown]" not in line:
            number = _skip_strings(lines, number)
    return headers, problems


def _prose(path: str, lines: list[str], start: int) -> tuple[int, list[Problem]]:
    """Go over a quoted text cell; its only `\"\"\"` open and close it."""
    problems = []
    quotes = [
        (i, lines[i].count('"""'))
        for i in range(start, _next_cell(lines, start))
        if '"""' in lines[i]
    ]
    last = quotes[-1][0]
    for i, count in quotes:
        expected = (i == start) + (i == last)
        if count > expected or (i not in (start, last)):
            problems.append(Problem(path, i + 1, '""" inside prose ends the text'))
    if last == start and lines[start].count('"""') < 2:
        problems.append(Problem(path, start + 1, 'the text has no closing """'))
    return last + 1, problems


def _next_cell(lines: list[str], start: int) -> int:
    """Where the cell that starts here ends: a header outside a fenced block."""
    fenced = False
    for i in range(start, len(lines)):
        if lines[i].lstrip().startswith("```"):
            fenced = not fenced
        if HEADER.match(lines[i]) and not fenced:
            return i
    return len(lines)


def _skip_strings(lines: list[str], start: int) -> int:
    """Pass over strings that hold a line like a header, as jupytext does."""
    from jupytext.stringparser import StringParser

    parser = StringParser("python")
    for i in range(start, len(lines)):
        if HEADER.match(lines[i]) and not parser.is_quoted():
            return i
        parser.read_line(lines[i])
    return len(lines)


def _expand(path: str, text: str, headers: list[int], read: list) -> Source:
    """Turn jupytext's cells into ours; refuse words we do not know."""
    lines, cells, problems = text.splitlines(), [], []
    for header, cell in zip(headers, read, strict=True):
        options = {k: v for k, v in cell.metadata.items() if k not in DROPPED}
        for key in sorted(set(options) - KNOWN):
            problems.append(Problem(path, header, f"unknown word in the header: {key}"))
        title = options.get("title")
        if title not in (None, "setup"):
            problems.append(
                Problem(path, header, f"unknown word in the header: {title}")
            )
        source = cell.source.strip("\n")
        cells.append(
            Cell(
                _kind(cell.cell_type, options),
                source,
                _first_line(lines, header, source),
                header,
                str(options.get("exercise") or options.get("test") or ""),
                options.get("points", 0),
                tuple(options.get("tags", ())),
            )
        )
    return Source(path, text, tuple(cells), tuple(problems))


def _kind(cell_type: str, options: dict) -> str:
    if cell_type == "markdown":
        return "markdown"
    for kind in ("exercise", "test"):
        if kind in options:
            return kind
    return "setup" if options.get("title") == "setup" else "code"


def _first_line(lines: list[str], header: int, source: str) -> int:
    """Number of the line after the header on which the cell's text begins."""
    number = header
    while number < len(lines):
        line = lines[number].strip()
        if line and not (line in OPENING and not source.startswith(line)):
            return number + 1
        number += 1
    return header
