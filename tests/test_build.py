"""The builder from end to end, on a course of one tiny notebook."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import tiny_course
from tiny_course import CHINESE, PATH, SOLUTION, STUDENT, run

from autograde.build import notebook, settings


def read(root: Path, path: str) -> nbformat.NotebookNode:
    return nbformat.read(root / path, as_version=4)


def test_solution_is_run_and_clean(tiny_built):
    solution = read(tiny_built, SOLUTION)
    nbformat.validate(solution)
    ids = [cell.id for cell in solution.cells]
    assert ids == ["c1", "setup", "ex1-1-1-double", "test1-1-1-double", "c5", "c6"]
    printed = solution.cells[4].outputs[0].text
    assert printed == "the number 3 was doubled here\n<object object at 0x…>\n"
    assert solution.cells[4].metadata == {"tags": ["experiment"]}
    assert solution.cells[3].metadata.nbgrader == {
        "grade": True, "grade_id": "test1_1_1_double", "locked": True, "points": 3,
        "schema_version": 3, "solution": False, "task": False,
    }  # fmt: skip
    assert solution.metadata.language_info == settings.LANGUAGE_INFO
    assert solution.metadata.llmlab.section == "1.1"


def test_release_holds_no_answer_no_hidden_test_and_no_output(tiny_built):
    for path in (STUDENT, CHINESE):
        text = (tiny_built / path).read_text(encoding="utf-8")
        for secret in ("2 * number", "answer to hide", "assert 77", "SOLUTION", "HIDD"):
            assert secret not in text, secret
        code = [c for c in read(tiny_built, path).cells if c.cell_type == "code"]
        assert not any(cell.outputs or cell.execution_count for cell in code)
        stub = settings.CODE_STUBS["zh" if path == CHINESE else "en"]
        assert stub.split("\n")[0] in text


def test_editions_and_solution_agree_on_what_is_graded(tiny_built):
    books = [read(tiny_built, path) for path in (SOLUTION, STUDENT, CHINESE)]
    assert [b.metadata.llmlab.language for b in books] == ["en", "en", "zh"]
    names = {book.metadata.llmlab.hash for book in books}
    assert len(names) == 1
    english, chinese = books[1].cells[3], books[2].cells[3]
    assert english == chinese  # source, checksum and all
    course = json.loads((tiny_built / "lib/llmlab/course.json").read_text())
    section, planned = course["chapters"][0]["sections"]
    assert section["hash"] == names.pop()
    assert section["exercises"] == [
        {"number": "1.1.1", "name": "double", "points": 3,
         "answer": "ex1_1_1_double", "test": "test1_1_1_double"}
    ]  # fmt: skip
    assert (planned["built"], planned["exercises"]) == (False, [])


def test_course_json_is_what_the_library_reads(tiny_built):
    from llmlab import course

    text = (tiny_built / "lib/llmlab/course.json").read_text(encoding="utf-8")
    own = course.parse(json.loads(text))
    assert own.exercise("1.1.1").test == "test1_1_1_double"
    assert own.section("1.1").points == 3


def test_content_hash_follows_what_learners_get(tiny_copy):
    def name() -> str:
        run(tiny_copy)
        return read(tiny_copy, STUDENT).metadata.llmlab.hash

    before = name()
    tiny_course.edit(tiny_copy, PATH, "That was all", "This was all")
    tiny_course.edit(tiny_copy, PATH, "assert 77 == 7 * 11", "assert 77 == 11 * 7")
    assert name() == before
    tiny_course.edit(
        tiny_copy, PATH, "assert callable(probe)", "assert callable(probe), 1"
    )
    assert name() != before


def test_figure_is_inside_the_notebook_with_its_alt_text(tiny_built):
    source = read(tiny_built, STUDENT).cells[0].source
    assert "![Two bars][1_1_bars.svg]" in source
    address = source.split("[1_1_bars.svg]: data:image/svg+xml;base64,")[1]
    assert base64.b64decode(address) == tiny_course.FIGURE.encode()
    assert "figures/" not in source


def test_failing_cell_leaves_the_old_notebook(tiny_copy):
    before = (tiny_copy / SOLUTION).read_bytes()
    tiny_course.edit(tiny_copy, PATH, "print(object())", "print(number / 0)")
    status, lines = run(tiny_copy)
    text = (tiny_copy / PATH).read_text()
    line = text[: text.index("print(number / 0)")].count("\n") + 1
    assert status == 1
    assert lines == [f"{PATH}:{line}: ZeroDivisionError: division by zero"]
    assert (tiny_copy / SOLUTION).read_bytes() == before


def test_warning_on_stderr_and_dead_kernel_are_problems(tiny_copy):
    code = "import warnings; warnings.warn('beware', stacklevel=1)"
    tiny_course.edit(tiny_copy, PATH, "print(object())", code)
    status, lines = run(tiny_copy)
    assert status == 1
    assert "the cell writes to stderr" in lines[0]
    tiny_course.edit(tiny_copy, PATH, code, "import os; os._exit(3)")
    status, lines = run(tiny_copy)
    assert status == 1
    assert "the kernel stopped here or in the next cell" in lines[0]


def test_navigation_leads_to_built_sections_only(tiny_copy):
    assert "←" not in (tiny_copy / STUDENT).read_text()
    other = tiny_course.SOURCE.replace("1_1_1_double", "1_2_1_double")
    other = other.replace('section = "1.1"', 'section = "1.2"')
    (tiny_copy / "solutions/ch1_numbers/1_2_halving.py").write_text(other)
    tiny_course.edit(tiny_copy, "course.toml", 'needs = ["1.1"]', "points = 3")
    assert run(tiny_copy)[0] == 0
    last = read(tiny_copy, STUDENT).cells[-1].source
    assert last.endswith("[1.2 Halving](../ch1_numbers/1_2_halving.ipynb) →")
    student = read(tiny_copy, "notebooks/ch1_numbers/1_2_halving.ipynb")
    back = "← [1.1 Doubling](../ch1_numbers/1_1_doubling.ipynb)"
    assert student.cells[-1].source.endswith(back)


def test_instructors_own_command_makes_the_same_bytes(tiny_copy):
    config = "from autograde.build.settings import NBGRADER\nc = get_config()\n"
    config += "for name, traits in NBGRADER.items():\n    c[name].update(traits)\n"
    (tiny_copy / "nbgrader_config.py").write_text(config)
    before = (tiny_copy / STUDENT).read_bytes()
    repository = Path(settings.__file__).parents[2]
    folder = str(Path(sys.executable).parent)  # nbgrader calls alembic from there
    env = {**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"],
           "PYTHONPATH": str(repository), "HOME": str(tiny_copy)}  # fmt: skip
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "--force"]
    subprocess.run([*command, "ch1_numbers"], cwd=tiny_copy, env=env, check=True)
    assert (tiny_copy / STUDENT).read_bytes() == before
    assert [path.name for path in (tiny_copy / STUDENT).parent.iterdir()] == [
        "1_1_doubling.ipynb"
    ]


def test_readme_map_lists_built_and_planned_sections(tiny_built):
    text = (tiny_built / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Tiny\n\n<!-- map -->\n|")
    assert text.endswith("<!-- /map -->\n\nMore.\n")
    links = f"| [1.1 Doubling]({STUDENT}) | [中文]({CHINESE}) | 3 | 10 | – |"
    assert links in text
    assert "| 1.2 Halving *(planned)* |" in text
    assert "old" not in text


def test_readme_without_a_map_is_left_alone(tiny_copy):
    (tiny_copy / "README.md").write_text("# Mine\n")
    status, lines = run(tiny_copy)
    assert status == 0
    assert "README.md has no <!-- map -->" in lines[1]
    assert (tiny_copy / "README.md").read_text() == "# Mine\n"
    assert run(tiny_copy, check=True)[0] == 1


def test_claims_page_is_made_from_outputs(tiny_copy):
    code = """\
