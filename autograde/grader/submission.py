"""Grade one student's chapter: read, mend, run, write the results, each file whole.

Runs in a tester's process. The student's folder is only read. What comes out are the
graded notebooks and one file of results, written last: it alone says that all is done.
"""

import hashlib
import hmac
import json
import os
import secrets
import shutil
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat.v4

from autograde.classroom import notes
from autograde.classroom.adopt import find_notebooks, plain_files
from llmlab.i18n import _

from . import notebook, tester
from .limits import Limits
from .mend import grade_id, mended, released_reader, restore

MOST_FILES, MOST_BYTES = 200, 20 * 2**20
# when it was handed in, and the name under which its feedback is given back
KEPT = ("timestamp.txt", "submission_secret.txt")
GRADED, FAILED, UNREADABLE = "graded", "failed", "unreadable"


def grade(job: dict, control: socket.socket) -> dict:
    """Grade the submission in `folder`; the results, which are also written.

    `chapter` names the file with what `describe` says; `out` the folder for graded
    notebooks; `result` the file for the results; `stamp` what they are the results of.
    """
    begin = time.monotonic()
    known = json.loads(Path(job["chapter"]).read_text(encoding="utf-8"))
    folder, out = Path(job["folder"]), Path(job["out"])
    wanted = {name: info["wanted"] for name, info in known["notebooks"].items()}
    found = find_notebooks(folder, wanted)
    result = {
        "student": job["student"],
        "chapter": known["chapter"],
        "id": secrets.token_hex(8),
        "stamp": job["stamp"],
        "release": known["release"],
        "sandbox": job["sandbox"],
        "timestamp": _small(folder / "timestamp.txt"),
        "state": GRADED,
        "reason": "",
        "notebooks": {},
    }
    for left in (
        *out.parent.glob(f"{out.name}.*.tmp"),
        *out.parent.glob(f"{out.name}.*.old"),
    ):
        shutil.rmtree(left, ignore_errors=True)  # of a run that was killed
    draft = out.with_name(f"{out.name}.{os.getpid()}.tmp")
    draft.mkdir(parents=True)
    if not found:
        result["state"] = FAILED
        result["reason"] = _("The submission holds no notebook of this chapter.")
    deadline = begin + Limits.of(known["limits"]).submission_seconds
    for name, info in known["notebooks"].items():
        if name in found:
            row = _one(known, info, name, found[name], job, control, deadline, draft)
        else:
            row = _missing(info)
        result["notebooks"][name] = row
        if row["unreadable"]:
            result["state"], result["reason"] = UNREADABLE, row["unreadable"]
    for name in KEPT:
        text = _small(folder / name)
        if text:
            (draft / name).write_text(text, encoding="utf-8")
    _replace(draft, out, keep=result["state"] != FAILED)
    result["seconds"] = round(time.monotonic() - begin, 3)
    result["time"] = datetime.now(UTC).isoformat(timespec="seconds")
    write_whole(Path(job["result"]), json.dumps(result, ensure_ascii=False))
    return {"state": result["state"], "reason": result["reason"]}


def _small(file: Path) -> str:
    """One of the exchange's own small files; empty if it is not there."""
    if not file.is_file() or file.is_symlink():
        return ""
    with file.open(encoding="utf-8", errors="replace") as stream:
        return stream.read(200).strip()


