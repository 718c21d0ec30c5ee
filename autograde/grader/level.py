"""Find the strongest sandbox that this machine gives, by setting one up and looking."""

import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

from . import forked, jail, landlock, seccomp
from .limits import CONFINED, FULL, LIMITS, Limits


def level_here() -> tuple[str, str]:
    """The strongest sandbox that this machine gives, and what a stronger one lacks."""
    if not sys.platform.startswith("linux"):
        return LIMITS, "namespaces and Landlock need Linux"
    missing = _try(FULL)
    if not missing:
        return FULL, ""
    missing = f"namespaces: {missing}"
    if landlock.version() and seccomp.available():
        reason = _try(CONFINED)
        if not reason:
            return CONFINED, missing
        missing += f"; Landlock: {reason}"
    return LIMITS, missing


def _try(level: str) -> str:
    """Set a sandbox up in a child; empty if it works, else why not."""
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="llmlab-sandbox-") as folder:
        os.chmod(folder, 0o711)
        place = jail.place(Path(folder, "0"), 0, level, *jail.folders())
        pid = os.fork()
        if pid == 0:
            forked.leave(lambda: _trial(place, level, theirs))
        theirs.close()
        ours.settimeout(20)
        try:
            said = ours.recv(4096).decode()
        except TimeoutError:
            said = "no answer"
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        ours.close()
    return "" if said == "ok" else said or "no answer"


def _trial(place: jail.Place, level: str, sock: socket.socket) -> None:
    try:
        if not seccomp.available():
            raise OSError("this processor's system calls are not known here")
        if level == FULL:
            jail.leave_namespaces()
        pid = os.fork()
        if pid == 0:
            try:
                jail.shut_in(place, level, Limits())
                sock.send(b"ok")
            except OSError as error:
                sock.send(str(error).encode())
            os._exit(0)
        os.waitpid(pid, 0)
    except OSError as error:
        sock.send(str(error).encode())
