"""Who is asked by whom, and what becomes of it."""

from datetime import timedelta

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.needs.surveys.actions import fieldwork, tokens
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.enums import AttemptOutcome, FieldTaskState, Subject, VersionState
from gongqiao.needs.surveys.models import CollectorToken, FieldTask
from tests import factories
from tests.factories import House
from tests.needs.surveys import given

pytestmark = pytest.mark.data
DAY = timedelta(days=1)


def _task(house: House) -> FieldTask:
    wave = given.wave(house)
    fieldwork.assign(wave, dossiers=[factories.dossier(house)], by=house.zhou)
    return FieldTask.objects.select_related("wave__campaign").get(wave=wave)


def test_each_person_stands_once_on_the_list_of_a_wave(house: House) -> None:
    wave, wei = given.wave(house), factories.dossier(house)
    assert fieldwork.assign(wave, dossiers=[wei], by=house.zhou) == 1
    assert fieldwork.assign(wave, dossiers=[wei], cells=["50 岁以上女", "50 岁以上女"], by=house.zhou) == 2
    with pytest.raises(Refused, match="不是问他们的"):
        fieldwork.assign(wave, employers=[factories.employer(house)], by=house.zhou)
    with pytest.raises(Refused, match="不能出调查表"):
        fieldwork.assign(wave, dossiers=[wei], by=house.mo)


def test_a_form_that_is_not_in_use_opens_no_wave(house: House) -> None:
    campaign = fieldwork.start_campaign(CampaignFacts("问", "为", "同意"), [house.liang], by=house.zhou)
    today = clock.now().date()
    with pytest.raises(Refused, match="没有发布"):
        fieldwork.open_wave(campaign, given.version(house, state=VersionState.TESTED), today, today, by=house.zhou)
    with pytest.raises(Refused, match="截止"):
        fieldwork.open_wave(campaign, given.version(house), today, today - DAY, by=house.zhou)
    with pytest.raises(Refused, match="还没有哪一轮"):
        fieldwork.run(campaign, by=house.zhou)


@pytest.mark.parametrize("facts", [("", "为", "同意"), ("问", " ", "同意"), ("问", "为", "")])
def test_a_campaign_says_what_for_and_in_which_words(house: House, facts: tuple[str, str, str]) -> None:
    with pytest.raises(Refused, match="请写"):
        fieldwork.start_campaign(CampaignFacts(*facts), [house.liang], by=house.zhou)
    with pytest.raises(Refused, match="谁来审"):
        fieldwork.start_campaign(CampaignFacts("问", "为", "同意"), [], by=house.zhou)


def test_one_collector_takes_a_person_and_the_second_is_told(house: House) -> None:
    mine = _task(house)
    theirs = FieldTask.objects.select_related("wave__campaign").get(pk=mine.pk)
    fieldwork.reserve(mine, collector=house.mo, by=house.mo)
    with pytest.raises(Stale):
        fieldwork.reserve(theirs, collector=house.luo, by=house.luo)
    with pytest.raises(Refused, match="别的同事"):
        fieldwork.give_back(mine, by=house.luo)
    fieldwork.give_back(mine, by=house.mo)
    fieldwork.reserve(mine, collector=house.luo, by=house.zhou)
    assert (mine.state, mine.collector) == (FieldTaskState.RESERVED, house.luo)


def test_not_found_takes_three_different_days(house: House) -> None:
    task = _task(house)
    fieldwork.reserve(task, collector=house.mo, by=house.mo)
    start = clock.now()
    for later, state in ((0, "reserved"), (0, "reserved"), (1, "reserved"), (2, "not_found")):
        with clock.held_at(start + later * DAY):
            fieldwork.attempt(task, AttemptOutcome.NOT_FOUND, by=house.mo)
        assert task.state == state
    with pytest.raises(Refused, match="先接下"):
        fieldwork.attempt(task, AttemptOutcome.LATER, by=house.mo)


def test_a_no_ends_it_and_an_ended_campaign_releases_the_rest(house: House) -> None:
    task = _task(house)
    fieldwork.assign(task.wave, cells=["随便谁"], by=house.zhou)
    fieldwork.reserve(task, collector=house.mo, by=house.mo)
    fieldwork.attempt(task, AttemptOutcome.REFUSED, note="忙", by=house.mo)
    assert task.state == FieldTaskState.REFUSED
    campaign = task.wave.campaign
    assert fieldwork.end(campaign, by=house.zhou) == 1
    other = FieldTask.objects.select_related("wave__campaign").get(wave=task.wave, cell="随便谁")
    assert other.state == FieldTaskState.RELEASED
    today = clock.now().date()
    with pytest.raises(Refused, match="已经结束"):
        fieldwork.open_wave(campaign, given.version(house, Subject.WORKER), today, today, by=house.zhou)


def test_a_token_is_told_once_and_ends_with_the_post_or_a_new_one(house: House) -> None:
    first = tokens.issue(house.mo, by=house.mo)
    assert first not in str(CollectorToken.objects.values_list("digest", flat=True))
    held = tokens.holder(first)
    assert held is not None
    assert held.membership == house.mo
    second = tokens.issue(house.mo, by=house.zhou)
    assert tokens.holder(first) is None
    with clock.held_at(clock.now() + tokens.LIFE):
        assert tokens.holder(second) is None
    row = CollectorToken.objects.get(revoked_at=None)
    with pytest.raises(Refused):
        tokens.revoke(row, by=house.luo)
    tokens.revoke(row, by=house.zhou)
    assert tokens.holder(second) is None
    with pytest.raises(Refused):
        tokens.issue(house.shen, by=house.zhou)
