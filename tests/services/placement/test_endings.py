"""Taking work back: by the worker, the employer, the station, the clock; everybody concerned is told why."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import CallTask, Message
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.actions import endings, offers
from gongqiao.services.placement.enums import Decline, Party, State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.placement.tick import tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.fixture
def shift(house: House) -> Shift:
    return factories.verified(house, headcount=1)


@pytest.fixture
def boss(house: House, shift: Shift) -> Membership:
    return employers.give_account(shift.posting.employer, name="覃老板", phone="13800000003", by=house.mo)


@pytest.fixture
def agreed(house: House, shift: Shift) -> Assignment:
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    return row


def news() -> list[str]:
    """What waits to be told."""
    return [message.body.partition("：")[2] for message in Message.objects.filter(about__startswith="news:")]


def test_a_worker_who_had_agreed_cancels_and_says_why(house: House, agreed: Assignment) -> None:
    offers.decline(agreed, Decline.HEALTH, by=house.mo, note="脚扭了")
    assert (agreed.state, agreed.ended_by, agreed.decline) == (State.CANCELLED, Party.WORKER, Decline.HEALTH)


def test_a_worker_who_only_was_asked_declines(house: House, shift: Shift) -> None:
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.decline(row, Decline.PAY, by=house.mo)
    assert (row.state, row.ended_by, row.decline) == (State.DECLINED, Party.WORKER, Decline.PAY)


def test_an_employer_cancels_his_own_and_the_worker_is_told(house: House, agreed: Assignment, boss: Membership) -> None:
    with pytest.raises(Refused, match="原因"):
        endings.cancel(agreed, by=boss, note=" ")
    agreed.refresh_from_db()
    endings.cancel(agreed, by=boss, note="货没到")
    assert (agreed.state, agreed.ended_by, agreed.ended_note) == (State.CANCELLED, Party.EMPLOYER, "货没到")
    assert news() == ["不用去了。原因：货没到"]


def test_another_employer_may_not(house: House, agreed: Assignment) -> None:
    stranger = employers.give_account(factories.employer(house, "别家"), name="别人", phone="13800000009", by=house.mo)
    with pytest.raises(Refused):
        endings.cancel(agreed, by=stranger, note="货没到")


def test_a_freed_seat_goes_to_the_first_who_waits(house: House, shift: Shift, agreed: Assignment) -> None:
    qin, mo = (
        offers.apply(shift, factories.dossier(house, name), by=house.mo, channel="desk") for name in ("覃海", "莫兰")
    )
    following = endings.cancel(agreed, by=house.mo, note="换了班")
    assert following == qin
    assert agreed.ended_by == Party.STATION
    for row, state in ((qin, State.OFFERED), (mo, State.WAITLISTED)):
        row.refresh_from_db()
        assert row.state == state


def test_a_stand_in_takes_the_seat_and_knows_whose(house: House, agreed: Assignment) -> None:
    qin = factories.dossier(house, "覃海")
    with pytest.raises(Refused, match="原因"):
        endings.replace(agreed, qin, by=house.mo, note="")
    successor = endings.replace(agreed, qin, by=house.mo, note="早上没接电话")
    assert (agreed.state, successor.seat, successor.replaces) == (State.REPLACED, 1, agreed)
    assert news() == ["不用去了。原因：早上没接电话"]


def test_a_stand_in_after_the_start_has_a_quarter_of_an_hour(house: House, agreed: Assignment) -> None:
    moment = agreed.starts_at + timedelta(hours=2)
    with time_machine.travel(moment, tick=False):
        successor = endings.replace(agreed, factories.dossier(house, "覃海"), by=house.mo, note="没来")
        assert successor.answer_by == moment + timedelta(minutes=15)


def test_a_cancelled_shift_ends_everybodys_place_and_tells_them(
    house: House, shift: Shift, agreed: Assignment, boss: Membership
) -> None:
    waiting = offers.apply(shift, factories.dossier(house, "覃海"), by=house.mo)
    assert endings.cancel_shift(shift, by=boss, reason="停电") == 2
    for row in (agreed, waiting):
        row.refresh_from_db()
        assert (row.state, row.ended_by, row.ended_note) == (State.CANCELLED, Party.EMPLOYER, "停电")
    notify.deliver()
    assert sorted(task.about for task in CallTask.objects.filter(state="open")) == sorted(
        f"news:{row.pk}" for row in (agreed, waiting)
    )


def test_closing_a_posting_leaves_work_under_way_alone(house: House) -> None:
    row = factories.posting(house, start=8, headcount=1)
    later = factories.times(house, timezone.localdate() + timedelta(days=2))
    postings.add_shifts(row, [postings.ShiftFacts(*later, 1)], by=house.luo)
    postings.submit(row, by=house.luo)
    postings.verify(row, by=house.mo, method=Method.PHONE, note="打过电话")
    today, tomorrow = Shift.objects.filter(posting=row).order_by("starts_at").select_related("posting", "market")
    held = [offers.offer(shift, factories.dossier(house, f"韦{shift.pk}"), by=house.mo) for shift in (today, tomorrow)]
    with time_machine.travel(today.starts_at + timedelta(minutes=1)):
        assert endings.close_posting(row, by=house.luo, reason="够了") == 1
    for assignment, state in zip(held, (State.OFFERED, State.CANCELLED), strict=True):
        assignment.refresh_from_db()
        assert assignment.state == state
    assert row.state == PostingState.CLOSED


def test_an_offer_is_recalled_when_its_demand_falls_back(house: House, shift: Shift) -> None:
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    postings.change(shift.posting, {"pay_fen": 12000}, by=house.luo)
    assert [tick()["recalled"], tick()["recalled"]] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.ended_by) == (State.CANCELLED, Party.STATION)
    assert CallTask.objects.filter(about=f"assignment:{row.pk}", state="open").count() == 0


def test_a_name_put_down_ends_with_the_shift(house: House, shift: Shift) -> None:
    row = offers.apply(shift, factories.dossier(house), by=house.mo)
    with time_machine.travel(shift.ends_at):
        assert [tick()["lapsed"], tick()["lapsed"]] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.ended_note) == (State.EXPIRED, "这个班没有轮到")


def test_more_hands_verified_anew_move_the_waiting_list_up(house: House, shift: Shift, agreed: Assignment) -> None:
    waiting = offers.apply(shift, factories.dossier(house, "覃海"), by=house.mo)
    postings.set_headcount(shift, 2, by=house.luo)
    assert tick()["promoted"] == 0
    shift.posting.refresh_from_db()
    postings.verify(shift.posting, by=house.mo, method=Method.PHONE, note="又打过电话")
    assert [tick()["promoted"], tick()["promoted"]] == [1, 0]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.seat) == (State.OFFERED, 2)


def test_he_who_had_agreed_is_told_once_that_the_terms_changed(house: House, agreed: Assignment) -> None:
    postings.change(agreed.shift.posting, {"pay_fen": 12000}, by=house.luo)
    assert [tick()["told"], tick()["told"]] == [1, 0]
    agreed.refresh_from_db()
    assert agreed.state == State.ACCEPTED
    assert CallTask.objects.filter(about=f"news:{agreed.pk}", state="open").count() == 1
