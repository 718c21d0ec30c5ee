"""The bank of 24.4.5, RoPE: as learners write it, wrong and right."""
# ruff: noqa: F811

import math

import torch
from einops import rearrange

from autograde.mistakes import right, wrong


@wrong("24.4.5", names="rope.backwards", says="the wrong way")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c + x2 * s, x2 * c - x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.other-layout", says="other layout")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = x[..., : D // 2], x[..., D // 2 :]
    return torch.cat([x1 * c - x2 * s, x2 * c + x1 * s], -1)


@wrong("24.4.5", names="rope.other-layout", how="always neighbours")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    z = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)).contiguous())
    z = z * torch.polar(torch.ones_like(a), a)
    return torch.view_as_real(z).flatten(-2).to(x.dtype)


@wrong("24.4.5", names="rope.other-layout", how="the argument inverted")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    if interleaved:
        x1, x2 = x.chunk(2, -1)
        return torch.cat([x1 * c - x2 * s, x2 * c + x1 * s], -1)
    x1, x2 = x[..., ::2], x[..., 1::2]
    return torch.stack([x1 * c - x2 * s, x2 * c + x1 * s], -1).flatten(-2)


@wrong("24.4.5", names="rope.mixed-layout", says="You mix the two layouts")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    a = torch.cat([a, a], -1)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    if interleaved:
        turned = torch.stack([-x[..., 1::2], x[..., ::2]], -1).flatten(-2)
    else:
        x1, x2 = x.chunk(2, -1)
        turned = torch.cat([-x2, x1], -1)
    return x * c + turned * s


@wrong("24.4.5", names="rope.mixed-layout", how="rotate_half, repeated angles")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    a = a.repeat_interleave(2, -1)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    if interleaved:
        turned = torch.stack([-x[..., 1::2], x[..., ::2]], -1).flatten(-2)
    else:
        x1, x2 = x.chunk(2, -1)
        turned = torch.cat([-x2, x1], -1)
    return x * c + turned * s


@wrong("24.4.5", names="rope.put-back", says="not put back")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    return torch.cat([x1 * c - x2 * s, x2 * c + x1 * s], -1)


@wrong("24.4.5", names="rope.put-back", how="stacked in both layouts")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    return torch.stack([x1 * c - x2 * s, x2 * c + x1 * s], -1).flatten(-2)


