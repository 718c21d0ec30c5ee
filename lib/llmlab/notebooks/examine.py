"""Compare a learner's notebook with the one handed out, and mend a copy of it.

Cells are matched by grade_id, then by content. The learner's code is never changed:
it is moved, joined or run as the cell it was meant to be.
"""

import copy

from nbformat import NotebookNode

from llmlab.notebooks import problems as say
from llmlab.notebooks.cells import (
    facts,
    gives,
    grade_id,
    is_given,
    make_plain,
    plain,
    tags,
    unix,
    wanted_names,
)
from llmlab.notebooks.choose import Choosing, Slot
from llmlab.notebooks.problems import Problem
from llmlab.notebooks.reading import READING


def diagnose(nb: NotebookNode, released: NotebookNode) -> list[Problem]:
    """What is damaged in a learner's notebook, in reading order."""
    return repair(nb, released)[1]


def repair(
    nb: NotebookNode, released: NotebookNode
) -> tuple[NotebookNode, list[Problem]]:
    """A mended copy, in which every released cell stands once, and what was wrong."""
    mending = _Mending(copy.deepcopy(nb), released)
    mending.run()
    return mending.result(), mending.problems


class _Mending(Choosing):
    """One pass over one notebook; the steps run in the order of `run`."""

    def __init__(self, nb: NotebookNode, released: NotebookNode):
        super().__init__(nb, released)
        mine = facts(nb)
        theirs = facts(released)
        self.versions = mine.get("version", "?"), theirs.get("version", "?")
        self.sections = mine.get("section"), theirs.get("section")
        hashes = mine.get("hash"), theirs.get("hash")
        self.outdated = all(hashes) and hashes[0] != hashes[1]

    def run(self) -> None:
        self.report_file()
        self.report_release()
        self.choose()
        for name, slot in self.chosen.items():
            self.restore(name, slot)
        self.demote_strangers()
        for name in self.release:
            if name not in self.chosen:
                self.insert(name)
        self.put_tests_after_answers()
        self.ensure_setup()
        self.problems.sort(key=lambda problem: problem.cell or 0)

    def result(self) -> NotebookNode:
        """The notebook with the mended cells, each with an id of its own."""
        used = set()
        for number, slot in enumerate(self.slots, 1):
            name = slot.cell.get("id")
            if not name or not isinstance(name, str) or name in used:
                name = f"c{number}"
                while name in used:
                    name += "-"
                slot.cell["id"] = name
            used.add(name)
        self.nb.cells = [slot.cell for slot in self.slots]
        self.nb.nbformat, self.nb.nbformat_minor = 4, 5
        self.nb.metadata.pop(READING, None)
        return self.nb

    # the file and the release as a whole

    def report_file(self) -> None:
        notes = self.nb.metadata.get(READING) or {}
        if "nbformat" in notes:
            self.problems.append(say.old_format(notes["nbformat"]))
        if "encoding" in notes:
            self.problems.append(say.encoding(notes["encoding"]))
        if "lost_cells" in notes:
            self.problems.append(say.lost_cells(notes["lost_cells"]))
        changed = [slot for slot in self.slots if "\r" in slot.cell.source]
        for slot in changed:
            slot.cell.source = unix(slot.cell.source)
        if changed:
            self.problems.append(say.line_ends(changed))

    def report_release(self) -> None:
        mine, expected = self.sections
        if mine and expected and mine != expected:
            self.problems.append(say.other_section(mine, expected))
            self.outdated = True  # what is missing needs no further words
        elif self.outdated:
            self.problems.append(say.outdated(*self.versions))

    # make the cells found what they were

    def restore(self, name: str, slot: Slot) -> None:
        given, cell = self.release[name], slot.cell
        marked = grade_id(cell) == name  # else `retyped` was said already
        if is_given(given):
            if plain(cell.source) != plain(given.source) and not self.outdated:
                self.problems.append(say.test_edited(slot, name))
            elif marked and not self.outdated and _settings_differ(cell, given):
                self.problems.append(say.settings_changed(slot, name))
            slot.cell = copy.deepcopy(given)
            return
        if cell.cell_type != given.cell_type:
            self.problems.append(say.type_changed(slot, name))
        elif marked and _settings_differ(cell, given):
            self.problems.append(say.settings_changed(slot, name))
        slot.cell = copy.deepcopy(given)
        slot.cell.source = cell.source

    def demote_strangers(self) -> None:
        """Make cells of other exercises ordinary ones: nbgrader would stop at them."""
        for slot in self.slots:
            name = grade_id(slot.cell)
            if name is not None and name not in self.release:
                if not self.outdated:
                    self.problems.append(say.unknown_cell(slot, name))
                make_plain(slot.cell)

    # put back what is missing

    def insert(self, name: str) -> None:
        given = self.release[name]
        if self.outdated and self.sections[0] == self.sections[1]:
            problem = say.new_in_release(name) if not is_given(given) else None
        elif self.outdated:
            problem = None
        elif is_given(given):
            problem = say.test_missing(name)
        elif self.written_elsewhere(given):
            # its stub would undo what another cell has defined
            given = copy.deepcopy(given)
            given.source = ""
            problem = say.answer_elsewhere(name)
        else:
            problem = say.answer_missing(name)
        if problem:
            self.problems.append(problem)
        slot = self.chosen[name] = Slot(copy.deepcopy(given), 0)
        self.slots.insert(self.place_for(name), slot)

    def written_elsewhere(self, given: NotebookNode) -> bool:
        """Whether another cell of the learner's defines what this one asks for."""
        wanted = wanted_names(given.source)
        # a demonstration that was handed out may define the same name
        known = {plain(c.source) for c in self.released.cells}
        return bool(wanted) and any(
            gives(slot.cell.source, wanted) and plain(slot.cell.source) not in known
            for slot in self.slots
            if slot.number and _is_code(slot)
        )

    def place_for(self, name: str) -> int:
        """Behind the last released cell that comes before it, else before the next."""
        names = list(self.release)
        position = names.index(name)
        before = [self.chosen[n] for n in names[:position] if n in self.chosen]
        after = [self.chosen[n] for n in names[position + 1 :] if n in self.chosen]
        if before:
            return self.slots.index(before[-1]) + 1
        return self.slots.index(after[0]) if after else len(self.slots)

    def put_tests_after_answers(self) -> None:
        answer = None
        for name, given in self.release.items():
            slot = self.chosen[name]
            if not is_given(given):
                answer = slot
            elif answer and self.slots.index(slot) < self.slots.index(answer):
                self.problems.append(say.test_first(slot, answer, name))
                self.slots.remove(slot)
                self.slots.insert(self.slots.index(answer) + 1, slot)

    def ensure_setup(self) -> None:
        """Run the released set-up cell first if one of its imports is gone."""
        code = [c for c in self.released.cells if c.cell_type == "code"]
        if not code or grade_id(code[0]):
            return
        needed = {line.strip() for line in code[0].source.split("\n")}
        needed = {line for line in needed if line.startswith(("import ", "from "))}
        code_now = [s.cell.source for s in self.slots if s.cell.cell_type == "code"]
        there = {line.strip() for text in code_now for line in text.split("\n")}
        if needed - there:
            self.problems.append(say.setup_missing())
            self.slots.insert(0, Slot(copy.deepcopy(code[0]), 0))


def _is_code(slot: Slot) -> bool:
    return slot.cell.cell_type == "code"


def _settings_differ(cell: NotebookNode, given: NotebookNode) -> bool:
    mine, theirs = cell.metadata.get("nbgrader", {}), given.metadata["nbgrader"]
    keys = ("grade", "locked", "points", "solution", "task")
    return sorted(tags(cell)) != sorted(tags(given)) or any(
        (mine.get(key) or 0) != (theirs.get(key) or 0) for key in keys
    )
