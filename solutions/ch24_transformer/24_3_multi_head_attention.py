# %% [markdown]
"""
# 24.3 Multi-head attention

**You will be able to**

- cut a tensor into heads and put it together again, and see why a bare reshape does something else;
- write multi-head attention as a module, for one sentence and between two, and check its gradients against PyTorch;
- train a small model, find out what each of its heads looks at, and measure what the model loses without it.

**Time** about 2 hours · **You need** 24.2 Self-attention

**The claim to test.** The textbook says that a single head learns a single pattern, that several heads run side by side
and each learns its own, and that models have 8 to 96 of them. Its example is 小明把书给了小红，她很高兴, "Xiao Ming gave the
book to Xiao Hong, she is very happy": one head is said to link 她 "she" to 小红. You will train heads and look.
"""

# %% setup
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("24.3")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

Attention gives each query *one* set of weights. A word may need several at once: 她 "she" needs the person it stands for, and
the verb before it. Multi-head attention runs H small attentions side by side. Each *head* has its own queries, keys and
values, and so its own weights.

![The channels of each token are cut into three parts; each part is attended on its own; the three results are put side by side and multiplied by W_O](figures/24_3_overview.svg)

**The shapes.** As in 24.2: B batch · T query positions · S key positions · C model width. New is H, the number of heads.
D is the width of one head. The heads share the width: **C = H · D**. They do not add to it.

Our sentence has eight tokens. Each is a vector of C = 12 numbers, for H = 3 heads of D = 4.
"""

# %%
tokens = ["小明", "把", "书", "给了", "小红", "，", "她", "很高兴"]
english = ["Ming", "(object)", "book", "gave", "Hong", ",", "she", "happy"]
x = torch.randn(8, 12, generator=torch.Generator().manual_seed(0))  # (T, C)
for token, meaning, row in zip(tokens, english, x):
    print(f"{token}\t{meaning:9}", " ".join(f"{v:5.2f}" for v in row[:4]), "…")

# %% [markdown]
"""
**A slow version to read.** One head after the other: take four of the twelve channels, attend, keep the result. At the end
put the three results side by side. Queries, keys and values are the bare x here; the matrices come later.

From here on, attention itself is PyTorch's `F.scaled_dot_product_attention`: it does what you wrote in 24.2.5.
"""

# %%
results = []
for h in range(3):
    part = x[:, 4 * h : 4 * h + 4]  # (T, D): this head's channels
    results.append(F.scaled_dot_product_attention(part, part, part))
slow = torch.cat(results, dim=-1)  # (T, C)
print("one head", tuple(results[0].shape), " together", tuple(slow.shape))

# %% [markdown]
"""
A loop over heads runs H small products, one after the other. Hardware likes one big product. So we turn the heads into
*one more leading axis*. Attention takes any number of leading axes: B sentences times H heads is for it just a bigger batch.
"""

# %% [markdown]
"""
## Exercise 24.3.1 · split heads

Write `split_heads(x, H)`. Head 0 gets the first D channels of every token, head 1 the next D, and so on. The heads' axis
stands **before** the positions.

![Two tokens with six channels become three heads; each head holds two channels of both tokens](figures/24_3_split_heads.svg)

Shapes: (…, T, C) → (…, H, T, D) with D = C / H · difficulty ●○○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
**Predict.** Token 0 has the channels 0 to 5, token 1 the channels 10 to 15, and there are H = 3 heads. What does head 1
hold?

<details><summary>Reveal</summary>

Two channels of *both* tokens: [[2, 3], [12, 13]]. A head sees the whole sentence, and a part of each token. It is not a
part of the sentence.
</details>
<details><summary>Hint</summary>

Two steps: cut the last axis C into two axes (H, D), then move H in front of T. `rearrange` does both at once; without it,
a `reshape` or `unflatten` and a swap of two axes.
</details>
"""

# %% exercise="ex24_3_1_split_heads"
def split_heads(
    x: Float[Tensor, "... T C"], H: int
) -> Float[Tensor, "... H T D"]:
    """Head h holds channels h·D to h·D + D − 1 of every token. About 1 line.

    H divides C, and D = C / H. Any number of leading axes.
    """
    ### BEGIN SOLUTION
    return rearrange(x, "... t (h d) -> ... h t d", h=H)  # (..., H, T, D)
    ### END SOLUTION

# %% test="test24_3_1_split_heads" points=3
def by_slices(x, H):
    """Cut the channels into H slices and stack them."""
    return torch.stack(x.chunk(H, dim=-1), dim=-3)


with check.exercise(
    "24.3.1", oracle=by_slices, mistakes=mistakes.SPLIT_HEADS
) as test:
    # two tokens of four channels, two heads of two
    test.by_hand(x=[[0.0, 1.0, 2.0, 3.0], [10.0, 11.0, 12.0, 13.0]], H=2,
                 gives=[[[0.0, 1.0], [10.0, 11.0]],
                        [[2.0, 3.0], [12.0, 13.0]]])
    test.equals(on=[
        check.case(x="B T C"),
        check.case(x="B T C", T=3, H=3, note="T = H"),
        check.case(x="B T C", C=9, H=3, note="H = D"),
        check.case(x="T C", H=4, note="no batch"),
        check.case(x="B T C", B=0, note="empty batch"),
    ])
    test.gradients(on=check.case(x="B T C"))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(x="B T C"))
    test.equals(on=[check.case(x="B T C", H=1), check.case(x="B T C", H=12)])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Three heads of eight tokens with four channels each. Nothing is computed: the numbers only move to
other places.

The tempting short cut is a reshape straight to (…, H, T, D). Its shape is right. The next cell shows what it does, on
numbers that say where they come from: token t, channel c becomes 10 t + c.
"""

# %% tags=["experiment"]
labelled = 10 * torch.arange(3)[:, None] + torch.arange(6.0)  # (T, C)
straight = labelled.reshape(3, 3, 2)
parts = {"split_heads: head 1": split_heads(labelled, 3)[1],
         "bare reshape: “head 1”": straight[1]}
title = "A bare reshape cuts the sentence, not the tokens"
figure = plot.heatmaps(parts, title=title, xlabel="D: head width", ylabel="")
plot.show(figure, alt="Head 1 has channels 2 and 3 of all tokens; after a "
          "bare reshape it has the six channels of token 1 alone")

# %% [markdown]
"""
The left one holds channels 2 and 3 of tokens 0, 1 and 2. The right one holds all six channels of token 1, and no other token: its
rows are no positions at all. Attention over them runs without complaint, and the model learns less than it could. That is
why the test compares values.
"""

