"""The market of a day kept warm in this process: rebuilt when rows that matter changed, or after a minute at most."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max

from gongqiao.engines.matching import Market
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market as MarketRow
from gongqiao.needs.dossiers.models import Dossier, DossierValue, Skill
from gongqiao.needs.postings.models import Shift, Verification
from gongqiao.services.placement import snapshot
from gongqiao.services.placement.enums import HOLDING
from gongqiao.services.placement.models import Assignment

FRESH = timedelta(seconds=60)
MOST_KEPT = 4


@dataclass(frozen=True)
class Live:
    """`market` as of `at`."""

    market: Market
    at: datetime
    stamp: tuple[Any, ...]


_kept: OrderedDict[tuple[int, date], Live] = OrderedDict()


def of(market: MarketRow, day: date) -> Live:
    """The engine's market of one day, at most a minute old and never older than the last change that matters."""
    key, stamp = (market.pk, day), _stamp()
    known = _kept.get(key)
    if known is not None and known.stamp == stamp and clock.now() - known.at < FRESH:
        return known
    moment = clock.now()
    fresh = Live(snapshot.take(market, day, moment=moment).market(), moment, stamp)
    _kept[key] = fresh
    _kept.move_to_end(key)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return fresh


def _stamp() -> tuple[Any, ...]:
    """Cheap marks that move when the input of matching moves."""
    holding = Assignment.objects.filter(state__in=HOLDING).aggregate(n=Count("pk"), last=Max("pk"))
    return (
        holding["n"],
        holding["last"],
        Dossier.objects.aggregate(last=Max("pk"))["last"],
        DossierValue.objects.aggregate(last=Max("pk"))["last"],
        Skill.objects.aggregate(last=Max("pk"))["last"],
        Shift.objects.aggregate(last=Max("pk"))["last"],
        Verification.objects.aggregate(last=Max("pk"))["last"],
    )
