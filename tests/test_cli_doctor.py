"""`llmlab doctor`: every examination fails once, and says what to do."""

import json
import subprocess
import sys
from collections import namedtuple
from types import SimpleNamespace

import pytest
from learner_course import NAME, a_learner, contents  # noqa: F401

from llmlab import course
from llmlab.cli import doctor, examine_course, examine_python, places
from llmlab.cli.finding import BAD, GOOD, WARN, Finding


@pytest.fixture
def where(learner):
    return places.find()


def broken(finding, state, words):
    assert finding.state == state
    assert words in finding.text
    assert finding.advice, "a learner needs to know what to do"


def test_old_python(where, monkeypatch):
    assert examine_python.python_version(where).state == GOOD
    monkeypatch.setattr(examine_python.sys, "version_info", (3, 9, 2))
    broken(examine_python.python_version(where), BAD, "3.9.2 is too old")


def test_another_environment(where, monkeypatch):
    assert examine_python.environment(where).state == GOOD
    (where.root / ".venv").mkdir()
    broken(examine_python.environment(where), WARN, sys.prefix)
    monkeypatch.setattr(examine_python.sys, "prefix", str(where.root / ".venv"))
    assert examine_python.environment(where).state == GOOD


@pytest.mark.parametrize(
    "name, installed, state",
    [
        ("torch", "2.12.0", BAD),
        ("torch", None, BAD),
        ("idna", "1.0", WARN),
        ("torch", "2.13.0", GOOD),
    ],
)
def test_packages_that_differ(where, monkeypatch, name, installed, state):
    lock = "# made by hand\ntorch==2.13.0\nidna==3.20\n"
    (where.root / "requirements.lock").write_text(lock)
    versions = {"torch": "2.13.0", "idna": "3.20"} | {name: installed}
    monkeypatch.setattr(examine_python, "_installed", versions.get)
    finding = examine_python.pins(where)
    assert finding.state == state
    if state != GOOD:
        broken(finding, state, f"{name} {installed or 'missing'}")


def test_a_local_build_is_the_same_version(monkeypatch):
    monkeypatch.setattr(examine_python, "version", lambda name: "2.13.0+cpu")
    assert examine_python._installed("torch") == "2.13.0"


def test_no_lock(where):
    assert examine_python.pins(where).state == WARN


def torch_says(monkeypatch, code=0, out="", err=""):
    done = SimpleNamespace(returncode=code, stdout=out, stderr=err)
    monkeypatch.setattr(examine_python.subprocess, "run", lambda *a, **k: done)


def test_torch(where, monkeypatch):
    torch_says(monkeypatch, out='["2.13.0", 15.0, ["CPU", "Apple MPS"]]\n')
    finding = examine_python.torch_works(where)
    assert finding.state == GOOD and "CPU, Apple MPS" in finding.text
    torch_says(monkeypatch, code=-4, err="")
    broken(examine_python.torch_works(where), BAD, "-4")
    torch_says(monkeypatch, code=1, err="Traceback\nImportError: no libtorch.so")
    broken(examine_python.torch_works(where), BAD, "ImportError: no libtorch.so")
    torch_says(monkeypatch, out='["2.13.0", 14.0, ["CPU"]]\n')
    broken(examine_python.torch_works(where), BAD, "14")

    def slow(*words, **options):
        raise subprocess.TimeoutExpired("python", 180)

    monkeypatch.setattr(examine_python.subprocess, "run", slow)
    assert examine_python.torch_works(where).state == BAD


def test_torch_itself(where):
    assert examine_python.torch_works(where).state == GOOD


def test_kernel(where, monkeypatch):
    assert examine_python.kernel(where).state == GOOD
    other = SimpleNamespace(argv=["/opt/bin/python"], resource_dir="/home/me/kernels")
    names = SimpleNamespace(get_kernel_spec=lambda name: other)
    monkeypatch.setattr(examine_python, "KernelSpecManager", lambda: names)
    broken(examine_python.kernel(where), WARN, "/opt/bin/python")
    other.argv[0] = "python3.11"
    assert examine_python.kernel(where).state == GOOD
    torch_says(monkeypatch, code=1, err="ModuleNotFoundError: ipykernel")
    broken(examine_python.kernel(where), BAD, "ipykernel")


def test_no_kernel(where, monkeypatch):
    def missing(name):
        raise examine_python.NoSuchKernel(name)

    names = SimpleNamespace(get_kernel_spec=missing)
    monkeypatch.setattr(examine_python, "KernelSpecManager", lambda: names)
    broken(examine_python.kernel(where), BAD, "no kernel")


