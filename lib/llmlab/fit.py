"""A plain training loop, for experiments."""

from collections.abc import Callable

import torch
from torch import Tensor, nn


def train(
    model: nn.Module,
    loss_of: Callable[[nn.Module], Tensor],
    steps: int,
    rate: float = 1e-2,
    warm_up: int = 50,
) -> list[float]:
    """AdamW for some steps; returns the loss of each.

    `loss_of(model)` draws a batch and returns its loss. The learning rate rises
    linearly over `warm_up` steps and then falls linearly to 0.

    >>> line = nn.Linear(1, 1)
    >>> losses = train(line, lambda f: (f(torch.ones(1, 1)) - 9) ** 2, 300, rate=0.1)
    >>> losses[-1] < 0.1 * losses[0]
    True
    """
    optimizer = torch.optim.AdamW(model.parameters(), rate)
    losses = []
    for step in range(steps):
        now = rate * min(1.0, (step + 1) / warm_up) * (1 - step / steps)
        optimizer.param_groups[0]["lr"] = now
        loss = loss_of(model)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def influence(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """How strongly output t depends on input s: (T, S), the largest of a row is 1.

    `function` maps x (1, S, C) to (1, T, C). An entry is the size of the derivative;
    0 is exactly 0: the input does not reach the output.

    >>> influence(lambda x: x.cumsum(1), torch.ones(1, 2, 1)).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    table = torch.autograd.functional.jacobian(function, x)  # (1, T, C, 1, S, C)
    size = table[0, :, :, 0].square().sum((1, 3)).sqrt()
    return size / size.amax(-1, keepdim=True)
