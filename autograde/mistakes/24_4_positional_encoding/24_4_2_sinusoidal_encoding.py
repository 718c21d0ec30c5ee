"""The bank of 24.4.2, the sinusoidal code: as learners write it, wrong and right."""
# ruff: noqa: F811

import math

import numpy as np
import torch
from einops import rearrange

from autograde.mistakes import right, wrong


@wrong("24.4.2", names="sinusoidal.swapped", says="changed places")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None] / 10000 ** (torch.arange(0, C, 2) / C)
    pe = torch.zeros(len(positions), C)
    pe[:, 0::2] = torch.cos(angles)
    pe[:, 1::2] = torch.sin(angles)
    return pe


@wrong("24.4.2", names="sinusoidal.halves", says="all sines first")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None] / 10000 ** (torch.arange(0, C, 2) / C)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


@wrong("24.4.2", names="sinusoidal.halves", how="cosines first, as in diffusion")
def sinusoidal_encoding(positions, C):
    half = C // 2
    freqs = torch.exp(-math.log(10000) * torch.arange(half) / half)
    args = positions[:, None].float() * freqs[None]
    return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)


@wrong("24.4.2", names="sinusoidal.own-frequency", says="another frequency")
def sinusoidal_encoding(positions, C):
    pe = torch.zeros(len(positions), C)
    for row, pos in enumerate(positions.tolist()):
        for j in range(C):
            angle = pos / 10000 ** (j / C)
            pe[row, j] = math.sin(angle) if j % 2 == 0 else math.cos(angle)
    return pe


@wrong("24.4.2", names="sinusoidal.own-frequency", how="i is the dimension index")
def sinusoidal_encoding(positions, C):
    i = torch.arange(C)
    angles = positions[:, None] / 10000 ** (2 * i / C)
    return torch.where(i % 2 == 0, angles.sin(), angles.cos())


@wrong("24.4.2", names="sinusoidal.own-frequency", how="2(i + 1) for the cosine")
def sinusoidal_encoding(positions, C):
    pe = torch.zeros(len(positions), C)
    p = positions.float()
    for i in range(0, C, 2):
        pe[:, i] = torch.sin(p / 10000 ** (i / C))
        pe[:, i + 1] = torch.cos(p / 10000 ** ((i + 1) / C))
    return pe


