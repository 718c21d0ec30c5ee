"""Exports: read back as Canvas, Moodle and Gradescope would."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
import toy_course as toy

from autograde.classroom import release, results
from autograde.classroom.room import ClassroomError, open_room
from autograde.report import export, gradescope, ids, platforms
from autograde.report.facts import Check, Facts
from autograde.report.forms import Form

EXERCISES = (
    results.Exercise(toy.NAME, "test1_1_1_add", 2),
    results.Exercise(toy.NAME, "test1_1_2_double", 3),
)


def _row(student, state, points, penalty=0.0, reason=""):
    tests = [exercise.test for exercise in EXERCISES]
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    scores = dict(zip(tests, points, strict=False))
    return results.Row(student, state, reason, at, penalty, scores)


RESULTS = results.Results(
    toy.CHAPTER,
    EXERCISES,
    (
        _row("late", results.GRADED, (2, 3), penalty=0.5),
        _row("failed", results.FAILED, (), reason="no notebook"),
        _row("unreadable", results.UNREADABLE, (0, 0), reason="a web page"),
        _row("waiting", results.WAITING, ()),
        _row('李雷, "Jr"', results.GRADED, (0, 3)),
    ),
)
KNOWN = {
    "late": ids.Identity(
        "late", "Late, Ann", "ann@x.org", "101", "s-1", "ann", "A", "m-1"
    )
}


def _parsed(text):
    return list(csv.reader(io.StringIO(text)))


def test_canvas():
    head, possible, *rows = _parsed(platforms.canvas(RESULTS, KNOWN, "Sums (77)"))
    assert head == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Sums (77)",
    ]  # fmt: skip
    assert possible[0].strip() == "Points Possible" and possible[-1] == "5"
    assert rows == [
        ["Late, Ann", "101", "s-1", "ann", "A", "4.5"],
        ["unreadable", "", "", "unreadable", "", "0"],
        ['李雷, "Jr"', "", "", '李雷, "Jr"', "", "3"],
    ]


def test_moodle():
    head, *rows = _parsed(platforms.moodle(RESULTS, KNOWN, {"late": "1 day late"}))
    assert head[:2] == ["ID number", "Email address"]
    assert head[2:] == [toy.CHAPTER, f"{toy.CHAPTER} (feedback)"]
    assert rows[0] == ["m-1", "ann@x.org", "4.5", "1 day late"]
    assert [row[0] for row in rows] == ["m-1", "unreadable", '李雷, "Jr"']


def test_gradescope():
    facts = Facts("late", seconds=1.23, notes=["mended"], flags=["secret flag"])
    facts.checks["test1_1_1_add"] = Check("✓ 1.1.1 add")
    facts.checks["test1_1_2_double"] = Check(f"✗\n {toy.LAST_LINE}")
    made = gradescope.results_json(
        RESULTS, RESULTS.rows[0], facts, "1 day late", {toy.LAST_LINE}
    )
    assert made["score"] == 4.5
    assert made["output"] == "1 day late\nmended"
    assert made["execution_time"] == 1.2
    assert (made["visibility"], made["stdout_visibility"]) == ("visible", "hidden")
    assert made["leaderboard"] == []
    first, second = made["tests"]
    assert (first["score"], first["max_score"], first["status"]) == (2, 2, "passed")
    assert first["number"] == "1.1.1" and first["output"] == "✓ 1.1.1 add"
    assert "abab" not in second["output"] and "left out" in second["output"]
    assert "secret" not in json.dumps(made)


@pytest.fixture
def room(tmp_path):
    """A released toy course."""
    room = open_room(toy.make_course(tmp_path / "course"))
    release.release(room, toy.CHAPTER)
    return room


@pytest.fixture
def fake(monkeypatch):
    """Facts of the fake results, which have no notebooks."""
    monkeypatch.setattr(
        export, "gather", lambda *_: {r.student: Facts(r.student) for r in RESULTS.rows}
    )


@pytest.mark.parametrize("form", ["csv", "canvas", "moodle"])
def test_files_are_the_same_bytes_each_time(room, tmp_path, form):
    file = tmp_path / "out.csv"
    contents = set()
    for _again in range(2):
        count, _to = export.export(room, RESULTS, Form(form), str(file), None, "")
        contents.add(file.read_bytes())
    assert count == (5 if form == "csv" else 3)
    assert len(contents) == 1
    assert b"\r" not in contents.pop()


def test_a_folder_for_gradescope(room, tmp_path, fake):
    folder = tmp_path / "gs"
    count, _to = export.export(room, RESULTS, Form.GRADESCOPE, str(folder), None, "")
    files = sorted(folder.rglob("results.json"))
    assert count == len(files) == 3
    names = {json.loads(f.read_text("utf-8"))["extra_data"]["student"] for f in files}
    assert names == {f.parent.name for f in files}
    with pytest.raises(ClassroomError, match="--to FOLDER"):
        export.export(room, RESULTS, Form.GRADESCOPE, "-", None, "")


def test_the_list_of_ids_is_found(room, tmp_path):
    ids.ids_file(room.root).write_text(
        "student;name;canvas_id\nlate;Ann Late;9\n", encoding="utf-8-sig"
    )
    file = tmp_path / "out.csv"
    export.export(room, RESULTS, Form.CANVAS, str(file), None, "")
    assert _parsed(file.read_text())[2][:2] == ["Ann Late", "9"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,mail\n", "mail is not known. There are: email"),
        ("name\n", "column student is missing"),
        ("", "is not known"),
    ],
)
def test_mistakes_in_the_list_of_ids_are_named(tmp_path, text, said):
    file = tmp_path / "ids.csv"
    file.write_text(text)
    with pytest.raises(ClassroomError, match=said):
        ids.read(file)


def test_what_cannot_be_written_or_read_is_said(room, tmp_path):
    with pytest.raises(ClassroomError, match="cannot be written"):
        export.export(room, RESULTS, Form.CSV, str(tmp_path / "no" / "x"), None, "")
    with pytest.raises(ClassroomError, match="no list of ids"):
        export.export(room, RESULTS, Form.CANVAS, "-", tmp_path / "no.csv", "")
