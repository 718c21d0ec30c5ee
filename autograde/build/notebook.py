"""Assemble notebooks from a source's cells, the same bytes at every build."""

import json

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograde.build import figures, lint_code
from autograde.build.course_file import Contents, Entry
from autograde.build.files import digest
from autograde.build.settings import (
    BEGIN_HIDDEN,
    END_HIDDEN,
    KERNELSPEC,
    LANGUAGE_INFO,
)
from autograde.build.source import Cell, Source


def assemble(
    contents: Contents,
    entry: Entry,
    source: Source,
    pictures: dict[str, bytes],
    language: str = "en",
    titles: dict[str, str] | None = None,
) -> NotebookNode:
    """The solution notebook without outputs; pictures go by their path.

    `titles` gives the sections' titles in another language.
    """
    texts = [cell.text for cell in source.cells]
    links = navigation(contents, entry, titles or {})
    prose = [i for i, c in enumerate(source.cells) if c.kind == "markdown"]
    if links and prose:
        texts[prose[-1]] += f"\n\n---\n\n{links}"
    texts = [_fill_points(text, source, i) for i, text in enumerate(texts)]
    cells = []
    for place, (cell, text) in enumerate(zip(source.cells, texts, strict=True), 1):
        if cell.kind == "markdown":
            node = new_markdown_cell(figures.embed(text, pictures))
        else:
            node = new_code_cell(text)
        node.id = _cell_id(cell, place)
        node.metadata = _metadata(cell)
        cells.append(node)
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": dict(KERNELSPEC),
            "language_info": dict(LANGUAGE_INFO),
            "llmlab": {
                "section": entry.number,
                "version": contents.version,
                "hash": content_hash(source),
                "language": language,
            },
        },
    )


def _fill_points(text: str, source: Source, place: int) -> str:
    """`{points}` in a text stands for the points of the exercise that follows."""
    if source.cells[place].kind != "markdown" or "{points}" not in text:
        return text
    test = next(c for c in source.cells[place:] if c.kind == "test")
    return text.replace("{points}", f"{test.points:g}")


def _cell_id(cell: Cell, place: int) -> str:
    if cell.kind == "setup":
        return "setup"
    return cell.id.replace("_", "-") if cell.id else f"c{place}"


def _metadata(cell: Cell) -> NotebookNode:
    """What nbgrader and the grader read: role, id, points and tags."""
    metadata: dict = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.kind in ("exercise", "test"):
        graded = cell.kind == "test"
        metadata["nbgrader"] = {
            "grade": graded,
            "grade_id": cell.id,
            "locked": graded,
            "schema_version": 3,
            "solution": not graded,
            "task": False,
        }
        if graded:
            metadata["nbgrader"]["points"] = cell.points
    return nbformat.from_dict(metadata)


def content_hash(source: Source) -> str:
    """Name of what is graded: the released tests' ids, points and texts."""
    tests = [
        [cell.id, float(cell.points), released_test(cell.text)]
        for cell in source.of_kind("test")
    ]
    return digest(json.dumps(tests, ensure_ascii=False))


def released_test(text: str) -> str:
    """A test as learners get it, without its hidden part."""
    return lint_code.released(text, BEGIN_HIDDEN, END_HIDDEN)


def exercises(source: Source) -> list[dict]:
    """The exercises as `course.json` lists them."""
    rows = []
    for answer, test in zip(
        source.of_kind("exercise"), source.of_kind("test"), strict=True
    ):
        *number, name = answer.id.removeprefix("ex").split("_", _numbers(answer.id))
        rows.append(
            {
                "number": ".".join(number),
                "name": name,
                "points": test.points,
                "answer": answer.id,
                "test": test.id,
            }
        )
    return rows


def _numbers(cell_id: str) -> int:
    """How many parts of the id are the exercise's number: ex24_2_1_name has 3."""
    parts = cell_id.removeprefix("ex").split("_")
    count = 1
    while count < len(parts) - 1 and parts[count].isdigit():
        count += 1
    return count


def navigation(contents: Contents, entry: Entry, titles: dict[str, str]) -> str:
    """The line that leads to the sections before and after this one."""
    before, after = contents.neighbours(entry)
    parts = []
    for other, form in ((before, "← [{}]({})"), (after, "[{}]({}) →")):
        if other:
            title = titles.get(other.title, other.title)
            parts.append(form.format(f"{other.number} {title}", f"../{other.path}"))
    return " · ".join(parts)


def to_bytes(notebook: NotebookNode) -> bytes:
    """The notebook's file, in the form that nbgrader writes too."""
    nbformat.validate(notebook)
    return (nbformat.writes(notebook) + "\n").encode()


def from_bytes(data: bytes) -> NotebookNode:
    """Read back a notebook's file."""
    return nbformat.reads(data.decode(), as_version=4)


def keep_outputs(notebook: NotebookNode, old: NotebookNode) -> None:
    """Take the outputs of an earlier run of the same code cells."""
    ran = [cell for cell in old.cells if cell.cell_type == "code"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, before in zip(code, ran, strict=True):
        cell.outputs = before.outputs
        cell.execution_count = before.execution_count
