"""Say where a played class did not come out as it must."""

from pathlib import Path

import nbformat
from bs4 import BeautifulSoup

from autograde.classroom import report
from autograde.classroom.hide import hidden_lines
from autograde.classroom.results import GRADED, UNREADABLE, Results
from autograde.classroom.room import Room
from llmlab.i18n import _

from .submissions import Made


def points(room: Room, chapter: str, outcome: Results, made: list[Made]) -> list[str]:
    """Where points, states or named mistakes are not as they must be."""
    found = []
    for row in made:
        graded = outcome.row(row.student)
        if graded.state != (GRADED if row.readable else UNREADABLE):
            found.append(f"{row.student}: {graded.state} {graded.reason}")
        for exercise in outcome.exercises:
            got = graded.points.get(exercise.test)
            wanted = row.points.get(exercise.name, got)
            if got != wanted:
                text = _("{student}: {exercise} has {got} points instead of {wanted}")
                names = {"student": row.student, "exercise": exercise.label}
                found.append(text.format(got=got, wanted=wanted, **names))
        if row.mistake:
            found += _unnamed(room, chapter, row, outcome)
    return found


def _unnamed(room: Room, chapter: str, row: Made, outcome: Results) -> list[str]:
    name, mistake = row.mistake
    exercise = next(e for e in outcome.exercises if e.name == name)
    named = report.named_mistakes(room, chapter, row.student).get(exercise.number)
    if named == mistake:
        return []
    text = _("{student}: {exercise} is named {named} instead of {mistake}")
    names = {"student": row.student, "exercise": exercise.label}
    return [text.format(named=named, mistake=mistake, **names)]


def feedback(solution: Path, pages: list[Path], count: int) -> list[str]:
    """Which feedback pages are missing or show a line of a hidden test."""
    found = []
    if len(pages) != count:
        text = _("{count} feedback pages instead of {wanted}")
        found.append(text.format(count=len(pages), wanted=count))
    secret = set()
    for cell in nbformat.read(solution, as_version=4).cells:
        secret |= hidden_lines(cell.source)
    for page in pages:
        # highlighting cuts code into pieces: look at the text, not at the HTML
        text = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text()
        shown = [line for line in secret if line in text]
        found += [_("{page} shows {line}").format(page=page, line=x) for x in shown]
    return found
