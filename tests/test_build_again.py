"""What is built again, what is kept, and what `--check` finds."""

from pathlib import Path

import nbformat
import pytest
import tiny_course
from tiny_course import CATALOGUE, CHINESE, PATH, SOLUTION, STUDENT, built_files, run


def read(root: Path, path: str) -> nbformat.NotebookNode:
    return nbformat.read(root / path, as_version=4)


def test_second_build_changes_nothing(tiny_copy):
    before = built_files(tiny_copy)
    times = {path: (tiny_copy / path).stat().st_mtime_ns for path in before}
    status, lines = run(tiny_copy)
    assert status == 0
    assert lines[0].startswith("1.1 up to date (")
    assert {path: (tiny_copy / path).stat().st_mtime_ns for path in before} == times


def test_forced_build_makes_the_same_bytes(tiny_copy):
    before = built_files(tiny_copy)
    status, lines = run(tiny_copy, force=True)
    assert (status, lines[0][:11]) == (0, "1.1 built (")
    assert built_files(tiny_copy) == before


def test_elsewhere_the_same_bytes_are_built(tiny_built, tmp_path):
    root = tiny_course.make(tmp_path / "elsewhere")
    run(root)
    assert built_files(root) == built_files(tiny_built)


def test_changed_prose_keeps_outputs_and_changed_code_runs(tiny_copy):
    tiny_course.edit(tiny_copy, PATH, "That was all of it.", "That was it, all of it.")
    assert run(tiny_copy)[1][0].startswith("1.1 built, outputs kept (")
    assert "was it, all of it" in (tiny_copy / STUDENT).read_text()
    assert read(tiny_copy, SOLUTION).cells[4].outputs
    tiny_course.edit(tiny_copy, PATH, "number = 3", "number = 4")
    assert run(tiny_copy)[1][0].startswith("1.1 built (")
    assert "number 4 was doubled" in read(tiny_copy, SOLUTION).cells[4].outputs[0].text


@pytest.mark.parametrize("path", ["lib/llmlab/thing.py", "requirements.lock"])
def test_changed_library_or_lock_runs_again(path, tiny_copy):
    (tiny_copy / path).write_text("# changed\n")
    status, lines = run(tiny_copy, check=True)
    assert status == 1
    assert any(f"{SOLUTION} must be run again" in line for line in lines)
    assert run(tiny_copy)[1][0].startswith("1.1 built (")


def test_changed_command_line_tools_do_not(tiny_copy):
    (tiny_copy / "lib/llmlab/cli").mkdir()
    (tiny_copy / "lib/llmlab/cli/new.py").write_text("# new\n")
    assert run(tiny_copy)[1][0].startswith("1.1 up to date (")


def test_check_writes_nothing_and_is_content(tiny_copy):
    before = built_files(tiny_copy)
    status, lines = run(tiny_copy, check=True)
    assert status == 0, lines
    assert built_files(tiny_copy) == before


@pytest.mark.parametrize(
    "path",
    [SOLUTION, STUDENT, CHINESE, CATALOGUE, "lib/llmlab/course.json", "README.md",
     "docs/claims.md", "locale/zh_CN/llmlab.po", "solutions/build.json",
     "lib/llmlab/locale/zh_CN/LC_MESSAGES/llmlab.mo"],
)  # fmt: skip
def test_check_finds_a_damaged_file_and_build_mends_it(path, tiny_copy):
    good = (tiny_copy / path).read_bytes()
    wrong = b"d0ubl" if path.endswith("ipynb") else b"doubl"
    damage = good.replace(b"Numbers", b"Numb3rs").replace(b"doubl", wrong)
    damage = damage if damage != good else good + b"\n"
    (tiny_copy / path).write_bytes(damage)
    status, lines = run(tiny_copy, check=True)
    assert status == 1
    assert any(line.startswith(path) for line in lines), lines
    assert (tiny_copy / path).read_bytes() == damage
    assert run(tiny_copy)[0] == 0
    assert run(tiny_copy, check=True)[0] == 0
    if path != "README.md":  # its own text is not the builder's
        assert (tiny_copy / path).read_bytes() == good


def test_check_finds_a_changed_source_and_a_missing_file(tiny_copy):
    tiny_course.edit(tiny_copy, PATH, "That was all", "This was all")
    (tiny_copy / CHINESE).unlink()
    status, lines = run(tiny_copy, check=True)
    assert status == 1
    assert f"{STUDENT} is out of date: run autograde build" in lines
    assert f"{CHINESE} is missing" in lines


def test_only_the_named_section_is_built(tiny_copy):
    tiny_course.edit(tiny_copy, PATH, "That was all", "This was all")
    before = (tiny_copy / STUDENT).read_bytes()
    status, lines = run(tiny_copy, "1.2")
    assert (status, (tiny_copy / STUDENT).read_bytes()) == (0, before)
    assert any(line.startswith("1.2 is planned") for line in lines)
    assert run(tiny_copy, "1_1_doubling")[1][0].startswith("1.1 built")
    assert run(tiny_copy, "9.9") == (1, ["course.toml lists no section 9.9"])
