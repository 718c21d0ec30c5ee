"""Pages made from the table of contents and from the notebooks' outputs."""

import re

from nbformat.notebooknode import NotebookNode

from autograde.build.course_file import Contents, Entry
from autograde.build.settings import CLAIMS_MIME

MAP = re.compile(r"(<!-- map -->\n).*?(<!-- /map -->)", re.DOTALL)


def readme(text: str, contents: Contents) -> str | None:
    """README with its map renewed; None if it has no place for one."""
    if not MAP.search(text):
        return None
    table = _map(contents)
    return MAP.sub(lambda match: f"{match[1]}{table}\n{match[2]}", text, count=1)


def _map(contents: Contents) -> str:
    """A table of all sections, with links to those that are built."""
    lines = [
        "| Section | 中文 | Points | Minutes | Needs |",
        "|---|---|---:|---:|---|",
    ]
    for chapter, title in contents.chapters:
        lines.append(f"| **{title}** | | | | |")
        own = [entry for entry in contents.entries if entry.chapter == chapter]
        lines += [_row(entry) for entry in own]
    return "\n".join(lines)


def _row(entry: Entry) -> str:
    name = f"{entry.number} {entry.title}" if entry.number[0].isdigit() else entry.title
    if not entry.built:
        return f"| {name} *(planned)* | | | | |"
    english = f"[{name}](notebooks/{entry.path})"
    chinese = f"[中文](notebooks/zh/{entry.path})"
    needs = ", ".join(entry.needs) or "–"
    points, minutes = f"{entry.points:g}", entry.minutes
    return f"| {english} | {chinese} | {points} | {minutes} | {needs} |"


def claims(contents: Contents, notebooks: dict[str, NotebookNode]) -> str:
    """All claims with their verdicts, by section; notebooks go by number."""
    lines = [
        "# Claims and verdicts",
        "",
        "Made by `autograde build` from the notebooks' last cells; do not edit.",
    ]
    for entry in contents.built:
        rows = _claims_of(notebooks.get(entry.number))
        if not rows:
            continue
        link = f"../solutions/{entry.path}"
        lines += ["", f"## [{entry.number} {entry.title}]({link})", ""]
        lines += ["| Id | Claim | Measured | Verdict | Because | Source |"]
        lines += ["|---|---|---|---|---|---|", *map(_claim, rows)]
    return "\n".join(lines) + "\n"


def _claims_of(notebook: NotebookNode | None) -> list[dict]:
    rows: list[dict] = []
    for cell in notebook.cells if notebook else []:
        for output in cell.get("outputs", []):
            rows += output.get("data", {}).get(CLAIMS_MIME, [])
    return rows


def _claim(row: dict) -> str:
    fields = ("id", "claim", "measured", "verdict", "because", "source")
    cells = (str(row.get(field, "")) for field in fields)
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
