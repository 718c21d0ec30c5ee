"""Chinese catalogues: renew them from the texts, look texts up, find what is due.

The files are gettext `.po` without dates and line numbers, so that a change of one
text changes one entry.
"""

import difflib
import io
import string
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from autograde.build import figures, words
from autograde.build.settings import LOCALE
from autograde.build.translate import Message, Translator

HEADER = f"""\
msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
BRACES = "python-brace-format"
LISTED = 20  # texts of a kind that a report names
ALIKE = 0.6  # how like an old text a new one must be to take its translation over


class _Undated(Catalog):
    """A catalogue whose compiled form does not depend on when and by what."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Only what gettext needs to read the file."""
        return [("Content-Type", "text/plain; charset=utf-8")]

    @mime_headers.setter
    def mime_headers(self, _value: object) -> None:
        """Headers of a file that is read are not kept."""


@dataclass
class Report:
    """What is due in one catalogue; `wrong` are translations that cannot be used."""

    path: str
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every text has a translation that can be used."""
        return not (self.missing or self.stale or self.wrong)

    def lines(self) -> list[str]:
        """A heading with the counts, then the texts; nothing if all is done."""
        kinds = ("missing", "stale", "wrong", "obsolete")
        due = [(kind, getattr(self, kind)) for kind in kinds if getattr(self, kind)]
        if not due:
            return []
        counts = ", ".join(f"{len(texts)} {kind}" for kind, texts in due)
        rows = [row for kind, texts in due for row in _rows(kind, texts)]
        return [f"{self.path}: {counts}", *rows]


def _rows(kind: str, texts: list[str]) -> list[str]:
    rows = [f"  {kind}: {_short(text)}" for text in texts[:LISTED]]
    more = len(texts) - LISTED
    return [*rows, f"  {kind}: {more} more"] if more > 0 else rows


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def read(path: Path) -> Catalog:
    """The catalogue in this file; an empty one if there is no file."""
    data = path.read_bytes() if path.is_file() else b""
    return read_po(io.BytesIO(data), locale=LOCALE, charset="utf-8")


def renew(old: Catalog, messages: list[Message]) -> Catalog:
    """A catalogue of these texts in their order, with the old translations.

    A text without a translation takes that of a text like it which is gone, marked
    fuzzy: it must be looked at. Translations that nothing uses become obsolete.
    """
    new = Catalog(locale=LOCALE)
    known = {entry.id: entry for entry in old if entry.id}
    wanted = {message.id for message in messages}
    gone = {key: entry for key, entry in known.items() if key not in wanted}
    gone |= {e.id: e for e in old.obsolete.values() if e.id not in wanted}
    gone = {key: entry for key, entry in gone.items() if entry.string}
    revived = {e.id: e for e in old.obsolete.values() if e.id in wanted}
    for message in messages:
        entry = known.get(message.id) or revived.get(message.id)
        if entry is None or not entry.string:
            _take_over(new, message, gone)
        else:
            _add(new, message, entry, "fuzzy" in entry.flags)
    for key, entry in gone.items():
        new.obsolete[key] = Entry(key, entry.string)
    return new


def _add(new: Catalog, message: Message, entry: Entry | None, fuzzy: bool) -> None:
    added = new.add(
        message.id,
        entry.string if entry else "",
        auto_comments=[message.note],
        user_comments=entry.user_comments if entry else (),
    )
    # babel guesses such flags, and takes formulas for places of values
    flags = {"fuzzy": fuzzy, BRACES: message.braces}
    added.flags = {flag for flag, is_set in flags.items() if is_set}


def _take_over(new: Catalog, message: Message, gone: dict[str, Entry]) -> None:
    alike = difflib.get_close_matches(message.id, gone, 1, ALIKE)
    entry = gone.pop(alike[0]) if alike else None
    _add(new, message, entry, fuzzy=entry is not None)


def to_bytes(catalogue: Catalog) -> bytes:
    """The `.po` file."""
    out = io.BytesIO()
    write_po(out, catalogue, no_location=True, omit_header=True, width=88)
    return HEADER.encode() + out.getvalue().lstrip(b"\n").rstrip() + b"\n"


def compiled(catalogue: Catalog) -> bytes:
    """The `.mo` file, with the translations that may be used."""
    usable = _Undated(locale=LOCALE)
    for entry in catalogue:
        if entry.id and _usable(entry):
            usable.add(entry.id, entry.string)
    out = io.BytesIO()
    write_mo(out, usable)
    return out.getvalue()


def translator(catalogue: Catalog) -> Translator:
    """Looks a text up; the English text where there is nothing to use."""
    texts = {e.id: e.string for e in catalogue if e.id and _usable(e)}
    return lambda message: texts.get(message.id, message.id)


def _usable(entry: Entry) -> bool:
    return bool(entry.string) and not entry.fuzzy and not _fault(entry)


def _fault(entry: Entry) -> str:
    """Why a translation cannot stand in for the text; empty if it can."""
    if sorted(figures.used(entry.id)) != sorted(figures.used(entry.string)):
        return "other figures"
    if BRACES not in entry.flags:
        return ""
    try:
        list(string.Formatter().parse(entry.string))
    except ValueError as error:
        return str(error)
    want, have = words.placeholders(entry.id), words.placeholders(entry.string)
    if set(want) != set(have):
        return f"{', '.join(have) or 'nothing'} instead of {', '.join(want)}"
    return ""


def report(path: str, catalogue: Catalog) -> Report:
    """What a translator has to do in this catalogue."""
    result = Report(path)
    for entry in catalogue:
        if not entry.id:
            continue
        if not entry.string:
            result.missing.append(entry.id)
        elif entry.fuzzy:
            result.stale.append(entry.id)
        elif fault := _fault(entry):
            result.wrong.append(f"{fault}: {entry.id}")
    result.obsolete = [entry.id for entry in catalogue.obsolete.values()]
    return result
