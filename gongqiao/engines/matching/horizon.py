"""The stretch of days one market is matched over: local minutes for exact rules, hours for availability.

A horizon of n days carries n + 1 days of bits, so that a shift which starts on the last day may end after midnight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gongqiao.engines.matching.errors import TableError

MINUTES_PER_HOUR = 60
HOURS_PER_DAY = 24
MINUTES_PER_DAY = MINUTES_PER_HOUR * HOURS_PER_DAY
WORD_BITS = 64
LONGEST_DAYS = 366


@dataclass(frozen=True)
class Horizon:
    """Half-open: shifts start in [start 00:00, start + days 00:00), local time; they may end one day later."""

    start: date
    days: int

    def __post_init__(self) -> None:
        if not 1 <= self.days <= LONGEST_DAYS:
            raise ValueError(f"days must lie between 1 and {LONGEST_DAYS}, got {self.days!r}")

    @property
    def start_minutes(self) -> int:
        """A shift must start before this minute."""
        return self.days * MINUTES_PER_DAY

    @property
    def minutes(self) -> int:
        """A shift must end at or before this minute."""
        return (self.days + 1) * MINUTES_PER_DAY

    @property
    def hours(self) -> int:
        """Number of availability bits: hour of day d and clock hour h is bit d * 24 + h."""
        return (self.days + 1) * HOURS_PER_DAY

    @property
    def words(self) -> int:
        """Number of uint64 words that hold the hour bits."""
        return -(-self.hours // WORD_BITS)

    def minute(self, day: date, hour: int = 0, minute: int = 0) -> int:
        """Minutes from the start of the horizon to a wall time, negative before it; 24:00 is the next midnight."""
        if not (0 <= hour <= HOURS_PER_DAY and 0 <= minute < MINUTES_PER_HOUR):
            raise ValueError(f"no such time of day: {hour!r}:{minute!r}")
        return (day - self.start).days * MINUTES_PER_DAY + hour * MINUTES_PER_HOUR + minute

    def day_of(self, minute: int) -> date:
        """The local date on which a minute of the horizon falls."""
        return self.start + timedelta(days=minute // MINUTES_PER_DAY)

    def needed_hours(self, start: int, end: int) -> range:
        """Every hour touched by [start, end) minutes: the hours a shift needs."""
        return range(start // MINUTES_PER_HOUR, -(-end // MINUTES_PER_HOUR))

    def free_hours(self, start: int, end: int) -> range:
        """Only the hours wholly inside [start, end) minutes and the horizon: what a stretch of free time offers."""
        first = max(0, -(-start // MINUTES_PER_HOUR))
        return range(first, max(first, min(self.hours, end // MINUTES_PER_HOUR)))

    def all_hours(self) -> range:
        """Available throughout."""
        return range(self.hours)

    def hour_bits(self, hours: Iterable[int]) -> int:
        """The hours as one integer bitset; an hour outside the horizon is refused."""
        bits = 0
        for hour in hours:
            if isinstance(hour, bool) or not isinstance(hour, int) or not 0 <= hour < self.hours:
                raise TableError(f"hour must be a whole number from 0 to {self.hours - 1}, got {hour!r}")
            bits |= 1 << hour
        return bits
