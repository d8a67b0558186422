"""The papers of one dispatched day: whom to call, who goes where, what is still open and why, who got nothing and why.

Every line comes from rows; the reasons come from the engine's market before and after the dispatch.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.utils.translation import gettext as _

from gongqiao.engines.matching import Market, Matrix, NearestMiss
from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.markets.models import Market as MarketRow
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import DayHours, Dossier
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement import queries, snapshot, words
from gongqiao.services.placement.enums import HOLDING, State
from gongqiao.services.placement.models import Assignment, DispatchRun
from gongqiao.services.placement.snapshot import Snapshot


@dataclass(frozen=True)
class OpenLine:
    """A shift that is still short of hands: why, and the single changes that would win most people for least."""

    line: queries.ShiftLine
    why: str
    cheapest: list[str]


@dataclass(frozen=True)
class IdleLine:
    """A person without a place on this day. `kind` groups the reasons: ask, open, full, miss, none."""

    dossier: Dossier
    trades: tuple[str, ...]
    kind: str
    why: str


@dataclass(frozen=True)
class Placed:
    """Who is asked or goes on one day, by a dispatch run or called one by one, as things stand at `at`."""

    market: MarketRow
    day: date
    at: datetime
    assignments: list[Assignment]

    @property
    def calls(self) -> list[Assignment]:
        """Who has still to be asked, soonest answer first."""
        waiting = [row for row in self.assignments if row.state == State.OFFERED]
        return sorted(waiting, key=lambda row: (row.answer_by or row.starts_at, row.starts_at, row.pk))


@dataclass(frozen=True)
class Daybook(Placed):
    """A day that was dispatched: the run it began with, what is still open, who got nothing."""

    run: DispatchRun
    lines: list[queries.ShiftLine]
    open: list[OpenLine]
    idle: list[IdleLine]
    unverified: list[Posting]

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the day, each the length of a list in this book."""
        return {
            "people": len(self.idle) + len({row.dossier_id for row in self.assignments}),
            "shifts": len(self.lines),
            "seats": sum(line.shift.headcount for line in self.lines),
            "placed": len(self.assignments),
            "people_placed": len({row.dossier_id for row in self.assignments}),
            "calls": len(self.calls),
            "open_shifts": len(self.open),
            "open_seats": sum(entry.line.open for entry in self.open),
            "idle": len(self.idle),
            "unverified": len(self.unverified),
        }

    @property
    def idle_kinds(self) -> Counter[str]:
        return Counter(line.kind for line in self.idle)


def placed(day: date, *, by: Membership) -> Placed:
    """Everybody asked or placed on the day."""
    check_may(by, Right.PLACEMENT_READ)
    return Placed(by.market, day, clock.now(), _assignments(day, by))


def _assignments(day: date, by: Membership) -> list[Assignment]:
    start, end = queries.day_bounds(by.market, day)
    rows = queries.visible_to(by).filter(state__in=HOLDING, starts_at__gte=start, starts_at__lt=end)
    return list(rows.order_by("starts_at", "shift__posting__title", "shift_id", "seat"))


def of_day(day: date, *, by: Membership) -> Daybook:
    """The book of the day's last dispatch; Refused when the day was never dispatched."""
    run = queries.last_run(day)
    if run is None:
        said = _("%(day)s 还没有按办法派过工。先到派工板派工，再来拿这张表。")
        raise Refused(said % {"day": day.isoformat()})
    return of(run, by=by)


def of(run: DispatchRun, *, by: Membership) -> Daybook:
    """The book of a run; two looks at the market are examined: the run's own input, and the market as it is now."""
    check_may(by, Right.PLACEMENT_READ, run)
    moment = clock.now()
    before = Snapshot.unpack(bytes(run.inputs))
    after = snapshot.take(run.market, run.day, moment=moment)
    assignments = _assignments(run.day, by)
    lines = queries.board(by, run.day).lines
    now = after.market()
    policy = DispatchPolicy(run.policy)
    return Daybook(
        market=run.market,
        day=run.day,
        at=moment,
        assignments=assignments,
        run=run,
        lines=lines,
        open=[_open(line, now) for line in lines if line.open],
        idle=_Idle(before.market(), now, policy).lines(before, {row.dossier_id for row in assignments}),
        unverified=_unverified(run),
    )


