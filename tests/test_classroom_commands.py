"""The commands of `autograde` for a class, from any folder, through a file exchange."""

import csv
import io
import re

import nbformat
import pytest
import toy_course as toy
import typer
from rich.console import Console
from typer.testing import CliRunner

from autograde.classroom import commands, results
from autograde.classroom.points import points_tables
from autograde.classroom.room import ClassroomError, find_root, open_room
from autograde.demo.student import Student


@pytest.fixture(scope="module")
def app():
    """The command line with the classroom's commands."""
    app = typer.Typer()
    commands.register(app)
    return app


@pytest.fixture
def run(app, monkeypatch, tmp_path):
    """Run a command in a folder that has nothing to do with the course."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("LLMLAB_LANG", "en")
    monkeypatch.delenv("LLMLAB_EXCHANGE", raising=False)

    def call(*words, code=0):
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == code, result.output + repr(result.exception)
        return result.output

    return call


def _student(root, name):
    return Student(name, root.parent / "homes" / name, root / "exchange", "toy")


def _write(folder, **answers):
    file = folder / f"{toy.NAME}.ipynb"
    nbformat.write(toy.answered(nbformat.read(file, 4), **answers), file)
    return file


def test_a_whole_term(run, tmp_path):
    root = toy.make_course(tmp_path / "a course")
    at = ("--root", root)
    assert "outbound" in run("release", toy.CHAPTER, *at)
    good, wrong = _student(root, "s01"), _student(root, "s02")
    own = _write(good.fetch(toy.CHAPTER), add="import mine; return mine.plus(a, b)")
    module = own.with_name("mine.py")
    module.write_text("def plus(a, b):\n    return a + b\n", encoding="utf-8")
    file = _write(wrong.fetch(toy.CHAPTER), add="return a + b + 0.5")
    assert "HIDDEN" not in file.read_text(encoding="utf-8")
    assert not list(file.parent.glob("*.py")), "the author's source was handed out"
    for student in (good, wrong):
        student.submit(toy.CHAPTER)
    assert "2 students have submitted" in run("collect", toy.CHAPTER, *at)

    assert "not graded yet" in run("report", toy.CHAPTER, *at)
    output = run("grade", toy.CHAPTER, *at)
    assert re.search(r"s01 .*2 .*3 .*5", output)
    assert "Graded now: 2. Nothing new: 0." in output
    assert "Graded now: 0. Nothing new: 2." in run("grade", toy.CHAPTER, *at)
    assert "Graded now: 1." in run(
        "grade", toy.CHAPTER, "--force", "--only", "s02", *at
    )

    assert "2 feedback pages released." in run("feedback", toy.CHAPTER, *at)
    [page] = wrong.fetch_feedback(toy.CHAPTER)
    assert "You added a half." in page.read_text(encoding="utf-8")

    rows = list(
        csv.DictReader(io.StringIO(run("export", toy.CHAPTER, "--to", "-", *at)))
    )
    assert [(r["student"], r["1.1.1 add"], r["total"]) for r in rows] == [
        ("s01", "2", "5"),
        ("s02", "0", "3"),
    ]
    assert {row["status"] for row in rows} == {"graded"}
    run("export", toy.CHAPTER, *at)
    assert "s02" in (tmp_path / "grades.csv").read_text(encoding="utf-8")

    output = run("report", toy.CHAPTER, *at)
    assert re.search(r"mean .*1\.0 .*3\.0 .*4\.0", output)
    assert re.search(r"1\.1\.1 .* 1 .*You added a half\.", output)
    page = root / "gradebook" / "reports" / f"{toy.CHAPTER}.html"
    assert str(page) in output.replace("\n", "")
    assert "You added a half." in page.read_text(encoding="utf-8")
    run("report", toy.CHAPTER, "--to", tmp_path / "r.html", *at)
    assert (tmp_path / "r.html").is_file()
    assert re.search(r"1\.1\.1 +2 +2 ", run("similar", toy.CHAPTER, *at))
    for name in ("1.1.1", "add", "test1_1_1_add"):
        output = run("explain", "s02", name, *at)
        assert "0 / 2" in output and "✗ 1.1.1" in output
    assert "✓ 1.1.1" in run("explain", "s01", "1.1.1", *at)


def test_exports_for_platforms(run, tmp_path):
    root = toy.make_course(tmp_path / "course")
    at = ("--root", root)
    run("release", toy.CHAPTER, *at)
    blank = nbformat.read(root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb", 4)
    toy.submit(root, "s01", toy.answered(blank))
    run("grade", toy.CHAPTER, *at)
    words = ("export", toy.CHAPTER, *at, "--to", "-", "--for")
    assert "s01,,,s01,,5" in run(*words, "canvas")
    assert "s01,,5," in run(*words, "moodle", "--column", "Sums")
    assert "1 students" in run("export", toy.CHAPTER, "--for", "gradescope", *at)
    assert (tmp_path / "gradescope" / "s01" / "results.json").is_file()
    assert "'blackboard'" in run(*words, "blackboard", code=2)


def test_lateness_is_shown_and_applied(run, tmp_path):
    root = toy.make_course(tmp_path / "course")
    at = ("--root", root)
    with (root / "course.toml").open("a") as file:
        file.write("\n[late]\nper_day = 0.2\n")
    run("release", toy.CHAPTER, *at)
    blank = nbformat.read(root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb", 4)
    toy.submit(root, "s01", toy.answered(blank))
    run("grade", toy.CHAPTER, *at)
    late = root / "gradebook" / "late.csv"
    late.write_text(f"chapter,due\n{toy.CHAPTER},2026-01-29 12:00\n")
    output = run("late", toy.CHAPTER, *at)
    assert re.search(r"s01 .* 2 +0 +0 +2 *\n", output)
    assert "--apply" in output
    assert "--apply" not in run("late", toy.CHAPTER, "--apply", *at)
    assert re.search(r"s01 .*2 .*3 .*3", run("report", toy.CHAPTER, *at))
    late.write_text("chapter,due\nx,soon\n")
    assert "late.csv, line 2" in _error(run, "late", toy.CHAPTER, *at)


def test_a_newer_submission_is_graded_again(run, tmp_path):
    root = toy.make_course(tmp_path / "course")
    at = ("--root", root)
    run("release", toy.CHAPTER, *at)
    student = _student(root, "s01")
    folder = student.fetch(toy.CHAPTER)
    student.submit(toy.CHAPTER)
    run("collect", toy.CHAPTER, *at)
    assert re.search(r"s01 .*0 .*0 .*0", run("grade", toy.CHAPTER, *at))
    _write(folder)
    student.submit(toy.CHAPTER)
    run("collect", toy.CHAPTER, *at)
    assert "Graded now: 1." in run("grade", toy.CHAPTER, *at)
    assert re.search(r"s01 .*2 .*3 .*5", run("report", toy.CHAPTER, *at))


def test_the_chinese_edition_is_released_and_graded_alike(run, tmp_path):
    root = toy.make_course(tmp_path / "course")
    at = ("--root", root)
    run("release", toy.CHAPTER, *at)
    assert "autograde build" in _error(run, "release", toy.CHAPTER, "--lang", "zh", *at)
    toy.write_chinese(root)
    assert "--force" in _error(run, "release", toy.CHAPTER, "--lang", "zh", *at)
    run("release", toy.CHAPTER, "--lang", "zh", "--force", *at)
    student = _student(root, "s01")
    file = _write(student.fetch(toy.CHAPTER), add="return a + b + 0.5")
    assert "求和" in file.read_text(encoding="utf-8")
    student.submit(toy.CHAPTER)
    run("collect", toy.CHAPTER, *at)
    assert re.search(r"s01 .*0 .*3 .*3", run("grade", toy.CHAPTER, *at))


def _error(run, *words):
    return run(*words, code=1)


@pytest.mark.parametrize(
    "command", ["grade", "feedback", "export", "report", "similar", "late"]
)
def test_an_unknown_chapter_gets_one_clear_line(run, tmp_path, command):
    root = toy.make_course(tmp_path / "course")
    output = _error(run, command, "ch99_none", "--root", root)
    assert output.strip().count("\n") == 0
    assert "autograde release ch99_none" in output


def test_other_mistakes_get_one_clear_line(run, tmp_path):
    root = toy.make_course(tmp_path / "course")
    at = ("--root", root)
    assert "no course in" in _error(run, "report", "x", "--root", tmp_path)
    assert "autograde build" in _error(run, "release", "ch99_none", *at)
    assert "en and zh" in run("release", toy.CHAPTER, "--lang", "fr", *at, code=2)
    assert "nothing was released" in _error(run, "collect", toy.CHAPTER, *at)
    run("release", toy.CHAPTER, *at)
    assert "an exercise 9.9.9" in _error(run, "explain", "s01", "9.9.9", *at)
    assert "has not submitted" in _error(run, "explain", "s01", "1.1.1", *at)


def test_every_command_has_help(run):
    listing = run("--help")
    for name in (
        "release", "collect", "grade", "feedback", "export", "report", "explain",
        "similar", "late", "formgrader",
    ):  # fmt: skip
        line = next(line for line in listing.splitlines() if f" {name} " in line)
        assert line.rstrip(" │").endswith((".", "…")), line
        assert "--root" in run(name, "--help")


def test_the_course_is_found_from_a_folder_inside_it(tmp_path, monkeypatch):
    root = toy.make_course(tmp_path / "course")
    monkeypatch.chdir(root / "solutions" / toy.CHAPTER)
    assert find_root() == root
    monkeypatch.chdir(tmp_path)
    assert find_root() == toy.REPOSITORY
    with pytest.raises(ClassroomError):
        find_root(tmp_path)


def test_the_exchange_can_be_elsewhere(tmp_path, monkeypatch):
    root = toy.make_course(tmp_path / "course")
    monkeypatch.setenv("LLMLAB_EXCHANGE", str(tmp_path / "shared"))
    assert open_room(root).api.exchange_root == str(tmp_path / "shared")
    monkeypatch.delenv("LLMLAB_EXCHANGE")
    assert open_room(root).api.exchange_root == str(root / "exchange")


def test_a_chapter_of_several_notebooks_has_a_table_for_each():
    exercises = [
        results.Exercise(f"24_{n}_x", f"test24_{n}_{i}_{name}", n)
        for n in (2, 10)
        for i, name in enumerate(("one", "two"), 1)
    ]
    exercises.sort(key=lambda exercise: exercise.order)
    points = {exercise.test: exercise.max_points for exercise in exercises}
    rows = (
        results.Row("s01", results.GRADED, points=points, penalty=1.5),
        results.Row("s02", results.GRADED, points=dict.fromkeys(points, 0.0)),
        results.Row("s03", results.WAITING),
    )
    tables = points_tables(results.Results("ch24", tuple(exercises), rows))
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(*tables)
    text = console.export_text()
    assert [str(table.title) for table in tables] == ["24_2_x", "24_10_x", "ch24"]
    assert re.search(r"s01 +2 +2 +4 *\n", text)
    assert re.search(r"s01 +4 +20 +22\.5 *\n", text)
    assert re.search(r"s03 +– +– +– +not graded yet *\n", text)
    assert re.search(r"mean +2\.0 +10\.0 +11\.2", text)
    assert "24.10.1 one · 24.10.2 two" in text
