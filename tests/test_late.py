"""Late days: due dates, extensions and penalties, by tables and through nbgrader."""

import csv
import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import nbformat
import pytest
import toy_course as toy

from autograde.classroom import grade, release, results
from autograde.classroom.room import ClassroomError, open_room
from autograde.report import late_gradebook, late_times
from autograde.report.late import Policy, Row, Rules
from autograde.report.late_file import (
    parse_length,
    parse_time,
    read_policy,
    read_rows,
)

DUE = datetime(2026, 10, 1, 16, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def rules(policy, rows=(), submitted=None):
    """Rules for chapters a, b and c, due a week after each other."""
    dates = {("", name): Row(DUE + i * 7 * DAY) for i, name in enumerate("abc")}
    known = submitted or {}
    return Rules(policy, {**dates, **dict(rows)}, lambda s, c: known.get((s, c)))


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (-DAY, 0),
        (timedelta(0), 0),
        (SECOND, 1),
        (DAY, 1),
        (DAY + SECOND, 2),
        (10 * DAY, 10),
    ],
)
def test_days_late(after, days):
    assert rules(Policy()).days_late("s", "a", DUE + after) == days


@pytest.mark.parametrize(
    ("after", "days"), [(HOUR, 0), (HOUR + SECOND, 1), (DAY + HOUR, 1), (DAY * 2, 2)]
)
def test_grace_comes_before_every_day(after, days):
    assert rules(Policy(grace=HOUR)).days_late("s", "a", DUE + after) == days


@pytest.mark.parametrize(
    ("policy", "days", "points", "off", "used"),
    [
        (Policy(), 3, 10, 0, 0),
        (Policy(per_day=0.1), 0, 10, 0, 0),
        (Policy(per_day=0.1), 1, 10, 1, 0),
        (Policy(per_day=0.1), 3, 7, 2.1, 0),
        (Policy(per_day=0.1, maximum=0.25), 9, 8, 2, 0),
        (Policy(per_day=0.5), 9, 8, 8, 0),
        (Policy(free_days=2, per_day=0.1), 2, 10, 0, 2),
        (Policy(free_days=2, per_day=0.1), 3, 10, 1, 2),
        (Policy(free_days=5, per_day=0.1), 3, 10, 0, 3),
        (Policy(per_day=0.1), 1, 0, 0, 0),
        (Policy(per_day=0.1), 1, None, 0, 0),
    ],
)
def test_penalty(policy, days, points, off, used):
    found = rules(policy).penalty("s", "a", DUE + days * DAY, points)
    assert (found.points_off, found.late_days_used) == (pytest.approx(off), used)
    assert bool(days) == ("late by" in found.words)


def test_no_due_date_and_no_submission_cost_nothing():
    found = rules(Policy(per_day=1)).penalty("s", "other", DUE + DAY, 5)
    assert found == (0, 0, "")
    assert rules(Policy(per_day=1)).penalty("s", "a", None, 5) == (0, 0, "")


def test_free_days_are_used_in_the_order_of_due_dates():
    submitted = {
        ("s", "a"): DUE + 2 * DAY,
        ("s", "b"): DUE + 7 * DAY + 2 * DAY,
        ("s", "c"): DUE + 14 * DAY + 1 * DAY,
        ("t", "a"): DUE + 9 * DAY,
    }
    found = rules(Policy(free_days=3, per_day=0.1), (), submitted)
    costs = [found.penalty("s", c, submitted["s", c], 10) for c in "abc"]
    assert [cost[:2] for cost in costs] == [(0, 2), (1, 1), (1, 0)]
    assert found.days_left("s") == 0
    assert found.days_left("s", "b") == 1
    assert found.days_left("t") == 0
    assert found.days_left("nobody") == 3


