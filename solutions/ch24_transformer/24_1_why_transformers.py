# %% [markdown]
"""
# 24.1 Why Transformers

**You will be able to**

- write the three classic recurrent networks, RNN, LSTM and GRU, so that they agree with PyTorch's;
- count how many steps of a computation have to wait for one another, and how far back a gradient reaches;
- say what attention changes, what it costs, and which of the usual claims hold only under a condition.

**Time** about 2 hours · **You need** Python, matrix products, a first look at PyTorch and its gradients

**The claim to test.** The textbook says that an RNN cannot run in parallel, that its gradients vanish, that it loses
what came first, that LSTM and GRU help only partly and are expensive, and that the Transformer repairs all of it.
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
start("24.1")   # prints version and seeds

# %% [markdown]
"""
## The idea in one picture

A *recurrent* network reads a sentence token by token. It keeps a *state*, a vector that sums up what came so far,
and each token changes it. *Attention* has no state: every position looks at all tokens itself.

![Left: four tokens pass through a chain of states, one after the other. Right: four outputs, each linked to all four tokens directly](figures/24_1_overview.svg)

Everything in this notebook follows from these two drawings.
"""

# %% [markdown]
"""
**The shapes, once and for all.** B batch · T positions · C the numbers per token · D the numbers of a state. In the
chapters on attention D is the width of a head; here it is the width of the state.

Our sentence has four tokens: 我 / 爱 / 编 / 程, "I love programming". Each is a vector of C = 3 numbers.
"""

# %%
tokens = ["我", "爱", "编", "程"]
draw = torch.Generator().manual_seed(0)
x = torch.randn(1, 4, 3, generator=draw)  # (B, T, C)
print("x", tuple(x.shape))
print(x[0])

# %% [markdown]
"""
## A memory of one number

The smallest recurrent network has one number as its state. At each token it keeps half of the old state and adds the
new input. The loop below reads the inputs 1, 0, 0, 0: one event, then nothing.
"""

# %%
state = 0.0
for position, event in enumerate([1.0, 0.0, 0.0, 0.0]):
    # half of the past stays; the new input comes on top
    state = 0.5 * state + event
    print(f"position {position}: state {state:.3f}")

# %% [markdown]
"""
**Predict.** Two questions about this loop, before you read on. How much of the event is left after 10 more tokens? And
which of its steps could two people work out at the same time?

<details><summary>Reveal</summary>

Each step halves it, so after 10 more steps $0.5^{10}$, about a thousandth of what was there. And no two steps can run
at the same time: each needs the state that the step before has computed. These are the two complaints about RNNs, *it
forgets* and *it waits*.
</details>
"""

# %% [markdown]
"""
## Exercise 24.1.1 · rnn_forward

A real RNN has D numbers as its state, and matrices in place of 0.5. A *tanh* keeps every number between −1 and 1.

$$h_t = \tanh(W_{ih}\,x_t + b_{ih} + W_{hh}\,h_{t-1} + b_{hh})$$

![One step: x times W_ih and the old state times W_hh are added, tanh gives the new state, which goes to the output and to the next step](figures/24_1_rnn.svg)

Shapes: x (B, T, C), h0 (B, D), W_ih (D, C), W_hh (D, D), biases (D,) → all states (B, T, D) · difficulty ●○○ · 15 minutes ·
{points} points
"""

# %% [markdown]
"""
Return the states $h_1$ to $h_T$, one for each token; $h_0$ is given and not among them. The weights look as PyTorch keeps
them: a row for each number of the new state. PyTorch has two biases. For an RNN only their sum matters.

Not allowed: torch's own recurrent networks, which the test compares you with. Use torch operations only, so that
gradients can flow.

<details><summary>Hint 1</summary>

`x[:, t]` is (B, C). `F.linear(x[:, t], W_ih, b_ih)` computes $W_{ih}x_t + b_{ih}$ for the whole batch.
</details>
<details><summary>Hint 2</summary>

Collect the states in a list. `torch.stack(states, dim=1)` puts the time behind the batch.
</details>
"""

# %% exercise="ex24_1_1_rnn_forward"
def rnn_forward(
    x: Float[Tensor, "B T C"],
    h0: Float[Tensor, "B D"],
    W_ih: Float[Tensor, "D C"],
    W_hh: Float[Tensor, "D D"],
    b_ih: Float[Tensor, " D"],
    b_hh: Float[Tensor, " D"],
) -> Float[Tensor, "B T D"]:
    """The state after each token, starting from h0. About 5 lines."""
    ### BEGIN SOLUTION
    h, states = h0, []
    for token in x.unbind(dim=1):  # (B, C)
        # the new state needs the old one: this loop cannot be avoided
        h = torch.tanh(F.linear(token, W_ih, b_ih) + F.linear(h, W_hh, b_hh))
        states.append(h)  # (B, D)
    return torch.stack(states, dim=1)  # (B, T, D)
    ### END SOLUTION

# %% test="test24_1_1_rnn_forward" points=4
def by_torch(x, h0, W_ih, W_hh, b_ih, b_hh):
    weights, sizes = [W_ih, W_hh, b_ih, b_hh], reversed(W_ih.shape)
    rnn = check.with_weights(nn.RNN, weights, *sizes, batch_first=True)
    return rnn(x, h0[None])[0]


# states of several steps add up roundings
weights = dict(W_ih="D C", W_hh="D D", b_ih="D", b_hh="D",
               spread=0.6, tolerance=2)
with check.exercise(
    "24.1.1", oracle=by_torch, mistakes=mistakes.RNN
) as test:
    test.forbids("rnn_tanh", "rnn_relu")
    # one number: tanh(1 + 0) = 0.7616, then tanh(0 + 0.7616) = 0.6420
    one, none, first = [[1.0]], [0.0], math.tanh(1)
    test.by_hand(x=[[[1.0], [0.0]]], h0=[[0.0]], W_ih=one, W_hh=one,
                 b_ih=none, b_hh=none, gives=[[[first], [math.tanh(first)]]])
    test.equals(on=[
        check.case(x="B T C", h0="B D", **weights),
        check.case(x="B T C", h0="B D", **weights, B=4, T=4, note="B = T"),
        check.case(x="B T C", h0="B D", **weights, C=6, D=6, note="C = D"),
    ])
    # in bfloat16 the roundings of all steps would drown the gradients
    fine = dict(weights, dtype=torch.float32)
    test.gradients(on=check.case(x="B T C", h0="B D", **fine))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(
        leading=False, x="B T C", h0="B D", **weights
    ))
    test.gradients(on=check.case(x="B T C", h0="B D", **fine, T=12))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** One state for each token, all numbers between −1 and 1. The next cell runs your RNN on our
sentence. Then it changes one token and asks which states notice.
"""

