"""Lay a message out: its first line, its width, its colours, and its exception."""

import unicodedata

from ..i18n import _

WIDTH = 88
RED, GREEN, BLUE, BOLD, END = "\33[31m", "\33[32m", "\33[34m", "\33[1m", "\33[0m"


class CheckFailed(AssertionError):
    """A check failed. Its text is the message; the traceback shows only the message."""

    def __init__(self, text: str):
        super().__init__(text)
        self.text = text

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows in place of a traceback."""
        return [colour(line) for line in self.text.splitlines()]


def colour(line: str) -> str:
    """A line of a message with the colours of a terminal."""
    if line.startswith("✗"):
        return f"{BOLD}{RED}{line}{END}"
    if line.startswith("✓"):
        return f"{GREEN}{line}{END}"
    if line.lstrip().startswith("→"):
        return f"{BLUE}{line}{END}"
    return line


def columns(text: str) -> int:
    """Width of a text in terminal columns: Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def heading(mark: str, title: str, points: str) -> str:
    """First line of a message: mark and title at the left, points at the right."""
    left = f"{mark} {title}"
    return left + " " * max(2, WIDTH - columns(left) - columns(points)) + points


def points(exercise, passed: bool) -> str:
    """ "0 of 3 points"."""
    most = f"{exercise.points:g}"
    return _("{got} of {most} points").format(got=most if passed else 0, most=most)


def wrap(text: str, first: str = "  ", rest: str = "  ") -> str:
    """Break a line for a narrow page; Chinese text may break anywhere."""
    lines, line = [], first
    for word in _words(text):
        if columns(line + word.rstrip()) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line, word = rest, word.lstrip()
        line += word
    return "\n".join([*lines, line.rstrip()])


# marks that may not begin a line
NEVER_FIRST = "，。、：；！？）」”,.:;!?)"


def _words(text: str) -> list[str]:
    words, word = [], ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if wide and word and letter not in NEVER_FIRST:
            words.append(word)
            word = ""
        word += letter
        if letter == " ":
            words.append(word)
            word = ""
    return [*words, word]


def indent(lines: list[str]) -> str:
    """The body of a message: two spaces in, arrows stand out."""
    out = []
    for line in lines:
        arrow = line.startswith("→ ")
        out.append(wrap(line, "  ", "    " if arrow else "  "))
    return "\n".join(out)
