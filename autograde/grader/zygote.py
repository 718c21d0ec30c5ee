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
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import jail, landlock, memory, seccomp
from .limits import CONFINED, FULL, LIMITS, Limits

STUDENT, TESTER = "student", "tester"
FIRST_UID, USERS, SLOTS = 200_000, 40_000, 64
TO_SAY = 3  # the child's socket, after the standard three


@dataclass
class Child:
    """A running child: the process that waits, the one that works, its lease."""

    outer: int
    inner: int
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
        controls = len(self.selector.get_map()) - 1
        self.controls = controls
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
        slot = min(set(range(SLOTS)) - {c.slot for c in self.children.values()})
        try:
            outer, inner = self._fork(sock, limits, slot)
        except OSError as error:
            _say(lease, {"failed": str(error)})
            lease.close()
            return
        finally:
            sock.close()
        child = Child(outer, inner, lease, slot, int(limits.memory_mb))
        self.children[outer] = child
        self.selector.register(lease, selectors.EVENT_READ, self._ended_lease)
        _say(lease, {"pid": inner})

    def _fork(self, sock, limits: Limits, slot: int) -> tuple[int, int]:
        one_thread()
        if self.role == TESTER:
            pid = os.fork()
            if pid == 0:
                _leave(lambda: self._tester(sock))
            return pid, pid
        place = self._place(slot)
        ours, theirs = os.pipe()
        outer = os.fork()
        if outer == 0:
            _leave(lambda: self._outer(sock, place, limits, slot, theirs))
        os.close(theirs)
        with os.fdopen(ours, "rb") as pipe:
            said = pipe.read(4)
        if len(said) < 4:
            raise OSError("the sandbox could not be set up")
        return outer, int.from_bytes(said, "big")

    def _place(self, slot: int) -> jail.Place:
        root = os.geteuid() == 0
        uid = FIRST_UID + os.getpid() % USERS * SLOTS + slot if root else 0
        folder = Path(self.folders.name, str(slot))
        if self.level != FULL:
            _empty(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        if root:
            os.chown(folder, uid, uid)
        return jail.Place(folder, self.read, self.hidden, uid)

    # in the children --------------------------------------------------------------

    def _outer(self, sock, place, limits: Limits, slot: int, report: int) -> None:
        """Leave the namespaces, fork process 1 of the new ones, do nothing but wait."""
        if sys.platform.startswith("linux"):
            seccomp.prctl(jail.PR_SET_PDEATHSIG, signal.SIGKILL)
        if self.level == FULL:
            jail.leave_namespaces()
        inner = os.fork()
        if inner == 0:
            _leave(lambda: self._student(sock, place, limits, slot))
        os.write(report, inner.to_bytes(4, "big"))
        os.closerange(0, 65_536)
        _pid, status = os.waitpid(inner, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)

    def _student(self, sock, place, limits: Limits, slot: int) -> None:
        from . import student, wire

        _plain_signals()
        try:
            home = jail.shut_in(place, self.level, limits, slot)
        except OSError as error:
            wire.send(sock, {"failed": f"{error}"})
            return
        _only(sock)
        with socket.socket(fileno=TO_SAY) as own, suppress(wire.Closed):
            student.serve(own, self.shell, home)

    def _tester(self, sock) -> None:
        from . import tester

        _plain_signals()
        # the rest of this process knows no descriptor but its own
        own = os.dup(sock.fileno())
        os.dup2(own, TO_SAY)
        os.closerange(TO_SAY + 1, 65_536)
        with socket.socket(fileno=TO_SAY) as own_sock:
            tester.main(own_sock)

    # endings ----------------------------------------------------------------------

    def _ended_lease(self, lease: socket.socket) -> None:
        child = next(c for c in self.children.values() if c.lease is lease)
        self.selector.unregister(lease)
        self._kill(child)

    def _kill(self, child: Child) -> None:
        for pid in (child.inner, child.outer):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

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
            if self.role == STUDENT and self.level != FULL:
                self._kill_rest(child)
            with suppress(KeyError, ValueError):
                self.selector.unregister(child.lease)
            _say(
                child.lease,
                {
                    "exit": os.waitstatus_to_exitcode(status),
                    "cpu": used.ru_utime + used.ru_stime,
                    "memory": child.too_large,
                },
            )
            child.lease.close()

    def _kill_rest(self, child: Child) -> None:
        """Without a namespace to end, whatever runs as the child's user is ended."""
        if os.geteuid() == 0:
            memory.kill_user(self._place(child.slot).uid)

    def _watch_memory(self) -> None:
        for child in list(self.children.values()):
            if memory.of_tree(child.inner, self.own) > child.memory_mb * 2**20:
                child.too_large = True
                self._kill(child)


def one_thread() -> None:
    """A fork of a process with threads hangs sooner or later: refuse it."""
    with suppress(FileNotFoundError):
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            raise OSError(f"the zygote has {threads} threads and cannot be forked")


def _leave(run) -> None:
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


def _plain_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _only(sock: socket.socket) -> None:
    """Close every descriptor but the child's socket; nothing to read, nothing said."""
    nothing = os.open(os.devnull, os.O_RDWR)
    own = os.dup(sock.fileno())
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    os.dup2(own, TO_SAY)
    os.closerange(TO_SAY + 1, 65_536)


def _say(lease: socket.socket, words: dict) -> None:
    with suppress(OSError):
        lease.send(json.dumps(words).encode() + b"\n")


def _empty(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


# the start ---------------------------------------------------------------------------


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
        trial = Zygote.__new__(Zygote)
        trial.level, trial.role = level, STUDENT
        trial.folders = type("Folder", (), {"name": folder})
        trial.read, trial.hidden = jail.folders()
        place = trial._place(0)
        pid = os.fork()
        if pid == 0:
            _leave(lambda: _trial(place, level, theirs))
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


def warm_up(role: str):
    """Load and touch once what every notebook needs; a student's shell, or None."""
    import torch

    torch.set_num_threads(1)
    import einops  # noqa: F401
    import jaxtyping  # noqa: F401
    import torch._dynamo  # noqa: F401 - 1.5 s in every process with an optimizer

    from llmlab import check, claims, count, mistakes, plot  # noqa: F401

    layer = torch.nn.Linear(2, 2)
    layer(torch.ones(1, 2)).sum().backward()
    torch.optim.Adam(layer.parameters()).step()
    if role == TESTER:
        from . import submission, tester  # noqa: F401

        return None
    from . import student  # noqa: F401
    from .shell import make_shell

    figure = plot.heatmap(torch.eye(2), ["a", "b"], ["a", "b"], "warm")
    figure.canvas.draw()
    import matplotlib.pyplot as plt

    plt.close("all")
    return make_shell()


def main() -> None:
    """`zygote ROLE FD …`: warm up, say the level on the first socket, serve."""
    role, *numbers = sys.argv[1:]
    begin = time.monotonic()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is ours alone
    controls = [socket.socket(fileno=int(n)) for n in numbers]
    shell = warm_up(role)
    wanted = os.environ.get("LLMLAB_SANDBOX", "")
    level, missing = (LIMITS, "") if role == TESTER else level_here()
    if wanted and role == STUDENT:
        level, missing = wanted, "asked for"
    gc.collect()
    gc.freeze()
    zygote = Zygote(role, level, controls)
    zygote.shell = shell
    ready = {"level": level, "missing": missing, "seconds": time.monotonic() - begin}
    controls[0].send(json.dumps(ready).encode())
    zygote.run()
