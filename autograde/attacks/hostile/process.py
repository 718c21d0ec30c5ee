"""Ends, signals, memory of other processes, daemons, forged words to descriptors.

Whatever sends a signal first looks for the trial's mark in the other's environment or
command line, so that nobody else's process can be hit.
"""

from ..make import answer_attack, cell_attack
from ..record import Register

ALL = Register()

OTHERS = """
import os, signal

def others():
    # processes of this very trial, and never any other
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            text = b""
            for part in ("environ", "cmdline"):
                try:
                    with open(f"/proc/{name}/{part}", "rb") as file:
                        text += file.read()
                except OSError:
                    pass
            if MARK.encode() in text:
                found.append(int(name))
    return found

def say(*words):
    print(*words)
"""

for _name, _about, _code in [
    ("exit-zero", "leaves Python at once with status 0", "import os; os._exit(0)"),
    ("sys-exit", "sys.exit(0) in the set-up", "import sys; sys.exit(0)"),
    ("abort", "aborts the process", "import os; os.abort()"),
    (
        "segfault",
        "reads address 0 by ctypes",
        "import ctypes; ctypes.string_at(0)",
    ),
    (
        "kill-self",
        "kills itself",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    ),
    (
        "exec",
        "becomes another program",
        "import os; os.execv('/bin/true', ['true'])",
    ),
]:
    cell_attack(ALL, _name, _about, _code, ungraded_ok=True)

answer_attack(
    ALL,
    "exit-in-answer",
    "leaves Python with status 0 when a test calls it",
    "import os; os._exit(0)",
    ungraded_ok=True,
)
answer_attack(
    ALL,
    "sys-exit-in-answer",
    "calls sys.exit(0) when a test calls it",
    "import sys; sys.exit(0)",
)
cell_attack(
    ALL,
    "crash-on-fork",
    "every fork of this process dies at once",
    """
    import os
    os.register_at_fork(before=lambda: None, after_in_child=lambda: os._exit(0))
    """,
)
cell_attack(
    ALL,
    "stop-self",
    "stops itself with SIGSTOP",
    "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "signals",
    "sends SIGINT, SIGSTOP, SIGTERM and SIGKILL to the grader's processes",
    OTHERS
    + """
for number in (signal.SIGINT, signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
    for pid in others():
        try:
            os.kill(pid, number)
            say(REACHED, pid, number)
        except OSError as error:
            say(pid, error)
""",
    dangerous=True,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "parent-signals",
    "interrupts, stops and wakes its parent and its parent's parent",
    OTHERS
    + """
import time
pid = os.getppid()
for _step in range(2):
    if pid > 1 and pid in others():
        for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGSTOP):
            os.kill(pid, number)
            say(REACHED, pid, number)
        time.sleep(3)
        os.kill(pid, signal.SIGCONT)
        fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
        pid = int(fields[1])
""",
    dangerous=True,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "ptrace",
    "attaches to the grader's processes with ptrace and lets go again",
    OTHERS
    + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for pid in others()[:20]:
    if libc.ptrace(16, pid, 0, 0) == 0:
        say(REACHED, "ptrace", pid)
        try:
            os.waitpid(pid, 0)
        except OSError:
            pass
        libc.ptrace(17, pid, 0, 0)
if libc.ptrace(0, 0, 0, 0) == 0:
    say("asked to be traced")
""",
    dangerous=True,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "memory-of-others",
    "reads and rewrites the grader's memory: /proc/PID/mem, process_vm_writev",
    OTHERS
    + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)

class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]

for pid in others()[:20]:
    try:
        maps = [line.split() for line in open(f"/proc/{pid}/maps")]
        start = next(int(m[0].split("-")[0], 16) for m in maps if "rw" in m[1])
    except (OSError, StopIteration) as error:
        say(pid, error)
        continue
    room = ctypes.create_string_buffer(8)
    mine = Part(ctypes.addressof(room), 8)
    theirs = Part(start, 8)
    # what is there is written back: the attempt alone tells
    for call in (libc.process_vm_readv, libc.process_vm_writev):
        if call(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) == 8:
            say(REACHED, call.__name__, pid)
    try:
        with open(f"/proc/{pid}/mem", "rb") as memory:
            memory.seek(start)
            if memory.read(8):
                say(REACHED, "mem", pid)
    except OSError as error:
        say(pid, error)
""",
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "daemon",
    "leaves a daemon behind (double fork, setsid) that would write grades later",
    """
    import ctypes, os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            # a name for /proc, so that the trial can find it
            ctypes.CDLL(None).prctl(15, MARK[:15].encode(), 0, 0, 0)
            os.closerange(0, 200)
            end = time.monotonic() + 60
            while time.monotonic() < end:
                time.sleep(1)
                try:
                    open(OUTSIDE + "/planted-by-daemon", "w").close()
                except OSError:
                    pass
        os._exit(0)
    """,
)
cell_attack(
    ALL,
    "subprocesses",
    "leaves programs running with subprocess, nohup and at",
    """
    import subprocess, sys
    code = f"import time; time.sleep(60)  # {MARK}"
    for start in ([], ["nohup"], ["setsid"]):
        try:
            subprocess.Popen([*start, sys.executable, "-c", code],
                             start_new_session=True)
        except OSError as error:
            print(error)
    """,
)
