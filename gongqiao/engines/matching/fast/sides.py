"""The two tables as the compiled kernels read them: narrow columns by grid cell for the sieve, whole ones to be exact.

Shifts lie by the trade they ask for, so that nobody looks at work he cannot do, and within a trade by place; workers by
how far they go, and by place. The sieve's columns are *conservative*: certificates folded to 28 bits and hours to 64
can only let a pair pass that the exact test then stops, never the other way round.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Int64, Words
from gongqiao.engines.matching.fast.facts import NO_BIT, RECORD, SHIFT_FACTS, WORKER_FACTS
from gongqiao.engines.matching.fast.folding import (
    BITS_PER_TRADE,
    ShiftColumns,
    Slots,
    WorkerColumns,
    count_trades,
    fold_shifts,
    place_workers,
    read_shifts,
    read_workers,
)
from gongqiao.engines.matching.fast.grids import Grids, grids_of
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ANY_TRADE, ShiftTable
from gongqiao.engines.matching.workers import NO_LIMIT, UNKNOWN_RELIABILITY, WorkerTable

Int32 = NDArray[np.int32]
UInt32 = NDArray[np.uint32]
Float32 = NDArray[np.float32]
FOLD_BITS = 64
PART_BITS = 64
PAPER_BITS = 28
CLASS_METRES = (2500, 4000, 6500, 10_000, 16_000)
LANES = 16  # shifts sieved at a time; the sieve's columns have so many more at their end, which pay too little
OPEN, ODD, FIRST_TRADE = 0, 1, 2  # groups of shifts: anybody may; not of one trade; then a group a trade
SHIFTS_PER_CELL = 2
WORKERS_PER_CELL = 16


class CardNumbers(NamedTuple):
    """The score card for kernels; `levels` = points of 0, 1, 2, 3, 4 held bits of the asked trade."""

    levels: Int64
    preferred: int
    nearest: int
    metres_per_point: int
    pay_per_yuan: int
    pay_cap: int
    pay_reference: int
    worked_cap: int


class ShiftSide(NamedTuple):
    """J shifts by group and place: six narrow columns for the sieve, LANES longer than J, and the whole to be exact."""

    x: Float32  # metres, off by FLOAT_METRES at most
    y: Float32
    need: UInt32  # the level asked for (four bits), certificates folded
    parts: UInt32  # (2, J) touched parts of the horizon
    pay: Float32
    fold: Words  # asked-for skills folded
    facts: Int32  # (J, 16), columns S_*: one cache line
    skills: Words
    hours: Words
    papers: Int64  # positions of asked-for certificates; facts say from where to where
    employer: Int64


class ShiftGroups(NamedTuple):
    """Where the shifts of each trade lie: grids by group; `of_trade` (trades,), -1 = none."""

    grids: Grids
    of_trade: Int64


class WorkerSide(NamedTuple):
    """W workers by class and place in the grid of their class; what is rarely read stays in the order of the table."""

    x: Float32  # metres, off by FLOAT_METRES at most
    y: Float32
    held: UInt32  # (2, W) asked-for skills folded
    papers: UInt32  # asked-for certificates folded
    parts: UInt32  # (2, W) parts of the horizon with any free hour
    wish: UInt32
    floor: Float32
    reference: Float32  # pay is measured from here
    base: Float32  # no score is above base + what wish, nearness and pay give
    known: Float32  # most points for having worked with an employer before
    reach: Float32  # metres squared, a hair too large; infinite where no limit is stated
    facts: Int32  # (W, 18), columns W_*
    trades: UInt32  # trade << 5 | bits held << 1 | wished for; facts say from where to where
    hours: Words  # (W, words) by place
    skills: Words  # from here on by row
    preferred: Words
    until: Int64
    busy: Int64
    blocked: Int64
    worked: Int64


class Classes(NamedTuple):
    """Workers by how far they go: one grid per class, and `reach` (classes,) metres at most, -1 = without limit."""

    grids: Grids
    reach: Int64


@dataclass(frozen=True)
class ReadShifts:
    """A table of shifts as the kernels read it, and what its shifts ask for."""

    columns: ShiftColumns
    papers_of: Int64  # (J,) certificates asked for
    asked: Int64  # (bits,) shifts that ask for each skill
    asked_papers: Int64

    @classmethod
    def of(cls, table: ShiftTable) -> "ReadShifts":
        n, words = table.required_skills.shape
        bit, first_hour, last_hour, papers_of = (np.zeros(n, dtype=np.int64) for _ in range(4))
        asked, asked_papers = (
            np.zeros(size, dtype=np.int64) for size in (words * 64, table.required_certificates.shape[1])
        )
        columns = ShiftColumns(
            table.required_skills, table.needed_hours, table.required_certificates, table.trade, table.start,
            table.end, table.x, table.y, table.place_known, table.pay, table.hazardous, table.employer, bit, first_hour,
            last_hour,
        )  # fmt: skip
        read_shifts(columns, papers_of, asked, asked_papers)
        return cls(columns, papers_of, asked, asked_papers)

    def slots(self, hours: int) -> Slots:
        """Where each capability folds to: the most asked-for ones have a bit for themselves."""
        return Slots(
            skill=_slots(self.asked, 0, FOLD_BITS),
            paper=_slots(self.asked_papers, 32 - PAPER_BITS, PAPER_BITS),
            masks=_masks(self.columns.hours.shape[1], -(-hours // PART_BITS)),
        )

    def groups(self, by_trade: bool = True) -> tuple[ShiftGroups, Int64]:
        """(groups, rows in the order of their places); or all in one group, for those who look at every trade."""
        c, trades = self.columns, len(self.asked) // BITS_PER_TRADE
        of_trade, group, groups = np.full(trades, -1, dtype=np.int64), np.zeros(len(c.bit), dtype=np.int64), 1
        if by_trade:
            plain = (c.bit >= 0) & (c.bit // BITS_PER_TRADE == c.trade)
            found = np.flatnonzero(np.bincount(c.trade[plain], minlength=trades))
            of_trade[found] = FIRST_TRADE + np.arange(len(found))
            anybody = (c.bit == NO_BIT) & (c.trade == ANY_TRADE)
            group = np.where(plain, of_trade[np.maximum(c.trade, 0)], np.where(anybody, OPEN, ODD))
            groups = FIRST_TRADE + len(found)
        grids, order = grids_of(c.x, c.y, c.placed, group, groups, SHIFTS_PER_CELL)
        return ShiftGroups(grids, of_trade), order


def _slots(asked: Int64, first: int, bits: int) -> Int64:
    slot = np.full(len(asked), -1, dtype=np.int64)
    order = np.argsort(-asked, kind="stable")[: int((asked > 0).sum())]
    slot[order] = first + np.arange(len(order)) % bits
    return slot


def _masks(words: int, hours_per_part: int) -> Words:
    """The hours of each part, shape (words, 64)."""
    masks = np.zeros((words, PART_BITS), dtype=np.uint64)
    for hour in range(words * 64):
        part = min(hour // hours_per_part, PART_BITS - 1)
        masks[hour // 64, part] |= np.uint64(1) << np.uint64(hour % 64)
    return masks


def card_numbers(card: ScoreCard) -> CardNumbers:
    return CardNumbers(
        levels=np.array([0, *card.level_points], dtype=np.int64),
        preferred=card.preferred_trade_points,
        nearest=card.nearest_points,
        metres_per_point=card.metres_per_point,
        pay_per_yuan=card.pay_points_per_yuan,
        pay_cap=card.pay_cap_points,
        pay_reference=card.pay_reference,
        worked_cap=card.worked_before_cap_points,
    )


def shift_side(read: ReadShifts, slots: Slots, *, by_trade: bool = True) -> tuple[ShiftSide, ShiftGroups]:
    groups, order = read.groups(by_trade)
    n, columns = len(order), read.columns
    side = ShiftSide(
        x=np.zeros(n + LANES, dtype=np.float32),
        y=np.zeros(n + LANES, dtype=np.float32),
        need=np.zeros(n + LANES, dtype=np.uint32),
        parts=np.zeros((2, n + LANES), dtype=np.uint32),
        pay=np.full(n + LANES, -np.inf, dtype=np.float32),
        fold=np.empty(n, dtype=np.uint64),
        facts=np.zeros((n, SHIFT_FACTS), dtype=np.int32),
        skills=columns.skills[order],
        hours=columns.hours[order],
        papers=np.empty(int(read.papers_of.sum()), dtype=np.int64),
        employer=np.empty(n, dtype=np.int64),
    )
    fold_shifts(order, columns, slots, np.empty(PART_BITS, dtype=np.uint64), side)
    return side, groups


def by_class(table: WorkerTable) -> tuple[Classes, Int64]:
    """Rows by class of commute, then by cell: a shift need only look as far as those of each class go."""
    limit = np.where(table.max_distance_m == NO_LIMIT, np.iinfo(np.int64).max, table.max_distance_m)
    of_class, classes = np.searchsorted(np.array(CLASS_METRES), limit, side="left"), len(CLASS_METRES) + 1
    reach = np.zeros(classes, dtype=np.int64)
    for number in range(classes):
        reach[number] = limit[of_class == number].max(initial=0)
    grids, order = grids_of(table.x, table.y, table.place_known, of_class, classes, WORKERS_PER_CELL)
    return Classes(grids, np.where(reach == np.iinfo(np.int64).max, -1, reach)), order


def worker_side(table: WorkerTable, order: Int64, card: ScoreCard, slots: Slots) -> WorkerSide:
    """`order`: rows in the order of their places, from `by_class`."""
    n = len(table)
    columns = WorkerColumns(
        table.skill_bits, table.preferred_bits, table.certificate_until, table.available, table.x, table.y,
        table.place_known, table.max_distance_m, table.pay_floor, table.birth_known, table.age16_from,
        table.age18_from, constant_points(table, card), table.busy.offsets, table.blocked_employers.offsets,
        table.worked_well.offsets, table.worked_well.values,
    )  # fmt: skip
    facts, record = np.empty((n, WORKER_FACTS), dtype=np.int32), np.empty((n, RECORD), dtype=np.uint32)
    numbers, trades = record.view(np.float32), np.empty(count_trades(table.skill_bits), dtype=np.uint32)
    found = np.empty(PART_BITS, dtype=np.uint64)
    read_workers(columns, slots, card_numbers(card), facts, record, numbers, trades, found)
    side = WorkerSide(
        x=np.empty(n, dtype=np.float32),
        y=np.empty(n, dtype=np.float32),
        held=np.empty((2, n), dtype=np.uint32),
        papers=np.empty(n, dtype=np.uint32),
        parts=np.empty((2, n), dtype=np.uint32),
        wish=np.empty(n, dtype=np.uint32),
        floor=np.empty(n, dtype=np.float32),
        reference=np.empty(n, dtype=np.float32),
        base=np.empty(n, dtype=np.float32),
        known=np.empty(n, dtype=np.float32),
        reach=np.empty(n, dtype=np.float32),
        facts=np.empty_like(facts),
        trades=np.empty_like(trades),
        hours=np.empty_like(table.available),
        skills=table.skill_bits,
        preferred=table.preferred_bits,
        until=table.certificate_until,
        busy=table.busy.values,
        blocked=table.blocked_employers.values,
        worked=table.worked_well.values,
    )
    place_workers(order, facts, record, numbers, trades, table.available, side)
    return side


def constant_points(table: WorkerTable, card: ScoreCard) -> Int64:
    """Waiting, reliability and tier: the same for every shift."""
    trust = np.where(table.reliability == UNKNOWN_RELIABILITY, card.reliability_assumed, table.reliability)
    waiting = np.minimum(table.days_waiting, card.waiting_cap_days) * card.waiting_points_per_day
    tier = np.minimum(table.tier_points, card.tier_cap_points)
    total: Int64 = waiting + trust * card.reliability_points + tier
    return total
