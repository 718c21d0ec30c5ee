"""Try hostile and odd submissions on a grader: `python -m autograde.attacks`."""

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from . import every
from .judge import CHEATED, LIMIT, NO_GRADE, NOT_RUN, OK, ROBBED, Report
from .record import Submission
from .trial import KINDS, Trial

COLOURS = {OK: "green", CHEATED: "red", ROBBED: "red", NO_GRADE: "yellow"}
VERDICTS = (OK, CHEATED, ROBBED, NO_GRADE, LIMIT, NOT_RUN)


def chosen(only: list[str], kind: str) -> list[Submission]:
    """The records of these names, or whose names begin so; all without names."""
    records = [r for r in every() if kind in ("", r.kind)]
    if not only:
        return records
    found = [r for r in records if r.name in only]
    found += [r for r in records if r not in found and r.name.startswith(tuple(only))]
    return found


def reports(trial: Trial, records: list[Submission], jobs: int) -> Iterator[Report]:
    """Odd ones together; each hostile one alone, so that faults have an author."""
    if jobs > 1:
        yield from trial.run(records, jobs)
        return
    for record in records:
        yield from trial.run([record])


def table(found: list[Report], title: str) -> Table:
    """One line for each submission."""
    shown = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for head in ("submission", "points", "honest", "seconds", "verdict", "what"):
        right = head in ("points", "honest", "seconds")
        shown.add_column(head, justify="right" if right else "left")
    for row in found:
        points = "–" if row.points is None else f"{row.points:g}"
        colour = COLOURS.get(row.verdict, "dim") if row.good else "red"
        what = "; ".join(row.faults) or row.reason or row.record.about
        cells = [row.record.name, points, f"{row.honest:g}", f"{row.seconds:.1f}"]
        verdict = f"[{colour}]{row.verdict}{'' if row.good else ' ✗'}[/{colour}]"
        shown.add_row(*cells, verdict, escape(" ".join(what.split())[:160]))
    return shown


def plain(row: Report) -> dict:
    """A report as data."""
    return {
        "name": row.record.name,
        "kind": row.record.kind,
        "about": row.record.about,
        "verdict": row.verdict,
        "good": row.good,
        "points": row.points,
        "honest": row.honest,
        "seconds": row.seconds,
        "reason": row.reason,
        "faults": row.faults,
    }


def main(
    grader: Annotated[str, typer.Option(help="ours, current or stock.")] = "ours",
    only: Annotated[list[str] | None, typer.Option(help="Names or beginnings.")] = None,
    kind: Annotated[str, typer.Option(help="hostile or odd; both by default.")] = "",
    jobs: Annotated[
        int, typer.Option(help="More than 1: as one class, several at a time.")
    ] = 1,
    seconds: Annotated[float, typer.Option(help="Most seconds a submission.")] = 400.0,
    with_pages: Annotated[
        bool, typer.Option("--pages/--no-pages", help="Make feedback and look at it.")
    ] = True,
    to: Annotated[Path | None, typer.Option(help="Write the reports as JSON.")] = None,
) -> None:
    """Grade hostile and odd submissions in a temporary course and judge the grader."""
    console, found, begin = Console(), [], time.monotonic()
    # an ended trial, too, takes its folder and its processes away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    records = chosen(only or [], kind)
    if grader == "current":
        records = [record for record in records if not record.dangerous]
    with Trial(KINDS[grader], seconds, with_pages) as trial:
        words = "are" if trial.sandboxed else "are not"
        console.print(f"{grader}: submissions {words} kept from the course's files")
        for report in reports(trial, records, jobs):
            found.append(report)
            console.print(f"{len(found):4}/{len(records)} {report.verdict:9}"
                          f" {report.record.name}", highlight=False)  # fmt: skip
            if to:
                rows = [plain(row) for row in found]
                to.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
    console.print(table(found, f"Grader: {grader}"))
    count = Counter(row.verdict for row in found)
    faulty = sum(bool(row.faults) for row in found)
    words = [f"{verdict} {count[verdict]}" for verdict in VERDICTS if count[verdict]]
    spent = time.monotonic() - begin
    console.print(" · ".join([*words, f"with faults {faulty}", f"{spent:.0f} s"]))
    if not all(row.good for row in found):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
