"""The texts about a damaged notebook: what is wrong, what was done, what to do."""

from dataclasses import dataclass

from llmlab.i18n import _
from llmlab.notebooks.cells import headline


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was handed out.

    `cell` counts from 1 in the learner's file; None means the notebook as a whole.
    `cells` are all cells concerned, `grade_id` the graded cell concerned.
    """

    kind: str
    message: str
    cell: int | None = None
    grade_id: str | None = None
    cells: tuple[int, ...] = ()


def place(slot) -> str:
    """Where a cell is, for somebody who looks at JupyterLab: number and first line."""
    line = headline(slot.cell)
    if not line:
        return _("cell {number} (empty)").format(number=slot.number)
    return _("cell {number} (“{line}”)").format(number=slot.number, line=line)


def places(slots) -> str:
    """Where several cells are."""
    return _(" and ").join(place(slot) for slot in slots)


def about(kind: str, text: str, slots=(), grade_id: str | None = None) -> Problem:
    """A Problem whose text starts with a capital, about the cells in `slots`."""
    numbers = tuple(slot.number for slot in slots if slot.number)
    first = numbers[0] if numbers else None
    return Problem(kind, text[:1].upper() + text[1:], first, grade_id, numbers)


def exercise_name(grade_id: str) -> str:
    """ "24.2.1 softmax" from "ex24_2_1_softmax"; another id as it is."""
    head, *rest = grade_id.split("_")
    for prefix in ("ex", "test"):
        if head.startswith(prefix) and head[len(prefix) :].isdigit():
            numbers = [head[len(prefix) :]]
            while rest and rest[0].isdigit():
                numbers.append(rest.pop(0))
            return " ".join([".".join(numbers), "_".join(rest)]).strip()
    return grade_id


def old_format(major: int) -> Problem:
    text = _(
        "The file is in the old notebook format {major}. It was converted for this "
        "run; open it in JupyterLab and save it, to convert the file itself."
    )
    return about("old-format", text.format(major=major))


def encoding(name: str) -> Problem:
    text = _(
        "The file is not plain UTF-8 ({encoding}), so JupyterLab may refuse it. It was "
        "read all the same; save it again as “UTF-8” (without BOM)."
    )
    return about("encoding", text.format(encoding=name))


def lost_cells(numbers: list[int]) -> Problem:
    text = _(
        "Part of the file is damaged: cell {numbers} holds no source and was left out."
    )
    listed = ", ".join(map(str, numbers))
    return Problem(
        "lost-cells", text.format(numbers=listed), numbers[0], None, tuple(numbers)
    )


def line_ends(slots) -> Problem:
    text = _(
        "The cells have Windows line ends. They were read as usual; there is nothing "
        "to do."
    )
    return about("line-ends", text)


def outdated(mine: str, new: str) -> Problem:
    text = _(
        "This notebook is from release {mine}; the course is at {new}. Your answers "
        "still count and were run with the new checks. To update: `llmlab lab` puts "
        "the new notebook beside yours; copy your answers into it."
    )
    return about("outdated", text.format(mine=mine, new=new))


def other_section(mine: str, expected: str) -> Problem:
    text = _(
        "This is the notebook of section {mine}, not of {expected}: none of its "
        "exercises can count here."
    )
    return about("other-section", text.format(mine=mine, expected=expected))


def renamed(name: str, proper: str) -> Problem:
    text = _(
        "{name} is the notebook {proper} under another name. It was taken as that; "
        "give it its name back before you hand it in."
    )
    return Problem("renamed", text.format(name=name, proper=proper))


def setup_missing() -> Problem:
    text = _(
        "The set-up cell (the first one, with the imports) is missing or was changed. "
        "The one handed out was run first."
    )
    return about("setup-missing", text)


def test_missing(grade_id: str) -> Problem:
    text = _(
        "The check of {exercise} is missing. It was put back for this run. To have it "
        "back in the file: `llmlab reset`, then copy your answers over."
    )
    text = text.format(exercise=exercise_name(grade_id))
    return about("test-missing", text, grade_id=grade_id)


def answer_missing(grade_id: str) -> Problem:
    text = _(
        "The cell for your answer to {exercise} is missing and no other cell defines "
        "it, so it counts as not written. `llmlab reset SECTION --exercise NUMBER` "
        "brings the blank cell back."
    )
    text = text.format(exercise=exercise_name(grade_id))
    return about("answer-missing", text, grade_id=grade_id)


def answer_elsewhere(grade_id: str) -> Problem:
    text = _(
        "The cell for your answer to {exercise} is missing; the answer in another cell "
        "counts."
    )
    text = text.format(exercise=exercise_name(grade_id))
    return about("answer-elsewhere", text, grade_id=grade_id)


def new_in_release(grade_id: str) -> Problem:
    text = _("{exercise} is new in this release; your notebook does not have it yet.")
    text = text.format(exercise=exercise_name(grade_id))
    return about("new-exercise", text, grade_id=grade_id)


def test_edited(slot, grade_id: str) -> Problem:
    text = _(
        "The check of {exercise} in {place} was changed. The one handed out was run "
        "instead; your answer decides, not the check."
    )
    text = text.format(exercise=exercise_name(grade_id), place=place(slot))
    return about("test-edited", text, [slot], grade_id)


def settings_changed(slot, grade_id: str) -> Problem:
    text = _("The settings (tags or type) of {place} were changed and were put back.")
    return about("settings", text.format(place=place(slot)), [slot], grade_id)


def type_changed(slot, grade_id: str) -> Problem:
    text = _(
        "Your answer to {exercise}, {place}, is a {kind} cell and would not run. It "
        "was run as code; in JupyterLab select it and press Esc, then Y."
    )
    text = text.format(
        exercise=exercise_name(grade_id), place=place(slot), kind=slot.cell.cell_type
    )
    return about("type-changed", text, [slot], grade_id)


def retyped(slot, grade_id: str) -> Problem:
    text = _(
        "{place} was recognised by its content as {exercise}: the mark that nbgrader "
        "knows it by is lost (a retyped or pasted cell?). It counts as usual."
    )
    text = text.format(exercise=exercise_name(grade_id), place=place(slot))
    return about("retyped", text, [slot], grade_id)


def copied_test(kept, others, grade_id: str) -> Problem:
    text = _(
        "The check of {exercise} is there more than once. The one in {kept} was run; "
        "delete {others}."
    )
    text = text.format(
        exercise=exercise_name(grade_id), kept=place(kept), others=places(others)
    )
    return about("copied-test", text, [kept, *others], grade_id)


def copied_stub(kept, others, grade_id: str) -> Problem:
    text = _(
        "The cell for {exercise} is there more than once. Your answer is in {kept}; "
        "the blank copy, {others}, was not run: delete it."
    )
    text = text.format(
        exercise=exercise_name(grade_id), kept=place(kept), others=places(others)
    )
    return about("copied-stub", text, [kept, *others], grade_id)


def copied_answer(kept, others, grade_id: str) -> Problem:
    text = _(
        "{exercise} is answered more than once, in {all}. All were run from top to "
        "bottom, as in JupyterLab, so the last one above the check counts. Keep one."
    )
    slots = sorted([kept, *others], key=lambda slot: slot.number)
    text = text.format(exercise=exercise_name(grade_id), all=places(slots))
    return about("copied-answer", text, slots, grade_id)


def split(slots, grade_id: str) -> Problem:
    text = _(
        "The cell for {exercise} was split into {places}. The parts were joined for "
        "this run; in JupyterLab select them and choose Edit → Merge Selected Cells."
    )
    text = text.format(exercise=exercise_name(grade_id), places=places(slots))
    return about("split", text, slots, grade_id)


def test_first(test, answer, grade_id: str) -> Problem:
    text = _(
        "The check in {test} stands above your answer in {answer}. It was run after "
        "it; move it below the answer."
    )
    text = text.format(test=place(test), answer=place(answer))
    return about("test-first", text, [test, answer], grade_id)


def unknown_cell(slot, grade_id: str) -> Problem:
    text = _(
        "{place} belongs to an exercise ({name}) that this notebook does not have. It "
        "was run as an ordinary cell and brings no points here."
    )
    text = text.format(place=place(slot), name=exercise_name(grade_id))
    return about("unknown-cell", text, [slot], grade_id)
