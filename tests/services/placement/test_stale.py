"""What was said long ago: a wish ranks nothing any more, a limit holds and is to be asked about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gongqiao.foundation import clock
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.models import DossierValue
from gongqiao.needs.dossiers.queries import stale_among
from gongqiao.needs.dossiers.rules import FRESH_DAYS
from gongqiao.services.placement import snapshot
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data


def wishes(house: House, ahead: int) -> list[list[str]]:
    """Of everybody, as matching reads them for tomorrow, so many days from now."""
    with clock.held_at(clock.now() + timedelta(days=ahead)):
        moment = clock.now()
        day = moment.astimezone(house.market.tz).date() + timedelta(days=1)
        return [row["preferred_trades"] for row in snapshot.take(house.market, day, moment=moment).workers]


def test_a_wish_counts_until_its_day_and_again_once_it_is_said_anew(house: House) -> None:
    wei = factories.dossier(house, values={"preferred": ["loader"]})
    last = FRESH_DAYS["preferred"] - 1  # tomorrow's market is that much later
    assert (wishes(house, last), wishes(house, last + 1)) == ([["loader"]], [[]])
    with clock.held_at(clock.now() + timedelta(days=last + 1)):
        dossiers.update(wei, Facts({"preferred": ["cleaner"]}), by=house.zhou)
    assert wishes(house, last + 2) == [["cleaner"]]


def test_a_limit_holds_however_old_and_is_named_to_be_asked_about(house: House) -> None:
    wei = factories.dossier(house, values={"pay_floor": 3000})
    lu = factories.dossier(house, "陆二")
    later = timezone.localdate() + timedelta(days=FRESH_DAYS["pay_floor"] + 1)
    with clock.held_at(clock.now() + timedelta(days=FRESH_DAYS["pay_floor"] + 1)):
        taken = snapshot.take(house.market, later, moment=clock.now())
    assert {row["id"]: row["pay_floor"] for row in taken.workers}[wei.pk] == 3000
    assert stale_among(later, ["pay_floor"])[wei.pk] == {"pay_floor"}
    assert stale_among(later, ["pay_floor"], [lu.pk]).get(wei.pk) is None
    assert stale_among(later - timedelta(days=1), ["pay_floor"]) == {}


def test_whom_to_call_says_what_to_ask_him_first(house: House) -> None:
    wei, shift = factories.dossier(house, values={"pay_floor": 1500}), factories.verified(house)
    path, mo = f"/desk/board/shifts/{shift.pk}/", signed_in("mo")

    def panel() -> str:
        return mo.get(path, headers={"HX-Request": "true"}).content.decode()

    assert "好久没问过" not in panel()
    old = timezone.localdate() - timedelta(days=1)
    DossierValue.objects.filter(dossier=wei, field__in=["pay_floor", "week_hours"]).update(fresh_until=old)
    assert "好久没问过：平常有空、每小时至少" in panel()
    dossiers.update(wei, Facts({"pay_floor": 1600}), by=house.zhou)
    assert "好久没问过：平常有空" in panel()
    assert "每小时至少" not in panel()
