"""Run a notebook in a fresh kernel and say how each exercise went."""

import asyncio
import copy
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from llmlab.course import Exercise
from llmlab.i18n import _
from llmlab.notebooks.cells import grade_id, headline, same_code, tags

SKIPPED_TAGS = {"experiment", "gpu"}
PASSED, FAILED, UNWRITTEN, NOT_RUN = "passed", "failed", "unwritten", "not-run"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """How one exercise went; `message` is what its check wrote."""

    exercise: Exercise
    state: str
    message: str = ""

    @property
    def points(self) -> float:
        return self.exercise.points if self.state == PASSED else 0


@dataclass
class Run:
    """What happened when a notebook was run."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return all(outcome.state == PASSED for outcome in self.outcomes)


class _OwnKernel(AsyncKernelManager):
    """A kernel of the Python that runs this, whatever kernels are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def chosen_cells(nb: NotebookNode, exercise: Exercise | None) -> list[int]:
    """Positions of the cells to run; for one exercise, all up to its check.

    The checks of other exercises, experiments and GPU cells are left out.
    """
    chosen = []
    for position, cell in enumerate(nb.cells):
        if cell.cell_type != "code" or SKIPPED_TAGS & set(tags(cell)):
            continue
        name = grade_id(cell)
        is_test = cell.metadata.get("nbgrader", {}).get("grade", False)
        if exercise is None or not is_test or name == exercise.test:
            chosen.append(position)
        if exercise and name == exercise.test:
            break
    return chosen


def run(
    nb: NotebookNode,
    cells: list[int],
    folder: Path,
    env: dict[str, str],
    timeout: int,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[NotebookNode, dict[int, str]]:
    """Run the chosen cells in order; give the notebook and why cells have no result."""
    work = copy.deepcopy(nb)
    client = NotebookClient(
        work,
        km=_OwnKernel(),
        timeout=timeout,
        startup_timeout=120,
        allow_errors=True,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    # we report what happens ourselves; nbclient would log it in the middle
    client.log.setLevel("CRITICAL")
    asyncio.run(_run(client, cells, env, step, troubles := {}))
    return work, troubles


async def _run(client, cells, env, step, troubles: dict[int, str]) -> None:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    async with client.async_setup_kernel(env=env, **quiet):
        for count, position in enumerate(cells):
            step(count, len(cells))
            try:
                await client.async_execute_cell(client.nb.cells[position], position)
            except CellTimeoutError:
                troubles[position] = _("it took longer than {seconds} s").format(
                    seconds=client.timeout
                )
                await _interrupt(client)
            except DeadKernelError:
                troubles[position] = _(
                    "Python itself stopped there (out of memory, or os._exit?)"
                )
                return


async def _interrupt(client) -> None:
    """Stop a cell that takes too long; a kernel that will not stop is ended."""
    await client.km.interrupt_kernel()
    try:
        await client.kc._async_wait_for_ready(timeout=10)
    except RuntimeError:
        await client.km.restart_kernel(now=True)


def judge(
    done: NotebookNode,
    released: NotebookNode,
    exercises: list[Exercise],
    cells: list[int],
    troubles: dict[int, str],
    where: Callable[[int], int] = lambda position: position + 1,
) -> Run:
    """Read the verdicts of a notebook that was run."""
    ran = set(cells) if not _dead(troubles, cells) else set(cells[: _dead_at(cells)])
    raise NotImplementedError
