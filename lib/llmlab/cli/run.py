"""Run a notebook's cells in a fresh kernel, whatever the cells do to it."""

import asyncio
import copy
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

from llmlab.cli.errors import LearnerError
from llmlab.course import Exercise
from llmlab.i18n import _
from llmlab.notebooks.cells import grade_id, tags

SKIPPED_TAGS = {"experiment", "gpu"}


@dataclass
class Executed:
    """A notebook after a run: which cells ran to an end, and why others did not."""

    nb: NotebookNode
    ran: set[int] = field(default_factory=set)
    troubles: dict[int, str] = field(default_factory=dict)


class _OwnKernel(AsyncKernelManager):
    """A kernel of the Python that runs this, whatever kernels are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def is_test(cell: NotebookNode) -> bool:
    """True for a cell that brings points."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def chosen_cells(nb: NotebookNode, exercise: Exercise | None) -> list[int]:
    """Positions of the cells to run; for one exercise, all up to its check.

    The checks of other exercises, experiments and GPU cells are left out.
    """
    chosen = []
    for position, cell in enumerate(nb.cells):
        if cell.cell_type != "code" or SKIPPED_TAGS & set(tags(cell)):
            continue
        name = grade_id(cell)
        if exercise is None or not is_test(cell) or name == exercise.test:
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
) -> Executed:
    """Run the chosen cells of a copy in order, each `timeout` seconds at most.

    Errors: LearnerError if no kernel starts.
    """
    done = Executed(copy.deepcopy(nb))
    client = NotebookClient(
        done.nb,
        km=_OwnKernel(),
        timeout=timeout,
        startup_timeout=120,
        allow_errors=True,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    # we report what happens ourselves; nbclient would log it in the middle
    client.log.setLevel("CRITICAL")
    try:
        asyncio.run(_run(client, cells, env, step, done))
    except RuntimeError as error:
        text = _(
            "Python could not be started for the check ({reason}): `llmlab doctor`."
        )
        raise LearnerError(text.format(reason=error)) from error
    return done


async def _run(client, cells: list[int], env: dict, step, done: Executed) -> None:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    async with client.async_setup_kernel(env=env, **quiet):
        for count, position in enumerate(cells, 1):
            step(count, len(cells))
            trouble = await _run_cell(client, position)
            if trouble is None:
                done.ran.add(position)
                continue
            done.troubles[position] = trouble
            if not await _stopped(client):
                return


async def _run_cell(client, position: int) -> str | None:
    """Run one cell; say why it did not come to an end, if so."""
    try:
        await client.async_execute_cell(client.nb.cells[position], position)
    except CellTimeoutError:
        return _("It was stopped after {seconds} s.").format(seconds=client.timeout)
    except DeadKernelError:
        return _("Python itself ended there (out of memory? os._exit?).")
    return None


async def _stopped(client) -> bool:
    """Interrupt a cell that takes too long; False if Python cannot go on."""
    if not await client.km.is_alive():
        return False
    await client.km.interrupt_kernel()
    try:
        await client.kc.wait_for_ready(timeout=10)
    except RuntimeError:
        return False
    return True
