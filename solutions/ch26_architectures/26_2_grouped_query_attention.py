# %% [markdown]
"""
# 26.2 Grouped-query attention

**You will be able to**

- let several query heads share one key/value head, without ever copying a key;
- say what the KV cache of a real model weighs, and write with a cache that stays small;
- turn a trained multi-head model into a grouped one, and measure what that costs and how training on brings it back.

**Time** about 2 hours · **You need** 24.2 Self-attention and 24.3 Multi-head attention

**The claim to test.** The textbook says that one key/value head per query head makes the cache too large, that a single one
for all may hurt quality, and that G groups are the way out: LLaMA 2 70B has 64 query heads, 8 key/value heads and a cache 8
times smaller. You will count the bytes, and train models for every G.
"""

# %% setup
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("26.2")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

A model that writes keeps the keys and values of all tokens so far: the *KV cache*. The queries of old tokens are never needed
again. So keys and values are what memory has to hold, and queries are cheap. *Grouped-query attention* (GQA) keeps all H query
heads, and only G key/value heads. Each of them serves a group of H / G query heads.

![Three panels with four query heads each: four key/value heads, one for each; two, one for each pair of query heads; one for all](figures/26_2_overview.svg)

G = H is the attention of 24.3, *multi-head* (MHA). G = 1 is *multi-query* (MQA).

**The shapes.** As before: B batch · T query positions · S key positions · C model width · H query heads · D head width. New is
**G, the number of key/value heads**. G divides H.

"""

# %% [markdown]
"""
Our sentence is 我 / 爱 / AI, "I love AI", with H = 4 and G = 2. The keys carry labels: head g, position s holds 10 g + s, twice. So you
can see where each number comes from.
"""

# %%
torch.set_num_threads(1)  # tensors this small gain nothing from more
q, v = torch.randn(4, 3, 2), torch.randn(2, 3, 2)  # (H, T, D), (G, S, D)
heads, places = torch.arange(2.0), torch.arange(3.0)
k = (10 * heads[:, None] + places)[..., None].repeat(1, 1, 2)  # (G, S, D)
print("q", tuple(q.shape), " k", tuple(k.shape), " v", tuple(v.shape))
print("key head 0", k[0, :, 0].tolist(), " key head 1", k[1, :, 0].tolist())

# %% [markdown]
"""
**A slow version to read.** Query heads 0 and 1 form the first group, 2 and 3 the second. Head h uses key/value head
`h // (H // G)`, in whole numbers. Each head then attends as in 24.2.
"""

# %%
slow = []
for h in range(4):
    g = h // 2  # H // G = 2 query heads to a group
    slow.append(F.scaled_dot_product_attention(q[h], k[g], v[g]))  # (T, D)
    print(f"query head {h} looks into key/value head {g}")
slow = torch.stack(slow)  # (H, T, D)

# %% [markdown]
"""
## Exercise 26.2.1 · repeat_kv

The simplest way to do without the loop: repeat each key/value head H / G times, so that there are H of them. Then ordinary
attention does the rest.

![Two key/value heads become four: 0, 0, 1, 1, each copy next to its original](figures/26_2_repeat_kv.svg)

Shapes: (…, G, S, D) → (…, H, S, D) · difficulty ●○○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
**Predict.** `x.repeat(2, 1, 1)` also makes four heads out of two. In which order?

<details><summary>Reveal</summary>

0, 1, 0, 1: it writes the whole tensor down twice. Query head 1 would then look into key head 1 in place of 0. All shapes fit,
nothing complains, and a trained model talks nonsense.
</details>
<details><summary>Hint</summary>

How often does each head stand there? H is the number *wanted*; G is read off x. Look up `repeat_interleave`. Count axes from
the end.
</details>
"""

# %% exercise="ex26_2_1_repeat_kv"
def repeat_kv(x: Float[Tensor, "... G S D"], H: int) -> Tensor:
    """Head h of the result is head h // (H // G) of x. About 2 lines.

    (…, G, S, D) → (…, H, S, D). G divides H. Any number of leading axes.
    """
    ### BEGIN SOLUTION
    G = x.shape[-3]
    return x.repeat_interleave(H // G, dim=-3)  # (..., H, S, D)
    ### END SOLUTION

# %% test="test26_2_1_repeat_kv" points=3
def head_by_head(x, H):
    """Look up the head of each query head, one after the other."""
    size = H // x.shape[-3]  # query heads to a group
    return torch.stack([x[..., h // size, :, :] for h in range(H)], dim=-3)


with check.exercise("26.2.1", head_by_head, mistakes.REPEAT_KV) as test:
    # two heads, one position, one channel
    test.by_hand(x=[[[1.0]], [[2.0]]], H=4,
                 gives=[[[1.0]], [[1.0]], [[2.0]], [[2.0]]])
    test.equals(on=[
        check.case(x="B G S D", G=2, H=6),
        check.case(x="B G S D", G=3, H=6, S=3, note="S = G"),
        check.case(x="B G S D", G=1, H=4, note="G = 1"),
        check.case(x="B G S D", G=4, H=4, note="G = H"),
        check.case(x="G S D", G=2, H=8, note="no batch"),
    ])
    test.gradients(on=check.case(x="B G S D", G=2, H=6))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(x="B G S D", G=2, H=6))
    test.equals(on=check.case(x="B G S D", B=2, G=2, H=4, S=2))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The loop's result, up to the last digits. The gradients tell something, too: a key that serves three query heads
gets the *sum* of three gradients. The cell also shows how far off the other order is.
"""

# %%
right = F.scaled_dot_product_attention(q, repeat_kv(k, 4), repeat_kv(v, 4))
tiled = F.scaled_dot_product_attention(
    q, k.repeat(2, 1, 1), v.repeat(2, 1, 1))
print(f"from the loop: {(right - slow).abs().max():.0e} in groups,"
      f" {(tiled - slow).abs().max():.2f} in the order 0, 1, 0, 1")

# %% [markdown]
"""
## Exercise 26.2.2 · attention in groups, without copies

Repeating makes the saving disappear for a moment: H heads of keys stand in memory again, at every step. Do it the other way
around: leave the keys alone and cut the **query heads** into G groups. All n = H / G query heads of a group meet the same keys.

![Four query heads become two groups of two; each group meets its own keys, which stay as they are](figures/26_2_grouped.svg)

Shapes: q (…, H, T, D), k and v (…, G, S, D), mask (…, T, S) or None → (…, H, T, D) · difficulty ●●● · 25 minutes · {points} points
"""

