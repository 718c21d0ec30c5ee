"""The records of hostile and odd submissions: whole, unique, and what they say."""

import os
import re
from pathlib import PurePosixPath

import pytest

from autograde import attacks, bank
from autograde.attacks import record
from autograde.attacks.make import LAZY, everywhere
from autograde.attacks.record import FILE, HERE, SECTION, Aim, Link, Submission
from autograde.attacks.trial import read_material
from llmlab.notebooks import UnreadableNotebook, parse
from llmlab.notebooks.cells import compiles

RECORDS = {row.name: row for row in attacks.every()}
AIM = Aim(mark="llat-test", root="/nowhere/llat-test/course")
# what is no notebook, on purpose
DAMAGED = {
    "wrong-json",
    "binary",
    "deep-json",
    "json-twice",
    "odd-json",
    "deep-metadata",
    "huge-number",
    "folder",
    "utf-16",
}
# cells that are no Python, on purpose
BROKEN = {"syntax-error", "hidden-marks", "wrong-types", "other-course"}


@pytest.fixture(scope="module")
def material():
    """What submissions are made from, with an aim at nothing."""
    return read_material(AIM)


def test_there_are_enough_of_both():
    assert len(attacks.all_hostile()) >= 45
    assert len(attacks.all_odd()) >= 30


def test_names_are_plain_and_unique():
    assert len(RECORDS) == len(attacks.all_hostile() + attacks.all_odd())
    for name in RECORDS:
        assert re.fullmatch(r"[a-z0-9.-]+", name), name


def test_every_record_says_in_one_line_what_it_tries():
    for row in RECORDS.values():
        assert len(row.about) <= 90, row.name
        assert row.about and "\n" not in row.about and row.about[-1] != ".", row.name


def test_odd_ones_have_earned_everything(material):
    most = sum(material.points.values())
    for row in attacks.all_odd():
        assert row.kind == "odd" and row.honest(material) == most
        assert not row.dangerous


def test_solved_exercises_exist(material):
    for row in RECORDS.values():
        assert set(row.solved) <= set(material.points), row.name
        assert row.kind in ("hostile", "odd")


def test_two_submissions_of_one_name_are_refused():
    row = RECORDS["allclose"]
    with pytest.raises(ValueError, match="two submissions"):
        record.unique([row, row])


@pytest.mark.parametrize("name", RECORDS)
def test_it_makes_files(material, name, tmp_path):
    row = RECORDS[name]
    files = row.make(material)
    assert files
    for path in files:
        pure = PurePosixPath(path)
        assert not pure.is_absolute() and ".." not in pure.parts
    if files.get(HERE):
        assert isinstance(files[HERE], Link)
        return
    record.write(tmp_path / "student" / "chapter", files)
    for path in files:
        assert os.path.lexists(tmp_path / "student" / "chapter" / path)
    _look_at(row, files)


def _look_at(row: Submission, files) -> None:
    """The notebooks can be read, and their code is Python, where it is to be."""
    for path, content in files.items():
        if not isinstance(content, bytes) or not path.lower().endswith(".ipynb"):
            continue
        try:
            nb = parse(content, path)
        except UnreadableNotebook:
            assert row.name in DAMAGED
            continue
        if row.name in BROKEN:
            continue
        for cell in nb.cells:
            if cell.cell_type == "code" and not cell.source.startswith("%%"):
                assert compiles(cell.source), cell.source[:2000]


def test_a_hostile_notebook_holds_only_what_it_says(material):
    """What is not said to be solved is not the author's answer."""
    for row in attacks.all_hostile():
        content = row.make(material).get(FILE) if row.name != "memory" else None
        if not isinstance(content, bytes) or row.all_solved or len(content) > 10**6:
            continue
        text = content.decode(errors="replace")
        for name in set(material.points) - set(row.solved):
            line = material.answers[name].splitlines()[-1].strip()
            if len(line) > 20 and row.name not in ("square-only", "memory"):
                assert line not in text, (row.name, name)


def test_lazy_answers_earn_nothing():
    stage = bank.stage(SECTION)
    for part in stage.parts.values():
        assert not stage.run(part.number, LAZY[part.name]).passed
        assert not stage.run(part.number, everywhere("return None")[part.name]).passed


def test_no_attack_signals_by_a_broad_name(material):
    for row in attacks.all_hostile():
        content = row.make(material).get(FILE) if row.name != "big-notebook" else b""
        if isinstance(content, bytes):
            text = content.decode(errors="replace")
            assert "kill(-1" not in text and "pkill" not in text, row.name