def test_the_file_overrides_budget_and_limits_a_chapter():
    rows = {
        ("rich", ""): Row(late_days=10),
        ("poor", ""): Row(late_days=0),
        ("", "b"): Row(DUE + 7 * DAY, late_days=1),
        ("rich", "c"): Row(late_days=0),
    }
    found = rules(Policy(free_days=3, per_day=0.1), rows)

    def used(student, chapter, due):
        return found.penalty(student, chapter, due + 3 * DAY, 10)[:2]

    assert used("rich", "a", DUE) == (0, 3)
    assert used("rich", "b", DUE + 7 * DAY) == (2, 1)
    assert used("rich", "c", DUE + 14 * DAY) == (3, 0)
    assert used("poor", "a", DUE) == (3, 0)
    assert used("other", "c", DUE + 14 * DAY) == (0, 3)


@pytest.mark.parametrize(
    ("rows", "due"),
    [
        ({}, DUE),
        ({("s", "a"): Row(extension=2 * DAY)}, DUE + 2 * DAY),
        ({("s", ""): Row(extension=DAY)}, DUE + DAY),
        ({("t", "a"): Row(extension=DAY)}, DUE),
        ({("s", "a"): Row(due=DUE + 5 * DAY)}, DUE + 5 * DAY),
        ({("s", "a"): Row(due=DUE - DAY)}, DUE - DAY),
        # the nearer line counts, and extensions do not add up
        ({("s", ""): Row(extension=DAY), ("s", "a"): Row(extension=HOUR)}, DUE + HOUR),
        # an extension of everybody does not move a date of one's own
        ({("", "a"): Row(DUE, DAY), ("s", "a"): Row(DUE + 2 * DAY)}, DUE + 2 * DAY),
        ({("", "a"): Row(DUE, DAY)}, DUE + DAY),
    ],
)
def test_extensions(rows, due):
    assert rules(Policy(), rows).due("s", "a") == due


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-10-01", "UTC", "2026-10-02 00:00"),
        ("2026-10-01", "Asia/Shanghai", "2026-10-01 16:00"),
        ("2026-10-01 23:59", "Asia/Shanghai", "2026-10-01 15:59"),
        ("2026-10-01T23:59:59", "America/New_York", "2026-10-02 03:59"),
        ("2026-10-01 23:59+02:00", "Asia/Shanghai", "2026-10-01 21:59"),
        ("2026-10-01T23:59Z", "Asia/Shanghai", "2026-10-01 23:59"),
        # the day on which the clocks go back has 25 hours
        ("2026-10-25", "Europe/Berlin", "2026-10-25 23:00"),
        ("2026-10-24", "Europe/Berlin", "2026-10-24 22:00"),
    ],
)
def test_times(text, zone, utc):
    assert f"{parse_time(text, ZoneInfo(zone)):%Y-%m-%d %H:%M}" == utc


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2", 48),
        ("2d", 48),
        ("2 days", 48),
        ("1d 12h", 36),
        ("90min", 1.5),
        ("30 m", 0.5),
    ],
)
def test_lengths(text, hours):
    assert parse_length(text) == hours * HOUR
    for wrong in ("", "soon", "2 weeks", "-1d"):
        with pytest.raises(ValueError):
            parse_length(wrong)


def _rows(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "late.csv"
    file.write_bytes(text.encode(encoding))
    return read_rows(file, ZoneInfo("Asia/Shanghai"))


def test_the_file_is_read_as_spreadsheets_write_it(tmp_path):
    text = (
        "student,chapter,due,extension,late_days,note\r\n"
        ",a,2026-10-01,,,for all\r\n"
        "李雷,a,,2d,,ill\r\n"
        " s02 ,,,,5,\r\n"
        ",,,,,\r\n"
    )
    for separator, encoding in ((",", "utf-8"), (";", "utf-8-sig")):
        rows = _rows(tmp_path, text.replace(",", separator), encoding)
        assert rows == {
            ("", "a"): Row(due=DUE),
            ("李雷", "a"): Row(extension=2 * DAY),
            ("s02", ""): Row(late_days=5),
        }
    assert read_rows(tmp_path / "none.csv") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,chapter,dew\n", "Did you mean due"),
        ("student,chapter,colour\n", "There are: student"),
        ("chapter,due\na,tomorrow\n", "line 2: tomorrow is no time"),
        ("chapter,due\n\na,2026-10-01\na,2026-10-02\n", "line 4: There is a line"),
        ("student,chapter,extension\ns,a,soon\n", "line 2: soon is no length"),
        ("student,due\ns,2026-10-01\n", "A due date needs a chapter"),
        ("student,chapter,due\ns,a,2026-10-01\n", "empty student"),
        ("student,chapter,extension\ns,a,1d\n", "empty student"),
        ("student,late_days\ns,many\n", "whole number"),
        ("student,late_days\ns,1,2\n", "more values"),
    ],
)
def test_mistakes_in_the_file_are_named(tmp_path, text, said):
    with pytest.raises(ClassroomError, match=said):
        _rows(tmp_path, text)


