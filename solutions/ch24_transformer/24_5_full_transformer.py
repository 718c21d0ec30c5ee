# %% [markdown]
"""
# 24.5 The full Transformer

**You will be able to**

- write layer norm, feed-forward, and the two kinds of layers, with the norm after or before each part;
- stack them, say what the drawing of a Transformer leaves out, and prove that no future token leaks;
- train the three families (encoder-only, decoder-only, encoder-decoder) and write with them, token by token.

**Time** about 2½ hours · **You need** 24.2; multi-head attention and positions are given here

**The claim to test.** The textbook draws "the complete Transformer": an encoder and a decoder, each a column of boxes, N
times. It says that BERT uses the left column, GPT the right one, and T5 both. You will build all of it. Then you
will know which parts the drawing does not show, and that GPT's column is not the right one as drawn.
"""

# %% [markdown]
"""
**How this notebook works.** As in 24.2: see it, predict it, write it, check it, say it again. Cells with
`raise NotImplementedError` are yours. The cell below each one tests it. No exercise needs your code of an earlier one:
the text says what PyTorch offers in its place.
"""

# %% setup
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("24.5")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

A Transformer of 2017 rewrites one sequence as another. The *encoder* reads the source, all of it at once. The
*decoder* writes the target, one token after another, and looks at what the encoder made of the source.

![Encoder below, decoder above, each a stack of N layers; embeddings and positions before each, an arrow from the encoder's memory to the decoder, projection and softmax at the end](figures/24_5_overview.svg)

Grey and dashed is what the textbook's drawing leaves out. Keep it in mind: you will measure how much that is.
"""

# %% [markdown]
"""
**Our task.** Dates come in three forms. The model writes them in one: `5 March 2024`, `March 5, 2024` and `2024年3月5日`
all become `2024-03-05`. Digits and signs are tokens of their own, a month's name is one token. The end of the
target is a token too: the full stop.

Letters: B batch · T target positions · S source positions · C model width · F feed-forward width · H heads · V vocabulary ·
L layers.
"""

# %%
from llmlab import dates, fit
from llmlab.dates import END, MASK, PAD, START

for form in range(3):
    print(" ".join(dates.written(2024, 3, 5, form)))
print("start", dates.TOKENS[START], "  end", dates.TOKENS[END],
      "  padding", dates.TOKENS[PAD], "  hidden", dates.TOKENS[MASK])

# %% [markdown]
"""
## Between the attentions

Attention mixes tokens. Everything else in a layer treats **each token by itself**: layer norm, feed-forward, and the
additions. So information can pass between positions through attention only. That makes it easy to say later what a
mask keeps out.

We begin with the smaller parts.
"""

# %% [markdown]
"""
## Exercise 24.5.1 · layer norm

Layer norm brings the C numbers of **one token** to mean 0 and variance 1. Then it multiplies by a learned `weight` and adds a
learned `bias`, one number each per channel.

$$y = \frac{x - \mathrm{mean}(x)}{\sqrt{\mathrm{var}(x) + ε}} · \mathrm{weight} + \mathrm{bias}$$

![A table of tokens times channels; mean and variance are taken along one row, one token; weight and bias run along the channels](figures/24_5_layer_norm.svg)

Shapes: (…, C), weight (C,), bias (C,) → (…, C) · difficulty ●○○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
The variance is the mean of the squared deviations: divide by C, not by C − 1. The small ε keeps a token whose numbers
are all equal from becoming 0 / 0.

**Predict.** A token is multiplied by 1000. What happens to its layer norm?

<details><summary>Reveal</summary>

Almost nothing: mean and root of the variance grow by the same factor. Only ε counts less than before.
</details>
<details><summary>Hint</summary>

`Tensor.var` divides by C − 1 unless you pass `correction=0`. Keep the axis: `keepdim=True`.
</details>
"""

# %% exercise="ex24_5_1_layer_norm"
def layer_norm(
    x: Float[Tensor, "... C"],
    weight: Float[Tensor, " C"],
    bias: Float[Tensor, " C"],
    eps: float = 1e-5,
) -> Float[Tensor, "... C"]:
    """Each token to mean 0, variance 1; then weight and bias. 3 lines.

    Source: Ba et al. 2016, arXiv:1607.06450. Not allowed: torch's layer_norm.
    """
    ### BEGIN SOLUTION
    apart = x - x.mean(dim=-1, keepdim=True)
    variance = apart.square().mean(dim=-1, keepdim=True)  # (..., 1)
    return apart / torch.sqrt(variance + eps) * weight + bias
    ### END SOLUTION

# %% test="test24_5_1_layer_norm" points=3
def by_torch(x, weight, bias, eps=1e-5):
    return F.layer_norm(x, x.shape[-1:], weight, bias, eps)


given = dict(weight="C", bias="C")
with check.exercise("24.5.1", by_torch, mistakes.LAYER_NORM) as test:
    test.forbids("layer_norm", "native_layer_norm", "group_norm", "batch_norm")
    # mean 3, deviations −2 and 2, variance 4
    test.by_hand(x=[[1.0, 5.0]], weight=[1.0, 10.0], bias=[0.0, 1.0],
                 eps=0.0, gives=[[-1.0, 11.0]])
    test.equals(on=[
        check.case(x="T C", **given),
        check.case(x="T C", **given, T=6, C=6, note="T = C"),
        check.case(x="B T C", **given, eps=1.0),
        check.case(x=[[2.0] * 4] * 3, **given, C=4, note="equal numbers"),
    ])
    test.gradients(on=check.case(x="T C", **given))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(x="B T C", **given))
    # of three numbers, all may be near their mean: a rough rest
    test.equals(on=check.case(x="B T C", **given, B=3, T=3, C=3,
                              tolerance=2))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Each token has mean 0 and standard deviation 1 when weight is 1 and bias is 0. The batch and the
length play no part: a token alone gets the same numbers as in company. That is why a model can write one token at a
time.
"""

# %%
x = torch.randn(3, 8, generator=torch.Generator().manual_seed(0)) * 5 + 2
y = layer_norm(x, torch.ones(8), torch.zeros(8))  # (T, C)
alone = layer_norm(x[:1], torch.ones(8), torch.zeros(8))
print("means", [f"{abs(m):.3f}" for m in y.mean(-1).tolist()])
print("standard deviations", [f"{s:.3f}" for s in y.std(-1, correction=0)])
print("the first token alone differs by", (alone[0] - y[0]).abs().max().item())

# %% [markdown]
"""
## Exercise 24.5.2 · feed-forward

Two linear maps with a bend between them: from C up to F, ReLU, and back to C. The same maps serve every position.
ReLU replaces negative numbers by 0.

$$y = \mathrm{ReLU}(x W_1^\top + b_1)\, W_2^\top + b_2$$

![One token of width C is mapped to width F, negative numbers become 0, and a second map leads back to width C](figures/24_5_feed_forward.svg)

Shapes: (…, C), W_1 (F, C), b_1 (F,), W_2 (C, F), b_2 (C,) → (…, C) · difficulty ●○○ · 5 minutes · {points} points
"""

# %% [markdown]
"""
The matrices have `nn.Linear`'s layout: one row per output. So x meets the transposed matrix, as in 24.2.

**Predict.** Without the ReLU, what would the two maps be worth?

<details><summary>Reveal</summary>

One map: $(x W_1^\top) W_2^\top = x (W_2 W_1)^\top$. All the F numbers in between would be in vain.
</details>
"""

# %% exercise="ex24_5_2_feed_forward"
def feed_forward(
    x: Float[Tensor, "... C"],
    W_1: Float[Tensor, "F C"],
    b_1: Float[Tensor, " F"],
    W_2: Float[Tensor, "C F"],
    b_2: Float[Tensor, " C"],
) -> Float[Tensor, "... C"]:
    """Two maps with a ReLU between them, for each token. About 2 lines.

    Source: equation 2 of Vaswani et al. 2017, arXiv:1706.03762.
    """
    ### BEGIN SOLUTION
    hidden = F.relu(x @ W_1.mT + b_1)  # (..., F)
    return hidden @ W_2.mT + b_2  # (..., C)
    ### END SOLUTION

# %% test="test24_5_2_feed_forward" points=2
def unit_by_unit(x, W_1, b_1, W_2, b_2):
    """Each of the F hidden units adds its own row to the output."""
    y = b_2.expand(x.shape)
    for w_in, b, w_out in zip(W_1, b_1, W_2.T):
        size = (x * w_in).sum(-1, keepdim=True) + b  # (..., 1)
        y = y + size.clamp(min=0) * w_out
    return y


maps = dict(W_1="F C", b_1="F", W_2="C F", b_2="C", F=10, tolerance=6)
with check.exercise("24.5.2", unit_by_unit, mistakes.FEED_FORWARD) as test:
    # hidden: ReLU(2·1 − 1) = 1 and ReLU(−3·1) = 0
    test.by_hand(x=[[1.0]], W_1=[[2.0], [-3.0]], b_1=[-1.0, 0.0],
                 W_2=[[5.0, 7.0]], b_2=[0.5], gives=[[5.5]])
    test.equals(on=[
        check.case(x="T C", **maps),
        check.case(x="B T C", **maps),
        check.case(x="B T C", **{**maps, "F": 6}, C=6, note="F = C"),
    ])
    test.gradients(on=check.case(x="T C", **maps, dtype=torch.float32))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(x="B T C", **maps))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Negative hidden numbers leave no trace. The first Transformer used F = 4C. Then the two matrices hold 8C² numbers, twice as many as
