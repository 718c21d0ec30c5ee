"""nbgrader's settings: one file that its commands, its page and ours all read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import toy_course as toy
from traitlets.config import Config

from autograde.build.release import release as build_release
from autograde.classroom import release, settings
from autograde.classroom.room import open_room


@pytest.fixture
def course(tmp_path):
    return toy.make_course(tmp_path / "a course")


def test_nbgrader_makes_the_notebooks_that_the_builder_makes(course):
    # else a click in formgrader would change files that are in the repository
    solution = course / "solutions" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    expected = build_release(solution.read_bytes(), toy.CHAPTER, toy.NAME)
    release.release(open_room(course), toy.CHAPTER)
    released = course / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    assert released.read_bytes() == expected


def test_all_paths_are_the_courses_own(course, monkeypatch):
    monkeypatch.delenv("LLMLAB_EXCHANGE", raising=False)
    c = Config()
    settings.configure(c, course)
    assert c.CourseDirectory.root == str(course)
    assert c.CourseDirectory.course_id == "toy"
    assert c.CourseDirectory.db_url.endswith("a course/gradebook/gradebook.db")
    assert c.Exchange.root == str(course / "exchange")
    assert not (course / "exchange").exists(), "made before anybody needs it"
    for step in ("submitted", "autograded", "feedback"):
        folder = c.CourseDirectory[f"{step}_directory"]
        assert folder.startswith("gradebook/"), "git must ignore a class's work"


def test_gits_ignore_list_covers_the_class():
    ignored = (toy.REPOSITORY / ".gitignore").read_text().split()
    assert {"gradebook/", "exchange/"} <= set(ignored)


def test_the_environments_programs_are_found(course, monkeypatch):
    # nbgrader starts `alembic` by name for the first gradebook
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    settings.configure(Config(), course)
    first = os.environ["PATH"].split(os.pathsep)[0]
    assert (Path(first) / "alembic").exists()


def test_the_settings_load_without_torch(course):
    # JupyterLab reads them when a learner starts it
    code = (
        "import sys; from traitlets.config.loader import PyFileConfigLoader as L;"
        f"L('nbgrader_config.py', path={str(course)!r}).load_config();"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_course_on_a_read_only_disk_still_has_settings(course, monkeypatch):
    def refuse(*_args, **_kw):
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "mkdir", refuse)
    settings.configure(Config(), course)
