"""Statistics of exercises against numpy and against classes worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograde.report import stats

POINTS = st.lists(st.integers(0, 6), min_size=3, max_size=30)


def test_a_class_worked_by_hand():
    # four students; the exercise is right for the two who are good at the other one
    found = stats.item([2, 2, 0, 0], 2, [[3, 2, 1, 0]])
    # r = cov / (σx σy) = 1·0.75·… : x̄ 1, ȳ 1.5, Σ(x-x̄)(y-ȳ) = 4, Σ² = 4 and 5
    assert found.discrimination == pytest.approx(4 / (4 * 5) ** 0.5)
    assert (found.difficulty, found.full, found.zero) == (0.5, 0.5, 0.5)
    assert found.count == 4


def test_point_biserial_is_the_textbooks_formula():
    right = [1, 1, 1, 0, 0, 1, 0, 1]
    rest = [9, 7, 8, 5, 6, 7, 3, 4]
    ones = [r for x, r in zip(right, rest, strict=True) if x]
    zeros = [r for x, r in zip(right, rest, strict=True) if not x]
    p = len(ones) / len(right)
    expected = (np.mean(ones) - np.mean(zeros)) / np.std(rest) * (p * (1 - p)) ** 0.5
    assert stats.item_rest(right, [rest]) == pytest.approx(expected)


@given(st.data())
def test_item_rest_is_numpys_correlation(data):
    x = data.draw(POINTS)
    same = st.lists(st.integers(0, 9), min_size=len(x), max_size=len(x))
    others = [data.draw(same), data.draw(same)]
    rest = np.sum(others, axis=0)
    found = stats.item_rest(x, others)
    if np.std(x) == 0 or np.std(rest) == 0:
        assert found is None
    else:
        assert found == pytest.approx(np.corrcoef(x, rest)[0, 1], abs=1e-9)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=50))
def test_quartiles_are_numpys(values):
    found = stats.spread(values)
    expected = np.percentile(values, [0, 25, 50, 75, 100])
    parts = (found.low, found.lower, found.middle, found.upper, found.high)
    assert parts == pytest.approx(tuple(expected), abs=1e-9)
    assert found.mean == pytest.approx(np.mean(values), abs=1e-9)


@given(st.lists(st.integers(0, 20), max_size=60))
def test_every_score_is_in_one_part_of_the_histogram(values):
    found = stats.histogram(values, 20)
    expected, _edges = np.histogram(values, bins=10, range=(0, 20))
    assert found == list(expected)


def test_parts_of_a_histogram_are_not_shifted_by_rounding():
    assert stats.histogram([0.3], 1.0) == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert stats.histogram([0.1 + 0.2], 1.0)[3] == 1
    assert stats.histogram([5], 0) == [1, *[0] * 9]
    assert stats.histogram([12], 10)[-1] == 1


@pytest.mark.parametrize(
    ("points", "others", "expected"),
    [
        ([], [], (0, None, None)),
        ([None, None], [[1, 2]], (0, None, None)),
        ([1], [[1]], (1, 0.5, None)),
        ([0, 2], [[0, 1]], (2, 0.5, None)),
        ([2, 2, 2], [[0, 1, 2]], (3, 1.0, None)),
        ([0, 1, 2], [[1, 1, 1]], (3, 0.5, None)),
        ([0, 1, 2], [], (3, 0.5, None)),
        # a missing grade takes its student out of the correlation only
        ([0, 1, 2, None], [[0, 1, 2, 0]], (3, 0.5, 1.0)),
        ([0, 1, 2, 2], [[0, 1, 2, None]], (4, 0.625, 1.0)),
        # sums of tenths in another order are no variance
        (
            [1, 2, 1],
            [[0.1, 0.3, 0.2], [0.2, 0.1, 0.3], [0.3, 0.2, 0.1]],
            (3, 2 / 3, None),
        ),
    ],
)
def test_edges(points, others, expected):
    found = stats.item(points, 2, others)
    assert (found.count, found.difficulty, found.discrimination) == (
        expected[0],
        pytest.approx(expected[1]),
        pytest.approx(expected[2]),
    )


def test_an_exercise_without_points_has_no_difficulty():
    assert stats.item([0, 0], 0).difficulty is None


def test_spread_of_nobody_and_of_one():
    assert stats.spread([None]).mean is None
    assert stats.spread([7]) == stats.Spread(1, 7, 7, 7, 7, 7, 7)
