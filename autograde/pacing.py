"""Measure a notebook's pacing beside the ranges that the course aims at.

A word is a run of characters in a text cell; Chinese characters count two to a word.
Pictures, tags, link targets and folded parts are left out.
"""

import re
import statistics
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rich.table import Table

from llmlab.i18n import N_, _

# figure -> its name, and the range it should lie in
RANGES = {
    "cells": (N_("cells"), 35, 90),
    "texts": (N_("text/code"), 1.2, 2.2),
    "words": (N_("words/text"), 25, 65),
    "lines": (N_("lines/code"), 3, 9),
    "long": (N_("p90 lines"), 0, 22),
    "longest": (N_("max lines"), 0, 40),
    "run": (N_("code run"), 0, 3),
    "figures": (N_("figures"), 3, 40),
    "exercises": (N_("exercises"), 3, 8),
    "first": (N_("first at cell"), 0, 22),
}
_FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<[^>]+>")
_TARGET = re.compile(r"\]\([^)]*\)")
_DRAWN = re.compile(r"!\[[^\]]*\]\(|<img")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Pacing:
    """The figures of one notebook, by the keys of RANGES."""

    name: str
    figures: dict[str, float]

    @property
    def outside(self) -> list[str]:
        """Keys of the figures that lie outside their range."""
        return [
            key
            for key, (_name, low, high) in RANGES.items()
            if not low <= self.figures[key] <= high
        ]


def words(text: str) -> int:
    """How many words a reader meets in a text cell.

    >>> words("one two ![a picture](x.svg) 我爱你们")
    4
    """
    text = _TARGET.sub("]", _PICTURE.sub(" ", _FOLDED.sub(" ", text)))
    chinese = len(_CHINESE.findall(text))
    return len(_CHINESE.sub(" ", text).split()) + chinese // 2


def measure(path: Path) -> Pacing:
    """The figures of an executed notebook."""
    cells = nbformat.read(path, as_version=4).cells
    code = [c for c in cells if c.cell_type == "code" and c.source.strip()]
    texts = [c.source for c in cells if c.cell_type == "markdown"]
    answers = [i for i, c in enumerate(cells) if _is_answer(c)]
    lines = sorted(len([x for x in c.source.splitlines() if x.strip()]) for c in code)
    shown = sum(any(map(_has_picture, c.get("outputs", []))) for c in code)
    counts = [n for n in map(words, texts) if n > 8]
    figures = {
        "cells": len(cells),
        "texts": round(len(texts) / max(1, len(code)), 1),
        "words": statistics.median(counts or [0]),
        "lines": statistics.median(lines or [0]),
        "long": lines[int(0.9 * (len(lines) - 1))] if lines else 0,
        "longest": max(lines, default=0),
        "run": _longest_run(cells),
        "figures": sum(len(_DRAWN.findall(text)) for text in texts) + shown,
        "exercises": len(answers),
        "first": answers[0] if answers else len(cells),
    }
    return Pacing(path.stem, figures)


def _is_answer(cell) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _has_picture(output) -> bool:
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def _longest_run(cells) -> int:
    longest = run = 0
    for cell in cells:
        run = run + 1 if cell.cell_type == "code" else 0
        longest = max(longest, run)
    return longest


def table(found: list[Pacing]) -> Table:
    """Notebooks and their figures; one outside its range is marked."""
    shown = Table(title=_("Pacing; ! marks a figure outside its range"))
    shown.add_column(_("figure"), no_wrap=True)
    shown.add_column(_("range"), no_wrap=True)
    for pacing in found:
        shown.add_column("_".join(pacing.name.split("_")[:2]), justify="right")
    for key, (name, low, high) in RANGES.items():
        marks = ["!" if key in pacing.outside else "" for pacing in found]
        values = [f"{p.figures[key]:g}{m}" for p, m in zip(found, marks, strict=True)]
        shown.add_row(_(name), f"{low:g}–{high:g}", *values)
    return shown
