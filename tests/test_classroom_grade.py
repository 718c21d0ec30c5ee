"""Grading a class of odd submissions: each gets points or a reason, nobody stops."""

import copy
import json
import shutil

import nbformat
import pytest
import toy_course as toy
from nbformat.v4 import new_code_cell, new_output

from autograde.classroom import grade, kept, notes, release, results
from autograde.classroom.room import ClassroomError, open_room


def _with(nb, change):
    nb = copy.deepcopy(nb)
    change(nb)
    return nb


def _pasted(nb):
    test = copy.deepcopy(toy.cell(nb, "test1_1_1_add"))
    test["id"] = "pasted"
    nb.cells.append(test)


def _deleted(*names):
    def change(nb):
        nb.cells = [
            c
            for c in nb.cells
            if c.metadata.get("nbgrader", {}).get("grade_id") not in names
        ]

    return change


def _tagged(*tags):
    def change(nb):
        for cell in nb.cells[:-1]:
            cell.metadata["tags"] = list(tags)

    return change


def _flagged(nb):
    for cell in nb.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"].update(solution=True, points=100, locked=False)


def _weakened(nb):
    toy.cell(nb, "test1_1_2_double").source = "pass"


def _retyped(name):
    def change(nb):
        cell = toy.cell(nb, name)
        cell.cell_type = "markdown"
        for key in ("outputs", "execution_count"):
            cell.pop(key)

    return change


def _foreign(nb):
    meta = {"grade": True, "grade_id": "test9_9_x", "locked": True, "solution": False}
    meta.update(points=50, schema_version=3, task=False)
    nb.cells.append(new_code_cell("pass", metadata={"nbgrader": meta}))


def _nonsense(nb):
    nb.cells[1].metadata["nbgrader"] = {"grade": True}
    nb.cells[2].metadata["nbgrader"]["schema_version"] = 0
    nb.metadata["llmlab"] = "no dictionary"


def _liar(nb):
    nb.metadata[notes.KEY] = {"unreadable": "", "exercises": {"1.1.1": 5}}
    for cell in nb.cells:
        if cell.cell_type == "code":
            text = {"text/plain": "✓ 2 of 2 points"}
            cell.outputs = [new_output("display_data", data=text)]
            cell.execution_count = 1


