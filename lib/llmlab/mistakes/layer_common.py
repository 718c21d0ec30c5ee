"""Mistakes that any layer or stack can have: no gradient, no such part, the count."""

from ..check.compare import equal
from ..check.mistake import Mistake
from ..i18n import N_
from .scores import SIZES


def cut(got, expected) -> bool:
    """The output is right, and some gradient is missing."""
    if not isinstance(got, dict) or "output" not in got:
        return False
    if not equal(got["output"], expected["output"], 20):
        return False
    gradients = {n: v for n, v in got.items() if n.startswith("∂")}
    return any(
        value is None or not bool(value.any())
        for name, value in gradients.items()
        if bool(expected[name].any())
    )


def more(got, expected) -> bool:
    """Too many parameters."""
    return _count(got) > _count(expected) > 0


def fewer(got, expected) -> bool:
    """Too few parameters."""
    return 0 < _count(got) < _count(expected)


def _count(found) -> int:
    return found.get("parameters", 0) if isinstance(found, dict) else 0


def no_return(kind: str) -> Mistake:
    """A forward that ends without return, where a probe goes on computing."""
    return Mistake(
        f"{kind}.no-return",
        N_("Your forward returns nothing."),
        N_("Its last line is `return …`."),
        raises=r"'NoneType' object has no attribute 'square'",
    )


def common(kind: str, parts: str) -> list[Mistake]:
    """Mistakes that any layer can have; `parts` names what it is made of."""
    return [
        Mistake(
            f"{kind}.no-gradient",
            N_("No gradient reaches some part of your layer, so it would never learn."),
            N_("Is each part used? Look for `detach`, `no_grad`, `.data`, `.item()`."),
            applies=cut,
            raises=r"does not require grad|no grad_fn|element 0 of tensors",
        ),
        Mistake(
            f"{kind}.in-place",
            N_("Your layer writes into its own input, which the caller still needs."),
            N_("`x += part` changes x in place. Write x = x + part."),
            raises=r"leaf Variable",
        ),
        Mistake(
            f"{kind}.no-init",
            N_("Your parts are set before nn.Module is ready for them."),
            N_("The first line of __init__ is `super().__init__()`."),
            raises=r"cannot assign (module|parameters?) before",
        ),
        Mistake(
            f"{kind}.no-attribute",
            N_(
                "A part that the test loads weights into is missing or named otherwise."
            ),
            parts,
            raises=r"has no attribute '(\w*attention|linear_\d|norm_\d)'",
        ),
        Mistake(
            f"{kind}.tuple",
            N_("PyTorch's attention returns two things: the output and the weights."),
            N_("Take the first one, or use `Attention`, which returns the output."),
            raises=r"'?tuple'?",
        ),
        Mistake(
            f"{kind}.shapes",
            N_("Two shapes do not fit together."),
            N_(
                "Each part takes and gives width C, but for the hidden numbers between "
                "linear_1 and linear_2: `nn.Linear(C, width)`, `nn.Linear(width, C)`."
            ),
            raises=rf"{SIZES}|invalid for input of size|normalized_shape",
        ),
    ]
