"""The dispatch mode behind `llmlab.count`: it sees every operation and adds up."""

from collections import Counter
from dataclasses import dataclass
from math import prod

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

aten = torch.ops.aten


@dataclass(frozen=True)
class TensorInfo:
    """A tensor that some operation produced; `op` is the operation's name."""

    shape: tuple[int, ...] = (0,)
    dtype: torch.dtype | None = None
    op: str = ""

    @property
    def numel(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """How many bytes they take."""
        return self.numel * (self.dtype.itemsize if self.dtype else 0)


def _attention(query, key, value, *args, **kwargs) -> int:
    """2·T·S·D for q·k and 2·T·S·D for weights·v, for each head of each sequence."""
    *lead, t, d = query.shape
    return 2 * prod(lead) * t * key.shape[-2] * (d + value.shape[-1])


def _attention_backward(gradient, query, key, value, *args, **kwargs) -> int:
    # three products of q·k's size (scores again, gq, gk), two of weights·v's (gw, gv)
    *lead, t, d = query.shape
    return 2 * prod(lead) * t * key.shape[-2] * (3 * d + 2 * value.shape[-1])


# products that torch.utils.flop_counter does not know (torch 2.13)
_FORMULAS = {
    aten.mv: lambda m, v, **_: 2 * m.numel(),
    aten.addmv: lambda x, m, v, **_: 2 * m.numel(),
    aten.dot: lambda a, b, **_: 2 * a.numel(),
    aten.vdot: lambda a, b, **_: 2 * a.numel(),
    aten.addbmm: lambda x, a, b, **_: 2 * a.numel() * b.shape[-1],
    aten._scaled_dot_product_flash_attention_for_cpu: _attention,
    aten._scaled_dot_product_flash_attention_for_cpu_backward: _attention_backward,
}
_ALLOCATES = {aten.empty, aten.empty_like, aten.empty_strided, aten.new_empty}
_OVERWRITES = {aten.copy_, aten.fill_, aten.zero_, aten.uniform_, aten.normal_}
_PICKS = {aten.embedding, aten.index, aten.index_select, aten.gather, aten.take}
_PUTS = {aten.index_put_, aten.index_copy_, aten.index_add_, aten.scatter_}


class Meter(TorchDispatchMode):
    """Sees every operation that reaches a kernel and adds up what it costs."""

    def __init__(self) -> None:
        super().__init__()
        self.flops = self.read = self.written = 0
        self.largest = TensorInfo()
        self.calls: Counter = Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if isinstance(func, torch._ops.OpOverload):
            # in inference mode `linear` arrives whole: count the parts it is made of
            with self:
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        result = func(*args, **kwargs)
        self._add(func, args, kwargs, result)
        return result

    def _add(self, func, args, kwargs, result) -> None:
        packet = getattr(func, "overloadpacket", func)
        self.calls[packet.__name__] += 1
        if packet in _FORMULAS:
            self.flops += _FORMULAS[packet](*args, **kwargs)
        elif packet in flop_registry:
            self.flops += flop_registry[packet](*args, **kwargs, out_val=result)
        old = {_storage(t) for t in tensors_in((args, kwargs))}
        results = tensors_in(result)
        new = [t for t in results if _storage(t) not in old]
        for tensor in new:
            if tensor.numel() > self.largest.numel:
                shape, name = tuple(tensor.shape), packet.__name__
                self.largest = TensorInfo(shape, tensor.dtype, name)
        changed, only_out = _changed(func, args, kwargs)
        if packet in _ALLOCATES or (results and not new and not changed):
            return  # memory that holds no value yet, or a view
        given = tensors_in((args, kwargs))
        self._move(packet, given, changed, new)
        self.read -= sum(map(_bytes, only_out))

    def _move(self, packet, given, changed, new) -> None:
        read, written = sum(map(_bytes, given)), sum(map(_bytes, changed + new))
        if packet in _PICKS:
            read += written - _bytes(given[0])
        elif packet in _PUTS:
            # only the places that are named change
            written = given[-1].numel() * given[0].element_size()
            read += written * (packet is aten.index_add_) - _bytes(given[0])
        elif packet in _OVERWRITES:
            read -= _bytes(given[0])
        self.read += read
        self.written += written


def _changed(func, args, kwargs) -> tuple[list, list]:
    """Tensors that an operation writes into by its schema; those given as `out=`."""
    changed, only_out, schema = [], [], getattr(func, "_schema", None)
    for place, argument in enumerate(schema.arguments if schema else ()):
        if argument.alias_info is not None and argument.alias_info.is_write:
            value = args[place] if place < len(args) else kwargs.get(argument.name)
            changed += tensors_in(value)
            only_out += tensors_in(value) if argument.is_out else []
    return changed, only_out


def tensors_in(tree) -> list[torch.Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def _storage(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage()._cdata


def _bytes(tensor: torch.Tensor) -> int:
    """Distinct bytes behind a tensor: an axis of stride 0 repeats the same ones."""
    if tensor.numel() == 0:
        return 0
    sizes = zip(tensor.shape, tensor.stride(), strict=True)
    return tensor.element_size() * prod(size for size, stride in sizes if stride)
