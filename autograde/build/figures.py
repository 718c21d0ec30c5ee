"""Drawn figures: find them in prose and carry them inside the notebook."""

import base64
import re
from pathlib import Path

FIGURE = re.compile(r"!\[([^\]]*)\]\(\s*([^)\s]+)[^)]*\)")
REMOTE = re.compile(r"^(https?:)?//")
TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


def used(text: str) -> list[str]:
    """Paths of the local figures that this prose shows."""
    return [path for _alt, path in FIGURE.findall(text) if not REMOTE.match(path)]


def embed(text: str, content: dict[str, bytes]) -> str:
    """The prose with its figures inside, so that the notebook is one file.

    A data address behind a short name: JupyterLab does not show SVG attachments
    (https://github.com/jupyterlab/jupyterlab/issues/10464), and the name keeps the
    prose readable in the editor.
    """
    addresses = []
    for path in dict.fromkeys(used(text)):
        data = base64.b64encode(content[path]).decode()
        kind = TYPES[Path(path).suffix]
        addresses.append(f"[{Path(path).name}]: data:{kind};base64,{data}")
    if not addresses:
        return text

    def short(match: re.Match) -> str:
        return f"![{match[1]}][{Path(match[2]).name}]"

    return FIGURE.sub(short, text) + "\n\n" + "\n".join(addresses)
