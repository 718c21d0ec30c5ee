"""The tester's end of the line to a student's process."""

import json
import select
import signal
import socket
import time
from contextlib import suppress

from llmlab.check.probe import Failure, Outcome, Probe
from llmlab.i18n import _

from . import wire
from .limits import Limits

GRACE = 2.0  # seconds between an interrupt and the end
START = 30.0


class Dead(Exception):
    """The student's process has ended; the text says how."""


class Broken(Exception):
    """No student's process could be had: the machine's fault, not the student's."""


class Link:
    """One student's process: run cells and probes in it, interrupt it, end it."""

    def __init__(
        self,
        control: socket.socket,
        limits: Limits,
        files: dict,
        language: str,
        deadline: float,
    ):
        self.limits, self.deadline, self.cpu = limits, deadline, 0.0
        self.count, self.late = 0, False
        self.sock, theirs = socket.socketpair()
        self.lease, lease = socket.socketpair()
        words = json.dumps({"limits": vars(limits)}).encode()
        try:
            socket.send_fds(control, [words], [theirs.fileno(), lease.fileno()])
        except OSError as error:
            raise Broken(f"the sandbox's zygote is gone: {error}") from None
        finally:
            theirs.close()
            lease.close()
        self._started()
        wire.send(self.sock, {"files": files, "language": language}, self._soon())
        try:
            hello = wire.receive(self.sock, self._soon())
        except (wire.WireError, wire.Closed, TimeoutError) as error:
            self.close()
            raise Broken(f"no student's process: {error}") from None
        if not isinstance(hello, dict) or "ready" not in hello:
            self.close()
            raise Broken(f"no sandbox: {hello}")

    def _soon(self) -> float:
        return time.monotonic() + START

    def _started(self) -> None:
        ready = select.select([self.lease], [], [], START)[0]
        said = self.lease.recv(4096) if ready else b""
        row = json.loads(said.splitlines()[0]) if said else {}
        if "pid" not in row:
            self.close()
            raise Broken(str(row.get("failed", "no answer from the zygote")))

    def cell(self, source: str) -> list[dict]:
        """Run one cell; its outputs, not yet looked at. Errors: Dead."""
        request = {"do": "cell", "source": source}
        request["most"] = int(self.limits.output_kb * 1024)
        reply = self._ask(request, self._cell_deadline())
        outputs = reply.get("outputs")
        return outputs if isinstance(outputs, list) else []

    def probe(self, probe: Probe, inputs: dict, watch: frozenset, until: float):
        """Run a probe beside the learner's code; its Outcome. Errors: Dead."""
        given = {name: inputs[name] for name in probe.names if name in inputs}
        request = {
            "do": "probe",
            "source": probe.source,
            "name": probe.name,
            "names": list(probe.names),
            "inputs": given,
            "watch": sorted(watch),
        }
        begin = time.monotonic()
        reply = self._ask(request, min(until, self.deadline))
        outcome = as_outcome(reply.get("outcome"))
        failure = outcome.failure
        if self.late and failure is not None and failure.kind == "KeyboardInterrupt":
            seconds = time.monotonic() - begin
            text = _("it was stopped after {seconds:.0f} s").format(seconds=seconds)
            outcome = Outcome(failure=Failure("TimeoutError", text))
        return outcome

    def _cell_deadline(self) -> float:
        return min(time.monotonic() + self.limits.cell_seconds, self.deadline)

    def _ask(self, request: dict, until: float) -> dict:
        """Send a request, wait for its reply; interrupt when time is up."""
        self.count += 1
        self.late = False
        request["id"] = self.count
        try:
            wire.send(self.sock, request, until + GRACE)
            try:
                reply = wire.receive(self.sock, until)
            except TimeoutError:
                self.late = True
                self._interrupt()
                reply = wire.receive(self.sock, time.monotonic() + GRACE)
        except TimeoutError:
            self.close()
            raise Dead(_("it did not stop when its time was up")) from None
        except wire.WireError as error:
            self.close()
            text = _("it answered with something that is no answer: {error}")
            raise Dead(text.format(error=error)) from None
        except wire.Closed:
            raise Dead(self._how_it_ended()) from None
        if not isinstance(reply, dict) or reply.get("id") != self.count:
            self.close()
            raise Dead(_("it answered something that was not asked"))
        cpu = reply.get("cpu")
        if isinstance(cpu, float) and 0 <= cpu < 1e6:
            self.cpu += cpu
        return reply

    def _interrupt(self) -> None:
        with suppress(OSError):
            self.lease.send(b"interrupt")

    def _how_it_ended(self) -> str:
        """The zygote's word on the end of the process."""
        self.lease.settimeout(GRACE)
        said = b""
        with suppress(OSError):
            while part := self.lease.recv(4096):
                said += part
        self.close()
        for line in said.splitlines():
            with suppress(ValueError):
                row = json.loads(line)
                if row.get("memory"):
                    text = _("it took more than {size} MB of memory")
                    return text.format(size=self.limits.memory_mb)
                if "exit" in row:
                    return _ending(row["exit"])
        return _("it ended")

    def close(self) -> None:
        """End the process and all that it began."""
        for sock in (self.sock, self.lease):
            sock.close()


def _ending(code: int) -> str:
    if code < 0 or code > 128:
        number = -code if code < 0 else 256 - code
        with suppress(ValueError):
            name = signal.Signals(number).name
            return _("it was ended by {signal}").format(signal=name)
    return _("it ended by itself with code {code}").format(code=code)


_TEXTS = {"kind", "text", "code", "function", "deeper"}


def as_outcome(row) -> Outcome:
    """An Outcome from what came back; what is not of the right kind is left out."""
    if not isinstance(row, dict):
        return Outcome(failure=Failure("RuntimeError", "the probe gave no answer"))

    def names(key: str) -> tuple[str, ...]:
        found = row.get(key)
        found = found if isinstance(found, list | tuple) else ()
        return tuple(word for word in found if isinstance(word, str))

    def text(key: str) -> str:
        found = row.get(key)
        return found if isinstance(found, str) else ""

    return Outcome(
        value=row.get("value"),
        failure=_failure(row.get("failure")),
        not_written=text("not_written"),
        not_plain=text("not_plain"),
        changed=names("changed"),
        called=names("called"),
        uses=names("uses"),
        printed=text("printed"),
    )


def _failure(row) -> Failure | None:
    if not isinstance(row, dict):
        return None
    words = {k: str(row[k])[:1000] for k in _TEXTS if isinstance(row.get(k), str)}
    line = row.get("line")
    words.setdefault("kind", "Exception")
    words.setdefault("text", "")
    number = line if isinstance(line, int) and 0 <= line < 10**6 else 0
    return Failure(**words, line=number)
