"""Errors that end a command with a text for the learner."""

import errno
import os
import shutil
from pathlib import Path

from llmlab.i18n import _

# a quota that is used up has no name on Windows
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class LearnerError(Exception):
    """Something the learner can mend; `code` is the command's exit code."""

    def __init__(self, text: str, code: int = 1):
        super().__init__(text)
        self.code = code


def storage_error(path: Path, problem: OSError) -> LearnerError:
    """Which file could not be written, why, and that nothing is lost."""
    text = _(
        "{path} could not be written: {reason}.\n"
        "Your own work was not changed. Mend this, then run the same command again."
    )
    return LearnerError(text.format(path=path, reason=_reason(path, problem)))


def _reason(path: Path, problem: OSError) -> str:
    if problem.errno in _FULL:
        return _("no space left on this disk (free: {free})").format(free=free(path))
    if problem.errno == errno.EROFS:
        return _("this disk can only be read")
    if problem.errno in (errno.EACCES, errno.EPERM):
        return _("you may not write into {folder}").format(folder=path.parent)
    return problem.strerror or str(problem)


def free(path: Path) -> str:
    """Free space where a file is or will be, for people: "12 MB"."""
    megabytes = free_megabytes(path)
    if megabytes is None:
        return _("unknown")
    if megabytes >= 10_000:
        return _("{size} GB").format(size=megabytes // 1000)
    return _("{size} MB").format(size=megabytes)


def free_megabytes(path: Path) -> int | None:
    """Free megabytes for this user at the nearest folder that exists."""
    folder = Path(os.path.abspath(path))
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free // 1_000_000
    except OSError:
        return None
