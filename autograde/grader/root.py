"""A root of its own for a jailed process: Python to read, little to write, no more.

Made of mounts in the process's own namespace, so that nobody else sees them and they
go with it.
"""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

from .limits import Limits

_libc = ctypes.CDLL(None, use_errno=True)
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT = 1, 2, 4, 8, 32
NOATIME, NODIRATIME, RELATIME = 1024, 2048, 1 << 21
BIND, REC, PRIVATE = 4096, 16384, 1 << 18
DETACH = 2

HOME = Path("/home/student")
DEVICES = ("null", "zero", "full", "random", "urandom")


def new_root(place, limits: Limits) -> None:
    """Build it below `place.folder` and make it the root. Errors: OSError."""
    root = place.folder
    _mount(None, "/", None, REC | PRIVATE)
    size = f"size={limits.disk_mb}m"
    _mount("tmpfs", root, "tmpfs", NOSUID | NODEV, "size=4m,mode=755")
    own = f",mode=700,uid={place.uid},gid={place.uid}" if place.uid else ",mode=700"
    # writable folders first: a folder to be read may lie below one of them
    for name, mode in (("tmp", ",mode=1777"), ("dev/shm", ",mode=1777")):
        _folder(root / name)
        _mount("tmpfs", root / name, "tmpfs", NOSUID | NODEV, size + mode)
    _folder(root / HOME.relative_to("/"))
    _mount("tmpfs", root / HOME.relative_to("/"), "tmpfs", NOSUID | NODEV, size + own)
    for path in place.read:
        _bind(path, root / path.relative_to("/"))
    for path in place.hidden:
        target = root / path.relative_to("/")
        _mount("tmpfs", target, "tmpfs", NOSUID | NODEV | RDONLY, "size=4k,mode=000")
    for name in DEVICES:
        _bind(Path("/dev", name), root / "dev" / name, devices=True)
    _folder(root / "proc")
    with suppress(OSError):  # not to be had where the outer /proc is masked
        _mount("proc", root / "proc", "proc", NOSUID | NODEV | NOEXEC)
    (root / "etc").mkdir(exist_ok=True)
    uid = place.uid or os.geteuid()
    (root / "etc/passwd").write_text(f"student:x:{uid}:{uid}::{HOME}:/bin/sh\n")
    (root / "etc/group").write_text(f"student:x:{uid}:\n")
    os.chdir(root)
    check(_libc.pivot_root(b".", b"."), "pivot_root")
    check(_libc.umount2(b".", DETACH), "umount the old root")
    os.chdir("/")
    _mount(None, "/", None, REMOUNT | BIND | RDONLY | NOSUID | NODEV)


def _bind(source: Path, target: Path, devices: bool = False) -> None:
    """Show a folder or a file in the new root, to be read only."""
    if source.is_symlink():
        _folder(target.parent)
        if not target.is_symlink():
            target.symlink_to(os.readlink(source))
        return
    if source.is_dir():
        _folder(target)
    else:
        _folder(target.parent)
        target.touch()
    _mount(source, target, None, BIND | REC)
    flags = BIND | REMOUNT | NOSUID | (0 if devices else RDONLY | NODEV)
    # flags that the mount has already may be locked
    kept = {os.ST_NODEV: NODEV, os.ST_NOEXEC: NOEXEC, os.ST_RDONLY: RDONLY}
    kept |= {os.ST_NOATIME: NOATIME, os.ST_NODIRATIME: NODIRATIME}
    kept |= {os.ST_RELATIME: RELATIME}
    now = os.statvfs(target).f_flag
    for seen, flag in kept.items():
        if now & seen and not (devices and flag == NODEV and os.geteuid() == 0):
            flags |= flag
    _mount(None, target, None, flags)


def _folder(path: Path) -> None:
    path.mkdir(mode=0o755, parents=True, exist_ok=True)


def _mount(source, target, kind, flags: int, data: str | None = None) -> None:
    words = [
        None if word is None else os.fsencode(str(word))
        for word in (source, target, kind)
    ]
    found = _libc.mount(
        *words, ctypes.c_ulong(flags), data.encode() if data is not None else None
    )
    check(found, f"mount {target}")


def check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