the four C × C matrices of its attention: most of a layer is here.
"""

# %% [markdown]
"""
## Add & norm: two orders

A part never *replaces* a token, it *adds* to it: $x + \mathrm{part}(x)$. This is the *residual connection*. It keeps a
straight way open from the last layer to the first. And each part has a norm of its own. Where?

- **post-norm** (2017): $x ← \mathrm{norm}(x + \mathrm{part}(x))$, after the addition;
- **pre-norm** (GPT-2 and most models since): $x ← x + \mathrm{part}(\mathrm{norm}(x))$, on the way into the part.

![Post-norm on the left: the norm sits on the stream itself; pre-norm on the right: the stream runs through, the norm sits on the branch](figures/24_5_encoder_layer.svg)
"""

# %% [markdown]
"""
**Attention is given.** The next cell wraps PyTorch's multi-head attention, so that this notebook does not depend on 24.3.
Queries come from its first argument, keys and values from its second. Its mask is ours: **True means may look**. PyTorch's own mask says
the opposite, and wants one table per head.
"""

# %% tags=["given"]
class Attention(nn.MultiheadAttention):
    """H heads of attention from C to C. True in the mask means: may look."""

    def __init__(self, C: int, H: int):
        super().__init__(C, H, batch_first=True)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor | None = None):
        """x (B, T, C) asks, memory (B, S, C) answers; mask (…, T or 1, S)."""
        if mask is not None:
            mask = mask.expand(len(x), x.shape[1], memory.shape[1])
            mask = ~mask.repeat_interleave(self.num_heads, dim=0)
        out, weights = super().forward(
            x, memory, memory, attn_mask=mask, average_attn_weights=False
        )
        self.weights = weights.detach()  # (B, H, T, S), to look at
        return out

# %% [markdown]
"""
## Exercise 24.5.3 · EncoderLayer

Self-attention, then feed-forward, each with its residual connection and its own norm. `pre_norm` chooses the order.

Name the parts `attention` (`Attention(C, H)`), `linear_1` (C to `width`), `linear_2` (`width` to C), `norm_1` for attention and `norm_2`
for feed-forward (`nn.LayerNorm(C)` each). The test loads weights into them, and compares the output and all
gradients with `nn.TransformerEncoderLayer`.

Shapes: x (B, T, C), mask (B, T or 1, T) or None → (B, T, C) · difficulty ●●○ · 20 minutes · {points} points
"""

# %% [markdown]
"""
**Predict.** Pre-norm, and the token x is huge. How large is what the part sees, and how large is what comes out?

<details><summary>Reveal</summary>

The part sees norm(x), which has standard deviation 1 before weight and bias. What comes out is x + something, so it is
still huge: nothing normalises the stream itself.
</details>
<details><summary>Hint</summary>

Write feed-forward as a small function of its input first. Then each order is two or three lines. In self-attention
the same tensor asks and answers.
</details>
"""

# %% exercise="ex24_5_3_EncoderLayer"
class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each added and normed. 12 lines.

    Source: Vaswani et al. 2017, section 3.1; pre-norm: Xiong et al. 2020.
    """

    def __init__(self, C: int, H: int, width: int, pre_norm: bool = False):
        super().__init__()
        ### BEGIN SOLUTION
        self.pre_norm, self.attention = pre_norm, Attention(C, H)
        self.linear_1, self.linear_2 = nn.Linear(C, width), nn.Linear(width, C)
        self.norm_1, self.norm_2 = nn.LayerNorm(C), nn.LayerNorm(C)
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "B T C"], mask=None) -> Tensor:
        """mask: Bool (B, T or 1, T), True means may look; None allows all."""
        ### BEGIN SOLUTION
        think = lambda x: self.linear_2(F.relu(self.linear_1(x)))
        if self.pre_norm:
            normed = self.norm_1(x)
            x = x + self.attention(normed, normed, mask)
            return x + think(self.norm_2(x))
        x = self.norm_1(x + self.attention(x, x, mask))
        return self.norm_2(x + think(x))
        ### END SOLUTION

# %% test="test24_5_3_EncoderLayer" points=4
@check.probe
def run_layer(student, x, weights, H, width, pre_norm, mask=None):
    layer = student.EncoderLayer(x.shape[-1], H, width, pre_norm)
    parts = "attention linear_1 linear_2 norm_1 norm_2"
    return check.run_module(layer, parts, weights, {"x": x, "mask": mask})


