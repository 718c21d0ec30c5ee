"""What a feedback page must not hold: hidden tests, secrets, scripts."""

import re
from pathlib import Path

from bs4 import BeautifulSoup

from autograde.classroom.hide import hidden_lines

from .hostile.page import SCRIPT
from .make import Notebook

_LINKS = ("href", "src", "action", "formaction", "xlink:href", "data", "srcdoc")
_ACTIVE = ("iframe", "object", "embed", "base", "form", "foreignobject")
_HIDDEN_TAGS = ("script", "style", "template", "noscript")


def hidden_in(solution: Notebook) -> set[str]:
    """The telling lines of all hidden tests of the author's notebook."""
    return {line for cell in solution.cells for line in hidden_lines(cell.source)}


def faults(page: Path, hidden: set[str], secrets: list[str]) -> list[str]:
    """What is wrong with one page, in words."""
    html = page.read_text(encoding="utf-8", errors="replace")
    soup = BeautifulSoup(html, "html.parser")
    text = soup.get_text()
    found = [f"shows the hidden line {x!r}" for x in hidden if x in text][:3]
    found += ["shows a secret" for secret in secrets if secret in html][:1]
    return found + scripts(soup)


def scripts(soup: BeautifulSoup) -> list[str]:
    """Elements of a page through which a submission's script would run."""
    found = []
    for element in soup.find_all(True):
        name = element.name.lower()
        if name in _HIDDEN_TAGS and SCRIPT in element.get_text():
            found.append(f"<{name}> with the submission's script")
        if name in _ACTIVE and SCRIPT in str(element):
            found.append(f"<{name}> with the submission's script")
        if name == "meta" and SCRIPT in str(element.get("content", "")):
            found.append("<meta> with the submission's script")
        for key, value in element.attrs.items():
            value = " ".join(value) if isinstance(value, list) else str(value)
            if SCRIPT not in value:
                continue
            if key.lower().startswith("on"):
                found.append(f"<{name} {key}>")
            plain = re.sub(r"[\s\x00]", "", value).lower()
            if key.lower() in _LINKS and plain.startswith(("javascript:", "data:te")):
                found.append(f"<{name} {key}={plain[:20]}>")
    return sorted(set(found))
