"""Reading what visits propose: for whoever verifies demand."""

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongqiao.foundation.audit import queries as log
from gongqiao.foundation.audit.actions import key
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.postings.enums import PostingState
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys.enums import ProposalState, SubmissionState
from gongqiao.needs.surveys.models import FieldTask
from gongqiao.services.demand.enums import Still
from gongqiao.services.demand.facts import FACTS
from gongqiao.services.demand.models import EmployerAnswer, PostingProposal

LIVE = (PostingState.SUBMITTED, PostingState.OPEN, PostingState.PAUSED, PostingState.DRAFT, PostingState.REFUSED)
USABLE = (SubmissionState.RECEIVED, SubmissionState.FLAGGED, SubmissionState.APPROVED)
WROTE = frozenset({"posting.drafted", "posting.changed", *(event for fact in FACTS.values() for event in fact.events)})


def answers(actor: Membership) -> QuerySet[EmployerAnswer]:
    """What employers said on visits, as facts of demand; the whole sheet is for its collector and its reviewers."""
    found: QuerySet[EmployerAnswer] = EmployerAnswer.objects.select_related(
        "submission__collector", "employer", "posting__employer", "posting__market", "visit"
    ).order_by("-submission__received_at", "-pk")
    return found if actor.may(Right.POSTING_VERIFY) else found.none()


def waiting(actor: Membership) -> QuerySet[EmployerAnswer]:
    """Those that still propose something, speak of registered work without saying which, or of new work that nobody has
    registered or left; the oldest first."""
    pending = Q(submission__in=PostingProposal.objects.filter(state=ProposalState.PENDING).values("submission"))
    has_work = Exists(Posting.objects.filter(employer=OuterRef("employer"), state__in=LIVE))
    nameless = Q(has_work, posting=None, submission__state__in=USABLE) & ~Q(still=Still.NEW)
    unregistered = Q(still=Still.NEW, posting=None, left_at=None, submission__state__in=USABLE)
    return answers(actor).filter(pending | nameless | unregistered).order_by("submission__received_at", "pk")


def proposals(actor: Membership) -> QuerySet[PostingProposal]:
    found: QuerySet[PostingProposal] = PostingProposal.objects.select_related(
        "submission__collector", "posting__employer__organisation", "posting__market", "posting__region", "decided_by"
    ).order_by("made_at", "pk")
    found = found.prefetch_related("posting__shifts")
    return found if actor.may(Right.POSTING_VERIFY) else found.none()


def visits(actor: Membership) -> QuerySet[FieldTask]:
    """Employers somebody is to ask, or asked; what they answer so far is their collector's."""
    found: QuerySet[FieldTask] = FieldTask.objects.filter(employer__isnull=False).select_related(
        "wave__campaign", "wave__version__form", "wave__version__market", "employer", "collector", "market"
    )
    return found if actor.may(Right.POSTING_VERIFY) else found.none()


def pending(actor: Membership) -> QuerySet[PostingProposal]:
    return proposals(actor).filter(state=ProposalState.PENDING)


def live_of(employer_ids: Collection[int]) -> QuerySet[Posting]:
    found: QuerySet[Posting] = Posting.objects.filter(employer__in=employer_ids, state__in=LIVE).order_by("-pk")
    return found


def live(employer_id: int) -> QuerySet[Posting]:
    """Work of an employer that a visit may speak of."""
    return live_of([employer_id])


def writes(postings: Sequence[Posting]) -> dict[int, list[AuditEvent]]:
    """Who wrote in each posting and its shifts, the newest first; one query and that of the shifts."""
    owner = {key(thing): row.pk for row in postings for thing in [row, *row.shifts.all()]}
    found: dict[int, list[AuditEvent]] = {row.pk: [] for row in postings}
    things: list[MarketModel] = [thing for row in postings for thing in [row, *row.shifts.all()]]
    for event in log.about(things).filter(action__in=WROTE) if things else ():
        found[owner[event.thing]].append(event)
    return found


def last_write(events: Sequence[AuditEvent], field: str) -> AuditEvent | None:
    """The newest that touched this field."""
    fact = FACTS[field]
    for event in events:
        touched = event.action == "posting.changed" and fact.columns & set(event.detail.get("fields", ()))
        if event.action == "posting.drafted" or event.action in fact.events or touched:
            return event
    return None
