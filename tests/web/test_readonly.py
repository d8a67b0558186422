"""A page that is only read writes nothing."""

import pytest
from django.db import connection

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.markets.models import Market
from gongqiao.web.readonly import WriteInGet, audit_door, read_only
from tests import factories
from tests.conftest import signed_in
from tests.factories import House


def test_a_write_under_the_guard_raises(house: House) -> None:
    with read_only(), pytest.raises(WriteInGet):
        Market.objects.update(phone="1")


def test_reading_under_the_guard_is_fine(house: House) -> None:
    with read_only():
        assert Market.objects.count() == 1


def test_the_audit_door_lets_one_event_through(house: House) -> None:
    with read_only(), audit_door(), connection.cursor() as cursor:
        cursor.execute("UPDATE markets_market SET phone = phone")


def test_opening_a_file_is_an_event(house: House) -> None:
    mine = factories.dossier(house)
    signed_in("zhou").get(f"/desk/dossiers/{mine.pk}/")
    last = AuditEvent.objects.filter(chain="yufeng").order_by("-number")[0]
    assert (last.action, last.thing) == ("dossier.read", f"dossiers.dossier:{mine.pk}")
