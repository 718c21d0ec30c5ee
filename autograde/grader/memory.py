"""How much memory a process and its descendants hold, and how to end a user's rest."""

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
        todo += _children(current)
    return total


def anonymous(pid: int | str = "self") -> int:
    """Bytes in memory that belong to no file."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            _all, resident, of_files, *_rest = map(int, file.read().split())
    except (OSError, ValueError):
        return 0
    return (resident - of_files) * _PAGE


def _children(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        return []


def kill_user(uid: int) -> None:
    """End every process of a user that exists for one submission only."""
    for _round in range(20):
        found = [pid for pid in _processes() if _owner(pid) == uid]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _owner(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return None
