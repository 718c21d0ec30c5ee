"""What learners get holds no answer and no hidden test, in either language."""

import json
import re
from pathlib import Path

import pytest

from autograde.build.settings import (
    BEGIN_HIDDEN,
    BEGIN_SOLUTION,
    END_HIDDEN,
    END_SOLUTION,
)

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "solutions").rglob("*.py"))
# lines that a stub, a test or the library may well share with an answer
COMMON = {"if mask is not None:"}


def secret_lines(source: str, begin: str, end: str) -> set[str]:
    """The lines between two markers that would give something away."""
    found = set()
    for block in re.findall(f"{begin}(.*?){end}", source, flags=re.S):
        for line in block.splitlines():
            bare = line.split("  #")[0].strip()
            if len(bare) > 18 and not bare.startswith("#") and bare not in COMMON:
                found.add(bare)
    return found


def released(source: Path) -> list[Path]:
    """Every file that goes out with a section, in both editions."""
    folder = source.parent.relative_to(ROOT / "solutions")
    places = [ROOT / "notebooks" / folder, ROOT / "notebooks/zh" / folder]
    return [f for place in places for f in sorted(place.rglob("*")) if f.is_file()]


def text_of(path: Path) -> str:
    """A notebook's cells as text, so that JSON escapes hide nothing."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8", errors="replace")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def test_there_is_something_to_look_at():
    assert SOURCES
    for source in SOURCES:
        assert len(released(source)) >= 2


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_no_answer_and_no_hidden_test_is_released(source):
    text = source.read_text(encoding="utf-8")
    answers = secret_lines(text, BEGIN_SOLUTION, END_SOLUTION)
    hidden = secret_lines(text, BEGIN_HIDDEN, END_HIDDEN)
    assert len(answers) >= 6 and len(hidden) >= 6
    for path in released(source):
        out = text_of(path)
        assert not [line for line in answers | hidden if line in out], path
        for marker in (BEGIN_SOLUTION, BEGIN_HIDDEN, END_SOLUTION, END_HIDDEN):
            assert marker not in out, path


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_the_solution_would_be_noticed(source):
    """The search above finds the lines where they are."""
    text = source.read_text(encoding="utf-8")
    solution = text_of(source.with_suffix(".ipynb"))
    answers = secret_lines(text, BEGIN_SOLUTION, END_SOLUTION)
    assert all(line in solution for line in answers)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_the_library_holds_no_answer(source):
    answers = secret_lines(
        source.read_text(encoding="utf-8"), BEGIN_SOLUTION, END_SOLUTION
    )
    for path in sorted((ROOT / "lib").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not [line for line in answers if line in text], path


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_released_cells_carry_no_output(source):
    for path in released(source):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            assert not cell.get("outputs")
            assert not cell.get("execution_count")
