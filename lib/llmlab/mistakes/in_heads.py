"""Wrong ways to attend in heads. Oracle: attention(q, k, v, H, mask)."""

import torch
from torch import Tensor

from . import attending


def times(factor):
    """The scores are multiplied by a factor of C and D."""

    def variant(oracle, q, k, v, H, mask=None):
        C = q.shape[-1]
        return oracle(q=q * factor(C=C, D=C // H), k=k, v=v, H=H, mask=mask)

    return variant


def by_keys(oracle, q, k, v, H, mask=None):
    """The scores are divided by the root of the number of keys."""
    factor = (q.shape[-1] / H / max(1, k.shape[-2])) ** 0.5
    return oracle(q=q * factor, k=k, v=v, H=H, mask=mask)


def in_each_head(change):
    """A wrong way to attend from `attending`, in every head."""

    def variant(oracle, q, k, v, H, mask=None):
        def alone(q, k, v, mask=None):
            return oracle(q=q, k=k, v=v, H=1, mask=mask)

        cut = zip(*(t.chunk(H, dim=-1) for t in (q, k, v)), strict=True)
        results = [change(alone, *parts, mask) for parts in cut]
        wrong = any(result is None for result in results)
        return None if wrong else torch.cat(results, dim=-1)

    return variant


def number_for_width(oracle, q, k, v, H, mask=None):
    """As many channels a head as there should be heads."""
    return oracle(q=q, k=k, v=v, H=q.shape[-1] // H, mask=mask)


def values_for_keys(oracle, q, k, v, H, mask=None):
    return oracle(q=q, k=v, v=k, H=H, mask=mask)


def residual(oracle, q, k, v, H, mask=None):
    return q + oracle(q=q, k=k, v=v, H=H, mask=mask)


def zero_times_infinity(oracle, q, k, v, H, mask=None):
    """−∞ times the mask turned around is added: NaN where a key may be seen."""
    if mask is None:
        return None
    right = oracle(q=q, k=k, v=v, H=H, mask=mask)
    return right.masked_fill(attending.full(q, k, mask).any(-1, True), float("nan"))


def mask_at_axis_one(oracle, q, k, v, H, mask=None):
    """The mask's new axis is axis 1: right for one batch axis only."""
    if mask is None or q.ndim == 3:
        return None
    parts = [torch.stack(t.chunk(H, dim=-1), dim=-3) for t in (q, k, v)]
    shape = (*parts[0].shape[:-1], k.shape[-2])
    shown = mask.unsqueeze(1).expand(shape)
    pairs = [t.flatten(0, -3) for t in (*parts, shown)]
    found = [
        oracle(q=a, k=b, v=c, H=1, mask=m) for a, b, c, m in zip(*pairs, strict=True)
    ]
    heads = torch.stack(found).unflatten(0, shape[:-2])
    return torch.cat(heads.unbind(-3), dim=-1)


def one_head(oracle, q, k, v, H, mask=None):
    return oracle(q=q, k=k, v=v, H=1, mask=mask)


def cut_bare(t: Tensor, H: int) -> Tensor:
    return t.reshape(*t.shape[:-2], H, t.shape[-2], -1)


def bare_reshape(oracle, q, k, v, H, mask=None):
    """Pieces of the sentence take the part of heads."""
    pieces = (cut_bare(t, H) for t in (q, k, v))
    shown = None if mask is None else mask.unsqueeze(-3)
    return one_head(oracle, *pieces, H, shown).reshape(q.shape)


def bare_split(oracle, q, k, v, H, mask=None):
    pieces = (cut_bare(t, H) for t in (q, k, v))
    shown = None if mask is None else mask.unsqueeze(-3)
    found = one_head(oracle, *pieces, H, shown)
    return torch.cat(found.unbind(-3), dim=-1)


def bare_merge(oracle, q, k, v, H, mask=None):
    right = oracle(q=q, k=k, v=v, H=H, mask=mask)
    return torch.stack(right.chunk(H, dim=-1), dim=-3).reshape(right.shape)


def across_heads(oracle, q, k, v, H, mask=None):
    """Each token's heads attend to one another."""
    if mask is not None or q.shape != k.shape:
        return None
    rows = (t.unflatten(-1, (H, -1)) for t in (q, k, v))
    return one_head(oracle, *rows, H).flatten(-2)


def interleaved(oracle, q, k, v, H, mask=None):
    order = torch.arange(q.shape[-1]).reshape(-1, H).mT.flatten()
    q, k, v = (t[..., order] for t in (q, k, v))
    return oracle(q=q, k=k, v=v, H=H, mask=mask)[..., order.argsort()]


def interleaved_merge(oracle, q, k, v, H, mask=None):
    right = oracle(q=q, k=k, v=v, H=H, mask=mask)
    return right.unflatten(-1, (H, -1)).mT.flatten(-2)


def masks_by(choose, fits):
    """Head h of sentence b gets the mask of sentence choose(b, h)."""

    def variant(oracle, q, k, v, H, mask=None):
        B = len(q)
        if mask is None or q.ndim != 3 or len(mask) != B or not fits(B, H):
            return None
        mask = mask.expand(B, q.shape[-2], k.shape[-2])
        result = torch.zeros_like(q)
        for h, part in enumerate(torch.arange(q.shape[-1]).chunk(H)):
            rows = torch.tensor([choose(b, h, B, H) for b in range(B)])
            found = oracle(q=q, k=k, v=v, H=H, mask=mask[rows])
            result[..., part] = found[..., part]
        return result

    return variant


def causal_without_mask(oracle, q, k, v, H, mask=None):
    """Without a mask, no key after the query's own number is seen."""
    if mask is None:
        mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).tril()
    return oracle(q=q, k=k, v=v, H=H, mask=mask)


def softmax_over_heads(oracle, q, k, v, H, mask=None):
    def alone(q, k, v, mask=None):
        return oracle(q=q, k=k, v=v, H=1, mask=mask)

    cut = [t.chunk(H, dim=-1) for t in (q, k, v)]
    powers = torch.stack(
        [attending.exponentials(alone, *qk) for qk in zip(cut[0], cut[1], strict=True)]
    )
    if mask is not None:
        powers = powers * mask
    shares = powers / powers.sum(0)
    return torch.cat([p @ part for p, part in zip(shares, cut[2], strict=True)], dim=-1)


def separate(change):
    def variant(oracle, q, k, v, H, mask=None):
        right = oracle(q=q, k=k, v=v, H=H, mask=mask)
        return change(torch.stack(right.chunk(H, dim=-1), dim=-3))

    return variant
