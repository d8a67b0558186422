"""Two acts that lock the same two rows the other way round: one is done, the other is told that it came too late."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction
from django_scopes import scopes_disabled

from gongqiao.foundation.deadlocks import too_late
from gongqiao.foundation.errors import Stale
from gongqiao.foundation.organisations.models import Membership
from tests.factories import House

pytestmark = pytest.mark.data


def test_one_of_two_that_wait_for_one_another_is_stale_and_has_written_nothing(shared_house: House) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: nobody waits for one another")
    both, ends = threading.Barrier(2, timeout=20), {}

    def act(name: str, first: int, second: int) -> None:
        try:
            with scopes_disabled(), transaction.atomic():
                _retitle(first, name)
                both.wait()
                _retitle(second, name)
            ends[name] = "done"
        except Stale:
            ends[name] = "stale"
        finally:
            connection.close()

    one, other = shared_house.mo.pk, shared_house.luo.pk
    threads = [threading.Thread(target=act, args=each) for each in (("甲", one, other), ("乙", other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends.values()) == ["done", "stale"]
    winner = next(name for name, end in ends.items() if end == "done")
    assert set(Membership.objects.filter(pk__in=(one, other)).values_list("title", flat=True)) == {winner}


def _retitle(pk: int, title: str) -> None:
    Membership.objects.filter(pk=pk).update(title=title)


class _Broken(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@contextmanager
def fails_as(state: str) -> Iterator[None]:
    def execute(*args: object) -> None:
        raise OperationalError("…") from _Broken(state)

    too_late(execute, "SELECT 1", (), False, {})
    yield


@pytest.mark.parametrize(("state", "told"), [("40P01", Stale), ("40001", Stale), ("57P01", OperationalError)])
def test_only_what_another_one_overtook_is_stale(state: str, told: type[Exception]) -> None:
    with pytest.raises(told), fails_as(state):
        pass
