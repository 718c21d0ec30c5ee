"""Run an answer and a test cell as a notebook would, for the tests of the checks."""

import contextlib
import io
import math
import textwrap

import torch

from autograde.bank import compiled
from llmlab import check, mistakes

SOFTMAX = """
    with check.exercise(
        "24.2.1", oracle=lambda scores: torch.softmax(scores, dim=-1),
        mistakes=mistakes.SOFTMAX,
    ) as test:
        test.equals(on=[check.case(scores=s) for s in ("T S", "B T S")])
"""
GOOD = """
    def softmax(scores):
        powers = torch.exp(scores - scores.amax(-1, keepdim=True))
        return powers / powers.sum(-1, keepdim=True)
"""


def notebook(*cells: str) -> dict:
    """The names of a notebook in which these cells have been run."""
    names = {"torch": torch, "math": math, "check": check, "mistakes": mistakes}
    for cell in cells:
        exec(compiled(textwrap.dedent(cell), "cell"), names)
    return names


def failure(*cells: str) -> check.CheckFailed:
    """What the last cell raises, which has to be a test that fails."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            notebook(*cells)
        except check.CheckFailed as failed:
            return failed
    raise AssertionError("the test passes")


def said(*cells: str) -> str:
    """The message of a failing test, on one line."""
    return " ".join(failure(*cells).text.split())
