"""Invented needs of the demo employers: verified history, and tomorrow's shifts with some flawed and some hard ones."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from gongqiao.config.demo.employers import DemoEmployer
from gongqiao.config.demo.source import draw, generator, places, read
from gongqiao.foundation.occupations.trades import Trade, UsualShift, catalogue, usual_shift
from gongqiao.needs.postings.templates_data import template_for

DAY_MINUTES = 24 * 60
NIGHT_MARK = "（夜班）"
HARD_PER_SHIFTS = 150
"""The hard cases of data/needs.json stand once in every 150 shifts of the last day."""


@dataclass(frozen=True, slots=True)
class DemoShift:
    """Minutes from the midnight that begins `day`; an end after 1440 is on the next day."""

    day: date
    start: int
    end: int
    break_minutes: int
    headcount: int

    @property
    def paid_minutes(self) -> int:
        return self.end - self.start - self.break_minutes


@dataclass(frozen=True, slots=True)
class DemoPosting:
    """One need. None is 没说. `flaw` is a code of data/needs.json; a flawed one has no verification."""

    index: int
    employer: DemoEmployer
    trade: str
    min_level: int
    title: str
    content: str | None
    conditions: str
    community: str
    meeting_point: str | None
    pay_fen: int
    pay_unit: str
    pay_when: str | None
    meals: str | None
    travel: str | None
    insurance: str | None
    certificates: tuple[str, ...]
    entered: date
    entered_by: str
    valid_until: date
    verify_method: str | None
    verify_note: str | None
    flaw: str | None
    hard: str | None
    shifts: tuple[DemoShift, ...]

    @property
    def flaw_kind(self) -> str | None:
        """missing: a statutory fact; lint: a wording the rules find; verify: fine on paper, not when one calls."""
        return next((row["kind"] for row in read("needs")["flaws"] if row["code"] == self.flaw), None)

    @property
    def seats(self) -> int:
        return sum(shift.headcount for shift in self.shifts)

    @property
    def fen_per_hour(self) -> int | None:
        """Pay for one paid hour of the first shift, rounded down; None for a month's or a piece's pay."""
        if self.pay_unit == "hour":
            return self.pay_fen
        if self.pay_unit in ("day", "trip"):
            return self.pay_fen * 60 // self.shifts[0].paid_minutes
        return None


def needs(
    seed: int,
    employers: Sequence[DemoEmployer],
    first_day: date,
    days: int,
    *,
    shifts_per_day: int = 14,
    tomorrow_shifts: int = 150,
    flawed_share: float = 0.06,
) -> list[DemoPosting]:
    """History on `days` days from `first_day` (the last of them is today), then exactly `tomorrow_shifts` shifts.

    `tomorrow_shifts` counts flawed and hard ones too. ValueError when there is no employer of a kind that is needed.
    """
    makers = _Makers(seed, employers)
    found: list[DemoPosting] = []
    for number in range(days):
        day = first_day + timedelta(days=number)
        wanted = shifts_per_day if day.weekday() < 6 else round(shifts_per_day * 0.6)
        found += makers.history_day(day, wanted, len(found), last=first_day + timedelta(days=days - 1))
    return found + makers.last_day(first_day + timedelta(days=days), tomorrow_shifts, flawed_share, len(found))


class _Makers:
    """The draws of one call: seed, employers by kind, shares of demand."""

    def __init__(self, seed: int, employers: Sequence[DemoEmployer]) -> None:
        self.seed = seed
        self.data = read("needs")
        self.by_kind: dict[str, list[DemoEmployer]] = {}
        for employer in employers:
            self.by_kind.setdefault(employer.kind, []).append(employer)
        self.demand = {row["kind"]: row for row in self.data["demand"]}
        self.shares = {kind: row["share"] for kind, row in self.demand.items() if kind in self.by_kind}
        if not self.shares:
            raise ValueError("no employer of a kind that data/needs.json knows")

    def history_day(self, day: date, wanted: int, index: int, *, last: date) -> list[DemoPosting]:
        """Factories ask for two to five days at once; those days count where they begin."""
        found: list[DemoPosting] = []
        shifts = 0
        while shifts < wanted:
            rng = generator(self.seed, "history", day, len(found))
            posting = self._drawn(rng, index + len(found), day)
            if posting.employer.legal == "company" and rng.random() < 0.25:
                posting = _repeated(posting, min(rng.randint(2, 5), (last - day).days + 1))
            found.append(posting)
            shifts += len(posting.shifts)
        return found

    def last_day(self, day: date, wanted: int, flawed_share: float, index: int) -> list[DemoPosting]:
        """Hard cases first, then the flawed, then the rest until the count is met."""
        specs = [row for row in self.data["hard"] if row["kind"] in self.by_kind] * (wanted // HARD_PER_SHIFTS)
        found = [
            self._hard(generator(self.seed, "hard", number), index + number, day, row)
            for number, row in enumerate(specs[:wanted])
        ]
        flawed = min(round(wanted * flawed_share), wanted - len(found))
        order = _flaw_order(generator(self.seed, "flaws"), self.data["flaws"], flawed)
        for number, flaw in enumerate(order):
            rng = generator(self.seed, "flawed", number)
            found.append(_flawed(self._drawn(rng, index + len(found), day), flaw))
        left = wanted - len(found)
        while left:
            rng = generator(self.seed, "tomorrow", len(found))
            posting = self._drawn(rng, index + len(found), day)
            if left > 1 and rng.random() < self.data["last_day_share"]["two_shift"]:
                posting = _with_second_shift(rng, posting)
            found.append(posting)
            left -= len(posting.shifts)
        return found

    def _drawn(self, rng: random.Random, index: int, day: date) -> DemoPosting:
        kind = draw(rng, self.shares)
        row = self.demand[kind]
        trade = catalogue().trades[draw(rng, row["trades"])]
        usual = _usual(rng, trade, night_share=row["night"])
        heads = min(int(draw(rng, row["heads"])), self.data["most_heads"].get(trade.code, 99))
        return self._posting(
            rng, index, rng.choice(self.by_kind[kind]), trade, day, usual, heads, rng.uniform(0.25, 0.9)
        )

    def _hard(self, rng: random.Random, index: int, day: date, row: Mapping[str, Any]) -> DemoPosting:
        trade = catalogue().trades[row["trade"]]
        usual = usual_shift(row["start"], row["end"], 60)
        employer = rng.choice(self.by_kind[row["kind"]])
        posting = self._posting(rng, index, employer, trade, day, usual, row["heads"], row["pay_share"])
        community = rng.choice([code for code in places() if code.startswith(row["street"])])
        point = f"{places()[community].short_name}{employer.meeting_points[0]}"
        return replace(posting, community=community, meeting_point=point, min_level=2, hard=row["why"])

    def _posting(
        self,
        rng: random.Random,
        index: int,
        employer: DemoEmployer,
        trade: Trade,
        day: date,
        usual: UsualShift,
        heads: int,
        pay_share: float,
    ) -> DemoPosting:
        template = template_for(trade.code)
        unsaid = self.data["unsaid"]
        entered = day - timedelta(days=rng.choice((1, 1, 1, 2)))
        point = rng.choice(employer.meeting_points)
        check = rng.choices(self.data["verification"], [row["share"] for row in self.data["verification"]])[0]
        return DemoPosting(
            index=index,
            employer=employer,
            trade=trade.code,
            min_level=2 if trade.required and trade.hazardous and rng.random() < 0.4 else 1,
            title=template.title + (NIGHT_MARK if usual.end > DAY_MINUTES else ""),
            content=template.content,
            conditions=template.conditions,
            community=employer.community,
            meeting_point=f"{places()[employer.community].short_name}{point}",
            pay_fen=_pay(trade, pay_share, night=usual.end > DAY_MINUTES),
            pay_unit=trade.pay.unit,
            pay_when=draw(rng, self.data["pay_when"][employer.legal]),
            meals=_said(rng, template.meals, template.meals_choices, unsaid["meals"]),
            travel=_said(rng, None, template.travel_choices, unsaid["travel"]),
            insurance=_said(rng, None, template.insurance_choices[:2], unsaid["insurance"]),
            certificates=template.certificates,
            entered=entered,
            entered_by="employer" if rng.random() < 0.55 else "desk",
            valid_until=day,
            verify_method=check["method"],
            verify_note=check["note"].format(contact=employer.contact, place=point),
            flaw=None,
            hard=None,
            shifts=(DemoShift(day, usual.start, usual.end, usual.break_minutes, heads),),
        )


def _usual(rng: random.Random, trade: Trade, *, night_share: float) -> UsualShift:
    """One of the trade's usual shifts; those past midnight in their share, where the trade has both."""
    nights = [shift for shift in trade.shifts if shift.end > DAY_MINUTES]
    others = [shift for shift in trade.shifts if shift.end <= DAY_MINUTES]
    if nights and others:
        return rng.choice(nights if rng.random() < night_share else others)
    return rng.choice(trade.shifts)


