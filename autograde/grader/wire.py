"""Frames on a socket between the student's process and the tester.

Four bytes of length, then a value as `codec` writes it. Every wait has a deadline for
the whole frame, so that a trickle of bytes does not stretch it.
"""

import socket
import struct
import time

from .codec import WireError, decode, encode

MAX_FRAME = 256 * 2**20
_U32 = struct.Struct("!I")

__all__ = ["Closed", "WireError", "decode", "encode", "receive", "send"]


class Closed(ConnectionError):
    """The other side has gone."""


def send(sock: socket.socket, value, deadline: float | None = None) -> None:
    """Send one frame. Errors: WireError, Closed, TimeoutError."""
    data = encode(value)
    if len(data) > MAX_FRAME:
        raise WireError(f"{len(data)} bytes are more than a frame may hold")
    # a side that does not read must not hold the other up for ever
    sock.settimeout(_left(deadline))
    try:
        sock.sendall(_U32.pack(len(data)) + data)
    except TimeoutError:
        raise
    except OSError as error:
        raise Closed(str(error)) from None


def receive(sock: socket.socket, deadline: float | None = None, most: int = MAX_FRAME):
    """The next frame's value. Errors: WireError, Closed, TimeoutError.

    `deadline` is a time of `time.monotonic()` for the whole frame.
    """
    size = _U32.unpack(_exactly(sock, 4, deadline))[0]
    if size > most:
        raise WireError(f"a frame of {size} bytes")
    return decode(_exactly(sock, size, deadline))


def _exactly(sock: socket.socket, count: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        # anew before each part: a trickle of bytes must not stretch the time
        sock.settimeout(_left(deadline))
        try:
            part = sock.recv(min(count - len(parts), 2**20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from None
        if not part:
            raise Closed("the connection was closed")
        parts += part
    return bytes(parts)


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("time is up")
    return left
