"""What happens by itself: people are looked for as soon as demand is verified. Safe to repeat, and in two processes."""

import logging

from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.planning import settings_of
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.services.recommending import actions
from gongqiao.services.recommending.enums import SearchState
from gongqiao.services.recommending.models import Search

BATCH = 20  # searches of one market in one round, the oldest first: every process takes the same ones
log = logging.getLogger(__name__)


def tick() -> dict[str, int]:
    """One round over all markets; returns how many people were found. A market with nothing new costs one query."""
    found = 0
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            if Search.objects.filter(state=SearchState.WAITING).exists():
                found += _round(market)
    return {"recommended": found}


def _round(market: Market) -> int:
    actions.void_gone(market)
    if not settings_of(market).pushes_a_day:
        actions.void_unwanted(market)
        return 0
    waiting = Search.objects.filter(state=SearchState.WAITING).select_related("posting")
    searches = list(waiting.order_by("asked_at", "pk")[:BATCH])
    if not searches:
        return 0
    try:
        return actions.recommend(searches, by=system_of(market))
    except Stale:  # another process was first
        return 0
    except Refused as why:  # the matcher is down: they wait, and the operator's log says so
        log.warning("nobody looked for in %s at %s: %s", market.code, clock.now(), why)
        return 0
