"""Frames: what goes in comes out, and nothing else ever comes out."""

import socket
import struct
import threading
import time

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograde.grader import codec, wire
from llmlab.check import plain

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_goes_in_comes_out(value):
    back = wire.decode(wire.encode(value))
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize("dtype", codec.TORCH_DTYPES.values(), ids=str)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3), (2, 1, 4)])
def test_tensors_keep_dtype_shape_and_order_of_axes(dtype, shape):
    value = (torch.randn(shape) * 3).to(dtype)
    for tensor in (value, value.mT if value.ndim > 1 else value):
        back = wire.decode(wire.encode(tensor))
        assert back.dtype == dtype and back.shape == tensor.shape
        assert (
            back.is_contiguous() == tensor.is_contiguous() or 0 in shape or 1 in shape
        )
        assert plain.same(back, tensor)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool", "complex64"])
def test_arrays(dtype):
    value = np.arange(6).reshape(2, 3).T.astype(dtype)
    back = wire.decode(wire.encode({"x": value}))["x"]
    assert back.dtype == value.dtype and np.array_equal(back, value)


class Liar(torch.Tensor):
    """A tensor that says yes to everything."""

    def __eq__(self, other):
        return True


def test_a_subclass_arrives_as_a_plain_tensor():
    back = wire.decode(wire.encode(torch.ones(2).as_subclass(Liar)))
    assert type(back) is torch.Tensor


@pytest.mark.parametrize(
    "value", [{1: 2}, {1, 2}, object(), [lambda: 0], range(3), torch.nn.Linear(1, 1)]
)
def test_other_things_cannot_be_said(value):
    with pytest.raises(wire.WireError):
        wire.encode(value)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60))
def test_bytes_of_no_frame_are_refused_or_plain(data):
    try:
        value = wire.decode(data)
    except wire.WireError:
        return
    wire.encode(value)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.data())
def test_a_damaged_frame_is_refused_or_plain(value, data):
    frame = bytearray(wire.encode(value))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] = data.draw(st.integers(0, 255))
    try:
        wire.decode(bytes(frame))
    except wire.WireError:
        pass


def _nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


def _tensor(name: str, shape: list, order: list, data: bytes = b"", kind: int = 3):
    head = msgpack.packb([name, shape, order])
    body = struct.pack("!H", len(head)) + head + data
    return msgpack.packb(msgpack.ExtType(kind, body))


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xdd\xff\xff\xff\xff",  # four thousand million items in no bytes
        b"\xdf\x00\x00\x00\x01\xdb\x00\x00\x00\x01",
        b"\xdd\x00\x03\x0d\x40" + b"\xdd\x00\x03\x0d\x40" * 400,
        b"\xdd\x00\x04\x93\xe0" + b"\xc0" * 300_000,
        b"\x93" + b"\xdd\x00\x01\x86\xa0".join([b""] * 4) + b"\xc0" * 300_000,
        msgpack.packb(msgpack.ExtType(2, b"\x7f" * 600)),
        _nested(30),
        _nested(100_000),
        msgpack.packb({1: 2}),
        msgpack.packb({b"x": 2}),
        msgpack.packb([1, msgpack.ExtType(1, b"")]),
        msgpack.packb(msgpack.ExtType(1, b"more")),
        msgpack.packb(msgpack.ExtType(99, b"")),
        msgpack.packb(msgpack.Timestamp(1)),
        msgpack.packb(msgpack.ExtType(3, b"")),
        msgpack.packb(msgpack.ExtType(3, b"\xff\xff\x90")),
        _tensor("float32", [2**40, 2**40], [0, 1]),
        _tensor("float32", [-1, -1], [0, 1], b"\x00" * 4),
        _tensor("float32", [2.0], [0], b"\x00" * 8),
        _tensor("float32", [2], [1], b"\x00" * 8),
        _tensor("float32", [1] * 17, [*range(17)], b"\x00" * 4),
        _tensor("object", [], []),
        _tensor("O8", [], [], kind=4),
        _tensor("bool", [1], [0], b"\x02"),
        b"\xc0\xc0",
        b"\xc1",
    ],
)
def test_hostile_frames_are_refused_at_once(frame):
    begin = time.perf_counter()
    with pytest.raises(wire.WireError):
        wire.decode(frame)
    assert time.perf_counter() - begin < 1


def test_a_trickle_of_bytes_does_not_stretch_the_time():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def trickle():
        theirs.sendall(struct.pack("!I", 1000))
        while not stop.wait(0.05):
            try:
                theirs.sendall(b"\xc0")
            except OSError:
                return

    thread = threading.Thread(target=trickle)
    thread.start()
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(ours, begin + 0.5)
    stop.set()
    assert time.monotonic() - begin < 5
    ours.close()
    thread.join()
    theirs.close()


def test_a_frame_that_is_too_large_is_not_read():
    ours, theirs = socket.socketpair()
    theirs.sendall(struct.pack("!I", 2**31))
    with pytest.raises(wire.WireError, match="frame of"):
        wire.receive(ours, time.monotonic() + 5)
    theirs.close()
    with pytest.raises(wire.Closed):
        wire.receive(ours, time.monotonic() + 5)
