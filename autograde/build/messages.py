"""The program's own messages: those marked `_()` and `N_()`, and the titles."""

import ast
import io
from pathlib import Path

from babel.messages.extract import extract

from autograde.build.course_file import Contents
from autograde.build.settings import LOCALE
from autograde.build.translate import Message
from autograde.build.words import placeholders

CATALOGUE = f"locale/{LOCALE}/llmlab.po"
COMPILED = f"lib/llmlab/locale/{LOCALE}/LC_MESSAGES/llmlab.mo"
KEYWORDS = {"_": None, "N_": None}
METHODS = {".py": "python", ".j2": "jinja2"}


def collect(root: Path, contents: Contents) -> list[Message]:
    """All messages of the library and of the instructor's package."""
    found: dict[str, Message] = {}
    for title in titles(contents):
        found.setdefault(title, Message(title, "course.toml"))
    for folder in ("lib/llmlab", "autograde"):
        # pages that are made from templates speak too
        files = [p for p in (root / folder).rglob("*") if p.suffix in METHODS]
        for path in sorted(files):
            note = path.relative_to(root).as_posix()
            for text in _extract(path):
                found.setdefault(text, Message(text, note, bool(placeholders(text))))
    for path in sorted((root / "solutions").rglob("*.py")):
        note = path.relative_to(root).as_posix()
        for text in said_by_tests(path.read_text(encoding="utf-8")):
            found.setdefault(text, Message(text, note))
    return list(found.values())


def said_by_tests(source: str) -> list[str]:
    """Words of test cells that messages say: `note="…"` and an invariant's words.

    Test cells are the same in every language, so these are translated when shown.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        words = [k.value for k in node.keywords if k.arg == "note"]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "invariant":
            words += node.args[:1]
        found += [w.value for w in words if isinstance(w, ast.Constant)]
    return found


def titles(contents: Contents) -> list[str]:
    """Titles of the course, its chapters and its sections."""
    chapters = [title for _chapter, title in contents.chapters]
    return [contents.title, *chapters, *(entry.title for entry in contents.entries)]


def _extract(path: Path) -> list[str]:
    file = io.BytesIO(path.read_bytes())
    options = {"encoding": "utf-8"}
    found = extract(METHODS[path.suffix], file, keywords=KEYWORDS, options=options)
    return [text for _line, text, _comments, _context in found if isinstance(text, str)]
