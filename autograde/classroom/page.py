"""Open nbgrader's formgrader page on the course."""

import os
import subprocess
import sys
from pathlib import Path

from .settings import exchange


def make_exchange(root: Path) -> Path:
    """Make the exchange's folder, in which students of this machine may write.

    formgrader offers no release and no collection while there is none.
    """
    folder = exchange(root)
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o777)
    return folder


def command(root: Path, port: int, browser: bool) -> list[str]:
    """The command line that starts JupyterLab with the page in front."""
    words = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={root}"]
    words += [f"--port={port}", "--LabApp.default_url=/formgrader"]
    # nbgrader finds the course by the folder in which the server runs
    if not browser:
        words.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")
    return words


def open_page(root: Path, port: int, browser: bool) -> int:
    """Run the server until it is stopped; returns its exit status."""
    make_exchange(root)
    return subprocess.run(command(root, port, browser), cwd=root).returncode
