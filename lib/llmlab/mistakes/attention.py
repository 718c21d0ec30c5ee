"""Mistakes in attention. Oracles: attention(q, k, v, mask), module(x, W_…, mask)."""

import torch
from torch import Tensor

from ..check.compare import compare
from ..check.mistake import Mistake, call
from ..i18n import N_
from .scores import _SIZES


def _weights(oracle, q, k, mask) -> Tensor:
    """The oracle's weights, read off by attending to the rows of an identity."""
    size = k.shape[-2]
    rows = torch.eye(size, dtype=q.dtype).expand(*k.shape[:-2], size, size)
    return oracle(q=q, k=k, v=rows, mask=mask)


def _log_scores(oracle, q, k) -> Tensor:
    """Scores up to one number a row, as logarithms of the oracle's weights."""
    return _weights(oracle, q, k, None).log()


def _full(q, k, mask) -> Tensor:
    """The mask stretched to (…, T, S)."""
    shape = (*q.shape[:-1], k.shape[-2])
    if mask is None:
        return torch.ones(shape, dtype=torch.bool)
    return mask.expand(torch.broadcast_shapes(mask.shape, shape))


def _times(factor):
    def variant(oracle, q, k, v, mask=None):
        T, D, S = q.shape[-2], q.shape[-1], k.shape[-2]
        return oracle(q=q * factor(T=T, S=S, D=D), k=k, v=v, mask=mask)

    return variant


def _over_queries(oracle, q, k, v, mask=None):
    shown = None if mask is None else _full(q, k, mask).mT
    return _weights(oracle, k, q, shown).mT @ v


