"""Shut a forked process in: namespaces and a root of its own, or Landlock.

Run in the child, between the fork and the first line of foreign code. Every step
raises OSError when it fails; the child then ends, and nothing foreign is run.
"""

import ctypes
import os
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import landlock, seccomp
from .limits import CONFINED, FULL, Limits

_libc = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, NEW_UTS, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NET = 0x10000000, 0x20000000, 0x40000000
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT = 1, 2, 4, 8, 32
NOATIME, NODIRATIME, RELATIME = 1024, 2048, 1 << 21
BIND, REC, PRIVATE = 4096, 16384, 1 << 18
DETACH, PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 2, 1, 4, 24
SIGKILL = 9

HOME = Path("/home/student")
DEVICES = ("null", "zero", "full", "random", "urandom")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives")


@dataclass(frozen=True)
class Place:
    """What a jailed process gets: folders to read, folders hidden, where to build.

    `folder` is an empty folder: the new root's mount point, or the one place to write
    where there are no namespaces. `uid` is 0 if the grader is not root.
    """

    folder: Path
    read: tuple[Path, ...]
    hidden: tuple[Path, ...]
    uid: int = 0


def folders() -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """What Python, torch and the course's library need, and what to hide in it."""
    import autograde
    import llmlab

    wanted = [Path(p) for p in (*SYSTEM, *SETTINGS, sys.base_prefix, sys.prefix)]
    wanted += [Path(sys.executable).resolve().parent, Path(llmlab.__file__).parent]
    found: list[Path] = []
    for path in wanted:
        if path.exists() and not any(path.is_relative_to(f) for f in found):
            found.append(path)
    own = Path(autograde.__file__).parent
    hidden = (own,) if any(own.is_relative_to(f) for f in found) else ()
    return tuple(found), hidden


# first step, in the process that is going to wait ------------------------------------


def leave_namespaces() -> None:
    """Give the next child namespaces of its own. The mounts follow in the child."""
    if os.geteuid() != 0:
        uid, gid = os.geteuid(), os.getegid()
        seccomp.prctl(PR_SET_DUMPABLE, 1)  # else uid_map belongs to root
        _unshare(NEW_USER)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    _unshare(NEW_PIDS | NEW_NET | NEW_IPC | NEW_UTS)


# second step, in process 1 of the new namespaces --------------------------------------


def shut_in(place: Place, level: str, limits: Limits, slot: int = 0) -> Path:
    """Confine this process for good; returns the folder in which it may write."""
    used = _address_space()
    if level == FULL:
        _unshare(NEW_MOUNTS)
        _new_root(place, limits)
    home = HOME if level == FULL else place.folder
    _environment(home)
    os.chdir(home)
    _processors(limits, slot)
    _give_up_root(place)
    _resources(limits, used)
    if level == CONFINED:
        devices = [Path("/dev", name) for name in DEVICES]
        landlock.restrict(place.read, [place.folder, *devices])
    if level in (FULL, CONFINED):
        seccomp.prctl(PR_SET_PDEATHSIG, SIGKILL)
        seccomp.apply(signals=level == CONFINED)
    return home


def _new_root(place: Place, limits: Limits) -> None:
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
    _check(_libc.pivot_root(b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", DETACH), "umount the old root")
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


def _environment(home: Path) -> None:
    kept = ("PATH", "LANG", "LC_ALL", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    values = {name: os.environ[name] for name in kept if name in os.environ}
    os.environ.clear()
    os.environ |= values | {
        "HOME": str(home),
        "TMPDIR": str(home) if home != HOME else "/tmp",
        "MPLCONFIGDIR": str(home),
        "USER": "student",
        "LLMLAB_RESULTS": "0",
        "LLMLAB_GRADING": "1",
    }


def _processors(limits: Limits, slot: int) -> None:
    """Neighbours start at different processors; nobody gets more than its share."""
    if not hasattr(os, "sched_setaffinity"):
        return
    allowed = sorted(os.sched_getaffinity(0))
    start = slot % len(allowed)
    turned = allowed[start:] + allowed[:start]
    os.sched_setaffinity(0, set(turned[: max(1, int(limits.processors))]))


def _give_up_root(place: Place) -> None:
    if os.geteuid() == 0:
        uid = place.uid
        if not uid:
            raise OSError("a user of its own is missing")
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        if os.getresuid() != (uid, uid, uid):
            raise OSError("still root")
        return
    if not sys.platform.startswith("linux"):
        return
    # rights inside our own user namespace are given up as well
    for capability in range(64):
        with suppress(OSError):
            seccomp.prctl(PR_CAPBSET_DROP, capability)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, nothing), "capset")


def _address_space() -> int:
    """Bytes of address space that Python and torch have taken already."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 4 * 2**30


def _resources(limits: Limits, used: int) -> None:
    mega = 2**20
    seconds = int(limits.submission_seconds) + 5
    wanted = {
        resource.RLIMIT_AS: used + int(limits.memory_mb) * mega,
        resource.RLIMIT_CPU: seconds * max(1, int(limits.processors)),
        resource.RLIMIT_FSIZE: int(limits.file_mb) * mega,
        resource.RLIMIT_NOFILE: int(limits.files),
        resource.RLIMIT_NPROC: int(limits.processes),
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for name, value in wanted.items():
        resource.setrlimit(name, (value, value))


def _unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def _mount(source, target, kind, flags: int, data: str | None = None) -> None:
    words = [
        None if word is None else os.fsencode(str(word))
        for word in (source, target, kind)
    ]
    found = _libc.mount(
        *words, ctypes.c_ulong(flags), data.encode() if data is not None else None
    )
    _check(found, f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
