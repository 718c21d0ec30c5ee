"""Too much of everything, each bounded: processes, memory, disk, output, time.

Bounds: 300 forks for half a minute, 8 GiB, 2 GiB of disk in all, ten minutes.
"""

from ..make import answer_attack, cell_attack
from ..record import Register

ALL = Register(ungraded_ok=True)

cell_attack(
    ALL,
    "fork-bomb",
    "forks three hundred processes that sleep and ignore signals",
    """
    import ctypes, os, signal, time
    for _n in range(300):
        try:
            if os.fork() == 0:
                ctypes.CDLL(None).prctl(15, MARK[:15].encode(), 0, 0, 0)
                signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
                time.sleep(30)
                os._exit(0)
        except OSError as error:
            print(error)
            break
    """,
    dangerous=True,
)
cell_attack(
    ALL,
    "thread-bomb",
    "starts two thousand threads",
    """
    import threading, time
    try:
        for _n in range(2000):
            threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
    except RuntimeError as error:
        print(error)
    """,
    dangerous=True,
)
cell_attack(
    ALL,
    "memory-bomb",
    "takes eight GiB in one process",
    """
    import time
    kept = []
    for _n in range(32):
        kept.append(bytearray(b"x") * 2**28)
    time.sleep(5)
    kept.clear()
    """,
    dangerous=True,
)
cell_attack(
    ALL,
    "memory-children",
    "takes eight GiB in eight processes, one each",
    """
    import ctypes, os, time
    for _n in range(8):
        try:
            if os.fork() == 0:
                ctypes.CDLL(None).prctl(15, MARK[:15].encode(), 0, 0, 0)
                kept = bytearray(b"x") * 2**30
                time.sleep(8)
                os._exit(0)
        except (OSError, MemoryError) as error:
            print(error)
    time.sleep(9)
    """,
    dangerous=True,
)
answer_attack(
    ALL,
    "memory-in-answer",
    "an answer that makes and returns a tensor of eight GiB",
    "return torch.ones(2**31)",
    dangerous=True,
)
cell_attack(
    ALL,
    "disk-bomb",
    "writes two GiB into its folder, /tmp and /dev/shm, and many small files",
    """
    import os
    for place in (".", "/tmp", "/dev/shm"):
        try:
            with open(f"{place}/{MARK}-big", "wb") as file:
                for _n in range(640):
                    file.write(b"x" * 2**20)
        except OSError as error:
            print(place, error)
    try:
        os.makedirs(f"/tmp/{MARK}-many", exist_ok=True)
        for n in range(20_000):
            open(f"/tmp/{MARK}-many/{n}", "w").close()
    except OSError as error:
        print(error)
    """,
    dangerous=True,
)
cell_attack(
    ALL,
    "print-bomb",
    "prints two million lines on both streams",
    """
    import sys
    for n in range(200):
        print("out " * 20 + "\\n", end="" if n % 2 else "\\n")
        sys.stdout.write("line\\n" * 10_000)
        sys.stderr.write("error\\n" * 1_000)
    """,
)
cell_attack(
    ALL,
    "display-bomb",
    "displays twenty thousand pieces of HTML and one of fifty MB",
    """
    from IPython.display import HTML, display
    for n in range(20_000):
        display(HTML(f"<b>{n}</b>"))
    display(HTML("<i>x</i>" * 6_000_000))
    """,
)
cell_attack(
    ALL,
    "write-descriptor",
    "writes 300 MB to the descriptors 1 and 2, past Python's streams",
    """
    import os
    for fd in (1, 2):
        try:
            for _n in range(150):
                os.write(fd, b"x" * 2**20)
        except OSError as error:
            print(error)
    """,
)
answer_attack(
    ALL,
    "recursion",
    "calls itself without end, with the limit taken away",
    """
    import sys
    sys.setrecursionlimit(10**9)
    return deeper(0)
    """,
    first="""
    def deeper(n):
        return deeper(n + 1) + deeper(n + 2)
    """,
)

_LOOP = """
    import time
    end = time.monotonic() + 600
"""
cell_attack(
    ALL,
    "loop",
    "an endless loop in a cell of its own",
    _LOOP
    + """
    while time.monotonic() < end:
        pass
    """,
)
answer_attack(
    ALL,
    "loop-in-answer",
    "an endless loop in each function that a test calls",
    "while time.monotonic() < end:\n    pass",
    first=_LOOP,
)
cell_attack(
    ALL,
    "stubborn-loop",
    "an endless loop that swallows KeyboardInterrupt and blocks all signals",
    _LOOP
    + """
    import signal
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    while time.monotonic() < end:
        try:
            while time.monotonic() < end:
                time.sleep(0.1)
        except BaseException:
            pass
    """,
)
answer_attack(
    ALL,
    "stubborn-answer",
    "functions that swallow every exception and go on",
    """
    while time.monotonic() < end:
        try:
            while time.monotonic() < end:
                pass
        except BaseException:
            pass
    """,
    first=_LOOP,
)
answer_attack(
    ALL,
    "long-c-call",
    "a call into C of about a minute that no signal interrupts",
    """
    import sys
    sys.set_int_max_str_digits(0)
    return len(str(1 << 10_000_000))
    """,
)
answer_attack(
    ALL,
    "slow-drip",
    "each call takes just under a second, and there are many",
    "import time; time.sleep(0.9); return torch.zeros(1)",
)
