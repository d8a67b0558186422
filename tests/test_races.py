"""Racing writers: exactly one wins, by facts of the database."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django_scopes import scope

from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings import queries
from gongqiao.needs.postings.enums import Method
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import HOLDING
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
WRITERS = 32


def race(market: Any, act: Callable[[int], None]) -> Counter[str]:
    """All at once, each on a connection of its own; what became of each."""
    gate, seen, lock = threading.Barrier(WRITERS), Counter[str](), threading.Lock()

    def run(index: int) -> None:
        gate.wait()
        try:
            with scope(market=market):
                act(index)
            word = "won"
        except (Refused, Stale) as answer:
            word = type(answer).__name__
        except OperationalError as busy:
            word = f"busy: {busy}"
        finally:
            connection.close()
        with lock:
            seen[word] += 1

    threads = [threading.Thread(target=run, args=(index,)) for index in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def won_once(seen: Counter[str]) -> bool:
    return seen["won"] == 1 and set(seen) <= {"won", "Refused", "Stale"}


def test_the_last_seat_goes_to_one(shared_house: House) -> None:
    shift = factories.verified(shared_house, headcount=1)
    people = [factories.dossier(shared_house, f"韦{index}") for index in range(WRITERS)]
    seen = race(shared_house.market, lambda i: void(offers.offer(shift, people[i], by=shared_house.mo)))
    assert won_once(seen), seen
    assert Assignment.objects.filter(shift=shift, state__in=HOLDING).count() == 1
    assert verify("yufeng").fault == ""


def test_overlapping_shifts_get_one_of_them(shared_house: House) -> None:
    wei = factories.dossier(shared_house)
    shifts = [factories.verified(shared_house, start=8, length=4 + index % 3) for index in range(WRITERS)]
    seen = race(shared_house.market, lambda i: void(offers.offer(shifts[i], wei, by=shared_house.mo)))
    assert won_once(seen), seen
    assert Assignment.objects.filter(dossier=wei, state__in=HOLDING).count() == 1


def test_one_verification_is_made_once(shared_house: House) -> None:
    row = factories.posting(shared_house)
    postings.submit(row, by=shared_house.luo)
    copies = [queries.opened(shared_house.mo, row.pk) for _index in range(WRITERS)]

    def act(index: int) -> None:
        postings.verify(copies[index], by=shared_house.mo, method=Method.PHONE, note="打过电话")

    seen = race(shared_house.market, act)
    assert won_once(seen), seen
    assert row.verifications.count() == 1


def void(_answer: object) -> None:
    return None