# %% [markdown]
"""
## Exercise 24.3.2 · merge heads

The way back: put the heads' results side by side, head 0 first. It undoes `split_heads`.

![Three heads with two tokens each become two tokens with six channels; head 0 comes first](figures/24_3_merge_heads.svg)

Shapes: (…, H, T, D) → (…, T, C) with C = H · D · difficulty ●○○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
**Predict.** `heads.transpose(-3, -2).view(…)` stops with an error; `.reshape(…)` in its place does not. Why?

<details><summary>Reveal</summary>

A transpose moves no numbers. It only notes that the axes are to be read in another order, so the tensor is *not contiguous*
any more. `view` promises not to copy, and cannot glue axes that lie apart in memory. `reshape` copies when it must. So does
`.contiguous().view(…)`.
</details>
<details><summary>Hint</summary>

First move H behind T, then join the last two axes. In the other order the shape is right and the numbers are not.
</details>
"""

# %% exercise="ex24_3_2_merge_heads"
def merge_heads(heads: Float[Tensor, "... H T D"]) -> Float[Tensor, "... T C"]:
    """The heads side by side, head 0 first; C = H·D. About 1 line."""
    ### BEGIN SOLUTION
    return rearrange(heads, "... h t d -> ... t (h d)")  # (..., T, C)
    ### END SOLUTION

# %% test="test24_3_2_merge_heads" points=3
def side_by_side(heads):
    """Take the heads one by one and concatenate them."""
    return torch.cat(heads.unbind(dim=-3), dim=-1)


with check.exercise(
    "24.3.2", oracle=side_by_side, mistakes=mistakes.MERGE_HEADS
) as test:
    test.by_hand(heads=[[[0.0, 1.0], [10.0, 11.0]],
                        [[2.0, 3.0], [12.0, 13.0]]],
                 gives=[[0.0, 1.0, 2.0, 3.0], [10.0, 11.0, 12.0, 13.0]])
    test.equals(on=[
        check.case(heads="B H T D"),
        check.case(heads="B H T D", T=3, H=3, note="T = H"),
        check.case(heads="B H T D", D=3, H=3, note="H = D"),
        check.case(heads="H T D", D=5, T=5, note="no batch, T = D"),
        check.case(heads="B H T D", B=0, note="empty batch"),
    ])
    test.gradients(on=check.case(heads="B H T D"))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(heads="B H T D"))
    test.equals(on=check.case(heads="B H T D", H=1, note="one head"))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Split, then merge, gives back every number. But so does a bare reshape, followed by another one. A round
trip alone proves nothing: both halves can be wrong together. The cell shows it.
"""

# %%
there_and_back = merge_heads(split_heads(x, 3))
bare = x.reshape(3, 8, 4).reshape(8, 12)
print("yours comes back:", torch.equal(there_and_back, x))
print("a bare reshape comes back too:", torch.equal(bare, x))

# %% [markdown]
"""
## Exercise 24.3.3 · attention in H heads

Split q, k and v, attend in all heads at once, merge. Two details decide.

![q, k and v are split; each head attends with the same mask; the mask gets an axis of length 1 for the heads; the results are merged](figures/24_3_attend.svg)

Shapes: q (…, T, C), k and v (…, S, C), mask (…, T, S) or None → (…, T, C) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
**The scale.** A score adds up the D products of one head. So it is divided by √D, not by √C. `F.scaled_dot_product_attention`
divides by the width that it is given.

**The mask.** Scores have the shape (…, H, T, S), the mask (…, T, S): it is the same for all heads.

**Predict.** B = 2 and H = 3. What happens if the mask (2, T, S) meets scores (2, 3, T, S) as it is? And if B = H = 3?

<details><summary>Reveal</summary>

PyTorch lines up axes from the right, so the mask's 2 meets the heads' 3: an error. With B = H = 3 there is none. Then head
h of *every* sentence gets the mask of sentence h.
</details>

Write `multi_head_attention(q, k, v, H, mask)`. Use your own functions. If you have skipped one, `rearrange` or a loop over
slices will do. Not allowed is PyTorch's ready-made multi-head attention.

<details><summary>Hint 1</summary>

`mask.unsqueeze(-3)` gives the mask an axis of length 1 where the scores have their heads.
</details>
<details><summary>Hint 2</summary>

Here, too, True means "may look": `F.scaled_dot_product_attention(q, k, v, attn_mask=mask)` takes such a mask.
</details>
"""

# %% exercise="ex24_3_3_multi_head_attention"
def multi_head_attention(
    q: Float[Tensor, "... T C"],
    k: Float[Tensor, "... S C"],
    v: Float[Tensor, "... S C"],
    H: int,
    mask: Bool[Tensor, "... T S"] | None = None,
) -> Float[Tensor, "... T C"]:
    """Attention in H heads, without any matrices. About 5 lines.

    mask: True means may look, in every head; None allows all.
    """
    ### BEGIN SOLUTION
    q, k, v = (split_heads(t, H) for t in (q, k, v))  # (..., H, T, D)
    if mask is not None:
        mask = mask.unsqueeze(-3)  # (..., 1, T, S): the same for all heads
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return merge_heads(y)  # (..., T, C)
    ### END SOLUTION

# %% test="test24_3_3_multi_head_attention" points=4
def head_by_head(q, k, v, H, mask=None):
    """A loop over slices of D channels."""
    attend, results = F.scaled_dot_product_attention, []
    for parts in zip(*(t.chunk(H, dim=-1) for t in (q, k, v))):
        results.append(attend(*parts, attn_mask=mask))
    return torch.cat(results, dim=-1)


@check.probe
def attend(student, q, k, v, H, mask=None):
    # this kernel checks that keys and values are equally many
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return student.multi_head_attention(q, k, v, H, mask)


draws, one = check.draws, {"q": "T C", "k": "S C", "v": "S C"}
qkv = {name: "B " + axes for name, axes in one.items()}
with check.exercise(
    "24.3.3", oracle=head_by_head, mistakes=mistakes.HEADS
) as test:
    test.forbids("multi_head_attention", "native_multi_head_attention")
    test.equals(attend, on=[
        check.case(**qkv, note="no mask"),
        check.case(**qkv, T=6, S=6, H=2, note="T = S, no mask"),
        check.case(**qkv, T=3, S=3, H=3, note="T = S = H"),
        check.case(**qkv, mask=draws.some_keys, note="a mask per sentence"),
        check.case(**qkv, B=3, mask=draws.some_keys, note="B = H"),
        check.case(**qkv, mask=draws.same_keys, note="a mask (B, 1, S)"),
        check.case(**one, note="no batch"),
        check.case(**one, T=3, mask=draws.keys_of_one, note="no batch, T = H"),
        check.case(**qkv, B=0, note="empty batch"),
    ])
    test.gradients(on=check.case(**qkv, mask=draws.some_keys))
    ### BEGIN HIDDEN TESTS
    test.equals(attend, on=check.odd_cases(**qkv, C=6))
    test.equals(attend, on=check.odd_cases(**qkv, mask=draws.some_keys))
    test.equals(attend, on=check.case(**qkv, H=1, mask=draws.some_keys))
    more = {name: "B H " + axes for name, axes in one.items()}
    test.equals(attend, on=check.case(**more, mask=draws.keys_in_groups,
                                      note="one more leading axis"))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The numbers of the slow loop at the top, from one call: `multi_head_attention(x, x, x, 3)` equals `slow`, up to the last
digits. Compare them in a cell of your own.
"""

