"""The verdict: points, records, seeds, and which mistake is named."""

import doctest
import importlib
import json
import pkgutil

import pytest
import torch
from cells import GOOD, SOFTMAX, failure, notebook, said

import llmlab.check
from llmlab import check
from llmlab.check.mistake import Mistake, ways

COLUMNS = """
    def softmax(scores):
        powers = torch.exp(scores)
        return powers / powers.sum(-2, keepdim=True)
"""


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setenv("LLMLAB_RESULTS", "0")
    with check.use():
        yield


def test_last_holds_the_case_that_failed():
    failed = failure(COLUMNS, SOFTMAX)
    last = check.last()
    assert failed.mistake == "softmax.over-queries"
    assert torch.allclose(last.expected, torch.softmax(last.inputs["scores"], -1))
    assert torch.allclose(last.yours, torch.softmax(last.inputs["scores"], -2))


def test_results_are_appended(monkeypatch, tmp_path, capsys):
    target = tmp_path / "results.jsonl"
    monkeypatch.setenv("LLMLAB_RESULTS", str(target))
    failure(COLUMNS, SOFTMAX)
    notebook(GOOD, SOFTMAX)
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [row["passed"] for row in rows] == [False, True]
    assert rows[0]["mistake"] == "softmax.over-queries" and rows[0]["points"] == 0
    assert rows[1]["mistake"] is None
    assert rows[1]["points"] == rows[1]["max_points"] > 0
    assert rows[0]["message"].startswith("✗ 24.2.1 softmax")


def test_a_disk_that_cannot_be_written_never_costs_points(monkeypatch, tmp_path):
    monkeypatch.setenv("LLMLAB_RESULTS", str(tmp_path / "none" / "results.jsonl"))
    notebook(GOOD, SOFTMAX)
    monkeypatch.setenv("LLMLAB_RESULTS", "/dev/full")
    notebook(GOOD, SOFTMAX)


def test_results_are_kept_only_below_a_work_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("LLMLAB_RESULTS")
    inside = tmp_path / "work" / "ch24"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    notebook(GOOD, SOFTMAX)
    assert not list(tmp_path.rglob("results.jsonl"))
    (tmp_path / "work" / ".llmlab").mkdir()
    notebook(GOOD, SOFTMAX)
    assert (tmp_path / "work/.llmlab/results.jsonl").is_file()


def test_seeds_move_the_inputs_and_nothing_else_does():
    item = check.case(x="T S")
    with check.use(seed=1):
        one = item.draw("a")["x"]
        assert torch.equal(item.draw("a")["x"], one)
        assert not torch.equal(item.draw("b")["x"], one)
    with check.use(seed=2):
        assert not torch.equal(item.draw("a")["x"], one)
    with check.use(dtype=torch.float64):
        assert item.draw("a")["x"].dtype == torch.float64


def test_drawn_inputs_leave_the_notebooks_own_random_numbers_alone():
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    check.case(x="T S").draw("a")
    assert torch.equal(before, torch.random.get_rng_state())


def test_odd_cases_are_what_they_say():
    drawn = {c.note: c.draw("a")["q"] for c in check.odd_cases(q="B T D") if c.note}
    assert drawn["all sizes are 1"].shape == (2, 1, 1)
    assert drawn["empty batch"].shape == (0, 5, 8)
    assert drawn["no batch"].shape == (5, 8)
    assert drawn["one more leading axis"].shape == (2, 3, 5, 8)
    kinds = {c.dtype for c in check.odd_cases(q="B T D")}
    assert kinds >= {torch.float64, torch.bfloat16}
    (strided,) = [c for c in check.odd_cases(q="B T D") if c.strided]
    assert not strided.draw("a")["q"].is_contiguous()


ATTENTION = """
    def by_torch(q, k, v, mask=None):
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, mask)

    with check.exercise(
        "24.2.5", oracle=by_torch, mistakes=mistakes.ATTENTION
    ) as test:
        test.equals(on=check.case(q="B T D", k="B S D", v="B S D"))
"""
CALLS_SOFTMAX = """
    def scaled_dot_product_attention(q, k, v, mask=None):
        return softmax(q @ k.mT / q.shape[-1] ** 0.5) @ v
"""


