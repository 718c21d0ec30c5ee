"""Turn a file into a notebook, or say in plain words why that cannot be done."""

import json
import logging
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from llmlab.i18n import _

# where `parse` notes what it had to change to read a file at all
READING = "llmlab_reading"

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


class UnreadableNotebook(Exception):
    """A file that holds no notebook; the text says what it holds instead."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind
        self.message = message


def read(path: Path) -> NotebookNode:
    """The notebook in a file, as nbformat 4, every cell with its three fields.

    Errors: UnreadableNotebook, with a text for the learner.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        text = _("There is no file {name}.").format(name=path)
        raise UnreadableNotebook("missing", text) from None
    except IsADirectoryError:
        text = _("{name} is a folder, not a notebook.").format(name=path)
        raise UnreadableNotebook("folder", text) from None
    except OSError as error:
        text = _("{name} cannot be opened: {reason}.").format(
            name=path, reason=error.strerror or error
        )
        raise UnreadableNotebook("denied", text) from None
    return parse(data, path.name)


def parse(data: bytes, name: str) -> NotebookNode:
    """The notebook in a file's bytes; `name` is used in messages only.

    Errors: UnreadableNotebook.
    """
    text, notes = _decoded(data, name)
    if not text.strip("\0 \t\r\n"):
        message = _(
            "{name} is empty: there is no notebook in it. This happens when the disk "
            "was full or the computer stopped while the file was being saved."
        ).format(name=name)
        raise UnreadableNotebook("empty", message)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(text, name, error) from None
    return _notebook(content, name, notes)


def _decoded(data: bytes, name: str) -> tuple[str, dict]:
    marks = [mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)]
    encoding = _BYTE_ORDER_MARKS[marks[0]] if marks else "utf-8"
    try:
        return data.decode(encoding), {"encoding": encoding} if marks else {}
    except UnicodeDecodeError as error:
        message = _(
            "{name} is not a text file: byte {position} is not {encoding}. It may be "
            "damaged, or a picture or an archive with the wrong name."
        ).format(name=name, position=error.start, encoding=encoding)
        raise UnreadableNotebook("not-text", message) from None


def _not_json(text: str, name: str, error: Exception) -> UnreadableNotebook:
    line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    where = _(
        "{name} is not a notebook: it breaks off at line {line}, column {column}."
    )
    kind, why = _likely_cause(text, getattr(error, "pos", 0))
    return UnreadableNotebook(
        kind, where.format(name=name, line=line, column=column) + " " + why
    )


def _likely_cause(text: str, position: int) -> tuple[str, str]:
    """What such a file usually is, from most to least telling sign."""
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<head")):
        return "html", _(
            "It is a web page. The browser saved the page around the notebook; "
            "download the file itself (“Raw” or “Download”)."
        )
    if start.startswith("version https://git-lfs"):
        return "pointer", _("It is a Git LFS pointer; `git lfs pull` gets the file.")
    if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines()):
        return "merge-conflict", _(
            "It holds a merge conflict: git wrote both versions into the file. "
            "`git checkout --ours FILE` keeps yours, `--theirs` keeps the other."
        )
    if not start.startswith("{"):
        return "not-json", _("It does not begin like a notebook.")
    if position >= len(text.rstrip()) - 1 or not text.rstrip().endswith("}"):
        return "truncated", _(
            "Its end is missing: a download or a save was cut short, or the disk was "
            "full."
        )
    return "not-json", _(
        "A character was added or lost there; was it opened in a text editor?"
    )


def _notebook(content: object, name: str, notes: dict) -> NotebookNode:
    major = content.get("nbformat", 4) if isinstance(content, dict) else None
    has_cells = isinstance(content, dict) and (
        isinstance(content.get("cells"), list) or "worksheets" in content
    )
    if not has_cells:
        message = _("{name} is a JSON file, but not a notebook: it has no cells.")
        raise UnreadableNotebook("not-notebook", message.format(name=name))
    if major not in (2, 3, 4):
        message = _(
            "{name} is in notebook format {major}, which this course cannot read. "
            "Save it again with JupyterLab 4."
        )
        message = message.format(name=name, major=major)
        raise UnreadableNotebook("version", message)
    if major < 4:
        content = _upgraded(content, name, major)
        notes["nbformat"] = major
    return _completed(content, notes)


def _upgraded(content: dict, name: str, major: int) -> dict:
    log = logging.getLogger("traitlets")
    level = log.level
    log.setLevel(logging.CRITICAL)  # nbformat logs what we report ourselves
    try:
        return nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4)
    except Exception:
        message = _(
            "{name} is in the old notebook format {major} and cannot be converted. "
            "Open it in JupyterLab and save it again."
        ).format(name=name, major=major)
        raise UnreadableNotebook("version", message) from None
    finally:
        log.setLevel(level)


def _completed(content: dict, notes: dict) -> NotebookNode:
    """Give every cell its fields; what is no cell at all is left out and noted."""
    cells = [_cell(raw) for raw in content["cells"]]
    lost = [number for number, cell in enumerate(cells, 1) if cell is None]
    if lost:
        notes["lost_cells"] = lost
    metadata = content.get("metadata")
    nb = nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": dict(metadata) if isinstance(metadata, dict) else {},
            "cells": [cell for cell in cells if cell is not None],
        }
    )
    if notes:
        nb.metadata[READING] = notes
    return nb


def _cell(raw: object) -> dict | None:
    if not isinstance(raw, dict) or "source" not in raw:
        return None
    kind = raw.get("cell_type")
    cell = dict(raw, cell_type=kind if kind in ("code", "markdown") else "raw")
    cell["source"] = _text(raw["source"])
    cell["metadata"] = dict(_dict(raw.get("metadata")))
    # metadata that is no dictionary would make every later look-up fail
    if not isinstance(cell["metadata"].get("nbgrader", {}), dict):
        del cell["metadata"]["nbgrader"]
    if kind == "code":
        outputs = raw.get("outputs")
        outputs = outputs if isinstance(outputs, list) else []
        cell["outputs"] = [_output(o) for o in outputs if isinstance(o, dict)]
        cell.setdefault("execution_count", None)
    return cell


def _output(raw: dict) -> dict:
    """Join the lines of an output's texts, as nbformat does on reading."""
    output = dict(raw)
    if "text" in output:
        output["text"] = _text(output["text"])
    if isinstance(output.get("data"), dict):
        output["data"] = {
            kind: value if kind.endswith("json") else _text(value)
            for kind, value in output["data"].items()
        }
    return output


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _text(source: object) -> str:
    """A cell's source as one string that any encoder accepts."""
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    text = source if isinstance(source, str) else ""
    # half of a surrogate pair (a cut emoji) cannot be sent to a kernel
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
