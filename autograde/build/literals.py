"""Read and write string literals, f-strings included, as texts to translate."""

import ast
import re
import unicodedata

PREFIX = re.compile(r"^[a-zA-Z]*")
PLACE = re.compile(r"(\{\{|\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})")
COLUMNS = 72
BREAK_AFTER = " ，。；：、"


def message_of(node: ast.Constant | ast.JoinedStr) -> str:
    """The text of a literal; an f-string keeps its {places} as they are written."""
    if isinstance(node, ast.Constant):
        return node.value
    return "".join(_part(part) for part in node.values)


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return part.value.replace("{", "{{").replace("}", "}}")
    conversion = f"!{chr(part.conversion)}" if part.conversion != -1 else ""
    form = f":{message_of(part.format_spec)}" if part.format_spec else ""
    return "{" + ast.unparse(part.value) + conversion + form + "}"


def docstring(text: str, old: str, column: int) -> str:
    """A docstring with this text, in the form of the old one."""
    prefix = PREFIX.match(old)[0]
    if "r" not in prefix.lower():
        text = text.replace("\\", "\\\\").replace('"""', '\\"""')
    pad = " " * column
    lines = [line and pad + line for line in text.split("\n")]
    if text.endswith('"'):
        lines[-1] = lines[-1][:-1] + '\\"'
    ending = "\n" + pad if old.rstrip("\"'").rstrip(" ").endswith("\n") else ""
    return f'{prefix}"""' + "\n".join(lines).strip() + ending + '"""'


def literal(text: str, old: str, column: int, is_f: bool) -> str:
    """A literal with this text; over several lines if the old one was."""
    mark = "f" if is_f else ""
    body = text.replace("\\", "\\\\")
    marks = old[len(PREFIX.match(old)[0]) :]
    if marks.startswith(('"""', "'''")):
        body = re.sub(r'"(?="")|"$', r'\\"', body)
        return f'{mark}"""{body}"""'
    body = body.replace("\n", "\\n")
    quote, body = _escape(body, marks[0], is_f)
    pieces = _wrap(body) if "\n" in old else [body]
    joint = "\n" + " " * column
    return joint.join(f"{mark}{quote}{piece}{quote}" for piece in pieces)


def _escape(body: str, wanted: str, is_f: bool) -> tuple[str, str]:
    """A quotation mark that no {place} holds, and the body with it escaped."""
    parts = PLACE.split(body) if is_f else [body]
    places = "".join(parts[1::2])
    free = [quote for quote in (wanted, '"', "'") if quote not in places]
    quote = free[0] if free else wanted
    parts[::2] = [part.replace(quote, "\\" + quote) for part in parts[::2]]
    return quote, "".join(parts)


def _wrap(body: str) -> list[str]:
    """Pieces of a screen line's width, never broken inside a {place}."""
    pieces, piece, depth = [], "", 0
    for letter in body:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        piece += letter
        if depth == 0 and letter in BREAK_AFTER and _width(piece) > COLUMNS - 20:
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide
