"""Figures: hours of a day, a week, a month; pay against a minimum that is known."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongqiao.needs.postings.lint import MinimumPay, PostingDraft, default_rules, lint
from gongqiao.needs.postings.lint.facts import broken

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 2)
TODAY = date(2026, 11, 1)
# 1,900 yuan a month is 10.92 an hour, 2,200 is 12.65.
GUANGXI = MinimumPay(
    "广西", None, month_fen=190_000, month_top_fen=220_000, place_en="Guangxi", source="表", seen=TODAY
)
HUBEI = MinimumPay(
    "湖北", TODAY, hour_fen=1_900, hour_top_fen=2_200, month_fen=197_000, month_top_fen=240_000, source="文"
)


def ids(minimum: MinimumPay | None = None, **facts: Any) -> list[str]:
    return [fact.rule_id for fact in broken(PostingDraft(**facts), TODAY, minimum)]


def days(*numbers: int, hours: float = 8) -> dict[str, Any]:
    """Shifts from 8 o'clock on days after a Monday."""
    starts = [datetime(2026, 11, 2, 8, tzinfo=ZONE) + timedelta(days=number) for number in numbers]
    return {"shifts": tuple((start, start + timedelta(hours=hours)) for start in starts)}


@pytest.mark.parametrize(
    ("at_least", "content", "said"),
    [
        (1, "卸车", []),
        (3, "卸车", ["minimum-untold"]),
        (3, "卸车，人不够就改期", []),
        (3, "卸车，不满三人不开工", []),
    ],
)
def test_a_minimum_says_what_happens_below_it(at_least: int, content: str, said: list[str]) -> None:
    assert ids(at_least=at_least, texts={"content": content}) == said


@pytest.mark.parametrize(
    ("hours", "said"), [(None, []), (8, []), (8.5, ["day-over-8"]), (11, ["day-over-8"]), (11.5, ["day-over-11"])]
)
def test_a_long_day(hours: float | None, said: list[str]) -> None:
    assert ids(hours_per_day=hours) == said


@pytest.mark.parametrize(
    ("shifts", "said"),
    [
        (days(0, 1, 2, 3, 4), []),
        (days(0, 1, 2, 3, 4, hours=8.8), []),  # 44 exactly
        (days(0, 1, 2, 3, 4, 5), ["week-over-44"]),
        (days(4, 5, 6, 7, 8, 9), []),  # over two weeks, three days in each
        (days(0, 1, 2, 3, 4, 5, 6, hours=6), ["week-without-rest"]),
        (days(0, 1, 2, 4, 5, 6, 7, hours=6), []),  # a day of rest between
    ],
)
def test_a_long_week(shifts: dict[str, Any], said: list[str]) -> None:
    assert ids(**shifts) == said


def test_a_month_of_overtime() -> None:
    four_weeks = [number for number in range(26) if number % 7 < 6]
    assert ids(**days(*four_weeks, hours=8)) == ["week-over-44"]  # 8 hours over 40 in each of four weeks: 32
    assert ids(**days(*four_weeks, hours=9)) == ["week-over-44", "month-over-36"]


def test_two_shifts_of_a_day_may_be_two_people() -> None:
    start = datetime(2026, 11, 2, 0, tzinfo=ZONE)
    shifts = [
        (start + timedelta(days=day, hours=hour), start + timedelta(days=day, hours=hour + 8))
        for day in range(5)
        for hour in (6, 14)
    ]
    assert ids(shifts=tuple(shifts)) == []


