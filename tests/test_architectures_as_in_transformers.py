"""26.1's decoder against `transformers`: logits, names, shapes and counts.

Checkpoints are random and small, written to disk and read back. Those of full size
exist on the meta device only. Nothing is downloaded.
"""

import dataclasses
import json
import os

import published_checkpoints as made
import pytest
import torch
from safetensors.torch import load_file, save_file

from autograde.bank import stage
from llmlab.models import architecture, layout, published

os.environ["HF_HUB_OFFLINE"] = "1"
transformers = pytest.importorskip("transformers")

KINDS = tuple(made.KINDS)
# values of `transformers` and ours differ by roundings of float32
CLOSE = dict(rtol=1e-4, atol=2e-5)


@pytest.fixture(scope="module")
def answers():
    """The author's answers and the given cells, by name."""
    current, names = stage("26.1"), {}
    names.update(current.setup)
    for text in current.given:
        exec(text, names)
    for part in current.parts.values():
        exec(part.answer, names)
    return names


def ours(answers, folder, **changes):
    """A published folder in the decoder of 26.1."""
    config = dataclasses.replace(published.read_config(folder), **changes)
    decoder = answers["build"](config).eval()
    tensors = published.read_tensors(folder)
    decoder.load_state_dict(answers["read_published"](tensors, config))
    return decoder


