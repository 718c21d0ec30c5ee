"""Wrong ways to attend, all derived from an oracle attention(q, k, v, mask)."""

import torch
from torch import Tensor


def weights(oracle, q, k, mask) -> Tensor:
    """The oracle's weights, read off by attending to the rows of an identity."""
    size = k.shape[-2]
    rows = torch.eye(size, dtype=q.dtype).expand(*k.shape[:-2], size, size)
    return oracle(q=q, k=k, v=rows, mask=mask)


def full(q, k, mask) -> Tensor:
    """The mask stretched to (…, T, S)."""
    shape = (*q.shape[:-1], k.shape[-2])
    if mask is None:
        return torch.ones(shape, dtype=torch.bool)
    return mask.expand(torch.broadcast_shapes(mask.shape, shape))


def times(factor):
    def variant(oracle, q, k, v, mask=None):
        T, D, S = q.shape[-2], q.shape[-1], k.shape[-2]
        return oracle(q=q * factor(T=T, S=S, D=D), k=k, v=v, mask=mask)

    return variant


def over_queries(oracle, q, k, v, mask=None):
    shown = None if mask is None else full(q, k, mask).mT
    return weights(oracle, k, q, shown).mT @ v


def mask_after(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    return (weights(oracle, q, k, None) * mask) @ v


def mask_after_filled(value):
    def variant(oracle, q, k, v, mask=None):
        if mask is None:
            return None
        return weights(oracle, q, k, None).masked_fill(~mask, value) @ v

    return variant


def exponentials(oracle, q, k) -> Tensor:
    """exp of the scores: an extra key whose score is 0 shows each row's level."""
    extra = torch.zeros_like(k[..., :1, :])
    shares = weights(oracle, q, torch.cat([k, extra], dim=-2), None)
    return shares[..., :-1] / shares[..., -1:]


def masked_to_zero(oracle, q, k, v, mask=None):
    return leak(oracle, q, k, v, mask, lambda *_: 1.0)


def too_weak(oracle, q, k, v, mask=None, got=None):
    """Blocked scores are set to some number, which is fitted to what came."""

    def fitted(kept, total, lost, count):
        ahead = got * count - lost
        return ((kept - got * total) * ahead).sum() / ahead.square().sum()

    if not isinstance(got, Tensor) or got.shape[:-1] != q.shape[:-1]:
        return None
    got = got.double()
    return leak(oracle, q, k, v, mask, fitted)


def leak(oracle, q, k, v, mask, level):
    """Each blocked key has exp(score) = `level`."""
    if mask is None:
        return None
    mask = full(q, k, mask)
    powers = exponentials(oracle, q, k) * mask
    kept, total = powers @ v, powers.sum(-1, keepdim=True)
    blocked = (~mask).to(v.dtype)
    lost, count = blocked @ v, blocked.sum(-1, keepdim=True)
    amount = level(kept, total, lost, count)
    if not 1e-20 < float(amount) < 1e20:
        return None
    return (kept + amount * lost) / (total + amount * count)


def added(oracle, q, k, v, mask=None):
    """The bool mask is added to the scores as 0 and 1."""
    if mask is None:
        return None
    powers = exponentials(oracle, q, k) * mask.to(q.dtype).exp()
    return powers / powers.sum(-1, keepdim=True) @ v


def nan_rows(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    blocked = ~full(q, k, mask).any(-1, keepdim=True)
    right = oracle(q=q, k=k, v=v, mask=mask)
    return right.masked_fill(blocked, float("nan"))


def mean_rows(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    blocked = ~full(q, k, mask).any(-1, keepdim=True)
    right = oracle(q=q, k=k, v=v, mask=mask)
    return torch.where(blocked, v.mean(-2, keepdim=True), right)


def inverted(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    return oracle(q=q, k=k, v=v, mask=~mask)


def inverted_nan(oracle, q, k, v, mask=None):
    return None if mask is None else nan_rows(oracle, q, k, v, ~mask)


def inverted_mean(oracle, q, k, v, mask=None):
    return None if mask is None else mean_rows(oracle, q, k, v, ~mask)


def ignored(oracle, q, k, v, mask=None):
    return None if mask is None else oracle(q=q, k=k, v=v, mask=None)


def keys_as_values(oracle, q, k, v, mask=None):
    return oracle(q=q, k=k, v=k, mask=mask)


def queries_only(oracle, q, k, v, mask=None):
    shown = None
    if mask is not None and mask.shape[-1] == q.shape[-2]:
        shown = mask
    return oracle(q=q, k=q, v=q, mask=shown)


def roles_swapped(oracle, q, k, v, mask=None):
    if q.shape != k.shape:
        return None
    shown = None if mask is None else full(q, k, mask).mT
    return oracle(q=k, k=q, v=v, mask=shown)


def mask_turned(oracle, q, k, v, mask=None):
    if mask is None or mask.shape[-1] != mask.shape[-2]:
        return None
    return oracle(q=q, k=k, v=v, mask=mask.mT)


def always_causal(oracle, q, k, v, mask=None):
    T, S = q.shape[-2], k.shape[-2]
    past = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return oracle(q=q, k=k, v=v, mask=past & full(q, k, mask))


def causal_on_left(oracle, q, k, v, mask=None):
    past = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).tril()
    return oracle(q=q, k=k, v=v, mask=past & full(q, k, mask))


def rows_zeroed(oracle, q, k, v, mask=None):
    if mask is None:
        return None
    some_blocked = ~full(q, k, mask).all(-1, keepdim=True)
    return oracle(q=q, k=k, v=v, mask=mask).masked_fill(some_blocked, 0.0)


def weights_only(oracle, q, k, v, mask=None):
    return weights(oracle, q, k, mask)


def raw_scores(blocked):
    def variant(oracle, q, k, v, mask=None):
        scores = exponentials(oracle, q, k).log()
        return scores.masked_fill(~full(q, k, mask), blocked) @ v

    return variant


def over_their_sum(oracle, q, k, v, mask=None):
    scores = exponentials(oracle, q, k).log().masked_fill(~full(q, k, mask), 0.0)
    return scores / scores.sum(-1, keepdim=True) @ v


def transposed_weights(oracle, q, k, v, mask=None):
    if q.shape[-2] != k.shape[-2]:
        return None
    return weights(oracle, q, k, mask).mT @ v
