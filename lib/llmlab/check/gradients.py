"""Gradients of a learner's function: does training reach what stands before it?"""

import inspect
import re
import types
from collections.abc import Callable

import torch
from torch import Tensor

from ..i18n import _
from .mistake import call
from .probe import Probe

_CUT = re.compile(
    r"does not require grad|element 0 of tensors|no grad_fn|Can't call numpy"
    r"|requires grad\. Use|leaf Variable that requires grad"
)


def probe(name: str, names: tuple[str, ...], namespace: dict) -> Probe:
    """Call the learner's function, go backward, return the inputs' gradients."""
    given = ", ".join(f"{n}=None" for n in names)
    pairs = ", ".join(f'"{n}": {n}' for n in names)
    source = (
        f"def {name}(student, {given}):\n"
        f"    inputs = {{{pairs}}}\n"
        "    given = [v for v in inputs.values() if v is not None]\n"
        "    floats = {n: v for n, v in inputs.items()\n"
        "              if hasattr(v, 'is_floating_point') and v.is_floating_point()}\n"
        "    for value in floats.values():\n"
        "        value.requires_grad_()\n"
        f"    out = student.{name}(*given)\n"
        "    parts = out if isinstance(out, (tuple, list)) else [out]\n"
        "    sum(part.square().sum() for part in parts).backward()\n"
        "    return {f'∂{n}': v.grad for n, v in floats.items()}\n"
    )
    made: dict = {}
    exec(source, made)
    code = made[name]
    function = types.FunctionType(code.__code__, namespace, name, code.__defaults__)
    return Probe(function, source, names)


def oracle(function: Callable) -> Callable:
    """The oracle's own gradients, of the sum of its squared values: all of them, if it
    returns several tensors."""

    def gradients(**inputs) -> dict:
        leaves = {
            name: value.detach().clone().requires_grad_()
            for name, value in inputs.items()
            if isinstance(value, Tensor) and value.is_floating_point()
        }
        output = call(function, {**inputs, **leaves})
        parts = output.values() if isinstance(output, dict) else output
        parts = [output] if isinstance(output, Tensor) else parts
        total = sum(part.square().sum() for part in parts)
        found = torch.autograd.grad(total, leaves.values())
        return {f"∂{n}": g for n, g in zip(leaves, found, strict=True)}

    gradients.__signature__ = inspect.signature(function)
    return gradients


def trouble(outcome, shown: str) -> tuple[str, list[str]]:
    """Why no gradient comes back: an id and the words, or "" and nothing."""
    failure, value = outcome.failure, outcome.value
    if failure is not None and "inplace operation" in failure.text:
        return "overwritten", _overwritten(shown)
    missing = isinstance(value, dict) and any(item is None for item in value.values())
    if missing or (failure is not None and _CUT.search(failure.text)):
        return "no-gradient", _cut(shown)
    return "", []


def _overwritten(shown: str) -> list[str]:
    return [
        _(
            "{inputs}: the values are right, but going backward stops: your code "
            "overwrites a tensor that torch needs for the gradient."
        ).format(inputs=shown),
        _(
            "→ Operations such as `/=` and `exp_()` write into a tensor. Make a new "
            "one: `x = x / y`."
        ),
    ]


def _cut(shown: str) -> list[str]:
    return [
        _(
            "{inputs}: the values are right, but no gradient flows back through your "
            "code. Nothing before it could learn."
        ).format(inputs=shown),
        _(
            "→ Use torch operations from input to output. numpy, `.tolist()`, "
            "`.item()`, `.detach()`, `no_grad` and a new `torch.tensor(…)` cut the "
            "gradient."
        ),
    ]