def submissions(blank) -> dict:
    """Name -> (content, points of add, points of double)."""
    good = toy.answered(blank)
    text = nbformat.writes(good)
    old = nbformat.convert(copy.deepcopy(good), 3)
    noisy = "import sys, warnings; warnings.warn('w'); print('e', file=sys.stderr)"
    return {
        "perfect": (good, 2, 3),
        "blank": (blank, 0, 0),
        "half": (toy.answered(blank, "return a + b + 0.5"), 0, 3),
        "fails-hidden": (toy.answered(blank, "return abs(a + b)"), 0, 3),
        "noisy": (toy.answered(blank, f"{noisy}; print('x'); return a + b"), 2, 3),
        "pasted-test": (_with(good, _pasted), 2, 3),
        "no-test": (_with(good, _deleted("test1_1_1_add")), 2, 3),
        "no-test-blank": (_with(blank, _deleted("test1_1_1_add")), 0, 0),
        "no-pair": (_with(good, _deleted("test1_1_2_double", "ex1_1_2_double")), 2, 0),
        "skip-tags": (_with(blank, _tagged("skip-execution", "experiment")), 0, 0),
        "tagged": (_with(good, _tagged("experiment", "raises-exception")), 2, 3),
        "flagged": (_with(good, _flagged), 2, 3),
        "flagged-blank": (_with(blank, _flagged), 0, 0),
        "weakened": (_with(blank, _weakened), 0, 0),
        "retyped-test": (_with(good, _retyped("test1_1_2_double")), 2, 3),
        "retyped-blank": (_with(blank, _retyped("test1_1_2_double")), 0, 0),
        "retyped-answer": (_with(good, _retyped("ex1_1_1_add")), 2, 3),
        "foreign": (_with(good, _foreign), 2, 3),
        "nonsense": (_with(good, _nonsense), 2, 3),
        "liar": (_with(blank, _liar), 0, 0),
        "old-format": (nbformat.writes(old, version=3).encode(), 2, 3),
        "windows": (text.replace("\n", "\r\n").encode("utf-8-sig"), 2, 3),
        "not-json": (b"<html>Sign in to download</html>", 0, 0),
        "empty": (b"", 0, 0),
        "dies": (toy.answered(blank, double="import os; os._exit(1)"), 2, 0),
        "endless": (toy.answered(blank, "while True: pass"), 0, 3),
    }


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A toy class, graded once: the room, what was submitted, what came out."""
    root = toy.make_course(tmp_path_factory.mktemp("class") / "a course")
    with (root / "course.toml").open("a") as file:
        file.write(toy.LIMITS)
    room = open_room(root)
    release.release(room, toy.CHAPTER)
    blank = nbformat.read(root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb", 4)
    submitted = submissions(blank)
    files = {name: toy.submit(root, name, row[0]) for name, row in submitted.items()}
    before = {name: file.read_bytes() for name, file in files.items()}
    students = grade.to_grade(room, toy.CHAPTER)
    graded = grade.grade_all(room, toy.CHAPTER, students, jobs=2)
    outcomes = {outcome.student: outcome for outcome in graded}
    after = {name: file.read_bytes() for name, file in files.items()}
    return {
        "room": room,
        "blank": blank,
        "submitted": submitted,
        "outcomes": outcomes,
        "results": results.load(room, toy.CHAPTER),
        "untouched": before == after,
    }


NAMES = list(submissions(toy.answered(toy.solution_notebook(), "", "")))


@pytest.mark.parametrize("name", NAMES)
def test_points(classroom, name):
    row = classroom["results"].row(name)
    expected = classroom["submitted"][name][1:]
    found = row.points["test1_1_1_add"], row.points["test1_1_2_double"]
    assert found == expected, (found, row.reason)


def test_every_submission_is_untouched(classroom):
    assert classroom["untouched"]


def test_unreadable_files_have_a_reason(classroom):
    for name in ("not-json", "empty"):
        row = classroom["results"].row(name)
        assert row.state == results.UNREADABLE
        assert len(row.reason) > 20
    states = {row.state for row in classroom["results"].rows}
    assert states == {results.GRADED, results.UNREADABLE}


def test_experiments_are_not_run(classroom):
    # the toy's experiment sleeps for a quarter of an hour
    assert classroom["outcomes"]["perfect"].seconds < 60


def test_a_dead_kernel_is_explained(classroom):
    said = results.messages(classroom["room"], toy.CHAPTER, "dies")
    assert "Python stopped" in said["test1_1_2_double"]
    assert "✓ 1.1.1" in said["test1_1_1_add"]


def test_mending_is_noted(classroom):
    damaged = ("pasted-test", "no-test", "retyped-answer", "old-format", "weakened")
    for name in damaged:
        [path] = results.graded_notebooks(classroom["room"], toy.CHAPTER, name)
        assert notes.notes(results.read_graded(path)), name
    [path] = results.graded_notebooks(classroom["room"], toy.CHAPTER, "perfect")
    assert notes.notes(results.read_graded(path)) == []


def test_only_new_submissions_are_graded_again(classroom):
    room = classroom["room"]
    assert grade.to_grade(room, toy.CHAPTER) == []
    assert grade.to_grade(room, toy.CHAPTER, "half", force=True) == ["half"]
    folder = room.folder("submitted", "half", toy.CHAPTER)
    (folder / "timestamp.txt").write_text("2026-02-01 12:00:00.000000 UTC")
    assert grade.to_grade(room, toy.CHAPTER) == ["half"]
    assert results.load(room, toy.CHAPTER).row("half").state == results.WAITING


def test_a_stopped_run_goes_on_where_it_was(classroom):
    room = classroom["room"]
    before = kept.read_result(room, toy.CHAPTER, "perfect")
    # stopped after the results were written, before they were in the gradebook
    log = room.gradebook_folder / "results" / toy.CHAPTER / ".stored"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(x for x in lines if not x.startswith("perfect\t")))
    assert "perfect" in grade.to_grade(room, toy.CHAPTER)
    assert grade.grade_one(room, toy.CHAPTER, "perfect")[0] == results.GRADED
    assert kept.read_result(room, toy.CHAPTER, "perfect") == before
    assert "perfect" not in grade.to_grade(room, toy.CHAPTER)
    # stopped before: there are no results, and the old graded folder is gone
    kept.result_file(room, toy.CHAPTER, "perfect").unlink()
    assert "perfect" in grade.to_grade(room, toy.CHAPTER)
    grade.grade_one(room, toy.CHAPTER, "perfect")
    assert kept.read_result(room, toy.CHAPTER, "perfect")["id"] != before["id"]


def test_two_runs_at_a_time_are_refused(classroom):
    room = classroom["room"]
    with grade.alone(room), pytest.raises(ClassroomError, match="at work"):
        grade.grade_one(room, toy.CHAPTER, "perfect")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A released toy course, to be copied: making one takes seconds."""
    root = toy.make_course(tmp_path_factory.mktemp("released") / "course")
    release.release(open_room(root), toy.CHAPTER)
    return root


