"""Mistakes in an order-blindness test.

Oracle: errors(x, mix, push, orders) of the layer x → mix · x + push, one an order.
"""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _compared(compare):
    """What `compare(layer, x, order)` gives for each order, as one tensor."""

    def variant(x, mix, push, orders):
        def layer(x):
            return mix @ x + push

        return torch.stack([compare(layer, x, order) for order in orders])

    return variant


def _reduced(reduce):
    """The right differences, put together otherwise: by the layer's own matrix."""

    def variant(x, mix, push, orders):
        gaps = []
        for order in orders:
            M = torch.eye(len(order), dtype=x.dtype)[order]
            gaps.append((mix @ M - M @ mix) @ x + push - M @ push)
        return torch.stack([reduce(gap) for gap in gaps])

    return variant


def _relative(oracle, x, mix, push, orders):
    return oracle(x=x, mix=mix, push=push, orders=orders) / (mix @ x + push).abs().max()


def _single(oracle, x, mix, push, orders):
    """The right number in float32, where the layer works in float64."""
    return oracle(x=x, mix=mix, push=push, orders=orders).float().double()


def _largest(compare):
    return _compared(lambda layer, x, order: compare(layer, x, order).abs().max())


def _only_inputs(layer, x, order):
    return layer(x[..., order, :]) - layer(x)


def _only_outputs(layer, x, order):
    return layer(x) - layer(x)[..., order, :]


def _inverse(layer, x, order):
    return layer(x[..., order, :]) - layer(x)[..., order.argsort(), :]


def _pooled(pool):
    def compare(layer, x, order):
        return pool(layer(x[..., order, :])) - pool(layer(x))

    return compare


def _on_features(layer, x, order):
    return layer(x[..., order]) - layer(x)[..., order]


def _on_first(layer, x, order):
    return layer(x[order]) - layer(x)[order]


def _yes_or_no(got, expected) -> bool:
    """Zeros and ones came where other numbers are expected."""
    return bool(((got == 0) | (got == 1)).all() and (expected > 0.01).any())


ORDER_ERROR = [
    Mistake(
        "order.outputs-not-moved",
        N_("You shuffle the inputs, and compare with outputs that were not shuffled."),
        N_(
            "The rows of an order-blind layer move with their tokens. Shuffle the "
            "outputs of the plain run before you compare."
        ),
        _largest(_only_inputs),
    ),
    Mistake(
        "order.inputs-not-moved",
        N_("The layer never sees the shuffled tokens: you shuffle only its outputs."),
        N_("Run the layer twice: on x, and on x[..., order, :]."),
        _largest(_only_outputs),
    ),
    Mistake(
        "order.inverse",
        N_("You shuffle the outputs by the inverse of the order."),
        N_(
            "Shuffle inputs and outputs alike. The inverse takes a shuffled output "
            "back, which is right only beside outputs that were not shuffled."
        ),
        _largest(_inverse),
    ),
    Mistake(
        "order.signed",
        N_("You take the largest difference without its absolute value."),
        N_("A difference of −5 counts as 5: `.abs()` comes before `.max()`."),
        _reduced(lambda gap: gap.max()),
    ),
    *ways(
        "order.mean",
        N_("You return an average difference; the largest one is asked for."),
        N_("One row that is off is enough: an average hides it in long texts."),
        _reduced(lambda gap: gap.abs().mean()),
        _reduced(lambda gap: gap.square().mean()),
        _reduced(lambda gap: gap.square().mean().sqrt()),
    ),
    *ways(
        "order.added-up",
        N_("You add the differences up; the largest one is asked for."),
        N_("A sum grows with the length of the text. Use `.max()`."),
        _reduced(lambda gap: gap.abs().sum()),
        _reduced(lambda gap: gap.norm()),
        _reduced(lambda gap: gap.square().sum()),
    ),
    Mistake(
        "order.squared",
        N_("You return the square of the largest difference."),
        N_("Use the absolute value: the error has the size of the outputs."),
        _reduced(lambda gap: gap.square().max()),
    ),
    Mistake(
        "order.relative",
        N_("You divide the difference by the size of the outputs."),
        N_("Asked for is the largest absolute difference itself."),
        _relative,
    ),
    *ways(
        "order.pooled",
        N_("You compare sums or means over the positions, not the rows themselves."),
        N_("A sum over all rows loses the order by itself, whatever the layer does."),
        _largest(_pooled(lambda y: y.sum(-2))),
        _largest(_pooled(lambda y: y.mean(-2))),
    ),
    *ways(
        "order.wrong-axis",
        N_("You shuffle another axis than the positions."),
        N_("Positions are the last axis but one: `x[..., order, :]`."),
        _largest(_on_first),
        _largest(_on_features),
        raises=r"out of .*bounds|out of range",
    ),
    Mistake(
        "order.axes-from-the-front",
        N_("Your code takes axis 1 for the positions. That holds for one batch axis."),
        N_("Positions are the last axis but one: `x[..., order, :]`."),
        raises=r"out of .*bounds|out of range|must match the size",
    ),
    *ways(
        "order.not-one-number",
        N_("You return many differences; one number is asked for."),
        N_("Take the maximum over all axes: `.max()` without an axis."),
        _reduced(lambda gap: gap.abs()),
        _reduced(lambda gap: gap),
        _reduced(lambda gap: gap.abs().amax(-1)),
        _reduced(lambda gap: gap.abs().amax(-2)),
    ),
    Mistake(
        "order.not-one-number",
        N_("`.max(…)` with an axis gives two tensors: the values and their places."),
        N_("Take the maximum over all axes: `.max()` without an axis."),
        raises=r"only one element tensors|can be converted to a? ?(Python )?[Ss]calar",
    ),
    Mistake(
        "order.float32",
        N_("Your number is rounded to float32, although x is float64."),
        N_(
            "`torch.tensor(number)` makes float32 of a plain number. Keep the tensor "
            "that `.max()` gives, or return the plain number."
        ),
        _single,
    ),
    Mistake(
        "order.yes-or-no",
        N_("Your answer is yes or no. Asked for is how large the difference is."),
        N_("Return the largest absolute difference, as a number."),
        applies=_yes_or_no,
    ),
]
