"""One `results.json` per submission, as Gradescope's autograders write it.

The format: gradescope-autograders.readthedocs.io, "Autograder Specifications".
"""

import json
from pathlib import Path

from autograde.classroom.hide import hidden_lines
from autograde.classroom.results import Results, Row
from llmlab.i18n import _

from .facts import Facts, read_notebook


def results_json(
    results: Results, row: Row, facts: Facts, late: str = "", secret: set | None = None
) -> dict:
    """What Gradescope shows of one submission. Nothing hidden is in it.

    `secret` are lines of hidden tests: what holds one is left out.
    """
    told = [row.reason, late, *facts.notes]
    made: dict = {
        "score": round(row.total or 0.0, 6),
        "output": "\n".join(text for text in told if text),
        "output_format": "text",
        "visibility": "visible",
        # what grading itself prints is for instructors
        "stdout_visibility": "hidden",
        "tests": [_test(e, row, facts, secret or set()) for e in results.exercises],
        "leaderboard": [],
        "extra_data": {"student": row.student, "chapter": results.chapter},
    }
    if facts.seconds is not None:
        made["execution_time"] = round(facts.seconds, 1)
    return made


def _test(exercise, row: Row, facts: Facts, secret: set[str]) -> dict:
    points = row.points.get(exercise.test) or 0.0
    check = facts.checks.get(exercise.test)
    output = check.message if check else ""
    if any(line in output for line in secret):
        output = _("[This output shows hidden tests and is left out.]")
    return {
        "name": exercise.name,
        "number": exercise.number,
        "score": points,
        "max_score": exercise.max_points,
        "status": "passed" if points >= exercise.max_points else "failed",
        "output": output,
        "output_format": "text",
        "visibility": "visible",
    }


def write_all(
    results: Results, facts: dict[str, Facts], late: dict[str, str], folder: Path
) -> list[Path]:
    """Write FOLDER/STUDENT/results.json for everybody who has a total."""
    written = []
    for row in results.rows:
        if row.total is None:
            continue
        known = facts[row.student]
        made = results_json(
            results, row, known, late.get(row.student, ""), _secret(known)
        )
        file = folder / row.student / "results.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(made, ensure_ascii=False, indent=1)
        file.write_text(text + "\n", encoding="utf-8")
        written.append(file)
    return written


def _secret(facts: Facts) -> set[str]:
    found: set[str] = set()
    for path in facts.notebooks:
        nb = read_notebook(path)
        for cell in nb.cells if nb else ():
            if cell.metadata.get("nbgrader", {}).get("grade"):
                found |= hidden_lines(cell.source)
    return found
