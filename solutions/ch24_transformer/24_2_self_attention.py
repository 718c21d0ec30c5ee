# %% [markdown]
"""
# 24.2 Self-attention

**You will be able to**

- write a softmax that does not overflow, and say why each row sums to 1;
- write scaled dot-product attention with causal and padding masks, and say what √D is for;
- wrap it as a module, check it against PyTorch, and say what it costs.

**Time** about 2 hours · **You need** Python, matrix products, a first look at PyTorch

**The claim to test.** The textbook says that every token attends to every token, that attention is
$\mathrm{softmax}(QK^\top/\sqrt{d_k})\,V$ ($d_k$ is our D), and it works an example through with three words. One table of
that example is wrong. You will find which one, with a function of your own.
"""

# %% [markdown]
"""
**How this notebook works.** You meet each idea five times: see it, predict it, write it, check it, say it
again. Cells with `raise NotImplementedError` are yours to write. The cell below each one tests it. If the
test fails, read its message: it says where your values first differ, and which mistake fits them.

Start with the cell below. Run a cell with Shift + Enter.
"""

# %% setup
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("24.2")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

A *token* is a word or a piece of one. A sentence comes in as one vector per token. Each token asks a question, its *query*. Each token also
offers a label, its *key*, and a content, its *value*. A query is compared with all keys. The better a key
fits, the more of its value is passed on.

![Three tokens become queries, keys and values; queries and keys give scores, softmax gives weights, and weights times values give the outputs](figures/24_2_overview.svg)
"""

# %% [markdown]
"""
**The shapes, once and for all.** B batch · T query positions · S key positions · C model width, the numbers
per token · D head width, the numbers per query or key. In *self*-attention queries and keys come from the same sentence, so T = S. We keep two letters,
because they play different parts.

Our sentence has three tokens: 我 / 爱 / AI, "I love AI". Each is a vector of C = 4 numbers.
"""

# %%
tokens = ["我", "爱", "AI"]
x = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))  # (T, C)
print("x", tuple(x.shape))
print(x)

# %% [markdown]
"""
## A library that returns mixtures

You look for a book. A *hard* look-up compares your question with all labels and hands you the best book.
A *soft* look-up hands you a bit of every book, the better its label fits, the more of it.

![A query is compared with four labels; the soft look-up returns a mixture of the contents, the hard one only the best](figures/24_2_library.svg)

The cell below does the soft look-up slowly, one book at a time. Attention is this, with matrices.
"""

# %%
question, scores = [1.0, 0.2], {}
labels = {"cooking": [0.9, 0.1], "baking": [0.6, 0.3],
          "gardening": [0.1, 0.9], "physics": [-0.8, 0.4]}
for book, label in labels.items():
    # a dot product is large where question and label point the same way
    scores[book] = sum(a * b for a, b in zip(question, label))
total = sum(math.exp(s) for s in scores.values())
for book, s in scores.items():
    print(f"{book:9} score {s:5.2f}   share {math.exp(s) / total:.2f}")

# %% [markdown]
"""
Two steps did the work: a **score** for each pair of question and label, and **shares** that sum to 1. The
second step is the softmax. It is your first exercise.
"""

# %% [markdown]
"""
$$\mathrm{softmax}(s)_i = \frac{e^{s_i}}{\sum_j e^{s_j}}$$

**Predict.** The scores are 2, 1 and 0. Now add 1000 to each of them. What happens to the shares? And what
happens to a program that computes the formula as it stands?

<details><summary>Reveal</summary>

The shares stay the same: $e^{1000}$ cancels above and below. The program computes exp(1002), which is too
large for a 32-bit number. It gets ∞ / ∞, which is NaN, "not a number".
</details>
"""

# %% [markdown]
"""
## Exercise 24.2.1 · softmax

Write `softmax(scores)`: every row of the last axis becomes shares that sum to 1. Any number of leading axes
may come before it. Large scores must not overflow. Use torch operations only, so that gradients can flow.

![A row of scores: subtract the maximum, take exp, divide by the sum](figures/24_2_softmax.svg)

Shapes: (…, S) → (…, S) · difficulty ●○○ · 10 minutes · {points} points

<details><summary>Hint 1</summary>

The shares do not change when you subtract the same number from a whole row. Which number makes every
exponent 0 or less?
</details>
<details><summary>Hint 2</summary>

