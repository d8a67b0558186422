"""不想去这家, said as a reason: the employer's work is not found for him again until his own word changes."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import grounds, live, snapshot
from gongqiao.services.placement.actions import attendance, endings, offers
from gongqiao.services.placement.enums import Decline
from gongqiao.services.placement.refusals import refused_employers
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def day(house: House) -> date:
    return timezone.now().astimezone(house.market.tz).date() + timedelta(days=1)


def said_no(house: House, wei: Dossier, reason: Decline = Decline.EMPLOYER) -> Shift:
    """An offer that he answered so; another shift of the same employer."""
    shift = factories.verified(house, start=4, length=2)
    offers.decline(offers.offer(shift, wei, by=house.mo), reason, by=house.mo)
    return factories.verified(house, firm=shift.posting.employer)


def unmet(house: House, wei: Dossier, shift: Shift) -> list[str]:
    return [miss.rule for miss in live.of(house.market, day(house)).market.explain(wei.pk, shift.pk).unmet]


def test_after_not_this_employer_none_of_its_work_fits_him_and_all_other_work_does(house: House) -> None:
    wei, qin = factories.dossier(house, "韦师傅"), factories.dossier(house, "覃海")
    again, other = said_no(house, wei), factories.verified(house)
    assert refused_employers() == {wei.pk: {again.posting.employer_id}}
    assert (unmet(house, wei, again), unmet(house, wei, other), unmet(house, qin, again)) == (["blocked"], [], [])
    assert grounds.of(again, wei)["unmet"] == ["不去这家"]


@pytest.mark.parametrize("reason", [reason for reason in Decline if reason != Decline.EMPLOYER])
def test_another_reason_keeps_nothing_away(house: House, reason: Decline) -> None:
    wei = factories.dossier(house)
    again = said_no(house, wei, reason)
    assert (refused_employers(), unmet(house, wei, again)) == ({}, [])


def test_whoever_had_said_yes_and_gives_it_up_for_the_employer_is_not_asked_again(house: House) -> None:
    wei, shift = factories.dossier(house), factories.verified(house)
    assignment = offers.offer(shift, wei, by=house.mo)
    offers.accept(assignment, by=house.mo)
    offers.decline(assignment, Decline.EMPLOYER, by=house.mo)
    assert refused_employers() == {wei.pk: {shift.posting.employer_id}}


def test_his_own_name_put_down_there_ends_it_and_taken_back_it_stands_again(house: House) -> None:
    wei = factories.dossier(house)
    again = said_no(house, wei)
    assignment = offers.apply(again, wei, by=house.mo)
    assert (refused_employers(), unmet(house, wei, again)) == ({}, [])
    offers.decline(assignment, Decline.BUSY, by=house.mo)
    assert unmet(house, wei, again) == ["blocked"]


def test_a_name_that_the_employer_turned_down_was_his_word_all_the_same(house: House) -> None:
    wei = factories.dossier(house)
    endings.cancel(offers.apply(said_no(house, wei), wei, by=house.mo), by=house.mo, note="够了")
    assert refused_employers() == {}


def test_an_offer_that_staff_make_all_the_same_is_no_word_of_his_but_working_there_is(house: House) -> None:
    wei = factories.dossier(house)
    again = said_no(house, wei)
    assignment = offers.offer(again, wei, by=house.mo)
    assert refused_employers() == {wei.pk: {again.posting.employer_id}}
    offers.accept(assignment, by=house.mo)
    with clock.held_at(again.starts_at):
        attendance.arrive(assignment, by=house.mo)
        attendance.finish(assignment, minutes=480, by=house.mo)
    assert refused_employers() == {}


def test_what_he_said_under_a_file_merged_into_his_holds_and_what_he_says_under_it_now_ends_it(house: House) -> None:
    spare, wei = factories.dossier(house, "韦师傅"), factories.dossier(house, "韦建国")
    again = said_no(house, spare)
    dossiers.merge(spare, wei, by=house.zhou)
    assert refused_employers() == {wei.pk: {again.posting.employer_id}}
    assert snapshot.take(house.market, day(house), moment=timezone.now(), only=[wei.pk]).workers[0][
        "blocked_employers"
    ] == [again.posting.employer_id]
    offers.apply(again, wei, by=house.mo)
    assert (refused_employers(), refused_employers([wei])) == ({}, {})


def test_another_market_and_other_files_are_not_looked_at(house: House, other_house: House) -> None:
    wei = factories.dossier(house)
    said_no(house, wei)
    assert refused_employers([factories.dossier(house, "别人")]) == {}
    with scope(market=other_house.market):
        assert refused_employers() == {}
