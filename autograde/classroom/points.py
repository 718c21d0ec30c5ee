"""The tables of a class's points: one per notebook, and one of the chapter."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean

from rich import box
from rich.table import Table

from llmlab.i18n import N_, _

from .results import FAILED, GRADED, UNREADABLE, WAITING, Exercise, Results, Row

STATES = {
    GRADED: N_("graded"),
    WAITING: N_("not graded yet"),
    FAILED: N_("grading failed"),
    UNREADABLE: N_("unreadable"),
}


@dataclass(frozen=True)
class Column:
    """One column of points: what a row has of how many."""

    head: str
    most: float
    value: Callable[[Row], float | None]


def number(value: float | None) -> str:
    """Points as people write them: 3, 2.5, – for none."""
    return "–" if value is None else f"{value:g}"


def points_tables(results: Results) -> list[Table]:
    """Students and their points in each exercise, with means below.

    A chapter of several notebooks has a table for each, then one with their sums.
    """
    notebooks: dict[str, list[Exercise]] = {}
    for exercise in results.exercises:
        notebooks.setdefault(exercise.notebook, []).append(exercise)
    total = Column(_("total"), results.max_points, lambda row: row.total)
    if len(notebooks) < 2:
        columns = [_of_exercise(exercise) for exercise in results.exercises]
        names = _names(results.exercises)
        return [_table(results.chapter, names, [*columns, total], results)]
    tables = [
        _table(
            name,
            _names(own),
            [*map(_of_exercise, own), _of_all(_("sum"), own)],
            results,
        )
        for name, own in notebooks.items()
    ]
    sums = [_of_all(_section(own), own) for own in notebooks.values()]
    return [*tables, _table(results.chapter, "", [*sums, total], results)]


def _names(exercises) -> str:
    return " · ".join(exercise.label for exercise in exercises)


def _section(exercises: list[Exercise]) -> str:
    """ "24.2" for the exercises 24.2.1 and so on; else the notebook's name."""
    number = exercises[0].number.rpartition(".")[0]
    return number or exercises[0].notebook


def _of_exercise(exercise: Exercise) -> Column:
    head = exercise.number or exercise.name
    return Column(head, exercise.max_points, lambda row: row.points.get(exercise.test))


def _of_all(head: str, exercises: list[Exercise]) -> Column:
    def value(row: Row) -> float | None:
        known = [row.points.get(exercise.test) for exercise in exercises]
        return None if None in known else sum(known)

    return Column(head, sum(exercise.max_points for exercise in exercises), value)


def _table(title: str, names: str, columns: list[Column], results: Results) -> Table:
    table = Table(title=title, caption=names, box=box.SIMPLE_HEAD, show_footer=True)
    table.title_justify = table.caption_justify = "left"
    table.pad_edge, table.padding = False, (0, 0, 0, 1)
    table.add_column(_("student"), footer=_("mean"), no_wrap=True)
    graded = [row for row in results.rows if row.total is not None]
    for column in columns:
        values = [column.value(row) or 0.0 for row in graded]
        mean = f"{fmean(values):.1f}" if values else "–"
        head = f"{column.head}\n/ {number(column.most)}"
        table.add_column(head, footer=mean, justify="right", min_width=6)
    table.add_column(_("status"))
    for row in results.rows:
        cells = [number(column.value(row)) for column in columns]
        state = "" if row.state == GRADED else _(STATES[row.state])
        table.add_row(row.student, *cells, state)
    return table