# %% [markdown]
"""
## Exercise 24.3.4 · MultiHeadAttention

Now the matrices. W_Q, W_K and W_V map C to C: they make the queries, keys and values of *all* heads at once. A fourth matrix,
W_O, also C to C, mixes the heads' results. Without it head 0 could only ever write into the first D channels.

![x gives q through W_Q; the context gives k and v through W_K and W_V; heads attend; W_O gives the output](figures/24_3_module.svg)

Shapes: x (…, T, C), context (…, S, C) or None, mask (…, T, S) or None → (…, T, C) · difficulty ●●● · 25 minutes ·
{points} points
"""

# %% [markdown]
"""
**Self and cross.** Without a context the sentence attends to itself. With one, queries come from x, and keys *and* values from the
context: *cross-attention*, as a translation looks at its source. The output always has the positions of x.

**Predict.** x has T = 5 positions, the context S = 7. What is the shape of one head's weights? And of the output?

<details><summary>Reveal</summary>

(5, 7): a row for each query, a column for each key. The output is (5, C): one row for each query. The 7 is gone, because
the sum over keys took it away.
</details>

Name the layers `W_Q`, `W_K`, `W_V` and `W_O`, each an `nn.Linear(C, C)` **without bias**. The test copies the same weights into
PyTorch's `nn.MultiheadAttention` and compares the output and the gradient of every matrix. If you have skipped 24.3.3, loop over
slices of D channels with `F.scaled_dot_product_attention`.

<details><summary>Hint</summary>

Keep H in `__init__`: `self.H = H`. In `forward`, choose first where keys and values come from. Ask `is None`, because a tensor
is neither true nor false.
</details>
"""

# %% exercise="ex24_3_4_MultiHeadAttention"
class MultiHeadAttention(nn.Module):
    """H heads between four matrices of C × C. About 9 lines."""

    def __init__(self, C: int, H: int):
        super().__init__()
        ### BEGIN SOLUTION
        self.H = H
        self.W_Q = nn.Linear(C, C, bias=False)
        self.W_K = nn.Linear(C, C, bias=False)
        self.W_V = nn.Linear(C, C, bias=False)
        self.W_O = nn.Linear(C, C, bias=False)
        ### END SOLUTION

    def forward(
        self,
        x: Float[Tensor, "... T C"],
        context: Float[Tensor, "... S C"] | None = None,
        mask: Bool[Tensor, "... T S"] | None = None,
    ) -> Float[Tensor, "... T C"]:
        ### BEGIN SOLUTION
        context = x if context is None else context
        q, k, v = self.W_Q(x), self.W_K(context), self.W_V(context)
        return self.W_O(multi_head_attention(q, k, v, self.H, mask))
        ### END SOLUTION

# %% test="test24_3_4_MultiHeadAttention" points=6
@check.probe
def run_module(student, x, weights, H, context=None, mask=None):
    """Load four matrices; return the output, their gradients, the size."""
    layer = student.MultiHeadAttention(x.shape[-1], H).to(x.dtype)
    size = sum(p.numel() for p in layer.parameters())
    parts = {n: getattr(layer, n) for n in ("W_Q", "W_K", "W_V", "W_O")}
    for part, weight in zip(parts.values(), weights):
        part.weight.data.copy_(weight)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        y = layer(x, context, mask)
    y.square().sum().backward()
    gradients = {f"∂{n}": part.weight.grad for n, part in parts.items()}
    return {"output": y, **gradients, "parameters": size}


def by_torch(x, weights, H, context=None, mask=None):
    """torch's module, with one tall matrix for q, k and v."""
    C, context = x.shape[-1], x if context is None else context
    m = nn.MultiheadAttention(C, H, bias=False, batch_first=True)
    tall, W_O = m.in_proj_weight, m.out_proj.weight
    tall.data, W_O.data = weights[:3].flatten(0, 1), weights[3]
    if mask is not None:  # torch wants (B·H, T, S), where True means blocked
        mask = ~mask.unsqueeze(-3).repeat_interleave(H, -3).flatten(0, -3)
    y, _ = m(x, context, context, attn_mask=mask, need_weights=False)
    y.square().sum().backward()
    dW = {"∂W_" + n: g for n, g in zip("QKV", tall.grad.chunk(3))}
    return {"output": y, **dW, "∂W_O": W_O.grad, "parameters": 4 * C * C}


own = dict(x="B T C", weights="P C C", P=4, spread=0.5, tolerance=2)
cross, keys = own | {"context": "B S C"}, check.draws.some_keys
with check.exercise("24.3.4", by_torch, mistakes.MULTI_HEAD) as test:
    test.forbids("multi_head_attention", "native_multi_head_attention")
    test.equals(run_module, on=[
        check.case(**own, note="self"),
        check.case(**own, H=4, T=6, S=6, mask=keys, note="self, masked"),
        check.case(**cross, note="cross"),
        check.case(**cross, B=3, T=6, S=6, mask=keys, note="T = S, B = H"),
    ])
    ### BEGIN HIDDEN TESTS
    for odd in (dict(T=1, S=1), dict(strided=True), dict(H=12),
                dict(dtype=torch.float64), dict(dtype=torch.bfloat16)):
        test.equals(run_module, on=check.case(**cross | odd))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Output and all four gradients agree with PyTorch's. The next cell attends from our sentence to a
shorter one, its English words, and to itself. Both results have eight rows, one for each query.
"""

# %%
torch.manual_seed(0)
layer = MultiHeadAttention(C=12, H=3)
source = torch.randn(5, 12)  # (S, C): another sentence
print("self ", tuple(layer(x).shape))
print("cross", tuple(layer(x, context=source).shape))

# %% [markdown]
"""
## What more heads cost

**Predict.** The width stays C = 48. You go from 1 head to 12. How many times as many parameters are there, how many times as
much work, and how many times as many weights to keep in memory?

<details><summary>Reveal</summary>

