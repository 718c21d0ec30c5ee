"""Compare what came with what was expected, and describe the difference."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# allowed (relative, absolute) difference per dtype. float32: a few roundings of
# 2**-24 added up over some dozens of products. bfloat16 keeps 8 bits: 2**-8 a step.
TOLERANCE = {
    torch.float64: (1e-9, 1e-10),
    torch.float32: (1e-5, 1e-6),
    torch.float16: (5e-3, 5e-3),
    torch.bfloat16: (3e-2, 3e-2),
}
# dtypes of 8 or 11 bits
COARSE = (torch.bfloat16, torch.float16)


# tensors of at most this many numbers are shown whole
SMALL = 8


@dataclass(frozen=True)
class Difference:
    """How a value differs from the expected one.

    `kind` is "type", "shape", "dtype" or "values". `index` is the first place that
    differs; `share` the part of the values that do; `pattern` an observed regularity.
    `whole` holds expected and got if they are small enough to be shown.
    """

    kind: str
    where: str = ""
    expected: object = None
    got: object = None
    index: tuple = ()
    share: float = 0.0
    pattern: tuple = ()
    whole: tuple = ()


def as_tensor(value):
    """Numbers and arrays as tensors; anything else unchanged."""
    if isinstance(value, np.ndarray):
        return torch.from_numpy(value)
    if isinstance(value, bool | int | float):
        return torch.tensor(value)
    return value


def size(value) -> int:
    """How many numbers a plain value holds; in a dict, its largest part."""
    if isinstance(value, dict):
        return max(map(size, value.values()), default=0)
    return value.numel() if isinstance(value, Tensor) else 1


def equal(got, expected, tolerance: float = 1.0) -> bool:
    """Whether two plain values are the same: `compare` without a description."""
    if isinstance(expected, Tensor):
        return (
            isinstance(got, Tensor)
            and got.shape == expected.shape
            and got.dtype == expected.dtype
            and bool(close(got, expected, tolerance).all())
        )
    if isinstance(expected, dict) and isinstance(got, dict):
        return len(got) == len(expected) and all(
            key in got and equal(got[key], item, tolerance)
            for key, item in expected.items()
        )
    return compare(got, expected, tolerance) is None


def compare(got, expected, tolerance: float = 1.0, where: str = ""):
    """The first Difference between two plain values, or None.

    Order: type, shape, dtype, values. Tolerance: see TOLERANCE, times `tolerance`.
    """
    if isinstance(expected, dict):
        return _compare_items(got, expected, tolerance, where, dict)
    if isinstance(expected, list | tuple):
        return _compare_items(got, expected, tolerance, where, (list, tuple))
    if isinstance(expected, Tensor):
        if not isinstance(got, Tensor):
            return Difference("type", where, "Tensor", _type_name(got))
        return _compare_tensors(got, expected, tolerance, where)
    if isinstance(expected, float) and isinstance(got, int | float):
        close = math.isclose(got, expected, rel_tol=1e-6 * tolerance, abs_tol=1e-9)
        return None if close else Difference("values", where, expected, got, share=1.0)
    if got != expected:
        return Difference("values", where, expected, got, share=1.0)
    return None


def _compare_items(got, expected, tolerance, where, kind):
    if kind is dict and isinstance(got, dict):
        # which one is missing says more than how many there are
        odd = next((key for key in got if key not in expected), None)
        if expected.keys() <= got.keys() and odd is not None:
            return Difference("type", f"{where}{odd}", "nothing", _type_name(got[odd]))
    elif not isinstance(got, kind) or len(got) != len(expected):
        shown = f"{_type_name(expected)} of {len(expected)}"
        return Difference("type", where, shown, _type_name(got))
    pairs = expected.items() if kind is dict else enumerate(expected)
    for key, item in pairs:
        name = f"{where}{key}" if kind is dict else f"{where}[{key}]"
        if kind is dict and key not in got:
            return Difference("type", name, _type_name(item), "nothing")
        found = compare(got[key], item, tolerance, name)
        if found:
            return found
    return None


def _compare_tensors(got: Tensor, expected: Tensor, tolerance: float, where: str):
    if got.shape != expected.shape:
        return Difference("shape", where, tuple(expected.shape), tuple(got.shape))
    if got.dtype != expected.dtype:
        return Difference("dtype", where, expected.dtype, got.dtype)
    wrong = ~close(got, expected, tolerance)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in wrong.nonzero()[0])
    return Difference(
        "values",
        where,
        expected[index].item(),
        got[index].item(),
        index,
        wrong.double().mean().item(),
        pattern(got, expected, wrong, tolerance),
        (expected, got) if expected.numel() <= SMALL else (),
    )


def close(got: Tensor, expected: Tensor, tolerance: float = 1.0) -> Tensor:
    """Element by element: equal within the tolerance of the expected dtype."""
    if not expected.dtype.is_floating_point:
        return got == expected
    relative, absolute = TOLERANCE[expected.dtype]
    if expected.numel():
        # a small sum of large terms is as rough as the terms are
        largest = expected.abs().nan_to_num(0.0, 0.0, 0.0).max().item()
        absolute *= max(1.0, largest)
    return torch.isclose(
        got.double(),
        expected.double(),
        rtol=relative * tolerance,
        atol=absolute * tolerance,
        equal_nan=True,
    )


def rough_share(got, expected) -> float:
    """The largest difference as a part of the largest expected value; ∞ if the two
    cannot be compared."""
    if isinstance(expected, dict) and isinstance(got, dict) and expected:
        return max(rough_share(got.get(key), expected[key]) for key in expected)
    if not isinstance(expected, Tensor) or not isinstance(got, Tensor):
        return 0.0 if got == expected else math.inf
    if not expected.is_floating_point() or got.shape != expected.shape:
        return math.inf
    if not bool(got.isfinite().all() and expected.isfinite().all()) or not got.numel():
        return math.inf
    largest = expected.double().abs().max().item()
    return (got.double() - expected.double()).abs().max().item() / (largest or 1.0)


def pattern(got: Tensor, expected: Tensor, wrong: Tensor, tolerance: float) -> tuple:
    """A regularity in the difference, as (name, details…), or () if none is seen.

    Names: "nan", "inf", "negated", "inverted", "ratio", "offset", "transposed",
    "rows", "columns".
    """
    if got.dtype == torch.bool:
        if bool((got != expected).all()):
            return ("inverted",)
        return _lines(wrong)
    values, target = got.double(), expected.double()
    if bool(values.isnan().any()) and not bool(target.isnan().any()):
        return ("nan", values.isnan().double().mean().item())
    if bool(values.isinf().any()) and not bool(target.isinf().any()):
        return ("inf", values.isinf().double().mean().item())
    return _proportion(values, target, expected.dtype) or (
        _transposed(got, expected, tolerance) or _lines(wrong)
    )


def _proportion(values: Tensor, target: Tensor, dtype) -> tuple:
    """One factor or one offset that explains every value."""
    loose = 1e-3 if dtype in (torch.float32, torch.float64) else 3e-2
    finite = target.isfinite() & values.isfinite()
    used = finite & (target.abs() > 1e-3)
    if int(used.sum()) >= 3:
        ratio = (values / target)[used]
        middle = ratio.median()
        rest = (values - middle * target)[finite].abs().max()
        scale = target[finite].abs().max()
        if rest <= loose * scale * middle.abs() and middle.abs() > 1e-6:
            if abs(middle.item() + 1) < loose:
                return ("negated",)
            # a factor of nearly 1 says nothing
            return ("ratio", middle.item()) if abs(middle.item() - 1) > 0.02 else ()
    if int(finite.sum()) >= 3:
        offset = (values - target)[finite]
        middle = offset.median()
        if (offset - middle).abs().max() <= loose * middle.abs():
            return ("offset", middle.item())
    return ()


def _transposed(got: Tensor, expected: Tensor, tolerance: float) -> tuple:
    square = got.ndim >= 2 and got.shape[-1] == got.shape[-2]
    if square and bool(close(got.mT, expected, tolerance).all()):
        return ("transposed",)
    return ()


def _lines(wrong: Tensor) -> tuple:
    """Whole rows or columns that are right while others are not."""
    if wrong.ndim < 2:
        return ()
    for name, axis in (("rows", -2), ("columns", -1)):
        other = [i for i in range(wrong.ndim) if i != wrong.ndim + axis]
        bad = wrong.any(dim=tuple(other)) if other else wrong
        right = [i for i, b in enumerate(bad.tolist()) if not b]
        if right and len(right) < len(bad):
            return (name, tuple(right), len(bad))
    return ()


def _type_name(value) -> str:
    return "None" if value is None else type(value).__name__
