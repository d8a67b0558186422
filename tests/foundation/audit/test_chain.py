"""The chain holds, and shows every way of breaking it."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def drop_guards() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_no_update")
            cursor.execute("DROP TRIGGER audit_no_delete")
        else:
            cursor.execute("DROP TRIGGER audit_append_only ON audit_auditevent")


def test_a_chain_of_real_acts_is_whole(house: House) -> None:
    factories.dossier(house)
    verdict = verify("yufeng")
    assert (verdict.fault, verdict.events) == ("", AuditEvent.objects.filter(chain="yufeng").count())
    assert verdict.events > 5


@pytest.mark.parametrize("act", ["UPDATE audit_auditevent SET action = 'x'", "DELETE FROM audit_auditevent"])
def test_the_database_refuses_to_change_or_delete(house: House, act: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_a_changed_event_is_named(house: House) -> None:
    drop_guards()
    AuditEvent.objects.filter(chain="yufeng", number=2).update(actor="somebody else")
    assert verify("yufeng").fault == "event 2 was changed"


def test_a_missing_event_is_named(house: House) -> None:
    drop_guards()
    AuditEvent.objects.filter(chain="yufeng", number=3).delete()
    assert verify("yufeng").fault == "event 3 is missing"


def test_a_cut_tail_does_not_fit_the_head(house: House) -> None:
    drop_guards()
    last = AuditEvent.objects.filter(chain="yufeng").order_by("-number")[0]
    AuditEvent.objects.filter(pk=last.pk).delete()
    assert verify("yufeng").fault == f"the head says {last.number} events, {last.number - 1} are here"