The same parameters, and the same work: twelve heads of width 4 take as many products as one of width 48. But there are twelve
tables of weights in place of one.
</details>
"""

# %% tags=["experiment"]
from torch.nn.attention import SDPBackend, sdpa_kernel

numbers, costs = [1, 2, 3, 4, 6, 12], []
for H in numbers:
    wide = MultiHeadAttention(48, H)
    with sdpa_kernel(SDPBackend.MATH):  # keeps all weights, as yours did
        cost = count.measure(wide, torch.ones(1, 32, 48))  # (B, T, C)
    size = sum(p.numel() for p in wide.parameters())
    costs.append((size, cost.flops, cost.largest.numel))
    print(f"H {H:2}   parameters {size:,}   FLOPs {cost.flops:,}"
          f"   largest tensor {tuple(cost.largest.shape)}")
size, flops, largest = zip(*costs)
figure = plot.lines(
    numbers, {"FLOPs": flops, "parameters": size, "largest tensor": largest},
    logx=True, logy=True, xlabel="H: query heads", ylabel="count",
    title="More heads: the same work, the same parameters, more weights",
)
plot.show(figure, alt="Against the number of heads FLOPs and parameters are "
          "flat; the largest tensor grows once the weights outgrow the rest")

# %% [markdown]
"""
The two upper lines are flat. The largest tensor is the table of all weights, (H, T, S), as soon as it has more numbers than x. PyTorch's
fast attention never holds that table, so the cell chooses the plain one. How the fast one works is the topic of 25.4.3.
"""

# %% [markdown]
"""
## Exercise 24.3.5 · what it costs, as a formula

Counting by machine is one thing; knowing beforehand is another. Write `attention_cost(T, S, C, H)` for your module: the number of its
parameters, and the FLOPs for one sentence of T queries and a context of S keys.

![Six products with their shapes: two over T with C by C, two over S with C by C, and the two products of attention in each of H heads](figures/24_3_cost.svg)

Shapes: four numbers → two numbers · difficulty ●●○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
A product of an (m, k) matrix with a (k, n) matrix takes 2·m·k·n FLOPs: a multiplication and an addition each. Softmax, the scale and
the mask count nothing here. In self-attention S = T.

<details><summary>Hint 1</summary>

Six products: W_Q and W_O act on T rows, W_K and W_V on S rows. The other two happen in each head: scores, and weights times
values.
</details>
<details><summary>Hint 2</summary>

One head's scores: (T, D) times (D, S). Then sum over the heads. What does H · D equal?
</details>
"""

# %% exercise="ex24_3_5_attention_cost"
def attention_cost(T: int, S: int, C: int, H: int) -> tuple[int, int]:
    """(parameters, FLOPs) of MultiHeadAttention(C, H). About 5 lines.

    No biases; x is (T, C), the context (S, C). H divides C.
    """
    ### BEGIN SOLUTION
    projections = 2 * T * C * C * 2 + 2 * S * C * C * 2  # Q, O and K, V
    attention = H * 2 * (2 * T * S * (C // H))  # scores, weights times values
    return 4 * C * C, projections + attention
    ### END SOLUTION

# %% test="test24_3_5_attention_cost" points=3
@check.probe
def both_counts(student, T, S, C, H):
    parameters, flops = map(int, student.attention_cost(T, S, C, H))
    return {"parameters": torch.tensor(parameters),
            "FLOPs": torch.tensor(flops)}


def by_counting(T, S, C, H):
    """Go through the products one by one, in a loop over heads."""
    flops = []

    def product(a, b):
        flops.append(2 * a.shape[0] * a.shape[1] * b.shape[1])
        return a @ b

    x, context, W = torch.ones(T, C), torch.ones(S, C), torch.ones(C, C)
    q, k, v = (product(t, W) for t in (x, context, context))
    cut = zip(*(t.chunk(H, dim=-1) for t in (q, k, v)))
    results = [product(product(q, k.T), v) for q, k, v in cut]
    product(torch.cat(results, dim=-1), W)
    m = nn.MultiheadAttention(C, H, bias=False)
    size = torch.tensor(sum(p.numel() for p in m.parameters()))
    return {"parameters": size, "FLOPs": torch.tensor(sum(flops))}


with check.exercise(
    "24.3.5", oracle=by_counting, mistakes=mistakes.ATTENTION_COST
) as test:
    # 4 matrices of 2 × 2; 4 products with them of 8 FLOPs, 2 more of 4
    test.by_hand(both_counts, T=1, S=1, C=2, H=1,
                 gives={"parameters": 16, "FLOPs": 40})
    test.equals(both_counts, on=[
        check.case(T=5, S=5, C=12, H=3, note="self"),
        check.case(T=5, S=5, C=12, H=1, note="self, one head"),
        check.case(T=3, S=8, C=12, H=4, note="cross"),
    ])
    ### BEGIN HIDDEN TESTS
    test.equals(both_counts, on=check.case(T=1, S=9, C=8, H=8))
    test.equals(both_counts, on=check.case(T=7, S=2, C=30, H=5))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** H drops out. Heads cut the work into pieces; they do not add to it. The next cell asks your formula about the
first Transformer's width, and where attention itself starts to cost more than the four matrices.
"""

# %%
for T in (256, 1024, 4096):
    _, total = attention_cost(T, T, 512, 8)
    matrices = 8 * T * 512 * 512
    print(f"T = S = {T:5}   attention itself takes"
          f" {1 - matrices / total:.0%} of the FLOPs")

# %% [markdown]
"""
## Exercise 24.3.6 · what each head adds

W_O looks as if it stirred all heads together. It does not: a product with concatenated parts is a **sum**. Each head meets only its own D
columns of the matrix.

![Three heads side by side times W_O equals the sum of three products, each of one head with its own columns of W_O](figures/24_3_contributions.svg)

Shapes: heads (…, H, T, D), W_O (C, C) → (…, H, T, C) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
Write `head_contributions(heads, W_O)`: for each head, what it adds to the output. Summed over the heads this is
`F.linear(merge_heads(heads), W_O)`. A head that you want to silence is then simply left out of the sum. The experiments
below do that.

**Predict.** `nn.Linear` computes $xW^\top$. Does head h own the rows or the columns of the weight?

<details><summary>Reveal</summary>

The columns h·D to h·D + D − 1. The rows of the weight belong to the *output's* channels, and each head may write to all of them.
</details>

<details><summary>Hint 1</summary>

One head: `heads[..., h, :, :] @ W_O[:, h·D : h·D + D].T`, which is (…, T, C). Stack them at axis −3.
</details>
<details><summary>Hint 2</summary>

Without a loop: cut the columns of W_O into (H, D), and move H to the front. Then it is one batched product.
</details>
"""

# %% exercise="ex24_3_6_head_contributions"
def head_contributions(
    heads: Float[Tensor, "... H T D"], W_O: Float[Tensor, "C C"]
) -> Float[Tensor, "... H T C"]:
    """What each head adds: output = merged @ W_O.T. About 3 lines."""
    ### BEGIN SOLUTION
    H = heads.shape[-3]
    columns = rearrange(W_O, "c (h d) -> h d c", h=H)  # (H, D, C)
    return heads @ columns  # (..., H, T, C)
    ### END SOLUTION

