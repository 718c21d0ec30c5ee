"""How much memory a process and its descendants hold, and how to end them."""

import os
import resource
import signal
from contextlib import suppress

_PAGE = resource.getpagesize()


def of_tree(pid: int, shared: int = 0) -> int:
    """Bytes of memory of a process and all its descendants.

    `shared` is what each of them has from the zygote without having asked for it.
    """
    total, todo = 0, [pid]
    while todo:
        current = todo.pop()
        total += max(0, anonymous(current) - shared)
        todo += children(current)
    return total


def anonymous(pid: int | str = "self") -> int:
    """Bytes in memory that belong to no file."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            _all, resident, of_files, *_rest = map(int, file.read().split())
    except (OSError, ValueError):
        return 0
    return (resident - of_files) * _PAGE


def children(pid: int) -> list[int]:
    """The processes that a process has begun and that have not ended."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        return []


def end_all(pid: int) -> None:
    """End every child of this process that is left, orphans that it inherits too."""
    for _round in range(1000):
        left = children(pid)
        if not left:
            return
        for child in left:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
