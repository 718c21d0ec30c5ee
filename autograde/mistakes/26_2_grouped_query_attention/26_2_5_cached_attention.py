"""The bank of 26.2.5, cached_attention."""
# ruff: noqa: F811, F821

import torch
import torch.nn.functional as F

from autograde.mistakes import right, wrong


@wrong("26.2.5", names="cached.expanded", says="your cache holds H heads")
def cached_attention(q, k, v, cache=None):
    k, v = repeat_kv(k, q.shape[-3]), repeat_kv(v, q.shape[-3])
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong(
    "26.2.5",
    names="cached.expanded",
    how="stored repeated, thinned out again when read",
)
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        n = q.shape[-3] // k.shape[-3]
        k = torch.cat([cache[0][..., ::n, :, :], k], dim=-2)
        v = torch.cat([cache[1][..., ::n, :, :], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    y = grouped_attention(q, k, v, mask)
    return y, (repeat_kv(k, q.shape[-3]), repeat_kv(v, q.shape[-3]))


@wrong("26.2.5", names="cached.expanded", how="values only")
def cached_attention(q, k, v, cache=None):
    H = q.shape[-3]
    v = repeat_kv(v, H)
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, repeat_kv(k, H), v, mask), (k, v)


@wrong("26.2.5", names="cached.expanded", how="repeated after each call")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    k, v = repeat_kv(k, q.shape[-3]), repeat_kv(v, q.shape[-3])
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.mask-on-left", says="the triangle starts at key 0")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril()
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.mask-on-left", how="is_causal")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
    return y, (k, v)


@wrong("26.2.5", names="cached.no-mask", says="see tokens that come after them")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    return grouped_attention(q, k, v), (k, v)


@wrong("26.2.5", names="cached.off-by-one", says="off by one")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T + 1)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.off-by-one", how="the other side")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T - 1)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.cache-ignored", says="do not see the old ones")
def cached_attention(q, k, v, cache=None):
    T = q.shape[-2]
    mask = torch.ones(T, T, dtype=torch.bool).tril()
    y = grouped_attention(q, k, v, mask)
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    return y, (k, v)


@wrong("26.2.5", names="cached.only-the-last-piece", says="older ones are lost")
def cached_attention(q, k, v, cache=None):
    new = k, v
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), new


@wrong("26.2.5", names="cached.new-first", says="in front of the old ones")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([k, cache[0]], dim=-2)
        v = torch.cat([v, cache[1]], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.pair-swapped", says="as (values, keys)")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (v, k)


@wrong("26.2.5", names="cached.tiled", says="share a head, not neighbours")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    n = q.shape[-3] // k.shape[-3]
    keys, values = (torch.cat([t] * n, dim=-3) for t in (k, v))
    return grouped_attention(q, keys, values, mask), (k, v)


@wrong(
    "26.2.5",
    names="cached.wide",
    says="numbers of 4 bytes",
    dtypes=("float32", "bfloat16"),
)
def cached_attention(q, k, v, cache=None):
    k, v, kind = k.float(), v.float(), q.dtype
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k.to(kind), v.to(kind), mask), (k, v)


@wrong("26.2.5", names="cached.kept-twice", says="one key and one value")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v, k, v)


@wrong("26.2.5", names="cached.kept-twice", how="and a joint copy")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        cache = cache[0], cache[0] * 0 + cache[1]
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v, torch.cat([k, v]))


@wrong("26.2.5", names="cached.no-pair", says="an output, and a pair")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask)


@wrong("26.2.5", names="cached.no-pair", how="no cache")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), None


@wrong("26.2.5", names="cached.cat", says="Join along the positions")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-3)
        v = torch.cat([cache[1], v], dim=-3)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong(
    "26.2.5", names="cached.axes-from-the-front", says="one number of axes", hidden=True
)
def cached_attention(q, k, v, cache=None):
    B, H, T, D = q.shape
    if cache is not None:
        k = torch.cat([cache[0], k], dim=2)
        v = torch.cat([cache[1], v], dim=2)
    S = k.shape[2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.shapes", says="scores and mask are")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T = q.shape[-2]
    mask = torch.ones(T, T, dtype=torch.bool).tril()
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.cache-ignored", how="only keys are joined")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.same-half", says="same half of the cache")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[0], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return grouped_attention(q, k, v, mask), (k, v)


@wrong("26.2.5", names="cached.no-pair", how="the cache first")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
        v = torch.cat([cache[1], v], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return (k, v), grouped_attention(q, k, v, mask)


@wrong("26.2.5", names="cached.shapes", how="values are not joined")
def cached_attention(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
    return y, (k, v)


@right("26.2.5", how="the author's way with torch's attention")
def cached_attention(q, k, v, cache=None):
    old = 0 if cache is None else cache[0].shape[-2]
    if cache is not None:
        k, v = (torch.cat(pair, dim=-2) for pair in zip(cache, (k, v), strict=True))
    S, T = k.shape[-2], q.shape[-2]
    mask = torch.arange(S) <= old + torch.arange(T)[:, None]
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
    return y, (k, v)


@right("26.2.5", how="one new token after another, so without a mask")
def cached_attention(q, k, v, cache=None):
    rows = []
    for t in range(q.shape[-2]):
        new = k[..., t : t + 1, :], v[..., t : t + 1, :]
        if cache is None:
            cache = new
        else:
            cache = tuple(torch.cat(p, dim=-2) for p in zip(cache, new, strict=True))
        rows.append(grouped_attention(q[..., t : t + 1, :], *cache))
    return torch.cat(rows, dim=-2), cache


@right("26.2.5", how="one tensor for both, repeated only to attend")
def cached_attention(q, k, v, cache=None):
    both = torch.stack([k, v])
    if cache is not None:
        both = torch.cat([cache, both], dim=-2)
    keys, values = (repeat_kv(t, q.shape[-3]) for t in both)
    T, S = q.shape[-2], keys.shape[-2]
    later = torch.ones(T, S, dtype=torch.bool).triu(S - T + 1)
    scores = q @ keys.mT / q.shape[-1] ** 0.5
    weights = scores.masked_fill(later, float("-inf")).softmax(-1)
    return weights @ values, both


@right("26.2.5", how="lists of pieces, joined when they are needed")
def cached_attention(q, k, v, cache=None):
    pieces = [] if cache is None else list(cache)
    pieces += [k, v]
    k, v = torch.cat(pieces[::2], dim=-2), torch.cat(pieces[1::2], dim=-2)
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(S, S, dtype=torch.bool).tril()[S - T :]
    return grouped_attention(q, k, v, mask), pieces
