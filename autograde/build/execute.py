"""Run a solution notebook, the same way and with the same outputs everywhere."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.notebooknode import NotebookNode

from autograde.build.settings import LANGUAGE_INFO
from autograde.build.source import Problem, Source

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"Cell In\[(\d+)\], line (\d+)")
SECONDS = 600


def execute(
    root: Path, notebook: NotebookNode, source: Source, seconds: int = SECONDS
) -> list[Problem]:
    """Fill in the outputs; problems name the line of the cell that failed."""
    with tempfile.TemporaryDirectory(prefix="autograde-run-") as folder:
        client = NotebookClient(
            notebook,
            timeout=seconds,
            kernel_name=notebook.metadata.kernelspec.name,
            resources={"metadata": {"path": folder}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
        )
        crash = ""
        with tempfile.TemporaryFile() as log:
            try:
                # the kernel's own messages are not the notebook's
                client.execute(env=_environment(root, folder), stderr=log)
            except CellExecutionError:
                pass
            except (CellTimeoutError, DeadKernelError, subprocess.SubprocessError) as e:
                log.seek(0)
                crash = f"{e} {log.read().decode(errors='replace')[-300:]}".strip()
    clean(notebook)
    return _failures(notebook, source, crash)


def _environment(root: Path, folder: str) -> dict[str, str]:
    """The machine's own settings kept out, as far as outputs depend on them."""
    import matplotlib

    home = os.path.join(folder, ".ipython")
    default_style = Path(matplotlib.get_data_path(), "matplotlibrc")
    paths = [str(root / "lib"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "LLMLAB_LANG": "en",
        "LLMLAB_RESULTS": "",
        "OMP_NUM_THREADS": "2",
        "MKL_NUM_THREADS": "2",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "IPYTHONDIR": home,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MATPLOTLIBRC": str(default_style),
    }


def clean(notebook: NotebookNode) -> None:
    """Drop what differs from run to run: kernel version, widget ids, addresses."""
    notebook.metadata.language_info = dict(LANGUAGE_INFO)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if "text" in output:
                output.text = ADDRESS.sub("at 0x…", output.text)
            data = output.get("data", {})
            data.pop("application/vnd.jupyter.widget-view+json", None)
            for kind in ("text/plain", "text/html"):
                if kind in data:
                    data[kind] = ADDRESS.sub("at 0x…", data[kind])


def _failures(notebook: NotebookNode, source: Source, crash: str) -> list[Problem]:
    """Errors and warnings among the outputs, with their line in the source."""
    problems = []
    for node, cell in zip(notebook.cells, source.cells, strict=True):
        for output in node.get("outputs", []):
            if output.output_type == "error":
                first = str(output.evalue).strip().split("\n")[0]
                line = cell.line + _frame(output, node.execution_count) - 1
                problems.append(
                    Problem(source.path, line, f"{output.ename}: {first}".rstrip(": "))
                )
            elif output.output_type == "stream" and output.name == "stderr":
                first = output.text.strip().split("\n")[0]
                message = f"the cell writes to stderr: {first}"
                problems.append(Problem(source.path, cell.line, message))
    if crash:
        ran = [c for c, n in zip(source.cells, notebook.cells, strict=True) if
               n.cell_type == "code" and n.execution_count]  # fmt: skip
        line = ran[-1].line if ran else 1
        message = f"the kernel stopped here or in the next cell: {crash}"
        problems.append(Problem(source.path, line, " ".join(message.split())))
    return problems


def _frame(output: NotebookNode, count: int | None) -> int:
    """Line within the cell of the last traceback frame that is in this cell."""
    text = COLOURS.sub("", "\n".join(output.get("traceback", [])))
    lines = [int(line) for number, line in FRAME.findall(text) if int(number) == count]
    return lines[-1] if lines else 1