# %%
def draw_weights(gates: int, C: int, D: int, seed: int) -> dict:
    """Random weights as PyTorch draws them: between −1/√D and 1/√D."""
    draw = torch.Generator().manual_seed(seed)
    shapes = {"W_ih": (gates * D, C), "W_hh": (gates * D, D),
              "b_ih": (gates * D,), "b_hh": (gates * D,)}
    return {name: (2 * torch.rand(shape, generator=draw) - 1) / D**0.5
            for name, shape in shapes.items()}


# %%
small, h0 = draw_weights(1, C=3, D=5, seed=0), torch.zeros(1, 5)
states = rnn_forward(x, h0, **small)  # (B, T, D)
for t, token in enumerate(tokens):
    other = x.clone()
    other[:, t] += 1.0
    change = (rnn_forward(other, h0, **small) - states).abs().amax(-1)
    print(f"change {token}: states move by",
          [f"{c:.3f}" for c in change[0].tolist()])

# %% [markdown]
"""
A token moves its own state and all later ones, never an earlier one. It reaches the later states through every state
between: look how the numbers of a row fall from left to right. Both complaints are in this table. We take them in turn:
first the waiting, then the forgetting.
"""

# %% [markdown]
"""
## What has to wait

Seconds depend on the machine, so we count instead. Work is the number of operations. **Sequential steps** are the
longest chain of operations that need one another's results: what remains when any number of operations may run at once.

![Eight numbers added one by one take seven steps; added in pairs they take three steps; both need seven additions](figures/24_1_steps.svg)

Adding eight numbers is seven additions in both drawings. On the left they wait for one another, on the right they need three steps.
"""

# %% [markdown]
"""
PyTorch writes down what depends on what: it needs that to compute gradients. `y.grad_fn` is the operation that gave y.
Its `next_functions` are the operations behind its inputs, one pair (operation, number) for each input. The cell prints
this graph for y = 2a · e^a.
"""

# %%
a = torch.ones(3, requires_grad=True)
y = (2 * a) * a.exp()
print("y comes from", y.grad_fn.name())
for node, _ in y.grad_fn.next_functions:
    behind = [f.name().split("::")[-1] if f else None
              for f, _ in node.next_functions]
    print("  which needs", node.name(), "which needs", behind)
print("behind a leaf:", (a * 1).grad_fn.next_functions[0][0].next_functions)

# %% [markdown]
"""
Three rules to read it. A given tensor, a *leaf*, shows up as an `AccumulateGrad` with nothing behind it: that is no
operation. A constant, such as the 2, shows up as None. And one operation may be met on several ways.

**Predict.** How many sequential steps does y = 2a · e^a take, and how many operations?

<details><summary>Reveal</summary>

Two steps: 2a and e^a do not need each other, so they run in the same step; the product waits for both. Three operations.
</details>
"""

# %% [markdown]
"""
## Exercise 24.1.2 · sequential_steps

Write `sequential_steps(y)`: the number of operations on the longest chain that leads to y. A y that no operation made, such
as a leaf, takes 0 steps.

Shapes: a tensor → a whole number · difficulty ●●● · 20 minutes · {points} points
"""

# %% [markdown]
"""
Chains can be thousands of operations long, and a graph can hold more ways than you could ever walk one by one. So go in
*waves*. The first wave is y's own operation. The next wave is everything that the operations of this wave need. Count the
waves.

<details><summary>Hint 1</summary>

Keep a wave as a `set`, so that an operation that is needed twice is in it once. It may come again in a later wave, and
must: the longest way counts.
</details>
<details><summary>Hint 2</summary>

Before you count a wave, drop None from it, and drop leaves: they have an empty `next_functions`. Stop when nothing is left.
</details>
"""

# %% exercise="ex24_1_2_sequential_steps"
def sequential_steps(y: Tensor) -> int:
    """Length of the longest chain of operations behind y. About 6 lines."""
    ### BEGIN SOLUTION
    steps, wave = 0, {y.grad_fn}
    while wave := {node for node in wave if node and node.next_functions}:
        steps += 1
        wave = {f for node in wave for f, _ in node.next_functions}
    return steps
    ### END SOLUTION

# %% test="test24_1_2_sequential_steps" points=4
@check.probe
def count_steps(student, needs):
    """Row i names what tensor i is made of; -1 is nothing, or a constant."""
    made = []
    for first, second in needs.tolist():
        other = made[second] if second >= 0 else 0.5
        given = torch.zeros(2, requires_grad=True)
        made.append(given if first < 0 else made[first] * other)
    n = student.sequential_steps(made[-1])
    return torch.as_tensor(n) if hasattr(n, "__int__") else n


@check.probe
def count_doublings(student, rounds):
    from llmlab import bounded

    y = torch.zeros(2, requires_grad=True)
    for _ in range(rounds):
        y = y + y  # twice as many ways
    return bounded.within(200_000, student.sequential_steps, y)


def longest_chain(needs):
    """From the first tensor to the last, each waits for its slowest input."""
    done = []
    for row in needs.tolist():
        waits = [done[i] for i in row if i >= 0]
        done.append(1 + max(waits) if waits else 0)
    return torch.tensor(done[-1])


chain, graph, known = check.draws.chain, check.draws.graph, mistakes.STEPS
with check.exercise("24.1.2", oracle=longest_chain, mistakes=known) as test:
    # b = a/2, c = b/2, y = b · c: from a the chain b, c, y has three
    for needs in ([[-1, -1], [0, -1], [1, -1], [1, 2]],
                  [[-1, -1], [0, -1], [1, -1], [0, -1], [3, 2]],
                  [[-1, -1], [0, 0], [1, 1], [2, 2]]):
        test.by_hand(count_steps, needs=torch.tensor(needs), gives=3)
    test.equals(count_steps, on=[
        *(check.case(needs=chain, T=T) for T in (1, 3000, 0)),
        *(check.case(needs=graph, T=T) for T in (7, 9, 11, 14, 17)),
    ])
    twice = check.case(rounds=24)
    test.equals(count_doublings, lambda rounds: rounds, on=twice)
    ### BEGIN HIDDEN TESTS
    test.equals(count_steps, on=[check.case(needs=graph, T=40)])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The cell counts for your RNN on our four tokens: `read` runs it and returns its last state. Each token adds a product with the