# %% test="test24_3_6_head_contributions" points=3
def by_silence(heads, W_O):
    """Silence all heads but one, put them side by side, multiply."""
    one = torch.eye(heads.shape[-3], dtype=heads.dtype)[..., None, None]
    alone = heads.unsqueeze(-4) * one  # (..., H, H, T, D)
    return F.linear(torch.cat(alone.unbind(-3), dim=-1), W_O)


sizes = dict(heads="B H T D", W_O="C C", D=4)  # C = 12 = H·D
with check.exercise("24.3.6", by_silence, mistakes.CONTRIBUTIONS) as test:
    # two heads of width 1, one token
    test.by_hand(heads=[[[1.0]], [[10.0]]], W_O=[[1.0, 2.0], [3.0, 4.0]],
                 gives=[[[1.0, 3.0]], [[20.0, 40.0]]])
    test.equals(on=[
        check.case(**sizes), check.case(**sizes, T=3, note="T = H"),
        check.case(**sizes | {"heads": "H T D"}, note="no batch"),
    ])
    test.gradients(on=check.case(**sizes))
    ### BEGIN HIDDEN TESTS
    for odd in (dict(B=0), dict(T=1, D=1, C=3), dict(strided=True),
                dict(dtype=torch.float64), dict(dtype=torch.bfloat16)):
        test.equals(on=check.case(**sizes | odd))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** One term for each head, and each as wide as the output. So "concatenate and project" can be read in three ways. The
next cell computes one output in all three: all heads at once, a loop over heads, and the sum of what each head adds.
"""

# %% tags=["experiment"]
with torch.no_grad():
    q, k, v = (split_heads(W(x), 3)
               for W in (layer.W_Q, layer.W_K, layer.W_V))  # (H, T, D)
    found = list(map(F.scaled_dot_product_attention, q, k, v))
    loop = layer.W_O(torch.cat(found, dim=-1))
    added = head_contributions(torch.stack(found), layer.W_O.weight)
    apart = max((y - layer(x)).abs().max() for y in (loop, added.sum(0)))
print(f"largest difference between the three {apart:.1e}")

# %% [markdown]
"""
The three agree to the last digits. So a module's heads do not talk to one another. What one head writes, another can read only in the
*next* layer. Keep that in mind for the induction head.
"""

# %% [markdown]
"""
## One head or several?

"A single head learns a single pattern." We test it with two tasks on random words. In **either**, the word decides where to look:
words 0 to 4 ask for the word one place back, words 5 to 9 for the word three places back. In **both**, every position has to report
both words, in order.

**Predict.** Which of the two can one head of full width learn?

<details><summary>Reveal</summary>

Run it. A head's weights depend on the query, so one head can look at different distances for different words. But it has one set of
weights for each query, and returns one mixture.
</details>
"""

# %% tags=["experiment"]
from llmlab import insight, worlds


def solved(task: str, H: int, seed: int, C=32, steps=120) -> float:
    """Train one layer with H heads; the share of positions it gets right."""
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    word, place = nn.Embedding(10, C), nn.Embedding(12, C)
    layer, read = MultiHeadAttention(C, H), nn.Linear(C, 20)
    model = nn.ModuleList([word, place, layer, read])
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    past = torch.ones(12, 12, dtype=torch.bool).tril()
    for _ in range(steps):
        ids, wanted = worlds.two_places(task, draw)
        y = read(layer(word(ids) + place.weight, mask=past))
        logits = y.unflatten(-1, (2, 10))[:, 3:, : wanted.shape[-1]]
        wanted = wanted[:, 3:]
        loss = F.cross_entropy(logits.flatten(0, 2), wanted.flatten())
        adam.zero_grad(), loss.backward(), adam.step()
    return (logits.argmax(-1) == wanted).all(-1).float().mean().item()

# %% [markdown]
"""
`worlds.two_places` draws the words. The read-out is one linear layer. All runs have the same width C = 32 and the same number of parameters. Only the number of heads
differs. Five seeds each.
"""

# %% tags=["experiment"]
torch.set_num_threads(1)  # tensors this small gain nothing from more
runs = {"either": [1], "both": [1, 2, 4]}
right = {}
for task, numbers in runs.items():
    for H in numbers:
        right[task, H] = [solved(task, H, seed) for seed in range(5)]
        print(f"{task:6}  H {H}   positions right:",
              " ".join(f"{share:.2f}" for share in right[task, H]))
labels = [f"{task}, {H} head{'s' * (H > 1)}" for task, H in right]
shares = torch.tensor(list(right.values()))  # (4, seeds)
series = {"worst seed": shares.amin(1), "mean": shares.mean(1),
          "best seed": shares.amax(1)}
title = "One head can choose where to look, but not look at two places"
figure = plot.bars(labels, series, title, ylabel="positions right")
plot.show(figure, alt="One head learns the task either; on both it fails, "
          "and four heads solve it on every seed")

# %% [markdown]
"""
One head learns **either**: completely on four seeds, to 0.91 on the fifth. So one head holds two patterns, and the word chooses. "A single head learns
a single pattern" is too strict. On **both** it fails: a mixture of two values does not say which was which. Four heads solve it on every seed. Two would
do, and one seed of five does not find that.
"""

# %% [markdown]
"""
## A model that you can look into

Now several layers. The smallest model in which heads work together has two, and nothing but attention in them. Each layer *adds* its
output to its input. This is the residual connection, which 24.5 explains.

A position is a learned vector that is added to the token's; that is the topic of 24.4.
"""

# %% tags=["experiment"]
class AttentionOnly(nn.Module):
    """Tokens and places, two layers of attention, a linear read-out."""

    def __init__(self, V: int, T: int, C: int = 48, H: int = 4):
        super().__init__()
        self.H, self.read = H, nn.Linear(C, V, bias=False)
        self.token, self.place = nn.Embedding(V, C), nn.Embedding(T, C)
        self.layers = nn.ModuleList(MultiHeadAttention(C, H) for _ in "12")

    def forward(self, ids):
        T = ids.shape[-1]
        mask = torch.ones(T, T, dtype=torch.bool).tril()
        x = self.token(ids) + self.place.weight[:T]
        for layer in self.layers:
            x = x + layer(x, mask=mask)
        return self.read(x)

# %% [markdown]
"""
## An induction head forms

The text is a row of random words that repeats itself: `A B C D A B C D A …`. How long the row is differs from text to text. So no fixed
distance helps. The model has to find the last place where the current word stood, and say what came *after* it.

