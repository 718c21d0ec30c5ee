"""`llmlab check`: run a learner's notebook from top to bottom and say what passed."""

import os
from contextlib import nullcontext
from typing import Annotated

import typer
from rich.cells import cell_len

from llmlab.cli import places, run, verdicts
from llmlab.cli.errors import LearnerError
from llmlab.cli.lab import Lang, Work, use_language
from llmlab.cli.places import Places
from llmlab.cli.screen import block, console, say
from llmlab.cli.target import Target, find_target, released_notebook
from llmlab.cli.verdicts import FAILED, NOT_RUN, PASSED, UNWRITTEN, Outcome
from llmlab.course import Exercise, Section
from llmlab.i18n import _, language
from llmlab.notebooks import repair

HELP = _("Run a notebook's checks in a fresh Python and show what passed.")
MARKS = {PASSED: "✓", FAILED: "✗", UNWRITTEN: "·", NOT_RUN: "·"}


def check(
    notebook: Annotated[
        str | None,
        typer.Argument(
            metavar="[SECTION|FILE]",
            help=_("For example 24.2, or a notebook. Without: the last one you saved."),
        ),
    ] = None,
    exercise: Annotated[
        str | None, typer.Option(help=_("Only this exercise, for example 24.2.3."))
    ] = None,
    timeout: Annotated[
        int, typer.Option(min=1, help=_("Seconds a cell may take."))
    ] = 120,
    lang: Lang = None,
    work: Work = None,
) -> None:
    """Diagnose the notebook, run a mended copy, print every verdict."""
    use_language(lang)
    where = places.find(work)
    target = find_target(where, notebook or _section_of(exercise))
    wanted = _exercises(target.section, exercise)
    released = released_notebook(where, target)
    mended, problems = repair(target.nb, released)
    say(_("Checking {path}").format(path=where.shown(target.path)), "bold")
    for problem in [target.renamed, *problems]:
        if problem:
            block("! " + problem.message)
    cells = run.chosen_cells(mended, wanted[0] if exercise else None)
    done = _run(where, target, mended, cells, timeout)
    found = verdicts.outcomes(done, released, wanted)
    report(found, verdicts.notes(done))
    say(next_line(found, target.section, places.load_course().sections), "bold")
    raise typer.Exit(0 if all(one.state == PASSED for one in found) else 1)


def _section_of(exercise: str | None) -> str | None:
    """`--exercise 24.2.3` alone says which notebook is meant."""
    return _exercise(exercise).section if exercise else None


def _exercise(number: str) -> Exercise:
    contents = places.load_course()
    try:
        return contents.exercise(number)
    except KeyError:
        there = [e.number for s in contents.sections for e in s.exercises]
        text = _("There is no exercise {number}. There are: {there}.")
        text = text.format(number=number, there=", ".join(there))
        raise LearnerError(text, 2) from None


def _exercises(section: Section, number: str | None) -> list[Exercise]:
    if number is None:
        return list(section.exercises)
    exercise = _exercise(number)
    if exercise.section != section.number:
        text = _("Exercise {number} is in section {right}, not in {section}.")
        text = text.format(
            number=number, right=exercise.section, section=section.number
        )
        raise LearnerError(text, 2)
    return [exercise]


def _run(where: Places, target: Target, nb, cells: list[int], timeout: int):
    """Run the cells with a line that moves, if somebody watches."""
    env = dict(os.environ, LLMLAB_LANG=language(), LLMLAB_RESULTS=_results(where))
    screen = console()
    text = _("Running cell {number} of {total} …")
    status = screen.status(_("Starting Python …")) if screen.is_terminal else None

    def step(number: int, total: int) -> None:
        if status:
            status.update(text.format(number=number, total=total))

    with status or nullcontext():
        return run.run(nb, cells, target.path.parent, env, timeout, step)


def _results(where: Places) -> str:
    """Where checks record; nowhere if the folder cannot be made."""
    try:
        where.own.mkdir(parents=True, exist_ok=True)
    except OSError:
        return "0"
    return str(where.results)


def report(found: list[Outcome], notes: list[str]) -> None:
    """Print each exercise, then the sum."""
    for one in found:
        if one.state == FAILED and one.message.startswith("✗"):
            block(one.message)  # the check wrote its own heading
            continue
        say(heading(one), {PASSED: "green", FAILED: "bold red"}.get(one.state, "dim"))
        if one.message and one.state in (FAILED, NOT_RUN):
            block("\n".join("    " + line for line in one.message.splitlines()))
    if any(one.state != PASSED for one in found):
        for note in notes:
            block("! " + note)
    passed = sum(one.state == PASSED for one in found)
    text = _("{points} of {most} points, {passed} of {all} exercises.")
    numbers = {
        "points": f"{sum(one.points for one in found):g}",
        "most": f"{sum(one.exercise.points for one in found):g}",
    }
    say(text.format(passed=passed, all=len(found), **numbers))


def heading(one: Outcome) -> str:
    """A line like those the checks write: mark, exercise, points."""
    words = {UNWRITTEN: _("not written yet"), NOT_RUN: _("not run")}.get(one.state, "")
    left = f"{MARKS[one.state]} {one.exercise.number} {one.exercise.name}  {words}"
    text = _("{got} of {most} points")
    right = text.format(got=f"{one.points:g}", most=f"{one.exercise.points:g}")
    return left.rstrip() + " " * _gap(left.rstrip(), right) + right


def _gap(left: str, right: str) -> int:
    return max(2, 88 - cell_len(left) - cell_len(right))


def next_line(found: list[Outcome], section: Section, sections) -> str:
    """What to do now."""
    for state, text in (
        (FAILED, _("Next: read what is said about {number} {name} and change it.")),
        (UNWRITTEN, _("Next: write {number} {name}.")),
        (NOT_RUN, _("Next: mend the cell that ended the run; {number} {name} waits.")),
    ):
        for one in found:
            if one.state == state:
                return text.format(number=one.exercise.number, name=one.exercise.name)
    if len(found) < len(section.exercises):
        return _("Passed. `llmlab check {number}` runs the whole section.").format(
            number=section.number
        )
    later = [s for s in sections[sections.index(section) + 1 :] if s.built]
    if not later:
        return _("All passed. This is the last section there is so far.")
    text = _("All passed. Next section: {number} {title}.")
    return text.format(number=later[0].number, title=_(later[0].title))
