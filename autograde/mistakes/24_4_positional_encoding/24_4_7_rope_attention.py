"""The bank of 24.4.7, attention with RoPE: as learners write it, wrong and right."""
# ruff: noqa: F811

import math

import torch
import torch.nn.functional as F
from einops import einsum

from autograde.mistakes import right, wrong


@wrong("24.4.7", names="rope-use.queries-restart", says="0 to T − 1")
def rope_attention(q, k, v, rotate):
    q = rotate(q, torch.arange(q.shape[-2]))
    k = rotate(k, torch.arange(k.shape[-2]))
    return F.scaled_dot_product_attention(q, k, v)


@wrong("24.4.7", names="rope-use.queries-restart", how="a slice of the positions")
def rope_attention(q, k, v, rotate):
    positions = torch.arange(k.size(-2))
    q = rotate(q, positions[: q.size(-2)])
    return F.scaled_dot_product_attention(q, rotate(k, positions), v)


@wrong("24.4.7", names="rope-use.values-turned", says="the values too")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q = rotate(q, torch.arange(S - T, S))
    k, v = rotate(k, torch.arange(S)), rotate(v, torch.arange(S))
    return F.scaled_dot_product_attention(q, k, v)


@wrong("24.4.7", names="rope-use.keys-not-turned", says="keys are not turned")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q = rotate(q, torch.arange(S - T, S))
    return F.scaled_dot_product_attention(q, k, v)


@wrong("24.4.7", names="rope-use.queries-not-turned", says="queries are not turned")
def rope_attention(q, k, v, rotate):
    k = rotate(k, torch.arange(k.shape[-2]))
    return F.scaled_dot_product_attention(q, k, v)


@wrong("24.4.7", names="rope-use.not-turned", says="plain attention")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    rotate(q, torch.arange(S - T, S))
    rotate(k, torch.arange(S))
    return F.scaled_dot_product_attention(q, k, v)


@wrong("24.4.7", names="rope-use.off-by-one", says="one position off")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q = rotate(q, torch.arange(S - T + 1, S + 1))
    return F.scaled_dot_product_attention(q, rotate(k, torch.arange(S)), v)


@wrong("24.4.7", names="rope-use.one-position", says="same position")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q = rotate(q, torch.full((T,), S - 1))
    return F.scaled_dot_product_attention(q, rotate(k, torch.arange(S)), v)


@wrong("24.4.7", names="rope-use.after-the-cache", says="after the S keys")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q = rotate(q, torch.arange(T) + S)
    return F.scaled_dot_product_attention(q, rotate(k, torch.arange(S)), v)


@wrong("24.4.7", names="rope-use.output-turned", says="You turn the output")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    out = F.scaled_dot_product_attention(q, k, v)
    return rotate(out, torch.arange(S - T, S))


@wrong("24.4.7", names="rope-use.scale", says="another number than √D")
def rope_attention(q, k, v, rotate):
    T, S, D = q.shape[-2], k.shape[-2], q.shape[-1]
    q = rotate(q, torch.arange(S - T, S)) / math.sqrt(D)
    return F.scaled_dot_product_attention(q, rotate(k, torch.arange(S)), v)


@wrong("24.4.7", names="rope-use.scale", how="attention written out, without root")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q = rotate(q, torch.arange(S - T, S))
    return (q @ rotate(k, torch.arange(S)).mT).softmax(-1) @ v


@wrong("24.4.7", names="rope-use.masked", says="causal mask")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q, k = rotate(q, torch.arange(S - T, S)), rotate(k, torch.arange(S))
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


@wrong("24.4.7", names="rope-use.masked", how="aligned to the last query")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q, k = rotate(q, torch.arange(S - T, S)), rotate(k, torch.arange(S))
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


@wrong("24.4.7", names="rope-use.shapes", says="T queries and S keys")
def rope_attention(q, k, v, rotate):
    positions = torch.arange(k.shape[-2])
    q, k = rotate(q, positions), rotate(k, positions)
    return F.scaled_dot_product_attention(q, k, v)


@wrong("24.4.7", names="rope-use.mirrored", says="count down")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q, k = rotate(q, torch.arange(T).flip(0)), rotate(k, torch.arange(S).flip(0))
    return F.scaled_dot_product_attention(q, k, v)


@right("24.4.7", how="the last of the positions")
def rope_attention(q, k, v, rotate):
    positions = torch.arange(k.shape[-2])
    q = rotate(q, positions[-q.shape[-2] :])
    return F.scaled_dot_product_attention(q, rotate(k, positions), v)


@right("24.4.7", how="all positions 50 further: only distances count")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q, k = rotate(q, torch.arange(T) + 50 + S - T), rotate(k, torch.arange(S) + 50)
    return F.scaled_dot_product_attention(q, k, v)


@right("24.4.7", how="attention by einsum")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q, k = rotate(q, torch.arange(S - T, S)), rotate(k, torch.arange(S))
    scores = einsum(q, k, "... t d, ... s d -> ... t s") / math.sqrt(q.shape[-1])
    return einsum(scores.softmax(-1), v, "... t s, ... s d -> ... t d")


@right("24.4.7", how="query by query, positions as lists")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    k = rotate(k, list(range(S)))
    rows = []
    for t in range(T):
        one = rotate(q[..., t : t + 1, :], [S - T + t])
        rows.append(F.scaled_dot_product_attention(one, k, v))
    return torch.cat(rows, dim=-2)


@right("24.4.7", how="queries filled up in front")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    q = F.pad(q, (0, 0, S - T, 0))
    q, k = rotate(q, torch.arange(S)), rotate(k, torch.arange(S))
    return F.scaled_dot_product_attention(q, k, v)[..., S - T :, :]


@wrong("24.4.7", names="rope-use.no-positions", says="a tensor of positions")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    torch.arange(S)
    return F.scaled_dot_product_attention(rotate(q, S - T), rotate(k, 0), v)


@wrong("24.4.7", names="rope-use.no-positions", how="S − T positions for T queries")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    p = torch.arange(S)
    return F.scaled_dot_product_attention(
        rotate(q, torch.arange(S - T)), rotate(k, p), v
    )


@wrong("24.4.7", names="rope-use.roles-swapped", says="q stands on the left")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    p = torch.arange(S)
    return F.scaled_dot_product_attention(rotate(k, p), rotate(q, p[S - T :]), v)


@wrong("24.4.7", names="rope-use.keys-as-values", says="a mixture of values")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    p = torch.arange(S)
    k = rotate(k, p)
    return F.scaled_dot_product_attention(rotate(q, p[S - T :]), k, k)


@right("24.4.7", how="positions counted from the first query")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    p = torch.arange(S)
    return F.scaled_dot_product_attention(rotate(q, p[:T]), rotate(k, p - (S - T)), v)


@right("24.4.7", how="queries padded to S")
def rope_attention(q, k, v, rotate):
    T, S = q.shape[-2], k.shape[-2]
    p = torch.arange(S)
    full = torch.cat([torch.zeros_like(k[..., : S - T, :]), q], -2)
    q = rotate(full, p)[..., S - T :, :]
    return F.scaled_dot_product_attention(q, rotate(k, p), v)
