# %% [markdown]
"""
# 24.4 Positional encoding

**You will be able to**

- measure whether a layer can see the order of its tokens;
- write the sinusoidal code, learned positions, RoPE in both layouts, and ALiBi, and say where each one acts;
- say what each of them does on texts longer than those it was trained on.

**Time** about 2½ hours · **You need** 24.2 Self-attention, sine and cosine

**The claim to test.** The textbook says that without positions "I love you" and "you love me" give the same result.
It says that the sinusoidal code serves any length, and that RoPE supports length extrapolation. You will train twenty small
models and see which of these claims survive.
"""

# %% [markdown]
"""
**How this notebook works.** You meet each idea five times: see it, predict it, write it, check it, say it
again. Cells with `raise NotImplementedError` are yours to write. The cell below each one tests it. No
exercise needs an earlier one: skip what you like and come back.
"""

# %% setup
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("24.4")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

Attention compares tokens by content. Where they stand does not enter. There are three places to bring the
position in: **add** a vector to the input, **turn** queries and keys, or **bias** the scores.

![Three places for a position: added to the input x, turning q and k, or added to the scores](figures/24_4_overview.svg)
"""

# %% [markdown]
"""
**The shapes.** B batch · T query positions · S key positions · C model width · H heads · D head width. A
*pair* is two numbers of a vector that belong together. There are C/2 or D/2 pairs, and i counts them from 0.

Our sentence is 我 / 爱 / 你, "I love you". Turned around it is 你 / 爱 / 我, "you love me".
"""

# %%
tokens = ["我", "爱", "你"]
x = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))  # (T, C)
order = torch.tensor([2, 1, 0])
print("I love you ", tokens, tuple(x.shape))
print("you love me", [tokens[i] for i in order])

# %% [markdown]
"""
## The same result?

**Predict.** Plain self-attention without positions reads both sentences. Which is true?

1. The three output rows are the same in both.
2. The outputs differ completely.
3. The same three rows come out, in the other order.

<details><summary>Reveal</summary>

The third. Each row belongs to a token and moves with it. Run the next cell.
</details>
"""

# %%
love_you = F.scaled_dot_product_attention(x, x, x)  # (T, C)
love_me = F.scaled_dot_product_attention(x[order], x[order], x[order])
for i in range(3):
    print(tokens[i], [f"{v:6.3f}" for v in love_you[i].tolist()],
          "    ", tokens[order[i]], [f"{v:6.3f}" for v in love_me[i].tolist()])

# %% [markdown]
"""
## Exercise 24.4.1 · an order-blindness test

A layer is *order-blind* if shuffling its inputs only shuffles its outputs. Write `order_error(layer, x, order)`.
It says how far a layer is from that: the **largest** absolute difference between the two ways around the square. A
layer is any function that takes a tensor (…, T, C) and returns one of the same shape.

![Two ways around a square: shuffle then layer, or layer then shuffle; the error is the largest difference between their ends](figures/24_4_order.svg)

Shapes: a function, (…, T, C), (T,) → one number · difficulty ●○○ · 10 minutes · {points} points

<details><summary>Hint</summary>

Indexing with a tensor of positions shuffles an axis. T is the last but one: `x[..., order, :]`.
</details>
"""

# %% exercise="ex24_4_1_order_error"
def order_error(
    layer, x: Float[Tensor, "... T C"], order: Int[Tensor, " T"]
) -> Float[Tensor, ""]:
    """Largest |layer(shuffled x) − shuffled layer(x)|. About 3 lines."""
    ### BEGIN SOLUTION
    shuffled_first = layer(x[..., order, :])
    shuffled_last = layer(x)[..., order, :]
    return (shuffled_first - shuffled_last).abs().max()
    ### END SOLUTION

# %% test="test24_4_1_order_error" points=3
@check.probe
def try_orders(student, x, mix, push, orders):
    """The error of the layer x → mix x + push, for several orders."""
    def layer(x):
        return mix @ x + push

    errors = []
    for order in orders:
        error = student.order_error(layer, x, order)
        errors.append(torch.as_tensor(error, dtype=x.dtype))
    return torch.stack(errors)


def by_matrices(x, mix, push, orders):
    """A shuffle is a matrix M: compare mix M x + push and M (mix x + push)."""
    M = torch.eye(x.shape[-2], dtype=x.dtype)[orders]  # (8, T, T)
    gaps = [(mix @ m - m @ mix) @ x + push - m @ push for m in M]
    return torch.stack([gap.abs().max() for gap in gaps])


layer = dict(mix="T T", push="T C", orders=check.draws.shuffles)
with check.exercise(
    "24.4.1", oracle=by_matrices, mistakes=mistakes.ORDER_ERROR
) as test:
    # running sums of 1, 2, 4 are 1, 3, 7; those of 4, 2, 1 are 4, 6, 7
    test.by_hand(try_orders, x=[[1.0], [2.0], [4.0]], push=[[0.0]] * 3,
                 mix=[[1.0, 0, 0], [1, 1, 0], [1, 1, 1]],
                 orders=torch.tensor([[2, 1, 0]]), gives=[6.0])
    test.equals(try_orders, on=[
        check.case(x="B T C", **layer),
        check.case(x="B T C", **layer, B=7, T=7, C=7, note="B = T = C"),
        check.case(x="T C", **layer, T=6, note="no batch"),
    ])
    ### BEGIN HIDDEN TESTS
    layer["push"] = lambda T, C: torch.ones(T, C, dtype=torch.float64)
    test.equals(try_orders, on=check.case(x="B H T C", dtype=torch.float64,
                                          **layer))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** For plain attention a number near 0: only rounding is left. The next cell measures
three models on five random sentences of 12 tokens each: plain attention, causal attention, and two causal layers.
"""

# %% tags=["experiment"]
def plain(x, causal=False):
    return F.scaled_dot_product_attention(x, x, x, is_causal=causal)


layers = {"plain": plain, "causal": lambda x: plain(x, True),
          "two causal": lambda x: plain(plain(x, True), True)}
draw = torch.Generator().manual_seed(0)
texts = torch.randn(5, 12, 8, generator=draw, dtype=torch.float64)
orders = check.draws.shuffles(12, draw)
blind = {name: torch.stack([order_error(f, x, o)
                            for x, o in zip(texts, orders)])
         for name, f in layers.items()}
for name, errors in blind.items():
    print(f"{name:10} {errors.min():.1e} to {errors.max():.1e}")

