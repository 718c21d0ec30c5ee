"""Count what a computation costs: FLOPs, tensors, bytes and calls, never seconds.

Counts are exact and the same on every machine. A dispatch mode sees every operation
that PyTorch runs below the learner's function, also those of a backward pass that the
function runs. FLOPs are those of `torch.utils.flop_counter`: matrix products,
convolutions and fused attention. Everything else, softmax too, counts 0 FLOPs; its
cost is the bytes it moves. Products that torch's counter misses (mv, dot, attention on
the CPU, the fused encoder layer) are counted here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod

import torch

from llmlab.i18n import _
from llmlab.meter import Meter, TensorInfo, tensors_in


@dataclass(frozen=True)
class Cost:
    """What one run cost; `result` is what the function returned."""

    flops: int
    largest: TensorInfo
    bytes_read: int
    bytes_written: int
    calls: Counter = field(compare=False)
    result: object = field(compare=False, repr=False)

    @property
    def bytes_moved(self) -> int:
        """Bytes read and written together."""
        return self.bytes_read + self.bytes_written


def measure(fn: Callable, /, *args, **kwargs) -> Cost:
    """All counts of one run of `fn(*args, **kwargs)`.

    FLOPs: see `flops`. Largest tensor: see `largest_tensor`. Bytes: see `bytes_moved`.
    Calls: see `calls`. Whatever `fn` raises is raised here, and nothing stays switched
    on. Runs may be nested: the outer one sees what the inner one ran.

    >>> x, y = torch.ones(2, 3), torch.ones(3, 5)
    >>> cost = measure(torch.matmul, x, y)
    >>> cost.flops, cost.largest.shape, cost.bytes_moved
    (60, (2, 5), 124)
    """
    fast = torch.backends.mha.get_fastpath_enabled()
    # the fused encoder layer would hide its matrix products in one unknown operation
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with Meter() as meter:
            result = fn(*args, **kwargs)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return Cost(
        meter.flops, meter.largest, meter.read, meter.written, meter.calls, result
    )


def flops(fn: Callable, /, *args, **kwargs) -> int:
    """Floating-point operations of the matrix products that `fn` runs.

    A product of (m, k) and (k, n) takes m·n·k multiplications and as many additions:
    2mkn. Fused attention counts its two products in full, causal or not. Elementwise
    operations, sums and softmax count 0, as in `torch.utils.flop_counter`; so does a
    product written as `(a * b).sum(-1)`.

    >>> flops(torch.matmul, torch.ones(2, 3), torch.ones(3, 5))
    60
    """
    return measure(fn, *args, **kwargs).flops


def largest_tensor(fn: Callable, /, *args, **kwargs) -> TensorInfo:
    """The tensor with the most numbers that any operation in `fn` produces.

    A view (transpose, slice, expand) and an in-place result are no new tensors. The
    arguments of `fn` do not count. `numel` is 0 if nothing is produced.

    >>> largest_tensor(lambda q: (q @ q.T).sum(), torch.ones(4, 2)).shape
    (4, 4)
    """
    return measure(fn, *args, **kwargs).largest


def bytes_moved(fn: Callable, /, *args, **kwargs) -> int:
    """Bytes that the operations in `fn` read and write, views excepted.

    Every operation reads each tensor it is given (a tensor given twice, twice) and
    writes each result, as if nothing stayed in a cache. A broadcast (expanded) axis
    is read once. A look-up such as an embedding reads only the rows it takes.

    >>> x = torch.ones(10)  # float32: reads 40 + 40 bytes, writes 40
    >>> bytes_moved(torch.add, x, x), bytes_moved(lambda: x.view(2, 5).T)
    (120, 0)
    """
    return measure(fn, *args, **kwargs).bytes_moved


def calls(fn: Callable, /, *args, **kwargs) -> Counter:
    """How often `fn` runs each ATen operation, views included, by name.

    >>> calls(lambda x: x.T @ x + 1, torch.ones(2, 2))["mm"]
    1
    """
    return measure(fn, *args, **kwargs).calls


class Tokens:
    """Tokens that ran through a model: `calls` lists them, `total` adds them up."""

    def __init__(self, model: Callable) -> None:
        self.model = model
        self.calls: list[int] = []

    @property
    def total(self) -> int:
        """Tokens of all calls together."""
        return sum(self.calls)

    def __call__(self, *args, **kwargs):
        """Run the model and count: for a function, which cannot be hooked."""
        if not isinstance(self.model, torch.nn.Module):
            self.add(args, kwargs)
        return self.model(*args, **kwargs)

    def add(self, args, kwargs) -> None:
        """Note one call by the first tensor among its arguments."""
        for tensor in tensors_in((args, kwargs)):
            # token ids have one axis less than their vectors
            ids = not tensor.is_floating_point()
            self.calls.append(prod(tensor.shape if ids else tensor.shape[:-1]))
            return
        raise ValueError(_("No tensor among the arguments: there is nothing to count."))


@contextmanager
def tokens(model: Callable) -> Iterator[Tokens]:
    """Count the tokens that run through `model` inside the `with` block.

    The first tensor argument decides: ids (B, T) and vectors (B, T, C) are B·T tokens.
    A module is counted wherever it is called, also by `model.forward`; a function only
    when it is called as `counted(...)`.

    >>> with tokens(torch.nn.Linear(4, 4)) as counted:
    ...     y = counted(torch.ones(2, 3, 4))
    >>> counted.total, counted.calls
    (6, [6])
    """
    counter = Tokens(model)
    if not isinstance(model, torch.nn.Module):
        yield counter
        return
    forward, own = model.forward, vars(model).get("forward")

    def counted(*args, **kwargs):
        counter.add(args, kwargs)
        return forward(*args, **kwargs)

    model.forward = counted
    try:
        yield counter
    finally:
        if own is None:
            del model.forward
        else:
            model.forward = own
