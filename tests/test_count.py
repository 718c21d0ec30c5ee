"""Counts against numbers derived by hand, and against torch's own counter."""

import doctest

import pytest
import torch
from torch.nn import functional as F
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack
from torch.utils.flop_counter import FlopCounterMode

from llmlab import count, shapes

B, H, T, S, D = 2, 3, 4, 6, 8
PAIR = torch.ones(3, 2, 4), torch.ones(3, 4, 5)


def random(*shape, **kwargs):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), **kwargs)


def attend(q, k, v):
    return torch.softmax(q @ k.mT / D**0.5, -1) @ v


@pytest.fixture
def qkv():
    return random(B, H, T, D), random(B, H, S, D), random(B, H, S, D)


@pytest.mark.parametrize("module", [count, shapes])
def test_docstring_examples_run(module):
    assert doctest.testmod(module).attempted >= 2
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("m, k, n", [(2, 3, 5), (1, 1, 1), (0, 3, 5), (4, 0, 2)])
def test_matrix_product_is_2mkn(m, k, n):
    assert (
        count.flops(torch.matmul, torch.ones(m, k), torch.ones(k, n)) == 2 * m * k * n
    )


@pytest.mark.parametrize(
    "fn, expected",
    [
        (lambda: torch.ones(3, 4) @ torch.ones(4), 2 * 3 * 4),
        (lambda: torch.ones(4) @ torch.ones(4), 2 * 4),
        (lambda: torch.einsum("bti,bsi->bts", *[torch.ones(2, 3, 5)] * 2), 2 * 90),
        (lambda: torch.addmv(torch.ones(3), torch.ones(3, 4), torch.ones(4)), 24),
        (lambda: torch.addbmm(torch.ones(2, 5), *PAIR), 2 * 3 * 2 * 4 * 5),
        (lambda: F.linear(torch.ones(7, 3), torch.ones(5, 3), torch.ones(5)), 210),
        (lambda: torch.softmax(torch.ones(9, 9), -1).sum(), 0),
        (lambda: torch.nn.functional.layer_norm(torch.ones(3, 4), (4,)), 0),
    ],
)
def test_known_products(fn, expected):
    assert count.flops(fn) == expected


def test_attention_is_4tsd_for_each_head(qkv):
    expected = B * H * 4 * T * S * D
    assert count.flops(attend, *qkv) == expected
    assert count.flops(F.scaled_dot_product_attention, *qkv) == expected


@pytest.mark.parametrize("backend", ["MATH", "FLASH_ATTENTION"])
def test_every_attention_kernel_costs_the_same(qkv, backend):
    kernel = getattr(torch.nn.attention.SDPBackend, backend)
    with torch.nn.attention.sdpa_kernel(kernel):
        found = count.flops(F.scaled_dot_product_attention, *qkv)
    assert found == B * H * 4 * T * S * D


def test_backward_is_counted_when_it_runs(qkv):
    q, k, v = (x.requires_grad_() for x in qkv)
    forward = B * H * 4 * T * S * D
    assert count.flops(attend, q, k, v) == forward
    # each of the two products has two gradients of its own size
    assert count.flops(lambda: attend(q, k, v).sum().backward()) == 3 * forward
    fused = count.flops(
        lambda: F.scaled_dot_product_attention(q, k, v).sum().backward()
    )
    # the fused kernel computes the scores again: 2 + 5 products
    assert fused == forward // 2 * 7


def test_agrees_with_torchs_counter_on_a_layer():
    layer = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    x = random(2, 5, 8)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        with FlopCounterMode(display=False) as counter:
            layer(x).sum().backward()
        found = count.flops(lambda: layer(x).sum().backward())
    assert found == counter.get_total_flops() > 0


def test_fast_path_and_inference_mode_hide_nothing():
    layer = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    x = random(2, 5, 8)
    # four projections, two products per head, two feed-forward products
    expected = 10 * 2 * (4 * 8 * 8 + 2 * 8 * 16) + 2 * 4 * 5 * 5 * 8
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            assert count.flops(layer, x) == expected
    assert torch.backends.mha.get_fastpath_enabled()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_add_moves_three_tensors(dtype):
    x, y = torch.ones(5, 7, dtype=dtype), torch.ones(5, 7, dtype=dtype)
    cost = count.measure(torch.add, x, y)
    assert (cost.bytes_read, cost.bytes_written) == (
        70 * dtype.itemsize,
        35 * dtype.itemsize,
    )
    assert cost.flops == 0 and cost.largest.bytes == 35 * dtype.itemsize


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.view(12),
        lambda x: x.T[1:, ::2].unsqueeze(0).expand(9, -1, -1),
        lambda x: x.detach().reshape(2, 6).chunk(2),
        lambda x: torch.ops.aten._unsafe_view(x, [12]),
    ],
)
def test_views_move_nothing_and_are_not_new(view):
    cost = count.measure(view, torch.ones(3, 4))
    assert cost.bytes_moved == 0 and cost.largest.numel == 0 and cost.calls