@wrong("24.4.2", names="sinusoidal.exponent-doubled", says="4i/C")
def sinusoidal_encoding(positions, C):
    i = torch.arange(0, C, 2)
    angles = positions[:, None] / 10000 ** (2 * i / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.exponent-doubled", how="a loop that steps by two")
def sinusoidal_encoding(positions, C):
    pe = torch.zeros(len(positions), C)
    for i in range(0, C, 2):
        pe[:, i] = torch.sin(positions / (10000 ** ((2 * i) / C)))
        pe[:, i + 1] = torch.cos(positions / (10000 ** ((2 * i) / C)))
    return pe


@wrong("24.4.2", names="sinusoidal.exponent-halved", says="i/C")
def sinusoidal_encoding(positions, C):
    i = torch.arange(C // 2)
    angles = positions[:, None] / 10000 ** (i / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.degrees", says="radians")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None] / 10000 ** (torch.arange(0, C, 2) / C)
    angles = torch.deg2rad(angles)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.one-frequency", says="same speed")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None].expand(-1, C // 2).float()
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.frequency-inverted", says="rise from pair to pair")
def sinusoidal_encoding(positions, C):
    w = 10000 ** (torch.arange(0, C, 2) / C)
    angles = (positions[:, None] * w).double()
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1).float()


@wrong("24.4.2", names="sinusoidal.last-pair", says="C/2 − 1")
def sinusoidal_encoding(positions, C):
    half = C // 2
    step = math.log(10000) / max(1, half - 1)
    w = torch.exp(torch.arange(half) * -step)
    angles = positions[:, None] * w
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.base", says="another base")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None] / 1000 ** (torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.base", how="the natural base")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None] * torch.exp(-torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.positions-ignored", says="from 0")
def sinusoidal_encoding(positions, C):
    p = torch.arange(len(positions))[:, None]
    angles = p / 10000 ** (torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.one-based", says="one too large")
def sinusoidal_encoding(positions, C):
    angles = (positions[:, None] + 1) / 10000 ** (torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.one-wave", says="the same wave")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None] / 10000 ** (torch.arange(0, C, 2) / C)
    return angles.sin().repeat_interleave(2, dim=1)


@wrong("24.4.2", names="sinusoidal.transposed", says="(T, C)")
def sinusoidal_encoding(positions, C):
    angles = positions / 10000 ** (torch.arange(0, C, 2) / C)[:, None]
    return torch.stack([angles.sin(), angles.cos()], 1).flatten(0, 1)


@wrong("24.4.2", names="sinusoidal.half-missing", says="only C/2 columns")
def sinusoidal_encoding(positions, C):
    angles = positions[:, None] / 10000 ** (torch.arange(0, C, 2) / C)
    return torch.sin(angles)


@wrong("24.4.2", names="sinusoidal.shapes", says="a table of angles")
def sinusoidal_encoding(positions, C):
    pe = torch.zeros(len(positions), C)
    w = 10000 ** (-torch.arange(0, C, 2) / C)
    pe[:, 0::2] = torch.sin(positions * w)
    pe[:, 1::2] = torch.cos(positions * w)
    return pe


@wrong("24.4.2", names="sinusoidal.precedence", says="the power first")
def sinusoidal_encoding(positions, C):
    i = torch.arange(C // 2)
    angles = positions[:, None] / 10000**2 * i / C
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@wrong("24.4.2", names="sinusoidal.precedence", how="divided after the power")
def sinusoidal_encoding(positions, C):
    i = torch.arange(C // 2).double()
    angles = positions[:, None] / (10000 ** (2 * i) / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1).float()


@wrong("24.4.2", names="sinusoidal.two-pi", says="whole turns")
def sinusoidal_encoding(positions, C):
    angles = 2 * math.pi * positions[:, None] / 10000 ** (torch.arange(0, C, 2) / C)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


@right("24.4.2", how="the tutorial's exp and log")
def sinusoidal_encoding(positions, C):
    pe = torch.zeros(len(positions), C)
    div = torch.exp(torch.arange(0, C, 2).float() * (-math.log(10000.0) / C))
    pe[:, 0::2] = torch.sin(positions.unsqueeze(1) * div)
    pe[:, 1::2] = torch.cos(positions.unsqueeze(1) * div)
    return pe


@right("24.4.2", how="two loops and math")
def sinusoidal_encoding(positions, C):
    rows = []
    for p in positions.tolist():
        for i in range(C // 2):
            angle = p / 10000 ** (2 * i / C)
            rows += [math.sin(angle), math.cos(angle)]
    return torch.tensor(rows).reshape(-1, C)


@right("24.4.2", how="numpy, pair index by // 2")
def sinusoidal_encoding(positions, C):
    j = np.arange(C)
    angles = positions.numpy()[:, None] / 10000.0 ** (2 * (j // 2) / C)
    code = np.where(j % 2 == 0, np.sin(angles), np.cos(angles))
    return torch.from_numpy(code).float()


@right("24.4.2", how="a cosine is a sine a quarter turn ahead")
def sinusoidal_encoding(positions, C):
    w = 10000.0 ** -(torch.arange(C) // 2 * 2 / C)
    ahead = torch.arange(C) % 2 * math.pi / 2
    return torch.sin(torch.outer(positions.float(), w) + ahead)


@right("24.4.2", how="float64 inside, einops")
def sinusoidal_encoding(positions, C):
    w = torch.logspace(0, -4, C // 2 + 1, dtype=torch.float64)[:-1]
    z = torch.exp(1j * positions[:, None].double() * w)
    return rearrange([z.imag, z.real], "two t i -> t (i two)").float()


@wrong("24.4.2", names="sinusoidal.whole-table", says="up to the largest one")
def sinusoidal_encoding(positions, C):
    w = 10_000.0 ** (-torch.arange(0, C, 2) / C)
    a = torch.arange(int(positions.max()) + 1)[:, None] * w
    return torch.stack([a.sin(), a.cos()], -1).flatten(-2)


@wrong("24.4.2", names="dtype", says="No input has this dtype")
def sinusoidal_encoding(positions, C):
    w = 10_000.0 ** (-torch.arange(0, C, 2) / C)
    a = positions[:, None] * w
    out = torch.zeros(len(positions), C, dtype=positions.dtype)
    out[:, 0::2] = a.sin()
    out[:, 1::2] = a.cos()
    return out


@wrong("24.4.2", names="dtype", how="float64 left")
def sinusoidal_encoding(positions, C):
    w = 10_000.0 ** (-torch.arange(0, C, 2, dtype=torch.float64) / C)
    a = positions[:, None] * w
    return torch.stack([a.sin(), a.cos()], -1).flatten(-2)


@right("24.4.2", how="the cosine as a sine a quarter turn ahead")
def sinusoidal_encoding(positions, C):
    c = torch.arange(C)
    a = positions[:, None].double() / 10_000 ** (2 * (c // 2) / C).double()
    return torch.sin(a + (c % 2) * math.pi / 2).float()
