"""Plain data as bytes, and back: all that the two sides can say to each other.

None, bool, int, float, str, bytes, list, tuple, dict with text keys, tensors and
arrays; nothing else can be said. The bytes are msgpack's, whose reader makes no other
objects. Sizes, counts and depths are bounded on both sides.
"""

import struct

import msgpack
import numpy as np
import torch

MAX_DEPTH = 24
MAX_ITEMS = 200_000
MAX_INT_BYTES = 512
MAX_AXES = 16

TUPLE, INT, TENSOR, ARRAY = range(1, 5)  # kinds of msgpack's extensions
_MARK = msgpack.ExtType(TUPLE, b"")
_U16 = struct.Struct("!H")
_BASE = (type(None), bool, int, float, str, bytes)

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


def _check(value, depth: int = 0) -> int:
    """The number of items in a value. Errors: WireError if it is not plain data."""
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    kind = type(value)
    if kind is dict:
        for key in value:
            if type(key) is not str:
                raise WireError(f"a key is a {type(key).__name__}, not text")
        inside = value.values()
    elif kind is list or kind is tuple:
        inside = value
    elif kind in _BASE or isinstance(value, torch.Tensor | np.ndarray):
        return 0
    else:
        raise WireError(f"a {kind.__name__} is not plain data")
    count = len(value)
    for item in inside:
        if type(item) not in _BASE:
            count += _check(item, depth + 1)
    if count > MAX_ITEMS:
        raise WireError("too many items")
    return count


# encoding --------------------------------------------------------------------------


def encode(value) -> bytes:
    """A value as bytes. Errors: WireError for anything that is not plain data."""
    _check(value)
    try:
        return msgpack.packb(
            value, default=_other, strict_types=True, unicode_errors="surrogatepass"
        )
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError) as error:
        raise WireError(str(error)) from None


def _other(value):
    """What msgpack has no kind for."""
    kind = type(value)
    if kind is tuple:
        return [_MARK, *value]
    if kind is int:  # of more than 64 bits
        size = (value.bit_length() + 8) // 8
        return msgpack.ExtType(INT, value.to_bytes(size, "big", signed=True))
    if isinstance(value, torch.Tensor):
        return _tensor(value)
    if isinstance(value, np.ndarray):
        return _array(value)
    raise WireError(f"a {kind.__name__} is not plain data")


def _tensor(value: torch.Tensor) -> msgpack.ExtType:
    value = value.detach().resolve_conj().resolve_neg()
    name = str(value.dtype).removeprefix("torch.")
    if name not in TORCH_DTYPES or value.layout is not torch.strided:
        raise WireError(f"a tensor of {value.dtype}, {value.layout} cannot be sent")
    # axes in the order of memory, so that a transposed tensor arrives transposed
    strides = value.stride()
    order = sorted(range(value.ndim), key=lambda axis: -strides[axis])
    dense = value.permute(order).contiguous().cpu()
    data = dense.reshape(-1).view(torch.uint8).numpy().tobytes()
    return _with_layout(TENSOR, name, list(dense.shape), order, data)


def _array(value: np.ndarray) -> msgpack.ExtType:
    if value.dtype.kind not in NUMPY_KINDS:
        raise WireError(f"an array of {value.dtype} cannot be sent")
    dense = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("="))
    order, shape = list(range(value.ndim)), list(value.shape)
    return _with_layout(ARRAY, dense.dtype.name, shape, order, dense.tobytes())


def _with_layout(kind: int, name: str, shape: list, order: list, data: bytes):
    head = msgpack.packb([name, shape, order])
    return msgpack.ExtType(kind, _U16.pack(len(head)) + head + data)


# decoding --------------------------------------------------------------------------


def decode(data: bytes):
    """The value of a frame. Errors: WireError for bytes that `encode` never makes."""
    try:
        value = msgpack.unpackb(
            data,
            ext_hook=_extension,
            list_hook=_list,
            unicode_errors="surrogatepass",
            max_array_len=MAX_ITEMS + 1,
            max_map_len=MAX_ITEMS,
        )
        _check(value)
    except WireError:
        raise
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        text = f"no frame of ours: {type(error).__name__} {error}"
        raise WireError(text) from None
    return value


def _list(items: list):
    """A list, or the tuple that a mark at its beginning says it is."""
    if items and items[0] is _MARK:
        return tuple(items[1:])
    if any(item is _MARK for item in items):
        raise WireError("a mark in the wrong place")
    return items


def _extension(kind: int, data: bytes):
    if kind == TUPLE and not data:
        return _MARK
    if kind == INT:
        if len(data) > MAX_INT_BYTES:
            raise WireError("an integer of too many digits")
        return int.from_bytes(data, "big", signed=True)
    if kind == TENSOR:
        return _read_tensor(data)
    if kind == ARRAY:
        return _read_array(data)
    raise WireError("an unknown kind of value")


def _layout(data: bytes) -> tuple[str, list[int], list[int], memoryview]:
    size = _U16.unpack_from(data)[0] if len(data) >= 2 else len(data)
    head = msgpack.unpackb(data[2 : 2 + size], max_array_len=MAX_AXES)
    try:
        name, shape, order = head
        whole = all(type(n) is int and n >= 0 for n in [*shape, *order])
    except (ValueError, TypeError):
        raise WireError("no layout") from None
    if not whole or type(name) is not str or sorted(order) != [*range(len(shape))]:
        raise WireError("no shape")
    return name, shape, order, memoryview(data)[2 + size :]


def _content(data: memoryview, shape: list[int], width: int) -> bytearray:
    wanted = width
    for axis in shape:
        wanted *= axis
    if len(data) != wanted:
        raise WireError("shape and bytes disagree")
    return bytearray(data)


def _read_tensor(frame: bytes) -> torch.Tensor:
    name, shape, order, data = _layout(frame)
    if name not in TORCH_DTYPES:
        raise WireError("an unknown dtype")
    dtype = TORCH_DTYPES[name]
    content = _content(data, shape, dtype.itemsize)
    if dtype is torch.bool and content.count(0) + content.count(1) != len(content):
        raise WireError("a bool that is neither 0 nor 1")
    none = torch.empty(0).to(dtype)
    flat = torch.frombuffer(content, dtype=dtype) if content else none
    back = [order.index(axis) for axis in range(len(order))]
    return flat.reshape(shape).permute(back)


def _read_array(frame: bytes) -> np.ndarray:
    name, shape, _order, data = _layout(frame)
    try:
        dtype = np.dtype(name)
    except TypeError:
        raise WireError("an unknown dtype") from None
    if dtype.kind not in NUMPY_KINDS or dtype.name != name:
        raise WireError("an unknown dtype")
    content = _content(data, shape, dtype.itemsize)
    return np.frombuffer(content, dtype).reshape(shape)
