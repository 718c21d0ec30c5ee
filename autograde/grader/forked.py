"""Around a fork: before it, and in the child before and after its work."""

import os
import signal
import socket
import traceback
from contextlib import suppress

TO_SAY = 3  # the child's socket, after the standard three


def one_thread() -> None:
    """A fork of a process with threads hangs sooner or later: refuse it."""
    with suppress(FileNotFoundError):
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            raise OSError(f"the zygote has {threads} threads and cannot be forked")


def leave(run) -> None:
    """Run the child's part and end, whatever happens."""
    code = 1
    try:
        run()
        code = 0
    except BaseException:
        with suppress(Exception):
            traceback.print_exc()
    finally:
        os._exit(code)


def plain_signals() -> None:
    """The child's signals are its own again."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def only(sock: socket.socket) -> None:
    """Close every descriptor but the child's socket; nothing to read, nothing said."""
    nothing = os.open(os.devnull, os.O_RDWR)
    own = os.dup(sock.fileno())
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    os.dup2(own, TO_SAY)
    os.closerange(TO_SAY + 1, 65_536)
