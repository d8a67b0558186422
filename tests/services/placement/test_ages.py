"""The age gates of the law hold on the work date, on every way to work, for every role."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify.models import Message
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Identity
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.actions import attendance, dispatch, offers
from gongqiao.services.placement.enums import Party, Side, State
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
SAFE, HAZARDOUS = "packer", "loader"


def born(years: int, *, days: int = 0) -> date:
    """Whoever turns `years` on the shift's day (tomorrow), or `days` after it."""
    day = timezone.localdate() + timedelta(days=1 + days)
    common = (day.month, day.day) == (2, 29) and (day.year - years) % 4
    return date(day.year - years, day.month, 28 if common else day.day)


def behind(row: Dossier, birth: date) -> None:
    person = Person.objects.get(pk=row.person_id)
    person.birth = birth.isoformat()
    person.save(update_fields=["birth"])


def young(place: House, birth: date) -> Dossier:
    """A file that got past the door: the birth date is set behind the actions."""
    row = factories.dossier(place, skills={SAFE: 2, HAZARDOUS: 2}, birth=None)
    behind(row, birth)
    return Dossier.objects.select_related("person").get(pk=row.pk)


def by_desk(place: House, row: Dossier, shift: Shift) -> None:
    offers.offer(shift, row, by=place.mo)


def by_manager(place: House, row: Dossier, shift: Shift) -> None:
    offers.offer(shift, row, by=place.liang)


def by_himself(place: House, row: Dossier, shift: Shift) -> None:
    offers.apply(shift, row, by=Membership.objects.get(person=row.person, role=Role.WORKER))


WAYS: list[Any] = [by_desk, by_manager, by_himself]


@pytest.mark.parametrize("way", WAYS)
def test_a_day_short_of_sixteen_on_the_work_date_is_refused(house: House, way: Callable[..., None]) -> None:
    row = young(house, born(16, days=1))
    with pytest.raises(Refused, match="16"):
        way(house, row, factories.verified(house, trade=SAFE))


@pytest.mark.parametrize("way", WAYS)
def test_sixteen_on_the_very_day_may_do_what_is_safe_and_nothing_hazardous(
    house: House, way: Callable[..., None]
) -> None:
    row = young(house, born(16))
    with pytest.raises(Refused, match="未满 18 周岁"):
        way(house, row, factories.verified(house, trade=HAZARDOUS))
    way(house, row, factories.verified(house, trade=SAFE, start=9))
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("way", WAYS)
def test_eighteen_on_the_very_day_may_do_both(house: House, way: Callable[..., None]) -> None:
    row = young(house, born(18))
    way(house, row, factories.verified(house, trade=HAZARDOUS))
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("way", WAYS)
def test_without_a_birth_date_nobody_is_introduced(house: House, way: Callable[..., None]) -> None:
    with pytest.raises(Refused, match="出生日期"):
        way(house, factories.dossier(house, birth=None), factories.verified(house))


def test_a_dispatch_round_passes_over_whoever_is_too_young(house: House) -> None:
    shift = factories.verified(house, trade=HAZARDOUS, headcount=3)
    young(house, born(16, days=1))
    young(house, born(17))
    grown = young(house, born(18))
    dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    assert list(Assignment.objects.values_list("dossier", flat=True)) == [grown.pk]


def corrected(place: House, row: Dossier, birth: date) -> None:
    dossiers.correct_identity(row, Identity("韦建国", birth=birth, seen=True), by=place.zhou)


def news() -> list[str]:
    return [message.body.partition("：")[2] for message in Message.objects.filter(about__startswith="news:")]


def live(row: Dossier) -> list[str]:
    return list(Assignment.objects.filter(dossier=row).order_by("starts_at").values_list("state", flat=True))


