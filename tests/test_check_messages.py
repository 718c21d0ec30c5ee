"""What messages say about a difference, and how they are laid out."""

import math

import pytest
import torch

from llmlab.check import CheckFailed, message, wording
from llmlab.check.compare import compare, equal, rough_share

ROWS = torch.arange(20.0).view(4, 5) + 1


def words(got, expected) -> str:
    return " ".join(wording.difference_lines(compare(got, expected), "x (4, 5)"))


def changed(index, value) -> torch.Tensor:
    out = ROWS.clone()
    out[index] = value
    return out


@pytest.mark.parametrize(
    "got, said",
    [
        (None, "expected a Tensor, yours is None. → Does your function end in a"),
        ([1.0], "expected a Tensor, yours is a list. → `torch.tensor` turns"),
        ((ROWS, ROWS), "yours is a tuple. → Return one value only"),
        (ROWS.mT, "the shape is not right: expected (4, 5), yours (5, 4)."),
        (ROWS.double(), "the dtype is not: expected float32, yours float64."),
        (changed((2, 3), 0.0), "5 % of the values are not. First at [2, 3]"),
        (changed((2, 3), 0.0), "expected 14.0000, yours 0.0000; only row 2 is off."),
        (changed((slice(1, 4), 0), 0.5), "row 0 is right, every later row is off"),
        (changed((3, slice(0, 3)), 0.5), "only row 3 is off"),
        (changed((slice(None), 4), 0.5), "only column 4 is off"),
        (changed((slice(None), slice(2, 5)), 0.5), "columns 0 to 1 are right"),
        (changed(0, math.nan), "25 % of yours are NaN"),
        (changed(0, math.inf), "25 % of yours are infinite"),
        (-ROWS, "every value has the wrong sign"),
        (ROWS * 2.5, "every value is 2.5000 times the expected one"),
        (ROWS + 3, "every value is off by 3.0000"),
    ],
)
def test_a_difference_is_described(got, said):
    assert said in words(got, ROWS)


def test_masks_that_are_opposite_or_transposed():
    mask = torch.ones(4, 4, dtype=torch.bool).tril()
    assert compare(~mask, mask).pattern == ("inverted",)
    square = ROWS[:, :4]
    assert compare(square.mT, square).pattern == ("transposed",)


def test_a_factor_of_nearly_one_says_nothing():
    assert compare(ROWS * 1.0005, ROWS).pattern == ()


def test_where_a_part_of_a_dict_differs_is_said():
    text = words({"output": ROWS + 1}, {"output": ROWS})
    assert text.startswith("output: x (4, 5): shape and dtype are right")
    assert compare({}, {"output": ROWS}).kind == "type"
    missing = compare({"other": ROWS}, {"output": ROWS})
    assert (missing.kind, missing.where) == ("type", "output")


@pytest.mark.parametrize("value", [3, 2.5, True, "a", [1, 2], {"a": ROWS}, ROWS])
def test_what_is_equal_has_no_difference(value):
    assert compare(value, value) is None
    assert equal(value, value)


@pytest.mark.parametrize(
    "got, expected", [(1, 2), (2.5, 2.6), ("a", "b"), ([1], [2]), (ROWS, ROWS + 1)]
)
def test_what_is_not_equal_has_one(got, expected):
    assert compare(got, expected) is not None
    assert not equal(got, expected)


def test_tolerance_follows_the_dtype_and_the_largest_value():
    tiny = torch.tensor([1e-7, 1.0])
    assert equal(tiny + 5e-7, tiny)
    assert not equal(tiny + 5e-5, tiny)
    # a small sum of large terms is as rough as the terms are
    large = torch.tensor([0.0, 100.0])
    assert equal(large + 5e-5, large)
    assert not equal(large.double() + 5e-5, large.double())
    half = torch.tensor([1.0, 2.0], dtype=torch.bfloat16)
    assert equal(half * 1.02, half) and not equal(half * 1.2, half)


def test_how_rough_a_value_is():
    assert rough_share(ROWS * 1.001, ROWS) == pytest.approx(1e-3, rel=0.01)
    assert rough_share(ROWS[0], ROWS) == math.inf
    assert rough_share(ROWS * math.nan, ROWS) == math.inf
    assert rough_share({"a": ROWS}, {"a": ROWS}) == 0.0


@pytest.mark.parametrize(
    "value, text",
    [
        (0.5, "0.5000"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (math.nan, "NaN"),
        (1e-5, "1.0000e-05"),
        (True, "True"),
        (12, "12"),
    ],
)
def test_numbers_are_short(value, text):
    assert wording.number(value) == text


def test_numbers_that_look_alike_show_more_digits():
    text = words(ROWS + torch.eye(4, 5) * 3e-5, ROWS)
    assert "expected 1.00000000, yours 1.00003004" in text


@pytest.mark.parametrize("share, text", [(0.0, "0 %"), (1.0, "100 %"), (0.001, "1 %")])
def test_shares_never_round_to_all_or_nothing(share, text):
    assert wording.percent(share) == text
    assert wording.percent(0.9999) == "99 %"


def test_the_first_line_ends_in_the_points():
    head = message.heading("✗", "24.2.1 softmax", "0 of 3 points")
    assert head.startswith("✗ 24.2.1 softmax ") and head.endswith(" 0 of 3 points")
    assert message.columns(head) == message.WIDTH


def test_long_lines_wrap_in_both_languages():
    for text in ("a word " * 40, "图书馆里有很多书。" * 20):
        lines = message.wrap(text).splitlines()
        assert len(lines) > 1
        assert all(message.columns(line) <= message.WIDTH for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_jupyter_shows_the_message_and_no_traceback():
    failed = CheckFailed("✗ 24.2.1 softmax\n  a line\n  → advice")
    shown = failed._render_traceback_()
    assert [line for line in shown if "advice" in line]
    assert len(shown) == 3 and shown[0].startswith("\33[1m\33[31m✗")
    assert str(failed) == failed.text
