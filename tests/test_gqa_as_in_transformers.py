"""The answers of 26.2 against the `transformers` library's Llama.

Nothing is downloaded: models are made from small configurations.
"""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch

from autograde.bank import stage

llama = pytest.importorskip("transformers.models.llama.modeling_llama")

C, H = 32, 8


@pytest.fixture(scope="module")
def answers():
    """The author's answers, by name."""
    current, names = stage("26.2"), {}
    names.update(current.setup)
    for part in current.parts.values():
        exec(part.answer, names)
    return names


def config(G, **more):
    from transformers import LlamaConfig

    return LlamaConfig(
        hidden_size=C,
        intermediate_size=48,
        num_attention_heads=H,
        num_key_value_heads=G,
        num_hidden_layers=3,
        vocab_size=50,
        attn_implementation="eager",
        **more,
    )


@pytest.mark.parametrize("G", [1, 2, 4, 8])
def test_repeat_kv_is_llamas(answers, G):
    x = torch.randn(2, G, 5, 3)
    theirs = llama.repeat_kv(x, H // G)
    assert torch.equal(answers["repeat_kv"](x, H), theirs)


@pytest.mark.parametrize("G", [1, 2, 4, 8])
@pytest.mark.parametrize("masked", [False, True])
def test_the_module_is_llamas_attention_without_rotation(answers, G, masked):
    """Output and the gradient of every matrix."""
    torch.manual_seed(G)
    theirs = llama.LlamaAttention(config(G), layer_idx=0)
    mine = answers["GroupedQueryAttention"](C, H, G)
    pairs = [(getattr(mine, f"W_{n}"), getattr(theirs, f"{n.lower()}_proj"))
             for n in "QKVO"]  # fmt: skip
    for my_part, their_part in pairs:
        my_part.weight.data = their_part.weight.data.clone()
    x, T = torch.randn(2, 6, C), 6
    still = torch.ones(1, T, C // H), torch.zeros(1, T, C // H)  # angle 0
    mask = torch.ones(T, T, dtype=torch.bool).tril() if masked else None
    added = None
    if masked:
        added = torch.zeros(1, 1, T, T).masked_fill(~mask, -torch.inf)
    right = theirs(x, position_embeddings=still, attention_mask=added)[0]
    out = mine(x, mask)
    torch.testing.assert_close(out, right, rtol=1e-5, atol=1e-6)
    out.square().sum().backward()
    right.square().sum().backward()
    for my_part, their_part in pairs:
        torch.testing.assert_close(
            my_part.weight.grad, their_part.weight.grad, rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize("G", [1, 2, 8])
def test_the_cache_weighs_what_llamas_does(answers, G):
    """Counted on the library's cache after a forward pass."""
    model = llama.LlamaModel(config(G)).to(torch.bfloat16)
    cache = model(torch.randint(50, (1, 13)), use_cache=True).past_key_values
    tensors = [t for layer in cache.layers for t in (layer.keys, layer.values)]
    held = sum(t.nbytes for t in tensors)
    assert held == answers["kv_cache_bytes"](3, H, G, C // H, 13, 2)
    assert all(t.shape[1] == G for t in tensors)


@pytest.mark.parametrize("pieces", [(7,), (1, 4, 2), (5, 1, 1)])
def test_writing_with_a_cache_is_llamas(answers, pieces):
    """The library writes with its DynamicCache, we with ours: RoPE is done before."""
    from transformers import DynamicCache

    G, D = 2, C // H
    layer = llama.LlamaAttention(config(G), layer_idx=0).eval()
    rotary = llama.LlamaRotaryEmbedding(config(G))
    x, theirs, mine = torch.randn(1, 7, C), DynamicCache(config=config(G)), None
    start = 0
    for T in pieces:
        part, at = x[:, start : start + T], torch.arange(start, start + T)[None]
        cos, sin = rotary(x, at)
        see = torch.ones(T, start + T, dtype=torch.bool).tril(start)
        added = torch.zeros(1, 1, T, start + T).masked_fill(~see, -torch.inf)
        right = layer(part, (cos, sin), added, past_key_values=theirs)[0]
        q, k, v = (
            W(part).view(1, T, n, D).transpose(1, 2)
            for W, n in ((layer.q_proj, H), (layer.k_proj, G), (layer.v_proj, G))
        )
        q, k = llama.apply_rotary_pos_emb(q, k, cos, sin)
        y, mine = answers["cached_attention"](q, k, v, mine)
        y = layer.o_proj(y.transpose(1, 2).flatten(-2))
        torch.testing.assert_close(y, right, rtol=1e-5, atol=1e-6)
        start += T
    kept = theirs.layers[0]
    for a, b in zip(mine, (kept.keys, kept.values), strict=True):
        torch.testing.assert_close(a, b)


def converted(model, answers, G):
    """A Llama with G key/value heads, from one with H, pooled by our answer."""
    state = model.state_dict()
    for name, weight in state.items():
        if name.endswith(("k_proj.weight", "v_proj.weight")):
            state[name] = answers["pool_heads"](weight, H, G)
    small = llama.LlamaForCausalLM(config(G)).eval()
    small.load_state_dict(state)
    return small


@pytest.mark.parametrize("G", [1, 2, 4])
def test_a_llama_whose_heads_agree_is_converted_without_loss(answers, G):
    """Pooled weights load into a Llama with G heads, and its logits are the same."""
    torch.manual_seed(G)
    small = llama.LlamaForCausalLM(config(G)).eval()
    state = small.state_dict()
    for name, weight in state.items():
        if name.endswith(("k_proj.weight", "v_proj.weight")):
            heads = weight.view(G, C // H, C)
            state[name] = answers["repeat_kv"](heads, H).flatten(0, 1)
    full = llama.LlamaForCausalLM(config(H)).eval()
    full.load_state_dict(state)
    ids = torch.randint(50, (2, 9))
    back = converted(full, answers, G)
    with torch.no_grad():
        right, wide, pooled = (m(ids).logits for m in (small, full, back))
    torch.testing.assert_close(wide, right, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(pooled, right, rtol=1e-5, atol=1e-5)


def test_a_llama_whose_heads_differ_loses_something(answers):
    full = llama.LlamaForCausalLM(config(H)).eval()
    ids = torch.randint(50, (2, 9))
    with torch.no_grad():
        gap = full(ids).logits - converted(full, answers, 2)(ids).logits
    assert gap.abs().max() > 1e-4


def test_the_defaults_of_published_models():
    """The configurations that the list of models names, where transformers has one."""
    from transformers import GptOssConfig, LlamaConfig, MistralConfig, MixtralConfig

    def shape(c):
        D = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
        heads = c.num_attention_heads, c.num_key_value_heads
        return c.num_hidden_layers, *heads, D

    assert shape(LlamaConfig()) == (32, 32, 32, 128)  # LLaMA 2 7B
    assert shape(MistralConfig()) == (32, 32, 8, 128)
    assert shape(MixtralConfig()) == (32, 32, 8, 128)
    assert shape(GptOssConfig()) == (36, 64, 8, 64)
