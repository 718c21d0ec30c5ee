"""Named tensors, changed as a reader of published weights would get them wrong.

Each is made from the oracle: named tensors(kind, ours).
"""

import torch

from ..models import layout


def each(change, gpt2=True):
    """Every tensor of GPT-2, or of the others, changed by name."""

    def variant(oracle, kind, ours):
        if gpt2 is not None and kind.startswith("gpt2") is not gpt2:
            return oracle(kind=kind, ours=ours)
        return {n: change(n, v) for n, v in oracle(kind=kind, ours=ours).items()}

    return variant


def whole(change):
    """The dict changed."""

    def variant(oracle, kind, ours):
        return change(kind, dict(oracle(kind=kind, ours=ours)))

    return variant


def turned(names):
    """Some matrices the other way round."""

    def change(name, value):
        hit = any(part in name for part in names) and name.endswith("weight")
        return value.mT if hit and value.ndim == 2 else value

    return change


def moved(order: str):
    """q, k and v in another order."""

    def change(kind, found):
        if not kind.startswith("gpt2"):
            return found
        new = dict(found)
        for name in found:
            for wrong, right in zip("qkv", order, strict=True):
                if f".attention.{wrong}." in name:
                    source = f".attention.{right}."
                    new[name] = found[name.replace(f".attention.{wrong}.", source)]
        return new

    return change


def dealt(by: str):
    """q, k and v dealt out row by row, or head by head, not cut in thirds."""

    def change(kind, found):
        if not kind.startswith("gpt2"):
            return found
        new = dict(found)
        for i in range(2):
            for part in ("weight", "bias"):
                names = [f"blocks.{i}.attention.{n}.{part}" for n in "qkv"]
                joined = torch.cat([found[name] for name in names])
                rows = joined.unflatten(0, (-1, 3) if by == "row" else (3, 3, -1))
                for j, name in enumerate(names):
                    new[name] = rows[:, j] if by == "row" else rows[:, j].flatten(0, 1)
        return new

    return change


def always_tied(kind, found):
    """A head that is the embedding, in every model."""
    return found | {"head.weight": found["tokens.weight"]}


def reshaped(kind, found):
    """Matrices read row by row into the other shape."""
    if not kind.startswith("gpt2"):
        return found
    new = dict(found)
    for name, value in found.items():
        if name.endswith(("out.weight", "up.weight", "down.weight")):
            new[name] = value.mT.reshape(value.shape)
    for i in range(2):
        names = [f"blocks.{i}.attention.{n}.weight" for n in "qkv"]
        joined = torch.cat([found[name] for name in names])
        thirds = joined.mT.reshape(joined.shape).chunk(3)
        new |= dict(zip(names, thirds, strict=True))
    return new


def _thirds(kind, found, cut):
    """q, k and v of GPT-2 as `cut` takes them from all three, (3C, C)."""
    if not kind.startswith("gpt2"):
        return found
    new = dict(found)
    for i in range(2):
        names = [f"blocks.{i}.attention.{n}.weight" for n in "qkv"]
        joined = torch.cat([found[name] for name in names])
        new |= dict(zip(names, cut(joined), strict=True))
    return new


def cut_as_published(kind, found):
    """Nothing is turned, and c_attn is cut along its inputs."""
    new = _thirds(kind, found, lambda joined: joined.mT.chunk(3))
    turn = turned((".out.", ".up.", ".down.")) if new is not found else lambda n, v: v
    return {name: turn(name, value) for name, value in new.items()}


def cut_across(kind, found):
    """c_attn is turned, and then cut along its inputs."""
    return _thirds(kind, found, lambda joined: joined.chunk(3, dim=-1))


def reordered(back: bool, heads=lambda kind: True):
    """Rows of q and k from one layout of RoPE's pairs to the other."""

    def change(kind, found):
        c = layout.config(kind)
        if c.positions != "rope" or not heads(kind):
            return found
        new = dict(found)
        for name, value in found.items():
            if name.endswith((".attention.q.weight", ".attention.k.weight")):
                pairs = (2, c.D // 2) if back else (c.D // 2, 2)
                rows = value.unflatten(0, (-1, *pairs)).transpose(1, 2)
                new[name] = rows.flatten(0, 2)
        return new

    return change
