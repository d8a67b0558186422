"""Rest and hours over a person's other shifts: they warn with the rule's name and never block."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import queries, rules
from gongqiao.services.placement.actions import dispatch, offers
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def named(shift: Shift, row: Assignment) -> list[str]:
    return rules.warnings(shift, queries.others_of(row))


def test_one_ordinary_shift_warns_of_nothing(house: House) -> None:
    row = offers.offer(factories.verified(house), factories.dossier(house), by=house.mo)
    assert row.reasons["warnings"] == []


def test_two_short_shifts_a_day_are_normal(house: House) -> None:
    wei = factories.dossier(house)
    offers.offer(factories.verified(house, start=6, length=4), wei, by=house.mo)
    row = offers.offer(factories.verified(house, start=14, length=4), wei, by=house.mo)
    assert row.reasons["warnings"] == []


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        ((0, 14, 8), (1, 6, 4), "rest_11_hours"),  # until 22:00, again from 06:00
        ((0, 6, 6), (0, 13, 6), "day_11_hours"),
    ],
)
def test_the_rule_that_is_touched_is_named(
    house: House, first: tuple[int, int, int], second: tuple[int, int, int], rule: str
) -> None:
    wei, tomorrow = factories.dossier(house), timezone.localdate() + timedelta(days=1)
    made = []
    for offset, start, length in (first, second):
        day = tomorrow + timedelta(days=offset)
        made.append(offers.offer(factories.verified(house, day=day, start=start, length=length), wei, by=house.mo))
    assert named(made[1].shift, made[1]) == [rule]
    assert len(made[1].reasons["warnings"]) == 1


def test_the_forty_fifth_hour_of_a_week_is_named(house: House) -> None:
    wei, monday = factories.dossier(house), timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    hours = (9, 9, 9, 9, 9)
    made = []
    for offset, length in enumerate(hours):
        day = monday + timedelta(days=offset)
        made.append(offers.offer(_far(house, day, length), wei, by=house.mo))
    assert [named(row.shift, row) for row in made[3:]] == [["week_44_hours"], ["week_44_hours"]]
    assert made[3].reasons["warnings"] == []


def _far(house: House, day: object, length: int) -> Shift:
    """Monthly pay: a verification of thirty days, so that next week's shift takes people today."""
    shift: Shift = factories.verified(house, day=day, start=8, length=length, pay_when="monthly")
    return shift


def test_a_dispatched_day_keeps_the_warning_with_each_pair(house: House) -> None:
    early, late = factories.verified(house, start=6, length=6), factories.verified(house, start=13, length=6)
    factories.dossier(house)
    dispatch.run_day(timezone.localdate(early.starts_at), by=house.mo)
    rows = list(Assignment.objects.order_by("pk"))
    assert {row.shift_id for row in rows} == {early.pk, late.pk}
    assert [len(row.reasons["warnings"]) for row in rows] == [0, 1]