old state, an addition and a tanh to the chain; taking tokens out and stacking states counts too.
"""

# %%
def read(x: Float[Tensor, "B T C"], W: dict) -> Float[Tensor, "B D"]:
    h0 = x.new_zeros(len(x), W["W_hh"].shape[-1])
    return rnn_forward(x, h0, **W)[:, -1]


print("RNN, 4 tokens:", sequential_steps(read(x.requires_grad_(), small)))

# %% [markdown]
"""
**Predict.** The sentence becomes twice as long. What happens to the steps of the RNN, and to those of attention?

<details><summary>Reveal</summary>

The RNN's steps nearly double: every token adds the same number of steps to the chain. Attention compares all pairs at once, mixes
all values at once, and needs the same few steps for any length.
</details>
"""

# %% [markdown]
"""
Is the waiting a law for everything that has a state? No. Take a *linear* recurrence, $h_t = a_t h_{t-1} + b_t$, without tanh. Two
steps of it are again such a step: first $(a, b)$, then $(a', b')$ is $(a'a,\; a'b + b')$. So steps can be joined in pairs, as numbers
can be added in pairs. `scan` does that: after each round, every position has taken in twice as many tokens.
"""

# %% tags=["experiment"]
def scan(a: Float[Tensor, "T D"], b: Float[Tensor, "T D"]):
    """All states of h_t = a_t · h_{t-1} + b_t from h_0 = 0, in pairs."""
    reach = 1
    while reach < len(a):
        # join each position with the one `reach` places before it
        b = torch.cat([b[:reach], a[reach:] * b[:-reach] + b[reach:]])
        a = torch.cat([a[:reach], a[reach:] * a[:-reach]])
        reach *= 2
    return b


# %% tags=["experiment"]
worst_scan = 0.0
for seed in range(5):
    draw = torch.Generator().manual_seed(seed)
    a, b = torch.rand(2, 256, 4, generator=draw, dtype=torch.float64)
    loop = [b[0]]
    for t in range(1, 256):
        loop.append(a[t] * loop[-1] + b[t])
    gap = (scan(a, b) - torch.stack(loop)).abs().max().item()
    worst_scan = max(worst_scan, gap)

# %% [markdown]
"""
That cell compared `scan` with the loop, over five seeds; the verdict table shows the largest difference. Now for attention. `attend` is attention
without matrices; 24.2 has it whole. `write` lets it produce tokens itself: each new token is the last output, and goes back in. Counts do not
depend on the numbers in x, so x holds ones.
"""

# %% tags=["experiment"]
def attend(x: Float[Tensor, "... T C"]) -> Float[Tensor, "... T C"]:
    return torch.softmax(x @ x.mT / math.sqrt(x.shape[-1]), dim=-1) @ x


def write(x: Float[Tensor, "1 C"], T: int) -> Tensor:
    for _ in range(T):
        x = torch.cat([x, attend(x)[-1:]])  # one token more
    return x

# %% tags=["experiment"]
lengths, W = [8, 16, 32, 64, 128, 256], draw_weights(1, C=4, D=4, seed=0)
waits = {"RNN": [], "linear recurrence, in pairs": [],
         "attention that reads": [], "attention that writes": []}
for T in lengths:
    x_T = torch.ones(T, 4, requires_grad=True)
    results = [read(x_T[None], W), scan(x_T.sigmoid(), x_T),
               attend(x_T), write(x_T[:1], T)]
    for name, y in zip(waits, results):
        waits[name].append(sequential_steps(y))

# %% tags=["experiment"]
for name, steps in waits.items():
    print(f"{name:28}", steps)
figure = plot.lines(
    lengths, waits, logx=True, logy=True, xlabel="T: positions",
    ylabel="sequential steps",
    title="The RNN waits for every token, attention only when it writes",
)
plot.show(figure, alt="Steps against T: two rise with T, one slowly, one not")

# %% [markdown]
"""
Read the printed rows. The RNN's count grows by the same number of steps for each token. The linear recurrence grows by the
same number each time T *doubles*. Attention that reads stays where it is. Attention that *writes* grows with T again: a
Transformer trains in parallel, and still speaks one token after the other.

"Cannot be parallelised" is thus true of the tanh, not of every state. Models of 27.2 use this.
"""

# %% [markdown]
"""
## How far back a gradient reaches

Now the forgetting. A network learns from the gradient: how much would the last state $h_T$ move if an earlier $h_t$ moved a little?
The answer is a table of D × D derivatives, the *Jacobian* $\partial h_T / \partial h_t$. By the chain rule it is a product with one factor
for each step between.

![A chain of states; each arrow back multiplies the gradient by one more factor; factors of 0.9 shrink it, factors of 1.1 blow it up](figures/24_1_gradient.svg)

One number sums up a Jacobian: its *norm*, the root of the sum of the squares of all its entries.
"""

# %% [markdown]
"""
## Exercise 24.1.3 · gradient_norms

Write `gradient_norms(y, sources)`: for each source, the norm of the Jacobian of y with respect to it. A source that y
does not depend on gets 0.

$$\left\lVert\frac{\partial y}{\partial s}\right\rVert = \sqrt{\sum_{i,j}\left(\frac{\partial y_i}{\partial s_j}\right)^2}$$

Shapes: y (D,), N sources of any size → (N,) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
PyTorch gives the gradient of **one number** at a time. `torch.autograd.grad(y[0], sources)` returns the first row of every Jacobian, as
one tensor for each source. You need all D rows. The sources need not be leaves: states inside a chain will do.

<details><summary>Hint 1</summary>

`retain_graph=True` keeps the graph for the next row. `materialize_grads=True` returns zeros for a source that plays no part.
</details>
<details><summary>Hint 2</summary>

`zip(*rows)` turns D lists of N gradients into N lists of D gradients. `torch.stack` makes a Jacobian of each, `.norm()` its norm.
</details>
"""

# %% exercise="ex24_1_3_gradient_norms"
def gradient_norms(
    y: Float[Tensor, " D"], sources: list[Tensor]
) -> Float[Tensor, " N"]:
    """Norm of the Jacobian of y with respect to each source. About 4 lines."""
    ### BEGIN SOLUTION
    keep = dict(retain_graph=True, materialize_grads=True)
    # one row of every Jacobian for each number of y
    rows = [torch.autograd.grad(number, sources, **keep) for number in y]
    return torch.stack([torch.stack(jac).norm() for jac in zip(*rows)])
    ### END SOLUTION

# %% test="test24_1_3_gradient_norms" points=4
@check.probe
def through_states(student, x, h0, W_hh):
    """States of a linear RNN, and a vector that plays no part."""
    states = [h0.requires_grad_()]
    for token in x:
        states.append(W_hh @ states[-1] + token)
    loose = torch.ones_like(h0).requires_grad_()
    return student.gradient_norms(states[-1], [*states, loose])


@check.probe
def through_tokens(student, x):
    """From the last output of attention back to every token."""
    tokens = [token.requires_grad_() for token in x]
    table = torch.stack(tokens)
    out = torch.softmax(table @ table.mT, dim=-1) @ table
    return student.gradient_norms(out[-1], tokens)


def by_powers(x, h0, W_hh):
    """Without tanh, k steps multiply by W_hh to the power of k."""
    power, T = torch.linalg.matrix_power, len(x)
    norms = [power(W_hh, T - t).norm() for t in range(T + 1)]
    return torch.stack([*norms, torch.zeros_like(norms[0])])


def by_jacobian(x):
    last = lambda x: (torch.softmax(x @ x.mT, dim=-1) @ x)[-1]
    jacobian = torch.autograd.functional.jacobian(last, x)  # (C, T, C)
    return jacobian.norm(dim=(0, 2))


linear = dict(x="T D", h0="D", W_hh="D D", dtype=torch.float32, spread=0.4)
with check.exercise(
    "24.1.3", oracle=by_powers, mistakes=mistakes.INFLUENCE
) as test:
    # one number, doubled twice: 4 from h0, 2 from h1, 1 from h2 itself
    test.by_hand(through_states, x=[[0.0], [0.0]], h0=[1.0], W_hh=[[2.0]],
                 dtype=torch.float32, gives=[4.0, 2.0, 1.0, 0.0])
    test.equals(through_states, on=[
        check.case(**linear), check.case(**linear, T=9, D=5)])
    test.equals(through_tokens, by_jacobian,
                on=check.case(x="T C", dtype=torch.float32))
    ### BEGIN HIDDEN TESTS
    double = {**linear, "dtype": torch.float64}
    tiny = check.case(**linear, T=1, D=1)
    test.equals(through_states, on=[tiny, check.case(**double, T=40, D=3)])
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The norm for y itself is √D, because its Jacobian is the identity. Going back, each norm holds one factor
more.

**Predict.** A linear RNN multiplies by a matrix W at each step. Call *spectral radius* ρ the size of its largest eigenvalue. What is
left of a gradient after 100 steps, for ρ = 0.9, 1.0 and 1.1?

<details><summary>Reveal</summary>

About $ρ^{100}$: 0.9 gives 0.00003, 1.0 gives 1, and 1.1 gives 14,000. The first vanishes, the last explodes.
</details>
"""

# %% tags=["experiment"]
radii, T, D = [0.9, 1.0, 1.1], 100, 16
fades = {f"ρ = {radius}": torch.zeros(5, T + 1) for radius in radii}
for seed in range(5):
    draw = torch.Generator().manual_seed(seed)
    W_random = torch.randn(D, D, generator=draw)
    W_random = W_random / torch.linalg.eigvals(W_random).abs().max()
    for radius, rows in zip(radii, fades.values()):
        chain = [torch.zeros(D, requires_grad=True)]
        for _ in range(T):
            chain.append(radius * W_random @ chain[-1])
        rows[seed] = gradient_norms(chain[-1], chain).flip(0) / D**0.5

# %% tags=["experiment"]
left = {n: rows[:, -1].log().mean().exp() for n, rows in fades.items()}
print({name: f"{value:.1e}" for name, value in left.items()})
figure = plot.lines(
    range(T + 1), {name: rows.log10() for name, rows in fades.items()},
    xlabel="k: steps back", ylabel="log₁₀ of the norm, divided by √D",
    title="A factor a step: the gradient vanishes, stays, or explodes",
)
plot.show(figure, alt="Three nearly straight lines: down, level and up")

# %% [markdown]
"""
The printed numbers are geometric means over five random matrices. On a logarithmic scale the lines are straight, up to what the
first steps add, which depends on the matrix. So "gradients vanish" is half the truth: they vanish if the steps shrink, and explode if they
stretch. To stay, ρ would have to be 1 exactly, for every sentence, all through training. And tanh shrinks on top.
"""

# %% [markdown]
"""
## A cell that adds

The *LSTM* (Hochreiter and Schmidhuber 1997; the share f is of Gers et al. 2000) keeps a second vector, the *cell* c. The cell is not pushed through a matrix and a tanh at
every step. It is multiplied by a share f, and new content is **added**. If f is 1, the cell and its gradient pass unchanged.

![The cell runs along the top: times the forget gate, plus input gate times content; the output gate times tanh of the cell gives the state](figures/24_1_lstm.svg)

f, i and o are *gates*: shares between 0 and 1, computed from the token and the old state by a *sigmoid*, σ(s) = 1/(1 + e⁻ˢ).
"""

# %% [markdown]
"""
## Exercise 24.1.4 · lstm_cell

$$\begin{aligned} i &= σ(s_i) \qquad f = σ(s_f) \qquad g = \tanh(s_g) \qquad o = σ(s_o) \\ c' &= f ⊙ c + i ⊙ g \qquad\quad h' = o ⊙ \tanh(c') \end{aligned}$$

Each $s$ is a sum like the RNN's, $W_{ih}x + b_{ih} + W_{hh}h + b_{hh}$, with D rows of the weights. ⊙ multiplies number by number.

Shapes: x (B, C), h and c (B, D), W_ih (4·D, C), W_hh (4·D, D), biases (4·D,) → h and c, each (B, D) · difficulty ●●○ ·
20 minutes · {points} points
"""

# %% [markdown]
"""
The rows of the weights come in four blocks of D, in PyTorch's order: **i, f, g, o**. Other libraries use other orders, and a wrong one
raises no error: that is a classic when weights move from one library to another. Return the new h first, then the new c.

<details><summary>Hint 1</summary>

Compute all four sums at once, as (B, 4·D). `.chunk(4, dim=-1)` takes them apart.
</details>
<details><summary>Hint 2</summary>

`torch.sigmoid` and `torch.tanh`. Make new tensors: the caller still needs the old c.
</details>
"""

# %% exercise="ex24_1_4_lstm_cell"
def lstm_cell(
    x: Float[Tensor, "B C"],
    h: Float[Tensor, "B D"],
    c: Float[Tensor, "B D"],
    W_ih: Float[Tensor, "4*D C"],
    W_hh: Float[Tensor, "4*D D"],
    b_ih: Float[Tensor, " 4*D"],
    b_hh: Float[Tensor, " 4*D"],
) -> tuple[Float[Tensor, "B D"], Float[Tensor, "B D"]]:
    """One step of an LSTM: the new h and the new c. About 5 lines."""
    ### BEGIN SOLUTION
    sums = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)  # (B, 4·D)
    i, f, g, o = sums.chunk(4, dim=-1)  # (B, D) each
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    # the cell may grow, the state may not
    return torch.sigmoid(o) * torch.tanh(c), c
    ### END SOLUTION

