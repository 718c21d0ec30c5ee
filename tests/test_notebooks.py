"""Damage that really happens to notebooks is found, named and mended in a copy."""

import copy

import nbformat
import pytest
from learner_course import GOOD, NAME, contents, fill, graded, named, released_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell

from llmlab.notebooks import diagnose, identify, parse, repair

RELEASED = released_notebook()
ANSWER, TEST = "ex1_1_1_double", "test1_1_1_double"


def position(nb, name):
    return nb.cells.index(named(nb, name))


def lost(cell):
    """The cell as a paste elsewhere leaves it: no mark, another id."""
    return new_code_cell(cell.source)


def kinds(nb, released=RELEASED):
    return [problem.kind for problem in diagnose(nb, released)]


def graded_names(nb):
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells]
    return [name for name in names if name]


# each damage changes a filled notebook in place; the kinds that must be reported
DAMAGES = {}


def damage(*expected):
    def keep(function):
        DAMAGES[function.__name__] = (function, expected)
        return function

    return keep


@damage()
def nothing(nb):
    pass


@damage()
def trailing_space_in_a_test(nb):
    named(nb, TEST).source += "  \n"


@damage("test-missing")
def check_deleted(nb):
    nb.cells.remove(named(nb, TEST))


@damage("test-edited")
def check_changed(nb):
    named(nb, TEST).source = "print('✓')"


@damage("test-edited")
def check_commented_out(nb):
    named(nb, TEST).source = "# " + named(nb, TEST).source


@damage("settings")
def check_tagged_to_be_skipped(nb):
    named(nb, TEST).metadata["tags"] = ["skip-execution"]


@damage("settings")
def check_with_more_points(nb):
    named(nb, TEST).metadata.nbgrader["points"] = 99


@damage("settings")
def answer_tagged_as_experiment(nb):
    named(nb, ANSWER).metadata["tags"] = ["experiment"]


@damage("copied-test")
def check_pasted_again(nb):
    cell = copy.deepcopy(named(nb, TEST))
    cell.source = "print('mine')"
    nb.cells.insert(2, cell)


@damage("copied-stub")
def blank_answer_pasted_below(nb):
    nb.cells.insert(position(nb, ANSWER) + 1, copy.deepcopy(named(RELEASED, ANSWER)))


@damage("copied-stub")
def blank_answer_pasted_above(nb):
    nb.cells.insert(position(nb, ANSWER), copy.deepcopy(named(RELEASED, ANSWER)))


@damage("copied-answer")
def answered_twice(nb):
    cell = graded(ANSWER, "def double(x):\n    return 2 * x")
    nb.cells.insert(position(nb, ANSWER) + 1, cell)


@damage("split")
def split_by_jupyterlab(nb):
    place = position(nb, ANSWER)
    nb.cells[place].source = "def double(x):\n    y = x"
    nb.cells.insert(place + 1, graded(ANSWER, "    return y + x"))


@damage("split")
def split_in_three(nb):
    place = position(nb, ANSWER)
    nb.cells[place].source = "import math"
    nb.cells.insert(place + 1, graded(ANSWER, "def double(x):\n    y = x"))
    nb.cells.insert(place + 2, graded(ANSWER, "    return y + x"))


@damage("split")
def split_without_marks(nb):
    place = position(nb, ANSWER)
    nb.cells[place].source = "def double(x):\n    y = x"
    nb.cells.insert(place + 1, new_code_cell("    return y + x"))


@damage("retyped")
def answer_retyped(nb):
    place = position(nb, ANSWER)
    nb.cells[place] = lost(nb.cells[place])


@damage("retyped")
def check_retyped(nb):
    place = position(nb, TEST)
    nb.cells[place] = lost(nb.cells[place])


@damage("retyped", "retyped", "retyped", "retyped")
def all_marks_lost(nb):
    nb.cells = [lost(c) if c.cell_type == "code" else c for c in nb.cells[:-1]]


@damage("type-changed")
def answer_is_markdown(nb):
    place = position(nb, ANSWER)
    cell = nb.cells[place]
    nb.cells[place] = new_markdown_cell(cell.source, id=cell.id, metadata=cell.metadata)


@damage("settings")
def check_is_raw(nb):
    named(nb, TEST).metadata.nbgrader["grade"] = False


@damage("line-ends")
def windows_line_ends(nb):
    for cell in nb.cells:
        cell.source = cell.source.replace("\n", "\r\n")


@damage("test-first")
def check_above_the_answer(nb):
    cell = named(nb, TEST)
    nb.cells.remove(cell)
    nb.cells.insert(1, cell)


@damage("unknown-cell")
def cell_of_another_section(nb):
    nb.cells.append(graded("ex9_9_9_other", "x = 1"))


@damage("setup-missing")
def setup_deleted(nb):
    nb.cells = [cell for cell in nb.cells if "class CheckFailed" not in cell.source]


@damage("outdated")
def outdated(nb):
    nb.metadata.llmlab.update(hash="00000000", version="0.0.9")
    named(nb, TEST).source = "assert double(1) == 2"


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_mended(name):
    change, expected = DAMAGES[name]
    nb = fill(RELEASED)
    change(nb)
    before = copy.deepcopy(nb)
    mended, problems = repair(nb, RELEASED)
    assert tuple(p.kind for p in problems) == expected, [p.message for p in problems]
    assert nb == before, "the learner's notebook was changed"
    # every released cell once, in the released order, tests as released
    assert graded_names(mended) == graded_names(RELEASED)
    for cell in RELEASED.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            name = cell.metadata.nbgrader.grade_id
            assert named(mended, name).source == cell.source
            assert named(mended, name).metadata == cell.metadata
    nbformat.validate(mended)
    assert works(mended), problems


