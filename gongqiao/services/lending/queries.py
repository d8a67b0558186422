"""What the station has and lends: for anybody, and for the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.lending.enums import LoanState, ToolState
from gongqiao.services.lending.models import Facility, Loan, Tool, ToolKind

ABOUT = "loan:"
MOST_ENDED = 40


def facilities() -> QuerySet[Facility]:
    """Of the market in scope, for anybody."""
    found: QuerySet[Facility] = Facility.objects.filter(removed_at=None).order_by("kind", "pk")
    return found


def kinds() -> QuerySet[ToolKind]:
    """Each kind with how many pieces can be used and how many of those are here, for anybody; no borrower is named."""
    fit, out = Q(tools__state=ToolState.FIT), Q(tools__loans__state=LoanState.OUT)
    counts = {"fit": Count("tools", filter=fit, distinct=True), "out": Count("tools", filter=fit & out, distinct=True)}
    found: QuerySet[ToolKind] = ToolKind.objects.filter(fit).annotate(**counts).distinct().order_by("name")
    return found


def free(kind: ToolKind) -> QuerySet[Tool]:
    """Pieces that can be lent now, the lowest number first."""
    out = Loan.objects.filter(tool=OuterRef("pk"), state=LoanState.OUT)
    found: QuerySet[Tool] = Tool.objects.filter(~Exists(out), kind=kind, state=ToolState.FIT)
    return found.select_related("kind").order_by("number")


def loans(actor: Membership) -> QuerySet[Loan]:
    """Who has what, for whoever lends."""
    found: QuerySet[Loan] = Loan.objects.select_related(
        "tool__kind", "dossier__person", "market", "lent_by", "ended_by"
    )
    return found if actor.may(Right.LENDING) else found.none()


def out(actor: Membership) -> QuerySet[Loan]:
    """What is out, the longest due first."""
    return loans(actor).filter(state=LoanState.OUT).order_by("due_at", "pk")


def ended(actor: Membership) -> QuerySet[Loan]:
    return loans(actor).exclude(state=LoanState.OUT).order_by("-ended_at", "-pk")[:MOST_ENDED]


def off(actor: Membership) -> QuerySet[Tool]:
    """Pieces that cannot be lent: in repair or lost."""
    found: QuerySet[Tool] = Tool.objects.select_related("kind").exclude(state__in=[ToolState.FIT, ToolState.RETIRED])
    return (found if actor.may(Right.LENDING) else found.none()).order_by("kind__name", "number")


def all_kinds(actor: Membership) -> QuerySet[ToolKind]:
    found: QuerySet[ToolKind] = ToolKind.objects.annotate(
        many=Count("tools", filter=~Q(tools__state=ToolState.RETIRED))
    ).order_by("name")
    return found if actor.may(Right.LENDING) else found.none()


@dataclass(frozen=True)
class Line:
    """A loan and the call that waits because it is overdue."""

    loan: Loan
    call: CallTask | None
    late: bool


def lines(actor: Membership, moment: datetime) -> list[Line]:
    """What is out, with its calls, in two queries."""
    rows = list(out(actor))
    about = {f"{ABOUT}{row.pk}": row.pk for row in rows}
    calls = {about[task.about]: task for task in CallTask.objects.filter(about__in=about, state=CallState.OPEN)}
    return [Line(row, calls.get(row.pk), row.due_at < moment) for row in rows]


def overdue_count(actor: Membership, moment: datetime) -> int:
    return out(actor).filter(due_at__lt=moment).count() if actor.may(Right.LENDING) else 0
