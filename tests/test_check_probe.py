"""What a probe brings back from a learner's code, and what it never lets through."""

import textwrap

import numpy as np
import pytest
import torch
from cells import GOOD, SOFTMAX, failure, notebook, said

from llmlab.check import plain
from llmlab.check.probe import Probe, call, probe


def outcome(answer: str, watch=(), **inputs):
    """What comes back from the learner's function `f` on these inputs."""
    names = notebook(textwrap.dedent(answer))
    return call("f", tuple(inputs), names).run(inputs, frozenset(watch))


X = torch.arange(6.0).view(2, 3)


def test_an_exception_shows_the_learners_line():
    came = outcome("def f(x):\n    y = x + 1\n    return y @ y\n", x=X)
    failed = came.failure
    assert (failed.kind, failed.line, failed.function) == ("RuntimeError", 3, "f")
    assert failed.code == "return y @ y"
    assert "cannot be multiplied" in failed.text and not failed.deeper


def test_an_exception_in_another_cell_shows_the_line_that_led_there():
    names = notebook("def g(x):\n    return x @ x\n", "def f(x):\n    return g(x)\n")
    failed = call("f", ("x",), names).run({"x": X}).failure
    assert (failed.code, failed.function, failed.deeper) == ("return g(x)", "f", "g")


def test_torchs_list_of_signatures_is_left_out():
    failed = outcome("def f(x):\n    return torch.where(None, x, 1.0)\n", x=X).failure
    assert "but expected one of" not in failed.text and len(failed.text) <= 250


@pytest.mark.parametrize(
    "line", ["raise SystemExit(3)", "exit()", "raise KeyError('a')", "1 / 0"]
)
def test_nothing_that_code_raises_gets_through(line):
    assert outcome(f"def f(x):\n    {line}\n", x=X).failure is not None


def test_a_stop_by_the_keyboard_gets_through():
    with pytest.raises(KeyboardInterrupt):
        outcome("def f(x):\n    raise KeyboardInterrupt\n", x=X)


def test_prints_and_warnings_are_kept_and_not_shown(capsys):
    came = outcome(
        """
        import sys, warnings
        def f(x):
            print("hello")
            print("oh", file=sys.stderr)
            warnings.warn("careful")
            return x
        """,
        x=X,
    )
    assert torch.equal(came.value, X)
    assert "hello" in came.printed and "oh" in came.printed
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err == ""


@pytest.mark.parametrize(
    "body",
    [
        "return torch.softmax(x, -1)",
        "return x.softmax(-1)",
        "return torch.nn.functional.softmax(x, -1)",
        "return torch.nn.Softmax(dim=-1)(x)",
        "return torch.special.softmax(x, -1)",
        "from torch.nn.functional import softmax as other; return other(x, -1)",
        "return getattr(torch, 'soft' + 'max')(x, -1)",
        "return torch._softmax(x, -1, False)",
        "return torch.nn.LogSoftmax(-1)(x).exp()",
    ],
)
def test_a_forbidden_call_is_found_under_every_name(body):
    came = outcome(f"def f(x):\n    {body}\n", ("softmax", "log_softmax"), x=X)
    assert came.called and all("softmax" in name for name in came.called)


def test_what_is_allowed_is_not_taken_for_forbidden():
    came = outcome("def f(x):\n    return x.exp() / x.sum()\n", ("softmax",), x=X)
    assert came.called == ()


def test_a_changed_input_is_named_and_the_next_run_is_not_hurt():
    names = notebook("def f(x, y):\n    x += 1\n    return x + y\n")
    given = {"x": X.clone(), "y": X.clone()}
    came = call("f", ("x", "y"), names).run(given)
    assert came.changed == ("x",)
    assert torch.equal(given["x"], X)


def test_a_copy_that_is_not_contiguous_stays_so():
    strided = torch.randn(2, 5, 3).mT
    came = outcome("def f(x):\n    return [x.is_contiguous(), x + 0]\n", x=strided)
    assert came.value[0] is False
    assert torch.equal(came.value[1], strided)


