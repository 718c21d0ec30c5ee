"""The same grades with one worker, two, eight, and with Dask workers that die."""

import io
import json
import os
import subprocess
import sys
import threading
import time

import nbformat
import pytest
import toy_course as toy

from autograde.classroom import grade, release, results
from autograde.classroom.export import write_csv
from autograde.classroom.room import ClassroomError, open_room

ANSWERS = ("return a + b", "return a - b", "return a + b + 0.5", "raise ValueError")


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A released toy course with eight submissions."""
    room = open_room(toy.make_course(tmp_path_factory.mktemp("cluster") / "course"))
    release.release(room, toy.CHAPTER)
    file = room.root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    blank = nbformat.read(file, 4)
    for number in range(8):
        nb = toy.answered(blank, ANSWERS[number % len(ANSWERS)])
        toy.submit(room.root, f"s{number:02}", nb)
    return room


def graded(room, **options) -> bytes:
    """The class's table after grading everybody anew."""
    students = grade.to_grade(room, toy.CHAPTER, force=True)
    outcomes = grade.grade_all(room, toy.CHAPTER, students, force=True, **options)
    assert len(list(outcomes)) == len(students) == 8
    return table(room)


def table(room) -> bytes:
    stream = io.StringIO()
    write_csv(results.load(room, toy.CHAPTER), stream)
    return stream.getvalue().encode()


def _python(*words, **more):
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **more,
    )


@pytest.fixture
def cluster(tmp_path):
    """A scheduler's address and its two workers."""
    file = tmp_path / "scheduler.json"
    at = ("--scheduler-file", str(file))
    env = {**os.environ, "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False"}
    local = ("--host", "127.0.0.1", "--no-dashboard")
    parts = [_python("-m", "dask", "scheduler", *at, *local, "--port", "0", env=env)]
    try:
        for _try in range(600):
            if file.exists():
                break
            time.sleep(0.1)
        for _worker in range(2):
            words = ("-m", "dask", "worker", *at, "--nthreads", "1", "--no-nanny")
            parts.append(_python(*words, *local, env=env, cwd=tmp_path))
        address = json.loads(file.read_text())["address"]
        _wait_for_workers(address, 2)
        yield address, parts[1:]
    finally:
        for part in parts:
            part.kill()
            part.wait()


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=120)


def test_one_two_eight_workers_and_a_cluster_give_the_same_table(room, cluster):
    address, workers = cluster
    alone = graded(room, jobs=1)
    assert graded(room, jobs=2) == alone
    assert graded(room, jobs=8) == alone
    students = grade.to_grade(room, toy.CHAPTER, force=True)
    run = grade.grade_all(room, toy.CHAPTER, students, force=True, scheduler=address)
    # one of the two dies while it has a submission in hand
    timer = threading.Timer(4, workers[0].kill)
    timer.start()
    outcomes = list(run)
    timer.join()
    assert workers[0].poll() is not None
    assert {outcome.state for outcome in outcomes} == {results.GRADED}
    assert table(room) == alone


def test_a_scheduler_that_is_not_there_is_said(room):
    with pytest.raises(ClassroomError, match="No Dask scheduler answers"):
        graded(room, scheduler="tcp://127.0.0.1:9")
