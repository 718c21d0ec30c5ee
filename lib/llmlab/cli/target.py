"""Find the notebook a learner means by "24.2", a file name, or nothing at all."""

from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from llmlab.cli import places
from llmlab.cli.errors import LearnerError
from llmlab.cli.places import Places
from llmlab.course import Section
from llmlab.i18n import _, language
from llmlab.notebooks import Problem, UnreadableNotebook, identify, read
from llmlab.notebooks.cells import facts

UNREADABLE = 2


@dataclass(frozen=True)
class Target:
    """A learner's notebook with the section and edition it belongs to."""

    path: Path
    nb: NotebookNode
    section: Section
    language: str
    renamed: Problem | None = None

    @property
    def name(self) -> str:
        """Its proper path below work/ and notebooks/."""
        return places.file_name(self.section, self.language)


def find_target(where: Places, wanted: str | None) -> Target:
    """The notebook to check, read. Errors: LearnerError with code 2."""
    if wanted is None:
        return open_target(where, _last_changed(where))
    as_file = Path(wanted).expanduser()
    if as_file.suffix == ".ipynb":
        for path in (as_file, where.work / as_file):
            if path.is_file():
                return open_target(where, path)
    section = places.find_section(wanted)
    return open_target(where, find_path(where, section))


def notebooks_in(where: Places) -> list[Path]:
    """The learner's notebooks, without checkpoints and our bookkeeping."""
    found = where.work.rglob("*.ipynb")
    return [
        path
        for path in sorted(found)
        if not any(p.startswith(".") for p in path.relative_to(where.work).parts)
    ]


def _last_changed(where: Places) -> Path:
    found = notebooks_in(where)
    if not found:
        text = _("There is no notebook in {folder} yet. `llmlab lab` puts them there.")
        raise LearnerError(text.format(folder=where.shown(where.work)), UNREADABLE)
    return max(found, key=lambda path: path.stat().st_mtime)


def find_path(where: Places, section: Section) -> Path:
    """The learner's copy of a section, even if it was renamed or moved."""
    other = "en" if language() == "zh" else "zh"
    for edition in (language(), other):
        path = where.work / places.file_name(section, edition)
        if path.is_file():
            return path
    for path in notebooks_in(where):
        try:
            if identify(read(path), path.name, places.load_course())[0] == section:
                return path
        except UnreadableNotebook:
            continue
    text = _(
        "There is no notebook of {number} in {folder}. `llmlab lab` puts it there."
    )
    text = text.format(number=section.number, folder=where.shown(where.work))
    raise LearnerError(text, UNREADABLE)


def open_target(where: Places, path: Path) -> Target:
    """Read a notebook and find out whose it is."""
    contents = places.load_course()
    try:
        nb = read(path)
    except UnreadableNotebook as error:
        text = error.message + "\n" + way_back(where, path)
        raise LearnerError(text, UNREADABLE) from error
    section, renamed = identify(nb, path.name, contents)
    if section is None or not section.built:
        text = _("{name} is not a notebook of this course.")
        raise LearnerError(text.format(name=path.name), UNREADABLE)
    return Target(path, nb, section, _edition(where, path, nb), renamed)


def _edition(where: Places, path: Path, nb: NotebookNode) -> str:
    said = facts(nb).get("language")
    if said in ("en", "zh"):
        return said
    return "zh" if (where.work / "zh") in path.resolve().parents else "en"


def way_back(where: Places, path: Path) -> str:
    """Where an older copy of a damaged notebook is, and how to take it."""
    checkpoint = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
    candidates = [checkpoint, *where.own.glob(f"backup/**/{path.stem}-*.ipynb")]
    good = sorted(filter(_readable, candidates), key=lambda p: p.stat().st_mtime)
    blank = _("`llmlab reset {name}` gives you a blank notebook and keeps this file.")
    lines = []
    if good:
        text = _("An older copy of yours is {copy}. To take it: copy it over {path}.")
        lines.append(text.format(copy=where.shown(good[-1]), path=where.shown(path)))
    return "\n".join([*lines, blank.format(name=path.stem)])


def _readable(path: Path) -> bool:
    try:
        return bool(read(path).cells)
    except UnreadableNotebook:
        return False


def released_notebook(where: Places, target: Target) -> NotebookNode:
    """The notebook as it is handed out now."""
    try:
        return read(where.released(target.name))
    except UnreadableNotebook as error:
        text = _("The notebook handed out cannot be read. {reason}")
        raise LearnerError(text.format(reason=error.message), UNREADABLE) from error