# %% test="test24_1_4_lstm_cell" points=4
@check.probe
def one_step(student, x, h, c, W_ih, W_hh, b_ih, b_hh):
    new = student.lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh)
    pair = isinstance(new, (tuple, list)) and len(new) == 2
    return {"h": new[0], "c": new[1]} if pair else new


def by_torch(x, h, c, W_ih, W_hh, b_ih, b_hh):
    weights = [W_ih, W_hh, b_ih, b_hh]
    C, D = W_ih.shape[1], W_hh.shape[1]
    cell = check.with_weights(nn.LSTMCell, weights, C, D)
    return dict(zip("hc", cell(x, (h, c))))


inputs = dict(x="B C", h="B D", c="B D", W_ih="4*D C", W_hh="4*D D",
              b_ih="4*D", b_hh="4*D", spread=0.7, tolerance=2)
with check.exercise(
    "24.1.4", oracle=by_torch, mistakes=mistakes.LSTM
) as test:
    test.forbids("lstm")
    # all sums are 0: the gates are 1/2 and the content is 0
    row, column = [[0.0]] * 4, [0.0] * 4
    test.by_hand(one_step, x=[[1.0]], h=[[1.0]], c=[[2.0]], W_ih=row,
                 W_hh=row, b_ih=column, b_hh=column,
                 gives={"h": [[math.tanh(1) / 2]], "c": [[1.0]]})
    test.equals(one_step, on=[
        check.case(**inputs),
        check.case(**inputs, B=3),
        check.case(**inputs, C=8, note="C = D"),
    ])
    test.gradients(on=check.case(**inputs))
    ### BEGIN HIDDEN TESTS
    test.equals(one_step, on=check.odd_cases(leading=False, **inputs))
    test.gradients(on=check.case(**inputs, B=5))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** The next cell runs your cell on our sentence, and compares the last state with `nn.LSTM`, which loops inside. Then it
