"""`llmlab lab` hands notebooks out and never touches what a learner wrote."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from learner_course import NAME, SLUG, a_learner, fill, released_notebook  # noqa: F401

from llmlab.cli import files, jupyter, places

BESIDE = NAME.replace(".ipynb", ".v0.2.0-bbbbbb.ipynb")


def prepare(learner, *words):
    code = learner.run("lab", "--prepare-only", *words)
    assert code == 0, learner.text
    return learner.text


def snapshot(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.rglob("*"))
    return {str(p): p.read_bytes() for p in found if p.is_file()}


def new_release(learner):
    learner.release(released_notebook("0.2.0", "bbbbbbbbbbbb"))


def test_new_notebooks_are_copied_once(learner):
    assert "New notebooks in work: 1." in prepare(learner)
    assert learner.file.read_bytes() == (learner.root / "notebooks" / NAME).read_bytes()
    before = snapshot(learner.work)
    assert "up to date" in prepare(learner)
    assert snapshot(learner.work) == before


def test_the_chinese_edition_goes_into_its_own_folder(learner):
    prepare(learner, "--lang", "zh")
    nb = nbformat.read(learner.work / "zh" / NAME, 4)
    assert nb.metadata.llmlab.language == "zh"
    assert not learner.file.exists()


def test_an_unknown_language_is_refused(learner):
    assert learner.run("lab", "--prepare-only", "--lang", "fr") == 2
    assert "en, zh" in learner.text


def test_an_unchanged_notebook_is_updated(learner):
    prepare(learner)
    new_release(learner)
    assert "was updated" in prepare(learner)
    assert nbformat.read(learner.file, 4).metadata.llmlab.version == "0.2.0"
    assert not (learner.work / BESIDE).exists()


def test_a_notebook_that_was_only_saved_counts_as_unchanged(learner):
    prepare(learner)
    nb = nbformat.read(learner.file, 4)
    nb.metadata["language_info"] = {"name": "python", "version": "3.11.2"}
    learner.file.write_text(json.dumps(nb, indent=4), encoding="utf-8")
    new_release(learner)
    assert "was updated" in prepare(learner)


@pytest.mark.parametrize("work", ["answer", "output", "no notebook at all"])
def test_a_changed_notebook_is_kept_and_the_new_one_put_beside_once(learner, work):
    prepare(learner)
    nb = nbformat.read(learner.file, 4)
    if work == "answer":
        nb = fill(nb)
    elif work == "output":
        nb.cells[1].outputs = [nbformat.v4.new_output("stream", text="3 hours later")]
    learner.save(nb)
    if work == "no notebook at all":
        learner.file.write_text("<<<<<<< mine", encoding="utf-8")
    mine = learner.file.read_bytes()
    new_release(learner)
    text = prepare(learner)
    assert "left as it is" in text and f"{SLUG}.v0.2.0-bbbbbb.ipynb" in text
    assert learner.file.read_bytes() == mine
    beside = nbformat.read(learner.work / BESIDE, 4)
    assert beside.metadata.llmlab.version == "0.2.0"
    assert "up to date" in prepare(learner), "said twice"
    (learner.work / BESIDE).unlink()
    assert "up to date" in prepare(learner)
    assert not (learner.work / BESIDE).exists()


def test_work_in_the_notebook_beside_survives_too(learner):
    prepare(learner)
    learner.save(fill(released_notebook()))
    new_release(learner)
    prepare(learner)
    learner.save(fill(nbformat.read(learner.work / BESIDE, 4)), BESIDE)
    mine = (learner.work / BESIDE).read_bytes()
    shutil.rmtree(learner.work / ".llmlab")
    prepare(learner)
    assert (learner.work / BESIDE).read_bytes() == mine


def test_the_release_after_next_comes_beside_too(learner):
    prepare(learner)
    learner.save(fill(released_notebook()))
    new_release(learner)
    prepare(learner)
    learner.release(released_notebook("0.3.0", "cccccccc"))
    assert "v0.3.0-cccccc" in prepare(learner)
    assert learner.file.read_text("utf-8").count("return x + x") == 1


def test_a_deleted_notebook_is_copied_again(learner):
    prepare(learner)
    learner.file.unlink()
    assert "copied again" in prepare(learner)
    assert learner.file.is_file()


@pytest.mark.parametrize("same_release", [True, False])
def test_work_survives_the_loss_of_our_bookkeeping(learner, same_release):
    learner.save(fill(released_notebook()))
    mine = learner.file.read_bytes()
    if not same_release:
        new_release(learner)
    text = prepare(learner)
    assert learner.file.read_bytes() == mine
    assert ("left as it is" in text) != same_release


@pytest.mark.parametrize(
    "code, words",
    [
        (errno.ENOSPC, "no space left on this disk (free:"),
        (errno.EACCES, "you may not write into"),
        (errno.EROFS, "this disk can only be read"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_a_disk_that_refuses_ends_in_one_message(learner, monkeypatch, code, words):
    prepare(learner)
    new_release(learner)
    before = snapshot(learner.work)

    def refuse(number):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files.os, "fsync", refuse)
    assert learner.run("lab", "--prepare-only") == 1
    assert words in learner.text and str(learner.file) in learner.text
    assert "Your own work was not changed" in learner.text
    assert "Traceback" not in learner.text
    assert snapshot(learner.work) == before, "a half-written file stayed"


@pytest.mark.root
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root"
)
@pytest.mark.parametrize("options", ["size=64k", "size=8m,ro"])
def test_a_disk_that_really_is_full_or_read_only(learner, tmp_path, options):
    big = released_notebook()
    big.cells[0].source = "long " * 40_000
    learner.release(big)
    learner.work.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(learner.work)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("cannot mount here")
    try:
        assert learner.run("lab", "--prepare-only") == 1
        words = "only be read" if "ro" in options else "no space left"
        assert words in learner.text
        assert not list(learner.work.rglob("*.tmp"))
        assert not learner.file.exists()
    finally:
        subprocess.run(["umount", str(learner.work)], check=True)


def test_missing_notebooks_are_explained(learner, monkeypatch, tmp_path):
    (learner.root / "notebooks" / NAME).unlink()
    assert learner.run("lab", "--prepare-only") == 1
    assert "make build" in learner.text
    monkeypatch.setenv("LLMLAB_ROOT", str(tmp_path / "elsewhere"))
    assert learner.run("lab", "--prepare-only") == 1
    assert "were not found" in learner.text


def test_jupyterlab_starts_in_work_with_the_course_settings(learner, monkeypatch):
    calls = []

    class Process:
        def __init__(self, command, cwd, env):
            calls.append((command, cwd, env))
            self.interrupts = 1

        def wait(self):
            if self.interrupts:
                self.interrupts -= 1
                raise KeyboardInterrupt  # Ctrl+C is for JupyterLab
            return 0

    monkeypatch.setattr("llmlab.cli.lab.subprocess.Popen", Process)
    assert learner.run("lab", "--port", "8999") == 0
    monkeypatch.setenv("LLMLAB_NO_BROWSER", "1")
    assert learner.run("lab", "--lang", "zh") == 0
    (first, cwd, env), (second, _, _) = calls
    assert cwd == learner.work
    assert first[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={learner.work}" in first
    assert "--ServerApp.port=8999" in first
    assert "--ServerApp.open_browser=False" not in first
    assert "--ServerApp.open_browser=False" in second
    assert f"--ServerApp.preferred_dir={learner.work / 'zh'}" in second
    assert env["PATH"].split(os.pathsep)[0] == os.path.dirname(sys.executable)
    assert env["JUPYTER_PREFER_ENV_PATH"] == "1"
    settings = Path(env["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0])
    assert learner.work in settings.parents


@pytest.mark.slow
def test_learners_see_no_teacher_tools(learner, tmp_path):
    """A real server: formgrader is not there, the Validate button is."""
    prepare(learner)
    where, port = places.find(), free_port()
    env = jupyter.environment(where, jupyter.write_settings(where))
    for name in (
        "HOME",
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
    ):
        env[name] = str(tmp_path / "home" / name)
    command = jupyter.command(where, port, browser=False)
    command.append("--IdentityProvider.token=secret")
    log = (tmp_path / "log").open("w")
    server = subprocess.Popen(command, cwd=where.work, env=env, stdout=log, stderr=log)
    try:
        page = wait_for(f"http://127.0.0.1:{port}/lab?token=secret", server)
        config = json.loads(
            page.split('type="application/json">')[1].split("</script>")[0]
        )
        disabled = set(config["disabledExtensions"])
        assert "@jupyter/nbgrader:formgrader" in disabled
        assert "@jupyter/nbgrader:create-assignment" in disabled
        assert "@jupyterlab/apputils-extension:announcements" in disabled
        assert "@jupyter/nbgrader:validate-assignment" not in disabled
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/formgrader?token=secret")
    finally:
        server.terminate()
        server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, server) -> str:
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            return urllib.request.urlopen(address).read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")
