"""The text of a notebook's function and of what it needs, to run it elsewhere."""

import inspect
import math
import textwrap
import types
from collections.abc import Callable

from llmlab.i18n import _

CONSTANTS = (bool, int, float, str, bytes, tuple, type(None))


def namespace() -> dict:
    """The names that every notebook's set-up cell gives, and `dist`."""
    import torch
    import torch.distributed as dist
    import torch.nn.functional as F
    from einops import rearrange
    from jaxtyping import Bool, Float, Int

    known = {"math": math, "torch": torch, "F": F, "dist": dist}
    known |= {"rearrange": rearrange, "Bool": Bool, "Float": Float, "Int": Int}
    return known | {"Tensor": torch.Tensor, "nn": torch.nn}


def of(function: Callable) -> str:
    """Python text that defines `function` and the functions, modules and constants
    of its notebook that it reaches.

    Errors: RuntimeError if a function's text is not to be had.
    """
    return "\n".join(_parts(function, set(namespace())))


def _parts(function: Callable, known: set[str]) -> list[str]:
    known.add(function.__name__)
    parts = []
    for name in sorted(_names(function.__code__)):
        if name in known or name not in function.__globals__:
            continue
        value = function.__globals__[name]
        if isinstance(value, types.FunctionType) and (
            value.__globals__ is function.__globals__
        ):
            parts += _parts(value, known)
        elif line := _line(name, value):
            parts.append(line)
        known.add(name)
    return [*parts, _text(function)]


def _line(name: str, value: object) -> str:
    """How a module, a constant or a library's function gets its name."""
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__} as {name}"
    if isinstance(value, CONSTANTS):
        return f"{name} = {value!r}"
    module, own = getattr(value, "__module__", ""), getattr(value, "__name__", "")
    if module and own and module != "__main__":
        return f"from {module} import {own} as {name}"
    return ""


def _names(code: types.CodeType) -> set[str]:
    """Global names that a function reads, those of functions inside it included."""
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    return set(code.co_names).union(*map(_names, inner))


def _text(function: Callable) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        text = _("The text of {name} is not to be had: define it in a cell.")
        raise RuntimeError(text.format(name=function.__name__)) from None
