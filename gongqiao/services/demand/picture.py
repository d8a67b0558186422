"""The market picture 供需图: hands and work by trade, community and hour of the week, the widest gap first.

Four weeks back and one ahead of a day. Wanted are the seats of verified shifts; came is who was on site; a seat nobody
came to is short. People count as free at an hour when they said so and it is still fresh; what is stale is told apart.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Dossier, DossierValue, Skill
from gongqiao.needs.postings.enums import PostingState, ShiftState
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.enums import CAME, HOLDING
from gongqiao.services.placement.models import Assignment

BACK, AHEAD = timedelta(days=28), timedelta(days=7)
WEEKS = 5
Row = TypeVar("Row")


@dataclass
class Line:
    """One trade or one community. `short`: seats of the past four weeks nobody came to; `idle`: people without a day of
    work in them."""

    key: str
    name: str
    wanted: int = 0
    short: int = 0
    ahead: int = 0
    open: int = 0
    people: int = 0
    idle: int = 0
    stale: int = 0

    @property
    def gap(self) -> int:
        """Hands missing: seats that stayed empty and those of the coming week still open."""
        return self.short + self.open


@dataclass
class Hour:
    """Seats of all weeks looked at, at this hour of this weekday, and people who said they are free then."""

    seats: int
    free: int

    @property
    def wanted(self) -> float:
        """In an average week."""
        return self.seats / WEEKS

    @property
    def missing(self) -> bool:
        return self.wanted > self.free


@dataclass
class Picture:
    first: date
    day: date
    last: date
    trade: str
    trades: list[Line] = field(default_factory=list)
    communities: list[Line] = field(default_factory=list)
    week: list[list[Hour]] = field(default_factory=list)  # seven days, Monday first, of 24 hours


@dataclass(frozen=True)
class _Work:
    """A shift as the picture sees it."""

    pk: int
    trade: str
    region: str
    starts_at: datetime
    ends_at: datetime
    headcount: int
    came: int
    held: int
    past: bool

    @property
    def short(self) -> int:
        return max(0, self.headcount - self.came) if self.past else 0

    @property
    def open(self) -> int:
        return 0 if self.past else max(0, self.headcount - self.held)


@dataclass(frozen=True)
class _Person:
    pk: int
    home: str
    trades: frozenset[str]
    week: tuple[int, ...]
    stale: bool
    worked: bool


def picture(actor: Membership, moment: datetime, trade: str = "") -> Picture:
    """The whole market; with a trade, its communities and hours only. Seven queries."""
    today = moment.astimezone(actor.market.tz).date()
    found = Picture(today - BACK, today, today + AHEAD, trade)
    if not actor.may(Right.PLACEMENT_READ):
        return found
    work, people = _work(actor, moment), _people(moment, today)
    by_trade = _grouped(work, lambda each: [each.trade]), _grouped(people, lambda each: each.trades)
    found.trades = _lines(*by_trade, _trade_name)
    work = [each for each in work if not trade or each.trade == trade]
    people = [each for each in people if not trade or trade in each.trades]
    places = _places({each.region for each in work} | {each.home for each in people})
    by_place = _grouped(work, lambda each: [each.region]), _grouped(people, lambda each: [each.home])
    found.communities = _lines(*by_place, lambda code: places.get(code, code))
    found.week = _week(work, people)
    return found


def shifts_of(actor: Membership, moment: datetime, trade: str) -> QuerySet[Shift]:
    """The rows behind a trade's figures."""
    rows = _shifts(moment).filter(posting__trade=trade).select_related("posting__employer", "posting__region")
    came = Count("assignments", filter=Q(assignments__state__in=CAME))
    held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    ordered: QuerySet[Shift] = rows.annotate(came=came, held=held).order_by("-starts_at", "pk")
    return ordered if actor.may(Right.PLACEMENT_READ) else ordered.none()


def idle_people(actor: Membership, moment: datetime, trade: str) -> QuerySet[Dossier]:
    """People of a trade without a day of work in the past four weeks: the rows behind `idle`."""
    rows: QuerySet[Dossier] = Dossier.objects.filter(state=State.ACTIVE, skills__trade=trade)
    rows = rows.exclude(pk__in=_worked(moment)).select_related("person", "home").order_by("file_no")
    return rows if actor.may(Right.DOSSIER_READ) else rows.none()


