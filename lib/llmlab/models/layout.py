"""Small weights of a decoder, and how each family lays them out when it publishes.

The way back, from a published layout to 26.1's decoder, is an exercise there.
"""

import torch
from torch import Tensor

from llmlab.models.architecture import Config

SIZES = dict(V=7, C=6, L=2, H=3, D=2, F=5, length=4)
LLAMA = dict(norm="rms", activation="swiglu", positions="rope", bias=False, G=1)
KINDS = {
    "gpt2": dict(),
    "gpt2, old": dict(),
    "llama": LLAMA | dict(tied=False),
    "llama, old": LLAMA | dict(tied=False),
    "llama, tied": LLAMA,
    "mistral": LLAMA | dict(tied=False, window=3, interleaved=True),
    "mixtral": LLAMA | dict(tied=False, E=2, K=1),
}
# what may stand around a decoder's blocks
AROUND = {
    "GPT-2": dict(),
    "GPT-1": dict(pre_norm=False),
    "LLaMA": dict(norm="rms", positions="rope", tied=False),
    "LLaMA, tied": dict(norm="rms", positions="rope"),
}
_GPT2 = [("blocks.", "h."), (".norm_", ".ln_"), (".attention.", ".attn.")]
_GPT2 += [(".feed_forward.up", ".mlp.c_fc"), (".feed_forward.down", ".mlp.c_proj")]
_GPT2 += [(".out.", ".c_proj."), ("tokens.", "wte."), ("positions.", "wpe.")]
_LLAMA = [("blocks.", "layers."), ("norm_1", "input_layernorm")]
_LLAMA += [("norm_2", "post_attention_layernorm"), ("tokens", "embed_tokens")]
_LLAMA += [(f".attention.{n}.", f".self_attn.{n}_proj.") for n in "qkv"]
_LLAMA += [(".attention.out.", ".self_attn.o_proj.")]
_MLP = [(f"feed_forward.{n}.", f"mlp.{n}_proj.") for n in ("gate", "up", "down")]
_MOE = [("feed_forward.router", "block_sparse_moe.gate")]
_MOE += [("feed_forward.experts", "block_sparse_moe.experts")]
_W = [(".gate.", ".w1."), (".up.", ".w3."), (".down.", ".w2.")]
_MISTRAL = [
    ("blocks.", "layers."),
    ("norm_1", "attention_norm"),
    ("norm_2", "ffn_norm"),
]
_MISTRAL += [(f".attention.{n}.", f".attention.w{n}.") for n in "qkv"]
_MISTRAL += [(".attention.out.", ".attention.wo."), ("tokens", "tok_embeddings")]
_MISTRAL += [("head.", "output.")]


def config(kind: str) -> Config:
    """The configuration of the small weights of this kind."""
    return Config(**SIZES | KINDS[kind])


def weights(kind: str, generator: torch.Generator) -> dict[str, Tensor]:
    """Random weights under 26.1's names; float16 if the kind is an old one."""
    c, shapes = config(kind), {}
    for i in range(c.L):
        shapes |= {f"blocks.{i}.{n}": s for n, s in _block(c).items()}
    shapes |= {"tokens.weight": (c.V, c.C), "norm.weight": (c.C,)}
    if c.positions != "rope":
        shapes |= {"positions.weight": (c.length, c.C), "norm.bias": (c.C,)}
    shapes |= {} if c.tied else {"head.weight": (c.V, c.C)}
    dtype = torch.float16 if "old" in kind else torch.float32
    drawn = {n: torch.randn(s, generator=generator) for n, s in shapes.items()}
    return {name: value.to(dtype) for name, value in drawn.items()}


def around(
    options: dict, V: int, C: int, generator: torch.Generator
) -> dict[str, Tensor]:
    """Random weights of a decoder with three blocks of one matrix, under its names."""
    c = Config(V=V, C=C, L=3, H=1, length=9, **options)
    shapes: dict = {"tokens.weight": (V, C), "head.weight": (V, C)}
    shapes |= {f"blocks.{i}.0.weight": (C, C) for i in range(3)}
    if c.positions != "rope":
        shapes["positions.weight"] = (9, C)
    if c.pre_norm:
        parts = ["weight", "bias"] if c.norm == "layer" else ["weight"]
        shapes |= {f"norm.{part}": (C,) for part in parts}
    made = {n: torch.randn(s, generator=generator) * 0.7 for n, s in shapes.items()}
    return made | ({"head.weight": made["tokens.weight"]} if c.tied else {})


def publish(kind: str, ours: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights as files of this kind hold them.

    Old files store masks and frequencies beside what was learned.
    """
    if kind.startswith("gpt2"):
        return _publish_gpt2(kind, ours)
    rules = {"mistral": _MISTRAL + _W, "mixtral": _LLAMA + _W + _MOE}
    found = {
        _renamed(name, rules.get(kind, _LLAMA + _MLP)): value
        for name, value in ours.items()
    }
    if kind != "mistral":
        found = {
            name if name.startswith("head") else f"model.{name}": value
            for name, value in found.items()
        }
        found = {n.replace("head.", "lm_head."): value for n, value in found.items()}
    if "old" in kind:
        found["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.ones(1)
    return found


def _publish_gpt2(kind: str, ours: dict[str, Tensor]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, value in ours.items():
        part, kind_of = name.split(".")[-2:]
        if part in ("q", "k", "v"):
            continue
        # a convolution of width 1 keeps (in, out)
        sideways = part in ("out", "up", "down") and kind_of == "weight"
        name = "norm_f." + kind_of if part == "norm" else name
        found[_renamed(name, _GPT2).replace("norm_f", "ln_f")] = (
            value.mT.contiguous() if sideways else value
        )
    for i in range(SIZES["L"]):
        for kind_of in ("weight", "bias"):
            three = [ours[f"blocks.{i}.attention.{n}.{kind_of}"] for n in "qkv"]
            joined = torch.cat(three)
            joined = joined.mT.contiguous() if kind_of == "weight" else joined
            found[f"h.{i}.attn.c_attn.{kind_of}"] = joined
        if "old" in kind:
            found[f"h.{i}.attn.bias"] = torch.ones(1, 1, 4, 4).tril()
    # today's files have a prefix, the first ones had none
    prefix = "" if "old" in kind else "transformer."
    return {prefix + name: value for name, value in found.items()}


def _block(c: Config) -> dict[str, tuple]:
    q, kv, shapes = c.H * c.D, c.G * c.D, {}
    parts = {"q": (q, c.C), "k": (kv, c.C), "v": (kv, c.C), "out": (c.C, q)}
    shapes |= {f"attention.{n}": s for n, s in parts.items()}
    maps = {"up": (c.F, c.C), "down": (c.C, c.F)}
    maps |= {"gate": (c.F, c.C)} if c.activation == "swiglu" else {}
    places = [f"experts.{e}." for e in range(c.E)] or [""]
    shapes |= {f"feed_forward.{e}{n}": s for e in places for n, s in maps.items()}
    shapes |= {"feed_forward.router": (c.E, c.C)} if c.E else {}
    shapes |= {"norm_1": (c.C,), "norm_2": (c.C,)}
    named = {f"{n}.weight": s for n, s in shapes.items()}
    return named | ({f"{n}.bias": s[:1] for n, s in shapes.items()} if c.bias else {})


def _renamed(name: str, rules: list[tuple[str, str]]) -> str:
    for ours, theirs in rules:
        name = name.replace(ours, theirs)
    return name
