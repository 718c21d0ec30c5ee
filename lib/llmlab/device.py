"""Devices, seeds, and the line of a notebook's first cell."""

import json
import os
import random
from pathlib import Path

import numpy as np
import torch

from llmlab import course
from llmlab.i18n import _

DEVICES = ("cuda", "mps", "cpu")


def seed(n: int = 0) -> None:
    """Start Python's, NumPy's and PyTorch's random numbers at `n`."""
    random.seed(n)
    np.random.seed(n % 2**32)
    torch.manual_seed(n)


_start_random = seed  # `start` has an argument of that name


def generator(n: int = 0) -> torch.Generator:
    """A CPU generator of its own, which other cells cannot disturb.

    >>> torch.equal(torch.rand(2, generator=generator(1)),
    ...             torch.rand(2, generator=generator(1)))
    True
    """
    return torch.Generator().manual_seed(n)


def has_gpu() -> bool:
    """Whether there is a CUDA device."""
    return torch.cuda.is_available()


def pick(prefer: str | None = None) -> torch.device:
    """The device to use: `prefer` if it is here, else CUDA, else Apple's MPS, else CPU.

    Errors: ValueError for a name that is none of these.

    >>> pick("cpu")
    device(type='cpu')
    """
    if prefer is not None and prefer not in DEVICES:
        message = _("{name} is no device. There are: {known}.")
        raise ValueError(message.format(name=repr(prefer), known=", ".join(DEVICES)))
    here = {
        "cuda": has_gpu(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    order = (prefer, *DEVICES) if prefer else DEVICES
    return torch.device(next(name for name in order if here[name]))


def skip_without_gpu(shows: str) -> bool:
    """Whether to skip this cell, which shows `shows` on a GPU; then it says why."""
    if has_gpu():
        return False
    message = _(
        "No CUDA device here: this cell shows {shows} on a GPU; nothing is graded."
    )
    print(message.format(shows=shows))
    return True


def start(section: str, seed: int = 0) -> None:
    """Set a notebook up: seeds, plot style, and one line that says what runs here.

    It says so when the notebook is not of the course that is installed.
    """
    from llmlab.plot import style  # matplotlib is slow to import

    _start_random(seed)
    style.use()
    found = _section(section)
    line = _("{section} · course {version} · torch {torch} · {device} · seed {seed}")
    title = f"{found.number} {_(found.title)}" if found else section
    print(
        line.format(
            section=title,
            version=_installed_version(),
            torch=torch.__version__.split("+")[0],
            device=_device_name(),
            seed=seed,
        )
    )
    warning = _stale(section, found)
    if warning:
        print("⚠ " + warning)


def _device_name() -> str:
    device = pick()
    return torch.cuda.get_device_name() if device.type == "cuda" else device.type


def _section(name: str) -> course.Section | None:
    try:
        return course.section(name)
    except (KeyError, FileNotFoundError):
        return None


def _installed_version() -> str:
    try:
        return course.load().version
    except FileNotFoundError:
        return "?"


def _stale(section: str, found: course.Section | None) -> str:
    """Why this notebook and the installed course do not belong together, or ""."""
    version = _installed_version()
    if version == "?":
        return ""  # the course is being built right now
    if found is None:
        message = _(
            "Section {section} is not in the installed course {version}. "
            "Run `make lab` in the course's folder to update it."
        )
        return message.format(section=section, version=version)
    own = notebook_metadata()
    if own.get("version", version) != version:
        message = _(
            "This notebook is of course {own}, and {version} is installed. "
            "Run `make lab` to get the matching notebook; your work stays."
        )
        return message.format(own=own["version"], version=version)
    if own.get("hash", found.hash) != found.hash:
        return _(
            "The course's notebook of this section has changed since you got yours. "
            "Run `make lab` to get the new one; your work stays."
        )
    return ""


def notebook_metadata() -> dict:
    """What this notebook's file says about its course; {} if the file is unknown."""
    # Jupyter Server sets it; other editors, nbconvert and graders do not
    name = os.environ.get("JPY_SESSION_NAME", "")
    path = Path(name)
    if path.suffix != ".ipynb" or not path.is_file():
        return {}
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        own = metadata.get("llmlab", {})
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
    return own if isinstance(own, dict) else {}
