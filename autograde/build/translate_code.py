"""Translate comments, docstrings and sentences of a code cell, and nothing else."""

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Callable, Iterator

from autograde.build import words
from autograde.build.lint_code import MAGIC
from autograde.build.literals import docstring, literal, message_of
from autograde.build.settings import BEGIN_SOLUTION, END_SOLUTION

# asks for the translation of a text: text, note, whether {places} must stay
Ask = Callable[..., str]
Edit = tuple[int, int, str]  # from, to, new text
# arguments that a reader sees, wherever they stand
SHOWN = {"title", "xlabel", "ylabel", "alt", "label"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def translate_code(text: str, ask: Ask) -> str:
    """The cell in another language; the answer of an exercise stays as it is.

    A translation that would not be valid Python is left out.
    """
    plain = MAGIC.sub(_blank_magic, text)
    starts = _line_starts(plain)
    edits = [*_strings(plain, starts, ask), *_comments(plain, starts, ask)]
    for start, end, new in sorted(edits, reverse=True):
        changed = text[:start] + new + text[end:]
        if _is_python(changed):
            text = changed
    return text


def _blank_magic(match: re.Match) -> str:
    """Python of the same length, so that places in the text stay right."""
    return match[1] + "0".ljust(len(match[0]) - len(match[1]))


def _is_python(text: str) -> bool:
    try:
        ast.parse(MAGIC.sub(r"\1pass", text))
    except (SyntaxError, ValueError):
        return False
    return True


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _answer_lines(text: str) -> set[int]:
    """Numbers of the lines that learners do not get to see."""
    inside, found = False, set()
    for number, line in enumerate(text.split("\n"), 1):
        inside = inside or line.strip() == BEGIN_SOLUTION
        if inside:
            found.add(number)
        if line.strip() == END_SOLUTION:
            inside = False
    return found


def _strings(text: str, starts: list[int], ask: Ask) -> Iterator[Edit]:
    """Edits of docstrings and of literals that are sentences."""
    lines = text.split("\n")

    def place(row: int, column: int) -> int:
        return starts[row - 1] + len(lines[row - 1].encode()[:column].decode())

    tree = ast.parse(text)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None
    }
    answer = _answer_lines(text)
    shown = _shown(tree)
    for node in _literals(tree):
        if node.lineno in answer:
            continue
        start = place(node.lineno, node.col_offset)
        end = place(node.end_lineno, node.end_col_offset)
        kind = "docstring" if id(node) in documents else ""
        kind = kind or ("label" if id(node) in shown else "string")
        new = _new_literal(node, kind, text[start:end], ask)
        if new is not None:
            yield start, end, new


def _new_literal(
    node: ast.Constant | ast.JoinedStr, kind: str, old: str, ask: Ask
) -> str | None:
    if kind == "docstring":
        said = inspect.cleandoc(node.value)
        new = ask(said, "docstring") if words.is_prose(said) else said
        return docstring(new, old, node.col_offset) if new != said else None
    said = message_of(node)
    if not (words.is_label if kind == "label" else words.is_sentence)(said):
        return None
    new = ask(
        said,
        "string",
        isinstance(node, ast.JoinedStr) or bool(words.placeholders(said)),
    )
    return (
        literal(new, old, node.col_offset, isinstance(node, ast.JoinedStr))
        if new != said
        else None
    )


def _shown(tree: ast.AST) -> set[int]:
    """Literals that a reader sees though they may be one word: labels of a picture,
    keys and items of a display, what is printed."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            found += [key for key in node.keys if key]
        elif isinstance(node, ast.List):
            found += node.elts
        elif isinstance(node, ast.Call):
            found += [k.value for k in node.keywords if k.arg in SHOWN]
            if isinstance(node.func, ast.Name) and node.func.id == "print":
                found += node.args
    return set(map(id, found))


def _literals(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """String literals, without shapes in annotations and parts of f-strings."""
    if isinstance(node, ast.JoinedStr):
        yield node
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
        return
    for name, child in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment", "slice"):
            continue
        for item in child if isinstance(child, list) else [child]:
            if isinstance(item, ast.AST):
                yield from _literals(item)


def _comments(text: str, starts: list[int], ask: Ask) -> Iterator[Edit]:
    """Edits of comments; lines that follow one another are one text."""
    answer = _answer_lines(text)
    for group in _groups(text):
        row, column = group[0].start
        said = "\n".join(token.string.lstrip("#").removeprefix(" ") for token in group)
        if row in answer or not words.is_comment(said):
            continue
        new = ask(said, "comment")
        if new == said:
            continue
        joint = "\n" + " " * column + "# "
        end_row, end_column = group[-1].end
        edit = (starts[row - 1] + column, starts[end_row - 1] + end_column)
        yield *edit, "# " + joint.join(new.split("\n"))


def _groups(text: str) -> list[list[tokenize.TokenInfo]]:
    """Comments, whole-line ones of the same indentation joined."""
    groups: list[list[tokenize.TokenInfo]] = []
    alone: list[bool] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        row, column = token.start
        whole = not token.line[:column].strip()
        marker = token.string.strip() in (BEGIN_SOLUTION, END_SOLUTION)
        last = groups[-1][-1].start if groups else (0, 0)
        if (
            whole
            and not marker
            and groups
            and alone[-1]
            and (last == (row - 1, column))
        ):
            groups[-1].append(token)
        else:
            groups.append([token])
            alone.append(whole and not marker)
    return groups
