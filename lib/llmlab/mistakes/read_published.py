"""Mistakes in reading published weights. Oracle: named tensors(kind, ours)."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from ..models.published import our_name


def _each(change, gpt2=True):
    """Every tensor of GPT-2, or of the others, changed by name."""

    def variant(oracle, kind, ours):
        if gpt2 is not None and kind.startswith("gpt2") is not gpt2:
            return oracle(kind=kind, ours=ours)
        return {n: change(n, v) for n, v in oracle(kind=kind, ours=ours).items()}

    return variant


def _whole(change):
    """The dict changed."""

    def variant(oracle, kind, ours):
        return change(kind, dict(oracle(kind=kind, ours=ours)))

    return variant


def _turned(names):
    """Some matrices the other way round."""

    def change(name, value):
        hit = any(part in name for part in names) and name.endswith("weight")
        return value.mT if hit and value.ndim == 2 else value

    return change


def _moved(order: str):
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


def _dealt(by: str):
    """q, k and v dealt out row by row, or head by head, not cut in thirds."""

    def change(kind, found):
        if not kind.startswith("gpt2"):
            return found
        new = dict(found)
        for i in range(2):
            for part in ("weight", "bias"):
                names = [f"blocks.{i}.attention.{n}.{part}" for n in "qkv"]
                joined = torch.cat([found[name] for name in names])
                rows = joined.unflatten(0, (-1, 3) if by == "row" else (3, 3, 2))
                for j, name in enumerate(names):
                    new[name] = rows[:, j] if by == "row" else rows[:, j].flatten(0, 1)
        return new

    return change


def _always_tied(kind, found):
    return found | {"head.weight": found["tokens.weight"]}


def _reshaped(kind, found):
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


def _names(found) -> list[str]:
    return [str(name) for name in found] if isinstance(found, dict) else []


def _not_cut(got) -> bool:
    return any(".qkv." in name for name in _names(got))


def _no_head(got, expected) -> bool:
    head = "head.weight"
    return isinstance(got, dict) and head in _names(expected) and head not in got


def _buffers(got, expected) -> bool:
    extra = set(_names(got)) - set(_names(expected))
    return any(name == "None" or our_name(name) is None for name in extra)


def _their_names(got, expected) -> bool:
    names = got if isinstance(got, dict) else {}
    known = any(n for n in names if isinstance(n, str) and n not in expected)
    words = ("wte", "embed_tokens", "c_fc", "mlp.", "self_attn", "layers.")
    return known and any(w in str(n) for n in names for w in words)


def _other_dtype(got, expected) -> bool:
    """The right values, and some of another dtype."""
    if not isinstance(got, dict) or set(got) != set(expected):
        return False
    pairs = [(got[name], expected[name]) for name in expected]
    if any(mine.shape != right.shape for mine, right in pairs):
        return False
    same = all(torch.equal(mine.to(right.dtype), right) for mine, right in pairs)
    return same and any(mine.dtype != right.dtype for mine, right in pairs)


READ_PUBLISHED = [
    *ways(
        "read.not-turned",
        N_("GPT-2's matrices are as published, (in, out): none is turned."),
        N_("nn.Linear keeps (out, in): `tensor.T` for c_attn, c_proj and c_fc."),
        _each(_turned((".out.", ".up.", ".down."))),
        _each(_turned((".q.", ".k.", ".v.", ".out.", ".up.", ".down."))),
    ),
    *ways(
        "read.square-not-turned",
        N_("One kind of GPT-2's matrices is not turned."),
        N_("All of c_attn, attn.c_proj, c_fc and mlp.c_proj are. One is square!"),
        _each(_turned((".out.",))),
        _each(_turned((".up.", ".down."))),
        _each(_turned((".up.",))),
        _each(_turned((".down.",))),
        _each(_turned((".q.", ".k.", ".v."))),
    ),
    *ways(
        "read.reshaped",
        N_(
            "You reshape GPT-2's matrices: right shapes, and numbers that are mixed up."
        ),
        N_("`reshape` reads row by row. `.T` turns rows into columns."),
        _whole(_reshaped),
    ),
    *ways(
        "read.embedding-turned",
        N_("You turn the embeddings too."),
        N_("Only GPT-2's Conv1D lies on its side: names with c_ in them."),
        _each(_turned(("tokens.", "positions.", "head."))),
        _each(_turned(("tokens.", "positions."))),
    ),
    *ways(
        "read.llama-turned",
        N_("You turn the matrices of LLaMA's family as well."),
        N_("They are nn.Linear's there: (out, in), as we keep them."),
        _each(lambda n, v: v.mT if v.ndim == 2 else v, gpt2=False),
        _each(
            lambda n, v: v.mT if v.ndim == 2 and n.startswith("blocks") else v,
            gpt2=False,
        ),
    ),
    *ways(
        "read.order",
        N_("Your q, k and v have changed places."),
        N_("In c_attn they stand in this order: q, k, v."),
        *(_whole(_moved(order)) for order in ("kqv", "vkq", "qvk", "kvq", "vqk")),
    ),
    *ways(
        "read.dealt-out",
        N_("You deal the rows of c_attn out in turn. q, k and v are its thirds."),
        N_("`tensor.chunk(3)` after the turn: first all of q, then k, then v."),
        _whole(_dealt("row")),
        _whole(_dealt("head")),
    ),
    Mistake(
        "read.buffers",
        N_("You keep masks or frequencies that nobody learned."),
        N_("`published.our_name` returns None for these: leave them out."),
        applies=_buffers,
        raises=r"argument of type 'NoneType'|'NoneType' object has no attribute"
        r"|container or iterable|expected string or bytes-like",
    ),
    Mistake(
        "read.not-cut",
        N_("attention.qkv is still one tensor, or its bias is."),
        N_("Cut weight and bias in three, under the names q, k and v."),
        applies=_not_cut,
    ),
    Mistake(
        "read.no-head",
        N_("head.weight is missing where the head is tied."),
        N_("If config.tied, one tensor has two names: the embedding's and the head's."),
        applies=_no_head,
    ),
    *ways(
        "read.always-tied",
        N_("Your head is the embedding, though this model has a head of its own."),
        N_("Only if config.tied."),
        _whole(_always_tied),
    ),
    Mistake(
        "read.dtype",
        N_("Your tensors have another dtype than the published ones."),
        N_("Leave dtypes as they are: who loads them decides."),
        applies=_other_dtype,
    ),
    Mistake(
        "read.names",
        N_("Some of your tensors still have their published names."),
        N_("`published.our_name(name)` translates."),
        applies=_their_names,
        raises=r"KeyError: 'tokens\.weight'",
    ),
    Mistake(
        "read.shapes",
        N_("Two shapes do not fit together."),
        N_("A bias has one axis: nothing to turn. `chunk(3)` cuts it as well."),
        raises=r"size|dimension|Dimension|unpack|must be 2-D|shape",
    ),
]
