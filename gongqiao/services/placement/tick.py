"""What happens by itself at its time: offers expire, stale demand pauses, messages go out. Idempotent."""

from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import PostingState
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.postings.rules import WARN_BEFORE
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment

BATCH = 200
LIVE = (PostingState.OPEN, PostingState.PAUSED, PostingState.SUBMITTED)


def tick() -> dict[str, int]:
    """One round over all markets; returns what was done."""
    done = {"finished": 0, "expired": 0, "paused": 0, "warned": 0, "calls": 0}
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            done["finished"] += _finish(market)
            done["paused"] += _pause_stale(market)
            done["expired"] += _expire_offers(market)
            done["warned"] += _warn(market)
            late = CallTask.objects.filter(state=CallState.OPEN, due_at__lte=clock.now())
            done["calls"] += late.update(state=CallState.EXPIRED)
    return {**done, **notify.deliver()}


def _finish(market: Market) -> int:
    """Demand whose last shift has ended."""
    over = Posting.objects.filter(state__in=LIVE, shifts__isnull=False).exclude(shifts__ends_at__gt=clock.now())
    count = 0
    for posting in over.select_related("market").distinct().order_by("pk")[:BATCH]:
        try:
            postings.finish(posting, by=system_of(market))
            count += 1
        except (Refused, Stale):
            continue  # changed by somebody this instant
    return count


def _pause_stale(market: Market) -> int:
    stale = Posting.objects.filter(state=PostingState.OPEN, verified_until__lte=clock.now()).select_related("market")
    count = 0
    for posting in stale.order_by("verified_until")[:BATCH]:
        try:
            postings.pause_stale(posting, by=system_of(market))
            count += 1
        except (Refused, Stale):
            continue  # somebody verified or closed it this instant; the next round sees the new state
    return count


def _expire_offers(market: Market) -> int:
    late = Assignment.objects.filter(state=State.OFFERED, answer_by__lte=clock.now())
    count = 0
    for assignment in late.select_related("shift__market", "person", "dossier").order_by("answer_by")[:BATCH]:
        try:
            offers.expire(assignment, by=system_of(market))
            count += 1
        except (Refused, Stale):
            continue  # answered this instant
    return count


def _warn(market: Market) -> int:
    """A day before its verification runs out, the posting is put back in front of the specialists."""
    soon = Posting.objects.filter(
        state=PostingState.OPEN, verified_until__lte=clock.now() + WARN_BEFORE, warned_at=None
    )
    return int(soon.update(warned_at=clock.now()))
