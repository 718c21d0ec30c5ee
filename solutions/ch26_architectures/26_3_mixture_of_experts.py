# %% [markdown]
"""
# 26.3 Mixture of experts

**You will be able to**

- write a router, and send tokens to experts and back without a loop over tokens;
- give experts a capacity, and keep them in balance: with a loss, in both conventions, and without one;
- say what a mixture of experts costs in FLOPs, in memory, and in bytes between machines.

**Time** about 2½ hours · **You need** 24.5: residual connections and feed-forward

**The claim to test.** The textbook says that a mixture of experts makes a model larger *without more compute*: Mixtral 8x7B has about 47
billion parameters, uses about 13 billion, and comes close to a dense model of 70 billion. It names a price: memory, load balance,
communication. You will count all of it.
"""

# %% [markdown]
"""
**How this notebook works.** As in 24.2: see it, predict it, write it, check it, say it again. Cells with
`raise NotImplementedError` are yours. The cell below each one tests it. No exercise needs your code of an earlier one; where an
experiment does, the text says so.
"""

# %% setup
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("26.3")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

In a *dense* layer every token goes through the same feed-forward part. In a *mixture of experts* there are E of them, the
*experts*. A small linear map, the *router*, looks at each token and chooses K experts for it. The output is their weighted sum.

![A router chooses two of four experts for a token; their outputs are weighted and added, the other two do not run](figures/26_3_overview.svg)

Parameters grow with E. Work grows with K.
"""

# %% [markdown]
"""
**Letters.** N tokens (batch and positions in one axis) · C model width · E experts · K experts per token. `width` is the width of an
expert's hidden layer.

Mixtral's experts are *SwiGLU* parts: two maps lead up, one of them is bent by SiLU and multiplies the other, and a third map leads
down. Here is one, given.
"""

# %% tags=["given"]
class Expert(nn.Module):
    """SwiGLU: W_down(silu(W_gate x) · W_up x). Shazeer 2020, 2002.05202."""

    def __init__(self, C: int, width: int):
        super().__init__()
        self.W_gate = nn.Linear(C, width, bias=False)
        self.W_up = nn.Linear(C, width, bias=False)
        self.W_down = nn.Linear(width, C, bias=False)

    def forward(self, x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
        return self.W_down(F.silu(self.W_gate(x)) * self.W_up(x))

# %% [markdown]
"""
**One token, slowly.** Four experts, K = 2. The router has given four logits. The two largest are kept, and a softmax over these two
alone gives weights that sum to 1.
"""

# %%
logits, K = [0.2, 1.9, -0.5, 0.8], 2
best = sorted(range(4), key=lambda e: -logits[e])[:K]
sizes = [math.exp(logits[e]) for e in best]
for e, size in zip(best, sizes):
    print(f"expert {e}: weight {size / sum(sizes):.2f}")

# %% [markdown]
"""
**Predict.** Somebody does it in the other order: a softmax over all four logits first, then the two largest shares, then each divided
by the sum of both. Are the weights the same?

<details><summary>Reveal</summary>

Yes. Both are $e^{l_i} / (e^{l_1} + e^{l_2})$ over the chosen two: the sum over all four cancels. Without the last division they are
not the same, and do not sum to 1.
</details>
"""

# %% [markdown]
"""
## Exercise 26.3.1 · route

Choose the K experts with the largest logits for each token, best first. Return their weights, which sum to 1 for each token, and their numbers.

$$w_i = \frac{e^{l_i}}{\sum_{j \in \text{chosen}} e^{l_j}}$$

![The two largest logits of each token become weights that sum to 1; beside them stand the numbers of the experts](figures/26_3_route.svg)

Shapes: (…, E) → (…, K) and (…, K) · difficulty ●○○ · 10 minutes · {points} points

<details><summary>Hint</summary>

`Tensor.topk` returns values and places, largest first.
</details>
"""

# %% exercise="ex26_3_1_route"
def route(logits: Float[Tensor, "... E"], K: int) -> tuple[Tensor, Tensor]:
    """Weights and numbers of the K best experts, (…, K) both. 2 lines.

    Source: Jiang et al. 2024, arXiv:2401.04088, section 2.1.
    """
    ### BEGIN SOLUTION
    top, chosen = logits.topk(K, dim=-1)  # (..., K) both
    return top.softmax(dim=-1), chosen
    ### END SOLUTION

# %% test="test26_3_1_route" points=3
@check.probe
def run_route(student, logits, K):
    weights, chosen = student.route(logits, K)
    return {"weights": weights, "chosen": chosen}


def by_rank(logits, K):
    at = check.routing.ranked(logits, K)  # (…, K, E)
    size = (at * logits.exp()[..., None, :]).sum(-1)
    size = size / size.sum(-1, keepdim=True)
    return {"weights": size, "chosen": at.long().argmax(-1)}


given, more = dict(logits=check.routing.apart, N=6, E=8, K=2), check.case
with check.exercise("26.3.1", by_rank, mistakes.ROUTE) as test:
    # sizes 1, 3 and 1/2: the best two are 3 and 1
    test.by_hand(run_route, logits=[[0.0, math.log(3), -math.log(2)]], K=2,
                 gives={"weights": [[0.75, 0.25]], "chosen": [[1, 0]]})
    test.equals(run_route, on=[more(**given | sizes) for sizes in (
        {}, dict(E=6, K=3), dict(E=5, K=5, note="K = E"), dict(E=6))])
    test.gradients(on=more(**given))
    ### BEGIN HIDDEN TESTS
    test.equals(run_route, on=[more(**given | other) for other in (
        dict(logits=check.routing.apart_in_batches, B=2, T=3), dict(K=1),
        dict(N=0), dict(dtype=torch.float64), dict(dtype=torch.bfloat16))])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** K weights for each token, never rising, with sum 1. A logit that is not chosen gets no gradient: the choice itself
has none, only the weights have.

## K = 1 and a gradient of zero

**Predict.** K = 1 with these weights. How large is the gradient that reaches the router?

<details><summary>Reveal</summary>

Exactly 0. One weight that is divided by itself is always 1, whatever the logits are. The router never learns. Switch Transformers, with K
= 1, therefore keep the share of the softmax over **all** experts (Fedus et al. 2021, arXiv:2101.03961).
</details>
"""

# %% tags=["experiment"]
draw = torch.Generator().manual_seed(0)
logits = torch.randn(64, 8, generator=draw, requires_grad=True)  # (N, E)
worth = torch.randn(64, 8, generator=draw)  # what each expert is good for
for K in (1, 2, 4):
    weights, chosen = route(logits, K)
    shares = logits.softmax(-1).gather(-1, chosen)  # not divided by a sum
    values = [(w * worth.gather(-1, chosen)).sum() for w in (weights, shares)]
    sizes = [torch.autograd.grad(v, logits)[0].norm() for v in values]
    print("K = {}: sum 1 {:.3f}, plain shares {:.3f}".format(K, *sizes))

# %% [markdown]
"""
## Send and collect

Now the tokens have to go to their experts. **A slow version to read:** one token after another, and for each its experts. It runs an
expert on a single row N·K times. Hardware is fast at large products, and this makes the smallest ones.
"""

