"""Tiny causal models that differ only in how they are told positions.

All kinds and all seeds are trained together: weights have a first axis M, one entry
per model, and each product is a batch of M products. The models of one seed start
from the same weights and read the same texts.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor


@dataclass(frozen=True)
class Way:
    """One way to tell a model positions; without any part it is told nothing.

    `add(T)` is a code (T, C) for the input; `rows` is the length of a table of learned
    codes. `turn(x, positions)` turns queries and keys (…, T, D). `bias(T)` is added to
    the scores: (H, T, T), with −∞ for the future.
    """

    add: Callable | None = None
    rows: int = 0
    turn: Callable | None = None
    bias: Callable | None = None


class Source:
    """Random texts in which the next token depends on the two before it.

    Each seed has a source of its own: a table of probabilities (V, V, V).
    """

    def __init__(self, seeds: int = 4, V: int = 6):
        self.chance = torch.Generator().manual_seed(0)
        scores = torch.randn(seeds, V, V, V, generator=self.chance)
        self.seeds, self.V, self.table = seeds, V, (2 * scores).softmax(-1)

    def draw(self, n: int, T: int) -> Tensor:
        """New texts (seeds, n, T), n from the source of each seed."""
        texts = torch.randint(self.V, (self.seeds, n, T), generator=self.chance)
        for t in range(2, T):
            next_one = self._after(texts[..., t - 1], texts[..., t - 2]).flatten(0, 1)
            drawn = torch.multinomial(next_one, 1, generator=self.chance)
            texts[..., t] = drawn.view(self.seeds, n)
        return texts

    def best(self, texts: Tensor) -> Tensor:
        """The loss of who knows the source, (seeds, n, T − 2), in nats."""
        known = self._after(texts[..., 1:-1], texts[..., :-2])
        return -known.gather(-1, texts[..., 2:, None]).log()[..., 0]

    def _after(self, newest: Tensor, before: Tensor) -> Tensor:
        seed = torch.arange(self.seeds).view(-1, *[1] * (newest.ndim - 1))
        return self.table[seed, newest, before]


class Models:
    """One model per way and seed: one layer of attention, one feed-forward layer.

    Shapes: C model width, H heads of C/H. Norms have no weights.
    """

    def __init__(
        self, ways: Mapping[str, Way], seeds: int, V: int, C: int = 32, H: int = 4
    ):
        self.ways, self.seeds, self.V, self.C, self.H = dict(ways), seeds, V, C, H
        rows = max(way.rows for way in self.ways.values())
        # weights shrink with the width that they read: sums keep their size
        shapes = {"tokens": (V, C), "table": (rows, C), "qkv": (C, 3 * C)}
        shapes |= {"out": (C, C), "up": (C, 2 * C), "down": (2 * C, C), "read": (C, V)}
        chance, self.weights = torch.Generator().manual_seed(1), {}
        for name, shape in shapes.items():
            size = {"tokens": 0.5, "table": 0.1}.get(name) or shape[0] ** -0.5
            values = torch.randn(seeds, *shape, generator=chance) * size
            start = values.repeat(len(self.ways), 1, 1)
            self.weights[name] = start.requires_grad_()

    def slots(self) -> Iterator[tuple[slice, Way]]:
        """Where the models of each way stand on the first axis."""
        for i, way in enumerate(self.ways.values()):
            yield slice(i * self.seeds, (i + 1) * self.seeds), way

    def added(self, T: int) -> Tensor:
        """What is added to the input, (M, T, C): zeros for most ways."""
        codes = []
        for at, way in self.slots():
            code = torch.zeros(self.seeds, T, self.C)
            if way.add:
                code = code + way.add(T)
            if way.rows:
                code = code + self.weights["table"][at, :T]
            codes.append(code)
        return torch.cat(codes)

    def bias(self, T: int) -> Tensor:
        """What is added to the scores, (M, 1, H, T, T): at least the causal mask."""
        past = torch.full((T, T), -math.inf).triu(1).expand(self.H, T, T)
        tables = [way.bias(T) if way.bias else past for _at, way in self.slots()]
        return torch.stack(tables).repeat_interleave(self.seeds, 0)[:, None]

    def turned(self, x: Tensor) -> Tensor:
        """Queries or keys (M, n, H, T, D), turned where a way turns them."""
        p = torch.arange(x.shape[-2])
        parts = ((x[at], way.turn) for at, way in self.slots())
        return torch.cat([turn(part, p) if turn else part for part, turn in parts])

    def predict(self, texts: Tensor) -> Tensor:
        """Scores of the next token: (seeds, n, T) → (M, n, T, V)."""
        n, T = texts.shape[1:]
        w, ids = self.weights, texts.repeat(len(self.ways), 1, 1)
        x = w["tokens"][torch.arange(len(ids))[:, None, None], ids]
        x = (x + self.added(T)[:, None]).flatten(1, 2)  # (M, n·T, C)
        heads = "m (n t) (three h d) -> three m n h t d"
        q, k, v = rearrange(_norm(x) @ w["qkv"], heads, n=n, three=3, h=self.H)
        y = F.scaled_dot_product_attention(
            self.turned(q), self.turned(k), v, attn_mask=self.bias(T)
        )
        x = x + rearrange(y, "m n h t d -> m (n t) (h d)") @ w["out"]
        x = x + F.relu(_norm(x) @ w["up"]) @ w["down"]
        return (_norm(x) @ w["read"]).view(-1, n, T, self.V)

    def losses(self, texts: Tensor) -> Tensor:
        """Loss of tokens 2, 3, … of each text, (M, n, T − 2), in nats."""
        guess = self.predict(texts[..., :-1])[:, :, 1:]
        target = texts[..., 2:].repeat(len(self.ways), 1, 1)
        return F.cross_entropy(guess.movedim(-1, 1), target, reduction="none")

    @torch.no_grad()
    def excess(self, source: Source, T: int, n: int = 64) -> Tensor:
        """Mean loss above the best one, on n new texts: (ways, seeds, T − 1)."""
        texts = source.draw(n, T + 1)
        with one_thread():
            reached = self.losses(texts).unflatten(0, (-1, self.seeds))
        return (reached - source.best(texts)).mean(2)


def _norm(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:])


def train(
    ways: Mapping[str, Way], source: Source, length: int, steps: int = 400, n: int = 12
) -> Models:
    """Train a model per way and seed on texts of `length` tokens, n a step.

    Adam with a short rise of the learning rate to 0.01, then a line down to 0.
    """
    models = Models(ways, source.seeds, source.V)
    texts = source.draw(n * steps, length + 1)
    optimizer = torch.optim.Adam(models.weights.values(), lr=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 20) * (1 - step / steps)
    )
    with one_thread():
        for step in range(steps):
            loss = models.losses(texts[:, n * step : n * (step + 1)]).mean((1, 2))
            optimizer.zero_grad()
            # each model has weights of its own: the sum mixes nothing
            loss.sum().backward()
            optimizer.step()
            schedule.step()
    return models


@contextmanager
def one_thread() -> Iterator[None]:
    """One processor thread: for many small products it is the fastest."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