# %% [markdown]
"""
The test counts: with one query and many keys, **no tensor may be larger than the keys**. PyTorch's attention is not
allowed here. The mask is the same for all heads. It may have one row for all queries: (…, 1, S).

"""

# %% [markdown]
"""
**Predict.** q as (…, G, n, T, D), and k as (…, G, 1, S, D): `@` stretches the 1. Does it copy the keys?

<details><summary>Reveal</summary>

Yes. `torch.matmul` makes one list of small products, and for that it writes the keys out n times. The count below shows it. What
does not copy: `torch.einsum`, which sees that n and T can be *one* axis; or that joint axis (n T) written by yourself.
</details>
<details><summary>Hint</summary>

`torch.einsum("...gntd,...gsd->...gnts", q, k)` for the scores, and its like for the values. Scores are (…, G, n, T, S), so the
mask needs two axes of length 1: `mask[..., None, None, :, :]`.
</details>
"""

# %% exercise="ex26_2_2_grouped_attention"
def grouped_attention(
    q: Float[Tensor, "... H T D"],
    k: Float[Tensor, "... G S D"],
    v: Float[Tensor, "... G S D"],
    mask: Bool[Tensor, "... T S"] | None = None,
) -> Float[Tensor, "... H T D"]:
    """Attention in which H / G query heads share a key/value head. 6 lines.

    mask: True means may look; None allows all. No copy of a key or value.
    """
    ### BEGIN SOLUTION
    q = q / math.sqrt(q.shape[-1])
    q = rearrange(q, "... (g n) t d -> ... g n t d", g=k.shape[-3])
    scores = torch.einsum("...gntd,...gsd->...gnts", q, k)
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    y = torch.einsum("...gnts,...gsd->...gntd", scores.softmax(-1), v)
    return y.flatten(-4, -3)  # (..., H, T, D)
    ### END SOLUTION

# %% test="test26_2_2_grouped_attention" points=4
def by_torch(q, k, v, mask=None):
    """torch's own: every key/value head differs from the others here."""
    mask = None if mask is None else mask.unsqueeze(-3)
    return F.scaled_dot_product_attention(
        q, k, v, attn_mask=mask, enable_gqa=True)


@check.probe
def largest_tensor(student, q, k, v):
    """The most numbers in any tensor on the way; the keys' size at least."""
    cost = count.measure(student.grouped_attention, q, k, v)
    return {"output": cost.result,
            "largest": torch.tensor(max(cost.largest.numel, k.numel()))}


def keys_once(q, k, v):
    return {"output": by_torch(q, k, v), "largest": torch.tensor(k.numel())}


draws, qkv = check.draws, dict(q="B H T D", k="B G S D", v="B G S D")
qkv |= dict(G=2, H=6, tolerance=2)
with check.exercise("26.2.2", by_torch, mistakes.GROUPED) as test:
    test.forbids("scaled_dot_product_attention")
    test.equals(on=[
        check.case(**qkv), check.case(**qkv | dict(G=3), note="G = 3"),
        check.case(**qkv | dict(H=4), mask=draws.some_keys, note="B = G"),
        check.case(**qkv, mask=draws.some_keys, note="some keys blocked"),
        check.case(**qkv | dict(G=1), mask=draws.same_keys, note="G = 1"),
        check.case(**qkv | dict(G=6), mask=draws.some_keys, note="G = H"),
        check.case(q="H T D", k="G S D", v="G S D", G=2, H=4, tolerance=2),
    ])
    test.equals(largest_tensor, keys_once,
                on=check.case(**qkv, T=1, S=64, D=16, note="one query"))
    test.gradients(on=check.case(**qkv, mask=draws.some_keys))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(**qkv))
    test.equals(on=check.odd_cases(**qkv, mask=draws.some_keys))
    test.equals(largest_tensor, keys_once, on=check.case(
        **qkv | dict(H=8), T=1, S=96, D=12))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The same numbers as PyTorch's `F.scaled_dot_product_attention(…, enable_gqa=True)`, without its help. Here are two ways that
copy, to compare with.
"""

# %% tags=["experiment"]
def with_copies(q, k, v):
    keys, values = repeat_kv(k, 8), repeat_kv(v, 8)
    return (q @ keys.mT / 4).softmax(-1) @ values


def with_broadcast(q, k, v):
    q = q.unflatten(-3, (len(k), -1))  # (G, n, T, D)
    weights = (q @ k.unsqueeze(-3).mT / 4).softmax(-1)
    return (weights @ v.unsqueeze(-3)).flatten(-4, -3)


def torchs_own(q, k, v):
    return F.scaled_dot_product_attention(q, k, v, enable_gqa=True)

# %% [markdown]
"""
One query, as in writing, 256 keys, H = 8 and G = 2. PyTorch's own way is counted twice: without a batch axis, and with one.
"""

# %% tags=["experiment"]
one, (keys, values) = torch.randn(8, 1, 16), torch.randn(2, 2, 256, 16)
ways = {"repeat_kv": with_copies, "broadcast": with_broadcast,
        "yours": grouped_attention, "PyTorch": torchs_own}
for name, way in ways.items():
    cost = count.measure(way, one, keys, values)
    print(f"{name:10} largest {cost.largest.numel:6,} numbers, "
          f"{cost.bytes_moved / 1024:4.0f} KiB moved, {cost.flops:,} FLOPs")
cost = count.measure(torchs_own, one[None], keys[None], values[None])
print(f"PyTorch with a batch axis: largest {cost.largest.numel:,} numbers")

# %% [markdown]
"""
Two of the first three hold 32,768 numbers, all keys four times over, although one of them never says "repeat". All do the same products. PyTorch chooses: with a batch axis a fast kernel
takes the call and copies nothing; without one the plain way repeats the keys. So it pays to count.
"""

# %% [markdown]
"""
## What G changes

**Predict.** One new token, 256 tokens in the cache, H = 8. From G = 8 down to G = 1: which falls, the FLOPs of attention, or the
bytes that it has to read and write?

<details><summary>Reveal</summary>

