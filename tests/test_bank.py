"""The mistake bank: every wrong answer is rejected by name, every right one passes."""

import re

import pytest
import torch

from autograde.bank import stage
from autograde.mistakes import BankError, load
from llmlab import course
from llmlab.check import message

SEEDS = (0, 1)
NUMBERS = [
    exercise.number
    for section in course.load().sections
    if section.built
    for exercise in section.exercises
]
INSIDE = re.compile(r"Traceback|File \"|lib/llmlab|site-packages|<cell|/home|/tmp")


@pytest.fixture(autouse=True)
def unrecorded(monkeypatch):
    monkeypatch.setenv("LLMLAB_RESULTS", "0")


def section(number: str) -> course.Section:
    return course.section(course.exercise(number).section)


def bank(number: str):
    return load(section(number).slug).of(number)


def run(number: str, answer=None, **options):
    return stage(section(number).number).run(number, answer, **options)


def misjudged(number: str, *, hidden: bool) -> list[str]:
    """Wrong answers that are not named as the bank says, over some seeds."""
    found = []
    for entry in bank(number).wrong:
        if entry.hidden and not hidden:
            continue
        for seed in SEEDS:
            verdict = run(number, entry.source, seed=seed, hidden=hidden)
            words = " ".join(verdict.message.split())
            if verdict.mistake != entry.name or entry.says not in words:
                found.append(f"{entry.label}, seed {seed}: {verdict.message}")
    return found


@pytest.mark.parametrize("number", NUMBERS)
def test_each_wrong_answer_is_named(number):
    assert misjudged(number, hidden=True) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_each_wrong_answer_is_named_by_what_a_learner_sees(number):
    assert misjudged(number, hidden=False) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_each_right_answer_passes(number):
    found = []
    for answer in (None, *(entry.source for entry in bank(number).right)):
        for seed in (*SEEDS, 10, 78):
            verdict = run(number, answer, seed=seed)
            if not verdict.passed:
                found.append(f"seed {seed}: {verdict.message}\n{answer}")
    assert found == []


@pytest.mark.parametrize("number", NUMBERS)
def test_a_blank_cell_is_not_written(number):
    part = stage(section(number).number).parts[number]
    assert "### " not in part.blank
    for hidden in (True, False):
        verdict = run(number, part.blank, hidden=hidden)
        assert verdict.mistake == "not-written"
        assert "Not written yet" in verdict.message


@pytest.mark.parametrize("number", NUMBERS)
def test_every_known_mistake_is_in_the_bank(number):
    run(number)
    known = {
        mistake.id for mistake in stage(section(number).number).last["test"].mistakes
    }
    assert known and known <= {entry.name for entry in bank(number).wrong}


@pytest.mark.parametrize("number", NUMBERS)
def test_the_bank_is_wide_enough(number):
    answers = bank(number)
    assert len(answers.wrong) >= 8
    assert len(answers.right) >= 4
    assert sum(entry.hidden for entry in answers.wrong) <= 2


@pytest.mark.parametrize("number", NUMBERS)
def test_messages_are_short_and_give_nothing_away(number):
    part = stage(section(number).number).parts[number]
    answer = part.answer.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
    lines = [line.split("  #")[0].strip() for line in answer.splitlines()]
    secret = [line for line in lines if line.startswith("return ") or " = " in line]
    for entry in bank(number).wrong:
        text = run(number, entry.source).message
        lines = text.splitlines()
        assert len(lines) <= 12, text
        assert all(message.columns(line) <= 100 for line in lines), text
        assert not INSIDE.search(text), text
        # a line of the learner's own is shown
        assert not [s for s in secret if s in text and s not in entry.source], text


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_dtypes_are_judged_alike(dtype):
    name = str(dtype).removeprefix("torch.")
    found = []
    for entry in bank("24.2.2").wrong:
        if entry.counts(name):
            verdict = run("24.2.2", entry.source, dtype=dtype)
            if verdict.mistake != entry.name:
                found.append(f"{entry.label}: {verdict.message}")
    assert found == []


def test_an_entry_stands_alone():
    entry = next(e for e in load("24_2_self_attention").right if "np." in e.source)
    assert entry.source.startswith("import numpy as np\n")
    assert "@right" not in entry.source


def test_a_section_without_a_bank_is_said():
    with pytest.raises(BankError, match="25_1_1_tokenization has no bank"):
        load("25_1_1_tokenization")


@pytest.mark.parametrize(
    "text, said",
    [
        ("def softmax(s):\n    return s\n", "mark softmax with one"),
        ("@other\ndef softmax(s):\n    return s\n", "neither @wrong nor @right"),
        ('@right("24.2.99", how="x")\ndef f():\n    pass\n', "no exercise 24.2.99"),
        ('@right("24.2.1", how="x")\ndef f():\n    pass\n', "asks for softmax, not f"),
    ],
)
def test_a_bank_that_is_not_understood_says_where(tmp_path, monkeypatch, text, said):
    monkeypatch.setattr("autograde.mistakes.FOLDER", tmp_path)
    (tmp_path / "some.py").write_text(text, encoding="utf-8")
    with pytest.raises(BankError, match=said):
        load("some")


def test_the_bench_counts_what_it_runs():
    from autograde.bench.checks import measure

    wrong = bank("24.2.3").wrong[0]
    score = measure("24.2", wrong, True, 2)
    # masks have no floating-point inputs: one dtype says it all
    assert (score.wrong, score.caught, score.named) == (2, 2, 2)
    right = measure("24.2", bank("24.2.1").right[0], False, 1)
    assert (right.right, right.rejected) == (3, 0)
    assert right.perfect
    # a wrong answer that is taken for a right one has to show
    missed = measure("24.2", wrong, False, 1)
    assert missed.rejected == 1 and not missed.perfect and missed.misses
