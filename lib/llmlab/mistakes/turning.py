"""How RoPE goes wrong: variants for `rope`, made from the right turns of the oracle.

With D = 2 the oracle turns a pair by any angle.
"""

import math

import torch
from torch import Tensor

from ..check.compare import equal

BASE = 10_000.0


def _split(x: Tensor, interleaved: bool) -> tuple[Tensor, Tensor]:
    pairs = x.unflatten(-1, (-1, 2) if interleaved else (2, -1))
    return (pairs if interleaved else pairs.mT).unbind(-1)


def _join(first: Tensor, second: Tensor, interleaved: bool) -> Tensor:
    pairs = torch.stack([first, second], -1)
    return (pairs if interleaved else pairs.mT).flatten(-2)


def _turn(oracle, first: Tensor, second: Tensor, angles: Tensor):
    """Pairs (…, T, n) turned by angles (T, n), pair by pair, by the oracle."""
    turned = [
        oracle(x=torch.stack([a, b], -1), positions=angle)
        for a, b, angle in zip(
            first.unbind(-1), second.unbind(-1), angles.unbind(-1), strict=True
        )
    ]
    return torch.stack(turned, -2).unbind(-1)


def _frequencies(oracle, x: Tensor, base: float) -> Tensor:
    """The angle of each pair at position 1."""
    ones = torch.eye(2, dtype=x.dtype)[0].repeat(1, x.shape[-1] // 2)
    turned = oracle(x=ones, positions=torch.tensor([1]), base=base)
    return torch.atan2(*reversed(_split(turned[0], True)))


def turns(change):
    """RoPE with other frequencies."""

    def variant(oracle, x, positions, interleaved=True, base=BASE):
        w = change(_frequencies(oracle, x, base))
        angles = positions[:, None] * w
        turned = _turn(oracle, *_split(x, interleaved), angles)
        return _join(*turned, interleaved)

    return variant


def given(**change):
    """The right function of changed inputs."""

    def variant(oracle, **known):
        known = {k: v for k, v in known.items() if k != "got"}
        return oracle(**known | {k: f(known) for k, f in change.items()})

    return variant


def swapped(oracle, x, positions, interleaved=True, base=BASE):
    """cos and sin exchanged: a turn by 90° less the angle."""
    w = _frequencies(oracle, x, base)
    angles = math.pi / 2 - positions[:, None] * w
    return _join(*_turn(oracle, *_split(x, interleaved), angles), interleaved)


def mixed(oracle, x, positions, interleaved=True, base=BASE):
    """Pairs of one layout with a row of angles of the other."""
    w = _frequencies(oracle, x, base)
    row = torch.cat([w, w]) if interleaved else w.repeat_interleave(2)
    of_first, of_second = _split(row, interleaved)
    pairs = _split(x, interleaved)
    first, _ = _turn(oracle, *pairs, positions[:, None] * of_first)
    _, second = _turn(oracle, *pairs, positions[:, None] * of_second)
    return _join(first, second, interleaved)


def own_frequencies(doubled):
    """Each place has its own frequency, so that a pair's two numbers differ."""

    def variant(oracle, x, positions, interleaved=True, base=BASE):
        D = x.shape[-1]
        row = base ** (-(1 + doubled) * torch.arange(D).double() / D)
        of_first, of_second = _split(row, interleaved)
        pairs = _split(x, interleaved)
        first, _ = _turn(oracle, *pairs, positions[:, None] * of_first)
        _, second = _turn(oracle, *pairs, positions[:, None] * of_second)
        return _join(first, second, interleaved)

    return variant


def mixed_in(layout):
    """The mixture in one of the two layouts only."""

    def variant(oracle, x, positions, interleaved=True, base=BASE):
        wrong = mixed if interleaved == layout else oracle
        known = dict(x=x, positions=positions, interleaved=interleaved, base=base)
        return wrong(oracle=oracle, **known) if wrong is mixed else wrong(**known)

    return variant


def put_back(oracle, x, positions, interleaved=True, base=BASE):
    right = oracle(x=x, positions=positions, interleaved=interleaved, base=base)
    return _join(*_split(right, interleaved), not interleaved)


def put_back_always(layout):
    def variant(oracle, x, positions, interleaved=True, base=BASE):
        right = oracle(x=x, positions=positions, interleaved=interleaved, base=base)
        return _join(*_split(right, interleaved), layout)

    return variant


def parts(combine):
    """A combination of x, its cosine part and its sine part."""

    def variant(oracle, x, positions, interleaved=True, base=BASE):
        known = dict(positions=positions, interleaved=interleaved, base=base)
        one, two = _split(x, interleaved)
        zero = torch.zeros_like(one)
        of_first = oracle(x=_join(one, zero, interleaved), **known)
        of_second = oracle(x=_join(zero, two, interleaved), **known)
        # x1 cos, x1 sin and −x2 sin, x2 cos
        found = (*_split(of_first, interleaved), *_split(of_second, interleaved))
        return _join(*combine(*found), interleaved)

    return variant


def overwritten(oracle, x, positions, interleaved=True, base=BASE):
    """The second number is made from the first one after its turn."""
    known = dict(positions=positions, interleaved=interleaved, base=base)
    one, two = _split(x, interleaved)
    new, _ = _split(oracle(x=x, **known), interleaved)
    _, second = _split(oracle(x=_join(new, two, interleaved), **known), interleaved)
    return _join(new, second, interleaved)


def added(oracle, x, positions, interleaved=True, base=BASE):
    """A code of cosines and sines is added to x."""
    ones = _join(
        torch.ones_like(_split(x, interleaved)[0]),
        torch.zeros_like(_split(x, interleaved)[0]),
        interleaved,
    )
    code = oracle(x=ones, positions=positions, interleaved=interleaved, base=base)
    cos, sin = _split(code, interleaved)
    return x + _join(sin, cos, interleaved)


def coarse(x, got, expected, interleaved=True) -> bool:
    """In few bits: pairs keep their lengths but are turned by another angle."""
    if x.dtype != torch.bfloat16 or got.shape != expected.shape:
        return False
    if equal(got.to(expected.dtype), expected):
        return False
    lengths = [torch.hypot(*_split(y.double(), interleaved)) for y in (got, expected)]
    return bool(torch.allclose(*lengths, rtol=0.05, atol=0.05))
