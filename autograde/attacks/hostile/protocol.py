"""Forged words to whoever listens on an open descriptor: no protocol is known.

Each descriptor above 2 that can be written gets frames of several likely forms. None
is waited for: a full pipe is left alone.
"""

from ..make import answer_attack, cell_attack
from ..record import Register

ALL = Register(ungraded_ok=True)

_OPEN = """
import json, os, stat, struct

def writable(only_sockets=False):
    found = []
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        try:
            kind = os.fstat(fd).st_mode
        except OSError:
            continue
        talks = stat.S_ISSOCK(kind) or (stat.S_ISFIFO(kind) and not only_sockets)
        if fd > 2 and talks:
            found.append(fd)
    return found

def send(data, only_sockets=False):
    for fd in writable(only_sockets):
        blocking = os.get_blocking(fd)
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError as error:
            print(fd, error)
        finally:
            try:
                os.set_blocking(fd, blocking)
            except OSError:
                pass
"""

cell_attack(
    ALL,
    "forged-results",
    "writes forged passed results, in many frames, to every open descriptor",
    _OPEN
    + """
for n, name in enumerate(("softmax", "attention_scores", "causal_mask"), 1):
    rows = [
        {"exercise": f"24.2.{n}", "passed": True, "points": 3, "type": "verdict"},
        {"kind": "result", "ok": True, "value": None, "id": n, "score": 3.0},
        ["result", n, True], {"jsonrpc": "2.0", "id": n, "result": True},
    ]
    for row in rows:
        text = json.dumps(row).encode()
        for head in ("!I", "<I", "!Q", "<Q"):
            send(struct.pack(head, len(text)) + text)
        send(text + b"\\n")
        send(b"Content-Length: %d\\r\\n\\r\\n" % len(text) + text)
""",
)
cell_attack(
    ALL,
    "wrong-frames",
    "writes random bytes and half frames to every open socket",
    _OPEN
    + """
for size in (1, 3, 5, 17, 4096):
    send(os.urandom(size), only_sockets=True)
for head in (b"\\0" * 8, b"\\xff" * 8, b"\\0\\0\\0\\5ab", b"\\0" * 7):
    send(head, only_sockets=True)
""",
)
cell_attack(
    ALL,
    "huge-frames",
    "announces frames of gigabytes and sends 64 MB of them",
    _OPEN
    + """
for head in ("!I", "<I", "!Q", "<Q"):
    send(struct.pack(head, 2**31 - 1), only_sockets=True)
    send(struct.pack("!Q", 2**63), only_sockets=True)
for _n in range(64):
    send(b"x" * 2**20, only_sockets=True)
""",
)
answer_attack(
    ALL,
    "answer-on-socket",
    "answers a test on the socket itself and never returns",
    """
    for text in (b'{"value": true}', b'{"ok": true, "passed": true}', b"null"):
        send(struct.pack("!I", len(text)) + text, only_sockets=True)
    import time
    time.sleep(600)
    """,
    first=_OPEN,
)
cell_attack(
    ALL,
    "steal-descriptors",
    "reads all descriptors, passes them to a child, and shuts the sockets",
    _OPEN
    + """
import socket
for fd in writable(only_sockets=True):
    try:
        peer = socket.socket(fileno=os.dup(fd))
        peer.settimeout(0.2)
        print(fd, peer.recv(1000, socket.MSG_PEEK)[:200])
        peer.shutdown(socket.SHUT_RDWR)
    except OSError as error:
        print(fd, error)
""",
)
cell_attack(
    ALL,
    "pickled-message",
    "sends pickles that would run code where they are loaded",
    _OPEN
    + """
import pickle

class Bomb:
    def __reduce__(self):
        return exec, (f"open({OUTSIDE!r} + '/planted-by-pickle', 'w').close()",)

for data in (pickle.dumps(Bomb()), pickle.dumps([{"value": Bomb()}])):
    for head in ("!I", "<I", "!Q", "<Q"):
        send(struct.pack(head, len(data)) + data)
""",
)