# %% [markdown]
"""
Plain attention is order-blind to the last digit. Causal attention is not: each row sees only what
comes before it. Both work on all tokens in parallel. So it is not the parallel work that loses the order.

What about the *last* token of a causal model? It sees all the others. The next cell shuffles only the
tokens before it, and watches its output. It also compares plain outputs slot by slot, and their sum.
"""

# %% tags=["experiment"]
before = torch.tensor(torch.randperm(11, generator=draw).tolist() + [11])
slots = (plain(texts[:, before]) - plain(texts)).abs()  # same slot, no move
slot, pooled = slots.amax((1, 2)), torch.stack([
    plain(x[o]).sum(0) - plain(x).sum(0) for x, o in zip(texts, orders)]).abs()
last = {name: (f(texts[:, before]) - f(texts))[:, -1].abs().amax(-1)
        for name, f in layers.items()}
print(f"same slot: {slot.min():.1f} or more; sum: {pooled.max():.0e} at most")
for name, errors in last.items():
    print(f"last token, {name}: {errors.min():.0e} to {errors.max():.0e}")

# %% [markdown]
"""
"The same result" holds for the *sum* of the outputs. Slot by slot they differ, because the rows move with the tokens.
A single causal layer gives its last token no order either. A second layer does: the rows that it reads
already differ by what stood before them.
"""

# %% [markdown]
"""
## A code for each position

The first Transformer *adds* a vector to each token. It is made of waves: pair i holds a sine and a cosine
of the same angle, and each pair turns more slowly than the one before.

$$\mathrm{PE}(p)_{2i} = \sin\frac{p}{10000^{2i/C}} \qquad \mathrm{PE}(p)_{2i+1} = \cos\frac{p}{10000^{2i/C}}$$

![Clock hands: pair 0 turns fast, later pairs turn more slowly; sine and cosine of each hand fill two places of the code](figures/24_4_sinusoidal.svg)
"""

# %% [markdown]
"""
**Predict.** C = 8. How many different frequencies are there, and what is the last value of i?

<details><summary>Reveal</summary>

Four, and i = 3. The textbook calls i the dimension index. But i counts pairs: with i = 7 the formula would
fill the places 14 and 15 of a vector that has only 8.
</details>

The next cell prints one pair, slowly.
"""

# %%
def one_pair(p: int, i: int, C: int) -> tuple[float, float]:
    angle = p / 10_000 ** (2 * i / C)  # radians
    return math.sin(angle), math.cos(angle)


for p in (0, 1, 2, 3):
    row = [one_pair(p, i, C=8) for i in range(4)]
    print(p, "  ".join(f"({s:6.3f}, {c:6.3f})" for s, c in row))

# %% [markdown]
"""
## Exercise 24.4.2 · the sinusoidal code

Write `sinusoidal_encoding(positions, C)` for many positions at once, without loops. Positions need not start at 0, and need
not be in order. C is even. Return float32.

Shapes: (T,) and a number C → (T, C) · difficulty ●●○ · 15 minutes · {points} points

<details><summary>Hint 1</summary>

`torch.arange(0, C, 2)` already *is* 2i. A column of positions, (T, 1), times a row of frequencies, (C/2,), is a
table of angles (T, C/2).
</details>
<details><summary>Hint 2</summary>

Two slices of the result take turns: `[:, 0::2]` and `[:, 1::2]`.
</details>
"""

# %% exercise="ex24_4_2_sinusoidal_encoding"
def sinusoidal_encoding(
    positions: Int[Tensor, " T"], C: int
) -> Float[Tensor, "T C"]:
    """Sine and cosine of each position, pair by pair. About 5 lines."""
    ### BEGIN SOLUTION
    frequencies = 10_000.0 ** (-torch.arange(0, C, 2) / C)  # (C/2,)
    angles = positions[:, None] * frequencies  # (T, C/2)
    code = torch.empty(len(positions), C)  # (T, C)
    code[:, 0::2] = torch.sin(angles)
    code[:, 1::2] = torch.cos(angles)
    return code
    ### END SOLUTION

# %% test="test24_4_2_sinusoidal_encoding" points=3
def by_powers(positions, C):
    """One step turns pair i a little; p steps are the p-th power."""
    w = 10_000.0 ** (-torch.arange(0, C, 2, dtype=torch.float64) / C)
    turned = torch.polar(torch.ones_like(w), w) ** positions[:, None]
    return torch.stack([turned.imag, turned.real], dim=-1).flatten(1)


draws, rough = check.draws, dict(tolerance=10)  # 60 radians round by 4e-6
with check.exercise(
    "24.4.2", oracle=by_powers, mistakes=mistakes.SINUSOIDAL
) as test:
    test.by_hand(positions=torch.tensor([0, 5]), C=2,
                 gives=[[0.0, 1.0], [math.sin(5), math.cos(5)]])
    test.equals(on=[
        check.case(positions=draws.in_order, C=16, T=9, **rough),
        check.case(positions=draws.later, C=12, **rough, note="from 3 on"),
        check.case(positions=draws.scattered, C=8, T=8, **rough),
    ])
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.case(positions=draws.in_order, C=6, T=0))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Row 0 is 0, 1, 0, 1 … The picture shows 48 positions of a code with C = 32. Fast waves are at the
top, slow ones at the bottom.
"""

# %% tags=["experiment"]
code = sinusoidal_encoding(torch.arange(48), 32)
figure = plot.heatmap(
    code.T, title="Fast waves in the first pairs, slow ones in the last",
    xlabel="position p", ylabel="C: model width", size="wide",
)
plot.show(figure, alt="The sinusoidal code: stripes that get wider downwards")
wavelengths = 2 * math.pi * 10_000 ** (torch.arange(0, 512, 2) / 512)
print(f"C = 512: wavelengths from {wavelengths[0]:.2f} to "
      f"{wavelengths[-1]:.0f} positions; 10000·2π = {20_000 * math.pi:.0f}")

# %% [markdown]
"""
The wavelengths run from 2π to nearly 10000·2π, each longer than the one before by the same factor. Nothing in the formula ends at
some length: the code is *defined* for any position. Whether a trained model can *use* a code that it has never
seen is another question. The experiment below asks it.
"""

# %% [markdown]
"""
## The textbook's sum

The textbook adds a code to the vector (0.1, 0.3, …) of 我, and gets (0.2, 0.5, …). **Predict:** which pair was
added, and can a sinusoidal code hold it?

<details><summary>Reveal</summary>