Look up `keepdim` in `Tensor.amax` and `Tensor.sum`.
</details>
"""

# %% exercise="ex24_2_1_softmax"
def softmax(scores: Float[Tensor, "... S"]) -> Float[Tensor, "... S"]:
    """Shares of each row, never negative, with sum 1. About 3 lines.

    Not allowed: torch's own softmax, log_softmax and logsumexp.
    """
    ### BEGIN SOLUTION
    # the largest exponent becomes 0, so exp cannot overflow
    shifted = scores - scores.amax(dim=-1, keepdim=True)
    exponentials = torch.exp(shifted)
    return exponentials / exponentials.sum(dim=-1, keepdim=True)
    ### END SOLUTION

# %% test="test24_2_1_softmax" points=3
with check.exercise(
    "24.2.1", oracle=lambda scores: torch.softmax(scores, dim=-1),
    mistakes=mistakes.SOFTMAX,
) as test:
    test.forbids("softmax", "log_softmax", "logsumexp")
    # exp(0) = 1 and exp(ln 3) = 3, so the shares are 1/4 and 3/4
    test.by_hand(scores=[[0.0, math.log(3)]], gives=[[0.25, 0.75]])
    test.equals(on=[
        check.case(scores="T S"),
        check.case(scores="B T S", S=5, note="square"),
        check.case(scores=[[1000.0, 996.0], [-996.0, -1000.0]]),
    ])
    test.invariant(
        "every row sums to 1", on=check.case(scores="B T S", spread=60.0),
        pair=lambda out: (out.sum(-1), torch.ones(out.shape[:-1])),
    )
    test.gradients(on=check.case(scores="T S"))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(scores="B T S"))
    test.equals(on=check.case(scores=[[0.0, -math.inf, 1.0]]))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Each row of your softmax sums to 1, and the largest score has the largest share. A
share of exactly 0 comes from a score of −∞, or from one so low that it rounds to 0. Masks will use that.
"""

# %% [markdown]
"""
## The textbook's table

The textbook scores the three tokens of our sentence, and then prints a table that it calls the softmax of
these scores. You now own a softmax. **Predict:** does the first row, with scores 0.8, 0.1 and 0.3, turn
into 0.6, 0.1 and 0.3?

<details><summary>Reveal</summary>

Run the next cell. Softmax depends on differences of scores only. The differences here are at most 0.7, so
no share can be more than $e^{0.7} ≈ 2$ times another one. The printed row has a factor of 6.
</details>
"""

# %% tags=["experiment"]
book_scores = torch.tensor([[0.8, 0.1, 0.3], [0.2, 0.7, 0.5], [0.1, 0.4, 0.9]])
printed = torch.tensor([[0.6, 0.1, 0.3], [0.15, 0.5, 0.35], [0.1, 0.3, 0.6]])
computed = softmax(book_scores)
figure = plot.heatmaps(
    {"printed in the book": printed, "softmax of its scores": computed},
    rows=tokens, cols=tokens, title="The printed table is not the softmax",
)
plot.show(
    figure, alt="Two tables side by side; the printed weights are sharper"
)
print(f"largest gap {(computed - printed).abs().max():.3f}")

# %% [markdown]
"""
The tables differ. Could the textbook have used a *temperature* τ, that is, softmax(scores / τ)? A small τ
makes shares sharper. Then two shares $a, b$ of scores $s, t$ tell which τ was used:
$τ = (s - t) / \ln(a / b)$. One common τ would rescue the table.
"""

# %% tags=["experiment"]
for i, j in [(0, 1), (0, 2), (2, 1)]:
    apart = book_scores[0, i] - book_scores[0, j]
    tau = apart / torch.log(printed[0, i] / printed[0, j])
    print(f"{tokens[i]} and {tokens[j]}: τ = {tau:.2f}")

# %% [markdown]
"""
Three pairs of the same row ask for three different temperatures. Does a single one come close, at least?
The next cell tries many on your softmax.
"""

# %% tags=["experiment"]
taus = torch.arange(0.10, 2.0, 0.01)
tables = softmax(book_scores / taus[:, None, None])
misfit = (tables - printed).abs().amax(dim=(1, 2))
best_tau, best_misfit = taus[misfit.argmin()].item(), misfit.min().item()
figure = plot.lines(
    taus, {"largest error": misfit}, xlabel="temperature τ",
    ylabel="largest error", title="No temperature gives the printed table",
)
plot.show(
    figure, alt="Error against temperature: a valley that does not reach zero"
)
print(f"best τ = {best_tau:.2f}, still off by {best_misfit:.3f}")

# %% [markdown]
"""
The best single temperature does not fit either. So the printed weights are not a softmax of the printed
scores, at any temperature. They are a good *picture* of what a softmax does. They are not its result.
"""

# %% [markdown]
"""
## Exercise 24.2.2 · attention scores

A score compares one query with one key: the sum of D products, divided by √D. Write
`attention_scores(q, k)` for all pairs at once.

![Queries times transposed keys give a table of scores; one row and one column meet in one score](figures/24_2_scores.svg)

Shapes: (…, T, D) and (…, S, D) → (…, T, S) · difficulty ●○○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
**A slow version to read.** One query, one key, one number: this is all that a score is. The next cell does
it with loops, for a sentence without batch. Your version should do without loops, and work with any number
of leading axes.
"""

# %%
def one_score(query: Float[Tensor, " D"], key: Float[Tensor, " D"]) -> float:
    total = 0.0
    for a, b in zip(query.tolist(), key.tolist()):
        total += a * b
    return total / math.sqrt(len(query))


print(f"我 asks 爱: {one_score(x[0], x[1]):.4f}")
print(f"爱 asks 我: {one_score(x[1], x[0]):.4f}")

