"""What 24.5 adds to the library: modules in checks, toy models, dates, a loop."""

import torch
from torch import nn

from autograde.bank import stage
from llmlab import check, dates, fit


def test_given_cells_stand_before_the_answers():
    assert "Attention" in stage("24.5").setup


def test_a_module_runs_with_the_weights_of_one_vector():
    layer = nn.TransformerEncoderLayer(4, 2, 3, 0.0, batch_first=True)
    count = sum(p.numel() for p in layer.parameters())
    weights = torch.randn(count, dtype=torch.float64)
    x = torch.randn(2, 5, 4, dtype=torch.float64)
    found = check.run_module(layer, None, weights, {"x": x, "mask": None})
    joined = nn.utils.parameters_to_vector(layer.parameters())
    assert torch.equal(joined, weights) and found["parameters"] == count
    assert found["output"].dtype == torch.float64 and not found["output"].requires_grad
    assert found["∂attention"].shape == (4 * 16 + 16,)
    assert found["∂x"].shape == x.shape and "∂mask" not in found


def test_a_part_without_gradient_is_none_and_a_patch_comes_last():
    layer = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))

    def skip(module):
        module.forward = lambda x: module[1](x)

    inputs = {"x": torch.ones(1, 2)}
    found = check.run_module(layer, "0 1", torch.ones(12), inputs, patch=skip)
    assert found["∂0"] is None and found["∂1"] is not None


def test_masks_turn_into_pytorchs():
    mask = torch.tensor([[[True, False]], [[True, True]]])
    blocked = check.blocking(mask, T=3, H=2)
    assert blocked.shape == (4, 3, 2) and blocked[0, 2].tolist() == [False, True]
    assert check.blocking(None, 3, 2) is None


def test_the_toy_model_is_causal_and_ends_where_it_should():
    model = check.TableModel(torch.randn(5, 5))
    ids = torch.tensor([[0, 1, 2]])
    changed = torch.tensor([[0, 1, 4]])
    assert torch.equal(model(ids)[:, :2], model(changed)[:, :2])
    ends = check.TableModel(torch.zeros(5, 5), lengths=torch.tensor([2]), end=3)
    assert ends(ids).argmax(-1)[0, 1] == 3 and ends.calls == 1


def test_the_toy_loss_is_the_cross_entropy():
    table, ids = torch.randn(5, 5), torch.tensor([[0, 1, 2], [3, 3, 4]])
    counted = torch.tensor([[True, False, True], [False, True, False]])
    found = check.token_loss(check.TableModel(table), ids, ids, counted)
    logits = check.TableModel(table)(ids)[counted]
    expected = nn.functional.cross_entropy(logits, ids[counted])
    torch.testing.assert_close(found["loss"], expected.detach())
    assert found["∂table"].shape == (5, 5)


def test_held_out_dates_never_come_in_training():
    draw = torch.Generator().manual_seed(0)
    _, seen = dates.batch(400, draw)
    _, held = dates.batch(400, draw, held_out=True)
    assert len(held) == 400
    assert not {dates.text(r) for r in seen} & {dates.text(r) for r in held}


def test_lines_are_split_once():
    seen, unseen = dates.lines(held_out=200)
    assert len(seen) + len(unseen) == 1098 and len(unseen) == 200
    assert not {dates.text(r) for r in seen} & {dates.text(r) for r in unseen}
    assert (seen[:, 6] == dates.ID["|"]).all()


def test_masks_for_modules_hide_the_last_token():
    draw = torch.Generator().manual_seed(0)
    mask = check.draws.padded_keys(2, 5, draw)
    assert not mask[..., -1].any() and mask.any(-1).all()


def test_scattered_masks_leave_nobody_blind_whatever_one_does_to_them():
    mask = check.draws.scattered_keys(3, 5, torch.Generator().manual_seed(0))
    for changed in (mask, ~mask, mask.mT):
        assert changed.any(-1).all()
    assert check.draws.scattered_keys(1, 1, torch.Generator()).all()


def test_the_loop_trains_and_influence_is_causal():
    torch.manual_seed(0)
    line = nn.Linear(1, 1)
    losses = fit.train(
        line, lambda f: (f(torch.ones(1, 1)) - 9).square().sum(), 200, rate=0.1
    )
    assert len(losses) == 200 and losses[-1] < 0.01 * losses[0]
    table = fit.influence(lambda x: x.cumsum(1), torch.randn(1, 3, 2))
    assert torch.equal(table > 0, torch.ones(3, 3).tril() > 0)
