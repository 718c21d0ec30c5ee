"""Check that translations use the agreed Chinese terms."""

import re
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog

from autograde.build.words import PLACEHOLDER, plain

GLOSSARY = "locale/glossary.toml"


def read(root: Path) -> dict[str, list[str]]:
    """English terms with their accepted Chinese terms, the longest first."""
    path = root / GLOSSARY
    if not path.is_file():
        return {}
    terms = tomllib.loads(path.read_text(encoding="utf-8"))["terms"]
    return dict(sorted(terms.items(), key=lambda item: (-len(item[0]), item[0])))


def check(path: str, catalogue: Catalog, terms: dict[str, list[str]]) -> list[str]:
    """One line for each term that a translation does not have."""
    lines = []
    for entry in catalogue:
        if not entry.id or not entry.string or entry.fuzzy:
            continue
        for term in _terms_in(entry.id, terms):
            if not any(accepted in entry.string for accepted in terms[term]):
                wanted = " or ".join(terms[term])
                start = " ".join(entry.id.split())[:60]
                lines.append(f"{path}: {term} is not {wanted} in: {start}")
    return lines


def _terms_in(text: str, terms: dict[str, list[str]]) -> list[str]:
    """Terms that the prose holds; a longer term covers the shorter ones in it."""
    rest, found = plain(PLACEHOLDER.sub(" ", text)), []
    for term in terms:
        pattern = rf"\b{re.escape(term)}(?:s|es)?\b"
        rest, count = re.subn(pattern, " ", rest, flags=re.IGNORECASE)
        if count:
            found.append(term)
    return found
