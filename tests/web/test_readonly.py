"""A page that is only read writes nothing: through the ORM, through raw SQL, on both databases."""

from threading import Thread

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.markets.models import Market
from gongqiao.web.middleware import ReadOnlyGet
from gongqiao.web.readonly import WriteInGet, audit_door, read_only
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data

WRITES = [
    "UPDATE markets_market SET phone = '1'",
    "  \n delete from markets_market",
    "INSERT INTO markets_market (code) VALUES ('x')",
    "WITH gone AS (SELECT 1) DELETE FROM markets_market",
    "SELECT 1; DELETE FROM markets_market",
    "SELECT code INTO stolen FROM markets_market",
    "SELECT code FROM markets_market FOR UPDATE",
    "SELECT code FROM markets_market FOR NO KEY UPDATE",
    "DROP TABLE markets_market",
    "PRAGMA query_only = 0",
    "EXPLAIN ANALYZE DELETE FROM markets_market",
]
READS = [
    "SELECT code FROM markets_market",
    "SELECT ';delete from x', merged_into_id FROM people_person",
    "SELECT 1;",
]


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", WRITES)
def test_raw_sql_that_writes_raises_under_the_guard(house: House, sql: str) -> None:
    with read_only(), pytest.raises(WriteInGet):
        run(sql)
    assert Market.objects.get().phone == "0772-1234567"


def test_many_writes_at_once_raise_too(house: House) -> None:
    with read_only(), connection.cursor() as cursor, pytest.raises(WriteInGet):
        cursor.executemany("UPDATE markets_market SET phone = %s", [["1"], ["2"]])


@pytest.mark.parametrize("sql", READS)
def test_reading_under_the_guard_is_fine(house: House, sql: str) -> None:
    with read_only():
        run(sql)
        assert Market.objects.count() == 1


def test_a_write_of_the_orm_under_the_guard_raises(house: House) -> None:
    with read_only(), pytest.raises(WriteInGet):
        Market.objects.update(phone="1")
    with read_only(), pytest.raises(WriteInGet), transaction.atomic():
        house.market.save()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_view_that_writes_raises_when_it_is_read_and_not_when_it_is_posted_to(house: House, method: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        run("UPDATE markets_market SET phone = '1'")
        return HttpResponse("written")

    guarded = ReadOnlyGet(view)  # type: ignore[arg-type]
    with pytest.raises(WriteInGet):
        guarded(getattr(RequestFactory(), method)("/"))  # type: ignore[arg-type]
    assert guarded(RequestFactory().post("/")).status_code == 200  # type: ignore[arg-type]
    assert Market.objects.get().phone == "1"


def test_a_connection_opened_by_a_reading_page_writes_for_the_next_one(shared_house: House) -> None:
    """In a thread of its own, as a server's: nothing was opened there before."""
    told: list[str] = []

    def thread() -> None:
        try:
            with read_only():
                run("SELECT 1")
            run("UPDATE markets_market SET phone = '1'")
            told.append("written")
        except WriteInGet as why:
            told.append(str(why))
        finally:
            connection.close()

    fresh = Thread(target=thread)
    fresh.start()
    fresh.join()
    assert told == ["written"]


def test_the_audit_door_lets_one_event_through_and_closes_again(house: House) -> None:
    with read_only():
        with audit_door():
            run("UPDATE markets_market SET phone = phone")
        with pytest.raises(WriteInGet):
            run("UPDATE markets_market SET phone = phone")


def test_opening_a_file_is_an_event(house: House) -> None:
    mine = factories.dossier(house)
    signed_in("zhou").get(f"/desk/dossiers/{mine.pk}/")
    last = AuditEvent.objects.filter(chain="yufeng").order_by("-number")[0]
    assert (last.action, last.thing) == ("dossier.read", f"dossiers.dossier:{mine.pk}")
    assert (last.actor, last.on_behalf_of) == (f"{house.zhou.pk} 周社工", f"people.person:{mine.person_id}")


def test_a_list_and_a_search_open_no_file(house: House) -> None:
    factories.dossier(house)
    client, before = signed_in("zhou"), AuditEvent.objects.count()
    assert client.get("/desk/dossiers/?q=wjg").status_code == 200
    assert AuditEvent.objects.count() == before
