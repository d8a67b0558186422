"""Pressing the button twice, at the same moment: a sheet is brought in once, and taken back once."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django_scopes import scope

from gongqiao.channels.spreadsheet import actions
from gongqiao.channels.spreadsheet.enums import BatchState, Kind, Outcome
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.needs.dossiers.models import Dossier
from tests.channels.spreadsheet import sheets
from tests.factories import House

pytestmark = pytest.mark.data
WRITERS = 8
ONE_WINS = Counter({"won": 1, "second": WRITERS - 1})
PEOPLE = [{"姓名": f"韦{index}", "手机": ""} for index in range(5)]


def race(market: Market, act: Callable[[int], None]) -> Counter[str]:
    """All at once, each on a connection of its own; what became of each."""
    gate, seen = threading.Barrier(WRITERS), Counter[str]()

    def run(index: int) -> None:
        gate.wait()
        try:
            with scope(market=market):
                act(index)
            word = "won"
        except (Refused, Stale):
            word = "second"
        finally:
            connection.close()
        seen[word] += 1

    threads = [threading.Thread(target=run, args=(index,)) for index in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def copies(house: House) -> tuple[ImportBatch, list[ImportBatch]]:
    batch = actions.preview(by=house.mo, kind=Kind.WORKERS, filename="a.xlsx", content=sheets.workers(*PEOPLE))
    return batch, [ImportBatch.objects.select_related("market").get(pk=batch.pk) for _index in range(WRITERS)]


def test_a_double_confirmation_registers_once(shared_house: House) -> None:
    batch, seen_by_each = copies(shared_house)
    seen = race(shared_house.market, lambda index: actions.confirm(seen_by_each[index], by=shared_house.mo))
    assert seen == ONE_WINS
    assert Dossier.objects.count() == len(PEOPLE)
    assert batch.items.filter(outcome=Outcome.MADE).count() == len(PEOPLE)
    assert verify("yufeng").fault == ""


def test_confirming_and_dropping_at_once_does_one_of_them(shared_house: House) -> None:
    batch, seen_by_each = copies(shared_house)

    def act(index: int) -> None:
        (actions.confirm if index % 2 else actions.drop)(seen_by_each[index], by=shared_house.mo)

    assert race(shared_house.market, act) == ONE_WINS
    batch.refresh_from_db()
    assert Dossier.objects.count() == (len(PEOPLE) if batch.state == BatchState.CONFIRMED else 0)
    assert batch.content == ""


def test_taking_back_twice_takes_back_once(shared_house: House) -> None:
    batch, _seen = copies(shared_house)
    actions.confirm(batch, by=shared_house.mo)
    seen_by_each = [ImportBatch.objects.select_related("market").get(pk=batch.pk) for _index in range(WRITERS)]
    assert race(shared_house.market, lambda index: actions.revert(seen_by_each[index], by=shared_house.mo)) == ONE_WINS
    assert Dossier.objects.count() == 0
    assert batch.items.filter(outcome=Outcome.UNDONE).count() == len(PEOPLE)
    assert verify("yufeng").fault == ""
