"""The worker's own side: `python -m autograde.attacks.grading ROOT CHAPTER`.

It reads tasks as lines of JSON and prints a line for each student when it is done.
"""

import json
import sys
import time
from pathlib import Path


def main(root: str, chapter: str) -> None:
    """Do tasks until there are no more."""
    from autograde.classroom.room import open_room, quiet

    with quiet():
        room = open_room(Path(root))
        for line in sys.stdin:
            task = json.loads(line)
            step = {"grade": _grade, "feedback": _feedback}[task["step"]]
            try:
                step(room, chapter, task["jobs"], task["students"])
            except Exception as error:
                print(type(error).__name__, error)
            print("\n@done", flush=True)


def _grade(room, chapter: str, jobs: int, students: list[str]) -> None:
    from autograde.classroom import grade

    # as the command does: it mends the submissions' time stamps
    grade.to_grade(room, chapter, force=True)
    for outcome in grade.grade_all(room, chapter, students, jobs):
        _say(outcome.student, outcome.seconds, outcome.reason)


def _feedback(room, chapter: str, jobs: int, students: list[str]) -> None:
    for student in students:
        begin = time.monotonic()
        result = room.api.generate_feedback(chapter, student)
        reason = "" if result["success"] else str(result.get("error", "failed"))
        _say(student, time.monotonic() - begin, reason)


def _say(student: str, seconds: float, reason: str) -> None:
    row = {"student": student, "seconds": round(seconds, 2), "reason": reason}
    print("\n@" + json.dumps(row), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