def by_torch(x, weights, H, width, pre_norm, mask=None, patch=None):
    layer = nn.TransformerEncoderLayer(
        x.shape[-1], H, width, 0.0, batch_first=True, norm_first=pre_norm)
    given = {"x": x, "mask": check.blocking(mask, x.shape[1], H)}
    return check.run_module(layer, None, weights, given, patch=patch)


draws, given = check.draws, dict(x="B S C", weights="N", N=934, width=10)
given |= dict(spread=0.5, tolerance=5, dtype=torch.float32)
with check.exercise("24.5.3", by_torch, mistakes.ENCODER_LAYER) as test:
    test.equals(run_layer, on=[
        check.case(**given, pre_norm=False, note="post-norm"),
        check.case(**given, pre_norm=True, note="pre-norm"),
        check.case(**given, pre_norm=False, mask=draws.scattered_keys),
        check.case(**given, pre_norm=True, mask=draws.padded_keys),
    ])
    ### BEGIN HIDDEN TESTS
    test.equals(run_layer, on=check.case(**given, B=3, S=1, pre_norm=True))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Output and gradients agree with PyTorch's layer in both orders. How many norms does a layer have? Let
PyTorch's own layers answer: the textbook's drawing has two for the encoder, and three for the decoder.
"""

# %%
def norms_in(layer: nn.Module) -> int:
    return sum(isinstance(part, nn.LayerNorm) for part in layer.modules())


encoder_norms = norms_in(nn.TransformerEncoderLayer(16, 2))
decoder_norms = norms_in(nn.TransformerDecoderLayer(16, 2))
print("norms: encoder layer", encoder_norms, "decoder layer", decoder_norms)

# %% [markdown]
"""
## Where the norm sits

Why did most models move the norm? At the start of training a deep stack should pass on gradients of a moderate size. The
next cell measures this on stacks of your layers, 2 to 16 deep, with random weights: the gradient of the **last** layer's
`linear_2`, and the size of the stream that leaves the stack.

**Predict.** In which order does the stream grow with depth?
"""

# %% tags=["experiment"]
def deep(L: int, pre_norm: bool, seed: int) -> tuple[float, float]:
    """Size of the stream behind L layers, and the last layer's gradient."""
    torch.manual_seed(seed)
    layers = [EncoderLayer(32, 4, 128, pre_norm) for _ in range(L)]
    stream = nn.Sequential(*layers)(torch.randn(8, 16, 32))
    y = F.layer_norm(stream, (32,)) if pre_norm else stream
    (y * torch.randn(8, 16, 32)).sum().backward()
    return stream.std().item(), layers[-1].linear_2.weight.grad.norm().item()

# %% tags=["experiment"]
torch.set_num_threads(1)  # models this small only get slower with two
depths, last_gradient = [2, 4, 8, 16], {}
for name, pre_norm in {"post-norm": False, "pre-norm": True}.items():
    found = torch.tensor([[deep(L, pre_norm, seed) for L in depths]
                          for seed in range(5)])  # (seed, L, 2)
    last_gradient[name] = found[..., 1]
    print(f"{name:9} stream", [f"{s:.2f}" for s in found[..., 0].mean(0)],
          "gradient", [f"{g:.0f}" for g in found[..., 1].mean(0)])

# %% tags=["experiment"]
figure = plot.lines(
    depths, last_gradient, logx=True, xlabel="L: layers",
    ylabel="gradient of the last layer",
    title="Pre-norm: the deeper the stack, the smaller the last gradient",
)
plot.show(
    figure, alt="Gradient against depth: post-norm flat, pre-norm falling"
)

# %% [markdown]
"""
The band shows the smallest and the largest of five seeds. In post-norm the stream leaves every layer with standard deviation 1, and the last layer's gradient
does not shrink with depth. In pre-norm the stream grows, since nothing norms it, and the last gradient falls. Xiong et al. (2020,
arXiv:2002.04745) derive both, and conclude that post-norm needs a warm-up (a learning rate that starts small) and pre-norm can do without.

The growing stream is the reason for one more norm, behind the last layer of a pre-norm stack. It comes in 24.5.5.
"""

# %% [markdown]
"""
## Exercise 24.5.4 · DecoderLayer

Three parts: **causal** self-attention, then *cross-attention*, then feed-forward. In cross-attention the target asks and the
source answers: queries come from x, keys and values from `memory`, which is what the encoder returned.

![A decoder layer: causal self-attention, cross-attention whose keys and values come from memory, and feed-forward, each with its add and norm](figures/24_5_decoder_layer.svg)

Shapes: x (B, T, C), memory (B, S, C), mask (B, 1, S) or None → (B, T, C) · difficulty ●●● · 25 minutes · {points} points
"""

# %% [markdown]
"""
The causal mask is the layer's own business: a decoder is always causal. The `mask` that is passed in hides the padding of the **source**, and of nothing else. T and S
are two numbers; that they are equal is chance.

**Predict.** Targets of a batch have padding too, at their end. Why does the decoder need no mask for it?

<details><summary>Reveal</summary>

It comes after all real tokens, so the causal mask hides it from them. What the padding's own rows hold is of no interest: the
loss does not count them.
</details>
"""

# %% [markdown]
"""
Names: as in the encoder layer `attention`, `linear_1` and `linear_2`, and `cross_attention` for the second attention. The norms are `norm_1` for self-attention, `norm_2` for
cross-attention, `norm_3` for feed-forward. In pre-norm only the stream is normed on its way in, not `memory`.

<details><summary>Hint 1</summary>

`torch.ones(T, T, dtype=torch.bool).tril()` is the causal mask, with True for "may look".
</details>
<details><summary>Hint 2</summary>

`self.cross_attention(x, memory, mask)`. Three parts and three norms in a list of pairs make a short loop.
</details>
"""

# %% exercise="ex24_5_4_DecoderLayer"
class DecoderLayer(nn.Module):
    """Causal self-attention, cross-attention, feed-forward. 16 lines."""

    def __init__(self, C: int, H: int, width: int, pre_norm: bool = False):
        super().__init__()
        ### BEGIN SOLUTION
        self.pre_norm = pre_norm
        self.attention, self.cross_attention = Attention(C, H), Attention(C, H)
        self.linear_1, self.linear_2 = nn.Linear(C, width), nn.Linear(width, C)
        self.norm_1, self.norm_2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.norm_3 = nn.LayerNorm(C)
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "B T C"],
                memory: Float[Tensor, "B S C"], mask=None) -> Tensor:
        """mask: Bool (B, 1, S), which source tokens are real; None: all."""
        ### BEGIN SOLUTION
        T = x.shape[1]
        causal = torch.ones(T, T, dtype=torch.bool, device=x.device).tril()
        parts = [
            (self.norm_1, lambda x: self.attention(x, x, causal)),
            (self.norm_2, lambda x: self.cross_attention(x, memory, mask)),
            (self.norm_3, lambda x: self.linear_2(F.relu(self.linear_1(x)))),
        ]
        for norm, part in parts:
            x = x + part(norm(x)) if self.pre_norm else norm(x + part(x))
        return x
        ### END SOLUTION

