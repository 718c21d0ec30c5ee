"""Make the student notebook with nbgrader's own `generate_assignment`."""

import logging
import tempfile
from pathlib import Path

from autograde.build.files import write_if_changed
from autograde.build.settings import CODE_STUB, NBGRADER

MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS")


class ReleaseError(Exception):
    """nbgrader refused the notebook; the text says why."""


class _Collect(logging.Handler):
    """Keep what nbgrader logs, to show it only if something goes wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def release(solution: bytes, chapter: str, slug: str, stub: str = CODE_STUB) -> bytes:
    """The notebook as handed out: nbgrader's direct output, not touched after."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    log = logging.Logger("nbgrader-release")
    collect = _Collect()
    log.addHandler(collect)
    with tempfile.TemporaryDirectory(prefix="autograde-release-") as folder:
        root = Path(folder).resolve()
        write_if_changed(root / "solutions" / chapter / f"{slug}.ipynb", solution)
        config = _config(root, chapter, slug)
        config.ClearSolutions.code_stub = {"python": stub}
        course = CourseDirectory(config=config, log=log)
        try:
            GenerateAssignment(coursedir=course, config=config, log=log).start()
        except Exception as error:
            why = "\n".join([str(error), *collect.lines])
            raise ReleaseError(why) from error
        data = (root / "notebooks" / chapter / f"{slug}.ipynb").read_bytes()
    left = [marker for marker in MARKERS if marker.encode() in data]
    if left:
        raise ReleaseError(f"the released {slug} still holds {', '.join(left)}")
    return data


def _config(root: Path, chapter: str, slug: str):
    """nbgrader's settings for one notebook, without its database."""
    from traitlets.config import Config

    config = Config(NBGRADER)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = chapter
    config.CourseDirectory.notebook_id = slug
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    return config
