"""Plain data as bytes, and back: all that the two sides can say to each other.

None, bool, int, float, str, bytes, list, tuple, dict with text keys, tensors and
arrays; nothing else can be said. The decoder trusts no length: sizes, counts and
depths are bounded, and a count is checked against the bytes that are left.
"""

import struct

import numpy as np
import torch

MAX_DEPTH = 24
MAX_ITEMS = 200_000
MAX_INT_BYTES = 512
MAX_AXES = 16

_U32 = struct.Struct("!I")
_F64 = struct.Struct("!d")
_I64 = struct.Struct("!q")

TORCH_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    )
}
NUMPY_KINDS = "biufc"


class WireError(ValueError):
    """What came is not a frame of ours, or is larger than allowed."""


# encoding --------------------------------------------------------------------------


def encode(value) -> bytes:
    """A value as bytes. Errors: WireError for anything that is not plain data."""
    out = bytearray()
    _put(out, value, 0)
    return bytes(out)


def _put(out: bytearray, value, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    kind = type(value)
    if value is None:
        out += b"N"
    elif kind is bool:
        out += b"T" if value else b"F"
    elif kind is int:
        size = (value.bit_length() + 8) // 8
        _sized(out, b"i", value.to_bytes(size, "big", signed=True))
    elif kind is float:
        out += b"f" + _F64.pack(value)
    elif kind is str:
        _sized(out, b"s", value.encode("utf-8", "surrogatepass"))
    elif kind is bytes:
        _sized(out, b"b", value)
    elif kind in (list, tuple):
        out += (b"l" if kind is list else b"t") + _U32.pack(len(value))
        for item in value:
            _put(out, item, depth + 1)
    elif kind is dict:
        out += b"d" + _U32.pack(len(value))
        for key, item in value.items():
            if type(key) is not str:
                raise WireError(f"a key is a {type(key).__name__}, not text")
            _sized(out, b"", key.encode("utf-8", "surrogatepass"))
            _put(out, item, depth + 1)
    elif isinstance(value, torch.Tensor):
        _put_tensor(out, value)
    elif isinstance(value, np.ndarray):
        _put_array(out, value)
    else:
        raise WireError(f"a {kind.__name__} is not plain data")


def _sized(out: bytearray, tag: bytes, data: bytes) -> None:
    out += tag + _U32.pack(len(data))
    out += data


def _put_tensor(out: bytearray, value: torch.Tensor) -> None:
    value = value.detach().resolve_conj().resolve_neg()
    name = str(value.dtype).removeprefix("torch.")
    if name not in TORCH_DTYPES or value.layout is not torch.strided:
        raise WireError(f"a tensor of {value.dtype}, {value.layout} cannot be sent")
    # axes in the order of memory, so that a transposed tensor arrives transposed
    strides = value.stride()
    order = sorted(range(value.ndim), key=lambda axis: -strides[axis])
    dense = value.permute(order).contiguous().cpu()
    data = dense.reshape(-1).view(torch.uint8).numpy().tobytes()
    _header(out, b"x", name, tuple(dense.shape), order)
    _sized(out, b"", data)


def _put_array(out: bytearray, value: np.ndarray) -> None:
    if value.dtype.kind not in NUMPY_KINDS:
        raise WireError(f"an array of {value.dtype} cannot be sent")
    dense = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("="))
    _header(out, b"n", dense.dtype.name, value.shape, range(value.ndim))
    _sized(out, b"", dense.tobytes())


def _header(out: bytearray, tag: bytes, name: str, shape, order) -> None:
    _sized(out, tag, name.encode())
    out += bytes([len(shape)])
    for size in shape:
        out += _I64.pack(size)
    out += bytes(order)


# decoding --------------------------------------------------------------------------


def decode(data: bytes):
    """The value of a frame. Errors: WireError for bytes that `encode` never makes."""
    reader = _Reader(memoryview(data))
    value = reader.value(0)
    if reader.left:
        raise WireError("bytes after the value")
    return value


class _Reader:
    """Reads one frame; every length is checked before anything is made of it."""

    def __init__(self, data: memoryview):
        self.data, self.at, self.items = data, 0, 0

    @property
    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, count: int) -> memoryview:
        if count > self.left:
            raise WireError("the frame ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def length(self) -> int:
        return _U32.unpack(self.take(4))[0]

    def text(self) -> str:
        try:
            return bytes(self.take(self.length())).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise WireError("text that is not UTF-8") from None

    def count(self, smallest: int) -> int:
        """How many items follow; each takes at least `smallest` bytes."""
        count = self.length()
        self.items += count
        if count * smallest > self.left or self.items > MAX_ITEMS:
            raise WireError("more items than fit")
        return count

    def value(self, depth: int):
        if depth > MAX_DEPTH:
            raise WireError("nested too deeply")
        tag = bytes(self.take(1))
        if tag in b"NTF":
            return {b"N": None, b"T": True, b"F": False}[tag]
        if tag == b"i":
            size = self.length()
            if size > MAX_INT_BYTES:
                raise WireError("an integer of too many digits")
            return int.from_bytes(self.take(size), "big", signed=True)
        if tag == b"f":
            return _F64.unpack(self.take(8))[0]
        if tag == b"s":
            return self.text()
        if tag == b"b":
            return bytes(self.take(self.length()))
        if tag in b"lt":
            items = [self.value(depth + 1) for _ in range(self.count(1))]
            return items if tag == b"l" else tuple(items)
        if tag == b"d":
            return {self.text(): self.value(depth + 1) for _ in range(self.count(5))}
        if tag == b"x":
            return self.tensor()
        if tag == b"n":
            return self.array()
        raise WireError("an unknown kind of value")

    def layout(self) -> tuple[str, list[int], list[int]]:
        name, axes = self.text(), self.take(1)[0]
        if axes > MAX_AXES:
            raise WireError("too many axes")
        shape = [_I64.unpack(self.take(8))[0] for _ in range(axes)]
        order = list(self.take(axes))
        if sorted(order) != list(range(axes)) or min(shape, default=0) < 0:
            raise WireError("no shape")
        return name, shape, order

    def content(self, shape: list[int], width: int) -> bytearray:
        size = self.length()
        wanted = width
        for axis in shape:
            wanted *= axis
        if size != wanted:
            raise WireError("shape and bytes disagree")
        return bytearray(self.take(size))

    def tensor(self) -> torch.Tensor:
        name, shape, order = self.layout()
        if name not in TORCH_DTYPES:
            raise WireError("an unknown dtype")
        dtype = TORCH_DTYPES[name]
        data = self.content(shape, dtype.itemsize)
        if dtype is torch.bool and data.count(0) + data.count(1) != len(data):
            raise WireError("a bool that is neither 0 nor 1")
        flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0).to(dtype)
        back = [order.index(axis) for axis in range(len(order))]
        return flat.reshape(shape).permute(back)

    def array(self) -> np.ndarray:
        name, shape, _order = self.layout()
        try:
            dtype = np.dtype(name)
        except TypeError:
            raise WireError("an unknown dtype") from None
        if dtype.kind not in NUMPY_KINDS or dtype.name != name:
            raise WireError("an unknown dtype")
        data = self.content(shape, dtype.itemsize)
        return np.frombuffer(data, dtype).reshape(shape)
