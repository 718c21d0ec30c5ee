"""Shut a forked process in: namespaces and a root of its own, or Landlock.

Run in the child, between the fork and the first line of foreign code. Every step
raises OSError when it fails; the child then ends, and nothing foreign is run.
"""

import ctypes
import os
import resource
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import landlock, root, seccomp
from .limits import CONFINED, FULL, LIMITS, Limits
from .root import DEVICES, HOME

_libc = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, NEW_UTS, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NET = 0x10000000, 0x20000000, 0x40000000
PR_SET_CHILD_SUBREAPER = 36
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
SIGKILL = 9

FIRST_UID, USERS, SLOTS = 200_000, 40_000, 64
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


def closed_to_others(paths: tuple[Path, ...]) -> Path | None:
    """A folder that another user cannot enter on the way to Python, if there is one."""
    for path in paths:
        for folder in (path, *path.parents):
            if folder.is_dir() and not folder.stat().st_mode & 0o001:
                return folder
    return None


def place(folder: Path, slot: int, level: str, read: tuple, hidden: tuple) -> Place:
    """An empty folder and, for root, a user of its own, for the child in this slot."""
    is_root = os.geteuid() == 0
    if level != FULL and closed_to_others(read):
        is_root = False  # another user could not read Python itself
    uid = FIRST_UID + os.getpid() % USERS * SLOTS + slot if is_root else 0
    if level != FULL:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if is_root:
        os.chown(folder, uid, uid)
    return Place(folder, read, hidden, uid)


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
        root.new_root(place, limits)
    home = HOME if level == FULL else place.folder
    _environment(home)
    os.chdir(home)
    _processors(limits, slot)
    if place.uid or os.geteuid() != 0 or level != LIMITS:
        _give_up_root(place)
    _resources(limits, used)
    if level == CONFINED:
        devices = [Path("/dev", name) for name in DEVICES]
        seccomp.prctl(seccomp.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(place.read, [place.folder, *devices])
    if level in (FULL, CONFINED):
        seccomp.prctl(PR_SET_PDEATHSIG, SIGKILL)
        seccomp.apply(signals=level == CONFINED)
    return home


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
            folder = closed_to_others(place.read)
            raise OSError(f"other users cannot enter {folder}, where Python lies")
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
    root.check(_libc.capset(header, nothing), "capset")


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
    root.check(_libc.unshare(flags), "unshare")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
