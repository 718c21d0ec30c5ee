"""`llmlab reset`: a blank notebook or a blank exercise, with a backup of yours."""

import time
from pathlib import Path
from typing import Annotated

import nbformat
import typer

from llmlab.cli import files, places
from llmlab.cli.errors import LearnerError
from llmlab.cli.lab import Lang, Work, use_language
from llmlab.cli.places import Places
from llmlab.cli.screen import say
from llmlab.cli.target import way_back
from llmlab.course import Section
from llmlab.i18n import _, language
from llmlab.notebooks import UnreadableNotebook, read
from llmlab.notebooks.cells import grade_id
from llmlab.notebooks.reading import READING

HELP = _("Get a blank notebook (or exercise) back; yours is kept as a backup.")


def reset(
    section: Annotated[str, typer.Argument(help=_("For example 24.2."))],
    exercise: Annotated[
        str | None, typer.Option(help=_("Only this exercise, for example 24.2.3."))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    lang: Lang = None,
    work: Work = None,
) -> None:
    """Back the learner's notebook up, then give the blank one."""
    use_language(lang)
    where = places.find(work)
    chosen = places.find_section(section)
    name = _name(where, chosen)
    target = where.work / name
    blank = where.released(name).read_bytes()
    data = blank if exercise is None else _one_blank(where, name, exercise)
    if target.is_file() and target.read_bytes() != data:
        if not yes:
            typer.confirm(_question(where, target, exercise), abort=True)
        kept = keep(where, name, target)
        say(_("Your notebook was kept as {path}.").format(path=where.shown(kept)))
    files.write(target, data)
    if exercise is None:
        files.write(where.baseline(name), blank)
    say(_("{path} is ready.").format(path=where.shown(target)))
    say(_("If it is open in JupyterLab: File → Reload Notebook from Disk."))


def _name(where: Places, section: Section) -> str:
    """The edition the learner works with, else the one of the language."""
    editions = [language(), "zh" if language() == "en" else "en"]
    names = [places.file_name(section, edition) for edition in editions]
    names = [name for name in names if where.released(name).is_file()]
    if not names:
        text = _("The blank notebook of {number} is missing in {folder}.")
        folder = where.root / "notebooks"
        raise LearnerError(text.format(number=section.number, folder=folder))
    mine = [name for name in names if (where.work / name).is_file()]
    return (mine or names)[0]


def _question(where: Places, target: Path, exercise: str | None) -> str:
    if exercise:
        text = _("Make exercise {number} in {path} blank again? A backup is kept.")
    else:
        text = _("Replace {path} with the blank notebook? A backup is kept.")
    return text.format(path=where.shown(target), number=exercise)


def keep(where: Places, name: str, target: Path) -> Path:
    """Copy the learner's file to the backups; the original stays until replaced."""
    stem = name.removesuffix(".ipynb").split("/")
    folder = "zh/" if stem[0] == "zh" else ""
    base = f"{folder}{stem[-1]}-{time.strftime('%Y%m%d-%H%M%S')}"
    path, count = where.backup(base + ".ipynb"), 1
    while path.exists():
        count += 1
        path = where.backup(f"{base}-{count}.ipynb")
    files.write(path, target.read_bytes())
    return path


def _one_blank(where: Places, name: str, number: str) -> bytes:
    """The learner's notebook with one answer made blank, all else as it is."""
    target = where.work / name
    try:
        released, mine = read(where.released(name)), read(target)
    except UnreadableNotebook as error:
        text = error.message + "\n" + way_back(where, target)
        raise LearnerError(text, 2) from error
    order = [grade_id(cell) for cell in released.cells if grade_id(cell)]
    cell_name = _answer_name(where, name, number)
    blank = next(cell for cell in released.cells if grade_id(cell) == cell_name)
    same = [n for n, cell in enumerate(mine.cells) if grade_id(cell) == cell_name]
    later = order[order.index(cell_name) + 1 :]
    below = [n for n, cell in enumerate(mine.cells) if grade_id(cell) in later]
    place = [*same, *below, len(mine.cells)][0]
    # pasted copies go too: one of them would run after the blank cell
    cells = [cell for cell in mine.cells if grade_id(cell) != cell_name]
    mine.cells = [*cells[:place], blank, *cells[place:]]
    mine.metadata.pop(READING, None)
    return (nbformat.writes(mine, version=4) + "\n").encode()


def _answer_name(where: Places, name: str, number: str) -> str:
    """The graded cell of an exercise, if it is in this notebook."""
    section = places.find_section(Path(name).stem)
    for exercise in section.exercises:
        if exercise.number == number:
            return exercise.answer
    there = ", ".join(exercise.number for exercise in section.exercises)
    text = _("There is no exercise {number} in section {section}. There are: {there}.")
    text = text.format(number=number, section=section.number, there=there)
    raise LearnerError(text, 2)
