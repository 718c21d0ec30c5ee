"""Torch's own modules as oracles, with the weights of a case."""

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.func import functional_call


def with_weights(module: Callable, weights: Sequence[Tensor], *sizes, **options):
    """A torch module of this kind that computes with the given weights.

    `weights` stand in the module's own order; gradients flow back to them. The
    module is made on "meta": it draws no weights of its own, and no random number.

    >>> import torch
    >>> double = with_weights(torch.nn.Linear, [2 * torch.eye(2)], 2, 2, bias=False)
    >>> double(torch.ones(1, 2))
    tensor([[2., 2.]])
    """
    made = module(*sizes, device="meta", **options)
    names = [name for name, _weight in made.named_parameters()]
    known = dict(zip(names, weights, strict=True))
    return lambda *inputs: functional_call(made, known, inputs)