# %%
def one_token(x, weights, chosen, experts):
    total = torch.zeros_like(x)  # (C,)
    for w, e in zip(weights, chosen.tolist()):
        if e >= 0:  # −1 stands for no expert
            total = total + w * experts[e](x)
    return total


both, weights = [lambda r: 2 * r, lambda r: -r], torch.tensor([0.75, 0.25])
print(one_token(torch.ones(3), weights, torch.tensor([0, 1]), both))

# %% [markdown]
"""
## Exercise 26.3.2 · mixture

The same for all tokens, **without a loop over tokens**. A loop over experts is fine: gather the rows of all tokens that chose an expert, call it
**once** on all of them, weight its output, and add that to the rows where the tokens came from.

![Tokens go to their experts, one block of rows for each; weighted outputs are added to the rows that they came from](figures/26_3_mixture.svg)

Shapes: x (N, C), weights (N, K), chosen (N, K), E functions from (n, C) to (n, C) → (N, C) · difficulty ●●○ · 25 minutes · {points} points
"""

# %% [markdown]
"""
The number −1 in `chosen` stands for "no expert": it adds nothing. An expert that nobody chose may be left out.

The test also **counts**: rows that each expert got, calls, and FLOPs. All experts for all tokens, with most weights 0, gives the right values at
E/K times the price.

<details><summary>Hint 1</summary>

`(chosen == e).nonzero(as_tuple=True)` gives two lists: which tokens chose expert e, and as which of their K choices.
</details>
<details><summary>Hint 2</summary>

`out.index_add(0, token, rows)` adds rows to the rows of `out` that `token` lists. Assigning them with `out[token] = …` would
forget what another expert has added.
</details>
"""

# %% exercise="ex26_3_2_mixture"
def mixture(
    x: Float[Tensor, "N C"],
    weights: Float[Tensor, "N K"],
    chosen: Int[Tensor, "N K"],
    experts: list,
) -> Float[Tensor, "N C"]:
    """Each token's weighted sum of its experts' outputs. About 6 lines."""
    ### BEGIN SOLUTION
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        if len(token):
            rows = expert(x[token]) * weights[token, place, None]  # (n, C)
            out = out.index_add(0, token, rows)
    return out
    ### END SOLUTION

# %% test="test26_3_2_mixture" points=5
@check.probe
def run_mixture(student, x, weights, chosen, maps):
    """Expert e is tanh(rows @ maps[e]) and counts; gradients of squares."""
    rows, calls = [0] * len(maps), [0] * len(maps)

    def run(e, part):
        rows[e] += part.numel() // part.shape[-1]
        calls[e] += 1
        return torch.tanh(part @ maps[e])

    x, weights, maps = (t.requires_grad_() for t in (x, weights, maps))
    experts = [lambda part, e=e: run(e, part) for e in range(len(maps))]
    cost = count.measure(student.mixture, x, weights, chosen, experts)
    cost.result.square().sum().backward()
    found = {"output": cost.result, "rows": torch.tensor(rows)}
    found |= {"most calls": max(calls), "FLOPs": cost.flops}
    return found | {"∂x": x.grad, "∂weights": weights.grad, "∂maps": maps.grad}


def every_expert(x, weights, chosen, maps):
    """All experts for all tokens, most of them times 0."""
    x, weights, maps = (t.clone().requires_grad_() for t in (x, weights, maps))
    asked = F.one_hot(chosen + 1, len(maps) + 1)[..., 1:]  # (N, K, E)
    outputs = torch.einsum("nc,ecd->ned", x, maps).tanh()
    y = torch.einsum("nke,nk,ned->nd", asked.double(), weights, outputs)
    flops = 2 * int(asked.sum()) * x.shape[1] ** 2
    found = {"output": y, "rows": asked.sum((0, 1)), "FLOPs": flops}
    grads = torch.autograd.grad(y.square().sum(), (x, weights, maps))
    found |= dict(zip(("∂x", "∂weights", "∂maps"), grads))
    return found | {"most calls": 1}


given = dict(x="N C", weights=check.routing.shares, maps="E C C", spread=0.6)
given |= dict(chosen=check.routing.choices, tolerance=3, N=9, C=6, E=5, K=2,
              dtype=torch.float32)
gaps = given | dict(chosen=check.routing.with_gaps, N=12, note="with −1")
with check.exercise("26.3.2", every_expert, mistakes.MIXTURE) as test:
    test.equals(run_mixture, on=[check.case(**how) for how in (
        given, given | dict(E=6, K=3, N=6), gaps)])
    ### BEGIN HIDDEN TESTS
    test.equals(run_mixture, on=[check.case(**rest) for rest in (
        given | dict(K=1, N=20), gaps | dict(dtype=torch.float64))])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The values and gradients of the dense mixture, at the price of N·K rows. How does the price grow? The next
cell counts the FLOPs of a token: with all experts, with K of them, and with more experts at the same K.
"""

# %% tags=["experiment"]
def flops_per_token(E: int, K: int, C: int = 32, width: int = 64) -> float:
    """Router and experts, over 240 tokens."""
    router = nn.Linear(C, E, bias=False)
    experts = [Expert(C, width) for _ in range(E)]

    def layer(x):
        return mixture(x, *route(router(x), K), experts)

    return count.flops(layer, torch.randn(240, C)) / 240


expert_flops = 3 * 2 * 32 * 64  # three matrices, 2 FLOPs per weight
sizes = [2, 4, 8, 16, 32]
price = {(E, K): flops_per_token(E, K) / expert_flops
         for E in sizes for K in (1, 2, E)}
print("E = 2 and 32:", [f"K = {K}: {price[2, K]:.2f} and {price[32, K]:.2f}"
                        for K in (1, 2)])
figure = plot.lines(
    sizes, {"K = E (dense)": [price[E, E] for E in sizes],
            "K = 2": [price[E, 2] for E in sizes],
            "K = 1": [price[E, 1] for E in sizes]},
    logx=True, logy=True, xlabel="E: experts",
    ylabel="FLOPs per token, in experts",
    title="More experts cost little; more chosen ones a lot",
)
plot.show(figure, alt="FLOPs against experts: K = E rises, others are flat")

# %% [markdown]
"""
Flat but for the router, which grows a little with E. So "no more compute" is true *for more experts at the same K*. It is not true against
a dense model with one such expert: K = 2 costs twice as much.
"""

# %% [markdown]
"""
## Mixtral 8x7B, counted

Mixtral's published configuration: L = 32 layers, C = 4096, 32 query heads and 8 key/value heads of width 128, experts of width 14,336, V =
32,000, E = 8, K = 2 (Jiang et al. 2024, arXiv:2401.04088). Mistral 7B is the same with one expert and no router.

**Predict.** Eight experts, "8x7B". Is that 56 billion parameters?

<details><summary>Reveal</summary>

