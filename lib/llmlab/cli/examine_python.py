"""Doctor's checks of Python, the packages, torch and Jupyter."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_core.paths import jupyter_config_path, jupyter_path

from llmlab.cli.finding import BAD, GOOD, WARN, Finding
from llmlab.cli.places import Places
from llmlab.i18n import _

OLDEST = (3, 11)
# packages without which no notebook runs; others of the lock only deserve a word
NEEDED = ("torch", "numpy", "jupyterlab", "nbgrader", "ipykernel", "nbclient")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)")
_TORCH = """
import json, torch
value = float((torch.arange(6.0).reshape(2, 3) @ torch.ones(3, 1)).sum())
devices = ["CPU"]
if torch.cuda.is_available():
    devices.append("CUDA: " + torch.cuda.get_device_name(0))
if getattr(torch.backends, "mps", None) and torch.backends.mps.is_available():
    devices.append("Apple MPS")
print(json.dumps([torch.__version__, value, devices]))
"""


def python_version(where: Places) -> Finding:
    """Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if tuple(sys.version_info[:2]) >= OLDEST:
        return Finding(GOOD, _("Python {version}").format(version=found))
    text = _("Python {version} is too old; the course needs 3.11 or newer.")
    advice = _(
        "Install a newer Python, then: `make clean-env`, `make lab PYTHON=python3.12`."
    )
    return Finding(BAD, text.format(version=found), advice)


def environment(where: Places) -> Finding:
    """The command runs in the environment that `make lab` made."""
    own = where.root / ".venv"
    if not own.is_dir():
        text = _("Packages come from {prefix}").format(prefix=sys.prefix)
        return Finding(GOOD, text)
    if os.path.realpath(sys.prefix) == os.path.realpath(own):
        return Finding(GOOD, _("The course's own environment is used (.venv)"))
    text = _("This is the Python in {prefix}, not the course's own in .venv.")
    advice = _("Use `make lab`, or `.venv/bin/python -m llmlab` in place of `llmlab`.")
    return Finding(WARN, text.format(prefix=sys.prefix), advice)


def locked(root: Path) -> dict[str, str]:
    """Package and version of each pin in requirements.lock."""
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    found = (_PIN.match(line.strip()) for line in lines)
    return {pin[1]: pin[2] for pin in found if pin}


def pins(where: Places) -> Finding:
    """The installed packages are those that grading uses."""
    try:
        wanted = locked(where.root)
    except FileNotFoundError:
        return Finding(WARN, _("requirements.lock is missing; versions unchecked."))
    wrong = {}
    for name, pinned in wanted.items():
        found = _installed(name)
        if found != pinned:
            here = found or _("missing")
            wrong[name] = f"{name} {here} ({pinned})"
    if not wrong:
        text = _("All {count} packages have the locked versions")
        return Finding(GOOD, text.format(count=len(wanted)))
    text = _("Packages differ from requirements.lock: {list}").format(
        list=", ".join(list(wrong.values())[:6]) + (" …" if len(wrong) > 6 else "")
    )
    state = BAD if any(name in wrong for name in NEEDED) else WARN
    return Finding(state, text, _reinstall())


def _installed(name: str) -> str | None:
    """The installed version without "+cpu" and the like."""
    try:
        return version(name).split("+")[0]
    except PackageNotFoundError:
        return None


def _reinstall() -> str:
    return _(
        "`make clean-env`, then `make lab`. Without make: "
        "`python -m pip install -r requirements.lock`."
    )


def torch_works(where: Places) -> Finding:
    """Torch imports, computes and finds its devices.

    In a process of its own: a torch built for another processor ends Python.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TORCH], capture_output=True, text=True, timeout=180
        )
    except subprocess.TimeoutExpired:
        return Finding(BAD, _("Importing torch takes longer than 3 minutes."))
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
        text = _("torch cannot be used: {reason}").format(reason=reason)
        return Finding(BAD, text, _reinstall())
    name, value, devices = json.loads(done.stdout.strip().splitlines()[-1])
    if value != 15.0:
        text = _("torch computes wrongly: {value} in place of 15.")
        return Finding(BAD, text.format(value=value), _reinstall())
    text = _("torch {version} computes on: {devices}")
    return Finding(GOOD, text.format(version=name, devices=", ".join(devices)))


def kernel(where: Places) -> Finding:
    """Notebooks run in this Python and not in another project's."""
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        text = _("Jupyter has no kernel “python3”.")
        return Finding(BAD, text, "python -m ipykernel install --sys-prefix")
    program = spec.argv[0]
    # Jupyter itself puts its own Python in place of these names
    own = re.fullmatch(r"python(3(\.\d+)?)?", program) is not None
    if not own and not _same_file(program, sys.executable):
        text = _("The kernel “python3” in {folder} starts another Python: {program}.")
        text = text.format(folder=spec.resource_dir, program=program)
        advice = _(
            "`llmlab lab` sets this right by itself. For a Jupyter that you start "
            "yourself: `jupyter kernelspec remove python3`."
        )
        return Finding(WARN, text, advice)
    done = subprocess.run(
        [sys.executable, "-c", "import ipykernel, llmlab"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        text = _("The notebooks' Python cannot be used: {reason}")
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        return Finding(BAD, text.format(reason=reason), _reinstall())
    return Finding(GOOD, _("Notebooks run in this Python"))


def _same_file(one: str, other: str) -> bool:
    # not resolved further: two environments may share one python3
    return os.path.normcase(os.path.abspath(one)) == os.path.normcase(
        os.path.abspath(other)
    )


def lab_extension(where: Places) -> Finding:
    """JupyterLab has the Validate button, and nobody switched it off."""
    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    if not any((f / "@jupyter/nbgrader/package.json").is_file() for f in folders):
        text = _("JupyterLab has no nbgrader extension: no Validate button.")
        return Finding(BAD, text, _reinstall())
    for folder in jupyter_config_path():
        for name in _disabled(Path(folder) / "labconfig" / "page_config.json"):
            if name in ("@jupyter/nbgrader", "@jupyter/nbgrader:validate-assignment"):
                text = _("nbgrader's extension is switched off in {folder}.")
                advice = f"jupyter labextension enable {name}"
                return Finding(BAD, text.format(folder=folder), advice)
    return Finding(GOOD, _("JupyterLab has nbgrader's Validate button"))


def _disabled(page_config: Path) -> list[str]:
    try:
        found = json.loads(page_config.read_text(encoding="utf-8"))
        disabled = found.get("disabledExtensions", {})
    except (OSError, ValueError, AttributeError):
        return []
    if isinstance(disabled, list):
        return disabled
    return [name for name, off in disabled.items() if off]
