"""Recording: in the same transaction as the change, by the action itself."""

from typing import Any

from django.db import connection, models, transaction

from gongqiao.foundation import clock
from gongqiao.foundation.audit.chain import digest
from gongqiao.foundation.audit.models import AuditEvent, ChainHead
from gongqiao.foundation.organisations.models import Membership


def record(
    action: str,
    thing: models.Model,
    *,
    by: Membership,
    on_behalf_of: models.Model | None = None,
    channel: str = "desk",
    **detail: Any,
) -> None:
    """An event in the chain of the actor's market. `detail` holds facts, never personal clear text."""
    _append(
        by.market.code,
        actor=f"{by.pk} {by.title}"[:60],
        on_behalf_of=key(on_behalf_of) if on_behalf_of is not None else "",
        channel=channel,
        action=action,
        thing=key(thing),
        detail=detail,
    )


def record_system(action: str, kind: str, subject: str, **detail: Any) -> None:
    """An event outside any market: sign-in, key rotation, backup."""
    _append(
        "system", actor="", on_behalf_of="", channel="", action=action, thing=f"{kind}:{subject}"[:80], detail=detail
    )


def key(thing: models.Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


@transaction.atomic
def _append(chain: str, **facts: Any) -> None:
    head = ChainHead.objects.select_for_update().filter(chain=chain).first() or _first(chain)
    event = AuditEvent(chain=chain, number=head.number + 1, at=clock.now(), previous=head.digest, **facts)
    event.digest = digest(event)
    event.save(force_insert=True)
    ChainHead.objects.filter(chain=chain).update(number=event.number, digest=event.digest)


def _first(chain: str) -> ChainHead:
    ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
    locked = ChainHead.objects.select_for_update() if connection.features.has_select_for_update else ChainHead.objects
    return locked.get(chain=chain)
