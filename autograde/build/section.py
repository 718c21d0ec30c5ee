"""Build one section: its catalogue, solution, student notebooks in two languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat.notebooknode import NotebookNode

from autograde.build import catalogue, figures, notebook, state, translate
from autograde.build.course_file import Entry
from autograde.build.files import digest
from autograde.build.settings import CODE_STUBS
from autograde.build.source import Source
from autograde.build.translate import Message

if TYPE_CHECKING:
    from autograde.build.run import Build


class Section:
    """One section on its way from the source to its notebooks."""

    def __init__(self, build: Build, entry: Entry, source: Source) -> None:
        self.build, self.entry, self.source = build, entry, source
        self.pictures = {
            path: (build.root / path).read_bytes()
            for path in sorted(set(figures.used(source.text)))
        }
        old = catalogue.read(build.root / entry.catalogue)
        found = translate.collect(source, self.drawings)
        self.book = catalogue.renew(old, found)
        self.record = build.records.get(entry.number, {})
        self.files: dict[str, str] = {}

    @property
    def drawings(self) -> dict[str, str]:
        """The SVG figures as text, by path."""
        return {
            path: data.decode()
            for path, data in self.pictures.items()
            if Path(path).suffix == ".svg"
        }

    def make(self) -> str:
        """Build what is out of date; says what was done, nothing if it failed."""
        self.build.emit(self.entry.catalogue, catalogue.to_bytes(self.book))
        if not self.build.check and not self.build.force and self._is_current():
            return "up to date"
        before = len(self.build.problems)
        solution = self._solution()
        if solution is None:
            return ""
        self._emit(f"solutions/{self.entry.path}", solution)
        self._release(solution, f"notebooks/{self.entry.path}", "en")
        self._release(self._chinese(), f"notebooks/zh/{self.entry.path}", "zh")
        self.build.records[self.entry.number] = {
            "inputs": self._inputs(),
            "run": self._run_key(),
            "files": self.files,
        }
        if len(self.build.problems) > before:
            return ""
        if self.build.check:
            return "checked"
        return "built, outputs kept" if self.kept else "built"

    def _is_current(self) -> bool:
        same = self.record.get("inputs") == self._inputs()
        return same and state.intact(self.build.root, self.record)

    def _emit(self, path: str, data: bytes) -> None:
        self.files[path] = state.file_hash(data)
        self.build.emit(path, data)

    def _run_key(self) -> str:
        """Hash of what the outputs depend on."""
        code = [cell.text for cell in self.source.cells if cell.is_code]
        rows = notebook.exercises(self.source)
        return digest(json.dumps([code, rows]), self.build.library)

    def _inputs(self) -> str:
        """Hash of everything that the section's files depend on."""
        contents, titles = self.build.contents, self._titles()
        return digest(
            self._run_key(),
            self.source.text,
            repr((self.entry, contents.neighbours(self.entry), contents.version)),
            repr(sorted(titles.items())),
            *(part for item in self.pictures.items() for part in item),
            catalogue.to_bytes(self.book),
            state.builder_hash(),
        )

    def _titles(self) -> dict[str, str]:
        tell = self.build.titles
        return {
            entry.title: tell(Message(entry.title, ""))
            for entry in self.build.contents.neighbours(self.entry)
            if entry
        }

    def _assemble(self, source: Source, language: str) -> NotebookNode:
        pictures, titles = self.pictures, {}
        if language == "zh":
            tell = catalogue.translator(self.book)
            titles = self._titles()
            pictures = {
                **pictures,
                **{
                    path: translate.translate_drawing(path, drawing, tell).encode()
                    for path, drawing in self.drawings.items()
                },
            }
        return notebook.assemble(
            self.build.contents, self.entry, source, pictures, language, titles
        )

    def _solution(self) -> bytes | None:
        """The solution, with the outputs of this run or of the last one."""
        fresh = self._assemble(self.source, "en")
        old = self._last_run()
        self.kept = old is not None and not self.build.force
        if self.kept:
            notebook.keep_outputs(fresh, old)
        elif self.build.check:
            self.build.problems.append(self._why_not_kept())
            return None
        elif not self._execute(fresh):
            return None
        return notebook.to_bytes(fresh)

    def _last_run(self) -> NotebookNode | None:
        """The last solution, if it is undamaged and its outputs still hold."""
        path = f"solutions/{self.entry.path}"
        wanted = self.record.get("files", {}).get(path)
        file = self.build.root / path
        if self.record.get("run") != self._run_key() or not file.is_file():
            return None
        data = file.read_bytes()
        return notebook.from_bytes(data) if state.file_hash(data) == wanted else None

    def _why_not_kept(self) -> str:
        path = f"solutions/{self.entry.path}"
        if not (self.build.root / path).is_file():
            return f"{path} is missing"
        if self.record.get("run") == self._run_key():
            return f"{path} is damaged: it is not what the builder wrote"
        why = "its code, the library or the lock changed since it was run"
        return f"{path} must be run again: {why}"

    def _execute(self, fresh: NotebookNode) -> bool:
        from autograde.build.execute import execute

        problems = execute(self.build.root, fresh, self.source)
        self.build.problems += map(str, problems)
        return not problems

    def _chinese(self) -> bytes:
        tell = catalogue.translator(self.book)
        return notebook.to_bytes(
            self._assemble(translate.translate(self.source, tell), "zh")
        )

    def _release(self, solution: bytes, path: str, language: str) -> None:
        from autograde.build.release import ReleaseError, release

        try:
            stub = CODE_STUBS[language]
            data = release(solution, self.entry.chapter, self.entry.slug, stub)
        except ReleaseError as error:
            self.build.problems.append(f"{self.entry.source}:1: nbgrader: {error}")
        else:
            self._emit(path, data)
