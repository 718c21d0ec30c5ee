"""The processor time of the cells themselves, with no grader around them.

Each notebook runs in one process, its test cells in the same namespace, as in a
learner's JupyterLab; only the cells' own time is counted.
"""

import contextlib
import io
import multiprocessing
import os
import time

import nbformat
import torch

from autograde.grader import warm
from autograde.grader.limits import TESTER
from autograde.grader.notebook import UNGRADED_TAGS
from llmlab import plot


def warm_up() -> None:
    """Load what notebooks need, once: imports are no part of the cells' own time."""
    warm.warm_up(TESTER)
    plot.heatmap(torch.eye(2), ["a", "b"], ["a", "b"], "warm").canvas.draw()


def seconds(content: bytes) -> float:
    """Processor time of a notebook's cells. It runs in a forked process."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_run, args=(content, theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


def _run(content: bytes, answer) -> None:
    os.environ["LLMLAB_RESULTS"] = "0"
    nb, spent, names = nbformat.reads(content.decode(), as_version=4), 0.0, {}
    for number, cell in enumerate(nb.cells):
        skipped = UNGRADED_TAGS & set(cell.metadata.get("tags", []))
        if cell.cell_type != "code" or skipped:
            continue
        code = compile(cell.source, f"<cell {number}>", "exec")
        begin = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            exec(code, names)
        spent += time.process_time() - begin
    answer.send(spent)
    answer.close()
    os._exit(0)
