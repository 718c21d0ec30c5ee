"""A course of one tiny notebook, for tests of the classroom."""

import copy
import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

REPOSITORY = Path(__file__).resolve().parents[1]
CHAPTER = "ch01_toy"
NAME = "1_1_sums"
SECRET_LINE = 'test.equals(sums, on=check.case(a=-70, b=3, note="negative"))'
LAST_LINE = 'test.equals(twice, on=check.case(x=-3, note="negative"))'

COURSE = """\
[course]
id = "toy"
title = "Toy"
version = "0.1.0"

[[chapter]]
id = "ch01_toy"
title = "Toy"

[[chapter.section]]
number = "1.1"
slug = "1_1_sums"
title = "Sums"
points = 5
"""
LIMITS = "\n[grading]\ncell_seconds = 2\nsubmission_seconds = 60\n"

ADD = """\
def add(a, b):
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION"""
DOUBLE = """\
def double(x):
    ### BEGIN SOLUTION
    return add(x, x)
    ### END SOLUTION"""
SETUP = "import math\nfrom llmlab import check"
TEST_ADD = f"""\
from llmlab.check.mistake import Mistake

@check.probe
def sums(student, a, b):
    return student.add(a, b)


HALF = Mistake("add.half", "You added a half.",
               variant=lambda oracle, a, b: oracle(a=a, b=b) + 0.5)
with check.exercise("1.1.1", oracle=lambda a, b: a + b, mistakes=[HALF]) as test:
    test.equals(sums, on=check.case(a=1, b=2))
    ### BEGIN HIDDEN TESTS
    {SECRET_LINE}
    ### END HIDDEN TESTS"""
TEST_DOUBLE = f"""\
@check.probe
def twice(student, x):
    return student.double(x)


with check.exercise("1.1.2", oracle=lambda x: 2 * x) as test:
    test.equals(twice, on=check.case(x=4))
    ### BEGIN HIDDEN TESTS
    {LAST_LINE}
    ### END HIDDEN TESTS"""


def solution_notebook(language: str = "en"):
    """The author's notebook, with answers and hidden tests."""
    title = {"en": "# Sums", "zh": "# 求和"}[language]
    cells = [
        new_markdown_cell(title, id="c0"),
        new_code_cell(SETUP, id="setup"),
        _answer("ex1_1_1_add", ADD),
        _test("test1_1_1_add", TEST_ADD, 2),
        _answer("ex1_1_2_double", DOUBLE),
        _test("test1_1_2_double", TEST_DOUBLE, 3),
        new_code_cell("import time\ntime.sleep(1000)", id="c6"),
    ]
    cells[-1].metadata["tags"] = ["experiment"]
    metadata = {
        "kernelspec": {"display_name": "P", "language": "python", "name": "python3"},
        "llmlab": {
            "section": "1.1",
            "version": "0.1.0",
            "hash": "0" * 12,
            "language": language,
        },
    }
    return new_notebook(cells=cells, metadata=metadata)


def _answer(name: str, source: str):
    nbgrader = _nbgrader(name, grade=False, locked=False, solution=True)
    return new_code_cell(source, id=name.replace("_", "-"), metadata=nbgrader)


def _test(name: str, source: str, points: float):
    nbgrader = _nbgrader(name, grade=True, locked=True, solution=False, points=points)
    return new_code_cell(source, id=name.replace("_", "-"), metadata=nbgrader)


def _nbgrader(name: str, **rest) -> dict:
    return {"nbgrader": {"grade_id": name, "schema_version": 3, "task": False, **rest}}


def make_course(root: Path) -> Path:
    """Write the toy course with nbgrader's real settings file; returns its root."""
    root.mkdir(parents=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    (root / "course.toml").write_text(COURSE, encoding="utf-8")
    source = root / "solutions" / CHAPTER / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(solution_notebook(), source)
    (source.with_suffix(".py")).write_text("# the source\n", encoding="utf-8")
    return root


def write_chinese(root: Path) -> Path:
    """Add the Chinese edition, made from the released English one."""
    english = root / "notebooks" / CHAPTER / f"{NAME}.ipynb"
    nb = nbformat.read(english, as_version=4)
    nb.cells[0].source = "# 求和"
    nb.metadata["llmlab"]["language"] = "zh"
    chinese = root / "notebooks" / "zh" / CHAPTER / f"{NAME}.ipynb"
    chinese.parent.mkdir(parents=True)
    nbformat.write(nb, chinese)
    return chinese


def answered(nb, add: str = "return a + b", double: str = "return 2 * x"):
    """A copy of a student notebook with these answers; an empty one stays a stub."""
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name == "ex1_1_1_add" and add:
            cell.source = f"def add(a, b):\n    {add}"
        if name == "ex1_1_2_double" and double:
            cell.source = f"def double(x):\n    {double}"
    return nb


def cell(nb, name: str):
    """The cell with this grade id."""
    return next(
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name
    )


def submit(root: Path, student: str, content, name: str = f"{NAME}.ipynb") -> Path:
    """Put a notebook, or bytes, where `collect` would put it."""
    file = root / "gradebook" / "submitted" / student / CHAPTER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        file.write_text(nbformat.writes(content), encoding="utf-8")
    (file.parent / "timestamp.txt").write_text("2026-01-31 12:00:00.000000 UTC")
    return file
