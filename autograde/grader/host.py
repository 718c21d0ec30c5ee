"""The host's side: start the two zygotes, give jobs to testers, end what is late."""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

from . import wire
from .limits import LEVELS, STUDENT, TESTER

START_SECONDS = 600  # a dead one is noticed at once, a busy machine may take long
MORE_SECONDS = 60  # for reading, mending and writing, beyond the submission's own


class GraderError(RuntimeError):
    """The grader itself does not work here; the text says what to do."""


class TooWeak(GraderError):
    """The sandbox of this machine is below the floor."""


class Lost(GraderError):
    """A tester ended without an answer, or was ended because it was late."""


class Grader:
    """Two warm zygotes; `do` runs one job, from as many threads as one likes."""

    def __init__(self, level: str = ""):
        if level and level not in LEVELS:
            text = f"There is no sandbox {level!r}. There are: {', '.join(LEVELS)}."
            raise GraderError(text)
        self._processes, self._controls = {}, {}
        env = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "LLMLAB_SANDBOX": level,
            "LLMLAB_RESULTS": "0",
            "PYTHONHASHSEED": "random",
        }
        for role in (STUDENT, TESTER):
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            program = "from autograde.grader.zygote import main; main()"
            self._processes[role] = subprocess.Popen(
                [sys.executable, "-c", program, role, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=env,
            )
            theirs.close()
            self._controls[role] = ours
        try:
            self.level, self.missing = self._ready()
        except BaseException:
            self.close()
            raise

    def _ready(self) -> tuple[str, str]:
        said = {}
        for role, control in self._controls.items():
            ready, _, _ = select.select([control], [], [], START_SECONDS)
            data = control.recv(65_536) if ready else b""
            if not data:
                why = self._complaint(role)
                if not ready:
                    why = f"no answer in {START_SECONDS} s. Is the machine overloaded?"
                raise GraderError(f"The grader's {role} process did not start: {why}")
            said[role] = json.loads(data)
        for role, process in self._processes.items():
            # what it says from now on is of no use, and a full pipe would stop it
            threading.Thread(
                target=process.stderr.read, daemon=True, name=f"{role}-stderr"
            ).start()
        return said["student"]["level"], said["student"]["missing"]

    def _complaint(self, role: str) -> str:
        process = self._processes[role]
        process.kill()
        lines = process.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def require(self, floor: str) -> None:
        """Errors: TooWeak if the sandbox is weaker than `floor`."""
        if LEVELS.index(self.level) < LEVELS.index(floor):
            raise TooWeak(self.missing)

    def do(self, job: dict, seconds: float) -> dict:
        """Give one job to a tester of its own, for so many seconds; its answer.

        Errors: Lost if the tester ends or is late, GraderError if no sandbox is had.
        """
        seconds += MORE_SECONDS
        deadline = time.monotonic() + seconds
        sock, theirs = socket.socketpair()
        lease, other = socket.socketpair()
        try:
            self._ask("tester", [theirs, other])
            theirs.close()
            other.close()
            socket.send_fds(sock, [b"x"], [self._controls["student"].fileno()])
            wire.send(sock, job, deadline)
            answer = wire.receive(sock, deadline)
        except TimeoutError:
            raise Lost(f"it took more than {seconds:g} s") from None
        except (wire.Closed, wire.WireError, OSError) as error:
            raise Lost(f"the tester ended: {error}") from None
        finally:
            for end in (sock, lease, theirs, other):
                end.close()
        if "broken" in answer:
            raise GraderError(answer["broken"])
        return answer

    def _ask(self, role: str, ends: list[socket.socket]) -> None:
        try:
            numbers = [end.fileno() for end in ends]
            socket.send_fds(self._controls[role], [b"{}"], numbers)
        except OSError as error:
            raise GraderError(f"the grader's {role} process is gone: {error}") from None

    @property
    def alive(self) -> bool:
        """Whether both zygotes are there."""
        return all(p.poll() is None for p in self._processes.values())

    def close(self) -> None:
        """End both zygotes and all their children."""
        for control in self._controls.values():
            control.close()
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
            if process.stderr:
                process.stderr.close()

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_error) -> None:
        self.close()


def shared(level: str = "") -> Grader:
    """This process's grader: started once, ended with the process.

    Errors: GraderError if it does not start.
    """
    with _lock:
        found = _shared.get(level)
        if found is None or not found.alive:
            if found is not None:
                found.close()
            found = _shared[level] = Grader(level)
            atexit.register(found.close)
        return found


_lock = threading.Lock()
_shared: dict[str, Grader] = {}
