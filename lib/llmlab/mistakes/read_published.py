"""Mistakes in reading published weights. Oracle: named tensors(kind, ours)."""

import torch

from ..check.mistake import Mistake, ways
from ..i18n import N_
from ..models.published import our_name
from . import reading
from .reading import each, turned, whole


def _mistrals_own(kind) -> bool:
    return kind == "mistral"


def _on_the_hub(kind) -> bool:
    return not _mistrals_own(kind)


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
        whole(reading.cut_as_published),
        each(turned((".out.", ".up.", ".down."))),
        each(turned((".q.", ".k.", ".v.", ".out.", ".up.", ".down."))),
    ),
    *ways(
        "read.square-not-turned",
        N_("One kind of GPT-2's matrices is not turned."),
        N_("All of c_attn, attn.c_proj, c_fc and mlp.c_proj are. One is square!"),
        each(turned((".out.",))),
        each(turned((".out.", ".down."))),
        each(turned((".up.", ".down."))),
        each(turned((".up.",))),
        each(turned((".down.",))),
        each(turned((".q.", ".k.", ".v."))),
    ),
    *ways(
        "read.reshaped",
        N_(
            "You reshape GPT-2's matrices: right shapes, and numbers that are mixed up."
        ),
        N_("`reshape` reads row by row. `.T` turns rows into columns."),
        whole(reading.reshaped),
    ),
    *ways(
        "read.embedding-turned",
        N_("You turn the embeddings too."),
        N_("Only GPT-2's Conv1D lies on its side: names with c_ in them."),
        each(turned(("tokens.", "positions.", "head."))),
        each(turned(("tokens.", "positions."))),
        each(turned(("tokens.", "head."))),
        each(turned(("positions.",))),
        each(turned(("head.",))),
    ),
    *ways(
        "read.llama-turned",
        N_("You turn the matrices of LLaMA's family as well."),
        N_("They are nn.Linear's there: (out, in), as we keep them."),
        each(lambda n, v: v.mT if v.ndim == 2 else v, gpt2=False),
        each(
            lambda n, v: v.mT if v.ndim == 2 and n.startswith("blocks") else v,
            gpt2=False,
        ),
    ),
    *ways(
        "read.reordered",
        N_("You reorder the rows of q and k. They stay as they are published."),
        N_("config.interleaved says which pairs RoPE turns: our attention reads it."),
        *(whole(reading.reordered(back)) for back in (False, True)),
        *(whole(reading.reordered(b, _on_the_hub)) for b in (False, True)),
        *(whole(reading.reordered(b, _mistrals_own)) for b in (False, True)),
    ),
    *ways(
        "read.cut-across",
        N_("You cut c_attn along its inputs. q, k and v lie among the outputs."),
        N_("After the turn the outputs are the first axis, which `chunk` cuts."),
        whole(reading.cut_across),
    ),
    *ways(
        "read.order",
        N_("Your q, k and v have changed places."),
        N_("In c_attn they stand in this order: q, k, v."),
        *(whole(reading.moved(order)) for order in ("kqv", "vkq", "qvk", "kvq", "vqk")),
    ),
    *ways(
        "read.dealt-out",
        N_("You deal the rows of c_attn out in turn. q, k and v are its thirds."),
        N_("`tensor.chunk(3)` after the turn: first all of q, then k, then v."),
        whole(reading.dealt("row")),
        whole(reading.dealt("head")),
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
        whole(reading.always_tied),
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
        raises=r"size|dimension|Dimension|unpack|must be 2-D|shape"
        r"|only supported on matrices",
    ),
]
