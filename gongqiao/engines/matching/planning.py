"""The plan of the day: fill the seats together, and prove how good the plan is.

One shift per worker is a transportation problem, solved by auction. Several non-overlapping shifts per worker are
NP-hard together (interval scheduling with qualifications: Kolen, Lenstra, Papadimitriou and Spieksma, Naval Research
Logistics 54, 2007), so the plan is then found by an auction per worker and day, repaired, and improved one worker at a
time; an auction of whole sets that opens near the prices of the bound tries to do better.
A shift short of its minimum is left out and the plan made again; the bound lets it take place with any number.
Either way the answer carries an upper bound over all feasible pairs (`intervals.py`), tightened by subgradient steps
(Held, Wolfe and Crowder, Mathematical Programming 6, 1974); the gap is what may at most have been missed.
"""

from dataclasses import dataclass, replace

import numpy as np

from gongqiao.engines.matching.auction import NO_SHIFT, sell
from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.horizon import MINUTES_PER_DAY
from gongqiao.engines.matching.intervals import Order, demand, order_by_end
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.response import Held, bid_for_packages, improve, packages
from gongqiao.engines.matching.scan import Scan, blocks, near_busy
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable

MOST_ROUNDS = 20_000
GOOD_GAP = 0.0001
PACKAGE_STEPS = 256
OPENING_STEPS = 4
LARGEST_SUM = 2**60


@dataclass(frozen=True)
class DayPlan:
    """assignments: (worker id, shift id), ascending; unfilled: shift id -> seats left over. below_minimum: shifts
    that get nobody because they would take place only with more people than come -> how many they need.

    value = sum of score + fill_points (+ points of reserved and first seats); no plan under these rules is worth more
    than bound, whatever pairs it uses; gap = (bound - value) / bound. scarcity: shift id -> points one more seat there
    adds at most to the bound that prices prove (an integer program may have lowered it since). `method`: how the
    plan was found.
    """

    assignments: tuple[tuple[int, int], ...]
    unfilled: dict[int, int]
    below_minimum: dict[int, int]
    value: int
    bound: int
    gap: float
    scarcity: dict[int, int]
    method: str


