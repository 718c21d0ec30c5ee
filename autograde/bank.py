"""Run banked answers against a section's test cells, in this process and fast.

The author's other cells stand around the answer, as in a learner's notebook that is
right everywhere else. Nothing is recorded, nothing is printed.
"""

import contextlib
import functools
import io
import itertools
import linecache
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from autograde.build import settings, source
from llmlab import check, course

_HIDDEN = re.compile(
    rf"^[ \t]*{settings.BEGIN_HIDDEN}.*?{settings.END_HIDDEN}[^\n]*\n?", re.M | re.S
)
_ANSWER = re.compile(
    rf"^([ \t]*){settings.BEGIN_SOLUTION}.*?{settings.END_SOLUTION}[^\n]*", re.M | re.S
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_count = itertools.count(1)


class BrokenTest(RuntimeError):
    """A test cell stopped without a verdict: it is the cell that is wrong."""


@dataclass(frozen=True)
class Verdict:
    """What a test cell said about an answer.

    `mistake` is the id that was reported, None if it passed. `drawn` says whether the
    test has floating-point inputs, so that the dtype of a run matters.
    """

    passed: bool
    mistake: str | None
    message: str
    seconds: float
    drawn: bool = False


@dataclass(frozen=True)
class Part:
    """An exercise's cells: the author's answer, the stub, the test."""

    number: str
    name: str
    answer: str
    test: str

    @property
    def blank(self) -> str:
        """The cell as handed out."""
        return _ANSWER.sub(_stub, self.answer)

    def cell(self, hidden: bool) -> str:
        """The test cell, with or without its hidden tests."""
        return self.test if hidden else _HIDDEN.sub("", self.test)


def _stub(found: re.Match) -> str:
    """The stub's lines at the answer's indent."""
    lines = settings.CODE_STUB.splitlines()
    return "\n".join(found.group(1) + line for line in lines)


class Stage:
    """One section's notebook, ready to have any of its answers replaced."""

    def __init__(self, section: course.Section, root: Path | None = None):
        root = root or settings.find_root()
        path = f"solutions/{section.chapter}/{section.slug}.py"
        read = source.read(root, path)
        if read.problems:
            raise ValueError("\n".join(map(str, read.problems)))
        cells = {cell.id: cell.text for cell in read.cells if cell.id}
        self.parts = {
            e.number: Part(e.number, e.name, cells[e.answer], cells[e.test])
            for e in section.exercises
        }
        self.given = [cell.text for cell in _given(read)]
        self.setup: dict = {"__name__": "__main__"}
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in read.of_kind("setup") + _given(read):
                exec(compiled(cell.text, "set-up"), self.setup)
        self.last: dict = {}

    def run(
        self,
        number: str,
        answer: str | None = None,
        *,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
        hidden: bool = True,
    ) -> Verdict:
        """Put an answer into the exercise's cell and run its test cell.

        Without an answer it is the author's own. `hidden=False` runs the test as
        handed out. Errors: BrokenTest if the test cell gives no verdict.
        """
        names = self.last = dict(self.setup)
        for number_given, text in enumerate(self.given, 1):
            # here and not once for all: a function's globals are its notebook's names
            exec(_kept(text, f"given {number_given}"), names)
        for other in self.parts.values():
            exec(_kept(other.answer, other.name), names)
        if answer is not None:
            exec(compiled(answer, number), names)
        test = _kept(self.parts[number].cell(hidden), f"test of {number}")
        begin = time.perf_counter()
        with _unrecorded(), check.use(seed=seed, dtype=dtype):
            try:
                passed, mistake, message = _judge(test, names)
            except Exception as error:
                text = f"{number}: the test cell stops with {error!r}"
                raise BrokenTest(text) from error
        seconds = time.perf_counter() - begin
        return Verdict(passed, mistake, message, seconds, _drawn(names["test"]))


def _given(read: source.Source) -> list[source.Cell]:
    """Cells with the tag "given": code that answers build on."""
    return [cell for cell in read.of_kind("code") if "given" in cell.tags]


def _judge(test, names: dict) -> tuple[bool, str | None, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            exec(test, names)
        except check.CheckFailed as failed:
            return False, failed.mistake, failed.text
    return True, None, _COLOUR.sub("", said.getvalue()).strip()


def _drawn(test) -> bool:
    """Whether any input of an exercise's runs is a floating-point tensor."""
    values = [value for run in test.runs for value in run.inputs.values()]
    return any(isinstance(v, torch.Tensor) and v.is_floating_point() for v in values)


@contextlib.contextmanager
def _unrecorded():
    """Keep results out of any learner's record."""
    before = os.environ.get("LLMLAB_RESULTS")
    os.environ["LLMLAB_RESULTS"] = "0"
    try:
        yield
    finally:
        os.environ.pop("LLMLAB_RESULTS")
        if before is not None:
            os.environ["LLMLAB_RESULTS"] = before


def compiled(text: str, name: str):
    """A cell as code whose lines messages can show."""
    file = f"<cell {next(_count)}: {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    return compile(text, file, "exec")


@functools.lru_cache
def _kept(text: str, name: str):
    return compiled(text, name)


@functools.lru_cache
def stage(name: str) -> Stage:
    """The stage of a section, by number or slug."""
    return Stage(course.section(name))
