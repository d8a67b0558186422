"""From rows of the database to the engine's tables: one immutable, JSON-able snapshot of a market's day."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.utils.translation import gettext as _

from gongqiao.engines.matching import (
    LARGEST_PAY,
    CapabilityVocabulary,
    Horizon,
    KernelMissing,
    Market,
    MarketTooLarge,
    ScoreCard,
    ShiftTable,
    Trade,
    WorkerTable,
    project,
)
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market as MarketRow
from gongqiao.foundation.money import PayUnit, fen_per_hour
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.people.identity import turns
from gongqiao.foundation.regions.queries import points
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.models import Certificate, DayHours, Dossier, Skill
from gongqiao.needs.dossiers.queries import stale_among
from gongqiao.needs.dossiers.rules import ADULT, MINIMUM_AGE
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.postings.queries import open_shifts
from gongqiao.services.placement.enums import HOLDING, Side, State
from gongqiao.services.placement.models import Assignment, QueueTicket, Rating
from gongqiao.services.placement.refusals import refused_employers

DAYS = 2  # the day itself, and the next morning of a night shift
NEVER_MET = None
FEN_IN = {"jiao": 10, "fen": 1}
GOOD_AGAIN = 200  # points for an employer whose last word about him was 4 or 5


@dataclass(frozen=True)
class Snapshot:
    """`workers` and `shifts` are the engine's rows; `order` the ids in turn; `applied` [minute, worker, shift].

    `numbers` [worker, file number]: what the public lottery is drawn with, because everybody knows his own.
    `money` an hour: a snapshot from before it was said is in whole jiao, and is read so.
    """

    day: str
    card: str
    workers: list[dict[str, Any]]
    shifts: list[dict[str, Any]]
    order: list[int]
    applied: list[list[int]]
    numbers: list[list[int]] = field(default_factory=list)
    money: str = "jiao"

    def pack(self) -> bytes:
        """Canonical JSON, gzipped: the same snapshot gives the same bytes."""
        text = json.dumps(self.__dict__, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return gzip.compress(text.encode(), 6, mtime=0)

    @classmethod
    def unpack(cls, packed: bytes) -> "Snapshot":
        return cls(**json.loads(gzip.decompress(packed)))

    def digest(self) -> str:
        return digest_of(self.pack())

    def file_numbers(self) -> dict[int, int]:
        """By worker; one of a snapshot from before these were kept is missing."""
        return {worker: number for worker, number in self.numbers}

    def market(self) -> Market:
        """The engine's market of these rows."""
        vocabulary, horizon = words(), Horizon(date.fromisoformat(self.day), DAYS)
        fen = FEN_IN[self.money]
        workers = WorkerTable.from_rows([_engine_worker(row, fen) for row in self.workers], vocabulary, horizon)
        shifts = ShiftTable.from_rows([row | {"pay": row["pay"] * fen} for row in self.shifts], vocabulary, horizon)
        kernel = settings.MATCHING_KERNEL
        try:
            return Market.build(workers, shifts, vocabulary, ScoreCard.default(), horizon, kernel=kernel)
        except (KernelMissing, MarketTooLarge) as why:
            raise Refused(
                _("这一天的人和班次太多，这里算不了（%(why)s）。怎么办见 docs/operations.md。") % {"why": why}
            ) from None


def digest_of(packed: bytes) -> str:
    """SM3 over the canonical JSON of a packed snapshot, as it is kept."""
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(gzip.decompress(packed))
    return hasher.finalize().hex()


def _engine_worker(row: dict[str, Any], fen: int) -> dict[str, Any]:
    """JSON has only text keys and lists: employers' ids become numbers again. `fen` are in one of its money."""
    return {
        **row,
        "pay_floor": row["pay_floor"] * fen,
        "worked_well": {int(employer): points for employer, points in row["worked_well"].items()},
        "busy": [tuple(span) for span in row["busy"]],
    }


def words() -> CapabilityVocabulary:
    """The vocabulary of the trades shipped; its version follows the data, so that old bits are never mixed in."""
    known = catalogue()
    trades = [Trade(trade.code, trade.parent) for trade in known.trades.values()]
    return CapabilityVocabulary.build(trades, known.certificates, version=f"trades {known.about['date']}")


