"""A class of any size: copies of section 24.2 with varied answers."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from autograde.demo.play import CHAPTER, FILE, SECTION, copy_course, material
from autograde.demo.submissions import Material, answered, to_bytes

__all__ = ["CHAPTER", "FILE", "SECTION", "copy_course", "material", "write_class"]
RIGHT, WRONG, BLANK = 0.6, 0.35, 0.05


def choices(m: Material) -> dict[str, tuple[list[str], list[str]]]:
    """Right and wrong answers to each exercise, from the author and the bank."""
    found = {}
    for name, own in m.answers.items():
        # an answer for some dtypes only is not always what it says it is
        right = [e.source for e in m.bank.right if e.exercise == name and not e.dtypes]
        wrong = [e.source for e in m.bank.wrong if e.exercise == name and not e.dtypes]
        found[name] = ([own, *right], wrong)
    return found


def draw(m: Material, student: int, seed: int = 0) -> dict[str, str]:
    """The answers of one student: right, wrong or none, each drawn on its own."""
    chance = random.Random(f"{seed}/{student}")
    answers = {}
    for name, (right, wrong) in choices(m).items():
        kind = chance.choices("rwb", [RIGHT, WRONG, BLANK])[0]
        if kind != "b":
            answers[name] = chance.choice(right if kind == "r" else wrong)
    return answers


def notebooks(m: Material, count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Students' names and their notebooks."""
    for number in range(count):
        nb = answered(m.english, draw(m, number, seed))
        yield f"s{number:05}", to_bytes(nb)


def write_class(m: Material, submitted: Path, count: int, seed: int = 0) -> None:
    """Put so many submissions into an empty folder of submissions."""
    shutil.rmtree(submitted, ignore_errors=True)
    for student, content in notebooks(m, count, seed):
        file = submitted / student / FILE
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
