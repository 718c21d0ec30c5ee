"""Our grader beside stock nbgrader and otter, on the same submissions, in one run."""

import json
import tempfile
from pathlib import Path
from statistics import mean
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from llmlab.i18n import _

from . import cells, graders, made
from .graders import Run

AIM = 30  # times as fast as stock nbgrader


def grading(
    students: Annotated[
        list[int] | None, typer.Option(help=_("Sizes of the class; 10, 100, 1000."))
    ] = None,
    workers: Annotated[
        list[int] | None, typer.Option(help=_("Submissions at a time; 1 and 2."))
    ] = None,
    stock: Annotated[
        int, typer.Option(help=_("Submissions for stock nbgrader; 0 for none."))
    ] = 20,
    otter: Annotated[int, typer.Option(help=_("Submissions for otter; 0: none."))] = 5,
    sample: Annotated[
        int, typer.Option(help=_("Submissions whose cells are run alone."))
    ] = 40,
    keep: Annotated[
        Path | None, typer.Option(help=_("Work in this new folder and leave it."))
    ] = None,
) -> None:
    """Compare graders: seconds, processor time and memory for each submission."""
    console = Console()
    console.width = max(console.width, 96)  # the table has eight columns
    sizes, many = students or [10, 100, 1000], workers or [1, 2]
    if keep is not None:
        keep.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="llmlab-bench-") as folder:
        show = Show(Path(keep or folder).resolve(), console)
        show.ours(sizes, many)
        show.cells(sample)
        if stock:
            show.stock(stock)
        if otter:
            show.otter(otter)
        console.print(show.table())
        wrong = show.conclude()
    if wrong:
        raise typer.Exit(1)


class Show:
    """One comparison: the runs so far, and what follows from them."""

    def __init__(self, folder: Path, console: Console):
        self.folder, self.console = folder, console
        self.runs: list[Run] = []
        self.alone = 0.0
        self.material = made.material(graders.find_root())

    @property
    def root(self) -> Path:
        """The course that our grader works in."""
        return self.folder / "ours"

    @property
    def submitted(self) -> Path:
        """Its submissions."""
        return self.root / "gradebook" / "submitted"

    def say(self, text: str) -> None:
        """Tell how far it is."""
        self.console.print(text, highlight=False)

    def add(self, run: Run) -> None:
        """Keep a run and tell of it."""
        self.runs.append(run)
        text = f"{run.grader}, {run.count}, {run.workers}: {run.reading.seconds:.1f} s"
        self.say(text)

    def ours(self, sizes: list[int], workers: list[int]) -> None:
        """Grade classes of these sizes with so many workers each."""
        graders.release_ours(self.root)
        for size in sorted(sizes):
            made.write_class(self.material, self.submitted, size)
            for many in workers:
                self.add(graders.ours(self.root, size, many))

    def cells(self, count: int) -> None:
        """Run the cells of some submissions alone."""
        cells.warm_up()
        found = [
            cells.seconds(content)
            for _name, content in made.notebooks(self.material, count)
        ]
        self.alone = mean(found) if found else 0.0

    def stock(self, count: int) -> None:
        """Grade a class with nbgrader as it comes."""
        root = self.folder / "stock"
        graders.release_stock(root)
        made.write_class(self.material, root / "submitted", count)
        self.add(graders.stock(root, count))

    def otter(self, count: int) -> None:
        """Grade some of the class with otter, if it is there."""
        command = graders.find_otter()
        if command is None:
            self.say(graders.without_otter())
            return
        folder = self.folder / "otter"
        folder.mkdir()
        made.write_class(self.material, folder / "submitted", count)
        students = sorted(p.name for p in (folder / "submitted").iterdir())
        self.add(graders.otter(command, folder, folder / "submitted", students))

    def table(self) -> Table:
        """All runs, a line each."""
        shown = Table(title=_("Grading a class of 24.2, experiments skipped"))
        shown.add_column(_("grader"), no_wrap=True)
        for heading in (
            _("sub-\nmissions"),
            _("workers"),
            _("seconds"),
            _("seconds\neach"),
            _("cpu s\neach"),
            _("MiB"),
            _("times\nstock"),
        ):
            shown.add_column(heading, justify="right", no_wrap=True)
        base = next((r.each for r in self.runs if r.grader.startswith("nbgr")), 0.0)
        for run in self.runs:
            reading = run.reading
            times = f"{base / run.each:.1f}" if base else "–"
            shown.add_row(
                run.grader,
                str(run.count),
                str(run.workers),
                f"{reading.seconds:.1f}",
                f"{run.each:.3f}",
                f"{reading.cpu / run.count:.3f}",
                f"{reading.memory / 2**20:.0f}",
                times,
            )
        return shown

    def conclude(self) -> bool:
        """Say what follows; whether something is wrong."""
        wrong = self._disagree()
        largest = max(self.runs, key=lambda r: (r.grader == "autograde grade", r.count))
        one = [r for r in self.runs if r.count == largest.count and r.workers == 1]
        if self.alone and one and one[0].grader == largest.grader:
            text = _(
                "The cells alone need {alone:.3f} s of processor time a submission; "
                "grading with one worker takes {times:.2f} times that."
            )
            times = one[0].each / self.alone
            self.say(text.format(alone=self.alone, times=times))
        self._memory(largest.count)
        return wrong

    def _memory(self, count: int) -> None:
        by_workers = {
            r.workers: r.reading.memory / 2**20
            for r in self.runs
            if r.grader == "autograde grade" and r.count == count
        }
        if len(by_workers) > 1:
            few, many = min(by_workers), max(by_workers)
            more = (by_workers[many] - by_workers[few]) / (many - few)
            text = _("Each worker more takes {more:.0f} MiB more at the peak.")
            self.say(text.format(more=more))

    def _disagree(self) -> bool:
        """Compare the points of all graders, student by student."""
        first, wrong = {}, False
        for run in self.runs:
            for student, points in run.points.items():
                known = first.setdefault(student, (run, points))
                if known[1] != points:
                    wrong = True
                    text = f"✗ {student}: {known[0].grader} {known[1]}"
                    self.say(f"{text}, {run.grader} {json.dumps(points)}")
        if not wrong:
            self.say(_("✓ all graders give the same points"))
        return wrong