No. The experts are the feed-forward parts only. Attention, norms and embeddings are there once. The next cell adds them up.
</details>
"""

# %% tags=["experiment"]
def parameters(L, C, width, V, E, kv, router=True, embed=2) -> dict:
    """Numbers of a decoder; kv: width of all keys together."""
    attention = 2 * C * C + 2 * C * kv  # W_Q, W_O; W_K, W_V
    once = L * (attention + 2 * C + router * E * C) + C + embed * V * C
    return {"once": once, "one expert": L * 3 * C * width}


def total(sizes: dict, experts: int) -> int:
    return sizes["once"] + experts * sizes["one expert"]


mixtral = parameters(32, 4096, 14336, 32000, E=8, kv=1024)
mistral = parameters(32, 4096, 14336, 32000, E=1, kv=1024, router=False)
llama70 = parameters(80, 8192, 28672, 32000, E=1, kv=1024, router=False)
held, active = total(mixtral, 8), total(mixtral, 2)
seven, seventy = total(mistral, 1), total(llama70, 1)
for name, n in {"Mixtral 8x7B": held, "of which active": active,
                "Mistral 7B": seven, "LLaMA 2 70B": seventy}.items():
    print(f"{name:16} {n:>14,} parameters, {2 * n / 2**30:5.1f} GiB, 16 bits")
print(f"active against Mistral 7B: {active / seven:.2f} times; "
      f"LLaMA 2 70B against active: {seventy / active:.2f} times")

# %% [markdown]
"""
A token costs about two FLOPs per active parameter, attention scores aside. So Mixtral's token costs more than Mistral's: what was
added is not free. And all parameters have to lie in memory, for a token may ask for any of them.
"""

# %% [markdown]
"""
## Who gets woken

K of E experts is a rule for **one token in one layer**. A batch is many tokens, and they do not agree. If each token chose at random, a given
expert would be missed by one token with probability $1 - K/E$, and by N tokens with probability $(1 - K/E)^N$.

$$\text{experts touched} = E\,\bigl(1 - (1 - K/E)^N\bigr)$$

**Predict.** E = 8, K = 2. How many experts does a batch of 8 tokens touch?

It matters because a model that writes often waits for weights to be read, not for FLOPs. So the cell also prints what a step has to read.
"""

# %% tags=["experiment"]
batches, draw = [1, 2, 4, 8, 16], torch.Generator().manual_seed(0)
formula = [8 * (1 - 0.75**N) for N in batches]
rows = [torch.randn(2000, N, 8, generator=draw) for N in batches]
asked = [F.one_hot(route(row, 2)[1], 8).amax((1, 2)) for row in rows]
touched = [table.sum(-1).float().mean().item() for table in asked]
saved = [seventy / total(mixtral, f) for f in formula]
for row in zip(batches, formula, touched, saved):
    print("{:2} tokens: formula {:.2f}, simulated {:.2f}; a dense 70B has "
          "{:.1f} times as many weights to read".format(*row))

# %% [markdown]
"""
So "faster than a dense 70B" rests on two ratios. The one in FLOPs stays. The one in memory is as good for one token, and melts as the
batch grows, until enough tokens share each expert to make FLOPs the limit again.
"""

# %% [markdown]
"""
## Exercise 26.3.3 · within capacity

Experts on different machines need buffers of a fixed size. So each expert has a **capacity**: so many seats and no more. A choice that finds no
seat is *dropped*.

Seats are given in this order: first the first choices of all tokens, in token order; then the second choices of all tokens; and so on.

![First choices come before second choices; the third in the queue for two seats is dropped](figures/26_3_capacity.svg)

Shapes: chosen (N, K) → (N, K), True for a seat · difficulty ●●○ · 20 minutes · {points} points
"""

# %% [markdown]
"""
**Predict.** Token 0's second choice and token 5's first choice is the same expert, and one seat is left. Who gets it?

<details><summary>Reveal</summary>

Token 5. First choices weigh more, so they go first, wherever in the batch the token stands.
</details>
<details><summary>Hint 1</summary>

Bring the choices into the order of the queue: the transpose (K, N), flattened.
</details>
<details><summary>Hint 2</summary>

A running sum (`cumsum`) down the one-hot table of that queue counts how many have asked for each expert so far.
</details>
"""

# %% exercise="ex26_3_3_within_capacity"
def within_capacity(
        chosen: Int[Tensor, "N K"], E: int, capacity: int) -> Tensor:
    """Which choices get a seat, Bool (N, K). About 4 lines."""
    ### BEGIN SOLUTION
    queue = chosen.mT.flatten()  # (K·N,) first choices first
    asked = F.one_hot(queue, E).cumsum(dim=0)  # (K·N, E)
    place = asked.gather(1, queue[:, None])  # 1: first in line
    return (place <= capacity).view(chosen.mT.shape).mT
    ### END SOLUTION

# %% test="test26_3_3_within_capacity" points=3
def seat_by_seat(chosen, E, capacity):
    free, kept = [capacity] * E, torch.zeros_like(chosen, dtype=torch.bool)
    for k in range(chosen.shape[1]):
        for n, e in enumerate(chosen[:, k].tolist()):
            kept[n, k] = free[e] > 0
            free[e] -= 1
    return kept


given = dict(chosen=check.routing.crowded, N=12, E=4, K=2, capacity=3)
with check.exercise("26.3.3", seat_by_seat, mistakes.CAPACITY) as test:
    # one seat each: token 0 takes expert 0's, token 2 that of expert 1
    test.by_hand(chosen=torch.tensor([[0, 1], [0, 1], [1, 0]]), E=2,
                 gives=[[True, False], [False, False], [True, False]],
                 capacity=1)
    test.equals(on=[check.case(**given | more) for more in (
        {}, dict(capacity=5), dict(N=20, E=6, K=3, capacity=8), dict(K=1))])
    ### BEGIN HIDDEN TESTS
    test.equals(on=[check.case(**given | rest) for rest in (
        dict(capacity=0), dict(capacity=99), dict(N=4, K=4, capacity=4),
        dict(N=31, E=5, K=4, capacity=17), dict(N=4, E=6, K=4, capacity=2))])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** If all K choices of a token are dropped, its row is 0, and the
**residual connection** around the layer carries it past: $x + 0$. The token is merely not processed here.

How many are dropped? The usual capacity is $\lceil \text{factor} · N K / E \rceil$: a factor of 1 has just enough seats if all experts are asked
equally often.
"""

# %% tags=["experiment"]
draw, factors, lost = torch.Generator().manual_seed(0), [0.5, 1, 1.25, 2], {}
for name, pull in {"even router": 0.0, "one expert liked more": 1.0}.items():
    logits = torch.randn(2560, 8, generator=draw)  # (N, E)
    logits[:, 0] += pull
    chosen = route(logits, 2)[1]
    kept = [within_capacity(chosen, 8, math.ceil(f * 640)) for f in factors]
    lost[name] = [1 - table.float().mean().item() for table in kept]
plot.show(plot.bars(factors, lost, "Uneven routing drops more", "factor",
                    "share dropped"), alt="Dropped choices, two routers")

# %% [markdown]
"""
## Exercise 26.3.4 · MixtureOfExperts

Put it together as a module. Parts: `router`, an `nn.Linear(C, E, bias=False)`, and `experts`, an `nn.ModuleList` of E `Expert(C, width)`.

![Flatten, router, route, capacity, experts; logits and choices are kept for the losses](figures/26_3_module.svg)

Shapes: x (B, T, C) → (B, T, C) · difficulty ●●● · 25 minutes · {points} points
"""

