"""The command `autograde build`."""

import sys
from typing import Annotated

import typer


def build(
    sections: Annotated[
        list[str] | None,
        typer.Argument(help="Numbers or slugs, for example 24.2. Default: all."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; say what is out of date."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Run and build again what is up to date.")
    ] = False,
) -> None:
    """Make notebooks, pages and catalogues from the sources in solutions/."""
    # nbgrader and jupytext take seconds to load; the other commands do without
    from autograde.build.run import build as run
    from autograde.build.settings import find_root

    try:
        root = find_root()
    except FileNotFoundError as error:
        typer.echo(str(error))
        raise typer.Exit(1) from None
    status = run(root, sections or [], check, force, echo=_echo)
    raise typer.Exit(status)


def _echo(line: str) -> None:
    print(line, flush=True, file=sys.stdout)
