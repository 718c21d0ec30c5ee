"""What a submission must not do: change files, leave processes, reach the network."""

import contextlib
import hashlib
import os
import socket
import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PLACES = ("/tmp", "/dev/shm", "/var/tmp")


def snapshot(*roots: Path) -> dict[str, str]:
    """Every file below the roots with what it holds; links are not followed."""
    found = {}
    for root in roots:
        for folder, names, files in os.walk(root):
            for name in [*files, *names]:
                path = Path(folder, name)
                with contextlib.suppress(OSError):
                    found[str(path)] = _state(path)
    return found


def _state(path: Path) -> str:
    facts = path.lstat()
    mode = oct(facts.st_mode)
    if stat.S_ISLNK(facts.st_mode):
        return f"{mode} -> {os.readlink(path)}"
    if not stat.S_ISREG(facts.st_mode):
        return mode
    if facts.st_size > 10**7:
        return f"{mode} {facts.st_size}"
    return f"{mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def changes(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Files that came, went, or hold something else."""
    return {path for path in before | after if before.get(path) != after.get(path)}


def dropped(mark: str) -> list[Path]:
    """What an attack has left in the machine's folders for temporary files."""
    found = []
    for place in PLACES:
        with contextlib.suppress(OSError):
            found += [path for path in Path(place).iterdir() if _named(path, mark)]
    return found


def _named(path: Path, mark: str) -> bool:
    return path.name.startswith(f"{mark}-") or path.name == mark


def processes(mark: str, sessions: set[int]) -> list[psutil.Process]:
    """Running processes that carry the mark or belong to one of these sessions.

    The mark is looked for in name, command line and environment; this process and
    those above it never count.
    """
    me = psutil.Process()
    spared = {me.pid, *(parent.pid for parent in me.parents())}
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid in spared or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if _marked(process, mark) or os.getsid(process.pid) in sessions:
                found.append(process)
    return found


def _marked(process: psutil.Process, mark: str) -> bool:
    if process.name().startswith(mark[:15]):
        return True
    with contextlib.suppress(psutil.Error):
        if any(mark in word for word in process.cmdline()):
            return True
    with contextlib.suppress(psutil.Error):
        return any(mark in value for value in process.environ().values())
    return False


def end(found: list[psutil.Process]) -> None:
    """End processes of the trial, each by its own id."""
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.resume()
            process.kill()
    psutil.wait_procs(found, timeout=5)


@dataclass
class Listener:
    """Sockets of our own on 127.0.0.1 and in a folder; who calls is written down."""

    path: Path
    mark: str
    calls: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> "Listener":
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", self.port))
        unix = self._unix(str(self.path))
        self.path.chmod(0o777)
        abstract = self._unix(f"\0llmlab-{self.mark}")
        self._sockets = {"tcp": tcp, "udp": udp, "unix": unix, "abstract": abstract}
        for kind, listening in self._sockets.items():
            threading.Thread(
                target=self._listen, args=(kind, listening), daemon=True
            ).start()
        return self

    def __exit__(self, *error) -> None:
        for listening in self._sockets.values():
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()

    def _unix(self, name: str) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(name)
        listening.listen()
        return listening

    def _listen(self, kind: str, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                if kind == "udp":
                    said = listening.recv(1000)
                else:
                    with listening.accept()[0] as caller:
                        caller.settimeout(1)
                        said = b""
                        with contextlib.suppress(OSError):
                            said = caller.recv(1000)
                self.calls.append(f"{kind} {said[:40]!r}")

    def taken(self) -> list[str]:
        """The calls since the last time."""
        calls, self.calls = self.calls, []
        return calls