(0.1, 0.2). It cannot: sine and cosine of one angle obey $\sin^2 + \cos^2 = 1$, and 0.1² + 0.2² = 0.05.
</details>
"""

# %% tags=["experiment"]
pairs = sinusoidal_encoding(torch.arange(10_000), 64)
lengths = rearrange(pairs, "p (i two) -> p i two", two=2).square().sum(-1)
added = torch.tensor([0.2, 0.5]) - torch.tensor([0.1, 0.3])
book_sum = added.square().sum().item()
print(f"sin² + cos² over 320,000 pairs: {lengths.min():.6f} to "
      f"{lengths.max():.6f}; the textbook's pair: {book_sum:.2f}")

# %% [markdown]
"""
## Exercise 24.4.3 · a shift is a matrix

Each pair is a clock hand. Going k positions further turns every hand by an angle that depends on k only, not on where it
stood. A turn is a matrix. So there is one matrix with $\mathrm{PE}(p + k) = M_k\,\mathrm{PE}(p)$ for **every** p.

![A block-diagonal matrix of 2 by 2 turns takes the code of position p to the code of p + k](figures/24_4_shift.svg)

Shapes: numbers k and C → (C, C) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
Write $a = k\,ω_i$ with $ω_i = 10000^{-2i/C}$. The addition theorems say
$\sin(pω + a) = \sin pω \cos a + \cos pω \sin a$ and $\cos(pω + a) = \cos pω \cos a − \sin pω \sin a$.

**Predict.** The code holds sine first, cosine second. Where does the minus sign stand in the 2 × 2 block?

<details><summary>Reveal</summary>

At the lower left. The usual rotation matrix has it at the upper right, because it turns (cos, sin).
</details>
<details><summary>Hint</summary>

`torch.block_diag(*blocks)` puts small matrices on a diagonal. Or fill `M[0::2, 0::2]` and its three
neighbours: `torch.diag` makes a diagonal matrix of a row.
</details>
"""

# %% exercise="ex24_4_3_shift_matrix"
def shift_matrix(k: int, C: int) -> Float[Tensor, "C C"]:
    """M with PE(p + k) = M PE(p) for every p. About 4 lines, float32."""
    ### BEGIN SOLUTION
    angles = k * 10_000.0 ** (-torch.arange(0, C, 2) / C)  # (C/2,)
    blocks = [torch.stack([c, s, -s, c]).view(2, 2)
              for c, s in zip(angles.cos(), angles.sin())]
    return torch.block_diag(*blocks)  # (C, C)
    ### END SOLUTION

# %% test="test24_4_3_shift_matrix" points=3
def by_fitting(k, C):
    """The matrix that maps codes to shifted codes best: least squares."""
    def codes(p):
        angles = p / 10_000 ** (torch.arange(0, C, 2) / C).double()
        return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)

    p = torch.arange(40.0 * C, dtype=torch.float64)[:, None] * 101.3
    return torch.linalg.lstsq(codes(p), codes(p + k)).solution.T


with check.exercise(
    "24.4.3", oracle=by_fitting, mistakes=mistakes.SHIFT
) as test:
    # C = 2 has one pair, with frequency 1
    test.by_hand(k=1, C=2, gives=[[math.cos(1), math.sin(1)],
                                  [-math.sin(1), math.cos(1)]])
    test.equals(on=[check.case(k=k, C=C, tolerance=5)
                    for k, C in [(3, 8), (7, 6), (10, 12)]])
    ### BEGIN HIDDEN TESTS
    test.equals(on=[check.case(k=k, C=8, tolerance=5) for k in (0, -4)])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Blocks of 2 × 2 on the diagonal and zeros elsewhere. The next cell applies one matrix to
1000 positions, and compares with the code 7 positions further, in three widths.
"""

# %% tags=["experiment"]
positions, shift_errors = torch.arange(1000), []
for C in (16, 64, 256):
    M = shift_matrix(7, C)
    moved = sinusoidal_encoding(positions, C) @ M.T  # every row: M PE(p)
    error = (moved - sinusoidal_encoding(positions + 7, C)).abs().max()
    shift_errors.append(error.item())
    print(f"C = {C:3}: largest error over 1000 positions {error:.1e}")

# %% [markdown]
"""
The matrix is linear, and the same for all positions. So a layer *can* learn to look "7 back". What is left is the rounding of angles near
1000 in float32. The claim holds. RoPE, below, is built from these turns.
"""

# %% [markdown]
"""
## Exercise 24.4.4 · learned positions

The simplest way: a table with one trained vector per position, added to the input. Write the module. Row
`start + t` is added to token t.

![A table with one row per position; rows start to start + T − 1 are added to the input; a position past the end is an error](figures/24_4_learned.svg)

Shapes: x (…, T, C), a number start → (…, T, C) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
Keep the table in an `nn.Embedding(length, C)` named `table`. `start` is where the text begins: a model
that goes on writing after 10 tokens calls it with `start=10`.

A table ends. If `start + T` is more than its length, raise a `ValueError` whose text names both numbers: the table's
length and `start + T`. Whoever meets it at night should know at once what happened.

**Predict.** What does `nn.Embedding` itself say to a position past its end?

<details><summary>Reveal</summary>

"index out of range in self". It names neither number. On a GPU it is an assertion somewhere in a kernel.
</details>
"""

# %% exercise="ex24_4_4_LearnedPositionalEncoding"
class LearnedPositionalEncoding(nn.Module):
    """Adds one trained vector per position. About 6 lines."""

    def __init__(self, length: int, C: int):
        super().__init__()
        ### BEGIN SOLUTION
        self.table = nn.Embedding(length, C)
        ### END SOLUTION

    def forward(
        self, x: Float[Tensor, "... T C"], start: int = 0
    ) -> Float[Tensor, "... T C"]:
        ### BEGIN SOLUTION
        end, length = start + x.shape[-2], self.table.num_embeddings
        if end > length:
            raise ValueError(f"{end} positions asked for, table has {length}")
        positions = torch.arange(start, end, device=x.device)
        return x + self.table(positions)  # (..., T, C)
        ### END SOLUTION

# %% test="test24_4_4_LearnedPositionalEncoding" points=3
@check.probe
def add_positions(student, x, rows, start=0):
    """Load the table; return the output and the table's gradient."""
    layer = student.LearnedPositionalEncoding(*rows.shape).to(x.dtype)
    layer.table.weight.data.copy_(rows)
    output = layer(x, start) if start else layer(x)
    output.square().sum().backward()
    return {"output": output, "∂table": layer.table.weight.grad}


