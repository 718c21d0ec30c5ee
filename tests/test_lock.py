"""The lock is exact, has no traces of a machine, and conda gets the same versions."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LINES = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pinned(lines):
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def conda():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    dependencies = dependencies["dependencies"]
    plain = [line for line in dependencies if isinstance(line, str)]
    (pip,) = [line["pip"] for line in dependencies if isinstance(line, dict)]
    return plain, pip


def test_every_line_is_one_exact_public_version():
    for line in LINES:
        name, version = re.fullmatch(r"([a-z0-9._-]+)==(\S+)", line).groups()
        assert Version(version).local is None, f"{name} has a local version"
    assert len(pinned(LINES)) == len(LINES), "a package is pinned twice"


def test_no_address_and_no_option_of_a_machine():
    for name in ("requirements.lock", "environment.yml", "Makefile"):
        text = (ROOT / name).read_text("utf-8")
        # the example of a proxy in the Makefile is no address to install from
        text = "\n".join(t for t in text.splitlines() if not t.startswith("# more"))
        assert not re.search(
            r"://|--index|--extra|--find-links|-i |\+cpu|\+cu", text
        ), name


def requirements():
    project = PROJECT["project"]
    groups = project["optional-dependencies"].values()
    extras = [line for group in groups for line in group]
    return [*project["dependencies"], *extras, *PROJECT["build-system"]["requires"]]


@pytest.mark.parametrize("line", sorted(set(requirements())))
def test_the_lock_has_what_the_project_asks_for(line):
    wanted = Requirement(line)
    version = pinned(LINES)[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(version, prereleases=True)


def test_conda_gets_the_same_versions():
    plain, pip = conda()
    assert pip[-1] == "-e ."
    assert pinned(pip[:-1]) == pinned(LINES)
    python = next(line for line in plain if line.startswith("python="))
    asked = SpecifierSet(PROJECT["project"]["requires-python"])
    assert asked.contains(python.removeprefix("python="))


def test_environment_yml_is_what_make_writes(tmp_path):
    for name in ("Makefile", "requirements.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(["make", "environment.yml"], cwd=tmp_path, check=True)
    made = (tmp_path / "environment.yml").read_text("utf-8")
    assert made == (ROOT / "environment.yml").read_text("utf-8")
