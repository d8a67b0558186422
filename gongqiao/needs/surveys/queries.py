"""Reading surveys, for whoever may (reference 4.7): answers are for their collector, who keyed them and the named
reviewers, the person himself sees his own; everybody else counts."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.surveys.enums import CampaignState, Channel, SubmissionState, VersionState
from gongqiao.needs.surveys.models import (
    Campaign,
    CollectorToken,
    FieldTask,
    Form,
    FormVersion,
    Paper,
    Submission,
    Wave,
)

MOST_CALLED = 20


def forms(actor: Membership) -> QuerySet[Form]:
    found: QuerySet[Form] = Form.objects.order_by("code")
    return found if actor.may(Right.SURVEY_COLLECT) or actor.may(Right.SURVEY_RESULTS) else found.none()


def handed_out(actor: Membership, day: date) -> QuerySet[FormVersion]:
    """Published versions that a collector may carry on `day`: those a running wave asks with."""
    if not actor.may(Right.SURVEY_COLLECT):
        return FormVersion.objects.none()
    running = Wave.objects.filter(campaign__state=CampaignState.RUNNING, opens_on__lte=day, closes_on__gte=day)
    found: QuerySet[FormVersion] = FormVersion.objects.filter(state=VersionState.PUBLISHED, waves__in=running)
    return found.select_related("form", "market").distinct().order_by("form__code")


def versions(actor: Membership) -> QuerySet[FormVersion]:
    found: QuerySet[FormVersion] = FormVersion.objects.select_related("form", "market").order_by("-created_at", "-pk")
    return found if actor.may(Right.SURVEY_COLLECT) else found.none()


def campaigns(actor: Membership) -> QuerySet[Campaign]:
    found: QuerySet[Campaign] = Campaign.objects.order_by("-created_at", "-pk")
    return found if actor.may(Right.SURVEY_COLLECT) or actor.may(Right.SURVEY_RESULTS) else found.none()


def tasks(actor: Membership) -> QuerySet[FieldTask]:
    """Those who plan see all, a collector his own and what nobody has taken."""
    found: QuerySet[FieldTask] = FieldTask.objects.select_related(
        "wave__campaign", "wave__version__form", "dossier__person", "employer", "collector"
    ).order_by("due", "pk")
    if actor.may(Right.SURVEY_AUTHOR):
        return found
    if actor.may(Right.SURVEY_COLLECT):
        return found.filter(Q(collector=actor) | Q(collector=None))
    return found.none()


def papers(actor: Membership) -> QuerySet[Paper]:
    """Papers that this post is keying: what stands in them is seen by nobody else before it is handed in."""
    found: QuerySet[Paper] = Paper.objects.select_related(
        "draft", "wave__campaign", "wave__version__form", "wave__version__market", "wave__market", "collector",
        "task__dossier__person", "task__employer__organisation", "corrects",
    ).order_by("-draft__saved_at")  # fmt: skip
    return found.filter(keyed_by=actor) if actor.may(Right.SURVEY_COLLECT) else found.none()


def left_papers(actor: Membership, wave: Wave) -> list[Paper]:
    """Of this wave, what colleagues who are gone were keying: it waits for somebody to go on with it."""
    if not actor.may(Right.SURVEY_COLLECT):
        return []
    found = Paper.objects.filter(wave=wave).exclude(keyed_by=actor).order_by("asked_on", "pk")
    rows = found.select_related("keyed_by", "market", "task__dossier__person", "task__employer__organisation")
    return [row for row in rows if left_behind(row)]


def left_behind(paper: Paper) -> bool:
    """Its keyer has gone, or may not key any more."""
    keyer = paper.keyed_by
    today = clock.now().astimezone(paper.market.tz).date()
    return not (keyer.is_current(today) and keyer.may(Right.SURVEY_COLLECT))


def called(actor: Membership, wave: Wave, text: str) -> list[FieldTask]:
    """Of those a wave asks, whoever is called so: a worker as one finds him at the desk (also under a number that was
    merged since), an employer by a part of his name, a place of the quota by its words."""
    if not actor.may(Right.SURVEY_COLLECT) or not text.strip():
        return []
    him = dossiers.search(actor, text).order_by().values("pk")
    number = dossiers.numbered(actor, text, merged=True)
    asked = Q(dossier__in=him) | Q(dossier__merged_into__in=him) | Q(cell=text.strip())
    asked |= Q(employer__organisation__name__icontains=text.strip())
    if number is not None:
        asked |= Q(dossier=number)
    found = FieldTask.objects.filter(asked, wave=wave).select_related("dossier__person", "employer__organisation")
    return list(found.order_by("pk").distinct()[:MOST_CALLED])


def asked_of(actor: Membership, day: date) -> list[FieldTask]:
    """What a worker is asked to fill on his own phone, and what he has handed in, in waves that run on `day`."""
    if actor.role != Role.WORKER:
        return []
    runs = Q(wave__campaign__state=CampaignState.RUNNING, wave__opens_on__lte=day, wave__closes_on__gte=day)
    taken = Q(wave__version__state__in=FormVersion.TAKES, state__in=FieldTask.ON_PAGE)
    found = FieldTask.objects.filter(runs, taken, dossier__person=actor.person).select_related(
        "wave__campaign", "wave__version__form", "wave__version__market", "dossier__person", "market"
    )
    return [task for task in found.order_by("due", "pk") if Channel.WEB in task.wave.version.channels]


def visible_to(actor: Membership) -> QuerySet[Submission]:
    """Answers as they were given."""
    found: QuerySet[Submission] = Submission.objects.select_related(
        "form", "wave__campaign", "collector", "keyed_by", "dossier__person", "employer"
    ).order_by("-received_at", "-pk")
    if actor.may(Right.SURVEY_COLLECT):
        mine = Q(collector=actor) | Q(keyed_by=actor) | Q(wave__campaign__reviewers=actor)
        return found.filter(mine).distinct()
    if actor.role == Role.WORKER:
        own = Q(dossier__person=actor.person) | Q(dossier__merged_into__person=actor.person)
        return found.filter(own, dossier__isnull=False)
    return found.none()


SHEETS: dict[str, tuple[SubmissionState, ...]] = {
    "waiting": (SubmissionState.RECEIVED, SubmissionState.FLAGGED),
    "flagged": (SubmissionState.FLAGGED,),
    "correction": (SubmissionState.NEEDS_CORRECTION,),
    "all": tuple(SubmissionState),
}


def sheets(actor: Membership, campaign: Campaign, which: str) -> QuerySet[Submission]:
    """Answers to a campaign: what waits for a verdict the oldest first, everything the newest first."""
    found = visible_to(actor).filter(wave__campaign=campaign, state__in=SHEETS[which]).prefetch_related("flags")
    return found.order_by(*(("-received_at", "-pk") if which == "all" else ("received_at", "pk")))


def loose(actor: Membership) -> QuerySet[Submission]:
    """What a collector brought in that stands in no campaign's list: files are missing, or it is of no wave."""
    found = visible_to(actor).filter(Q(state=SubmissionState.RECEIVING) | Q(wave=None), collector=actor)
    return found.exclude(state=SubmissionState.WITHDRAWN)


def sheet_counts(actor: Membership, campaign: Campaign) -> dict[str, int]:
    """How many stand in each list."""
    mine = visible_to(actor).filter(wave__campaign=campaign).order_by()
    asked = {name: Count("pk", filter=Q(state__in=states), distinct=True) for name, states in SHEETS.items()}
    return mine.aggregate(**asked)


def phones(actor: Membership) -> QuerySet[CollectorToken]:
    """Phones that are out: one's own, or all for those who plan."""
    found: QuerySet[CollectorToken] = CollectorToken.objects.filter(revoked_at=None).select_related("membership")
    if actor.may(Right.SURVEY_AUTHOR):
        return found.order_by("membership__title")
    return found.filter(membership=actor) if actor.may(Right.SURVEY_COLLECT) else found.none()
