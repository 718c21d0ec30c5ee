"""`llmlab lab`: bring the notebooks up to date and open JupyterLab."""

import os
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from llmlab.cli import jupyter, places
from llmlab.cli.errors import LearnerError
from llmlab.cli.handout import describe, editions, hand_out
from llmlab.cli.places import Places
from llmlab.cli.screen import say
from llmlab.i18n import LANGUAGES, _, language

HELP = _("Copy new notebooks to work/ and open JupyterLab there.")

Work = Annotated[
    Path | None,
    typer.Option("--work", help=_("Folder of your copies."), show_default="work/"),
]
Lang = Annotated[
    str | None,
    typer.Option("--lang", help=_("Language: en or zh."), show_default=False),
]


def lab(
    port: Annotated[
        int | None, typer.Option(help=_("Port of the server."), show_default="8888")
    ] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help=_("Start without opening a browser."))
    ] = False,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help=_("Copy the notebooks and stop."))
    ] = False,
    lang: Lang = None,
    work: Work = None,
) -> None:
    """Prepare work/ and serve it until the learner stops JupyterLab."""
    use_language(lang)
    where = places.find(work)
    prepare(where)
    settings = jupyter.write_settings(where)
    if prepare_only:
        return
    browser = not (no_open or os.environ.get("LLMLAB_NO_BROWSER", "0") not in ("", "0"))
    say(_("JupyterLab starts. To stop it: Ctrl+C here, twice."))
    raise typer.Exit(serve(where, settings, port, browser))


def use_language(wanted: str | None) -> None:
    """Speak the language of --lang from here on, in the kernels too."""
    if wanted is None:
        return
    if wanted not in LANGUAGES:
        there = ", ".join(LANGUAGES)
        text = _("There is no language {name}. There are: {there}.")
        raise LearnerError(text.format(name=wanted, there=there), 2)
    os.environ["LLMLAB_LANG"] = wanted


def prepare(where: Places) -> None:
    """Hand out the notebooks and say what was done."""
    edition = language()
    if edition != "en" and not editions(where, edition):
        say(_("The notebooks are not there in this language yet; here is English."))
        edition = "en"
    if not editions(where, edition):
        text = _("There are no notebooks in {folder}. Run `make build` first.")
        raise LearnerError(text.format(folder=where.root / "notebooks"))
    for line in describe(hand_out(where, edition), where):
        say(line)


def serve(where: Places, settings: Path, port: int | None, browser: bool) -> int:
    """Run JupyterLab until it ends; Ctrl+C is JupyterLab's to answer."""
    process = subprocess.Popen(
        jupyter.command(where, port, browser),
        cwd=where.work,
        env=jupyter.environment(where, settings),
    )
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the terminal sent it to JupyterLab too, which asks back
