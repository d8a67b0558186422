"""Reading placement, for whoever may."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongqiao.foundation import clock
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings import queries as demand
from gongqiao.needs.postings.models import Posting, Shift, Verification
from gongqiao.needs.postings.queries import last_verifications, open_shifts
from gongqiao.services.placement.enums import HOLDING, Side, State, WageState
from gongqiao.services.placement.models import Assignment, DispatchRun, Rating, WageRecord
from gongqiao.services.placement.nearby import Nearness
from gongqiao.services.placement.policies import drawn, order_of
from gongqiao.services.placement.snapshot import Snapshot

ABOUT = ("assignment:", "news:")
WEEK_AROUND = timedelta(days=7)


def visible_to(actor: Membership) -> QuerySet[Assignment]:
    """Staff see the market's assignments, an employer's people those of their shifts, a worker his own, and whom he
    named to act for him those of his."""
    found: QuerySet[Assignment] = Assignment.objects.select_related(
        "person", "dossier", "shift__posting__employer__organisation", "shift__posting__region", "market"
    )
    if actor.may(Right.PLACEMENT_READ):
        return found
    if actor.role == Role.EMPLOYER:
        return found.filter(shift__posting__employer__organisation=actor.organisation_id)
    if actor.worker_id is not None:
        return found.filter(person=actor.worker_id)
    return found.none()


def day_bounds(market: Market, day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(0), market.tz)
    return start, start + timedelta(days=1)


@dataclass
class ShiftLine:
    """One shift with its seats: filled (answered yes or further), asked, wanted."""

    shift: Shift
    filled: int = 0
    asked: int = 0
    waiting: int = 0
    verification: Verification | None = None
    near: Nearness | None = None

    @property
    def open(self) -> int:
        return max(0, self.shift.headcount - self.filled - self.asked)

    @property
    def lacking(self) -> int:
        """People without whom it does not take place; 0 where it takes place as it is, or in any case."""
        return max(0, self.shift.at_least - self.filled - self.asked) if self.shift.at_least > 1 else 0


@dataclass
class Board:
    """The dispatch board of one day."""

    lines: list[ShiftLine] = field(default_factory=list)

    @property
    def seats(self) -> int:
        return sum(line.shift.headcount for line in self.lines)

    @property
    def filled(self) -> int:
        return sum(line.filled for line in self.lines)

    @property
    def asked(self) -> int:
        return sum(line.asked for line in self.lines)

    @property
    def open(self) -> int:
        return sum(line.open for line in self.lines)


def seats_of(shifts: Iterable[Shift]) -> dict[int, Counter[str]]:
    """Counts of each state, by shift."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    rows = Assignment.objects.filter(shift__in=[shift.pk for shift in shifts]).values_list("shift_id", "state")
    for shift, state in rows:
        counts[shift][state] += 1
    return counts


def lines(shifts: list[Shift]) -> list[ShiftLine]:
    """Shifts with their seats and who verified them, in three queries whatever their number."""
    counts = seats_of(shifts)
    verified = last_verifications([shift.posting_id for shift in shifts])
    holding = [state for state in HOLDING if state != State.OFFERED]
    return [
        ShiftLine(
            shift,
            filled=sum(counts[shift.pk][state] for state in holding),
            asked=counts[shift.pk][State.OFFERED],
            waiting=counts[shift.pk][State.APPLIED] + counts[shift.pk][State.WAITLISTED],
            verification=verified.get(shift.posting_id),
        )
        for shift in shifts
    ]


def board(actor: Membership, day: date) -> Board:
    """All shifts of the day whose demand is published, shortest of hands first."""
    if not actor.may(Right.PLACEMENT_READ):
        return Board()
    shifts = list(_on_board(actor, day).select_related("posting__employer__organisation", "posting__region"))
    return Board(sorted(lines(shifts), key=lambda line: (-line.open, line.shift.starts_at, line.shift.pk)))


def _on_board(actor: Membership, day: date) -> QuerySet[Shift]:
    start, end = day_bounds(actor.market, day)
    return open_shifts(start, end, moment=clock.now())


def open_seats(actor: Membership, day: date) -> int:
    """As `board(...).open`, for the number beside the navigation: counted by the database, no row is read."""
    if not actor.may(Right.PLACEMENT_READ):
        return 0
    held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    rows = _on_board(actor, day).annotate(held=held).values_list("headcount", "held")
    return sum(max(0, headcount - taken) for headcount, taken in rows)


def others_of(assignment: Assignment) -> list[Assignment]:
    """What else this person holds in the days around the shift, for the rules of rest and hours."""
    around = (assignment.starts_at - WEEK_AROUND, assignment.ends_at + WEEK_AROUND)
    held = _held_by([assignment.person_id], *around)[assignment.person_id]
    return [row for row in held if row.pk != assignment.pk]


def others_of_all(people: Iterable[UUID], market: Market, day: date) -> dict[UUID, list[Assignment]]:
    """The same for many people and the shifts of one day, in one query."""
    start, end = day_bounds(market, day)
    return _held_by(set(people), start - WEEK_AROUND, end + WEEK_AROUND)


def _held_by(people: Iterable[UUID], start: datetime, end: datetime) -> dict[UUID, list[Assignment]]:
    rows = Assignment.objects.filter(person__in=people, state__in=HOLDING, ends_at__gt=start, starts_at__lt=end)
    found: dict[UUID, list[Assignment]] = defaultdict(list)
    for row in rows.select_related("shift"):
        found[row.person_id].append(row)
    return found


