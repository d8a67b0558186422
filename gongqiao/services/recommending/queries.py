"""What was recommended to whom, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import queries as notify
from gongqiao.foundation.notify.enums import CallState, MessageState, Result
from gongqiao.foundation.notify.models import CallTask, Message
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.dossiers.enums import State as DossierState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.postings.queries import live_shifts
from gongqiao.services.placement import grounds
from gongqiao.services.placement import rules as placement
from gongqiao.services.placement.enums import HOLDING
from gongqiao.services.placement.models import Assignment
from gongqiao.services.placement.refusals import refused_employers
from gongqiao.services.recommending.enums import Said
from gongqiao.services.recommending.models import Recommendation, Search

ABOUT = "posting:"
FRESH = timedelta(minutes=1)  # picked so lately that nothing is asked anew
LATELY = timedelta(days=30)
LOOKED_AT = 300  # calls, those that run out first
MOST_CALLS = 30  # on the desk's list: the best first; the others are told in the hall or not at all


def on_the_lists(moment: datetime) -> QuerySet[Posting]:
    """Verified demand with a shift still to begin."""
    ahead = live_shifts(moment).filter(starts_at__gt=moment)
    found: QuerySet[Posting] = Posting.objects.filter(pk__in=ahead.values("posting"))
    return found


def shifts_ahead(postings: Iterable[int], moment: datetime) -> list[Shift]:
    """Their live shifts still to begin, the next first."""
    rows = live_shifts(moment).filter(posting__in=list(postings), starts_at__gt=moment)
    return list(rows.select_related("posting", "market").order_by("starts_at", "pk"))


def stands(message: Message) -> bool:
    """Whether it is still to be told, asked at the very moment of telling: the work is on the lists with a seat left;
    he looks for work, may do it, goes to this employer, wants to be recommended by his file, and has not answered."""
    row = recommended(message)
    if row is None or not row.dossier.personalised or row.dossier.state != DossierState.ACTIVE:
        return False
    held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    now = clock.now()
    here = live_shifts(now).filter(pk=row.shift_id, starts_at__gt=now).annotate(held=held)
    if not here.filter(held__lt=F("headcount")).exists():
        return False
    if Assignment.objects.filter(shift__posting=row.posting_id, dossier=row.dossier_id).exists():
        return False
    try:
        placement.check_may_work(row.dossier, row.shift)
    except Refused:
        return False
    if row.shift.posting.employer_id in refused_employers([row.dossier]).get(row.dossier_id, ()):
        return False
    return now - row.at < FRESH or _fits(row)


def _fits(row: Recommendation) -> bool:
    """What his file or the work said may have changed since he was picked: hours, pay, how far he goes, other work."""
    said = grounds.of(row.shift, row.dossier)
    return bool(said) and not said["unmet"]


def recommended(message: Message) -> Recommendation | None:
    """What a message of the market in scope recommends, while it stands and he has said nothing to it."""
    posting, _colon, dossier = message.about.removeprefix(ABOUT).partition(":")
    if not (posting.isdigit() and dossier.isdigit()):
        return None
    rows = Recommendation.objects.select_related("dossier__person", "shift__posting", "shift__market")
    found: Recommendation | None = rows.filter(
        posting=int(posting), dossier=int(dossier), said=Said.NOTHING, called_off_at=None
    ).first()
    return found


def visible_to(actor: Membership) -> QuerySet[Recommendation]:
    """Whoever sees the placing sees them all, a worker those made to him; no employer learns who was told."""
    found: QuerySet[Recommendation] = Recommendation.objects.select_related(
        "dossier__person", "shift__posting__employer", "shift__market", "said_to", "market"
    )
    if actor.may(Right.PLACEMENT_READ):
        return found
    if actor.role == Role.WORKER:
        return found.filter(dossier__person=actor.person)
    return found.none()


@dataclass(frozen=True)
class Told:
    """One recommendation, its message with every attempt, and the name he put down or the seat he got since."""

    row: Recommendation
    message: Message | None
    work: Assignment | None

    @property
    def reached(self) -> bool:
        """By a machine, or by a person who spoke to him."""
        tried = self.message.attempts.all() if self.message is not None else ()
        return any(each.result in (Result.SENT, Result.REACHED) for each in tried)

    @property
    def waits(self) -> bool:
        return self.message is not None and self.message.state == MessageState.WAITING

    @property
    def listed(self) -> bool:
        """On a list of the desk, and nobody has spoken to him yet."""
        return self.message is not None and self.message.state == MessageState.SENT and not self.reached


@dataclass(frozen=True)
class Campaign:
    """All that was told of one posting: the last search, how it went, and the people, the best of each shift first."""

    search: Search | None
    told: list[Told]

    @property
    def open(self) -> int:
        return self._sum("open")

    @property
    def wanted(self) -> int:
        return self._sum("wanted")

    @property
    def capped(self) -> int:
        """People passed over because they had their number for the day."""
        return self._sum("capped")

    def _sum(self, name: str) -> int:
        return sum(facts[name] for facts in self.search.facts.values()) if self.search is not None else 0


@dataclass(frozen=True)
class Mine:
    """One recommendation as he sees it himself; `ahead`: he may still say yes or no."""

    row: Recommendation
    work: Assignment | None
    ahead: bool


def lately(actor: Membership, moment: datetime, most: int = 10) -> list[Mine]:
    """What a worker was recommended in the last month, the newest first; not what waits for his hours."""
    told = visible_to(actor).filter(called_off_at=None, at__gt=moment - LATELY, tell_at__lte=moment)
    rows = list(told.order_by("-at", "-pk")[:most])
    work = _work_of(rows)
    live = set(
        live_shifts(moment).filter(pk__in=[row.shift_id for row in rows], starts_at__gt=moment).values_list("pk")
    )
    return [Mine(row, work.get((row.posting_id, row.dossier_id)), (row.shift_id,) in live) for row in rows]


def of_posting(actor: Membership, posting: Posting) -> Campaign:
    if not actor.may(Right.PLACEMENT_READ):
        return Campaign(None, [])
    rows = list(visible_to(actor).filter(posting=posting).order_by("called_off_at", "shift__starts_at", "place", "pk"))
    return Campaign(Search.objects.filter(posting=posting).order_by("-asked_at", "-pk").first(), _told(actor, rows))


def _told(actor: Membership, rows: list[Recommendation]) -> list[Told]:
    if not rows:
        return []
    messages = {message.key: message for message in notify.told_about(actor, {row.about for row in rows})}
    found = _work_of(rows)
    return [Told(row, messages.get(row.key), found.get((row.posting_id, row.dossier_id))) for row in rows]


def _work_of(rows: list[Recommendation]) -> dict[tuple[int, int], Assignment]:
    """By posting and file: the last thing that came of it."""
    postings, files = {row.posting_id for row in rows}, {row.dossier_id for row in rows}
    work = Assignment.objects.filter(dossier__in=files, shift__posting__in=postings).select_related("shift")
    return {(one.shift.posting_id, one.dossier_id): one for one in work.order_by("pk")}


def calls(actor: Membership) -> QuerySet[CallTask]:
    """Calls that recommend something, made or to be made."""
    if not actor.may(Right.DISPATCH):
        none: QuerySet[CallTask] = CallTask.objects.none()
        return none
    found: QuerySet[CallTask] = CallTask.objects.filter(about__startswith=ABOUT).select_related("person", "market")
    return found


def called(tasks: Iterable[CallTask]) -> dict[str, Recommendation]:
    """What calls recommend, by the call's `about`."""
    wanted = {task.about for task in tasks}
    postings = {int(about.split(":")[1]) for about in wanted}
    rows = Recommendation.objects.filter(posting__in=postings, called_off_at=None).select_related(
        "dossier__person", "shift__posting", "shift__market", "market"
    )
    return {row.about: row for row in rows if row.about in wanted}


def call_list(actor: Membership) -> list[tuple[CallTask, Recommendation]]:
    """For whoever has time after the calls that wait for an answer: work with a seat left, the best people first."""
    tasks = list(calls(actor).filter(state=CallState.OPEN).order_by("due_at", "pk")[:LOOKED_AT])
    about = called(tasks)
    held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    seats = Shift.objects.filter(pk__in={row.shift_id for row in about.values()}).annotate(held=held)
    free = set(seats.filter(held__lt=F("headcount")).values_list("pk", flat=True))
    known = set(
        Assignment.objects.filter(shift__in=free, dossier__in={row.dossier_id for row in about.values()}).values_list(
            "shift__posting", "dossier"
        )
    )
    found = [(task, about[task.about]) for task in tasks if task.about in about]
    found = [
        (task, row)
        for task, row in found
        if row.shift_id in free and (row.posting_id, row.dossier_id) not in known and not row.said
    ]
    return sorted(found, key=lambda pair: (pair[1].place, pair[0].due_at, pair[0].pk))[:MOST_CALLS]
