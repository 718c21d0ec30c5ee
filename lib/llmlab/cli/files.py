"""Write files so that a full disk or a power cut never leaves half of one."""

import os
import tempfile
from pathlib import Path

from llmlab.cli.errors import storage_error


def write(path: Path, data: bytes) -> None:
    """Put data into a file at once: the file is the old one or the new one.

    Errors: LearnerError if the disk is full or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        raise storage_error(path, error) from error


def _replace(path: Path, data: bytes) -> None:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".llmlab-", suffix=".tmp")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _usual_rights(name)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _usual_rights(name: str) -> None:
    """Give the rights a new file would have: mkstemp makes files only we can read."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(name, 0o666 & ~mask)
