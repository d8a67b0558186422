"""The market kept warm: every act that matching reads makes it stale at once, nothing else does."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from gongqiao.engines.matching import Market, MarketTooLarge
from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Certified, Facts
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import live, snapshot
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import Decline
from gongqiao.services.placement.matcher.server import Matcher
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
Act = Callable[[House, Dossier, Shift], object]


def tomorrow(house: House) -> date:
    return timezone.now().astimezone(house.market.tz).date() + timedelta(days=1)


def rows(house: House) -> tuple[object, ...]:
    taken = snapshot.take(house.market, tomorrow(house), moment=timezone.now())
    return taken.workers, taken.shifts


STALE: dict[str, Act] = {
    "a new dossier": lambda house, wei, shift: factories.dossier(house, "韦二"),
    "other hours": lambda house, wei, shift: dossiers.update(wei, Facts({"pay_floor": 2100}), by=house.zhou),
    "another level": lambda house, wei, shift: dossiers.update(wei, Facts(skills={"loader": 3}), by=house.zhou),
    "a certificate": lambda house, wei, shift: dossiers.update(
        wei, Facts(certificates=(Certified("health:food", "X2"),)), by=house.zhou
    ),
    "a new shift": lambda house, wei, shift: factories.verified(house, start=18, length=3),
    "one seat more": lambda house, wei, shift: postings.set_headcount(shift, 1, by=house.mo),
    "a minimum of people": lambda house, wei, shift: postings.set_at_least(shift, 2, by=house.mo),
    "an employer blocked": lambda house, wei, shift: employers.block(
        shift.posting.employer, by=house.mo, reason="欠薪"
    ),
    "an offer": lambda house, wei, shift: offers.offer(shift, wei, by=house.mo),
    "an offer declined": lambda house, wei, shift: offers.decline(
        offers.offer(shift, wei, by=house.mo), next(iter(Decline)), by=house.mo
    ),
}


@pytest.mark.parametrize("what", STALE)
def test_after_an_act_that_matters_then_the_next_reader_sees_it(house: House, what: str) -> None:
    wei, shift = factories.dossier(house), factories.verified(house)
    before = live.of(house.market, tomorrow(house))
    assert live.of(house.market, tomorrow(house)) is before
    STALE[what](house, wei, shift)
    after = live.of(house.market, tomorrow(house))
    assert after is not before
    fresh = snapshot.take(house.market, tomorrow(house), moment=timezone.now()).market()
    assert after.market.matrix().worker_ids.tolist() == fresh.matrix().worker_ids.tolist()
    assert after.market.matrix().feasible.tolist() == fresh.matrix().feasible.tolist()
    assert after.market.shifts.seats.tolist() == fresh.shifts.seats.tolist()
    assert after.market.shifts.minimum.tolist() == fresh.shifts.minimum.tolist()


def test_after_acts_that_change_nothing_then_the_kept_market_stays_and_is_true(house: House) -> None:
    wei, shift = factories.dossier(house), factories.verified(house)
    assignment = offers.offer(shift, wei, by=house.mo)
    before, held = live.of(house.market, tomorrow(house)), rows(house)
    dossiers.record_reading(wei, by=house.zhou)
    dossiers.set_personalised(wei, False, by=house.zhou)
    offers.accept(assignment, by=house.mo)
    offers.confirm(assignment, by=house.mo)
    postings.submit(factories.posting(house, shift.posting.employer, start=18, length=3), by=house.luo)
    assert live.of(house.market, tomorrow(house)) is before
    assert rows(house) == held


def test_when_a_minute_has_passed_then_what_the_clock_moves_is_seen(house: House) -> None:
    factories.verified(house)
    before = live.of(house.market, tomorrow(house))
    with clock.held_at(clock.now() + live.FRESH):
        assert live.of(house.market, tomorrow(house)) is not before


def test_another_market_has_its_own(house: House, other_house: House) -> None:
    factories.verified(house)
    with scope(market=other_house.market):
        assert len(live.of(other_house.market, tomorrow(other_house)).market.shifts) == 0
    assert len(live.of(house.market, tomorrow(house)).market.shifts) == 1


def test_a_market_too_large_for_this_place_is_refused_in_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_tables: object, **_how: object) -> None:
        raise MarketTooLarge("500 GB")

    monkeypatch.setattr(Market, "build", too_large)
    with pytest.raises(Refused, match="太多，这里算不了（500 GB）"):
        live.of(house.market, tomorrow(house))


def test_one_that_takes_long_is_borne_for_a_minute_after_an_act(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = live.of(house.market, tomorrow(house))
    assert live.bearable(house.market, tomorrow(house)) is None
    monkeypatch.setattr(live, "LONG", 0.0)
    factories.verified(house)
    assert live.good(house.market, tomorrow(house)) is None
    assert live.bearable(house.market, tomorrow(house)) is before
    with clock.held_at(clock.now() + live.FRESH):
        assert live.bearable(house.market, tomorrow(house)) is None


def test_the_matcher_answers_from_a_large_market_while_a_newer_is_made(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher, key = Matcher(), (house.market.pk, tomorrow(house))
    before = matcher._market(*key)
    shift = factories.verified(house)
    monkeypatch.setattr(live, "LONG", 0.0)
    assert matcher._market(*key) is before
    assert matcher.due.is_set()
    matcher._refresh(*key)
    after = matcher._market(*key)
    assert after.market.shifts.id.tolist() == [shift.pk]
    matcher._refresh(*key)
    assert matcher._market(*key) is after  # young and true: not made again
    with clock.held_at(clock.now() + live.FRESH / 2):
        matcher._refresh(*key)
        assert matcher._market(*key) is not after
