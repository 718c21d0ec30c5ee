"""What was noticed and mended while a submission was graded, kept in its notebook.

The notes are written in the notebook's own language, because its learner reads them.
"""

import contextlib
import os

from llmlab.i18n import LANGUAGES

KEY = "llmlab_grading"


def record(nb) -> dict:
    """The place for grading's own data in a notebook, made when it is missing."""
    return nb.metadata.setdefault(KEY, {})


def add(nb, text: str) -> None:
    """Store one note, once."""
    stored = record(nb).setdefault("notes", [])
    if text not in stored:
        stored.append(text)


def notes(nb) -> list[str]:
    """The notes stored in a notebook."""
    return list(nb.metadata.get(KEY, {}).get("notes", []))


def unreadable(nb) -> str:
    """Why the submitted file could not be read; empty if it could."""
    return nb.metadata.get(KEY, {}).get("unreadable", "")


def language(nb) -> str:
    """The notebook's language, "en" or "zh"."""
    known = nb.metadata.get("llmlab", {})
    name = known.get("language", "en") if isinstance(known, dict) else "en"
    return name if name in LANGUAGES else "en"


@contextlib.contextmanager
def speaking(name: str):
    """Messages made inside the block are in this language."""
    before = os.environ.get("LLMLAB_LANG")
    os.environ["LLMLAB_LANG"] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ["LLMLAB_LANG"]
        else:
            os.environ["LLMLAB_LANG"] = before


def checks(nb) -> dict[str, dict]:
    """What the checks recorded while they ran, by exercise number."""
    return dict(nb.metadata.get(KEY, {}).get("exercises", {}))
