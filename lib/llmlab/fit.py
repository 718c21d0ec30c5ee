"""A plain training loop, for experiments."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn


def train(
    model: nn.Module,
    loss_of: Callable[[nn.Module], Tensor],
    steps: int,
    rate: float = 1e-2,
    warm_up: int = 50,
    fused: bool = False,
) -> list[float]:
    """AdamW for some steps; returns the loss of each.

    `loss_of(model)` draws a batch and returns its loss. The learning rate rises
    linearly over `warm_up` steps and then falls linearly to 0. `fused` takes each step
    of the optimizer in one operation: faster where there are many small weights.

    >>> line = nn.Linear(1, 1)
    >>> losses = train(line, lambda f: (f(torch.ones(1, 1)) - 9) ** 2, 300, rate=0.1)
    >>> losses[-1] < 0.1 * losses[0]
    True
    """
    optimizer = torch.optim.AdamW(model.parameters(), rate, fused=fused)
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


def last_gradient(blocks: Sequence[nn.Module], pre_norm: bool) -> Tensor:
    """Size of the stream behind blocks of width 32, and the last one's gradient.

    The gradient is that of the last weight matrix, for a random direction of the
    output; a pre-norm stack gets the norm that it ends in.
    """
    stream = nn.Sequential(*blocks)(torch.randn(64, 32))
    y = nn.functional.layer_norm(stream, (32,)) if pre_norm else stream
    (y * torch.randn(64, 32)).sum().backward()
    matrices = [p for p in blocks[-1].parameters() if p.ndim == 2]
    return torch.stack([stream.detach().std(), matrices[-1].grad.norm()])
