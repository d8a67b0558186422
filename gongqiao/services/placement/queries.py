"""Reading placement, for whoever may."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.postings.enums import PostingState, ShiftState
from gongqiao.needs.postings.models import Posting, Shift, Verification
from gongqiao.needs.postings.queries import last_verifications
from gongqiao.services.placement.enums import HOLDING, State, WageState
from gongqiao.services.placement.models import Assignment, DispatchRun, WageRecord


def visible_to(actor: Membership) -> QuerySet[Assignment]:
    """Staff see the market's assignments, an employer's people those of their shifts, a worker his own."""
    found: QuerySet[Assignment] = Assignment.objects.select_related(
        "person", "dossier", "shift__posting__employer__organisation", "shift__posting__region", "market"
    )
    if actor.may(Right.PLACEMENT_READ):
        return found
    if actor.role == Role.EMPLOYER:
        return found.filter(shift__posting__employer__organisation=actor.organisation_id)
    if actor.role == Role.WORKER:
        return found.filter(person=actor.person)
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

    @property
    def open(self) -> int:
        return max(0, self.shift.headcount - self.filled - self.asked)


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
    return Shift.objects.filter(
        state=ShiftState.OPEN, posting__state=PostingState.OPEN, starts_at__gte=start, starts_at__lt=end
    )


def open_seats(actor: Membership, day: date) -> int:
    """As `board(...).open`, for the number beside the navigation: counted by the database, no row is read."""
    if not actor.may(Right.PLACEMENT_READ):
        return 0
    held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    rows = _on_board(actor, day).annotate(held=held).values_list("headcount", "held")
    return sum(max(0, headcount - taken) for headcount, taken in rows)


def public_lines(market: Market, moment: datetime, community: str = "", limit: int = 60) -> list[ShiftLine]:
    """What anybody may look at: verified shifts still to begin, by time; those of the chosen street first."""
    shifts = _published(moment)
    near = Q(posting__region__code__startswith=community[:9]) if community else Q()
    first = list(shifts.filter(near).order_by("starts_at", "pk")[:limit])
    if community and len(first) < limit:
        first += list(shifts.exclude(near).order_by("starts_at", "pk")[: limit - len(first)])
    return [line for line in lines(first) if line.open > 0]


def public_among(moment: datetime, shifts: Iterable[int]) -> dict[int, ShiftLine]:
    """Of these shifts the ones that anybody may look at, by id."""
    return {
        line.shift.pk: line for line in lines(list(_published(moment).filter(pk__in=list(shifts)))) if line.open > 0
    }


def _published(moment: datetime) -> QuerySet[Shift]:
    return Shift.objects.filter(
        state=ShiftState.OPEN,
        starts_at__gt=moment,
        starts_at__lt=moment + timedelta(days=7),
        posting__state=PostingState.OPEN,
        posting__employer__state="active",
        posting__verified_until__gt=moment,
    ).select_related("posting__employer", "posting__region", "market")


def call_list(actor: Membership) -> QuerySet[CallTask]:
    if not actor.may(Right.DISPATCH):
        none: QuerySet[CallTask] = CallTask.objects.none()
        return none
    found: QuerySet[CallTask] = CallTask.objects.filter(state=CallState.OPEN).select_related("person")
    return found.order_by("due_at", "pk")


def called(tasks: Iterable[CallTask]) -> dict[str, Assignment]:
    """The assignments that calls are about, by the call's `about`."""
    keys = [int(task.about.removeprefix("assignment:")) for task in tasks if task.about.startswith("assignment:")]
    rows = Assignment.objects.filter(pk__in=keys).select_related("dossier", "shift__posting__employer")
    return {f"assignment:{row.pk}": row for row in rows}


def attendance(actor: Membership, day: date) -> QuerySet[Assignment]:
    """Who is expected on a day, in order of time."""
    start, end = day_bounds(actor.market, day)
    states = [State.ACCEPTED, State.CONFIRMED, State.ON_SITE, State.DONE, State.NO_SHOW]
    found = visible_to(actor).filter(starts_at__gte=start, starts_at__lt=end, state__in=states)
    return found.select_related("wage").order_by("starts_at", "shift_id", "seat")


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
        "verify": Posting.objects.filter(state__in=[PostingState.SUBMITTED, PostingState.PAUSED]).count(),
        "calls": CallTask.objects.filter(state=CallState.OPEN).count(),
        "wages": WageRecord.objects.filter(
            Q(state=WageState.DISPUTED) | Q(state=WageState.DUE, due_at__lt=moment)
        ).count(),
        "open": open_seats(actor, today + timedelta(days=1)),
    }


def last_run(day: date) -> DispatchRun | None:
    found: DispatchRun | None = DispatchRun.objects.filter(day=day).select_related("by").order_by("-at").first()
    return found
