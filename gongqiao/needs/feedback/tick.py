"""What happens by itself at its time: late tickets go up, silent ones close, orphaned ones find a new hand."""

from datetime import timedelta

from django.db.models import Q
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.feedback import actions, rules
from gongqiao.needs.feedback.enums import OPEN, CallBackState, State, Why
from gongqiao.needs.feedback.models import CallBack, Ticket

BATCH = 200


def tick() -> dict[str, int]:
    """One round over all markets; returns what was done. Safe to repeat."""
    done = {"orphans": 0, "raised": 0, "silent": 0}
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            by = system_of(market)
            done["orphans"] += _orphans(by)
            done["raised"] += _raise_late(by) + _raise_call_backs(by)
            done["silent"] += _close_silent(by)
    return done


def _orphans(by: Membership) -> int:
    """Whoever had it has left."""
    today = clock.now().astimezone(by.market.tz).date()
    gone = Q(handler__withdrawn_at__isnull=False) | Q(handler__ends_on__lt=today)
    count = 0
    for ticket in Ticket.objects.filter(gone, state__in=OPEN).exclude(state=State.NEW).select_related("market")[:BATCH]:
        try:
            actions.release(ticket, by=by)
        except (Refused, Stale):
            continue
        count += 1
    return count


def _raise_late(by: Membership) -> int:
    late = Ticket.objects.filter(state__in=OPEN, answer_by__lt=clock.now(), escalated_at=None)
    rows = late.exclude(state=State.WAITING).select_related("market").order_by("answer_by")
    return sum(actions.escalate(ticket, Why.OVERDUE, by=by) for ticket in rows[:BATCH])


def _raise_call_backs(by: Membership) -> int:
    late = CallBack.objects.filter(state=CallBackState.OPEN, due_at__lt=clock.now(), ticket__escalated_at=None)
    rows = late.select_related("ticket__market").order_by("due_at")[:BATCH]
    return sum(actions.escalate(row.ticket, Why.CALL_BACK, by=by) for row in rows)


def _close_silent(by: Membership) -> int:
    silent = Ticket.objects.filter(
        state=State.RESOLVED, resolved_at__lt=clock.now() - timedelta(days=rules.SILENCE_DAYS)
    )
    count = 0
    for ticket in silent.select_related("market").order_by("resolved_at")[:BATCH]:
        try:
            actions.close_silent(ticket, by=by)
        except Stale:
            continue
        count += 1
    return count
