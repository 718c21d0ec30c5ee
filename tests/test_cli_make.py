"""`make lab` from nothing, offline, after a move, in folders with spaces.

pip is played by a script that notes what it was asked to do; Python and venv are real.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llmlab.cli import moved

ROOT = Path(__file__).resolve().parents[1]
PIP = """\
import os, sys
from pathlib import Path
with open({log!r}, "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if "-r" in sys.argv and os.environ.get("PIP_BREAKS"):
    sys.exit("no network")
if "-e" in sys.argv:
    site = Path(__file__).parent.parent
    (site / "course.pth").write_text(str(Path.cwd() / "lib"))
"""
LLMLAB = "import sys\nprint('lab', *sys.argv[1:])\n"


class Checkout:
    """A folder with the Makefile and a package that only says how it was called."""

    def __init__(self, folder: Path, log: Path):
        self.folder, self.log = folder, log
        (folder / "lib/llmlab/cli").mkdir(parents=True)
        for name in ("Makefile", "lib/llmlab/cli/moved.py"):
            shutil.copy(ROOT / name, folder / name)
        for name in ("pyproject.toml", "requirements.lock", "lib/llmlab/__init__.py"):
            (folder / name).write_text("")
        (folder / "lib/llmlab/__main__.py").write_text(LLMLAB)

    def environment(self) -> None:
        """The environment as `new-env` makes it, but with a pip that only notes."""
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", ".venv"],
            cwd=self.folder,
            check=True,
        )
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        pip = self.folder / ".venv/lib" / version / "site-packages/pip"
        pip.mkdir()
        (pip / "__init__.py").write_text("")
        (pip / "__main__.py").write_text(PIP.format(log=str(self.log)))

    def make(self, *words: str, **env: str):
        """Run make; the lines pip was called with since the last time."""
        self.log.write_text("")
        done = subprocess.run(
            ["make", *words],
            cwd=self.folder,
            env=outside_make() | env,
            capture_output=True,
            text=True,
        )
        self.pip = self.log.read_text().splitlines()
        self.text = done.stdout + done.stderr
        return done.returncode

    @property
    def stamp(self) -> Path:
        return self.folder / ".venv/.stamp"


def outside_make() -> dict[str, str]:
    """The environment without what `make test` tells a make inside it."""
    told = ("MAKE", "MFLAGS", "ARGS", "PIP_ARGS")
    return {k: v for k, v in os.environ.items() if not k.startswith(told)}


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path / "my course", tmp_path / "pip.log")


def test_the_first_run_installs_and_the_second_does_not(checkout):
    checkout.environment()
    assert checkout.make("lab", "ARGS=--no-open", "PIP_ARGS=--proxy x") == 0
    assert checkout.text.splitlines()[-1] == "lab lab --no-open"
    assert len(checkout.pip) == 2
    assert checkout.pip[0].endswith("install --proxy x -r requirements.lock")
    assert checkout.pip[1].endswith("--no-deps --no-build-isolation -e .")
    assert checkout.make("lab") == 0
    assert checkout.text == "lab lab\n" and checkout.pip == []


def test_a_new_lock_is_installed(checkout):
    checkout.environment()
    checkout.make("lab")
    later = checkout.stamp.stat().st_mtime + 5
    os.utime(checkout.folder / "requirements.lock", (later, later))
    assert checkout.make("lab") == 0 and len(checkout.pip) == 2


def test_a_failed_installation_leaves_no_stamp(checkout):
    checkout.environment()
    assert checkout.make("lab", PIP_BREAKS="1") != 0
    assert "run the same command again" in checkout.text
    assert not checkout.stamp.exists()
    assert checkout.make("lab") == 0 and len(checkout.pip) == 2


def test_a_moved_folder_is_mended_without_a_download(checkout, tmp_path):
    checkout.environment()
    checkout.make("lab")
    tool = checkout.folder / ".venv/bin/tool"
    python = checkout.folder / ".venv/bin/python"
    tool.write_text(f"#!{python}\nimport llmlab, sys\nprint(llmlab.__file__)\n")
    tool.chmod(0o755)
    # two moves: the second meets scripts that the first one mended
    for name in ("plain", "other place, ünsafe"):
        checkout.folder = checkout.folder.rename(tmp_path / name)
        assert checkout.make("lab") == 0, checkout.text
        assert "was moved here" in checkout.text
        assert [line.split()[-1] for line in checkout.pip] == ["."], "a download"
        tool = checkout.folder / ".venv/bin/tool"
        out = subprocess.run([tool], capture_output=True, text=True, check=True).stdout
        assert out.strip() == str(checkout.folder / "lib/llmlab/__init__.py")
        activate = (checkout.folder / ".venv/bin/activate").read_text()
        assert str(checkout.folder) in activate
        assert checkout.make("lab") == 0 and checkout.text == "lab lab\n"


def test_an_old_or_missing_python_is_named(checkout, tmp_path):
    assert checkout.make("lab", "PYTHON=nopython") != 0
    assert "no Python called 'nopython'" in checkout.text
    old = tmp_path / "python3.9"
    # it can do all but the comparison with 3.11
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2 || test -z "$2"\n')
    old.chmod(0o755)
    assert checkout.make("lab", f"PYTHON={old}") != 0
    assert "needs Python 3.11 or newer" in checkout.text
    assert "Python 3.9.2" in checkout.text
    assert not (checkout.folder / ".venv").exists()


def test_help_lists_every_command(checkout):
    assert checkout.make() == 0
    for name in ("lab", "test", "build", "demo", "bench", "clean-env"):
        assert f"make {name} " in checkout.text


def test_scripts_of_other_programs_are_left_alone(tmp_path):
    folder = tmp_path / ".venv"
    for script in (
        b"#!/bin/sh\necho 1\n",
        b"#!/usr/bin/python3\nprint(1)\n",
        b"#!/usr/bin/env python3\n",
        b"#!/opt/other/bin/python3\n",
        b"\x7fELF",
        b"#!" + bytes(folder / "bin/python") + b"\nprint(1)\n",
    ):
        assert moved.mended(script, folder) is None
