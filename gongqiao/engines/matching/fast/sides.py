"""The two tables as the compiled kernels read them: narrow columns by grid cell for the sieve, whole ones to be exact.

Places lie row by row in a grid of 1 km cells, so that a disc is a handful of contiguous runs. The sieve's columns are
*conservative*: capabilities folded to 64 bits and hours to 32 can only let a pair pass that the exact test then stops,
never the other way round.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Bool, Int64, Words
from gongqiao.engines.matching.fast.folding import fold_workers
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ANY_TRADE, ShiftTable
from gongqiao.engines.matching.workers import NO_LIMIT, UNKNOWN_RELIABILITY, WorkerTable

Int32 = NDArray[np.int32]
UInt32 = NDArray[np.uint32]
Float32 = NDArray[np.float32]
CELL_METRES = 1000
FLOAT_METRES = 6  # coordinates up to 2e7 as 32-bit floats, and their differences, are off by less
MOST_CELLS_A_SIDE = 2048
FOLD_BITS = 64
PART_BITS = 32
WISH_BITS = 32
CLASS_METRES = (2500, 4000, 6500, 10_000, 16_000)


class Grid(NamedTuple):
    """Places [first[cell], first[cell + 1]) lie in cell = row * columns + column; from `placed` on: place unknown."""

    first: Int64
    x0: int
    y0: int
    columns: int
    rows: int
    metres: int  # side of a cell
    placed: int


class CardNumbers(NamedTuple):
    """The score card for kernels; `levels` = points of 0, 1, 2, 3, 4 held bits of the asked trade."""

    levels: Int64
    preferred: int
    nearest: int
    metres_per_point: int
    pay_per_yuan: int
    pay_cap: int
    worked_cap: int
    most: int


# Columns of the exact facts, one row a place: what the full test and the score read, together in memory.
S_ROW, S_X, S_Y, S_PLACED, S_TRADE, S_START, S_END, S_PAY, S_HAZARD, S_PAPERS, S_PAPERS_END = range(11)
S_BIT = 11  # the asked-for skill, NO_BIT or SEVERAL_BITS
S_PLAIN_HOURS = 12  # the needed hours are those touched by [start, end)
SHIFT_FACTS = 16
NO_BIT, SEVERAL_BITS = -1, -2
W_ROW, W_X, W_Y, W_PLACED, W_LIMIT, W_FLOOR, W_REFERENCE, W_POINTS, W_BIRTH, W_AGE16, W_AGE18 = range(11)
W_BUSY, W_BUSY_END, W_BLOCKED, W_BLOCKED_END, W_WORKED, W_WORKED_END = range(11, 17)
WORKER_FACTS = 17


class ShiftSide(NamedTuple):
    """J shifts by place in the grid: nine narrow columns for the sieve, and the whole of it to be exact."""

    x: Float32  # metres, off by FLOAT_METRES at most
    y: Float32
    low: UInt32  # asked-for capabilities, folded
    high: UInt32
    parts: UInt32  # touched parts of the horizon
    wish: UInt32  # the bit of the trade, 0 = anybody may
    pay: Float32
    facts: Int32  # (J, 16), columns S_*: one cache line
    skills: Words
    hours: Words
    papers: Int64  # positions of asked-for certificates; facts say from where to where
    employer: Int64


class WorkerSide(NamedTuple):
    """W workers by class and place in the grid of their class; words and papers stay in the order of the table."""

    x: Float32  # metres, off by FLOAT_METRES at most
    y: Float32
    low: UInt32  # held capabilities, folded
    high: UInt32
    parts: UInt32  # parts of the horizon with any free hour
    wish: UInt32
    floor: Float32
    reference: Float32  # pay is measured from here
    base: Float32  # no score is above base + what wish, nearness and pay give
    reach: Float32  # metres squared, a hair too large; infinite where no limit is stated
    facts: Int64  # (W, 17), columns W_*
    skills: Words
    preferred: Words
    hours: Words
    until: Int64
    busy: Int64
    blocked: Int64
    worked: Int64


@dataclass(frozen=True)
class Folding:
    """Which of the 64 bits each capability falls on: the most asked-for ones have one for themselves."""

    slot: Int64  # (bits,), -1 = never asked for
    hours_per_part: int

    @classmethod
    def of(cls, shifts: ShiftTable, hours: int) -> "Folding":
        skill_bits = shifts.required_skills.shape[1] * 64
        asked = np.zeros(skill_bits + shifts.required_certificates.shape[1], dtype=np.int64)
        for bit in range(skill_bits):
            word = shifts.required_skills[:, bit // 64] >> np.uint64(bit % 64)
            asked[bit] = int((word & np.uint64(1)).sum())
        asked[skill_bits:] = shifts.required_certificates.sum(axis=0)
        slot = np.full(len(asked), -1, dtype=np.int64)
        order = np.argsort(-asked, kind="stable")[: int((asked > 0).sum())]
        slot[order] = np.arange(len(order)) % FOLD_BITS
        return cls(slot, -(-hours // PART_BITS))

    def masks(self, words: int) -> Words:
        """The hours of each part, shape (32, words)."""
        masks = np.zeros((PART_BITS, words), dtype=np.uint64)
        for hour in range(words * 64):
            part = min(hour // self.hours_per_part, PART_BITS - 1)
            masks[part, hour // 64] |= np.uint64(1) << np.uint64(hour % 64)
        return masks

    def shifts(self, table: ShiftTable) -> tuple[NDArray[np.uint64], UInt32]:
        """(folded capabilities, touched parts) of every shift."""
        fold = np.zeros(len(table), dtype=np.uint64)
        skill_bits = table.required_skills.shape[1] * 64
        for bit in np.flatnonzero(self.slot >= 0).tolist():
            if bit < skill_bits:
                asks = (table.required_skills[:, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1)
            else:
                asks = table.required_certificates[:, bit - skill_bits].astype(np.uint64)
            fold |= asks << np.uint64(self.slot[bit])
        parts = np.zeros(len(table), dtype=np.uint32)
        for hour in range(table.needed_hours.shape[1] * 64):
            asks = (table.needed_hours[:, hour // 64] >> np.uint64(hour % 64)) & np.uint64(1)
            parts |= asks.astype(np.uint32) << np.uint32(min(hour // self.hours_per_part, PART_BITS - 1))
        return fold, parts


def card_numbers(card: ScoreCard) -> CardNumbers:
    return CardNumbers(
        levels=np.array([0, *card.level_points], dtype=np.int64),
        preferred=card.preferred_trade_points,
        nearest=card.nearest_points,
        metres_per_point=card.metres_per_point,
        pay_per_yuan=card.pay_points_per_yuan,
        pay_cap=card.pay_cap_points,
        worked_cap=card.worked_before_cap_points,
        most=card.most,
    )


def grid_of(x: Int64, y: Int64, placed: Bool) -> tuple[Grid, Int64]:
    """The grid, and the rows in the order of their places: by cell, then by row; unknown places last."""
    known = np.flatnonzero(placed)
    x0, y0 = (int(c[known].min()) if len(known) else 0 for c in (x, y))
    span = max((int(c[known].max()) - low if len(known) else 0) for c, low in ((x, x0), (y, y0)))
    metres = max(CELL_METRES, -(-(span + 1) // MOST_CELLS_A_SIDE))
    columns, rows = ((int(c[known].max()) - low) // metres + 1 if len(known) else 1 for c, low in ((x, x0), (y, y0)))
    cell = np.where(placed, (y - y0) // metres * columns + (x - x0) // metres, rows * columns)
    order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[order], np.arange(rows * columns + 1)).astype(np.int64)
    return Grid(first, x0, y0, columns, rows, metres, len(known)), order


def shift_side(table: ShiftTable, folding: Folding) -> tuple[ShiftSide, Grid]:
    grid, order = grid_of(table.x, table.y, table.place_known)
    fold, parts = folding.shifts(table)
    wish = np.where(table.trade == ANY_TRADE, 0, np.int64(1) << (table.trade % WISH_BITS))
    papers = np.zeros(len(table) + 1, dtype=np.int64)
    np.cumsum(table.required_certificates[order].sum(axis=1), out=papers[1:])
    side = ShiftSide(
        x=table.x[order].astype(np.float32),
        y=table.y[order].astype(np.float32),
        low=(fold[order] & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        high=(fold[order] >> np.uint64(32)).astype(np.uint32),
        parts=parts[order],
        wish=wish[order].astype(np.uint32),
        pay=table.pay[order].astype(np.float32),
        facts=_shift_facts(table, order, papers),
        skills=table.required_skills[order],
        hours=table.needed_hours[order],
        papers=np.nonzero(table.required_certificates[order])[1].astype(np.int64),
        employer=table.employer[order],
    )
    return side, grid


def _shift_facts(table: ShiftTable, order: Int64, papers: Int64) -> Int32:
    """Everything here lies within 32 bits: the tables and the horizon see to that."""
    facts = np.zeros((len(table), SHIFT_FACTS), dtype=np.int32)
    columns = {
        S_ROW: np.arange(len(table)),
        S_X: table.x,
        S_Y: table.y,
        S_PLACED: table.place_known,
        S_TRADE: table.trade,
        S_START: table.start,
        S_END: table.end,
        S_PAY: table.pay,
        S_HAZARD: table.hazardous,
        S_BIT: _asked_bit(table),
        S_PLAIN_HOURS: _plain_hours(table),
    }
    for at, column in columns.items():
        facts[:, at] = column[order]
    facts[:, S_PAPERS], facts[:, S_PAPERS_END] = papers[:-1], papers[1:]
    return facts


def _plain_hours(table: ShiftTable) -> Bool:
    """Whether the needed hours are exactly those touched; a table made from columns may say otherwise."""
    plain = np.ones(len(table), dtype=np.bool_)
    for hour in range(table.needed_hours.shape[1] * 64):
        asks = ((table.needed_hours[:, hour // 64] >> np.uint64(hour % 64)) & np.uint64(1)).astype(np.bool_)
        plain &= asks == ((table.start // 60 <= hour) & (hour <= (table.end - 1) // 60))
    return plain


def _asked_bit(table: ShiftTable) -> Int64:
    """The only skill bit of each shift; almost all ask for one."""
    bit, count = np.full(len(table), NO_BIT, dtype=np.int64), np.zeros(len(table), dtype=np.int64)
    for at in range(table.required_skills.shape[1] * 64):
        asks = ((table.required_skills[:, at // 64] >> np.uint64(at % 64)) & np.uint64(1)).astype(np.bool_)
        bit[asks] = at
        count += asks
    return np.where(count > 1, SEVERAL_BITS, bit)


class Classes(NamedTuple):
    """Workers by how far they go: one grid per class. `reach` metres at most, -1 = without limit."""

    reach: tuple[int, ...]
    grids: tuple[Grid, ...]
    start: tuple[int, ...]  # first place of each class, and the end


def by_class(table: WorkerTable) -> tuple[Classes, Int64]:
    """Rows by class of commute, then by cell: a shift need only look as far as those of each class go."""
    limit = np.where(table.max_distance_m == NO_LIMIT, np.iinfo(np.int64).max, table.max_distance_m)
    of_class = np.searchsorted(np.array(CLASS_METRES), limit, side="left")
    grids, orders, reaches, start = [], [], [], [0]
    for number in range(len(CLASS_METRES) + 1):
        rows = np.flatnonzero(of_class == number)
        grid, order = grid_of(table.x[rows], table.y[rows], table.place_known[rows])
        grids.append(grid)
        orders.append(rows[order])
        far = int(limit[rows].max(initial=0))
        reaches.append(-1 if far == np.iinfo(np.int64).max else far)
        start.append(start[-1] + len(rows))
    return Classes(tuple(reaches), tuple(grids), tuple(start)), np.concatenate(orders)


def worker_side(table: WorkerTable, order: Int64, card: ScoreCard, folding: Folding) -> WorkerSide:
    """`order`: rows in the order of their places, from `by_class`."""
    reference = np.where(table.pay_floor > 0, table.pay_floor, card.pay_reference)
    facts = _worker_facts(table, order, card, reference)
    limit = table.max_distance_m[order].astype(np.float64)
    n = len(table)
    low, high, wish, parts = (np.zeros(n, dtype=np.uint32) for _ in range(4))
    extra, levels = np.zeros(n, dtype=np.float32), card_numbers(card).levels
    held = table.skill_bits, table.preferred_bits, table.certificate_until, table.available
    fold_workers(
        order, *held, folding.slot, folding.masks(table.available.shape[1]), levels, low, high, wish, parts, extra
    )
    worked = np.zeros(n, dtype=np.int64)
    np.maximum.at(
        worked, table.worked_well.row_of, np.minimum(table.worked_well.values[:, 1], card.worked_before_cap_points)
    )
    return WorkerSide(
        x=table.x[order].astype(np.float32),
        y=table.y[order].astype(np.float32),
        low=low,
        high=high,
        parts=parts,
        wish=wish,
        floor=table.pay_floor[order].astype(np.float32),
        reference=reference[order].astype(np.float32),
        base=(facts[:, W_POINTS] + extra + worked[order]).astype(np.float32),
        reach=np.where(limit == NO_LIMIT, np.inf, (limit + FLOAT_METRES) ** 2 * (1 + 1e-5)).astype(np.float32),
        facts=facts,
        skills=table.skill_bits,
        preferred=table.preferred_bits,
        hours=table.available,
        until=table.certificate_until,
        busy=table.busy.values,
        blocked=table.blocked_employers.values,
        worked=table.worked_well.values,
    )


def _worker_facts(table: WorkerTable, order: Int64, card: ScoreCard, reference: Int64) -> Int64:
    facts = np.empty((len(table), WORKER_FACTS), dtype=np.int64)
    columns = {
        W_ROW: np.arange(len(table)),
        W_X: table.x,
        W_Y: table.y,
        W_PLACED: table.place_known,
        W_LIMIT: table.max_distance_m,
        W_FLOOR: table.pay_floor,
        W_REFERENCE: reference,
        W_POINTS: constant_points(table, card),
        W_BIRTH: table.birth_known,
        W_AGE16: table.age16_from,
        W_AGE18: table.age18_from,
        W_BUSY: table.busy.offsets[:-1],
        W_BUSY_END: table.busy.offsets[1:],
        W_BLOCKED: table.blocked_employers.offsets[:-1],
        W_BLOCKED_END: table.blocked_employers.offsets[1:],
        W_WORKED: table.worked_well.offsets[:-1],
        W_WORKED_END: table.worked_well.offsets[1:],
    }
    for at, column in columns.items():
        facts[:, at] = column[order]
    return facts


def constant_points(table: WorkerTable, card: ScoreCard) -> Int64:
    """Waiting, reliability and tier: the same for every shift."""
    trust = np.where(table.reliability == UNKNOWN_RELIABILITY, card.reliability_assumed, table.reliability)
    waiting = np.minimum(table.days_waiting, card.waiting_cap_days) * card.waiting_points_per_day
    tier = np.minimum(table.tier_points, card.tier_cap_points)
    total: Int64 = waiting + trust * card.reliability_points + tier
    return total
