"""The public list: what is verified and still wants hands, near a community first.

Thousands look at one list in the hour before work. Which shifts stand in it, and in what order, is read once for all of
them: kept while no act of the market says otherwise, a minute at most (as `live` keeps the matcher's market). Whatever
is shown of a shift, its free seats too, is read anew each time.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Count, F, Q, QuerySet

from gongqiao.foundation.audit.queries import last_digest
from gongqiao.foundation.markets.models import Market
from gongqiao.needs.postings.models import Shift
from gongqiao.needs.postings.queries import live_shifts
from gongqiao.services.placement import nearby
from gongqiao.services.placement.enums import HOLDING
from gongqiao.services.placement.live import FRESH, QUIET
from gongqiao.services.placement.nearby import Nearness
from gongqiao.services.placement.queries import ShiftLine, lines

AHEAD = timedelta(days=7)
FARTHEST = 3  # the band of a place whose distance nobody knows
MOST_MARKETS, MOST_COMMUNITIES = 8, 64  # kept at a time

Key = tuple[int, str | None]  # a shift and the region of its work
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Listed:
    """A page of the public list, whether there is more, and of the shifts asked for beside it those listed anywhere."""

    lines: list[ShiftLine]
    more: bool
    beside: list[ShiftLine]


@dataclass(frozen=True)
class _Order:
    """Shifts in order, and how far each place is from the community."""

    shifts: list[int]
    near: dict[str, Nearness]


@dataclass
class _Kept:
    """As of `at`, after the act whose digest is `last`: the shifts by time, and their order from each community."""

    last: str
    at: datetime
    keys: list[Key]
    orders: OrderedDict[str, _Order] = field(default_factory=OrderedDict)


_kept: OrderedDict[tuple[int, bool], _Kept] = OrderedDict()
_door = threading.Lock()


def page_of(
    market: Market,
    moment: datetime,
    community: str = "",
    limit: int = 60,
    *,
    start: int = 0,
    full: bool = False,
    beside: Iterable[int] = (),
) -> Listed:
    """What anybody may look at: verified shifts of the coming week that still want hands, by time.

    With a community those one walks to come first, then those one rides to. `full`: also those whose seats are
    taken, for the waiting list. Six queries at most, whatever the number.
    """
    order = _order(market, moment, community, full)
    page, known = order.shifts[start : start + limit], set(order.shifts)
    along = [pk for pk in beside if pk in known]
    rows = _seen(_published(moment)).in_bulk({*page, *along})  # what began meanwhile is gone
    found = {line.shift.pk: line for line in _with_nearness(list(rows.values()), order.near)}
    shown, others = ([found[pk] for pk in pks if pk in found] for pks in (page, along))
    return Listed(shown, len(order.shifts) > start + limit, others)


def line_of(moment: datetime, pk: int, community: str = "") -> ShiftLine | None:
    """One published shift that has not begun, full or not."""
    shifts = list(_seen(_published(moment).filter(pk=pk)))
    near = nearby.of(community, [shift.posting.region_id for shift in shifts]) if community else {}
    return next(iter(_with_nearness(shifts, near)), None)


def forget() -> None:
    """As a new process begins."""
    with _door:
        _kept.clear()


def _order(market: Market, moment: datetime, community: str, full: bool) -> _Order:
    last = last_digest(market.code, but=QUIET)  # before the list: what comes between is seen next time
    with _door:
        kept = _kept.get((market.pk, full))
        if kept is not None and kept.last == last and kept.at <= moment < kept.at + FRESH:
            _kept.move_to_end((market.pk, full))
            if community in kept.orders:
                kept.orders.move_to_end(community)
                return kept.orders[community]
        else:
            kept = None
    if kept is None:
        kept = _Kept(last, moment, _keys(moment, full))
    order = _from(community, kept.keys)
    with _door:
        _keep(_kept, (market.pk, full), kept, MOST_MARKETS)
        _keep(kept.orders, community, order, MOST_COMMUNITIES)
    return order


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def _keys(moment: datetime, full: bool) -> list[Key]:
    shifts = _published(moment).filter(starts_at__lt=moment + AHEAD).order_by("starts_at", "pk")
    keys = shifts.values("pk", "posting__region_id")  # grouped by these alone, and no time is read that only sorts
    if not full:
        held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
        keys = keys.annotate(held=held).filter(held__lt=F("headcount"))
    return list(keys.values_list("pk", "posting__region_id"))


def _from(community: str, keys: list[Key]) -> _Order:
    near = nearby.of(community, {region for _pk, region in keys}) if community else {}
    if near:
        keys = sorted(keys, key=lambda key: near[key[1]].band if key[1] in near else FARTHEST)
    return _Order([pk for pk, _region in keys], near)


def _seen(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    return shifts.select_related("posting__employer__organisation", "posting__region", "market")


def _with_nearness(shifts: list[Shift], near: dict[str, Nearness]) -> list[ShiftLine]:
    found = lines(shifts)
    for line in found:
        line.near = near.get(line.shift.posting.region_id or "")
    return found


def _published(moment: datetime) -> QuerySet[Shift]:
    return live_shifts(moment).filter(starts_at__gt=moment)
