"""The bank of 24.4.3, the matrix of a shift: as learners write it, wrong and right."""
# ruff: noqa: F811

import math

import numpy as np
import torch

from autograde.mistakes import right, wrong


@wrong("24.4.3", names="shift.backwards", says="transposed")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = k / 10000 ** (2 * i / C)
        c, s = math.cos(a), math.sin(a)
        blocks.append(torch.tensor([[c, -s], [s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.halves", says="2 × 2 on the diagonal")
def shift_matrix(k, C):
    a = k * 10000.0 ** (-torch.arange(0, C, 2) / C)
    c, s = torch.diag(a.cos()), torch.diag(a.sin())
    return torch.cat([torch.cat([c, s], 1), torch.cat([-s, c], 1)])


@wrong("24.4.3", names="shift.halves", how="and backwards")
def shift_matrix(k, C):
    a = k * 10000.0 ** (-torch.arange(0, C, 2) / C)
    c, s = torch.diag(a.cos()), torch.diag(a.sin())
    return torch.vstack([torch.hstack([c, -s]), torch.hstack([s, c])])


@wrong("24.4.3", names="shift.k-ignored", says="by 1, whatever k is")
def shift_matrix(k, C):
    a = 10000.0 ** (-torch.arange(0, C, 2) / C)
    M = torch.zeros(C, C)
    for i in range(C // 2):
        M[2 * i, 2 * i] = M[2 * i + 1, 2 * i + 1] = a[i].cos()
        M[2 * i, 2 * i + 1], M[2 * i + 1, 2 * i] = a[i].sin(), -a[i].sin()
    return M


@wrong("24.4.3", names="shift.signs", says="do not make a turn")
def shift_matrix(k, C):
    a = k * 10000.0 ** (-torch.arange(0, C, 2) / C)
    M = torch.zeros(C, C)
    M[0::2, 0::2] = M[1::2, 1::2] = torch.diag(a.cos())
    M[0::2, 1::2] = M[1::2, 0::2] = torch.diag(a.sin())
    return M


@wrong("24.4.3", names="shift.no-sines", says="only cosines")
def shift_matrix(k, C):
    a = k * 10000.0 ** (-torch.arange(0, C, 2) / C)
    return torch.diag(a.cos().repeat_interleave(2))


@wrong("24.4.3", names="shift.swapped", says="changed places")
def shift_matrix(k, C):
    a = k * 10000.0 ** (-torch.arange(0, C, 2) / C)
    M = torch.zeros(C, C)
    M[0::2, 0::2] = torch.diag(a.sin())
    M[0::2, 1::2] = torch.diag(a.cos())
    M[1::2, 0::2] = torch.diag(a.cos())
    M[1::2, 1::2] = -torch.diag(a.sin())
    return M


@wrong("24.4.3", names="shift.not-one-matrix", says="a stack of 2 × 2 blocks")
def shift_matrix(k, C):
    a = k * 10000.0 ** (-torch.arange(0, C, 2) / C)
    rows = [torch.stack([a.cos(), a.sin()], -1), torch.stack([-a.sin(), a.cos()], -1)]
    return torch.stack(rows, -2)


@wrong("24.4.3", names="shift.exponent-doubled", says="4i/C")
def shift_matrix(k, C):
    blocks = []
    for i in range(0, C, 2):
        a = torch.tensor(k / 10000 ** (2 * i / C))
        c, s = a.cos(), a.sin()
        blocks.append(torch.stack([c, s, -s, c]).view(2, 2))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.exponent-halved", says="i/C")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = k / 10000 ** (i / C)
        c, s = math.cos(a), math.sin(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.one-frequency", says="same speed")
def shift_matrix(k, C):
    c, s = math.cos(k), math.sin(k)
    return torch.block_diag(*[torch.tensor([[c, s], [-s, c]])] * (C // 2))


@wrong("24.4.3", names="shift.degrees", says="radians")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = math.radians(k / 10000 ** (2 * i / C))
        c, s = math.cos(a), math.sin(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.rolled", says="moves the places")
def shift_matrix(k, C):
    return torch.roll(torch.eye(C), k, dims=0)


@wrong("24.4.3", names="shift.rolled", how="ones on another diagonal")
def shift_matrix(k, C):
    return torch.from_numpy(np.eye(C, k=k)).float()


@right("24.4.3", how="a loop over blocks")
def shift_matrix(k, C):
    M = torch.zeros(C, C)
    for i in range(C // 2):
        a = k / 10000 ** (2 * i / C)
        c, s = math.cos(a), math.sin(a)
        M[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = torch.tensor([[c, s], [-s, c]])
    return M


@right("24.4.3", how="the exponential of a generator")
def shift_matrix(k, C):
    w = 10000.0 ** (-torch.arange(0, C, 2, dtype=torch.float64) / C)
    J = torch.tensor([[0.0, 1.0], [-1.0, 0.0]], dtype=torch.float64)
    return torch.matrix_exp(k * torch.block_diag(*[a * J for a in w])).float()


@right("24.4.3", how="one step, as often as needed")
def shift_matrix(k, C):
    w = 10000.0 ** (-torch.arange(0, C, 2, dtype=torch.float64) / C)
    one = torch.block_diag(
        *[torch.stack([a.cos(), a.sin(), -a.sin(), a.cos()]).view(2, 2) for a in w]
    )
    return torch.linalg.matrix_power(one, k).float()


@right("24.4.3", how="numpy and kron")
def shift_matrix(k, C):
    M = np.zeros((C, C))
    for i in range(C // 2):
        a = k * 10000.0 ** (-2 * i / C)
        at = np.zeros((C // 2, C // 2))
        at[i, i] = 1
        M += np.kron(at, [[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return torch.from_numpy(M).float()


@right("24.4.3", how="diagonals of cosines and of sines")
def shift_matrix(k, C):
    a = k * 10000.0 ** (-(torch.arange(C) // 2 * 2) / C)
    upper = a.sin() * (torch.arange(C) % 2 == 0)
    return torch.diag(a.cos()) + torch.diag(upper[:-1], 1) - torch.diag(upper[:-1], -1)


@wrong("24.4.3", names="shift.frequency-inverted", says="have to fall")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = k * 10000 ** (2 * i / C)
        s, c = math.sin(a), math.cos(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.too-many-pairs", says="a block for each place")
def shift_matrix(k, C):
    blocks = []
    for i in range(C):
        a = k / 10000 ** (2 * i / C)
        s, c = math.sin(a), math.cos(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.base", says="Count its zeros")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = k / 1000 ** (2 * i / C)
        s, c = math.sin(a), math.cos(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.pairs-from-one", says="counts from 1")
def shift_matrix(k, C):
    blocks = []
    for i in range(1, C // 2 + 1):
        a = k / 10000 ** (2 * i / C)
        s, c = math.sin(a), math.cos(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.two-pi", says="no 2π")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = 2 * math.pi * k / 10000 ** (2 * i / C)
        s, c = math.sin(a), math.cos(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.full", says="has no zeros")
def shift_matrix(k, C):
    w = 10_000.0 ** (-torch.arange(0, C, 2) / C)
    a = k * w
    M = torch.zeros(C, C)
    M[0::2, 0::2] = a.cos()
    M[0::2, 1::2] = a.sin()
    M[1::2, 0::2] = -a.sin()
    M[1::2, 1::2] = a.cos()
    return M


@wrong("24.4.3", names="shift.one-step-off", says="one too few")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = (k + 1) / 10000 ** (2 * i / C)
        s, c = math.sin(a), math.cos(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@right("24.4.3", how="matrix exponential")
def shift_matrix(k, C):
    g = torch.zeros(C, C, dtype=torch.float64)
    for i in range(C // 2):
        w = 10000 ** (-2 * i / C)
        g[2 * i, 2 * i + 1], g[2 * i + 1, 2 * i] = w, -w
    return torch.linalg.matrix_exp(k * g).float()


@right("24.4.3", how="entries set one diagonal at a time")
def shift_matrix(k, C):
    M = torch.eye(C)
    e = torch.arange(0, C, 2)
    a = k * 10000.0 ** (-e / C)
    M[e, e] = M[e + 1, e + 1] = a.cos()
    M[e, e + 1] = a.sin()
    M[e + 1, e] = -a.sin()
    return M


@wrong("24.4.3", names="shift.precedence", says="the power first")
def shift_matrix(k, C):
    blocks = []
    for i in range(C // 2):
        a = k / 10000 ** (2 * i) / C
        s, c = math.sin(a), math.cos(a)
        blocks.append(torch.tensor([[c, s], [-s, c]]))
    return torch.block_diag(*blocks)


@wrong("24.4.3", names="shift.last-pair", says="C/2 − 1")
def shift_matrix(k, C):
    a = k / 10000 ** torch.linspace(0, 1, C // 2)
    c, s = a.cos(), a.sin()
    blocks = torch.stack([c, s, -s, c], -1).view(-1, 2, 2)
    return torch.block_diag(*blocks)
