"""Reading demand, for whoever may."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.enums import Outcome, PostingState, ShiftState
from gongqiao.needs.postings.models import Posting, PostingSet, Shift, Verification
from gongqiao.needs.postings.rules import WARN_BEFORE


def visible_to(actor: Membership) -> PostingSet:
    """Staff see all of the market, an employer's people their own, workers what is published."""
    found: PostingSet = Posting.objects.select_related("employer__organisation", "region")
    if actor.may(Right.POSTING_READ):
        return found
    if actor.role == Role.EMPLOYER:
        return found.filter(employer__organisation=actor.organisation_id)
    return found.published(clock.now())


def listed(actor: Membership, state: str = "", text: str = "") -> PostingSet:
    shifts = Prefetch("shifts", Shift.objects.order_by("starts_at"))
    found = visible_to(actor).prefetch_related(shifts).order_by("-pk")
    if state:
        found = found.filter(state=state)
    words = text.strip()
    if words:
        found = found.filter(Q(title__contains=words) | Q(employer__short_name__contains=words))
    return found


def opened(actor: Membership, pk: int) -> Posting:
    parts: list[Any] = [
        "employer__contacts",
        Prefetch("shifts", Shift.objects.order_by("starts_at")),
        Prefetch("verifications", Verification.objects.select_related("by").order_by("-at")),
    ]
    return visible_to(actor).select_related("entered_by", "claimed_by", "market").prefetch_related(*parts).get(pk=pk)


def recent_trades(employer: Employer, most: int = 4) -> list[str]:
    """What this employer asked for lately, newest first."""
    rows = Posting.objects.filter(employer=employer).order_by("-pk").values_list("trade", flat=True)[:40]
    return list(dict.fromkeys(rows))[:most]


def queue(actor: Membership) -> PostingSet:
    """What waits for a specialist: never verified first, then run out, then about to run out; oldest first."""
    found = waiting(visible_to(actor), clock.now()).select_related("entered_by", "claimed_by")
    return found.prefetch_related(Prefetch("shifts", Shift.objects.order_by("starts_at"))).order_by(
        "-state", "submitted_at", "pk"
    )


def waiting(postings: PostingSet, moment: datetime) -> PostingSet:
    """Demand to be verified, for the first time or again; what runs out after its last shift needs nobody."""
    ahead = Exists(Shift.objects.filter(posting=OuterRef("pk"), state=ShiftState.OPEN, starts_at__gt=moment))
    again = Q(state=PostingState.PAUSED) | Q(state=PostingState.OPEN, warned_at__isnull=False)
    return postings.filter(Q(state=PostingState.SUBMITTED) | (again & Q(ahead)))


def running_out(moment: datetime) -> PostingSet:
    """Open demand whose verification ends within `WARN_BEFORE` while shifts are still to come after that."""
    after = Shift.objects.filter(
        posting=OuterRef("pk"), state=ShiftState.OPEN, starts_at__gte=OuterRef("verified_until")
    )
    found: PostingSet = Posting.objects.filter(
        Exists(after), state=PostingState.OPEN, verified_until__lte=moment + WARN_BEFORE, warned_at=None
    )
    return found


def live_shifts(moment: datetime) -> QuerySet[Shift]:
    """Shifts of postings whose verification holds at `moment`, in the market in scope; every list starts here."""
    return Shift.objects.filter(
        state=ShiftState.OPEN,
        posting__state=PostingState.OPEN,
        posting__employer__state="active",
        posting__verified_until__gt=moment,
    )


def open_shifts(start: datetime, end: datetime, *, moment: datetime) -> QuerySet[Shift]:
    """Live shifts that begin in [start, end)."""
    return live_shifts(moment).filter(starts_at__gte=start, starts_at__lt=end)


def last_verifications(posting_ids: list[int]) -> dict[int, Verification]:
    """The newest passed verification of each posting: what, by whom, when."""
    rows = Verification.objects.filter(posting_id__in=posting_ids, outcome=Outcome.PASSED).select_related("by")
    return {row.posting_id: row for row in rows.order_by("at")}


CHECK_LABELS = {
    "employer": _("用工方是谁"),
    "headcount": _("要几个人"),
    "conditions": _("什么条件"),
    "content": _("干什么"),
    "place": _("在哪里"),
    "pay": _("多少钱、什么时候给"),
    "hours": _("几点到几点"),
}
