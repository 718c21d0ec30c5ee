"""`llmlab progress` and `llmlab reset`."""

import json

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

from llmlab.cli import files

RELEASED = released_notebook()
ANSWER = "ex1_1_1_double"


def record(learner, *lines):
    target = learner.work / ".llmlab/results.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    target.write_text("\n".join(rows) + "\n", encoding="utf-8")


def row(exercise, passed, day):
    return {"exercise": exercise, "passed": passed, "time": f"2026-01-{day}T12:00:00"}


def test_nothing_done_yet(learner):
    assert learner.run("progress") == 0
    assert "0 / 2" in learner.text and "0 / 5" in learner.text
    assert "Next: 1.1.1 double in 1_1_doubling.ipynb" in learner.text


def test_the_latest_result_of_each_exercise_counts(learner):
    record(
        learner,
        row("1.1.1", True, 10),
        row("1.1.2", False, 11),
        row("1.1.2", True, 12),
        row("1.1.1", False, 13),
    )
    learner.run("progress")
    assert "1 / 2" in learner.text and "3 / 5" in learner.text
    assert "2026-01-13 12:00" in learner.text
    assert "█" * 10 + "░" * 10 in learner.text
    assert "Next: 1.1.1 double" in learner.text


def test_damaged_lines_are_left_out_and_counted(learner):
    odd = ["{", "[1]", '{"exercise": 5, "passed": true}', '{"exercise": "1.1.1"}']
    record(learner, row("1.1.2", True, 12), *odd, row("9.9.9", True, 12))
    assert learner.run("progress") == 0
    assert "1 / 2" in learner.text
    assert "4 damaged lines" in learner.text


def test_everything_done(learner):
    record(learner, row("1.1.1", True, 12), row("1.1.2", True, 12))
    learner.run("progress")
    assert "2 / 2" in learner.text and "Well done" in learner.text


def test_reset_keeps_the_learners_notebook(learner):
    learner.save(fill(RELEASED))
    mine = learner.file.read_bytes()
    assert learner.run("reset", "1.1", "--yes") == 0
    assert learner.file.read_bytes() == (learner.root / "notebooks" / NAME).read_bytes()
    (kept,) = (learner.work / ".llmlab/backup").iterdir()
    assert kept.name.startswith(SLUG + "-") and kept.read_bytes() == mine
    assert f"backup/{kept.name}" in learner.text


def test_two_resets_in_one_second_keep_two_backups(learner):
    for answer in ("a = 1", "b = 1"):
        learner.save(fill(RELEASED, **{ANSWER: answer}))
        assert learner.run("reset", "1.1", "--yes") == 0
    assert len(list((learner.work / ".llmlab/backup").iterdir())) == 2


def test_reset_asks_first(learner, monkeypatch):
    learner.save(fill(RELEASED))
    mine = learner.file.read_bytes()
    monkeypatch.setattr("typer.confirm", refuse)
    assert learner.run("reset", "1.1") == 1
    assert learner.file.read_bytes() == mine
    assert not (learner.work / ".llmlab/backup").exists()


def refuse(question, abort):
    import typer

    assert NAME in question and abort
    raise typer.Abort


def test_one_exercise_becomes_blank_and_the_rest_stays(learner):
    nb = fill(RELEASED)
    copied = nb.cells[2].copy() | {"id": "pasted"}
    nb.cells.insert(
        3, nbformat.from_dict(copied)
    )  # a pasted copy would come back to life
    nb.cells[0].source = "my notes"
    learner.save(nb)
    assert learner.run("reset", "1.1", "--exercise", "1.1.1", "-y") == 0
    now = nbformat.read(learner.file, 4)
    assert named(now, ANSWER).source == named(RELEASED, ANSWER).source
    assert named(now, "ex1_1_2_half").source == GOOD["ex1_1_2_half"]
    assert now.cells[0].source == "my notes"
    assert [cell.id for cell in now.cells] == [cell.id for cell in RELEASED.cells]


def test_a_lost_exercise_comes_back_above_its_check(learner):
    nb = fill(RELEASED)
    nb.cells.remove(named(nb, ANSWER))
    learner.save(nb)
    assert learner.run("reset", "1.1", "--exercise", "1.1.1", "-y") == 0
    now = nbformat.read(learner.file, 4)
    assert [cell.id for cell in now.cells] == [cell.id for cell in RELEASED.cells]


def test_reset_mends_a_notebook_that_cannot_be_read(learner):
    learner.save(RELEASED)
    learner.file.write_text("{", encoding="utf-8")
    assert learner.run("reset", "1.1", "--exercise", "1.1.1", "-y") == 2
    assert "llmlab reset" in learner.text
    assert learner.run("reset", "1.1", "-y") == 0
    assert nbformat.read(learner.file, 4).cells


def test_reset_on_a_full_disk_changes_nothing(learner, monkeypatch):
    learner.save(fill(RELEASED))
    mine = learner.file.read_bytes()

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    assert learner.run("reset", "1.1", "-y") == 1
    assert "no space left" in learner.text
    assert learner.file.read_bytes() == mine


@pytest.mark.parametrize(
    "words, answer",
    [
        (["reset", "9.9", "-y"], "There are: 1.1"),
        (["reset", "1.1", "--exercise", "1.2.1", "-y"], "There are: 1.1.1, 1.1.2"),
    ],
)
def test_reset_of_a_wrong_name(learner, words, answer):
    learner.save(RELEASED)
    assert learner.run(*words) == 2
    assert answer in learner.text
