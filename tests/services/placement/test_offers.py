"""Offering a seat, answering, waiting for one, and what the law and the database refuse."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.services.placement import queries
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import Decline, State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.placement.tick import tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def test_offer_takes_a_seat_and_lands_on_the_call_list(house: House) -> None:
    shift, wei = factories.verified(house), factories.dossier(house)
    row = offers.offer(shift, wei, by=house.mo)
    notify.deliver()
    assert (row.state, row.seat) == (State.OFFERED, 1)
    assert [(t.how, t.about) for t in CallTask.objects.all()] == [("hall", f"assignment:{row.pk}")]


def test_offer_by_a_social_worker_is_refused(house: House) -> None:
    with pytest.raises(Refused):
        offers.offer(factories.verified(house), factories.dossier(house), by=house.zhou)


def test_offer_twice_is_refused(house: House) -> None:
    shift, wei = factories.verified(house), factories.dossier(house)
    offers.offer(shift, wei, by=house.mo)
    with pytest.raises(Refused, match="已经叫过"):
        offers.offer(shift, wei, by=house.mo)


def test_unverified_demand_takes_nobody(house: House) -> None:
    shift = factories.posting(house).shifts.select_related("posting__employer", "market").get()
    with pytest.raises(Refused, match="不招人"):
        offers.offer(shift, factories.dossier(house), by=house.mo)


def test_stale_demand_takes_nobody(house: House) -> None:
    shift = factories.verified(house, day=timezone.localdate() + timedelta(days=9))
    with time_machine.travel(timezone.now() + timedelta(days=8)), pytest.raises(Refused, match="不招人"):
        offers.offer(shift, factories.dossier(house), by=house.mo)


def test_sixteen_today_may_do_work_that_is_no_hazard(house: House) -> None:
    shift = factories.verified(house, trade="general-labourer")
    today = timezone.localdate()
    on_the_day = factories.dossier(house, "梁小", birth=date(today.year - 16, today.month, today.day))
    assert offers.offer(shift, on_the_day, by=house.mo).state == State.OFFERED


def test_hazardous_work_waits_for_eighteen(house: House) -> None:
    shift = factories.verified(house)
    with pytest.raises(Refused, match="18 周岁"):
        offers.offer(shift, factories.dossier(house, "梁小", birth=date(2009, 5, 1)), by=house.mo)


def test_unknown_age_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="出生日期"):
        offers.offer(factories.verified(house), factories.dossier(house, birth=None), by=house.mo)


def test_a_missing_or_ended_certificate_is_refused(house: House) -> None:
    kind = "special:fusion-welding"
    shift = factories.verified(house, certificates=(kind,))
    with pytest.raises(Refused, match="没过期"):
        offers.offer(shift, factories.dossier(house, "覃海"), by=house.mo)
    ended = factories.dossier(
        house, "莫兰", certificates={kind: timezone.localdate(shift.starts_at) - timedelta(days=1)}
    )
    with pytest.raises(Refused, match="没过期"):
        offers.offer(shift, ended, by=house.mo)
    valid = factories.dossier(house, "韦焊", certificates={kind: timezone.localdate(shift.starts_at)})
    assert offers.offer(shift, valid, by=house.mo).state == State.OFFERED


def test_overlapping_shifts_are_refused_and_touching_ones_are_not(house: House) -> None:
    wei = factories.dossier(house)
    morning = factories.verified(house, start=6, length=4)
    across = factories.verified(house, start=9, length=4)
    next_one = factories.verified(house, start=10, length=4)
    offers.offer(morning, wei, by=house.mo)
    with pytest.raises(Refused, match="已经有活"):
        offers.offer(across, wei, by=house.mo)
    assert offers.offer(next_one, wei, by=house.mo).state == State.OFFERED


def test_the_database_itself_refuses_overlap(house: House) -> None:
    wei = factories.dossier(house)
    first = offers.offer(factories.verified(house, start=6, length=4), wei, by=house.mo)
    other = factories.verified(house, start=9, length=4)
    row = Assignment(
        market=house.market,
        shift=other,
        dossier=wei,
        person=wei.person,
        starts_at=other.starts_at,
        ends_at=other.ends_at,
        seat=1,
        state=State.ACCEPTED,
        created_at=first.created_at,
    )
    with pytest.raises(IntegrityError, match="assignment_no_overlap"), transaction.atomic():
        row.save()


def test_decline_needs_a_reason_and_promotes_the_waiting(house: House) -> None:
    shift = factories.verified(house, headcount=1)
    wei, qin = factories.dossier(house), factories.dossier(house, "覃海")
    held = offers.offer(shift, wei, by=house.mo)
    waiting = offers.apply(shift, qin, by=house.mo, channel="desk")
    assert waiting.state == State.WAITLISTED
    following = offers.decline(held, Decline.FAR, by=house.mo)
    assert following is not None
    waiting.refresh_from_db()
    assert (following.pk, waiting.state, waiting.seat) == (waiting.pk, State.OFFERED, 1)


def test_an_offer_without_answer_expires_by_itself(house: House) -> None:
    shift, wei = factories.verified(house, start=20), factories.dossier(house)
    row = offers.offer(shift, wei, by=house.mo)
    assert row.answer_by is not None
    with time_machine.travel(row.answer_by + timedelta(seconds=1)):
        assert tick()["expired"] == 1
        assert tick()["expired"] == 0
    row.refresh_from_db()
    assert row.state == State.EXPIRED


def test_an_answer_to_a_moved_offer_is_stale(house: House) -> None:
    row = offers.offer(factories.verified(house), factories.dossier(house), by=house.mo)
    seen_before = Assignment.objects.select_related("shift__market", "person").get(pk=row.pk)
    offers.accept(row, by=house.mo)
    with pytest.raises(Stale):
        offers.decline(seen_before, Decline.PAY, by=house.mo)


def test_a_late_message_is_dropped(house: House) -> None:
    row = offers.offer(factories.verified(house), factories.dossier(house), by=house.mo)
    assert row.answer_by is not None
    with time_machine.travel(row.answer_by + timedelta(minutes=1)):
        assert notify.deliver() == {"sent": 0, "late": 1, "failed": 0}
    assert CallTask.objects.count() == 0


def test_the_number_beside_the_board_is_the_board_s_own(house: House) -> None:
    shift = factories.verified(house, headcount=3)
    factories.verified(house, headcount=1)
    asked = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.decline(offers.offer(shift, factories.dossier(house, "莫三"), by=house.mo), Decline.BUSY, by=house.mo)
    offers.accept(asked, by=house.mo)
    day = shift.starts_at.astimezone(house.market.tz).date()
    assert queries.open_seats(house.mo, day) == queries.board(house.mo, day).open == 3
    worker = Membership.objects.get(role=Role.WORKER, person=asked.person)
    assert queries.open_seats(worker, day) == 0