# %% test="test24_5_4_DecoderLayer" points=5
@check.probe
def run_layer(student, x, memory, weights, H, width, pre_norm, mask=None):
    layer = student.DecoderLayer(x.shape[-1], H, width, pre_norm)
    parts = "attention cross_attention linear_1 linear_2 norm_1 norm_2 norm_3"
    given = {"x": x, "memory": memory, "mask": mask}
    return check.run_module(layer, parts, weights, given)


@check.probe
def leaks(student, x, memory, mask, t, H, width, pre_norm):
    """Change the target from t on, and hidden source tokens: what moves?"""
    torch.manual_seed(0)
    layer = student.DecoderLayer(x.shape[-1], H, width, pre_norm).to(x.dtype)
    later, hidden = x.clone(), memory + 9 * ~mask.mT  # (B, S, C)
    later[:, t:] = 1 - later[:, t:]
    before = layer(x, memory, mask)
    early = (layer(later, memory, mask) - before)[:, :t].abs().max()
    padding = (layer(x, hidden, mask) - before).abs().max()
    return {"later": early.item(), "padding": padding.item()}


def by_torch(x, memory, weights, H, width, pre_norm, mask=None, patch=None):
    layer = nn.TransformerDecoderLayer(
        x.shape[-1], H, width, 0.0, batch_first=True, norm_first=pre_norm)
    T, given = x.shape[1], {"x": x, "memory": memory}
    given["ahead"] = torch.ones(T, T, dtype=torch.bool).triu(1)
    given["mask"] = check.blocking(mask, T, H)  # in torch True blocks
    return check.run_module(layer, None, weights, given, patch=patch)


same = check.draws.padded_keys
given = dict(x="B T C", memory="B S C", width=10, spread=0.5, tolerance=5,
             dtype=torch.float32)
cases = [check.case(**given, weights="N", N=1582, **more) for more in (
    dict(pre_norm=False, note="post-norm"), dict(pre_norm=True, mask=same),
    dict(pre_norm=False, mask=same), dict(pre_norm=True, note="pre-norm"),
    dict(pre_norm=False, T=6, S=6, note="T = S"),
    dict(pre_norm=True, T=6, S=6, mask=same, note="T = S, mask"))]
with check.exercise("24.5.4", by_torch, mistakes.DECODER_LAYER) as test:
    test.equals(run_layer, on=cases)
    test.equals(leaks, lambda: {"later": 0.0, "padding": 0.0},
                on=check.case(**given, mask=same, t=2, pre_norm=True))
    ### BEGIN HIDDEN TESTS
    given |= dict(T=2, S=3, dtype=torch.float64, weights="N", N=1582)
    test.equals(run_layer, on=check.case(**given, pre_norm=True, mask=same))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Output and gradients agree with PyTorch's layer. Two numbers of the leak test are exactly 0: what a later token
changes at an earlier position, and what the source's padding changes anywhere. The gradient of `memory` is what trains the encoder: the
loss is measured behind the decoder, and reaches the encoder through cross-attention alone.
"""

# %% [markdown]
"""
## Exercise 24.5.5 · Stack

A stack runs its layers one after the other. What it is given besides x, masks or memory, goes to **every** layer. A pre-norm
stack ends in a norm of its own.

![x runs through three layers; memory goes to each of them; after the last one a norm, if the stack is pre-norm](figures/24_5_stack.svg)

Shapes: x (B, T, C) → (B, T, C) · difficulty ●●○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
Keep the layers as `self.layers`, so that PyTorch finds their weights. The test hands in PyTorch's own layers, so this exercise does not need yours.

**Predict.** All decoder layers get the same memory. Which encoder layer does it come from?

<details><summary>Reveal</summary>

From the last one. The first decoder layer, too, looks at the finished encoder, not at its first layer.
</details>
<details><summary>Hint</summary>

`nn.ModuleList(layers)` and not a plain list. `def forward(self, x, *rest)` collects all further arguments; `layer(x, *rest)` hands them on.
</details>
"""

# %% exercise="ex24_5_5_Stack"
class Stack(nn.Module):
    """Layers in a row; a pre-norm stack ends in a norm. About 6 lines."""

    def __init__(self, layers: list[nn.Module], C: int, pre_norm: bool):
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "B T C"], *rest) -> Tensor:
        """`rest`: masks or memory, the same for every layer."""
        ### BEGIN SOLUTION
        for block in self.layers:
            x = block(x, *rest)
        return self.norm(x)
        ### END SOLUTION

# %% test="test24_5_5_Stack" points=3
@check.probe
def run_stack(student, x, weights, L, pre_norm, rest=None, ahead=None,
              decoder=False):
    """Stack PyTorch's own layers. In `ahead` True blocks, as in PyTorch."""
    kind, C = "Decoder" if decoder else "Encoder", x.shape[-1]
    make = getattr(nn, f"Transformer{kind}Layer")
    layers = [make(C, 2, 6, 0.0, batch_first=True, norm_first=pre_norm)
              for _ in range(L)]
    stack = student.Stack(layers, C, pre_norm)
    given = {"x": x, "rest": rest, "ahead": ahead}
    return check.run_module(stack, "layers", weights, given)


def by_torch(x, weights, L, pre_norm, rest=None, ahead=None, decoder=False,
             patch=None):
    make = getattr(nn, f"Transformer{'De' if decoder else 'En'}coderLayer")
    norm = nn.LayerNorm(x.shape[-1]) if pre_norm else None
    layer = make(x.shape[-1], 2, 6, 0.0, batch_first=True, norm_first=pre_norm)
    stack = nn.TransformerDecoder(layer, L, norm) if decoder else (
        nn.TransformerEncoder(layer, L, norm, enable_nested_tensor=False))
    given = {"x": x, "rest": rest, "ahead": ahead}
    return check.run_module(stack, "layers", weights, given, patch=patch)


given = dict(x="B T C", C=8, L=3, spread=0.5, tolerance=8, weights="N",
             dtype=torch.float32)
memory = dict(N=3 * 734, decoder=True, rest="B S C", ahead=lambda T: (
    torch.ones(T, T, dtype=torch.bool).triu(1)))
with check.exercise("24.5.5", by_torch, mistakes.STACK) as test:
    test.equals(run_stack, on=[
        check.case(**given, N=3 * 430, pre_norm=False, note="post-norm"),
        check.case(**given, N=3 * 430, pre_norm=True, note="pre-norm"),
        check.case(**given, **memory, pre_norm=True, note="memory, mask")])
    ### BEGIN HIDDEN TESTS
    test.equals(run_stack, on=check.case(
        **given, **memory, pre_norm=False, B=1, T=1))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The same numbers as `nn.TransformerEncoder` and `nn.TransformerDecoder`. In post-norm there is
no last norm: each layer ends in one already.

## What the drawing leaves out

The textbook's figure has the two stacks. Build a model from it alone, and you cannot even feed it a sentence. The next cell
assembles the whole. It is given, so that you can read what is added to your two stacks: token embeddings (a learned vector
for each token), positions, the source's padding mask, the memory on its way to the decoder, and the projection to V *logits*, one score for each
token that may come next.

