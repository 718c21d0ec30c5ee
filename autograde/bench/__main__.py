"""Run as `python -m autograde.bench`."""

from .commands import app

app()
