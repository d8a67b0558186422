"""Every rule and every factor over whole blocks of workers x shifts: the fast path, exact integers throughout.

Each function takes n workers and J shifts and returns an array that broadcasts to (n, J). Repeated requirements are
tested once per distinct requirement ("signature") and then spread over the shifts. The pair-by-pair twin is `pairs.py`;
tests hold the two equal. Distances: coordinates stay within 2e7 m, so dx*dx + dy*dy < 2**53 and the correctly rounded
IEEE 754 square root, floored, is the exact integer root.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Bool, Int64, Words
from gongqiao.engines.matching.horizon import WORD_BITS
from gongqiao.engines.matching.scorecard import FACTORS, FEN_PER_YUAN, ScoreCard
from gongqiao.engines.matching.shifts import ANY_TRADE, ShiftTable
from gongqiao.engines.matching.vocabulary import BITS_PER_TRADE
from gongqiao.engines.matching.workers import NO_EXPIRY, NO_LIMIT, UNKNOWN_RELIABILITY, WorkerTable

BLOCK_PAIRS = 1_000_000
ONE = np.uint64(1)
Signature = TypeVar("Signature", np.uint64, np.bool_)


class Scan(NamedTuple):
    """feasible (W, J) bool; score (W, J) int32, computed for infeasible pairs too."""

    feasible: Bool
    score: NDArray[np.int32]


def scan(workers: WorkerTable, shifts: ShiftTable, card: ScoreCard) -> Scan:
    """Both matrices, in blocks of about a million pairs."""
    shape = (len(workers), len(shifts))
    result = Scan(np.empty(shape, dtype=np.bool_), np.empty(shape, dtype=np.int32))
    for rows in blocks(*shape):
        block = workers.take(rows)
        result.feasible[rows[0] : rows[-1] + 1] = feasible_pairs(block, shifts)
        result.score[rows[0] : rows[-1] + 1] = scores(block, shifts, card)
    return result


def blocks(workers: int, shifts: int) -> Iterator[Int64]:
    """Row numbers of successive blocks; nothing where either side is empty."""
    step = max(1, BLOCK_PAIRS // max(1, shifts))
    for first in range(0, workers if shifts else 0, step):
        yield np.arange(first, min(first + step, workers))


def feasible_pairs(workers: WorkerTable, shifts: ShiftTable) -> Bool:
    """True where no hard rule fails, shape (n, J)."""
    fails = np.zeros((len(workers), len(shifts)), dtype=np.bool_)
    for rule in FAILS.values():
        fails |= rule(workers, shifts)
    return np.logical_not(fails, out=fails)


def failing(workers: WorkerTable, shifts: ShiftTable) -> Bool:
    """Which rules fail, shape (rules, n, J), rules in their fixed order."""
    shape = (len(workers), len(shifts))
    return np.array([np.broadcast_to(rule(workers, shifts), shape) for rule in FAILS.values()], dtype=np.bool_)


def scores(workers: WorkerTable, shifts: ShiftTable, card: ScoreCard) -> NDArray[np.int32]:
    """Sum of all factors, shape (n, J)."""
    total = np.zeros((len(workers), len(shifts)), dtype=np.int32)
    for name in FACTORS:
        total += POINTS[name](workers, shifts, card).astype(np.int32)
    return total


def _age_unknown(w: WorkerTable, s: ShiftTable) -> Bool:
    return ~w.birth_known[:, None]


def _under_16(w: WorkerTable, s: ShiftTable) -> Bool:
    return w.birth_known[:, None] & (s.start[None, :] < w.age16_from[:, None])


def _minor_hazard(w: WorkerTable, s: ShiftTable) -> Bool:
    return (w.birth_known[:, None] & s.hazardous[None, :]) & (s.start[None, :] < w.age18_from[:, None])


def _certificate(w: WorkerTable, s: ShiftTable) -> Bool:
    """All asked-for certificates valid through the end: the earliest of their ends must not come before it."""
    distinct, of_shift = _distinct(s.required_certificates)
    earliest = np.full((len(w), len(distinct)), NO_EXPIRY, dtype=np.int64)
    for at, asked in enumerate(distinct):
        if asked.any():
            earliest[:, at] = w.certificate_until[:, asked].min(axis=1)
    return earliest[:, of_shift] < s.end[None, :]


def _skill(w: WorkerTable, s: ShiftTable) -> Bool:
    return _lacking(w.skill_bits, s.required_skills)


def _hours(w: WorkerTable, s: ShiftTable) -> Bool:
    return _lacking(w.available, s.needed_hours)


def _busy(w: WorkerTable, s: ShiftTable) -> Bool:
    return near_busy(w, s, 0)


def near_busy(w: WorkerTable, s: ShiftTable, rest: int) -> Bool:
    """A held shift overlaps, or leaves less than `rest` minutes before or after; exact minutes, half-open."""
    clash = np.zeros((len(w), len(s)), dtype=np.bool_)
    lengths = w.busy.lengths
    holders = np.flatnonzero(lengths)
    if len(holders) and len(s):
        begins, ends = w.busy.values[:, :1] - rest, w.busy.values[:, 1:] + rest
        overlaps = (begins < s.end[None, :]) & (s.start[None, :] < ends)
        clash[holders] = np.logical_or.reduceat(overlaps, w.busy.offsets[holders], axis=0)
    return clash


def _distance(w: WorkerTable, s: ShiftTable) -> Bool:
    """Unknown places and unstated limits pass."""
    limit = w.max_distance_m[:, None]
    too_far: Bool = _squared_metres(w, s) > limit * limit
    limited: Bool = limit != NO_LIMIT
    return too_far & limited & _both_known(w, s)


def _pay(w: WorkerTable, s: ShiftTable) -> Bool:
    return s.pay[None, :] < w.pay_floor[:, None]


def _blocked(w: WorkerTable, s: ShiftTable) -> Bool:
    employers, of_shift = np.unique(s.employer, return_inverse=True)
    blocked = np.zeros((len(w), len(employers)), dtype=np.bool_)
    rows, at, _ = _known_employers(w.blocked_employers.row_of, w.blocked_employers.values, employers)
    blocked[rows, at] = True
    return blocked[:, of_shift]


def _skill_level(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    trades, of_shift = np.unique(s.trade, return_inverse=True)
    points = np.zeros((len(w), len(trades)), dtype=np.int64)
    for at, trade in enumerate(trades.tolist()):
        if trade != ANY_TRADE:
            held = np.zeros(len(w), dtype=np.int64)
            for level in range(BITS_PER_TRADE):
                held += _bit(w.skill_bits, trade * BITS_PER_TRADE + level)
            points[:, at] = np.array([0, *card.level_points], dtype=np.int64)[held]
    return points[:, of_shift]


def _preferred_trade(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    trades, of_shift = np.unique(s.trade, return_inverse=True)
    wished = np.zeros((len(w), len(trades)), dtype=np.int64)
    for at, trade in enumerate(trades.tolist()):
        if trade != ANY_TRADE:
            wished[:, at] = _bit(w.preferred_bits, trade * BITS_PER_TRADE) * card.preferred_trade_points
    return wished[:, of_shift]


def _nearness(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    metres = np.sqrt(_squared_metres(w, s)).astype(np.int64)
    points = np.maximum(card.nearest_points - metres // card.metres_per_point, 0)
    return np.where(_both_known(w, s), points, 0)


def _pay_margin(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    floor = np.where(w.pay_floor > 0, w.pay_floor, card.pay_reference)
    margin = np.maximum(s.pay[None, :] - floor[:, None], 0)
    points: Int64 = np.minimum(margin * card.pay_points_per_yuan // FEN_PER_YUAN, card.pay_cap_points)
    return points


def _waiting(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    return np.minimum(w.days_waiting, card.waiting_cap_days)[:, None] * card.waiting_points_per_day


def _reliability(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    value = np.where(w.reliability == UNKNOWN_RELIABILITY, card.reliability_assumed, w.reliability)
    return value[:, None] * card.reliability_points


def _worked_before(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    employers, of_shift = np.unique(s.employer, return_inverse=True)
    points = np.zeros((len(w), len(employers)), dtype=np.int64)
    rows, at, known = _known_employers(w.worked_well.row_of, w.worked_well.values, employers)
    points[rows, at] = np.minimum(w.worked_well.values[known, 1], card.worked_before_cap_points)
    return points[:, of_shift]


def _tier(w: WorkerTable, s: ShiftTable, card: ScoreCard) -> Int64:
    return np.minimum(w.tier_points, card.tier_cap_points)[:, None]


FAILS: dict[str, Callable[[WorkerTable, ShiftTable], Bool]] = {
    "age_unknown": _age_unknown,
    "under_16": _under_16,
    "minor_hazard": _minor_hazard,
    "certificate": _certificate,
    "skill": _skill,
    "hours": _hours,
    "busy": _busy,
    "distance": _distance,
    "pay": _pay,
    "blocked": _blocked,
}

POINTS: dict[str, Callable[[WorkerTable, ShiftTable, ScoreCard], Int64]] = {
    "skill_level": _skill_level,
    "preferred_trade": _preferred_trade,
    "distance": _nearness,
    "pay": _pay_margin,
    "waiting": _waiting,
    "reliability": _reliability,
    "worked_before": _worked_before,
    "tier": _tier,
}


def _distinct(rows: NDArray[Signature]) -> tuple[NDArray[Signature], Int64]:
    """The different rows, and which of them each row is."""
    if not rows.size:
        return rows[:1], np.zeros(len(rows), dtype=np.int64)
    first, of_row = np.unique(rows, axis=0, return_index=True, return_inverse=True)[1:]
    return rows[first], of_row.reshape(-1)


def _lacking(held: Words, required: Words) -> Bool:
    """True where some required bit is not held, shape (n, J)."""
    distinct, of_shift = _distinct(required)
    lacks = np.zeros((len(held), len(distinct)), dtype=np.bool_)
    for word in range(held.shape[1]):
        lacks |= (distinct[None, :, word] & ~held[:, None, word]) != 0
    return lacks[:, of_shift]


def _bit(words: Words, bit: int) -> Int64:
    return ((words[:, bit // WORD_BITS] >> np.uint64(bit % WORD_BITS)) & ONE).astype(np.int64)


def _both_known(w: WorkerTable, s: ShiftTable) -> Bool:
    return w.place_known[:, None] & s.place_known[None, :]


def _squared_metres(w: WorkerTable, s: ShiftTable) -> Int64:
    dx = w.x[:, None] - s.x[None, :]
    dy = w.y[:, None] - s.y[None, :]
    return dx * dx + dy * dy


def _known_employers(rows: Int64, values: Int64, employers: Int64) -> tuple[Int64, Int64, Bool]:
    """(row, position among `employers`) of the listed employers found there, and which of the values those are."""
    if not len(employers):
        return rows[:0], rows[:0], np.zeros(len(rows), dtype=np.bool_)
    at = np.minimum(np.searchsorted(employers, values[:, 0]), len(employers) - 1)
    known = employers[at] == values[:, 0]
    return rows[known], at[known], known
