"""Repeated shifts: the days of a pattern and the stretch of work on each, past midnight where the end comes first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused

EVERY_DAY = frozenset(range(7))
MOST_DAYS = 62


@dataclass(frozen=True)
class Pattern:
    """From `first` to `last`, both included, on `weekdays` (Monday is 0)."""

    first: date
    last: date
    weekdays: frozenset[int] = EVERY_DAY

    def days(self) -> tuple[date, ...]:
        """Refused when the pattern has no day, or more than two months of them."""
        if self.last < self.first:
            raise Refused(_("最后一天要在第一天之后。"))
        if (self.last - self.first).days >= MOST_DAYS:
            raise Refused(_("一次最多排 %(days)s 天。") % {"days": MOST_DAYS})
        span = (self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1))
        found = tuple(day for day in span if day.weekday() in self.weekdays)
        if not found:
            raise Refused(_("这几天里没有选中的星期。"))
        return found


def stretch(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Aware begin and end of the work that starts on `day`; an end not after the start is on the next day."""
    begins, ends = datetime.combine(day, start, zone), datetime.combine(day, end, zone)
    return begins, ends if ends > begins else datetime.combine(day + timedelta(days=1), end, zone)
