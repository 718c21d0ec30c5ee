"""Walk over a section's texts: once to collect them, once to replace them.

Both use the same walk, so that what is collected is exactly what is replaced.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from autograde.build import figures, words
from autograde.build.source import Cell, Source
from autograde.build.translate_code import translate_code
from autograde.build.translate_svg import translate_svg

LIST_ITEM = re.compile(r"^\s*([-*+]|\d+[.)])\s")


@dataclass(frozen=True)
class Message:
    """One text to translate; `braces`: its {places} must stay."""

    id: str
    note: str
    braces: bool = False


Translator = Callable[[Message], str]


def collect(source: Source, drawings: dict[str, str]) -> list[Message]:
    """Every text of the section in reading order, each once."""
    found: dict[str, Message] = {}

    def remember(message: Message) -> str:
        found.setdefault(message.id, message)
        return message.id

    translate(source, remember)
    for path, drawing in drawings.items():
        translate_drawing(path, drawing, remember)
    return list(found.values())


def translate(source: Source, tell: Translator) -> Source:
    """A copy of the source in another language; tests stay as they are."""
    return replace(source, cells=tuple(_cell(cell, tell) for cell in source.cells))


def _cell(cell: Cell, tell: Translator) -> Cell:
    if cell.kind == "markdown":
        return replace(cell, text=prose(cell.text, tell))
    if cell.kind == "test":
        return cell

    def ask(text: str, note: str, braces: bool = False) -> str:
        return tell(Message(text, note, braces))

    return replace(cell, text=translate_code(cell.text, ask))


def translate_drawing(path: str, drawing: str, tell: Translator) -> str:
    """An SVG drawing with its labels in another language."""
    return translate_svg(drawing, lambda text: tell(Message(text, f"figure {path}")))


def prose(text: str, tell: Translator) -> str:
    """A text cell in another language, block by block."""
    return "\n".join(_block(block, tell) for block in blocks(text))


def _block(block: str, tell: Translator) -> str:
    if not figures.FIGURE.sub("", block).strip():
        return figures.FIGURE.sub(lambda match: _alt(match, tell), block)
    return tell(Message(block, "text")) if words.is_prose(block) else block


def _alt(match: re.Match, tell: Translator) -> str:
    if not words.WORD.search(match[1]):
        return match[0]
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    said = tell(Message(match[1], "alt text"))
    return match[0][:start] + said + match[0][end:]


def blocks(text: str) -> list[str]:
    """Split at blank lines; code, formulas, tables and lists stay whole.

    Joining the blocks with line ends gives the text again.
    """
    result: list[str] = []
    block: list[str] = []
    for line in text.split("\n"):
        if not line.strip() and block and not _open("\n".join(block)):
            result += ["\n".join(block), line]
            block = []
        elif not line.strip() and not block:
            result.append(line)
        else:
            if not block and _continues_list(result, line):
                blank = result.pop()
                block = [result.pop(), blank]
            block.append(line)
    return result + (["\n".join(block)] if block else [])


def _open(block: str) -> bool:
    """Whether a fence or a formula has begun and not ended."""
    fences = [words.FENCE.match(line) for line in block.split("\n")]
    if sum(1 for fence in fences if fence) % 2:
        return True
    return block.lstrip().startswith("$$") and block.count("$$") % 2 == 1


def _continues_list(result: list[str], line: str) -> bool:
    if len(result) < 2 or result[-1].strip() or not LIST_ITEM.match(result[-2]):
        return False
    return bool(LIST_ITEM.match(line)) or line.startswith("  ")
