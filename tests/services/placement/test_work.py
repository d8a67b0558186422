"""Arrival, hours by both sides, pay, and the word about each other."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.notify.models import Message
from gongqiao.needs.employers import actions as employers
from gongqiao.services.placement import queries
from gongqiao.services.placement.actions import attendance, offers, ratings, wages
from gongqiao.services.placement.enums import Side, State, WageState
from gongqiao.services.placement.models import Assignment, WageRecord
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.fixture
def agreed(house: House) -> Assignment:
    row = offers.offer(factories.verified(house), factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    return row


@pytest.fixture
def on_site(house: House, agreed: Assignment) -> Iterator[Assignment]:
    with time_machine.travel(agreed.starts_at):
        attendance.arrive(agreed, by=house.mo)
        yield agreed


def test_both_sides_agreeing_makes_the_wage_due(house: House, on_site: Assignment) -> None:
    assert attendance.record_hours(on_site, 480, Side.WORKER, by=house.zhou) is None
    wage = attendance.record_hours(on_site, 480, Side.EMPLOYER, by=house.mo)
    assert wage is not None
    assert (on_site.state, wage.due_fen, wage.state) == (State.DONE, 18000, WageState.DUE)


def test_two_different_words_leave_it_open(house: House, on_site: Assignment) -> None:
    attendance.record_hours(on_site, 480, Side.WORKER, by=house.mo)
    assert attendance.record_hours(on_site, 420, Side.EMPLOYER, by=house.mo) is None
    assert on_site.state == State.ON_SITE


def test_two_who_speak_at_the_same_moment_hear_each_other(house: House, on_site: Assignment) -> None:
    his, theirs = (Assignment.objects.select_related("shift__posting__employer").get() for _side in range(2))
    attendance.record_hours(his, 480, Side.WORKER, by=house.mo)
    wage = attendance.record_hours(theirs, 480, Side.EMPLOYER, by=house.mo)
    assert wage is not None
    with pytest.raises(Refused, match="先到岗"):  # a page left open does not rewrite what is settled
        attendance.record_hours(his, 60, Side.WORKER, by=house.mo)
    assert (Assignment.objects.get().worker_minutes, wage.minutes) == (480, 480)


@pytest.fixture
def by_the_piece(house: House) -> WageRecord:
    shift = factories.verified(house, trade="packer", pay_unit="piece", pay_fen=150)
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    with time_machine.travel(row.starts_at):
        attendance.arrive(row, by=house.mo)
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        wage = attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
    assert wage is not None
    return wage


def test_a_count_that_is_changed_is_told_to_the_worker(house: House, by_the_piece: WageRecord) -> None:
    wage = by_the_piece
    boss = employers.give_account(
        wage.assignment.shift.posting.employer, name="覃老板", phone="13800000003", by=house.mo
    )
    told = Message.objects.filter(about=f"news:{wage.assignment_id}").order_by("created_at")
    wages.count_pieces(wage, 30000, by=boss, note="200 件")
    assert list(told) == []  # the first word is what both sides talk about at the gate
    for fen, note in ((30000, "200 件"), (27000, "180 件"), (28500, "190 件")):
        wages.count_pieces(wage, fen, by=boss, note=note)
    assert [message.body.partition("：")[2] for message in told.all()] == [
        "按件的工钱原来算 300 元，现在改成 270 元（180 件）。不对就说“钱不对”。",
        "按件的工钱原来算 270 元，现在改成 285 元（190 件）。不对就说“钱不对”。",
    ]
    with pytest.raises(Refused, match="一共几件"):
        wages.count_pieces(wage, 27000, by=boss, note=" ")
    assert (told.all().count(), WageRecord.objects.get().due_fen) == (2, 28500)


def test_pieces_counted_on_a_page_left_open_are_stale(house: House, by_the_piece: WageRecord) -> None:
    wage = by_the_piece
    old = WageRecord.objects.select_related("assignment__shift__posting__employer").get()
    wages.count_pieces(wage, 30000, by=house.mo, note="200 件")
    wages.pay(wage, 30000, by=house.mo)
    with pytest.raises(Stale):
        wages.count_pieces(old, 3000, by=house.mo, note="20 件")
    assert WageRecord.objects.get().due_fen == 30000


def test_hours_before_arrival_are_refused(house: House, agreed: Assignment) -> None:
    with pytest.raises(Refused, match="先到岗"):
        attendance.record_hours(agreed, 480, Side.WORKER, by=house.mo)


def test_no_show_before_the_start_is_refused(house: House, agreed: Assignment) -> None:
    with pytest.raises(Refused, match="还没到"):
        attendance.no_show(agreed, by=house.mo)


def test_no_show_frees_the_seat(house: House, agreed: Assignment) -> None:
    with time_machine.travel(agreed.starts_at + timedelta(minutes=30)):
        attendance.no_show(agreed, by=house.mo)
    assert agreed.state == State.NO_SHOW
    assert offers.free_seat(agreed.shift) == 1


def test_paying_less_than_due_is_a_dispute(house: House, on_site: Assignment) -> None:
    attendance.record_hours(on_site, 480, Side.WORKER, by=house.mo)
    wage = attendance.record_hours(on_site, 480, Side.EMPLOYER, by=house.mo)
    assert wage is not None
    wages.pay(wage, 15000, by=house.mo)
    assert (wage.state, wage.paid_fen) == (WageState.DISPUTED, 15000)
    wages.pay(wage, 18000, by=house.mo)
    assert wage.state == WageState.PAID


def test_ratings_are_blind_until_both_have_spoken(house: House, on_site: Assignment) -> None:
    attendance.record_hours(on_site, 480, Side.WORKER, by=house.mo)
    attendance.record_hours(on_site, 480, Side.EMPLOYER, by=house.mo)
    ratings.rate(on_site, Side.WORKER, {"face": 4}, by=house.mo)
    assert ratings.visible(on_site) == []
    scores = dict.fromkeys(ratings.ASPECTS, 5)
    ratings.rate(on_site, Side.EMPLOYER, scores, by=house.mo)
    assert [row.side for row in ratings.visible(on_site)] == ["employer", "worker"]
    with pytest.raises(Refused, match="评过"):
        ratings.rate(on_site, Side.WORKER, {"face": 1}, by=house.mo)


def test_what_nobody_finished_writing_down_is_listed_by_day(house: House, agreed: Assignment) -> None:
    day = timezone.localdate(agreed.starts_at)
    assert queries.unsettled(house.mo, agreed.ends_at - timedelta(minutes=1)) == {}
    assert queries.unsettled(house.mo, agreed.ends_at) == {day: 1}
    with time_machine.travel(agreed.ends_at):
        attendance.no_show(agreed, by=house.mo)
    assert queries.unsettled(house.mo, agreed.ends_at) == {}


def test_nobody_arrives_the_day_before(house: House, agreed: Assignment) -> None:
    with time_machine.travel(agreed.starts_at - timedelta(hours=5)), pytest.raises(Refused, match="还没到"):
        attendance.arrive(agreed, by=house.mo)
    with time_machine.travel(agreed.starts_at - timedelta(hours=1)):
        attendance.arrive(agreed, by=house.mo)
    assert agreed.state == State.ON_SITE


def test_a_worker_does_not_rate_work_he_did_not_come_to(house: House, agreed: Assignment) -> None:
    with time_machine.travel(agreed.starts_at + timedelta(minutes=30)):
        attendance.no_show(agreed, by=house.mo)
    with pytest.raises(Refused, match="干完"):
        ratings.rate(agreed, Side.WORKER, {"face": 1}, by=house.mo)
    assert ratings.rate(agreed, Side.EMPLOYER, dict.fromkeys(ratings.ASPECTS, 1), by=house.mo).quality == 1