def test_what_comes_back_is_not_shared_with_the_learner():
    names = notebook("kept = torch.ones(2)\ndef f():\n    return kept\n")
    came = call("f", (), names).run({})
    names["kept"].zero_()
    assert torch.equal(came.value, torch.ones(2))


def test_what_is_not_written_is_told_from_what_stops():
    stub = "def f(x):\n    # your code here\n    raise NotImplementedError\n"
    assert outcome(stub, x=X).not_written == "f"
    assert call("g", ("x",), notebook()).run({"x": X}).not_written == "g"
    other = outcome("def f(x):\n    raise NotImplementedError('no cuda')\n", x=X)
    assert other.failure.kind == "NotImplementedError" and not other.not_written


def test_a_probe_needs_the_student_first():
    with pytest.raises(TypeError, match="is not 'student'"):
        probe(lambda layer: None)
    assert isinstance(probe(lambda student, x: None), Probe)


def test_names_that_the_code_reaches():
    names = notebook("def g():\n    return 1\n", "def f():\n    return g()\n")
    assert set(call("f", (), names).run({}).uses) == {"f", "g"}


@pytest.mark.parametrize("value", [object(), {1, 2}, lambda: 0, torch.nn.Linear(1, 1)])
def test_objects_are_refused_with_a_clear_message(value):
    with pytest.raises(plain.NotPlain, match=f"weights is a {type(value).__name__}"):
        plain.freeze(value, "weights")


def test_what_is_plain_comes_back_equal():
    value = {"a": [1, 2.5, None, "x", b"y", True], "b": (X, np.ones(2))}
    assert plain.same(plain.freeze(value), value)
    assert plain.freeze(np.float32(1.5)) == 1.5
    assert plain.freeze(X.shape) == (2, 3)
    nan = torch.tensor([float("nan")])
    assert plain.same(nan, nan.clone()) and not plain.same(nan, nan.double())


def test_depth_is_bounded():
    deep = []
    for _ in range(20):
        deep = [deep]
    with pytest.raises(plain.NotPlain):
        plain.freeze(deep)


def test_an_object_in_an_answer_says_what_to_return():
    text = said("def softmax(scores):\n    return {1, 2}\n", SOFTMAX)
    assert "yours is a set; return tensors or plain numbers" in text


def test_a_message_about_a_forbidden_call_or_a_changed_input():
    code = "def softmax(scores):\n    return scores.softmax(-1)\n"
    forbids = SOFTMAX.replace("test.equals", "test.forbids('softmax'); test.equals")
    assert "calls torch's own softmax" in said(code, forbids)
    failed = failure("def softmax(scores):\n    return scores.exp_()\n", SOFTMAX)
    assert failed.mistake == "changed-input"
    assert "changes its input scores in place" in failed.text


def test_a_good_answer_passes(capsys):
    notebook(GOOD, SOFTMAX)
    assert "✓ 24.2.1 softmax" in capsys.readouterr().out


def test_a_comprehension_of_the_probe_is_no_line_of_the_learners():
    test = """
        @check.probe
        def parts(student, x):
            return {name: getattr(student.f, name) for name in ("weight", "bias")}
    """
    names = notebook("def f(x):\n    return x\n", test)
    failed = names["parts"].run({"x": X}).failure
    assert failed.kind == "AttributeError" and (failed.code, failed.line) == ("", 0)


def test_where_pythons_stack_is_full_does_not_matter():
    answer = """
        def f(x):
            def down(n):
                return max(down(n + 1) for _ in range(1))
            return down(0)
    """
    names = notebook(textwrap.dedent(answer))
    found = call("f", ("x",), names)

    def deeper(count):
        return deeper(count - 1) if count else found.run({"x": X}).failure

    first, *rest = [deeper(count) for count in range(4)]
    assert first.kind == "RecursionError" and first.function == "down"
    assert all(other == first for other in rest)
