# %% [markdown]
"""
# 26.1 Architectures

**You will be able to**

- write RMSNorm, GELU, SwiGLU, and one decoder whose configuration makes it GPT-2, LLaMA, Mistral or Mixtral;
- compute how many parameters a model has, to the last one, and how many of them a token uses;
- read the weights that such models are published with, and say what goes wrong without an error.

**Time** about 3 hours · **You need** 24.2, 24.4 and 24.5; their code is given here

**The claim to test.** The textbook lists three families, GPT, LLaMA and Mistral/Mixtral, with four or five features each. You will
write all of them as **one** class. Then you can check each feature against each model of the family, and find
which lines of the list hold for one model only.
"""

# %% [markdown]
"""
**How this notebook works.** As in 24.2: see it, predict it, write it, check it, say it again. Cells with
`raise NotImplementedError` are yours. The cell below each one tests it. No exercise needs your code of an earlier
one: the text says what to use in its place.
"""

# %% setup
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("26.1")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

GPT-2 and LLaMA are the same drawing. Ids become vectors, L blocks change them, a norm and a matrix turn them into V
scores. In each block attention mixes tokens, then feed-forward changes each one. What differs is **what stands in the boxes**.

![GPT-2's block and LLaMA's block side by side: the same stream with two branches; layer norm against RMSNorm, learned positions against RoPE, GELU against SwiGLU, biases against none](figures/26_1_overview.svg)
"""

# %% [markdown]
"""
**The configuration.** A frozen dataclass holds the choices. "Frozen" means that nobody changes it by accident: another model is
another object. Letters: B batch · T positions · C model width · H query heads · G key/value heads · D head width · F feed-forward width ·
V vocabulary · E experts · K experts per token · L layers.
"""

# %% tags=["given"]
from dataclasses import replace

from llmlab.models import architecture, published
from llmlab.models.architecture import Config

# %% [markdown]
"""
The next cell prints some columns for twelve published models. The sizes are those of the published configurations.

**Predict** before you run it: the textbook says that "GPT" has learned positions and pre-norm, "LLaMA" grouped-query attention, and
"Mistral/Mixtral" a sliding window and experts. Which of these hold for *every* model of the family?
"""

# %% tags=["experiment"]
print(architecture.GPT_2)
columns = "positions norm pre_norm activation H G window E".split()
print(architecture.table(architecture.KNOWN, columns))

# %% [markdown]
"""
Look down the columns. GPT-1 is not pre-norm. LLaMA 7B, LLaMA 2 7B and 13B have G = H, which is plain multi-head attention. Only the first
Mistral has a window, and only Mixtral has experts. So four lines of the textbook's list hold for a part of the
family. The verdicts at the end come back to each.

Now write the boxes, from the smallest to the whole.
"""

# %% [markdown]
"""
## Exercise 26.1.1 · RMSNorm

Layer norm subtracts the mean and divides by the standard deviation. RMSNorm leaves the mean alone. It divides by the *root mean
square*, and multiplies by a learned `weight`:

$$y = \frac{x}{\sqrt{\mathrm{mean}(x^2) + ε}} · \mathrm{weight}$$

![One token's C numbers: square, mean, root, divide, multiply by the weight; no mean is subtracted and there is no bias](figures/26_1_rms_norm.svg)

Shapes: (…, C) → (…, C) · difficulty ●○○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
**Numbers of 16 bits.** Models run in float16 or bfloat16, and the largest float16 is 65,504. LLaMA's code squares in 32 bits and comes back
before it multiplies by the weight. The result has x's dtype.

**Predict.** A token in float16 has numbers around 300. What does a norm return that squares in float16?

<details><summary>Reveal</summary>

300² = 90,000 does not fit: it becomes ∞. Then x / ∞ = 0, and the whole token is lost, without an error.
</details>
<details><summary>Hint</summary>

`self.weight = nn.Parameter(torch.ones(C))`. In `forward`: `x.float()` gives 32 bits, and `.to(x.dtype)` comes back.
</details>
"""

# %% exercise="ex26_1_1_RMSNorm"
class RMSNorm(nn.Module):
    """Each token divided by its root mean square; a weight. About 4 lines.

    Source: Zhang and Sennrich 2019, arXiv:1910.07467. Not allowed: torch's
    rms_norm.
    """

    def __init__(self, C: int, eps: float = 1e-5):
        super().__init__()
        ### BEGIN SOLUTION
        self.eps, self.weight = eps, nn.Parameter(torch.ones(C))
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
        ### BEGIN SOLUTION
        wide = x.float()
        mean_square = wide.square().mean(dim=-1, keepdim=True)  # (..., 1)
        normed = wide * torch.rsqrt(mean_square + self.eps)
        return normed.to(x.dtype) * self.weight
        ### END SOLUTION

# %% test="test26_1_1_RMSNorm" points=3
@check.probe
def run_norm(student, x, weight, eps):
    """A fresh weight; then load one, and return output and gradients."""
    norm, x = student.RMSNorm(x.shape[-1], eps), x.clone().requires_grad_()
    start = norm.to(x.dtype).weight.detach().clone()
    norm.weight.data.copy_(weight)
    y = norm(x)
    y.square().sum().backward()
    return {"output": y, "∂x": x.grad, "∂weight": norm.weight.grad,
            "parameters": sum(p.numel() for p in norm.parameters()),
            "weight at first": start}


def by_torch(x, weight, eps):
    norm = lambda x, weight: F.rms_norm(x, weight.shape, weight, eps)
    found = check.with_gradients(norm, x=x, weight=weight)
    first = {"weight at first": torch.ones_like(weight)}
    return found | {"parameters": weight.numel()} | first


half = dict(dtype=torch.float16, x=lambda T, C, generator: (
    300 * torch.randn(T, C, generator=generator)).half())
given = dict(weight="C", dtype=torch.float32)
with check.exercise("26.1.1", by_torch, mistakes.RMS_NORM) as test:
    test.forbids("rms_norm")
    test.equals(run_norm, on=[
        check.case(x="T C", **given, eps=0.01),
        check.case(x="B T C", **given, T=6, C=6, eps=1.0, note="T = C"),
        check.case(x="T C", **given, spread=1e-3, eps=1e-6, note="small"),
        check.case(**{**given, **half}, eps=1e-5, note="float16, large")])
    ### BEGIN HIDDEN TESTS
    few = dict(given, eps=0.1)
    test.equals(run_norm, on=check.case(x="C", **few, note="one token"))
    test.equals(run_norm, on=check.case(x="B T C", B=0, **few))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** For a token whose mean is 0 the mean square *is* the variance, so RMSNorm and layer norm agree there. The next cell
moves the mean and watches the two part. What RMSNorm saves is the mean, and the bias: C numbers for each norm.
"""

# %% tags=["experiment"]
draw = torch.Generator().manual_seed(0)
x = torch.randn(1000, 64, generator=draw)
x = x - x.mean(-1, keepdim=True)
shifts, apart = [0.0, 0.5, 1.0, 2.0, 4.0], []
for shift in shifts:
    gap = RMSNorm(64)(x + shift) - F.layer_norm(x + shift, (64,))
    apart.append(gap.square().mean().sqrt().item())
print("mean of the token", shifts)
print("RMSNorm and layer norm differ by", [f"{gap:.1e}" for gap in apart])

# %% [markdown]
"""
## Exercise 26.1.2 · GELU

ReLU has a corner at 0. GELU bends softly. It multiplies x by the share of a normal distribution that lies below x,
$Φ(x)$:

$$\mathrm{GELU}(x) = x\,Φ(x) = \frac{x}{2}\left(1 + \mathrm{erf}\frac{x}{\sqrt 2}\right) ≈ \frac{x}{2}\left(1 + \tanh\left(\sqrt{2/π}\,(x + 0.044715\,x^3)\right)\right)$$

![ReLU with its corner, GELU and SiLU with their soft dips below zero](figures/26_1_bends.svg)

Shapes: (…) → (…) · difficulty ●○○ · 10 minutes · {points} points
"""

# %% [markdown]
"""
GPT-2 was trained with the approximation on the right, because erf was slow. A model that was trained with one has to be run with the same
one. Write both.

**Predict.** For which |x| are the two furthest apart: below 1, between 2 and 3, or above 4?

<details><summary>Reveal</summary>

Between 2 and 3. At 0 both are 0, and far out both are x or 0. The cell after the test draws the difference.
</details>
"""

# %% exercise="ex26_1_2_gelu"
def gelu(x: Float[Tensor, "..."], tanh: bool) -> Float[Tensor, "..."]:
    """x Φ(x), exactly or by the tanh formula, without torch's gelu. 3 lines.

    Source: Hendrycks and Gimpel 2016, arXiv:1606.08415.
    """
    ### BEGIN SOLUTION
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)
    twice = torch.tanh(inner) if tanh else torch.erf(x / math.sqrt(2))
    return x / 2 * (1 + twice)
    ### END SOLUTION

