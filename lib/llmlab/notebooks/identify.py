"""Which section a notebook belongs to, whatever the file is called."""

import re
from collections import Counter

from nbformat import NotebookNode

from llmlab.course import Course, Section
from llmlab.notebooks import problems as say
from llmlab.notebooks.cells import facts, grade_id
from llmlab.notebooks.problems import Problem

# what JupyterLab, browsers and `llmlab lab` add to a name: -Copy1, (1), .v0.2.0-1a2b3c
_ADDED = re.compile(r"(-Copy\d*| ?\(\d+\)|\.v[\w.]+-[0-9a-f]{4,})+$")


def identify(
    nb: NotebookNode, name: str, course: Course
) -> tuple[Section | None, Problem | None]:
    """The notebook's section, and a Problem if the file has another name.

    Its own metadata decides, then its graded cells, then the file's name.
    """
    section = _by_metadata(nb, course) or _by_cells(nb, course)
    stem = _stem(name)
    if section is None:
        return _named(stem, course), None
    if stem == section.slug:
        return section, None
    proper = section.slug + ".ipynb"
    return section, say.renamed(name, proper)


def _stem(name: str) -> str:
    stem = name.removesuffix(".ipynb")
    return _ADDED.sub("", stem)


def _named(name: str, course: Course) -> Section | None:
    return next((s for s in course.sections if s.slug == name), None)


def _by_metadata(nb: NotebookNode, course: Course) -> Section | None:
    number = facts(nb).get("section")
    return next((s for s in course.sections if s.number == number), None)


def _by_cells(nb: NotebookNode, course: Course) -> Section | None:
    owners = {
        cell: section
        for section in course.sections
        for exercise in section.exercises
        for cell in (exercise.answer, exercise.test)
    }
    found = Counter(
        owners[grade_id(cell)].number for cell in nb.cells if grade_id(cell) in owners
    )
    if not found:
        return None
    number = found.most_common(1)[0][0]
    return next(s for s in course.sections if s.number == number)
