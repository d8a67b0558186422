"""What happens by itself in the hall: after closing, whoever still stands in a line is told why. Idempotent."""

from datetime import datetime

from django.db.models import QuerySet
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.services.hall import queries, rules
from gongqiao.services.hall.actions import leave
from gongqiao.services.hall.enums import Reason, State
from gongqiao.services.hall.models import Number

BATCH = 500


def tick() -> dict[str, int]:
    """One round over all markets; how many numbers were left."""
    count = 0
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            count += _close(market, clock.now())
    return {"numbers_left": count}


def _close(market: Market, moment: datetime) -> int:
    """Of earlier days all that is open; of today whoever waits once the windows are shut, the called an hour later."""
    today = moment.astimezone(market.tz).date()
    earlier = Number.objects.filter(day__lt=today)
    by = system_of(market)
    count = _left(earlier.filter(state=State.WAITING), Reason.CLOSED, by)
    count += _left(earlier.filter(state=State.CALLED), Reason.UNSAID, by)
    closed = rules.closed_at(queries.windows(), moment, market.tz)
    if closed is None:
        return count
    now = Number.objects.filter(day=today)
    count += _left(now.filter(state=State.WAITING), Reason.CLOSED, by)
    if moment >= closed + rules.UNSAID_AFTER:
        count += _left(now.filter(state=State.CALLED), Reason.UNSAID, by)
    return count


def _left(rows: QuerySet[Number], reason: Reason, by: Membership) -> int:
    count = 0
    for number in rows.select_related("market", "service").order_by("day", "turn_at")[:BATCH]:
        try:
            leave(number, reason, by=by)
        except Stale:
            continue
        count += 1
    return count