def test_lab_extension(where, monkeypatch, tmp_path):
    assert examine_python.lab_extension(where).state == GOOD
    settings = tmp_path / "config/labconfig/page_config.json"
    settings.parent.mkdir(parents=True)
    monkeypatch.setattr(
        examine_python, "jupyter_config_path", lambda: [str(tmp_path / "config")]
    )
    for disabled in (["@jupyter/nbgrader"], {"@jupyter/nbgrader": True}):
        settings.write_text(json.dumps({"disabledExtensions": disabled}))
        broken(examine_python.lab_extension(where), BAD, "switched off")
    settings.write_text('{"disabledExtensions": {"@jupyter/nbgrader": false}}')
    assert examine_python.lab_extension(where).state == GOOD
    monkeypatch.setattr(examine_python, "jupyter_path", lambda name: [str(tmp_path)])
    broken(examine_python.lab_extension(where), BAD, "no nbgrader extension")


def test_course_version(where, monkeypatch):
    monkeypatch.setattr(examine_course, "version", lambda name: "0.1.0")
    assert examine_course.course_version(where).state == GOOD
    monkeypatch.setattr(course, "load", lambda: contents(version="0.2.0"))
    broken(examine_course.course_version(where), WARN, "0.1.0, 0.2.0")

    def missing(name):
        raise examine_course.PackageNotFoundError(name)

    monkeypatch.setattr(examine_course, "version", missing)
    broken(examine_course.course_version(where), BAD, "not installed")

    def no_list():
        raise FileNotFoundError("course.json")

    monkeypatch.setattr(course, "load", no_list)
    finding = examine_course.course_version(where)
    assert finding.state == BAD and "make build" in finding.text


def test_work_folder(where):
    assert examine_course.work_folder(where).state == GOOD
    where.work.rmdir()
    where.work.write_text("a file in the way")
    broken(examine_course.work_folder(where), BAD, "cannot be written")


@pytest.mark.parametrize("free, state", [(50, BAD), (500, WARN), (5000, GOOD)])
def test_disk(where, monkeypatch, free, state):
    usage = namedtuple("usage", "free")(free * 1_000_000)
    monkeypatch.setattr("llmlab.cli.errors.shutil.disk_usage", lambda path: usage)
    finding = examine_course.disk(where)
    assert finding.state == state and f"{free} MB" in finding.text


def test_notebooks(where):
    assert examine_course.notebooks(where).state == GOOD
    mine = where.work / NAME
    mine.parent.mkdir(parents=True)
    mine.write_text("<html>")
    broken(examine_course.notebooks(where), BAD, f"work/{NAME}")
    assert "web page" in examine_course.notebooks(where).advice
    mine.unlink()
    for path in where.root.rglob("*.ipynb"):
        path.unlink()
    broken(examine_course.notebooks(where), BAD, "no notebooks")


def test_fonts(where, monkeypatch):
    from matplotlib import font_manager

    for name, state in (("Noto Sans CJK SC", GOOD), ("DejaVu Sans", WARN)):
        fonts = SimpleNamespace(ttflist=[SimpleNamespace(name=name)])
        monkeypatch.setattr(font_manager, "fontManager", fonts)
        assert examine_course.fonts(where).state == state
    broken(examine_course.fonts(where), WARN, "boxes")


def test_language(where, monkeypatch):
    finding = examine_course.language_used(where)
    assert "English (from LLMLAB_LANG)" in finding.text
    monkeypatch.setattr(
        examine_course.locale, "getpreferredencoding", lambda set_it: "cp1252"
    )
    broken(examine_course.language_used(where), WARN, "not UTF-8")


def test_the_command_prints_marks_and_counts(learner, monkeypatch):
    def stops(where):
        raise ZeroDivisionError("oh")

    good = [lambda where: Finding(GOOD, "fine"), lambda where: Finding(WARN, "so so")]
    monkeypatch.setattr(doctor, "CHECKS", good)
    assert learner.run("doctor") == 0
    assert "✓ fine\n! so so\n" in learner.text and "Ready" in learner.text
    bad = [*good, lambda where: Finding(BAD, "broken", "do this"), stops]
    monkeypatch.setattr(doctor, "CHECKS", bad)
    assert learner.run("doctor") == 1
    assert "✗ broken\n  → do this\n" in learner.text
    assert "✗ stops could not be examined: ZeroDivisionError: oh" in learner.text
    assert "2 things must be mended" in learner.text


def test_this_computer_passes(learner, monkeypatch):
    """All examinations together on the machine that runs the tests."""
    monkeypatch.setattr(examine_course, "version", lambda name: "0.1.0")
    assert learner.run("doctor") == 0, learner.text
    assert "✗" not in learner.text
