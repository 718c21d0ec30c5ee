"""A shelf of things, questions about them, and a small model that answers.

Eight things stand on a shelf. Each has a colour, a shape and a size, and no two share
one. A question names one property and asks for another: "the red one: which shape?"
The answer is exact. To find the right thing by any property, and to report any other,
attention needs several kinds of keys and values.
"""

from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmlab.models.positions import one_thread

PROPERTIES, THINGS = 3, 8
# of a training run: texts a step, questions a text, steps, learning rate
TEXTS, QUESTIONS, STEPS, RATE = 16, 24, 200, 1e-2


def draw(n: int, draw: torch.Generator, questions: int = QUESTIONS):
    """n shelves with questions: things (n, 8, 3), asked (n, Q, 3), answers (n, Q).

    A thing is its three values, a question (property, value, property asked for).

    >>> things, asked, answers = draw(1, torch.Generator().manual_seed(0), 1)
    >>> by, value, wanted = asked[0, 0].tolist()
    >>> row = things[0, things[0, :, by] == value][0]
    >>> bool(row[wanted] == answers[0, 0])
    True
    """
    things = torch.rand(n, PROPERTIES, THINGS, generator=draw).argsort(-1).mT
    size = (n, questions)
    which = torch.randint(THINGS, size, generator=draw)
    by = torch.randint(PROPERTIES, size, generator=draw)
    step = torch.randint(1, PROPERTIES, size, generator=draw)
    wanted, row = (by + step) % PROPERTIES, torch.arange(n)[:, None]
    asked = torch.stack([by, things[row, which, by], wanted], dim=-1)
    return things, asked, things[row, which, wanted]


class Reader(nn.Module):
    """One layer of the given attention and a feed-forward part of some width.

    Things and questions are one text of T = 8 + Q tokens; a causal mask lets each
    token see what stands before it. `attention(x, mask)` maps (B, T, C) to (B, T, C).
    """

    def __init__(self, attention: nn.Module, C: int, width: int):
        super().__init__()
        self.values = nn.Embedding(PROPERTIES * THINGS, C)
        self.asked = nn.Embedding(PROPERTIES * THINGS, C)
        self.wanted = nn.Embedding(PROPERTIES, C)
        first, last = nn.Linear(C, width, bias=False), nn.Linear(width, C, bias=False)
        self.feed_forward = nn.Sequential(first, nn.ReLU(), last)
        self.read, self.attention = nn.Linear(C, THINGS), attention

    def tokens(self, things: Tensor, asked: Tensor) -> Tensor:
        """The vectors (B, 8 + Q, C) that attention sees, normed."""
        places = THINGS * torch.arange(PROPERTIES)
        by, value, wanted = asked.unbind(-1)
        x = self.values(things + places).sum(-2)  # a thing is the sum of its values
        y = self.asked(THINGS * by + value) + self.wanted(wanted)
        return torch.cat([x, y], dim=1)

    def answer(self, x: Tensor, mixed: Tensor) -> Tensor:
        """Scores of the eight values, from tokens and what attention made of them."""
        x = x + mixed
        x = x + self.feed_forward(_norm(x))
        return self.read(_norm(x))

    def forward(self, things: Tensor, asked: Tensor) -> Tensor:
        """Scores (B, Q, 8)."""
        x = self.tokens(things, asked)
        past = torch.ones(2 * x.shape[1:2], dtype=torch.bool).tril()
        return self.answer(x, self.attention(_norm(x), past))[:, THINGS:]


def _norm(x: Tensor) -> Tensor:
    return F.rms_norm(x, x.shape[-1:])


def loss(model: Reader, texts) -> Tensor:
    """Mean surprise of the right answers, in nats."""
    things, asked, answers = texts
    return F.cross_entropy(model(things, asked).flatten(0, 1), answers.flatten())


def train(model: Reader, seed: int, steps: int = STEPS, fade: bool = True) -> Reader:
    """AdamW on new texts at each step; the learning rate rises, then falls to 0.

    `fade=False`: it rises to a third and stays there, to go on with a trained model.
    """
    texts = torch.Generator().manual_seed(seed)
    adam = torch.optim.AdamW(model.parameters(), RATE, betas=(0.9, 0.98), fused=True)
    with one_thread():
        for step in range(steps):
            rate = RATE * ((1 - step / steps) if fade else 1 / 3)
            adam.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 20)
            found = loss(model, draw(TEXTS, texts))
            adam.zero_grad()
            found.backward()
            adam.step()
    return model


def go_on(model: Reader, seed: int, after: list[int]) -> list[float]:
    """Train a copy further; the share of right answers after so many steps each."""
    model, shares, done = deepcopy(model), [], 0
    for i, steps in enumerate(after):
        train(model, 1000 * (seed + 1) + i, steps - done, fade=False)
        shares.append(right(model))
        done = steps
    return shares


@torch.no_grad()
def right(model: Reader, n: int = 100) -> float:
    """The share of right answers to the questions of n shelves, always the same."""
    things, asked, answers = draw(n, torch.Generator().manual_seed(2**20))
    with one_thread():
        guess = model(things, asked).argmax(-1)
    return (guess == answers).float().mean().item()
