"""Rounds 走访: which employers are due for a visit or a call, and why. What was said is `employers.Visit`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers.models import Employer, State, Visit
from gongqiao.needs.postings.enums import PostingState, ShiftState
from gongqiao.needs.postings.models import Posting, Shift, Verification
from gongqiao.services.demand import licences
from gongqiao.services.demand.models import EmployerAnswer
from gongqiao.services.placement.enums import CAME
from gongqiao.services.placement.models import Assignment

STALE_AFTER = timedelta(days=30)  # demand of other than day labour counts as current this long (reference 4.2)
LOOK_BACK = timedelta(days=60)
RUNS_OUT = timedelta(hours=48)
JUST_ASKED = timedelta(days=3)
UNFILLED_ASKED = timedelta(days=7)
LEAST_UNFILLED, LEAST_SHARE = 2, 0.3
YEAR = timedelta(days=364)  # the same weekday of last year
SEASON_BEFORE, SEASON_AFTER = timedelta(days=7), timedelta(days=21)


class Why(Enum):
    """In the order of weight."""

    AGREED = 100
    RUNS_OUT = 80
    LICENCE = 70
    UNFILLED = 60
    SEASON = 40
    STALE = 20
    NEVER = 10


@dataclass(frozen=True)
class Reason:
    why: Why
    says: str


@dataclass
class Due:
    """One employer to ask; the heaviest reason first."""

    employer: Employer
    asked_at: datetime | None
    reasons: list[Reason] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return sum(reason.why.value for reason in self.reasons)


@dataclass(frozen=True)
class _Facts:
    """What the rules look at, by employer."""

    asked: dict[int, datetime]
    agreed: dict[int, date]
    running_out: dict[int, datetime]
    seats: dict[int, int]
    came: dict[int, int]
    last_year: dict[int, int]
    live: frozenset[int]


def due(actor: Membership, moment: datetime, keeper: Membership | None = None, nobodys: bool = False) -> list[Due]:
    """Employers to ask today, most pressing first: all, those on one specialist's round, or those on nobody's."""
    if not actor.may(Right.POSTING_VERIFY):
        return []
    rows: QuerySet[Employer] = Employer.objects.filter(state=State.ACTIVE).select_related(
        "organisation", "region", "keeper"
    )
    if keeper is not None:
        rows = rows.filter(keeper=keeper)
    if nobodys:
        rows = rows.filter(keeper=None)
    employers = list(rows.prefetch_related("contacts"))
    facts = _facts(moment)
    today = moment.astimezone(actor.market.tz).date()
    found = [Due(row, facts.asked.get(row.pk), _reasons(row, facts, moment, today)) for row in employers]
    listed = [line for line in found if line.reasons]
    return sorted(listed, key=lambda line: (-line.weight, line.asked_at or line.employer.registered_at))


def _reasons(row: Employer, facts: _Facts, moment: datetime, today: date) -> list[Reason]:
    asked, found = facts.asked.get(row.pk), []
    agreed = facts.agreed.get(row.pk)
    kept = asked is not None and agreed is not None and asked.astimezone(row.market.tz).date() >= agreed
    if agreed is not None and agreed <= today and not kept:
        found.append(Reason(Why.AGREED, _("约好 %(day)s 再问") % {"day": agreed.strftime("%m-%d")}))
    ends = facts.running_out.get(row.pk)
    if ends is not None:
        local = ends.astimezone(row.market.tz)
        found.append(Reason(Why.RUNS_OUT, _("核实 %(when)s 到期") % {"when": local.strftime("%m-%d %H:%M")}))
    if licences.ends_soon(row, today):
        said = _("证照核实 %(day)s 到期") % {"day": f"{row.licence_until:%m-%d}"}
        found.append(Reason(Why.LICENCE, said))
    if asked is not None and moment - asked < JUST_ASKED:
        return found
    seats, came = facts.seats.get(row.pk, 0), facts.came.get(row.pk, 0)
    short = max(0, seats - came)
    if short >= LEAST_UNFILLED and short >= LEAST_SHARE * seats and _before(asked, moment - UNFILLED_ASKED):
        found.append(Reason(Why.UNFILLED, _unfilled_words(short, seats)))
    wanted = facts.last_year.get(row.pk, 0)
    if wanted and row.pk not in facts.live:
        found.append(Reason(Why.SEASON, _("去年这时候要过 %(seats)d 人次，今年还没说") % {"seats": wanted}))
    if asked is None:
        found.append(Reason(Why.NEVER, _("登记后还没问过")))
    elif moment - asked > STALE_AFTER:
        found.append(Reason(Why.STALE, _("%(days)d 天没问了") % {"days": (moment - asked).days}))
    return found


def _unfilled_words(short: int, seats: int) -> str:
    told = {"short": short, "seats": seats}
    return (
        ngettext("两个月里 %(seats)d 个位子空了 %(short)d 个", "两个月里 %(seats)d 个位子空了 %(short)d 个", short)
        % told
    )


def _before(asked: datetime | None, moment: datetime) -> bool:
    return asked is None or asked < moment


def _facts(moment: datetime) -> _Facts:
    """Ten queries, whatever the number of employers."""
    past = Shift.objects.filter(state=ShiftState.OPEN, ends_at__lte=moment, starts_at__gt=moment - LOOK_BACK)
    came = Assignment.objects.filter(
        state__in=CAME, shift__state=ShiftState.OPEN, ends_at__lte=moment, starts_at__gt=moment - LOOK_BACK
    )
    year = Shift.objects.filter(
        state=ShiftState.OPEN,
        starts_at__gte=moment - YEAR - SEASON_BEFORE,
        starts_at__lt=moment - YEAR + SEASON_AFTER,
    )
    ending = Posting.objects.filter(
        state=PostingState.OPEN, verified_until__gt=moment, verified_until__lte=moment + RUNS_OUT
    ).filter(shifts__state=ShiftState.OPEN, shifts__starts_at__gte=F("verified_until"))  # work that would be lost
    live = Posting.objects.filter(
        Q(state=PostingState.SUBMITTED) | Q(state=PostingState.OPEN, verified_until__gt=moment)
    )
    return _Facts(
        asked=_asked(),
        agreed=_agreed(),
        running_out=dict(ending.values_list("employer").annotate(end=Max("verified_until")).order_by()),
        seats=dict(past.values_list("posting__employer").annotate(seats=Sum("headcount")).order_by()),
        came=dict(came.values_list("shift__posting__employer").annotate(came=Count("pk")).order_by()),
        last_year=dict(year.values_list("posting__employer").annotate(seats=Sum("headcount")).order_by()),
        live=frozenset(live.values_list("employer_id", flat=True)),
    )


def _asked() -> dict[int, datetime]:
    """The last time somebody spoke with each: a visit, a verification, an answered visit form whoever brought it."""
    visits = Visit.objects.values_list("employer").annotate(last=Max("at")).order_by()
    checks = Verification.objects.values_list("posting__employer").annotate(last=Max("at")).order_by()
    answers = EmployerAnswer.objects.values_list("employer").annotate(last=Max("submission__ended_at")).order_by()
    found: dict[int, datetime] = dict(visits)
    for employer, last in [*checks, *answers]:
        if last is not None:
            found[employer] = max(last, found.get(employer, last))
    return found


def _agreed() -> dict[int, date]:
    """The day agreed at the last visit; an older promise was overtaken by it."""
    rows: Iterable[tuple[int, date | None]] = Visit.objects.order_by("employer_id", "at", "pk").values_list(
        "employer_id", "next_on"
    )
    last = dict(rows)
    return {employer: day for employer, day in last.items() if day is not None}


def visits(actor: Membership, employer: Employer) -> QuerySet[Visit]:
    """What was said, the newest first."""
    found: QuerySet[Visit] = Visit.objects.filter(employer=employer).select_related("by", "answer__submission")
    found = found.prefetch_related("answer__submission__posting_proposals").order_by("-at", "-pk")
    return found if actor.may(Right.EMPLOYER_READ) else found.none()
