"""A day is dispatched by the published policy and can be replayed from its log."""

import hashlib
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement import exposure, live, queries
from gongqiao.services.placement.actions import dispatch, offers, queue
from gongqiao.services.placement.models import Assignment, DispatchRun
from gongqiao.services.placement.snapshot import Snapshot
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.mark.parametrize("policy", DispatchPolicy)
def test_every_policy_replays_from_its_log(house: House, policy: DispatchPolicy) -> None:
    shifts = [factories.verified(house, start=hour) for hour in (6, 8, 14)]
    people = [factories.dossier(house, name) for name in ("韦一", "覃二", "莫三", "梁四")]
    for person in people[:2]:
        offers.apply(shifts[0], person, by=house.mo)
    run = dispatch.run_day(shifts[0].starts_at.astimezone(house.market.tz).date(), by=house.mo, policy=policy)
    stored = DispatchRun.objects.get(pk=run.pk)
    assert len(stored.outcome) >= 2
    assert dispatch.replays_true(stored)
    assert Assignment.objects.filter(run=run).count() == len(stored.outcome)


@pytest.mark.parametrize("policy", DispatchPolicy)
def test_every_policy_sends_enough_or_nobody(house: House, policy: DispatchPolicy) -> None:
    """Three people; the better-paid shift wants four or none, so they go to the other one at the same hours."""
    short = factories.verified(house, headcount=4, at_least=4, pay_fen=26000)
    held = factories.verified(house, headcount=3, at_least=2)
    people = [factories.dossier(house, name) for name in ("韦一", "覃二", "莫三")]
    for person in people:
        offers.apply(short, person, by=house.mo)
        offers.apply(held, person, by=house.mo)
    day = short.starts_at.astimezone(house.market.tz).date()
    run = dispatch.run_day(day, by=house.mo, policy=policy)
    assert sorted(run.outcome) == [[person.pk, held.pk] for person in people]
    assert dispatch.replays_true(run)
    (line,) = [line for line in queries.board(house.mo, day).lines if line.shift == short]
    assert (line.open, line.lacking) == (4, 4)


def test_those_who_hold_a_seat_count_towards_the_minimum(house: House) -> None:
    shift = factories.verified(house, headcount=4, at_least=3)
    offers.offer(shift, factories.dossier(house, "韦一"), by=house.mo)
    people = [factories.dossier(house, name) for name in ("覃二", "莫三")]
    run = dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    assert sorted(run.outcome) == [[person.pk, shift.pk] for person in people]


def test_a_log_from_before_minima_replays(house: House) -> None:
    shift = factories.verified(house)
    factories.dossier(house)
    run = dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    taken = Snapshot.unpack(bytes(run.inputs))
    for row in taken.shifts:
        assert row.pop("minimum") == 1
    run.inputs, run.inputs_digest = taken.pack(), taken.digest()
    assert dispatch.replays_true(run)


def test_the_queue_number_comes_first(house: House) -> None:
    shift = factories.verified(house, headcount=1)
    factories.dossier(house, "韦早")
    late = factories.dossier(house, "覃晚")
    day = shift.starts_at.astimezone(house.market.tz).date()
    queue.check_in(late, day, by=house.zhou)
    run = dispatch.run_day(day, by=house.mo, policy=DispatchPolicy.QUEUE)
    assert run.outcome == [[late.pk, shift.pk]]


def test_an_amount_beyond_all_sense_does_not_stop_the_day_for_the_others(house: House) -> None:
    shift = factories.verified(house, headcount=1)
    Posting.objects.update(pay_fen=10_000_000)
    Shift.objects.update(ends_at=shift.starts_at + timedelta(minutes=5))
    greedy = factories.dossier(house, "韦建国")
    factories.dossier(house, "蓝秀英")
    Dossier.objects.filter(pk=greedy.pk).update(pay_floor=2_000_000_000)
    run = dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    assert [shift for _dossier, shift in run.outcome] == [shift.pk]


def test_an_altered_log_does_not_replay(house: House) -> None:
    shift = factories.verified(house)
    factories.dossier(house)
    run = dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    run.inputs_digest = "0" * 64
    with pytest.raises(Refused, match="底稿"):
        dispatch.replay(run)


def test_a_social_worker_may_not_dispatch(house: House) -> None:
    shift = factories.verified(house)
    with pytest.raises(Refused):
        dispatch.run_day(shift.starts_at.date(), by=house.zhou)


def test_the_lottery_can_be_worked_out_by_anybody(house: House) -> None:
    """From the seed and the file numbers alone, with nothing but SHA-256."""
    shift = factories.verified(house, headcount=3)
    people = [factories.dossier(house, name) for name in ("韦一", "覃二", "莫三", "梁四")]
    day = shift.starts_at.astimezone(house.market.tz).date()
    run = dispatch.run_day(day, by=house.mo, policy=DispatchPolicy.LOTTERY, seed="2026-11-26 清晨六点")
    by_hand = sorted(people, key=lambda d: hashlib.sha256(f"{run.seed}:{d.file_no}".encode()).hexdigest())
    shown = queries.turns(DispatchRun.objects.get(pk=run.pk))
    assert [turn.number for turn in shown] == [dossier.file_no for dossier in by_hand]
    assert [turn.given for turn in shown] == [1, 1, 1, 0]
    assert [turn.draw for turn in shown] == sorted(turn.draw for turn in shown)


def test_a_day_is_replayed_by_command(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    shift = factories.verified(house)
    factories.dossier(house)
    day = shift.starts_at.astimezone(house.market.tz).date()
    run = dispatch.run_day(day, by=house.mo)
    call_command("replay", day.isoformat())
    assert capsys.readouterr().out.endswith(": the same\n")
    DispatchRun.objects.filter(pk=run.pk).update(outcome=[])
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("replay", day.isoformat())
    with pytest.raises(CommandError, match="nothing was dispatched"):
        call_command("replay", "2020-01-01")


def test_the_public_page_shows_the_facts_and_turns_of_the_last_run_without_a_name(house: House) -> None:
    shift = factories.verified(house)
    wei = factories.dossier(house, "韦建国")
    run = dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    page = Client().get("/m/yufeng/public/dispatch/").content.decode()
    turns = Client().get(f"/m/yufeng/public/dispatch/{run.pk}/").content.decode()
    assert run.inputs_digest in page
    assert run.inputs_digest in turns
    assert (wei.number in turns, "韦建国" in turns + page) == (True, False)


def test_two_like_employers_share_the_people(house: House) -> None:
    """Exposure: forty people, two shifts alike, ten days: neither is the first suggestion of less than a fifth."""
    shifts = [factories.verified(house, headcount=2) for _twin in range(2)]
    people = [factories.dossier(house, f"韦{index}") for index in range(40)]
    market = live.of(house.market, shifts[0].starts_at.astimezone(house.market.tz).date()).market
    first = Counter(
        exposure.shifts_for(market, person.pk, 1, salt=f"day {day}")[0].shift_id
        for person in people
        for day in range(10)
    )
    assert {shift.pk for shift in shifts} == set(first)
    assert min(first.values()) >= 80


def test_better_work_stays_first(house: House) -> None:
    """The draw decides between equals only."""
    plain, better = factories.verified(house), factories.verified(house, pay_fen=30000)
    wei = factories.dossier(house, values={"pay_floor": 1000})
    market = live.of(house.market, plain.starts_at.astimezone(house.market.tz).date()).market
    tops = {exposure.shifts_for(market, wei.pk, 1, salt=str(day))[0].shift_id for day in range(20)}
    assert tops == {better.pk}
