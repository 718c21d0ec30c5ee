"""Copy released notebooks into work/, never over what a learner changed."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from llmlab.cli import files
from llmlab.cli.errors import LearnerError
from llmlab.cli.places import Places
from llmlab.i18n import _
from llmlab.notebooks import UnreadableNotebook, parse
from llmlab.notebooks.cells import facts


@dataclass(frozen=True)
class Step:
    """One thing that was done: "new", "again", "updated" or "beside"."""

    kind: str
    name: str
    beside: str = ""


def editions(places: Places, language: str) -> list[str]:
    """Names of all released notebooks in one language, in order."""
    folder = places.root / "notebooks"
    start = folder / "zh" if language == "zh" else folder
    found = []
    for path in sorted(start.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        if ".ipynb_checkpoints" in parts or (language != "zh" and parts[0] == "zh"):
            continue
        found.append("/".join(parts))
    return found


def hand_out(places: Places, language: str) -> list[Step]:
    """Bring work/ up to date with the release; say what was done to each notebook.

    Errors: LearnerError if a file cannot be written; nothing of the learner's is lost.
    """
    steps = [_hand_out(places, name) for name in editions(places, language)]
    return [step for step in steps if step]


def _hand_out(places: Places, name: str) -> Step | None:
    target, kept = places.work / name, places.baseline(name)
    released = places.released(name).read_bytes()
    mine, baseline = _bytes(target), _bytes(kept)
    if mine is None:
        files.write(target, released)
        files.write(kept, released)
        return Step("new" if baseline is None else "again", name)
    if released in (mine, baseline):
        if baseline != released:
            files.write(kept, released)
        return None
    if baseline is None and _release_hash(mine) == _release_hash(released):
        # our bookkeeping was deleted, the work was not
        files.write(kept, released)
        return None
    if baseline is not None and _untouched(mine, baseline):
        files.write(target, released)
        files.write(kept, released)
        return Step("updated", name)
    beside = beside_name(name, released)
    if not (places.work / beside).exists():
        files.write(places.work / beside, released)
    files.write(kept, released)
    return Step("beside", name, beside)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        text = _("{path} cannot be read: {reason}.")
        text = text.format(path=path, reason=error.strerror or error)
        raise LearnerError(text) from error


def beside_name(name: str, released: bytes) -> str:
    """Name of a new release that is put beside a learner's notebook."""
    told = _facts(released)
    version = told.get("version", "new")
    digest = told.get("hash") or hashlib.sha256(released).hexdigest()
    return f"{name.removesuffix('.ipynb')}.v{version}-{digest[:6]}.ipynb"


def _facts(data: bytes) -> dict:
    try:
        return facts(parse(data, ""))
    except UnreadableNotebook:
        return {}


def _release_hash(data: bytes) -> str | None:
    return _facts(data).get("hash")


def _untouched(mine: bytes, baseline: bytes) -> bool:
    """True if a notebook was opened and saved at most: same cells, same outputs."""
    return mine == baseline or _work(mine) == _work(baseline)


def _work(data: bytes) -> str:
    """What a person would miss: texts, code, outputs and pictures.

    A file that cannot be read is compared byte by byte, so it counts as changed.
    """
    try:
        cells = parse(data, "").cells
    except UnreadableNotebook:
        return repr(data)
    keys = ("cell_type", "source", "outputs", "attachments")
    return json.dumps([[cell.get(key) or None for key in keys] for cell in cells])


def describe(steps: list[Step], places: Places) -> list[str]:
    """What was done, one line for a kind of step or for a notebook."""
    lines = []
    new = [step for step in steps if step.kind == "new"]
    if new:
        text = _("New notebooks in {folder}: {count}.")
        lines.append(text.format(count=len(new), folder=places.shown(places.work)))
    texts = {
        "again": _("{name} was missing and was copied again."),
        "updated": _("{name} was updated (you had not changed it)."),
        "beside": _(
            "{name}: there is a new release. Your copy was left as it is; the new one "
            "is beside it, as {beside}."
        ),
    }
    for step in steps:
        if step.kind in texts:
            beside = step.beside.rpartition("/")[2]
            lines.append(texts[step.kind].format(name=step.name, beside=beside))
    return lines or [_("Your notebooks are up to date.")]
