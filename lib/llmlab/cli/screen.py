"""What the commands print: rich on a terminal, plain text in a file or a pipe."""

import shutil
import sys

from rich.console import Console
from rich.text import Text

STYLES = {"✓": "green", "✗": "bold red", "!": "yellow", "·": "dim", "→": "blue"}


def console(stderr: bool = False) -> Console:
    """A console for standard output as it is now (tests replace it)."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else max(100, shutil.get_terminal_size().columns)
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def say(text: str = "", style: str | None = None) -> None:
    """Print text as it is: no markup, no broken lines in a pipe."""
    out = console()
    out.print(Text(text, style=style or ""), soft_wrap=not out.is_terminal)


def block(text: str) -> None:
    """Print a message line by line, each coloured by the mark it begins with."""
    for line in text.splitlines():
        say(line, STYLES.get(line.strip()[:1]))


def error(text: str) -> None:
    """Print what went wrong, to standard error."""
    out = console(stderr=True)
    out.print(Text("✗ " + text, style="bold red"), soft_wrap=True)