# %% [markdown]
"""
- With `factor` the capacity is `math.ceil(factor * N * K / E)`, N = B·T; without, everybody has a seat. A dropped choice adds nothing. The
  other weights stay as they are: they are not divided again.
- The output is the mixture alone. The residual connection is the caller's.
- Keep `self.logits` (N, E) and `self.chosen` (N, K, before any dropping), for the losses to come. They need the logits' gradient.

If you have skipped an exercise: `topk` and `softmax` replace `route`; a loop over experts with a weight for each token replaces `mixture`.

<details><summary>Hint</summary>

`chosen.where(kept, -1)` turns dropped choices into "no expert".
</details>
"""

# %% exercise="ex26_3_4_MixtureOfExperts"
class MixtureOfExperts(nn.Module):
    """Router and E experts, K for each token. About 13 lines."""

    def __init__(self, C: int, width: int, E: int, K: int,
                 factor: float | None = None):
        super().__init__()
        ### BEGIN SOLUTION
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        ### BEGIN SOLUTION
        tokens = rearrange(x, "b t c -> (b t) c")  # (N, C)
        self.logits = self.router(tokens)  # (N, E)
        weights, self.chosen = route(self.logits, self.K)  # (N, K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * chosen.numel() / self.E)
            kept = within_capacity(chosen, self.E, seats)
            chosen = chosen.where(kept, -1)
        return mixture(tokens, weights, chosen, self.experts).view(x.shape)
        ### END SOLUTION

# %% test="test26_3_4_MixtureOfExperts" points=5
@check.probe
def run_layer(student, x, weights, width, E, K, factor=None):
    layer = student.MixtureOfExperts(x.shape[-1], width, E, K, factor)
    found = check.run_module(layer, "router experts", weights, {"x": x})
    found["∂experts"] = torch.cat([
        (p.grad if p.grad is not None else p * 0).flatten()  # nobody came
        for p in layer.experts.parameters()])
    found |= {} if factor else {"FLOPs": count.flops(layer, x)}
    return found | {"logits": layer.logits, "chosen": layer.chosen,
                    "learns": layer.logits.requires_grad}


def all_experts(x, weights, width, E, K, factor=None, seats=None, after=None,
                gate=lambda top: top / top.sum(-1, keepdim=True)):
    C, leaves = x.shape[-1], [t.clone().requires_grad_() for t in (x, weights)]
    flat = leaves[0].reshape(-1, C)
    up, down = leaves[1][E * C :].view(E, 3, -1).split([2, 1], dim=1)
    logits, N = flat @ leaves[1][: E * C].view(E, C).T, len(flat)
    chosen = logits.argsort(-1, descending=True)[:, :K]
    seats = seats or (math.ceil(factor * N * K / E) if factor else N)
    free, kept = [seats] * E, torch.zeros_like(logits)
    for place, e in enumerate(chosen.T.flatten().tolist()):
        kept[place % N, e], free[e] = free[e] > 0, free[e] - 1
    top = logits.softmax(-1) * F.one_hot(chosen, E).sum(1)  # (N, E)
    table = gate(top) * kept if after is None else after(top * kept)
    h = torch.einsum("nc,ejwc->jnew", flat, up.view(E, 2, width, C))
    h = F.silu(h[0]) * h[1] * table[..., None]  # (N, E, width)
    y = torch.einsum("new,ecw->nc", h, down.view(E, C, width))
    found = {"output": y.view(x.shape), "logits": logits, "chosen": chosen}
    found |= {} if factor else {"FLOPs": 2 * N * C * (E + 3 * K * width)}
    found["∂x"], dw = torch.autograd.grad(y.square().sum(), leaves)
    found |= {"∂router": dw[: E * C], "∂experts": dw[E * C :]}
    return found | {"parameters": len(weights), "learns": True}


given = dict(x="B T C", weights="P", P=380, B=3, T=4, C=5, E=4, K=2, width=6)
given |= dict(spread=0.7, tolerance=8, dtype=torch.float32)
with check.exercise("26.3.4", all_experts, mistakes.MIXTURE_LAYER) as test:
    test.equals(run_layer, on=[check.case(**given | more) for more in (
        {}, dict(K=3), dict(factor=0.7), dict(factor=0.4))])
    ### BEGIN HIDDEN TESTS
    test.equals(run_layer, on=[check.case(**given | rest) for rest in (
        dict(factor=0.5), dict(B=1, T=1, factor=1.0), dict(K=4, T=2))])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Output and gradients equal a dense mixture with a table of weights, at the FLOPs of K experts and a router. (Whether a
dropped choice saves its FLOPs is not tested here. In your version it does if the dropped choice becomes −1.)

## A world of three texts

Now train it. The data: bytes of English prose, of Python code (both come with Python itself), and of Chinese sentences. The model, `experts.ByteModel` in the library,
joins the vectors of four bytes, adds your layer with a residual connection, and predicts the next byte. There is no attention.
"""

# %% tags=["experiment"]
from llmlab import experts, three_texts

draw = torch.Generator().manual_seed(5)
for row, answer, number in zip(*three_texts.batch(3, draw)):
    print(f"{three_texts.SOURCES[number]:8} {bytes(row.tolist())} is followed",
          f"by {bytes([answer])}")

# %% [markdown]
"""
**Predict.** The router starts at random, and an expert that gets more tokens learns faster. How will the load of the eight experts look after training?

Two starts: tokens point in all directions (*even*), or have a large part in **common**, as vectors
inside trained Transformers do (Ethayarajh 2019, arXiv:1909.00512). Then most get similar logits.
"""

# %% tags=["experiment"]
torch.set_num_threads(1)  # models this small only get slower with two
seeds, E, K, starts = range(3), 8, 2, {"even": 0.0, "common": 2.0}
make = lambda: MixtureOfExperts(32, 16, E, K)
models = {(start, "no loss"): [experts.train(make, s, common) for s in seeds]
          for start, common in starts.items()}
for name in starts:
    experts.show(f"{name:6} start", models[name, "no loss"])

# %% [markdown]
"""
"Work" counts experts in effect, as e to the entropy of the load: 8 if all have the same load, 1 if one has it all. From the even start the load is uneven. From
the common start it **collapses**: some experts get next to nothing, and what is not used does not learn. Which ones differs from seed to seed.

## The balancing loss

The load itself has no gradient: it counts choices. The trick of the balancing loss is to multiply the load by something that has one.
"""

# %% [markdown]
"""
For each expert let $f_e$ be its **load**, counted, and $p_e$ its mean share in a softmax over **all** experts, over all tokens. Then

$$\text{loss} = E \sum_e f_e\, p_e$$

The gradient flows through $p$ alone. It pushes shares down where the load is high. Two conventions are in use:

| | $f_e$ is | $f$ sums to | uniform routing gives |
|---|---|---|---|
| Switch Transformer | the share of all choices | 1 | **1** |
| Mixtral in `transformers` | choices per token | K | **K** |
"""

# %% [markdown]
"""
## Exercise 26.3.5 · balancing loss

