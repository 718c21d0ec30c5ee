"""Run a test cell in this process, for so long and no longer."""

import io
import linecache
import signal
from contextlib import contextmanager, redirect_stdout, suppress


class TimeIsUp(BaseException):
    """A test cell has used its time; no `except Exception` may catch it."""


def prepare(setup: str) -> dict:
    """The set-up cell's names for the test cells."""
    names: dict = {"__name__": "__main__"}
    with redirect_stdout(io.StringIO()):
        exec(compiled(setup, "setup"), names)
    return names


def compiled(source: str, name: str):
    """A cell as code whose lines `inspect` finds, as the source of a probe."""
    file = f"<cell {name}>"
    lines = source.splitlines(keepends=True)
    linecache.cache[file] = (len(source), None, lines, file)
    return compile(source, file, "exec")


@contextmanager
def alarm(seconds: float):
    """Raise TimeIsUp in here after so many seconds."""

    def ring(_number, _frame):
        raise TimeIsUp

    with suppress(ValueError):
        signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
