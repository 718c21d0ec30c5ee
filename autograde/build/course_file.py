"""Read `course.toml`, the one table of contents, and make `course.json` from it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

SECTION_KEYS = {
    "number", "slug", "title", "points", "minutes", "needs", "translated"
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One section of `course.toml`; it is built if its source file exists."""

    number: str
    slug: str
    title: str
    chapter: str
    chapter_title: str
    points: float
    minutes: int
    needs: tuple[str, ...]
    translated: bool
    built: bool

    @property
    def path(self) -> str:
        """Path of the notebook below `solutions/` or `notebooks/`."""
        return f"{self.chapter}/{self.slug}.ipynb"

    @property
    def source(self) -> str:
        """Path of the source file from the root."""
        return f"solutions/{self.chapter}/{self.slug}.py"

    @property
    def catalogue(self) -> str:
        """Path of the Chinese catalogue from the root."""
        return f"locale/zh_CN/{self.slug}.po"


@dataclass(frozen=True)
class Contents:
    """The whole table of contents."""

    id: str
    title: str
    version: str
    translated: bool
    chapters: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]

    @property
    def built(self) -> list[Entry]:
        """The sections that have a source file, in reading order."""
        return [entry for entry in self.entries if entry.built]

    def find(self, name: str) -> Entry:
        """The section with this number, slug, or file name. Errors: KeyError."""
        wanted = Path(name).stem
        for entry in self.entries:
            if name == entry.number or wanted == entry.slug:
                return entry
        raise KeyError(name)

    def neighbours(self, entry: Entry) -> tuple[Entry | None, Entry | None]:
        """The nearest built sections before and after this one."""
        place = self.entries.index(entry)
        before = [e for e in self.entries[:place] if e.built]
        after = [e for e in self.entries[place + 1 :] if e.built]
        return (before[-1] if before else None, after[0] if after else None)


def read(root: Path) -> Contents:
    """Read `course.toml` below the root."""
    data = tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
    entries, chapters = [], []
    for chapter in data.get("chapter", []):
        chapters.append((chapter["id"], chapter["title"]))
        for row in chapter.get("section", []):
            entries.append(_entry(root, chapter, row))
    course = data["course"]
    return Contents(
        course["id"],
        course["title"],
        course["version"],
        course.get("translated", False),
        tuple(chapters),
        tuple(entries),
    )


def _entry(root: Path, chapter: dict, row: dict) -> Entry:
    source = root / "solutions" / chapter["id"] / f"{row['slug']}.py"
    return Entry(
        row["number"],
        row["slug"],
        row["title"],
        chapter["id"],
        chapter["title"],
        row.get("points", 0),
        row.get("minutes", 0),
        tuple(row.get("needs", ())),
        row.get("translated", False),
        source.is_file(),
    )


def problems(root: Path, contents: Contents) -> list[str]:
    """What is wrong in `course.toml` itself, one line each."""
    text = (root / "course.toml").read_text(encoding="utf-8")
    found = []
    for _chapter, row in _rows(tomllib.loads(text)):
        for key in sorted(set(row) - SECTION_KEYS):
            found.append((row["number"], f"unknown key {key}"))
        for needed in row.get("needs", ()):
            if needed not in {entry.number for entry in contents.entries}:
                found.append((row["number"], f"needs {needed}, which is not listed"))
    for field in ("number", "slug"):
        values = [getattr(entry, field) for entry in contents.entries]
        for value in sorted({v for v in values if values.count(v) > 1}):
            found.append((value, f"the {field} {value} is listed twice"))
    return [f"course.toml:{_line(text, key)}: {what}" for key, what in found]


def _rows(data: dict) -> list[tuple[dict, dict]]:
    return [(c, row) for c in data.get("chapter", []) for row in c.get("section", [])]


def _line(text: str, value: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if f'"{value}"' in line:
            return number
    return 1


def course_json(contents: Contents, exercises: dict, hashes: dict) -> dict:
    """The content of `lib/llmlab/course.json`.

    `exercises` and `hashes` go by section number and exist for built sections.
    """
    chapters = []
    for chapter, title in contents.chapters:
        own = [entry for entry in contents.entries if entry.chapter == chapter]
        sections = [
            {
                "number": entry.number,
                "slug": entry.slug,
                "title": entry.title,
                "points": entry.points,
                "minutes": entry.minutes,
                "needs": list(entry.needs),
                "built": entry.built,
                "exercises": exercises.get(entry.number, []),
                "hash": hashes.get(entry.number, ""),
            }
            for entry in own
        ]
        chapters.append({"id": chapter, "title": title, "sections": sections})
    return {
        "version": contents.version,
        "id": contents.id,
        "title": contents.title,
        "chapters": chapters,
    }