@check.probe
def ask_too_much(student, length, T, start):
    """What a call past the end of the table says."""
    kind, text = "none", ""
    layer = student.LearnedPositionalEncoding(length, 4)
    try:
        layer(torch.zeros(1, T, 4), start)
    except NotImplementedError:
        raise
    except Exception as error:
        kind, text = type(error).__name__, str(error)
    return {"error": kind, "length": str(length) in text,
            "start + T": str(start + T) in text}


def by_one_hot(x, rows, start=0):
    hot = torch.eye(len(rows), dtype=rows.dtype)[start : start + x.shape[-2]]
    y = x + hot @ rows
    return {"output": y, "∂table": hot.T @ (2 * y).flatten(0, -3).sum(0)}


clear = {"error": "ValueError", "length": True, "start + T": True}
draw = dict(x="B T C", rows="S C")
with check.exercise("24.4.4", oracle=by_one_hot,
                    mistakes=mistakes.LEARNED) as test:
    test.equals(add_positions, on=[
        check.case(**draw), check.case(**draw, start=2, note="just fits"),
        check.case(**draw, S=20, start=9)])
    test.equals(ask_too_much, lambda: clear, on=[
        check.case(length=16, T=T, start=start)
        for T, start in [(23, 0), (7, 10), (1, 30)]])
    ### BEGIN HIDDEN TESTS
    odd = [dict(x="B H T C", dtype=torch.float64), dict(T=1, S=1)]
    test.equals(add_positions, on=[check.case(**draw | case) for case in odd])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** A table of GPT-2's size, 1024 positions of 768 numbers, has 786,432 parameters. Position 1024, the 1025th, is
refused with both numbers.
"""

# %%
gpt2 = LearnedPositionalEncoding(1024, 768)
table_size = sum(p.numel() for p in gpt2.parameters())
print(f"{table_size:,} parameters")
try:
    gpt2(torch.zeros(1, 1, 768), start=1024)
except ValueError as error:
    refusal = str(error)
    print("ValueError:", refusal)

# %% [markdown]
"""
## RoPE: turn instead of add

Rotary position embedding adds nothing to the input. It takes each query and key apart into D/2 pairs, and turns pair i of the
token at position p by the angle $p\,ω_i$, with $ω_i = \mathrm{base}^{-2i/D}$.

$$\begin{pmatrix} y_1 \\ y_2 \end{pmatrix} = \begin{pmatrix} \cos pω_i & -\sin pω_i \\ \sin pω_i & \cos pω_i \end{pmatrix} \begin{pmatrix} x_1 \\ x_2 \end{pmatrix}$$

![A query at position m and a key at position n are turned by m and n steps; the angle between them depends on n − m only](figures/24_4_rope.svg)
"""

# %% [markdown]
"""
**Predict.** A query at position 3 meets a key at position 5. Then the same two stand at 103 and 105. How does
their score change?

<details><summary>Reveal</summary>

Not at all. Both are turned by 100 steps more, and a dot product does not change when both sides turn alike. This is the
"relative" in relative position. Turning also keeps lengths.
</details>

A pair (a, b) is the complex number a + b·j. A turn is then one product. The next cell turns one pair, slowly.
"""

# %%
query, key = complex(1.0, 0.5), complex(0.3, -0.8)


def score(m: int, n: int) -> float:
    """Dot product of the query turned m steps and the key turned n steps."""
    turned_q = query * complex(math.cos(m), math.sin(m))
    turned_k = key * complex(math.cos(n), math.sin(n))
    return turned_q.real * turned_k.real + turned_q.imag * turned_k.imag


print(f"(3, 5) {score(3, 5):.6f}   (103, 105) {score(103, 105):.6f}"
      f"   (3, 6) {score(3, 6):.6f}")

# %% [markdown]
"""
**Which two numbers are a pair?** Two layouts are in use, and both are called RoPE. *Interleaved*: pair i is the places 2i and 2i + 1.
*Half-split*: pair i is the places i and i + D/2. Meta's LLaMA code uses the first, the `transformers` library the second.

![The same eight numbers paired in two ways: neighbours, or first half with second half](figures/24_4_layouts.svg)
"""

# %% [markdown]
"""
## Exercise 24.4.5 · RoPE

Write `apply_rope(x, positions, interleaved, base)`. D is even, any number of axes may come before T. Keep x's dtype, and compute the
**angles** in float32 or better: bfloat16 keeps 8 bits, so it cannot tell position 256 from 257.

Shapes: (…, T, D) and (T,) → (…, T, D) · difficulty ●●● · 25 minutes · {points} points

<details><summary>Hint 1</summary>

Take the first and the second numbers of all pairs apart: two tensors (…, T, D/2). Turn them. Put them back where they came from.
</details>
<details><summary>Hint 2</summary>