@wrong("24.4.5", names="rope.swapped", says="changed places")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.sin().to(x.dtype), a.cos().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.positions-ignored", says="from 0")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    T, D = x.shape[-2:]
    a = torch.arange(T)[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.one-based", says="one too large")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = (positions[:, None] + 1) / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.base-ignored", says="whatever `base` says")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / 10000 ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.exponent-doubled", says="4i/D")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    i = torch.arange(0, D, 2)
    a = positions[:, None] / base ** (2 * i / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.exponent-halved", says="i/D")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(D // 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.degrees", says="radians")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D) * math.pi / 180
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.one-frequency", says="same speed")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    a = positions[:, None].float()
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.frequency-inverted", says="rise from pair to pair")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None].double() * base ** (torch.arange(0, D, 2).double() / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.last-pair", says="D/2 − 1")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** torch.linspace(0, 1, D // 2)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.reflected", says="do not make a turn")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c + x2 * s, x1 * s + x2 * c
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.half-a-turn", says="cosines only")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    a = a.repeat_interleave(2, -1) if interleaved else torch.cat([a, a], -1)
    return x * a.cos().to(x.dtype)


@wrong("24.4.5", names="rope.overwritten", says="that has turned")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    x1 = x1 * c - x2 * s
    x2 = x1 * s + x2 * c
    if interleaved:
        return torch.stack([x1, x2], -1).flatten(-2)
    return torch.cat([x1, x2], -1)


@wrong("24.4.5", names="rope.added", says="RoPE adds nothing")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    if interleaved:
        code = torch.stack([a.sin(), a.cos()], -1).flatten(-2)
    else:
        code = torch.cat([a.sin(), a.cos()], -1)
    return x + code.to(x.dtype)


@wrong("24.4.5", names="rope.coarse-angles", says="bfloat16")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    w = base ** (-torch.arange(0, D, 2).to(x.dtype) / D)
    a = positions.to(x.dtype)[:, None] * w
    c, s = a.cos(), a.sin()
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.coarse-angles", how="only the frequencies are rounded")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    w = (base ** (-torch.arange(0, D, 2) / D)).to(x.dtype)
    a = torch.outer(positions.float(), w.float())
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.shapes", says="do not fit")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    if interleaved:
        turned = torch.stack([-x[..., 1::2], x[..., ::2]], -1).flatten(-2)
    else:
        x1, x2 = x.chunk(2, -1)
        turned = torch.cat([-x2, x1], -1)
    return x * c + turned * s


@wrong("24.4.5", names="dtype", says="keep the dtype", how="returns float32")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos(), a.sin()
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="changed-input", says="in place")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    first = slice(0, None, 2) if interleaved else slice(0, D // 2)
    second = slice(1, None, 2) if interleaved else slice(D // 2, None)
    x1, x2 = x[..., first].clone(), x[..., second].clone()
    x[..., first] = x1 * c - x2 * s
    x[..., second] = x2 * c + x1 * s
    return x


@wrong("24.4.5", names="rope.two-pi", says="whole turns")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = 2 * math.pi * positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@wrong("24.4.5", names="rope.shapes", how="angles with an axis for heads")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    a = positions[:, None] / base ** (torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype)[:, None, :], a.sin().to(x.dtype)[:, None, :]
    x1, x2 = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    y1, y2 = x1 * c - x2 * s, x2 * c + x1 * s
    if interleaved:
        return torch.stack([y1, y2], -1).flatten(-2)
    return torch.cat([y1, y2], -1)


@right("24.4.5", how="rotate_half and doubled angles")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    inv_freq = 1.0 / (base ** (torch.arange(0, D, 2).float() / D))
    freqs = torch.outer(positions.float(), inv_freq)
    if interleaved:
        angles = freqs.repeat_interleave(2, dim=-1)
        turned = torch.stack((-x[..., 1::2], x[..., ::2]), dim=-1).flatten(-2)
    else:
        angles = torch.cat((freqs, freqs), dim=-1)
        turned = torch.cat((-x[..., D // 2 :], x[..., : D // 2]), dim=-1)
    return x * angles.cos().to(x.dtype) + turned * angles.sin().to(x.dtype)


@right("24.4.5", how="complex numbers")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    w = base ** (-torch.arange(0, D, 2) / D)
    turn = torch.exp(1j * positions[:, None] * w)
    y = x.to(torch.promote_types(x.dtype, torch.float32))
    if interleaved:
        z = torch.complex(y[..., ::2], y[..., 1::2]) * turn
        return torch.view_as_real(z).flatten(-2).to(x.dtype)
    z = torch.complex(*y.chunk(2, -1)) * turn
    return torch.cat([z.real, z.imag], -1).to(x.dtype)


@right("24.4.5", how="a rotation matrix per position, by einsum")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    n = D // 2
    a = positions[:, None].double() * base ** (-torch.arange(0, D, 2).double() / D)
    R = torch.zeros(len(positions), D, D, dtype=torch.float64)
    for i in range(n):
        one, two = (2 * i, 2 * i + 1) if interleaved else (i, i + n)
        R[:, one, one] = R[:, two, two] = a[:, i].cos()
        R[:, one, two], R[:, two, one] = -a[:, i].sin(), a[:, i].sin()
    return torch.einsum("tde,...te->...td", R.to(x.dtype), x)


@right("24.4.5", how="pair by pair")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    D = x.shape[-1]
    columns = [None] * D
    for i in range(D // 2):
        one, two = (2 * i, 2 * i + 1) if interleaved else (i, i + D // 2)
        a = positions * base ** (-2 * i / D)
        c, s = torch.cos(a).to(x.dtype), torch.sin(a).to(x.dtype)
        columns[one] = x[..., one] * c - x[..., two] * s
        columns[two] = x[..., two] * c + x[..., one] * s
    return torch.stack(columns, dim=-1)


@right("24.4.5", how="einops, and one layout by way of the other")
def apply_rope(x, positions, interleaved=True, base=10000.0):
    if not interleaved:
        y = rearrange(x, "... (two i) -> ... (i two)", two=2)
        y = apply_rope(y, positions, True, base)
        return rearrange(y, "... (i two) -> ... (two i)", two=2)
    D = x.shape[-1]
    a = rearrange(positions, "t -> t 1") * base ** (-torch.arange(0, D, 2) / D)
    c, s = a.cos().to(x.dtype), a.sin().to(x.dtype)
    one, two = rearrange(x, "... (i two) -> two ... i", two=2)
    y = [one * c - two * s, two * c + one * s]
    return rearrange(y, "two ... i -> ... (i two)")


@wrong("24.4.5", names="rope.own-frequency", says="by different angles")
def apply_rope(x, positions, interleaved=True, base=10_000.0):
    D = x.shape[-1]
    w = base ** (-torch.arange(D).float() / D)
    a = positions[:, None] * w
    y = (
        torch.stack((-x[..., 1::2], x[..., 0::2]), -1).flatten(-2)
        if interleaved
        else torch.cat((-x[..., D // 2 :], x[..., : D // 2]), -1)
    )
    return (x * a.cos() + y * a.sin()).to(x.dtype)


@right("24.4.5", how="a matrix for each position, float64 inside")
def apply_rope(x, positions, interleaved=True, base=10_000.0):
    D = x.shape[-1]
    n = D // 2
    R = torch.zeros(len(positions), D, D, dtype=torch.float64)
    for i in range(n):
        j1, j2 = (2 * i, 2 * i + 1) if interleaved else (i, i + n)
        a = positions.double() * base ** (-2 * i / D)
        R[:, j1, j1] = R[:, j2, j2] = a.cos()
        R[:, j1, j2] = -a.sin()
        R[:, j2, j1] = a.sin()
    return torch.einsum("tij,...tj->...ti", R, x.double()).to(x.dtype)


@right("24.4.5", how="pair by pair, angles in float64")
def apply_rope(x, positions, interleaved=True, base=10_000.0):
    D = x.shape[-1]
    w = base ** (-torch.arange(0, D, 2).double() / D)
    a = positions[:, None].double() * w
    cos, sin = a.cos(), a.sin()
    y = torch.empty_like(x)
    for i in range(D // 2):
        m, n = (2 * i, 2 * i + 1) if interleaved else (i, i + D // 2)
        y[..., m] = (x[..., m] * cos[:, i] - x[..., n] * sin[:, i]).to(x.dtype)
        y[..., n] = (x[..., m] * sin[:, i] + x[..., n] * cos[:, i]).to(x.dtype)
    return y