@pytest.mark.parametrize(
    "fn, read, written",
    [
        (lambda x: x.T.contiguous(), 48, 48),
        (lambda x: x.expand(5, 3, 4).clone(), 48, 240),
        (lambda x: x + x[:, :1], 48 + 12, 48),
        (lambda x: x.add_(1), 48, 48),
        (lambda x: x.zero_(), 0, 48),
        (lambda x: x[0].fill_(2), 0, 16),
        (lambda x: x.copy_(x.clone()), 96, 96),
        (lambda x: torch.add(x, x, out=torch.empty(3, 4)), 96, 48),
        (lambda x: torch.empty(1000), 0, 0),
        (lambda x: torch.zeros(10), 0, 40),
        (lambda x: x.sum().item(), 48 + 4, 4),
        (lambda x: x.sum(1), 48, 12),
        # a look-up reads two rows and two indices, not the table
        (lambda x: F.embedding(torch.tensor([2, 0]), x), 32 + 16, 32),
        (lambda x: x.index_copy_(0, torch.tensor([1]), torch.ones(1, 4)), 24, 16 + 16),
        (lambda x: x.index_add_(0, torch.tensor([1]), torch.ones(1, 4)), 40, 16 + 16),
        (lambda x: x[:0] + 1, 0, 0),
    ],
)
def test_bytes_by_hand(fn, read, written):
    cost = count.measure(fn, torch.ones(3, 4))
    assert (cost.bytes_read, cost.bytes_written) == (read, written)


def test_largest_tensor_is_the_score_matrix():
    q, k = random(50, 2), random(60, 2)
    found = count.largest_tensor(lambda: (q @ k.T).softmax(-1) @ k)
    assert (found.shape, found.numel, found.bytes) == ((50, 60), 3000, 12000)
    assert found.op == "mm" and found.dtype is torch.float32
    assert count.largest_tensor(lambda: q).numel == 0
    assert count.largest_tensor(lambda: q.mul_(2)).numel == 0
    assert count.largest_tensor(lambda: torch.empty(0, 5)).shape == (0,)


def test_calls_by_name_and_result():
    cost = count.measure(lambda x: (x @ x).softmax(-1).exp_(), torch.eye(2))
    assert cost.calls["mm"] == cost.calls["_softmax"] == cost.calls["exp_"] == 1
    assert cost.calls["bmm"] == 0
    assert torch.equal(cost.result, torch.eye(2).softmax(-1).exp())
    assert count.calls(torch.mm, torch.eye(2), torch.eye(2)) == {"mm": 1}


def test_an_exception_leaves_nothing_switched_on():
    def fails():
        torch.ones(2, 2) @ torch.ones(2, 2)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        count.measure(fails)
    assert _get_current_dispatch_mode_stack() == []
    assert torch.backends.mha.get_fastpath_enabled()
    assert count.flops(torch.matmul, torch.ones(2, 2), torch.ones(2, 2)) == 16


def test_nested_runs_both_count():
    x = torch.ones(2, 2)
    inner = []
    outer = count.flops(lambda: (inner.append(count.flops(torch.mm, x, x)), x @ x))
    assert (inner, outer) == ([16], 32)


def test_keyword_arguments_reach_the_function():
    assert count.flops(lambda fn, args: fn + args, fn=1, args=2) == 0
    assert count.measure(lambda fn, args: fn + args, fn=1, args=2).result == 3


def test_tokens_of_ids_and_of_vectors():
    embed, linear = torch.nn.Embedding(10, 4), torch.nn.Linear(4, 4)
    model = torch.nn.Sequential(embed, linear)
    with count.tokens(model) as outer, count.tokens(linear) as inner:
        model(torch.zeros(2, 3, dtype=torch.long))
        model.forward(torch.zeros(1, 5, dtype=torch.long))
        outer(torch.zeros(7, dtype=torch.long))
    model(torch.zeros(9, dtype=torch.long))
    assert outer.calls == inner.calls == [6, 5, 7] and outer.total == 18
    assert "forward" not in vars(model)


def test_tokens_of_a_function_and_of_keywords():
    with count.tokens(lambda *, scale, x: x * scale) as counted:
        assert counted(scale=2, x=torch.ones(2, 3, 4)).sum() == 48
    assert counted.calls == [6]
    with pytest.raises(ValueError, match="No tensor"):
        counted(scale=2, x=3)


def test_tokens_nest_and_survive_an_exception():
    linear = torch.nn.Linear(4, 4)
    with count.tokens(linear) as outer:
        with pytest.raises(RuntimeError), count.tokens(linear) as inner:
            linear(torch.ones(2, 3))
        linear(torch.ones(5, 4))
    assert (inner.calls, outer.calls) == ([2], [2, 5])
    assert "forward" not in vars(linear)


def test_key_describes_shapes():
    assert list(shapes.KEY) == list("BTSCHGDFVELN")
    assert shapes.describe("BTC") == shapes.describe("B T C")
    assert shapes.axis("T") == "T: query positions"
    with pytest.raises(ValueError, match="'X' is not in the dimension key"):
        shapes.describe("BX")
