"""A process with torch loaded that forks on request: a student or a tester in 5 ms.

Importing torch takes seconds; a fork of a process that has done so takes none. There
are two: from one come the students, each in its sandbox; from the other the testers.
The zygote never reads a notebook, because every fork has a copy of its memory. A
request is one message of numbers and two descriptors: the child's socket, and a lease.
When the other end of the lease is closed, the child is killed with all that it began.
"""

import gc
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograde import lean

from . import forked, handles, jail, memory, seccomp
from .level import level_here
from .limits import FULL, LIMITS, STUDENT, TESTER, Limits
from .warm import warm_up


@dataclass
class Child:
    """A running child: the process that waits, the one that works, its lease."""

    outer: int
    inner: int
    handles: tuple
    lease: socket.socket
    slot: int
    memory_mb: int
    too_large: bool = False


class Zygote:
    """The loop: fork on request, kill when a lease ends, report when a child does."""

    def __init__(self, role: str, level: str, controls: list[socket.socket]):
        self.role, self.level = role, level
        self.children: dict[int, Child] = {}
        self.selector = selectors.DefaultSelector()
        for control in controls:
            self.selector.register(control, selectors.EVENT_READ, self._request)
        self.own = memory.anonymous()
        self.folders = tempfile.TemporaryDirectory(prefix="llmlab-sandbox-")
        os.chmod(self.folders.name, 0o711)
        if role == STUDENT:
            self.read, self.hidden = jail.folders()
        self._wake()

    def _wake(self) -> None:
        """A child's end shows as a byte to read."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._wakeup = (ours, theirs)
        self.selector.register(ours, selectors.EVENT_READ, self._reap)

    def run(self) -> None:
        """Serve until every control socket is closed."""
        self.controls = len(self.selector.get_map()) - 1
        while self.controls:
            # while students run, their memory is looked at
            rest = 0.1 if self.role == STUDENT and self.children else None
            for key, _mask in self.selector.select(rest):
                key.data(key.fileobj)
            if rest:
                self._watch_memory()
        for child in list(self.children.values()):
            self._kill(child)
        self.folders.cleanup()

    def _request(self, control: socket.socket) -> None:
        data, descriptors, _flags, _address = socket.recv_fds(control, 4096, 2)
        if not data:
            self.selector.unregister(control)
            control.close()
            self.controls -= 1
            return
        words = json.loads(data)
        limits = Limits.of(words.get("limits", {}))
        sock, lease = (socket.socket(fileno=fd) for fd in descriptors)
        free = set(range(jail.SLOTS)) - {c.slot for c in self.children.values()}
        try:
            if not free:
                raise OSError(f"{jail.SLOTS} processes run already")
            outer, inner = self._fork(sock, limits, slot := min(free))
        except OSError as error:
            _say(lease, {"failed": str(error)})
            lease.close()
            return
        finally:
            sock.close()
        pids = (inner, outer) if outer != inner else (inner,)
        own = tuple(handles.handle(pid) for pid in pids)
        child = Child(outer, inner, own, lease, slot, int(limits.memory_mb))
        self.children[outer] = child
        self.selector.register(lease, selectors.EVENT_READ, self._on_lease)
        _say(lease, {"pid": inner})

    def _fork(self, sock, limits: Limits, slot: int) -> tuple[int, int]:
        forked.one_thread()
        if self.role == TESTER:
            pid = os.fork()
            if pid == 0:
                forked.leave(lambda: self._tester(sock))
            return pid, pid
        folder = Path(self.folders.name, str(slot))
        place = jail.place(folder, slot, self.level, self.read, self.hidden)
        ours, theirs = os.pipe()
        outer = os.fork()
        if outer == 0:
            forked.leave(lambda: self._outer(sock, place, limits, slot, theirs))
        os.close(theirs)
        with os.fdopen(ours, "rb") as pipe:
            said = pipe.read(4)
        if len(said) < 4:
            raise OSError("the sandbox could not be set up")
        return outer, int.from_bytes(said, "big")

    # in the children --------------------------------------------------------------

    def _outer(self, sock, place, limits: Limits, slot: int, report: int) -> None:
        """Leave the namespaces, fork process 1 of the new ones, do nothing but wait."""
        if sys.platform.startswith("linux"):
            seccomp.prctl(jail.PR_SET_PDEATHSIG, signal.SIGKILL)
        if self.level == FULL:
            jail.leave_namespaces()
        elif sys.platform.startswith("linux"):
            # orphans come to this process, which ends them
            seccomp.prctl(jail.PR_SET_CHILD_SUBREAPER, 1)
        inner = os.fork()
        if inner == 0:
            forked.leave(lambda: self._student(sock, place, limits, slot))
        os.write(report, inner.to_bytes(4, "big"))
        os.closerange(0, 65_536)
        _pid, status = os.waitpid(inner, 0)
        if self.level != FULL:
            memory.end_all(os.getpid())
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)

    def _student(self, sock, place, limits: Limits, slot: int) -> None:
        from . import student, wire

        forked.plain_signals()
        try:
            home = jail.shut_in(place, self.level, limits, slot)
        except OSError as error:
            wire.send(sock, {"failed": f"{error}"})
            return
        forked.only(sock)
        with socket.socket(fileno=forked.TO_SAY) as own, suppress(wire.Closed):
            student.serve(own, self.shell, home)

    def _tester(self, sock) -> None:
        from . import tester

        forked.plain_signals()
        # the rest of this process knows no descriptor but its own
        own = os.dup(sock.fileno())
        os.dup2(own, forked.TO_SAY)
        os.closerange(forked.TO_SAY + 1, 65_536)
        with socket.socket(fileno=forked.TO_SAY) as own_sock:
            tester.main(own_sock)

    # endings ----------------------------------------------------------------------

    def _on_lease(self, lease: socket.socket) -> None:
        """A word on the lease interrupts the child; its end ends the child."""
        child = next((c for c in self.children.values() if c.lease is lease), None)
        if child is None:  # its end was reported in the same round of the loop
            return
        said = b""
        with suppress(OSError):
            said = lease.recv(64)
        if said:
            handles.send(child.handles[0], signal.SIGINT)
            return
        self.selector.unregister(lease)
        self._kill(child)

    def _kill(self, child: Child) -> None:
        # where there is no namespace that ends with its first process, the outer one
        # has to end the rest, and then ends by itself
        own = child.handles if self.level == FULL else child.handles[:1]
        for handle in own:
            handles.send(handle, signal.SIGKILL)

    def _reap(self, wakeup: socket.socket) -> None:
        with suppress(BlockingIOError):
            while wakeup.recv(4096):
                pass
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self.children.pop(pid, None)
            if child is None:
                continue
            for handle in child.handles:
                handles.forget(handle)
            with suppress(KeyError, ValueError):
                self.selector.unregister(child.lease)
            words = {"exit": os.waitstatus_to_exitcode(status)}
            words |= {"cpu": used.ru_utime + used.ru_stime, "memory": child.too_large}
            _say(child.lease, words)
            child.lease.close()

    def _watch_memory(self) -> None:
        for child in list(self.children.values()):
            if memory.of_tree(child.inner, self.own) > child.memory_mb * 2**20:
                child.too_large = True
                self._kill(child)


def _say(lease: socket.socket, words: dict) -> None:
    with suppress(OSError):
        lease.send(json.dumps(words).encode() + b"\n")


def main() -> None:
    """`zygote ROLE FD …`: warm up, say the level on the first socket, serve."""
    role, *numbers = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is ours alone
    controls = [socket.socket(fileno=int(n)) for n in numbers]
    lean.without_iri()
    shell = warm_up(role)
    wanted = os.environ.get("LLMLAB_SANDBOX", "")
    level, missing = (LIMITS, "") if role == TESTER else level_here()
    if wanted and role == STUDENT:
        level, missing = wanted, "asked for"
    gc.collect()
    gc.freeze()
    zygote = Zygote(role, level, controls)
    zygote.shell = shell
    controls[0].send(json.dumps({"level": level, "missing": missing}).encode())
    zygote.run()
