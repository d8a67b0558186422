"""The public list kept for all who look: as good as the last act, a minute old at most, never wider than the truth."""

from datetime import timedelta

import pytest
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import listing
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import Decline
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def listed(house: House, *, full: bool = False, community: str = "") -> list[int]:
    found = listing.page_of(house.market, clock.now(), community, full=full)
    return [line.shift.pk for line in found.lines]


def test_what_is_done_is_seen_by_the_next_who_looks(house: House) -> None:
    first = factories.verified(house, headcount=1)
    assert (listed(house), listed(house, full=True)) == ([first.pk], [first.pk])
    second = factories.verified(house, start=18, length=3)
    assert listed(house) == [first.pk, second.pk]
    offer = offers.offer(first, factories.dossier(house), by=house.mo)
    assert (listed(house), listed(house, full=True)) == ([second.pk], [first.pk, second.pk])
    offers.decline(offer, Decline.FOUND, by=house.mo)
    assert listed(house) == [first.pk, second.pk]


def test_while_nothing_is_done_then_it_is_not_read_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.verified(house)
    before = listed(house)
    reads = []
    monkeypatch.setattr(listing, "_keys", lambda *asked: reads.append(asked) or [])
    assert (listed(house), reads) == (before, [])
    with clock.held_at(clock.now() + listing.FRESH):
        assert listed(house) == []
    assert len(reads) == 1


def test_what_began_meanwhile_is_gone_though_it_is_kept(house: House) -> None:
    shift = factories.verified(house)
    with clock.held_at(shift.starts_at - timedelta(seconds=30)):
        assert listed(house) == [shift.pk]
    with clock.held_at(shift.starts_at + timedelta(seconds=1)):
        assert listed(house) == []


def test_beside_the_page_only_what_is_listed_in_its_order(house: House) -> None:
    first, second, third = (factories.verified(house, start=4 + n) for n in range(3))
    draft = Shift.objects.get(posting=factories.posting(house))
    wanted = [third.pk, 10**6, draft.pk, second.pk]
    found = listing.page_of(house.market, clock.now(), limit=1, beside=wanted)
    assert [line.shift.pk for line in found.lines] == [first.pk]
    assert [line.shift.pk for line in found.beside] == [third.pk, second.pk]
    assert found.more


def test_another_market_has_its_own(house: House, other_house: House) -> None:
    shift = factories.verified(house)
    assert listed(house) == [shift.pk]
    with scope(market=other_house.market):
        assert listed(other_house) == []
