"""In JupyterLab and in the grader a test cell gives the same points and words.

Every solution and every banked answer, right or wrong, is run both ways: with probe
and verdict in one process, and with the probe in the sandbox.
"""

import nbformat
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook

from autograde.bank import stage
from autograde.build.settings import SETUP
from autograde.grader.host import shared
from autograde.grader.limits import Limits
from autograde.mistakes import load
from llmlab import course

SEED = 3
EXERCISES = [
    (section, exercise)
    for section in course.load().sections
    if section.built
    for exercise in section.exercises
]


def in_the_grader(section, exercise, answers: list[str]) -> list[str]:
    """What the test cell says to each answer, when it is graded."""
    parts = stage(section.number).parts
    # the author's other cells stand around the answer, as in `bank`
    around = [
        *stage(section.number).given,
        *(p.answer for p in parts.values()),
    ]
    cells = [new_code_cell(SETUP.format(number=section.number))]
    cells += [new_code_cell(source) for source in around]
    grade = {"grade": True, "solution": False, "points": 1, "locked": True}
    for number, answer in enumerate(answers):
        # an answer may start with random weights of its own
        cells += [new_code_cell(answer), new_code_cell("torch.manual_seed(0)")]
        test = new_code_cell(parts[exercise.number].test)
        test.metadata["nbgrader"] = {"grade_id": f"test{number}", **grade}
        cells.append(test)
    job = {
        "do": "notebook",
        "nb": nbformat.writes(new_notebook(cells=cells)),
        "setup": SETUP.format(number=section.number),
        "limits": vars(Limits(submission_seconds=500)),
        "seed": SEED,
        "files": {},
        "language": "en",
    }
    nb = nbformat.reads(shared().do(job, 500)["nb"], as_version=4)
    return [said(cell) for cell in nb.cells if "nbgrader" in cell.metadata]


def said(cell) -> str:
    texts = [o.get("evalue") or o.get("text", "") for o in cell.outputs]
    return "".join(texts).replace("\33[32m", "").replace("\33[0m", "").strip()


@pytest.mark.parametrize("section, exercise", EXERCISES, ids=lambda x: x.number)
def test_each_answer_is_judged_alike(section, exercise, monkeypatch):
    monkeypatch.setenv("LLMLAB_RESULTS", "0")
    bank = load(section.slug).of(exercise.number)
    part = stage(section.number).parts[exercise.number]
    answers = [part.answer, part.blank]
    answers += [entry.source for entry in (*bank.wrong, *bank.right)]
    here = []
    for answer in answers:
        torch.manual_seed(0)
        verdict = stage(section.number).run(exercise.number, answer, seed=SEED)
        here.append(verdict.message.strip())
    there = in_the_grader(section, exercise, answers)
    assert len(there) == len(here)
    for answer, one, other in zip(answers, here, there, strict=True):
        assert one == other, answer