# %% [markdown]
"""
The two numbers agree, because here a token's query and key are the same vector. Later each gets a matrix
of its own, and the table stops being symmetric.

<details><summary>Hint 1</summary>

A matrix product sums over the last axis of the left side and the last but one of the right side. Which two
axes of k have to swap?
</details>
<details><summary>Hint 2</summary>

`k.mT` swaps the last two axes and leaves the batch alone. D is `q.shape[-1]`.
</details>
"""

# %% exercise="ex24_2_2_attention_scores"
def attention_scores(
    q: Float[Tensor, "... T D"], k: Float[Tensor, "... S D"]
) -> Float[Tensor, "... T S"]:
    """Score of every query with every key: q·k / √D. About 1 line."""
    ### BEGIN SOLUTION
    return q @ k.mT / math.sqrt(q.shape[-1])  # (..., T, S)
    ### END SOLUTION

# %% test="test24_2_2_attention_scores" points=3
def by_distance(q, k):
    """|q − k|² = |q|² + |k|² − 2 q·k, solved for q·k."""
    q, k = q[..., :, None, :], k[..., None, :, :]  # every pair
    product = q.square() + k.square() - (q - k).square()
    return product.sum(-1) / 2 / q.shape[-1] ** 0.5


with check.exercise(
    "24.2.2", oracle=by_distance, mistakes=mistakes.SCORES
) as test:
    # one query, one key, D = 4: (1·1 + 2·1 + 0·5 + 0·0) / 2
    test.by_hand(q=[[1.0, 2.0, 0.0, 0.0]], k=[[1.0, 1.0, 5.0, 0.0]],
                 gives=[[1.5]])
    test.equals(on=[
        check.case(q="T D", k="S D"),
        check.case(q="B T D", k="B S D", D=16),
        check.case(q="B T D", k="B S D", T=6, S=6, D=6, note="T = S = D"),
    ])
    test.gradients(on=check.case(q="T D", k="S D"))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(q="B T D", k="B S D"))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** A table with a row for each query and a column for each key. Scores can be
negative, and nothing sums to 1 yet.
"""

# %% [markdown]
"""
## Why √D

A product $q·k$ adds up D terms. If they are independent, with mean 0 and variance 1, the sum has variance
D: its standard deviation is √D. The division brings it back to 1, whatever D is.

![Sums of 4 and of 64 random terms: the second sum spreads four times as far; after division both spread alike](figures/24_2_variance.svg)

**Predict.** At D = 1024, how large is a typical score without the division: 1, 32 or 1024?

<details><summary>Reveal</summary>

About √1024 = 32: a typical size is the standard deviation, not the variance.
</details>
"""

# %% tags=["experiment"]
widths = [16, 64, 256, 1024]
raw, scaled = torch.zeros(5, 4), torch.zeros(5, 4)  # five seeds
for seed in range(5):
    draw = torch.Generator().manual_seed(seed)
    for i, D in enumerate(widths):
        s = attention_scores(*torch.randn(2, 200, D, generator=draw))
        raw[seed, i], scaled[seed, i] = s.var() * D, s.var()
for i, D in enumerate(widths):
    print(f"D {D:5}   variance of q·k {raw[:, i].mean():7.1f}"
          f"   of q·k/√D {scaled[:, i].mean():.3f}")

# %% [markdown]
"""
The cell undoes the division to get the variance of the plain products. Both columns are means over five
seeds. The band in the picture shows the smallest and the largest seed.
"""

# %% tags=["experiment"]
figure = plot.lines(
    widths, {"q·k": raw, "q·k / √D": scaled}, logx=True, logy=True,
    xlabel="D: head width", ylabel="variance of scores",
    title="The variance of q·k is D; divided by √D it is 1",
)
plot.show(figure, alt="Variance against D: one line rises, one stays at 1")
# %% [markdown]
"""
The variance is D, so the typical score at D = 1024 is about √1024 = 32. Is that bad? The softmax
passes almost all weight to one key, and then it stops learning. Its derivative is
$\partial p_i / \partial s_j = p_i(δ_{ij} - p_j)$, where $δ_{ij}$ is 1 for $i = j$ and 0 otherwise. If one share is 1 and the others are 0, all of these are 0.

The next cell measures that derivative on your own softmax, with and without the division.
"""

# %% tags=["experiment"]
def slope(scores: Float[Tensor, "T S"]) -> Tensor:
    """Mean size of the softmax's derivative over rows of scores."""
    # the table of all ∂p_i / ∂s_j is called the Jacobian
    jacobian = torch.autograd.functional.jacobian
    return torch.stack([jacobian(softmax, s).norm() for s in scores]).mean()


without, with_root = torch.zeros(5, 4), torch.zeros(5, 4)  # five seeds
for seed in range(5):
    draw = torch.Generator().manual_seed(seed)
    for i, D in enumerate(widths):
        s = attention_scores(*torch.randn(2, 16, D, generator=draw))
        without[seed, i] = slope(s * math.sqrt(D))
        with_root[seed, i] = slope(s)