Interleaved: `x[..., 0::2]`, and at the end `torch.stack((y1, y2), dim=-1).flatten(-2)`. Half-split: `x.chunk(2, dim=-1)` and
`torch.cat`.
</details>
"""

# %% exercise="ex24_4_5_apply_rope"
def apply_rope(
    x: Float[Tensor, "... T D"],
    positions: Int[Tensor, " T"],
    interleaved: bool = True,
    base: float = 10_000.0,
) -> Float[Tensor, "... T D"]:
    """Turn pair i of the token at position p by p · base^(−2i/D).

    interleaved: pair i is (2i, 2i + 1); otherwise (i, i + D/2).
    About 8 lines.
    """
    ### BEGIN SOLUTION
    D = x.shape[-1]
    frequencies = base ** (-torch.arange(0, D, 2) / D)  # (D/2,)
    angles = positions[:, None] * frequencies  # (T, D/2), float32
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    # first and second numbers of all pairs: (..., T, D/2) each
    x1, x2 = (x[..., 0::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * cos - x2 * sin, x1 * sin + x2 * cos
    if interleaved:
        return torch.stack((y1, y2), dim=-1).flatten(-2)  # (..., T, D)
    return torch.cat((y1, y2), dim=-1)
    ### END SOLUTION

# %% test="test24_4_5_apply_rope" points=4
@check.probe
def scores_of_one_pair(student, q, k, interleaved):
    """One query and one key, at all positions 0 to 7: a table (8, 8)."""
    p, rope = torch.arange(8), student.apply_rope
    return rope(q.expand(8, -1), p, interleaved) @ rope(
        k.expand(8, -1), p, interleaved).mT


def by_complex(x, positions, interleaved=True, base=10_000.0):
    """A pair is a complex number; a turn is one multiplication."""
    w = base ** (-torch.arange(0, x.shape[-1], 2).double() / x.shape[-1])
    turns = torch.polar(torch.ones(len(w)).double(), w) ** positions[:, None]
    pairs = x.unflatten(-1, (-1, 2)) if interleaved else (
        x.unflatten(-1, (2, -1)).mT)
    y = torch.view_as_real(torch.view_as_complex(pairs.contiguous()) * turns)
    return (y if interleaved else y.mT).flatten(-2)


single = dict(dtype=torch.float32, tolerance=10)  # angles round by 4e-6
draw = dict(x="B T D", positions=check.draws.later)
far = dict(x="B T D", positions=check.draws.far, dtype=torch.bfloat16)
with check.exercise("24.4.5", oracle=by_complex,
                    mistakes=mistakes.ROPE) as test:
    for layout in (dict(interleaved=True), dict(interleaved=False)):
        test.equals(on=[
            check.case(**draw, **layout, **single),
            check.case(**draw, **layout, **single, T=12, D=12, base=5e5),
            check.case(**far, **layout, note="far")])
        one = check.case(q="D", k="D", **layout, **single)
        test.invariant(
            "scores depend on n − m only", scores_of_one_pair, on=one,
            pair=lambda out: (out[1:, 1:], out[:-1, :-1]))
        test.invariant(
            "scores differ where n − m differs", scores_of_one_pair, on=one,
            pair=lambda out: (bool(out[0].diff().abs().max() > 1e-4), True))
    test.gradients(on=check.case(**draw, **single, H=2))
    ### BEGIN HIDDEN TESTS
    test.invariant("lengths are kept", on=check.case(**draw, **single),
                   pair=lambda out, x: (out.norm(dim=-1), x.norm(dim=-1)))
    double = dict(dtype=torch.float64, tolerance=1e5)  # float32 angles do
    test.equals(on=[check.case(**draw | single | more) for more in [
        dict(T=1, D=2), dict(B=0), dict(strided=True), double,
        dict(x="B H T D")]])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The token at position 0 stays as it is, and lengths never change. The picture puts one query and one key
at all positions from 0 to 7. Every diagonal holds one number.
"""

# %% tags=["experiment"]
draw = torch.Generator().manual_seed(0)
q, k = torch.randn(2, 16, generator=draw)
at_all = [apply_rope(v.expand(8, -1), torch.arange(8)) for v in (q, k)]
figure = plot.heatmap(
    at_all[0] @ at_all[1].T, size="tall",
    title="With RoPE a score depends on the distance only",
    xlabel="n: position of the key", ylabel="m: position of the query",
)
plot.show(figure, alt="Scores of one query and key: constant diagonals")

# %% [markdown]
"""
Now with numbers, over five seeds. Each has 32 queries and 32 keys, which move 1000 positions further, together.
Beside RoPE stands the sinusoidal code, added to the same queries and keys.
"""

# %% tags=["experiment"]
def moved(place, seed: int) -> Tensor:
    """How far scores move when all positions grow by 1000."""
    draw = torch.Generator().manual_seed(seed)
    q, k = torch.randn(2, 32, 64, generator=draw)
    here, there = (place(q, p) @ place(k, p).T / 8  # 8 = √D
                   for p in (torch.arange(32), torch.arange(32) + 1000))
    return (here - there).abs().max()


def add_code(x, p):
    return x + sinusoidal_encoding(p, 64)


drift = {name: torch.stack([moved(place, seed) for seed in range(5)])
         for name, place in {"RoPE": apply_rope, "added": add_code}.items()}
for name, values in drift.items():
    print(f"{name:5} scores move by {values.min():.1e} to {values.max():.1e}")

# %% [markdown]
"""
Both moved by 1000 positions, RoPE's scores stay, apart from rounding. Those of the added code do not: the products of
content and code depend on where the tokens stand. RoPE encodes relative position *exactly*. That is a property of the formula.
Whether a model gets better by it, only training can tell.
"""

# %% [markdown]
"""
## Exercise 24.4.6 · from one layout to the other

A model trained with one layout is loaded into code that uses the other. Nothing fails, shapes fit, and the text is nonsense. The cure
is to reorder the rows of W_Q and W_K once, **within each head**. Write `interleaved_to_half(W, H)`.

![Rows of a weight in one head: 0 1 2 3 4 5 6 7 become 0 2 4 6 1 3 5 7](figures/24_4_convert.svg)

Shapes: (H·D, C) and a number H → (H·D, C) · difficulty ●●○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
Row 2i of a head makes the first number of pair i, row 2i + 1 the second. In the half-split layout they belong at i and
i + D/2 of the same head.

**Predict.** Must W_V be reordered too?

<details><summary>Reveal</summary>

No. Values are not turned. Reordering them would only mix up what W_O expects.
</details>
<details><summary>Hint</summary>

Give the H·D rows three names, h, i and "two", and write them in another order. `rearrange` does it in one line.
</details>
"""

# %% exercise="ex24_4_6_interleaved_to_half"
def interleaved_to_half(
    W: Float[Tensor, "HD C"], H: int
) -> Float[Tensor, "HD C"]:
    """Reorder the rows of W_Q or W_K for half-split RoPE. About 1 line."""
    ### BEGIN SOLUTION
    return rearrange(W, "(h i two) c -> (h two i) c", h=H, two=2)
    ### END SOLUTION

# %% test="test24_4_6_interleaved_to_half" points=2
@check.probe
def reorder(student, old, H):
    return student.interleaved_to_half(old, H)


def by_moving_rows(old, H):
    """A matrix with a single 1 in each row, head by head."""
    n = len(old) // H // 2
    P = torch.zeros(2 * n, 2 * n, dtype=old.dtype)
    for i in range(n):
        P[i, 2 * i] = P[i + n, 2 * i + 1] = 1
    return torch.block_diag(*[P] * H) @ old


with check.exercise(
    "24.4.6", oracle=by_moving_rows, mistakes=mistakes.CONVERT
) as test:
    test.by_hand(reorder, old=[[0.0], [1.0], [2.0], [3.0]], H=1,
                 gives=[[0.0], [2.0], [1.0], [3.0]])
    test.equals(reorder, on=[
        check.case(old="N C", N=N, C=18, H=H)  # N = H·D rows
        for N, H in [(16, 2), (18, 3), (12, 1)]])
    ### BEGIN HIDDEN TESTS
    test.equals(reorder, on=check.case(old="N C", N=8, H=4, strided=True))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Two ways to the same scores: the old weights with the interleaved layout, the reordered ones with half-split. The
