"""Mistakes in counting sequential steps. Oracle: longest chain of `needs`.

Row i of `needs` names the two earlier rows that operation i is made of; -1 means
none. A row of two -1 is a given value, and the last row is the result.
"""

from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _counted(count):
    """A variant from a count; a result that was given has no operation at all."""

    def variant(oracle, needs: Tensor):
        return 0 if needs[-1, 0] < 0 else count(oracle, needs)

    return variant


def _inputs(needs: Tensor) -> list[list[int]]:
    return [[a for a in row if a >= 0] for row in needs.tolist()]


def _behind(needs: Tensor) -> set[int]:
    """The rows that the result depends on, itself included."""
    rows, todo = _inputs(needs), [len(needs) - 1]
    seen: set[int] = set()
    while todo:
        i = todo.pop()
        if i not in seen:
            seen.add(i)
            todo += rows[i]
    return seen


def _chain(pick, start: int = 0):
    """A count along chains: `pick` chooses from those of a row's inputs."""

    def variant(oracle, needs: Tensor):
        found: list[int] = []
        for row in _inputs(needs):
            found.append(pick([found[a] for a in row]) if row else start)
            if found[-1] > 10**9:
                return None
        return found[-1]

    return _counted(variant)


def _work(leaves: bool):
    def variant(oracle, needs: Tensor):
        rows = _inputs(needs)
        return sum(1 for i in _behind(needs) if leaves or rows[i])

    return _counted(variant)


def _never_twice(last: int):
    """Waves from the result in which no operation is met a second time."""

    def variant(oracle, needs: Tensor):
        rows, seen, waves = _inputs(needs), set(), 0
        wave = {len(needs) - 1}
        while wave := {i for i in wave - seen if rows[i]}:
            seen |= wave
            wave = {a for i in wave for a in rows[i]}
            waves += 1
        return waves + last

    return _counted(variant)


def _expanded_once(last: int):
    """Each operation is taken from a list once, with the depth known by then."""

    @_counted
    def variant(oracle, needs: Tensor):
        rows, end = _inputs(needs), len(needs) - 1
        depth, todo = {end: 1}, [end]
        while todo:
            i = todo.pop(last)
            for a in [a for a in rows[i] if rows[a]]:
                todo += [] if a in depth else [a]
                depth[a] = max(depth.get(a, 0), depth[i] + 1)
        return max(depth.values())

    return variant


@_counted
def _until_any_ends(oracle, needs: Tensor):
    """Waves up to the first that holds a constant or a given value."""
    rows, wave, waves = needs.tolist(), {len(needs) - 1}, 0
    while -1 not in wave and all(max(rows[i]) >= 0 for i in wave):
        wave, waves = {a for i in wave for a in rows[i]}, waves + 1
    return waves


@_counted
def _last_entry_only(oracle, needs: Tensor):
    """Along the last entry of each operation, to the first that is a constant."""
    rows, i, steps = needs.tolist(), len(needs) - 1, 0
    while i >= 0 and max(rows[i]) >= 0:
        i, steps = rows[i][1], steps + 1
    return steps


def _shifted(by: int):
    return _counted(lambda oracle, needs: oracle(needs=needs) + by)


STEPS = [
    Mistake(
        "steps.all-operations",
        N_("You count all operations. Those that stand side by side can run at once."),
        N_("Work is the number of operations; steps are the longest chain of them."),
        _work(False),
    ),
    *ways(
        "steps.never-twice",
        N_("You pass over an operation that you have met before."),
        N_(
            "The same operation may be met again on a longer way, and the longest way "
            "counts. Forget the operations of earlier waves."
        ),
        _never_twice(0),
        _never_twice(1),
        _expanded_once(0),
        _expanded_once(-1),
    ),
    Mistake(
        "steps.one-more",
        N_("Your count is one too many: the given value is no operation."),
        N_(
            "A node without `next_functions` is where a leaf comes in. Do not count it."
        ),
        _shifted(1),
    ),
    Mistake(
        "steps.one-less",
        N_("Your count is one too few."),
        N_("The operation that gives y itself is a step too."),
        _shifted(-1),
    ),
    Mistake(
        "steps.empty-wave",
        N_("Your count is one too many, even of a given value: an empty wave counts."),
        N_("First drop None and leaves from a wave. Count it if anything is left."),
        lambda oracle, needs: oracle(needs=needs) + 1,
    ),
    *ways(
        "steps.stops-early",
        N_("You stop where the first constant or given value comes in."),
        N_("There one way ends. Drop that entry, and go on with the others."),
        _until_any_ends,
        _last_entry_only,
    ),
    *ways(
        "steps.shortest-chain",
        N_("You follow the shortest chain; the longest is what has to be waited for."),
        N_("An operation starts when the last of its inputs is there."),
        _chain(lambda before: 1 + min(before)),
        _chain(lambda before: 1 + min(before), 1),
    ),
    *ways(
        "steps.first-input-only",
        N_("You follow only one input of each operation."),
        N_("`next_functions` has an entry for each input. Any may be the slow one."),
        _chain(lambda before: 1 + before[0]),
        _chain(lambda before: 1 + before[-1]),
        _chain(lambda before: 1 + before[0], 1),
        _chain(lambda before: 1 + before[-1], 1),
    ),
    *ways(
        "steps.chains-added",
        N_("You add up the chains of all inputs; they can run at once."),
        N_("An operation waits for the slowest of its inputs: a maximum, no sum."),
        _chain(lambda before: 1 + sum(before)),
        _chain(lambda before: 1 + sum(before), 1),
    ),
    Mistake(
        "steps.leaves-counted",
        N_("You count all operations, and the given values too."),
        N_("Steps are the longest chain of operations. A given value is none."),
        _work(True),
    ),
    *ways(
        "steps.inputs-of-the-last",
        N_("You count the inputs of the last operation, or that operation alone."),
        N_("Go on from there: each of the operations before has its own before it."),
        lambda needs: len(_inputs(needs)[-1]),
        lambda needs: 1 if _inputs(needs)[-1] else None,
        lambda needs: 2 if _inputs(needs)[-1] else None,
    ),
    Mistake(
        "steps.too-deep",
        N_("Your function calls itself once for each step, and Python stops at 1000."),
        N_("Go wave by wave in a loop: all operations of a wave at once."),
        raises=r"RecursionError",
    ),
    Mistake(
        "steps.every-way",
        N_("You walk every way by itself, and their number doubles again and again."),
        N_("Keep a wave as a set: an operation that is met twice is in it once."),
        raises=r"TooMany",
    ),
    Mistake(
        "steps.missing-node",
        N_("Some inputs have no operation behind them: there the entry is None."),
        N_("A constant, or a y that was given, has no `grad_fn`. Leave None out."),
        raises=r"NoneType",
    ),
    Mistake(
        "steps.pairs",
        N_("An entry of `next_functions` is a pair: an operation and a number."),
        N_("Take the first of the two: `for node, _ in …`."),
        raises=r"'tuple' object|values to unpack",
    ),
]
