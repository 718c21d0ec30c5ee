"""What each section was built from, so that only what changed is built again."""

import json
from pathlib import Path

from autograde.build.files import digest, digest_files, json_bytes

STATE = "solutions/build.json"
UNUSED_BY_NOTEBOOKS = {"cli", "notebooks"}  # parts that no cell imports


def read(root: Path) -> dict:
    """The record of the last build; empty if there is none."""
    try:
        return json.loads((root / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def to_bytes(state: dict, known: list[str]) -> bytes:
    """The record's file, for the sections that still exist, in their order."""
    return json_bytes({number: state[number] for number in known if number in state})


def library_hash(root: Path) -> str:
    """Hash of what a notebook's run depends on besides its own cells."""
    library = root / "lib" / "llmlab"
    paths = [
        path
        for path in library.rglob("*.py")
        if not UNUSED_BY_NOTEBOOKS & set(path.relative_to(library).parts)
    ]
    lock = root / "requirements.lock"
    return digest_files(root, paths + ([lock] if lock.is_file() else []))


def builder_hash() -> str:
    """Hash of the builder's own code."""
    here = Path(__file__).parent
    return digest_files(here, list(here.glob("*.py")))


def file_hash(data: bytes) -> str:
    """Hash by which damage to a built file is noticed."""
    return digest(data, length=16)


def intact(root: Path, record: dict) -> bool:
    """Whether every file of the section is as the builder wrote it."""
    files = record.get("files", {})
    return bool(files) and all(
        (root / path).is_file() and file_hash((root / path).read_bytes()) == wanted
        for path, wanted in files.items()
    )
