"""Hostile and odd submissions, graded by ours and by stock nbgrader, side by side."""

from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograde.attacks import all_hostile, all_odd
from autograde.attacks.judge import NOT_RUN, Report
from autograde.attacks.trial import KINDS, Trial
from llmlab.i18n import _

SECONDS = 400.0


def attacks(
    only: Annotated[
        list[str] | None, typer.Option(help=_("Names or beginnings of names."))
    ] = None,
    stock: Annotated[
        bool, typer.Option("--stock/--no-stock", help=_("Stock nbgrader as well."))
    ] = True,
) -> None:
    """Grade hostile and odd submissions with both graders; what each let through."""
    console, found = Console(), {}
    for grader in ["ours", *(["stock"] if stock else [])]:
        found[grader] = _reports(grader, tuple(only or ()), console)
    console.print(_table(found))
    for report in found["ours"]:
        if not report.good:
            why = "; ".join(report.faults) or report.reason
            console.print(f"✗ {report.record.name}: {report.verdict}: {why}")
    if not all(report.good for report in found["ours"]):
        raise typer.Exit(1)


def _reports(grader: str, only: tuple, console: Console) -> list[Report]:
    records = [r for r in all_hostile() + all_odd() if not only or
               r.name.startswith(only)]  # fmt: skip
    reports: list[Report] = []
    with Trial(KINDS[grader], SECONDS, False) as trial:
        for record in records:
            reports += trial.run([record])
            if len(reports) % 20 == 0:
                text = f"{grader}: {len(reports)} / {len(records)}"
                console.print(text, highlight=False)
    return reports


def _table(found: dict[str, list[Report]]) -> Table:
    """A line for each grader and kind."""
    shown = Table(title=_("Hostile and odd submissions"))
    for heading in (
        _("grader"),
        _("kind"),
        _("tried"),
        _("full marks undeserved"),
        _("too many points"),
        _("too few points"),
        _("no grade"),
        _("other faults"),
    ):
        shown.add_column(heading, justify="left" if not shown.columns else "right")
    for grader, reports in found.items():
        full = max((r.points or 0.0 for r in reports), default=0.0)
        for kind in ("hostile", "odd"):
            rows = [r for r in reports if r.record.kind == kind]
            shown.add_row(grader, kind, *_counts(rows, full))
    return shown


def _counts(rows: list[Report], full: float) -> list[str]:
    tried = [r for r in rows if r.verdict != NOT_RUN]
    graded = [r for r in tried if r.points is not None]
    count = Counter()
    for row in graded:
        count["many"] += row.points > row.honest
        count["full"] += row.points > row.honest and row.points == full
        count["few"] += row.points < row.honest
    values = [len(tried), count["full"], count["many"], count["few"]]
    values += [len(tried) - len(graded), sum(bool(r.faults) for r in tried)]
    return [str(value) for value in values]
