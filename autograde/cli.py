"""The command `autograde`: build the course and teach it."""

import typer

from autograde import lean
from autograde.build.command import build
from autograde.classroom.commands import register

app = typer.Typer(
    help="Build the course's notebooks, and hand out, grade and report a class.",
    no_args_is_help=True,
    add_completion=False,
)
app.command()(build)
register(app)


def main() -> None:
    """Run the command line."""
    lean.without_iri()
    app()
