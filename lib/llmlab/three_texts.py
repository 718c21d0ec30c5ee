"""The world of 26.3: bytes of English prose, of Python code, and of Chinese sentences.

Prose and code come with Python itself, so they differ a little from one version of
Python to the next. The Chinese sentences are those of `worlds.sentence`.
"""

import argparse
import inspect
from functools import lru_cache
from pydoc_data import topics
from random import Random

import torch
from torch import Tensor

from llmlab import worlds

SOURCES = ("English", "Python", "Chinese")
LENGTH = 90_000  # bytes of each text
KINDS = ("letter", "digit", "space", "sign", "Chinese")


@lru_cache
def texts() -> tuple[Tensor, ...]:
    """The three texts as bytes, (LENGTH,) each, in the order of SOURCES."""
    prose = "".join(topics.topics[name] for name in sorted(topics.topics))
    code, draw = inspect.getsource(argparse), Random(0)
    chinese = "".join("".join(worlds.sentence(draw)[0]) for _ in range(2500))
    joined = (text.encode()[:LENGTH] for text in (prose, code, chinese))
    return tuple(torch.tensor(list(text)) for text in joined)


def batch(N: int, generator: torch.Generator, n: int = 4):
    """Some bytes (N, n), the byte that follows each (N,), and the source (N,).

    A third of the rows comes from each text.

    >>> seen, following, source = batch(6, torch.Generator().manual_seed(0))
    >>> seen.shape, following.shape, source.tolist()
    (torch.Size([6, 4]), torch.Size([6]), [0, 0, 1, 1, 2, 2])
    """
    rows = []
    for text in texts():
        at = torch.randint(len(text) - n, (N // 3,), generator=generator)
        rows.append(text[at[:, None] + torch.arange(n + 1)])
    source = torch.arange(3).repeat_interleave(N // 3)
    return torch.cat(rows)[:, :n], torch.cat(rows)[:, n], source


def kind(ids: Tensor) -> Tensor:
    """The place in KINDS of each byte; Chinese signs are bytes from 128 on.

    >>> [KINDS[k] for k in kind(torch.tensor([*b"a1 ;", 200]))]
    ['letter', 'digit', 'space', 'sign', 'Chinese']
    """
    letter = ((ids | 32) >= 97) & ((ids | 32) <= 122)
    found = torch.full_like(ids, 3)
    found[letter], found[(ids >= 48) & (ids <= 57)] = 0, 1
    found[(ids == 32) | (ids == 10)], found[ids >= 128] = 2, 4
    return found
