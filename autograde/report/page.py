"""The report on a chapter as one page that needs nothing else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import jinja2

from autograde.classroom.points import STATES, number
from autograde.classroom.results import GRADED, UNREADABLE, Results, Row
from autograde.classroom.room import Room
from llmlab.i18n import _, language

from . import plots, similar_class
from .facts import Facts, gather
from .late import Rules
from .late_gradebook import Late, late_submissions
from .late_times import load_rules
from .similar import ABOVE, Usual
from .stats import Item, Spread, item, spread
from .tally import Count, tally

TEMPLATES = Path(__file__).with_name("templates")
SLOWEST = 5
FEW = 10  # a class smaller than this says little about its exercises


@dataclass
class Report:
    """All that the page shows about one chapter."""

    results: Results
    facts: dict[str, Facts]
    rules: Rules
    totals: list[float]
    scores: Spread
    items: list[Item]
    mistakes: list[Count]
    late: list[Late]
    usual: list[Usual] = field(default_factory=list)

    @property
    def pairs(self) -> list[similar_class.Pair]:
        """Pairs of students whose answers are unusually alike."""
        return similar_class.pairs(self.usual)

    @property
    def seconds(self) -> list[tuple[float, str]]:
        """Time of grading and student, the slowest first."""
        found = [(f.seconds, f.student) for f in self.facts.values()]
        return sorted(((s, n) for s, n in found if s is not None), reverse=True)

    @property
    def flags(self) -> list[tuple[str, str]]:
        """What a human should look at."""
        return [(f.student, flag) for f in self.facts.values() for flag in f.flags]

    @property
    def troubles(self) -> list[Row]:
        """Students whose chapter is not graded as it was handed in."""
        return [row for row in self.results.rows if row.state != GRADED]


def make(
    room: Room, results: Results, facts: dict[str, Facts] | None = None, above=ABOVE
) -> Report:
    """Work out a chapter's report."""
    facts = facts if facts is not None else gather(room, results)
    rules = load_rules(room.root)
    graded = [row for row in results.rows if row.state == GRADED]
    totals = [row.total for row in results.rows if row.total is not None]
    points = {
        e.test: [row.points.get(e.test) for row in graded] for e in results.exercises
    }
    figures = [
        item(
            points[e.test], e.max_points, [p for t, p in points.items() if t != e.test]
        )
        for e in results.exercises
    ]
    earned = {r.student: sum(p or 0.0 for p in r.points.values()) for r in results.rows}
    return Report(
        results,
        facts,
        rules,
        totals,
        spread(totals),
        figures,
        tally(results, facts),
        list(late_submissions(room, results.chapter, earned, rules)),
        similar_class.usual(room, results, facts, above),
    )


def write(report: Report, file: Path) -> None:
    """Write the page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(html(report), encoding="utf-8")


def html(report: Report) -> str:
    """The page as HTML: no script, nothing from elsewhere."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(
        _=_,
        number=number,
        percent=lambda share: "–" if share is None else f"{100 * share:.0f} %",
        plain=lambda value: "–" if value is None else f"{value:.2f}",
        state=lambda row: _(STATES[row.state]),
        local=report.rules.local,
        label=lambda test: similar_class.label(report.results, test),
        evidence=lambda alike: similar_class.evidence(report.results, alike),
        shown=similar_class.SHOWN,
        few=FEW,
        slowest=SLOWEST,
        unreadable=UNREADABLE,
        language={"zh": "zh-CN"}.get(language(), language()),
    )
    template = environment.get_template("report.html.j2")
    return template.render(r=report, pictures=_pictures(report), until=_until(report))


def _pictures(report: Report) -> dict[str, plots.Picture]:
    made = {}
    most = report.results.max_points
    if report.totals:
        made["scores"] = plots.scores(report.totals, most, report.scores.middle)
    if any(one.difficulty is not None for one in report.items):
        names = [e.number or e.name for e in report.results.exercises]
        made["items"] = plots.items(names, report.items)
    seconds = [value for value, _student in report.seconds]
    if seconds:
        made["seconds"] = plots.seconds(seconds, spread(seconds).middle)
    return made


def _until(report: Report) -> datetime:
    times = [f.graded_at for f in report.facts.values() if f.graded_at]
    return max(times, default=datetime.fromtimestamp(0, UTC))
