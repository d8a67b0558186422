"""Minutes and hours of a horizon."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.engines.matching import Horizon, TableError

WEEK = Horizon(date(2026, 2, 27), 7)


def test_minutes_run_over_month_and_midnight() -> None:
    assert WEEK.minute(date(2026, 2, 27)) == 0
    assert WEEK.minute(date(2026, 3, 1), 8, 30) == 2 * 1440 + 510
    assert WEEK.minute(date(2026, 2, 26), 23) == -60
    assert WEEK.minute(date(2026, 2, 27), 24) == WEEK.minute(date(2026, 2, 28))
    assert WEEK.day_of(1439) == date(2026, 2, 27)
    assert WEEK.day_of(1440) == date(2026, 2, 28)
    assert WEEK.day_of(-1) == date(2026, 2, 26)


@pytest.mark.parametrize(("hour", "minute"), [(25, 0), (-1, 0), (8, 60)])
def test_no_such_time(hour: int, minute: int) -> None:
    with pytest.raises(ValueError):
        WEEK.minute(date(2026, 2, 27), hour, minute)


@given(st.integers(0, WEEK.minutes - 1), st.integers(1, 600))
def test_needed_hours_are_those_with_a_minute_inside(start: int, length: int) -> None:
    end = min(start + length, WEEK.minutes)
    assert list(WEEK.needed_hours(start, end)) == sorted({minute // 60 for minute in range(start, end)})


@given(st.integers(-300, WEEK.minutes + 300), st.integers(-60, 600))
def test_free_hours_lie_wholly_inside(start: int, length: int) -> None:
    inside = [h for h in WEEK.all_hours() if start <= h * 60 and h * 60 + 60 <= start + length]
    assert list(WEEK.free_hours(start, start + length)) == inside


def test_extra_day_of_bits() -> None:
    assert (WEEK.start_minutes, WEEK.minutes, WEEK.hours, WEEK.words) == (7 * 1440, 8 * 1440, 192, 3)
    assert WEEK.hour_bits([0, 191]) == 1 | 1 << 191
    with pytest.raises(TableError):
        WEEK.hour_bits([192])


@pytest.mark.parametrize("days", [0, -1, 367])
def test_days_are_limited(days: int) -> None:
    with pytest.raises(ValueError):
        Horizon(date(2026, 2, 27), days)
