"""What a wave says, against counts by hand."""

from datetime import timedelta

import pytest

from gongqiao.foundation import clock
from gongqiao.needs.surveys import results
from gongqiao.needs.surveys.actions import fieldwork, intake, review
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import AttemptOutcome, SubmissionState
from gongqiao.needs.surveys.models import Campaign, FieldTask, FormVersion, Submission, Wave
from gongqiao.needs.surveys.results import Result, Results
from tests import factories
from tests.factories import House
from tests.needs.surveys.given_forms import answers, published

pytestmark = pytest.mark.data


def _campaign(house: House) -> Campaign:
    return fieldwork.start_campaign(CampaignFacts("问", "为", "同意"), [house.liang], by=house.zhou)


def _wave(house: House, campaign: Campaign, version: FormVersion) -> Wave:
    today = clock.now().astimezone(house.market.tz).date()
    return fieldwork.open_wave(campaign, version, today, today + timedelta(days=9), by=house.zhou)


def _answered(house: House, **counts: int) -> None:
    """So many people who chose each of the trades; each says another wage, so that nobody is taken for another."""
    for trades, number in counts.items():
        for index in range(number):
            intake.receive(
                Delivery(answers(trades=trades.replace("_", " "), pay=f"{20 + index}.{len(trades)}")), by=house.mo
            )
    _reviewed(house)


def _reviewed(house: House) -> None:
    """Nobody knows whose answers they are; they count all the same."""
    for row in Submission.objects.filter(state=SubmissionState.FLAGGED):
        review.review(row, SubmissionState.APPROVED, by=house.liang)


def _question(found: Results, path: str) -> Result:
    return next(result for result in found.questions if result.path == path)


def test_shares_have_their_number_and_interval_and_small_cells_are_kept_back(house: House) -> None:
    wave = _wave(house, campaign := _campaign(house), published(house))
    fieldwork.run(campaign, by=house.zhou)
    _answered(house, loader=12, loader_cleaner=3)
    found = results.results(house.shen, wave)
    trades = _question(found, "/data/trades")
    assert (found.counted, trades.n, trades.label) == (15, 15, "想干什么")
    loader, cleaner = trades.shares
    assert (loader.label, loader.count, loader.share) == ("搬运", 15, 1.0)
    assert round(loader.interval.low, 4) == 0.7961
    assert (cleaner.label, cleaner.count) == ("保洁", None)
    age = _question(found, "/data/age")
    assert (age.n, age.mean) == (15, 45.0)


def test_a_lone_small_cell_cannot_be_worked_out_from_the_others(house: House) -> None:
    counts = {"yes": 30, "no": 3, "later": 12}
    assert results._kept_back(counts, single=True) == {"no", "later"}
    assert results._kept_back(counts, single=False) == {"no"}
    assert results._kept_back({"yes": 30, "no": 0}, single=True) == set()


def test_few_answers_say_nothing_and_strangers_see_nothing(house: House) -> None:
    wave = _wave(house, campaign := _campaign(house), published(house))
    fieldwork.run(campaign, by=house.zhou)
    _answered(house, loader=9)
    trades = _question(results.results(house.liang, wave), "/data/trades")
    assert trades.hidden
    assert [share.count for share in trades.shares] == [None, None]
    assert results.results(house.system, wave).questions == []


def test_refusals_and_those_not_found_are_part_of_the_answer(house: House) -> None:
    wave = _wave(house, campaign := _campaign(house), published(house))
    fieldwork.run(campaign, by=house.zhou)
    people = [factories.dossier(house, f"韦{index}") for index in range(4)]
    fieldwork.assign(wave, dossiers=people, by=house.zhou)
    tasks = list(FieldTask.objects.select_related("wave__campaign").order_by("pk"))
    for task in tasks[:2]:
        fieldwork.reserve(task, collector=house.mo, by=house.mo)
    fieldwork.attempt(tasks[0], AttemptOutcome.REFUSED, by=house.mo)
    intake.receive(Delivery(answers(file_no=people[1].number)), by=house.mo)
    response = results.results(house.mo, wave).response
    assert (response.asked, response.done, response.refused, response.waiting, response.share) == (4, 1, 1, 2, 0.25)


def test_a_change_between_waves_is_told_only_beyond_the_noise(house: House) -> None:
    campaign = _campaign(house)
    _wave(house, campaign, published(house))
    fieldwork.run(campaign, by=house.zhou)
    _answered(house, loader=20, loader_cleaner=10)
    second = _wave(house, campaign, published(house, "2"))
    for index in range(30):
        chosen = "loader cleaner" if index < 25 else "loader"
        intake.receive(Delivery(answers(version="2", trades=chosen, pay=f"{50 + index}")), by=house.mo)
    _reviewed(house)
    shares = {
        share.code: share.change for share in _question(results.results(house.liang, second), "/data/trades").shares
    }
    loader, cleaner = shares["loader"], shares["cleaner"]
    assert loader is not None
    assert cleaner is not None
    assert (loader.told, cleaner.told, round(cleaner.difference, 3)) == (False, True, 0.5)


def test_needs_by_community_leave_out_where_few_answered(house: House) -> None:
    wave = _wave(house, campaign := _campaign(house), published(house))
    people = [factories.dossier(house, f"韦{index}") for index in range(12)]
    lone = factories.dossier(house, "陆一", values={"home_id": factories.JIANPAN})
    fieldwork.run(campaign, by=house.zhou)
    for index, person in enumerate([*people, lone]):
        chosen = "cleaner" if index < 9 else "loader"
        intake.receive(Delivery(answers(file_no=person.number, trades=chosen, pay=f"{20 + index}")), by=house.mo)
    (place,) = results.by_community(house.liang, wave, "/data/trades", "cleaner")
    assert (place.name, place.n, place.count, place.share) == ("五里亭社区居委会", 12, None, None)


def test_few_who_chose_or_did_not_are_kept_back_by_community_too(house: House) -> None:
    asked = {"甲": 40, "乙": 30, "丙": 12, "丁": 25, "戊": 4}
    found = results.places_of(asked, {"甲": 20, "乙": 28, "丙": 12, "丁": 3, "戊": 2})
    assert [(place.name, place.n, place.count) for place in found] == [
        ("丙", 12, 12),
        ("甲", 40, 20),
        ("丁", 25, None),
        ("乙", 30, None),
    ]
    lone = results.places_of({"甲": 40, "丙": 12, "戊": 4}, {"甲": 20, "丙": 12, "戊": 2})
    assert [(place.name, place.count) for place in lone] == [("甲", 20), ("丙", None)]