def test_another_encoding_is_named(tmp_path):
    with pytest.raises(ClassroomError, match="UTF-8"):
        _rows(tmp_path, "student,chapter\n李雷,a\n", "gbk")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("free_day = 2", "Did you mean free_days"),
        ("per_day = 10", "from 0 to 1"),
        ("per_day = true", "from 0 to 1"),
        ("timezone = 'Mars/Base'", "no time zone Mars/Base"),
        ("clock = 'theirs'", "exchange"),
    ],
)
def test_mistakes_in_the_settings_are_named(tmp_path, text, said):
    (tmp_path / "course.toml").write_text(f"[late]\n{text}\n")
    with pytest.raises(ClassroomError, match=said):
        read_policy(tmp_path)


def test_the_settings(tmp_path):
    (tmp_path / "course.toml").write_text("[course]\nid = 'x'\n")
    assert read_policy(tmp_path) == Policy(zone=ZoneInfo("UTC"))
    (tmp_path / "course.toml").write_text(
        "[late]\nfree_days = 3\nper_day = 0.1\nmaximum = 0.5\ngrace_minutes = 10\n"
        "timezone = 'Asia/Shanghai'\nclock = 'claimed'\n"
    )
    assert read_policy(tmp_path) == Policy(
        3, 0.1, 0.5, timedelta(minutes=10), ZoneInfo("Asia/Shanghai"), "claimed"
    )


