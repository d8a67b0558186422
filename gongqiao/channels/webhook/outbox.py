"""From the market's log into the outbox: what each receiver wants to know, once, whatever falls over in between."""

from typing import Any

from django.db import transaction

from gongqiao.channels.webhook.actions import put
from gongqiao.channels.webhook.enums import OF_ACTION, Event, HookState
from gongqiao.channels.webhook.models import Hook
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.postings.models import Posting
from gongqiao.services.placement.models import Assignment

BATCH = 500  # entries of the log at a time


def fill(hook: Hook) -> int:
    """How many messages were put in for it. The place in the log and the messages are written together; the numbers of
    a chain are given under its lock, so that none is seen late."""
    with transaction.atomic():
        held = Hook.objects.select_for_update(of=("self",)).select_related("market").get(pk=hook.pk)
        if held.state != HookState.ON:
            return 0
        news = AuditEvent.objects.filter(chain=held.market.code, number__gt=held.seen)
        entries = list(news.order_by("number")[:BATCH])
        if not entries:
            return 0
        count = sum(_put(held, entry) for entry in entries)
        Hook.objects.filter(pk=held.pk).update(seen=entries[-1].number)
    return count


def _put(hook: Hook, entry: AuditEvent) -> int:
    event = OF_ACTION.get(entry.action)
    if event is None or event.value not in hook.events:
        return 0
    facts = _facts(event, entry)
    if facts is None:
        return 0
    put(hook, event, entry.number, {"market": hook.market.code, "at": entry.at.isoformat(), **facts})
    return 1


def _facts(event: Event, entry: AuditEvent) -> dict[str, Any] | None:
    """Ids and states. None: it is of no row any more (taken back in the meantime)."""
    pk = entry.thing.partition(":")[2]
    match event:
        case Event.POSTING_VERIFIED:
            posting = Posting.objects.filter(pk=pk).first()
            return None if posting is None else {"posting": posting.pk, "state": posting.state}
        case Event.ASSIGNMENT_CHANGED:
            row = Assignment.objects.select_related("shift").filter(pk=pk).first()
            if row is None:
                return None
            happened = entry.action.partition(".")[2]
            return {"assignment": row.pk, "shift": row.shift_id, "posting": row.shift.posting_id, "happened": happened}
        case Event.TICKET_RECEIVED:
            ticket = Ticket.objects.filter(pk=pk).first()
            return None if ticket is None else {"ticket": ticket.number}
    return None