counts: is the LSTM less sequential than the RNN?
"""

# %%
def read_lstm(x: Float[Tensor, "B T C"], W: dict) -> Float[Tensor, "B D"]:
    h = c = x.new_zeros(len(x), W["W_hh"].shape[-1])
    for t in range(x.shape[1]):
        h, c = lstm_cell(x[:, t], h, c, **W)
    return h

# %%
four = draw_weights(4, C=3, D=5, seed=1)
torchs = nn.LSTM(3, 5, batch_first=True)
for name, weight in four.items():
    long = name.replace("W", "weight").replace("b_", "bias_")
    getattr(torchs, long + "_l0").data.copy_(weight)
gap = (torchs(x)[1][0][0] - read_lstm(x, four)).abs().max().item()
print(f"largest difference from nn.LSTM: {gap:.0e}")
print("steps of 4 tokens: LSTM", sequential_steps(read_lstm(x, four)))

# %% [markdown]
"""
The LSTM is *more* sequential: its chain has more operations for each token. What it repairs is the other complaint, and
only if f stays near 1. A network does not start so: with a sum near 0, f is near ½, and $½^{20}$ is a millionth.
"""

# %% [markdown]
"""
## Exercise 24.1.5 · gru_cell

The *GRU* (Cho et al. 2014, arXiv:1406.1078) does without a second vector. Its state is a mixture: a share z of the old state
stays, 1 − z of it is replaced.

$$\begin{aligned} r &= σ(W_{ir}x + b_{ir} + W_{hr}h + b_{hr}) \qquad z = σ(W_{iz}x + b_{iz} + W_{hz}h + b_{hz}) \\ n &= \tanh(W_{in}x + b_{in} + r ⊙ (W_{hn}h + b_{hn})) \qquad h' = (1 - z) ⊙ n + z ⊙ h \end{aligned}$$

![The reset gate multiplies what the old state gives to the new content; the update gate mixes old state and new content](figures/24_1_gru.svg)

Shapes: x (B, C), h (B, D), W_ih (3·D, C), W_hh (3·D, D), biases (3·D,) → (B, D) · difficulty ●●○ · 15 minutes · {points} points
"""

# %% [markdown]
"""
Blocks of rows: **r, z, n**. The reset gate r decides how much of the past enters the new content. It stands *after* the matrix
here, with the bias inside its bracket, so the two biases are no longer one sum. Papers differ on this point, and on what z and 1 − z mean; we follow PyTorch.

<details><summary>Hint</summary>

