"""Asked again by itself, everybody once: whom, when, by whom, and how many of all who were placed answered."""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.consent import actions as consent
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys.actions import fieldwork, publishing
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import FieldTaskState, Subject
from gongqiao.needs.surveys.forms import FOLLOWUPS
from gongqiao.needs.surveys.models import FieldTask, Wave
from gongqiao.services.followup import queries
from gongqiao.services.followup.tick import tick
from gongqiao.services.placement.actions import attendance, offers
from tests import factories
from tests.factories import House
from tests.needs.surveys import given

pytestmark = pytest.mark.data
DAY = timedelta(days=1)


def _today(house: House) -> date:
    return clock.now().astimezone(house.market.tz).date()


def _wave(house: House, days: int = 30) -> Wave:
    version = publishing.add_version(Draft(FOLLOWUPS[days], Subject.WORKER), by=house.zhou)
    publishing.publish(version, by=house.zhou)
    return given.running(house, version)


def _worked(house: House, wei: Dossier, *, ago: int, came: bool = True) -> None:
    """A shift `ago` days before now, that he came to or stayed away from."""
    with time_machine.travel(clock.now() - (ago + 1) * DAY, tick=False):
        shift = factories.verified(house)
        seat = offers.offer(shift, wei, by=house.mo)
        offers.accept(seat, by=house.mo)
    with time_machine.travel(shift.starts_at + timedelta(minutes=30), tick=False):
        (attendance.arrive if came else attendance.no_show)(seat, by=house.mo)


def _people(house: House, *days: int) -> list[Dossier]:
    """Registered long ago; each came for the first time so many days ago."""
    with time_machine.travel(clock.now() - 200 * DAY, tick=False):
        found = [factories.dossier(house, f"韦{number}") for number in range(len(days))]
    for wei, ago in zip(found, days, strict=True):
        _worked(house, wei, ago=ago)
    return found


def test_everybody_once_on_his_day_and_no_more_when_it_runs_again(house: House) -> None:
    on_time, _late, early, _long_ago = _people(house, 30, 33, 29, 60)
    wave = _wave(house)
    with time_machine.travel(clock.now(), tick=False):
        assert tick() == {"asked_again": 1}
        assert tick() == {"asked_again": 0}
    task = FieldTask.objects.get()
    assert (task.dossier, task.wave, task.state) == (on_time, wave, FieldTaskState.RESERVED)
    assert task.due == _today(house) + 14 * DAY
    with time_machine.travel(clock.now() + 3 * DAY, tick=False):  # two days nothing ran
        assert tick() == {"asked_again": 1}
    assert {row.dossier for row in FieldTask.objects.all()} == {on_time, early}  # the others' days were before the wave


def test_who_has_worked_before_or_never_came_is_nobodys_first_day(house: House) -> None:
    again, _long_ago = _people(house, 30, 100)
    _worked(house, again, ago=70)
    with time_machine.travel(clock.now() - 200 * DAY, tick=False):
        away = factories.dossier(house, "没来的")
    _worked(house, away, ago=30, came=False)
    _wave(house)
    assert tick() == {"asked_again": 0}


def test_nobody_who_took_his_consent_back_and_one_file_for_one_person(house: House) -> None:
    silent, paused, spare, into = _people(house, 30, 30, 30, 31)
    for wei in (silent, paused):
        consent.give(wei.person, Purpose.MESSAGES, by=house.zhou, channel="desk")
    consent.withdraw(silent.person, Purpose.MESSAGES, by=house.zhou, channel="desk")
    dossiers.merge(spare, into, by=house.zhou)
    wave = _wave(house)
    wave.opens_on = _today(house) - 10 * DAY
    wave.save()
    assert tick() == {"asked_again": 2}
    assert {row.dossier for row in FieldTask.objects.all()} == {paused, into}


def test_shared_out_evenly_among_those_who_ask_and_do_not_review(house: House) -> None:
    _people(house, *([30] * 5))
    with pytest.raises(Refused):
        fieldwork.follow_up(_wave(house), {}, [house.mo], by=house.zhou)
    assert tick() == {"asked_again": 5}
    load = Counter(row.collector.title for row in FieldTask.objects.select_related("collector") if row.collector)
    assert sorted(load.values()) == [1, 2, 2]
    assert set(load) == {"莫专员", "罗专员", "周社工"}  # 梁经理 reviews
    assert queries.collectors(FieldTask.objects.all()[0].wave.campaign, _today(house)) == [
        house.mo,
        house.luo,
        house.zhou,
    ]


def test_of_all_who_were_placed_and_only_for_those_who_see_statistics(house: House) -> None:
    asked, silent, _later = _people(house, 30, 30, 20)
    consent.give(silent.person, Purpose.MATCHING, by=house.zhou, channel="desk")
    consent.withdraw(silent.person, Purpose.MATCHING, by=house.zhou, channel="desk")
    wave = _wave(house)
    tick()
    task = FieldTask.objects.get(dossier=asked)
    given.answered(house, asked, in_wave=wave, task=task)
    FieldTask.objects.filter(pk=task.pk).update(state=FieldTaskState.DONE)
    assert queries.placed(house.shen, wave, _today(house)) == queries.Placed(placed=2, asked=1, answered=1)
    assert queries.placed(house.system, wave, _today(house)) is None
    assert queries.placed(house.shen, given.wave(house), _today(house)) is None


def test_another_market_asks_its_own(house: House) -> None:
    _people(house, 90)
    _wave(house, 90)
    other = factories.house("liunan", "柳南零工驿站", "x")
    with scope(market=other.market):
        _wave(other, 90)
        assert queries.to_ask(Wave.objects.get(), _today(other)) == {}
    assert tick() == {"asked_again": 1}
    assert FieldTask.objects.get().market == house.market
