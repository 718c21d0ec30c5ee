"""The answers and oracles of 26.3 against the `transformers` library.

Nothing is downloaded: modules are made from small configurations.
"""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch

from autograde.bank import stage

mixtral = pytest.importorskip("transformers.models.mixtral.modeling_mixtral")
switch = pytest.importorskip(
    "transformers.models.switch_transformers.modeling_switch_transformers"
)
deepseek = pytest.importorskip("transformers.models.deepseek_v3.modeling_deepseek_v3")
C, WIDTH, E, K = 12, 20, 5, 2


@pytest.fixture(scope="module")
def answers():
    """The author's answers and the cells that are given, by name."""
    current, names = stage("26.3"), {}
    names.update(current.setup)
    for part in current.parts.values():
        exec(part.answer, names)
    return names


@pytest.fixture(scope="module")
def config():
    from transformers import MixtralConfig

    config = MixtralConfig(
        hidden_size=C,
        intermediate_size=WIDTH,
        num_local_experts=E,
        num_experts_per_tok=K,
    )
    config._experts_implementation = "eager"
    return config


def filled(module):
    """The module with weights drawn anew."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=0.5)
    return module.eval()


def test_the_router_is_mixtrals(answers, config):
    router = filled(mixtral.MixtralTopKRouter(config))
    logits, weights, chosen = router(torch.randn(3, 7, C))
    mine, numbers = answers["route"](logits, K)
    torch.testing.assert_close(mine, weights)
    assert torch.equal(numbers, chosen)


def test_the_tests_own_oracle_routes_as_mixtral_does(config):
    current = stage("26.3")
    current.run("26.3.1")
    router = filled(mixtral.MixtralTopKRouter(config))
    logits, weights, chosen = router(torch.randn(9, C))
    found = current.last["by_rank"](logits, K)
    torch.testing.assert_close(found["weights"], weights)
    assert torch.equal(found["chosen"], chosen)


def test_the_layer_is_mixtrals_block(answers, config):
    block = filled(mixtral.MixtralSparseMoeBlock(config))
    mine = answers["MixtureOfExperts"](C, WIDTH, E, K)
    with torch.no_grad():
        mine.router.weight.copy_(block.gate.weight)
        for e, expert in enumerate(mine.experts):
            gate, up = block.experts.gate_up_proj[e].chunk(2)
            expert.W_gate.weight.copy_(gate)
            expert.W_up.weight.copy_(up)
            expert.W_down.weight.copy_(block.experts.down_proj[e])
    x = torch.randn(2, 9, C)
    torch.testing.assert_close(mine(x), block(x), rtol=1e-4, atol=1e-5)
    outputs = mine(x.requires_grad_()), block(x)
    gradients = [torch.autograd.grad(y.square().sum(), x)[0] for y in outputs]
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("skew", [0.0, 3.0])
def test_the_balancing_loss_per_token_is_mixtrals(answers, skew):
    logits = torch.randn(40, E) + skew * torch.eye(E)[0]
    _, chosen = answers["route"](logits, K)
    theirs = mixtral.load_balancing_loss_func((logits,), E, K)
    mine = answers["balancing_loss"](logits, chosen, per_token=True)
    torch.testing.assert_close(mine, theirs)


def test_padding_is_left_out_as_in_mixtral(answers):
    logits = torch.randn(24, E)
    _, chosen = answers["route"](logits, K)
    real = torch.arange(24) % 12 < 7
    mask = real.view(2, 12).long()
    theirs = mixtral.load_balancing_loss_func((logits,), E, K, mask)
    mine = answers["balancing_loss"](logits, chosen, True, real)
    torch.testing.assert_close(mine, theirs)


def test_the_balancing_loss_is_switchs(answers):
    """Switch counts by group; one group is all tokens."""
    logits = torch.randn(1, 40, E)
    shares = logits.softmax(-1)
    theirs = switch.load_balancing_loss_func(shares, shares.argmax(-1))
    mine = answers["balancing_loss"](logits[0], shares[0].argmax(-1, keepdim=True))
    torch.testing.assert_close(mine, theirs)


def test_with_two_choices_switchs_own_function_has_mixtrals_convention(answers):
    logits = torch.randn(1, 40, E)
    _, chosen = answers["route"](logits[0], K)
    theirs = switch.load_balancing_loss_func(logits.softmax(-1), chosen[None])
    mine = answers["balancing_loss"](logits[0], chosen, per_token=True)
    torch.testing.assert_close(mine, theirs)


def test_uniform_routing_gives_one_and_k_and_is_not_the_least(answers):
    loss, level = answers["balancing_loss"], torch.zeros(20, E)
    turns = torch.stack([torch.arange(20) % E, torch.arange(1, 21) % E], dim=1)
    assert loss(level, turns).item() == pytest.approx(1)
    assert loss(level, turns, per_token=True).item() == pytest.approx(K)
    narrow = torch.tensor([[0.04, 0.0]] * 60 + [[0.0, 9.0]] * 40)
    assert mixtral.load_balancing_loss_func((narrow,), 2, 1) < 0.95


@pytest.mark.parametrize("spread", [1.0, 30.0])
def test_the_z_loss_is_switchs(answers, spread):
    logits = torch.randn(2, 9, E) * spread
    theirs = switch.router_z_loss_func(logits)
    mine = answers["z_loss"](logits.flatten(0, 1))
    torch.testing.assert_close(mine, theirs)


def test_the_router_with_a_bias_is_deepseeks(answers):
    from transformers import DeepseekV3Config

    config = DeepseekV3Config(
        hidden_size=C,
        n_routed_experts=8,
        num_local_experts=8,
        num_experts_per_tok=3,
        n_group=1,
        topk_group=1,
        norm_topk_prob=True,
        routed_scaling_factor=1.0,
    )
    router = filled(deepseek.DeepseekV3TopkRouter(config))
    router.e_score_correction_bias.copy_(torch.randn(8) * 0.3)
    logits, weights, chosen = router(torch.randn(11, C))
    found = answers["route_with_bias"](logits, router.e_score_correction_bias, 3)
    # theirs are in no order
    theirs = torch.zeros(11, 8).scatter(1, chosen, weights)
    mine = torch.zeros(11, 8).scatter(1, found[1], found[0])
    torch.testing.assert_close(mine, theirs)


def test_mixtral_has_as_many_parameters_as_are_counted():
    from transformers import MixtralConfig, MixtralForCausalLM

    with torch.device("meta"):
        model = MixtralForCausalLM(MixtralConfig())
    sizes = {name: p.numel() for name, p in model.named_parameters()}
    experts = sum(n for name, n in sizes.items() if ".experts." in name)
    held = sum(sizes.values())
    assert (held, held - experts * 6 // 8) == (46_702_792_704, 12_879_925_248)
