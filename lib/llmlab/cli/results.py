"""Read what the checks recorded in work/.llmlab/results.jsonl."""

import json
from dataclasses import dataclass
from pathlib import Path

from llmlab.cli.errors import LearnerError
from llmlab.i18n import _


@dataclass(frozen=True)
class Result:
    """The latest verdict on one exercise."""

    exercise: str
    passed: bool
    time: str


def latest(path: Path) -> tuple[dict[str, Result], int]:
    """The last result of each exercise, and how many lines could not be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}, 0
    except OSError as error:
        text = _("{path} cannot be read: {reason}.")
        text = text.format(path=path, reason=error.strerror or error)
        raise LearnerError(text) from error
    found, damaged = {}, 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        result = _result(line)
        if result is None:
            damaged += 1
        else:
            found[result.exercise] = result
    return found, damaged


def _result(line: str) -> Result | None:
    """One line's result; a cut or foreign line gives None."""
    try:
        row = json.loads(line)
        name, passed = row["exercise"], row["passed"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(name, str) or not isinstance(passed, bool):
        return None
    return Result(name, passed, str(row.get("time", "")))
