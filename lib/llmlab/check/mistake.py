"""Known mistakes: what a wrong answer computes, and the words that explain it.

A mistake's variant is derived from the oracle, so that it holds no answer. If the
learner's values equal the variant's on every case, the mistake is named.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from . import plain
from .compare import COARSE, as_tensor, equal
from .failure import Failure

# A wrong value is met this much more loosely than a right one: it is computed on other
# ways than the learner's. A dtype of 8 or 11 bits leaves no room for that.
LOOSE, LOOSE_IF_COARSE = 20.0, 2.0


@dataclass(frozen=True)
class Mistake:
    """One mistake that learners make.

    `words` say what the answer equals; `advice` says what to do about it. `variant`
    takes the oracle and inputs by name (`got`: the value that came, if there is a
    number to be fitted) and returns the wrong value, or None where the mistake makes
    no sense. `native` variants are computed in the case's own dtype
    (overflow depends on it), others in float64. `raises` is a pattern of the
    exception that the mistake ends in. `applies` sees the value that came and the
    expected one when the wrong value cannot be computed. `figures` computes numbers
    from the sizes, to be filled into the words.
    """

    id: str
    words: str
    advice: str = ""
    variant: Callable | None = None
    native: bool = False
    raises: str = ""
    applies: Callable | None = None
    figures: Callable | None = None

    def value(self, oracle: Callable, inputs: dict, like, got=None):
        """The wrong value on these inputs, in the dtypes of `like`; None if none."""
        if self.variant is None:
            return None
        used = inputs if self.native else precise(inputs)
        try:
            value = call(self.variant, {"oracle": oracle, "got": got, **used})
        except Exception:  # a mistake that makes no sense for these inputs
            return None
        return None if value is None else cast(value, like)

    def explains(self, got, oracle, inputs: dict, expected, tolerance: float) -> bool:
        """Whether what came is this mistake's value, and not the right one."""
        if self.applies is not None:
            known = {**inputs, "got": got, "expected": expected}
            return bool(call(self.applies, known))
        wrong = self.value(oracle, inputs, expected, got)
        if wrong is None:
            return False
        if isinstance(wrong, dict) and isinstance(got, dict):
            # a variant may stand for a part of what the probe returns
            got = {key: got.get(key) for key in wrong}
            expected = {key: expected[key] for key in wrong}
        loose = tolerance * looseness(expected)
        if not equal(as_floats(got, wrong), wrong, loose):
            return False
        # where the mistake does no harm it explains nothing
        return not equal(as_floats(got, expected), expected, tolerance) and not equal(
            wrong, expected, tolerance
        )

    def caused(self, failure: Failure) -> bool:
        """Whether the exception is the one that this mistake ends in.

        The pattern sees "Kind: text | the learner's line".
        """
        text = f"{failure.kind}: {failure.text} | {failure.code}"
        return bool(self.raises and re.search(self.raises, text))


def ways(
    id: str,
    words: str,
    advice: str,
    *variants: Callable,
    native: tuple = (),
    raises: str = "",
    figures: Callable | None = None,
) -> list[Mistake]:
    """One mistake that may be computed in several ways, each with its own value.

    `native` ways are computed in the case's own dtype, where they may overflow.
    """
    rest = {"raises": raises, "figures": figures}
    made = [Mistake(id, words, advice, v, **rest) for v in variants]
    return made + [Mistake(id, words, advice, v, native=True, **rest) for v in native]


def call(function: Callable, known: dict):
    """Call a function with those of the known values that its parameters name."""
    names = _parameters(function)
    if names is None:
        return function(**known)
    return function(**{name: known[name] for name in names if name in known})


@lru_cache(maxsize=2048)
def _parameters(function: Callable) -> tuple[str, ...] | None:
    """The names of a function's parameters; None if it takes any."""
    found = inspect.signature(function).parameters
    return (
        None if any(p.kind is p.VAR_KEYWORD for p in found.values()) else tuple(found)
    )


def precise(inputs: dict) -> dict:
    """The inputs with floating-point tensors in float64."""
    return {
        name: value.double()
        if isinstance(value, Tensor) and value.is_floating_point()
        else value
        for name, value in inputs.items()
    }


def cast(value, like):
    """A value with the dtypes of `like`, where it has floating-point tensors."""
    value = as_tensor(value)
    if isinstance(value, dict):
        other = like if isinstance(like, dict) else {}
        return {key: cast(item, other.get(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        other = like if isinstance(like, list | tuple) else [None] * len(value)
        return type(value)(cast(a, b) for a, b in zip(value, other, strict=False))
    if not isinstance(value, Tensor):
        return value
    value = value.detach()
    target = like.dtype if isinstance(like, Tensor) else value.dtype
    if value.is_floating_point() and target.is_floating_point:
        return value.to(target)
    return value


def as_floats(got, wrong):
    """The value that came, in the dtype of another: a wrong dtype on top of a mistake
    must not hide the mistake. Zeros and ones count as a mask."""
    if isinstance(got, dict) and isinstance(wrong, dict):
        return {key: as_floats(item, wrong.get(key)) for key, item in got.items()}
    if isinstance(wrong, Tensor) and isinstance(got, bool | int | float):
        # a mistake's value is a tensor even where the answer is a plain number
        dtype = wrong.dtype if wrong.is_floating_point() else None
        got = torch.tensor(got, dtype=dtype)
    if isinstance(got, Tensor) and isinstance(wrong, Tensor):
        if got.is_floating_point() and wrong.is_floating_point():
            return got.to(wrong.dtype)
        if wrong.dtype == torch.bool and bool(((got == 0) | (got == 1)).all()):
            return got.bool()
    return got


def looseness(expected) -> float:
    """How much more loosely than a right value a mistake's value is met."""
    values = expected.values() if isinstance(expected, dict) else [expected]
    coarse = any(isinstance(v, Tensor) and v.dtype in COARSE for v in values)
    return LOOSE_IF_COARSE if coarse else LOOSE


def expect(oracle: Callable, inputs: dict, dtype: torch.dtype):
    """What the oracle says, computed in float64 and rounded to the case's dtype."""
    return _round(plain.freeze(call(oracle, precise(inputs))), dtype)


def _round(value, dtype: torch.dtype):
    if isinstance(value, dict):
        return {key: _round(item, dtype) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_round(item, dtype) for item in value)
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(value)
    if isinstance(value, Tensor) and value.dtype == torch.float64:
        return value.to(dtype)
    return value
