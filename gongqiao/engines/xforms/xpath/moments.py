"""Dates and times."""

import math
import re
from collections.abc import Callable
from datetime import datetime

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.xpath.context import Context
from gongqiao.engines.xforms.xpath.library import worldly
from gongqiao.engines.xforms.xpath.values import (
    Value,
    fraction_of_day,
    fraction_of_days,
    midnight,
    read_time,
    single,
    to_date,
    to_text,
)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_FORMATS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04d}",
    "y": lambda moment: f"{moment.year:04d}"[-2:],
    "m": lambda moment: f"{moment.month:02d}",
    "n": lambda moment: str(moment.month),
    "b": lambda moment: MONTHS[moment.month - 1],
    "d": lambda moment: f"{moment.day:02d}",
    "e": lambda moment: str(moment.day),
    "H": lambda moment: f"{moment.hour:02d}",
    "h": lambda moment: str(moment.hour),
    "M": lambda moment: f"{moment.minute:02d}",
    "S": lambda moment: f"{moment.second:02d}",
    "3": lambda moment: f"{moment.microsecond // 1000:03d}",
    "a": lambda moment: WEEKDAYS[moment.weekday()],
    "W": lambda moment: f"{moment.isocalendar().week}",
    "Z": lambda moment: moment.strftime("%z"),
    "%": lambda moment: "%",
}


@worldly("today", 0)
def today(context: Context) -> Value:
    return midnight(context.world.now.date(), context.world.zone)


@worldly("now", 0)
def now(context: Context) -> Value:
    return context.world.now


@worldly("date", 1)
def date(context: Context, value: Value) -> Value:
    return to_date(value, context.world.zone, keep_time=False)


@worldly("date-time", 1)
def date_time(context: Context, value: Value) -> Value:
    return to_date(value, context.world.zone, keep_time=True)


@worldly("decimal-date-time", 1)
def decimal_date_time(context: Context, value: Value) -> Value:
    """A number is days already; nothing stays nothing."""
    held = single(value)
    found = to_date(held, context.world.zone, keep_time=True)
    if isinstance(held, float):
        return held
    return fraction_of_days(found) if isinstance(found, datetime) else found


@worldly("decimal-time", 1)
def decimal_time(context: Context, value: Value) -> Value:
    """The time of the day as a fraction of it, of a moment or of a time as text."""
    held, zone = single(value), context.world.zone
    if isinstance(held, float):
        return held - math.floor(held) if math.isfinite(held) else to_date(held, zone, keep_time=True)
    found = read_time(held, zone) if isinstance(held, str) else None
    if found is None:
        found = to_date(held, zone, keep_time=True)
    return fraction_of_day(found, zone) if isinstance(found, datetime) else found


@worldly("format-date", 2)
def format_date(context: Context, value: Value, pattern: Value) -> Value:
    return formatted(context, value, pattern)


@worldly("format-date-time", 2)
def format_date_time(context: Context, value: Value, pattern: Value) -> Value:
    return formatted(context, value, pattern)


def formatted(context: Context, value: Value, pattern: Value) -> Value:
    """%Y %m %d and the like (docs.getodk.org, format-date)."""
    found = to_date(value, context.world.zone, keep_time=True)
    if not isinstance(found, datetime):
        return ""

    def part(match: re.Match[str]) -> str:
        write = _FORMATS.get(match[1])
        if write is None:
            raise XPathError(f"format-date(): there is no %{match[1]}")
        return write(found)

    return re.sub(r"%(.)", part, to_text(pattern))
