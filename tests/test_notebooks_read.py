"""Files that are no notebooks end in a sentence, never in a traceback."""

import json

import nbformat
import pytest
from learner_course import released_notebook

from llmlab.notebooks import UnreadableNotebook, diagnose, parse, read, repair

GOOD = nbformat.writes(released_notebook())
CONFLICT = GOOD.replace(
    ' "metadata": {\n  "llmlab"',
    '<<<<<<< HEAD\n "metadata": {\n=======\n>>>>>>> theirs\n "metadata": {\n  "llmlab"',
)

UNREADABLE = {
    "empty": (b"", "empty"),
    "empty-zeros": (b"\0" * 4096, "empty"),
    "empty-lines": (b"\n \n", "empty"),
    "html": (b"<!DOCTYPE html>\n<html><body>sign in</body></html>", "html"),
    "pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "pointer"),
    "merge-conflict": (CONFLICT.encode(), "merge-conflict"),
    "truncated": (GOOD[: len(GOOD) // 2].encode(), "truncated"),
    "truncated-at-the-end": (GOOD.rstrip()[:-1].encode(), "truncated"),
    "comma-lost": (GOOD.replace(",", "", 1).encode(), "not-json"),
    "python": (b"import torch\n", "not-json"),
    "not-text": (b"PK\x03\x04\xff\xff\x80zip", "not-text"),
    "list": (b"[1, 2]", "not-notebook"),
    "other-json": (b'{"a": 1}', "not-notebook"),
    "cells-no-list": (b'{"cells": {}, "nbformat": 4}', "not-notebook"),
    "version": (b'{"cells": [], "nbformat": 7}', "version"),
    "version-1": (b'{"cells": [], "nbformat": 1}', "version"),
    "version-odd": (b'{"cells": [], "nbformat": "four"}', "version"),
    "old-and-broken": (b'{"worksheets": 5, "nbformat": 3}', "version"),
    "deep": (b"[" * 200_000, "not-json"),
    "long-number": (b'{"cells": [' + b"9" * 10_000 + b"]}", "not-json"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_the_reason_is_named(name):
    data, kind = UNREADABLE[name]
    with pytest.raises(UnreadableNotebook) as error:
        parse(data, "mine.ipynb")
    assert error.value.kind == kind, error.value.message
    assert error.value.message.startswith("mine.ipynb")


def test_a_syntax_error_gives_line_and_column():
    broken = '{\n "cells": [],\n "metadata" {}\n}'
    with pytest.raises(UnreadableNotebook, match="line 3, column 13"):
        parse(broken.encode(), "mine.ipynb")


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(UnreadableNotebook, match="no file"):
        read(tmp_path / "none.ipynb")
    with pytest.raises(UnreadableNotebook, match="folder"):
        read(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read_and_reported(encoding):
    nb = parse(GOOD.encode(encoding), "mine.ipynb")
    problems = diagnose(nb, released_notebook())
    assert [p.kind for p in problems] == ["encoding"]
    assert encoding in problems[0].message


def test_cells_without_fields_are_completed_or_left_out():
    data = json.loads(GOOD)
    del data["cells"][2]["outputs"], data["cells"][2]["execution_count"]
    del data["cells"][1]["metadata"]
    data["cells"][0]["source"] = "# one string"
    data["cells"] += [None, {"cell_type": "code"}, {"source": "x", "cell_type": "odd"}]
    data["cells"][3]["metadata"]["nbgrader"]["grade_id"] = 5
    nb = parse(json.dumps(data).encode(), "mine.ipynb")
    mended, problems = repair(nb, released_notebook())
    assert {p.kind for p in problems} == {"lost-cells", "retyped"}
    assert "9, 10" in next(p for p in problems if p.kind == "lost-cells").message
    nbformat.validate(mended)


def test_odd_metadata_does_not_stop_the_diagnosis():
    data = json.loads(GOOD)
    data["metadata"] = {"llmlab": "text", "kernelspec": None}
    data["cells"][2]["metadata"]["nbgrader"] = "text"
    data["cells"][3]["metadata"]["tags"] = [["list"], 3]
    nb = parse(json.dumps(data).encode(), "mine.ipynb")
    assert [p.kind for p in diagnose(nb, released_notebook())] == ["retyped"]


def test_half_a_surrogate_pair_can_be_sent_to_a_kernel():
    data = json.loads(GOOD)
    data["cells"][1]["source"] = "x = '\ud83d'"
    nb = parse(json.dumps(data).encode(), "mine.ipynb")
    nb.cells[1].source.encode("utf-8")


def test_outputs_come_in_one_piece():
    data = json.loads(GOOD)
    data["cells"][2]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
    ]
    nb = parse(json.dumps(data).encode(), "mine.ipynb")
    assert nb.cells[2].outputs[0].text == "a\nb"