@pytest.fixture
def course(released, tmp_path):
    """A fresh, released toy course and its blank notebook."""
    shutil.copytree(released, tmp_path / "course")
    room = open_room(tmp_path / "course")
    file = room.root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    return room, nbformat.read(file, 4)


def _grade(room, student):
    grade.grade_one(room, toy.CHAPTER, student)
    return results.load(room, toy.CHAPTER).row(student)


@pytest.mark.parametrize("name", [f"{toy.NAME} (1).ipynb", f"zh/{toy.NAME}.ipynb"])
def test_a_renamed_notebook_is_found(course, name):
    room, blank = course
    toy.submit(room.root, "s01", toy.answered(blank), name=name)
    toy.submit(room.root, "s01", b"", name="timestamp.txt")
    assert _grade(room, "s01").total == 5


def test_a_blank_notebook_beside_the_written_one_is_kept(course):
    room, blank = course
    kept = toy.submit(room.root, "s01", blank)
    toy.submit(room.root, "s01", toy.answered(blank), name="sums-Copy1.ipynb")
    content = kept.read_bytes()
    assert _grade(room, "s01").total == 5
    assert kept.with_name(f"{toy.NAME}-as-submitted.ipynb").read_bytes() == content


def test_a_written_notebook_is_never_replaced(course):
    room, blank = course
    toy.submit(room.root, "s01", toy.answered(blank, double=""))
    toy.submit(room.root, "s01", toy.answered(blank), name="better.ipynb")
    assert _grade(room, "s01").total == 2


def test_a_submission_without_a_notebook_has_a_reason(course):
    room, _blank = course
    toy.submit(room.root, "s01", b"my work", name="essay.docx")
    row = _grade(room, "s01")
    assert (row.state, row.total) == (results.FAILED, None)
    assert "no notebook" in row.reason
    saved = results.failure_file(room, toy.CHAPTER, "s01").read_text()
    assert json.loads(saved)["reason"] == row.reason


def test_an_unreadable_time_stops_nobody(course):
    room, blank = course
    file = toy.submit(room.root, "s01", toy.answered(blank))
    (file.parent / "timestamp.txt").write_text("yesterday evening")
    assert grade.to_grade(room, toy.CHAPTER) == ["s01"]
    assert _grade(room, "s01").total == 5
    kept = file.parent / "timestamp-as-submitted.txt"
    assert kept.read_text() == "yesterday evening"


def test_checks_speak_the_notebooks_language(course):
    room, blank = course
    answer = "import os; raise ValueError(os.environ['LLMLAB_LANG'])"
    chinese = toy.answered(blank, answer)
    chinese.metadata["llmlab"]["language"] = "zh"
    toy.submit(room.root, "s01", chinese)
    _grade(room, "s01")
    said = results.messages(room, toy.CHAPTER, "s01")
    assert "你的代码中断了，ValueError: zh" in said["test1_1_1_add"]


def test_what_the_checks_record_is_stored(course):
    room, blank = course
    toy.submit(room.root, "s01", toy.answered(blank, "return a + b + 0.5"))
    _grade(room, "s01")
    [path] = results.graded_notebooks(room, toy.CHAPTER, "s01")
    stored = notes.checks(results.read_graded(path))
    assert stored["1.1.1"]["mistake"] == "add.half"
    assert stored["1.1.2"]["passed"]


def test_time_for_a_whole_submission_is_limited(course):
    room, blank = course
    with (room.root / "course.toml").open("a") as file:
        file.write("\n[grading]\nsubmission_seconds = 1\n")
    slow = toy.answered(blank, "import time; time.sleep(1.5); return a + b")
    toy.submit(room.root, "s01", slow)
    row = _grade(room, "s01")
    assert row.points["test1_1_2_double"] == 0
    said = results.messages(room, toy.CHAPTER, "s01")
    assert "Time was up" in said["test1_1_2_double"]


def test_nobody_submitted(course):
    room, _blank = course
    assert grade.to_grade(room, toy.CHAPTER) == []
    with pytest.raises(ClassroomError, match="s99 has no submission"):
        grade.to_grade(room, toy.CHAPTER, "s99")
    with pytest.raises(ClassroomError, match="autograde release"):
        grade.to_grade(room, "ch99_none")


def test_a_lost_tester_is_a_written_reason(course, monkeypatch):
    from autograde.grader.host import Grader, Lost

    room, blank = course
    toy.submit(room.root, "s01", toy.answered(blank))

    def lose(*_args):
        raise Lost("the tester ended")

    monkeypatch.setattr(Grader, "do", lose)
    row = _grade(room, "s01")
    assert (row.state, row.total) == (results.FAILED, None)
    assert "Grading stopped" in row.reason
    monkeypatch.undo()
    assert grade.to_grade(room, toy.CHAPTER) == ["s01"]
    assert _grade(room, "s01").total == 5