def test_an_axis_may_be_a_multiple_of_a_size():
    drawn = check.case(W_ih="4*D C", b="3*D", D=2, C=5).draw("a")
    assert drawn["W_ih"].shape == (8, 5) and drawn["b"].shape == (6,)
    (small, *_rest) = check.odd_cases(W_hh="4*D D")
    assert small.draw("a")["W_hh"].shape == (4, 1)


def test_odd_cases_may_keep_the_batch_to_one_axis():
    cases = check.odd_cases(x="B T C", leading=False)
    assert {c.draw("a")["x"].ndim for c in cases} == {3}


def test_a_later_exercise_points_to_an_earlier_one():
    failure(COLUMNS, SOFTMAX)
    text = said(COLUMNS, CALLS_SOFTMAX, ATTENTION)
    assert "→ Your code calls softmax, and 24.2.1 does not pass yet." in text
    # once it passes there is nothing to point to
    notebook(GOOD, SOFTMAX)
    text = said(GOOD, CALLS_SOFTMAX.replace("0.5", "1"), ATTENTION)
    assert "does not pass yet" not in text


def test_an_earlier_exercise_that_is_not_written_is_named():
    stub = "def softmax(scores):\n    raise NotImplementedError\n"
    text = said(stub, CALLS_SOFTMAX, ATTENTION)
    assert "Your code calls `softmax`, which is not written yet" in text


def test_a_name_that_is_not_there():
    assert "There is no `softmax` here yet" in said(SOFTMAX)


def test_chinese_does_not_stop_a_check(monkeypatch):
    monkeypatch.setenv("LLMLAB_LANG", "zh")
    failed = failure(COLUMNS, SOFTMAX)
    assert failed.mistake == "softmax.over-queries"
    assert failed.text.startswith("✗ 24.2.1 softmax")


def test_a_missing_catalogue_falls_back_to_english(monkeypatch, tmp_path):
    from llmlab import i18n

    monkeypatch.setenv("LLMLAB_LANG", "zh")
    monkeypatch.setattr(i18n, "_CATALOGUES", tmp_path)
    i18n._catalogue.cache_clear()
    try:
        assert "down the columns" in said(COLUMNS, SOFTMAX)
    finally:
        i18n._catalogue.cache_clear()


def test_an_unknown_exercise_still_gives_a_verdict(capsys):
    cell = """
        @check.probe
        def two(student):
            return student.value

        with check.exercise("99.1.1") as test:
            test.equals(two, lambda: 2, on=check.case())
    """
    notebook("value = 2", cell)
    assert "✓ 99.1.1" in capsys.readouterr().out
    assert "expected 2, yours 3" in said("value = 3", cell)


@pytest.mark.parametrize(
    "answer, mistake, words",
    [
        (
            "def softmax(s):\n    return torch.rand_like(s)\n",
            "random",
            "gives two different answers",
        ),
        (
            "def softmax(s):\n    e = s.exp()\n"
            "    return e / (e.sum(-1, keepdim=True) + 1e-3)\n",
            "precision",
            "agree in the first digits",
        ),
        ("def softmax():\n    return 1\n", "parameters", "Keep them, with their order"),
        ("def softmax(s):\n    return s * 2 - s.sum()\n", "values", "check.last()"),
        ("def softmax(s):\n    return s.double().softmax(-1)\n", "dtype", "keep the"),
        ("def softmax(s):\n    return s.sum()\n", "shape", "yours ()"),
        ("def softmax(s):\n    return nothing\n", "error", "NameError"),
    ],
)
def test_what_no_list_knows_has_an_id_too(answer, mistake, words):
    failed = failure(answer, SOFTMAX)
    assert failed.mistake == mistake
    assert words in " ".join(failed.text.split())


def test_an_invariant_says_what_holds_for_right_answers():
    cell = (
        SOFTMAX
        + """
        test.invariant(
            "every row sums to 1", on=check.case(scores="T S"),
            pair=lambda out: (out.sum(-1), torch.ones(out.shape[:-1])),
        )
    """
    )
    answer = "def softmax(s):\n    return torch.ones_like(s)\n"
    only = cell.replace(
        'test.equals(on=[check.case(scores=s) for s in ("T S", "B T S")])', "pass"
    )
    text = said(answer, only)
    assert "A right answer has this property: every row sums to 1." in text
    notebook(GOOD, cell)


