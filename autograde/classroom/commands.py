"""The commands of `autograde` for a class: release, collect, grade, feedback …"""

from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from llmlab.i18n import _

Chapter = Annotated[
    str, typer.Argument(help=_("The chapter's folder, for example ch24_transformer."))
]
Root = Annotated[
    Path | None,
    typer.Option(help=_("The course's folder; otherwise found from the current one.")),
]
Force = Annotated[bool, typer.Option("--force", help=_("Do again what is done."))]
Only = Annotated[str, typer.Option(metavar="STUDENT", help=_("Only this student."))]


def register(app: typer.Typer) -> None:
    """Add the classroom's commands to the `autograde` command."""
    from autograde.report import commands as reports

    for function, text in (
        (release, _("Put a chapter's notebooks into the exchange for students.")),
        (collect, _("Take the students' submissions out of the exchange.")),
        (grade, _("Grade the submissions that are new since the last time.")),
        (feedback, _("Make the students' feedback pages and release them.")),
        (
            reports.export,
            _("Write the points for a spreadsheet or a learning platform."),
        ),
        (reports.report, _("Show the points and mistakes of the class; write a page.")),
        (reports.explain, _("Show what is known about one student's exercise.")),
        (reports.similar, _("Show which answers are unusually alike.")),
        (reports.late, _("Show late submissions, and what lateness costs.")),
        (formgrader, _("Open nbgrader's page for this course in the browser.")),
    ):
        app.command(help=text)(function)


def release(
    chapter: Chapter,
    lang: Annotated[
        str, typer.Option(help=_("Which edition: en or zh. Either is graded alike."))
    ] = "en",
    force: Force = False,
    root: Root = None,
) -> None:
    from . import release as steps

    with _room(root) as room:
        if lang not in steps.RELEASE_FOLDERS:
            raise typer.BadParameter(_("There are the editions en and zh."))
        folder = steps.release(room, chapter, lang, force)
        _say(_("Released: {folder}").format(folder=folder))


def collect(chapter: Chapter, root: Root = None) -> None:
    from . import release as steps

    with _room(root) as room:
        students = steps.collect(room, chapter)
        text = _("{count} students have submitted {chapter}.")
        _say(text.format(count=len(students), chapter=chapter))


def grade(
    chapter: Chapter,
    only: Only = "",
    force: Force = False,
    jobs: Annotated[
        int, typer.Option(help=_("Submissions at a time; 0: one per core."))
    ] = 0,
    scheduler: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help=_("Use the Dask cluster at ADDRESS.")),
    ] = "",
    trust: Annotated[
        bool,
        typer.Option(
            "--trust", help=_("Grade even where there is hardly any sandbox.")
        ),
    ] = False,
    sandbox: Annotated[
        str, typer.Option(help=_("Use full, confined or limits, not the strongest."))
    ] = "",
    root: Root = None,
) -> None:
    from . import grade as steps
    from .points import points_tables
    from .results import GRADED, load

    with _room(root) as room:
        students = steps.to_grade(room, chapter, only, force)
        outcomes = []
        run = steps.grade_all(
            room,
            chapter,
            students,
            jobs or steps.default_jobs(),
            trust=trust,
            level=sandbox,
            force=force,
            scheduler=scheduler,
            started=lambda level: _say(_("Sandbox: {level}").format(level=level)),
        )
        for outcome in _progress(run, students, _("Grading")):
            outcomes.append(outcome)
        results = load(room, chapter)
        Console().print(*points_tables(results))
        for outcome in outcomes:
            if outcome.state != GRADED:
                _say(f"{outcome.student}: {outcome.reason}")
        text = _("Graded now: {count}. Nothing new: {rest}.")
        rest = len(results.rows) - len(outcomes)
        _say(text.format(count=len(outcomes), rest=rest))
        if any(outcome.state == steps.FAILED for outcome in outcomes):
            raise typer.Exit(1)


def feedback(chapter: Chapter, only: Only = "", root: Root = None) -> None:
    from . import feedback as steps

    with _room(root) as room:
        students = steps.graded_students(room, chapter)
        students = [name for name in students if only in ("", name)]
        pages = list(
            _progress(
                steps.give_feedback(room, chapter, students), students, _("Feedback")
            )
        )
        for page in pages:
            if not page.released:
                _say(f"{page.student}: {page.reason} ({page.folder})")
        text = _("{count} feedback pages released.")
        _say(text.format(count=sum(page.released for page in pages)))


def formgrader(
    port: Annotated[int, typer.Option(help=_("Port of the server."))] = 8888,
    browser: Annotated[bool, typer.Option(help=_("Open a browser."))] = True,
    root: Root = None,
) -> None:
    from .page import open_page

    with _room(root) as room:
        raise typer.Exit(open_page(room.root, port, browser))


@contextmanager
def _room(root: Path | None):
    """The course; what an instructor can mend ends the command with one line."""
    from .room import ClassroomError, open_room, quiet

    try:
        with quiet():
            yield open_room(root)
    except ClassroomError as error:
        typer.echo(_("autograde: {error}").format(error=error), err=True)
        raise typer.Exit(1) from None


def _say(text: str) -> None:
    typer.echo(text)


def _progress(steps, students: list[str], title: str):
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[student]}"),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    with bar as progress:
        task = progress.add_task(title, total=len(students), student="")
        for step in steps:
            progress.update(task, advance=1, student=step.student)
            yield step
