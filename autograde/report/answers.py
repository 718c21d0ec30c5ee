"""The learners' own answers to each exercise, as they were graded."""

from pathlib import Path

import nbformat

from autograde.classroom.preprocess import grade_id
from autograde.classroom.results import Results
from autograde.classroom.room import Room
from autograde.classroom.settings import RELEASE_FOLDERS

from .facts import Facts, read_notebook


def answer_cell(test: str) -> str:
    """The id of the cell that a test cell tests.

    >>> answer_cell("test24_2_1_softmax")
    'ex24_2_1_softmax'
    """
    return test.replace("test", "ex", 1)


def answers(results: Results, facts: dict[str, Facts]) -> dict[str, dict[str, str]]:
    """By test cell: each student's code in the answer's cell, nothing else."""
    cells = {
        answer_cell(exercise.test): exercise.test for exercise in results.exercises
    }
    found: dict[str, dict[str, str]] = {test: {} for test in cells.values()}
    for student, known in facts.items():
        for path in known.notebooks:
            for name, source in _sources(read_notebook(path), cells).items():
                found[cells[name]][student] = source
    return found


def stubs(room: Room, results: Results) -> dict[str, list[str]]:
    """By test cell: what was handed out, in each edition that was built."""
    cells = {
        answer_cell(exercise.test): exercise.test for exercise in results.exercises
    }
    found: dict[str, list[str]] = {test: [] for test in cells.values()}
    names = sorted({exercise.notebook for exercise in results.exercises})
    for folder in RELEASE_FOLDERS.values():
        for name in names:
            file = room.root / folder / results.chapter / f"{name}.ipynb"
            for cell, source in _sources(_released(file), cells).items():
                found[cells[cell]].append(source)
    return found


def _released(file: Path):
    return nbformat.read(file, as_version=4) if file.is_file() else None


def _sources(nb, wanted) -> dict[str, str]:
    if nb is None:
        return {}
    return {grade_id(c): c.source for c in nb.cells if grade_id(c) in wanted}
