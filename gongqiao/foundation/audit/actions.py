"""Recording: in the same transaction as the change, by the action itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction

from gongqiao.foundation import clock
from gongqiao.foundation.audit.chain import digest
from gongqiao.foundation.audit.models import AuditEvent, ChainHead
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role

BATCH = 200
DESK, SELF, FAMILY = "desk", "self", "family"  # channels: at the window, himself, somebody for his relative


@dataclass(frozen=True)
class Act:
    """One event to record; `detail` holds facts, never personal clear text."""

    action: str
    thing: models.Model
    on_behalf_of: models.Model | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def record(
    action: str,
    thing: models.Model,
    *,
    by: Membership,
    on_behalf_of: models.Model | None = None,
    channel: str = DESK,
    **detail: Any,
) -> None:
    """An event in the chain of the actor's market. `detail` holds facts, never personal clear text."""
    record_all([Act(action, thing, on_behalf_of, detail)], by=by, channel=channel)


def record_all(acts: Iterable[Act], *, by: Membership, channel: str = DESK) -> None:
    """Events in this order in the chain of the actor's market, as one write. What family does is written down as done
    by family for that worker, and what a worker does as done by himself, whatever the action thought of."""
    family = by.role == Role.FAMILY
    common = {"actor": f"{by.pk} {by.title}"[:60], "channel": _channel(by, channel)}
    facts = [
        {
            "on_behalf_of": f"people.person:{by.acts_for_id}" if family else _whom(act),
            "action": act.action,
            "thing": key(act.thing),
            "detail": act.detail,
            **common,
        }
        for act in acts
    ]
    if facts:
        _append(by.market.code, facts)


def record_system(action: str, kind: str, subject: str, **detail: Any) -> None:
    """An event outside any market: sign-in, key rotation, backup."""
    facts = {"actor": "", "on_behalf_of": "", "channel": "", "action": action, "thing": f"{kind}:{subject}"[:80]}
    _append("system", [{**facts, "detail": detail}])


def _channel(by: Membership, said: str) -> str:
    """No worker and no relative acts at the desk."""
    if by.role == Role.FAMILY:
        return FAMILY
    return SELF if by.role == Role.WORKER and said == DESK else said


def _whom(act: Act) -> str:
    return key(act.on_behalf_of) if act.on_behalf_of is not None else ""


def key(thing: models.Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


@transaction.atomic
def _append(chain: str, facts: Sequence[dict[str, Any]]) -> None:
    head = ChainHead.objects.select_for_update().filter(chain=chain).first() or _first(chain)
    number, last, moment = head.number, head.digest, clock.now()
    events = []
    for each in facts:
        number += 1
        event = AuditEvent(chain=chain, number=number, at=moment, previous=last, **each)
        event.digest = last = digest(event)
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)
    ChainHead.objects.filter(chain=chain).update(number=number, digest=last)


def _first(chain: str) -> ChainHead:
    ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
    locked = ChainHead.objects.select_for_update() if connection.features.has_select_for_update else ChainHead.objects
    return locked.get(chain=chain)