def plan(pairs: Scan, workers: WorkerTable, shifts: ShiftTable, rules: PlanRules) -> DayPlan:
    """The best plan found, with its proof."""
    plain = _worth(pairs, workers, shifts, rules)
    plain[:, (plain > 0).sum(axis=0) < shifts.least] = 0  # no plan has a shift that has not its people
    scale = _scale(plain, shifts.seats)
    worth = plain * scale
    order = order_by_end(shifts.start, shifts.end, rules.min_rest_minutes, rules.max_shifts_per_worker)
    held, price, bound = _proved(worth, shifts, rules, order)
    while len(short := shifts.short_of(_given(held, len(shifts)))):
        worth[:, short[: -(-len(short) // 2)]] = 0  # the half that lacks most does not take place
        held = _proved(worth, shifts, rules, order)[0]
    pairs_held = [(i, j) for i, mine in enumerate(held) for j in mine]
    rows = np.array(pairs_held, dtype=np.int64).reshape(len(pairs_held), 2)
    return answer(workers, shifts, rows, _value(plain, held), bound // scale, -(-price // scale), "auction")


def _proved(worth: Int64, shifts: ShiftTable, rules: PlanRules, order: Order) -> tuple[Held, Int64, int]:
    """(sets that the workers hold, prices, the bound these prove)."""
    price, won = _auctioned(worth, shifts, rules)
    held = packages(worth, won, order)
    improve(worth, held, shifts.seats, order)
    price, bound = _tightened(worth, shifts.seats, price, _value(worth, held), order, rules.bound_steps)
    if rules.max_shifts_per_worker > 1 and bound - _value(worth, held) > GOOD_GAP * bound:
        held = max(held, _package_auctioned(worth, shifts.seats, price, order), key=lambda h: _value(worth, h))
    return held, price, bound


def _given(held: Held, shifts: int) -> Int64:
    """(J,) people each shift is given."""
    return np.bincount(np.array([j for mine in held for j in mine], dtype=np.int64), minlength=shifts)


def _scale(worth: Int64, seats: Int64) -> int:
    """So many parts of a point that all bidding steps together stay below one point: a finished auction is exact."""
    sold = min(len(worth), int(seats.sum()))
    room = LARGEST_SUM // max(1, int(worth.max(initial=0)) * (len(worth) + int(seats.sum())))
    return max(1, min(sold + 1, room))


def _value(worth: Int64, held: Held) -> int:
    return sum(int(worth[i, mine].sum()) for i, mine in enumerate(held) if mine)


def _package_auctioned(worth: Int64, seats: Int64, price: Int64, order: Order) -> Held:
    """Open a little below the prices of the bound, let sets be bid for, then fill what is left."""
    eps = max(1, int(worth.max(initial=0)) // PACKAGE_STEPS)
    held = bid_for_packages(worth, seats, np.maximum(price - OPENING_STEPS * eps, 0), order, eps)
    improve(worth, held, seats, order)
    return held


def _worth(pairs: Scan, workers: WorkerTable, shifts: ShiftTable, rules: PlanRules) -> Int64:
    """(W, J): score + fill_points where allowed, else 0."""
    allowed = pairs.feasible.copy()
    if rules.min_rest_minutes:
        for rows in blocks(*allowed.shape):
            allowed[rows] &= ~near_busy(workers.take(rows), shifts, rules.min_rest_minutes)
    return np.where(allowed, pairs.score.astype(np.int64) + rules.fill_points, 0)


def _auctioned(worth: Int64, shifts: ShiftTable, rules: PlanRules) -> tuple[Int64, Bool]:
    """Prices, and who won what (W, J): one bidder per worker, or per worker and day where he may hold several."""
    day = shifts.start // MINUTES_PER_DAY
    won = np.zeros(worth.shape, dtype=np.bool_)
    price = np.zeros(len(shifts), dtype=np.int64)
    several = rules.max_shifts_per_worker > 1
    for columns in [np.flatnonzero(day == d) for d in np.unique(day)] if several else [np.arange(len(shifts))]:
        values, shift = _candidates(worth[:, columns])
        sale = sell(values, shift, shifts.seats[columns], eps=1, most_rounds=MOST_ROUNDS)
        price[columns] = sale.price
        winners = np.flatnonzero(sale.shift_of != NO_SHIFT)
        won[winners, columns[sale.shift_of[winners]]] = True
    return price, won


def _candidates(worth: Int64) -> tuple[Int64, Int64]:
    """All allowed pairs, as (values, shift) padded to the longest list."""
    allowed = worth > 0
    longest = int(allowed.sum(axis=1).max(initial=0))
    shift = np.argsort(~allowed, axis=1, kind="stable")[:, :longest]
    return np.take_along_axis(worth, shift, axis=1), shift


def _tightened(worth: Int64, seats: Int64, price: Int64, value: int, order: Order, steps: int) -> tuple[Int64, int]:
    """The lowest bound seen and its prices: Polyak steps towards the value of the plan in hand, prices kept whole."""
    best_price, best_bound, pace, since = price, None, 1.0, 0
    for _ in range(steps + 1):
        found = demand(worth, price, order)
        bound = found.best + int((seats * price).sum())
        if best_bound is None or bound < best_bound:
            best_price, best_bound, since = price, bound, 0
        else:
            since += 1
        if best_bound - value <= GOOD_GAP * best_bound:
            break
        if since >= 5:
            price, pace, since = best_price, pace / 2, 0
            continue
        slack = seats - found.wanted
        slack[(price == 0) & (slack > 0)] = 0
        length = int((slack * slack).sum())
        if not length:
            break
        step = pace * (bound - value) / length
        price = np.maximum(0, np.rint(price - step * slack)).astype(np.int64)
    return best_price, best_bound or 0


def bounded(found: DayPlan, bound: int) -> DayPlan:
    """The same plan under a lower bound."""
    return replace(found, bound=bound, gap=_gap(found.value, bound))


def _gap(value: int, bound: int) -> float:
    return (bound - value) / bound if bound else 0.0


def answer(
    workers: WorkerTable, shifts: ShiftTable, rows: Int64, value: int, bound: int, price: Int64, method: str
) -> DayPlan:
    """rows (n, 2): worker and shift of each assignment; price (J,) points."""
    given = np.bincount(rows[:, 1], minlength=len(shifts))
    left, empty = shifts.seats - given, np.flatnonzero((given == 0) & (shifts.least > 0))
    pairs = zip(workers.id[rows[:, 0]].tolist(), shifts.id[rows[:, 1]].tolist(), strict=True)
    return DayPlan(
        assignments=tuple(sorted(pairs)),
        unfilled={int(shift): int(n) for shift, n in zip(shifts.id, left, strict=True) if n},
        below_minimum={int(shifts.id[j]): int(shifts.least[j]) for j in empty},
        value=value,
        bound=bound,
        gap=_gap(value, bound),
        scarcity={int(shift): int(points) for shift, points in zip(shifts.id, price, strict=True)},
        method=method,
    )
