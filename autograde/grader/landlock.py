"""Landlock: where namespaces are not to be had, the kernel still confines files.

A process may take rights away from itself: here all but reading some folders, and
writing in one. Numbers and structures are those of the kernel's landlock.h.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_libc = ctypes.CDLL(None, use_errno=True)

EXECUTE, READ_FILE, READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
READ = EXECUTE | READ_FILE | READ_FOLDER
# all rights on files that a version of the interface knows
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP, _SCOPES = 0b11, 0b11
_ON_FILES = EXECUTE | READ_FILE | (1 << 1) | (1 << 14) | (1 << 15)


class _Ruleset(ctypes.Structure):
    _fields_ = [
        ("files", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """The kernel's version of the interface; 0 if there is none."""
    found = _libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, found)


def restrict(read: Iterable[Path], write: Iterable[Path]) -> None:
    """Leave this process these folders only, for good. Errors: OSError."""
    abi = version()
    rights = _FILES[max(n for n in _FILES if n <= abi)]
    rules = _Ruleset(rights, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _call(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    try:
        for paths, allowed in ((read, READ), (write, rights & ~EXECUTE)):
            for path in paths:
                _allow(ruleset, path, allowed & rights)
        _call(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not Path(path).is_dir():
            allowed &= _ON_FILES
        rule = _Beneath(allowed, folder)
        _call(_ADD, ruleset, 1, ctypes.byref(rule), 0)
    finally:
        os.close(folder)


def _call(number: int, *arguments) -> int:
    found = _libc.syscall(number, *arguments)
    if found < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"landlock {number}: {os.strerror(code)}")
    return found