def _shifts(moment: datetime) -> QuerySet[Shift]:
    """Past ones whose demand was verified then, coming ones whose verification holds now."""
    past = Q(starts_at__gte=moment - BACK, starts_at__lte=moment, posting__verified_until__isnull=False)
    ahead = Q(
        starts_at__gt=moment,
        starts_at__lt=moment + AHEAD,
        posting__state=PostingState.OPEN,
        posting__verified_until__gt=moment,
        posting__employer__state="active",
    )
    return Shift.objects.filter(past | ahead, state=ShiftState.OPEN)


def _work(actor: Membership, moment: datetime) -> list[_Work]:
    shifts = list(_shifts(moment).select_related("posting"))
    inside = Q(shift__starts_at__gte=moment - BACK, shift__starts_at__lt=moment + AHEAD)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    held = Assignment.objects.filter(inside, state__in=HOLDING).values_list("shift_id", "state")
    for shift, state, number in held.annotate(number=Count("pk")).order_by():
        counts[shift][state] += number
    return [
        _Work(
            pk=row.pk,
            trade=row.posting.trade,
            region=row.posting.region_id or "",
            starts_at=row.starts_at.astimezone(actor.market.tz),
            ends_at=row.ends_at.astimezone(actor.market.tz),
            headcount=row.headcount,
            came=sum(counts[row.pk][state] for state in CAME),
            held=sum(counts[row.pk].values()),
            past=row.starts_at <= moment,
        )
        for row in shifts
    ]


def _worked(moment: datetime) -> QuerySet[Assignment, int]:
    since = Assignment.objects.filter(state__in=CAME, starts_at__gt=moment - BACK, starts_at__lte=moment)
    return since.values_list("dossier_id", flat=True)


def _people(moment: datetime, today: date) -> list[_Person]:
    trades: dict[int, set[str]] = defaultdict(set)
    active = Dossier.objects.filter(state=State.ACTIVE)
    for dossier, trade in Skill.objects.filter(dossier__state=State.ACTIVE).values_list("dossier_id", "trade"):
        trades[dossier].add(trade)
    stale = set(
        DossierValue.objects.filter(
            dossier__state=State.ACTIVE, field="week_hours", superseded_at=None, fresh_until__lt=today
        ).values_list("dossier_id", flat=True)
    )
    worked = set(_worked(moment))
    return [
        _Person(pk, home or "", frozenset(trades[pk]), hours.from_hex(week), pk in stale, pk in worked)
        for pk, home, week in active.values_list("pk", "home_id", "week_hours")
    ]


def _grouped(rows: Iterable[Row], keys: Callable[[Row], Iterable[str]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for key in keys(row):
            found[key].append(row)
    return found


def _lines(work: dict[str, list[_Work]], people: dict[str, list[_Person]], name: Callable[[str], str]) -> list[Line]:
    lines = [
        Line(
            key=key,
            name=name(key),
            wanted=sum(each.headcount for each in work.get(key, ()) if each.past),
            short=sum(each.short for each in work.get(key, ())),
            ahead=sum(each.headcount for each in work.get(key, ()) if not each.past),
            open=sum(each.open for each in work.get(key, ())),
            people=len(people.get(key, ())),
            idle=sum(not each.worked for each in people.get(key, ())),
            stale=sum(each.stale for each in people.get(key, ())),
        )
        for key in {*work, *people}
    ]
    return sorted(lines, key=lambda line: (-line.gap, -(line.wanted + line.ahead), -line.idle, line.key))


def _trade_name(code: str) -> str:
    known = catalogue().trades
    return known[code].name if code in known else code


def _places(codes: Iterable[str]) -> dict[str, str]:
    rows = Region.objects.filter(code__in=[code for code in codes if code])
    return {row.code: row.short_name for row in rows} | {"": _("没说在哪里")}


def _week(work: Iterable[_Work], people: Iterable[_Person]) -> list[list[Hour]]:
    """By weekday and hour: an average week's seats, and people free then whose word is fresh."""
    wanted: Counter[tuple[int, int]] = Counter()
    for each in work:
        for at in _hours(each.starts_at, each.ends_at):
            wanted[at.weekday(), at.hour] += each.headcount
    free: Counter[tuple[int, int]] = Counter()
    for week, number in Counter(person.week for person in people if not person.stale).items():
        for day in range(7):
            for hour in range(24):
                if week[day] >> hour & 1:
                    free[day, hour] += number
    return [[Hour(wanted[day, hour], free[day, hour]) for hour in range(24)] for day in range(7)]


def _hours(start: datetime, end: datetime) -> Iterable[datetime]:
    """Each hour of the clock that the shift touches."""
    at = start.replace(minute=0, second=0, microsecond=0)
    while at < end:
        yield at
        at += timedelta(hours=1)