# %% test="test26_1_2_gelu" points=2
def by_torch(x, tanh):
    return F.gelu(x, approximate="tanh" if tanh else "none")


with check.exercise("26.1.2", by_torch, mistakes.GELU) as test:
    test.forbids("gelu")
    # Φ(1) = 0.8413447460685429 and Φ(−2) = 0.0227501319481792
    test.by_hand(x=[[0.0, 1.0, -2.0]], tanh=False,
                 gives=[[0.0, 0.8413447460685429, -0.0455002638963584]])
    test.equals(on=[check.case(x="T C", tanh=False, spread=2.0),
                    check.case(x="T C", tanh=True, spread=2.0)])
    test.gradients(on=[check.case(x="T C", tanh=False),
                       check.case(x="T C", tanh=True)])
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(x="B T C", tanh=True))
    test.equals(on=check.case(x="B T C", tanh=False, spread=40.0))
    ### END HIDDEN TESTS

# %% tags=["experiment"]
x = torch.linspace(-5, 5, 401, dtype=torch.float64)
difference = gelu(x, tanh=True) - gelu(x, tanh=False)
figure = plot.lines(
    x, {"tanh formula minus exact": difference}, xlabel="x", size="wide",
    ylabel="difference", title="The two GELUs differ by less than 0.0005",
)
plot.show(figure, alt="A wave that is zero at the centre and far outside")
print(f"largest {difference.abs().max():.6f} at |x| = "
      f"{x[difference.abs().argmax()].abs():.2f}")

# %% [markdown]
"""
## Exercise 26.1.3 · SwiGLU

LLaMA's feed-forward has **three** matrices. Two lead up from C to F. One of the two is a *gate*: it goes through
$\mathrm{SiLU}(g) = g · σ(g)$ and then multiplies the other, number by number. The third leads back down.

$$y = W_\mathrm{down}\,(\mathrm{SiLU}(W_\mathrm{gate}\,x) ⊙ W_\mathrm{up}\,x)$$

![x goes up twice, through gate and up; SiLU bends the gate; the two are multiplied; down leads back to width C](figures/26_1_swiglu.svg)

Shapes: (…, C) → (…, C) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
Name the layers `gate`, `up` and `down`, each an `nn.Linear` without bias; `F.silu` is allowed.

**Predict.** GPT's feed-forward has two matrices and F = 4C. Which F gives three matrices the same number of parameters?

<details><summary>Reveal</summary>

$3CF = 2C·4C$, so $F = \frac{8}{3}C$. LLaMA 7B has C = 4096 and F = 11008: $\frac83 · 4096 ≈ 10{,}923$, rounded up to a multiple of 256.
</details>
"""

# %% exercise="ex26_1_3_SwiGLU"
class SwiGLU(nn.Module):
    """A gated feed-forward: two maps up, one down. About 4 lines.

    Source: Shazeer 2020, arXiv:2002.05202.
    """

    def __init__(self, C: int, width: int):
        super().__init__()
        ### BEGIN SOLUTION
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
        ### BEGIN SOLUTION
        return self.down(F.silu(self.gate(x)) * self.up(x))
        ### END SOLUTION

# %% test="test26_1_3_SwiGLU" points=3
@check.probe
def run_swiglu(student, x, gate, up, down):
    layer = student.SwiGLU(x.shape[-1], len(gate))
    weights = torch.cat([w.flatten() for w in (gate, up, down)])
    return check.run_module(layer, "gate up down", weights, {"x": x})


def by_glu(x, gate, up, down):
    """F.glu(a, b) is a · σ(b): with a = g · u and b = g it is SiLU(g) · u."""
    def part(x, gate, up, down):
        g, u = x @ gate.mT, x @ up.mT
        return F.glu(torch.cat([g * u, g], dim=-1)) @ down.mT

    found = check.with_gradients(
        part, flat="gate up down", x=x, gate=gate, up=up, down=down)
    return found | {"parameters": 3 * gate.numel()}


maps = dict(gate="F C", up="F C", down="C F", F=10, spread=0.7, tolerance=5,
            dtype=torch.float32)
with check.exercise("26.1.3", by_glu, mistakes.SWIGLU) as test:
    test.equals(run_swiglu, on=[
        check.case(x="T C", **maps),
        check.case(x="B T C", **{**maps, "F": 6}, C=6, note="F = C")])
    ### BEGIN HIDDEN TESTS
    test.equals(run_swiglu, on=check.odd_cases(x="B T C", **maps))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Output and all four gradients agree with a version that goes through PyTorch's `F.glu`.
"""

# %% [markdown]
"""
## Exercise 26.1.4 · Block

The stream runs through a block and two parts add to it. `config.pre_norm` says where the norms sit; `config.norm` says which norm
it is, "layer" or "rms".

- pre-norm (GPT-2, LLaMA, …): $x ← x + \mathrm{part}(\mathrm{norm}(x))$
- post-norm (GPT-1): $x ← \mathrm{norm}(x + \mathrm{part}(x))$

![Two blocks: in pre-norm the norms sit on the branches, in post-norm on the stream](figures/26_1_block.svg)