The bytes. H query heads still compare themselves with S keys each, so the products stay. But the keys are read once for a whole
group.
</details>
"""

# %% tags=["experiment"]
groups, moved = [8, 4, 2, 1], []
for G in groups:
    cost = count.measure(grouped_attention, one, *torch.randn(2, G, 256, 16))
    moved.append(cost.bytes_moved / 1024)
    print(f"G {G}   FLOPs {cost.flops:,}   KiB moved {moved[-1]:3.0f}"
          f"   FLOPs per byte {cost.flops / cost.bytes_moved:.2f}")
figure = plot.lines(
    groups, {"bytes": moved}, logx=True, xlabel="G: key/value heads",
    ylabel="KiB moved", title="Fewer key/value heads: fewer bytes to move")
plot.show(figure, alt="The bytes moved for one new token rise with G")

# %% [markdown]
"""
Writing one token at a time is slow because a processor waits for memory, not because it has too much to compute. That is why MQA was invented, under the name "one
write-head is all you need" (Shazeer 2019, arXiv:1911.02150). The bytes do not fall to an eighth here: scores and
weights are moved, too, and do not depend on G.
"""

# %% [markdown]
"""
## Exercise 26.2.3 · GroupedQueryAttention

Now the matrices. W_Q and W_O are C × C as in 24.3. W_K and W_V only make G heads: they map C to G·D.

![x goes through W_Q to H heads and through the smaller W_K and W_V to G heads; grouped attention; W_O](figures/26_2_module.svg)

Shapes: x (…, T, C), mask (…, T, T) or None → (…, T, C) · difficulty ●●○ · 20 minutes · {points} points
"""

# %% [markdown]
"""
Name the layers `W_Q`, `W_K`, `W_V` and `W_O`, each an `nn.Linear` **without bias**; D = C / H. The test compares output and all four
gradients with an `nn.MultiheadAttention` in which the heads of a group have the *same* keys and values. If you have skipped 26.2.2,
`F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)` will do, with an axis for the heads in the mask.

"""

# %% [markdown]
"""
**Predict.** C = 64, H = 8. How many parameters has the module for G = 8, and for G = 1?

<details><summary>Reveal</summary>

4·64·64 = 16,384, and 2·64·64 + 2·64·8 = 9,216. The parameters saved are few; a whole model has most of its own in the feed-forward
part.
</details>
<details><summary>Hint</summary>

Split q into H heads and k, v into **G** heads. `rearrange(…, "... t (h d) -> ... h t d", h=…)` does both.
</details>
"""

# %% exercise="ex26_2_3_GroupedQueryAttention"
class GroupedQueryAttention(nn.Module):
    """H query heads and G key/value heads between four matrices. 11 lines.

    Source: Ainslie et al. 2023, arXiv:2305.13245.
    """

    def __init__(self, C: int, H: int, G: int):
        super().__init__()
        ### BEGIN SOLUTION
        self.H, self.G = H, G
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, G * (C // H), bias=False)
        self.W_V = nn.Linear(C, G * (C // H), bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        ### END SOLUTION

    def forward(
        self,
        x: Float[Tensor, "... T C"],
        mask: Bool[Tensor, "... T T"] | None = None,
    ) -> Float[Tensor, "... T C"]:
        ### BEGIN SOLUTION
        cut = "... t (h d) -> ... h t d"
        q = rearrange(self.W_Q(x), cut, h=self.H)
        k = rearrange(self.W_K(x), cut, h=self.G)
        v = rearrange(self.W_V(x), cut, h=self.G)
        y = grouped_attention(q, k, v, mask)
        return self.W_O(rearrange(y, "... h t d -> ... t (h d)"))
        ### END SOLUTION

# %% test="test26_2_3_GroupedQueryAttention" points=5
@check.probe
def run_module(student, x, W_Q, W_K, W_V, W_O, H, G, mask=None):
    """Load four matrices; return the output, their gradients, the size."""
    layer = student.GroupedQueryAttention(x.shape[-1], H, G).to(x.dtype)
    found = {"parameters": sum(p.numel() for p in layer.parameters())}
    parts = {n: getattr(layer, n) for n in ("W_Q", "W_K", "W_V", "W_O")}
    for part, weight in zip(parts.values(), (W_Q, W_K, W_V, W_O)):
        part.weight.data.copy_(weight)
    found["output"] = layer(x, mask)
    found["output"].square().sum().backward()
    return found | {f"∂{n}": part.weight.grad for n, part in parts.items()}


def by_tied_heads(x, W_Q, W_K, W_V, W_O, H, G, mask=None):
    """torch's multi-head module; the heads of a group share their rows."""
    W = [w.clone().requires_grad_() for w in (W_Q, W_K, W_V, W_O)]
    shared = torch.arange(H) // (H // G)
    rows = [w.unflatten(0, (G, -1))[shared].flatten(0, 1) for w in W[1:3]]
    tied = check.with_weights(
        nn.MultiheadAttention, [torch.cat([W[0], *rows]), W[3]],
        x.shape[-1], H, bias=False, batch_first=True)
    blocked = None if mask is None else ~mask.repeat_interleave(H, 0)
    y = tied(x, x, x, None, False, blocked)[0]
    dW = torch.autograd.grad(y.square().sum(), W)
    found = {"parameters": sum(w.numel() for w in W), "output": y}
    return found | dict(zip(("∂W_Q", "∂W_K", "∂W_V", "∂W_O"), dW))


given = dict(x="B S C", W_Q="C C", W_K="G*D C", W_V="G*D C", W_O="C C")
given |= dict(C=24, H=6, G=2, D=4, spread=0.5, tolerance=3)
keys = check.draws.scattered_keys
with check.exercise("26.2.3", by_tied_heads, mistakes.GROUPED_MODULE) as test:
    test.equals(run_module, on=[
        check.case(**given),
        check.case(**given | dict(G=3), mask=keys, note="masked"),
        check.case(**given | dict(G=6), mask=keys, note="G = H"),
        check.case(**given | dict(G=1), mask=keys, note="G = 1"),
    ])
    ### BEGIN HIDDEN TESTS
    for odd in (dict(S=1), dict(strided=True), dict(C=32, H=8, G=4),
                dict(dtype=torch.float64), dict(dtype=torch.bfloat16)):
        test.equals(run_module, on=check.case(**given | odd, mask=keys))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Every grouped module *is* a multi-head module whose heads agree in groups. So GQA can do nothing that MHA cannot;
