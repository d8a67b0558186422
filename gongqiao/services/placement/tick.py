"""What happens by itself at its time: offers expire, stale demand pauses, messages go out. Idempotent."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import Message
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import PostingState
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.postings.queries import live_shifts, running_out
from gongqiao.services.placement import notes
from gongqiao.services.placement.actions import endings, offers
from gongqiao.services.placement.enums import HOLDING, State
from gongqiao.services.placement.models import Assignment

BATCH = 200
LIVE = (PostingState.OPEN, PostingState.PAUSED, PostingState.SUBMITTED)


def tick() -> dict[str, int]:
    """One round over all markets; returns what was done."""
    names = ("finished", "expired", "paused", "recalled", "told", "lapsed", "promoted", "warned", "calls")
    done = dict.fromkeys(names, 0)
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            done["finished"] += _finish(market)
            done["paused"] += _pause_stale(market)
            done["recalled"] += _recall(market)
            done["told"] += _tell_changed(market)
            done["expired"] += _expire_offers(market)
            done["lapsed"] += _lapse(market)
            done["promoted"] += _promote()
            done["warned"] += _warn()
            done["calls"] += notify.lapse_calls()
    return {**done, **notify.deliver()}


def _each(rows: QuerySet[Any], act: Callable[[Any], object]) -> int:
    """How many of a batch were acted on; a row that somebody changed this instant is left to the next round."""
    count = 0
    for row in rows[:BATCH]:
        try:
            count += act(row) is not False
        except (Refused, Stale):
            continue
    return count


def _finish(market: Market) -> int:
    """Demand whose last shift has ended."""
    over = Posting.objects.filter(state__in=LIVE, shifts__isnull=False).exclude(shifts__ends_at__gt=clock.now())
    rows = over.select_related("market").distinct().order_by("pk")
    return _each(rows, lambda row: postings.finish(row, by=system_of(market)))


def _pause_stale(market: Market) -> int:
    stale = Posting.objects.filter(state=PostingState.OPEN, verified_until__lte=clock.now()).select_related("market")
    return _each(stale.order_by("verified_until"), lambda row: postings.pause_stale(row, by=system_of(market)))


def _assignments(state: State) -> QuerySet[Assignment]:
    found: QuerySet[Assignment] = Assignment.objects.filter(state=state).select_related(
        "shift__posting__employer", "shift__market", "market", "person", "dossier"
    )
    return found


def _recall(market: Market) -> int:
    """Offers out for demand that was withdrawn, changed, blocked or ran out since."""
    loose = _assignments(State.OFFERED).exclude(shift__in=live_shifts(clock.now()))
    return _each(loose.order_by("pk"), lambda row: endings.recall(row, by=system_of(market)))


def _tell_changed(market: Market) -> int:
    """People who had agreed to terms that somebody changed since."""
    agreed = Q(state=State.ACCEPTED) | Q(state=State.CONFIRMED)
    rows = Assignment.objects.filter(agreed, starts_at__gt=clock.now(), shift__posting__state=PostingState.SUBMITTED)
    told = [notes.changed(row) for row in rows.select_related("shift__posting", "shift__market", "person", "dossier")]
    known = set(Message.objects.filter(key__in=[note.key for note in told]).values_list("key", flat=True))
    fresh = [note for note in told if note.key not in known]
    notify.tell(market, fresh)
    return len(fresh)


def _expire_offers(market: Market) -> int:
    late = _assignments(State.OFFERED).filter(answer_by__lte=clock.now())
    return _each(late.order_by("answer_by"), lambda row: offers.expire(row, by=system_of(market)))


def _lapse(market: Market) -> int:
    """Names put down for shifts that are over."""
    count = 0
    for state in (State.APPLIED, State.WAITLISTED):
        over = _assignments(state).filter(ends_at__lte=clock.now())
        count += _each(over.order_by("pk"), lambda row: endings.lapse(row, by=system_of(market)))
    return count


def _promote() -> int:
    """Seats that fell free without anybody's act (more hands wanted, verified anew): the waiting list moves up."""
    held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    waiting = Count("assignments", filter=Q(assignments__state=State.WAITLISTED))
    short = live_shifts(clock.now()).filter(ends_at__gt=clock.now()).annotate(held=held, waiting=waiting)
    rows = short.filter(waiting__gt=0, held__lt=F("headcount")).select_related("market").order_by("starts_at")
    return _each(rows, lambda shift: offers.promote(shift, telling=False) is not None)


def _warn() -> int:
    """A day before its verification runs out, the posting is put back in front of the specialists."""
    soon = running_out(clock.now()).values_list("pk", flat=True)
    return int(Posting.objects.filter(pk__in=list(soon), warned_at=None).update(warned_at=clock.now()))
