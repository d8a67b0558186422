"""The demo as sheets, the weekly hours as text, and the places."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.config.demo.employers import employers
from gongqiao.config.demo.needs import needs
from gongqiao.config.demo.people import people
from gongqiao.config.demo.sheets import POSTING_HEADERS, WORKER_HEADERS, posting_sheet_rows, worker_sheet_rows
from gongqiao.config.demo.source import DEMO_DAY, draw, generator, metres, places
from gongqiao.config.demo.weeks import DAY_NAMES, FULL_DAY, hours_mask, mask_ranges, week_text
from gongqiao.foundation.occupations.trades import catalogue


def week_from_text(text: str) -> tuple[int, ...]:
    """The reader of `week_text`, written on its own."""
    week = [0] * 7
    for part in filter(None, text.split("；")):
        days, _, hours = part.partition(" ")
        first, _, last = days.partition("至")
        spans = (
            [(0, 24)] if hours == "全天" else [tuple(map(int, re.findall(r"(\d+):00", h))) for h in hours.split("、")]
        )
        for day in range(DAY_NAMES.index(first), DAY_NAMES.index(last or first) + 1):
            week[day] = hours_mask(spans)
    return tuple(week)


def test_a_worker_row_has_the_headers_and_text_where_numbers_would_be_lost() -> None:
    workers = people(7, 200)
    rows = worker_sheet_rows(workers)
    assert {tuple(row) for row in rows} == {WORKER_HEADERS}
    assert [row["身份证号"] for row in rows] == [w.identity or "" for w in workers]
    assert [row["手机"] for row in rows] == [w.phone or "" for w in workers]


def test_a_worker_row_reads_as_people_write_it() -> None:
    worker = next(w for w in people(7, 2000) if len(w.skills) > 1 and w.certificates and w.week and not w.missing)
    row = worker_sheet_rows([worker])[0]
    rows = catalogue()
    first, paper = worker.skills[0], worker.certificates[0]
    digit = "" if first.level == 1 else str(first.level)
    assert str(row["工种"]).split("、")[0] == f"{rows.trades[first.trade].name}{digit}"
    ends = paper.expires.isoformat() if paper.expires else ""
    assert str(row["证书"]).split("；")[0] == f"{rows.certificates[paper.code].name}|{paper.number}|{ends}"
    assert week_from_text(str(row["什么时候有空"])) == worker.week
    assert row["最低时薪(元)"] == Decimal(worker.pay_floor_fen_per_hour or 0) / 100


def test_a_told_birth_stands_in_the_remark() -> None:
    worker = next(w for w in people(7, 2000) if w.birth_told)
    assert str(worker_sheet_rows([worker])[0]["备注"]).split("；")[0] == f"{worker.birth.isoformat()}生（本人说的）"


def test_a_posting_row_stands_for_each_shift() -> None:
    rows = needs(7, employers(7, 60), DEMO_DAY, 0, tomorrow_shifts=40)
    sheet = posting_sheet_rows(rows)
    assert len(sheet) == 40
    assert {tuple(row) for row in sheet} == {POSTING_HEADERS}
    assert {row["日期"] for row in sheet} == {DEMO_DAY}
    assert {row["单位"] for row in sheet} <= {"时", "天", "趟", "件", "月"}


def test_a_night_shift_ends_before_it_begins_on_paper() -> None:
    rows = needs(7, employers(7, 180), DEMO_DAY, 0)
    pairs = zip(posting_sheet_rows(rows), [s for p in rows for s in p.shifts], strict=True)
    assert {(str(row["结束"]) <= str(row["开始"])) == (shift.end > 1440) for row, shift in pairs} == {True}


def test_certificates_are_joined_by_a_sign_no_name_contains() -> None:
    assert [c.name for c in catalogue().certificates.values() if "；" in c.name or "|" in c.name] == []
    assert [t.name for t in catalogue().trades.values() if "、" in t.name or t.name[-1].isdigit()] == []


@given(st.lists(st.integers(0, FULL_DAY), min_size=7, max_size=7))
def test_week_text_can_be_read_back(week: list[int]) -> None:
    assert week_from_text(week_text(week)) == tuple(week)


@given(st.integers(0, FULL_DAY))
def test_ranges_are_the_mask(mask: int) -> None:
    assert hours_mask(mask_ranges(mask)) == mask


def test_week_text_joins_equal_days_and_leaves_out_a_day_off() -> None:
    day = hours_mask([[7, 19]])
    assert week_text([day] * 5 + [0, FULL_DAY]) == "周一至周五 07:00-19:00；周日 全天"


@pytest.mark.parametrize("hours", [[5, 5], [-1, 3], [20, 25]])
def test_hours_outside_one_day_are_refused(hours: list[int]) -> None:
    with pytest.raises(ValueError, match="are not within one day"):
        hours_mask([hours])


def test_places_lie_in_liuzhou_and_their_distances_agree_both_ways() -> None:
    rows = list(places().values())
    assert len({p.code for p in rows}) == len(rows) == 344
    assert {24.1 < p.latitude < 24.6 and 109.2 < p.longitude < 109.7 for p in rows} == {True}
    assert metres(rows[0], rows[-1]) == metres(rows[-1], rows[0])
    assert metres(rows[0], rows[0]) == 0


def test_a_draw_without_weight_is_refused() -> None:
    assert draw(generator(1), {"a": 1.0, "b": 0.0}) == "a"
    with pytest.raises(ValueError, match="nothing to draw from"):
        draw(generator(1), {"a": 0.0})


def test_the_demo_day_is_fixed() -> None:
    assert DEMO_DAY + timedelta(days=1) == date(2026, 11, 25)
