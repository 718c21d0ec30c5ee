"""`llmlab check` runs a mended copy and prints what the checks say."""

import json
import os
import subprocess
import sys
import time

import nbformat
import pytest
from learner_course import (  # noqa: F401
    GOOD,
    NAME,
    SLUG,
    a_learner,
    fill,
    named,
    released_notebook,
)
from nbformat.v4 import new_code_cell

RELEASED = released_notebook()
ANSWER = "ex1_1_1_double"


def results(learner):
    lines = (learner.work / ".llmlab/results.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_all_right_is_exit_code_0_and_is_recorded(learner):
    learner.save(fill(RELEASED))
    before = learner.file.read_bytes()
    assert learner.run("check", "1.1") == 0, learner.text
    assert "✓ 1.1.1 double" in learner.text and "✓ 1.1.2 half" in learner.text
    assert "5 of 5 points, 2 of 2 exercises." in learner.text
    assert [row["exercise"] for row in results(learner)] == ["1.1.1", "1.1.2"]
    assert learner.file.read_bytes() == before


def test_a_failure_shows_the_whole_message_and_the_rest_unwritten(learner):
    nb = fill(RELEASED, **{ANSWER: "def double(x):\n    return x"})
    nb.cells.append(new_code_cell("raise OSError('gpu')", metadata={"tags": ["gpu"]}))
    learner.save(nb)
    assert learner.run("check", NAME) == 1
    assert "experiment" not in learner.text and "gpu" not in learner.text
    # brackets are no markup here
    message = "✗ 1.1.1 double  0 of 2 points\n  → twice, [not] that"
    assert message in learner.text
    assert "· 1.1.2 half  not written yet" in learner.text
    assert "0 of 5 points, 0 of 2 exercises." in learner.text
    assert "change it" in learner.text.splitlines()[-1]


def test_the_blank_notebook_is_not_written_yet(learner):
    learner.save(RELEASED)
    assert learner.run("check") == 1
    assert learner.text.count("not written yet") == 2
    assert "Next: write 1.1.1 double." in learner.text
    assert "✗" not in learner.text


def test_the_notebook_saved_last_is_checked_without_a_name(learner):
    learner.save(RELEASED)
    learner.save(fill(released_notebook(language="zh")), f"zh/{NAME}")
    old = time.time() - 100
    os.utime(learner.file, (old, old))
    assert learner.run("check") == 0
    assert f"work/zh/{NAME}" in learner.text


def test_one_exercise_runs_without_the_other_checks(learner):
    nb = fill(RELEASED)
    nb.cells.insert(5, new_code_cell("raise SystemError('below the check')"))
    learner.save(nb)
    assert learner.run("check", "--exercise", "1.1.1") == 0
    assert "2 of 2 points, 1 of 1 exercises." in learner.text
    assert [row["exercise"] for row in results(learner)] == ["1.1.1"]
    assert learner.run("check", "--exercise", "1.1.2") == 0
    assert [row["exercise"] for row in results(learner)] == ["1.1.1", "1.1.2"]


def test_a_cell_that_stopped_is_named_as_the_possible_cause(learner):
    nb = fill(RELEASED)
    nb.cells.insert(2, new_code_cell("del CheckFailed, verdict\nmissing + 1"))
    learner.save(nb)
    assert learner.run("check") == 1
    assert "The cell “del CheckFailed, verdict” stopped with NameError" in learner.text
    assert "NameError: name 'verdict' is not defined" in learner.text


@pytest.mark.parametrize(
    "code, words, points",
    [
        # interrupted: the rest of the notebook still counts
        ("def double(x):\n    return 2 * x\nwhile True: pass", "stopped after 2 s", 5),
        ("def double(x):\n    while True: pass", "stopped after 2 s", 3),
        ("import os\nos._exit(1)", "Python itself ended there", 0),
    ],
)
def test_endless_and_deadly_cells_end(learner, code, words, points):
    answers = GOOD | {ANSWER: code}
    learner.save(fill(RELEASED, **answers))
    assert learner.run("check", "--timeout", "2") == (0 if points == 5 else 1)
    assert f"{points} of 5 points" in learner.text
    if points < 5:
        assert words in learner.text


def test_damage_is_told_and_the_mended_copy_is_run(learner):
    nb = fill(RELEASED)
    named(nb, "test1_1_1_double").source = "print('✓')"
    nb.cells.remove(named(nb, "test1_1_2_half"))
    learner.save(nb)
    before = learner.file.read_bytes()
    assert learner.run("check") == 0
    assert "! The check of 1.1.1 double in cell 4" in learner.text
    assert "! The check of 1.1.2 half is missing" in learner.text
    assert learner.file.read_bytes() == before


def test_a_renamed_notebook_is_found_by_its_section(learner):
    learner.save(fill(RELEASED), "ch1_numbers/homework.ipynb")
    assert learner.run("check", "1.1") == 0
    assert "homework.ipynb is the notebook" in learner.text


def test_an_unreadable_notebook_is_exit_code_2_with_a_way_back(learner):
    learner.save(fill(RELEASED))
    good = learner.file.read_bytes()
    learner.file.write_bytes(good[:300])
    assert learner.run("check", "1.1") == 2
    assert "cut short" in learner.text and "llmlab reset" in learner.text
    assert "older copy" not in learner.text
    checkpoint = learner.file.parent / f".ipynb_checkpoints/{SLUG}-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_bytes(good)
    assert learner.run("check", str(learner.file)) == 2
    assert f"{SLUG}-checkpoint.ipynb" in learner.text
    assert learner.file.read_bytes() == good[:300]


@pytest.mark.parametrize(
    "words, answer",
    [
        (["check", "9.9"], "There are: 1.1"),
        (["check", "1.2"], "planned"),
        (["check", "1.1"], "llmlab lab"),
        (["check"], "llmlab lab"),
        (["check", "none.ipynb"], "There is no section none.ipynb"),
        (["check", "--exercise", "1.1.9"], "There are: 1.1.1, 1.1.2"),
    ],
)
def test_wrong_names_are_answered_with_the_right_ones(learner, words, answer):
    assert learner.run(*words) == 2
    assert answer in learner.text


def test_a_notebook_of_another_course_is_refused(learner):
    learner.save(nbformat.v4.new_notebook(cells=[new_code_cell("1")]), "mine.ipynb")
    assert learner.run("check", "mine.ipynb") == 2
    assert "not a notebook of this course" in learner.text


def test_a_read_only_work_folder_can_still_be_checked(learner, monkeypatch):
    learner.save(fill(RELEASED))
    (learner.work / ".llmlab").write_text("a file where a folder should be")
    assert learner.run("check") == 0, learner.text


def test_messages_come_without_colours_in_a_pipe(learner):
    learner.save(fill(RELEASED, **{ANSWER: "def double(x):\n    return x"}))
    learner.run("check")
    assert "\33" not in learner.text


def test_python_m_llmlab_lists_the_commands():
    words = [sys.executable, "-m", "llmlab", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    for name in ("lab", "check", "progress", "reset", "doctor"):
        assert f" {name} " in done.stdout
