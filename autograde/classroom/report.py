"""The table of what a class got wrong, and who needs a look."""

from rich import box
from rich.markup import escape
from rich.table import Table

from autograde.report.facts import Facts, gather
from autograde.report.tally import tally
from llmlab.i18n import _

from . import notes
from .results import Results, graded_notebooks, read_graded
from .room import Room


def reasons(results: Results) -> list[tuple[str, str]]:
    """Students whose grade needs a look, and why."""
    return [(row.student, row.reason) for row in results.rows if row.reason]


def mistakes_table(
    room: Room, results: Results, facts: dict[str, Facts] | None = None
) -> Table:
    """Which mistakes the class made, the most frequent of each exercise first."""
    table = Table(title=_("Mistakes"), title_justify="left", box=box.SIMPLE_HEAD)
    table.pad_edge = False
    table.add_column(_("exercise"))
    table.add_column(_("students"), justify="right")
    table.add_column(_("mistake, and the advice that was given"))
    for count in tally(results, facts or gather(room, results)):
        words = escape(count.words)
        if count.advice:
            words += f"\n[dim]{escape(count.advice)}[/dim]"
        label = count.exercise.number or count.exercise.name
        table.add_row(label, str(len(count.students)), words)
    return table


def named_mistakes(room: Room, chapter: str, student: str) -> dict[str, str]:
    """Names of the mistakes that the checks recognised, by exercise number."""
    found = {}
    for path in graded_notebooks(room, chapter, student):
        for exercise, result in notes.checks(read_graded(path)).items():
            if result.get("mistake"):
                found[exercise] = result["mistake"]
    return found