it gives something up. The cell writes one out as PyTorch's `nn.MultiheadAttention`, and compares.
"""

# %%
def spread_out(W: Float[Tensor, "GD C"], G: int, H: int = 8) -> Tensor:
    """The weight of H heads in which the heads of a group agree."""
    return repeat_kv(W.unflatten(0, (G, -1)), H).flatten(0, 1)


layer, x = GroupedQueryAttention(64, 8, 2), torch.randn(1, 5, 64)
W_Q, W_K, W_V, W_O = (getattr(layer, f"W_{n}").weight.data for n in "QKVO")
full = nn.MultiheadAttention(64, 8, bias=False, batch_first=True)
tall = torch.cat([W_Q, spread_out(W_K, 2), spread_out(W_V, 2)])
full.in_proj_weight.data, full.out_proj.weight.data = tall, W_O
apart = (full(x, x, x)[0] - layer(x)).abs().max()
print(f"differs from a multi-head module by {apart:.0e}")

# %% [markdown]
"""
## Exercise 26.2.4 · what the cache weighs

For each token, in each layer, the cache holds one key and one value for each of the G heads, D numbers each. Write the bytes of a
cache of N tokens.

![A stack of layers; each holds keys and values of G heads, N tokens, D numbers](figures/26_2_cache.svg)

Shapes: six whole numbers → one · difficulty ●○○ · 5 minutes · {points} points
"""

# %% [markdown]
"""
`each` is the number of bytes of one number: 2 for fp16 and bf16, 1 in an 8-bit cache.

**Predict.** One of the six arguments plays no part. Which one?

<details><summary>Reveal</summary>

H. That is the whole point: query heads cost no memory. Nor is D always C / H, so the width of a head is an argument of its own.
</details>
"""

# %% exercise="ex26_2_4_kv_cache_bytes"
def kv_cache_bytes(
    L: int, H: int, G: int, D: int, N: int, each: int = 2
) -> int:
    """Bytes of the cache of N tokens in L layers. About 1 line."""
    ### BEGIN SOLUTION
    return 2 * L * G * N * D * each  # 2: a key and a value
    ### END SOLUTION

# %% test="test26_2_4_kv_cache_bytes" points=2
@check.probe
def cache_bytes(student, L, H, G, D, N, each):
    return {"bytes": student.kv_cache_bytes(L, H, G, D, N, each)}


def by_allocating(L, H, G, D, N, each):
    """Make every tensor of the cache, without memory, and add them up."""
    kind = {1: torch.int8, 2: torch.bfloat16, 4: torch.float32}[each]
    cache = [torch.empty(G, N, D, dtype=kind, device="meta")
             for _layer in range(L) for _key_or_value in range(2)]
    return {"bytes": sum(part.nbytes for part in cache)}


with check.exercise("26.2.4", by_allocating, mistakes.CACHE_BYTES) as test:
    # 1 layer, 1 head of width 1: two numbers of 2 bytes for a token
    test.by_hand(cache_bytes, L=1, H=4, G=1, D=1, N=3, each=2,
                 gives={"bytes": 12})
    test.equals(cache_bytes, on=[
        check.case(L=3, H=12, G=4, D=8, N=10, each=2),
        check.case(L=5, H=14, G=2, D=6, N=11, each=4, note="fp32"),
        check.case(L=7, H=6, G=1, D=16, N=9, each=1, note="8 bits"),
    ])
    ### BEGIN HIDDEN TESTS
    test.equals(cache_bytes, on=check.case(L=2, H=8, G=8, D=5, N=1, each=2))
    test.equals(cache_bytes, on=check.case(L=6, H=9, G=3, D=7, N=0, each=2))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Ask your formula about published models. The list holds layers, query heads, key/value heads and head width, with the
source of each. "With H" is the cache that the model would have with a key/value head for each query head.
"""

# %% tags=["experiment"]
models = {  # name: (L, H, G, D), source
    "LLaMA 2 7B": ((32, 32, 32, 128), "arXiv:2307.09288, its configuration"),
    "LLaMA 2 70B": ((80, 64, 8, 128), "arXiv:2307.09288, its configuration"),
    "Llama 3 8B": ((32, 32, 8, 128), "its published params.json"),
    "Llama 3.1 405B": ((126, 128, 8, 128), "arXiv:2407.21783, table 3"),
    "Mistral 7B": ((32, 32, 8, 128), "arXiv:2310.06825, table 1"),
    "Mixtral 8x7B": ((32, 32, 8, 128), "arXiv:2401.04088, table 1"),
    "Mistral Large 2": ((88, 96, 8, 128), "its published params.json"),
    "Qwen2.5 7B": ((28, 28, 4, 128), "its model card"),
    "Qwen2.5 1.5B": ((28, 12, 2, 128), "its model card"),
    "gpt-oss 120b": ((36, 64, 8, 64), "its configuration"),
    "Gemma 2 2B": ((26, 8, 4, 256), "its configuration"),
    "Falcon 7B": ((32, 71, 1, 64), "its configuration"),
}
per_token, if_mha = {}, {}
for name, ((L, H, G, D), _) in models.items():
    per_token[name] = kv_cache_bytes(L, H, G, D, 1) / 1024
    if_mha[name] = kv_cache_bytes(L, H, H, D, 1) / 1024
    print(f"{name:15} H {H:3}  G {G:2}   {per_token[name]:3.0f} KiB a token,"
          f" with H {if_mha[name]:5.0f}   {H // G:2} times")

# %% tags=["experiment"]
chosen = ["LLaMA 2 7B", "LLaMA 2 70B", "Llama 3 8B", "Qwen2.5 7B", "Falcon 7B"]
series = {"with its G": [per_token[n] for n in chosen],
          "if G were H": [if_mha[n] for n in chosen]}
figure = plot.bars(
    chosen, series, ylabel="KiB for one token, fp16", values=False,
    title="A 70B model with 8 key/value heads needs less than 7B with 32")
plot.show(figure, alt="Bytes for one token in five models, with and without "
          "groups; LLaMA 2 7B has no groups and more than LLaMA 2 70B")

# %% [markdown]
"""
LLaMA 2 **7B** has no groups: not every LLaMA has GQA. Its cache is larger than that of the model with ten times its parameters.

What does that mean for a text of 4,096 tokens? And for a machine with 80 GiB of memory? Weights count 2 bytes a parameter.
"""

# %% tags=["experiment"]
GiB, weights = 2**30, {"LLaMA 2 7B": 13_476_831_232,
                       "Llama 3 8B": 16_060_522_496}  # bytes
