"""Who a student is in a learning platform: `gradebook/ids.csv`, if there is one."""

import csv
import difflib
from dataclasses import dataclass, fields
from pathlib import Path

from autograde.classroom.room import ClassroomError
from llmlab.i18n import _


@dataclass(frozen=True)
class Identity:
    """One student's names elsewhere; empty where unknown.

    `canvas_id`, `sis_id`, `login` and `section` are Canvas's columns ID, SIS User ID,
    SIS Login ID and Section; `moodle_id` is Moodle's "ID number".
    """

    student: str
    name: str = ""
    email: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    login: str = ""
    section: str = ""
    moodle_id: str = ""


COLUMNS = tuple(field.name for field in fields(Identity))


def ids_file(root: Path) -> Path:
    """Where the list is looked for."""
    return root / "gradebook" / "ids.csv"


def read(path: Path) -> dict[str, Identity]:
    """The list by our student ids.

    Errors: ClassroomError if the file is missing or a column is not known.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        text = _("There is no list of ids in {file}.")
        raise ClassroomError(text.format(file=path)) from None
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(lines, delimiter=separator)
    for name in reader.fieldnames or ("",):
        if name.strip() not in COLUMNS:
            near = difflib.get_close_matches(name.strip(), COLUMNS, 1)
            text = _("{file}: the column {name} is not known. There are: {names}.")
            names = ", ".join(near or COLUMNS)
            raise ClassroomError(text.format(file=path.name, name=name, names=names))
    if "student" not in {name.strip() for name in reader.fieldnames or ()}:
        text = _("{file}: the column student is missing.")
        raise ClassroomError(text.format(file=path.name))
    rows = ({k.strip(): (v or "").strip() for k, v in r.items() if k} for r in reader)
    return {row["student"]: Identity(**row) for row in rows if row["student"]}


def identity(known: dict[str, Identity], student: str) -> Identity:
    """The student's names; one who is not listed has the same id everywhere."""
    return known.get(student) or Identity(
        student, name=student, login=student, moodle_id=student
    )