def _open(line: queries.ShiftLine, market: Market) -> OpenLine:
    if not market.shifts.holds(line.shift.pk):
        return OpenLine(line, _("已经开工，或者核实过期了。"), [])
    why = market.why_unfilled(line.shift.pk)
    return OpenLine(line, words.why_open(why), words.cheapest(why, line.open))


def _unverified(run: DispatchRun) -> list[Posting]:
    """Demand for the day that was not matched, because nobody has verified it."""
    start, end = queries.day_bounds(run.market, run.day)
    waiting = Posting.objects.filter(state__in=["draft", "submitted", "paused", "refused"])
    on_the_day = waiting.filter(shifts__starts_at__gte=start, shifts__starts_at__lt=end)
    return list(on_the_day.select_related("employer").distinct().order_by("pk"))


class _Idle:
    """Why a person got nothing: he must be asked first, nothing fits, all that fits is full, or something is left."""

    def __init__(self, before: Market, now: Market, policy: DispatchPolicy) -> None:
        self.before, self.now, self.policy = before, now, policy
        self.was, self.still = before.matrix(), now.matrix()
        self.was_row = {int(worker): i for i, worker in enumerate(self.was.worker_ids)}
        self.still_row = {int(worker): i for i, worker in enumerate(self.still.worker_ids)}
        shifts = Shift.objects.in_bulk([*map(int, self.was.shift_ids), *map(int, self.still.shift_ids)])
        titles = Posting.objects.in_bulk({shift.posting_id for shift in shifts.values()})
        self.titles = {pk: titles[shift.posting_id].title for pk, shift in shifts.items()}

    def lines(self, taken: Snapshot, placed: set[int]) -> list[IdleLine]:
        idle = [row for row in taken.workers if int(row["id"]) not in placed]
        rows = Dossier.objects.select_related("person", "home").in_bulk([int(row["id"]) for row in idle])
        told = set(DayHours.objects.values_list("dossier_id", flat=True))  # who named hours of single days
        nothing = [pk for row in idle if not self.was.feasible[self.was_row[pk := int(row["id"])]].any()]
        misses = self.before.nearest_misses(nothing)
        found = []
        for row in idle:
            dossier, trades = rows.get(int(row["id"])), tuple(row["skills"])
            if dossier is None:
                continue
            hours = bool(dossier.week_hours) or dossier.pk in told
            unknown = words.unknown_facts(skills=bool(trades), hours=hours, birth=row["birth_known"])
            kind, why = ("ask", unknown) if unknown else self._why(dossier.pk, misses.get(dossier.pk))
            found.append(IdleLine(dossier, trades, kind, why))
        return found

    def _why(self, worker: int, miss: NearestMiss | None) -> tuple[str, str]:
        left = self._best(self.still, self.still_row, worker)
        if left:
            count, shift = left
            return "open", words.not_reached(count, self.titles[shift], self.policy)
        full = self._best(self.was, self.was_row, worker)
        if full:
            count, shift = full
            facts = {"count": count, "title": self.titles[shift]}
            return "full", _("能去的 %(count)s 个班都满了，最合适的是“%(title)s”。") % facts
        if miss is None:
            return "none", _("这一天没有核实过的班次。")
        why = _("、").join(words.unmet(rule) for rule in miss.unmet)
        facts = {"title": self.titles[miss.shift_id], "why": why}
        return "miss", _("最近的是“%(title)s”：%(why)s。") % facts

    def _best(self, matrix: Matrix, rows: dict[int, int], worker: int) -> tuple[int, int] | None:
        """How many shifts he may take, and the one that fits best."""
        if worker not in rows:
            return None
        may, score = matrix.feasible[rows[worker]], matrix.score[rows[worker]]
        if not may.any():
            return None
        best = int(np.where(may, score, np.iinfo(np.int32).min).argmax())
        return int(may.sum()), int(matrix.shift_ids[best])