at_4k = {G: kv_cache_bytes(80, 64, G, 128, 4096) / GiB for G in (64, 8, 1)}
print("LLaMA 2 70B at 4,096 tokens, GiB by G:", at_4k)
for name, size in weights.items():
    token = per_token[name] * 1024
    texts = (80 * GiB - size) // (4096 * token)
    print(f"{name}: as large as its weights at {size / token:,.0f} tokens;"
          f" beside them {texts:.0f} texts of 4,096 tokens in 80 GiB")

# %% [markdown]
"""
A cache grows with each token of *each* text that is being written. So it limits how long texts may be, and how many users share a machine. This
is what the textbook means by "limits the context".
"""

# %% [markdown]
"""
**DeepSeek's answer** is another one: *multi-head latent attention* keeps one short vector for a token, from which keys and values of all heads are
computed. DeepSeek-V2 keeps 512 + 64 numbers in a layer, in place of 2·G·D (arXiv:2405.04434): as many as GQA with 2.25 heads of
D = 128. Its authors report better quality than MHA.
"""

# %% [markdown]
"""
## Exercise 26.2.5 · writing with a small cache

Now write with it. `cached_attention` gets queries, keys and values of T **new** tokens, and a cache of the ones before. It returns the output for
the new tokens, and the cache for the next call.

![New keys join the G heads of the cache; queries of H heads look into it; the cache stays G heads wide](figures/26_2_decode.svg)

Shapes: q (…, H, T, D), k and v (…, G, T, D) → output (…, H, T, D), and the cache, a pair (…, G, S, D) · difficulty ●●○ · 20
minutes · {points} points
"""

# %% [markdown]
"""
The first call gets `cache=None`. New token t of T may look at all old tokens, and at new ones up to itself. The test feeds the tokens in pieces, compares
with one causal pass over all of them, and **counts the bytes of what you return**.

"""

# %% [markdown]
"""
**Predict.** 7 keys are in the cache and T = 3 tokens are new. What does the mask look like?

<details><summary>Reveal</summary>

(3, 10): the first row has 8 times True, the second 9, the last 10. `torch.ones(T, S).tril()` would start with 1: query t stands at
position S − T + t.
</details>
<details><summary>Hint</summary>

`torch.cat` along the positions, axis −2. `tril(S - T)` moves the triangle to the right. Attend with `grouped_attention`, or with
`F.scaled_dot_product_attention(…, attn_mask=mask, enable_gqa=True)`.
</details>
"""