The softmax is missing here, too. It is inside the loss, and greedy writing does not need it.
"""

# %% tags=["experiment"]
class Transformer(nn.Module):
    """The whole of it: embeddings, two stacks, projection."""

    def __init__(self, C=32, H=4, width=64, length=12):
        super().__init__()
        V = len(dates.TOKENS)
        self.tokens = nn.Embedding(V, C)
        self.positions = nn.Embedding(length, C)
        # one layer each, pre-norm
        self.encoder = Stack([EncoderLayer(C, H, width, True)], C, True)
        self.decoder = Stack([DecoderLayer(C, H, width, True)], C, True)
        self.head = nn.Linear(C, V)

    def embed(self, ids):
        return self.tokens(ids) + self.positions.weight[: ids.shape[1]]

    def encode(self, source):
        mask = (source != PAD)[:, None]  # (B, 1, S)
        return self.encoder(self.embed(source), mask), mask

    def decode(self, ids, memory, mask):
        return self.head(self.decoder(self.embed(ids), memory, mask))

# %% [markdown]
"""
How much of it is outside the drawing? Count the numbers that are learned. In a model this small the share is large; in the
first Transformer, with V = 37,000 shared by both sides and C = 512, the embeddings alone were 19 of 65 million (Vaswani et al. 2017).
"""

# %% tags=["experiment"]
def numbers(part: nn.Module) -> int:
    return sum(p.numel() for p in part.parameters())


model = Transformer()
outside = [model.tokens, model.positions, model.head]
share_outside = sum(map(numbers, outside)) / numbers(model)
for name, part in model.named_children():
    print(f"{name:10} {numbers(part):6,}")
print(f"outside the drawn stacks: {share_outside:.0%}")

# %% [markdown]
"""
## Exercise 24.5.6 · the masked-token loss

The three families differ in how they learn. An **encoder-only** model such as BERT looks both ways. Asked for the next token, it
could simply look. So some tokens are hidden, and it has to say what they were.

![A row of tokens; two are replaced by the mask token; the model's logits at these two positions are compared with the hidden tokens, all others do not count](figures/24_5_masked.svg)

Shapes: ids and chosen (B, T) → one number · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
`encode` is a function from ids (B, T) to logits (B, T, V). Call it once, on the ids with the chosen ones replaced by `mask_id`. The loss is
the mean, over the chosen tokens alone, of minus the logarithm of the probability of the token that was hidden: the *cross-entropy*.

<details><summary>Hint</summary>

`logits[chosen]` has the shape (N, V) and `ids[chosen]` the shape (N,). That is what `F.cross_entropy` wants.
</details>
"""

# %% exercise="ex24_5_6_masked_token_loss"
def masked_token_loss(
    encode, ids: Int[Tensor, "B T"], chosen: Bool[Tensor, "B T"], mask_id: int
) -> Float[Tensor, ""]:
    """Mean cross-entropy of the hidden tokens. About 2 lines."""
    ### BEGIN SOLUTION
    logits = encode(ids.masked_fill(chosen, mask_id))  # (B, T, V)
    return F.cross_entropy(logits[chosen], ids[chosen])
    ### END SOLUTION

# %% test="test24_5_6_masked_token_loss" points=3
@check.probe
def run_loss(student, ids, chosen, table, mask_id):
    model = check.TableModel(table, causal=False)
    loss = student.masked_token_loss(model, ids, chosen, mask_id)
    return model.backward(loss)


def by_loops(ids, chosen, table, mask_id, **wrong):
    hidden = ids.masked_fill(chosen, mask_id)
    used = {"seen": hidden, "labels": ids, "counted": chosen} | wrong
    return check.token_loss(check.TableModel(table, causal=False), **used)


draws = dict(
    ids=lambda B, T, generator: torch.randint(
        4, 9, (B, T), generator=generator),
    chosen=lambda B, T, generator: (torch.arange(T) == 2) | (
        torch.rand(B, T, generator=generator) < 0.4),
    table="V V", V=9, B=4, T=6, dtype=torch.float32, tolerance=3)
with check.exercise("24.5.6", by_loops, mistakes.MASKED_LOSS) as test:
    test.equals(run_loss, on=[check.case(**draws, mask_id=2),
                              check.case(**draws, mask_id=8)])
    ### BEGIN HIDDEN TESTS
    test.equals(run_loss, on=check.case(
        **{**draws, "B": 1, "chosen": torch.eye(6)[2:3] > 0}, mask_id=2))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The loss and the gradient equal a loop over the hidden tokens. Tokens in view do not count: copying
what is in front of one's eyes teaches little.
"""

# %% [markdown]
"""
## Exercise 24.5.7 · the next-token loss

A **decoder** writes from left to right. In training it need not wait for itself: the whole target is known, so all positions learn at once. The trick is a
**shift by one**. It reads `start` and all tokens but the last, and at each position it has to say the next one.

![The target row, and above it the same row moved one place to the right with start in front; at each position the model reads the upper token and has to write the lower one](figures/24_5_shifted.svg)

Shapes: target (B, T) → one number · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
`decode` is a function from ids (B, T) to logits (B, T, V). Call it once: all positions learn together. Padding at the end of a target does not count; `end` does, since the model has to learn when to stop.

**Predict.** Somebody forgets the shift: the model reads the target itself. What will the training loss look like, and what will the model write?

<details><summary>Reveal</summary>

The loss falls to 0 in no time, because the answer stands in the input and the causal mask allows a look at oneself. When it writes, there is nothing to
copy: it writes nonsense.
</details>
<details><summary>Hint</summary>

`torch.full_like(target[:, :1], start)` is a column of start. `F.cross_entropy(…, ignore_index=pad)` leaves labels out.
</details>
"""

# %% exercise="ex24_5_7_next_token_loss"
def next_token_loss(
    decode, target: Int[Tensor, "B T"], start: int, pad: int
) -> Float[Tensor, ""]:
    """Mean cross-entropy of each token, given those before. About 4 lines."""
    ### BEGIN SOLUTION
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))  # (B, T, V)
    return F.cross_entropy(logits.mT, target, ignore_index=pad)
    ### END SOLUTION

# %% test="test24_5_7_next_token_loss" points=3
@check.probe
def run_loss(student, target, table, start, pad):
    model = check.TableModel(table)
    return model.backward(student.next_token_loss(model, target, start, pad))


def by_loops(target, table, start, pad, **wrong):
    seen = F.pad(target, (1, 0), value=start)[:, :-1]
    used = {"seen": seen, "labels": target} | wrong
    used = {"counted": used["labels"] != pad} | used
    return check.token_loss(check.TableModel(table), **used)


def sentences(B, T, pad, generator):
    ids = torch.randint(4, 9, (B, T), generator=generator)
    lengths = T - torch.arange(B)[:, None] % 4  # from T - 3 to T
    return ids.where(torch.arange(T) < lengths, pad)


draws = dict(target=sentences, table="V V", V=9, B=4, T=7, tolerance=3,
             dtype=torch.float32)
