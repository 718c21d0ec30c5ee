"""The commands that say what a class's grades say: report, explain, export …"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograde.classroom.commands import Chapter, Root
from autograde.classroom.commands import _room as open_course
from autograde.classroom.commands import _say as say
from llmlab.i18n import _

from .forms import Form


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
    from autograde.classroom.results import load

    from . import export as steps

    with open_course(root) as room:
        results = load(room, chapter)
        count, file = steps.export(room, results, form, to, ids, column)
        if file != "-":
            text = _("{count} students written to {file}.")
            say(text.format(count=count, file=file))


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
    from autograde.classroom import report as tables
    from autograde.classroom.points import points_tables
    from autograde.classroom.results import load

    from . import page
    from .facts import gather

    with open_course(root) as room:
        results = load(room, chapter)
        facts = gather(room, results)
        console = Console()
        console.print(*points_tables(results))
        console.print(tables.mistakes_table(room, results, facts))
        for student, reason in tables.reasons(results):
            say(f"{student}: {reason}")
        file = to or room.gradebook_folder / "reports" / f"{chapter}.html"
        page.write(page.make(room, results, facts), file)
        say(_("The page: {file}").format(file=file))
        if open_it:
            typer.launch(file.resolve().as_uri())


def explain(
    student: str,
    exercise: Annotated[str, typer.Argument(help=_("24.2.1 or its name."))],
    root: Root = None,
) -> None:
    from . import explain as steps

    with open_course(root) as room:
        say(steps.explain(room, student, exercise))


def similar(
    chapter: Chapter,
    above: Annotated[
        float, typer.Option(min=0.1, max=1, help=_("Alike from this share on."))
    ] = 0.8,
    root: Root = None,
) -> None:
    from autograde.classroom.results import load

    from . import similar_class as steps
    from .facts import gather

    with open_course(root) as room:
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
    from . import late_class as steps

    with open_course(root) as room:
        if apply:
            steps.refresh(room, chapter)
        Console().print(steps.late_table(room, chapter))
        for hint in steps.hints(room, chapter):
            say(hint)
