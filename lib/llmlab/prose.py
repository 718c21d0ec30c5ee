"""English prose that every Python brings along, as characters: its help pages.

The pages differ a little between versions of Python, and so do numbers that are
measured on them.
"""

from functools import lru_cache
from pydoc_data import topics

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# what is not among these characters is the last one, a question mark
CHARACTERS = " etaisnorlchdupmfbgyvwxkjqz.,'\"()-:;=_*[]0123456789<>+|/{}&%#@!?"
V = len(CHARACTERS)
HELD_OUT = 0.1  # the last part of the text is for tests


@lru_cache
def text() -> str:
    """All pages in one line, in small letters."""
    pages = " ".join(page for _name, page in sorted(topics.topics.items()))
    return " ".join(pages.lower().split())


@lru_cache
def ids() -> Tensor:
    """The text as ids below V."""
    number = {sign: i for i, sign in enumerate(CHARACTERS)}
    return torch.tensor([number.get(sign, V - 1) for sign in text()])


def batch(B: int, T: int, draw: torch.Generator, held_out: bool = False) -> Tensor:
    """Pieces of the text (B, T + 1), from the part to learn on or the other one."""
    line = ids()
    border = round(len(line) * (1 - HELD_OUT))
    line = line[border:] if held_out else line[:border]
    starts = torch.randint(len(line) - T, (B, 1), generator=draw)
    return line[starts + torch.arange(T + 1)]


def surprise(model: nn.Module, pieces: Tensor) -> Tensor:
    """Minus the logarithm of each next character's probability, (B, T), in nats."""
    logits = model(pieces[:, :-1])
    return F.cross_entropy(logits.mT, pieces[:, 1:], reduction="none")
