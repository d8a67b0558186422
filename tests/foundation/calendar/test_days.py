from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.foundation.calendar import (
    CalendarError,
    DayInfo,
    DayKind,
    add_working_days,
    check_overrides,
    day_info,
    working_days_between,
)

GUANGXI = {"2025-03-31": {"kind": "holiday", "name": "三月三"}, "2025-04-12": {"kind": "make_up"}}
DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("day", "info"),
    [
        (date(2025, 9, 29), DayInfo(DayKind.WORKDAY, "", provisional=False)),
        (date(2025, 9, 21), DayInfo(DayKind.WEEKEND, "", provisional=False)),
        (date(2025, 10, 1), DayInfo(DayKind.HOLIDAY, "国庆节", provisional=False)),
        (date(2025, 9, 28), DayInfo(DayKind.MAKE_UP, "国庆节", provisional=False)),
    ],
)
def test_day_info_of_an_announced_year(day: date, info: DayInfo) -> None:
    assert day_info(day) == info


@pytest.mark.parametrize(
    ("day", "info"),
    [
        (date(2031, 10, 2), DayInfo(DayKind.HOLIDAY, "国庆节", provisional=True)),
        (date(2031, 10, 18), DayInfo(DayKind.WEEKEND, "", provisional=True)),
        (date(2031, 10, 20), DayInfo(DayKind.WORKDAY, "", provisional=True)),
        (date(1999, 10, 1), DayInfo(DayKind.HOLIDAY, "国庆节", provisional=True)),
    ],
)
def test_day_info_of_a_year_without_notice_is_provisional(day: date, info: DayInfo) -> None:
    assert day_info(day) == info


def test_a_market_may_have_days_of_its_own() -> None:
    assert day_info(date(2025, 3, 31), GUANGXI) == DayInfo(DayKind.HOLIDAY, "三月三", provisional=False)
    assert day_info(date(2025, 4, 12), GUANGXI) == DayInfo(DayKind.MAKE_UP, "", provisional=False)
    assert day_info(date(2025, 3, 31)) == DayInfo(DayKind.WORKDAY, "", provisional=False)


def test_working_days_skip_the_golden_week_and_count_the_make_up_day() -> None:
    assert add_working_days(date(2025, 9, 26), 1) == date(2025, 9, 28)
    assert add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert add_working_days(date(2025, 10, 9), -1) == date(2025, 9, 30)
    assert add_working_days(date(2025, 10, 1), 0) == date(2025, 10, 1)
    assert working_days_between(date(2025, 9, 27), date(2025, 10, 10)) == 4


def test_working_days_heed_the_market() -> None:
    assert add_working_days(date(2025, 3, 28), 1, GUANGXI) == date(2025, 4, 1)
    assert working_days_between(date(2025, 3, 31), date(2025, 4, 2), GUANGXI) == 1


def test_working_days_between_refuses_a_backward_span() -> None:
    with pytest.raises(ValueError, match="is before"):
        working_days_between(date(2025, 1, 2), date(2025, 1, 1))


@given(DAYS, st.integers(1, 40))
def test_adding_working_days_agrees_with_counting_them(day: date, count: int) -> None:
    after = add_working_days(day, count)
    assert day_info(after).is_working
    assert working_days_between(day + timedelta(days=1), after + timedelta(days=1)) == count


def test_check_overrides_takes_a_good_table() -> None:
    assert check_overrides(GUANGXI) == GUANGXI


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ([], "本地日历要写成“日期：类别和名称”的表。"),
        ({"三月三": {"kind": "holiday"}}, "本地日历里的日期“三月三”不对，要写成 2026-04-18 这样。"),
        ({"20260418": {"kind": "holiday"}}, "本地日历里的日期“20260418”不对，要写成 2026-04-18 这样。"),
        ({"2026-04-18": "休"}, "本地日历 2026-04-18 的类别只能是 workday、weekend、holiday、make_up。"),
        ({"2026-04-18": {"kind": "off"}}, "本地日历 2026-04-18 的类别只能是 workday、weekend、holiday、make_up。"),
        ({"2026-04-18": {"kind": "holiday", "name": 3}}, "本地日历 2026-04-18 的名称要是文字。"),
    ],
)
def test_check_overrides_names_the_bad_entry(raw: Any, why: str) -> None:
    with pytest.raises(CalendarError) as refusal:
        check_overrides(raw)
    assert str(refusal.value) == why
