"""Calendar 日历: working days of mainland China, and half-open intervals of time."""

from gongqiao.foundation.calendar.days import (
    CalendarError,
    DayInfo,
    DayKind,
    add_working_days,
    check_overrides,
    day_info,
    working_days_between,
)
from gongqiao.foundation.calendar.intervals import Interval, local_interval

__all__ = [
    "CalendarError",
    "DayInfo",
    "DayKind",
    "Interval",
    "add_working_days",
    "check_overrides",
    "day_info",
    "local_interval",
    "working_days_between",
]