# %% exercise="ex26_2_5_cached_attention"
def cached_attention(
    q: Float[Tensor, "... H T D"],
    k: Float[Tensor, "... G T D"],
    v: Float[Tensor, "... G T D"],
    cache: tuple[Tensor, Tensor] | None = None,
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Causal attention of T new tokens; (output, longer cache). 7 lines.

    cache: keys and values of the tokens before, each (…, G, S, D), or None.
    """
    ### BEGIN SOLUTION
    if cache is not None:
        k = torch.cat([cache[0], k], dim=-2)  # (..., G, S, D)
        v = torch.cat([cache[1], v], dim=-2)
    new, known = q.shape[-2], k.shape[-2]  # T and S
    table = torch.ones(new, known, dtype=torch.bool, device=q.device)
    return grouped_attention(q, k, v, table.tril(known - new)), (k, v)
    ### END SOLUTION

# %% test="test26_2_5_cached_attention" points=5
@check.probe
def write_in_pieces(student, q, k, v, pieces):
    """Feed pieces of so many tokens; outputs, size of the last cache."""
    cache, found, start = None, [], 0
    for T in pieces:
        new = (t[..., start : start + T, :] for t in (q, k, v))
        y, cache = student.cached_attention(*new, cache)
        found.append(y)
        start += T
    return {"output": torch.cat(found, dim=-2),
            "numbers": sum(part.numel() for part in cache),
            "bytes": sum(part.nbytes for part in cache)}


def all_at_once(q, k, v, pieces, each=4):
    """One causal pass, and two tensors of G heads, `each` bytes a number."""
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True,
                                       enable_gqa=True)
    numbers = 2 * k.numel()
    return {"output": y, "numbers": numbers, "bytes": numbers * each}


tokens = dict(q="B H T D", k="B G T D", v="B G T D", H=6, G=2, T=6)
tokens |= dict(B=3, each=lambda: check.session().dtype.itemsize, tolerance=2)
half = dict(dtype=torch.bfloat16, each=2)
with check.exercise("26.2.5", all_at_once, mistakes.CACHED) as test:
    test.equals(write_in_pieces, on=[
        check.case(**tokens, pieces=(6,), note="all at once"),
        check.case(**tokens, pieces=(5, 1), note="a prompt and a token"),
        check.case(**tokens, pieces=(1, 3, 2), note="in three pieces"),
        check.case(**tokens | dict(G=1), pieces=(1,) * 6, note="G = 1"),
        check.case(**tokens | dict(G=6), pieces=(2, 4), note="G = H"),
        check.case(**tokens | half, pieces=(3, 3)),
    ])
    ### BEGIN HIDDEN TESTS
    pieces = dict(pieces=(2, 1, 3))
    for odd in (dict(B=0), dict(strided=True), dict(D=1), dict(B=1, G=3),
                dict(q="H T D", k="G T D", v="G T D")):
        test.equals(write_in_pieces, on=check.case(**tokens | odd, **pieces))
    test.equals(write_in_pieces, on=check.case(**tokens, pieces=(1,) * 6))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The outputs of the full pass, in pieces of any size. The cell writes 64 tokens with your function for each G, one by one,
and counts the cache. Then it does what a hasty program does: it keeps the *repeated* heads.
"""

# %% tags=["experiment"]
for G in groups:
    cache, queries = None, torch.randn(64, 8, 1, 16)
    for q_new, kv in zip(queries, torch.randn(64, 2, G, 1, 16)):
        y, cache = cached_attention(q_new, *kv, cache)
    small = sum(part.nbytes for part in cache) // 1024
    large = sum(repeat_kv(part, 8).nbytes for part in cache) // 1024
    print(f"G {G}   cache {small:2} KiB   with repeated heads {large} KiB")

# %% [markdown]
"""
With the repeated heads kept, everything still works and every test of values passes. Only the saving is gone: all G need the same memory. That is a mistake that only counting
finds.
"""

# %% [markdown]
"""
## Does quality suffer?

**A world to learn.** Eight things stand on a shelf. Each has a colour, a shape and a size, and no two share one. A question names one
property and asks for another: "the red one: which shape?" A thing is *one* token. To find it by any property and report any other, a model needs
several kinds of keys and values. The answer is exact, and a blind guess is right in one case of eight.
"""

# %%
from llmlab.models import shelf

things, asked, answers = shelf.draw(1, torch.Generator().manual_seed(0), 2)
names = ["colour", "shape", "size"]
print("things:", things[0].tolist())
for (by, value, wanted), a in zip(asked[0].tolist(), answers[0].tolist()):
    print(f"the one of {names[by]} {value}: which {names[wanted]}? {a}")

# %% [markdown]
"""
**Equal training.** One layer of *your* attention with C = 64 and H = 8 (so D = 8), 200 steps on new shelves, for each G: twelve models, which take most of this notebook's time. What W_K and W_V lose in
parameters, the feed-forward part gets: all models have the same number. Three seeds; the models of a seed see the same texts.

"""

# %% [markdown]
"""
**Predict.** Which G will be worse than G = 8, and by how much?

<details><summary>Reveal</summary>

Run it. A hint: how many numbers can a thing pass on to *all* later questions together? G·D for keys and as many for values.
</details>
"""

# %% tags=["experiment"]
def reader(G: int, seed: int) -> shelf.Reader:
    """An untrained model; a unit of feed-forward costs 2·C, as two rows do."""
    torch.manual_seed(seed)
    attention = GroupedQueryAttention(64, 8, G)
    return shelf.Reader(attention, 64, width=128 - 8 * G)


sizes = {sum(p.numel() for p in reader(G, 0).parameters()) for G in groups}
print("parameters of all models:", sizes)

# %% tags=["experiment"]
share, trained = torch.zeros(3, 4), []  # (seeds, groups)
for seed in range(3):
    for i, G in enumerate(groups):
        model = shelf.train(reader(G, seed), seed)
        share[seed, i] = shelf.right(model)
        if G == 8:
            trained.append(model)  # the multi-head models, for later

# %% tags=["experiment"]
for i, G in enumerate(groups):
    print(f"G {G}   right:", " ".join(f"{s:.2f}" for s in share[:, i]),
          f"  mean {share[:, i].mean():.2f}")
figure = plot.lines(
    groups, {"right answers": share}, logx=True, xlabel="G: key/value heads",
    ylabel="share right", title="Fewer key/value heads learn less in this "
    "world, after equal training")
plot.show(figure, alt="Share of right answers against G, three seeds: it "
          "rises with G")

# %% [markdown]
"""
The mean falls with every halving of G, and G = 1 is far below G = 8. Why here? All that a thing can pass on goes through G·D numbers, 8 for
G = 1, and three properties have to be found and reported through them. So quality *may* fall.

The ranges are wide. Three seeds tell G = 8 from G = 1, not each G from its neighbour: with one of the seeds G = 2 is ahead of G = 4.
"""

# %% [markdown]
"""
In large models D is 128, and the text asks for less. The LLaMA 2 paper trained three 30B models that differ in attention, with a wider feed-forward part where
heads were saved (Touvron et al. 2023, arXiv:2307.09288, table 18). The cell takes the mean over its eleven tests.
"""

# %% tags=["experiment"]
table_18 = {  # BoolQ PIQA SIQA HellaSwag ARC-e ARC-c NQ TQA MMLU GSM8K HE
    "MHA": [71.0, 79.3, 48.2, 75.1, 71.2, 43.0, 12.4, 44.7, 28.0, 4.9, 7.9],
    "MQA": [70.6, 79.0, 47.9, 74.5, 71.6, 41.9, 14.5, 42.8, 26.5, 4.8, 7.3],
    "GQA": [69.4, 78.8, 48.6, 75.4, 72.1, 42.5, 14.0, 46.2, 26.9, 5.3, 7.9],
}
published = {name: sum(row) / 11 for name, row in table_18.items()}
for name, row in table_18.items():
    better = sum(a > b for a, b in zip(row, table_18["MHA"]))
    print(f"{name}   mean {published[name]:.2f}   better than MHA in {better}"
          f" of 11   MMLU {row[8]}")

# %% [markdown]
"""
There, GQA is not behind MHA in the mean at all, and MQA by less than half a point. Both win some tests and lose others.
"""

# %% [markdown]
"""
## Exercise 26.2.6 · pool_heads

A model trained with H heads can be *converted*: each group's key heads become one, their **mean**, and so do the value heads. Then it is trained a little further:
*uptraining* (Ainslie et al. 2023, arXiv:2305.13245). Write `pool_heads(weight, H, G)` for the weight of W_K or W_V.

![Rows of W_K in four heads; heads 0 and 1 are averaged row by row, and so are 2 and 3](figures/26_2_pool.svg)

Shapes: (H·D, C) → (G·D, C) · difficulty ●●○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
**Predict.** Why the mean, and not, say, the sum or the first head?

<details><summary>Reveal</summary>

Among all matrices that could stand for every head of the group, the mean is nearest to them, in the sum of squared differences. If the heads of a group
are equal, nothing is lost.
</details>
<details><summary>Hint</summary>

`nn.Linear` keeps its weight as (outputs, inputs), and the rows are (heads, width), head 0 first. Cut them into (G, n, D). Which axis is
averaged away?
</details>
"""

# %% exercise="ex26_2_6_pool_heads"
def pool_heads(
    weight: Float[Tensor, "HD C"], H: int, G: int
) -> Float[Tensor, "GD C"]:
    """The mean weight of each group of H / G heads. About 2 lines."""
    ### BEGIN SOLUTION
    heads = rearrange(weight, "(g n d) c -> g n d c", g=G, n=H // G)
    return heads.mean(dim=1).flatten(0, 1)  # (G·D, C)
    ### END SOLUTION

# %% test="test26_2_6_pool_heads" points=3
def by_averaging(weight, H, G):
    """One row for each group: 1/n at its own n heads and 0 elsewhere."""
    n, D = H // G, len(weight) // H
    own = torch.arange(H) // n == torch.arange(G)[:, None]  # (G, H)
    average = own.to(weight.dtype) / n
    return torch.kron(average, torch.eye(D, dtype=weight.dtype)) @ weight


rows = dict(weight="H*D C", H=6, G=2, D=4)
with check.exercise("26.2.6", by_averaging, mistakes.POOL_HEADS) as test:
    # four heads of width 1, one channel
    test.by_hand(weight=[[1.0], [3.0], [10.0], [30.0]], H=4, G=2,
                 gives=[[2.0], [20.0]])
    test.equals(on=[
        check.case(**rows), check.case(**rows | dict(H=4), C=16),
        check.case(**rows | dict(G=1), note="G = 1"),
        check.case(**rows | dict(G=3)), check.case(**rows | dict(G=6)),
    ])
    test.gradients(on=check.case(**rows))
    ### BEGIN HIDDEN TESTS
    for odd in (dict(D=1), dict(H=8, G=4), dict(C=1), dict(strided=True),
                dict(dtype=torch.float64), dict(dtype=torch.bfloat16)):
        test.equals(on=check.case(**rows | odd))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Nothing is lost where heads agree: pooling the rows that `repeat_kv` made gives back the module that you started from. The cell
tries it on `layer`, and then measures how far the heads of the trained models are from their means.
"""

# %%
print("comes back:", torch.equal(pool_heads(spread_out(W_K, 2), 8, 2), W_K))
for model in trained:
    W = model.attention.W_K.weight.data
    lost = W - spread_out(pool_heads(W, 8, 2), 2)
    print(f"part of W_K that the mean of four heads leaves out:"
          f" {lost.square().sum() / W.square().sum():.0%}")

# %% [markdown]
"""
Four heads that have nothing to do with one another would lose 1 − 1/4, or 75 %. So trained heads are as good as unrelated: nothing makes them agree, as whatever is done to a head's keys
can be undone in its queries.
"""

# %% [markdown]
"""

**Predict.** The converted model answers how well, before any further training? And after 5 % of the first training, the share that the paper
recommends?
"""

# %% tags=["experiment"]
def convert(model: shelf.Reader, G: int, pool=pool_heads) -> shelf.Reader:
    """The model with G key/value heads; all other weights stay."""
    old, new = model.attention, GroupedQueryAttention(64, 8, G)
    new.W_Q.weight.data = old.W_Q.weight.data.clone()
    new.W_O.weight.data = old.W_O.weight.data.clone()
    for W, source in ((new.W_K, old.W_K), (new.W_V, old.W_V)):
        W.weight.data = pool(source.weight.data, 8, G)
    found = shelf.Reader(new, 64, width=64)
    rest = {name: value for name, value in model.state_dict().items()
            if not name.startswith("attention")}
    found.load_state_dict(rest, strict=False)
    return found

# %% tags=["experiment"]
after = [0, 10, 20, 40, 80]  # steps; the first training had 200
curve = torch.zeros(3, 4, 5)  # (seeds, groups, steps)
for seed, model in enumerate(trained):
    for i, G in enumerate(groups):
        found = shelf.go_on(convert(model, G), seed, after)
        curve[seed, i] = torch.tensor(found)

# %% tags=["experiment"]
for i, G in enumerate(groups):
    print(f"G {G}   right after 0, 5, 10, 20, 40 %:",
          " ".join(f"{s:.2f}" for s in curve[:, i].mean(0)))
series = {f"G = {G}": curve[:, i] for i, G in enumerate(groups)}
figure = plot.lines(
    [0, 5, 10, 20, 40], series, xlabel="further training, % of the first",
    title="Conversion breaks; training on repairs", size=(8.4, 4.6))
plot.show(figure, alt="Right answers against further training for four G; "
          "fewer heads start lower and recover later")

# %% [markdown]
"""
G = 8 is not converted at all: it shows what further training gives by itself. The others start lower, the smaller G the lower, and climb. With 40 % more, G = 4 is close behind; G = 1 is far from it. Five per cent of 200 steps are ten steps; of
the pre-training of a large model they are billions of tokens.
"""

# %% [markdown]
"""
Now the curve that a planner wants: quality against bytes.
"""

# %% tags=["experiment"]
bytes_of = [kv_cache_bytes(1, 8, G, 8, 1, each=4) for G in groups]
series = {"trained so from the start": share, "converted": curve[..., 0],
          "converted, 5 % more": curve[..., 1],
          "converted, 40 % more": curve[..., 4]}
title = "A smaller cache costs quality; training on buys part of it back"
figure = plot.lines(bytes_of, series, logx=True, title=title, ylabel="right",
                    xlabel="bytes of cache for one token")
plot.show(figure, alt="Right answers against bytes of the cache: trained from "
          "the start, converted, and after further training")

# %% [markdown]
"""
To be fair: the models of the last line have had 280 steps, those trained from the start 200. The curve does not say that converting beats starting anew. It says that a model that
you *have* can be made cheap without starting anew.

**First head or mean?** The paper compares three ways to convert: the mean, one head of the group, and fresh random heads. It finds them best in this order. Does
that hold here? G = 2, the same three models.
"""

# %% tags=["experiment"]
def first_head(W, H, G):
    return W.unflatten(0, (G, H // G, -1))[:, 0].flatten(0, 1)


def fresh(W, H, G):
    return torch.randn(G * len(W) // H, W.shape[1]) * W.std()

# %% tags=["experiment"]
pools = {"mean": curve[:, 2]}
for name, pool in {"first head": first_head, "fresh": fresh}.items():
    torch.manual_seed(0)
    pools[name] = torch.tensor([
        shelf.go_on(convert(model, 2, pool), seed, after)
        for seed, model in enumerate(trained)])
for name, found in pools.items():
    print(f"{name:10} after 0 %:", " ".join(f"{s:.2f}" for s in found[:, 0]),
          "  after 40 %:", " ".join(f"{s:.2f}" for s in found[:, 4]))

# %% [markdown]
"""
Right after conversion one head of a group can do better than the mean, in two of three models here: it fits at least one of the four query heads. After further
training the mean is ahead in two of three, and fresh heads are far behind. So the paper's order holds after training on, in most seeds, and not before.

## On a GPU

Bytes are counted above; on a GPU they become time. The cell lets one token attend to 32,768 others in bf16, with 64 query heads, for each G, and prints the time. It is skipped where there is no GPU,
and costs no points. It has not been measured for this course.
"""

# %% tags=["gpu"]
from llmlab import device

if not device.skip_without_gpu("the time of one decoding step for each G"):
    start_at, end_at = (torch.cuda.Event(enable_timing=True) for _ in "12")
    kind = dict(device="cuda", dtype=torch.bfloat16)
    for G in (64, 8, 1):
        q_new = torch.randn(8, 64, 1, 128, **kind)
        kv = torch.randn(2, 8, G, 32768, 128, **kind)
        for turn in range(11):  # the first one warms up
            if turn == 1:
                start_at.record()
            grouped_attention(q_new, *kv)
        end_at.record()
        torch.cuda.synchronize()
        print(f"G {G:2}   {start_at.elapsed_time(end_at) / 10:.2f} ms")

# %% [markdown]
"""
## Verdicts

What the textbook claims, what you measured, and what follows. Qualities are those of small models that you trained here; what large models do is cited.
"""

# %% tags=["experiment"]
Claim, span, here = claims.Claim, claims.span, "computed here"
ainslie = "Ainslie et al. 2023, arXiv:2305.13245"
touvron = "Touvron et al. 2023, arXiv:2307.09288"
seven = weights["LLaMA 2 7B"] / per_token["LLaMA 2 7B"] / 1024
grouped = [n for n, ((L, H, G, D), _) in models.items() if 1 < G < H]
eight = [n for n in grouped if models[n][0][2] == 8]
L, H, G, D = models["LLaMA 2 70B"][0]
served = repeat_kv(torch.arange(float(G)).view(G, 1, 1), H).flatten()
per_group = served.unique(return_counts=True)[1].unique().tolist()
by_group = [span(s) for s in share.T]
mha, mqa, gqa = published.values()

# %% tags=["experiment"]
claims.table([
    Claim("26.2-01", "GQA is a key technique to shrink the KV cache.",
          f"LLaMA 2 70B at 4,096 tokens: {at_4k[64]:g} GiB with 64 heads, "
          f"{at_4k[8]:g} with 8; one decoding step of ours moves "
          f"{moved[0]:.0f} KiB for G = 8, {moved[2]:.0f} for G = 2",
          "holds", source=f"{here}; {touvron}"),
    Claim("26.2-02", "In MHA each head keeps its own K and V; the cache is "
          "large and limits the context.",
          f"{per_token['LLaMA 2 7B']:.0f} KiB a token in LLaMA 2 7B, as large "
          f"as its weights at {seven:,.0f} tokens", "holds", source=here),
    Claim("26.2-03", "MQA keeps one K and one V head; quality may fall.",
          f"right answers {by_group[0]} with G = 8, {by_group[3]} with G = 1 "
          f"at equal parameters; eleven published tests: mean {mha:.2f} and "
          f"{mqa:.2f}", "holds if", "it is read as may: it depends on what a "
          "head has to carry", f"3 seeds; {touvron}, table 18"),
    Claim("26.2-04", "GQA balances quality and efficiency.",
          f"right answers for G = 8, 4, 2, 1: {', '.join(by_group)}; bytes "
          f"of cache {', '.join(map(str, bytes_of))}; published means: GQA "
          f"{gqa:.2f}, MHA {mha:.2f}; 40 % on: converted to G = 4 "
          f"{span(curve[:, 1, 4])}, G = 8 {span(curve[:, 0, 4])}", "holds",
          source=f"3 seeds; {ainslie}; {touvron}"),
])

# %% tags=["experiment"]
claims.table([
    Claim("26.2-05", "GQA is today's mainstream.",
          f"{len(grouped)} of {len(models)} listed models have 1 < G < H",
          "holds if", "open models are meant; DeepSeek's latent attention is "
          "another answer, and closed models do not tell",
          "the sources named in the list; arXiv:2405.04434"),
    Claim("26.2-06", "G is for instance 8.",
          f"{len(eight)} of the {len(grouped)} grouped models: "
          + ", ".join(eight), "holds", source="the sources named there"),
    Claim("26.2-07", "LLaMA 2 70B has 64 query heads and 8 KV heads, each "
          "for 8 query heads.", f"repeat_kv makes {len(served)} heads of "
          f"{G}, each {per_group} times", "holds",
          source=f"{here}; its configuration"),
    Claim("26.2-08", "Its KV cache is 8 times smaller.",
          f"{if_mha['LLaMA 2 70B'] / 1024:g} MiB → "
          f"{per_token['LLaMA 2 70B']:g} KiB a token, {at_4k[64]:g} → "
          f"{at_4k[8]:g} GiB at 4,096 tokens: {at_4k[64] / at_4k[8]:g} times",
          "holds", source=here),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| $q = xW_Q$ in H heads; $k = xW_K$, $v = xW_V$ in G | `rearrange(self.W_K(x), "... t (h d) -> ... h t d", h=G)` | (…, G, S, D) |
| query head h meets key head ⌊h / (H/G)⌋ | `k.repeat_interleave(H // G, dim=-3)` | (…, H, S, D) |
| the same without a copy | `torch.einsum("...gntd,...gsd->...gnts", q, k)` | (…, G, n, T, S) |
| cache: 2·L·G·D·N numbers | `kv_cache_bytes(L, H, G, D, N)` | one number |
| $\bar W_g = \frac{G}{H}\sum_{h \in g} W_h$ | `pool_heads(weight, H, G)` | (G·D, C) |

**In one breath:** queries are cheap and need no memory, keys and values are what a cache holds; so let a group of query heads share
one key/value head, and store, read and pool G of them.
"""

# %% [markdown]
"""
## In real models

- GQA came after MQA as the middle way, with checkpoints converted by the mean and 5 % of uptraining (Ainslie et al. 2023, arXiv:2305.13245).
- LLaMA 2 uses it for 34B and 70B only. Its authors chose GQA over MQA also because a machine with 8 GPUs splits the heads: with fewer key/value
  heads than GPUs, each GPU has to keep a copy (Touvron et al. 2023, appendix A.2.1). Eight heads for eight GPUs.
- `transformers` calls G `num_key_value_heads`, and has a function `repeat_kv` with the number of *repeats* as its argument.
- With RoPE, keys are turned before they are cached, once for each of the G heads (24.4).
- The cache itself is the topic of 25.4.2, an 8-bit cache that of 25.4.1.
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Which heads form a group?** Before pooling, reorder the heads of a trained model so that similar ones share a group. Remember W_Q and W_O. How many right answers are
   left after conversion, compared with neighbours?
2. **Undo what can be undone.** For any invertible D × D matrix M, keys times $M$ and queries times $M^{-\top}$ give the same scores. Find for each head the rotation that brings its W_K
   nearest to that of the first head of its group, and pool then.

**Papers.** Shazeer 2019, arXiv:1911.02150, multi-query attention · Ainslie et al. 2023, arXiv:2305.13245 · Touvron et al. 2023, arXiv:2307.09288,
appendix A.2.1 · DeepSeek-AI 2024, arXiv:2405.04434, latent attention.
"""