@pytest.mark.parametrize("agreed", [False, True])
def test_too_young_for_hazardous_work_loses_it_and_keeps_what_is_safe(house: House, agreed: bool) -> None:
    row = factories.dossier(house, skills={SAFE: 2, HAZARDOUS: 2})
    shift = factories.verified(house, trade=HAZARDOUS, headcount=1, start=8, length=4)
    given = [offers.offer(shift, row, by=house.mo)]
    given += [offers.offer(factories.verified(house, trade=SAFE, start=13, length=4), row, by=house.mo)]
    if agreed:
        offers.accept(given[0], by=house.mo)
    waiting = offers.apply(shift, factories.dossier(house, "覃海"), by=house.mo)
    corrected(house, row, born(17))
    assert (live(row), Dossier.objects.get(pk=row.pk).state) == ([State.CANCELLED, State.OFFERED], "active")
    ended = Assignment.objects.get(pk=given[0].pk)
    assert (ended.ended_by, ended.ended_note[:21]) == (Party.STATION, "核对了出生日期。未满 18 周岁不能干这个")
    assert news() == [f"不用去了。原因：{ended.ended_note}"]
    waiting.refresh_from_db()
    assert waiting.state == State.OFFERED  # the employer's seat does not stay empty


def test_under_sixteen_loses_all_even_what_comes_after_his_birthday(house: House) -> None:
    row = factories.dossier(house, skills={SAFE: 2})
    offers.offer(factories.verified(house, trade=SAFE), row, by=house.mo)
    day = timezone.localdate() + timedelta(days=3)
    offers.apply(factories.verified(house, trade=SAFE, day=day), row, by=house.mo)
    corrected(house, row, born(16, days=1))
    assert (live(row), Dossier.objects.get(pk=row.pk).state) == ([State.CANCELLED, State.CANCELLED], "paused")
    assert sorted(Assignment.objects.values_list("ended_note", flat=True)) == [
        "核对了出生日期。干活那天未满 16 周岁，不能介绍（禁止使用童工规定第二条）。",
        "核对了出生日期，现在未满 16 周岁，不能介绍。",
    ]


def test_at_work_he_is_told_to_stop_and_his_hours_stay_his(house: House) -> None:
    row = factories.dossier(house, skills={SAFE: 2})
    shift = factories.verified(house, trade=SAFE)
    given = offers.offer(shift, row, by=house.mo)
    offers.accept(given, by=house.mo)
    with time_machine.travel(shift.starts_at + timedelta(hours=1)):
        attendance.arrive(given, by=house.mo)
        corrected(house, row, born(15))
        assert (live(row), news()[0][:8]) == ([State.ON_SITE], "不能再干了。原因")
        attendance.record_hours(given, 60, Side.WORKER, by=house.mo)
        assert attendance.record_hours(given, 60, Side.EMPLOYER, by=house.mo) is not None


def test_a_correction_that_forbids_nothing_takes_nothing(house: House) -> None:
    row = factories.dossier(house, skills={HAZARDOUS: 2})
    offers.offer(factories.verified(house, trade=HAZARDOUS), row, by=house.mo)
    corrected(house, row, born(18))
    assert (live(row), news()) == ([State.OFFERED], [])


@pytest.mark.parametrize("step", ["accept", "confirm"])
def test_a_birth_date_put_right_in_another_way_stops_him_at_the_next_step(house: House, step: str) -> None:
    row = factories.dossier(house, skills={HAZARDOUS: 2}, birth=None)
    behind(row, born(30))
    row = Dossier.objects.select_related("person").get(pk=row.pk)
    asked = offers.offer(factories.verified(house, trade=HAZARDOUS), row, by=house.mo)
    if step == "confirm":
        offers.accept(asked, by=house.mo)
    state = asked.state
    behind(row, born(17))
    again = Assignment.objects.select_related("dossier__person", "shift__posting__employer", "shift__market").get()
    with pytest.raises(Refused, match="未满 18 周岁"):
        {"accept": offers.accept, "confirm": offers.confirm}[step](again, by=house.mo)
    assert Assignment.objects.get().state == state
