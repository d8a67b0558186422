"""What the figures of a draft break: hours of a day, week and month, pay below a known minimum, a date gone by, a
minimum of people without a word on what happens below it.

Several shifts a day may be for several people, so a day counts its longest shift only: what is found is the least
that somebody who comes every day works.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from gongqiao.needs.postings.lint.draft import MinimumPay, PostingDraft

MONTH_HOURS = 174  # 21.75 days of 8 hours (劳社部发〔2008〕3号, 人社部发〔2025〕2号)
DAY_HOURS, LONGEST_DAY = 8.0, 11.0  # 劳动法 第三十六、四十一条
WEEK_HOURS, AVERAGE_WEEK = 40.0, 44.0  # 国务院关于职工工作时间的规定 第三条; 劳动法 第三十六条
MONTH_OVERTIME = 36.0  # 劳动法 第四十一条
PART_TIME_DAY, PART_TIME_WEEK = 4.0, 24.0  # 劳动合同法 第六十八条
DAYS_WITHOUT_REST = 7  # 劳动法 第三十八条
TOO_GOOD_HOUR_FEN = 10_000
_SAYS_WHAT_THEN = re.compile(
    "不开工|不够人|人不够|人数不够|凑不够|凑不齐|取消|改期|白跑"
)  # what happens when too few come
_UNITS = {"hour": ("时", "an hour"), "day": ("天", "a day"), "trip": ("趟", "a trip"), "month": ("月", "a month")}


@dataclass(frozen=True)
class Fact:
    """A fact rule that is broken, and the figures its sentence names."""

    rule_id: str
    words: Mapping[str, str] = field(default_factory=dict)


def broken(draft: PostingDraft, today: date, minimum: MinimumPay | None) -> Iterator[Fact]:
    """The fact rules that the draft breaks; what is not known breaks none."""
    yield from _long_day(draft.hours_per_day or 0)
    yield from _long_weeks(_days(draft))
    hourly = _hourly(draft)
    if hourly is not None and hourly > TOO_GOOD_HOUR_FEN:
        yield Fact("pay-too-good")
    if minimum is not None:
        yield from _low_pay(draft, minimum)
    if draft.at_least > 1 and not any(_SAYS_WHAT_THEN.search(text) for text in draft.texts.values()):
        yield Fact("minimum-untold", {"people": str(draft.at_least)})
    if draft.valid_until is not None and draft.valid_until < today:
        yield Fact("validity-past")


def _long_day(hours: float) -> Iterator[Fact]:
    if hours > LONGEST_DAY:
        yield Fact("day-over-11", {"hours": _number(hours)})
    elif hours > DAY_HOURS:
        yield Fact("day-over-8", {"hours": _number(hours)})


def _days(draft: PostingDraft) -> dict[date, float]:
    """Working hours of each date, by the longest shift that starts on it."""
    breaks = (*draft.breaks, *(0,) * len(draft.shifts))
    days: defaultdict[date, float] = defaultdict(float)
    for (start, end), rest in zip(draft.shifts, breaks, strict=False):
        days[start.date()] = max(days[start.date()], (end - start).total_seconds() / 3600 - rest / 60)
    return dict(sorted(days.items()))


def _long_weeks(days: Mapping[date, float]) -> Iterator[Fact]:
    weeks: defaultdict[date, float] = defaultdict(float)
    overtime: defaultdict[tuple[int, int], float] = defaultdict(float)
    for day, hours in days.items():
        monday = day - timedelta(days=day.weekday())
        normal = max(0.0, min(hours, DAY_HOURS, WEEK_HOURS - weeks[monday]))
        weeks[monday] += hours
        overtime[day.year, day.month] += hours - normal
    if weeks and max(weeks.values()) > AVERAGE_WEEK:
        yield Fact("week-over-44", {"hours": _number(max(weeks.values()))})
    if overtime and max(overtime.values()) > MONTH_OVERTIME:
        yield Fact("month-over-36", {"hours": _number(max(overtime.values()))})
    if (run := _longest_run(days)) >= DAYS_WITHOUT_REST:
        yield Fact("week-without-rest", {"days": str(run)})


def _longest_run(days: Mapping[date, float]) -> int:
    longest = run = 0
    for day in days:
        run = run + 1 if day - timedelta(days=1) in days else 1
        longest = max(longest, run)
    return longest


def _hourly(draft: PostingDraft) -> float | None:
    """Fen an hour; None for a piece, and for a day or a trip whose hours are not known."""
    if not draft.pay_fen:
        return None
    if draft.pay_unit == "hour":
        return float(draft.pay_fen)
    if draft.pay_unit == "month":
        return draft.pay_fen / MONTH_HOURS
    if draft.pay_unit in ("day", "trip") and draft.hours_per_day:
        return draft.pay_fen / draft.hours_per_day
    return None


def _part_time(draft: PostingDraft) -> bool | None:
    """Up to 4 hours a day and 24 a week; None when the hours are not known."""
    if not draft.hours_per_day:
        return None
    weeks: defaultdict[date, float] = defaultdict(float)
    for day, hours in _days(draft).items():
        weeks[day - timedelta(days=day.weekday())] += hours
    return draft.hours_per_day <= PART_TIME_DAY and max(weeks.values(), default=0.0) <= PART_TIME_WEEK


def _low_pay(draft: PostingDraft, minimum: MinimumPay) -> Iterator[Fact]:
    """Full-time pay against the monthly standard (by the hour: a 174th), part-time pay against the hourly one.

    A month's pay for part-time work is not compared: the days it is for are not known.
    """
    part_time, hourly = _part_time(draft), _hourly(draft)
    if hourly is None or (draft.pay_unit == "month" and part_time):
        return
    if draft.pay_unit != "month" and part_time is not False and minimum.hour_fen is not None:
        yield from _against(draft, minimum, hourly, minimum.hour_fen, minimum.hour_top_fen, "hour")
    elif draft.pay_unit != "month" and part_time is not False:
        if minimum.month_fen is not None and hourly < minimum.month_fen / MONTH_HOURS:
            words = _pay_words(draft, minimum, minimum.month_fen / MONTH_HOURS, None, "hour")
            yield Fact("pay-part-time-unknown", words)
    elif minimum.month_fen is not None and draft.pay_unit == "month":
        paid = float(draft.pay_fen or 0)
        yield from _against(draft, minimum, paid, minimum.month_fen, minimum.month_top_fen, "month")
    elif minimum.month_fen is not None:
        floor, top = minimum.month_fen / MONTH_HOURS, (minimum.month_top_fen or 0) / MONTH_HOURS
        yield from _against(draft, minimum, hourly, floor, top, "hour")


def _against(
    draft: PostingDraft, minimum: MinimumPay, paid: float, floor: float, top: float | None, unit: str
) -> Iterator[Fact]:
    if paid < floor:
        yield Fact("pay-below-minimum", _pay_words(draft, minimum, floor, top, unit))
    elif top is not None and paid < top:
        yield Fact("pay-maybe-below", _pay_words(draft, minimum, floor, top, unit))


def _pay_words(draft: PostingDraft, minimum: MinimumPay, floor: float, top: float | None, unit: str) -> dict[str, str]:
    seen = minimum.seen.isoformat() if minimum.seen else ""
    since = minimum.since.isoformat() if minimum.since else ""
    said = {"place": minimum.place, "place_en": minimum.place_en or minimum.place, "source": minimum.source}
    said["since"] = f"{since} 起" if since else f"{seen} 时在执行"
    said["since_en"] = f"since {since}" if since else f"in force on {seen}"
    for name, fen, per in (
        ("pay", draft.pay_fen or 0, draft.pay_unit),
        ("floor", floor, unit),
        ("top", top or 0, unit),
    ):
        said[name] = f"{_yuan(fen)} 元/{_UNITS[per][0]}"
        said[f"{name}_en"] = f"{_yuan(fen)} yuan {_UNITS[per][1]}"
    return said


def _yuan(fen: float) -> str:
    """Yuan, rounded up to the fen: a floor is never said lower than it is."""
    whole, part = divmod(-int(-fen // 1), 100)
    return f"{whole}.{part:02d}" if part else str(whole)


def _number(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0")