# %% [markdown]
"""
**Predict.** One line is flat. At D = 16 the two start close together. Why?

<details><summary>Reveal</summary>

With the division the scores have standard deviation 1 at every D, so that line is flat. Without it they have 4
at D = 16, and 32 at D = 1024. A softmax of such scores is sharper, but not yet stuck, at 4.
</details>
"""

# %% tags=["experiment"]
slopes = {"without √D": without, "with √D": with_root}
figure = plot.lines(
    widths, slopes, logx=True, xlabel="D: head width",
    ylabel="mean derivative of softmax",
    title="Without √D the softmax's derivative shrinks as D grows",
)
plot.show(
    figure, alt="Derivative against D: flat with the division, falling without"
)
for name, values in slopes.items():
    print(name, [f"{v:.3f}" for v in values.mean(0).tolist()])

# %% [markdown]
"""
With the division the derivative does not depend on D. Without it, the derivative at D = 1024 is a fraction
of the one at D = 16: read the ratio off the printed rows. Little derivative means little learning.

The textbook's formula has the √D. Its worked example leaves it out, and calls the plain products scores.
"""

# %% [markdown]
"""
## Exercise 24.2.3 · causal mask

A model that writes text must not look at tokens that are not written yet. A *causal mask* says which keys
a query may see. **True means: may look.**

![Three queries that are the last of five positions, and the square case: each query sees keys up to its own position](figures/24_2_causal_mask.svg)

Shapes: numbers T and S → (T, S), dtype bool · difficulty ●●○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
The T queries are the **last** T of the S positions. In training T = S, and the mask is a triangle. In
writing, T = 1: the newest token sees all S keys, its own included.

**Predict.** T = 2 and S = 4. Which keys may query 0 see?

<details><summary>Reveal</summary>

Query 0 is position S − T + 0 = 2. It sees keys 0, 1 and 2. Query 1 is position 3 and sees all four.
</details>
<details><summary>Hint</summary>

Make a column of query positions and a row of key positions, and compare them.
</details>
"""

# %% exercise="ex24_2_3_causal_mask"
def causal_mask(T: int, S: int) -> Bool[Tensor, "T S"]:
    """Which keys each of the last T of S positions may see. About 3 lines.

    True means: this query may look at this key.
    """
    ### BEGIN SOLUTION
    queries = torch.arange(S - T, S)[:, None]  # (T, 1)
    keys = torch.arange(S)[None, :]  # (1, S)
    return keys <= queries  # (T, S)
    ### END SOLUTION

# %% test="test24_2_3_causal_mask" points=3
from torch.nn.attention.bias import causal_lower_right


def where_torch_looks(T, S):
    """Keys that get weight in torch's own causal attention."""
    q, k, v = torch.zeros(1, T, 8), torch.zeros(1, S, 8), torch.eye(S)[None]
    weights = F.scaled_dot_product_attention(
        q[None], k[None], v[None], attn_mask=causal_lower_right(T, S)
    )
    return weights[0, 0] > 0


with check.exercise(
    "24.2.3", oracle=where_torch_looks, mistakes=mistakes.CAUSAL_MASK
) as test:
    test.by_hand(T=2, S=3, gives=[[True, True, False], [True, True, True]])
    test.equals(on=[
        check.case(T=4, S=4, note="training"),
        check.case(T=3, S=5),
        check.case(T=1, S=6, note="writing one token"),
    ])
    ### BEGIN HIDDEN TESTS
    test.equals(on=[check.case(T=1, S=1), check.case(T=2, S=9)])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** For T = S a lower triangle with its diagonal. Each row has one more True than the
row above it.
"""

# %%
print(causal_mask(3, 3).int())
print(causal_mask(1, 5).int())

# %% [markdown]
"""
## Exercise 24.2.4 · padding mask

Sentences of a batch have different lengths. They are filled up to S positions with a meaningless token,
the *padding*. No query may look at it.

![Two sentences of lengths 3 and 5, filled up to 5 positions; the mask has one row per sentence and stretches over all queries](figures/24_2_padding_mask.svg)

Shapes: lengths (B,) and S → (B, 1, S), dtype bool · difficulty ●●○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
Scores have the shape (B, T, S). The mask is the same for all T queries, so it needs only one row: the
shape (B, 1, S). PyTorch *stretches* an axis of length 1 by itself. With (B, S) it would line up the batch
with the queries, silently, whenever B = T.

<details><summary>Hint</summary>

