"""Mistakes in norms of gradients. Oracle: norms(x, h0, W_hh), one for every state of
a linear RNN, oldest first, and a 0 for a vector that plays no part."""

import torch
from torch import Tensor

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _each(measure):
    """Another measure of every power of W_hh."""

    def variant(oracle, x, h0, W_hh):
        powers, T = torch.linalg.matrix_power, len(x)
        found = [measure(powers(W_hh, T - t)) for t in range(T + 1)]
        return torch.stack([*found, 0 * found[0]])

    return variant


def _of_oracle(change):
    def variant(oracle, x, h0, W_hh):
        return change(oracle(x=x, h0=h0, W_hh=W_hh), len(h0))

    return variant


def _added_rows(jacobian: Tensor) -> Tensor:
    """Each row's gradient is added to those of the rows before."""
    return jacobian.cumsum(0).norm()


def _end(x: Tensor, h0: Tensor, W_hh: Tensor) -> Tensor:
    for token in x:
        h0 = W_hh @ h0 + token
    return h0


def _weighted(weights):
    """Norms of one gradient only: of the sum of y's numbers times weights."""

    def variant(oracle, x, h0, W_hh):
        by = weights(_end(x, h0, W_hh))
        return _each(lambda J: (by @ J).norm())(oracle, x, h0, W_hh)

    return variant


def _one_step(oracle, x, h0, W_hh):
    norms = torch.zeros(len(x) + 2, dtype=W_hh.dtype)
    norms[:-2] = W_hh.norm()
    norms[-2] = len(h0) ** 0.5
    return norms


INFLUENCE = [
    *ways(
        "influence.of-the-sum",
        N_("Your norms are those of the gradient of y.sum() only."),
        N_(
            "In a sum, numbers of opposite sign hide one another. Take the gradient of "
            "each number of y by itself: D gradients for every source."
        ),
        _each(lambda J: J.sum(0).norm()),
        _each(lambda J: J.mean(0).norm()),
    ),
    *ways(
        "influence.one-number-only",
        N_("Your norms are those of one number of y only."),
        N_("Collect the gradients of all D numbers of y, then take one norm."),
        _each(lambda J: J[0].norm()),
        _each(lambda J: J[-1].norm()),
    ),
    *ways(
        "influence.of-squares",
        N_("Your gradients are those of the sum of squares, or of the norm, of y."),
        N_("Take the gradient of each number of y by itself, as it is."),
        _weighted(lambda y: 2 * y),
        _weighted(lambda y: y / y.norm()),
        _weighted(lambda y: 2 * y / len(y)),
    ),
    Mistake(
        "influence.gradients-pile-up",
        N_("The gradient of each number of y is added to those before it."),
        N_(
            "`backward` adds to `.grad`. torch.autograd.grad returns each gradient by "
            "itself."
        ),
        _each(_added_rows),
    ),
    Mistake(
        "influence.no-root",
        N_("Your values are the sums of squares: the square root is missing."),
        N_("A norm is the root of the sum of all squares: `Tensor.norm()`."),
        _of_oracle(lambda norms, D: norms**2),
    ),
    Mistake(
        "influence.mean-of-rows",
        N_("Your values are means of D norms, one norm for each number of y."),
        N_("Put all D gradients of a source into one norm."),
        _each(lambda J: J.norm(dim=1).mean()),
    ),
    Mistake(
        "influence.sum-of-rows",
        N_("Your values add up D norms, one for each number of y."),
        N_("Put all D gradients of a source into one norm: √(a² + b²) is not a + b."),
        _each(lambda J: J.norm(dim=1).sum()),
    ),
    Mistake(
        "influence.per-number",
        N_("Your norms are divided by √D."),
        N_("The norm is the plain root of the sum of squares, with no mean in it."),
        _of_oracle(lambda norms, D: norms / D**0.5),
    ),
    Mistake(
        "influence.root-mean-square",
        N_("Your values are roots of the mean of all squares."),
        N_("A norm is the root of their sum: nothing is divided."),
        _each(lambda J: J.square().mean().sqrt()),
    ),
    Mistake(
        "influence.largest-stretch",
        N_("Your values are spectral norms: the largest stretch in any direction."),
        N_("Asked for is the root of the sum of squares (Frobenius)."),
        _each(lambda J: torch.linalg.matrix_norm(J, 2)),
    ),
    *ways(
        "influence.other-norm",
        N_("Your values are sums, means or maxima of sizes, and no norms."),
        N_("Asked for is the root of the sum of squares: `Tensor.norm()`."),
        _each(lambda J: J.abs().sum()),
        _each(lambda J: J.abs().max()),
        _each(lambda J: J.abs().mean()),
        _each(lambda J: torch.linalg.matrix_norm(J, 1)),
        _each(lambda J: torch.linalg.matrix_norm(J, float("inf"))),
        _each(lambda J: J.norm(dim=1).max()),
    ),
    *ways(
        "influence.signs-cancel",
        N_("Your values add up gradients with their signs."),
        N_("Square before you add: `Tensor.norm()`."),
        _each(lambda J: J.sum()),
        _each(lambda J: J.mean()),
        _each(lambda J: J.sum().abs()),
    ),
    Mistake(
        "influence.order-turned",
        N_("Your norms stand in the opposite order."),
        N_("Norm number i belongs to sources[i]."),
        _of_oracle(lambda norms, D: norms.flip(0)),
    ),
    *ways(
        "influence.relative",
        N_("Your norms are divided by the largest of them, or by their sum."),
        N_("Return the norms as they are. Dividing is for pictures."),
        _of_oracle(lambda norms, D: norms / norms.max()),
        _of_oracle(lambda norms, D: norms / norms.sum()),
    ),
    Mistake(
        "influence.one-step-only",
        N_("Your gradients reach back one step only."),
        N_("The path goes through all states between: do not cut it with detach."),
        _one_step,
    ),
    Mistake(
        "influence.unused-stops",
        N_("y does not depend on one of the sources: its norm is 0."),
        N_(
            "torch.autograd.grad takes `allow_unused=True`, and then returns None for "
            "it, or `materialize_grads=True`, and then returns zeros."
        ),
        raises=r"appears to not have been used|NoneType|got None|, not None",
    ),
    Mistake(
        "influence.graph-freed",
        N_("After the first gradient torch throws the graph away."),
        N_("You go backward several times: `retain_graph=True` keeps the graph."),
        raises=r"backward through the graph a second time",
    ),
    Mistake(
        "influence.not-a-number",
        N_("A gradient is taken of one number, and y holds D of them."),
        N_("Go through the numbers of y one by one."),
        raises=r"only for scalar outputs",
    ),
]
