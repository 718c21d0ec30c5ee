"""Find each released cell in a learner's notebook: by its id, then by content.

Of several copies one is kept; the others are run as ordinary cells or set aside.
"""

from dataclasses import dataclass

from nbformat import NotebookNode

from llmlab.notebooks import problems as say
from llmlab.notebooks.cells import (
    compiles,
    defines,
    gives,
    grade_id,
    is_given,
    likeness,
    make_plain,
    plain,
    runs_alone,
    same_code,
    set_aside,
    wanted_names,
)
from llmlab.notebooks.problems import Problem


@dataclass(eq=False)
class Slot:
    """A cell and its place in the learner's file (0: it was not there)."""

    cell: NotebookNode
    number: int


class Choosing:
    """The learner's cells, and which of them stands for which released cell."""

    def __init__(self, nb: NotebookNode, released: NotebookNode):
        self.nb = nb
        self.released = released
        self.problems: list[Problem] = []
        self.slots = [Slot(cell, n) for n, cell in enumerate(nb.cells, 1)]
        self.release = {grade_id(c): c for c in released.cells if grade_id(c)}
        self.chosen: dict[str, Slot] = {}

    def choose(self) -> None:
        """Choose by id first, so that content decides only what is left."""
        for name in self.release:
            self.choose_by_id(name)
        for name in self.release:
            if name not in self.chosen:
                self.choose_by_content(name)

    def choose_by_id(self, name: str) -> None:
        same = [slot for slot in self.slots if grade_id(slot.cell) == name]
        if not same:
            return
        given = self.release[name]
        if is_given(given):
            exact = [s for s in same if plain(s.cell.source) == plain(given.source)]
            self.keep_test(name, (exact or same)[0], same)
        else:
            self.keep_answer(name, same)

    def keep_test(self, name: str, kept: Slot, same: list[Slot]) -> None:
        self.chosen[name] = kept
        others = [slot for slot in same if slot is not kept]
        for slot in others:
            set_aside(slot.cell)
        if others:
            self.problems.append(say.copied_test(kept, others, name))

    def keep_answer(self, name: str, same: list[Slot]) -> None:
        same = self.join_split(name, same)
        stub = self.release[name].source
        wanted = wanted_names(stub)
        written = [s for s in same if not same_code(s.cell.source, stub)]
        best = [s for s in written if gives(s.cell.source, wanted)] or written or same
        kept = self.chosen[name] = best[0]
        blank = [s for s in same if s is not kept and s not in written]
        more = [s for s in written if s is not kept]
        for slot in blank:
            set_aside(slot.cell)  # run later, it would wipe the answer out
        for slot in more:
            make_plain(slot.cell)
        if blank:
            self.problems.append(say.copied_stub(kept, blank, name))
        if more:
            self.problems.append(say.copied_answer(kept, more, name))

    def join_split(self, name: str, same: list[Slot]) -> list[Slot]:
        """Join the parts that JupyterLab's "split cell" leaves, one after another."""
        wanted = wanted_names(self.release[name].source)
        heads: list[list[Slot]] = []
        for slot in same:
            last = heads[-1] if heads else None
            if last and self.after(last[-1]) is slot and _continues(last, slot, wanted):
                last.append(slot)
            else:
                heads.append([slot])
        for parts in heads:
            after = self.after(parts[-1])
            if after and grade_id(after.cell) is None and _is_torn(parts, after):
                parts.append(after)
            if len(parts) > 1:
                self.join(name, parts)
        return [parts[0] for parts in heads]

    def after(self, slot: Slot) -> Slot | None:
        place = self.slots.index(slot) + 1
        return self.slots[place] if place < len(self.slots) else None

    def join(self, name: str, parts: list[Slot]) -> None:
        self.problems.append(say.split(parts, name))
        parts[0].cell.source = _joined(parts)
        for part in parts[1:]:
            self.slots.remove(part)

    def choose_by_content(self, name: str) -> None:
        given = self.release[name]
        free = [
            slot
            for slot in self.slots
            if grade_id(slot.cell) not in self.release
            and slot not in self.chosen.values()
        ]
        marked = [s for s in free if s.cell.get("id") == name.replace("_", "-")]
        alike = self.alike_test if is_given(given) else self.alike_answer
        found = marked or alike(given, free)
        if found:
            self.chosen[name] = found[0]
            self.problems.append(say.retyped(found[0], name))

    def alike_test(self, given: NotebookNode, free: list[Slot]) -> list[Slot]:
        scored = [(likeness(s.cell.source, given.source), s) for s in free]
        scored.sort(key=lambda pair: -pair[0])
        return [slot for score, slot in scored if score >= 0.8]

    def alike_answer(self, given: NotebookNode, free: list[Slot]) -> list[Slot]:
        wanted = wanted_names(given.source)
        # a demonstration that was handed out may define the same name
        known = {plain(c.source) for c in self.released.cells if not grade_id(c)}
        found = [s for s in free if gives(s.cell.source, wanted)]
        found = [s for s in found if plain(s.cell.source) not in known]
        return sorted(found, key=lambda s: same_code(s.cell.source, given.source))


def _joined(parts: list[Slot]) -> str:
    return "\n".join(part.cell.source.rstrip("\n") for part in parts)


def _continues(parts: list[Slot], slot: Slot, wanted: set[str]) -> bool:
    """True if `slot` is the rest of `parts` and no second attempt at the same."""
    if plain(parts[-1].cell.source) == plain(slot.cell.source):
        return False
    return not (defines(_joined(parts)) & defines(slot.cell.source) & wanted)


def _is_torn(parts: list[Slot], slot: Slot) -> bool:
    """True if an ordinary cell only makes sense as the end of the one above."""
    if slot.cell.cell_type != "code" or not slot.cell.source.strip():
        return False
    if compiles(_joined(parts)) and runs_alone(slot.cell.source):
        return False
    return compiles(_joined([*parts, slot]))
