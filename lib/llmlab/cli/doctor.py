"""`llmlab doctor`: look at everything a learner's machine needs, one line each."""

from collections.abc import Callable

import typer

from llmlab.cli import examine_course, examine_python, places
from llmlab.cli.finding import BAD, GOOD, WARN, Finding
from llmlab.cli.lab import Lang, Work, use_language
from llmlab.cli.places import Places
from llmlab.cli.screen import block, say
from llmlab.i18n import _

HELP = _("Look whether this computer has what the course needs.")
MARKS = {GOOD: "✓", WARN: "!", BAD: "✗"}

CHECKS: list[Callable[[Places], Finding]] = [
    examine_python.python_version,
    examine_python.environment,
    examine_python.pins,
    examine_python.torch_works,
    examine_python.kernel,
    examine_python.lab_extension,
    examine_course.course_version,
    examine_course.work_folder,
    examine_course.disk,
    examine_course.notebooks,
    examine_course.fonts,
    examine_course.language_used,
]


def doctor(lang: Lang = None, work: Work = None) -> None:
    """Print each finding with what to do; exit 1 if something must be mended."""
    use_language(lang)
    where = places.find(work)
    bad = 0
    for examine in CHECKS:
        finding = examined(examine, where)
        bad += finding.state == BAD
        block(f"{MARKS[finding.state]} {finding.text}")
        if finding.advice:
            block("\n".join("  → " + line for line in finding.advice.splitlines()))
    if bad:
        say(_("{count} things must be mended (✗).").format(count=bad), "bold red")
    else:
        say(_("Ready: `llmlab lab` opens the course."), "bold green")
    raise typer.Exit(1 if bad else 0)


def examined(examine: Callable[[Places], Finding], where: Places) -> Finding:
    """A finding even where the examination itself fails: that is a finding too."""
    try:
        return examine(where)
    except Exception as error:
        text = _("{name} could not be examined: {error}")
        kind = f"{type(error).__name__}: {error}"
        return Finding(BAD, text.format(name=examine.__name__, error=kind))
