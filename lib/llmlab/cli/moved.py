"""Mend the scripts of a virtual environment whose folder was moved.

A script names its Python with the full path, so `nbgrader` or `jupyter` stop working
when the course's folder is moved or renamed. The Makefile runs this file by itself:
it needs the standard library only.
"""

import re
import sys
from pathlib import Path

# what pip writes: a plain first line, or a shell line for long paths and spaces
_PLAIN = re.compile(rb"#!(?P<python>/[^\n]*/bin/python[\d.]*)\r?\n")
_SHELL = re.compile(
    rb"#!/bin/sh\n'''exec' (?P<python>\"?/[^\n]*?/bin/python[\d.]*\"?)"
    rb" \"\$0\" \"\$@\"\n' '''\n"
)


def mended(script: bytes, folder: Path) -> bytes | None:
    """The script with this environment's Python, or None if it needs no change."""
    found = _PLAIN.match(script) or _SHELL.match(script)
    if not found:
        return None
    old = Path(found["python"].decode(errors="surrogateescape").strip('"'))
    # scripts of another environment or of the system are none of ours
    if old.parent == folder / "bin" or old.parent.parent.name != folder.name:
        return None
    python = bytes(folder / "bin" / old.name)
    head = b"#!/bin/sh\n'''exec' \"" + python + b'" "$0" "$@"\n\' \'\'\'\n'
    return head + script[found.end() :]


def mend(folder: Path) -> int:
    """Mend all scripts of an environment; give how many were wrong."""
    count = 0
    for path in sorted((folder / "bin").iterdir()):
        if path.is_symlink() or not path.is_file():
            continue
        new = mended(path.read_bytes(), folder)
        if new is not None:
            path.write_bytes(new)
            count += 1
    return count


if __name__ == "__main__":
    mend(Path(sys.argv[1]).resolve())
