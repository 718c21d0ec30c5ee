"""The bank of 24.2.3, causal mask: as learners write it, wrong and right."""
# ruff: noqa: F811

import numpy as np
import torch
from torch import nn

from autograde.mistakes import right, wrong


@wrong("24.2.3", names="causal.inverted", says="is the opposite")
def causal_mask(T, S):
    return torch.triu(torch.ones(T, S), diagonal=S - T + 1).bool()


@wrong("24.2.3", names="causal.inverted", how="the tutorial's triangle")
def causal_mask(T, S):
    return torch.triu(torch.ones(T, S), diagonal=1).bool()


@wrong("24.2.3", names="causal.inverted", how="== 1 on a triangle of ones")
def causal_mask(T, S):
    mask = torch.triu(torch.ones((S, S)), diagonal=1)
    return mask[-T:] == 1


@wrong("24.2.3", names="causal.aligned-left", says="It is position S − T")
def causal_mask(T, S):
    return torch.tril(torch.ones(T, S)).bool()


@wrong("24.2.3", names="causal.aligned-left", how="the first T rows")
def causal_mask(T, S):
    return torch.ones(S, S, dtype=torch.bool).tril()[:T]


@wrong("24.2.3", names="causal.aligned-left", how="as floats")
def causal_mask(T, S):
    return torch.tril(torch.ones(T, S))


@wrong("24.2.3", names="causal.without-itself", says="from itself")
def causal_mask(T, S):
    queries = torch.arange(T).unsqueeze(1) + (S - T)
    return torch.arange(S).unsqueeze(0) < queries


@wrong("24.2.3", names="causal.without-itself", how="a loop that ends too early")
def causal_mask(T, S):
    mask = torch.zeros(T, S, dtype=torch.bool)
    for t in range(T):
        for s in range(S - T + t):
            mask[t, s] = True
    return mask


@wrong("24.2.3", names="causal.without-itself", how="and aligned left")
def causal_mask(T, S):
    return torch.tril(torch.ones(T, S), diagonal=-1).bool()


@wrong("24.2.3", names="causal.peeks", says="one position of the future")
def causal_mask(T, S):
    mask = torch.zeros(T, S, dtype=torch.bool)
    for t in range(T):
        mask[t, : S - T + t + 2] = True
    return mask


@wrong("24.2.3", names="causal.peeks", how="and aligned left")
def causal_mask(T, S):
    return torch.arange(S)[None] <= torch.arange(1, T + 1)[:, None]


@wrong("24.2.3", names="causal.upper-triangle", says="hides the past")
def causal_mask(T, S):
    return torch.arange(S)[None, :] >= torch.arange(S - T, S)[:, None]


@wrong("24.2.3", names="causal.upper-triangle", how="triu, aligned left")
def causal_mask(T, S):
    return torch.triu(torch.ones(T, S, dtype=torch.bool))


@wrong("24.2.3", names="causal.all-allowed", says="allows everything")
def causal_mask(T, S):
    return torch.ones(T, S, dtype=torch.bool)


@wrong("24.2.3", names="causal.all-allowed", how="a triangle that is thrown away")
def causal_mask(T, S):
    mask = torch.ones(T, S, dtype=torch.bool)
    mask.tril(diagonal=S - T)
    return mask


@wrong("24.2.3", names="causal.additive", says="0 and −∞")
def causal_mask(T, S):
    blocked = torch.arange(S)[None, :] > torch.arange(S - T, S)[:, None]
    return torch.zeros(T, S).masked_fill(blocked, float("-inf"))


@wrong("24.2.3", names="causal.additive", how="torch's own, square")
def causal_mask(T, S):
    return nn.Transformer.generate_square_subsequent_mask(S)[:T]


@wrong("24.2.3", names="causal.additive", how="minus a billion")
def causal_mask(T, S):
    return torch.triu(torch.full((T, S), -1e9), diagonal=1)


@wrong("24.2.3", names="causal.zeros-and-ones", says="the numbers 0 and 1")
def causal_mask(T, S):
    return torch.tril(torch.ones(T, S), diagonal=S - T)


@wrong("24.2.3", names="causal.zeros-and-ones", how="whole numbers")
def causal_mask(T, S):
    return (torch.arange(S) <= torch.arange(S - T, S)[:, None]).int()


