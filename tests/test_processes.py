"""Functions in several processes that talk through gloo, and their text."""

import math

import pytest
import torch
import torch.distributed as dist

from llmlab import processes, sources

FACTOR = 3


def scaled(rows):
    return rows * FACTOR


def swap(rank, rows, give, take):
    """Send some rows to each process; return what has come, scaled."""
    out = rows.new_empty(sum(take), *rows.shape[1:])
    dist.all_to_all_single(out, scaled(rows), take, give)
    return {"rows": out, "π": math.pi}


def fails(rank):
    if rank == 1:
        raise ValueError("one of the two")
    dist.barrier()


def waits(rank):
    import time

    time.sleep(600)


def experts_apart(rank, x, chosen, maps):
    """Each process has some tokens and some experts; K = 1."""
    owner = chosen // len(maps)
    order, give = owner.argsort(stable=True), owner.bincount(minlength=2)
    take = torch.empty_like(give)
    dist.all_to_all_single(take, give)
    rows = x.new_empty(int(take.sum()), x.shape[1])
    numbers = chosen.new_empty(int(take.sum()))
    dist.all_to_all_single(rows, x[order], take.tolist(), give.tolist())
    dist.all_to_all_single(numbers, chosen[order], take.tolist(), give.tolist())
    done = torch.einsum("nc,ncd->nd", rows, maps[numbers - rank * len(maps)])
    back = torch.empty_like(x)
    dist.all_to_all_single(back, done, give.tolist(), take.tolist())
    home = torch.empty_like(x)
    home[order] = back
    return home


def test_rows_cross_and_bytes_are_counted():
    first, second = torch.zeros(5, 2), torch.ones(4, 2, dtype=torch.float32)
    reports = processes.run(
        swap,
        [
            {"rows": first, "give": [1, 4], "take": [1, 3]},
            {"rows": second, "give": [3, 1], "take": [4, 1]},
        ],
    )
    assert reports[0].result["rows"].tolist() == [[0, 0]] + [[FACTOR] * 2] * 3
    assert reports[1].result["rows"].tolist() == [[0, 0]] * 4 + [[FACTOR] * 2]
    # four rows and three rows of two numbers of four bytes
    assert [report.sent for report in reports] == [(32,), (24,)]
    assert reports[0].result["π"] == math.pi


def test_experts_on_two_processes_are_those_on_one_and_send_what_is_counted():
    N, E, C = 40, 6, 8
    draw = torch.Generator().manual_seed(0)
    x, maps = torch.randn(N, C, generator=draw), torch.randn(E, C, C, generator=draw)
    chosen = torch.randint(E, (N,), generator=draw)
    parts = [
        {"x": x[h].clone(), "chosen": chosen[h].clone(), "maps": maps[e].clone()}
        for h, e in zip(
            (slice(0, N // 2), slice(N // 2, N)),
            (slice(0, E // 2), slice(E // 2, E)),
            strict=True,
        )
    ]
    reports = processes.run(experts_apart, parts)
    together = torch.cat([report.result for report in reports])
    torch.testing.assert_close(together, torch.einsum("nc,ncd->nd", x, maps[chosen]))
    home = torch.arange(N) // (N // 2)
    away = int((home != chosen // (E // 2)).sum())
    sent = torch.tensor([report.sent for report in reports]).sum(0).tolist()
    # counts, rows, numbers of experts, rows back
    assert sent == [2 * 8, away * C * 4, away * 8, away * C * 4]


def test_a_process_that_fails_ends_the_others_and_says_why():
    with pytest.raises(RuntimeError, match=r"Process 1 .*ValueError: one of the two"):
        processes.run(fails, [{}, {}])


def test_processes_that_take_too_long_are_ended():
    with pytest.raises(RuntimeError, match="had not ended"):
        processes.run(waits, [{}], seconds=4)


def test_the_text_of_a_function_holds_what_it_needs():
    text = sources.of(swap)
    names = sources.namespace()
    exec(text, names)
    assert names["scaled"](2) == 6 and names["FACTOR"] == 3
    assert text.index("def scaled") < text.index("def swap")


def test_a_function_without_text_is_told():
    names = {}
    exec("def hidden(rank):\n    return rank", names)
    with pytest.raises(RuntimeError, match="hidden"):
        sources.of(names["hidden"])
