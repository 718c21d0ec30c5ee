"""The table of contents: chapters, sections, exercises and their points.

`autograde build` writes `course.json` from `course.toml` and from the notebooks'
sources, so that this module, README's map and the graded points never disagree.
"""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

COURSE_FILE = Path(__file__).with_name("course.json")


@dataclass(frozen=True)
class Exercise:
    """One graded exercise: a cell to write and the cell that tests it."""

    number: str
    name: str
    points: float
    answer: str
    test: str
    section: str


@dataclass(frozen=True)
class Section:
    """One notebook of the course; `hash` names the released content."""

    number: str
    slug: str
    title: str
    chapter: str
    points: float = 0
    minutes: int = 0
    needs: tuple[str, ...] = ()
    built: bool = False
    hash: str = ""
    exercises: tuple[Exercise, ...] = ()

    @property
    def path(self) -> str:
        """Path of the notebook below `notebooks/` or `work/`."""
        return f"{self.chapter}/{self.slug}.ipynb"


@dataclass(frozen=True)
class Chapter:
    """One chapter, which nbgrader calls an assignment."""

    id: str
    title: str
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Course:
    """The whole table of contents."""

    version: str
    id: str
    title: str
    chapters: tuple[Chapter, ...] = field(default=())

    def section(self, name: str) -> Section:
        """The section with this number, slug or file name.

        Errors: KeyError if there is none.
        """
        wanted = Path(str(name)).stem
        for section in self.sections:
            if str(name) == section.number or wanted == section.slug:
                return section
        raise KeyError(name)

    def exercise(self, number: str) -> Exercise:
        """The exercise with this number, for example "24.2.3".

        Errors: KeyError if there is none.
        """
        for section in self.sections:
            for exercise in section.exercises:
                if exercise.number == number:
                    return exercise
        raise KeyError(number)

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in reading order."""
        return tuple(s for chapter in self.chapters for s in chapter.sections)


def parse(data: dict) -> Course:
    """Build a Course from the content of `course.json`."""
    chapters = []
    for chapter in data["chapters"]:
        sections = []
        for row in chapter["sections"]:
            row = {**row, "chapter": chapter["id"]}
            row["needs"] = tuple(row.get("needs", ()))
            row["exercises"] = tuple(
                Exercise(**exercise, section=row["number"])
                for exercise in row.get("exercises", ())
            )
            sections.append(Section(**row))
        chapters.append(Chapter(chapter["id"], chapter["title"], tuple(sections)))
    return Course(data["version"], data["id"], data["title"], tuple(chapters))


@lru_cache
def load() -> Course:
    """The course as installed."""
    return parse(json.loads(COURSE_FILE.read_text(encoding="utf-8")))


def section(name: str) -> Section:
    """The installed course's section with this number, slug or file name."""
    return load().section(name)


def exercise(number: str) -> Exercise:
    """The installed course's exercise with this number."""
    return load().exercise(number)
