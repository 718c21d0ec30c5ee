"""Run the builder alone: `python -m autograde.build`."""

import typer

from autograde.build.command import build

if __name__ == "__main__":
    typer.run(build)