with check.exercise("24.5.7", by_loops, mistakes.NEXT_TOKEN_LOSS) as test:
    test.equals(run_loss, on=[check.case(pad=3, start=1, **draws),
                              check.case(pad=0, start=2, **draws)])
    ### BEGIN HIDDEN TESTS
    test.equals(run_loss, on=check.case(pad=2, start=0, **{**draws, "B": 7}))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The loss equals a loop over the real tokens, each with a prediction from the tokens before it.
"""

# %% [markdown]
"""
## Exercise 24.5.8 · greedy decoding

Now the model writes. Begin with `start`. Ask for the logits, take the likeliest token at the **last** position, append it, and
ask again. *Greedy* means: always the likeliest.

![Three sentences grow by one token a step; one that has written end gets padding; the loop stops when all have ended](figures/24_5_greedy.svg)

Shapes: a function and numbers → ids (B, at most limit) · difficulty ●●○ · 20 minutes · {points} points
"""

# %% [markdown]
"""
B sentences are written at once, and they do not end together. One that has written `end` gets `pad` from then on. Stop as soon as all have
ended, or when `limit` tokens are written. The result holds `end`, but not `start`. Call `decode` once a step, on all that is written so far, `start` included.

<details><summary>Hint 1</summary>

A vector `finished` of B times False. After each step it becomes True where the newest token is `end`, and stays so.
</details>
<details><summary>Hint 2</summary>

`newest.where(~finished, pad)` before you append; and `newest[:, None]` has the shape (B, 1).
</details>
"""

# %% exercise="ex24_5_8_greedy_decode"
def greedy_decode(
    decode, B: int, start: int, end: int, pad: int, limit: int
) -> Int[Tensor, "B T"]:
    """Write B sentences, the likeliest token each time. About 10 lines.

    decode: from ids (B, T) to logits (B, T, V).
    """
    ### BEGIN SOLUTION
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(dim=-1)  # (B,)
        newest = newest.where(~finished, pad)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]
    ### END SOLUTION

# %% test="test24_5_8_greedy_decode" points=4
@check.probe
def write(student, lengths, table, start, end, pad, limit):
    """A model that wants to end each sentence at a length of its own."""
    model, B = check.TableModel(table, lengths=lengths, end=end), len(lengths)
    ids = student.greedy_decode(model, B, start, end, pad, limit)
    return {"ids": ids, "calls": torch.tensor(model.calls)}


def one_by_one(lengths, table, start, end, pad, limit, feeds="all",
               goes_on=False, all_steps=False, picks="largest"):
    """Each sentence alone, as lists; the table's rows add up."""
    rows = []
    for length in lengths.tolist():
        row = []
        while len(row) < limit and (goes_on or end not in row):
            read = [start, *row]
            used = {"all": read, "newest": read[-1:], "first": read[:1]}[feeds]
            logits = sum(table[i] / 4 for i in used) + table[used[-1]]
            logits[end] += 1e4 * (len(used) == length)
            order = logits.argsort(descending=picks == "largest").tolist()
            row.append(order[0])
        rows.append(row)
    ends = [row.index(end) + 1 if end in row else limit for row in rows]
    steps = limit if all_steps else max(ends)
    rows = [(row + [pad] * limit)[:steps] for row in rows]
    return {"ids": torch.tensor(rows), "calls": torch.tensor(steps)}


def table(V, start, end, pad, generator):  # these, and the last, stay unlikely
    found = torch.randn(V, V, generator=generator)
    found[:, [start, end, pad, V - 1]] = -torch.tensor([50., 60., 70., 80.])
    found.diagonal().sub_(20)  # never twice the same
    return found


model = dict(table=table, V=9, dtype=torch.float32)
with check.exercise("24.5.8", one_by_one, mistakes.GREEDY) as test:
    test.equals(write, on=[
        check.case(lengths=torch.tensor(n), limit=limit, start=s, end=e, pad=p,
                   **model)
        for n, limit, s, e, p in [([4, 2, 6], 9, 1, 2, 3),
                                  ([3, 9, 5], 5, 3, 0, 4), ([1], 4, 1, 2, 0)]])
    ### BEGIN HIDDEN TESTS
    test.equals(write, on=check.case(
        lengths=torch.tensor([7, 8]), limit=1, start=1, end=2, pad=0, **model))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Three sentences of different lengths, each as it would be written alone, and no call of the model after the last
one has ended.

## Train it: dates

All parts are there. The data: dates from 1900 to 2099, with days up to 28 to keep it simple, in three forms. Every tenth date is **held out**: it
never appears in training, in none of its forms, and is used for the test alone. A GPU helps little here: models this small
mostly wait for the next operation to start.
"""

# %% tags=["experiment"]
def rewriting_loss(model, source, target):
    decode = lambda ids: model.decode(ids, *model.encode(source))
    return next_token_loss(decode, target, START, PAD)


def exact_match(model, source, target, change=lambda memory: memory) -> float:
    memory, mask = model.encode(source)
    decode = lambda ids: model.decode(ids, change(memory), mask)
    mine = greedy_decode(decode, len(source), START, END, PAD, 11)
    mine = F.pad(mine, (0, 11 - mine.shape[1]), value=PAD)
    return (mine == target).all(1).float().mean().item()

# %% [markdown]
"""
One encoder layer, one decoder layer, C = 32. **Predict:** how many of 500 held-out dates will be written without a single wrong token, after 250 batches of 64 dates?
"""

# %% tags=["experiment"]
SEEDS, writers = 3, []
held_out = dates.batch(500, torch.Generator().manual_seed(99), held_out=True)
for seed in range(SEEDS):
    torch.manual_seed(seed)
    draw, model = torch.Generator().manual_seed(seed), Transformer()
    fit.train(model, lambda m: rewriting_loss(m, *dates.batch(64, draw)), 250)
    writers.append(model)
exact = torch.tensor([exact_match(model, *held_out) for model in writers])
print("exact match:", [f"{share:.1%}" for share in exact.tolist()])

# %% [markdown]
"""
The printed shares are over 500 dates of which no form was seen in training, for three seeds. So 24,000 learned numbers are enough to sort, copy and look up months.

Now switch off, in the **trained** models, what the drawing does not show: the arrow from the encoder, by setting memory to zero, and then the positions.
"""

# %% tags=["experiment"]
no_arrow, no_positions = torch.zeros(SEEDS), torch.zeros(SEEDS)
for seed, model in enumerate(writers):
    no_arrow[seed] = exact_match(model, *held_out, change=torch.zeros_like)
    kept = model.positions.weight.data.clone()
    model.positions.weight.data.zero_()
    no_positions[seed] = exact_match(model, *held_out)
    model.positions.weight.data = kept
print("without arrow", [f"{share:.1%}" for share in no_arrow.tolist()],
      "without positions", [f"{share:.1%}" for share in no_positions.tolist()])

# %% [markdown]
"""
Neither is an ornament. (To *train* without positions is another question: see 24.4.)

## The alignment

