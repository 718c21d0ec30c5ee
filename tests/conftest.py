"""Settings and fixtures shared by all tests: messages are in English everywhere."""

import os
from pathlib import Path

import pytest

os.environ["LLMLAB_LANG"] = "en"
# small tensors: threads that wait for each other cost ten times the work
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def tiny_built(tmp_path_factory) -> Path:
    """The tiny course, built once; tests only read it."""
    import tiny_course

    root = tiny_course.make(tmp_path_factory.mktemp("built"))
    status, lines = tiny_course.run(root)
    assert status == 0, lines
    assert lines[0].startswith("1.1 built (")
    return root


@pytest.fixture
def tiny_copy(tiny_built, tmp_path) -> Path:
    """A copy of the built tiny course, to be changed."""
    import tiny_course

    return tiny_course.copy_tree(tiny_built, tmp_path)