def _one(known, info, name, path, job, control, deadline, draft: Path) -> dict:
    begin = time.monotonic()
    nb = restore(mended(path, released_reader(info["released"])), info["wanted"])
    record = notes.record(nb)
    language = notes.language(nb)
    with notes.speaking(language):
        if notes.unreadable(nb):
            notebook.fail_all(nb, notes.unreadable(nb))
            said = {"notes": [], "flags": [], "exercises": {}}
            said |= {"student_cpu": 0.0, "tester_cpu": 0.0, "starts": 0}
        else:
            run = notebook.Run(
                nb,
                control=control,
                setup=info["setup"],
                limits=Limits.of(known["limits"]),
                seed=_seed(known, name, job),
                files=own_files(Path(job["folder"])),
                language=language,
                deadline=deadline,
            )
            run.run()
            said = tester.report(run)
    for text in said["notes"]:
        notes.add(nb, text)
    record["exercises"], record["flags"] = said["exercises"], said["flags"]
    record["sandbox"] = job["sandbox"]
    record["seconds"] = round(time.monotonic() - begin, 3)
    (draft / f"{name}.ipynb").write_text(_text(nb), encoding="utf-8")
    return {
        "points": {grade_id(c): points(c, info["wanted"]) for c in _graded(nb)},
        "unanswered": _unanswered(nb, info["wanted"]),
        "unreadable": notes.unreadable(nb),
        "notes": notes.notes(nb),
        "flags": said["flags"],
        "exercises": said["exercises"],
        "seconds": record["seconds"],
        "student_cpu": round(said["student_cpu"], 3),
        "tester_cpu": round(said["tester_cpu"], 3),
    }


def _text(nb) -> str:
    """A notebook as text. Cells were checked one by one when they were mended.

    On one line: with an indent, Python writes JSON many times slower.
    """
    return nbformat.v4.writes(nb, indent=None) + "\n"


def _missing(info: dict) -> dict:
    """A notebook that was not handed in: no points, nothing to be looked at."""
    wanted = info["wanted"]
    names = [name for name, cell in wanted.items() if cell["metadata"]["grade"]]
    return {
        "points": dict.fromkeys(names, 0.0),
        "unanswered": [n for n, c in wanted.items() if c["metadata"]["solution"]],
        "unreadable": "",
        "notes": [],
        "flags": [],
        "exercises": {},
        "seconds": 0.0,
        "student_cpu": 0.0,
        "tester_cpu": 0.0,
    }


def _graded(nb) -> list:
    return [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade")]


def points(cell, wanted: dict) -> float | None:
    """A graded cell's points, by nbgrader's rule; None for a human to decide.

    A test cell that stopped with an error has none, another one all of them. An answer
    that a human grades has none if it was left as it was handed out.
    """
    row = cell.metadata["nbgrader"]
    if row["solution"] or cell.cell_type != "code":
        blank = wanted[row["grade_id"]]["source"] == cell.source
        return 0.0 if row["solution"] and blank else None
    return 0.0 if notebook.failed(cell) else float(row["points"])


def _unanswered(nb, wanted: dict) -> list[str]:
    """Answers that are still as they were handed out."""
    return [
        name
        for cell in nb.cells
        if (name := grade_id(cell)) in wanted
        and wanted[name]["metadata"]["solution"]
        and wanted[name]["source"] == cell.source
    ]


def own_files(folder: Path) -> dict[str, bytes]:
    """Helper modules and data that lie beside the notebook, within bounds."""
    files, size = {}, 0
    for path in plain_files(folder)[:MOST_FILES]:
        if path.suffix == ".ipynb" or path.name in KEPT:
            continue
        size += path.stat().st_size
        if size > MOST_BYTES:
            break
        files[str(path.relative_to(folder))] = path.read_bytes()
    return files


def _seed(known: dict, name: str, job: dict) -> int:
    """Fresh inputs: the same for the same submission, unknown to everybody."""
    words = f"{known['chapter']}/{name}/{job['student']}/{job['stamp']}".encode()
    found = hmac.new(bytes.fromhex(known["secret"]), words, hashlib.sha256)
    return int.from_bytes(found.digest()[:6], "big")


def _replace(draft: Path, out: Path, keep: bool) -> None:
    """Put the new folder in the old one's place; it is never half there."""
    old = out.with_name(f"{out.name}.{os.getpid()}.old")
    if out.exists():
        out.rename(old)
    if keep:
        draft.rename(out)
    else:
        shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def write_whole(file: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all, whenever we are stopped."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, file)
