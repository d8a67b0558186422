"""Intervals against published figures, and what must hold for every count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.needs.surveys.statistics import Interval, change, wilson


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_shares_have_the_published_intervals(count: int, total: int, low: float, high: float) -> None:
    found = wilson(count, total)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_differences_have_the_published_intervals(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    found = change(before, after).interval
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_change_inside_the_noise_is_not_told() -> None:
    assert not change((40, 100), (44, 100)).told
    assert change((40, 100), (70, 100)).told
    assert not change((0, 0), (5, 5)).told
    assert wilson(0, 0) == Interval(0.0, 1.0)
    with pytest.raises(ValueError, match="5 of 4"):
        wilson(5, 4)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_share_lies_in_its_interval(one: int, other: int) -> None:
    count, total = min(one, other), max(one, other)
    found = wilson(count, total)
    assert 0 <= found.low <= found.high <= 1
    if total:
        assert found.low <= count / total + 1e-12
        assert found.high >= count / total - 1e-12
