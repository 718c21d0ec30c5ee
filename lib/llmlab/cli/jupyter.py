"""Start JupyterLab for a learner, without touching their own Jupyter settings."""

import json
import os
import sys
from pathlib import Path

from llmlab.cli import files
from llmlab.cli.places import Places
from llmlab.i18n import language

# a teacher's tools, which answer learners with errors only
_SERVER = {
    "ServerApp": {
        "jpserver_extensions": {
            "nbgrader.server_extensions.formgrader": False,
            "nbgrader.server_extensions.course_list": False,
        }
    }
}
_PAGE = {
    "disabledExtensions": {
        "@jupyter/nbgrader:formgrader": True,
        "@jupyter/nbgrader:create-assignment": True,
        "@jupyter/nbgrader:course-list": True,
        "@jupyterlab/apputils-extension:announcements": True,
    }
}


def write_settings(places: Places) -> Path:
    """Write the course's settings below work/.llmlab/ and give the folder."""
    folder = places.own / "jupyter"
    for name, content in (
        ("jupyter_server_config.json", _SERVER),
        ("labconfig/page_config.json", _PAGE),
    ):
        data = (json.dumps(content, indent=1) + "\n").encode()
        target = folder / name
        if not target.exists() or target.read_bytes() != data:
            files.write(target, data)
    return folder


def environment(places: Places, settings: Path) -> dict[str, str]:
    """The variables JupyterLab and its kernels start with."""
    env = dict(os.environ)
    tools = os.path.dirname(sys.executable)  # not resolved: the venv's own bin folder
    env["PATH"] = os.pathsep.join([tools, env.get("PATH", os.defpath)])
    paths = [str(settings), env.get("JUPYTER_CONFIG_PATH", "")]
    env["JUPYTER_CONFIG_PATH"] = os.pathsep.join(path for path in paths if path)
    # a kernel "python3" of another project in the home folder must not win
    env["JUPYTER_PREFER_ENV_PATH"] = "1"
    env["LLMLAB_LANG"] = language()
    env["LLMLAB_WORK"] = str(places.work)
    return env


def command(places: Places, port: int | None, browser: bool) -> list[str]:
    """The command line that serves the learner's folder.

    `-m jupyterlab` rather than the script `jupyter-lab`: scripts of a virtual
    environment stop working when its folder is moved.
    """
    words = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={places.work}"]
    words.append("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")
    words.append("--Application.log_level=WARN")  # the address still shows
    edition = places.work / "zh"
    if language() == "zh" and edition.is_dir():
        words.append(f"--ServerApp.preferred_dir={edition}")
    if port is not None:
        words += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        words.append("--ServerApp.open_browser=False")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")  # in a container
    return words
