"""Folders of published models: find one, read its configuration and its tensors.

A folder holds `config.json` and `*.safetensors`, as Hugging Face's hub has them, or
`params.json` and `consolidated.safetensors`, as Mistral publishes its own. Reading
needs no network. What the tensors' layout means is section 26.1's to say.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from llmlab.i18n import _
from llmlab.models.architecture import Config

TINY = Path(__file__).parent / "tiny"

# published names and ours, in the order in which they are tried on each part
_NAMES = [
    (r"^(transformer|model)\.", ""),
    (r"^(h|layers)\.", "blocks."),
    (r"^(wte|embed_tokens|tok_embeddings)\.", "tokens."),
    (r"^wpe\.", "positions."),
    (r"^(lm_head|output)\.", "head."),
    (r"^ln_f\.", "norm."),
    (r"\.(ln_1|input_layernorm|attention_norm)\.", ".norm_1."),
    (r"\.(ln_2|post_attention_layernorm|ffn_norm)\.", ".norm_2."),
    (r"\.(attn|self_attn|attention)\.c_attn\.", ".attention.qkv."),
    (r"\.(attn|self_attn|attention)\.(?:w?)([qkv])(?:_proj)?\.", r".attention.\2."),
    (r"\.(attn|self_attn|attention)\.(c_proj|o_proj|wo)\.", ".attention.out."),
    (r"\.block_sparse_moe\.gate\.", ".feed_forward.router."),
    (r"\.(mlp|block_sparse_moe)\.", ".feed_forward."),
    (r"\.(w1|gate_proj)\.", ".gate."),
    (r"\.(w3|up_proj|c_fc)\.", ".up."),
    (r"\.(w2|down_proj|c_proj)\.", ".down."),
]
# masks and frequencies that old files store, though nothing is learned there
_BUFFERS = re.compile(r"\.attn\.(masked_)?bias$|rotary_emb\.inv_freq$")


class ModelError(ValueError):
    """A model folder that is missing, incomplete or of another architecture."""


def our_name(published: str) -> str | None:
    """The name of a published tensor in 26.1's decoder; None for what is no weight.

    GPT-2's c_attn, three matrices in one, becomes `attention.qkv`.

    >>> our_name("model.layers.3.mlp.gate_proj.weight")
    'blocks.3.feed_forward.gate.weight'
    >>> our_name("h.0.attn.c_attn.bias"), our_name("h.0.attn.bias")
    ('blocks.0.attention.qkv.bias', None)
    """
    if _BUFFERS.search(published):
        return None
    for pattern, ours in _NAMES:
        published = re.sub(pattern, ours, published)
    return published


def read_config(folder: str | Path) -> Config:
    """The configuration of a published model.

    Errors: ModelError if there is none, or if the model is of another kind than
    GPT-2, LLaMA, Mistral or Mixtral, or has a part that 26.1's decoder lacks.
    """
    folder = Path(folder)
    if not (folder / "config.json").is_file() and (folder / "params.json").is_file():
        return _mistrals_own(_json(folder / "params.json"))
    found = _json(folder / "config.json")
    kind = found.get("model_type")
    if kind not in _KINDS:
        message = _("{folder} holds a model of type {kind}. Known are: {known}.")
        known = ", ".join(_KINDS)
        raise ModelError(message.format(folder=folder, kind=repr(kind), known=known))
    return _KINDS[kind](found)


def read_tensors(folder: str | Path, dtype: torch.dtype | None = None) -> dict:
    """All tensors of a published model, by their published names.

    One file or several parts with an index. `dtype` converts what is read; without
    it the tensors stay as they are stored.
    Errors: ModelError if a file is missing, broken or not of safetensors.
    """
    tensors: dict[str, Tensor] = {}
    for path in _files(Path(folder)):
        try:
            part = load_file(path)
        except SafetensorError as error:
            message = _("{path} cannot be read ({error}). Fetch it once more.")
            raise ModelError(message.format(path=path, error=error)) from error
        for name, tensor in part.items():
            tensors[name] = tensor if dtype is None else tensor.to(dtype)
    return tensors


def tiny(kind: str) -> Path:
    """A folder with a small random model: "gpt2", "llama", "mistral" or "mixtral".

    Beside the published files stands `reference.safetensors`: ids and the logits that
    Hugging Face's `transformers` computes for them.
    """
    folder = TINY / kind
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in TINY.iterdir()))
        message = _("There is no tiny model {kind}. There are: {known}.")
        raise ModelError(message.format(kind=repr(kind), known=known))
    return folder


def reference(folder: str | Path) -> tuple[Tensor, Tensor]:
    """Ids (B, T) and logits (B, T, V) of a tiny model, as `transformers` has them."""
    found = load_file(Path(folder) / "reference.safetensors")
    return found["ids"], found["logits"]


def _files(folder: Path) -> list[Path]:
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(_json(index)["weight_map"].values()))
    else:
        single = ("model.safetensors", "consolidated.safetensors")
        names = [name for name in single if (folder / name).is_file()][:1]
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        message = _("{folder} is not complete. These files are missing: {names}.")
        raise ModelError(message.format(folder=folder, names=", ".join(missing)))
    if names:
        return [folder / name for name in names]
    if any(folder.glob("*.bin")) or any(folder.glob("*.pth")):
        message = _(
            "{folder} holds pickled weights only. Reading a pickle can run any "
            "program, so it is not done here: look for the same model as safetensors."
        )
        raise ModelError(message.format(folder=folder))
    message = _("There are no weights in {folder}: no file ends in .safetensors.")
    raise ModelError(message.format(folder=folder))


def _json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = _("There is no {name} in {folder}: it is no model's folder.")
        raise ModelError(message.format(name=path.name, folder=path.parent)) from error
    except ValueError as error:
        message = _("{path} cannot be read ({error}). Fetch it once more.")
        raise ModelError(message.format(path=path, error=error)) from error


def _demand(found: dict, **wanted) -> None:
    """Say which setting asks for something that the decoder does not have."""
    for name, values in wanted.items():
        if name in found and found[name] not in values:
            message = _(
                "This model has {name} = {value}, which 26.1's decoder cannot do. "
                "It can do: {known}."
            )
            known = ", ".join(map(repr, values))
            value = repr(found[name])
            raise ModelError(message.format(name=name, value=value, known=known))


def _gpt2(found: dict) -> Config:
    _demand(
        found,
        activation_function=("gelu_new", "gelu_pytorch_tanh"),
        scale_attn_weights=(True,),
        scale_attn_by_inverse_layer_idx=(False,),
        add_cross_attention=(False,),
    )
    return Config(
        V=found["vocab_size"],
        C=found["n_embd"],
        L=found["n_layer"],
        H=found["n_head"],
        F=found.get("n_inner") or 0,
        length=found["n_positions"],
        tied=found.get("tie_word_embeddings", True),
        eps=found["layer_norm_epsilon"],
    )


def _llama(found: dict) -> Config:
    plain = {"attention_bias": (False,), "mlp_bias": (False,)}
    _demand(found, hidden_act=("silu",), **plain)
    # before transformers 5 the base stood alone and the scaling in a part of its own
    rope = found.get("rope_parameters") or found.get("rope_scaling") or {}
    # older files call it "type"
    kind = rope.get("rope_type") or rope.get("type", "default")
    _demand({"rope_type": kind}, rope_type=("default",))
    mistral = found["model_type"] != "llama"
    return Config(
        V=found["vocab_size"],
        C=found["hidden_size"],
        L=found["num_hidden_layers"],
        H=found["num_attention_heads"],
        G=found.get("num_key_value_heads") or 0,
        D=found.get("head_dim") or 0,
        F=found["intermediate_size"],
        E=found.get("num_local_experts", 0),
        K=found.get("num_experts_per_tok", 0),
        length=found.get("max_position_embeddings", 2048),
        norm="rms",
        activation="swiglu",
        positions="rope",
        bias=False,
        tied=found.get("tie_word_embeddings", False),
        window=found.get("sliding_window") if mistral else None,
        base=rope.get("rope_theta") or found.get("rope_theta", 10_000.0),
        eps=found["rms_norm_eps"],
    )


def _mistrals_own(found: dict) -> Config:
    return Config(
        V=found["vocab_size"],
        C=found["dim"],
        L=found["n_layers"],
        H=found["n_heads"],
        G=found.get("n_kv_heads") or 0,
        D=found.get("head_dim") or 0,
        F=found["hidden_dim"],
        length=found.get("max_seq_len", 32768),
        norm="rms",
        activation="swiglu",
        positions="rope",
        bias=False,
        tied=False,
        window=found.get("sliding_window"),
        base=found.get("rope_theta", 10_000.0),
        # queries and keys as they were trained, not reordered for the hub
        interleaved=True,
        eps=found["norm_eps"],
    )


_KINDS: dict[str, Callable[[dict], Config]] = {
    "gpt2": _gpt2,
    "llama": _llama,
    "mistral": _llama,
    "mixtral": _llama,
}