Positions 0, 1, …, S − 1 as one row; lengths as (B, 1, 1), by indexing with `None` or with `rearrange`.
Then one comparison.
</details>
"""

# %% exercise="ex24_2_4_padding_mask"
def padding_mask(lengths: Int[Tensor, " B"], S: int) -> Bool[Tensor, "B 1 S"]:
    """Which of S key positions hold real tokens, per sentence. About 2 lines.

    True means: this key may be looked at. A sentence starts at position 0.
    """
    ### BEGIN SOLUTION
    positions = torch.arange(S)  # (S,)
    return positions < rearrange(lengths, "b -> b 1 1")  # (B, 1, S)
    ### END SOLUTION

# %% test="test24_2_4_padding_mask" points=3
from torch.nn.utils.rnn import pad_sequence


def by_padding(lengths, S):
    """Pad rows of True with False, as a data loader pads sentences."""
    rows = [torch.ones(n, dtype=torch.bool) for n in [*lengths.tolist(), S]]
    return pad_sequence(rows, batch_first=True)[:-1, None, :]


with check.exercise(
    "24.2.4", oracle=by_padding, mistakes=mistakes.PADDING_MASK
) as test:
    test.by_hand(lengths=torch.tensor([1, 3]), S=3,
                 gives=[[[True, False, False]], [[True, True, True]]])
    test.equals(on=[
        check.case(lengths=torch.tensor([3, 5, 2]), S=5),
        check.case(lengths=check.draws.some_lengths, B=6, S=9),
        check.case(lengths=torch.tensor([2, 4]), S=6, note="S above all"),
    ])
    ### BEGIN HIDDEN TESTS
    short = torch.tensor([0, 2], dtype=torch.int32)
    test.equals(on=check.case(lengths=short, S=3, note="one is empty"))
    test.equals(on=check.case(lengths=check.draws.some_lengths, B=5, S=5))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** One row per sentence, True up to its length. Two masks combine with `&`: a query
may look at a key if both allow it. The cell shows both and what is left.
"""

# %%
both = padding_mask(torch.tensor([2, 3]), 3) & causal_mask(3, 3)  # (B, T, S)
for sentence in both.int():
    print(sentence.tolist())

# %% [markdown]
"""
## Exercise 24.2.5 · scaled dot-product attention

Now all parts come together: scores, mask, softmax, and the mixture of values.

$$\mathrm{attention}(q, k, v) = \mathrm{softmax}\!\left(\frac{q\,k^\top}{\sqrt D}\right) v$$

![Scores, then blocked entries become −∞, then softmax over the keys, then weights times values; a fully blocked row gives zeros](figures/24_2_attention.svg)

Shapes: (…, T, D), (…, S, D), (…, S, Dv), mask (…, T, S) or None → (…, T, Dv) · difficulty ●●● · 20 minutes ·
{points} points
"""

# %% [markdown]
"""
Blocked scores become −∞ *before* the softmax. exp(−∞) is exactly 0, so a blocked key gets no weight, and
the rest still sums to 1. One case needs care: a query that may look **nowhere**. It has no distribution at
all. We define its output as zeros.

**Predict.** What does your softmax return for a row of nothing but −∞?

<details><summary>Reveal</summary>

Its maximum is −∞, and −∞ − (−∞) is NaN. So every share of that row is NaN, and every output of it.
</details>
"""

# %% [markdown]
"""
Use your own functions, or `torch.softmax` if you have skipped 24.2.1. Not allowed is torch's
`scaled_dot_product_attention`, which the test compares you with.

<details><summary>Hint 1</summary>

`scores.masked_fill(blocked, float("-inf"))` returns a new tensor. `~mask` turns "may look" into "blocked".
</details>
<details><summary>Hint 2</summary>

`Tensor.nan_to_num` replaces NaN. Or find the rows without any True: `mask.any(-1, keepdim=True)`.
</details>
"""

# %% exercise="ex24_2_5_scaled_dot_product_attention"
def scaled_dot_product_attention(
    q: Float[Tensor, "... T D"],
    k: Float[Tensor, "... S D"],
    v: Float[Tensor, "... S Dv"],
    mask: Bool[Tensor, "... T S"] | None = None,
) -> Float[Tensor, "... T Dv"]:
    """Each query's mixture of values. About 5 lines.

    Values may be wider than keys: Dv need not be D.
    mask: True means may look; None allows all. A query that may look nowhere
    gets zeros.
    """
    ### BEGIN SOLUTION
    scores = attention_scores(q, k)  # (..., T, S)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = softmax(scores)
    if mask is not None:
        # a row without any key is NaN now
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v  # (..., T, D)
    ### END SOLUTION

# %% test="test24_2_5_scaled_dot_product_attention" points=4
def by_torch(q, k, v, mask=None):
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


draws = check.draws
qkv = {"q": "B T D", "k": "B S D", "v": "B S D", "D": 16}
with check.exercise(
    "24.2.5", oracle=by_torch, mistakes=mistakes.ATTENTION
) as test:
    test.forbids("scaled_dot_product_attention", "multi_head_attention")
    # both keys fit equally well: the output is the mean of the values
    test.by_hand(q=[[0.0, 0.0]], k=[[1.0, 0.0], [0.0, 1.0]],
                 v=[[2.0, 4.0], [6.0, 0.0]], gives=[[4.0, 2.0]])
    test.equals(on=[
        check.case(**{**qkv, "v": "B S C"}, note="no mask"),
        check.case(**qkv, mask=draws.some_keys, note="some keys blocked"),
        check.case(**qkv, mask=draws.blind_query, note="a blind query"),
        check.case(**qkv, T=6, S=6, mask=draws.some_keys, note="T = S"),
        check.case(**qkv, spread=10.0, tolerance=50, mask=draws.same_keys,
                   note="large scores"),
    ])
    test.gradients(on=check.case(**qkv, mask=draws.some_keys))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(**qkv))
    test.equals(on=check.odd_cases(**qkv, mask=draws.blind_query))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The same numbers as PyTorch's function, to the last digits that a 32-bit number
