"""Small made-up worlds in which the right answer is known exactly."""

from random import Random

import torch
from torch import Tensor

MEN, WOMEN = "小明 小刚 小强 小军".split(), "小红 小芳 小丽 小玲".split()
THINGS = "书 笔 花 信 球 糖".split()
WORDS = [
    *"今天 昨天 把 给了 收到了 的 ， 他 她 很高兴 很大方 。".split(),
    *MEN,
    *WOMEN,
    *THINGS,
]


def two_places(task: str, draw: torch.Generator, B=64, T=12) -> tuple[Tensor, Tensor]:
    """Random words (B, T) below 10, and what each position reports (B, T, 1 or 2).

    "both": the words one and three places back. "either": the word one place back
    after words 0 to 4, the word three places back after words 5 to 9.
    """
    ids = torch.randint(10, (B, T), generator=draw)
    one, three = ids.roll(1, dims=1), ids.roll(3, dims=1)
    if task == "both":
        return ids, torch.stack([one, three], dim=-1)
    return ids, torch.where(ids < 5, one, three)[..., None]


def repeating(
    draw: torch.Generator, length: int | None = None, B=64, T=24, V=20
) -> tuple[Tensor, Tensor]:
    """Rows of 6 to 12 different words, repeated: ids (B, T), and which next words can
    be known (B, T - 1). `length` fixes the row's length."""
    words = torch.rand(B, V, generator=draw).argsort(dim=-1)
    period = torch.randint(6, 13, (B, 1), generator=draw)
    if length is not None:
        period = torch.full((B, 1), length)
    places = torch.arange(T)
    return words.gather(1, places % period), places[1:] >= period


def sentence(draw: Random) -> tuple[list[str], str, str]:
    """The words of a sentence about a gift, the pronoun's referent, the other person.

    There is one man and one woman. Receivers are happy, givers are generous.
    """
    giver, taker = draw.sample([draw.choice(MEN), draw.choice(WOMEN)], 2)
    thing = draw.choice(THINGS)
    gift = [giver, "把", thing, "给了", taker]
    gift = draw.choice([gift, [taker, "收到了", giver, "的", thing]])
    start = draw.choice([[], ["今天"], ["昨天"]])
    who, other = draw.sample([giver, taker], 2)
    pronoun = "她" if who in WOMEN else "他"
    mood = "很高兴" if who == taker else "很大方"
    return [*start, *gift, "，", pronoun, mood, "。"], who, other


def encode(words: list[str], T: int = 10) -> list[int]:
    """Token ids of a sentence, filled up with full stops to T."""
    words = words + ["。"] * (T - len(words))
    return [WORDS.index(word) for word in words]


def pronouns(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Sentences (n, T), and the places of pronoun, referent, other person (n, 3)."""
    draw, rows, places = Random(seed), [], []
    for _ in range(n):
        words, who, other = sentence(draw)
        pronoun = words.index("，") + 1
        places.append([pronoun, words.index(who), words.index(other)])
        rows.append(encode(words))
    return torch.tensor(rows), torch.tensor(places)