![Layer 1 looks at the token before; layer 2 looks for the token that had the current one before it, and copies it](figures/24_3_induction.svg)

**Predict.** Why can a single layer not do this?

<details><summary>Reveal</summary>

The key that should be found is B. What makes it right is that A stands before it. But B's key is made from B alone. First a head must
write "A came before" into B's place. That head has to stand in the layer below. (Elhage et al. 2021, *A Mathematical Framework for
Transformer Circuits*; Olsson et al. 2022, arXiv:2209.11895.)
</details>
"""

# %% [markdown]
"""
In the test texts the row has 12 words and stands there twice. So we know exactly where to look. A head's *induction score* is its mean weight 11
places back, in the second row. Its *previous-token score* is its mean weight one place back, in the first row: there the keys lie that
layer 2 will compare with. `insight.look` returns the weights of all heads.
"""

# %% tags=["experiment"]
draw = torch.Generator().manual_seed(1000)
test_ids, test_asked = worlds.repeating(draw, length=12, B=200)
print("one text:", " ".join(f"{i}" for i in test_ids[0].tolist()))


def offset_score(weights: Tensor, back: int, queries: range) -> Tensor:
    """Mean weight of some queries on the key `back` places before."""
    found = [weights[..., t, t - back] for t in queries]  # (L, B, H) each
    return torch.stack(found).mean(dim=(0, 2))  # (L, H)

# %% [markdown]
"""
The model learns on new texts at every step. Every 20 steps we note how many next words it gets right, and the best induction score among its
eight heads. Three seeds.
"""

# %% tags=["experiment"]
first_row, second_row = range(1, 12), range(12, 23)
copiers, accuracy, induction = [], [], []
for seed in range(3):
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    model = AttentionOnly(V=20, T=24)
    adam = torch.optim.Adam(model.parameters(), lr=5e-3)
    shares, scores = [], []
    for i in range(201):
        batch = worlds.repeating(draw)
        shares.append(insight.train_step(model, adam, *batch))
        if i % 20 == 0:
            weights = insight.look(model, test_ids)
            found = offset_score(weights, 11, second_row)
            scores.append(found.max().item())
    copiers.append(model)
    accuracy.append(shares[::20])
    induction.append(scores)

# %% tags=["experiment"]
series = {"next word right": torch.tensor(accuracy),
          "best induction score": torch.tensor(induction)}
title = "The model learns to copy when an induction head forms"
figure = plot.lines(range(0, 201, 20), series, title=title,
                    xlabel="steps of training", ylabel="share")
plot.show(figure, alt="Over training, accuracy and the best induction score "
          "rise together from near zero within a hundred steps")
print("at the end, right", [f"{a[-1]:.2f}" for a in accuracy],
      " induction", [f"{scores[-1]:.2f}" for scores in induction])

# %% [markdown]
"""
Accuracy and induction score rise together, on all three seeds. The next two pictures show all eight heads of seed 0 on one test text. Rows are
queries, columns are keys; dark means weight. Above each stand its previous-token score and its induction score.
"""

# %% tags=["experiment"]
weights = insight.look(copiers[0], test_ids)  # (L, B, H, T, S)
previous = offset_score(weights, 1, first_row)
induced = offset_score(weights, 11, second_row)
torch.manual_seed(0)
fresh = insight.look(AttentionOnly(V=20, T=24), test_ids)  # untrained
by_chance = offset_score(fresh, 1, first_row).max()
print(f"untrained, best previous-token score: {by_chance:.2f}")
titles = ["Layer 1: in the first row three heads look one place back",
          "Layer 2: in the second row all heads look eleven places back"]
for layer, title in enumerate(titles):
    panels = {f"{layer + 1}.{h}: {previous[layer, h]:.2f} and "
              f"{induced[layer, h]:.2f}": weights[layer, 0, h]
              for h in range(4)}
    plot.show(plot.heatmaps(panels, title=title), alt=title)

# %% [markdown]
"""
## Silence each head

A picture shows where a head looks, not whether the model needs it. So silence one head at a time, and measure the loss on the test
texts. `insight.silence` sets a head's columns of W_O to 0.

**Predict.** Which costs more: silencing the best previous-token head, or the best induction head?

<details><summary>Reveal</summary>

Look at the pictures again. How many heads of layer 1 do the work, and how many of layer 2? A head whose work others do as well can be
spared.
</details>
"""

# %% tags=["experiment"]
@torch.no_grad()
def test_loss(model) -> float:
    logits, wanted = model(test_ids)[:, :-1], test_ids[:, 1:]
    return F.cross_entropy(logits[test_asked], wanted[test_asked]).item()


every = [(layer, h) for layer in range(2) for h in range(4)]
names = [f"{layer + 1}.{h}" for layer, h in every]
price, whole_layer = torch.zeros(3, 8), torch.zeros(3, 2)
for seed, model in enumerate(copiers):
    whole = test_loss(model)
    for i, head in enumerate(every):
        quiet = insight.silence(model, head)
        price[seed, i] = test_loss(quiet) - whole
    for layer in range(2):
        quiet = insight.silence(model, *every[4 * layer: 4 * layer + 4])
        whole_layer[seed, layer] = test_loss(quiet) - whole

# %% tags=["experiment"]
series = {f"seed {seed}": price[seed] for seed in range(3)}
title = "At most one head costs much; those of layer 2 cost little"
figure = plot.bars(names, series, title, "layer.head", "loss added",
                   values=False)
plot.show(figure, alt="Loss added without each of eight heads; three seeds")
dearest = torch.stack([price[:, :4].amax(1), price[:, 4:].amax(1)])
for layer, (one, all_four) in enumerate(zip(dearest, whole_layer.T)):
    print(f"layer {layer + 1}: dearest head", [f"{p:.2f}" for p in one],
          " all four", [f"{p:.2f}" for p in all_four])

# %% [markdown]
"""
All four heads of layer 2 have learned the *same* pattern, and no single one costs more than a tenth of what the layer costs. In layer 1
one head may matter more, but there, too, others do part of its work. How alike are two heads? The *Jensen–Shannon distance*
compares their weights: 0 bits for equal rows, 1 bit for rows that share no key.
"""

# %% tags=["experiment"]
bits = torch.stack([
    insight.apart(insight.look(model, test_ids)[..., 12:, :])
    for model in copiers])  # (seeds, L)
for layer in range(2):
    print(f"layer {layer + 1}: two heads are",
          [f"{b:.2f}" for b in bits[:, layer]], "bits apart (3 seeds)")

# %% [markdown]
"""
So heads *may* learn different patterns, and they may all learn the same one. Nothing in the training asks them to differ. In trained
translation models and in BERT, too, many heads can be removed at little cost (Michel et al. 2019, arXiv:1905.10650), and heads of one
layer often behave alike (Clark et al. 2019, arXiv:1906.04341).

