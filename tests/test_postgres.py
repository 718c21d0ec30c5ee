"""The gradebook in PostgreSQL: a real server, started here and ended here."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import nbformat
import pytest
import toy_course as toy

from autograde.classroom import grade, release, results
from autograde.classroom.room import open_room


def programs() -> Path | None:
    """The folder of PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    name = shutil.which("initdb")
    return Path(name).resolve().parent if name else None


def _as_somebody(*words) -> None:
    """Run a program of PostgreSQL, which refuses to be run by root."""
    before = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    before = before if os.geteuid() == 0 else []
    subprocess.run([*before, *map(str, words)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a database of its own."""
    bin_folder = programs()
    if bin_folder is None:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    folder = Path("/tmp") / f"llmlab-postgres-{os.getpid()}"
    folder.mkdir(mode=0o777)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    control = bin_folder / "pg_ctl"
    try:
        _as_somebody(bin_folder / "initdb", "-D", data, "-U", "teacher", "-A", "trust")
        log = folder / "log"
        _as_somebody(control, "-D", data, "-o", options, "-l", log, "-w", "start")
        yield f"postgresql+psycopg://teacher@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            _as_somebody(control, "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_a_class_is_graded_into_postgres(server, tmp_path, monkeypatch):
    monkeypatch.setenv("LLMLAB_GRADEBOOK_URL", server)
    room = open_room(toy.make_course(tmp_path / "course"))
    release.release(room, toy.CHAPTER)
    file = room.root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    blank = nbformat.read(file, 4)
    toy.submit(room.root, "s01", toy.answered(blank))
    toy.submit(room.root, "s02", toy.answered(blank, "return a + b + 0.5"))
    toy.submit(room.root, "s03", blank)
    students = grade.to_grade(room, toy.CHAPTER)
    assert len(list(grade.grade_all(room, toy.CHAPTER, students, 2))) == 3
    rows = results.load(room, toy.CHAPTER).rows
    assert [(r.student, r.total) for r in rows] == [("s01", 5), ("s02", 3), ("s03", 0)]
    assert not (room.gradebook_folder / "gradebook.db").exists()

    # what a human entered stays when the submission is graded again
    with room.gradebook() as gradebook:
        found = gradebook.find_grade("test1_1_1_add", toy.NAME, toy.CHAPTER, "s02")
        found.manual_score = 1
        gradebook.db.commit()
    grade.grade_one(room, toy.CHAPTER, "s02", force=True)
    assert results.load(room, toy.CHAPTER).row("s02").total == 4
    assert grade.to_grade(room, toy.CHAPTER) == []
