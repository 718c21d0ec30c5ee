"""Stop a computation that takes too many steps, by counting and not by timing."""

import sys
from collections.abc import Callable

from llmlab.i18n import _


class TooMany(RuntimeError):
    """A function has run more instructions than it was allowed."""


def within(most: int, fn: Callable, /, *args, **kwargs):
    """What `fn` returns, if its Python code runs at most `most` instructions.

    For answers that can take exponentially long: the limit is the same on every
    machine. Instructions are Python's bytecodes; what torch does inside counts as one.
    Errors: TooMany.

    >>> within(1000, sum, [1, 2, 3])
    6
    """
    left = most

    def watch(frame, event, arg):
        nonlocal left
        frame.f_trace_opcodes, left = True, left - 1
        if left < 0:
            text = _("stopped after {most} instructions: far more than are needed")
            raise TooMany(text.format(most=most))
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        return fn(*args, **kwargs)
    finally:
        sys.settrace(before)
