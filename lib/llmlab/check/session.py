"""What a run of checks shares: the seed, the default dtype, what passed so far."""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch


@dataclass(frozen=True)
class Session:
    """Settings of a run of checks.

    `seed` moves every drawn input. `dtype` is the dtype of inputs that a case leaves
    open. `results` maps an exercise's number to whether it passed last time.
    A grader sets `runner`, which runs a probe in another process in place of
    `Probe.run`, and `recorder`, which takes each verdict in place of the record file.
    """

    seed: int = 0
    dtype: torch.dtype = torch.float32
    results: dict = field(default_factory=dict)
    runner: Callable | None = None
    recorder: Callable | None = None


def _from_environment() -> Session:
    return Session(seed=int(os.environ.get("LLMLAB_SEED", "0") or 0))


_current = _from_environment()


def session() -> Session:
    """The settings in force now."""
    return _current


@contextlib.contextmanager
def use(**changes):
    """Run checks with other settings: `with check.use(seed=3): …`."""
    global _current
    before = _current
    _current = replace(before, results={}, **changes)
    try:
        yield _current
    finally:
        _current = before
