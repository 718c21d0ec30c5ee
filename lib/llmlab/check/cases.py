"""Cases: the inputs that a check is run on, drawn anew for each seed."""

import inspect
import zlib
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from ..i18n import N_
from .session import session

# sizes are named by the dimension key's letters; a case may override any of them
DEFAULT_SIZES = {"B": 2, "T": 5, "S": 7, "C": 12, "H": 3, "G": 1, "D": 8, "V": 11}


@dataclass(frozen=True)
class Case:
    """Inputs of one run, by parameter name, with the sizes to draw them at.

    A string such as "B T D" draws normal values of that shape; "4*D" is an axis of
    four times D. A function computes an input from inputs and sizes named by its
    parameters. A list of numbers becomes
    a float tensor. Anything else is passed as it is.
    """

    inputs: dict
    sizes: dict
    dtype: torch.dtype | None = None
    spread: float = 1.0
    strided: bool = False
    note: str = ""
    tolerance: float = 1.0

    def draw(self, salt: str, wanted: tuple[str, ...] = ()) -> dict:
        """The inputs as values; the same for the same seed and salt.

        `wanted` names the probe's parameters: sizes among them are passed as numbers.
        """
        seed = zlib.crc32(f"{session().seed}/{salt}".encode())
        generator = torch.Generator().manual_seed(seed)
        values: dict = {}
        for name, spec in self.inputs.items():
            values[name] = self._value(spec, values, generator)
        sizes = {n: self.sizes[n] for n in wanted if n in self.sizes}
        return {**sizes, **values}

    def _value(self, spec, values: dict, generator: torch.Generator):
        dtype = self.dtype or session().dtype
        if isinstance(spec, str):
            return self._normal(spec, generator, dtype)
        if callable(spec):
            known = {**self.sizes, **values, "generator": generator, "dtype": dtype}
            names = inspect.signature(spec).parameters
            return spec(**{name: known[name] for name in names})
        if isinstance(spec, list):
            return torch.tensor(spec, dtype=dtype)
        return spec.clone() if isinstance(spec, Tensor) else spec

    def _size(self, axis: str) -> int:
        """The size of an axis: a letter, a number, or a product such as "4*D"."""
        parts = axis.split("*")
        return prod(int(p) if p.isdecimal() else self.sizes[p] for p in parts)

    def _normal(self, spec: str, generator: torch.Generator, dtype) -> Tensor:
        shape = [self._size(axis) for axis in spec.split()]
        if self.strided and len(shape) > 1:
            # the same shape with the last two axes swapped in memory
            shape[-1], shape[-2] = shape[-2], shape[-1]
        values = torch.randn(shape, generator=generator) * self.spread
        values = values.to(dtype)
        return values.mT if self.strided and len(shape) > 1 else values


def case(
    *,
    dtype: torch.dtype | None = None,
    spread: float = 1.0,
    strided: bool = False,
    note: str = "",
    tolerance: float = 1.0,
    **named,
) -> Case:
    """Describe the inputs of one run of a probe.

    Units: `spread` is the standard deviation of drawn values; `tolerance` multiplies
    the allowed difference. Single capital letters set sizes, all other names are the
    probe's parameters. `note` is said in messages. `strided` draws tensors that are
    not contiguous.

    >>> inputs = case(q="B T D", B=1, T=2, D=3).draw("example")
    >>> inputs["q"].shape
    torch.Size([1, 2, 3])
    """
    letters = {n: v for n, v in named.items() if len(n) == 1 and n.isupper()}
    inputs = {n: v for n, v in named.items() if n not in letters}
    sizes = {**DEFAULT_SIZES, **letters}
    return Case(inputs, sizes, dtype, spread, strided, note, tolerance)


def odd_cases(*, leading: bool = True, **named) -> list[Case]:
    """What every exercise has to survive, made from one case with a batch axis.

    One of each size, an empty batch, memory that is not contiguous, float64 and
    bfloat16, and, if all inputs are drawn by shape, one axis less and one more.
    `leading=False`: the batch is one axis, no more and no less.
    """
    cases = [
        case(**{**named, "T": 1, "S": 1, "D": 1, "note": N_("all sizes are 1")}),
        case(**{**named, "B": 0, "note": N_("empty batch")}),
        case(**{**named, "strided": True}),
        case(**{**named, "dtype": torch.float64}),
        case(**{**named, "dtype": torch.bfloat16}),
    ]
    shapes = {n: v for n, v in named.items() if isinstance(v, str) and v[:2] == "B "}
    if leading and not any(callable(value) for value in named.values()):
        fewer = {n: v.removeprefix("B ") for n, v in shapes.items()}
        more = {n: v.replace("B ", "B H ") for n, v in shapes.items()}
        cases.append(case(**{**named, **fewer, "note": N_("no batch")}))
        cases.append(case(**{**named, **more, "note": N_("one more leading axis")}))
    return cases