def works(nb):
    """The mended notebook's own code, run in order, passes both tests."""
    space = {}
    for cell in nb.cells:
        if cell.cell_type == "code" and "experiment" not in cell.metadata.get(
            "tags", []
        ):
            exec(cell.source, space)
    return space["double"](2) == 4 and space["half"](4) == 2


def test_messages_say_where_what_and_what_to_do():
    nb = fill(RELEASED)
    nb.cells.insert(5, copy.deepcopy(named(RELEASED, ANSWER)))
    (problem,) = diagnose(nb, RELEASED)
    assert problem.message == (
        "The cell for 1.1.1 double is there more than once. Your answer is in cell 3 "
        "(“def double(x):”); the blank copy, cell 6 (“def double(x):”), was not run: "
        "delete it."
    )
    assert (problem.cell, problem.cells, problem.grade_id) == (3, (3, 6), ANSWER)


def test_missing_answer_is_found_in_another_cell_even_with_a_syntax_error():
    nb = fill(RELEASED)
    nb.cells.remove(named(nb, ANSWER))
    nb.cells.insert(2, new_code_cell("# mine\ndef double(x):\n    return (x + x"))
    mended, problems = repair(nb, RELEASED)
    assert [p.kind for p in problems] == ["retyped"]
    assert named(mended, ANSWER).source.startswith("# mine")


def test_missing_answer_counts_as_not_written():
    nb = fill(RELEASED)
    nb.cells.remove(named(nb, ANSWER))
    mended, problems = repair(nb, RELEASED)
    assert [p.kind for p in problems] == ["answer-missing"]
    assert named(mended, ANSWER).source == named(RELEASED, ANSWER).source
    assert graded_names(mended) == graded_names(RELEASED)


def test_a_scratch_cell_that_begins_with_spaces_is_not_joined():
    nb = fill(RELEASED)
    nb.cells.insert(position(nb, ANSWER) + 1, new_code_cell("    print(double(3))"))
    mended, problems = repair(nb, RELEASED)
    assert problems == []
    assert named(mended, ANSWER).source == GOOD[ANSWER]


def test_a_given_demonstration_is_not_taken_for_the_answer():
    released = released_notebook()
    demonstration = "def double(x):\n    return 'shown'"
    released.cells.insert(2, new_code_cell(demonstration))
    nb = fill(released)
    nb.cells.remove(named(nb, ANSWER))
    mended, problems = repair(nb, released)
    assert [p.kind for p in problems] == ["answer-missing"]
    assert named(mended, ANSWER).source == named(RELEASED, ANSWER).source


def test_a_new_exercise_of_a_new_release_is_said_and_added():
    old = fill(RELEASED)
    old.metadata.llmlab.update(hash="0000", version="0.0.9")
    old.cells = [c for c in old.cells if "half" not in c.source]
    mended, problems = repair(old, RELEASED)
    assert [p.kind for p in problems] == ["outdated", "new-exercise"]
    assert "0.0.9" in problems[0].message and "0.1.0" in problems[0].message
    assert graded_names(mended) == graded_names(RELEASED)


def test_the_notebook_of_another_section_is_named():
    other = fill(RELEASED)
    other.metadata.llmlab.update(section="1.2", hash="bbbb")
    other.cells = [graded("ex1_2_1_square", "def square(x):\n    return x * x")]
    problems = diagnose(other, RELEASED)
    assert problems[0].kind == "other-section"
    assert "1.2" in problems[0].message and "1.1" in problems[0].message


def test_old_formats_are_upgraded_and_reported():
    old = nbformat.convert(fill(RELEASED), 3)
    nb = parse(nbformat.writes(old, version=3).encode(), NAME)
    mended, problems = repair(nb, RELEASED)
    assert problems[0].kind == "old-format" and "3" in problems[0].message
    assert graded_names(mended) == graded_names(RELEASED)
    assert works(mended)
    assert "llmlab_reading" not in mended.metadata


def test_every_cell_of_the_mended_notebook_has_an_id_of_its_own():
    nb = fill(RELEASED)
    for cell in nb.cells:
        cell["id"] = "same"
    mended, _ = repair(nb, RELEASED)
    ids = [cell["id"] for cell in mended.cells]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "name, renamed",
    [
        ("1_1_doubling.ipynb", False),
        ("1_1_doubling-Copy1.ipynb", False),
        ("1_1_doubling (2).ipynb", False),
        ("1_1_doubling.v0.2.0-1a2b3c.ipynb", False),
        ("homework.ipynb", True),
    ],
)
def test_a_notebook_is_known_by_its_content(name, renamed):
    for nb in (fill(RELEASED), fill(RELEASED)):
        nb.metadata.pop("llmlab", None)
        section, problem = identify(nb, name, contents())
        assert section.number == "1.1"
        assert (problem is not None) == renamed
    if renamed:
        assert name in problem.message and "1_1_doubling.ipynb" in problem.message


def test_a_foreign_notebook_is_known_by_its_name_at_most():
    nb = nbformat.v4.new_notebook(cells=[new_code_cell("1")])
    assert identify(nb, "other.ipynb", contents()) == (None, None)
    assert identify(nb, "1_1_doubling.ipynb", contents())[0].number == "1.1"
