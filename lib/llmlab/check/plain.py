"""Plain data: the only thing that passes between a probe and its verdict.

None, bool, int, float, str, bytes, lists, tuples, dicts with plain keys, tensors and
arrays. Everything else is refused with a message that says what to return instead.
"""

import numpy as np
import torch
from torch import Tensor

SCALARS = (bool, int, float, str, bytes)
MAX_DEPTH = 8


class NotPlain(TypeError):
    """A probe returned something that cannot leave the learner's process."""

    def __init__(self, value: object, where: str):
        self.type_name = type(value).__name__
        self.where = where
        super().__init__(f"{where or 'value'} is a {self.type_name}")


def freeze(value, where: str = "", depth: int = 0):
    """A detached copy of a value: nothing in it is shared with the learner's code.

    Shapes: tensors keep shape, dtype and strides order; gradients are dropped.
    Errors: NotPlain for anything that is not plain data.

    >>> freeze({"weights": torch.ones(2, requires_grad=True)})
    {'weights': tensor([1., 1.])}
    """
    if depth > MAX_DEPTH:
        raise NotPlain(value, where)
    if value is None or type(value) in SCALARS:
        return value
    if isinstance(value, Tensor):
        return value.detach().cpu().clone().as_subclass(Tensor)
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biufc":
            raise NotPlain(value, where)
        return np.array(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, torch.Size):
        return tuple(value)
    if type(value) in (list, tuple):
        items = (freeze(v, f"{where}[{i}]", depth + 1) for i, v in enumerate(value))
        return type(value)(items)
    if isinstance(value, dict):
        return {
            str(key): freeze(item, f"{where}[{key!r}]", depth + 1)
            for key, item in value.items()
        }
    raise NotPlain(value, where)


def same(a, b) -> bool:
    """Whether two frozen values are equal to the bit (NaN equals NaN)."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return bool(torch.equal(a, b) or torch.allclose(a, b, 0, 0, equal_nan=True))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b