def take(
    market: MarketRow,
    day: date,
    *,
    moment: datetime,
    only: Iterable[int] | None = None,
    only_shift: int | None = None,
) -> Snapshot:
    """The market in scope on one day, as it stands at `moment`.

    `only` limits the dossiers and `only_shift` the shifts: crowding means nothing then, so no list shown to anybody
    is made from such a part.
    """
    start = datetime.combine(day, time(0), market.tz)
    demand = open_shifts(start, start + timedelta(days=1), moment=moment)
    if only_shift is not None:
        demand = demand.filter(pk=only_shift)
    shifts = list(demand.select_related("posting__employer", "posting__region").order_by("pk"))
    people = Dossier.objects.looking().select_related("person")
    if only is not None:
        people = people.filter(pk__in=list(only))
    dossiers = list(people.order_by("pk"))
    parts = _Parts(day, dossiers if only is not None else None)
    seats, live = _open_seats(shifts)
    places = [dossier.home_id for dossier in dossiers] + [shift.posting.region_id for shift in shifts]
    facts = _Facts(market, day, start, places, parts)
    history = _History(start, moment, dossiers if only is not None else None)
    worker_rows = [facts.worker(dossier, history) for dossier in dossiers]
    shift_rows = [facts.shift(shift, seats[shift.pk]) for shift in shifts if seats[shift.pk] > 0]
    applied = [
        [int((a.created_at - start).total_seconds() // 60), a.dossier_id, a.shift_id]
        for a in live
        if a.state in (State.APPLIED, State.WAITLISTED)
    ]
    return Snapshot(
        day=day.isoformat(),
        card=ScoreCard.default().version,
        workers=worker_rows,
        shifts=shift_rows,
        order=turn_order(dossiers, day, market.tz),
        applied=sorted(applied),
        numbers=[[dossier.pk, dossier.file_no] for dossier in dossiers],
        money="fen",
    )


def _open_seats(shifts: list[Shift]) -> tuple[dict[int, int], list[Assignment]]:
    live = list(Assignment.objects.filter(shift__in=shifts).only("shift_id", "dossier_id", "state", "created_at"))
    held: dict[int, int] = defaultdict(int)
    for assignment in live:
        held[assignment.shift_id] += assignment.state in HOLDING
    return {shift.pk: shift.headcount - held[shift.pk] for shift in shifts}, live


def turn_order(dossiers: list[Dossier], day: date, zone: ZoneInfo) -> list[int]:
    """Numbers of the day's queue first; then who has been without work longest; then the older file."""
    numbers = dict(QueueTicket.objects.filter(day=day).values_list("dossier_id", "number"))
    no_number = 10**9

    def turn(dossier: Dossier) -> tuple[int, date, int]:
        since = dossier.last_worked_on or dossier.registered_at.astimezone(zone).date()
        return numbers.get(dossier.pk, no_number), since, dossier.file_no

    return [dossier.pk for dossier in sorted(dossiers, key=turn)]


class _Parts:
    """Skills, certificates, dated exceptions and what is past its freshness, by dossier: plain rows in four queries.

    A prefetch would make two thousand querysets to hang them on, which took longer than all the rest of the snapshot.
    """

    def __init__(self, day: date, dossiers: list[Dossier] | None) -> None:
        def rows(model: type[Skill | Certificate | DayHours], *fields: str) -> dict[int, list[tuple[Any, ...]]]:
            found = model.objects.all() if dossiers is None else model.objects.filter(dossier__in=dossiers)
            grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
            for dossier, *values in found.values_list("dossier_id", *fields):
                grouped[dossier].append(tuple(values))
            return grouped

        self.skills = rows(Skill, "trade", "level")
        self.certificates = rows(Certificate, "kind", "expires_on")
        self.exceptions = rows(DayHours, "day", "hours")
        named = None if dossiers is None else [dossier.pk for dossier in dossiers]
        self.old_wishes = stale_among(day, ["preferred"], named)


class _History:
    """What the past says: shifts held, how reliable, who was glad of whom, where he will not go. Read at
    once for everybody."""

    def __init__(self, start: datetime, moment: datetime, dossiers: list[Dossier] | None) -> None:
        mine = Assignment.objects.all()
        if dossiers is not None:
            mine = mine.filter(dossier__in=dossiers)
        near = mine.filter(state__in=HOLDING, ends_at__gt=start, starts_at__lt=start + timedelta(days=DAYS))
        self.busy: dict[int, list[list[int]]] = defaultdict(list)
        for dossier, begins, ends in near.values_list("dossier_id", "starts_at", "ends_at"):
            self.busy[dossier].append([_minute(begins, start), _minute(ends, start)])
        self.ended: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        past = mine.filter(state__in=[State.DONE, State.NO_SHOW], starts_at__lt=start)
        for dossier, state in past.values_list("dossier_id", "state"):
            self.ended[dossier][state == State.NO_SHOW] += 1
        self.glad: dict[int, dict[str, int]] = defaultdict(dict)
        # an employer's word counts once the worker may know it, or a reason would give it away
        words_given = Rating.objects.open_at(moment).filter(side=Side.EMPLOYER, assignment__in=past).order_by("at")
        for dossier, employer, quality in words_given.values_list(
            "assignment__dossier_id", "assignment__shift__posting__employer_id", "quality"
        ):
            self.glad[dossier][str(employer)] = GOOD_AGAIN if (quality or 0) >= 4 else 0
        self.refused = refused_employers(dossiers)

    def reliability(self, dossier: int) -> int | None:
        """Share of shifts he came to, in hundredths; unknown before three."""
        came, missed = self.ended[dossier]
        return NEVER_MET if came + missed < 3 else 100 * came // (came + missed)


@dataclass(frozen=True)
class _Place:
    x: int | None
    y: int | None


class _Facts:
    """Rows for the engine; places are read once for all, each laid on the plane once."""

    def __init__(self, market: MarketRow, day: date, start: datetime, codes: list[str | None], parts: _Parts) -> None:
        self.market, self.day, self.start, self.parts = market, day, start, parts
        self.points = points([market.region_id, *(code for code in codes if code)])
        # any point of the market will do as the origin of the plane; without one every place is unknown
        self.origin = self.points.get(market.region_id) or self.points.get(min(self.points, default=""))

    def place(self, code: str | None) -> _Place:
        point = self.points.get(code or "")
        if point is None or self.origin is None:
            return _Place(None, None)
        return _Place(*project(point.latitude, point.longitude, (self.origin.latitude, self.origin.longitude)))

    def worker(self, dossier: Dossier, history: _History) -> dict[str, Any]:
        home, birth = self.place(dossier.home_id), dossier.person.birth_date
        since = dossier.last_worked_on or dossier.registered_at.astimezone(self.market.tz).date()
        return {
            "id": dossier.pk,
            "skills": dict(self.parts.skills.get(dossier.pk, ())),
            "certificates": self._certificates(dossier),
            "available": _available(dossier, dict(self.parts.exceptions.get(dossier.pk, ())), self.day),
            "x": home.x,
            "y": home.y,
            "max_distance_m": dossier.max_distance_m,
            "pay_floor": _engine_pay(dossier.pay_floor or 0),
            "birth_known": birth is not None,
            "age16_from": self._turns(birth, MINIMUM_AGE),
            "age18_from": self._turns(birth, ADULT),
            "preferred_trades": self._wishes(dossier),
            "days_waiting": max(0, (self.day - since).days),
            "reliability": history.reliability(dossier.pk),
            "tier_points": 0,
            "busy": sorted(history.busy[dossier.pk]),
            "blocked_employers": sorted(history.refused.get(dossier.pk, ())),
            "worked_well": {employer: given for employer, given in history.glad[dossier.pk].items() if given},
        }

    def _wishes(self, dossier: Dossier) -> list[str]:
        """What he said half a year ago ranks nothing any more; limits he set hold until he sets others."""
        if dossier.pk in self.parts.old_wishes:
            return []
        return [code for code in dossier.preferred if code in catalogue().trades]

    def _turns(self, birth: date | None, years: int) -> int | None:
        """Minutes, held within the horizon: a snapshot is kept for years, and must not keep a date of birth."""
        if birth is None:
            return None
        days, later = (turns(birth, years) - self.day).days, years > MINIMUM_AGE
        return min(max(days, later - 1), DAYS + 1 + later) * 24 * 60  # eighteen stays behind sixteen

    def _certificates(self, dossier: Dossier) -> dict[str, int | None]:
        """Every paper and the lesser ones it stands for; valid through the day it ends."""
        held: dict[str, int | None] = {}
        for held_kind, end in self.parts.certificates.get(dossier.pk, ()):
            until = None if end is None else ((end - self.day).days + 1) * 24 * 60
            for kind in catalogue().stands_for(held_kind):
                known = held.get(kind, -1)
                held[kind] = (
                    until if kind not in held or (known is not None and (until is None or until > known)) else known
                )
        return held

    def shift(self, shift: Shift, seats: int) -> dict[str, Any]:
        posting = shift.posting
        trade = catalogue().trades[posting.trade]
        place = self.place(posting.region_id)
        return {
            "id": shift.pk,
            "trade": posting.trade,
            "min_level": posting.min_level,
            "certificates": list(posting.certificates),
            "start": _minute(shift.starts_at, self.start),
            "end": _minute(shift.ends_at, self.start),
            "seats": seats,
            "minimum": max(0, shift.at_least - (shift.headcount - seats)),
            "x": place.x,
            "y": place.y,
            "pay": _engine_pay(hourly_fen(posting, shift)),
            "hazardous": trade.hazardous,
            "employer": posting.employer_id,
            "posted": _minute(posting.entered_at, self.start),
        }


def _engine_pay(fen: int) -> int:
    """Fen an hour. Ever more is a slip of one hand, which must not stop the day for everybody."""
    return min(fen, LARGEST_PAY)


def hourly_fen(posting: Posting, shift: Shift) -> int:
    """Pay per hour in fen. A piece rate has none of its own: the trade's usual low pay stands in for it."""
    minutes = max(1, shift.minutes)
    hourly = fen_per_hour(posting.pay_fen or 0, PayUnit(posting.pay_unit), minutes)
    if hourly is None:
        usual = catalogue().trades[posting.trade].pay
        hourly = fen_per_hour(usual.low_fen, PayUnit(usual.unit), minutes)
    return hourly or 0


def _minute(moment: datetime, start: datetime) -> int:
    return int((moment - start).total_seconds() // 60)


def _available(dossier: Dossier, special: dict[date, int], day: date) -> list[int]:
    """Hours of the horizon that he offered: the week, overridden by dated exceptions."""
    week = hours.from_hex(dossier.week_hours)
    found: list[int] = []
    for offset in range(DAYS + 1):  # the horizon carries one day more, for shifts past midnight
        on = day + timedelta(days=offset)
        free = special.get(on, hours.on(week, on))
        found.extend(offset * 24 + hour for hour in range(24) if free >> hour & 1)
    return found