holds. The next cell compares them on ten random inputs.
"""

# %% tags=["experiment"]
worst = 0.0
for seed in range(10):
    draw = torch.Generator().manual_seed(seed)
    q, k, v = torch.randn(3, 2, 16, 8, generator=draw)
    mine = scaled_dot_product_attention(q, k, v)
    theirs = F.scaled_dot_product_attention(q, k, v)
    worst = max(worst, (mine - theirs).abs().max().item())
print(f"largest difference from torch over 10 seeds: {worst:.1e}")

# %% [markdown]
"""
How do you *see* weights, when the function returns only outputs? Pass an identity matrix as values: row t
of the output then *is* row t of the weights. The next cell does so for our sentence, with and without the
causal mask.
"""

# %% tags=["experiment"]
see_all = scaled_dot_product_attention(x, x, torch.eye(3))
see_past = scaled_dot_product_attention(x, x, torch.eye(3), causal_mask(3, 3))
figure = plot.heatmaps(
    {"no mask": see_all, "causal": see_past}, rows=tokens, cols=tokens,
    masked={"causal": ~causal_mask(3, 3)},
    title="Every token looks at every token only without a mask",
)
plot.show(
    figure, alt="Weights of three tokens: a full table, then a lower triangle"
)

# %% [markdown]
"""
"Every token attends to every token" holds for the left table. In a model that writes text, the right table
is what happens: 我 comes first and sees only itself. Both tables have rows that sum to 1.
"""

# %% [markdown]
"""
Now the textbook's last step: output = weights × values. It mixes 0.6, 0.1 and 0.3 of the values of the
three tokens. Which mixture do its own scores give?
"""

# %% tags=["experiment"]
values = torch.randn(3, 2, generator=torch.Generator().manual_seed(1))
row_sums = computed.sum(-1)
for name, row in {"printed": printed[0], "computed": computed[0]}.items():
    mixed = (row @ values).tolist()
    print(f"{name:9} shares {[round(p, 3) for p in row.tolist()]}"
          f" → output {[round(o, 3) for o in mixed]}")
print("rows sum to", [round(s, 6) for s in row_sums.tolist()], "printed:",
      [round(s, 6) for s in printed.sum(-1).tolist()])

# %% [markdown]
"""
## The library again, on your own code

Queries, keys and values are a look-up that returns a mixture. How close can a mixture come to a hard
look-up? Multiply the query by a growing number, and watch the weights of four books.
"""

# %% tags=["experiment"]
books = ["cooking", "baking", "gardening", "physics"]
keys = torch.tensor([[0.9, 0.1], [0.6, 0.3], [0.1, 0.9], [-0.8, 0.4]])
query = torch.tensor([[1.0, 0.2]])
lookups = {}
for factor in (1, 4, 16, 64):
    mixed = scaled_dot_product_attention(query * factor, keys, torch.eye(4))
    lookups |= {f"query × {factor}": mixed[0]}
hard = F.one_hot((query @ keys.T).argmax(), 4)
distance = [(w - hard).abs().sum().item() for w in lookups.values()]

# %% [markdown]
"""
The picture shows the weights. Below it stands the distance from the hard look-up, for each query: how far the
four weights are from (1, 0, 0, 0), added up. It can be 2 at most.
"""

# %% tags=["experiment"]
title = "The longer the query, the closer to a hard look-up"
figure = plot.bars(books, lookups, title, ylabel="weight")
plot.show(
    figure, alt="Weights of four books: the longest query takes one book only"
)
print("distances:", [f"{d:.3f}" for d in distance])

# %% [markdown]
"""
Direction says *what* is looked for; length says *how sharply*. A hard look-up jumps from book to book, so its
derivative is 0 wherever it has one, and nothing can be learned from it. The soft one changes smoothly.
"""

# %% [markdown]
"""
## What it costs

Seconds depend on the machine. Counts do not. Two matrix products make the cost: q·kᵀ and weights·v. Each
takes 2·T·S·D operations on numbers, *FLOPs*: a multiplication and an addition each. Together 4·T·S·D.

**Predict.** The sentence becomes twice as long. How much more work is it, and how much more memory?

<details><summary>Reveal</summary>

