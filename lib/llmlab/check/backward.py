"""A function's value and the gradients of all that is given to it. For oracles."""

from collections.abc import Callable

import torch
from torch import Tensor


def with_gradients(function: Callable, *, flat: str = "", **tensors: Tensor) -> dict:
    """The output of a function of tensors, and the gradients of its sum of squares.

    Returns "output" and a "∂…" for each tensor, as `run_module` does. `flat` names
    those whose gradient is to be one vector, with spaces between.

    >>> found = with_gradients(lambda x: x * x, x=torch.tensor([2.0]))
    >>> found["output"], found["∂x"]
    (tensor([4.]), tensor([32.]))
    """
    leaves = {n: t.detach().clone().requires_grad_() for n, t in tensors.items()}
    with torch.enable_grad():
        output = function(**leaves)
        found = torch.autograd.grad(output.square().sum(), leaves.values())
    gradients = dict(zip(leaves, found, strict=True))
    gradients |= {name: gradients[name].flatten() for name in flat.split()}
    return {"output": output.detach(), **{f"∂{n}": g for n, g in gradients.items()}}
