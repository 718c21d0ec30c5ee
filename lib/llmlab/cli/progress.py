"""`llmlab progress`: how far a learner is, and what comes next."""

from dataclasses import dataclass
from pathlib import Path

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from llmlab.cli import places
from llmlab.cli.lab import Lang, Work, use_language
from llmlab.cli.results import Result, latest
from llmlab.cli.screen import console, say
from llmlab.course import Course, Exercise, Section
from llmlab.i18n import _

HELP = _("Show how far you are and what comes next.")
_CELLS = 20


@dataclass(frozen=True)
class Standing:
    """How far a learner is in one section."""

    section: Section
    passed: int
    points: float
    last: str

    @property
    def complete(self) -> bool:
        """True if every exercise passed when it was last run."""
        return self.passed == len(self.section.exercises)


def standing(section: Section, results: dict[str, Result]) -> Standing:
    """Count a section's exercises by their latest results."""
    tried = [results[e.number] for e in section.exercises if e.number in results]
    done = [e for e in section.exercises if _passed(e, results)]
    last = max((result.time for result in tried), default="")
    points = sum(exercise.points for exercise in done)
    return Standing(section, len(done), points, last[:16].replace("T", " "))


def _passed(exercise: Exercise, results: dict[str, Result]) -> bool:
    return exercise.number in results and results[exercise.number].passed


def progress(lang: Lang = None, work: Work = None) -> None:
    """Print the table and the next step."""
    use_language(lang)
    where = places.find(work)
    contents = places.load_course()
    results, damaged = latest(where.results)
    rows = [standing(s, results) for s in contents.sections if s.built]
    if rows:
        console().print(table(rows))
    if damaged:
        text = _("{count} damaged lines of {path} were left out.")
        path = where.shown(where.results)
        say(text.format(count=damaged, path=path), "yellow")
    say(next_step(contents, rows, results), "bold")


def table(rows: list[Standing]) -> Table:
    """One row a section, and their sum."""
    grid = Table(box=None, pad_edge=False, show_footer=len(rows) > 1)
    total = sum(row.section.points for row in rows)
    reached = sum(row.points for row in rows)
    grid.add_column(_("Section"), _("All"), max_width=44)
    grid.add_column("", width=_CELLS)
    grid.add_column(_("Exercises"), justify="right")
    grid.add_column(_("Points"), f"{reached:g} / {total:g}", justify="right")
    grid.add_column(_("Last run"))
    for row in rows:
        name = f"{row.section.number} {_(row.section.title)}"
        exercises = f"{row.passed} / {len(row.section.exercises)}"
        points = f"{row.points:g} / {row.section.points:g}"
        grid.add_row(Text(name), bar(row), exercises, points, row.last or "–")
    return grid


def bar(row: Standing) -> ProgressBar | Text:
    """A coloured bar on a terminal; signs that survive a pipe elsewhere."""
    total = len(row.section.exercises) or 1
    if console().is_terminal:
        return ProgressBar(total=total, completed=row.passed, width=_CELLS)
    full = round(_CELLS * row.passed / total)
    return Text("█" * full + "░" * (_CELLS - full))


def next_step(course: Course, rows: list[Standing], results: dict) -> str:
    """What to do now: the first exercise that is not done."""
    for row in rows:
        for exercise in row.section.exercises:
            if _passed(exercise, results):
                continue
            text = _(
                "Next: {number} {name} in {path}. `llmlab lab` opens the notebooks; "
                "`llmlab check {section}` runs all its checks."
            )
            return text.format(
                number=exercise.number,
                name=exercise.name,
                path=Path(row.section.path).name,
                section=row.section.number,
            )
    if not rows:
        return _("No section of {title} is built yet.").format(title=_(course.title))
    return _("Everything there is so far is done. Well done!")