In self-attention T and S both double. So the work is four times as much, and so is the table of weights.
</details>
"""

# %% tags=["experiment"]
lengths, D = [64, 128, 256, 512], 32
flops, largest = [], []
for n in lengths:
    q = torch.ones(n, D)
    cost = count.measure(scaled_dot_product_attention, q, q, q)
    flops.append(cost.flops)
    largest.append(cost.largest.numel)
    print(f"T = S = {n:3}   FLOPs {cost.flops:>10,} = 4TSD"
          f" {4 * n * n * D:>10,}   largest {tuple(cost.largest.shape)}")

# %% [markdown]
"""
The count equals the formula at every length. On a logarithmic scale a growth with the square is a straight
line of slope two.
"""

# %% tags=["experiment"]
figure = plot.lines(
    lengths, {"FLOPs": flops, "largest tensor (numbers)": largest},
    logx=True, logy=True, xlabel="T = S: positions", ylabel="count",
    title="Twice the length costs four times the work and memory",
)
plot.show(
    figure, alt="Work and memory against length: two parallel straight lines"
)

# %% [markdown]
"""
Twice the length, four times both. The largest tensor is the table of weights, (T, S). FlashAttention, in
25.4.3, computes the same output without ever holding that table.
"""

# %% [markdown]
"""
## Exercise 24.2.6 · SelfAttention

One thing is missing: where q, k and v come from. Each is the input times a matrix of its own. These three
matrices are all that self-attention learns.

![The input goes through W_Q, W_K and W_V, each from C to D; attention follows; 3·C·D parameters](figures/24_2_module.svg)

Shapes: x (…, T, C), mask (…, T, T) or None → (…, T, D) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
Name the layers `W_Q`, `W_K` and `W_V`, each an `nn.Linear` from C to D **without bias**. `nn.Linear` keeps its weight as (D, C) and computes $xW^\top$. The test loads
weights into them, compares the output, and compares the gradient of every matrix. If you have skipped
24.2.5, use `F.scaled_dot_product_attention` here.

<details><summary>Hint</summary>

`nn.Linear(C, D, bias=False)` in `__init__`; in `forward` call the three layers on x, and attention on
what they return.
</details>
"""

# %% exercise="ex24_2_6_SelfAttention"
class SelfAttention(nn.Module):
    """One head of self-attention: three learned matrices. About 5 lines."""

    def __init__(self, C: int, D: int):
        super().__init__()
        ### BEGIN SOLUTION
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)
        ### END SOLUTION

    def forward(
        self,
        x: Float[Tensor, "... T C"],
        mask: Bool[Tensor, "... T T"] | None = None,
    ) -> Float[Tensor, "... T D"]:
        ### BEGIN SOLUTION
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)  # (..., T, D)
        return scaled_dot_product_attention(q, k, v, mask)
        ### END SOLUTION

# %% test="test24_2_6_SelfAttention" points=4
@check.probe
def run_module(student, x, W_Q, W_K, W_V, mask=None):
    """Load the weights; return the output and the gradients."""
    D, C = W_Q.shape
    layer, found = student.SelfAttention(C, D).to(x.dtype), {}
    layers = {"∂W_Q": layer.W_Q, "∂W_K": layer.W_K, "∂W_V": layer.W_V}
    for part, weight in zip(layers.values(), (W_Q, W_K, W_V)):
        part.weight.data.copy_(weight)
    found["output"] = layer(x, mask)
    found["output"].square().sum().backward()
    return found | {n: part.weight.grad for n, part in layers.items()}


@check.probe
def count_parameters(student, C, D):
    layer = student.SelfAttention(C, D)
    return sum(p.numel() for p in layer.parameters())


def by_autograd(x, W_Q, W_K, W_V, mask=None):
    W = [w.clone().requires_grad_() for w in (W_Q, W_K, W_V)]
    y = F.scaled_dot_product_attention(*(x @ w.T for w in W), attn_mask=mask)
    dW = torch.autograd.grad(y.square().sum(), W)
    return {"output": y, "∂W_Q": dW[0], "∂W_K": dW[1], "∂W_V": dW[2]}


# gradients add up more roundings than outputs do
W = dict(W_Q="D C", W_K="D C", W_V="D C", spread=0.5, tolerance=2)
with check.exercise(
    "24.2.6", oracle=by_autograd, mistakes=mistakes.SELF_ATTENTION
) as test:
    test.equals(run_module, on=[
        check.case(x="B T C", **W),
        check.case(x="B T C", **W, C=6, D=6, note="C = D"),
        check.case(x="B S C", **W, mask=check.draws.square_keys),
    ])
    test.equals(
        count_parameters, lambda C, D: 3 * C * D, on=check.case(C=12, D=8)
    )
    ### BEGIN HIDDEN TESTS
    test.equals(run_module, on=check.odd_cases(x="B T C", **W))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Output and all three gradients agree with PyTorch's. The module has 3·C·D
parameters, and the length T does not appear: the same matrices serve a sentence of any length.

The next cell draws the scores of our sentence. The matrices are random, so they mean nothing yet. But the
table is no longer symmetric: "我 asks 爱" and "爱 asks 我" are two different questions now.
"""

# %% tags=["experiment"]
torch.manual_seed(0)
layer = SelfAttention(C=4, D=2)
q, k = layer.W_Q(x), layer.W_K(x)  # (T, D)
table = attention_scores(q, k).detach()  # (T, S)
print("output", tuple(layer(x).shape))
figure = plot.heatmap(table, tokens, tokens, "Scores of an untrained module")
plot.show(
    figure, alt="A table of three by three scores that is not symmetric"
)

