"""The learner's command line: `llmlab lab`, `check`, `progress`, `reset`, `doctor`."""

import sys

import typer

from llmlab.cli.errors import LearnerError
from llmlab.cli.screen import error
from llmlab.i18n import _


def make_app() -> typer.Typer:
    """The application with its commands."""
    # jsonschema compiles a grammar of web addresses on import, 2 seconds in which
    # nothing is gained: no notebook is checked for them
    sys.modules.setdefault("rfc3987_syntax", None)
    from llmlab.cli import check, doctor, lab, progress, reset

    app = typer.Typer(
        name="llmlab",
        help=_("Work through the course, check your answers, see how far you are."),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.command("lab", help=lab.HELP)(lab.lab)
    app.command("check", help=check.HELP)(check.check)
    app.command("progress", help=progress.HELP)(progress.progress)
    app.command("reset", help=reset.HELP)(reset.reset)
    app.command("doctor", help=doctor.HELP)(doctor.doctor)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; what a learner can mend ends in words, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # a ✓ must not stop the program on a terminal that cannot show it
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        make_app()(args=arguments, prog_name="llmlab")
    except LearnerError as problem:
        error(str(problem))
        sys.exit(problem.code)
