"""Answers that are strange values, or that are right only where somebody looks."""

from ..make import answer_attack
from ..record import Register

ALL = Register()


def _value(name: str, about: str, body: str, **record) -> None:
    answer_attack(ALL, name, about, body, **record)


_value("nan", "returns NaN everywhere", "return torch.full((2, 3), float('nan'))")
_value("infinity", "returns infinities of both signs", "return torch.tensor([1, -1])/0")
_value(
    "huge-ints",
    "returns integers with a million digits",
    "return [1 << 4_000_000, {'n': -(1 << 4_000_000)}]",
)
_value(
    "colliding-keys",
    "returns a dictionary of integer keys whose hashes all collide",
    "return {n * (2**61 - 1): n for n in range(1, 4000)}",
)
_value(
    "deep-nesting",
    "returns lists nested a hundred thousand deep",
    """
    out = []
    for _n in range(100_000):
        out = [out]
    return out
    """,
)
_value(
    "cyclic",
    "returns a list and a dictionary that contain themselves",
    """
    out = [1]
    out.append(out)
    table = {"output": out}
    table["again"] = table
    return table
    """,
)
_value(
    "huge-tensor",
    "returns a tensor of 10^12 numbers that takes four bytes here",
    "return torch.zeros(1).expand(10**12)",
)
_value(
    "many-tensors",
    "returns a list of two hundred thousand small tensors",
    "return [torch.zeros(1)] * 200_000",
)
_value(
    "wide",
    "returns a list of fifty million numbers",
    "return [0] * 50_000_000",
)
_value(
    "odd-tensors",
    "returns sparse, meta, complex, quantized and conjugated tensors",
    """
    z = torch.ones(2, 2, dtype=torch.complex64)
    return {"sparse": torch.eye(3).to_sparse(), "meta": torch.ones(3, device="meta"),
            "z": z.conj(), "negative": z.conj().imag,
            "overlapping": torch.ones(3).as_strided((3, 3), (0, 1)),
            "empty": torch.empty(0, 2**40)}
    """,
)
_value(
    "odd-texts",
    "returns half surrogates, null bytes, escape codes and a text of 100 MB",
    "return {'a': '\\ud800', 'b': '\\0\\x1b]0;title\\7', 'c': 'x' * 100_000_000}",
)
_value(
    "pickle-bomb",
    "returns an object that runs a command when it is unpickled",
    "return Bomb()",
    first="""
    class Bomb:
        def __reduce__(self):
            return exec, (f"open({OUTSIDE!r} + '/planted', 'w').close()",)
    """,
)
_value(
    "numpy-objects",
    "returns numpy arrays of objects, of records and of dates",
    """
    import numpy
    return [numpy.array([print, inputs], dtype=object),
            numpy.zeros(3, dtype=[("a", "f4"), ("b", "O")]),
            numpy.array(["2020-01-01"], dtype="datetime64[D]")]
    """,
)
_value(
    "evil-error",
    "raises an error whose text, name and repr raise errors or never end",
    "raise Evil()",
    first="""
    import time

    class Evil(Exception):
        def __str__(self):
            time.sleep(2)
            raise Evil

        __repr__ = __format__ = __str__

    Evil.__name__ = "E" * 100_000
    """,
)
_value(
    "base-errors",
    "raises BaseException, GeneratorExit and KeyboardInterrupt in turn",
    """
    kinds.append(kinds.pop(0))
    raise kinds[0]("stop")
    """,
    first="kinds = [BaseException, GeneratorExit, KeyboardInterrupt, SystemExit]",
)
_value(
    "generator",
    "returns a generator, a coroutine, a module and a function",
    "return (n for n in range(10**12))",
)
_value(
    "changes-inputs",
    "overwrites the test's inputs, through storage, resize and set_",
    """
    for value in inputs:
        if isinstance(value, torch.Tensor):
            value.zero_()
            value.untyped_storage().resize_(0)
    return torch.zeros(1)
    """,
)
