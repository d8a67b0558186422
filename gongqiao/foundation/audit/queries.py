"""Reading the log about things."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from gongqiao.foundation.audit.actions import key
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.markets.models import Market, MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.people.models import Person

BATCH = 500


def log(actor: Membership, text: str = "", actions: Collection[str] = ()) -> QuerySet[AuditEvent]:
    """The chain of the actor's market, the newest first; with `text`, who or what holds it, or one of `actions`."""
    if not actor.may(Right.AUDIT_READ):
        return AuditEvent.objects.none()
    events = AuditEvent.objects.filter(chain=actor.market.code).order_by("-number")
    if not text:
        return events
    return events.filter(Q(actor__contains=text) | Q(thing__contains=text) | Q(action__in=actions))


def about(things: Sequence[MarketModel]) -> QuerySet[AuditEvent]:
    """What was done with things of one market, the newest first."""
    events = AuditEvent.objects.filter(chain=things[0].market.code, thing__in=[key(thing) for thing in things])
    return events.order_by("-number")


def done_for(
    person: Person, market: Market, *, but: Collection[str] = (), things: Sequence[MarketModel] = ()
) -> QuerySet[AuditEvent]:
    """What others did for one person in one market, and with `things` of his, the newest first; what he did himself is
    left out, as far as the channel says so."""
    his = Q(on_behalf_of=key(person)) | Q(thing__in=[key(thing) for thing in things])
    events = AuditEvent.objects.filter(his, chain=market.code).exclude(channel="self")
    return events.exclude(action__in=but).order_by("-number")


def last_digest(chain: str, *, but: Collection[str]) -> str:
    """Digest of the newest event of a chain other than `but`; "" while there is none. It moves with every such act."""
    events = AuditEvent.objects.filter(chain=chain).exclude(action__in=but).order_by("-number")
    return events.values_list("digest", flat=True).first() or ""


def touched(things: Sequence[MarketModel], *, but: Collection[str]) -> set[Any]:
    """Primary keys of the things that an event other than `but` is about; all of one market."""
    found: set[str] = set()
    keys = {key(thing): thing.pk for thing in things}
    for start in range(0, len(things), BATCH):
        part = things[start : start + BATCH]
        events = AuditEvent.objects.filter(chain=part[0].market.code, thing__in=[key(thing) for thing in part])
        found.update(events.exclude(action__in=but).values_list("thing", flat=True))
    return {keys[thing] for thing in found}
