"""The oracles of 24.4, and its answers, against the `transformers` library.

Nothing is downloaded: models are made from small configurations.
"""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch

from autograde.bank import stage

llama = pytest.importorskip("transformers.models.llama.modeling_llama")

POSITIONS = [torch.arange(9), torch.arange(5) + 700, torch.tensor([3, 1, 40])]


@pytest.fixture(scope="module")
def answers():
    """The author's answers, by name."""
    current, names = stage("24.4"), {}
    names.update(current.setup)
    for part in current.parts.values():
        exec(part.answer, names)
    return names


def rotary(D, base):
    """The cosines and sines of a LLaMA with this head width and base."""
    from transformers import LlamaConfig

    heads = 2
    config = LlamaConfig(
        hidden_size=heads * D,
        num_attention_heads=heads,
        head_dim=D,
        num_hidden_layers=1,
        rope_parameters={"rope_type": "default", "rope_theta": base},
    )
    return llama.LlamaRotaryEmbedding(config)


@pytest.mark.parametrize("positions", POSITIONS, ids=len)
@pytest.mark.parametrize("base", [10_000.0, 500_000.0])
def test_half_split_rope_is_llamas(answers, positions, base):
    q, k = torch.randn(2, 3, 2, len(positions), 16)
    cos, sin = rotary(16, base)(q, positions[None])
    theirs = llama.apply_rotary_pos_emb(q, k, cos, sin)
    for x, right in zip((q, k), theirs, strict=True):
        mine = answers["apply_rope"](x, positions, False, base)
        torch.testing.assert_close(mine, right, rtol=1e-4, atol=2e-4)


def test_the_tests_own_oracle_is_llamas_too():
    current, names = stage("24.4"), None
    current.run("24.4.5")
    names = current.last
    x, positions = torch.randn(2, 7, 8), torch.arange(7) + 3
    cos, sin = rotary(8, 10_000.0)(x, positions[None])
    right, _ = llama.apply_rotary_pos_emb(x[:, None], x[:, None], cos, sin)
    oracle = names["by_complex"](x.double(), positions, False)
    torch.testing.assert_close(oracle.float(), right[:, 0], rtol=1e-4, atol=1e-5)


def test_a_reordered_weight_serves_llamas_layout(answers):
    """Interleaved RoPE on the old weight has the scores of LLaMA on the new one."""
    H, D, T, C = 2, 8, 6, 12
    W_Q, W_K = torch.randn(2, H * D, C)
    x, positions = torch.randn(T, C), torch.arange(T)

    def heads(W):
        return (x @ W.T).view(T, H, D).transpose(0, 1)

    q, k = (answers["apply_rope"](heads(W), positions, True) for W in (W_Q, W_K))
    new = (heads(answers["interleaved_to_half"](W, H))[None] for W in (W_Q, W_K))
    cos, sin = rotary(D, 10_000.0)(x, positions[None])
    new_q, new_k = llama.apply_rotary_pos_emb(*new, cos, sin)
    torch.testing.assert_close(new_q @ new_k.mT, (q @ k.mT)[None], rtol=1e-4, atol=1e-4)


def test_alibi_is_blooms_up_to_what_a_softmax_forgets(answers):
    """BLOOM adds slope · key position: the same weights after the softmax."""
    from transformers.models.bloom.modeling_bloom import build_alibi_tensor

    H, S = 8, 6
    theirs = build_alibi_tensor(torch.ones(1, S), H, torch.float32)  # (H, 1, S)
    past = torch.full((S, S), -torch.inf).triu(1)
    scores = torch.randn(H, S, S)
    mine = (scores + answers["alibi_bias"](H, S, S)).softmax(-1)
    torch.testing.assert_close(mine, (scores + theirs + past).softmax(-1))


def test_gpt2_has_a_table_of_positions_and_llama_has_none():
    from transformers import GPT2Config, GPT2Model, LlamaConfig, LlamaModel

    gpt2 = GPT2Model(GPT2Config(n_embd=8, n_head=2, n_layer=1, vocab_size=11))
    assert gpt2.wpe.weight.shape == (1024, 8)
    config = LlamaConfig(
        hidden_size=8,
        intermediate_size=8,
        num_attention_heads=2,
        num_key_value_heads=2,
        num_hidden_layers=1,
        vocab_size=11,
    )
    shapes = [tuple(p.shape) for p in LlamaModel(config).parameters()]
    assert config.max_position_embeddings not in {n for s in shapes for n in s}
