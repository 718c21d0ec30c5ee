"""The played class: what is handed in, what is expected, and all of `make demo`."""

import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
import toy_course as toy

from autograde.classroom import report, results
from autograde.demo import expect, submissions


def _entry(exercise, name, source):
    return SimpleNamespace(exercise=exercise, name=name, source=source, dtypes=())


@pytest.fixture
def material():
    """The toy course's notebook, answers and a bank of two mistakes."""
    solution = toy.solution_notebook()
    blank = toy.answered(solution, add="raise NotImplementedError", double="")
    toy.cell(blank, "ex1_1_2_double").source = "def double(x):\n    raise ValueError"
    bank = SimpleNamespace(
        wrong=[
            _entry("add", "add.half", "def add(a, b): return a + b + 0.5"),
            _entry("double", "double.not", "def double(x): return x"),
        ],
        right=[_entry("add", "sum", "def add(a, b): return sum((a, b))")],
    )
    answers = submissions.answers_in(solution)
    return submissions.Material(blank, blank, answers, bank)


def test_the_authors_answers_are_used_without_markers(material):
    assert material.answers["add"] == "def add(a, b):\n    return a + b"
    assert material.points == {"add": 2, "double": 3}


def test_the_class_holds_every_kind(material):
    made = {row.student: row for row in submissions.made_class(material)}
    assert {"perfect", "blank", "half", "chinese", "windows", "pasted"} <= made.keys()
    assert made["perfect"].points == {"add": 2, "double": 3}
    assert made["blank"].points == {"add": 0, "double": 0}
    assert made["half"].points == {"add": 2, "double": 0}
    assert made["wrong1"].mistake == ("add", "add.half")
    # an exercise that may build on the wrong one is left open
    assert made["wrong1"].points == {"add": 0}
    assert made["wrong2"].points == {"add": 2, "double": 0}
    assert b"\r\n" in made["windows"].content
    with pytest.raises(ValueError):
        nbformat.reads(made["nojson"].content.decode(), as_version=4)
    ways = nbformat.reads(made["otherways"].content.decode(), as_version=4)
    assert "sum((a, b))" in toy.cell(ways, "ex1_1_1_add").source
    pasted = nbformat.reads(made["pasted"].content.decode(), as_version=4)
    ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in pasted.cells]
    assert ids.count("test1_1_1_add") == 2


def _outcome(add, double, state=results.GRADED):
    exercises = (
        results.Exercise(toy.NAME, "test1_1_1_add", 2),
        results.Exercise(toy.NAME, "test1_1_2_double", 3),
    )
    points = {"test1_1_1_add": add, "test1_1_2_double": double}
    row = results.Row("wrong1", state, "", points=points)
    return results.Results(toy.CHAPTER, exercises, (row,))


def _problems(monkeypatch, outcome, named="add.half"):
    monkeypatch.setattr(report, "named_mistakes", lambda *_: {"1.1.1": named})
    made = submissions.Made("wrong1", "", b"", {"add": 0}, ("add", "add.half"))
    return expect.points(None, toy.CHAPTER, outcome, [made])


def test_what_comes_out_as_expected_is_no_problem(monkeypatch):
    assert _problems(monkeypatch, _outcome(0, 3)) == []
    assert _problems(monkeypatch, _outcome(0, 0)) == []


def test_wrong_points_states_and_names_are_problems(monkeypatch):
    [points] = _problems(monkeypatch, _outcome(2, 3))
    assert "1.1.1 add has 2 points instead of 0" in points
    [state] = _problems(monkeypatch, _outcome(0, 3, results.FAILED))
    assert "failed" in state
    [name] = _problems(monkeypatch, _outcome(0, 3), named="add.other")
    assert "add.other instead of add.half" in name


def test_a_page_with_a_hidden_test_is_a_problem(tmp_path):
    solution = tmp_path / "solution.ipynb"
    nbformat.write(toy.solution_notebook(), solution)
    page = tmp_path / "page.html"
    page.write_text("<p>assert <b>add(1, 2)</b> == 3</p>")
    assert expect.feedback(solution, [page], 1) == []
    [missing] = expect.feedback(solution, [page], 2)
    assert "1 feedback pages instead of 2" in missing
    page.write_text(f"<pre>{toy.SECRET_LINE.replace('add', '<b>add</b>')}</pre>")
    [shown] = expect.feedback(solution, [page], 1)
    assert toy.SECRET_LINE in shown


@pytest.mark.slow
def test_the_whole_demonstration(tmp_path):
    command = [sys.executable, "-m", "autograde.demo", "--keep", str(tmp_path / "play")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All points are as expected." in done.stdout
    assert (tmp_path / "play" / "grades.csv").is_file()
