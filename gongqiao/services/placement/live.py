"""The market of a day kept warm in this process: rebuilt when anything that matters was done, or after a minute."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic

from gongqiao.engines.matching import Market
from gongqiao.foundation import clock
from gongqiao.foundation.audit.queries import last_digest
from gongqiao.foundation.markets.models import Market as MarketRow
from gongqiao.services.placement import snapshot

FRESH = timedelta(seconds=60)  # for what moves by the clock alone: verifications that run out, shifts that begin
LONG = 1.0  # seconds to make a market anew: whoever asks the matcher about a larger one is not kept waiting
MOST_KEPT = 4
# Acts that change nothing a snapshot holds. Every other act makes the kept market stale, also one added later.
QUIET = frozenset(
    {
        "assignment.accepted",  # offered or accepted, the seat and the hours are held alike
        "assignment.arrived",
        "assignment.confirmed",
        "assignment.hours",
        "call.list_taken",
        "call.recorded",
        "code.issued",
        "dossier.personalised",
        "dossier.read",
        "hall.machine_set",
        "hall.number_absent",
        "hall.number_back",
        "hall.number_called",
        "hall.number_drawn",
        "hall.number_given_up",
        "hall.number_left",
        "hall.number_passed",
        "hall.number_served",
        "hall.service_set",
        "hall.window_set",
        "posting.drafted",
        "posting.recommended",
        "posting.submitted",
        "recommendation.declined",
        "wage.disputed",
        "wage.due",
        "wage.paid",
        "wage.short",
    }
)


@dataclass(frozen=True)
class Live:
    """`market` as of `at`, after the act whose digest is `last` in the market's log; made in `took` seconds."""

    market: Market
    at: datetime
    last: str
    took: float

    @property
    def age(self) -> timedelta:
        return clock.now() - self.at


_kept: OrderedDict[tuple[int, date], Live] = OrderedDict()
_door = threading.Lock()  # the matcher answers in many threads


def of(market: MarketRow, day: date) -> Live:
    """The engine's market of one day, at most a minute old and never older than the last act that matters."""
    return good(market, day) or taken(market, day)


def good(market: MarketRow, day: date, *, younger_than: timedelta = FRESH) -> Live | None:
    """The one kept, where nothing has been done since and it is young enough.

    Every act writes its event in its own transaction, so the digest of the last one tells whether anything moved.
    """
    known = _known(market, day)
    if known is None or known.age >= younger_than or known.last != last_digest(market.code, but=QUIET):
        return None
    return known


def bearable(market: MarketRow, day: date) -> Live | None:
    """The one kept where making it anew takes long and it is under a minute old, whatever was done meanwhile."""
    known = _known(market, day)
    return known if known is not None and known.took > LONG and known.age < FRESH else None


def taken(market: MarketRow, day: date) -> Live:
    """Made anew, and kept."""
    begun, moment = monotonic(), clock.now()
    last = last_digest(market.code, but=QUIET)  # before the snapshot: what comes between is seen next time
    made = snapshot.take(market, day, moment=moment).market()
    made.crowding()  # part of every answer: worked out here, or the first to ask would wait for it
    fresh = Live(made, moment, last, monotonic() - begun)
    with _door:
        _kept[market.pk, day] = fresh
        _kept.move_to_end((market.pk, day))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return fresh


def _known(market: MarketRow, day: date) -> Live | None:
    with _door:
        if (market.pk, day) in _kept:
            _kept.move_to_end((market.pk, day))
        return _kept.get((market.pk, day))


def keeps(market: int, day: date) -> bool:
    """Whether the market of that day is still among the few kept."""
    return (market, day) in _kept
