"""The learner's command line: `llmlab lab`, `check`, `progress`, `reset`, `doctor`."""

import sys

import typer

from llmlab.cli import check, doctor, lab, progress, reset
from llmlab.cli.errors import LearnerError
from llmlab.cli.screen import error
from llmlab.i18n import _

app = typer.Typer(
    name="llmlab",
    help=_("Work through the course: open it, check your answers, see how far you are."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("lab", help=lab.HELP)(lab.lab)
app.command("check", help=check.HELP)(check.check)
app.command("progress", help=progress.HELP)(progress.progress)
app.command("reset", help=reset.HELP)(reset.reset)
app.command("doctor", help=doctor.HELP)(doctor.doctor)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; what a learner can mend ends in words, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # a ✓ must not stop the program on a terminal that cannot show it
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(args=arguments)
    except LearnerError as problem:
        error(str(problem))
        sys.exit(problem.code)
