"""Where hands and work miss each other, against a count by hand."""

from datetime import timedelta

import pytest
import time_machine

from gongqiao.foundation import clock
from gongqiao.needs.dossiers import hours
from gongqiao.services.demand import picture as pictures
from gongqiao.services.demand.picture import Picture
from gongqiao.services.placement.actions import attendance, offers
from tests import factories
from tests.factories import JIANPAN, WULITING, House

pytestmark = pytest.mark.data
DAY = timedelta(days=1)


def _trade(found: Picture, key: str) -> tuple[int, ...]:
    line = next(line for line in found.trades if line.key == key)
    return line.wanted, line.short, line.ahead, line.open, line.people, line.idle, line.stale


def test_counts_are_those_by_hand(house: House) -> None:
    wei = factories.dossier(house, "韦建国")
    factories.dossier(house, "覃秀英", skills={"loader": 1, "cleaner": 2})
    shift = factories.verified(house, headcount=3)
    row = offers.offer(shift, wei, by=house.mo)
    offers.accept(row, by=house.mo)
    before = pictures.picture(house.mo, clock.now())
    assert _trade(before, "loader") == (0, 0, 3, 2, 2, 2, 0)
    with time_machine.travel(shift.starts_at, tick=False):
        attendance.arrive(row, by=house.mo)
    after = pictures.picture(house.mo, shift.ends_at)
    assert _trade(after, "loader") == (3, 2, 0, 0, 2, 1, 0)
    assert _trade(after, "cleaner") == (0, 0, 0, 0, 1, 1, 0)
    assert [line.key for line in after.trades] == ["loader", "cleaner"]
    places = {line.key: (line.gap, line.people) for line in after.communities}
    assert places == {JIANPAN: (2, 0), WULITING: (0, 2)}


def test_hours_count_the_hours_a_shift_touches_and_who_is_free_then(house: House) -> None:
    monday = hours.to_hex((hours.mask(8, 12), 0, 0, 0, 0, 0, 0))
    factories.dossier(house, "韦建国", values={"week_hours": monday})
    today = clock.now().astimezone(house.market.tz).date()
    day = today + timedelta(days=(7 - today.weekday()) % 7 or 7)
    with time_machine.travel(factories.times(house, day - DAY, 9, 1)[0], tick=False):
        factories.verified(house, day=day, start=8, length=2, headcount=5)
        found = pictures.picture(house.mo, clock.now())
    assert [(hour.seats, hour.free) for hour in found.week[0][7:12]] == [(0, 0), (5, 1), (5, 1), (0, 1), (0, 1)]
    assert not found.week[0][8].missing  # five seats in five weeks: one a week, one is free
    assert all(hour.seats == 0 and hour.free == 0 for day in found.week[1:] for hour in day)


def test_stale_hours_count_apart_and_not_as_free(house: House) -> None:
    factories.dossier(house, "韦建国")
    later = clock.now() + 61 * DAY
    found = pictures.picture(house.mo, later)
    assert _trade(found, "loader")[4:] == (1, 1, 1)
    assert all(hour.free == 0 for day in found.week for hour in day)


def test_one_trade_only_and_the_rows_behind_it(house: House) -> None:
    factories.dossier(house, "覃秀英", skills={"cleaner": 2})
    idle = factories.dossier(house, "韦建国")
    shift = factories.verified(house, headcount=2)
    moment = shift.ends_at
    found = pictures.picture(house.mo, moment, "loader")
    assert {line.key: line.people for line in found.communities} == {JIANPAN: 0, WULITING: 1}
    assert [(row.pk, row.came) for row in pictures.shifts_of(house.mo, moment, "loader")] == [(shift.pk, 0)]
    assert list(pictures.idle_people(house.mo, moment, "loader")) == [idle]


def test_unverified_demand_and_those_without_the_right_see_nothing(house: House) -> None:
    factories.posting(house)
    assert pictures.picture(house.mo, clock.now()).trades == []
    factories.verified(house)
    boss = house.system
    assert pictures.picture(boss, clock.now()).trades == []