from IPython.display import display
row = {"id": "a", "claim": "It is 2 | 3.", "measured": "2.1"}
row |= {"verdict": "holds if", "because": "small\\nnumbers"}
row |= {"source": "arXiv:1706.03762"}
display({"application/vnd.llmlab.claims+json": [row]}, raw=True)"""
    tiny_course.edit(tiny_copy, PATH, "print(object())", code)
    status, lines = run(tiny_copy)
    assert status == 0, lines
    text = (tiny_copy / "docs/claims.md").read_text(encoding="utf-8")
    assert f"## [1.1 Doubling](../{SOLUTION})" in text
    cells = r"| It is 2 \| 3. | 2.1 | holds if | small numbers | arXiv:1706.03762 |"
    assert cells in text


def test_exercise_numbers_of_deep_sections():
    from autograde.build.source import Cell, Source

    def rows(name: str) -> list[dict]:
        cells = (Cell("exercise", "", 1, 1, f"ex{name}"),
                 Cell("test", "", 2, 2, f"test{name}", 2))  # fmt: skip
        return notebook.exercises(Source("x.py", "", cells))

    assert rows("25_1_1_3_byte_pair_merge")[0]["number"] == "25.1.1.3"
    assert rows("25_1_1_3_byte_pair_merge")[0]["name"] == "byte_pair_merge"
    assert rows("capstone_2_train")[0]["number"] == "capstone.2"
