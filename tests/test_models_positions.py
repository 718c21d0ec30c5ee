"""Tiny models: they differ in positions only, and train without mixing one another."""

import torch

from llmlab.models import positions as tiny


def turn(x, p):
    return x * torch.where(p % 2 == 0, 1.0, -1.0)[:, None]


def models(**ways):
    return tiny.Models(ways, seeds=2, V=5, C=8, H=2)


def test_models_of_one_seed_start_alike():
    made = models(none=tiny.Way(), rows=tiny.Way(rows=6), turn=tiny.Way(turn=turn))
    for weight in made.weights.values():
        first, second, third = weight.unflatten(0, (3, 2))
        assert torch.equal(first, second) and torch.equal(second, third)
        assert not torch.equal(first[0], first[1])


def test_each_way_enters_in_its_own_place():
    code, bias = torch.ones(6, 8), torch.full((2, 6, 6), -2.0)
    made = models(
        none=tiny.Way(),
        add=tiny.Way(add=lambda T: code[:T]),
        rows=tiny.Way(rows=6),
        turn=tiny.Way(turn=turn),
        bias=tiny.Way(bias=lambda T: bias[:, :T, :T]),
    )
    added = made.added(4).unflatten(0, (5, 2))
    counts = [int(a.count_nonzero()) for a in added]
    assert counts == [0, 2 * 4 * 8, 2 * 4 * 8, 0, 0]
    x = torch.randn(10, 1, 2, 4, 4)
    changed = (made.turned(x) != x).flatten(1).any(1).unflatten(0, (5, 2)).any(1)
    assert changed.tolist() == [False, False, False, True, False]
    table = made.bias(4).unflatten(0, (5, 2))
    assert torch.equal(table[4, 0, 0], bias[:, :4, :4])
    assert table[0, 0, 0, 0].isinf().sum() == 6


def test_no_model_sees_the_future_or_another_model():
    made = models(none=tiny.Way(), turn=tiny.Way(turn=turn))
    texts = torch.randint(5, (2, 3, 7))
    other = texts.clone()
    other[1, :, 4] = (other[1, :, 4] + 1) % 5
    changed = (made.predict(texts) - made.predict(other)).abs().amax((1, 3))
    # models in order: seeds 0 and 1 of each way; only seed 1, only from 4 on
    assert (changed[[0, 2]] == 0).all() and (changed[[1, 3], :4] == 0).all()
    assert (changed[[1, 3], 4:] > 0).any()


def test_the_source_is_what_it_says():
    source = tiny.Source(seeds=2, V=3)
    texts = source.draw(4000, 6)
    pairs = texts[0].unfold(-1, 3, 1)[:, 2:].flatten(0, 1)
    seen = pairs[(pairs[:, 0] == 1) & (pairs[:, 1] == 2)][:, 2]
    share = torch.bincount(seen, minlength=3) / len(seen)
    assert (share - source.table[0, 2, 1]).abs().max() < 0.06
    one = source.best(torch.tensor([[[1, 2, 0]]] * 2))
    torch.testing.assert_close(one[0, 0, 0], -source.table[0, 2, 1, 0].log())


def test_training_lowers_the_loss_and_keeps_the_threads():
    threads = torch.get_num_threads()
    source = tiny.Source(seeds=2, V=3)
    ways = {"turn": tiny.Way(turn=turn)}
    before = tiny.Models(ways, 2, 3).excess(source, 8, n=32).mean()
    after = tiny.train(ways, source, 8, steps=40).excess(source, 8, n=32)
    assert after.shape == (1, 2, 7) and after.mean() < before
    assert torch.get_num_threads() == threads
