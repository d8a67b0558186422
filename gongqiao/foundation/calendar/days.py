"""Which days are worked in mainland China: the State Council's notices, then statute alone, then the market's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import chinese_calendar
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NO_OVERRIDES: Mapping[str, Mapping[str, str]] = MappingProxyType({})
ONE_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """A market's own calendar cannot be used; the text names the entry."""


class DayKind(TextChoices):
    WORKDAY = "workday", gettext_lazy("工作日")
    WEEKEND = "weekend", gettext_lazy("周末")
    HOLIDAY = "holiday", gettext_lazy("放假")
    MAKE_UP = "make_up", gettext_lazy("补班")


@dataclass(frozen=True, slots=True)
class DayInfo:
    """`provisional`: the year's notice is not known yet, days moved by it (调休) are missing."""

    kind: DayKind
    name: str
    provisional: bool

    @property
    def is_working(self) -> bool:
        return self.kind in {DayKind.WORKDAY, DayKind.MAKE_UP}


def day_info(day: date, overrides: Mapping[str, Mapping[str, str]] = NO_OVERRIDES) -> DayInfo:
    """What kind of day it is; `overrides` as `check_overrides` wants them (Market.holidays) win over the rest."""
    own = overrides.get(day.isoformat())
    if own is not None:
        return DayInfo(DayKind(own["kind"]), own.get("name", ""), provisional=False)
    try:
        is_off, event = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # a year (before 2004 or not announced yet) that the table lacks
        return _by_statute(day)
    is_weekend = day.weekday() >= 5
    name = chinese_calendar.Holiday(event).chinese if event else ""
    if is_off:
        return DayInfo(DayKind.HOLIDAY if event else DayKind.WEEKEND, name, provisional=False)
    return DayInfo(DayKind.MAKE_UP if is_weekend else DayKind.WORKDAY, name, provisional=False)


def add_working_days(day: date, count: int, overrides: Mapping[str, Mapping[str, str]] = NO_OVERRIDES) -> date:
    """The `count`-th working day after `day` (before it when negative); 0 gives `day` itself, worked or not."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    for _each in range(abs(count)):
        day += step
        while not day_info(day, overrides).is_working:
            day += step
    return day


def working_days_between(start: date, end: date, overrides: Mapping[str, Mapping[str, str]] = NO_OVERRIDES) -> int:
    """How many working days lie in [start, end); raises ValueError when end is before start."""
    if end < start:
        raise ValueError(f"{end} is before {start}")
    days = (start + ONE_DAY * offset for offset in range((end - start).days))
    return sum(day_info(day, overrides).is_working for day in days)


def check_overrides(raw: Any) -> dict[str, dict[str, str]]:
    """A market's own days, `{"2026-04-18": {"kind": "holiday", "name": "三月三"}}`; raises CalendarError."""
    if not isinstance(raw, Mapping):
        raise CalendarError(_("本地日历要写成“日期：类别和名称”的表。"))
    return {_day_key(key): _entry(key, entry) for key, entry in raw.items()}


def _day_key(key: Any) -> str:
    try:
        day = date.fromisoformat(key).isoformat()
    except (TypeError, ValueError):
        day = ""
    if not day or day != key:
        raise CalendarError(_("本地日历里的日期“%(day)s”不对，要写成 2026-04-18 这样。") % {"day": key})
    return day


def _entry(key: Any, entry: Any) -> dict[str, str]:
    if not isinstance(entry, Mapping) or entry.get("kind") not in DayKind.values or set(entry) - {"kind", "name"}:
        kinds = "、".join(DayKind.values)
        raise CalendarError(_("本地日历 %(day)s 的类别只能是 %(kinds)s。") % {"day": key, "kinds": kinds})
    if not isinstance(entry.get("name", ""), str):
        raise CalendarError(_("本地日历 %(day)s 的名称要是文字。") % {"day": key})
    return dict(entry)


def _by_statute(day: date) -> DayInfo:
    name = _statutory_days(day.year).get(day)
    if name is not None:
        return DayInfo(DayKind.HOLIDAY, name, provisional=True)
    return DayInfo(DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY, "", provisional=True)


@cache
def _statutory_days(year: int) -> dict[date, str]:
    import holidays  # noqa: PLC0415 -- 0.3 s, only for years without a notice

    return dict(holidays.country_holidays("CN", years=year, language="zh_CN"))
