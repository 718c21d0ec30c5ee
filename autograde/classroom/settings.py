"""nbgrader's settings for this course: the one place where they are made.

`nbgrader_config.py` calls `configure`, and so do all commands of `autograde`.
"""

import contextlib
import os
import sys
import tomllib
from functools import partial
from pathlib import Path

from autograde.build.settings import NBGRADER

from .inbox import prepare

# where the editions of the student notebooks are; nbgrader makes the first one
RELEASE_FOLDERS = {"en": "notebooks", "zh": "notebooks/zh"}
TEMPLATES = Path(__file__).with_name("templates")


def configure(c, root: Path) -> None:
    """Fill a traitlets configuration for the course at `root`."""
    listed = tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
    _prepare_environment()
    _making(c, listed)
    _directories(c, root, listed["course"]["id"])
    _grading(c, root)
    _showing(c)


def exchange(root: Path) -> Path:
    """The folder through which notebooks go to students and back."""
    return Path(os.environ.get("LLMLAB_EXCHANGE") or root / "exchange").resolve()


def database(root: Path) -> str:
    """The gradebook's address: LLMLAB_GRADEBOOK_URL, else a file of SQLite's.

    For PostgreSQL: `postgresql+psycopg://USER:PASSWORD@HOST/DATABASE`.
    """
    named = os.environ.get("LLMLAB_GRADEBOOK_URL")
    return named or f"sqlite:///{root / 'gradebook' / 'gradebook.db'}"


def _prepare_environment() -> None:
    # small tensors: threads that wait for each other cost ten times the work
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # nbgrader starts `alembic` by name when it makes the gradebook
    scripts = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = scripts + os.pathsep + path


def _directories(c, root: Path, course_id: str) -> None:
    c.CourseDirectory.course_id = course_id
    c.CourseDirectory.root = str(root)
    for step in ("submitted", "autograded", "feedback"):
        setattr(c.CourseDirectory, f"{step}_directory", f"gradebook/{step}")
    c.CourseDirectory.db_url = database(root)
    # SQLite does not make folders; a read-only course can still be validated
    with contextlib.suppress(OSError):
        (root / "gradebook").mkdir(exist_ok=True)
    c.Exchange.root = str(exchange(root))


def _making(c, listed: dict) -> None:
    """Student notebooks come out of nbgrader as they come out of the builder.

    Only the authors' sources are kept back: a student's own modules are collected.
    """
    for section, traits in NBGRADER.items():
        c[section].update(traits)
    sections = [s for part in listed.get("chapter", []) for s in part["section"]]
    sources = [f"{section['slug']}.py" for section in sections]
    others = [name for name in NBGRADER["CourseDirectory"]["ignore"] if name != "*.py"]
    c.CourseDirectory.ignore = [*others, *sources]


def _grading(c, root: Path) -> None:
    here = "autograde.classroom"
    c.Autograde.exporter_class = f"{here}.reading.MendingExporter"
    c.Autograde.sanitize_preprocessors = [
        "nbgrader.preprocessors.ClearOutput",
        f"{here}.preprocess.RestoreCells",
        "nbgrader.preprocessors.OverwriteKernelspec",
        "nbgrader.preprocessors.OverwriteCells",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        f"{here}.execute.GradeExecute",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.pre_convert_hook = partial(prepare, root)
    c.OverwriteCells.add_missing_cells = True
    # the Validate button runs nbgrader's own Execute, which knows one tag only
    c.Execute.skip_cells_with_tag = "experiment"


def _showing(c) -> None:
    here = "autograde.classroom"
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        f"{here}.hide.HideTests",
        f"{here}.hide.ShowNotes",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
        f"{here}.style.PageStyle",
    ]
    c.HTMLExporter.preprocessors = [f"{here}.style.PageStyle"]
    # a submission's HTML runs in the browser of whoever opens it
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        "clean_html": f"{here}.sanitize.clean",
        "strip_files_prefix": f"{here}.sanitize.clean",
    }
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), _nbgrader_templates()]


def _nbgrader_templates() -> str:
    import nbgrader

    package = Path(nbgrader.__file__).parent
    return str(package / "server_extensions" / "formgrader" / "templates")