## The pronoun world

Now the textbook's example. It says that a head links 她 to 小红. In the sentence alone the pronoun's meaning is not certain. So we make a
world in which it is exact: each sentence has one man and one woman, and only receivers are happy, only givers are generous.

![Two sentences with the same persons; in one she is the receiver and happy, in the other she is the giver and generous](figures/24_3_pronoun.svg)
"""

# %% tags=["experiment"]
sentences, places = worlds.pronouns(4000, seed=0)
held_out, held_places = worlds.pronouns(500, seed=1)
for row in held_out[:4]:
    text = "".join(worlds.WORDS[i] for i in row)
    print(text.rstrip("。") + "。")

# %% [markdown]
"""
A sentence may begin with "today" or "yesterday", and the receiver may come first: 小红收到了小明的书 "Hong received Ming's book". So no fixed
place and no fixed distance leads to the referent. Nobody tells the model who is meant. It only predicts the next word: after 她, is it 很高兴 "is happy"
or 很大方 "is generous"?

How do we score a head? **Pointing** is the weight from the pronoun to the referent, minus the weight to the other person, as a mean over 500
sentences. A head that always looks at the first name, or at both, gets 0.

Eight heads are looked at, and the best is reported. So the baseline has to do the same: the best of eight *untrained* heads,
for 20 random models.
"""

# %% tags=["experiment"]
def pointing(model, ids, places) -> Tensor:
    """Weight from pronoun to referent minus other person: (L, H)."""
    weights, n = insight.look(model, ids), torch.arange(len(ids))
    pronoun, who, other = places.T
    gap = weights[:, n, :, pronoun, who] - weights[:, n, :, pronoun, other]
    return gap.mean(dim=0)


# %% [markdown]
"""
The baseline first: 20 models that have learned nothing.
"""

# %% tags=["experiment"]
V, chance = len(worlds.WORDS), []
for seed in range(20):
    torch.manual_seed(100 + seed)
    model = AttentionOnly(V, T=10, C=32)
    chance.append(pointing(model, held_out, held_places))
random_best = torch.stack(chance).amax(dim=(1, 2))
random_worst = torch.stack(chance).amin(dim=(1, 2))
print(f"best of eight random heads: mean {random_best.mean():.3f}, "
      f"highest {random_best.max():.3f}")

# %% tags=["experiment"]
readers, moods, points = [], torch.zeros(5), torch.zeros(5, 2, 4)
pronoun = held_places[:, 0]
before_end = torch.ones(len(sentences), 9, dtype=torch.bool)
for seed in range(5):
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    model = AttentionOnly(V, T=10, C=32)
    adam = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(200):
        rows = torch.randint(len(sentences), (64,), generator=draw)
        ids, asked = sentences[rows], before_end[rows]
        insight.train_step(model, adam, ids, asked)
    readers.append(model)
    moods[seed] = insight.next_right(model, held_out, pronoun)
    points[seed] = pointing(model, held_out, held_places)

# %% [markdown]
"""
All five models read the sentences right, so pronouns *are* resolved. Is there a head that points? The bars show the two extreme heads of each
model: the one that points most at the referent, and the one that points most at the other person. The last pair is the mean of the
untrained models.
"""

# %% tags=["experiment"]
best, worst = points.amax(dim=(1, 2)), points.amin(dim=(1, 2))
series = {"nearest to the referent": [*best, random_best.mean()],
          "nearest to the other person": [*worst, random_worst.mean()]}
groups = [f"seed {seed}" for seed in range(5)] + ["untrained"]
title = "Trained heads tell two persons apart; whom they point at varies"
figure = plot.bars(groups, series, title, ylabel="weight on referent − other")
plot.show(figure, alt="For five trained models and the mean of twenty "
          "untrained ones the best and the worst pointing of eight heads")
above = int((best > random_best.max()).sum())
print(f"next word right: {[round(m, 2) for m in moods.tolist()]}")
print(f"above the best of all {20 * 8} untrained heads: {above} of 5 models")

# %% [markdown]
"""
In every model the best head points more than any of the 160 untrained ones; in some models, far more. But no head gives all its weight to the referent in every sentence; that would be a score
of 1. And in each model another head points at the *other* person.

**Predict.** Why is it just as useful to look at the other person?

<details><summary>Reveal</summary>

There is one man and one woman. If 她 finds a *man* who gives, she must be the one who receives. Either person tells the answer, and so does
one fixed place, if the pronoun is compared with who stands there. Nothing in the task asks for a pointer.
</details>

Does the model need the head that points? Silence it, and compare with silencing the head that costs most.

**Predict.** With one of two moods to choose from, how often is a blind guess right?

<details><summary>Reveal</summary>

In half of the sentences: 0.5. A model that falls to about 0.7 without one head has lost a good part of what it knew.
</details>
"""

# %% tags=["experiment"]
left = torch.tensor([[
    insight.next_right(insight.silence(model, head), held_out, pronoun)
    for head in every] for model in readers])  # (seeds, 8)
pointer = points.flatten(1).argmax(1)
for seed, i in enumerate(pointer):
    print(f"seed {seed}: without its pointer {names[i]} right "
          f"{left[seed, i]:.2f}, without its dearest head "
          f"{left[seed].min():.2f}")

# %% [markdown]
"""
The head that points best can be spared, wholly or nearly: without it the models are still right in 85 to 100 % of the sentences. Each model has another
head that it needs more. So a head that points is a *finding*, not yet the *explanation*. Only silencing tells what a model uses.
"""

# %% tags=["experiment"]
book = ["小明", "把", "书", "给了", "小红", "，", "她", "很高兴", "。"]
ids, chosen = torch.tensor([worlds.encode(book)]), int(best.argmax())
in_book = torch.stack([insight.look(m, ids)[:, 0] for m in readers])
from_pronoun = in_book[chosen, :, :, 6, :7].flatten(0, 1)  # (8, 7)
title = f"Where 她 looks, in all eight heads of seed {chosen}"
figure = plot.heatmap(from_pronoun, names, book[:7], title,
                      ylabel="layer.head", size=(7.0, 4.4))
plot.show(figure, alt="Eight rows of weights from the pronoun to the seven "
          "words up to it")

# %% [markdown]
"""
The heads differ here: some look at 小红, others at the book, the verb or the comma. The head that points best over 500 sentences, 2.1, looks at the
pronoun itself and at the comma in this one: one picture of one sentence would mislead. The textbook names more pairs. For each of them the next cell takes the head with
the most weight, in each of the five models.
"""

# %% tags=["experiment"]
pairs = [("她", "小红"), ("给了", "小明"), ("给了", "书"), ("给了", "小红"),
         ("很高兴", "给了"), ("很高兴", "书")]
strongest = {}
for query, key in pairs:
    weight = in_book[..., book.index(query), book.index(key)]
    strongest[query, key] = weight.amax(dim=(1, 2))  # (seeds,)
    print(f"{query} → {key}: strongest head",
          " ".join(f"{w:.2f}" for w in strongest[query, key]))

# %% [markdown]
"""
给了 → 小红 is exactly 0 in every head: the receiver stands *behind* the verb, and the causal mask blocks the future. A model that sees the whole sentence,
such as BERT, could do it. The other pairs do occur, in one head or another. They are not the same head in each model, and a weight on one sentence
is a weak witness.

