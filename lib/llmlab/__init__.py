"""Helpers for the notebooks: checks, cost counts, plots, claims.

Nothing in here answers an exercise.
"""

import importlib
from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("llmlab")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0+unknown"

_PARTS = (
    "check",
    "claims",
    "count",
    "course",
    "device",
    "mistakes",
    "notebooks",
    "plot",
    "shapes",
)


def __getattr__(name: str):
    """Import a part of the library when it is first used."""
    if name in _PARTS:
        return importlib.import_module(f"llmlab.{name}")
    if name == "start":
        return importlib.import_module("llmlab.device").start
    raise AttributeError(f"module 'llmlab' has no attribute {name!r}")