Shapes: (B, T, C) → (B, T, C) · difficulty ●●○ · 20 minutes · {points} points
"""

# %% [markdown]
"""
The two parts are handed in, as modules that take x and return what is added. Keep them as `attention` and `feed_forward`. Make `norm_1`
for attention and `norm_2` for feed-forward, each `nn.LayerNorm(C, eps)` or your `RMSNorm(C, eps)`; `nn.RMSNorm` serves as well.

<details><summary>Hint 1</summary>

Choose the *class* first: `make = nn.LayerNorm if … else RMSNorm`. Then `make(config.C, config.eps)`, twice.
</details>
<details><summary>Hint 2</summary>

A loop over the two pairs (norm, part) needs each order only once.
</details>
"""

# %% exercise="ex26_1_4_Block"
class Block(nn.Module):
    """Attention and feed-forward on one stream. About 9 lines."""

    def __init__(self, config: Config, attention: nn.Module,
                 feed_forward: nn.Module):
        super().__init__()
        ### BEGIN SOLUTION
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = make(config.C, config.eps)
        self.norm_2 = make(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm
        ### END SOLUTION

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        ### BEGIN SOLUTION
        parts = [(self.norm_1, self.attention),
                 (self.norm_2, self.feed_forward)]
        for norm, part in parts:
            x = x + part(norm(x)) if self.pre_norm else norm(x + part(x))
        return x
        ### END SOLUTION

# %% test="test26_1_4_Block" points=4
@check.probe
def run_block(student, x, weights, rms, pre_norm, eps):
    """A block around two toy parts, with given weights."""
    from llmlab.models.architecture import Config

    C = x.shape[-1]
    norm = "rms" if rms else "layer"
    config = Config(V=2, C=C, L=1, H=1, norm=norm, pre_norm=pre_norm, eps=eps)
    parts = nn.Sequential(nn.Linear(C, C), nn.Tanh()), nn.Linear(C, C)
    block = student.Block(config, *parts)
    names = "norm_1 attention norm_2 feed_forward"
    return check.run_module(block, names, weights, {"x": x})


def by_torch(x, weights, rms, pre_norm, eps, patch=None):
    """PyTorch's own layer, with its parts exchanged for the toy ones."""
    C, make = x.shape[-1], nn.RMSNorm if rms else nn.LayerNorm
    layer = nn.TransformerEncoderLayer(C, 1, 1, norm_first=pre_norm)
    layer.self_attn = layer.linear1 = layer.linear2 = nn.Identity()
    layer.attention = nn.Sequential(nn.Linear(C, C), nn.Tanh())
    layer.norm1, layer.norm2 = make(C, eps), make(C, eps)
    layer.feed_forward = nn.Linear(C, C)
    layer._sa_block = lambda x, *masks, **options: layer.attention(x)
    layer._ff_block = lambda x: layer.feed_forward(x)
    names = "norm1 attention norm2 feed_forward"
    return check.run_module(layer, names, weights, {"x": x}, patch=patch)


given = dict(x="B T C", C=8, weights="N", spread=0.5, tolerance=5,
             dtype=torch.float32)
layer, rms = dict(rms=False, N=176), dict(rms=True, N=160)
with check.exercise("26.1.4", by_torch, mistakes.BLOCK) as test:
    test.equals(run_block, on=[
        check.case(**given, **layer, pre_norm=True, eps=1e-5, note="GPT-2"),
        check.case(**given, **layer, pre_norm=False, eps=1e-5, note="GPT-1"),
        check.case(**given, **rms, pre_norm=True, eps=0.5, note="LLaMA"),
        check.case(**given, **rms, pre_norm=False, eps=0.5)])
    ### BEGIN HIDDEN TESTS
    test.equals(run_block, on=check.case(
        **given, **rms, B=1, T=1, pre_norm=True, eps=1e-6))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** In all four combinations the block equals PyTorch's own encoder layer with the parts exchanged.

What does the place of the norm change? Stack your blocks, 2 to 16 of them, with random weights, and look at the stream that comes out and
at the gradient of the **last** block's feed-forward. GPT-1 (post-norm) and GPT-2 (pre-norm) are on either side of this choice.
"""

# %% tags=["experiment"]
def deep(L: int, pre_norm: bool, seed: int) -> Tensor:
    """Size of the stream behind L blocks; gradient of the last block."""
    torch.manual_seed(seed)
    config = Config(V=2, C=32, L=L, H=1, pre_norm=pre_norm)
    mlp = lambda: nn.Sequential(
        nn.Linear(32, 128), nn.GELU(), nn.Linear(128, 32))
    blocks = [Block(config, mlp(), mlp()) for _ in range(L)]
    return fit.last_gradient(blocks, pre_norm)

# %% [markdown]
"""
**Predict.** In post-norm every block ends in a norm; in pre-norm nothing norms the stream. Which of the two streams grows with depth? And what does that do to a gradient that
has to pass the last norm?

<details><summary>Reveal</summary>

The pre-norm stream grows. The last norm divides by its size, and divides the gradient by it too.
</details>
"""

# %% tags=["experiment"]
from llmlab import fit

torch.set_num_threads(1)  # models this small only get slower with two
depths = [2, 4, 8, 16]
order = {"GPT-1, post-norm": False, "GPT-2, pre-norm": True}
found = {name: torch.stack([torch.stack([deep(L, pre, seed) for L in depths])
                            for seed in range(5)])  # (seed, L, 2)
         for name, pre in order.items()}
streams = {name: f[:, -1, 0].mean().item() for name, f in found.items()}
print("stream behind 16 blocks", {n: f"{s:.2f}" for n, s in streams.items()})
figure = plot.lines(
    depths, {name: f[..., 1] for name, f in found.items()}, logx=True,
    title="Pre-norm: the deeper the stack, the smaller the last gradient",
    xlabel="L: layers", ylabel="gradient of the last block")
plot.show(figure, alt="Gradient against depth: flat, and falling")

# %% [markdown]
"""
Means of five seeds; the band goes from the smallest to the largest. With post-norm the stream leaves each block with standard deviation 1. With pre-norm
it grows, and the norm behind the stack divides by more and more. So GPT-1 and GPT-2 train differently, though the textbook gives them one line. Xiong et al. (2020,
arXiv:2002.04745) derive why post-norm needs a warm-up.
"""

# %% [markdown]
"""
## Given: attention and experts

The next two cells hold what other sections ask you to write. Read them for one thing: **where the configuration enters**. G is the number of
key/value heads (26.2). RoPE turns queries and keys (24.4); `interleaved` says which numbers form a pair. `window` cuts the causal mask off on the left.
"""

# %% tags=["given"]
def turn(x: Float[Tensor, "B H T D"], config: Config) -> Tensor:
    """RoPE: each pair is a complex number, turned by its position's angle."""
    p, i = (torch.arange(n, device=x.device) for n in x.shape[-2:])
    angle = p[:, None] * config.base ** -(i[::2] / len(i))  # (T, D/2)
    joined = "(d two)" if config.interleaved else "(two d)"
    pairs = rearrange(x.float(), f"... {joined} -> ... d two", two=2)
    z = torch.view_as_complex(pairs.contiguous()) * torch.exp(1j * angle)
    z = rearrange(torch.view_as_real(z), f"... d two -> ... {joined}")
    return z.to(x.dtype)