## How many heads do models have?

The textbook says 8 to 96. The cell lists published models, with the number of query heads H and the width D of a head.
"""

# %% tags=["experiment"]
models = {  # name: (C, H, D, source)
    "Transformer base": (512, 8, 64, "arXiv:1706.03762"),
    "GPT-2 small": (768, 12, 64, "its published code"),
    "GPT-3 175B": (12288, 96, 128, "arXiv:2005.14165"),
    "LLaMA 2 7B": (4096, 32, 128, "arXiv:2307.09288"),
    "Llama 3.1 405B": (16384, 128, 128, "arXiv:2407.21783"),
    "Pythia 14M": (128, 4, 32, "its configuration"),
    "Gemma 3 270M": (640, 4, 256, "its configuration"),
}
outside = [n for n, (_, H, *_) in models.items() if not 8 <= H <= 96]
for name, (C, H, D, where) in models.items():
    print(f"{name:17} C {C:5}  H {H:3}  D {D:3}  H·D {H * D:5}  {where}")
print("outside 8 to 96:", ", ".join(outside))

# %% [markdown]
"""
Large models go above 96 and small ones below 8. The width of a head varies less: 64 to 128 in most. In the last line H·D is not C: some
models choose D freely, and then W_Q is not square.

## Verdicts

What the textbook claims, what you measured, and what follows. All of it was measured on models that you can train in seconds. What heads of
large models do is a matter of the papers named here.
"""

# %% tags=["experiment"]
Claim, span, here = claims.Claim, claims.span, "computed here"
michel = "Michel et al. 2019, arXiv:1905.10650"
clark = "Clark et al. 2019, arXiv:1906.04341"
fixed = strongest["给了", "小红"].max().item()
claims.table([
    Claim("24.3-01", "One head learns one pattern and misses other relations.",
          f"one head that chooses a place by the word: "
          f"{span(right['either', 1])} right; one head asked for two places "
          f"at once: {span(right['both', 1])}; four heads: "
          f"{span(right['both', 4])}",
          "imprecise", "one head has one set of weights for each query, but "
          "they depend on the content", f"5 seeds; {michel}"),
    Claim("24.3-02", "Heads run in parallel, are joined, and projected.",
          f"all at once, a loop, and a sum over heads differ by {apart:.0e}",
          "holds", source=f"{here}; Vaswani et al. 2017, arXiv:1706.03762"),
    Claim("24.3-03", "Each head learns a different pattern.",
          f"in layer 2 all four heads are induction heads in every model: "
          f"{span(bits[:, 1])} bits apart, dearest single head "
          f"{span(dearest[1])}, all four {span(whole_layer[:, 1])}",
          "imprecise", "heads may learn the same pattern, and then one can "
          "be spared", f"3 seeds; {michel}"),
    Claim("24.3-04", "Models typically have 8 to 96 heads.",
          f"{len(outside)} of {len(models)} listed models lie outside: "
          + ", ".join(outside),
          "imprecise", "larger models have more and small ones fewer",
          "the sources named in the list"),
    Claim("24.3-05", "Heads specialise: syntax, meaning, position, reference.",
          f"previous-token score up to {previous.max():.2f} (seed 0), "
          f"untrained at most {by_chance:.2f}; "
          f"induction score {span(s[-1] for s in induction)}; pointing "
          f"from pronoun to referent {span(best)}, untrained at most "
          f"{random_best.max():.2f}",
          "holds if", "it is read as: some heads in some models; what each "
          "does differs from seed to seed", f"3 and 5 seeds; {clark}"),
    Claim("24.3-06", "她 attends to 小红, 给 to 小明, 书 and 小红, 高兴 to 给 and 书.",
          f"strongest head 她 → 小红 {span(strongest['她', '小红'])}; 给了 → "
          f"小红 {fixed:.0f}; pointing over 500 sentences {span(best)}",
          "open", "no model is named; in a causal model the verb cannot see "
          "the receiver, who comes later", f"5 seeds, {here}"),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| $q = xW_Q$, $k = cW_K$, $v = cW_V$ | `self.W_Q(x)`, `self.W_K(context)`, `self.W_V(context)` | (…, T, C), (…, S, C) |
| $q^{(h)}$: D channels of q | `split_heads(q, H)` | (…, H, T, D) |
| $y^{(h)} = \mathrm{attention}(q^{(h)}, k^{(h)}, v^{(h)})$ | `F.scaled_dot_product_attention(q, k, v, attn_mask=mask)` | (…, H, T, D) |
| $[y^{(1)}, …, y^{(H)}]\,W_O$ | `self.W_O(merge_heads(y))` | (…, T, C) |
| $= \sum_h y^{(h)} W_O^{(h)}$ | `head_contributions(y, W_O).sum(-3)` | (…, T, C) |

**In one breath:** cut the channels into heads, let each attend on its own, put the results side by side, and mix them with W_O: the same cost
as one head, and H sets of weights for each query.
"""

# %% [markdown]
"""
## In real models

- Keys and values are what a model must remember while it writes. Many models let several query heads share them: 26.2.
- GPT-2 keeps W_Q, W_K and W_V in one matrix with a bias, as PyTorch's module does. A bias of W_K never changes the output: it adds the
  same number to a whole row of scores.
- In two-layer models without feed-forward parts, and in much larger ones, induction heads appear within a short phase of training
  (Olsson et al. 2022, arXiv:2209.11895).
- In BERT, some heads find the direct object of a verb, the determiner of a noun, or the person that a pronoun stands for (Clark et al. 2019,
  arXiv:1906.04341).
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Prune.** Sort the heads of a trained model by what they cost, and silence them one after the other, the cheapest first. After how many does
   the loss rise? (Michel et al. 2019, arXiv:1905.10650.)
2. **A world that needs the pointer.** Let the sentence end in the referent's *name* in place of a mood. The other person no longer tells the answer.
   Does a head point in every seed now?

**Papers.** Vaswani et al. 2017, arXiv:1706.03762 · Elhage et al. 2021, *A Mathematical Framework for Transformer Circuits* · Olsson et al. 2022,
arXiv:2209.11895.
"""
