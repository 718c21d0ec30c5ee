"""Inputs that exercises share: positions, orders, rotations."""

import torch

from llmlab.check import case, draws


def test_shuffles_are_eight_orders():
    drawn = case(orders=draws.shuffles, T=6).draw("a")["orders"]
    assert drawn.shape == (8, 6)
    assert all(sorted(order) == list(range(6)) for order in drawn.tolist())


def test_positions_say_where_a_text_begins():
    inputs = case(a=draws.in_order, b=draws.later, c=draws.far, T=4).draw("a")
    assert [v[0].item() for v in inputs.values()] == [0, 3, 700]
    assert all(v.diff().eq(1).all() for v in inputs.values())
    scattered = case(p=draws.scattered, T=50).draw("a")["p"]
    assert scattered.min() >= 0 and scattered.max() < 60


def test_a_rotation_keeps_lengths_and_is_not_the_identity():
    turn = case(turn=draws.rotation, D=6).draw("a")["turn"]
    torch.testing.assert_close(turn @ turn.T, torch.eye(6, dtype=torch.float64))
    assert torch.linalg.det(turn) > 0 and (turn - torch.eye(6)).abs().max() > 0.05