Write both conventions. `per_token=False` is Switch's, `per_token=True` Mixtral's. Tokens that are only padding do not count: `real` says which ones are
real; None means all.

![Load and mean share of four experts, multiplied expert by expert and summed](figures/26_3_balance.svg)

Shapes: logits (N, E), chosen (N, K) → one number · difficulty ●●○ · 20 minutes · {points} points

<details><summary>Hint</summary>

`F.one_hot(chosen, E)` has the shape (N, K, E). Sum over K, and take the mean over tokens: choices per token.
</details>
"""

# %% exercise="ex26_3_5_balancing_loss"
def balancing_loss(
    logits: Float[Tensor, "N E"],
    chosen: Int[Tensor, "N K"],
    per_token: bool = False,
    real: Bool[Tensor, " N"] | None = None,
) -> Float[Tensor, ""]:
    """E times the sum of load times mean share. About 7 lines.

    Source: Fedus et al. 2021, arXiv:2101.03961, equations 4 to 6.
    """
    ### BEGIN SOLUTION
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(dim=1).float().mean(dim=0)  # (E,)
    share = logits.softmax(dim=-1).mean(dim=0)  # (E,)
    loss = E * (load * share).sum()
    return loss if per_token else loss / K
    ### END SOLUTION

# %% test="test26_3_5_balancing_loss" points=3
def in_loops(logits, chosen, per_token=False, real=None):
    E, total, rows = logits.shape[1], 0.0, range(len(logits))
    rows = rows if real is None else real.nonzero()[:, 0].tolist()
    for e in range(E):
        picks = sum(chosen[n].tolist().count(e) for n in rows)
        share = sum(logits[n, e].exp() / logits[n].exp().sum() for n in rows)
        total = total + E * picks * share / len(rows) ** 2
    return total if per_token else total / chosen.shape[1]


given = dict(logits="N E", chosen=check.routing.crowded, N=10, E=5, K=2,
             dtype=torch.float32, per_token=False)  # routers use float32
some, other = dict(real=check.routing.some_real), dict(per_token=True)
with check.exercise("26.3.5", in_loops, mistakes.BALANCING) as test:
    # one token, two choices of three: 3 · (1/2 · 1/4 + 1/2 · 1/2)
    test.by_hand(logits=[[0.0, math.log(2), 0.0]], dtype=torch.float32,
                 chosen=torch.tensor([[0, 1]]), gives=1.125)
    test.equals(on=[check.case(**given | more) for more in (
        {}, other, dict(N=6, E=6, K=3), some, some | other)])
    test.gradients(on=[check.case(**given | more) for more in ({}, some)])
    ### BEGIN HIDDEN TESTS
    test.equals(on=[check.case(**given | rest) for rest in (
        other | dict(K=1), dict(N=1, E=3), some | other | dict(N=31, K=4))])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The loop's number, and its gradient. **Predict:** uniform routing gives 1. Is 1 the smallest value there is?

<details><summary>Reveal</summary>

No, though it is often said. Load and mean share are two different things: 60 of 100 tokens may prefer expert 0 narrowly, and 40 expert
1 strongly. Then the busy expert has the small share. The next cell computes it.
</details>
"""

# %% tags=["experiment"]
turns = torch.stack([torch.arange(64) % 8, torch.arange(1, 65) % 8], dim=1)
pile = torch.tensor([9.0] * 2 + [0.0] * 6).expand(64, 8)
narrow = torch.tensor([[0.04, 0.0]] * 60 + [[0.0, 9.0]] * 40)
for name, logits, chosen in (
        ("uniform", torch.zeros(64, 8), turns),
        ("two experts only", pile, route(pile, 2)[1]),
        ("below uniform, K = 1", narrow, route(narrow, 1)[1])):
    both = [balancing_loss(logits, chosen, way) for way in (False, True)]
    print("{:21} Switch {:.3f}, Mixtral {:.3f}".format(name, *both))

# %% [markdown]
"""
The two conventions differ by the factor K and nothing else. So a coefficient that is copied from one code into another is off by K.

## Exercise 26.3.6 · router z-loss

A softmax does not change when all logits grow by the same number. So nothing keeps them small, and large ones round badly in 16 bits. The *z-loss* does:
the square of the logarithm of the softmax's denominator.

$$\text{z-loss} = \frac1N \sum_n \Bigl(\log \sum_e e^{l_{ne}}\Bigr)^2$$

![A row of logits becomes the logarithm of the sum of exponentials, which is squared](figures/26_3_z_loss.svg)

Shapes: (N, E) → one number · difficulty ●○○ · 5 minutes · {points} points
"""

# %% exercise="ex26_3_6_z_loss"
def z_loss(logits: Float[Tensor, "N E"]) -> Float[Tensor, ""]:
    """Mean square of the softmax's log-denominator. About 1 line.

    Source: Zoph et al. 2022, arXiv:2202.08906 (ST-MoE).
    """
    ### BEGIN SOLUTION
    return logits.logsumexp(dim=-1).square().mean()
    ### END SOLUTION

# %% test="test26_3_6_z_loss" points=2
def from_softmax(logits):
    """The denominator is what turns a logit into its log-share."""
    difference = logits - F.log_softmax(logits, dim=-1)  # the same for all e
    return difference.square().mean()


with check.exercise("26.3.6", from_softmax, mistakes.Z_LOSS) as test:
    # denominators 2 and 4
    test.by_hand(logits=[[0.0, 0.0], [math.log(3), 0.0]],
                 gives=torch.tensor([2.0, 4.0]).double().log().square().mean())
    test.equals(on=[
        check.case(logits="N E", N=6, E=8, tolerance=2),
        check.case(logits="N E", N=5, E=5, spread=3.0, tolerance=2),
        check.case(logits=[[1000.0, 990.0], [-500.0, -510.0]])])
    test.gradients(on=check.case(logits="N E", N=6, E=8, tolerance=2))
    ### BEGIN HIDDEN TESTS
    test.equals(on=[
        check.case(logits="N E", N=1, E=3, tolerance=2),
        check.case(logits="N E", N=40, E=2, spread=90.0, tolerance=2)])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The loss is near 0 when the logits' exponentials sum to 1. What is it for? In bfloat16 a logit near 100 is rounded to steps
of half a unit, and two experts that differ by less become one. The cell rounds logits and asks how often the choice changes.
"""

# %% tags=["experiment"]
logits = torch.randn(4000, 8, generator=torch.Generator().manual_seed(0))
for offset in (0, 10, 100, 1000):
    rounded = (logits + offset).bfloat16().float()
    other = route(rounded, 2)[1] != route(logits, 2)[1]
    print(f"logits + {offset:4}: z-loss {z_loss(logits + offset):9.1f}, other "
          f"choice after rounding in {other.any(-1).float().mean():.1%}")

# %% [markdown]
"""
Now train with the balancing loss, with the coefficient 0.01 of Switch Transformers, from both starts. The same seeds, the same data.
"""

# %% tags=["experiment"]
balance = lambda layer: 0.01 * balancing_loss(layer.logits, layer.chosen)
for name, common in starts.items():
    models[name, "loss"] = [experts.train(make, seed, common, balance)
                             for seed in seeds]
    experts.show(f"{name:6} start", models[name, "loss"])

# %% [markdown]
"""
## Balance without a loss

