"""Each rule of the builder names the file, the line and what is wrong."""

import pytest
import tiny_course
from tiny_course import PATH, SOURCE

from autograde.build import lint_code
from autograde.build.source import Cell

# what is broken: old text, new text, a text on the line to be named, the message
BROKEN = {
    "wrong id": (
        '"ex1_1_1_double"', '"ex1_2_1_double"', "# %% exercise",
        "the id ex1_2_1_double is not ex1_1_1_<name>",
    ),
    "numbers from 1": (
        "1_1_1_double", "1_1_2_double", "# %% test",
        "the id test1_1_2_double is not test1_1_1_<name>",
    ),
    "points": (
        "points=3", "points=2", "# %% test",
        "the tests give 2 points, course.toml says 3",
    ),
    "no points": (
        " points=3", "", "# %% test", "the test test1_1_1_double gives no points",
    ),
    "no markers": (
        "    ### BEGIN SOLUTION\n", "", "### END SOLUTION",
        "### END SOLUTION without ### BEGIN SOLUTION",
    ),
    "marker not closed": (
        "    ### END SOLUTION\n", "", "### BEGIN SOLUTION",
        "### BEGIN SOLUTION without ### END SOLUTION",
    ),
    "answer outside": (
        "    ### BEGIN SOLUTION", "    half = number\n    ### BEGIN SOLUTION",
        "half = number", "code of the answer outside the markers (double)",
    ),
    "answer after": (
        "    ### END SOLUTION\n", "    ### END SOLUTION\n    return 0\n",
        "return 0", "code of the answer outside the markers (double)",
    ),
    "call in exercise": (
        "    ### END SOLUTION\n", "    ### END SOLUTION\n\nprint(double(2))\n",
        "print(double(2))", "code of the answer outside the markers",
    ),
    "second test": (
        '# %% tags=["experiment"]', '# %% test="test1_1_2_more" points=1\n1\n\n# %%',
        'test="test1_1_2_more"', "the test test1_1_2_more has no exercise before it",
    ),
    "no test": (
        '# %% test="test1_1_1_double" points=3', "# %%", "# %% exercise",
        "no test comes after the exercise ex1_1_1_double",
    ),
    "other name": (
        "test1_1_1_double", "test1_1_1_treble", "# %% test",
        "the test of ex1_1_1_double is called test1_1_1_treble",
    ),
    "missing figure": (
        "figures/1_1_bars.svg", "figures/1_1_none.svg", "figures/1_1_none.svg",
        "no such figure: figures/1_1_none.svg",
    ),
    "no alt text": (
        "![Two bars]", "![]", "![]", "the figure has no alt text: figures/1_1_bars.svg",
    ),
    "remote image": (
        "That was", "![x](https://example.org/a.png) That", "example.org",
        "a remote image: https://example.org/a.png",
    ),
    "html image": (
        "That was", '<img src="a.svg"> That', "<img",
        "write ![alt text](figures/…) and not <img>",
    ),
    "quotes in prose": (
        "That was", 'A docstring has """ around. That was', 'A docstring has """',
        '""" inside prose ends the text',
    ),
    "set-up cell": (
        'section = "1.1"', 'section = "1.2"', 'section = "1.2"',
        """the set-up cell says 'section = "1.2"', it must say 'section = "1.1"'""",
    ),
    "no set-up cell": (
        "# %% setup", "# %%", "# %% [markdown]",
        "there is no set-up cell (# %% setup)",
    ),
    "tab": ("That was", "That\twas", "That\twas", "a tab; write spaces"),
    "probe": (
        "assert callable(probe)", "assert double(2) == 4", "assert double(2)",
        "the test uses the learner's double: only a probe may",
    ),
    "name in probe": (
        "return student.double", "return double", "    return double",
        "the test uses the learner's double: write student.double",
    ),
    "stranger in probe": (
        "return student.double(number)", "return student.double(helper(number))",
        "helper(number)",
        "the probe probe uses helper of the test cell: the learner's process has it "
        "not, write it inside",
    ),
    "redefined": (
        "assert callable(probe)", "double = 3", "double = 3",
        "the test redefines the learner's double",
    ),
    "student": (
        "def probe(student, number)", "def probe(learner, number)", "def probe(",
        "the first parameter of the probe probe is not student",
    ),
    "long line": (
        "number = 3", f"number = {'3' * 75}", "number = 333",
        "code of 84 columns, over 79",
    ),
    "hidden elsewhere": (
        "number = 3", "### BEGIN HIDDEN TESTS\nnumber = 3",
        None, "hidden tests outside a test cell",
    ),
    "answer elsewhere": (
        "number = 3", "# BEGIN SOLUTION\nnumber = 3", "# BEGIN SOLUTION\nnumber",
        "an answer outside an exercise cell",
    ),
    "unknown word": (
        "# %% setup", "# %% set-up", "# %% set-up",
        "unknown word in the header: set-up",
    ),
    "syntax": ("number = 3", "number = = 3", "number = =", "not Python: invalid"),
    "text before": ("# %% [", "x = 1\n# %% [", "x = 1", "text before the first cell"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_source_is_named_with_its_line(name, tmp_path):
    old, new, needle, message = BROKEN[name]
    count = -1 if old in ("1_1_1_double", "test1_1_1_double") else 1
    source = SOURCE.replace(old, new, count)
    assert source != SOURCE
    place = source.rindex("BEGIN HIDDEN") if needle is None else source.index(needle)
    line = source[:place].count("\n") + 1
    status, lines = tiny_course.run(tiny_course.make(tmp_path, source))
    assert status == 1
    assert any(text.startswith(f"{PATH}:{line}: {message}") for text in lines), lines
    assert not (tmp_path / tiny_course.SOLUTION).exists()


def test_all_problems_are_listed_at_once(tmp_path):
    source = SOURCE.replace("points=3", "points=2").replace("That was", "That\twas")
    _status, lines = tiny_course.run(tiny_course.make(tmp_path, source))
    assert len(lines) == 2


def test_cell_that_fails_is_named_with_its_line(tmp_path):
    root = tiny_course.make(tmp_path, SOURCE.replace("assert 77", "assert 78"))
    status, lines = tiny_course.run(root)
    assert status == 1
    line = SOURCE[: SOURCE.index("assert 77")].count("\n") + 1
    assert lines[0].startswith(f"{PATH}:{line}: AssertionError")


@pytest.mark.parametrize(
    "path",
    [
        "solutions/ch1_numbers/notes.py",
        "notebooks/old.ipynb",
        "figures/x.svg",
        "locale/zh_CN/x.po",
    ],
)
def test_stray_file_is_named(path, tmp_path):
    root = tiny_course.make(tmp_path)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("")
    status, lines = tiny_course.run(root)
    assert status == 1
    assert lines[0].startswith(f"{path}:1: ")


def test_figure_of_a_page_is_no_stray_file(tmp_path):
    root = tiny_course.make(tmp_path)
    (root / "figures/x.svg").write_text("<svg/>")
    (root / "docs").mkdir()
    (root / "docs/page.md").write_text("![x](../figures/x.svg)")
    (root / PATH).write_text(SOURCE.replace("That was", "That\twas"))
    _status, lines = tiny_course.run(root)
    assert len(lines) == 1


def test_duplicate_ids_name_the_first_use(tmp_path):
    root = tiny_course.make(tmp_path)
    other = root / "solutions/ch1_numbers/1_2_halving.py"
    other.write_text(SOURCE)
    _status, lines = tiny_course.run(root)
    line = SOURCE[: SOURCE.index("# %% exercise")].count("\n") + 1
    wanted = f"{other.relative_to(root)}:{line}: the id ex1_1_1_double is used before"
    assert any(text == f"{wanted}, in {PATH}:{line}" for text in lines), lines


def test_course_file_problems(tmp_path):
    root = tiny_course.make(tmp_path)
    tiny_course.edit(root, "course.toml", 'needs = ["1.1"]', 'needs = ["9"]\nstars = 1')
    _status, lines = tiny_course.run(root)
    assert lines[0] == "course.toml:18: unknown key stars"
    assert lines[1] == "course.toml:18: needs 9, which is not listed"


def _exercise(text: str) -> list[str]:
    return [what for _line, what in lint_code.exercise(Cell("exercise", text, 1, 1))]


SOLUTION = "### BEGIN SOLUTION\n{0}pass\n{0}### END SOLUTION"


def test_exercise_may_be_a_class_with_given_lines():
    body = SOLUTION.format(" " * 8)
    text = f"""\
import math

@frozen
class Head(nn.Module):
    \"\"\"A head.\"\"\"

    width: int = 3

    def __init__(self, width):
        super().__init__()
        {body}

    def forward(self, x):
        \"\"\"Attend.\"\"\"
        {body}
"""
    assert _exercise(text) == []
    assert _exercise(text.replace("import math", "width = 3")) == [
        "code of the answer outside the markers"
    ]
    assert _exercise(text.replace("width: int = 3", "width: int = f(3)")) == [
        "code of the answer outside the markers"
    ]


def test_exercise_may_be_statements():
    assert _exercise(SOLUTION.format("")) == []


def test_exercise_function_that_leaves_nothing_to_write():
    text = f'def f():\n    """Doc."""\n\n{SOLUTION.format("")}'
    assert _exercise(text) == ["nothing to write in f: its body has no markers"]


def _found(text: str) -> list[tuple[int, str]]:
    return list(lint_code.test(Cell("test", text, 1, 1), {"f", "g"}))


def _uses(text: str) -> list[str]:
    return [what for _line, what in _found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "x.f(1)",
        "def h(f):\n    return f",
        "[f for f in range(3)]",
        "lambda g: g",
        "'f'",
        "def h():\n    f = 1\n    return f",
        "@check.probe\ndef p(student, f):\n    return student.f(f)",
    ],
)
def test_own_names_in_a_test_are_fine(text):
    assert _uses(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "f",
        "def h(x=f):\n    return x",
        "def h():\n    return f",
        "@f\ndef h(): pass",
        "[x for x in f()]",
        "class C:\n    y = f",
        "@check.probe\ndef p(student):\n    return [f for x in g]",
    ],
)
def test_learners_names_in_a_test_are_found(text):
    assert _uses(text)
