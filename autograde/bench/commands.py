"""`make bench`: all parts in one run, or one of them by name."""

import typer

from llmlab.i18n import _

from .attacks import attacks
from .checks import bench as checks
from .grading import grading
from .killed import killed

app = typer.Typer(
    help=_("Measure what the course promises: all of it, or one part."),
    invoke_without_command=True,
    add_completion=False,
)
PARTS = {
    "checks": (checks, _("The checks against the bank of answers; pacing.")),
    "grading": (grading, _("Our grader, stock nbgrader and otter on one class.")),
    "attacks": (attacks, _("Hostile and odd submissions, ours and stock.")),
    "killed": (killed, _("The grades after SIGKILL at random moments.")),
}
for _name, (_function, _text) in PARTS.items():
    app.command(_name, help=_text)(_function)


@app.callback()
def everything(context: typer.Context) -> None:
    """Run all parts, one after the other, unless one is named."""
    if context.invoked_subcommand:
        return
    good = True
    for name in PARTS:
        good = _part(name) and good
    if not good:
        raise typer.Exit(1)


def _part(name: str) -> bool:
    """Run one part with its defaults; whether all was well."""
    try:
        app([name], standalone_mode=False)
    except typer.Exit as end:
        return end.exit_code == 0
    return True
