"""The workers' side of a market: what may be known of a person when work is offered, and nothing else.

Sex, ethnicity, place of household registration, health, family and faith have no column (Labour Law art. 12,
Employment Promotion Law arts. 3 and 26-31); age enters only as the two legal gates of 16 and 18 years (Labour Law
arts. 15, 58 and 64), given by the caller as the minute from which the person has that age.
"""

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
    Ragged,
    Row,
    Table,
    Words,
    check_all,
    check_array,
    check_ids,
    check_ragged,
    numbered,
)
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary, words_of

NO_LIMIT = -1
UNKNOWN_RELIABILITY = -1
NOT_HELD = int(np.iinfo(np.int64).min)
NO_EXPIRY = int(np.iinfo(np.int64).max)
NEVER = int(np.iinfo(np.int64).max)
MOST_DAYS_WAITING = 36_500
MOST_POINTS = 10_000

REQUIRED = frozenset(
    {"id", "skills", "certificates", "available", "x", "y", "max_distance_m", "pay_floor"}
    | {"birth_known", "age16_from", "age18_from", "preferred_trades", "days_waiting", "reliability"}
    | {"tier_points", "busy", "blocked_employers"}
)
OPTIONAL = frozenset({"worked_well"})


@dataclass(frozen=True, eq=False, kw_only=True)
class WorkerTable(Table):
    """W rows, ids ascending. Metres, minutes since the start of the horizon, fen per hour.

    `certificate_until` holds NOT_HELD, a minute from which it is no longer valid, or NO_EXPIRY. `tier_points` is
    published priority; it is never shown to an employer.
    """

    NOUN: ClassVar[str] = "worker"

    skill_bits: Words  # (W, vocabulary words), upward-closed
    certificate_until: Int64  # (W, certificates)
    available: Words  # (W, horizon words), hour bits
    x: Int64
    y: Int64
    place_known: Bool
    max_distance_m: Int64  # NO_LIMIT = none stated
    pay_floor: Int64  # 0 = none stated
    birth_known: Bool
    age16_from: Int64  # first minute of being 16; NEVER where the birth date is unknown
    age18_from: Int64
    preferred_bits: Words  # (W, vocabulary words), "does it" bits of preferred trades and those below them
    days_waiting: Int64
    reliability: Int64  # 0..100, UNKNOWN_RELIABILITY
    tier_points: Int64
    busy: Ragged  # (start, end) minutes of shifts already held
    blocked_employers: Ragged  # (employer,)
    worked_well: Ragged  # (employer, points)

    def __post_init__(self) -> None:
        check_ids("workers", self.id)
        self._check_shapes()
        self._check_ranges()

    def _check_shapes(self) -> None:
        n = len(self.id)
        for name in ("skill_bits", "preferred_bits", "available"):
            check_array("workers", name, getattr(self, name), np.uint64, (n, getattr(self, name).shape[-1]))
        check_array(
            "workers", "certificate_until", self.certificate_until, np.int64, (n, *self.certificate_until.shape[1:2])
        )
        for name in ("place_known", "birth_known"):
            check_array("workers", name, getattr(self, name), np.bool_, (n,))
        for name in (
            "x",
            "y",
            "max_distance_m",
            "pay_floor",
            "age16_from",
            "age18_from",
            "days_waiting",
            "reliability",
        ):
            check_array("workers", name, getattr(self, name), np.int64, (n,))
        check_array("workers", "tier_points", self.tier_points, np.int64, (n,))
        for name, width in (("busy", 2), ("blocked_employers", 1), ("worked_well", 2)):
            check_ragged("workers", name, getattr(self, name), n, width)

    def _check_ranges(self) -> None:
        for name, low, high in (
            ("x", -LARGEST_METRES, LARGEST_METRES),
            ("y", -LARGEST_METRES, LARGEST_METRES),
            ("max_distance_m", NO_LIMIT, 2 * LARGEST_METRES),
            ("pay_floor", 0, LARGEST_PAY),
            ("days_waiting", 0, MOST_DAYS_WAITING),
            ("reliability", UNKNOWN_RELIABILITY, 100),
            ("tier_points", 0, MOST_POINTS),
        ):
            column = getattr(self, name)
            check_all("workers", name, (column >= low) & (column <= high), f"must lie between {low} and {high}")
        ordered = ~self.birth_known | (self.age18_from > self.age16_from)
        check_all("workers", "age18_from", ordered, "must come after age16_from")
        starts, ends = self.busy.values[:, 0], self.busy.values[:, 1]
        bad = np.isin(np.arange(len(self)), self.busy.row_of[starts >= ends])
        check_all("workers", "busy", ~bad, "must start before it ends")
        negative = np.isin(np.arange(len(self)), self.worked_well.row_of[self.worked_well.values[:, 1] < 0])
        check_all("workers", "worked_well", ~negative, "points must not be negative")

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], vocabulary: CapabilityVocabulary, horizon: Horizon) -> Self:
        """One mapping per worker, any order; unknown and missing columns are refused.

        id · skills {trade: level 1-3 or None} · certificates {code: first invalid minute or None} · available [hours
        of the horizon] · x, y metres or None, None · max_distance_m or None · pay_floor · birth_known · age16_from,
        age18_from minutes (None where unknown) · preferred_trades [codes] · days_waiting · reliability 0-100 or None ·
        tier_points · busy [(start, end)] · blocked_employers [ids] · optional worked_well {employer: points}.
        """
        found = numbered("workers", rows)
        for row in found:
            row.check_names(REQUIRED, OPTIONAL)
        places = [row.place() for row in found]
        return cls(
            vocabulary_version=vocabulary.version,
            id=_column(row.cells["id"] for row in found),
            skill_bits=vocabulary.to_words([_held(row, vocabulary) for row in found]),
            certificate_until=_expiries(found, vocabulary),
            available=words_of([row.parsed("available", horizon.hour_bits) for row in found], horizon.words),
            x=_column(x for x, _, _ in places),
            y=_column(y for _, y, _ in places),
            place_known=np.array([known for _, _, known in places], dtype=np.bool_),
            max_distance_m=_column(row.integer_or("max_distance_m", NO_LIMIT, 0, LARGEST_METRES) for row in found),
            pay_floor=_column(row.integer("pay_floor", 0, LARGEST_PAY) for row in found),
            birth_known=np.array([row.boolean("birth_known") for row in found], dtype=np.bool_),
            age16_from=_column(_birthday(row, "age16_from") for row in found),
            age18_from=_column(_birthday(row, "age18_from") for row in found),
            preferred_bits=vocabulary.to_words(
                [row.parsed("preferred_trades", vocabulary.preferred_set) for row in found]
            ),
            days_waiting=_column(row.integer("days_waiting", 0, MOST_DAYS_WAITING) for row in found),
            reliability=_column(row.integer_or("reliability", UNKNOWN_RELIABILITY, 0, 100) for row in found),
            tier_points=_column(row.integer("tier_points", 0, MOST_POINTS) for row in found),
            busy=Ragged.of([_busy(row) for row in found], 2),
            blocked_employers=Ragged.of([sorted(row.integers("blocked_employers", 1)) for row in found], 1),
            worked_well=Ragged.of([_worked_well(row) for row in found], 2),
        )