Where does the decoder look while it writes? `Attention` keeps its weights. Row t of the cross-attention belongs to the token that is written at step t; the picture shows the mean over the four heads.
"""

# %% tags=["experiment"]
def looks(model, source, target) -> Float[Tensor, "B T S"]:
    """Cross-attention while the target is written, mean of the heads."""
    rewriting_loss(model, source, target)
    return model.decoder.layers[-1].cross_attention.weights.mean(1)


words, signs = dates.written(2024, 3, 5, 0), [*"2024-03-05."]
table = looks(writers[0], dates.ids([words], 11), dates.ids([signs], 11))[0]

# %% tags=["experiment"]
figure = plot.heatmap(
    table[:, : len(words)], rows=signs, cols=words, size="tall",
    title="Where the decoder looks while it writes",
    xlabel="S: source read", ylabel="T: target written",
)
plot.show(
    figure, alt="Cross-attention weights: target digits against source tokens"
)

# %% [markdown]
"""
The last two digits of the year, and the last ones of month and day, look at what they are made of. The zeros in front of 3 and 5 stand nowhere in the source, and of the century, 19 or 20, one digit tells the other. How is it with other dates? For each held-out date and each of the four digits of its year, ask whether the **largest** weight lies on the very digit that is copied. Chance would be about
one in eight, since the sources have six to eleven tokens.
"""

# %% tags=["experiment"]
source, target = held_out
wanted = dates.year_at(source)[:, None] + torch.arange(4)  # (B, 4)
aligned = [(looks(model, source, target).argmax(-1)[:, :4] == wanted)
           .float().mean().item() for model in writers]
print("largest weight on the digit that is copied:",
      [f"{share:.0%}" for share in aligned])

# %% [markdown]
"""
Far above chance in each seed, and not every time. The weights are a mean over four heads, and a single head may look elsewhere.

## The three families

Your parts make three kinds of models. They differ in **who may look where**.

| family | layers | mask | learns by |
|---|---|---|---|
| encoder-only, BERT | `EncoderLayer` | padding only | the masked-token loss |
| decoder-only, GPT | `EncoderLayer` | causal | the next-token loss |
| encoder-decoder, T5 | both kinds | both | the next-token loss, given a source |

**Predict.** Why does a decoder-only model use `EncoderLayer`, and not `DecoderLayer`?

<details><summary>Reveal</summary>

It has no source, so there is nothing for cross-attention to look at. Without that part, a decoder layer is an encoder layer with a causal mask.
</details>
"""

# %% [markdown]
"""
The next cell checks both sentences. First: cross-attention is switched off in a decoder layer by setting its last matrix to 0. Is the rest an encoder layer with
a causal mask? Second: change token 3 of a sentence of six. Which outputs move, in each family?
"""

# %% tags=["experiment"]
torch.manual_seed(0)
three, two = DecoderLayer(16, 2, 32, True), EncoderLayer(16, 2, 32, True)
two.load_state_dict(three.state_dict(), strict=False)
two.norm_2 = three.norm_3  # the norm of feed-forward
nn.init.zeros_(three.cross_attention.out_proj.weight)
x, causal = torch.randn(1, 6, 16), torch.ones(6, 6, dtype=torch.bool).tril()
same = (two(x, causal) - three(x, x)).abs().max().item()
print(f"without cross-attention they differ by {same:.1e}; parameters:",
      f"{numbers(three):,} and {numbers(two):,}")
changed, moved = x.clone(), {}
changed[:, 3] = torch.randn(16)
for name, mask in {"encoder-only": None, "decoder-only": causal}.items():
    move = (two(changed, mask) - two(x, mask)).abs().amax(-1)[0]  # (T,)
    moved[name] = move.tolist()
    print(f"{name}: change of outputs 0 to 5", [f"{m:.2f}" for m in move])

# %% [markdown]
"""
In the encoder-only model everything moves. In the decoder-only one outputs 0 to 2 do not move at all, and output 3 does: causal means "to the left **and itself**". The
picture shows the same for all pairs: how strongly does output t depend on input s?
"""

# %% tags=["experiment"]
layer, memory = DecoderLayer(16, 2, 32, True), torch.randn(1, 6, 16)
panels = {"encoder-only": fit.influence(lambda x: two(x), x),
          "decoder-only": fit.influence(lambda x: two(x, causal), x),
          "target on source": fit.influence(lambda m: layer(x, m), memory)}
figure = plot.heatmaps(
    panels, masked={name: p == 0 for name, p in panels.items()}, values=False,
    title="Hatched: exactly 0", xlabel="S: input", ylabel="T: output")
plot.show(figure, alt="Three tables: a full one, a lower triangle, a full one")

# %% [markdown]
"""
**What each is good for.** Give the first two families the same lines, `5 March|03-05.`, without the year so that it goes fast. 366 days in three forms make
1,098 lines. 200 of them are held out (their day may appear in another form).
"""

# %% tags=["experiment"]
class OneStack(nn.Module):
    """Embeddings, one stack of two encoder layers, projection."""

    def __init__(self, causal: bool, V: int = 32, C: int = 32):
        super().__init__()
        layers = [EncoderLayer(C, 4, 64, True) for _ in range(2)]
        self.causal, self.stack = causal, Stack(layers, C, True)
        self.tokens, self.positions = nn.Embedding(V, C), nn.Embedding(14, C)
        self.head = nn.Linear(C, V)

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        triangle = torch.ones(2 * (ids.shape[1],), dtype=torch.bool).tril()
        mask = triangle if self.causal else (ids != PAD)[:, None]
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        return self.head(self.stack(x, mask))

# %% tags=["experiment"]
seen, unseen = dates.lines(held_out=200)  # (N, 13), the bar at 6


def family_loss(model: OneStack, draw: torch.Generator) -> Tensor:
    ids = seen[torch.randint(len(seen), (64,), generator=draw)]
    if model.causal:
        return next_token_loss(model, ids, START, PAD)
    chosen = (torch.rand(ids.shape, generator=draw) < 0.3) & (ids != PAD)
    return masked_token_loss(model, ids, chosen, MASK)

# %% [markdown]
"""
Then three tests on the held-out lines.

- **Fill the first token**, all that follows in view. For the decoder-only model nothing is in view: it reads from left to right.
- **The last digit**, all that comes before in view. For the encoder-only model also what comes after.
- **All of the date** behind the bar. The decoder-only model writes from left to right. The encoder-only model fills six hidden tokens at once.

