"""Run a module with given weights, forward and backward. For probes and oracles."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call

# parts of PyTorch's layers, and what this course calls them
OURS = {
    "self_attn": "attention",
    "multihead_attn": "cross_attention",
    **{f"{name}{i}": f"{name}_{i}" for name in ("linear", "norm") for i in (1, 2, 3)},
}


def run_module(
    module: nn.Module,
    parts: str | None,
    weights: Tensor,
    inputs: dict,
    *,
    patch: Callable | None = None,
) -> dict:
    """Load one vector of weights into named parts; run forward and backward.

    `parts` names the module's parts, in order, with spaces between, None all that
    have parameters. The vector fills these one after the other, and sets the dtype.
    `inputs` go in by position; their names serve the gradients, ∂x. `patch` may change
    the module then: so an oracle can be made to commit a known mistake.
    Gradients are those of the sum of squares; None where there is none. Parts of
    PyTorch's own layers appear under the course's names, self_attn as ∂attention.
    Returns "output", a "∂…" for each part and each float input, "parameters".

    >>> layer = nn.Sequential(nn.Linear(2, 1))
    >>> found = run_module(layer, "0", torch.ones(3), {"x": torch.ones(1, 2)})
    >>> found["output"], found["∂0"], found["∂x"], found["parameters"]
    (tensor([[3.]]), tensor([6., 6., 6.]), tensor([[6., 6.]]), 3)
    """
    module = module.to(weights.dtype)
    count = sum(parameter.numel() for parameter in module.parameters())
    names = _all_parts(module) if parts is None else parts.split()
    groups = [[*getattr(module, name).parameters()] for name in names]
    nn.utils.vector_to_parameters(weights.clone(), sum(groups, []))
    if patch is not None:
        patch(module)
    given = {name: _leaf(value) for name, value in inputs.items()}
    with torch.enable_grad():
        output = module(*given.values())
        if isinstance(output, Tensor):
            output.square().sum().backward()
    found = {"output": output.detach() if isinstance(output, Tensor) else output}
    for name, group in zip(names, groups, strict=True):
        found[f"∂{OURS.get(name, name)}"] = _joined(
            [parameter.grad for parameter in group]
        )
    floats = {n: v for n, v in given.items() if v is not inputs[n]}
    found |= {f"∂{name}": value.grad for name, value in floats.items()}
    return found | {"parameters": count}


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


def _all_parts(module: nn.Module) -> list[str]:
    return [name for name, part in module.named_children() if [*part.parameters()]]


def blocking(mask: Tensor | None, T: int, H: int) -> Tensor | None:
    """Our mask (B, T or 1, S), True may look, as PyTorch's: True blocks, (B·H, T, S).

    >>> blocking(torch.tensor([[[True, False]]]), T=1, H=1)
    tensor([[[False,  True]]])
    """
    if mask is None:
        return None
    return ~mask.expand(-1, T, -1).repeat_interleave(H, dim=0)


def _leaf(value):
    """A float tensor of one's own that collects a gradient; the rest as it is."""
    if isinstance(value, Tensor) and value.is_floating_point():
        return value.detach().clone().requires_grad_()
    return value


def _joined(gradients: list) -> Tensor | None:
    if any(gradient is None for gradient in gradients) or not gradients:
        return None
    return torch.cat([gradient.flatten() for gradient in gradients])
