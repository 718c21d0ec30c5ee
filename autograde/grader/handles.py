"""Processes by handle: a number may be given to another one, a handle is not."""

import os
import signal
from contextlib import suppress


def handle(pid: int) -> tuple[str, int]:
    """A process for good: a number may be given to another one, a handle is not."""
    if hasattr(os, "pidfd_open"):
        with suppress(OSError):
            return "fd", os.pidfd_open(pid)
    return "pid", pid


def send(handle: tuple[str, int], number: int) -> None:
    kind, own = handle
    with suppress(ProcessLookupError):
        if kind == "fd":
            signal.pidfd_send_signal(own, number)
        else:
            os.kill(own, number)


def forget(handle: tuple[str, int]) -> None:
    if handle[0] == "fd":
        os.close(handle[1])
