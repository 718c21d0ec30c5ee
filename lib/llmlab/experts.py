"""Experiments of 26.3: a tiny model around a layer of experts, and who works in it.

A layer takes (B, T, C) and keeps `logits` (N, E) and `chosen` (N, K) of its last call.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmlab import fit, plot, three_texts
from llmlab.i18n import _

WIDTH = 32


class ByteModel(nn.Module):
    """Four bytes (N, 4) go in; the layer, with its residual connection; 256 logits.

    `common` is what all tokens have in common when they reach the layer: the size of
    a random vector that is added behind the norm.
    """

    def __init__(self, layer: nn.Module, common: float = 0.0):
        super().__init__()
        self.bytes = nn.Embedding(256, WIDTH)
        self.join = nn.Linear(4 * WIDTH, WIDTH)
        self.norm, self.layer = nn.LayerNorm(WIDTH), layer
        self.last, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 256)
        self.norm.bias.data = common * torch.randn(WIDTH)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits (N, 256) of the byte that follows."""
        x = self.join(self.bytes(ids).flatten(1))[None]  # (1, N, C)
        x = x + self.layer(self.norm(x))
        return self.head(self.last(x))[0]


def train(
    make: Callable[[], nn.Module],
    seed: int,
    common: float = 0.0,
    extra: Callable[[nn.Module], Tensor | float] = lambda layer: 0.0,
    steps: int = 120,
) -> ByteModel:
    """Train one model on the three texts; `extra` is a loss of its layer."""
    torch.manual_seed(seed)
    model, draw = ByteModel(make(), common), torch.Generator().manual_seed(seed)

    def loss(model: ByteModel) -> Tensor:
        ids, target, _text = three_texts.batch(192, draw)
        return F.cross_entropy(model(ids), target) + extra(model.layer)

    fit.train(model, loss, steps, rate=0.02)
    return model


@lru_cache
def held_out() -> tuple[Tensor, ...]:
    """Places that the tests look at: ids, following byte, source."""
    return three_texts.batch(3000, torch.Generator().manual_seed(99))


@torch.no_grad()
def loss(model: ByteModel) -> float:
    """Nats for each byte of `held_out`."""
    ids, target, _text = held_out()
    return F.cross_entropy(model(ids), target).item()


@torch.no_grad()
def shares(model: ByteModel) -> Tensor:
    """Each expert's share of all choices on `held_out`, (E,)."""
    model(held_out()[0])
    E = model.layer.logits.shape[-1]
    return F.one_hot(model.layer.chosen, E).float().mean((0, 1))


def load(model: ByteModel) -> Tensor:
    """The same, busiest first."""
    return shares(model).sort(descending=True).values


def working(model: ByteModel) -> float:
    """How many experts work, in effect: e to the entropy of the load."""
    return torch.special.entr(load(model)).sum().exp().item()


def show(name: str, models: list[ByteModel]) -> None:
    """A line for each seed: the busiest two, the idlest, and how many work."""
    for seed, model in enumerate(models):
        sizes, numbers = shares(model).sort(descending=True)
        print(
            f"{name}, seed {seed}: busiest {sizes[0]:.2f}, idlest {sizes[-1]:.3f}, "
            f"{working(model):.1f} of {len(sizes)} work; "
            f"most: {numbers[0]} and {numbers[1]}"
        )


@torch.no_grad()
def division(model: ByteModel, labels: Tensor) -> Tensor:
    """Row r: how the choices for `held_out` bytes with label r spread over experts."""
    model(held_out()[0])
    E = model.layer.logits.shape[-1]
    table = F.one_hot(model.layer.chosen, E).sum(1).float()  # (N, E)
    rows = [table[labels == r].sum(0) for r in labels.unique()]
    return torch.stack([row / row.sum() for row in rows])


def draw_division(model: ByteModel, labels: Tensor, names: Sequence[str]) -> None:
    """Show `division` as a table with a row for each name."""
    figure = plot.heatmap(
        division(model, labels),
        rows=names,
        size="wide",
        title=_("Share of choices that go to each expert"),
        xlabel=_("E: experts"),
        ylabel="",
    )
    rows = ", ".join(names)
    plot.show(figure, alt=_("Shares of choices; rows: {rows}").format(rows=rows))


@torch.no_grad()
def bits(model: ByteModel, labels: Tensor, used: Tensor) -> float:
    """Bits that a choice tells about the label: mutual information, where `used`."""
    model(held_out()[0])
    E = model.layer.logits.shape[-1]
    table = F.one_hot(model.layer.chosen, E).sum(1)[used].double()
    rows = [table[labels[used] == r].sum(0) for r in labels[used].unique()]
    joint = torch.stack(rows) / table.sum()
    apart = joint.sum(0) * joint.sum(1, keepdim=True)
    return torch.special.xlogy(joint, joint / apart).sum().item() / math.log(2)


@torch.no_grad()
def touched_in_a_row(model: ByteModel, N: int = 8) -> float:
    """Experts that N bytes in a row touch: mean over 200 places, English and Python."""
    total = 0
    for text in three_texts.texts()[:2]:
        for at in range(100, 80_100, 800):
            model(text[at + torch.arange(N)[:, None] + torch.arange(4)])
            total += model.layer.chosen.unique().numel()
    return total / 200
