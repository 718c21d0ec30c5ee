"""Run the demonstration: `python -m autograde.demo`."""

import typer

from .play import main

if __name__ == "__main__":
    typer.run(main)
