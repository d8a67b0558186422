"""Reading the hall: the line of a window, what is called, how many are before me. Nothing here knows a name."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, When

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers.enums import State as FileState
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.hall import rules
from gongqiao.services.hall.enums import State
from gongqiao.services.hall.models import Number, Service, Window
from gongqiao.services.placement.models import QueueTicket
from gongqiao.services.placement.queries import day_bounds

SHOWN_CALLS, SHOWN_SHOUTS, MOST_LINE = 6, 6, 60
ORDER = ("turn_at", "number", "letter")  # two drawn in one instant stand in the order of their figures
QUARTER = timedelta(minutes=15)


def services(*, offered: bool = False) -> list[Service]:
    found = Service.objects.select_related("market").order_by("letter")
    return list(found.filter(offered=True) if offered else found)


def windows(*, in_use: bool = False) -> list[Window]:
    found = Window.objects.select_related("market").order_by("number")
    return list(found.filter(in_use=True) if in_use else found)


def window_of(actor: Membership, pk: int) -> Window:
    """Raises Window.DoesNotExist for whoever calls nobody."""
    found = Window.objects.select_related("market") if actor.may(Right.HALL_SERVE) else Window.objects.none()
    return found.get(pk=pk)


def numbers(day: date) -> QuerySet[Number]:
    return Number.objects.filter(day=day).select_related("service", "window", "market")


def visible_to(actor: Membership) -> QuerySet[Number]:
    found = Number.objects.select_related("service", "window", "market")
    return found if actor.may(Right.HALL_SERVE) else found.none()


def line(window: Window, day: date) -> QuerySet[Number]:
    """Who waits for this window: those of its services whom nobody else is to call, and those passed on to it."""
    mine = Q(letter__in=list(window.letters), window=None) | Q(window=window)
    return numbers(day).filter(mine, state=State.WAITING).order_by(*ORDER)


def at_window(window: Window) -> Number | None:
    """Whom it has called last and not said anything about."""
    return (
        Number.objects.filter(window=window, state=State.CALLED).select_related("service", "window", "market").first()
    )


@dataclass(frozen=True)
class Desk:
    """A window as the person behind it sees it."""

    window: Window
    now: Number | None
    waiting: list[Number]
    absent: list[Number]
    served: int


def desk_of(window: Window, day: date) -> Desk:
    here = numbers(day).filter(window=window)
    absent = here.filter(state=State.ABSENT).order_by("-called_at")[:SHOWN_CALLS]
    served = here.filter(state=State.SERVED).count()
    return Desk(window, at_window(window), list(line(window, day)[:MOST_LINE]), list(absent), served)


def waiting_by_letter(day: date) -> dict[str, int]:
    rows = Number.objects.filter(day=day, state=State.WAITING).values_list("letter").annotate(count=Count("pk"))
    return dict(rows.order_by("letter"))


def called(day: date, most: int = SHOWN_CALLS) -> list[Number]:
    """The last called, the newest first, as they stand on the wall."""
    found = numbers(day).filter(called_at__isnull=False, window__isnull=False).exclude(state=State.WAITING)
    return list(found.order_by("-called_at", "pk")[:most])


@dataclass(frozen=True)
class Place:
    """Where a number stands: how many are before it, roughly how long, and at which windows it may be called."""

    number: Number
    ahead: int
    minutes: int | None
    windows: list[int]


def place_of(number: Number, moment: datetime) -> Place:
    """`minutes` is None while no window of the service is open."""
    if number.state != State.WAITING:
        return Place(number, 0, 0, [number.window.number] if number.window else [])
    serving = [window for window in windows(in_use=True) if _calls(window, number)]
    letters = {letter for window in serving for letter in window.letters}
    same = Q(turn_at=number.turn_at)
    lower = Q(number__lt=number.number) | Q(number=number.number, letter__lt=number.letter)
    before = Q(turn_at__lt=number.turn_at) | (same & lower)
    theirs = Q(letter__in=letters, window=None) | Q(window__in=serving)
    ahead = Number.objects.filter(before, theirs, day=number.day, state=State.WAITING).count()
    working = sum(rules.is_open(window, moment) for window in serving)
    wait = -(-ahead * number.service.minutes // working) if working else None
    return Place(number, ahead, wait, [window.number for window in serving])


def _calls(window: Window, number: Number) -> bool:
    return window.pk == number.window_id if number.window_id else number.letter in window.letters


def number_of(pk: UUID) -> Number | None:
    """By the address only its holder has."""
    return Number.objects.select_related("service", "window", "market").filter(pk=pk).first()


@dataclass(frozen=True)
class Shout:
    """Somebody without a phone who is wanted at the desk: the number he drew in the morning, else his file number."""

    task: int
    text: str
    turn: bool


def shouts(market: Market, day: date, moment: datetime) -> list[Shout]:
    """People to be called out in the hall about work that waits for their answer; after them, of new work that is
    recommended, those who have come today. No names."""
    new, here = Q(about__startswith="posting:"), QueueTicket.objects.filter(day=day).values("dossier__person")
    tasks = CallTask.objects.filter(how="hall", state=CallState.OPEN, due_at__gt=moment, person__isnull=False)
    tasks = tasks.filter(~new | Q(person__in=here)).annotate(new=Case(When(new, then=1), default=0))
    rows = list(tasks.order_by("new", "due_at", "pk").values_list("pk", "person_id", "about")[:SHOWN_SHOUTS])
    people = [person for _pk, person, _about in rows]
    turns = dict(
        QueueTicket.objects.filter(day=day, dossier__person__in=people).values_list("dossier__person_id", "number")
    )
    files = _file_numbers(people) if len(turns) < len(set(people)) else {}
    found: dict[str, Shout] = {}
    for pk, person, _about in rows:
        text = str(turns[person]) if person in turns else files.get(person, "")
        if text:
            found.setdefault(text, Shout(pk, text, person in turns))
    return list(found.values())


def _file_numbers(people: list[UUID]) -> dict[UUID, str]:
    rows = Dossier.objects.filter(person__in=people).exclude(state=FileState.MERGED)
    return {row.person_id: row.number for row in rows}


def arrivals(day: date) -> QuerySet[QueueTicket]:
    """Who has come in today, the last first."""
    found: QuerySet[QueueTicket] = QueueTicket.objects.filter(day=day).select_related("dossier__person")
    return found.order_by("-number")


def by_quarter(market: Market, day: date) -> list[tuple[datetime, int]]:
    """How many came in each quarter of an hour, from the first to the last that had any; quiet ones between too."""
    start, end = day_bounds(market, day)
    times = QueueTicket.objects.filter(day=day, at__gte=start, at__lt=end).values_list("at", flat=True)
    counts = Counter(int((at - start) // QUARTER) for at in times)
    if not counts:
        return []
    return [(start + QUARTER * index, counts[index]) for index in range(min(counts), max(counts) + 1)]
