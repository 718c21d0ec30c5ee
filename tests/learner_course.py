"""A course of one small notebook, and a learner's folder, for the tests of `llmlab`."""

import copy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from llmlab import course
from llmlab.cli import main

CHAPTER, SLUG = "ch1_numbers", "1_1_doubling"
NAME = f"{CHAPTER}/{SLUG}.ipynb"

SETUP = """\
import json, os
from datetime import datetime

class CheckFailed(AssertionError):
    pass

def attempt(function, x):
    try:
        return function(x)
    except NotImplementedError:
        return None

def verdict(number, passed, text):
    row = {"time": datetime.now().isoformat(), "exercise": number, "points": 2,
           "max_points": 2, "passed": passed, "mistake": None, "message": text}
    if os.environ.get("LLMLAB_RESULTS", "0") != "0":
        with open(os.environ["LLMLAB_RESULTS"], "a") as file:
            file.write(json.dumps(row) + "\\n")
    if not passed:
        raise CheckFailed(text)
    print("✓", number)"""
DOUBLE = '''\
def double(x):
    """Twice x."""
    # YOUR CODE HERE
    raise NotImplementedError'''
HALF = '''\
def half(x):
    """Half of x."""
    # YOUR CODE HERE
    raise NotImplementedError'''
TEST_DOUBLE = """\
# double is right for a small number
text = "✗ 1.1.1 double  0 of 2 points\\n  → twice, [not] that"
verdict("1.1.1", attempt(double, 2) == 4, text)"""
TEST_HALF = """\
# half is right for a small number
text = "✗ 1.1.2 half  0 of 3 points\\n  → half of it"
verdict("1.1.2", attempt(half, 4) == 2, text)"""
GOOD = {
    "ex1_1_1_double": "def double(x):\n    return x + x",
    "ex1_1_2_half": "def half(x):\n    return x / 2",
}


def graded(name: str, source: str, points: int = 0):
    """A cell as nbgrader hands it out: an answer, or a locked test with points."""
    answer = points == 0
    nbgrader = {
        "schema_version": 3,
        "grade_id": name,
        "grade": not answer,
        "solution": answer,
        "locked": not answer,
        "task": False,
    }
    metadata = {"nbgrader": nbgrader if answer else nbgrader | {"points": points}}
    return new_code_cell(source, id=name.replace("_", "-"), metadata=metadata)


def released_notebook(version="0.1.0", content="aaaaaaaa", language="en"):
    """The notebook as it is handed out."""
    facts = {"section": "1.1", "version": version, "hash": content}
    cells = [
        new_markdown_cell("# 1.1 Doubling", id="c1"),
        new_code_cell(SETUP, id="c2"),
        graded("ex1_1_1_double", DOUBLE),
        graded("test1_1_1_double", TEST_DOUBLE, 2),
        new_code_cell("print(double(5))", id="c5"),
        graded("ex1_1_2_half", HALF),
        graded("test1_1_2_half", TEST_HALF, 3),
        new_code_cell(
            "raise ValueError('an experiment was run')",
            id="c8",
            metadata={"tags": ["experiment"]},
        ),
    ]
    nb = new_notebook(cells=cells)
    nb.metadata["llmlab"] = facts | {"language": language}
    return nb


def fill(nb, **answers):
    """A copy with answers written in; without any, both right ones."""
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (answers or GOOD).get(name, cell.source)
    return nb


def named(nb, name: str):
    """The only cell with a grade_id."""
    found = [
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name
    ]
    assert len(found) == 1, (name, len(found))
    return found[0]


def contents(content="aaaaaaaa", version="0.1.0"):
    """The table of contents that goes with it."""
    rows = [("1.1.1", "double", 2), ("1.1.2", "half", 3)]
    exercises = [
        {
            "number": number,
            "name": name,
            "points": points,
            "answer": f"ex{number.replace('.', '_')}_{name}",
            "test": f"test{number.replace('.', '_')}_{name}",
        }
        for number, name, points in rows
    ]
    first = {"number": "1.1", "slug": SLUG, "title": "Doubling", "points": 5}
    first |= {"built": True, "exercises": exercises, "hash": content}
    second = {"number": "1.2", "slug": "1_2_powers", "title": "Powers"}
    chapter = {"id": CHAPTER, "title": "Numbers", "sections": [first, second]}
    course_data = {"version": version, "id": "tiny", "title": "Tiny"}
    return course.parse(course_data | {"chapters": [chapter]})


class Learner:
    """A learner's terminal: runs commands and looks at files."""

    def __init__(self, root: Path, capsys):
        self.root = root
        self.work = root / "work"
        self.file = self.work / NAME
        self.capsys = capsys

    def release(self, nb, name: str = NAME) -> None:
        """Put a notebook into notebooks/."""
        target = self.root / "notebooks" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, target)

    def save(self, nb, name: str = NAME) -> None:
        """Save a notebook in work/."""
        target = self.work / name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, target)

    def run(self, *words: str) -> int:
        """Run `llmlab words`; the exit code. The output is in `self.text`."""
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([*words])
        captured = self.capsys.readouterr()
        self.text = captured.out + captured.err
        return end.value.code or 0


@pytest.fixture(name="learner")
def a_learner(tmp_path, monkeypatch, capsys) -> Learner:
    """A course with one released section, in two languages, and nobody's work yet."""
    monkeypatch.setenv("LLMLAB_ROOT", str(tmp_path))
    monkeypatch.setenv("LLMLAB_LANG", "en")
    monkeypatch.delenv("LLMLAB_WORK", raising=False)
    monkeypatch.setattr(course, "load", lambda: contents())
    monkeypatch.chdir(tmp_path)
    learner = Learner(tmp_path, capsys)
    learner.release(released_notebook())
    learner.release(released_notebook(language="zh"), f"zh/{NAME}")
    return learner
