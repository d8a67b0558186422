"""The age gates of the law hold on the work date, on every way to work, for every role."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Identity
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.actions import dispatch, offers
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


def young(place: House, birth: date) -> Dossier:
    """A file that got past the door: the birth date is set behind the actions."""
    row = factories.dossier(place, skills={SAFE: 2, HAZARDOUS: 2}, birth=None)
    person = Person.objects.get(pk=row.person_id)
    person.birth = birth.isoformat()
    person.save(update_fields=["birth"])
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


@pytest.mark.parametrize("step", ["accept", "confirm"])
def test_a_birth_date_put_right_after_the_offer_stops_him_at_the_next_step(house: House, step: str) -> None:
    row = factories.dossier(house, skills={HAZARDOUS: 2})
    asked = offers.offer(factories.verified(house, trade=HAZARDOUS), row, by=house.mo)
    if step == "confirm":
        offers.accept(asked, by=house.mo)
    state = asked.state
    dossiers.correct_identity(row, Identity("韦建国", birth=born(17)), by=house.zhou)
    again = Assignment.objects.select_related("dossier__person", "shift__posting__employer", "shift__market").get()
    with pytest.raises(Refused, match="未满 18 周岁"):
        {"accept": offers.accept, "confirm": offers.confirm}[step](again, by=house.mo)
    assert Assignment.objects.get().state == state
