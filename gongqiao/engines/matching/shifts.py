"""The employers' side of a market: one row per shift with open seats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from gongqiao.engines.matching.columns import (
    LARGEST_ID,
    LARGEST_METRES,
    LARGEST_MINUTE,
    LARGEST_PAY,
    Bool,
    Int64,
    Row,
    Table,
    Words,
    check_all,
    check_array,
    check_ids,
    numbered,
)
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.vocabulary import HIGHEST_LEVEL, UNKNOWN_LEVEL, CapabilityVocabulary, words_of

ANY_TRADE = -1
MOST_SEATS = 100_000

REQUIRED = frozenset(
    {"id", "trade", "min_level", "certificates", "start", "end", "seats", "x", "y", "pay", "hazardous"}
    | {"employer", "posted"}
)
OPTIONAL = frozenset({"minimum"})


@dataclass(frozen=True, eq=False, kw_only=True)
class ShiftTable(Table):
    """J rows, ids ascending. Metres, minutes since the start of the horizon, fen per hour.

    [start, end) is half-open. `posted` (minutes, may be negative) is carried for dispatch by first come, not scored.
    """

    NOUN: ClassVar[str] = "shift"

    trade: Int64  # position in the vocabulary, ANY_TRADE = anybody may
    min_level: Int64  # UNKNOWN_LEVEL = any level
    required_skills: Words  # (J, vocabulary words): trade bits only
    required_certificates: Bool  # (J, certificates)
    needed_hours: Words  # (J, horizon words): every hour touched
    start: Int64
    end: Int64
    seats: Int64
    x: Int64
    y: Int64
    place_known: Bool
    pay: Int64
    hazardous: Bool
    employer: Int64
    posted: Int64
    minimum: Int64  # people still needed for it to take place at all; 0 and 1 say nothing

    def __post_init__(self) -> None:
        check_ids("shifts", self.id)
        n = len(self.id)
        for name in ("required_skills", "needed_hours"):
            check_array("shifts", name, getattr(self, name), np.uint64, (n, getattr(self, name).shape[-1]))
        width = self.required_certificates.shape[1:2]
        check_array("shifts", "required_certificates", self.required_certificates, np.bool_, (n, *width))
        for name in ("place_known", "hazardous"):
            check_array("shifts", name, getattr(self, name), np.bool_, (n,))
        for name in ("trade", "min_level", "start", "end", "seats", "x", "y", "pay", "employer", "posted", "minimum"):
            check_array("shifts", name, getattr(self, name), np.int64, (n,))
        self._check_ranges()

    def _check_ranges(self) -> None:
        for name, low, high in (
            ("trade", ANY_TRADE, LARGEST_ID),
            ("min_level", UNKNOWN_LEVEL, HIGHEST_LEVEL),
            ("start", 0, LARGEST_MINUTE),
            ("seats", 1, MOST_SEATS),
            ("x", -LARGEST_METRES, LARGEST_METRES),
            ("y", -LARGEST_METRES, LARGEST_METRES),
            ("pay", 0, LARGEST_PAY),
            ("employer", 0, LARGEST_ID),
            ("minimum", 0, MOST_SEATS),
        ):
            column = getattr(self, name)
            check_all("shifts", name, (column >= low) & (column <= high), f"must lie between {low} and {high}")
        check_all("shifts", "end", self.end > self.start, "must come after start")
        check_all("shifts", "minimum", self.minimum <= self.seats, "must not be more than the seats")

    @property
    def least(self) -> Int64:
        """(J,) people without whom a shift does not take place; 0 where one is enough."""
        return np.where(self.minimum > 1, self.minimum, 0)

    def short_of(self, given: Int64) -> Int64:
        """Rows that are given (J,) people, but too few to take place: those that lack most, as a share, first."""
        least = self.least
        short = np.flatnonzero((given > 0) & (given < least))
        return short[np.argsort(given[short] / least[short], kind="stable")]

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], vocabulary: CapabilityVocabulary, horizon: Horizon) -> Self:
        """One mapping per shift, any order; unknown and missing columns are refused.

        id · trade code or None (anybody may) · min_level 1-3 or None (any) · certificates [codes] · start, end
        minutes · seats still open, from 1 · x, y metres or None, None · pay · hazardous · employer id · posted minute ·
        minimum people still needed for it to take place (may be left out: one is enough), no more than the seats.
        """
        found = numbered("shifts", rows)
        for row in found:
            row.check_names(REQUIRED, OPTIONAL)
        spans = [_span(row, horizon) for row in found]
        places = [row.place() for row in found]
        return cls(
            vocabulary_version=vocabulary.version,
            id=_column(row.cells["id"] for row in found),
            trade=_column(row.parsed("trade", lambda code: _trade(code, vocabulary)) for row in found),
            min_level=_column(row.integer_or("min_level", UNKNOWN_LEVEL, 1, HIGHEST_LEVEL) for row in found),
            required_skills=vocabulary.to_words([_required(row, vocabulary) for row in found]),
            required_certificates=_certificates(found, vocabulary),
            needed_hours=words_of([horizon.hour_bits(horizon.needed_hours(*span)) for span in spans], horizon.words),
            start=_column(start for start, _ in spans),
            end=_column(end for _, end in spans),
            seats=_column(row.integer("seats", 1, MOST_SEATS) for row in found),
            x=_column(x for x, _, _ in places),
            y=_column(y for _, y, _ in places),
            place_known=np.array([known for _, _, known in places], dtype=np.bool_),
            pay=_column(row.integer("pay", 0, LARGEST_PAY) for row in found),
            hazardous=np.array([row.boolean("hazardous") for row in found], dtype=np.bool_),
            employer=_column(row.integer("employer", 0, LARGEST_ID) for row in found),
            posted=_column(row.integer("posted", -LARGEST_MINUTE, LARGEST_MINUTE) for row in found),
            minimum=_column(_minimum(row) for row in found),
        )


def _column(values: Iterable[int]) -> Int64:
    return np.fromiter(values, dtype=np.int64)


def _trade(code: str | None, vocabulary: CapabilityVocabulary) -> int:
    return ANY_TRADE if code is None else vocabulary.trade_position(code)


def _required(row: Row, vocabulary: CapabilityVocabulary) -> int:
    trade = row.cells["trade"]
    required: int = row.parsed("min_level", lambda level: vocabulary.required_set(trade, level, ()))
    return required


def _span(row: Row, horizon: Horizon) -> tuple[int, int]:
    """A shift starts within the days of the horizon and ends after it starts, at most one day beyond them."""
    start = row.integer("start", 0, horizon.start_minutes - 1)
    end = row.integer("end", 0, horizon.minutes)
    if end <= start:
        raise row.fail("end", f"must come after start ({start}), got {end}")
    return start, end


def _minimum(row: Row) -> int:
    if "minimum" not in row.cells:
        return 0
    minimum, seats = row.integer("minimum", 0, MOST_SEATS), row.cells["seats"]
    if minimum > seats:
        raise row.fail("minimum", f"must not be more than the seats ({seats}), got {minimum}")
    return minimum


def _certificates(rows: list[Row], vocabulary: CapabilityVocabulary) -> Bool:
    required = np.zeros((len(rows), len(vocabulary.certificates)), dtype=np.bool_)
    for at, row in enumerate(rows):
        for position in row.parsed("certificates", lambda codes: [vocabulary.certificate_position(c) for c in codes]):
            required[at, position] = True
    return required
