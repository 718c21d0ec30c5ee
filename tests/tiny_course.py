"""A course of one tiny notebook, for the tests of the builder. No torch, no data."""

from pathlib import Path

from autograde.build.run import build

PATH = "solutions/ch1_numbers/1_1_doubling.py"
SOLUTION = "solutions/ch1_numbers/1_1_doubling.ipynb"
STUDENT = "notebooks/ch1_numbers/1_1_doubling.ipynb"
CHINESE = "notebooks/zh/ch1_numbers/1_1_doubling.ipynb"
CATALOGUE = "locale/zh_CN/1_1_doubling.po"

SETUP = """\
from types import SimpleNamespace

check = SimpleNamespace(probe=lambda probe: probe)
section = "{number}\""""

COURSE = """\
[course]
id = "tiny"
title = "A tiny course"
version = "0.1.0"

[[chapter]]
id = "ch1_numbers"
title = "Numbers"

[[chapter.section]]
number = "1.1"
slug = "1_1_doubling"
title = "Doubling"
points = 3
minutes = 10

[[chapter.section]]
number = "1.2"
slug = "1_2_halving"
title = "Halving"
needs = ["1.1"]
"""

SOURCE = '''\
# %% [markdown]
"""
# 1.1 Doubling

![Two bars](figures/1_1_bars.svg)

Twice a number is that number added to itself.
"""

# %% setup
from types import SimpleNamespace

check = SimpleNamespace(probe=lambda probe: probe)
section = "1.1"

# %% exercise="ex1_1_1_double"
def double(number: int) -> int:
    """Give back twice the number."""
    ### BEGIN SOLUTION
    # the answer to hide
    return 2 * number
    ### END SOLUTION

# %% test="test1_1_1_double" points=3
@check.probe
def probe(student, number):
    return student.double(number)

assert callable(probe)
### BEGIN HIDDEN TESTS
assert 77 == 7 * 11
### END HIDDEN TESTS

# %% tags=["experiment"]
# how far do we get
number = 3
print(f"the number {number} was doubled here")
print(object())

# %% [markdown]
"""
That was all of it.
"""
'''

FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">
  <title>Two bars</title><text x="1">one bar &amp; more</text><text>H</text>
</svg>
"""

README = "# Tiny\n\n<!-- map -->\nold\n<!-- /map -->\n\nMore.\n"


def make(root: Path, source: str = SOURCE) -> Path:
    """Write the course's files below the root."""
    files = {
        "course.toml": COURSE,
        PATH: source,
        "figures/1_1_bars.svg": FIGURE,
        "README.md": README,
        "lib/llmlab/thing.py": '_ = str\nprint(_("Hello {name}."))\n',
        "requirements.lock": "einops==0.8.2\n",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def run(root: Path, *names: str, **options: bool) -> tuple[int, list[str]]:
    """Build the course; the exit status and the lines that were printed."""
    lines: list[str] = []
    status = build(root, list(names), setup=SETUP, echo=lines.append, **options)
    return status, lines


def built_files(root: Path) -> dict[str, bytes]:
    """Every file of the course by its path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def copy_tree(root: Path, target: Path) -> Path:
    """Copy the course, so that a test may change it."""
    for path, data in built_files(root).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    return target


def edit(root: Path, path: str, old: str, new: str) -> None:
    """Replace a text that must be in the file."""
    text = (root / path).read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    (root / path).write_text(text.replace(old, new), encoding="utf-8")
