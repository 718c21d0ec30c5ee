"""Pacing: every built notebook lies within the course's ranges."""

import doctest

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograde import pacing
from autograde.build.settings import find_root

NOTEBOOKS = sorted(find_root().glob("solutions/*/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_paced(path):
    assert pacing.measure(path).outside == []


def test_figures_by_hand(tmp_path):
    answer = new_code_cell("a = 1\n\nb = 2", metadata={"nbgrader": {"solution": True}})
    shown = new_code_cell("x")
    shown.outputs = [new_output("display_data", data={"image/png": "AA"})]
    text = new_markdown_cell("![p](q.svg) " + "word " * 10)
    file = tmp_path / "1_1_x.ipynb"
    nbformat.write(new_notebook(cells=[text, answer, shown, text]), file)
    found = pacing.measure(file)
    assert found.figures == {
        "cells": 4,
        "texts": 1.0,
        "words": 10,
        "lines": 1.5,
        "long": 1,
        "longest": 2,
        "run": 2,
        "figures": 3,
        "exercises": 1,
        "first": 1,
    }
    assert found.outside == ["cells", "texts", "words", "lines", "exercises"]


def test_doctests():
    assert doctest.testmod(pacing).failed == 0
