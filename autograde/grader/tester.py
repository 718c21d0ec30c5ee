"""A process for one job: it holds the tests, and judges what the student's sends."""

import resource
import socket
from contextlib import suppress

import nbformat

from autograde.classroom import notes

from . import wire
from .limits import Limits
from .link import Broken
from .notebook import Run

MEMORY = 8 * 2**30


def main(sock: socket.socket) -> None:
    """Take one job from the host, do it, send the answer back."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # a huge value that comes back must not take the machine with it
    with suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
    _data, [control], _flags, _address = socket.recv_fds(sock, 1, 1)
    with socket.socket(fileno=control) as zygote:
        job = wire.receive(sock)
        try:
            answer = JOBS[job["do"]](job, zygote)
        except Broken as error:
            answer = {"broken": str(error)}
    wire.send(sock, answer)


def run_notebook(job: dict, control: socket.socket) -> dict:
    """Run one prepared notebook; its text with outputs, and what was noticed."""
    nb = nbformat.reads(job["nb"], as_version=4)
    run = Run(
        nb,
        control=control,
        setup=job["setup"],
        limits=Limits.of(job["limits"]),
        seed=job["seed"],
        files=job["files"],
        language=job["language"],
    )
    with notes.speaking(job["language"]):
        run.run()
    return {"nb": nbformat.writes(nb), **report(run)}


def report(run: Run) -> dict:
    """What a run noticed, as plain data."""
    return {
        "notes": run.notes,
        "flags": list(dict.fromkeys(run.flags)),
        "exercises": run.exercises,
        "student_cpu": run.student_cpu,
        "tester_cpu": run.tester_cpu,
        "starts": run.starts,
    }


def grade_submission(job: dict, control: socket.socket) -> dict:
    """Grade one student's chapter from its folder."""
    from .submission import grade

    return grade(job, control)


JOBS = {"notebook": run_notebook, "submission": grade_submission}
