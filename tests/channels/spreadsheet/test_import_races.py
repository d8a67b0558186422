"""Pressing the button twice, at the same moment: a sheet is brought in once, and taken back once."""

import pytest

from gongqiao.channels.spreadsheet import actions
from gongqiao.channels.spreadsheet.enums import BatchState, Kind, Outcome
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.foundation.audit.chain import verify
from gongqiao.needs.dossiers.models import Dossier
from tests.channels.spreadsheet import sheets
from tests.factories import House
from tests.test_races import WRITERS, race, won_once

pytestmark = pytest.mark.data
PEOPLE = [{"姓名": f"韦{index}", "手机": ""} for index in range(5)]


def copies(house: House) -> tuple[ImportBatch, list[ImportBatch]]:
    batch = actions.preview(by=house.mo, kind=Kind.WORKERS, filename="a.xlsx", content=sheets.workers(*PEOPLE))
    return batch, [ImportBatch.objects.select_related("market").get(pk=batch.pk) for _index in range(WRITERS)]


def test_a_double_confirmation_registers_once(shared_house: House) -> None:
    batch, seen_by_each = copies(shared_house)
    seen = race(shared_house.market, lambda index: actions.confirm(seen_by_each[index], by=shared_house.mo))
    assert won_once(seen), seen
    assert Dossier.objects.count() == len(PEOPLE)
    assert batch.items.filter(outcome=Outcome.MADE).count() == len(PEOPLE)
    assert verify("yufeng").fault == ""


def test_confirming_and_dropping_at_once_does_one_of_them(shared_house: House) -> None:
    batch, seen_by_each = copies(shared_house)

    def act(index: int) -> None:
        (actions.confirm if index % 2 else actions.drop)(seen_by_each[index], by=shared_house.mo)

    assert won_once(race(shared_house.market, act))
    batch.refresh_from_db()
    assert Dossier.objects.count() == (len(PEOPLE) if batch.state == BatchState.CONFIRMED else 0)
    assert batch.content == ""


def test_taking_back_twice_takes_back_once(shared_house: House) -> None:
    batch, _seen = copies(shared_house)
    actions.confirm(batch, by=shared_house.mo)
    seen_by_each = [ImportBatch.objects.select_related("market").get(pk=batch.pk) for _index in range(WRITERS)]
    assert won_once(race(shared_house.market, lambda index: actions.revert(seen_by_each[index], by=shared_house.mo)))
    assert Dossier.objects.count() == 0
    assert batch.items.filter(outcome=Outcome.UNDONE).count() == len(PEOPLE)
    assert verify("yufeng").fault == ""