cell also shows what happens without reordering.
"""

# %%
draw = torch.Generator().manual_seed(0)
W_Q, W_K, some = torch.randn(3, 16, 16, generator=draw)  # H = 2, D = 8


def head_scores(W_Q, W_K, interleaved):
    heads = [rearrange(some @ W.T, "t (h d) -> h t d", h=2)
             for W in (W_Q, W_K)]
    q, k = (apply_rope(x, torch.arange(16), interleaved) for x in heads)
    return q @ k.mT


old = head_scores(W_Q, W_K, interleaved=True)
new = head_scores(*(interleaved_to_half(W, 2) for W in (W_Q, W_K)), False)
print(f"reordered: {(old - new).abs().max():.1e}   not reordered: "
      f"{(old - head_scores(W_Q, W_K, False)).abs().max():.1f}")

# %% [markdown]
"""
## Exercise 24.4.7 · attention with RoPE

Now use it. A model has read S tokens and keeps their keys and values. The queries are the **last T** of these S positions, as in the causal
mask of 24.2. Write `rope_attention(q, k, v, rotate)`.

![Keys stand at positions 0 to S − 1, queries at S − T to S − 1; both are turned, values are not](figures/24_4_attention.svg)

Shapes: (…, T, D), (…, S, D), (…, S, D) → (…, T, D) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
`rotate(x, positions)` turns the tokens of x. It is your `apply_rope`, for example. The test brings a function of its own. After turning,
use torch's `F.scaled_dot_product_attention`, without a mask.

**Predict.** S = 6 and T = 1. At which position stands the query?

<details><summary>Reveal</summary>

At 5. A program that counts its queries from 0 in each call puts it at 0. The text still looks fine for the first call, where T = S.
</details>
"""

# %% exercise="ex24_4_7_rope_attention"
def rope_attention(
    q: Float[Tensor, "... T D"],
    k: Float[Tensor, "... S D"],
    v: Float[Tensor, "... S D"],
    rotate,
) -> Float[Tensor, "... T D"]:
    """Attention whose queries are the last T of S positions. About 3 lines.

    rotate: a function of (x, positions), with positions (T,) or (S,).
    """
    ### BEGIN SOLUTION
    positions = torch.arange(k.shape[-2])  # (S,)
    q = rotate(q, positions[-q.shape[-2]:])  # the last T of them
    return F.scaled_dot_product_attention(q, rotate(k, positions), v)
    ### END SOLUTION

# %% test="test24_4_7_rope_attention" points=3
@check.probe
def attend(student, q, k, v, turn):
    """A rotation of our own: position p multiplies by `turn`, p times."""
    def rotate(x, positions):
        power = torch.linalg.matrix_power
        turns = torch.stack([power(turn, int(p)) for p in positions])
        return torch.einsum("...td,tde->...te", x, turns.to(x.dtype))

    # this kernel checks that keys and values are equally many
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return student.rope_attention(q, k, v, rotate)


def by_distance(q, k, v, turn):
    """Leave the queries alone; turn each key by its distance to the query."""
    T, S, rows = q.shape[-2], k.shape[-2], []
    for t in range(T):
        away = [torch.linalg.matrix_power(turn, s - (S - T + t))
                for s in range(S)]
        turned = torch.einsum("...sd,sde->...se", k, torch.stack(away))
        one = q[..., t : t + 1, :]
        rows.append(F.scaled_dot_product_attention(one, turned, v))
    return torch.cat(rows, dim=-2)


qkv = dict(q="B T D", k="B S D", v="B S D", turn=check.draws.rotation)
with check.exercise(
    "24.4.7", oracle=by_distance, mistakes=mistakes.ROPE_ATTENTION
) as test:
    test.equals(attend, on=[
        check.case(**qkv, spread=2.0, tolerance=5, T=T, S=S)
        for T, S in [(6, 6), (3, 7), (1, 6)]])
    ### BEGIN HIDDEN TESTS
    test.equals(attend, on=check.case(**qkv, T=1, S=1))
    qkv |= dict(q="B H T D", k="B H S D", v="B H S D")
    test.equals(attend, on=check.case(**qkv, tolerance=5, T=2, S=5))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Writing token by token, with keys kept from before, gives the same rows as doing all at once. The next cell checks
the last row.
"""

# %%
draw = torch.Generator().manual_seed(0)
q, k, v = torch.randn(3, 1, 10, 8, generator=draw)
whole = rope_attention(q, k, v, apply_rope)
one = rope_attention(q[:, -1:], k, v, apply_rope)
print(f"difference in the last row: {(whole[:, -1:] - one).abs().max():.1e}")

# %% [markdown]
"""
## ALiBi: bias the scores

*Attention with linear biases* leaves x, q and k alone. It lowers a score by a **slope** times the distance. Head h of H has
the slope $m_h = 2^{-8(h+1)/H}$, with h counted from 0: some heads look near, some look far. Nothing is learned.

![A table of biases: 0 on the diagonal, one slope less per step to the left, the future blocked; steep and flat heads](figures/24_4_alibi.svg)
"""

# %% [markdown]
"""
## Exercise 24.4.8 · ALiBi

Write `alibi_bias(H, T, S)`, to be added to scores. Queries are the last T of S positions. Keys after the query get −∞, so that the
bias is a causal mask as well. H is a power of two.

Shapes: numbers H, T and S → (H, T, S), float32 · difficulty ●●○ · 15 minutes · {points} points

**Predict.** H = 8. What are the first and the last slope?

<details><summary>Reveal</summary>

$2^{-1} = 1/2$ and $2^{-8} = 1/256$. Each is half of the one before.
</details>
<details><summary>Hint</summary>

A column of query positions minus a row of key positions is a table of distances (T, S).
</details>
"""

# %% exercise="ex24_4_8_alibi_bias"
def alibi_bias(H: int, T: int, S: int) -> Float[Tensor, "H T S"]:
    """−slope · distance for keys up to the query, else −∞. About 5 lines."""
    ### BEGIN SOLUTION
    slopes = 2.0 ** (-8 * torch.arange(1, H + 1) / H)  # (H,)
    queries, keys = torch.arange(S - T, S), torch.arange(S)
    distance = queries[:, None] - keys  # (T, S)
    bias = -slopes[:, None, None] * distance  # (H, T, S)
    return bias.masked_fill(distance < 0, -math.inf)
    ### END SOLUTION

