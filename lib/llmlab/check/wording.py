"""Say how a value differs from the expected one, and on which inputs."""

from torch import Tensor

from ..i18n import _
from .cases import Case
from .compare import SMALL, Difference


def number(value, digits: int = 4) -> str:
    """A number as short as it stays useful."""
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return {"nan": "NaN", "inf": "∞", "-inf": "-∞"}[str(value)]
        small = value != 0 and (abs(value) < 1e-3 or abs(value) >= 1e6)
        return f"{value:.{digits}{'e' if small else 'f'}}"
    return str(value)


def dtype(value) -> str:
    """`torch.float32` as `float32`."""
    return str(value).removeprefix("torch.")


def describe_inputs(case: Case, inputs: dict) -> str:
    """The inputs of a case in one line: shapes of tensors, values of the rest.

    >>> import torch
    >>> describe_inputs(Case({}, {}), {"q": torch.ones(4, 5), "T": 4})
    'q (4, 5), T = 4'
    """
    groups: dict[str, list[str]] = {}
    for name, value in inputs.items():
        groups.setdefault(_shape_or_value(value), []).append(name)
    parts = [f"{_and(names)} {shown}" for shown, names in groups.items()]
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
        if 0 < value.numel() <= SMALL or value.ndim == 0:
            return f"= {short(value)}"
        return str(tuple(value.shape))
    if isinstance(value, dict) and any(isinstance(v, Tensor) for v in value.values()):
        return _("({count} named tensors)").format(count=len(value))
    return f"= {value}"


def short(value, most: int = 40) -> str:
    """A small value in one line; a large one as its shape."""
    if isinstance(value, Tensor):
        return str(tuple(value.shape)) if value.numel() > 8 else _nested(value.tolist())
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _nested(value) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_nested, value)) + "]"
    return number(value).removesuffix("000") if isinstance(value, float) else str(value)


def difference_lines(difference: Difference, inputs: str) -> list[str]:
    """The lines that say how a value differs."""
    named = f"{difference.where}: " if difference.where else ""
    first, *rest = _DESCRIBE[difference.kind](difference, inputs)
    return [named + first, *rest]


def _type_lines(difference: Difference, inputs: str) -> list[str]:
    kind = str(difference.got)
    text = (
        _("{inputs}: expected a {expected}, yours is {got}.")
        if kind in ("None", "nothing")
        else _("{inputs}: expected a {expected}, yours is a {got}.")
    )
    if difference.expected == "nothing":
        text = _("{inputs}: nothing of this name is expected, yours is a {got}.")
    lines = [text.format(inputs=inputs, expected=difference.expected, got=kind)]
    if kind == "None" and not difference.where:
        lines.append(_("→ Does your function end in a return statement?"))
    elif kind == "tuple" and not difference.where:
        lines.append(
            _(
                "→ Return one value only. Two values after `return`, or a comma at the "
                "end of the line, make a tuple."
            )
        )
    elif kind == "list":
        lines.append(
            _(
                "→ `torch.tensor` turns a list of numbers into a tensor, `torch.stack` "
                "a list of tensors."
            )
        )
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
    expected, got = number(difference.expected), number(difference.got)
    if expected == got:  # they differ further behind
        expected, got = (number(v, 8) for v in (difference.expected, difference.got))
    if difference.whole:
        lines, (expected, got) = [], map(short, difference.whole)
        first = _("{inputs}: expected {expected}, yours {got}").format(
            inputs=inputs, expected=expected, got=got
        )
    elif difference.index:
        lines = [
            _(
                "{inputs}: shape and dtype are right, {share} of the values are not."
            ).format(inputs=inputs, share=percent(difference.share))
        ]
        first = _("First at {index}: expected {expected}, yours {got}").format(
            index=list(difference.index), expected=expected, got=got
        )
    else:
        lines = []
        first = _("{inputs}: expected {expected}, yours {got}").format(
            inputs=inputs, expected=expected, got=got
        )
    seen = pattern_words(difference.pattern)
    form = _("{first}; {pattern}.") if seen else _("{first}.")
    return [*lines, form.format(first=first, pattern=seen)]


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
    rows, count = name == "rows", len(right)
    if count == total - 1:
        (wrong,) = set(range(total)) - set(right)
        text = _("only row {i} is off") if rows else _("only column {i} is off")
        return text.format(i=wrong)
    if right == (0,):
        if rows:
            return _("row 0 is right, every later row is off")
        return _("column 0 is right, every later column is off")
    if right == tuple(range(count)):
        text = (
            _("rows 0 to {last} are right, every later row is off")
            if rows
            else _("columns 0 to {last} are right, every later column is off")
        )
        return text.format(last=count - 1)
    listed = ", ".join(map(str, right[:6])) + (" …" if count > 6 else "")
    text = (
        _("of {total} rows only these are right: {listed}")
        if rows
        else _("of {total} columns only these are right: {listed}")
    )
    return text.format(total=total, listed=listed)