# %% [markdown]
"""
Attention itself: q for H heads, k and v for G. PyTorch's function shares each key head among H/G query heads when `enable_gqa` is set. Without a window
the plain causal mask does; with one, who may look where is a band.
"""

# %% tags=["given"]
class Attention(nn.Module):
    """Causal attention with H query heads and G key/value heads."""

    def __init__(self, config: Config):
        super().__init__()
        c, inner, shared = config, config.H * config.D, config.G * config.D
        self.config, self.q = config, nn.Linear(c.C, inner, c.bias)
        self.k, self.v = (nn.Linear(c.C, shared, c.bias) for _ in "kv")
        self.out = nn.Linear(inner, c.C, c.bias)

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        T, heads = x.shape[1], "B T (h D) -> B h T D"
        q, k, v = (rearrange(part(x), heads, D=self.config.D)
                   for part in (self.q, self.k, self.v))
        if self.config.positions == "rope":
            q, k = turn(q, self.config), turn(k, self.config)
        near, window = None, self.config.window
        if window:  # who may look where
            near = x.new_ones(T, T).bool().tril().triu(1 - window)
        y = F.scaled_dot_product_attention(
            q, k, v, near, is_causal=near is None, enable_gqa=True)
        return self.out(rearrange(y, "B H T D -> B T (H D)"))

# %% [markdown]
"""
The feed-forward is GPT's or SwiGLU. With experts there are E of them, and a router gives each token shares of its K best. To keep it readable,
every expert here works on every token and most results are multiplied by 0. The result is right, the work is E/K times too
much. Section 26.3 sends tokens to their experts only.
"""

# %% tags=["given"]
class GPTLayer(nn.Module):
    """GPT's feed-forward: up, GELU by the tanh formula, down."""

    def __init__(self, config: Config):
        super().__init__()
        self.up = nn.Linear(config.C, config.F, config.bias)
        self.down = nn.Linear(config.F, config.C, config.bias)

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        return self.down(gelu(self.up(x), tanh=True))


class Experts(nn.Module):
    """E SwiGLUs and a router; shares of the K likeliest, the rest 0."""

    def __init__(self, config: Config):
        super().__init__()
        self.K, self.router = config.K, nn.Linear(config.C, config.E, False)
        self.experts = nn.ModuleList(
            SwiGLU(config.C, config.F) for _ in range(config.E))

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        p = self.router(x).softmax(-1, dtype=torch.float32)  # (B, T, E)
        p = p.where(p >= p.sort(-1).values[..., [-self.K]], 0)
        shares = (p / p.sum(-1, keepdim=True)).to(x.dtype).split(1, dim=-1)
        return sum(w * run(x) for w, run in zip(shares, self.experts))

# %% [markdown]
"""
## Exercise 26.1.5 · Decoder

The whole model. It gets its blocks ready made, and adds what stands around them:

- `tokens`, an embedding (V, C); with learned positions also `positions`, an embedding (length, C), whose first T rows are added;
- `blocks`, one after the other; then `norm`, if the blocks are pre-norm;
- `head`, an `nn.Linear` from C to V without bias. If `config.tied`, head and tokens share **one** weight.

![Ids, token embedding, plus learned positions for GPT only, L blocks, last norm, head; a dashed line ties head and embedding](figures/26_1_decoder.svg)

Shapes: ids (B, T) → logits (B, T, V) · difficulty ●●○ · 25 minutes · {points} points
"""

# %% [markdown]
"""
**Predict.** Two tensors with equal numbers, or one tensor under two names: does it matter for the parameter count, for training, for both?

<details><summary>Reveal</summary>

For both. Two tensors are counted twice and drift apart with the first step. One tensor collects the gradients of both uses.
</details>
<details><summary>Hint 1</summary>

`self.head.weight = self.tokens.weight` makes it one tensor: `nn.Embedding` and `nn.Linear` both keep (V, C).
</details>
<details><summary>Hint 2</summary>

`nn.Sequential(*blocks)` or a loop over `nn.ModuleList(blocks)`; `nn.Identity()` where there is no last norm. With RoPE do not even create `positions`.
</details>
"""