def _pay(trade: Trade, share: float, *, night: bool) -> int:
    """Between the usual low and high, in whole yuan an hour or tens of yuan a day; a night hour pays 2 yuan more."""
    step = 100 if trade.pay.unit == "hour" else 1000
    pay = trade.pay.low_fen + (trade.pay.high_fen - trade.pay.low_fen) * share
    extra = (200 if trade.pay.unit == "hour" else 2000) if night else 0
    return round(pay / step) * step + extra


def _said(rng: random.Random, usual: str | None, choices: Sequence[str], unsaid: float) -> str | None:
    if rng.random() < unsaid:
        return None
    if usual is not None and rng.random() < 0.8:
        return usual
    return rng.choice(choices)


def _repeated(posting: DemoPosting, days: int) -> DemoPosting:
    """The same hours on consecutive days."""
    first = posting.shifts[0]
    shifts = tuple(replace(first, day=first.day + timedelta(days=number)) for number in range(days))
    return replace(posting, shifts=shifts, valid_until=shifts[-1].day)


def _with_second_shift(rng: random.Random, posting: DemoPosting) -> DemoPosting:
    """A second usual shift of the trade on the same day, when it has one that does not touch the first."""
    first = posting.shifts[0]
    rest = [s for s in catalogue().trades[posting.trade].shifts if s.start >= first.end or s.end <= first.start]
    if not rest or posting.pay_unit in ("day", "month"):
        return posting
    other = rng.choice(rest)
    second = DemoShift(first.day, other.start, other.end, other.break_minutes, first.headcount)
    return replace(posting, shifts=tuple(sorted((first, second), key=lambda shift: shift.start)))


