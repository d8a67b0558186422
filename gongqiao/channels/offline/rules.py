"""When something was written down, if the clock of the PC is to be asked; and how long things are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RIGHT_WITHIN = timedelta(minutes=2)
LONGEST = timedelta(days=30)  # between writing and arriving; a key is kept as long
RECENT = timedelta(days=60)  # whoever came within it is on the list that a desk keeps
MOST_PEOPLE = 2000
MOST_FIELDS, MOST_CHARS = 200, 20_000  # of one entry


@dataclass(frozen=True)
class Moment:
    """`said_at` as the PC said it, `made_at` reckoned back from `arrived_at`, `off` by how much its clock is wrong."""

    said_at: datetime
    made_at: datetime
    arrived_at: datetime
    off: timedelta


def reckon(said_at: datetime, sent_at: datetime, now: datetime) -> Moment:
    """A wrong clock is wrong by the same at both ends, so what passed between them counts, not what it shows. Where
    that cannot be (it was set meanwhile: before its own writing, or beyond a month), only the arrival is known."""
    passed, off = sent_at - said_at, sent_at - now
    made_at = now - passed if timedelta(0) <= passed <= LONGEST else now
    return Moment(said_at, made_at, now, off if abs(off) > RIGHT_WITHIN else timedelta(0))