def test_a_case_by_hand_knows_the_sizes_that_words_need():
    cell = """
        def oracle(q, k):
            return q @ k.mT / q.shape[-1] ** 0.5

        with check.exercise("24.2.2", oracle=oracle, mistakes=mistakes.SCORES) as test:
            test.by_hand(q=[[1.0, 2, 0, 0]], k=[[1.0, 1, 5, 0]], gives=[[1.5]])
            test.equals(on=check.case(q="T D", k="S D"))
    """
    text = said("def attention_scores(q, k):\n    return q @ k.mT\n", cell)
    assert "With D = 4 these scores" in text


def test_a_mistake_that_cannot_be_computed_is_not_named():
    def stops(oracle, scores):
        raise ZeroDivisionError

    broken = Mistake("broken", "words", variant=stops)
    assert broken.value(None, {"scores": torch.ones(2)}, torch.ones(2)) is None


def test_two_ways_are_one_mistake():
    one, two = ways("a.b", "words", "advice", lambda x: x, native=(lambda x: -x,))
    assert one.id == two.id == "a.b"
    assert (one.native, two.native) == (False, True)


def modules():
    found = pkgutil.iter_modules(llmlab.check.__path__, "llmlab.check.")
    return [module.name for module in found]


@pytest.mark.parametrize("name", modules())
def test_doctests(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_a_mistake_in_a_plain_number_is_named():
    def wrong(oracle, a, b):
        return oracle(a=a, b=b) / 2

    half = Mistake("half", "Yours is half of it.", variant=wrong)
    with pytest.raises(check.CheckFailed) as caught:
        with check.exercise("9.9.9", oracle=lambda a, b: a * b, mistakes=[half]) as t:
            for a in (4, 6):
                t.equals(HALVED, on=check.case(a=a, b=3))
    assert caught.value.mistake == "half"


@check.probe
def HALVED(student, a, b):  # noqa: N802
    return a * b // 2


def test_gradients_of_an_answer_that_returns_several_tensors():
    right = """
        def softmax(scores):
            return scores.exp(), scores * 2
    """
    test = """
        def both(scores):
            return {"a": scores.exp(), "b": 2 * scores}

        with check.exercise("24.2.1", oracle=both) as test:
            test.gradients(on=check.case(scores="T S"))
    """
    notebook(right, test)  # passes
    wrong = right.replace("scores * 2", "scores * 3")
    assert failure(wrong, test).mistake == "values"
    cut = right.replace("scores.exp()", "scores.detach()").replace("* 2", "@ scores")
    assert failure(cut, test) is not None


def test_a_module_with_given_weights_draws_no_random_numbers():
    before = torch.random.get_rng_state()
    weight = torch.ones(3, 2, requires_grad=True)
    layer = check.with_weights(torch.nn.Linear, [weight, torch.zeros(3)], 2, 3)
    layer(torch.ones(1, 2)).sum().backward()
    assert torch.equal(weight.grad, torch.ones(3, 2))
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_drawn_graph_names_earlier_rows_only():
    drawn = check.case(needs=check.draws.graph, T=20).draw("a")["needs"]
    assert drawn.shape == (22, 2) and drawn[:2].eq(-1).all()
    assert all(max(row) < i for i, row in enumerate(drawn.tolist()))
    assert drawn[2:, 0].ge(0).all() and drawn[2:, 1].eq(-1).any()
    assert check.draws.chain(2).tolist() == [[-1, -1], [0, -1], [1, -1]]


def test_a_case_by_hand_may_have_several_values():
    answer = """
        def softmax(scores):
            return {"a": scores + 1, "b": scores * 2}
    """
    test = """
        def both(scores):
            return {"a": scores + 1, "b": scores * 2}

        with check.exercise("24.2.1", oracle=both) as test:
            test.by_hand(scores=[0.1], gives={"a": [1.1], "b": [0.2]})
    """
    for dtype in (torch.float32, torch.float64):
        with check.use(dtype=dtype):
            notebook(answer, test)  # passes
    assert failure(answer.replace("* 2", "* 3"), test).mistake == "values"