# %% test="test24_4_8_alibi_bias" points=3
def by_steps(H, T, S):
    """Each step back costs one slope more; each head's slope shrinks."""
    table = torch.full((H, T, S), -math.inf, dtype=torch.float64)
    for h in range(H):
        slope = 1.0 / 256 ** ((h + 1) / H)
        for t in range(T):
            table[h, t, S - T + t] = 0.0
            for s in range(S - T + t, 0, -1):
                table[h, t, s - 1] = table[h, t, s] - slope
    return table


with check.exercise(
    "24.4.8", oracle=by_steps, mistakes=mistakes.ALIBI
) as test:
    # two heads: slopes 1/16 and 1/256
    test.by_hand(H=2, T=1, S=2, gives=[[[-1 / 16, 0.0]], [[-1 / 256, 0.0]]])
    test.equals(on=[check.case(H=H, T=T, S=S)
                    for H, T, S in [(8, 5, 5), (4, 3, 7), (8, 1, 6)]])
    ### BEGIN HIDDEN TESTS
    test.equals(on=[check.case(H=1, T=1, S=1), check.case(H=16, T=2, S=9)])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Zeros on the diagonal, and the steepest head first. Every entry is known for any length: there is no table
that ends.
"""

# %%
bias = alibi_bias(8, 5, 5)
figure = plot.heatmaps(
    {f"head {h}, slope 1/{2 ** (h + 1)}": bias[h] + 0.0 for h in (0, 2, 4)},
    title="A steep head sees its neighbours, a flat one sees far",
)
plot.show(figure, alt="Three triangles of biases: steep, medium and flat")

# %% [markdown]
"""
## Train short, test long

Five ways to tell positions: none, sinusoidal, learned, RoPE, ALiBi. Which of them works, and which still
works on longer texts? We train tiny causal models on texts of **L = 32** tokens, and test at 2L and 4L.

The text comes from a random source with V = 6 tokens: the next token depends on the newest one **and the one before it**.
Who cannot find the token before the newest one cannot do well. We know the source, so we know the best loss that any model
can reach. We report the **excess** over it, in nats: 0 is perfect.
"""

# %% [markdown]
"""
A model has one layer of attention with H = 4 heads, C = 32 and D = 8, and one feed-forward layer. There are 5 kinds × 4 seeds = 20 models, all
trained at once. The models of one seed start from the same weights and read the same texts. The cell says where each kind
brings the position in.

The table of learned positions gets 4L rows. Rows past L are never trained. Without them, the model could not even be asked.
"""

# %% tags=["experiment"]
from llmlab.models import positions as tiny

L, C, H = 32, 32, 4
ways = {"none": tiny.Way(),
        "sinusoidal": tiny.Way(  # 0.7: about as large as the token vectors
            add=lambda T: 0.7 * sinusoidal_encoding(torch.arange(T), C)),
        "learned": tiny.Way(rows=4 * L),
        "RoPE": tiny.Way(turn=apply_rope),
        "ALiBi": tiny.Way(bias=lambda T: alibi_bias(H, T, T))}

# %% [markdown]
"""
Training: 400 steps of Adam, 12 texts of L tokens a step. It takes about half a minute.

**Predict** before you look: which of the five keeps its loss at 4L?
"""

# %% tags=["experiment"]
source = tiny.Source(seeds=4, V=6)
models = tiny.train(ways, source, length=L, steps=400)
excess = models.excess(source, 4 * L)  # (kinds, seeds, positions)
parts = {"within L": slice(0, L - 1), "L to 2L": slice(L - 1, 2 * L - 1),
         "2L to 4L": slice(2 * L - 1, None)}
table = {name: excess[..., s].mean(-1) for name, s in parts.items()}

# %% tags=["experiment"]
print(" " * 11 + "".join(f"{name:>22}" for name in table))
for i, kind in enumerate(ways):
    rows = [f"{t[i].mean():.2f} ({t[i].min():.2f} to {t[i].max():.2f})"
            for t in table.values()]
    print(f"{kind:11}" + "".join(f"{row:>22}" for row in rows))

# %% [markdown]
"""
Each entry is the mean over four seeds, with the smallest and the largest. The picture shows the same losses by position. Its bands run from the smallest
seed to the largest.
"""

# %% tags=["experiment"]
blocks = excess[..., :124].unflatten(-1, (-1, 4)).mean(-1)  # of 4 positions
figure = plot.lines(
    [4 * i + 4 for i in range(31)], dict(zip(ways, blocks)),
    xlabel="position (trained up to 32)", ylabel="excess loss (nats)",
    title="Past the training length ALiBi nearly keeps its loss, RoPE fails",
)
plot.show(figure, alt="Excess loss against position for five encodings")

# %% [markdown]
"""
Within L, RoPE has the lowest mean; without positions the model stays far behind. Past L the sinusoidal code and the learned table fail at once, RoPE a few
positions later. In the mean all three become worse than the model that is told nothing. ALiBi nearly keeps its loss, but pays for it within L. All this is one tiny task: the order of the
kinds within L need not hold for others.
"""

# %% [markdown]
"""
## Why RoPE does not extrapolate by itself

In training the model met distances up to L. The textbook itself says in 27.1 that quality falls past the training length. A slow pair turns less than once over that distance, so the model has seen only a part of its circle.
At 4L it meets angles that are new. How many pairs are that? A pair finishes a turn within a length if its wavelength is shorter.
"""

# %% tags=["experiment"]
def unfinished(D: int, length: int, base: float = 10_000.0) -> int:
    """Pairs that turn less than once within this many positions."""
    wavelengths = 2 * math.pi * base ** (torch.arange(0, D, 2) / D)
    return int((wavelengths > length).sum())


print(f"our models, D = 8, L = 32: {unfinished(8, 32)} of 4 pairs")
print(f"D = 128, 4096 positions: {unfinished(128, 4096)} of 64 pairs")

# %% [markdown]
"""
## Verdicts