Keep the two parts apart: `F.linear(x, W_ih, b_ih)` and `F.linear(h, W_hh, b_hh)`, both (B, 3·D). Take each into three chunks.
</details>
"""

# %% exercise="ex24_1_5_gru_cell"
def gru_cell(
    x: Float[Tensor, "B C"],
    h: Float[Tensor, "B D"],
    W_ih: Float[Tensor, "3*D C"],
    W_hh: Float[Tensor, "3*D D"],
    b_ih: Float[Tensor, " 3*D"],
    b_hh: Float[Tensor, " 3*D"],
) -> Float[Tensor, "B D"]:
    """One step of a GRU: the new state. About 5 lines."""
    ### BEGIN SOLUTION
    x_r, x_z, x_n = F.linear(x, W_ih, b_ih).chunk(3, dim=-1)  # (B, D) each
    h_r, h_z, h_n = F.linear(h, W_hh, b_hh).chunk(3, dim=-1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h
    ### END SOLUTION

# %% test="test24_1_5_gru_cell" points=4
def by_torch(x, h, W_ih, W_hh, b_ih, b_hh):
    weights = [W_ih, W_hh, b_ih, b_hh]
    C, D = W_ih.shape[1], W_hh.shape[1]
    return check.with_weights(nn.GRUCell, weights, C, D)(x, h)


inputs = dict(x="B C", h="B D", W_ih="3*D C", W_hh="3*D D",
              b_ih="3*D", b_hh="3*D", spread=0.7, tolerance=2)
with check.exercise(
    "24.1.5", oracle=by_torch, mistakes=mistakes.GRU
) as test:
    test.forbids("gru")
    # all sums are 0: half of the old state stays, the content is 0
    row, column = [[0.0]] * 3, [0.0] * 3
    test.by_hand(x=[[1.0]], h=[[3.0]], W_ih=row, W_hh=row, b_ih=column,
                 b_hh=column, gives=[[1.5]])
    test.equals(on=[check.case(**inputs), check.case(**inputs, B=4),
                    check.case(**inputs, C=8, note="C = D")])
    test.gradients(on=check.case(**inputs))
    ### BEGIN HIDDEN TESTS
    test.equals(on=check.odd_cases(leading=False, **inputs))
    test.gradients(on=check.case(**inputs, B=5))
    ### END HIDDEN TESTS

# %% [markdown]
"""
**What you should see.** A state between the old one and the content, number by number. You now own the three classics. The next cell
reads a sentence with each of them, and with attention, 64 tokens long, untrained.
"""

# %% tags=["experiment"]
def read_gru(x: Float[Tensor, "B T C"], W: dict) -> Float[Tensor, "B D"]:
    h = x.new_zeros(len(x), W["W_hh"].shape[-1])
    for t in range(x.shape[1]):
        h = gru_cell(x[:, t], h, **W)
    return h


def read_open_lstm(x: Float[Tensor, "B T C"], W: dict) -> Tensor:
    bias = W["b_ih"].clone()
    bias[len(bias) // 4 : len(bias) // 2] += 2.0  # the rows of f
    return read_lstm(x, {**W, "b_ih": bias})


readers = {"RNN": (read, 1), "LSTM": (read_lstm, 4), "GRU": (read_gru, 3),
           "LSTM, open": (read_open_lstm, 4),
           "attention": (lambda x, W: attend(x)[:, -1], 1)}

# %% [markdown]
"""
## How far back, side by side

For each network: how much does the last output move if the token k steps back moves? This is your `gradient_norms`, with the tokens as
sources. "LSTM, open" is the same LSTM with 2 added to the bias of its forget gates, so that f starts at σ(2) = 0.88 instead of ½.

**Predict.** Which of the five lines are straight on a logarithmic scale, and which is flat?

<details><summary>Reveal</summary>

The recurrent ones fall by a factor a step, so they are straight; the more open the gate, the slower they fall. Attention
reaches every token in one step: its line has no slope.
</details>
"""

# %% tags=["experiment"]
T, D = 64, 16
reach = {name: torch.zeros(5, T).double() for name in readers}
for seed in range(5):
    draw = torch.Generator().manual_seed(seed)
    parts = list(torch.randn(T, D, generator=draw, dtype=torch.float64))
    for name, (reader, gates) in readers.items():
        sources = [part.clone().requires_grad_() for part in parts]
        W = draw_weights(gates, D, D, seed)
        last = reader(torch.stack(sources)[None],
                      {n: w.double() for n, w in W.items()})[0]
        reach[name][seed] = gradient_norms(last, sources).flip(0)

# %% tags=["experiment"]
logs = {name: rows.log10() for name, rows in reach.items()}
far = {name: rows[:, 60:].mean() - rows[:, 1:5].mean()  # four tokens each
       for name, rows in logs.items()}
print("59 steps further back:",
      {name: f"10^{power:.1f}" for name, power in far.items()})
figure = plot.lines(
    range(T), logs, xlabel="k: steps back", ylabel="log₁₀ of the norm",
    title="Untrained: every recurrence fades, attention does not")
plot.show(figure, alt="Five lines against distance: four fall, one is flat")

# %% [markdown]
"""
The RNN's line falls fastest. LSTM and GRU start with half-open gates, and fall together. Opening the forget gate changes the slope, not the
shape: a share of 0.88 fades too, only later. Attention is level, with one high point at k = 0, where the last token
looks at itself.

Level does not mean strong. Attention divides its weight among all tokens: Vaswani et al. speak of a "reduced effective
resolution due to averaging attention-weighted positions". A model has to *learn* where to look. So let them learn.
"""

# %% [markdown]
"""
## Recall the first symbol

A sequence of T symbols, each one of eight, drawn at random. After the last one: which was the **first**? Everything between is noise. Guessing
is right one time in eight.

`llmlab.recall` trains four networks for 120 steps, on sequences of 6, 12 and 24 symbols: the RNN, two LSTMs, and one head of attention with a
learned vector for each position. To save time the recurrent ones are PyTorch's modules. Your tests have shown that yours compute the same.
"""

# %% [markdown]
"""
A learning rate that suits one network may not suit another, so each is trained at two rates, with three seeds each. The cells print all runs.
For every network and length the picture shows the rate with the better mean.

**Predict.** Which of the four still know the first of 24 symbols?
"""

# %% tags=["experiment"]
from llmlab import recall

torch.set_num_threads(1)  # for small matrices more threads only wait
kinds, lags = ["RNN", "LSTM", "LSTM, open", "attention"], [6, 12, 24]
best = {kind: torch.zeros(3, 3) for kind in kinds}  # (seeds, lengths)


def try_out(kind: str) -> None:
    for i, T in enumerate(lags):
        for rate in (0.005, 0.01):
            runs = [recall.train(kind, T, s, rate)[0] for s in range(3)]
            print(f"{kind:11} T {T:2}  rate {rate:5}  right",
                  [f"{r:.2f}" for r in runs])
            if torch.tensor(runs).mean() > best[kind][:, i].mean():
                best[kind][:, i] = torch.tensor(runs)


try_out("RNN")
try_out("attention")

# %% tags=["experiment"]
try_out("LSTM")
try_out("LSTM, open")

# %% tags=["experiment"]
figure = plot.lines(
    lags, best, logx=True, xlabel="T: how far back the first symbol is",
    ylabel="share right",
    title="Attention finds the first symbol at every length",
)
plot.show(figure, alt="Share right against T: attention stays at 1")

# %% [markdown]
"""
**Read the runs, not the legend.** Attention is right every time, at every length and rate. The plain RNN mostly knows the first of 12 symbols, and
its seeds disagree widely at 24. The LSTM *as PyTorch starts it* does worse than the plain RNN: at 12 it guesses. Only with open
forget gates does it keep up, and at 24 its seeds and the RNN's overlap.