# %% exercise="ex26_1_5_Decoder"
class Decoder(nn.Module):
    """Embedding, blocks, norm, head, as the config says. About 13 lines."""

    def __init__(self, config: Config, blocks: list[nn.Module]):
        super().__init__()
        ### BEGIN SOLUTION
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.Sequential(*blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        norm = norm if config.pre_norm else nn.Identity
        self.norm = norm(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        self.head.weight = (self.tokens if config.tied else self.head).weight
        ### END SOLUTION

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        ### BEGIN SOLUTION
        x = self.tokens(ids)  # (B, T, C)
        if hasattr(self, "positions"):
            x = x + self.positions.weight[: ids.shape[1]]
        return self.head(self.norm(self.blocks(x)))
        ### END SOLUTION

# %% test="test26_1_5_Decoder" points=5
from llmlab.models import layout


@check.probe
def run_decoder(student, ids, options, weights):
    """Load weights by name into a decoder of toy blocks, tanh(x Wᵀ)."""
    from llmlab.models.architecture import Config

    V, C = weights["tokens.weight"].shape
    toy = lambda: nn.Sequential(nn.Linear(C, C, bias=False), nn.Tanh())
    config = Config(V=V, C=C, L=3, H=1, length=9, eps=0.1, **options)
    model = student.Decoder(config, [toy(), toy(), toy()])
    model.load_state_dict(weights)
    (y := model(ids)).square().sum().backward()
    return {"output": y, "∂tokens": model.tokens.weight.grad,
            "parameters": sum(p.numel() for p in model.parameters())}


def by_rows(ids, options, weights, change=lambda place, value: value):
    """Look-ups are products with one-hot rows; the norm is written out."""
    w = {name: value.double() for name, value in weights.items()}
    tied, layer = options.get("tied", True), "norm.bias" in w

    def logits(tokens):
        x = F.one_hot(ids, len(tokens)).double() @ tokens
        table = change("table", w.get("positions.weight", torch.zeros(9, 1)))
        x = change("stream", x + table[: ids.shape[1]])
        for i in change("blocks", range(3)):
            x = (x @ w[f"blocks.{i}.0.weight"].mT).tanh()
        if "norm.weight" in w and change("normed", True):
            x = x - layer * x.mean(-1, keepdim=True)
            size = x.square().mean(-1, keepdim=True) + change("eps", 0.1)
            x = x / size.sqrt() * w["norm.weight"] + w.get("norm.bias", 0)
        return change("logits", x @ (tokens if tied else w["head.weight"]).mT)

    found = check.with_gradients(logits, tokens=w["tokens.weight"])
    size = sum(v.numel() for n, v in w.items() if not (tied and "head" in n))
    return found | {"parameters": size}


given = dict(ids=check.draws.ids, weights=layout.around, C=8, tolerance=5,
             dtype=torch.float32)
with check.exercise("26.1.5", by_rows, mistakes.DECODER) as test:
    test.equals(run_decoder, on=[check.case(options=o, **given, note=name)
                                 for name, o in layout.AROUND.items()])
    ### BEGIN HIDDEN TESTS
    test.equals(run_decoder, on=check.case(
        options=dict(tied=False), **given, B=1, T=1, note="T = 1"))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** One class, four kinds of models. The next cell puts all your parts together. From here on `build(config)` makes
any of the twelve models of the table, if the memory suffices.
"""

# %% tags=["given"]
def build(config: Config) -> nn.Module:
    """A decoder of L blocks, with what the configuration asks for."""
    gated = lambda c: SwiGLU(c.C, c.F)
    make = gated if config.activation == "swiglu" else GPTLayer
    make = Experts if config.E else make
    blocks = [Block(config, Attention(config), make(config))
              for _ in range(config.L)]
    return Decoder(config, blocks)

# %% [markdown]
"""
All of them are *decoder-only*: one stack, a causal mask, nothing to look across to. The next cell proves the mask on one block of each family. It
measures how strongly output t depends on the vector of token s. Mistral's window here is 5.
"""

# %% tags=["experiment"]
tables, x = {}, torch.randn(1, 8, 16, generator=draw)
for kind in ("gpt2", "llama", "mistral", "mixtral"):
    config = replace(published.read_config(published.tiny(kind)), L=1)
    tables[kind] = fit.influence(build(config).blocks[0], x)
future = max(table.triu(1).max().item() for table in tables.values())
figure = plot.heatmaps(
    tables, masked={kind: t == 0 for kind, t in tables.items()}, values=False,
    title="Hatched is exactly 0. Only Mistral's window forgets")
plot.show(figure, alt="Four lower triangles; Mistral's is a band of five")

# %% [markdown]
"""
## Exercise 26.1.6 · count the parameters

How large is a model, to the last parameter? Compute it from the configuration alone, and how many a single token **uses**: with experts
only K of E work on a token.

![A bar for each part of a model: embedding, attention, feed-forward, norms; with experts K of E bars are filled](figures/26_1_counts.svg)

Shapes: a configuration → two integers · difficulty ●●○ · 25 minutes · {points} points
"""

# %% [markdown]
"""
- `config.bias` gives a bias to q, k, v, out, and to GPT's up and down. Gated feed-forwards, router and head never have one.
- q has H·D rows, k and v have G·D rows each.
- Layer norm has two vectors, RMSNorm one. Post-norm has no last norm.
- *Used* here means: all but the experts that a token is not sent to. Without experts it is the total.

<details><summary>Hint</summary>

Name the pieces first: `attention`, `expert`, `norm`. A block has one attention, two norms, max(E, 1) feed-forwards, and C·E numbers of a router.
</details>
"""

# %% exercise="ex26_1_6_count_parameters"
def count_parameters(config: Config) -> tuple[int, int]:
    """(all parameters, those that one token uses). About 12 lines."""
    ### BEGIN SOLUTION
    c, q, kv = config, config.H * config.D, config.G * config.D
    attention = 2 * c.C * (q + kv) + c.bias * (q + 2 * kv + c.C)
    gpt = 2 * c.C * c.F + c.bias * (c.F + c.C)
    expert = 3 * c.C * c.F if c.activation == "swiglu" else gpt
    norm = 2 * c.C if c.norm == "layer" else c.C
    around = c.V * c.C * (1 if c.tied else 2) + c.pre_norm * norm
    if c.positions == "learned":
        around += c.length * c.C
    rest = around + c.L * (attention + 2 * norm + c.C * c.E)
    total = rest + c.L * max(c.E, 1) * expert
    return total, rest + c.L * max(c.K, 1) * expert
    ### END SOLUTION

# %% test="test26_1_6_count_parameters" points=5
@check.probe
def count_both(student, sizes):
    from llmlab.models.architecture import Config

    total, used = student.count_parameters(Config(**sizes))
    return {"all": total, "used": used}


def by_shapes(sizes):
    """PyTorch's own layers, built without memory: what they hold."""
    from llmlab.models.architecture import Config

    c, plain = Config(**sizes), dict(bias=False, device="meta")
    norm = nn.RMSNorm if c.norm == "rms" else nn.LayerNorm
    norm, linear = norm(c.C, device="meta"), dict(bias=c.bias, device="meta")
    block = [nn.Linear(c.C, n * c.D, **linear) for n in (c.H, c.G, c.G)]
    block += [nn.Linear(c.H * c.D, c.C, **linear), norm, norm]
    block += [nn.Linear(c.C, c.E, **plain)] if c.E else []
    if c.activation == "gelu":
        mlp = [nn.Linear(c.C, c.F, **linear), nn.Linear(c.F, c.C, **linear)]
    else:
        mlp = 3 * [nn.Linear(c.C, c.F, **plain)]
    ends = (2 - c.tied) * [nn.Linear(c.C, c.V, **plain)] + c.pre_norm * [norm]
    table = [nn.Linear(c.C, c.length, **plain)]
    ends += table if c.positions == "learned" else []
    size = lambda parts: sum(p.numel() for m in parts for p in m.parameters())
    fixed = size(ends) + c.L * size(block)
    return {"all": fixed + c.L * max(c.E, 1) * size(mlp),
            "used": fixed + c.L * max(c.K, 1) * size(mlp)}


odd = dict(V=97, C=24, L=3, H=4, G=2, D=5, F=31, length=13)
llama = dict(norm="rms", activation="swiglu", positions="rope", bias=False)
kinds = {"GPT-2": {}, "GPT-1": dict(pre_norm=False), "LLaMA, tied": llama,
         "no bias": dict(bias=False, tied=False),
         "LLaMA": llama | dict(tied=False), "Mixtral": llama | dict(E=6, K=2)}
with check.exercise("26.1.6", by_shapes, mistakes.COUNT_PARAMETERS) as test:
    test.by_hand(count_both, sizes=dict(V=50257, C=768, L=12, H=12),
                 gives={"all": 124_439_808, "used": 124_439_808})
    test.equals(count_both, on=[check.case(sizes=odd | change, note=name)
                                for name, change in kinds.items()])
    ### BEGIN HIDDEN TESTS
    test.equals(count_both, on=check.case(
        sizes=odd | llama | dict(E=5, K=5, tied=False)))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The test knows no formula: it builds PyTorch's layers on the *meta* device, which keeps shapes and no numbers. The next
cell does the same with **your** decoder: it builds each of the twelve models, GPT-3 too, in no memory, and counts.
"""

# %% tags=["experiment"]
numbers = lambda part: sum(p.numel() for p in part.parameters())
counted = {}
for name, config in architecture.KNOWN.items():
    with torch.device("meta"):
        one, two = (numbers(build(replace(config, L=L))) for L in (1, 2))
    total, used = counted[name] = count_parameters(config)
    assert one + (config.L - 1) * (two - one) == total
    print(f"{name:16} {total:>15,}   used by a token {used:>15,}")

# %% [markdown]
"""
Formula and module agree to the last parameter for all twelve. (All blocks of a model have the same size, so the cell builds one and two.)

Three things to see. Mistral 7B has grouped heads and a wider feed-forward than LLaMA 2 7B, together half a billion more. Mixtral is not 8 × 7 = 56
billion: only the feed-forward is there eight times. And its 12.9 billion used parameters are close to LLaMA 2 13B's, though it holds 46.7.
"""

# %% [markdown]
"""
## Published weights

A model is published as a folder: `config.json`, and `model.safetensors` with named tensors. (Large models come in several files, with
an index.) The course ships four tiny ones with random weights, written by Hugging Face's `transformers` library just as it writes real
ones, and with the logits that it computes for them.

Names differ between families. That part is dull, and given: `published.our_name` translates.

| GPT-2 | LLaMA | Mixtral | here |
|---|---|---|---|
| wte | embed_tokens | embed_tokens | tokens |
| attn.c_attn | self_attn.q_proj, k_proj, v_proj | the same | attention.qkv, or q, k, v |
| attn.c_proj | self_attn.o_proj | the same | attention.out |
| mlp.c_fc, c_proj | mlp.up_proj, down_proj | …experts.0.w3, w2 | feed_forward.up, down |
| | mlp.gate_proj | …experts.0.w1 | feed_forward.gate |
"""

# %% [markdown]
"""
## Exercise 26.1.7 · read published weights

Names are not all. Return a dict with our names, ready for `load_state_dict`, and mind three things:

- **GPT-2's matrices lie on their side.** Its layer `Conv1D` computes x W with W (in, out); `nn.Linear` keeps (out, in). This concerns c_attn, c_proj and c_fc, not the embeddings.
- **`attention.qkv` is three in one:** q, k and v side by side among the *outputs*, weight and bias. We want `attention.q`, `.k`, `.v`.
- **A tied head is not stored.** If `config.tied`, `head.weight` is `tokens.weight`.

![GPT-2's c_attn: C rows, 3C columns; turned over, it is cut into q, k and v](figures/26_1_layout.svg)

Shapes: named tensors → named tensors · difficulty ●●● · 30 minutes · {points} points
"""

# %% [markdown]
"""
Old files also store masks and frequencies, which nobody learned: for those `our_name` returns None, and you leave them out. Dtypes stay as they are. Only
GPT-2 has `config.positions == "learned"` in these folders.

**Predict.** Somebody forgets to turn GPT-2's matrices. Most cannot be loaded: the shapes do not fit. Which one loads **without an error**?

<details><summary>Reveal</summary>

attn.c_proj, since it is square: (C, C). The model runs, and is wrong. A check of shapes does not find it.
</details>
<details><summary>Hint</summary>

`tensor.T` works for a bias too, but turn only what "c_" in the published name marks. After the turn `tensor.chunk(3)` cuts the first axis; it also cuts the bias.
</details>
"""

# %% exercise="ex26_1_7_read_published"
def read_published(
    tensors: dict[str, Tensor], config: Config
) -> dict[str, Tensor]:
    """Published tensors under our names, as we keep them. About 12 lines."""
    ### BEGIN SOLUTION
    ours = {}
    for published_name, tensor in tensors.items():
        name = published.our_name(published_name)
        if name is None:
            continue
        if ".c_" in published_name and tensor.ndim == 2:
            tensor = tensor.T  # (in, out) → (out, in)
        if ".qkv." in name:
            for part, third in zip("qkv", tensor.chunk(3)):
                ours[name.replace(".qkv.", f".{part}.")] = third
        else:
            ours[name] = tensor
    if config.tied:
        ours["head.weight"] = ours["tokens.weight"]
    return ours
    ### END SOLUTION

# %% test="test26_1_7_read_published" points=6
from llmlab.models import layout


@check.probe
def read(student, kind, tensors):
    from llmlab.models import layout

    return student.read_published(tensors, layout.config(kind))


def as_before(kind, ours):
    """What was drawn, before it was laid out for publication."""
    tied = {"head.weight": ours["tokens.weight"]}
    return ours | (tied if layout.config(kind).tied else {})


def drawn(kind):
    """A text among the inputs would be a shape: a function returns it."""
    return check.case(kind=lambda: kind, ours=layout.weights,
                      tensors=layout.publish, note=kind)


with check.exercise("26.1.7", as_before, mistakes.READ_PUBLISHED) as test:
    test.equals(read, on=[*map(drawn, ("gpt2", "llama", "mixtral"))])
    # float16, with masks and frequencies; a tied head
    test.equals(read, on=[
        *map(drawn, ("gpt2, old", "llama, old", "llama, tied"))])
    ### BEGIN HIDDEN TESTS
    test.equals(read, on=drawn("mistral"))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** Random weights were laid out as each family publishes them, and you have brought them back.

Now the whole way: read a folder's configuration and tensors, build, load, run. Your logits are compared with those that `transformers`
computed for the same ids.
"""

# %% tags=["experiment"]
def from_folder(folder, **changes) -> nn.Module:
    """A published model in your decoder; `changes` alter its config."""
    config = replace(published.read_config(folder), **changes)
    tensors = published.read_tensors(folder, torch.float32)
    model = build(config)
    model.load_state_dict(read_published(tensors, config))
    return model.eval()

# %% [markdown]
"""
The comparison is a second function, because it is used on wrong settings too. Whatever `changes` it gets go into the configuration; the weights stay the same.
"""

# %% tags=["experiment"]
def gap(kind: str, **changes) -> float:
    """Largest difference from the logits that `transformers` computed."""
    ids, logits = published.reference(published.tiny(kind))
    with torch.no_grad():
        mine = from_folder(published.tiny(kind), **changes)(ids)
    return (mine - logits).abs().max().item()


gaps = {kind: gap(kind) for kind in ("gpt2", "llama", "mistral", "mixtral")}
print({kind: f"{value:.0e}" for kind, value in gaps.items()})

# %% [markdown]
"""
One class, four architectures, and logits that differ in the last digits of 32 bits at most. The repository's tests do this with freshly drawn
checkpoints, and compare the names and shapes of the full-size models too.

**Predict.** LLaMA was trained with RoPE on the pairs (0, 1), (2, 3), … Its files on the hub expect the pairs (0, D/2), (1, D/2 + 1), …: whoever converted them reordered
the rows of q and k (24.4). What happens if you run these files with the original pairs?

<details><summary>Reveal</summary>

No error: all shapes fit. Every query and key is turned in wrong pairs, and the logits are wrong. Only position 0, where the angle is 0, is right.
</details>
"""

# %% tags=["experiment"]
wrong = {"LLaMA, other pairs": gap("llama", interleaved=True),
         "LLaMA, base 500,000": gap("llama", base=500_000.0),
         "Mistral, no window": gap("mistral", window=None),
         "Mistral, window + 1": gap("mistral", window=6),
         "Mixtral, one expert": gap("mixtral", K=1)}
figure = plot.bars([*wrong], {"largest difference": [*wrong.values()]},
                   "None of these gives an error", ylabel="of a logit")
plot.show(figure, alt="Five wrong settings, each with a large difference")

# %% [markdown]
"""
Each of these loads and runs. So "the weights load" proves little. What proves it is a comparison of logits with those of somebody else's program.

Mistral publishes its own files too, with its own names, where the pairs are the original ones. `read_config` says `interleaved=True` for those.
"""

# %% [markdown]
"""
## Mistral is LLaMA with a window

The textbook says that Mistral builds on LLaMA. As far as the architecture goes this can be tested: put Mistral's **weights** into LLaMA's configuration,
which has no window. Where can the two differ?
"""

# %% tags=["experiment"]
folder = published.tiny("mistral")
mistral, as_llama = from_folder(folder), from_folder(folder, window=None)
ids, _ = published.reference(folder)
window = published.read_config(folder).window
with torch.no_grad():
    differ = (mistral(ids) - as_llama(ids)).abs().amax((0, 2))  # (T,)
inside, outside = differ[:window].max().item(), differ[window:].min().item()
print(f"window {window}: the first {window} positions differ by at most "
      f"{inside:.0e}, each later one by at least {outside:.2f}")

# %% [markdown]
"""
Up to the window the two are the same model. Behind it they part. The other difference, G < H, is no difference of code: LLaMA 2 70B has it, too.

## A real model

`hub.find` takes the path of a folder, or a name. A name is looked up among the models that you have fetched before. It fetches only if you say
`download=True`, prints the size first, and says what to do if something is missing. Nothing here needs it.

**Optional, online.** Set `NAME` to "gpt2" (0.5 GB), to another model of the four families, or to your own folder. The prompt has to consist of words that
are one token each, since the tokenizer comes in 25.1.1. The next token of "The capital of France is" should be a word that can stand there.
"""

# %% tags=["experiment"]
from llmlab.models import hub, words

NAME, prompt = "", "The capital of France is"
if NAME:
    folder = hub.find(NAME, download=True)
    model = from_folder(folder)
    print(words.continued(model, folder, prompt, 8))
else:
    print("NAME is empty: no model is loaded.")

# %% [markdown]
"""
## One change at a time

Is LLaMA's block *better* than GPT's? Change one thing at a time, and keep the number of parameters. **Your own count** picks F: what a change
saves (the table of positions, the biases) goes into a wider feed-forward.

The text is English prose: the help pages that Python brings along, as characters. All models have two layers of width 32, see the same batches and
take the same number of steps with the same learning rate. Only the seed differs between runs.
"""

# %% tags=["experiment"]
from llmlab import prose

T = 32
base = Config(V=prose.V, C=32, L=2, H=4, length=T)
changes = {"GPT": {}, "RoPE": {"positions": "rope"},
           "RMSNorm": {"norm": "rms"}, "SwiGLU": {"activation": "swiglu"},
           "no biases": {"bias": False}}
changes["LLaMA"] = {k: v for change in changes.values()
                    for k, v in change.items()}
budget = count_parameters(base)[0]

# %% tags=["experiment"]
ways = {}
for name, change in changes.items():
    sized = [replace(base, **change, F=width) for width in range(60, 160)]
    ways[name] = min(
        sized, key=lambda c: abs(count_parameters(c)[0] - budget))
    print(f"{name:10} F {ways[name].F:4}  {count_parameters(ways[name])[0]:,}")

# %% [markdown]
"""
**Predict.** The loss is the mean surprise at the next character, in nats. Order the four changes by how much they gain here. Which will be larger: the largest gain, or the
spread between seeds?
"""

# %% tags=["experiment"]
def trained(config: Config, seed: int) -> nn.Module:
    """A model that has seen the same batches as all others of its seed."""
    torch.manual_seed(seed)
    model, draw = build(config), torch.Generator().manual_seed(seed)
    for weight in (p for p in model.parameters() if p.ndim == 2):
        nn.init.normal_(weight, std=0.08)
    loss = lambda m: prose.surprise(m, prose.batch(8, T, draw)).mean()
    fit.train(model, loss, steps=180, warm_up=20, fused=True)
    return model

# %% tags=["experiment"]
SEEDS, models, losses = 3, {}, {}
unseen = prose.batch(256, T, torch.Generator().manual_seed(99), held_out=True)
for name, config in ways.items():
    models[name] = [trained(config, seed) for seed in range(SEEDS)]
    with torch.no_grad():
        losses[name] = torch.tensor(
            [prose.surprise(model, unseen).mean() for model in models[name]])
    print(f"{name:10}", [f"{loss:.3f}" for loss in losses[name]])

# %% tags=["experiment"]
gains = {name: losses["GPT"] - loss for name, loss in losses.items()}
gains.pop("GPT")
spread = max((loss.max() - loss.min()).item() for loss in losses.values())
print(f"largest spread between seeds {spread:.3f}")
bars = {f"seed {i}": [gain[i].item() for gain in gains.values()]
        for i in range(SEEDS)}
figure = plot.bars([*gains], bars, ylabel="nats saved",
                   title="What each change gains over GPT's block, by seed")
plot.show(figure, alt="Gains of five changes for three seeds each")

# %% [markdown]
"""
RoPE gains in every seed, twice what the seeds differ by. The other three stay within what seeds differ by: RMSNorm and the missing biases gain in one seed and lose in another, SwiGLU gains next to nothing. So **this experiment cannot
tell** whether they help. LLaMA's block gains little more than RoPE alone.

Mind what was compared: tiny models, few steps, one learning rate. GPT's table of positions has to be learned, row by row, and 180 steps are few for that. RMSNorm was made to be cheaper, not better. Shazeer (2020) measured
SwiGLU's gain on models of hundreds of millions of parameters. On a GPU, with a hundred times the width and steps, you would look for differences of a few hundredths.
"""

# %% [markdown]
"""
## Does RoPE extrapolate?

The textbook adds to RoPE that it "supports extrapolation". The LLaMA models above were trained on T = 32 characters. Run them on 128, and compare at **the same characters** with the same
weights that look back 32 at most, which is what they were trained to do: a window serves for that.
"""

# %% tags=["experiment"]
far = prose.batch(64, 4 * T, torch.Generator().manual_seed(5), held_out=True)
near, excess = build(replace(ways["LLaMA"], window=T)), torch.zeros(SEEDS, 4)
for seed, model in enumerate(models["LLaMA"]):
    near.load_state_dict(model.state_dict())
    with torch.no_grad():
        worse = prose.surprise(model, far) - prose.surprise(near, far)
    excess[seed] = worse.mean(0).unflatten(0, (4, T)).mean(1)
for i in range(4):
    print(f"positions {T * i:3} to {T * i + T - 1:3}: "
          f"{claims.span(excess[:, i])} nats more than with a window")

# %% [markdown]
"""
The smallest and the largest of three seeds. Within the trained length the two are the same model. Beyond it, the full model is worse than the one that forgets, in every seed, and the more so the further it looks back. More context should
help, and it harms: RoPE *runs* at any length, it does not *extrapolate* by itself. GPT's table of positions cannot even run there. Ways to stretch RoPE are 27.2.1.
"""

# %% [markdown]
"""
## Verdicts

What the textbook claims, what you measured, and what follows. Which model has which feature is read off published configurations and papers, which the course holds as
`architecture.KNOWN`; the models themselves are not loaded.
"""

# %% tags=["experiment"]
Claim, known, seeds = claims.Claim, architecture.KNOWN, f"{SEEDS} seeds; "
gpt3, meta = "arXiv:2005.14165", "Touvron et al. 2023, arXiv:2302.13971"
post = ", ".join(n for n, c in known.items() if not c.pre_norm)
claims.table([
    Claim("26.1-01", "GPT and LLaMA are decoder-only.",
          f"one stack; largest influence of a later token {future:.0f} in "
          "four models of these kinds", "holds",
          source="Radford et al. 2019; " + meta),
    Claim("26.1-02", "The GPT series has learned positions.",
          f"GPT-2's table: {1024 * 768:,} of its {counted['GPT-2'][0]:,} "
          "parameters", "holds if", "GPT-1 to GPT-3 are meant: gpt-oss has "
          "RoPE, and GPT-4 is unpublished", "Radford et al. 2018 and 2019; "
          "configuration of gpt-oss-20b; arXiv:2303.08774"),
    Claim("26.1-03", "The GPT series is pre-norm.", f"not pre-norm: {post}; "
          "stream behind 16 blocks: " + ", ".join(
              f"{n} {s:.1f}" for n, s in streams.items()), "imprecise",
          "GPT-1 is post-norm; GPT-2 moved the norm", "5 seeds; code of "
          "openai/finetune-transformer-lm and openai/gpt-2"),
])

# %% tags=["experiment"]
grouped = ", ".join(n for n, c in known.items() if c.G < c.H)
llamas = [n for n, c in known.items() if "LLaMA" in n and c.G == c.H]
claims.table([
    Claim("26.1-04", "The GPT series has standard multi-head attention.",
          "G = H for GPT-1 to GPT-3", "imprecise", "GPT-3 alternates dense "
          "and banded sparse layers; gpt-oss has 64 query and 8 key heads, "
          "and a window of 128 in every other layer",
          f"Brown et al. 2020, {gpt3}; configuration of gpt-oss-20b"),
    Claim("26.1-05", "LLaMA's RoPE supports extrapolation.",
          f"loss above a model that looks back {T}: "
          f"{claims.span(excess[:, 1])} at twice the length, "
          f"{claims.span(excess[:, 3])} at four times", "corrected",
          "it runs at any length and gets worse beyond the trained one",
          seeds + "Chen et al. 2023, arXiv:2306.15595"),
    Claim("26.1-06", "LLaMA is pre-norm with RMSNorm.", f"RMSNorm and layer "
          f"norm differ by {apart[0]:.0e} for tokens of mean 0, by "
          f"{apart[2]:.2f} for mean 1", "holds", source=meta),
    Claim("26.1-07", "The LLaMA series has grouped-query attention.",
          f"plain: {', '.join(llamas)}; grouped: {grouped}", "corrected",
          "of LLaMA 1 no model, of LLaMA 2 only 34B and 70B; Llama 3 all",
          "Touvron et al. 2023, arXiv:2307.09288"),
])

# %% tags=["experiment"]
windowed, expert = (", ".join(n for n, c in known.items() if getattr(c, part))
                    for part in ("window", "E"))
claims.table([
    Claim("26.1-08", "LLaMA uses SwiGLU.", f"at equal size it gains "
          f"{claims.span(gains['SwiGLU'])} nats here, RoPE "
          f"{claims.span(gains['RoPE'])}", "holds",
          source=f"{seeds}{meta}; Shazeer 2020, arXiv:2002.05202"),
    Claim("26.1-09", "Mistral and Mixtral build on LLaMA.",
          f"Mistral's weights in LLaMA's configuration: logits differ by "
          f"{inside:.0e} up to the window, by {outside:.2f} or more behind",
          "holds if", "the architecture is meant, not the weights",
          "Jiang et al. 2023, arXiv:2310.06825"),
    Claim("26.1-10", "Mistral and Mixtral use a sliding window.",
          f"with a window: {windowed}", "imprecise", "only Mistral 7B v0.1 "
          "does", "published configurations"),
    Claim("26.1-11", "Mistral and Mixtral use a mixture of experts.",
          f"with experts: {expert}, {counted['Mixtral 8x7B'][0]:,} parameters"
          f", {counted['Mixtral 8x7B'][1]:,} used", "imprecise",
          "Mistral 7B is dense", "Jiang et al. 2024, arXiv:2401.04088"),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| $x / \sqrt{\mathrm{mean}(x^2) + ε} · w$ | `wide * torch.rsqrt(mean_square + eps)` | (…, C) |
| $x\,Φ(x)$ | `x / 2 * (1 + torch.erf(x / math.sqrt(2)))` | (…) |
| $W_\mathrm{down}(\mathrm{SiLU}(W_\mathrm{gate}x) ⊙ W_\mathrm{up}x)$ | `down(F.silu(gate(x)) * up(x))` | (…, C) → (…, F) → (…, C) |
| $x + \mathrm{part}(\mathrm{norm}(x))$ | `x + part(norm(x))` | (B, T, C) |
| tied: $\mathrm{logits} = x\,E^\top$ | `self.head.weight = self.tokens.weight` | (B, T, V) |
| Conv1D: $x W$, Linear: $x W^\top$ | `tensor.T` | (in, out) → (out, in) |

**In one breath:** one decoder; the configuration chooses norm, bend, positions, heads, window and experts; the count follows from it exactly; and only logits
of somebody else's program prove that weights were read rightly.
"""

# %% [markdown]
"""
## In real models

- GPT-2 has 124,439,808 parameters; its paper says 117 million, and the code's own page later corrected that (Radford et al. 2019).
- LLaMA 2 7B is 32 blocks of C = 4096 and F = 11008; Llama 3 8B has the same blocks with 8 key/value heads, F = 14336 and four times the vocabulary.
- Mistral 7B v0.2 and later gave the window up and raised RoPE's base to a million.
- gpt-oss (2025) is closer to Mixtral than to GPT-2: RMSNorm, RoPE, grouped heads, experts, and a window in every other layer.
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Qwen2.5 and Gemma.** Qwen2.5 has biases on q, k and v only; Gemma multiplies the embedding by √C and uses 1 + weight in its RMSNorm. Add what you need to a copy of
   `Config`, and count: Qwen2.5-0.5B has 494,032,768 parameters.
2. **Parallel blocks.** GPT-J and PaLM add both parts to the same x: $x + \mathrm{attention}(\mathrm{norm}(x)) + \mathrm{mlp}(\mathrm{norm}(x))$. One norm less. Train it beside the others (Chowdhery et al. 2022,
   arXiv:2204.02311).

**Papers.** Zhang and Sennrich 2019, arXiv:1910.07467, RMSNorm · Shazeer 2020, arXiv:2002.05202, gated feed-forwards · Touvron et al. 2023, arXiv:2302.13971 and arXiv:2307.09288 · Jiang et al. 2023, arXiv:2310.06825 ·
Jiang et al. 2024, arXiv:2401.04088.
"""
