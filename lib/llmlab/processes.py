"""Run a function of the notebook in several processes that talk through gloo.

Each process is a Python of its own, started with `python -m llmlab.processes`. They
find one another through a file, and talk over the loopback interface only: no other
machine is reached, and no port has to be chosen. What goes from one to another is
counted as it is sent, operation by operation.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import prod
from pathlib import Path
from socket import if_nameindex

import torch
import torch.distributed as dist

from llmlab import sources
from llmlab.i18n import _

SECONDS = 300  # until processes that wait for one another are ended


@dataclass(frozen=True)
class Report:
    """What one process returned, and the bytes it sent to others, exchange by
    exchange."""

    result: object
    sent: tuple[int, ...]


def run(work: Callable, inputs: list[dict], seconds: float = SECONDS) -> list[Report]:
    """Call `work(rank, **inputs[rank])` in as many processes as there are inputs.

    `work` and the functions of the notebook that it uses go to the processes as text;
    inputs and results are tensors, numbers and containers of them. In `work` the
    name `dist` is `torch.distributed`.
    Errors: RuntimeError with the words of the process that failed, or that took
    longer than `seconds`.
    """
    with tempfile.TemporaryDirectory(prefix="llmlab-") as name:
        folder = Path(name)
        text = sources.of(work) + f"\n\nwork = {work.__name__}\n"
        folder.joinpath("work.py").write_text(text, encoding="utf-8")
        for rank, given in enumerate(inputs):
            torch.save(given, folder / f"in{rank}.pt")
        started = [_start(folder, rank, len(inputs)) for rank in range(len(inputs))]
        _wait(folder, started, seconds)
        return [_report(folder / f"out{rank}.pt") for rank in range(len(inputs))]


def _start(folder: Path, rank: int, world: int) -> subprocess.Popen:
    # two processes with all threads each would wait for one another
    settings = {**os.environ, "OMP_NUM_THREADS": "1", **_loopback()}
    with open(folder / f"error{rank}.txt", "wb") as error:
        return subprocess.Popen(
            [sys.executable, "-m", "llmlab.processes", folder, str(rank), str(world)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=error,
            env=settings,
        )


def _loopback() -> dict[str, str]:
    """Tell gloo to use the interface that reaches this machine only."""
    names = [name for _number, name in if_nameindex() if name in ("lo", "lo0")]
    return {"GLOO_SOCKET_IFNAME": names[0]} if names else {}


def _wait(folder: Path, started: list[subprocess.Popen], seconds: float) -> None:
    """Until all have ended; one that fails, or the clock, ends the others."""
    limit = time.monotonic() + seconds
    try:
        while any(process.poll() is None for process in started):
            for rank, process in enumerate(started):
                if process.poll():
                    raise RuntimeError(_failure(folder, rank, process.returncode))
            if time.monotonic() > limit:
                text = _("The processes had not ended after {seconds} seconds.")
                raise RuntimeError(text.format(seconds=seconds))
            time.sleep(0.02)
        for rank, process in enumerate(started):
            if process.returncode:
                raise RuntimeError(_failure(folder, rank, process.returncode))
    finally:
        for process in started:
            process.kill()
            process.wait()


def _failure(folder: Path, rank: int, code: int) -> str:
    said = (folder / f"error{rank}.txt").read_text(encoding="utf-8", errors="replace")
    last = (said.strip().splitlines() or [""])[-1]
    text = _("Process {rank} ended with status {code}: {last}")
    return text.format(rank=rank, code=code, last=last)


def _report(path: Path) -> Report:
    found = torch.load(path, weights_only=True)
    return Report(found["result"], tuple(found["sent"]))


def counted(exchange: Callable, rank: int, world: int, sent: list[int]) -> Callable:
    """An all-to-all that notes in `sent` the bytes that leave this process."""

    def exchange_and_count(output, tensor, output_sizes=None, input_sizes=None, **more):
        rows = list(input_sizes or [len(tensor) // world] * world)
        width = prod(tensor.shape[1:]) * tensor.element_size()
        # rows that a process hands to itself stay at home
        sent.append((sum(rows) - rows[rank]) * width)
        return exchange(output, tensor, output_sizes, input_sizes, **more)

    return exchange_and_count


def main(folder: Path, rank: int, world: int) -> None:
    """One process: meet the others, do the work, leave the result."""
    given = torch.load(folder / f"in{rank}.pt", weights_only=True)
    names = sources.namespace()
    exec(compile((folder / "work.py").read_text("utf-8"), "work.py", "exec"), names)
    meet = f"file://{(folder / 'meet').as_posix()}"
    dist.init_process_group(
        "gloo", meet, timedelta(seconds=SECONDS), rank=rank, world_size=world
    )
    sent: list[int] = []
    dist.all_to_all_single = counted(dist.all_to_all_single, rank, world, sent)
    with torch.no_grad():
        result = names["work"](rank, **given)
    # nobody leaves while another one still waits for an answer
    dist.barrier()
    dist.destroy_process_group()
    torch.save({"result": result, "sent": sent}, folder / f"out{rank}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
