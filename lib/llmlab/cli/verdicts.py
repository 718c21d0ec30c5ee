"""Read from a notebook that was run how each exercise went."""

import re
from dataclasses import dataclass

from nbformat import NotebookNode

from llmlab.cli.run import Executed, is_test
from llmlab.course import Exercise
from llmlab.i18n import _
from llmlab.notebooks.cells import grade_id, headline, same_code

PASSED, FAILED, UNWRITTEN, NOT_RUN = "passed", "failed", "unwritten", "not-run"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """How one exercise went; `message` is what its check wrote."""

    exercise: Exercise
    state: str
    message: str = ""

    @property
    def points(self) -> float:
        """The points reached."""
        return self.exercise.points if self.state == PASSED else 0


def outcomes(
    done: Executed, released: NotebookNode, exercises: list[Exercise]
) -> list[Outcome]:
    """The verdict on each exercise."""
    places = {grade_id(cell): n for n, cell in enumerate(done.nb.cells)}
    stubs = {grade_id(cell): cell.source for cell in released.cells}
    found = []
    for exercise in exercises:
        state, message = _verdict(done, places.get(exercise.test))
        answer = places.get(exercise.answer)
        if state == FAILED and answer is not None and exercise.answer in stubs:
            source = done.nb.cells[answer].source
            if same_code(source, stubs[exercise.answer]):
                state = UNWRITTEN
        found.append(Outcome(exercise, state, message))
    return found


def _verdict(done: Executed, place: int | None) -> tuple[str, str]:
    if place is None:
        return NOT_RUN, _("The notebook handed out has no check for it.")
    if place in done.troubles:
        return FAILED, done.troubles[place]
    if place not in done.ran:
        return NOT_RUN, _("It was not run, because a cell above ended the run.")
    error = _error(done.nb.cells[place])
    if error is None:
        return PASSED, ""
    return (UNWRITTEN if error.ename == "NotImplementedError" else FAILED), _text(error)


def _error(cell: NotebookNode) -> NotebookNode | None:
    errors = [o for o in cell.get("outputs", []) if o.output_type == "error"]
    return errors[-1] if errors else None


def _text(error: NotebookNode) -> str:
    """What a check says; of any other exception its name and text."""
    value = _COLOURS.sub("", str(error.get("evalue", ""))).strip("\n")
    if error.ename == "CheckFailed" and value:
        return value
    return f"{error.ename}: {value}" if value else error.ename


def notes(done: Executed, most: int = 3) -> list[str]:
    """Cells that are no checks and stopped: often the cause of what follows."""
    found = []
    for place, cell in enumerate(done.nb.cells):
        if cell.cell_type != "code" or is_test(cell):
            continue
        error = _error(cell) if place in done.ran else None
        line = headline(cell)
        if place in done.troubles:
            text = _("The cell “{line}” did not end. {reason}")
            found.append(text.format(line=line, reason=done.troubles[place]))
        # an exercise that is not written yet is reported as that
        elif error and error.ename != "NotImplementedError":
            text = _("The cell “{line}” stopped with {error}")
            found.append(text.format(line=line, error=_text(error).split("\n")[0]))
    if len(found) > most:
        more = _("… and {count} more cells.").format(count=len(found) - most)
        found = [*found[:most], more]
    return found
