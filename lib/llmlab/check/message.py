"""Turn a verdict into words for a person who has been stuck for an hour."""

import unicodedata

import torch
from torch import Tensor

from ..i18n import _
from .cases import Case
from .compare import Difference

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


def _words(text: str) -> list[str]:
    words, word = [], ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if wide and word and letter not in ",。、:;!?)」":
            words.append(word)
            word = ""
        word += letter
        if letter == " ":
            words.append(word)
            word = ""
    return [*words, word]


def number(value) -> str:
    """A number as short as it stays useful."""
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return {"nan": "NaN", "inf": "∞", "-inf": "-∞"}[str(value)]
        small = value != 0 and (abs(value) < 1e-3 or abs(value) >= 1e6)
        return f"{value:.4e}" if small else f"{value:.4f}"
    return str(value)


def dtype(value) -> str:
    """`torch.float32` as `float32`."""
    return str(value).removeprefix("torch.")


def describe_inputs(case: Case, inputs: dict) -> str:
    """The inputs of a case in one line: shapes of tensors, values of the rest.

    >>> describe_inputs(Case({}, {}), {"q": torch.ones(2, 3), "T": 4})
    'q (2, 3), T = 4'
    """
    groups: dict[str, list[str]] = {}
    for name, value in inputs.items():
        groups.setdefault(_shape_or_value(value), []).append(name)
    parts = [
        f"{_and(names)} {shown}" if shown.startswith("(") else f"{_and(names)} {shown}"
        for shown, names in groups.items()
    ]
    used = {dtype(v.dtype) for v in inputs.values() if _is_float(v)}
    if used - {"float32"}:
        parts.append("/".join(sorted(used)))
    if case.strided:
        parts.append(_("not contiguous"))
    if case.note:
        parts.append(_(case.note))
    return ", ".join(parts)


def _is_float(value) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point()


def _and(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def _shape_or_value(value) -> str:
    if isinstance(value, Tensor):
        if value.ndim <= 1 and value.numel() <= 6:
            return f"= {short(value)}"
        return str(tuple(value.shape))
    return f"= {value}"


def short(value, most: int = 40) -> str:
    """A small value in one line; a large one as its shape."""
    if isinstance(value, Tensor):
        if value.numel() > 8:
            return str(tuple(value.shape))
        shown = value.double() if value.dtype == torch.bfloat16 else value
        return _nested(shown.tolist())
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _nested(value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_nested, value)) + "]"
    return number(value).removesuffix("000") if isinstance(value, float) else str(value)


def difference_lines(difference: Difference, inputs: str) -> list[str]:
    """The lines that say how a value differs."""
    named = f"{difference.where}: " if difference.where else ""
    return [named + line for line in _DESCRIBE[difference.kind](difference, inputs)]


def _type_lines(difference: Difference, inputs: str) -> list[str]:
    lines = [
        _("{inputs}: expected a {expected}, yours is {got}.").format(
            inputs=inputs, expected=difference.expected, got=difference.got
        )
    ]
    if difference.got == "None":
        lines.append(_("→ Does your function end in a return statement?"))
    return lines


def _shape_lines(difference: Difference, inputs: str) -> list[str]:
    return [
        _("{inputs}: the shape is not right: expected {expected}, yours {got}.").format(
            inputs=inputs, expected=difference.expected, got=difference.got
        )
    ]


def _dtype_lines(difference: Difference, inputs: str) -> list[str]:
    return [
        _(
            "{inputs}: the shape is right, the dtype is not: "
            "expected {expected}, yours {got}."
        ).format(
            inputs=inputs,
            expected=dtype(difference.expected),
            got=dtype(difference.got),
        )
    ]


def _value_lines(difference: Difference, inputs: str) -> list[str]:
    lines = []
    if difference.index:
        lines.append(
            _(
                "{inputs}: shape and dtype are right, {share} of the values are not."
            ).format(inputs=inputs, share=percent(difference.share))
        )
        first = _("First at {index}: expected {expected}, yours {got}").format(
            index=list(difference.index),
            expected=number(difference.expected),
            got=number(difference.got),
        )
    else:
        first = _("{inputs}: expected {expected}, yours {got}").format(
            inputs=inputs,
            expected=number(difference.expected),
            got=number(difference.got),
        )
    seen = pattern_words(difference.pattern)
    lines.append(f"{first}; {seen}." if seen else f"{first}.")
    return lines


_DESCRIBE = {
    "type": _type_lines,
    "shape": _shape_lines,
    "dtype": _dtype_lines,
    "values": _value_lines,
}


def percent(share: float) -> str:
    """A share as a whole per cent, never 0 % or 100 % unless it is."""
    if share in (0.0, 1.0):
        return f"{share * 100:.0f} %"
    return f"{min(99, max(1, round(share * 100)))} %"


def pattern_words(pattern: tuple) -> str:
    """The observed regularity in words, "" if there is none."""
    if not pattern:
        return ""
    name, *details = pattern
    if name in ("rows", "columns"):
        return _line_words(name, *details)
    texts = {
        "nan": _("{share} of yours are NaN"),
        "inf": _("{share} of yours are infinite"),
        "negated": _("every value has the wrong sign"),
        "inverted": _("every value is the opposite"),
        "ratio": _("every value is {factor} times the expected one"),
        "offset": _("every value is off by {factor}"),
        "transposed": _("yours is the expected one transposed"),
    }
    detail = details[0] if details else 0.0
    return texts[name].format(share=percent(detail), factor=number(detail))


def _line_words(name: str, right: tuple, total: int) -> str:
    rows = name == "rows"
    if right == tuple(range(len(right))):
        last = len(right) - 1
        if last == 0:
            text = (
                _("row 0 is right, every later row is off")
                if rows
                else _("column 0 is right, every later column is off")
            )
            return text
        text = (
            _("rows 0 to {last} are right, every later row is off")
            if rows
            else _("columns 0 to {last} are right, every later column is off")
        )
        return text.format(last=last)
    listed = ", ".join(map(str, right[:6])) + (" …" if len(right) > 6 else "")
    text = (
        _("of {total} rows only these are right: {listed}")
        if rows
        else _("of {total} columns only these are right: {listed}")
    )
    return text.format(total=total, listed=listed)


def indent(lines: list[str]) -> str:
    """The body of a message: two spaces in, arrows stand out."""
    out = []
    for line in lines:
        arrow = line.startswith("→ ")
        out.append(wrap(line, "  ", "    " if arrow else "  "))
    return "\n".join(out)