**Predict** the six numbers.
"""

# %% tags=["experiment"]
def answers(model: OneStack, places: list[int]) -> Int[Tensor, "B 13"]:
    """What the model says there, without seeing it."""
    if model.causal:
        return model(F.pad(unseen[:, :-1], (1, 0), value=START)).argmax(-1)
    hidden = torch.zeros(13).index_fill(0, torch.tensor(places), 1).bool()
    return model(unseen.masked_fill(hidden, MASK)).argmax(-1)


def tests(model: OneStack) -> list[float]:
    return [(answers(model, at) == unseen)[:, at].all(1).float().mean().item()
            for at in ([0], [11], [*range(7, 13)])]

# %% tags=["experiment"]
scores = {"encoder-only": [], "decoder-only": []}
for seed in range(SEEDS):
    for name, found in scores.items():
        torch.manual_seed(seed)
        draw = torch.Generator().manual_seed(seed)
        model = OneStack(causal=name == "decoder-only")
        fit.train(model, lambda m: family_loss(m, draw), steps=300)
        found.append(tests(model))

# %% tags=["experiment"]
mean = {name: torch.tensor(s).mean(0).tolist() for name, s in scores.items()}
for name, s in scores.items():
    print(name, "worst seed", [f"{v:.0%}" for v in torch.tensor(s).amin(0)])
figure = plot.heatmap(
    list(mean.values()), list(mean), ["first token", "last digit", "all"],
    title="Shares of held-out lines", xlabel="what is asked for", ylabel="")
plot.show(figure, alt="A table of two families by three tests")

# %% [markdown]
"""
The means of three seeds. The first token depends on what comes after it. The encoder-only model reads it off the rest of the line; the decoder-only model has to guess, and names the most frequent one. Both know the last digit.

The third test is a surprise if you expected "understanding" against "generating". The encoder-only model fills six gaps at once, and nearly always rightly, because each digit follows from the source alone. Where the next word depends on the words just
chosen, filling all at once has no way to agree with itself; this small world does not show that. What it shows: the families differ in **mask and loss**. (For the decoder-only model the test asks for each token given the right ones before it. All
are right exactly if greedy decoding writes the date.)
"""

# %% [markdown]
"""
## Verdicts

What the textbook claims, what you measured, and what follows. BERT, GPT, T5 and BART themselves are not loaded: this course works offline. What is tested is their
structure, on models of the same structure; which model has which is cited. One claim stays untested, since no small model can show it: that decoder-only models
are today's mainstream.
"""

# %% tags=["experiment"]
Claim, vaswani = claims.Claim, "Vaswani et al. 2017, arXiv:1706.03762"
section = f"{vaswani}, section 3.1"
first, whole = ([f"{mean[name][i]:.0%}" for name in mean] for i in (0, 2))
claims.table([
    Claim("24.5-01", "An encoder layer is self-attention, Add & Norm, "
          "feed-forward, Add & Norm, N times.", f"{encoder_norms} norms in "
          "PyTorch's layer and in the drawing", "holds", source=section),
    Claim("24.5-02", "A decoder layer is masked self-attention, cross-"
          "attention, feed-forward, each with Add & Norm, N times.",
          f"{decoder_norms} norms, in both as well", "holds", source=section),
    Claim("24.5-03", "The figure is the complete Transformer.",
          f"{share_outside:.0%} of our model's numbers are not in it; exact "
          f"match {exact.mean():.1%}, without the encoder's arrow "
          f"{no_arrow.mean():.1%}, without positions {no_positions.mean():.1%}"
          , "imprecise", "it lacks embeddings, positions, the arrow "
          "(words stand for it), projection and softmax, and shows post-norm "
          "only", "3 seeds; Xiong et al. 2020, arXiv:2002.04745"),
    Claim("24.5-04", "Encoder-only models such as BERT look both ways and "
          "suit understanding.", f"hidden first token right in {first[0]}, "
          f"decoder-only {first[1]}", "holds if", "question answering means "
          "marking a span of the text", "3 seeds; Devlin et al. 2018"),
])

# %% tags=["experiment"]
gpt, left = "Radford et al. 2019 (GPT-2)", moved["decoder-only"]
claims.table([
    Claim("24.5-05", "Decoder-only models such as GPT use the decoder alone.",
          f"without cross-attention, a decoder layer and an encoder layer "
          f"with a causal mask differ by {same:.0e}; parameters with it "
          f"{numbers(three):,}, without {numbers(two):,}", "holds if",
          "cross-attention is left out: two parts a layer, not three", gpt),
    Claim("24.5-06", "Causal attention looks only to the left.",
          f"a change of token 3 moves outputs 0 to 2 by {max(left[:3]):.0f}, "
          f"output 3 by {left[3]:.2f}", "imprecise", "to the left and at "
          "itself", gpt),
    Claim("24.5-07", "Decoder-only models suit generation and dialogue.",
          f"whole date right in {whole[1]}; encoder-only, all at once, in "
          f"{whole[0]}", "holds if", "it is no exclusive gift: this task does "
          "not separate the two; dialogue was not tested", "3 seeds"),
    Claim("24.5-08", "T5 and BART use both halves and suit rewriting tasks.",
          f"{exact.mean():.1%} of held-out dates right (worst seed "
          f"{exact.min():.1%}), {no_arrow.mean():.1%} without the encoder",
          "holds", source="3 seeds; Raffel et al. 2019, arXiv:1910.10683; "
          "Lewis et al. 2019, arXiv:1910.13461"),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| $(x - μ)/\sqrt{σ^2 + ε} · w + b$ | `layer_norm(x, weight, bias)` | (…, C) |
| $\mathrm{ReLU}(xW_1^\top + b_1)W_2^\top + b_2$ | `feed_forward(x, …)` | (…, C) → (…, F) → (…, C) |
| post-norm: $\mathrm{norm}(x + \mathrm{part}(x))$ | `norm_1(x + attention(x, x, mask))` | (B, T, C) |
| pre-norm: $x + \mathrm{part}(\mathrm{norm}(x))$ | `x + linear_2(F.relu(linear_1(norm_2(x))))` | (B, T, C) |
| cross-attention: q from x, k and v from memory | `self.cross_attention(x, memory, mask)` | (B, T, C), (B, S, C) → (B, T, C) |
| $-\log p(\mathrm{next} \mid \mathrm{before})$ | `F.cross_entropy(logits, target)` | one number |

**In one breath:** attention mixes tokens, feed-forward changes each one, both add to a stream that a norm keeps in bounds; masks say who may look where; and the mask and the loss
make the family.
"""

# %% [markdown]
"""
## In real models

- The first Transformer has N = 6 layers on each side, C = 512, F = 2048, post-norm (Vaswani et al. 2017).
- BERT-base is a stack of 12 encoder layers with C = 768 (Devlin et al. 2018).
- GPT-2 moved the norm to the input of each part and added one after the last layer (Radford et al. 2019).
- T5 and BART have both stacks (Raffel et al. 2019, Lewis et al. 2019).
- LLaMA is pre-norm too, with RMSNorm and another feed-forward part (Touvron et al. 2023, arXiv:2302.13971): section 26.1.
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Beam search.** Keep the k best beginnings instead of one. Does it ever find a likelier date than greedy decoding? And is it ever a better one?
2. **Prefix language model.** A mask under which the source part of a line looks both ways and the target part only to the left. Write the mask, and train `OneStack` with it (Raffel
   et al. 2019, figure 3).

**Papers.** Ba et al. 2016, arXiv:1607.06450, layer norm · Vaswani et al. 2017, arXiv:1706.03762 · Xiong et al. 2020, arXiv:2002.04745, where the norm sits.
"""
