"""Mistakes in SwiGLU. Oracle: {"output", gradients}(x, gate, up, down)."""

import torch
import torch.nn.functional as F

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import layer_common
from .scores import SIZES


def _joined(join):
    """Another way to join what comes through gate (g) and up (u)."""

    def variant(x, gate, up, down):
        return {"output": join(x @ gate.mT, x @ up.mT) @ down.mT}

    return variant


def _after(change):
    """The oracle's output, changed."""

    def variant(oracle, x, gate, up, down):
        y = oracle(x=x, gate=gate, up=up, down=down)["output"]
        return {"output": change(y, x)}

    return variant


def _turned(x, gate, up, down):
    if gate.shape[0] != gate.shape[1]:
        return None
    return {"output": (F.silu(x @ gate) * (x @ up)) @ down}


SWIGLU = [
    Mistake(
        "swiglu.narrow",
        N_("Your three maps hold fewer numbers than three matrices."),
        N_("Three layers of their own: C → width twice, width → C. `width` is F."),
        applies=layer_common.fewer,
    ),
    *ways(
        "swiglu.sides-swapped",
        N_("Your SiLU bends `up`. It has to bend `gate`."),
        N_("SiLU(gate(x)) * up(x). Published weights tell the two apart by name."),
        _joined(lambda g, u: g * F.silu(u)),
    ),
    *ways(
        "swiglu.no-gate",
        N_("One of your two maps up has no effect on the output."),
        N_("Both go in: the bent one multiplies the other."),
        _joined(lambda g, u: F.silu(g)),
        _joined(lambda g, u: F.silu(u)),
        _joined(lambda g, u: F.silu(g) * g),
        _joined(lambda g, u: F.silu(u) * u),
    ),
    *ways(
        "swiglu.no-bend",
        N_("There is no SiLU in your output: gate(x) * up(x)."),
        N_("The gate is bent before it multiplies."),
        _joined(lambda g, u: g * u),
    ),
    *ways(
        "swiglu.other-bend",
        N_("Your gate is bent by another function: sigmoid, GELU, ReLU or tanh."),
        N_("The Sw in SwiGLU is Swish, which is SiLU: g · σ(g), `F.silu`."),
        _joined(lambda g, u: torch.sigmoid(g) * u),
        _joined(lambda g, u: F.gelu(g) * u),
        _joined(lambda g, u: F.gelu(g, approximate="tanh") * u),
        _joined(lambda g, u: F.relu(g) * u),
        _joined(lambda g, u: torch.tanh(g) * u),
    ),
    *ways(
        "swiglu.both-bent",
        N_("You bend both maps, or their product."),
        N_("Only the gate is bent: SiLU(gate(x)) * up(x)."),
        _joined(lambda g, u: F.silu(g) * F.silu(u)),
        _joined(lambda g, u: F.silu(g * u)),
    ),
    *ways(
        "swiglu.sum",
        N_("You add the two maps. They are multiplied, number by number."),
        N_("A gate near 0 closes: that takes a product."),
        _joined(lambda g, u: F.silu(g) + u),
        _joined(lambda g, u: F.silu(g + u)),
    ),
    *ways(
        "swiglu.residual",
        N_("Your output adds x: the residual connection."),
        N_("It comes in the block around this part."),
        _after(lambda y, x: x + y),
    ),
    *ways(
        "swiglu.bent-late",
        N_("Your output is bent once more at the end."),
        N_("down is the last step. The output may be negative."),
        _after(lambda y, x: F.silu(y)),
        _joined(lambda g, u: g * u),
    ),
    *ways(
        "swiglu.turned",
        N_("You multiply by a matrix that is not transposed."),
        N_("Call the layers: `self.gate(x)`. nn.Linear transposes by itself."),
        _turned,
    ),
    Mistake(
        "swiglu.bias",
        N_("Your three maps hold more numbers than three matrices."),
        N_("`bias=False` for each of them, C → width twice and width → C."),
        applies=layer_common.more,
        raises=r"invalid for input of size",
    ),
    Mistake(
        "swiglu.no-layers",
        N_("gate, up and down are bare tensors. The test looks for layers."),
        N_("Each is an `nn.Linear` with bias=False, which holds its weight."),
        raises=r"'(Parameter|Tensor)' object has no attribute 'parameters'",
    ),
    Mistake(
        "swiglu.no-gradient",
        N_("No gradient reaches some part of your layer, so it would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()`."),
        applies=layer_common.cut,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "swiglu.no-init",
        N_("Your layers are set before nn.Module is ready for them."),
        N_("The first line of __init__ is `super().__init__()`."),
        raises=r"cannot assign module before",
    ),
    Mistake(
        "swiglu.no-attribute",
        N_("A layer that the test loads weights into is missing or named otherwise."),
        N_("They are: gate, up, down."),
        raises=r"has no attribute '(gate|up|down)'",
    ),
    Mistake(
        "swiglu.shapes",
        N_("Two shapes do not fit together."),
        N_("gate and up lead from C to width, down leads from width back to C."),
        raises=SIZES,
    ),
]
