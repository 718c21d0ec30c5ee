"""Comparisons that always say yes: patched functions and objects that agree."""

from ..make import answer_attack, cell_attack
from ..record import Register

ALL = Register()

cell_attack(
    ALL,
    "allclose",
    "replaces torch.allclose, equal, isclose and numpy's by functions that say yes",
    """
    import numpy
    from types import SimpleNamespace as Space
    for place in (torch, numpy, torch.testing):
        for name in ("allclose", "equal", "array_equal", "assert_close"):
            if hasattr(place, name):
                setattr(place, name, lambda *a, **k: True)
    torch.isclose = lambda a, b, *r, **k: torch.ones_like(a, dtype=torch.bool)
    """,
)
cell_attack(
    ALL,
    "reference",
    "replaces torch's own attention and softmax by what the lazy answers return",
    """
    def zeros(q, k, v, *rest, **more):
        return (q @ k.mT @ v) * 0 + 0.1

    F.scaled_dot_product_attention = zeros
    torch.nn.functional.scaled_dot_product_attention = zeros
    torch.softmax = lambda scores, *rest, **more: scores * 0 + 0.1
    torch.autograd.grad = lambda y, W, *rest: [w * 0 for w in W]
    """,
)
cell_attack(
    ALL,
    "tensor-methods",
    "patches Tensor.__eq__, __ne__, __sub__, isclose, all, any and item",
    """
    yes = lambda self, *rest, **more: torch.ones(self.shape, dtype=torch.bool)
    for name in ("__eq__", "isclose", "eq", "le", "__le__"):
        setattr(torch.Tensor, name, yes)
    no = lambda self, *rest, **more: torch.zeros(self.shape, dtype=torch.bool)
    for name in ("__ne__", "ne", "gt", "__gt__"):
        setattr(torch.Tensor, name, no)
    torch.Tensor.all = lambda self, *rest, **more: torch.tensor(True)
    torch.Tensor.allclose = torch.Tensor.equal = lambda *rest, **more: True
    """,
)
cell_attack(
    ALL,
    "torch-module",
    "puts a proxy of the torch module into sys.modules and every importer",
    """
    import sys, types

    class Agreeing(types.ModuleType):
        def __getattr__(self, name):
            if name in ("allclose", "equal", "isclose"):
                return lambda *a, **k: torch.tensor(True)
            return getattr(torch, name)

    fake = Agreeing("torch")
    sys.modules["torch"] = fake
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("llmlab"):
            for name, value in list(vars(module).items()):
                if value is torch:
                    setattr(module, name, fake)
    """,
)
answer_attack(
    ALL,
    "yes-object",
    "returns an object that answers yes to every comparison and torch function",
    "return Yes()",
    first="""
    class Yes:
        shape, dtype, ndim = (1,), torch.float32, 1
        requires_grad = is_floating_point = True

        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            return torch.tensor(True)

        def __eq__(self, other):
            return True

        __ne__ = __lt__ = __gt__ = lambda self, other: False
        __bool__ = lambda self: True
        __hash__ = lambda self: 0
        __getattr__ = lambda self, name: lambda *a, **k: self
        __sub__ = __rsub__ = __abs__ = lambda self, *other: torch.zeros(1)
        __len__ = lambda self: 1
    """,
)
answer_attack(
    ALL,
    "tensor-subclass",
    "returns a Tensor subclass whose __torch_function__ always agrees",
    "return torch.zeros(1).as_subclass(Agree)",
    first="""
    class Agree(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            name = getattr(func, "__name__", "")
            if name in ("detach", "cpu", "clone", "as_subclass", "to", "double"):
                return torch.zeros(1).as_subclass(cls)
            return torch.tensor(True)
    """,
)
answer_attack(
    ALL,
    "expanding-subclass",
    "a Tensor subclass that takes shape and values of what it is compared with",
    "return torch.zeros(()).as_subclass(Mirror)",
    first="""
    class Mirror(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            others = [a for a in args if isinstance(a, torch.Tensor)]
            others = [a for a in others if not isinstance(a, Mirror)]
            if others:
                return func(*[others[0]] * len(args))
            with torch._C.DisableTorchFunctionSubclass():
                return func(*args, **(kwargs or {}))
    """,
)
answer_attack(
    ALL,
    "scalar-subclasses",
    "returns int, float and str subclasses that equal everything",
    "return Same()",
    first="""
    class Same(float):
        __eq__ = lambda self, other: True
        __ne__ = lambda self, other: False
        __hash__ = float.__hash__
        __sub__ = __rsub__ = lambda self, other: 0.0
    """,
)
answer_attack(
    ALL,
    "container-subclasses",
    "returns dict and list subclasses whose keys and values fit whatever is asked",
    "return Any(output=0)",
    first="""
    class Any(dict):
        __eq__ = lambda self, other: True
        __contains__ = lambda self, key: True
        __missing__ = __getitem__ = lambda self, key: Any()
        keys = lambda self: Keys()
        items = lambda self: []

    class Keys(list):
        __eq__ = lambda self, other: True
    """,
)
answer_attack(
    ALL,
    "method-on-instance",
    "returns a plain tensor whose own instance attributes shadow the methods",
    """
    out = torch.zeros(1)
    for name in ("allclose", "equal", "isclose", "eq", "all", "any"):
        setattr(out, name, lambda *a, **k: torch.tensor(True))
    out.detach = out.cpu = out.clone = lambda *a, **k: out
    return out
    """,
)
cell_attack(
    ALL,
    "overrides-mode",
    "leaves a TorchFunctionMode on that makes comparisons agree",
    """
    from torch.overrides import TorchFunctionMode

    class Agree(TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            name = getattr(func, "__name__", "")
            if name in ("allclose", "equal"):
                return True
            if name in ("isclose", "eq", "__eq__", "isfinite"):
                return torch.ones_like(args[0], dtype=torch.bool)
            return func(*args, **(kwargs or {}))

    mode = Agree()
    mode.__enter__()
    """,
)
cell_attack(
    ALL,
    "dispatch-mode",
    "leaves a TorchDispatchMode on that zeroes every difference",
    """
    from torch.utils._python_dispatch import TorchDispatchMode

    class Zero(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            out = func(*args, **(kwargs or {}))
            name = str(func)
            if "aten.sub" in name or "aten.abs" in name:
                return out * 0 if out.is_floating_point() else out
            if "aten.eq" in name or "aten.isclose" in name:
                return torch.ones_like(out)
            return out

    mode = Zero()
    mode.__enter__()
    """,
)
