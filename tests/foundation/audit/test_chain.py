"""The chain holds, and shows every way of breaking it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from gongqiao.foundation.audit.chain import digest, verify
from gongqiao.foundation.audit.models import AuditEvent, ChainHead
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


def test_the_log_cannot_be_emptied(house: House) -> None:
    if connection.vendor == "sqlite":
        acts = ["DELETE FROM audit_auditevent WHERE 1"]  # SQLite has no TRUNCATE: this is what it has instead
    else:
        acts = ["TRUNCATE audit_auditevent"]
    for act in acts:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)
    assert AuditEvent.objects.filter(chain="yufeng").exists()


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


def test_an_event_moved_to_another_place_is_named(house: House) -> None:
    drop_guards()
    AuditEvent.objects.filter(chain="yufeng", number=2).update(number=9000)
    AuditEvent.objects.filter(chain="yufeng", number=3).update(number=2)
    AuditEvent.objects.filter(chain="yufeng", number=9000).update(number=3)
    assert verify("yufeng").fault == "event 2 does not follow event 1"


def test_an_event_put_in_behind_the_head_is_seen(house: House) -> None:
    last = AuditEvent.objects.filter(chain="yufeng").order_by("-number")[0]
    forged = AuditEvent(chain="yufeng", number=last.number + 1, at=last.at, actor="x", action="x", thing="x")
    forged.previous = last.digest
    forged.digest = digest(forged)
    forged.save()
    assert verify("yufeng").fault == f"the head says {last.number} events, {last.number + 1} are here"


@pytest.mark.parametrize("column", ["actor", "action", "thing", "on_behalf_of", "channel", "detail", "at"])
def test_no_column_can_be_changed_unseen(house: House, column: str) -> None:
    drop_guards()
    rows = AuditEvent.objects.filter(chain="yufeng", number=1)
    value: object = {"x": 1} if column == "detail" else rows.get().at + timedelta(seconds=1) if column == "at" else "x"
    rows.update(**{column: value})
    assert verify("yufeng").fault == "event 1 was changed"


def test_the_command_walks_every_chain_and_fails_when_one_is_broken(house: House, other_house: House) -> None:
    told = StringIO()
    call_command("verify_audit", stdout=told)
    assert [line.split(":")[0] for line in told.getvalue().splitlines()] == ["liunan", "yufeng"]
    drop_guards()
    AuditEvent.objects.filter(chain="liunan", number=1).update(actor="x")
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=told)
    assert "liunan: 0 events" in told.getvalue()
    assert "event 1 was changed" in told.getvalue()


def test_an_act_that_fails_leaves_no_event(house: House) -> None:
    before = verify("yufeng").events

    @transaction.atomic
    def act() -> None:
        factories.dossier(house)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert (verify("yufeng").events, verify("yufeng").fault) == (before, "")


def test_the_log_points_at_no_live_row() -> None:
    assert [field for model in (AuditEvent, ChainHead) for field in model._meta.fields if field.is_relation] == []