def test_the_guides_example_works(tmp_path):
    guide = (toy.REPOSITORY / "docs" / "instructors.md").read_text("utf-8")
    part = guide.partition("## Late days")[2].partition("## Points for")[0]
    (tmp_path / "course.toml").write_text(part.split("```")[1], encoding="utf-8")
    policy = read_policy(tmp_path)
    assert (policy.free_days, policy.per_day, policy.maximum) == (3, 0.1, 0.5)
    table = [line for line in part.splitlines() if line.startswith("| ")]
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in table]
    with (tmp_path / "late.csv").open("w", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(cells)
    found = Rules(policy, read_rows(tmp_path / "late.csv", policy.zone))
    assert found.chapters() == ["ch24_transformer", "ch25_training"]
    first = found.due("s001", "ch24_transformer")
    assert first == datetime(2026, 10, 1, 16, tzinfo=UTC)
    assert found.due("s017", "ch24_transformer") == first + 2 * DAY
    assert found.due("s019", "ch24_transformer").hour == 10
    assert found.days_left("s018") == 6


LATE = "\n[late]\nfree_days = 1\nper_day = 0.2\ntimezone = 'Asia/Shanghai'\n"


@pytest.fixture
def course(tmp_path):
    """A released toy course with a policy, due at noon UTC on the last of January."""
    room = open_room(toy.make_course(tmp_path / "course"))
    with (room.root / "course.toml").open("a") as file:
        file.write(LATE)
    release.release(room, toy.CHAPTER)
    (room.gradebook_folder / "late.csv").write_text(
        f"student,chapter,due,extension\n,{toy.CHAPTER},2026-01-29 20:00,\n"
        f"ill,{toy.CHAPTER},,2d\n"
    )
    file = room.root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    return room, nbformat.read(file, 4)


def _graded(room, blank, *students):
    for student in students:
        toy.submit(room.root, student, toy.answered(blank))
        assert grade.grade_one(room, toy.CHAPTER, student)[0] == results.GRADED
    return results.load(room, toy.CHAPTER)


def test_nbgrader_takes_the_penalty(course):
    room, blank = course
    found = _graded(room, blank, "late", "ill")
    # two days late, one of them free: a fifth of five points
    assert found.row("late").penalty == 1
    assert found.row("late").total == 4
    assert (found.row("ill").penalty, found.row("ill").total) == (0, 5)
    with room.gradebook() as gradebook:
        assert gradebook.find_assignment(toy.CHAPTER).duedate == datetime(
            2026, 1, 29, 12
        )
        late = gradebook.find_submission(toy.CHAPTER, "late")
        assert late.total_seconds_late == 2 * 86400
        assert gradebook.find_submission(toy.CHAPTER, "ill").total_seconds_late == 0


def test_a_changed_rule_is_applied_without_grading_again(course):
    room, blank = course
    _graded(room, blank, "late")
    (room.gradebook_folder / "late.csv").write_text(
        f"student,chapter,due,late_days\n,{toy.CHAPTER},2026-01-29 20:00,0\n"
    )
    late_gradebook.refresh(room, toy.CHAPTER)
    assert results.load(room, toy.CHAPTER).row("late").penalty == 2
    [late] = late_gradebook.late_submissions(room, toy.CHAPTER, {"late": 5.0})
    assert (late.student, late.days, late.penalty.points_off) == ("late", 2, 2)


def test_a_forged_time_is_corrected_by_a_list_of_times(course):
    room, blank = course
    (room.gradebook_folder / "received.csv").write_text(
        f"student,chapter,received\nforger,{toy.CHAPTER},2026-02-02 12:00Z\n"
    )
    found = _graded(room, blank, "forger")
    # timestamp.txt says the 31st, it came on the 2nd: four days late, three paid
    assert found.row("forger").penalty == 3
    assert found.row("forger").state == results.GRADED


def test_the_exchanges_own_time_comes_before_the_students(course, monkeypatch):
    room, blank = course
    monkeypatch.delenv("LLMLAB_EXCHANGE", raising=False)
    inbound = room.root / "exchange" / "toy" / "inbound"
    inbound.mkdir(parents=True, exist_ok=True)
    folder = inbound / f"s01+{toy.CHAPTER}+2026-01-31 12:00:00 UTC+x"
    folder.mkdir()
    now = datetime.now(UTC)
    (folder / "timestamp.txt").write_text("2026-01-31 12:00:00.000000 UTC")
    # a date that the student set does not help
    os.utime(folder / "timestamp.txt", (0, 0))
    toy.submit(room.root, "s01", toy.answered(blank))
    times = late_times.Times(room.root)
    assert abs(times("s01", toy.CHAPTER) - now) < timedelta(minutes=1)
    assert times.claimed("s01", toy.CHAPTER) == datetime(2026, 1, 31, 12, tzinfo=UTC)
    believing = late_times.Times(room.root, Policy(clock="claimed"))
    assert believing("s01", toy.CHAPTER) == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert times("nobody", toy.CHAPTER) is None
    # another submission of the same student is not this one
    toy.submit(room.root, "s02", toy.answered(blank))
    folder.rename(inbound / f"s02+{toy.CHAPTER}+x+y")
    (inbound / f"s02+{toy.CHAPTER}+x+y" / "timestamp.txt").write_text("other")
    assert late_times.Times(room.root)("s02", toy.CHAPTER) == datetime(
        2026, 1, 31, 12, tzinfo=UTC
    )


def test_an_exchange_restored_from_a_backup_is_younger_than_what_came_from_it(tmp_path):
    class Stat:
        def __init__(self, change, modified):
            self.st_ctime, self.st_mtime = change, modified

    at = late_times._arrival(Stat(9000, 100), Stat(200, 150))
    assert at.timestamp() == 100
    assert late_times._arrival(Stat(199, 5), Stat(200, 150)).timestamp() == 199


def test_a_date_only_in_formgrader_is_pointed_out(course):
    room, _blank = course
    rules = Rules()
    with room.gradebook() as gradebook:
        gradebook.update_or_create_assignment(
            toy.CHAPTER, duedate="2026-01-01 12:00:00 UTC"
        )
    assert "late.csv" in late_gradebook.unused_due_date(room, toy.CHAPTER, rules)
    rules = late_times.load_rules(room.root)
    assert late_gradebook.unused_due_date(room, toy.CHAPTER, rules) == ""