@torch.no_grad()
def agree(answers, theirs, folder, **options):
    made.write(theirs, folder, **options)
    ids = made.ids()
    torch.testing.assert_close(
        ours(answers, folder)(ids), made.logits(theirs, ids), **CLOSE
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_logits_are_those_of_transformers(answers, kind, seed, tmp_path):
    agree(answers, made.model(kind, seed), tmp_path)


@pytest.mark.parametrize(
    "kind, changes",
    [
        ("gpt2", {"n_inner": 40, "layer_norm_epsilon": 0.1}),
        ("gpt2", {"tie_word_embeddings": False}),
        ("llama", {"num_key_value_heads": 4}),
        ("llama", {"num_key_value_heads": 1, "head_dim": 6}),
        ("llama", {"tie_word_embeddings": True, "rms_norm_eps": 0.1}),
        (
            "llama",
            {"rope_parameters": {"rope_type": "default", "rope_theta": 500.0}},
        ),
        ("mistral", {"sliding_window": None}),
        ("mistral", {"sliding_window": 1}),
        ("mistral", {"sliding_window": 16}),
        ("mixtral", {"num_experts_per_tok": 1}),
        ("mixtral", {"num_experts_per_tok": 4, "sliding_window": 3}),
    ],
)
def test_every_choice_of_a_configuration_counts(answers, kind, changes, tmp_path):
    agree(answers, made.model(kind, 4, **changes), tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_in_several_files_reads_the_same(answers, kind, tmp_path):
    agree(answers, made.model(kind, 5), tmp_path, max_shard_size="9KB")
    assert (tmp_path / "model.safetensors.index.json").is_file()
    assert len(list(tmp_path.glob("*.safetensors"))) > 2


def test_weights_of_16_bits_stay_so(answers, tmp_path):
    made.write(made.model("llama", 6).to(torch.bfloat16), tmp_path)
    tensors = published.read_tensors(tmp_path)
    assert {t.dtype for t in tensors.values()} == {torch.bfloat16}
    wide = published.read_tensors(tmp_path, torch.float32)
    assert {t.dtype for t in wide.values()} == {torch.float32}


def test_gpt2s_first_files_had_no_prefix_and_a_mask(answers, tmp_path):
    theirs = made.model("gpt2", 7)
    made.write(theirs, tmp_path)
    path = tmp_path / "model.safetensors"
    old = {n.removeprefix("transformer."): t for n, t in load_file(path).items()}
    old["h.0.attn.bias"] = torch.ones(1, 1, 32, 32).tril()
    old["h.0.attn.masked_bias"] = torch.tensor(-1e4)
    save_file({name: tensor.contiguous() for name, tensor in old.items()}, path)
    ids = made.ids()
    with torch.no_grad():
        mine = ours(answers, tmp_path)(ids)
    torch.testing.assert_close(mine, made.logits(theirs, ids), **CLOSE)


def interleave(weight, heads):
    """Rows of the hub's layout, (0, D/2), …, back to pairs side by side."""
    D = weight.shape[0] // heads
    return weight.view(heads, 2, D // 2, -1).transpose(1, 2).reshape(weight.shape)


def test_mistrals_own_files_have_the_original_pairs(answers, tmp_path):
    """params.json and consolidated.safetensors, written from the hub's layout."""
    theirs = made.model("mistral", 8)
    state = theirs.state_dict()
    names = {"model.": "", "embed_tokens": "tok_embeddings", "lm_head": "output"}
    names |= {"self_attn": "attention", "input_layernorm": "attention_norm"}
    names |= {"post_attention_layernorm": "ffn_norm", "mlp.": "feed_forward."}
    names |= {"gate_proj": "w1", "down_proj": "w2", "up_proj": "w3"}
    names |= {f"{n}_proj": f"w{n}" for n in "qkvo"}
    own = {}
    for name, tensor in state.items():
        if ".q_proj" in name or ".k_proj" in name:
            tensor = interleave(tensor, 4 if ".q_proj" in name else 2)
        for theirs_name, mistrals in names.items():
            name = name.replace(theirs_name, mistrals)
        own[name] = tensor.contiguous()
    save_file(own, tmp_path / "consolidated.safetensors")
    params = dict(dim=16, n_layers=2, n_heads=4, n_kv_heads=2, hidden_dim=24)
    params |= dict(vocab_size=40, norm_eps=1e-6, sliding_window=5, head_dim=4)
    (tmp_path / "params.json").write_text(json.dumps(params))
    ids = made.ids()
    with torch.no_grad():
        mine = ours(answers, tmp_path)(ids)
        wrong = ours(answers, tmp_path, interleaved=False)(ids)
    right = made.logits(theirs, ids)
    torch.testing.assert_close(mine, right, **CLOSE)
    # position 0 is not turned at all
    torch.testing.assert_close(wrong[:, 0], right[:, 0], **CLOSE)
    assert (wrong - right)[:, 1:].abs().max() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_models_are_what_the_script_writes(kind):
    folder = published.tiny(kind)
    theirs = made.KINDS[kind][1].from_pretrained(folder).eval()
    ids, logits = published.reference(folder)
    torch.testing.assert_close(made.logits(theirs, ids), logits)
    for name, weight in made.model(kind).state_dict().items():
        assert torch.equal(weight, theirs.state_dict()[name]), name


FULL = {
    "GPT-2": transformers.GPT2Config(),
    "LLaMA 2 7B": transformers.LlamaConfig(),
    "LLaMA 2 70B": transformers.LlamaConfig(
        hidden_size=8192,
        intermediate_size=28672,
        num_hidden_layers=80,
        num_attention_heads=64,
        num_key_value_heads=8,
    ),
    "Llama 3 8B": transformers.LlamaConfig(
        vocab_size=128256, intermediate_size=14336, num_key_value_heads=8
    ),
    "Mistral 7B v0.1": transformers.MistralConfig(),
    "Mixtral 8x7B": transformers.MixtralConfig(),
}


@pytest.mark.parametrize("name", FULL)
def test_counts_of_full_size_are_those_of_transformers(answers, name):
    with torch.device("meta"):
        theirs = transformers.AutoModelForCausalLM.from_config(FULL[name])
        mine = answers["build"](architecture.KNOWN[name])
    total, used = answers["count_parameters"](architecture.KNOWN[name])
    assert total == theirs.num_parameters()
    assert total == sum(p.numel() for p in mine.parameters())
    assert used == total or name == "Mixtral 8x7B"


@pytest.mark.parametrize("name", ["GPT-2", "LLaMA 2 7B", "Mistral 7B v0.1"])
def test_names_and_shapes_of_full_size_fit(answers, name):
    """What the library holds is what it writes, but for Mixtral's fused experts."""
    config = architecture.KNOWN[name]
    with torch.device("meta"):
        theirs = transformers.AutoModelForCausalLM.from_config(FULL[name])
        mine = answers["build"](config)
    tensors = theirs.state_dict()
    if config.tied:
        tensors.pop("lm_head.weight")
    mine.load_state_dict(answers["read_published"](tensors, config), assign=True)


def test_known_sizes_are_the_published_ones(answers):
    """From the models' pages and papers."""
    sizes = {name: answers["count_parameters"](c)[0] for name, c in known().items()}
    assert sizes["GPT-1"] == 116_534_784 and sizes["GPT-2"] == 124_439_808
    assert sizes["LLaMA 2 7B"] == 6_738_415_616
    assert sizes["LLaMA 2 13B"] == 13_015_864_320
    assert sizes["LLaMA 2 70B"] == 68_976_648_192
    assert sizes["Llama 3 8B"] == 8_030_261_248
    assert sizes["Mistral 7B v0.1"] == 7_241_732_096
    mixtral = answers["count_parameters"](architecture.MIXTRAL_8X7B)
    assert mixtral == (46_702_792_704, 12_879_925_248)


def known():
    return architecture.KNOWN


def test_gpt1_is_post_norm_in_transformers_too(answers):
    config = dataclasses.replace(architecture.GPT_1, V=40, L=2, length=32)
    config = dataclasses.replace(config, C=16, H=4, G=4, D=4, F=64)
    theirs = transformers.OpenAIGPTLMHeadModel(
        transformers.OpenAIGPTConfig(
            vocab_size=40, n_positions=32, n_embd=16, n_layer=2, n_head=4
        )
    ).eval()
    mine = answers["build"](config).eval()
    tensors = {
        name.replace("transformer.", "")
        .replace("tokens_embed", "wte")
        .replace("positions_embed", "wpe"): value
        for name, value in theirs.state_dict().items()
        if not name.endswith(".attn.bias") and "lm_head" not in name
    }
    mine.load_state_dict(answers["read_published"](tensors, config))
    ids = made.ids()
    with torch.no_grad():
        torch.testing.assert_close(mine(ids), theirs(ids).logits, **CLOSE)


@pytest.mark.parametrize("kind", layout.KINDS)
def test_what_was_published_comes_back(answers, kind):
    drawn = layout.weights(kind, torch.Generator().manual_seed(0))
    config = layout.config(kind)
    back = answers["read_published"](layout.publish(kind, drawn), config)
    decoder = answers["build"](config)
    decoder.load_state_dict(back)
    assert all(torch.equal(back[name], drawn[name]) for name in drawn)