@wrong("24.2.3", names="causal.square", says="S is not used")
def causal_mask(T, S):
    return torch.tril(torch.ones(T, T)).bool()


@wrong("24.2.3", names="causal.square", says="(S, S)", how="a row for every key")
def causal_mask(T, S):
    return torch.tril(torch.ones(S, S)) == 1


@wrong("24.2.3", names="causal.keys-as-rows", says="a row for each key")
def causal_mask(T, S):
    keys = torch.arange(S)[:, None]
    return keys <= torch.arange(S - T, S)[None, :]


@wrong("24.2.3", names="causal.mirrored", says="mirrored")
def causal_mask(T, S):
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return torch.flip(mask, dims=[1])


@wrong("24.2.3", names="causal.last-query-first", says="upside down")
def causal_mask(T, S):
    rows = [[s < S - t for s in range(S)] for t in range(T)]
    return torch.tensor(rows)


@wrong("24.2.3", names="causal.offset-sign", says="T − S")
def causal_mask(T, S):
    return torch.ones(T, S).tril(diagonal=T - S).bool()


@wrong("24.2.3", names="causal.extra-axes", says="an axis")
def causal_mask(T, S):
    return torch.tril(torch.ones(T, S), diagonal=S - T).view(1, 1, T, S) == 1


@wrong("24.2.3", names="causal.only-itself", says="only")
def causal_mask(T, S):
    return torch.arange(S)[None, :] == torch.arange(S - T, S)[:, None]


@wrong("24.2.3", names="causal.nothing-allowed", says="nothing")
def causal_mask(T, S):
    mask = torch.zeros(T, S, dtype=torch.bool)
    for t in range(T):
        for s in range(S):
            if s > S - T + t:
                mask[t, s] = False
    return mask


@wrong("24.2.3", names="causal.shapes", says="column", how="two rows compared")
def causal_mask(T, S):
    return torch.arange(S) <= torch.arange(S - T, S)


@wrong("24.2.3", names="type", says="yours is a list", how="nested lists")
def causal_mask(T, S):
    return [[s <= S - T + t for s in range(S)] for t in range(T)]


@wrong("24.2.3", names="type", says="return statement", how="nothing returned")
def causal_mask(T, S):
    mask = torch.tril(torch.ones(T, S), diagonal=S - T).bool()  # noqa: F841


@wrong("24.2.3", names="error", says="IndexError", how="a loop that runs off the end")
def causal_mask(T, S):
    mask = torch.zeros(T, S, dtype=torch.bool)
    for t in range(T):
        for s in range(S - T + t + 2):
            mask[t, s] = s <= S - T + t
    return mask


@right("24.2.3", how="a triangle with an offset")
def causal_mask(T, S):
    return torch.ones(T, S, dtype=torch.bool).tril(diagonal=S - T)


@right("24.2.3", how="the last T rows of the square triangle")
def causal_mask(T, S):
    return torch.tril(torch.ones(S, S)).bool()[S - T :, :]


@right("24.2.3", how="not the future")
def causal_mask(T, S):
    return ~torch.triu(torch.ones(T, S), diagonal=S - T + 1).bool()


@right("24.2.3", how="one-hot positions, added up from the right")
def causal_mask(T, S):
    here = torch.eye(S)[S - T :]
    return here.flip(-1).cumsum(-1).flip(-1) > 0


@right("24.2.3", how="torch's additive mask, read backwards")
def causal_mask(T, S):
    return nn.Transformer.generate_square_subsequent_mask(S)[-T:] == 0


@right("24.2.3", how="numpy")
def causal_mask(T, S):
    return torch.from_numpy(np.tri(T, S, S - T, dtype=bool))


@right("24.2.3", how="counted distances")
def causal_mask(T, S):
    distance = torch.cartesian_prod(torch.arange(S - T, S), torch.arange(S))
    return (distance[:, 0] - distance[:, 1] >= 0).reshape(T, S)


@right("24.2.3", how="lists of rows")
def causal_mask(T, S):
    rows = []
    for t in range(T):
        seen = S - T + t + 1
        rows.append([True] * seen + [False] * (S - seen))
    return torch.tensor(rows)
