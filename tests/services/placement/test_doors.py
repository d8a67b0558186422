"""Unverified or stale demand is never matched, pushed or published: every door, one by one."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement import listing, live, queries, snapshot
from gongqiao.services.placement.actions import dispatch, offers
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
DAYS = 9  # a verification of day labour holds for seven


def _draft(house: House, shift: Shift) -> None:
    Posting.objects.filter(pk=shift.posting_id).update(state="draft", verified_until=None)


def _changed(house: House, shift: Shift) -> None:
    postings.change(shift.posting, {"pay_fen": 12000}, by=house.luo)


def _more_hands(house: House, shift: Shift) -> None:
    postings.set_headcount(shift, 9, by=house.luo)


def _blocked(house: House, shift: Shift) -> None:
    employers.block(shift.posting.employer, by=house.mo, reason="收押金")


def _closed(house: House, shift: Shift) -> None:
    postings.close(shift.posting, by=house.luo, reason="招满了")


def _cancelled(house: House, shift: Shift) -> None:
    postings.cancel_shift(shift, by=house.luo, reason="停电")


def _stale(house: House, shift: Shift) -> None:
    """Run out this minute; the round of the clock that pauses it has not come yet."""
    Posting.objects.filter(pk=shift.posting_id).update(verified_until=timezone.now() - timedelta(seconds=1))


SPOILT: list[Callable[[House, Shift], None]] = [
    _draft,
    _changed,
    _more_hands,
    _blocked,
    _closed,
    _cancelled,
    _stale,
]


@pytest.fixture
def shift(house: House) -> Shift:
    return factories.verified(house)


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house)


def doors(house: House, shift: Shift, wei: Dossier) -> dict[str, object]:
    """What each door shows of the shift, in one shape: whether it lets it through."""
    moment, day = timezone.now(), timezone.localdate(shift.starts_at)
    fresh = Shift.objects.select_related("posting__employer", "market").get(pk=shift.pk)
    public = Client()
    return {
        "worker list": f"/m/yufeng/jobs/{shift.pk}/" in public.get("/m/yufeng/").content.decode(),
        "worker page": public.get(f"/m/yufeng/jobs/{shift.pk}/").status_code == 200,
        "api": [row["id"] for row in public.get("/api/v1/markets/yufeng/shifts").json()["items"]] == [shift.pk],
        "public query": bool(listing.page_of(house.market, moment).lines),
        "board": bool(queries.board(house.mo, day).lines),
        "snapshot": bool(snapshot.take(house.market, day, moment=moment).shifts),
        "kept market": bool(len(live.of(house.market, day).market.shifts.id)),
        "apply": _lets(lambda: offers.apply(fresh, wei, by=house.mo)),
        "offer": _lets(lambda: offers.offer(fresh, wei, by=house.mo)),
    }


def _lets(act: Callable[[], Any]) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    live._kept.clear()
    yield
    live._kept.clear()


def test_verified_demand_passes_every_door(house: House, shift: Shift, wei: Dossier) -> None:
    shown = doors(house, shift, wei)
    assert shown == dict.fromkeys(shown, True)


@pytest.mark.parametrize("spoil", SPOILT)
def test_other_demand_passes_none(
    house: House, shift: Shift, wei: Dossier, spoil: Callable[[House, Shift], None]
) -> None:
    spoil(house, shift)
    shown = doors(house, shift, wei)
    assert shown == dict.fromkeys(shown, False)


@pytest.mark.parametrize("spoil", SPOILT)
@pytest.mark.parametrize("policy", DispatchPolicy)
def test_a_dispatched_day_leaves_it_alone(
    house: House, shift: Shift, wei: Dossier, spoil: Callable[[House, Shift], None], policy: DispatchPolicy
) -> None:
    spoil(house, shift)
    run = dispatch.run_day(timezone.localdate(shift.starts_at), by=house.mo, policy=policy)
    assert (run.outcome, Assignment.objects.count()) == ([], 0)


@pytest.mark.parametrize("spoil", SPOILT)
def test_an_offer_already_out_is_not_agreed_to(
    house: House, shift: Shift, wei: Dossier, spoil: Callable[[House, Shift], None]
) -> None:
    row = offers.offer(shift, wei, by=house.mo)
    spoil(house, shift)
    row = Assignment.objects.select_related("shift__posting__employer", "person").get(pk=row.pk)
    with pytest.raises(Refused):
        offers.accept(row, by=house.mo)
    assert row.state == State.OFFERED


def test_nobody_on_the_waiting_list_is_asked_for_it(house: House, wei: Dossier) -> None:
    shift = factories.verified(house, headcount=1)
    held = offers.offer(shift, wei, by=house.mo)
    offers.apply(shift, factories.dossier(house, "覃海"), by=house.mo)
    offers.accept(held, by=house.mo)
    _changed(house, shift)
    assert offers.promote(Shift.objects.select_related("market").get(pk=shift.pk)) is None


def test_stale_by_the_clock_alone(house: House, wei: Dossier) -> None:
    far: datetime = timezone.now() + timedelta(days=DAYS)
    shift = factories.verified(house, day=far.date())
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        shown = doors(house, shift, wei)
    assert shown == dict.fromkeys(shown, False)
