"""Files that are no notebook, or one that stops whoever reads it; forged times."""

import json

import nbformat

from ..make import answered, files, perfect, to_bytes
from ..record import FILE, Files, Link, Material, Register

ALL = Register(ungraded_ok=True)


def _bytes(name: str, about: str, content, **record) -> None:
    @ALL(name, about, **record)
    def make(material: Material) -> Files:
        made = content(material) if callable(content) else content
        return {FILE: made}


def _blank(material: Material) -> dict:
    return json.loads(to_bytes(material.english))


_bytes("wrong-json", "JSON with a comma lost", lambda m: to_bytes(m.english)[:-300])
_bytes("binary", "bytes that are no text", bytes(range(256)) * 100)
_bytes("deep-json", "JSON nested a hundred thousand deep", b"[" * 100_000)
_bytes(
    "deep-metadata",
    "a notebook whose metadata is nested a hundred thousand deep",
    lambda m: to_bytes(m.english).replace(
        b'"metadata": {',
        b'"metadata": {"deep": ' + b"[" * 10**5 + b"]" * 10**5 + b",",
        1,
    ),
)
_bytes(
    "big-notebook",
    "a notebook of a hundred MB",
    lambda m: to_bytes(m.english).replace(
        b'"source": "', b'"source": "' + b"x" * 100_000_000, 1
    ),
)
_bytes("json-twice", "two notebooks in one file", lambda m: to_bytes(m.english) * 2)
_bytes("odd-json", "numbers that JSON has not", b'{"cells": NaN, "nbformat": 1e999}')
_bytes(
    "huge-number",
    "a notebook with a number of a million digits",
    lambda m: to_bytes(m.english).replace(
        b'"nbformat_minor": 5', b'"nbformat_minor": ' + b"9" * 10**6
    ),
)


@ALL("many-cells", "a notebook of thirty thousand cells", all_solved=True, at_least=0.0)
def _many_cells(material: Material) -> Files:
    content = json.loads(to_bytes(perfect(material)))
    for number in range(30_000):
        cell = {"cell_type": "markdown", "id": f"x{number}", "metadata": {}}
        content["cells"].append(cell | {"source": "x"})
    return {FILE: json.dumps(content).encode()}


@ALL("same-cell-ids", "all cells have the same id", all_solved=True)
def _same_cell_ids(material: Material) -> Files:
    nb = perfect(material)
    for cell in nb.cells:
        cell["id"] = "same"
    return {FILE: json.dumps(nb).encode()}


@ALL("wrong-types", "cells, metadata and sources of the wrong types")
def _wrong_types(material: Material) -> Files:
    content = _blank(material)
    odd = [5, None, [], {"cell_type": 7, "source": {}}, {"cell_type": "code"}]
    odd += [{"cell_type": "code", "source": [1, None], "metadata": 3, "outputs": "x"}]
    content["cells"][3:3] = odd
    for cell in content["cells"][20:]:
        cell["metadata"] = ["nbgrader"]
    content["metadata"] = {"kernelspec": 5, "language_info": [], "llmlab": 3}
    return {FILE: json.dumps(content).encode()}


@ALL("wrong-facts", "nbgrader's metadata of wrong types")
def _wrong_facts(material: Material) -> Files:
    content = _blank(material)
    odd = [5, {"grade_id": 7}, {"grade_id": ["x"]}, {"grade_id": "../../x", "grade": 1}]
    for place, cell in enumerate(content["cells"]):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] = odd[place % len(odd)]
    return {FILE: json.dumps(content).encode()}


@ALL("folder", "a folder with the notebook's name")
def _folder(material: Material) -> Files:
    return {f"{FILE}/{FILE}": to_bytes(material.english)}


@ALL("other-course", "the notebook of some other course")
def _other_course(material: Material) -> Files:
    cell = nbformat.v4.new_code_cell("print('hello')", id="a")
    return {FILE: to_bytes(nbformat.v4.new_notebook(cells=[cell]))}


def _time(name: str, about: str, content) -> None:
    @ALL(name, about, all_solved=True, ungraded_ok=False)
    def make(material: Material) -> Files:
        nb = answered(material, material.answers)
        return files(nb, {"timestamp.txt": content})


_time("time-past", "a time stamp before all deadlines", b"1970-01-01 00:00:00 UTC")
_time("time-future", "a time stamp at the end of time", b"9999-12-31 23:59:59 -2359")
_time("time-garbage", "a time stamp that is no time", b"\xff\x00 yesterday\n\x1b[2J")
_time("time-huge", "a time stamp of ten MB", b"2026-01-01 " * 1_000_000)
_time("time-link", "a time stamp that is a link", Link("/etc/hostname"))