The balancing loss pulls at the router beside the real loss, and the two may want different things. DeepSeek-V3 balances without it: each expert has a **bias**
that is added when experts are *chosen*, and not when they are *weighted*. After each step the bias of busy experts goes down a little, that of idle ones
up (Wang et al. 2024, arXiv:2408.15664).

![Scores plus bias decide who is chosen; scores without the bias give the weights](figures/26_3_bias.svg)
"""

# %% [markdown]
"""
## Exercise 26.3.7 · route with bias

The scores are the **sigmoid** of the logits, each on its own. The K experts with the largest `score + bias` are chosen, largest first. Their weights are the scores **without** bias, divided
by their sum. No gradient reaches the bias.

Shapes: logits (N, E), bias (E,) → (N, K) and (N, K) · difficulty ●●○ · 15 minutes · {points} points

<details><summary>Hint</summary>

`scores.gather(-1, chosen)` picks the scores of the chosen experts.
</details>
"""

# %% exercise="ex26_3_7_route_with_bias"
def route_with_bias(logits: Float[Tensor, "N E"], bias: Float[Tensor, " E"],
                    K: int) -> tuple[Tensor, Tensor]:
    """Chosen by score + bias, weighted by score, (N, K) both. 4 lines."""
    ### BEGIN SOLUTION
    scores = torch.sigmoid(logits)  # (N, E)
    chosen = (scores + bias).topk(K, dim=-1).indices  # (N, K)
    weights = scores.gather(-1, chosen)
    return weights / weights.sum(dim=-1, keepdim=True), chosen
    ### END SOLUTION

# %% test="test26_3_7_route_with_bias" points=3
@check.probe
def run_route(student, logits, bias, K):
    logits, bias = logits.requires_grad_(), bias.requires_grad_()
    weights, chosen = student.route_with_bias(logits, bias, K)
    weights.square().sum().backward()
    pulls = bias.grad is not None and bool(bias.grad.any())
    return {"weights": weights, "chosen": chosen, "∂logits": logits.grad,
            "bias learns": pulls}


def by_rank(logits, bias, K):
    logits = logits.clone().requires_grad_()
    size = 1 / (1 + (-logits).exp())
    at = check.routing.ranked(size + bias, K)  # (N, K, E)
    w = (at * size[..., None, :]).sum(-1)
    w = w / w.sum(-1, keepdim=True)
    slope = torch.autograd.grad(w.square().sum(), logits)[0]
    return {"weights": w, "chosen": at.long().argmax(-1), "∂logits": slope,
            "bias learns": False}


given = dict(logits="N E", bias="E", spread=0.7, N=9, E=6, K=2, tolerance=2,
             dtype=torch.float32)
with check.exercise("26.3.7", by_rank, mistakes.ROUTE_WITH_BIAS) as test:
    test.equals(run_route, on=[check.case(**given | more) for more in (
        {}, dict(N=6, K=3), dict(bias=torch.zeros(6), note="no bias"),
        dict(logits=[[3.0, 2.5, -1.0]], bias=[0.0, -0.2, 0.4]))])
    ### BEGIN HIDDEN TESTS
    test.equals(run_route, on=[check.case(**given | rest) for rest in (
        dict(K=6), dict(N=1, E=9, K=4, dtype=torch.float64))])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** With a bias of 0 it is a router with sigmoid scores. A large bias forces an expert into every choice, and still does not raise its
weight.

## Exercise 26.3.8 · update the bias

After each training step: an expert whose load is **above** the mean load gets `rate` subtracted from its bias, one **below** the mean gets it added. How far above or
below does not matter. Exactly at the mean, nothing happens. Return a new bias.

Shapes: bias (E,), chosen (N, K) → (E,) · difficulty ●○○ · 10 minutes · {points} points
"""

# %% exercise="ex26_3_8_update_bias"
def update_bias(bias: Float[Tensor, " E"], chosen: Int[Tensor, "N K"],
                rate: float) -> Float[Tensor, " E"]:
    """A step of fixed size towards an even load. About 2 lines.

    Source: Wang et al. 2024, arXiv:2408.15664, algorithm 1.
    """
    ### BEGIN SOLUTION
    load = F.one_hot(chosen, len(bias)).sum(dim=(0, 1)).to(bias.dtype)  # (E,)
    return bias + rate * torch.sign(load.mean() - load)
    ### END SOLUTION

# %% test="test26_3_8_update_bias" points=2
def one_by_one(bias, chosen, rate):
    E, new = len(bias), bias.tolist()
    for e in range(E):
        excess = chosen.flatten().tolist().count(e) * E - chosen.numel()
        new[e] += rate * ((excess < 0) - (excess > 0))
    return torch.tensor(new, dtype=bias.dtype)


given = dict(bias="E", chosen=check.routing.crowded, N=14, E=9, K=2, rate=0.25,
             dtype=torch.float32)
with check.exercise("26.3.8", one_by_one, mistakes.UPDATE_BIAS) as test:
    # loads 3, 1 and 2, mean 2
    test.by_hand(bias=[0.5, 0.0, 1.0], rate=0.25, gives=[0.25, 0.25, 1.0],
                 chosen=torch.tensor([[0, 1], [0, 2], [2, 0]]),
                 dtype=torch.float32)
    test.equals(on=[check.case(**given | more) for more in (
        {}, dict(N=40, K=3), dict(chosen=check.routing.choices, rate=0.001))])
    ### BEGIN HIDDEN TESTS
    test.equals(on=[check.case(**given | rest) for rest in (
        dict(K=1, N=33), dict(bias=torch.zeros(9), N=20))])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Steps of one size only. A count of tokens needs no gradient: the loss that trains the model stays pure.

The next cell makes a layer that routes with a bias and updates it after each forward pass in training. It is trained from the common start, without a balancing loss.
"""

# %% tags=["experiment"]
class BiasBalanced(MixtureOfExperts):
    """Sigmoid scores, and a bias that keeps the load even."""

    bias = torch.zeros(E)

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        tokens = x.flatten(0, 1)
        self.logits = tokens @ self.router.weight.T
        weights, self.chosen = route_with_bias(self.logits, self.bias, K)
        if torch.is_grad_enabled():
            self.bias = update_bias(self.bias, self.chosen, rate=0.02)
        y = mixture(tokens, weights, self.chosen, self.experts)
        return y.view(x.shape)


make_biased = lambda: BiasBalanced(32, 16, E, K)
models["common", "bias"] = [experts.train(make_biased, seed, starts["common"])
                            for seed in seeds]

# %% tags=["experiment"]
loads = {way: torch.stack([experts.load(m) for m in models["common", way]])
         for way in ("no loss", "loss", "bias")}
figure = plot.lines(range(1, E + 1), loads, xlabel="expert, busiest first",
                    ylabel="share of all choices",
                    title="Without balancing some experts starve")
plot.show(figure, alt="Load of eight experts under three kinds of balancing")
for key, found in models.items():
    print(*key, "work", claims.span(map(experts.working, found)),
          "loss", claims.span(map(experts.loss, found)))

# %% [markdown]
"""
The band runs from the smallest to the largest of three seeds. Both remedies put idle experts to work, the bias more than the loss. For the model's own loss it is not worth anything in a run
as short as this one: the seeds overlap. What balance pays for here is the machines, not the model.
"""

# %% [markdown]
"""
## Who handles which token

