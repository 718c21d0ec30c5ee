"""Known mistakes: what a wrong answer computes, and the words that explain it.

A mistake's variant is derived from the oracle, so that it holds no answer. If the
learner's values equal the variant's on every case, the mistake is named.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from . import plain
from .compare import as_tensor, compare
from .probe import Failure

# a variant must be this much looser than the oracle's own tolerance to be robust
LOOSE = 20.0


@dataclass(frozen=True)
class Mistake:
    """One mistake that learners make.

    `words` say what the answer equals; `advice` says what to do about it. `variant`
    takes the oracle and inputs by name and returns the wrong value, or None where the
    mistake makes no sense. `native` variants are computed in the case's own dtype
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

    def value(self, oracle: Callable, inputs: dict, like):
        """The wrong value on these inputs, in the dtypes of `like`; None if none."""
        if self.variant is None:
            return None
        used = inputs if self.native else precise(inputs)
        try:
            value = call(self.variant, {"oracle": oracle, **used})
        except (RuntimeError, IndexError, ValueError, KeyError, TypeError):
            return None
        return None if value is None else cast(value, like)

    def explains(self, got, oracle, inputs: dict, expected, tolerance: float) -> bool:
        """Whether the value that came is this mistake's value, and not the right one."""
        if self.applies is not None:
            known = {**inputs, "got": got, "expected": expected}
            return bool(call(self.applies, known))
        wrong = self.value(oracle, inputs, expected)
        if wrong is None:
            return False
        if isinstance(wrong, dict) and isinstance(got, dict):
            # a variant may stand for a part of what the probe returns
            got = {key: got.get(key) for key in wrong}
            expected = {key: expected[key] for key in wrong}
        loose = tolerance * LOOSE
        if compare(_dtypes(got, wrong), wrong, loose) is None:
            return compare(_dtypes(got, expected), expected, tolerance) is not None
        return False

    def caused(self, failure: Failure) -> bool:
        """Whether the exception is the one that this mistake ends in."""
        text = f"{failure.kind}: {failure.text}"
        return bool(self.raises and re.search(self.raises, text))


def call(function: Callable, known: dict):
    """Call a function with those of the known values that its parameters name."""
    names = inspect.signature(function).parameters
    if any(p.kind is p.VAR_KEYWORD for p in names.values()):
        return function(**known)
    return function(**{name: known[name] for name in names if name in known})


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


def _dtypes(got, wrong):
    """The value that came, as floats of the variant's dtype: a wrong dtype on top of
    a mistake must not hide the mistake."""
    if isinstance(got, dict) and isinstance(wrong, dict):
        return {key: _dtypes(item, wrong.get(key)) for key, item in got.items()}
    if isinstance(got, Tensor) and isinstance(wrong, Tensor):
        if got.is_floating_point() and wrong.is_floating_point():
            return got.to(wrong.dtype)
    return got


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


@dataclass(frozen=True)
class Evidence:
    """One run of a probe with what was expected of it."""

    inputs: dict
    expected: object
    outcome: object
    tolerance: float


def name_mistake(
    mistakes: Iterable[Mistake], oracle: Callable, runs: list[Evidence]
) -> Mistake | None:
    """The first known mistake that explains every run that went wrong.

    A run explains itself by its value or by its exception. A run whose value is
    right must not contradict: there the variant has to be right too.
    """
    for mistake in mistakes:
        if _explains_all(mistake, oracle, runs):
            return mistake
    return None


def _differs(wrong, run: Evidence) -> bool:
    """Whether a variant is clearly not the right value."""
    expected = run.expected
    if isinstance(wrong, dict) and isinstance(expected, dict):
        expected = {key: expected[key] for key in wrong}
    return compare(wrong, expected, run.tolerance * LOOSE) is not None


def _explains_all(mistake: Mistake, oracle: Callable, runs: list[Evidence]) -> bool:
    seen = False
    for run in runs:
        outcome = run.outcome
        if outcome.failure is not None:
            if not mistake.caused(outcome.failure):
                return False
            seen = True
        elif compare(outcome.value, run.expected, run.tolerance) is not None:
            arguments = (outcome.value, oracle, run.inputs, run.expected)
            if not mistake.explains(*arguments, run.tolerance):
                return False
            seen = True
        elif mistake.variant is not None:
            wrong = mistake.value(oracle, run.inputs, run.expected)
            if wrong is not None and _differs(wrong, run):
                return False
    return seen
