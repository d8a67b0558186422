"""The market of a day kept warm in this process: rebuilt when anything that matters was done, or after a minute."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gongqiao.engines.matching import Market
from gongqiao.foundation import clock
from gongqiao.foundation.audit.queries import last_digest
from gongqiao.foundation.markets.models import Market as MarketRow
from gongqiao.services.placement import snapshot

FRESH = timedelta(seconds=60)  # for what moves by the clock alone: verifications that run out, shifts that begin
MOST_KEPT = 4
# Acts that change nothing a snapshot holds. Every other act makes the kept market stale, also one added later.
QUIET = frozenset(
    {
        "assignment.accepted",  # offered or accepted, the seat and the hours are held alike
        "assignment.arrived",
        "assignment.confirmed",
        "assignment.hours",
        "call.recorded",
        "code.issued",
        "dossier.personalised",
        "dossier.read",
        "posting.drafted",
        "posting.submitted",
        "wage.disputed",
        "wage.due",
        "wage.paid",
        "wage.short",
    }
)


@dataclass(frozen=True)
class Live:
    """`market` as of `at`, after the act whose digest is `last` in the market's log."""

    market: Market
    at: datetime
    last: str


_kept: OrderedDict[tuple[int, date], Live] = OrderedDict()


def of(market: MarketRow, day: date) -> Live:
    """The engine's market of one day, at most a minute old and never older than the last act that matters.

    Every act writes its event in its own transaction, so the digest of the last one tells whether anything moved.
    """
    key, moment = (market.pk, day), clock.now()
    last = last_digest(market.code, but=QUIET)  # before the snapshot: what comes between is seen next time
    known = _kept.get(key)
    if known is not None and known.last == last and moment - known.at < FRESH:
        _kept.move_to_end(key)
        return known
    fresh = Live(snapshot.take(market, day, moment=moment).market(), moment, last)
    _kept[key] = fresh
    _kept.move_to_end(key)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return fresh


def keeps(market: int, day: date) -> bool:
    """Whether the market of that day is still among the few kept."""
    return (market, day) in _kept
