"""Where things are: the course, the learner's copies, our own bookkeeping."""

import os
from dataclasses import dataclass
from pathlib import Path

import llmlab
from llmlab import course
from llmlab.cli.errors import LearnerError
from llmlab.course import Course, Section
from llmlab.i18n import _


@dataclass(frozen=True)
class Places:
    """The course's folder and the folder a learner works in."""

    root: Path
    work: Path

    @property
    def own(self) -> Path:
        """Our bookkeeping inside the learner's folder."""
        return self.work / ".llmlab"

    @property
    def results(self) -> Path:
        return self.own / "results.jsonl"

    def released(self, name: str) -> Path:
        """The file in notebooks/ that a file in work/ was copied from."""
        return self.root / "notebooks" / name

    def baseline(self, name: str) -> Path:
        """The notebook as it was handed out to this learner."""
        return self.own / "released" / name

    def backup(self, name: str) -> Path:
        """Where a learner's notebook goes before it is replaced."""
        return self.own / "backup" / name

    def shown(self, path: Path) -> str:
        """A path as short as it is useful: from where the learner stands."""
        for base in (Path.cwd(), self.root):
            try:
                return str(Path(path).relative_to(base))
            except ValueError:
                continue
        return str(path)


def find(work: Path | None = None) -> Places:
    """The places in use: `--work`, else LLMLAB_WORK, else `work/` in the course."""
    root = _root()
    chosen = work or os.environ.get("LLMLAB_WORK") or root / "work"
    return Places(root, Path(os.path.abspath(Path(chosen).expanduser())))


def _root() -> Path:
    """The course's folder: where the package is installed from, else here or above."""
    installed = Path(llmlab.__file__).resolve().parents[2]
    named = os.environ.get("LLMLAB_ROOT")
    candidates = (
        [Path(named)] if named else [installed, Path.cwd(), *Path.cwd().parents]
    )
    for folder in candidates:
        if (folder / "notebooks").is_dir():
            return folder
    text = _(
        "The course's notebooks were not found. Run this in the course's folder, the "
        "one with README.md and notebooks/."
    )
    raise LearnerError(text)


def load_course() -> Course:
    """The table of contents, or what to do if it is missing."""
    try:
        return course.load()
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = _(
            "The list of sections cannot be read ({reason}). Get the course's files "
            "again (`git checkout lib/llmlab/course.json`), or run `make build`."
        )
        raise LearnerError(text.format(reason=error)) from error


def find_section(name: str) -> Section:
    """The section that a learner means by "24.2", a slug or a file name."""
    contents = load_course()
    wanted = name.strip().rstrip("/").removeprefix("§").strip()
    try:
        section = contents.section(wanted)
    except KeyError:
        there = ", ".join(s.number for s in contents.sections if s.built)
        text = _("There is no section {name}. There are: {there}.")
        raise LearnerError(text.format(name=name, there=there), 2) from None
    if not section.built:
        text = _("Section {number}, {title}, is planned but not written yet.")
        text = text.format(number=section.number, title=_(section.title))
        raise LearnerError(text, 2)
    return section


def file_name(section: Section, language: str) -> str:
    """Path of a section's notebook below work/ or notebooks/, in an edition."""
    return f"zh/{section.path}" if language == "zh" else section.path
