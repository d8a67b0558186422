"""Half-open intervals of time: [start, end)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From `start` on, up to but without `end`; aware datetimes, kept in UTC so that clocks may change inside."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            moment: datetime = getattr(self, name)
            if moment.utcoffset() is None:
                raise ValueError(f"{name} {moment} has no time zone")
            object.__setattr__(self, name, moment.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError(f"the interval must end after it starts, not {self.start} to {self.end}")

    def overlaps(self, other: "Interval") -> bool:
        """They share some time; one that ends when the other starts does not."""
        return self.start < other.end and other.start < self.end

    def contains(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return int((self.end - self.start) / timedelta(minutes=1))


def local_interval(day: date, start: time, end: time, tz: tzinfo) -> Interval:
    """A shift as people say it: local clock times of one date; an end not after the start is on the next day."""
    last_day = day if end > start else day + timedelta(days=1)
    return Interval(datetime.combine(day, start, tzinfo=tz), datetime.combine(last_day, end, tzinfo=tz))
