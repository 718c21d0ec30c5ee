"""Build the course: read, check, run, release, translate, and write the pages."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from autograde.build import (
    catalogue,
    course_file,
    glossary,
    lint,
    messages,
    notebook,
    pages,
    source,
    state,
)
from autograde.build.course_file import Contents, Entry
from autograde.build.files import json_bytes, write_if_changed
from autograde.build.section import Section
from autograde.build.settings import SETUP
from autograde.build.source import Source


@dataclass
class Build:
    """One run of the builder; in check mode nothing is written, only compared."""

    root: Path
    check: bool = False
    force: bool = False
    setup: str = SETUP
    echo: Callable[[str], None] = print
    problems: list[str] = field(default_factory=list)
    records: dict = field(default_factory=dict)
    library: str = ""
    titles: catalogue.Translator | None = None
    contents: Contents | None = None

    def emit(self, path: str, data: bytes) -> None:
        """Write a built file; in check mode, note that it differs."""
        target = self.root / path
        if not self.check:
            write_if_changed(target, data)
        elif not target.is_file():
            self.problems.append(f"{path} is missing")
        elif target.read_bytes() != data:
            self.problems.append(f"{path} is out of date: run autograde build")

    def run(self, names: list[str]) -> int:
        """Build these sections, or all; the exit status."""
        self.contents = course_file.read(self.root)
        try:
            chosen = [self.contents.find(name) for name in names]
        except KeyError as error:
            self.echo(f"course.toml lists no section {error.args[0]}")
            return 1
        sources = {e.number: source.read(self.root, e.source) for e in self.built}
        self._lint(sources)
        if self.problems:
            return self._finish()
        self._course(sources)
        reports = [self._messages()]
        self.records = state.read(self.root)
        self.library = state.library_hash(self.root)
        for entry in self.built:
            if not names or entry in chosen:
                reports.append(self._section(entry, sources[entry.number]))
        for entry in chosen:
            if not entry.built:
                self.echo(f"{entry.number} is planned: there is no {entry.source}")
        numbers = [entry.number for entry in self.built]
        self.emit(state.STATE, state.to_bytes(self.records, numbers))
        self._pages()
        if self.check or not self.problems:
            self._translations(reports)
        return self._finish()

    @property
    def built(self) -> list[Entry]:
        """The sections with a source."""
        return self.contents.built

    def _lint(self, sources: dict[str, Source]) -> None:
        found = list(course_file.problems(self.root, self.contents))
        for entry in self.built:
            own = sources[entry.number]
            found += lint.check_source(self.root, entry, own, self.setup)
        found += lint.duplicates(list(sources.values()))
        found += lint.check_tree(self.root, self.contents, list(sources.values()))
        self.problems += map(str, found)

    def _course(self, sources: dict[str, Source]) -> None:
        """`course.json` comes first: running notebooks read it."""
        rows = {number: notebook.exercises(own) for number, own in sources.items()}
        names = {number: notebook.content_hash(own) for number, own in sources.items()}
        data = course_file.course_json(self.contents, rows, names)
        self.emit("lib/llmlab/course.json", json_bytes(data))

    def _messages(self) -> catalogue.Report:
        found = messages.collect(self.root, self.contents)
        old = catalogue.read(self.root / messages.CATALOGUE)
        book = catalogue.renew(old, found)
        self.emit(messages.CATALOGUE, catalogue.to_bytes(book))
        self.emit(messages.COMPILED, catalogue.compiled(book))
        self.titles = catalogue.translator(book)
        return catalogue.report(messages.CATALOGUE, book)

    def _section(self, entry: Entry, own: Source) -> catalogue.Report:
        start = time.perf_counter()
        section = Section(self, entry, own)
        done = section.make()
        seconds = time.perf_counter() - start
        if done:
            self.echo(f"{entry.number} {done} ({seconds:.1f} s)")
        return catalogue.report(entry.catalogue, section.book)

    def _pages(self) -> None:
        readme = self.root / "README.md"
        if readme.is_file():
            text = pages.readme(readme.read_text(encoding="utf-8"), self.contents)
            if text is None:
                note = "README.md has no <!-- map --> and <!-- /map --> lines"
                self.problems += [note] if self.check else []
                self.echo(f"{note}; the map is left out")
            else:
                self.emit("README.md", text.encode())
        notebooks: dict[str, NotebookNode] = {}
        for entry in self.built:
            path = self.root / "solutions" / entry.path
            if path.is_file():
                notebooks[entry.number] = notebook.from_bytes(path.read_bytes())
        text = pages.claims(self.contents, notebooks)
        self.emit("docs/claims.md", text.encode())

    def _translations(self, reports: list[catalogue.Report]) -> None:
        """List what is due; in check mode it counts where it was said to be done."""
        done = {e.catalogue for e in self.built if e.translated}
        if self.contents.translated:
            done.add(messages.CATALOGUE)
        terms = glossary.read(self.root)
        for report in reports:
            for line in report.lines():
                self.echo(line)
            if self.check and report.path in done and not report.is_complete:
                self.problems.append(f"{report.path} is said to be translated")
            book = catalogue.read(self.root / report.path)
            wrong = glossary.check(report.path, book, terms)
            if self.check:
                self.problems += wrong
            else:
                for line in wrong:
                    self.echo(line)

    def _finish(self) -> int:
        for problem in self.problems:
            self.echo(problem)
        return 1 if self.problems else 0


def build(
    root: Path,
    names: list[str] | None = None,
    check: bool = False,
    force: bool = False,
    setup: str = SETUP,
    echo: Callable[[str], None] = print,
) -> int:
    """Build the course below this root; 0 if all went well.

    `setup` is the set-up cell that every notebook must have.
    """
    return Build(root, check, force, setup, echo).run(names or [])