Do experts divide the world by topic, "the Python expert"? The cell takes the balanced models from the even start, and asks where choices go, for each kind of last byte and for each
text.
"""

# %% tags=["experiment"]
ids, _, source = experts.held_out()
kinds, western = three_texts.kind(ids[:, -1]), source < 2
told = [[experts.bits(model, labels, western) for labels in (kinds, source)]
        for model in models["even", "loss"]]
print("bits that a choice tells about kind of byte, and about English or "
      "Python:", [f"{kind:.2f}, {text:.2f}" for kind, text in told])
for labels, names in ((kinds, three_texts.KINDS),
                      (source, three_texts.SOURCES)):
    experts.draw_division(models["even", "loss"][0], labels, names)

# %% [markdown]
"""
Within the two texts in Latin letters, a choice says more about the **byte** than about the **text**. Mixtral's authors found no experts for topics either, but patterns in syntax (Jiang
et al. 2024, section 5).

Neighbours choose alike, too. The next cell counts the experts that 8 bytes in a row touch. The formula assumed choices at random.
"""

# %% tags=["experiment"]
in_a_row = [experts.touched_in_a_row(m) for m in models["even", "loss"]]
print("touched by 8 bytes in a row:", [f"{t:.2f}" for t in in_a_row],
      f"formula {8 * (1 - 0.75**8):.2f}")

# %% [markdown]
"""
## Against a dense model

Is it worth it? Compare at **equal FLOPs per token**: a dense expert of width 32 against 8 experts of width 16 of which 2 run. And at equal **parameters**: a dense one of width 128.
"""

# %% tags=["experiment"]
versus = {"mixture": [experts.loss(m) for m in models["even", "loss"]]}
for name, width in {"equal FLOPs": 32, "equal parameters": 128}.items():
    versus[name] = [experts.loss(experts.train(lambda: Expert(32, width), s))
                    for s in seeds]
for name, losses in versus.items():
    print(f"{name:16} {[f'{loss:.3f}' for loss in losses]}")

# %% [markdown]
"""
Nats per byte, for three seeds. Seed by seed the mixture stands between the two dense models: a little better than what costs the same work, not as good as what
holds the same number of parameters and uses all of them. How far it gets ahead depends on size and time; Switch Transformers report the
same quality in up to a seventh of the time.
"""

# %% [markdown]
"""
## Experts on two machines

Too large for one device, the experts are spread over several: *expert parallelism*. Each process holds some of the tokens and some of the experts. So each token travels to its experts, and the result travels
back. Everybody sends something to everybody: an **all-to-all**, two for each layer.

![Two processes with two experts each; rows cross to the other process and results come back](figures/26_3_exchange.svg)
"""

# %% [markdown]
"""
The next two cells do it for real: two Python processes that talk through `torch.distributed` with the gloo backend, over this machine's loopback. Each runs **your** `mixture` on its own
experts (`dist` is `torch.distributed` there). Every exchange is counted. The second cell compares with one process: 512 tokens of width 64, random logits, 8 experts, four on each process.

**Predict.** N tokens in all, K = 2, C numbers of 4 bytes each. How many bytes cross from one process to the other?
"""

# %% tags=["experiment"]
from llmlab import processes


def exchange(rows, give: Tensor, take: Tensor):
    """Rows to the others and from the others: an all-to-all."""
    out = rows.new_empty(int(take.sum()), *rows.shape[1:])
    dist.all_to_all_single(out, rows, take.tolist(), give.tolist())
    return out


def one_process(rank, x, weights, chosen, W):
    """A part of the tokens, a part of the experts, all of the layer."""
    owner = chosen.flatten() // len(W)  # which process has the expert
    order = owner.argsort(stable=True)
    give = owner.bincount(minlength=dist.get_world_size())
    take = torch.empty_like(give)
    dist.all_to_all_single(take, give)  # how many rows will come
    rows = exchange(x[order // chosen.shape[1]], give, take)
    number = exchange(chosen.flatten()[order], give, take) - rank * len(W)
    experts = [lambda rows, w=w: torch.tanh(rows @ w) for w in W]
    once = torch.ones(len(rows), 1)
    mine = exchange(mixture(rows, once, number[:, None], experts), take, give)
    home = torch.empty_like(mine)
    home[order] = mine  # back in the order of tokens and choices
    return (home.view(*chosen.shape, -1) * weights[..., None]).sum(1)

# %% tags=["experiment"]
draw, N, C = torch.Generator().manual_seed(0), 512, 64
x, W = torch.randn(N, C, generator=draw), torch.randn(8, C, C, generator=draw)
W = W / math.sqrt(C)
weights, chosen = route(torch.randn(N, 8, generator=draw), 2)
parts = [dict(zip(("x", "weights", "chosen", "W"), part)) for part in zip(
    *(t.clone().chunk(2) for t in (x, weights, chosen, W)))]
parts = [{name: t.clone() for name, t in part.items()} for part in parts]
reports = processes.run(one_process, parts)
together = torch.cat([report.result for report in reports])
alone = mixture(x, weights, chosen, [lambda r, w=w: torch.tanh(r @ w)
                                     for w in W])
apart = (together - alone).abs().max().item()
sent = torch.tensor([report.sent for report in reports]).sum(0)
there, back = int(sent[1]), int(sent[3])
expected = 2 * N * K * C * 4 / 2  # there and back; half stays at home
print(f"differs from one process by {apart:.0e}")
print("bytes sent: counts, rows, numbers, rows back", sent.tolist())
print(f"rows in both directions {there + back:,}, expected {expected:,.0f}")

# %% [markdown]
"""
The same output as in one process. The volume is what the formula says, up to chance: $2 · N · K · C$ numbers, times the share $(P-1)/P$ of experts that live elsewhere among P processes. Training doubles it.

For Mixtral, with 16 bits a number and all experts elsewhere: 2 · 2 · 4096 · 2 bytes a token and layer.
"""

# %% tags=["experiment"]
per_token = 2 * 2 * 4096 * 2 * 32  # there and back, K = 2, 16 bits, L layers
slowest = max(report.sent[1] for report in reports)
print(f"Mixtral: {per_token / 2**20:.2f} MiB a token; a batch of 4096 tokens: "
      f"{4096 * per_token / 2**30:.1f} GiB")
one_sided = torch.randn(N, 8, generator=draw) + 2.0 * (torch.arange(8) < 4)
owner = route(one_sided, 2)[1] // 4
print(f"even router: process 0 computes {(chosen < 4).float().mean():.0%} of "
      f"all rows; one-sided router: {(owner == 0).float().mean():.0%}")

# %% [markdown]
"""
Balance and communication meet here. With a one-sided router one process computes nearly everything, and the other waits for it: an all-to-all ends when the slowest has answered.

## On a GPU