def _flaw_order(rng: random.Random, flaws: Sequence[Mapping[str, Any]], count: int) -> list[Mapping[str, Any]]:
    """Every flaw once before any comes twice; the kinds take turns while they last."""
    order: list[Mapping[str, Any]] = []
    kinds = sorted({flaw["kind"] for flaw in flaws})
    while len(order) < count:
        shuffled = [rng.sample(rows, len(rows)) for rows in ([f for f in flaws if f["kind"] == k] for k in kinds)]
        order += [flaw for turn in zip_longest(*shuffled) for flaw in turn if flaw is not None]
    return order[:count]


def _flawed(posting: DemoPosting, flaw: Mapping[str, Any]) -> DemoPosting:
    """The posting as such an employer would write it; nobody has verified it."""
    bare = replace(posting, flaw=flaw["code"], verify_method=None, verify_note=None)
    text: str = flaw["text"] or ""
    match flaw["field"]:
        case "none":
            return bare
        case "pay_when":
            return replace(bare, pay_when=None)
        case "meeting_point":
            return replace(bare, meeting_point=None)
        case "content":
            return replace(bare, content=f"{bare.content}{text}" if text else None)
        case "conditions":
            return replace(bare, conditions=f"{bare.conditions}{text}")
        case "insurance":
            return replace(bare, insurance=text)
        case "pay":
            yuan, unit = text.split()
            return replace(bare, pay_fen=int(yuan) * 100, pay_unit=unit)
        case "hours":
            return _at_hours(bare, text)
    raise ValueError(f"flaw {flaw['code']}: no posting has a field {flaw['field']!r}")


def _at_hours(posting: DemoPosting, text: str) -> DemoPosting:
    """ "06:00-21:30/30": from, to, break."""
    hours, rest = text.split("/")
    start, end = hours.split("-")
    usual = usual_shift(start, end, int(rest))
    shifts = tuple(
        replace(shift, start=usual.start, end=usual.end, break_minutes=usual.break_minutes) for shift in posting.shifts
    )
    return replace(posting, shifts=shifts, title=posting.title.removesuffix(NIGHT_MARK))