def _mask_after(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    return (_weights(oracle, q, k, None) * mask) @ v


def _mask_after_filled(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    return _weights(oracle, q, k, None).masked_fill(~mask, float("-inf")) @ v


def _filled(value):
    """Blocked scores are set to a number. It has to be weighed against the others,
    so the row's own level is found with an extra key whose score is 0."""

    def variant(oracle, q, k, v, mask=None):
        if mask is None:
            return None
        extra = torch.zeros_like(k[..., :1, :])
        levels = _log_scores(oracle, q, torch.cat([k, extra], dim=-2))
        scores = levels[..., :-1] - levels[..., -1:]
        scores = torch.where(mask, scores, torch.tensor(value, dtype=scores.dtype))
        return (scores - scores.logsumexp(-1, keepdim=True)).exp() @ v

    return variant


def _added(oracle, q, k, v, mask=None):
    """The bool mask is added to the scores as 0 and 1."""
    if mask is None:
        return None
    levels = _log_scores(oracle, q, k) + mask
    return (levels - levels.logsumexp(-1, keepdim=True)).exp() @ v


def _nan_rows(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    blocked = ~_full(q, k, mask).any(-1, keepdim=True)
    right = oracle(q=q, k=k, v=v, mask=mask)
    return right.masked_fill(blocked, float("nan"))


def _mean_rows(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    blocked = ~_full(q, k, mask).any(-1, keepdim=True)
    right = oracle(q=q, k=k, v=v, mask=mask)
    return torch.where(blocked, v.mean(-2, keepdim=True), right)


def _inverted(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    return oracle(q=q, k=k, v=v, mask=~mask)


def _inverted_nan(oracle, q, k, v, mask=None):
    return None if mask is None else _nan_rows(oracle, q, k, v, ~mask)


def _ignored(oracle, q, k, v, mask=None):
    return None if mask is None else oracle(q=q, k=k, v=v, mask=None)


def _keys_as_values(oracle, q, k, v, mask=None):
    return oracle(q=q, k=k, v=k, mask=mask)


def _weights_only(oracle, q, k, v, mask=None):
    return _weights(oracle, q, k, mask)


def _raw_scores(oracle, q, k, v, mask=None):
    extra = torch.zeros_like(k[..., :1, :])
    levels = _log_scores(oracle, q, torch.cat([k, extra], dim=-2))
    scores = levels[..., :-1] - levels[..., -1:]
    return (scores * _full(q, k, mask)) @ v


def _transposed_weights(oracle, q, k, v, mask=None):
    if q.shape[-2] != k.shape[-2]:
        return None
    return _weights(oracle, q, k, mask).mT @ v


ATTENTION = [
    Mistake(
        "attention.unscaled",
        N_("Your output equals attention without the division by √D."),
        N_(
            "With D = {D} the scores' variance is about {D} before the softmax, which "
            'makes it too sharp. See "Why √D".'
        ),
        _times(lambda D, **_: D**0.5),
    ),
    Mistake(
        "attention.divided-by-D",
        N_(
            "Your output equals attention whose scores were divided by D instead of √D."
        ),
        N_(
            "With D = {D} the scores' variance should be about 1 before the softmax; "
            'yours is about {variance}. See "Why √D".'
        ),
        _times(lambda D, **_: D**-0.5),
        figures=lambda D: {"variance": 1 / D},
    ),
    Mistake(
        "attention.root-of-keys",
        N_("Your output equals attention whose scores were divided by √S, not √D."),
        N_("D = {D} is the width of a query, `q.shape[-1]`; S counts the keys."),
        _times(lambda S, D, **_: (D / S) ** 0.5),
    ),
    Mistake(
        "attention.root-of-queries",
        N_("Your output equals attention whose scores were divided by √T, not √D."),
        N_("D = {D} is the width of a query, `q.shape[-1]`; T counts the queries."),
        _times(lambda T, D, **_: (D / T) ** 0.5),
    ),
    Mistake(
        "attention.inverted-mask",
        N_("Your output equals attention that looks only where it may not."),
        N_("True means: may look. Fill with −∞ where the mask is False."),
        _inverted,
    ),
    Mistake(
        "attention.inverted-mask",
        N_("Your output equals attention that looks only where it may not."),
        N_("True means: may look. Fill with −∞ where the mask is False."),
        _inverted_nan,
    ),
    Mistake(
        "attention.mask-ignored",
        N_("Your output equals attention that does not use the mask at all."),
        N_(
            "If you wrote `scores.masked_fill(…)`, keep its result: the name without "
            "an underscore at its end returns a new tensor."
        ),
        _ignored,
    ),
    Mistake(
        "attention.mask-after-softmax",
        N_(
            "Your weights are set to 0 after the softmax, so the rest sums to less than 1."
        ),
        N_("Mask the scores, before the softmax: what is left then sums to 1."),
        _mask_after,
    ),
    Mistake(
        "attention.mask-after-softmax",
        N_("Your mask fills −∞ into the weights, after the softmax."),
        N_("Mask the scores, before the softmax."),
        _mask_after_filled,
    ),
    Mistake(
        "attention.masked-to-zero",
        N_("Your output equals attention whose blocked scores were set to 0."),
        N_("exp(0) is 1, so a blocked key still gets weight. Only exp(−∞) is 0."),
        _filled(0.0),
    ),
    Mistake(
        "attention.mask-added",
        N_("Your output equals scores + mask: True adds 1 and False adds 0."),
        N_("Use `masked_fill` or `torch.where` with −∞ where the mask is False."),
        _added,
    ),
    Mistake(
        "attention.mask-too-weak",
        N_(
            "Blocked keys still get a little weight: your fill value is not low enough."
        ),
        N_("With large scores the difference shows. Only −∞ gives exactly 0."),
        _filled(-10.0),
    ),
    Mistake(
        "attention.mask-too-weak",
        N_(
            "Blocked keys still get a little weight: your fill value is not low enough."
        ),
        N_("With large scores the difference shows. Only −∞ gives exactly 0."),
        _filled(-100.0),
    ),
    Mistake(
        "attention.nan-row",
        N_("A query that may look nowhere gives NaN in yours; it has to give zeros."),
        N_(
            "A row of nothing but −∞ has no distribution: softmax computes 0 / 0. "
            "Replace those rows with zeros."
        ),
        _nan_rows,
    ),
    Mistake(
        "attention.mean-row",
        N_(
            "A query that may look nowhere gets the mean of all values in yours; it "
            "has to give zeros."
        ),
        N_(
            "A large negative number in place of −∞ makes all scores of such a row "
            "equal. So padding leaks in."
        ),
        _mean_rows,
    ),
    Mistake(
        "attention.over-queries",
        N_("Your output equals attention whose softmax runs over the queries."),
        N_("The weights of one query sum to 1: softmax over the keys, the last axis."),
        _over_queries,
    ),
    Mistake(
        "attention.no-softmax",
        N_("Your output equals scores times values: there is no softmax."),
        N_("Turn the scores into weights first."),
        _raw_scores,
    ),
    Mistake(
        "attention.keys-as-values",
        N_("Your output is a mixture of keys. It has to be a mixture of values."),
        N_("Keys decide where to look; values are what is passed on: weights @ v."),
        _keys_as_values,
    ),
    Mistake(
        "attention.weights-only",
        N_("Your output is the weights: the product with the values is missing."),
        N_("Return weights @ v."),
        _weights_only,
    ),
    Mistake(
        "attention.weights-transposed",
        N_("Your output equals the transposed weights times v."),
        N_("Row t of the weights belongs to query t: weights @ v, as they are."),
        _transposed_weights,
    ),
    Mistake(
        "attention.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "Scores are (…, T, S), the weights too, and v is (…, S, D). Swap only the "
            "last two axes of k, and count axes from the end."
        ),
        raises=_SIZES,
    ),
]


def _with(change):
    """The oracle's output with other weights: only the output is compared."""

    def variant(oracle, x, W_Q, W_K, W_V, mask=None):
        weights = {"W_Q": W_Q, "W_K": W_K, "W_V": W_V}
        weights |= call(change, {"x": x, **weights})
        return {"output": oracle(x=x, mask=mask, **weights)["output"]}

    return variant


def _identity_values(W_V):
    D, C = W_V.shape
    if D != C:
        raise ValueError("only where C equals D")
    return {"W_V": torch.eye(C, dtype=W_V.dtype)}


def _turned(W_Q, W_K, W_V):
    if W_Q.shape[0] != W_Q.shape[1]:
        raise ValueError("only where C equals D")
    return {"W_Q": W_Q.mT, "W_K": W_K.mT, "W_V": W_V.mT}


def _no_mask(oracle, x, W_Q, W_K, W_V, mask=None):
    if mask is None:
        return None
    weights = {"W_Q": W_Q, "W_K": W_K, "W_V": W_V}
    return {"output": oracle(x=x, mask=None, **weights)["output"]}


def _residual(oracle, x, W_Q, W_K, W_V, mask=None):
    right = oracle(x=x, W_Q=W_Q, W_K=W_K, W_V=W_V, mask=mask)["output"]
    return {"output": right + x} if right.shape == x.shape else None


def _missing_gradient(got, expected) -> bool:
    """The output is right, and some weight got no gradient at all."""
    if not isinstance(got, dict) or compare(got["output"], expected["output"], 20):
        return False
    gradients = [value for name, value in got.items() if name.startswith("∂")]
    return any(value is None or not bool(value.any()) for value in gradients)


SELF_ATTENTION = [
    Mistake(
        "module.extra-parameters",
        N_("Your module has more parameters than three matrices of C × D."),
        N_(
            "Give each nn.Linear `bias=False`, and leave out an output projection: "
            "that comes with several heads, in 24.3."
        ),
        applies=lambda got, expected: (
            isinstance(got, int)
            and isinstance(expected, int | Tensor)
            and got > int(expected)
        ),
    ),
    Mistake(
        "module.missing-parameters",
        N_("Your module has fewer parameters than three matrices of C × D."),
        N_(
            "One matrix cannot play three roles. And a plain tensor or a layer inside "
            "a Python list is no parameter: make each an nn.Linear attribute."
        ),
        applies=lambda got, expected: (
            isinstance(got, int)
            and isinstance(expected, int | Tensor)
            and got < int(expected)
        ),
    ),
    Mistake(
        "module.query-and-key-swapped",
        N_("Your module uses W_Q for the keys and W_K for the queries."),
        N_("q comes from W_Q and stands on the left: its rows are the output's rows."),
        _with(lambda W_Q, W_K: {"W_Q": W_K, "W_K": W_Q}),
    ),
    Mistake(
        "module.values-from-keys",
        N_("Your module passes on keys: its values come from W_K."),
        N_("v = W_V(x)."),
        _with(lambda W_K: {"W_V": W_K}),
    ),
    Mistake(
        "module.keys-from-queries",
        N_("Your module takes both q and k from W_Q."),
        N_("k = W_K(x). With one matrix the scores would be symmetric."),
        _with(lambda W_Q: {"W_K": W_Q}),
    ),
    Mistake(
        "module.bare-values",
        N_("Your module mixes the inputs themselves: W_V is not used."),
        N_("v = W_V(x)."),
        _with(_identity_values),
    ),
    Mistake(
        "module.scaled-by-C",
        N_("Your scores are divided by √C, the width of the model, instead of √D."),
        N_("The products run over the D = {D} numbers of a query; C is {C} here."),
        _with(lambda W_Q: {"W_Q": W_Q * (W_Q.shape[0] / W_Q.shape[1]) ** 0.5}),
    ),
    Mistake(
        "module.unscaled",
        N_("Your module equals attention without the division by √D."),
        N_('See "Why √D".'),
        _with(lambda W_Q: {"W_Q": W_Q * W_Q.shape[0] ** 0.5}),
    ),
    Mistake(
        "module.divided-by-D",
        N_("Your module equals attention divided by D instead of √D."),
        N_('See "Why √D".'),
        _with(lambda W_Q: {"W_Q": W_Q / W_Q.shape[0] ** 0.5}),
    ),
    Mistake(
        "module.matrices-turned",
        N_("Your module multiplies by the transposed matrices."),
        N_("Call the layer, `self.W_Q(x)`: nn.Linear keeps its weight as (D, C)."),
        _with(_turned),
    ),
    Mistake(
        "module.mask-ignored",
        N_("Your module does not use the mask."),
        N_("Hand the mask on to scaled_dot_product_attention."),
        _no_mask,
    ),
    Mistake(
        "module.residual",
        N_("Your module adds its input to the output."),
        N_("The residual connection belongs to the layer around attention, in 24.5."),
        _residual,
    ),
    Mistake(
        "module.no-gradient",
        N_("No gradient reaches some of your matrices, so they would never learn."),
        N_("Look for `detach`, `no_grad`, `.data`, `.item()` or a new torch.tensor."),
        applies=_missing_gradient,
        raises=r"does not require grad|no grad_fn|element 0 of tensors",
    ),
    Mistake(
        "module.no-attribute",
        N_("The module has no layer named W_Q, W_K or W_V."),
        N_(
            "In __init__, after super().__init__(): `self.W_Q = nn.Linear(…)`, and so "
            "on, so that a test can load weights into them."
        ),
        raises=r"has no attribute 'W_[QKV]'|has no attribute 'weight'|"
        r"cannot assign module before",
    ),
    Mistake(
        "module.shapes",
        N_("Two shapes do not fit together."),
        N_("x is (…, T, C), each matrix maps C to D, the output is (…, T, D)."),
        raises=_SIZES,
    ),
]