The cell times one layer against a dense one that holds as many parameters, in bfloat16, for growing batches: the claim of "faster". It is skipped where there is no GPU, and its
seconds are **not measured here**. Expect the mixture to gain most at large batches, where FLOPs decide, and at a single token, where fewer weights are read.
"""

# %% tags=["gpu"]
from llmlab import device

if not device.skip_without_gpu("seconds of a mixture against a dense layer"):
    layer = MixtureOfExperts(1024, 3584, 8, 2).to("cuda", torch.bfloat16)
    dense = Expert(1024, 8 * 3584).to("cuda", torch.bfloat16)
    for N in (1, 16, 256, 4096):
        x, seconds = torch.randn(1, N, 1024).to("cuda", torch.bfloat16), []
        for part in (layer, dense):
            start_at, end = (torch.cuda.Event(enable_timing=True)
                             for _ in range(2))
            with torch.no_grad():
                part(x)
                start_at.record()
                for _ in range(20):
                    part(x)
                end.record()
            torch.cuda.synchronize()
            seconds.append(start_at.elapsed_time(end) / 20)
        print(f"{N:5} tokens: mixture {seconds[0]:.2f} ms, dense "
              f"{seconds[1]:.2f} ms")

# %% [markdown]
"""
## Verdicts

What the textbook claims, what you measured, and what follows. Mixtral itself is not run here: its quality beside LLaMA 2 70B is its authors' result.
"""

# %% tags=["experiment"]
Claim, fedus = claims.Claim, "Fedus et al. 2021, arXiv:2101.03961"
jiang, span = "Jiang et al. 2024, arXiv:2401.04088", claims.span
claims.table([
    Claim("26.3-01", "MoE makes a model larger without more compute.",
          f"K = 2: FLOPs of {price[4, 2]:.2f} experts at E = 4, "
          f"{price[32, 2]:.2f} at E = 32; Mixtral's active parameters are "
          f"{active / seven:.2f} times Mistral 7B's", "imprecise",
          "compute follows the active parameters: it stays when experts are "
          "added at the same K", f"computed here; {fedus}"),
    Claim("26.3-02", "A dense model uses all parameters for every token.",
          f"K = E: FLOPs of {price[2, 2]:.2f} experts at E = 2, "
          f"{price[32, 32]:.2f} at E = 32", "holds", source="computed here"),
    Claim("26.3-03", "A router activates a few experts, such as 2 of 8.",
          f"2 of 8 for each token; 8 bytes in a row touch {span(in_a_row)}",
          "holds if", "it means: for each token, in each layer",
          f"3 seeds, computed here; {jiang}"),
    Claim("26.3-04", "Mixtral: 8 experts, 2 active in each inference.",
          "1, 2, 4, 8, 16 tokens touch " + ", ".join(
              f"{t:.1f}" for t in touched) + " experts", "holds if",
          "inference means one token in one layer", f"computed here; {jiang}"),
])

# %% tags=["experiment"]
even, collapsed, repaired, biased = (
    span(map(experts.working, models[key])) for key in (
        ("even", "no loss"), ("common", "no loss"), ("common", "loss"),
        ("common", "bias")))
claims.table([
    Claim("26.3-05", "Mixtral has about 47B parameters.",
          f"{held:,}", "holds", source=f"computed here; {jiang}"),
    Claim("26.3-06", "About 13B of them are active.", f"{active:,}", "holds",
          source=f"computed here; {jiang}"),
    Claim("26.3-07", "Its quality is close to a dense 70B model's.",
          "not measured: the weights are not here", "holds if",
          "the model is LLaMA 2 70B, in the tests of its authors", jiang),
    Claim("26.3-08", "It is faster than a dense 70B model.",
          f"{seventy / active:.1f} times fewer FLOPs; weights to read: "
          f"{saved[0]:.1f} times fewer for 1 token, {saved[-1]:.1f} for 16",
          "holds if", "FLOPs decide, or one token is written at a time; "
          "seconds were not measured", "computed here"),
    Claim("26.3-09", "Many parameters, little compute: strong, quick, and "
          "cheaper to train.", f"loss after 120 steps "
          f"{span(versus['mixture'])}, dense at equal FLOPs "
          f"{span(versus['equal FLOPs'])}, dense at equal parameters "
          f"{span(versus['equal parameters'])}", "holds if", "it is "
          "compared at equal FLOPs; not at equal parameters",
          f"3 seeds, one tiny task; {fedus}"),
    Claim("26.3-10", "All experts have to sit in memory.",
          f"{2 * held / 2**30:.0f} GiB in 16 bits, active "
          f"{2 * active / 2**30:.0f} GiB", "holds", source="computed here"),
    Claim("26.3-11", "Load balance and communication are problems.",
          f"experts at work without balancing {collapsed} of 8, with the "
          f"loss {repaired}, with a bias {biased}; {there + back:,} bytes "
          f"between two processes for {N} tokens of width {C}", "holds if",
          f"tokens have much in common at the start; else {even} work",
          f"3 seeds, computed here; {fedus}"),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| $w_i = e^{l_i} / \sum_{\text{chosen}} e^{l_j}$ | `top.softmax(-1)` | (N, K), rows sum to 1 |
| $y = \sum_i w_i\, \mathrm{expert}_i(x)$ | `out.index_add(0, token, rows)` | (N, C) |
| seats = ⌈factor · NK/E⌉ | `place <= capacity` | (N, K) |
| $E \sum_e f_e p_e$ | `E * (load * share).sum()` | one number |
| $(\log \sum_e e^{l_e})^2$ | `logits.logsumexp(-1).square()` | (N,), then the mean |
| chosen by $s + b$, weighted by $s$ | `(scores + bias).topk(K)` | (N, K) |

**In one breath:** a router sends each token to K of E experts; memory grows with E and work with K; and without something that keeps the load even, experts starve.
"""

# %% [markdown]
"""
## In real models

- Switch Transformers: K = 1, capacity factors of 1 to 2, balancing loss with the coefficient 0.01 (Fedus et al. 2021).
- ST-MoE adds the z-loss, with the coefficient 0.001 (Zoph et al. 2022, arXiv:2202.08906).
- Mixtral 8x7B: E = 8, K = 2, weights that sum to 1, in every layer (Jiang et al. 2024).
- DeepSeek-V3: 256 routed experts and one that is always on, K = 8, balanced by a bias (DeepSeek-AI 2024, arXiv:2412.19437).
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Expert choice.** Let each expert choose its tokens, instead of the other way round (Zhou et al. 2022, arXiv:2202.09368). The load is even by construction. Why can a model
   that writes from left to right not use it as it is? Change a *later* token, and look whether an earlier output moves.
2. **Once per process.** If both experts of a token live on the same other process, its row need travel only once. Change `one_process`, and count again.

**Papers.** Shazeer et al. 2017, arXiv:1701.06538, sparsely gated layers · Lepikhin et al. 2020, arXiv:2006.16668, GShard · Fedus et al. 2021, arXiv:2101.03961 · Zoph et al. 2022,
arXiv:2202.08906 · Jiang et al. 2024, arXiv:2401.04088 · Wang et al. 2024, arXiv:2408.15664.
"""