def test_breaks_are_not_worked() -> None:
    assert ids(**days(0, 1, 2, 3, 4, hours=9), breaks=(60,) * 5) == []
    assert ids(**days(0, 1, 2, 3, 4, hours=9)) == ["week-over-44"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"pay_unit": "month", "pay_fen": 189_999, "hours_per_day": 8}, ["pay-below-minimum"]),
        ({"pay_unit": "month", "pay_fen": 190_000, "hours_per_day": 8}, ["pay-maybe-below"]),
        ({"pay_unit": "month", "pay_fen": 220_000, "hours_per_day": 8}, []),
        ({"pay_unit": "month", "pay_fen": 90_000, "hours_per_day": 3}, []),  # the days of the month are not known
        ({"pay_unit": "day", "pay_fen": 8_700, "hours_per_day": 8}, ["pay-below-minimum"]),
        ({"pay_unit": "day", "pay_fen": 8_800, "hours_per_day": 8}, ["pay-maybe-below"]),
        ({"pay_unit": "day", "pay_fen": 10_200, "hours_per_day": 8}, []),
        ({"pay_unit": "day", "pay_fen": 3_000}, []),  # a day of unknown length
        ({"pay_unit": "hour", "pay_fen": 1_000, "hours_per_day": 8}, ["pay-below-minimum"]),
        ({"pay_unit": "hour", "pay_fen": 1_000, "hours_per_day": 4}, ["pay-part-time-unknown"]),
        ({"pay_unit": "hour", "pay_fen": 1_000}, ["pay-part-time-unknown"]),
        ({"pay_unit": "hour", "pay_fen": 1_100, "hours_per_day": 4}, []),
        ({"pay_unit": "piece", "pay_fen": 1, "hours_per_day": 8}, []),
        ({"pay_unit": "trip", "pay_fen": 3_000, "hours_per_day": 3}, ["pay-part-time-unknown"]),
    ],
)
def test_pay_where_only_the_monthly_standard_is_known(facts: dict[str, Any], said: list[str]) -> None:
    assert ids(GUANGXI, **facts) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"pay_unit": "hour", "pay_fen": 1_899, "hours_per_day": 4}, ["pay-below-minimum"]),
        ({"pay_unit": "hour", "pay_fen": 1_900, "hours_per_day": 4}, ["pay-maybe-below"]),
        ({"pay_unit": "hour", "pay_fen": 2_200, "hours_per_day": 4}, []),
        ({"pay_unit": "hour", "pay_fen": 1_899, "hours_per_day": 8}, []),  # full time: the monthly standard
    ],
)
def test_pay_where_the_hourly_standard_is_known(facts: dict[str, Any], said: list[str]) -> None:
    assert [each for each in ids(HUBEI, **facts) if each != "day-over-8"] == said


def test_an_unknown_minimum_says_nothing() -> None:
    assert ids(None, pay_unit="month", pay_fen=1, hours_per_day=8) == []


def test_pay_that_is_too_good_and_a_date_gone_by() -> None:
    assert ids(pay_unit="hour", pay_fen=10_001) == ["pay-too-good"]
    assert ids(pay_unit="hour", pay_fen=10_000) == []
    assert ids(valid_until=TODAY - timedelta(days=1)) == ["validity-past"]
    assert ids(valid_until=TODAY) == []


def test_the_sentence_names_the_figures() -> None:
    draft = PostingDraft(pay_unit="month", pay_fen=150_000, hours_per_day=8)
    (finding,) = lint(draft, today=TODAY, minimum_pay=GUANGXI)
    assert finding.why_zh == "1500 元/月，低于广西最低一档的最低工资 1900 元/月（2026-11-01 时在执行；表）。"
    assert finding.why_en == (
        "1500 yuan a month is below the lowest class of the minimum wage of Guangxi: "
        "1900 yuan a month (in force on 2026-11-01; 表)."
    )
    assert finding.suggestion_en == "Raise it to at least 1900 yuan a month; more where the county has a higher class."


def test_every_fact_rule_of_the_data_can_speak() -> None:
    spoken = {
        *ids(hours_per_day=9),
        *ids(hours_per_day=12),
        *ids(**days(*range(28), hours=9)),
        *ids(GUANGXI, pay_unit="month", pay_fen=1),
        *ids(GUANGXI, pay_unit="month", pay_fen=200_000),
        *ids(GUANGXI, pay_unit="hour", pay_fen=1),
        *ids(pay_unit="hour", pay_fen=10_001),
        *ids(valid_until=date(2020, 1, 1)),
        *ids(at_least=2),
    }
    assert spoken == set(default_rules().facts)
