"""The report's plots: pictures in the course's style, as they stand in a page."""

import base64
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.figure import Figure

from llmlab.i18n import _, language
from llmlab.plot.style import (
    DASHES,
    INK,
    QUIET,
    ROLES,
    TINTS,
    card,
    fonts,
    styled,
    title,
)

from .stats import Item, histogram

WIDE = (8.4, 3.0)


@dataclass(frozen=True)
class Picture:
    """A picture for `<img>`: its data address and what it shows in words."""

    source: str
    alt: str


def picture(figure: Figure, alt: str) -> Picture:
    """A figure as SVG, the same bytes each time."""
    # without a Chinese font here the reader's own draws the words
    kind = "none" if language() == "zh" and len(fonts()) < 2 else "path"
    data = io.StringIO()
    settings = {"svg.hashsalt": "llmlab", "svg.fonttype": kind}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(data, format="svg", metadata={"Date": None, "Creator": None})
    encoded = base64.b64encode(data.getvalue().encode()).decode()
    return Picture(f"data:image/svg+xml;base64,{encoded}", alt)


@styled
def scores(values: Sequence[float], most: float, middle: float | None) -> Picture:
    """How many students have how many points."""
    counts = histogram(values, most)
    finding = _("Half of the class has {points:g} of {most:g} points or more").format(
        points=round(middle or 0.0, 1), most=most
    )
    figure = card(WIDE)
    title(figure, finding)
    axes = figure.add_subplot()
    _bars(axes, counts, most)
    axes.axvline(middle or 0.0, color=ROLES["k"], linestyle=DASHES[1])
    axes.annotate(
        _("median"),
        (middle or 0.0, max(counts)),
        xytext=(4, -2),
        textcoords="offset points",
        color=INK,
        va="top",
    )
    axes.set_xlabel(_("points"))
    axes.set_ylabel(_("students"))
    listed = ", ".join(str(count) for count in counts)
    alt = _("{finding}. Students in ten equal parts of the points: {counts}.")
    return picture(figure, alt.format(finding=finding, counts=listed))


@styled
def seconds(values: Sequence[float], middle: float | None) -> Picture:
    """How long grading took."""
    most = max(values) or 1.0
    counts = histogram(values, most)
    finding = _("Half of the submissions were graded in {seconds:.1f} s or less")
    finding = finding.format(seconds=middle or 0.0)
    figure = card(WIDE)
    title(figure, finding)
    axes = figure.add_subplot()
    _bars(axes, counts, most)
    axes.set_xlabel(_("seconds"))
    axes.set_ylabel(_("submissions"))
    listed = ", ".join(str(count) for count in counts)
    alt = _("{finding}. Submissions in ten equal parts up to {most:.1f} s: {counts}.")
    return picture(figure, alt.format(finding=finding, counts=listed, most=most))


@styled
def items(labels: Sequence[str], figures: Sequence[Item]) -> Picture:
    """Mean share of the points and discrimination of each exercise, side by side."""
    known = [(i.difficulty, name) for i, name in zip(figures, labels, strict=True)]
    known = [pair for pair in known if pair[0] is not None]
    hardest = min(known)[1] if known else "–"
    finding = _("{exercise} was the hardest exercise").format(exercise=hardest)
    figure = card((8.4, max(2.2, 0.34 * len(labels) + 1.3)))
    title(figure, finding)
    left, right = figure.subplots(1, 2, sharey=True)
    places = range(len(labels))
    left.barh(places, [i.difficulty or 0 for i in figures], color=ROLES["q"])
    left.set_xlim(0, 1)
    left.set_yticks(places, labels)
    left.invert_yaxis()
    left.set_xlabel(_("mean share of the points"))
    right.barh(places, [i.discrimination or 0 for i in figures], color=ROLES["v"])
    right.axvline(0, color=QUIET, linewidth=1)
    lowest = min([0.0, *(i.discrimination or 0 for i in figures)])
    right.set_xlim(-1 if lowest < 0 else 0, 1)
    right.set_xlabel(_("discrimination"))
    for place, one in zip(places, figures, strict=True):
        if one.discrimination is None:
            right.annotate(_("undefined"), (0.02, place), va="center", color=QUIET)
    rows = [
        f"{name}: {_share(one.difficulty)}, {_plain(one.discrimination)}"
        for name, one in zip(labels, figures, strict=True)
    ]
    alt = _("{finding}. Share of the points and discrimination: {rows}.")
    return picture(figure, alt.format(finding=finding, rows="; ".join(rows)))


def _bars(axes, counts: Sequence[int], most: float) -> None:
    width = most / len(counts)
    starts = [i * width for i in range(len(counts))]
    axes.bar(
        starts, counts, width, align="edge", color=TINTS["q"], edgecolor=ROLES["q"]
    )
    axes.set_xlim(0, most)
    axes.yaxis.get_major_locator().set_params(integer=True)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