def _column(values: Iterable[int]) -> Int64:
    return np.fromiter(values, dtype=np.int64)


def _held(row: Row, vocabulary: CapabilityVocabulary) -> int:
    skills: int = row.parsed("skills", lambda cell: vocabulary.held_set(dict(cell), ()))
    certificates: int = row.parsed("certificates", lambda cell: vocabulary.held_set({}, cell))
    return skills | certificates


def _expiries(rows: list[Row], vocabulary: CapabilityVocabulary) -> Int64:
    until = np.full((len(rows), len(vocabulary.certificates)), NOT_HELD, dtype=np.int64)
    for at, row in enumerate(rows):
        for code, minute in row.parsed("certificates", dict).items():
            if minute is not None and (isinstance(minute, bool) or not isinstance(minute, int)):
                raise row.fail("certificates", f"{code!r} must end at a minute or None, got {minute!r}")
            if minute is not None and abs(minute) > LARGEST_MINUTE:
                raise row.fail("certificates", f"{code!r} ends at an impossible minute, {minute}")
            until[at, vocabulary.certificate_position(code)] = NO_EXPIRY if minute is None else minute
    return until


def _birthday(row: Row, column: str) -> int:
    if row.boolean("birth_known"):
        return row.integer(column, -LARGEST_MINUTE, LARGEST_MINUTE)
    if row.cells[column] is not None:
        raise row.fail(column, "must be None where birth_known is False")
    return NEVER


def _busy(row: Row) -> list[tuple[int, ...]]:
    spans = sorted(row.integers("busy", 2))
    for start, end in spans:
        if start >= end:
            raise row.fail("busy", f"must start before it ends, got {(start, end)}")
    return spans


def _worked_well(row: Row) -> list[tuple[int, ...]]:
    pairs = sorted(row.parsed("worked_well", dict).items()) if "worked_well" in row.cells else []
    for employer, points in pairs:
        for number in (employer, points):
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LARGEST_ID:
                raise row.fail("worked_well", f"must map employers to points from 0 up, got {(employer, points)!r}")
    return pairs
