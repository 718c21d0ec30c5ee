"""Measure the checks against the bank: what is caught, named, wrongly rejected.

Every banked answer runs over many seeds and dtypes, with all tests. The aim is all
wrong ones caught, all of them named as the bank says, and no right one rejected.
"""

import multiprocessing
import os
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograde import pacing
from autograde.bank import BrokenTest
from autograde.build.settings import find_root
from autograde.mistakes import BankError, Entry, load
from llmlab import course
from llmlab.i18n import _

DTYPES = ("float32", "float64", "bfloat16")


@dataclass
class Score:
    """Counts of one exercise's runs."""

    caught: int = 0
    named: int = 0
    wrong: int = 0
    rejected: int = 0
    right: int = 0
    skipped: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    misses: dict[str, list[str]] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """How many test cells were run."""
        return self.wrong + self.right

    @property
    def perfect(self) -> bool:
        """Whether everything came out as the bank says."""
        return self.caught == self.named == self.wrong and not self.rejected

    def add(self, other: "Score") -> None:
        """Add the counts of other runs."""
        for name in ("caught", "named", "wrong", "rejected", "right", "skipped"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        for label, rows in other.misses.items():
            self.misses.setdefault(label, []).extend(rows)


def measure(section: str, entry: Entry, is_wrong: bool, seeds: int) -> Score:
    """Run one answer over all seeds and dtypes."""
    import torch

    from autograde.bank import stage

    score, current = Score(), stage(section)
    for dtype in DTYPES:
        if not entry.counts(dtype):
            score.skipped += seeds
            continue
        for seed in range(seeds):
            verdict = current.run(
                entry.number, entry.source, seed=seed, dtype=getattr(torch, dtype)
            )
            _count(score, entry, is_wrong, verdict, f"{dtype}, seed {seed}")
        if not verdict.drawn:
            # no floating-point inputs: another dtype would change nothing
            break
    return score


def _count(score: Score, entry: Entry, is_wrong: bool, verdict, where: str) -> None:
    score.seconds += verdict.seconds
    score.slowest = max(score.slowest, verdict.seconds)
    said = f"{where}: {verdict.mistake or 'passed'}"
    if is_wrong:
        named = not verdict.passed and verdict.mistake == entry.name
        score.wrong += 1
        score.caught += not verdict.passed
        score.named += named
        if not named:
            score.misses.setdefault(entry.label, []).append(said)
    else:
        score.right += 1
        score.rejected += not verdict.passed
        if not verdict.passed:
            score.misses.setdefault(entry.label, []).append(said)


def _one_thread() -> None:
    # two workers with two threads each would wait for one another
    os.environ["OMP_NUM_THREADS"] = "1"
    import torch

    torch.set_num_threads(1)


def run(section: str, seeds: int, workers: int) -> dict[str, Score]:
    """Scores by exercise number."""
    bank = load(course.section(section).slug)
    entries = [(e, True) for e in bank.wrong] + [(e, False) for e in bank.right]
    scores: dict[str, Score] = defaultdict(Score)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _one_thread) as pool:
        jobs = [
            (e.number, pool.submit(measure, section, e, wrong, seeds))
            for e, wrong in entries
        ]
        for number, job in jobs:
            scores[number].add(job.result())
    return dict(sorted(scores.items()))


def table(section: str, scores: dict[str, Score]) -> Table:
    """The scores by exercise, with a line of totals."""
    shown = Table(
        title=_("Checks of {section} against their bank").format(section=section)
    )
    shown.add_column(_("exercise"), no_wrap=True)
    # caught and named of all wrong answers' runs, rejected of all right ones'
    for heading in (
        _("caught"),
        _("named"),
        _("rejected"),
        _("skipped"),
        _("s/check"),
        _("max s"),
    ):
        shown.add_column(heading, justify="right", no_wrap=True)
    total = Score()
    for number, score in scores.items():
        total.add(score)
        shown.add_row(number, *_cells(score))
    shown.add_section()
    shown.add_row(_("all"), *_cells(total))
    return shown


def _cells(score: Score) -> list[str]:
    return [
        f"{score.caught}/{score.wrong}",
        f"{score.named}/{score.wrong}",
        f"{score.rejected}/{score.right}",
        str(score.skipped),
        f"{score.seconds / max(1, score.runs):.3f}",
        f"{score.slowest:.2f}",
    ]


def bench(
    section: Annotated[
        list[str] | None, typer.Option(help=_("Sections by number; all by default."))
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help=_("How many seeds."))] = 20,
    workers: Annotated[int, typer.Option(min=1, help=_("How many processes."))] = min(
        2, os.cpu_count() or 1
    ),
) -> None:
    """Score the checks against the bank; status 1 if an answer is misjudged."""
    console, good = Console(), True
    chosen = section or [s.number for s in course.load().sections if s.built]
    for number in chosen:
        begin = time.perf_counter()
        try:
            scores = run(number, seeds, workers)
        except (BankError, BrokenTest, KeyError) as error:
            console.print(f"✗ {error}", style="red", highlight=False)
            raise typer.Exit(1) from None
        console.print(table(number, scores))
        good = _report(console, scores, seeds, time.perf_counter() - begin) and good
    console.print(_pacing(chosen))
    if not good:
        raise typer.Exit(1)


def _pacing(chosen: list[str]) -> Table:
    """The pacing of the chosen sections' notebooks."""
    root = find_root()
    sections = [course.section(number) for number in chosen]
    files = [root / "solutions" / s.chapter / f"{s.slug}.ipynb" for s in sections]
    return pacing.table([pacing.measure(file) for file in files])


def _report(console: Console, scores: dict, seeds: int, seconds: float) -> bool:
    """Say what was measured and list each answer that was misjudged."""
    text = _(
        "{seeds} seeds × {dtypes}; masks have no floating-point inputs and count once. "
        'Skipped: a wrong answer that is right at a dtype, such as "returns float64". '
        "{runs} checks in {seconds:.0f} s."
    )
    runs = sum(score.runs for score in scores.values())
    console.print(
        text.format(seeds=seeds, dtypes=", ".join(DTYPES), runs=runs, seconds=seconds)
    )
    for score in scores.values():
        for label, rows in score.misses.items():
            console.print(f"✗ {label}: {len(rows)} × ", rows[:3], highlight=False)
    good = all(score.perfect for score in scores.values())
    verdict = _("✓ all caught, all named, none rejected") if good else _("✗ not yet")
    console.print(verdict, style="green" if good else "red")
    return good