So this small test does not show that an LSTM remembers longer *by itself*. It shows what the gates start with. Half-open
gates halve the cell at each token, and what has faded gives no gradient to open them.
"""

# %% [markdown]
"""
## What they cost

Count the matrix products, at C = D = d. A plain RNN multiplies two d × d matrices by each of n tokens: $4nd^2$ FLOPs, a
multiplication and an addition each. Attention compares n queries with n keys and mixes n values: $4n^2d$.

**Predict.** How do LSTM and GRU compare with the RNN? And from which length n on does attention cost more than the RNN?

<details><summary>Reveal</summary>

They have four and three blocks of rows, so four and three times the work. $4n^2d = 4nd^2$ where n = d.
</details>
"""

# %% tags=["experiment"]
d, sizes = 64, [16, 32, 64, 128, 256]
whole = "attention and its three matrices"
costs = {n: [] for n in ("RNN", "GRU", "LSTM", "attention", whole)}
for n in sizes:
    sentence = torch.ones(1, n, d)
    for name in ("RNN", "GRU", "LSTM"):
        reader, gates = readers[name]
        W = draw_weights(gates, d, d, seed=0)
        costs[name].append(count.flops(reader, sentence, W))
    costs["attention"].append(count.flops(attend, sentence))
    matrix = count.flops(torch.matmul, sentence, torch.ones(d, d))
    costs[whole].append(costs["attention"][-1] + 3 * matrix)

# %% tags=["experiment"]
for name, row in costs.items():
    print(f"{name:33}", [f"{flops / 1e6:.2f}" for flops in row], "million")
figure = plot.lines(
    sizes, costs, logx=True, logy=True, xlabel="n: positions, at d = 64",
    ylabel="FLOPs", title="At n = d attention costs as much as an RNN",
)
plot.show(figure, alt="Attention is steeper and crosses the RNN at n = 64")
equal = costs["attention"][sizes.index(d)] - costs["RNN"][sizes.index(d)]
print("attention minus RNN at n = d:", equal, "FLOPs")
ratios = {n: costs[n][0] / costs["RNN"][0] for n in ("GRU", "LSTM")}
print("times the RNN's work:", ratios)

# %% [markdown]
"""
The two counts are equal at n = d, to the last operation. With the three matrices that make queries, keys and values, attention
costs $4n^2d + 6nd^2$: more than an RNN at every length, and more than an LSTM from n = 2.5 d on. So "LSTM and GRU are expensive" is a strange
complaint in this company: at long n attention is the expensive one. It wins because its work does not *wait*.
"""

# %% [markdown]
"""
## Seconds, on this machine

A training step, forward and backward, on eight sequences of width 64. The seconds are those of the machine on which this notebook last
ran, so the text names none. Look at the shapes of the lines, then run the cell on yours.
"""

# %% tags=["experiment"]
import time


def seconds(step, *given) -> float:
    """The fastest of three training steps, after one to warm up."""
    runs = []
    for _ in range(4):
        begin = time.perf_counter()
        step(*given).square().sum().backward()
        if torch.cuda.is_available():
            torch.cuda.synchronize()  # a GPU works on while Python goes on
        runs.append(time.perf_counter() - begin)
    return min(runs[1:])

# %% tags=["experiment"]
long, lstm = [32, 64, 128, 256, 512], nn.LSTM(64, 64, batch_first=True)
took = {"your RNN": [], "nn.LSTM": [], "attention": []}
W = draw_weights(1, 64, 64, seed=0)
for T in long:
    batch = torch.randn(8, T, 64, requires_grad=True)
    took["your RNN"].append(1000 * seconds(read, batch, W))
    took["nn.LSTM"].append(1000 * seconds(lambda x: lstm(x)[0], batch))
    took["attention"].append(1000 * seconds(attend, batch))
figure = plot.lines(
    long, took, logx=True, logy=True, xlabel="T: positions, at C = D = 64",
    ylabel="milliseconds", title="Attention starts ahead and rises faster",
)
plot.show(figure, alt="Time of a step against T; attention rises most steeply")

# %% [markdown]
"""
Attention's work comes in a few large products, so it starts ahead even on one core. Then it pays for the square of T. A GPU runs thousands of
operations at once: there the waiting weighs more and the work less, so expect a larger lead that lasts to longer texts.

## On a GPU

The same steps on a GPU. The cell is skipped where there is none, and costs no points. The claim is about machines that do much at once, so this
is where it should show best. It has not been measured for this page.
"""

# %% tags=["gpu"]
from llmlab import device

if not device.skip_without_gpu("the milliseconds of the same steps"):
    W = {name: weight.cuda() for name, weight in W.items()}
    steps = {"your RNN": lambda x: read(x, W), "attention": attend,
             "nn.LSTM": lambda x: lstm.cuda()(x)[0]}
    for T in long:
        batch = torch.randn(8, T, 64, device="cuda", requires_grad=True)
        print(f"T {T:3}", *(f"  {name} {1000 * seconds(step, batch):7.2f} ms"
                            for name, step in steps.items()))

# %% [markdown]
"""
## Verdicts

