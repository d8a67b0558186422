"""The minimum wage of a place and day as far as it is known, and never further."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import translation

from gongqiao.foundation.errors import Refused
from gongqiao.needs.postings import actions, screening
from gongqiao.needs.postings.minimum_pay import known_minimum
from tests import factories
from tests.factories import House


def figures(code: str | None, day: date) -> tuple[int | None, int | None, int | None] | None:
    known = known_minimum(code, day)
    return None if known is None else (known.month_fen, known.month_top_fen, known.hour_fen)


@pytest.mark.parametrize(
    ("code", "day", "known"),
    [
        ("450204001001", date(2026, 11, 25), (187_000, 220_000, None)),  # 广西: the hourly standard is not in the table
        ("450204001001", date(2025, 12, 31), None),  # before the day of the table
        ("420000000000", date(2026, 11, 25), (197_000, 240_000, 2_000)),  # 湖北
        ("340000000000", date(2026, 11, 25), (200_000, 232_000, None)),  # 安徽: hourly for three of its four classes
        ("530102000000", date(2026, 8, 31), None),  # 云南: known from September on
        ("530102000000", date(2026, 9, 1), (197_000, 227_000, None)),
        ("140000000000", date(2026, 9, 30), (195_000, 215_000, None)),  # 山西: raised in October
        ("140000000000", date(2026, 10, 1), (215_000, 235_000, None)),
        ("810000000000", date(2026, 11, 25), None),  # 香港 is not in the table
        (None, date(2026, 11, 25), None),
    ],
)
def test_what_is_known_where_and_when(code: str | None, day: date, known: tuple[int, int, int | None] | None) -> None:
    assert figures(code, day) == known


@pytest.mark.data
def test_pay_below_the_minimum_of_the_place_is_not_submitted(house: House) -> None:
    low = factories.posting(house, pay_unit="month", pay_fen=150_000)
    with pytest.raises(Refused, match="低于广西壮族自治区最低一档的最低工资 1870 元/月.*劳动法"):
        actions.submit(low, by=house.luo)
    enough = factories.posting(house, pay_unit="month", pay_fen=300_000)
    actions.submit(enough, by=house.luo)
    assert enough.state == "submitted"


@pytest.mark.data
def test_pay_between_two_classes_is_for_the_specialist(house: House) -> None:
    row = factories.posting(house, pay_unit="month", pay_fen=200_000)
    assert [finding.rule_id for finding in screening.findings(row)] == ["pay-maybe-below"]


@pytest.mark.data
def test_an_unknown_place_is_said_and_breaks_nothing(house: House) -> None:
    row = factories.posting(house, pay_unit="month", pay_fen=1, region_id=None)
    assert screening.findings(row) == ()
    assert screening.minimum_words(row) == "当地最低工资不知道（没写地点，或没有那一天的标准），没有比过。"


@pytest.mark.data
def test_what_the_pay_was_held_against_is_said_in_both_languages(house: House) -> None:
    row = factories.posting(house, pay_unit="piece", pay_fen=20)
    zh = "广西壮族自治区最低一档 1870 元/月，小时标准不知道；是哪一档要看县区。按件给的钱没法比。"
    assert screening.minimum_words(row) == zh
    with translation.override("en"):
        assert screening.minimum_words(row).startswith("Guangxi, lowest class: ")


@pytest.mark.data
def test_a_cancelled_shift_does_not_count(house: House) -> None:
    row = factories.posting(house, length=12)
    assert [finding.rule_id for finding in screening.findings(row)] == ["day-over-11"]
    actions.cancel_shift(row.shifts.get(), by=house.luo, reason="不要了")
    assert screening.findings(row) == ()


@pytest.mark.data
def test_a_refusal_names_every_wording_its_law_and_what_to_write(house: House) -> None:
    row = factories.posting(house, content="只要男的，押金200", valid_until=None)
    row.valid_until = row.shifts.get().starts_at.date() + timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        actions.submit(row, by=house.luo)
    said = str(refusal.value)
    assert said.count("可以写成") == 2
    assert ["“只要男的”" in said, "就业促进法 第二十七条" in said, "押金" in said, "劳动合同法 第九条" in said] == [
        True
    ] * 4
    with translation.override("en"), pytest.raises(Refused) as refusal:
        actions.submit(row, by=house.luo)
    assert "Employment Promotion Law, art. 27" in str(refusal.value)


@pytest.mark.data
def test_a_date_gone_by_is_refused_today_and_not_yesterday(house: House) -> None:
    row = factories.posting(house)
    assert screening.findings(row) == ()
    with time_machine.travel(row.shifts.get().ends_at + timedelta(days=30)):
        assert [finding.rule_id for finding in screening.findings(row)] == ["validity-past"]
