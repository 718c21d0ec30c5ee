"""The world of 24.5: dates written in three forms, to be rewritten in one.

    5 March 2024 · March 5, 2024 · 2024年3月5日   →   2024-03-05.

Digits and signs are tokens of their own, a month's name is one token. The full stop
ends a target.
"""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

MONTHS = (
    "January February March April May June July August September October November "
    "December"
).split()
TOKENS = [*"·<.?", *"0123456789-,年月日|", *MONTHS]
# fills up, begins a target, ends a target, hides a token
PAD, START, END, MASK = range(4)
ID = {token: number for number, token in enumerate(TOKENS)}
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def written(year: int | str, month: int, day: int, form: int) -> list[str]:
    """A date as source tokens, in one of three forms; year may be "".

    >>> " ".join(written(2024, 3, 5, 1))
    'March 5 , 2 0 2 4'
    """
    y, m, d = [*str(year)], [*str(month)], [*str(day)]
    if form == 2:
        return [*y, *(["年"] if y else []), *m, "月", *d, "日"]
    name = MONTHS[month - 1]
    return [*d, name, *y] if form == 0 else [name, *d, *([","] if y else []), *y]


def ids(rows: Iterable[Sequence[str]], n: int) -> Tensor:
    """Rows of tokens as ids (B, n), filled up with PAD.

    >>> ids([["5", "March"]], 3).tolist()
    [[9, 22, 0]]
    """
    return torch.tensor([[ID[t] for t in row] + [PAD] * (n - len(row)) for row in rows])


def text(row: Tensor) -> str:
    """Ids (T,) as one string.

    >>> text(ids(["2024-03-05."], 12)[0])
    '2024-03-05.·'
    """
    return "".join(TOKENS[number] for number in row.tolist())


def batch(B: int, generator: torch.Generator, held_out: bool = False):
    """Sources (B, 11) and targets (B, 11), from 1900 to 2099, days up to 28.

    Every tenth date is held out: it comes only with `held_out`, in all its forms.
    """
    limits = ((1900, 2100), (1, 13), (1, 29), (0, 3))
    drawn = [torch.randint(*pair, (20 * B,), generator=generator) for pair in limits]
    keep = ((2 * drawn[0] + drawn[1] + drawn[2]) % 10 == 0) == held_out
    rows = list(zip(*(v[keep][:B].tolist() for v in drawn), strict=True))
    targets = [f"{y}-{m:02}-{d:02}." for y, m, d, _form in rows]
    return ids([written(*row) for row in rows], 11), ids(targets, 11)


def year_at(source: Tensor) -> Tensor:
    """Where the year begins in each of the sources (B, S): first, or last four.

    >>> year_at(ids([written(2024, 3, 5, form) for form in range(3)], 11)).tolist()
    [2, 3, 0]
    """
    chinese = (source == ID["年"]).any(1)
    return torch.where(chinese, 0, (source != PAD).sum(1) - 4)


def lines(held_out: int = 200) -> tuple[Tensor, Tensor]:
    """Lines such as "5 March|03-05." (N, 13): for training, and held out.

    366 days in three forms. The bar stands at 6; the source is filled up before it.
    """
    every = [
        (month, day, form)
        for month, days in enumerate(_DAYS, 1)
        for day in range(1, days + 1)
        for form in range(3)
    ]
    heads = ids([written("", *row) for row in every], 6)
    tails = ids([f"|{month:02}-{day:02}." for month, day, _form in every], 7)
    order = torch.randperm(len(every), generator=torch.Generator().manual_seed(0))
    mixed = torch.cat([heads, tails], dim=1)[order]
    return mixed[held_out:], mixed[:held_out]
