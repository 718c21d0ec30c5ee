"""The similarity of a whole class: pairs of students, and how usual answers are."""

from dataclasses import dataclass

from rich import box
from rich.markup import escape
from rich.table import Table

from autograde.classroom.results import Exercise, Results
from autograde.classroom.room import Room
from llmlab.i18n import _

from .answers import answers, stubs
from .facts import Facts
from .similar import ABOVE, Alike, Usual, compare

SHOWN = 30


@dataclass(frozen=True)
class Pair:
    """Two students and the exercises in which they are alike as few others are."""

    first: str
    second: str
    alike: tuple[Alike, ...]

    @property
    def bits(self) -> float:
        """How surprising all of it is together."""
        return sum(one.bits for one in self.alike)


def usual(
    room: Room, results: Results, facts: dict[str, Facts], above: float = ABOVE
) -> list[Usual]:
    """How usual each exercise's answers are, with its unusual likenesses."""
    own, given = answers(results, facts), stubs(room, results)
    tests = [exercise.test for exercise in results.exercises]
    return [compare(test, own[test], given[test], above) for test in tests]


def pairs(found: list[Usual]) -> list[Pair]:
    """The pairs of students, the most surprising first."""
    by_pair: dict[tuple[str, str], list[Alike]] = {}
    for exercise in found:
        for alike in exercise.unusual:
            by_pair.setdefault((alike.first, alike.second), []).append(alike)
    made = [Pair(*names, tuple(alike)) for names, alike in by_pair.items()]
    return sorted(made, key=lambda pair: (-pair.bits, pair.first, pair.second))


def evidence(results: Results, alike: Alike) -> str:
    """One likeness in words: exercise, how alike, how many have it."""
    text = _("{exercise} {percent:.0f} % (had by {have} of {count})")
    words = text.format(
        exercise=label(results, alike.test),
        percent=100 * alike.similarity,
        have=alike.have_it,
        count=alike.count,
    )
    return f"{words}, {_('same text')}" if alike.same_text else words


def label(results: Results, test: str) -> str:
    """The short name of an exercise."""
    found: Exercise = next(e for e in results.exercises if e.test == test)
    return found.number or found.name


def usual_table(results: Results, found: list[Usual]) -> Table:
    """Per exercise: how many ways to write it the class found."""
    table = _table(_("How usual answers are"))
    table.add_column(_("exercise"))
    for head in (_("answers"), _("ways"), _("most usual"), _("alike"), _("unusual")):
        table.add_column(head, justify="right")
    for one in found:
        counts = (one.count, one.ways, one.most_usual, one.alike, len(one.unusual))
        table.add_row(label(results, one.test), *map(str, counts))
    return table


def pairs_table(results: Results, found: list[Pair]) -> Table:
    """Pairs of students whose answers are alike as few others' are."""
    table = _table(_("Unusually alike"))
    table.add_column(_("students"))
    table.add_column(_("bits"), justify="right")
    table.add_column(_("exercises"))
    for pair in found[:SHOWN]:
        words = "\n".join(evidence(results, alike) for alike in pair.alike)
        names = f"{pair.first}\n{pair.second}"
        table.add_row(escape(names), f"{pair.bits:.0f}", escape(words))
    if len(found) > SHOWN:
        table.caption = _("{count} more pairs.").format(count=len(found) - SHOWN)
    return table


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.pad_edge = False
    return table
