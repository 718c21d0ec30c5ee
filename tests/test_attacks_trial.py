"""The trial's judgement, with a room whose grades are made up."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from autograde.attacks import pages, watch
from autograde.attacks.hostile.page import SCRIPT
from autograde.attacks.hostile.process import OTHERS
from autograde.attacks.judge import CHEATED, NO_GRADE, NOT_RUN, OK, ROBBED
from autograde.attacks.record import CHAPTER, FILE, Aim, Submission
from autograde.attacks.rooms import REPOSITORY, Grade, Ours
from autograde.attacks.trial import Trial

FULL = {
    "softmax": 3,
    "attention_scores": 3,
    "causal_mask": 3,
    "padding_mask": 3,
    "scaled_dot_product_attention": 4,
    "SelfAttention": 4,
}


class MadeUp(Ours):
    """A room that gives what is written in the submission's own file."""

    given: dict
    plants: str = ""

    def prepare(self) -> None:
        """Copy the notebooks; nothing is released."""
        for folder in ("solutions", "notebooks"):
            target = self.root / folder / CHAPTER / FILE
            target.parent.mkdir(parents=True)
            shutil.copy(REPOSITORY / folder / CHAPTER / FILE, target)
        self.given = {}

    def grade(self, students, jobs):
        """Full points, unless something else was given."""
        if self.plants and "control" not in students:
            Path(self.root, self.plants).write_text("x")
        return {name: self.given.get(name, Grade(dict(FULL))) for name in students}

    def feedback(self, students):
        """No pages."""

    def all_points(self):
        """Nothing changes."""
        return {"classmate": FULL}


def record(**facts) -> Submission:
    return Submission("mine", "a made-up one", lambda m: {FILE: b"x"}, **facts)


@pytest.fixture(scope="module")
def trial():
    with Trial(MadeUp) as trial:
        yield trial


def judged(trial, grade: Grade, **facts):
    trial.room.given["mine"] = grade
    [report] = trial.run([record(**facts)])
    return report


@pytest.mark.parametrize(
    "points, facts, verdict, good",
    [
        ({"softmax": 0}, {}, OK, True),
        ({"softmax": 3}, {}, CHEATED, False),
        ({"softmax": 3}, {"solved": ("softmax",)}, OK, True),
        # another exercise's points instead of the earned ones
        ({"causal_mask": 3}, {"solved": ("softmax",)}, CHEATED, False),
        ({"softmax": 0}, {"solved": ("softmax",)}, ROBBED, False),
        ({"softmax": 0}, {"solved": ("softmax",), "at_least": 0}, OK, True),
        (FULL, {"all_solved": True}, OK, True),
        (FULL | {"softmax": 2}, {"all_solved": True}, ROBBED, False),
    ],
)
def test_points_are_judged(trial, points, facts, verdict, good):
    report = judged(trial, Grade(points), **facts)
    assert (report.verdict, report.good) == (verdict, good)


def test_no_grade_needs_leave_and_a_reason(trial):
    assert not judged(trial, Grade(None, 0, "time was up")).good
    assert not judged(trial, Grade(None), ungraded_ok=True).good
    report = judged(trial, Grade(None, 0, "time was up"), ungraded_ok=True)
    assert report.verdict == NO_GRADE and report.good


def test_a_planted_file_is_seen_and_taken_away(trial):
    trial.room.plants = "planted.txt"
    try:
        report = judged(trial, Grade({}))
    finally:
        trial.room.plants = ""
    assert report.faults == ["changed course/planted.txt"] and not report.good
    assert not (trial.room.root / "planted.txt").exists()


def test_dangerous_ones_need_a_sandbox(trial):
    trial.sandboxed = False
    try:
        assert judged(trial, Grade({}), dangerous=True).verdict == NOT_RUN
    finally:
        trial.sandboxed = True
    assert judged(trial, Grade({}), dangerous=True).verdict == OK


def test_a_submission_is_taken_out_again(trial):
    judged(trial, Grade({}))
    assert not (trial.room.book / "submitted" / "mine").exists()


def test_own_files_are_a_students_alone(trial):
    book = trial.room.book
    assert trial.room.own(book / "autograded" / "plant" / "x.ipynb", "plant")
    assert trial.room.own(book / "failed" / CHAPTER / "plant.json", "plant")
    assert not trial.room.own(book / "planted.py", "plant")
    assert not trial.room.own(trial.room.root / "solutions" / "plant", "plant")


# what is watched --------------------------------------------------------------


def test_changed_files_are_seen(tmp_path):
    (tmp_path / "kept").write_text("a")
    (tmp_path / "changed").write_text("a")
    (tmp_path / "gone").write_text("a")
    before = watch.snapshot(tmp_path)
    (tmp_path / "changed").write_text("b")
    (tmp_path / "gone").unlink()
    (tmp_path / "link").symlink_to("kept")
    found = watch.changes(before, watch.snapshot(tmp_path))
    assert {Path(p).name for p in found} == {"changed", "gone", "link"}


def test_calls_are_written_down(tmp_path):
    with watch.Listener(tmp_path / "socket", f"test{os.getpid()}") as listener:
        with socket.create_connection(("127.0.0.1", listener.port), timeout=5) as s:
            s.sendall(b"hello")
        end = time.monotonic() + 5
        while not listener.calls and time.monotonic() < end:
            time.sleep(0.02)
        assert listener.taken() == ["tcp b'hello'"]
        assert listener.taken() == []


def test_processes_are_found_by_the_mark_and_no_others():
    mark = f"lltest{os.getpid()}"
    code = "import time; print(flush=True); time.sleep(60)"
    marked = {**os.environ, "LLMLAB_ATTACKS": mark}
    words = [sys.executable, "-c", code]
    with (
        subprocess.Popen(words, env=marked, stdout=subprocess.PIPE) as one,
        subprocess.Popen(words, stdout=subprocess.PIPE) as two,
    ):
        try:
            one.stdout.readline(), two.stdout.readline()
            found = {process.pid for process in watch.processes(mark, set())}
            assert found == {one.pid}
            space: dict = {}
            exec(f"{Aim(mark=mark).code}\n{OTHERS}", space)
            assert set(space["others"]()) == {one.pid}
            watch.end(watch.processes(mark, set()))
            one.wait(10)
            assert two.poll() is None
        finally:
            two.kill()


@pytest.mark.parametrize(
    "html",
    [
        f"<script>{SCRIPT}()</script>",
        f"<img src=x onerror='{SCRIPT}()'>",
        f"<a href='java\nscript:{SCRIPT}()'>x</a>",
        f"<iframe srcdoc='{SCRIPT}'></iframe>",
        f"<svg onload='{SCRIPT}()'></svg>",
    ],
)
def test_scripts_are_found(html):
    assert pages.scripts(BeautifulSoup(html, "html.parser"))


def test_harmless_text_is_no_script():
    text = f"<p>{SCRIPT}()</p><code>&lt;script&gt;{SCRIPT}()</code><script>x</script>"
    assert pages.scripts(BeautifulSoup(text, "html.parser")) == []
