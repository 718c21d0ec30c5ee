"""What README says by hand agrees with what it speaks of."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from llmlab import shapes

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_dimension_key_is_the_one_of_the_library():
    line = " ".join(
        README.split("same letters everywhere: ")[1].split("\n\n")[0].split()
    )
    said = dict(re.findall(r"`(\w)` ([^·.]+)", line))
    assert {k: v.strip() for k, v in said.items()} == shapes.KEY


@pytest.mark.parametrize("program", ["llmlab", "autograde"])
def test_every_command_that_readme_names_exists(program):
    named = set(re.findall(rf"^{program} (\w+)", README, flags=re.M))
    assert len(named) >= 4
    run = [sys.executable, "-m", f"{program}", "--help"]
    if program == "autograde":
        run = [sys.executable, "-c", "from autograde.cli import main; main()", "--help"]
    out = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert not {name for name in named if not re.search(rf"\b{name}\b", out)}


def test_every_make_target_that_the_guides_name_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    for guide in (README, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        named = set(re.findall(r"(?:^|`)make ([a-z-]+)", guide, flags=re.M))
        assert named and named <= targets


def test_links_and_pictures_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_pictures_weigh_little():
    pictures = list((ROOT / "docs/img").glob("*"))
    assert sum(p.stat().st_size for p in pictures) < 600_000