What the textbook claims, what you measured, and what follows. What is missing: a comparison of large models at equal cost. That takes
days on many GPUs, so 24.1-08 rests on counts and on a small task.
"""

# %% tags=["experiment"]
def share(kind: str, i: int) -> str:
    runs = best[kind][:, i]
    return f"{runs.mean():.2f} ({runs.min():.2f} to {runs.max():.2f})"


x_256 = torch.ones(1, 256, 4, requires_grad=True)
lstm_waits = sequential_steps(read_lstm(x_256, draw_weights(4, 4, 4, 0)))
Claim, here, paper = claims.Claim, "computed here", "arXiv:1706.03762"
one, two, reads, writes = ([r[0], r[-1]] for r in waits.values())

# %% tags=["experiment"]
about_rnns = [
    Claim("24.1-01", "An RNN runs token by token, so it is not parallel.",
          f"sequential steps for 8 and 256 tokens: RNN {one}; linear "
          f"recurrence in pairs {two}, off the loop by {worst_scan:.0e}",
          "imprecise", "this holds for a recurrence that is not linear; "
          "batch and width run in parallel anyway",
          f"{here}; Feng et al. 2024, arXiv:2410.01201"),
    Claim("24.1-02", "RNNs lose long dependencies: gradients vanish.",
          "left of a gradient after 100 steps: " + ", ".join(
              f"{value:.0e} at {name}" for name, value in left.items()),
          "holds if", "the steps shrink; if they stretch, gradients explode",
          f"{here}, 5 matrices; Pascanu et al. 2013, arXiv:1211.5063"),
    Claim("24.1-03", "The longer the text, the more of its start is lost.",
          f"RNN recalls the first of 6 symbols: {share('RNN', 0)}, of 24: "
          f"{share('RNN', 2)}; attention: {share('attention', 2)}",
          "holds if", "the network is a recurrent one; how much is lost "
          "differs from seed to seed", f"{here}, 3 seeds"),
]

# %% [markdown]
"""
Two claims are about LSTM and GRU: what they repair, and what they cost.
"""

# %% tags=["experiment"]
about_gates = [
    Claim("24.1-04", "LSTM and GRU soften this, and stay sequential.",
          "gradient 59 steps further back: " + ", ".join(
              f"{n} 10^{far[n]:.0f}" for n in list(far)[:4]) + "; recall of "
          f"the first of 24: RNN {share('RNN', 2)}, LSTM {share('LSTM', 2)}, "
          f"open {share('LSTM, open', 2)}; steps for 256 tokens: LSTM "
          f"{lstm_waits}, RNN {one[1]}", "holds if", "the gates start open; "
          "in recall the seeds of that LSTM and of the RNN overlap",
          f"{here}; Hochreiter and Schmidhuber 1997"),
    Claim("24.1-05", "LSTM and GRU are expensive.",
          f"{ratios['LSTM']:.0f} and {ratios['GRU']:.0f} times the RNN's "
          f"FLOPs; attention minus RNN at n = d: {equal}; at n = 4d it has "
          f"{costs['attention'][-1] / costs['RNN'][-1]:.0f} times the RNN's",
          "imprecise", "for long texts attention costs more",
          f"{here}; Vaswani et al. 2017, {paper}"),
]

# %% [markdown]
"""
The last three are about what the Transformer puts in their place. Here is the whole table.
"""

# %% tags=["experiment"]
claims.table(about_rnns + about_gates + [
    Claim("24.1-06", "A Transformer sees all positions at once, in parallel.",
          f"steps to read 8 and 256 tokens: {reads}; to write them: {writes}",
          "holds if", "it trains or reads; layers, and tokens that it "
          "writes, still wait for one another",
          f"{here}; Leviathan et al. 2022, arXiv:2211.17192"),
    Claim("24.1-07", "Attention links any two positions directly.",
          f"gradient 59 steps further back: 10^{far['attention']:.1f}, RNN "
          f"10^{far['RNN']:.1f}; recall of the first of 24: "
          f"{share('attention', 2)}, RNN {share('RNN', 2)}",
          "holds", "", f"{here}; Vaswani et al. 2017, {paper}"),
    Claim("24.1-08", "Training is far more efficient than with RNNs.",
          f"recall at T = 24 after 120 training steps: "
          f"{share('attention', 2)}, open LSTM {share('LSTM, open', 2)}; "
          f"steps that wait, 256 tokens: {reads[1]}, LSTM {lstm_waits}; "
          f"million FLOPs at n = 4d: {costs[whole][-1] / 1e6:.0f}, LSTM "
          f"{costs['LSTM'][-1] / 1e6:.0f}", "holds if",
          "the machine runs much at once and n is not far above d",
          f"{here}; Vaswani et al. 2017, {paper}"),
])

# %% [markdown]
"""
## Say it again

| equation | line of code | shape |
|---|---|---|
| $h_t = \tanh(W_{ih}x_t + W_{hh}h_{t-1} + b)$ | `h = torch.tanh(F.linear(x[:, t], W_ih, b_ih) + …)` | (B, D) |
| longest chain of operations | `sequential_steps(y)` | a number |
| $\lVert\partial h_T/\partial h_t\rVert \approx ρ^{T-t}$ | `gradient_norms(y, sources)` | (N,) |
| $c' = f ⊙ c + i ⊙ g$, $h' = o ⊙ \tanh(c')$ | `lstm_cell(x, h, c, …)` | (B, D), (B, D) |
| $h' = (1 - z) ⊙ n + z ⊙ h$ | `gru_cell(x, h, …)` | (B, D) |

**In one breath:** a recurrence waits for every token and multiplies what it remembers by one factor a step; gates move that factor towards 1;
attention reaches every token in one step, and pays for it with work that grows with the square of the length.
"""

# %% [markdown]
"""
## In real models

- The Transformer was proposed for translation, where LSTMs with attention were the rule (Vaswani et al. 2017, arXiv:1706.03762). Attention had
  come first, as an addition to an RNN (Bahdanau et al. 2014, arXiv:1409.0473).
- It is common to start the forget gate's bias at 1 or 2. In an empirical comparison a bias of 1 closed the gap between the LSTM and
  the GRU (Jozefowicz et al. 2015).
- Recurrences are back in long-context models, made linear in the state so that they can be scanned: Mamba (Gu and Dao 2023,
  arXiv:2312.00752), minLSTM and minGRU (Feng et al. 2024, arXiv:2410.01201). See 27.2.
"""

# %% [markdown]
"""
## Going further

Not graded, no tests: compare with your own functions.

1. **Clipping.** The recall task calls `clip_grad_norm_`. Remove it, and set the RNN's recurrent matrix to 1.2 times an orthogonal one. What happens to
   the loss? (Pascanu et al. 2013, arXiv:1211.5063.)
2. **minGRU.** Let z and n depend on x alone, and drop the tanh. Then $h_t = z_t h_{t-1} + (1 - z_t) n_t$ is linear in the state. Compute it
   with `scan`, check it against a loop, and count its steps.

**Papers.** Hochreiter and Schmidhuber 1997, Neural Computation 9(8) · Martin and Cundy 2017, arXiv:1709.04057, scans for RNNs ·
Bengio et al. 1994, IEEE Transactions on Neural Networks 5(2), why long dependencies are hard.
"""
