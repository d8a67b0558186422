"""Counts for everybody give nobody away."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.foundation import clock
from gongqiao.needs.feedback import actions, themes
from gongqiao.needs.feedback.enums import Category, Outcome, Satisfaction
from gongqiao.needs.feedback.themes import LEAST_CELL, Row
from tests import factories
from tests.factories import House

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
NOVEMBER = date(2026, 11, 1)


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 40), min_size=2, max_size=8))
def test_beside_their_sum_no_single_cell_is_hidden(counts: dict[int, int]) -> None:
    shown = themes.beside_total(counts)
    hidden = [key for key, value in shown.items() if value is None]
    assert len(hidden) != 1
    assert all(counts[key] >= LEAST_CELL for key, value in shown.items() if value is not None)
    assert all(value == counts[key] for key, value in shown.items() if value is not None)


def test_one_small_cell_takes_the_smallest_of_the_others_with_it() -> None:
    assert themes.beside_total({"a": 9, "b": 30, "c": 12}) == {"a": None, "b": 30, "c": None}
    assert themes.beside_total({"a": 9, "b": 0, "c": 12}) == {"a": None, "b": None, "c": 12}
    assert themes.beside_total({"a": 10, "b": 30}) == {"a": 10, "b": 30}


def test_months_go_back_over_the_new_year() -> None:
    assert themes.months_back(date(2027, 2, 14), 4) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


@pytest.mark.data
def test_staff_count_what_they_may_see_and_sensitive_ones_from_ten_up(house: House) -> None:
    factories.handlers(house)
    with clock.held_at(TUESDAY):
        for _each in range(3):
            factories.ticket(house, Category.JOB)
        factories.ticket(house, Category.JOB, about_staff=(house.luo,))
        for _each in range(9):
            factories.ticket(house, Category.WAGES, "没给钱")
    rows = {actor.title: themes.by_category(actor, [NOVEMBER])[:2] for actor in (house.mo, house.luo)}
    wages, job = str(Category.WAGES.label), str(Category.JOB.label)
    assert rows["莫专员"] == [Row(wages, [None]), Row(job, [4])]
    assert rows["罗专员"] == [Row(wages, [None]), Row(job, [3])]
    with clock.held_at(TUESDAY):
        factories.ticket(house, Category.WAGES, "没给钱")
    assert themes.by_category(house.luo, [NOVEMBER])[0] == Row(wages, [10])


@pytest.mark.data
def test_an_employer_is_counted_by_month_without_what_is_sensitive(house: House) -> None:
    firm = factories.employer(house, "覃记螺蛳粉")
    with clock.held_at(TUESDAY):
        factories.ticket(house, about_employer=firm)
        factories.ticket(house, Category.WAGES, "没给钱", about_employer=firm)
    months = [date(2026, 10, 1), NOVEMBER]
    assert themes.by_subject(house.mo, months, "about_employer__short_name") == [Row("覃记螺蛳粉", [0, 1])]
    assert themes.by_subject(house.mo, months, "region__name") == [Row("箭盘社区居委会", [0, 1])]


@pytest.mark.data
def test_a_month_in_public_says_only_what_ten_stand_behind(house: House) -> None:
    with clock.held_at(TUESDAY):
        tickets = [factories.ticket(house) for _each in range(10)]
        for ticket in tickets:
            actions.take(ticket, by=house.mo)
            actions.resolve(ticket, Outcome.DONE, "好了。", by=house.mo)
        for ticket in tickets[:9]:
            actions.rate(ticket, Satisfaction.GOOD, by=house.system)
    facts = themes.month_facts(NOVEMBER)
    assert (facts.received, facts.ended, facts.in_time, facts.content) == (10, 10, 100, None)
    assert {count for label, count in facts.categories if label != Category.JOB.label} == {None}
    with clock.held_at(TUESDAY):
        actions.rate(tickets[9], Satisfaction.BAD, by=house.system)
    assert themes.month_facts(NOVEMBER).content == 90
    assert themes.month_facts(date(2026, 12, 1)).received is None
