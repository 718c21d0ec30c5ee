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

from autograde.report.forms import Form
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
    for function, text in (
        (release, _("Put a chapter's notebooks into the exchange for students.")),
        (collect, _("Take the students' submissions out of the exchange.")),
        (grade, _("Grade the submissions that are new since the last time.")),
        (feedback, _("Make the students' feedback pages and release them.")),
        (export, _("Write the points for a spreadsheet or a learning platform.")),
        (report, _("Show the points and mistakes of the class; write a page.")),
        (explain, _("Show what is known about one student's exercise.")),
        (similar, _("Show which answers are unusually alike.")),
        (late, _("Show late submissions, and what lateness costs.")),
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
    root: Root = None,
) -> None:
    from . import grade as steps
    from .points import points_tables
    from .results import GRADED, load

    with _room(root) as room:
        students = steps.to_grade(room, chapter, only, force)
        outcomes = []
        jobs = jobs or steps.default_jobs()
        run = steps.grade_all(room, chapter, students, jobs)
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


def export(
    chapter: Chapter,
    form: Annotated[
        Form, typer.Option("--for", help=_("For whom the points are written."))
    ] = Form.CSV,
    to: Annotated[
        str,
        typer.Option(help=_("The file, or Gradescope's folder; - for the terminal.")),
    ] = "",
    ids: Annotated[
        Path | None, typer.Option(help=_("Students' ids elsewhere: gradebook/ids.csv."))
    ] = None,
    column: Annotated[
        str, typer.Option(help=_("The assignment's name in Canvas or Moodle."))
    ] = "",
    root: Root = None,
) -> None:
    from autograde.report import export as steps

    from .results import load

    with _room(root) as room:
        results = load(room, chapter)
        count, file = steps.export(room, results, form, to, ids, column)
        if file != "-":
            text = _("{count} students written to {file}.")
            _say(text.format(count=count, file=file))


def report(
    chapter: Chapter,
    to: Annotated[
        Path | None, typer.Option(help=_("The page: gradebook/reports/CHAPTER.html."))
    ] = None,
    open_it: Annotated[
        bool, typer.Option("--open", help=_("Show the page in the browser."))
    ] = False,
    root: Root = None,
) -> None:
    from autograde.report import page
    from autograde.report.facts import gather

    from . import report as tables
    from .points import points_tables
    from .results import load

    with _room(root) as room:
        results = load(room, chapter)
        facts = gather(room, results)
        console = Console()
        console.print(*points_tables(results))
        console.print(tables.mistakes_table(room, results, facts))
        for student, reason in tables.reasons(results):
            _say(f"{student}: {reason}")
        file = to or room.gradebook_folder / "reports" / f"{chapter}.html"
        page.write(page.make(room, results, facts), file)
        _say(_("The page: {file}").format(file=file))
        if open_it:
            typer.launch(file.resolve().as_uri())


def explain(
    student: str,
    exercise: Annotated[str, typer.Argument(help=_("24.2.1 or its name."))],
    root: Root = None,
) -> None:
    from autograde.report import explain as steps

    with _room(root) as room:
        _say(steps.explain(room, student, exercise))


def similar(
    chapter: Chapter,
    above: Annotated[
        float, typer.Option(min=0.1, max=1, help=_("Alike from this share on."))
    ] = 0.8,
    root: Root = None,
) -> None:
    from autograde.report import similar_class as steps
    from autograde.report.facts import gather

    from .results import load

    with _room(root) as room:
        results = load(room, chapter)
        found = steps.usual(room, results, gather(room, results), above)
        console = Console()
        console.print(steps.usual_table(results, found))
        console.print(steps.pairs_table(results, steps.pairs(found)))


def late(
    chapter: Chapter,
    apply: Annotated[
        bool, typer.Option("--apply", help=_("Write the penalties into the gradebook."))
    ] = False,
    root: Root = None,
) -> None:
    from autograde.report import late_class as steps

    with _room(root) as room:
        if apply:
            steps.refresh(room, chapter)
        Console().print(steps.late_table(room, chapter))
        for hint in steps.hints(room, chapter):
            _say(hint)


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
