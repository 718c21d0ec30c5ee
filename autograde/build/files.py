"""Write files whole or not at all, and name their content by a hash."""

import hashlib
import json
import os
import tempfile
from pathlib import Path


def write_if_changed(path: Path, data: bytes) -> bool:
    """Put the bytes there atomically; leave an equal file alone, time and all."""
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def json_bytes(value: object) -> bytes:
    """The value as readable JSON, the same bytes for equal values."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    return (text + "\n").encode()


def digest(*parts: bytes | str, length: int = 12) -> str:
    """Hash of the parts in this order, as hexadecimal digits.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:length]


def digest_files(root: Path, paths: list[Path]) -> str:
    """Hash of the names and contents of these files, wherever the root is."""
    parts: list[bytes | str] = []
    for path in sorted(paths):
        parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return digest(*parts)