What the textbook claims, what you measured, and what follows. First the order of words, and the sinusoidal formula.
"""

# %% tags=["experiment"]
Claim, haviv = claims.Claim, "Haviv et al. 2022, arXiv:2203.16634"
within, to_2L, to_4L = ([f"{t.min():.2f} to {t.max():.2f}" for t in part]
                        for part in table.values())
claims.table([
    Claim("24.4-01", "Order is lost because attention works in parallel.",
          f"order error of plain attention {blind['plain'].max():.0e}, of "
          f"causal attention {blind['causal'].min():.2f} or more",
          "imprecise", "causal attention is as parallel, and sees order",
          "5 texts; " + haviv),
    Claim("24.4-02", "“I love you” and “you love me” give the same result.",
          f"rows move with their tokens, to {blind['plain'].max():.0e}; slot "
          f"by slot they differ by {slot.min():.1f} or more, their sum by "
          f"{pooled.max():.0e}; the last token of two causal layers by "
          f"{last['two causal'].min():.2f} or more", "corrected",
          "only the sum is the same, and only without a mask", "5 texts"),
    Claim("24.4-03", "Therefore a positional encoding is needed.",
          f"excess loss of a causal layer without one {within[0]} nats, with "
          f"RoPE {within[3]}", "holds if", "the model is an encoder, or like "
          "ours; large causal models do well without", "4 seeds; " + haviv),
])

# %% tags=["experiment"]
paper = "computed here; Vaswani et al. 2017, arXiv:1706.03762"
claims.table([
    Claim("24.4-04", "The code is sine and cosine of p / 10000^(2i/d).",
          f"wavelengths {wavelengths[0]:.2f} to {wavelengths[-1]:.0f} "
          "positions at C = 512", "holds", source=paper),
    Claim("24.4-05", "i is the dimension index.",
          f"i = C − 1 = 511 would fill place {2 * 511 + 1} of 512",
          "imprecise", "i counts pairs, from 0 to C/2 − 1", paper),
    Claim("24.4-06", "The sinusoidal code serves sequences of any length.",
          f"excess loss within L {within[1]}, to 2L {to_2L[1]}, to 4L "
          f"{to_4L[1]} nats", "holds if", "it means: is defined for any "
          "length", "4 seeds; Press et al. 2021, arXiv:2108.12409"),
    Claim("24.4-07", "A relative shift of the code is a linear map.",
          f"one matrix, 1000 positions: error {max(shift_errors):.0e} in "
          "float32", "holds", source=paper),
])

# %% [markdown]
"""
Now learned positions, RoPE, and how positions are used.
"""

# %% tags=["experiment"]
claims.table([
    Claim("24.4-08", "GPT and BERT learn a vector per position: simple, "
          "effective, fixed in length.",
          f"GPT-2's size: {table_size:,} parameters; position 1024: "
          f"“{refusal}”; excess loss within L {within[2]} nats", "holds if",
          "GPT means GPT-1 to GPT-3; gpt-oss uses RoPE",
          "4 seeds; released code of GPT-2, configuration of gpt-oss"),
    Claim("24.4-09", "LLaMA and Qwen bring positions in by turning.",
          "all positions 1000 further: RoPE's scores move by "
          f"{drift['RoPE'].max():.0e} at most, in float32", "holds",
          source="computed here; Su et al. 2021, arXiv:2104.09864; model "
          "card of Qwen2.5"),
    Claim("24.4-10", "RoPE captures relative position better.",
          f"scores move by {drift['RoPE'].max():.0e}, with an added code by "
          f"{drift['added'].min():.1f} or more; excess loss within L: RoPE "
          f"{within[3]}, sinusoidal {within[1]}, learned {within[2]}, ALiBi "
          f"{within[4]} nats", "holds if", "it means: exactly; the lowest "
          "mean loss is shown for one tiny task only", "4 seeds"),
])

# %% tags=["experiment"]
others = int(models.added(L)[3 * source.seeds:].count_nonzero())
claims.table([
    Claim("24.4-11", "RoPE supports length extrapolation.",
          f"excess loss within L {within[3]}, to 2L {to_2L[3]}, to 4L "
          f"{to_4L[3]} nats; in 4096 positions {unfinished(128, 4096)} of 64 "
          "pairs finish no turn", "corrected", "not by itself; see 27.2.1",
          "4 seeds; Chen et al. 2023, arXiv:2306.15595; Peng et al. 2023, "
          "arXiv:2309.00071"),
    Claim("24.4-12", "The input is word vector plus positional vector.",
          f"numbers that RoPE and ALiBi add to the input: {others}",
          "imprecise", "only for added codes: RoPE turns q and k, ALiBi "
          "biases scores", "computed here; arXiv:2104.09864, 2108.12409"),
    Claim("24.4-13", "Example: (0.1, 0.3) plus code is (0.2, 0.5).",
          f"sin² + cos² of the added pair: {book_sum:.2f}; of all computed "
          f"pairs {lengths.min():.4f} to {lengths.max():.4f}", "corrected",
          "no position has that pair", "computed here"),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| layer(shuffled x) = shuffled layer(x) | `layer(x[..., order, :])`, `layer(x)[..., order, :]` | (…, T, C) |
| $ω_i = 10000^{-2i/C}$ | `10_000.0 ** (-torch.arange(0, C, 2) / C)` | (C/2,) |
| $\mathrm{PE}(p + k) = M_k\,\mathrm{PE}(p)$ | `sinusoidal_encoding(p, C) @ M.T` | (T, C) |
| $y_1 = x_1 \cos − x_2 \sin$, $y_2 = x_1 \sin + x_2 \cos$ | `apply_rope(x, positions)` | (…, T, D) |
| $s - m_h\,(\text{query} − \text{key})$ | `scores + alibi_bias(H, T, S)` | (…, H, T, S) |

**In one breath:** attention does not see order; an added code, turned queries and keys, or biased scores tell
it; and being defined for any length is not the same as working at any length.
"""

# %% [markdown]
"""
## In real models

- The first Transformer adds the sinusoidal code, and found learned positions about as good (Vaswani et al. 2017,
  arXiv:1706.03762).
- GPT-2 learns 1024 positions. LLaMA (Touvron et al. 2023, arXiv:2302.13971) and Qwen2.5 use RoPE.
- BLOOM uses ALiBi (BigScience 2022, arXiv:2211.05100).
- The scripts that convert LLaMA's weights for the `transformers` library reorder W_Q and W_K, as you did in 24.4.6.
- How RoPE is stretched to longer texts is the subject of 27.2.1.
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Turn only a part.** Apply RoPE to the first half of the D numbers and leave the rest alone. Which claims about scores still
   hold? (GPT-NeoX does so with a quarter: Black et al. 2022, arXiv:2204.06745.)
2. **Two layers without positions.** Give the experiment's models a second layer. How much does the first kind gain, and why can it?
   (Kazemnejad et al. 2023, arXiv:2305.19466.)

**Papers.** Shaw et al. 2018, arXiv:1803.02155, relative positions in attention · Su et al. 2021, arXiv:2104.09864 · Press et al. 2021,
arXiv:2108.12409.
"""
