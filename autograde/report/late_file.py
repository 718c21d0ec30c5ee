"""Read `gradebook/late.csv` and the part `[late]` of `course.toml`."""

import csv
import difflib
import re
import tomllib
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from autograde.classroom.room import ClassroomError
from llmlab.i18n import _

from .late import Policy, Row

COLUMNS = ("student", "chapter", "due", "extension", "late_days", "note")
SETTINGS = ("free_days", "per_day", "maximum", "grace_minutes", "timezone", "clock")
CLOCKS = ("exchange", "claimed")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|min|m)?(?:ays?|ours?|utes?)?", re.I)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "min": "minutes"}


def late_file(root: Path) -> Path:
    """Where due dates and extensions are written."""
    return root / "gradebook" / "late.csv"


def read_policy(root: Path) -> Policy:
    """The course's policy; without `[late]` in `course.toml` lateness costs nothing.

    Errors: ClassroomError if a setting is unknown or makes no sense.
    """
    text = (root / "course.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text).get("late", {})
    for name in found:
        if name not in SETTINGS:
            _refuse("course.toml", _unknown(name, SETTINGS))
    numbers = {"free_days": 0, "per_day": 0.0, "maximum": 1.0, "grace_minutes": 0}
    for name in numbers:
        numbers[name] = value = found.get(name, numbers[name])
        most = 1 if name in ("per_day", "maximum") else 10**6
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not 0 <= value <= most:
            text = _("{name} must be a number from 0 to {most}, not {value}.")
            _refuse("course.toml", text.format(name=name, most=most, value=value))
    clock = found.get("clock", CLOCKS[0])
    if clock not in CLOCKS:
        _refuse("course.toml", _unknown(str(clock), CLOCKS))
    return Policy(
        free_days=int(numbers["free_days"]),
        per_day=numbers["per_day"],
        maximum=numbers["maximum"],
        grace=timedelta(minutes=numbers["grace_minutes"]),
        zone=_zone(found.get("timezone", "UTC")),
        clock=clock,
    )


def read_rows(path: Path, zone: tzinfo = UTC) -> dict[tuple[str, str], Row]:
    """The lines of the file by (student, chapter); none if there is no file.

    Errors: ClassroomError with the line's number and what is wrong in it.
    """
    rows: dict[tuple[str, str], Row] = {}
    if not path.is_file():
        return rows
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        _refuse(path.name, _("Save it as CSV in UTF-8: it is in another encoding."))
    lines = text.splitlines()
    # spreadsheets write semicolons where the comma is the decimal point
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(lines, delimiter=separator)
    for name in reader.fieldnames or ():
        if name.strip() not in COLUMNS:
            _refuse(path.name, _unknown(name.strip(), COLUMNS))
    for line in reader:
        where = _("{file}, line {line}").format(file=path.name, line=reader.line_num)
        if None in line:
            _refuse(where, _("There are more values than columns."))
        cells = {k.strip(): (v or "").strip() for k, v in line.items()}
        key = cells.get("student", ""), cells.get("chapter", "")
        if not any(value for name, value in cells.items() if name != "note"):
            continue
        if key in rows:
            text = _("There is a line for this student and chapter already.")
            _refuse(where, text)
        rows[key] = _row(where, key, cells, zone)
    _must_have_common_dates(path.name, rows)
    return rows


def _row(where: str, key: tuple[str, str], cells: dict, zone: tzinfo) -> Row:
    due, extension = cells.get("due", ""), cells.get("extension", "")
    days = cells.get("late_days", "")
    if due and not key[1]:
        _refuse(where, _("A due date needs a chapter."))
    if days and not days.isdecimal():
        text = _("late_days must be a whole number, not {text}.")
        _refuse(where, text.format(text=days))
    return Row(
        due=_time(where, due, zone) if due else None,
        extension=_length(where, extension) if extension else None,
        late_days=int(days) if days else None,
    )


def _must_have_common_dates(name: str, rows: dict) -> None:
    """nbgrader knows extensions only as a difference to the date for all."""
    for (student, chapter), row in rows.items():
        common = rows.get(("", chapter), Row()).due
        if student and chapter and (row.due or row.extension) and common is None:
            text = _(
                "{student} has a date of their own in {chapter}, which has none for "
                "all. Add a line with an empty student and the common due date."
            )
            _refuse(name, text.format(student=student, chapter=chapter))


def parse_time(text: str, zone: tzinfo = UTC) -> datetime:
    """A time as people write it; a day without a time lasts until its end.

    >>> str(parse_time("2026-10-01")), str(parse_time("2026-10-01 18:00+02:00"))
    ('2026-10-02 00:00:00+00:00', '2026-10-01 16:00:00+00:00')

    Errors: ValueError if it is no time.
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = datetime.fromisoformat(text) + timedelta(days=1)
        local = datetime.combine(day.date(), time(), zone)
    else:
        local = datetime.fromisoformat(text)
        local = local if local.tzinfo else local.replace(tzinfo=zone)
    return local.astimezone(UTC)


def _time(where: str, text: str, zone: tzinfo) -> datetime:
    try:
        return parse_time(text, zone)
    except ValueError:
        words = _("{text} is no time. Write for example 2026-10-01 23:59.")
        _refuse(where, words.format(text=text))


def parse_length(text: str) -> timedelta:
    """A length of time; a plain number is days.

    >>> str(parse_length("1d 12h")), str(parse_length("2")), str(parse_length("90min"))
    ('1 day, 12:00:00', '2 days, 0:00:00', '1:30:00')

    Errors: ValueError if it is none.
    """
    if not text.strip() or _PART.sub("", text).strip():
        raise ValueError(text)
    parts = [
        (float(n), _UNITS[(unit or "d").lower()]) for n, unit in _PART.findall(text)
    ]
    return sum((timedelta(**{unit: n}) for n, unit in parts), timedelta())


def _length(where: str, text: str) -> timedelta:
    try:
        return parse_length(text)
    except ValueError:
        words = _("{text} is no length of time. Write for example 2d or 12h.")
        _refuse(where, words.format(text=text))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        text = _("There is no time zone {name}. Write for example Asia/Shanghai.")
        _refuse("course.toml", text.format(name=name))


def _unknown(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    text = _("{name} is not known.").format(name=name)
    if near:
        return text + " " + _("Did you mean {names}?").format(names=near[0])
    return text + " " + _("There are: {names}.").format(names=", ".join(known))


def _refuse(where: str, what: str):
    raise ClassroomError(f"{where}: {what}")
