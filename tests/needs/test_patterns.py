"""Repeated shifts: the days, the bounds, and work past midnight."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.foundation.errors import Refused
from gongqiao.needs.postings.patterns import MOST_DAYS, Pattern, stretch

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


def test_every_day_from_first_to_last() -> None:
    assert Pattern(MONDAY, MONDAY + timedelta(days=2)).days() == tuple(MONDAY + timedelta(days=n) for n in range(3))


def test_only_the_weekdays_chosen() -> None:
    fortnight = Pattern(MONDAY, MONDAY + timedelta(days=13), frozenset({5, 6}))
    assert [day.day for day in fortnight.days()] == [28, 29, 5, 6]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (Pattern(MONDAY, MONDAY - timedelta(days=1)), "之后"),
        (Pattern(MONDAY, MONDAY + timedelta(days=MOST_DAYS)), "最多"),
        (Pattern(MONDAY, MONDAY, frozenset({6})), "星期"),
    ],
)
def test_a_pattern_without_end_or_days_is_refused(pattern: Pattern, why: str) -> None:
    with pytest.raises(Refused, match=why):
        pattern.days()


def test_past_midnight_ends_on_the_next_day() -> None:
    begins, ends = stretch(MONDAY, time(22), time(6), ZONE)
    assert (begins, ends) == (datetime(2026, 11, 23, 22, tzinfo=ZONE), datetime(2026, 11, 24, 6, tzinfo=ZONE))


@given(st.times(), st.times())
def test_a_stretch_is_never_empty_and_never_over_a_day(start: time, end: time) -> None:
    begins, ends = stretch(MONDAY, start, end, ZONE)
    assert timedelta(0) < ends - begins <= timedelta(days=1)