def live_between(dossier: Dossier, shift: Shift) -> Assignment | None:
    """What stands between a worker and a shift: his name put down, an offer, a seat."""
    states = [*HOLDING, State.APPLIED, State.WAITLISTED]
    found: Assignment | None = Assignment.objects.filter(shift=shift, dossier=dossier, state__in=states).first()
    return found


def ratings_of(rows: Iterable[Assignment], moment: datetime) -> dict[int, list[Rating]]:
    """By assignment, the words that both sides may read by now."""
    found: dict[int, list[Rating]] = defaultdict(list)
    for rating in Rating.objects.open_at(moment).filter(assignment__in=[row.pk for row in rows]).order_by("side"):
        found[rating.assignment_id].append(rating)
    return found


def rated_by(rows: Iterable[Assignment], side: Side) -> set[int]:
    """The assignments that this side has said its word about."""
    given = Rating.objects.filter(assignment__in=[row.pk for row in rows], side=side)
    return set(given.values_list("assignment_id", flat=True))


def calls(actor: Membership) -> QuerySet[CallTask]:
    """Those about work, made or to be made. Calls about anything else are made by whoever may see that."""
    if not actor.may(Right.DISPATCH):
        none: QuerySet[CallTask] = CallTask.objects.none()
        return none
    about_work = reduce(or_, (Q(about__startswith=kind) for kind in ABOUT))
    found: QuerySet[CallTask] = CallTask.objects.filter(about_work).select_related("person", "market")
    return found


def call_list(actor: Membership) -> QuerySet[CallTask]:
    return calls(actor).filter(state=CallState.OPEN).order_by("due_at", "pk")


def called(tasks: Iterable[CallTask]) -> dict[str, Assignment]:
    """The assignments that calls are about, by the call's `about`: an offer to answer, or news of it."""
    keys = {task.about: task.about.partition(":")[2] for task in tasks if task.about.startswith(ABOUT)}
    rows = Assignment.objects.select_related("dossier", "person", "market", "shift__market", "shift__posting__employer")
    found = rows.in_bulk({int(key) for key in keys.values()})
    return {about: found[int(key)] for about, key in keys.items() if int(key) in found}


def attendance(actor: Membership, day: date) -> QuerySet[Assignment]:
    """Who is expected on a day, in order of time."""
    start, end = day_bounds(actor.market, day)
    states = [State.ACCEPTED, State.CONFIRMED, State.ON_SITE, State.DONE, State.NO_SHOW]
    found = visible_to(actor).filter(starts_at__gte=start, starts_at__lt=end, state__in=states)
    return found.select_related("wage").order_by("starts_at", "shift_id", "seat")


def unsettled(actor: Membership, moment: datetime) -> dict[date, int]:
    """Days with people whose shift is over and of whom nobody has said how it ended; oldest first."""
    open_ends = [State.ACCEPTED, State.CONFIRMED, State.ON_SITE]
    rows = visible_to(actor).filter(state__in=open_ends, ends_at__lte=moment).order_by("starts_at")
    zone = actor.market.tz
    return dict(Counter(begins.astimezone(zone).date() for begins in rows.values_list("starts_at", flat=True)))


def wages(actor: Membership, state: str = "") -> QuerySet[WageRecord]:
    found: QuerySet[WageRecord] = WageRecord.objects.select_related(
        "assignment__person", "assignment__dossier", "assignment__shift__posting__employer", "market"
    )
    if actor.role == Role.EMPLOYER:
        found = found.filter(assignment__shift__posting__employer__organisation=actor.organisation_id)
    elif actor.role == Role.WORKER:
        found = found.filter(assignment__person=actor.person)
    elif not actor.may(Right.PLACEMENT_READ):
        found = found.none()
    if state:
        found = found.filter(state=state)
    return found.order_by("state", "due_at", "pk")


def waiting_counts(actor: Membership, moment: datetime) -> dict[str, int]:
    """The numbers beside the navigation: what waits for a hand."""
    today = moment.astimezone(actor.market.tz).date()
    return {
        "verify": demand.waiting(Posting.objects.all(), moment).count(),
        "calls": call_list(actor).count(),
        "wages": WageRecord.objects.filter(
            Q(state=WageState.DISPUTED) | Q(state=WageState.DUE, due_at__lt=moment)
        ).count(),
        "open": open_seats(actor, today + timedelta(days=1)),
    }


def last_run(day: date) -> DispatchRun | None:
    found: DispatchRun | None = DispatchRun.objects.filter(day=day).select_related("by").order_by("-at").first()
    return found


def recent_runs(most: int = 14) -> list[DispatchRun]:
    """The last dispatches of the market in scope, newest first, without their heavy parts."""
    return list(DispatchRun.objects.defer("inputs", "outcome").order_by("-at")[:most])


@dataclass(frozen=True)
class Turn:
    """One place in the order of a dispatch: who (file number), by which draw, and how many places he was given."""

    place: int
    number: int
    draw: str
    given: int


def turns(run: DispatchRun) -> list[Turn]:
    """The order of a run for anybody to check; empty for a policy without one. No names: each knows his own number."""
    taken = Snapshot.unpack(bytes(run.inputs))
    policy, numbers = DispatchPolicy(run.policy), taken.file_numbers()
    given = Counter(worker for worker, _shift in run.outcome)
    lottery = policy == DispatchPolicy.LOTTERY
    return [
        Turn(place, numbers.get(pk, pk), drawn(run.seed, numbers.get(pk, pk)) if lottery else "", given[pk])
        for place, pk in enumerate(order_of(taken, policy, run.seed), start=1)
    ]
