"""What an exception says to a learner: its text, and their own line that led to it."""

import linecache
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Failure:
    """An exception of the learner's code, as text, and the line that led to it.

    `deeper` is a function in another cell of the notebook in which it was raised.
    """

    kind: str
    text: str
    line: int = 0
    code: str = ""
    function: str = ""
    deeper: str = ""


def describe(error: BaseException, function: Callable) -> Failure:
    """The exception with the learner's own lines: the deepest one in the cell of the
    exercise, and where it leads to if another cell of the notebook stops.

    A comprehension inside the probe has code of its own: no line of the learner's.
    """
    probe_file = function.__code__.co_filename
    places, trace = [], error.__traceback__
    while trace is not None:
        frame, file = trace.tb_frame, trace.tb_frame.f_code.co_filename
        own = frame.f_globals is function.__globals__
        if own and file != probe_file:
            code = linecache.getline(file, trace.tb_lineno).strip()
            places.append((file, trace.tb_lineno, code, frame.f_code.co_name))
        trace = trace.tb_next
    text = _shorter(str(error))
    if isinstance(error, RecursionError):
        # Python also says what it was at just then, which depends on its caller
        places, text = (
            _first_round(places),
            text.partition(" exceeded")[0] + " exceeded",
        )
    failure = Failure(type(error).__name__, text)
    if not places:
        return failure
    *_rest, (_file, line, code, name) = [p for p in places if p[0] == places[0][0]]
    deeper = "" if places[-1][0] == places[0][0] else places[-1][3]
    return replace(failure, line=line, code=code, function=name, deeper=deeper)


def _first_round(places: list[tuple]) -> list[tuple]:
    """The way down to the first line that is met again: where in a round Python's
    stack is full depends on what called the learner's code."""
    for number, place in enumerate(places, 1):
        if place in places[number:]:
            return places[:number]
    return places


def _shorter(text: str, most: int = 250) -> str:
    """An exception's text in one line, without torch's list of all signatures."""
    text = " ".join(text.split()).split(", but expected one of:")[0]
    return text if len(text) <= most else text[: most - 2] + " …"
