"""What was tried, what it cost, and who was not told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from gongqiao.foundation import clock
from gongqiao.foundation.notify.channels import label_of
from gongqiao.foundation.notify.enums import MAY_LAPSE, Ending, Kind, MessageState, Result
from gongqiao.foundation.notify.models import Attempt, Message
from gongqiao.foundation.notify.planning import settings_of, spent
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.people.models import Person

ABOUT_WORK = ("assignment:", "news:", "posting:")


def with_attempts(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Each with what was tried, in two queries more."""
    attempts = Attempt.objects.select_related("by").order_by("at", "pk")
    return rows.select_related("person", "seen_by").prefetch_related(Prefetch("attempts", attempts))


def _about(kinds: Iterable[str]) -> Q:
    found = Q()
    for kind in kinds:
        found |= Q(about__startswith=kind)
    return found


def visible_to(actor: Membership) -> QuerySet[Message]:
    """Messages about work, for whoever sees the placing; those about a ticket are shown on it, to whoever sees that."""
    if not actor.may(Right.PLACEMENT_READ):
        none: QuerySet[Message] = Message.objects.none()
        return none
    found: QuerySet[Message] = Message.objects.filter(_about(ABOUT_WORK))
    return found


def told(actor: Membership, person: Person, most: int = 20) -> list[Message]:
    """The last messages to one person, the newest first, each with what was tried."""
    return list(with_attempts(visible_to(actor).filter(person=person)).order_by("-created_at")[:most])


def own(actor: Membership, most: int = 10) -> list[Message]:
    """What a worker was told himself, the newest first; no sign-in codes."""
    if actor.person_id is None or not actor.may(Right.OWN_WORK):
        return []
    rows = Message.objects.filter(person=actor.person, secret=False).exclude(kind__in=[Kind.CODE, Kind.TEST])
    return list(with_attempts(rows).order_by("-created_at")[:most])


def told_about(actor: Membership, about: Iterable[str]) -> list[Message]:
    """The messages about something, each with what was tried."""
    return list(with_attempts(visible_to(actor).filter(about__in=list(about))).order_by("created_at"))


def not_told(actor: Membership) -> QuerySet[Message]:
    """Whom nothing reached, until somebody has seen to it; the newest first."""
    ended = Q(state__in=[MessageState.DEAD, MessageState.EXPIRED], ending__in=[Ending.LATE, Ending.NO_LINE])
    rows = visible_to(actor).filter(ended, seen_at=None).exclude(kind__in=MAY_LAPSE)
    return with_attempts(rows).order_by("-created_at")


def attempts(actor: Membership) -> QuerySet[Attempt]:
    """All of the market in scope, for whoever decides about its lines; words and names of tickets are not in it."""
    if not actor.may(Right.MARKET_SETTINGS):
        none: QuerySet[Attempt] = Attempt.objects.none()
        return none
    found: QuerySet[Attempt] = Attempt.objects.select_related("message", "by").order_by("-at", "-pk")
    return found


def untold(about: Iterable[str]) -> set[str]:
    """Of these things those whose message still waits and nobody has in hand to send; for the house itself."""
    free = Q(lease_until=None) | Q(lease_until__lte=clock.now())
    rows = Message.objects.filter(free, about__in=list(about), state=MessageState.WAITING)
    return set(rows.values_list("about", flat=True))


@dataclass(frozen=True)
class Spending:
    """Fen of today and of this month beside their limits."""

    day: int
    month: int
    day_limit: int
    month_limit: int
    passed: int  # messages that took another line today because a limit was reached

    @property
    def stopped(self) -> bool:
        return self.passed > 0


def spending(actor: Membership, moment: datetime) -> Spending:
    day, month = spent(actor.market_id, moment, actor.market)
    limits = settings_of(actor.market)
    begins = moment.astimezone(actor.market.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    skipped = Attempt.objects.filter(at__gte=begins, result=Result.SKIPPED, capped=True)
    return Spending(day, month, limits.day_fen, limits.month_fen, skipped.values("message").distinct().count())


@dataclass(frozen=True)
class DayOfLine:
    """One line on one day. `listed`: put before a person of the staff, who has still to say it."""

    day: object
    line: str
    sent: int
    listed: int
    failed: int
    fen: int

    @property
    def label(self) -> str:
        return label_of(self.line)


def by_day(actor: Membership, since: datetime) -> list[DayOfLine]:
    """What each line did each day since then, the newest day first."""
    days = attempts(actor).filter(at__gte=since).exclude(result=Result.SKIPPED).order_by()
    rows = (
        days.annotate(day=TruncDate("at", tzinfo=actor.market.tz))
        .values("day", "line")
        .annotate(
            sent=Count("pk", filter=Q(result__in=[Result.SENT, Result.REACHED])),
            listed=Count("pk", filter=Q(result=Result.LISTED)),
            failed=Count("pk", filter=Q(result__in=[Result.FAILED, Result.AGAIN, Result.MISSED])),
            fen=Sum("cost_fen", default=0),
        )
        .order_by("-day", "line")
    )
    return [DayOfLine(**row) for row in rows]