# %% [markdown]
"""
## On a GPU

The same module runs on a GPU in bfloat16, which keeps 8 bits of precision. The cell compares the two and
prints the peak memory. It is skipped where there is no GPU, and costs no points.
"""

# %% tags=["gpu"]
from llmlab import device

if not device.skip_without_gpu("bfloat16 and its peak memory"):
    big = torch.randn(1, 4096, 256)
    module = SelfAttention(256, 64)
    with torch.no_grad():
        exact = module(big)
        torch.cuda.reset_peak_memory_stats()
        module, big = (t.to("cuda", torch.bfloat16) for t in (module, big))
        rough = module(big)
    error = (rough.float().cpu() - exact).abs().max().item()
    peak = torch.cuda.max_memory_allocated() / 2**20
    print(f"largest error in bfloat16 {error:.4f}, peak memory {peak:.0f} MiB")

# %% [markdown]
"""
## Verdicts

What the textbook claims, what you measured, and what follows. Queries, keys and values of a trained model
are not recomputed here: that needs weights from the network, and this course works without one.
"""

# %% tags=["experiment"]
future = see_past.triu(1).abs().max().item()
first, *_, final = without.mean(0)
mixture = " + ".join(f"{p:.3f}V{i}" for p, i in zip(computed[0], "₁₂₃"))
paper = "computed here; Vaswani et al. 2017, arXiv:1706.03762"
Claim = claims.Claim
claims.table([
    Claim("24.2-01", "Every token attends to every token.",
          f"smallest weight without a mask {see_all.min():.2f}; largest "
          f"weight on the future under the causal mask {future:.0f}",
          "holds if", "there is no causal mask", paper),
    Claim("24.2-02", "Attention is given by softmax(QKᵀ/√d_k)·V.",
          f"largest difference from PyTorch {worst:.1e} over 10 seeds",
          "holds", source=paper),
    Claim("24.2-03", "Query, key and value work like a library search.",
          f"distance from a hard look-up {distance[0]:.2f} for a short "
          f"query, {distance[-1]:.3f} for one 64 times as long",
          "holds if", "it is read as a soft look-up, a mixture of books",
          "computed here"),
    Claim("24.2-04", "In the worked example scores are plain products.",
          f"variance of q·k at D = 1024: {raw[:, 3].mean():.0f}, divided by "
          f"√D: {scaled[:, 3].mean():.2f}; without the division the softmax "
          f"derivative falls to {final / first:.2f} of its size at D = 16",
          "imprecise", "the example leaves out the √D of its own formula",
          "5 seeds; " + paper),
    Claim("24.2-05", "Softmax of these scores gives the printed table.",
          f"first row {[round(p, 3) for p in computed[0].tolist()]}; the best "
          f"temperature, {best_tau:.2f}, is still off by {best_misfit:.3f}",
          "corrected", "no temperature gives the printed weights",
          "computed here"),
    Claim("24.2-06", "Rows sum to 1; the first mixes 0.6V₁ + 0.1V₂ + 0.3V₃.",
          f"printed rows sum to {printed.sum(-1).mean():.3f}; with the "
          f"true softmax the mixture is {mixture}",
          "holds if", "the printed weights are taken as given",
          "computed here"),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| $q = xW_Q$, $k = xW_K$, $v = xW_V$ | `self.W_Q(x)`, `self.W_K(x)`, `self.W_V(x)` | (…, T, D) |
| $s = qk^\top/\sqrt D$ | `attention_scores(q, k)` | (…, T, S) |
| blocked $s$ become −∞ | `scores.masked_fill(~mask, -math.inf)` | (…, T, S) |
| $p = \mathrm{softmax}(s)$ | `softmax(scores)` | (…, T, S), rows sum to 1 |
| $y = p\,v$ | `weights @ v` | (…, T, D) |

**In one breath:** each query scores all keys, softmax turns scores into shares, and the output is the
values mixed in these shares.
"""

# %% [markdown]
"""
## In real models

- The first Transformer used C = 512 and eight heads of D = 64 (Vaswani et al. 2017, arXiv:1706.03762). Several
  heads are the subject of 24.3.
- LLaMA 2 7B uses C = 4096 and 32 heads of D = 128 (Touvron et al. 2023, arXiv:2307.09288).
- Qwen2.5 adds a bias to q, k and v (its model card says so).
- The table of weights is what makes long texts expensive: chapters 25 and 27 are full of ways around it.
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Online softmax.** Read a row of scores once, from left to right, and keep only the largest score so far and
   the sum so far. When a larger score comes, what happens to the sum? (Milakov and Gimelshein 2018,
   arXiv:1805.02867; it is the heart of FlashAttention, Dao et al. 2022, arXiv:2205.14135.)
2. **Normalised queries and keys.** Divide q and k by their lengths, and learn one number that multiplies the
   scores. What does the √D do then? (Henry et al. 2020, arXiv:2010.04245.)

**Papers.** Bahdanau et al. 2014, arXiv:1409.0473, attention in translation · Vaswani et al. 2017, arXiv:1706.03762 ·
Rabe and Staats 2021, arXiv:2112.05682, attention without the large table.
"""
