"""What `make bench` measures with: the made class, the meter, the killed grading."""

import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from autograde.attacks.judge import CHEATED, NO_GRADE, NOT_RUN, OK, ROBBED, Report
from autograde.bench import attacks, cells, graders, killed, made, meter
from autograde.bench.commands import PARTS, app
from autograde.bench.grading import Show


@pytest.fixture(scope="module")
def material():
    return made.material(graders.find_root())


def test_a_student_is_the_same_in_every_class_and_unlike_the_others(material):
    few, many = (dict(made.notebooks(material, n)) for n in (3, 6))
    assert few == {name: many[name] for name in few}
    assert len(set(many.values())) == 6


def test_the_made_class_has_right_wrong_and_missing_answers(material):
    drawn = [made.draw(material, student) for student in range(60)]
    right = {name: set(r) for name, (r, _wrong) in made.choices(material).items()}
    given = [(name, text) for row in drawn for name, text in row.items()]
    good = sum(text in right[name] for name, text in given) / len(given)
    assert 0.5 < good < 0.8
    assert len(given) < 60 * len(material.answers)


def test_the_meter_sees_the_time_and_the_memory_of_grandchildren(tmp_path):
    inner = "import time; x = bytearray(b'x') * 200_000_000; time.sleep(1.5)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    reading = meter.run([sys.executable, "-c", outer], tmp_path, every=0.1)
    assert reading.status == 0 and reading.seconds > 1.5
    assert 190e6 < reading.memory < 400e6
    assert 0 < reading.cpu < reading.seconds + 5


def test_the_meter_keeps_what_a_failing_command_says(tmp_path):
    reading = meter.run([sys.executable, "-c", "raise SystemExit('no')"], tmp_path)
    assert reading.status == 1 and "no" in reading.said


def test_experiments_are_not_part_of_the_cells_time(material):
    cells.warm_up()
    [(_name, content)] = made.notebooks(material, 1)
    assert 0 < cells.seconds(content) < 20


def _report(kind: str, verdict: str, honest: float, points: float | None):
    return Report(SimpleNamespace(kind=kind, name="x"), verdict, honest, points)


def test_the_table_of_attacks_counts_each_kind_of_fault():
    rows = [
        _report("hostile", CHEATED, 0, 20.0),
        _report("hostile", CHEATED, 0, 3.0),
        _report("hostile", OK, 4, 4.0),
        _report("hostile", NO_GRADE, 0, None),
        _report("hostile", NOT_RUN, 0, None),
        _report("odd", ROBBED, 20, 17.0),
    ]
    rows[2].faults.append("a process is left")
    assert attacks._counts(rows[:5], 20.0) == ["4", "1", "2", "0", "1", "1"]
    assert attacks._counts(rows[5:], 20.0) == ["1", "0", "0", "1", "0", "0"]


def _run(grader: str, points: dict) -> graders.Run:
    reading = meter.Reading(10.0, 8.0, 2**30, 0, "")
    return graders.Run(grader, 2, 1, reading, points)


def test_graders_that_disagree_are_named(tmp_path, capsys):
    from rich.console import Console

    show = Show(tmp_path, Console())
    show.add(_run("autograde grade", {"a": {"x": 1.0}, "b": {"x": 0.0}}))
    show.add(_run("nbgrader autograde", {"a": {"x": 1.0}}))
    assert not show.conclude()
    show.add(_run("otter run", {"b": {"x": 1.0}}))
    assert show.conclude()
    assert "otter run" in capsys.readouterr().out


def test_each_part_has_a_help_text():
    for name in PARTS:
        said = CliRunner().invoke(app, [name, "--help"])
        assert said.exit_code == 0, name


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="signals of Linux")
def test_grades_are_the_same_after_a_kill():
    said = CliRunner().invoke(app, ["killed", "--times", "1", "--students", "4"])
    assert "1 of 1 times" in said.output, said.output


def test_a_killed_grading_leaves_no_drafts(tmp_path):
    root = tmp_path / "course"
    graders.release_ours(root)
    submitted = root / "gradebook" / "submitted"
    made.write_class(made.material(graders.find_root()), submitted, 2)
    left = root / "gradebook" / "autograded" / "s00000"
    (left / f"{made.CHAPTER}.1.tmp").mkdir(parents=True)
    (left / f"{made.CHAPTER}.1.old").mkdir()
    results = root / "gradebook" / "results" / made.CHAPTER
    results.mkdir(parents=True)
    (results / "s00000.json.1.tmp").touch()
    killed.whole(root, 1)
    assert [path.name for path in left.iterdir()] == [made.CHAPTER]
    assert not list(results.glob("*.tmp"))
