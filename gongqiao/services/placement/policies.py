"""In which order people are offered work: pure functions of a snapshot, so that any day can be replayed from its log.

queue: in turn, each takes the best that is left for him; lottery: the same in an order drawn from a public seed;
first_come: who put his name down first; score: the plan of the day with its proof. Suggestions are ranked by score
less the crowding price, so that exposure spreads over employers (engines.matching.crowding). A shift that would not
take place with those it gets is given nobody, whatever the policy.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching import Market, PlanRules
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.services.placement.snapshot import Snapshot

MOST_SHIFTS_A_DAY = 2
Pair = tuple[int, int]  # worker, shift


@dataclass(frozen=True)
class Dispatch:
    """Pairs (worker, shift) in the order in which they were given; bound and gap where the policy proves them."""

    pairs: tuple[tuple[int, int], ...]
    gap: float | None = None


def dispatch(snapshot: Snapshot, market: Market, policy: DispatchPolicy, seed: str) -> Dispatch:
    """Same snapshot, policy and seed: same pairs."""
    if policy == DispatchPolicy.FIRST_COME:
        return Dispatch(_enough_or_nobody(market, lambda without: _first_come(snapshot, market, without)))
    if policy == DispatchPolicy.SCORE:
        plan = market.plan(PlanRules())
        return Dispatch(plan.assignments, plan.gap)
    order = order_of(snapshot, policy, seed)
    return Dispatch(_enough_or_nobody(market, lambda without: _in_turn(order, market, without)))


def _enough_or_nobody(market: Market, give: Callable[[set[int]], Iterable[Pair]]) -> tuple[Pair, ...]:
    """Seats given out again without the shift furthest from the people it needs to take place, until none is short.

    Whoever held a seat there has his turn at the others, as if it had never been open.
    """
    without: set[int] = set()
    while True:
        pairs = tuple(give(without))
        given = np.array([shift for _worker, shift in pairs], dtype=np.int64)
        short = market.shifts.short_of(
            np.bincount(np.searchsorted(market.shifts.id, given), minlength=len(market.shifts))
        )
        if not len(short):
            return pairs
        without.add(int(short[0]))


def order_of(snapshot: Snapshot, policy: DispatchPolicy, seed: str) -> list[int]:
    """In which order people have their turn, where the policy has one."""
    if policy == DispatchPolicy.LOTTERY:
        numbers = snapshot.file_numbers()

        def draw(worker: int) -> str:
            return drawn(seed, numbers.get(worker, worker))

        return sorted(snapshot.order, key=draw)
    return snapshot.order if policy == DispatchPolicy.QUEUE else []


def drawn(seed: str, number: int) -> str:
    """The public lottery, smallest first: anybody can work out his own place from the seed and his file number."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


class _Board:
    """Seats left and hours taken while the seats are given out; `without` the shifts at these places."""

    def __init__(self, market: Market, without: set[int]) -> None:
        matrix = market.matrix()
        self.rows = {int(worker): i for i, worker in enumerate(matrix.worker_ids)}
        self.columns = {int(shift): j for j, shift in enumerate(matrix.shift_ids)}
        self.shifts = matrix.shift_ids
        self.feasible = matrix.feasible
        crowding = market.crowding()
        prices = np.array([crowding[int(shift)].price for shift in matrix.shift_ids], dtype=np.int64)
        self.value = matrix.score.astype(np.int64) - prices[None, :] if len(prices) else matrix.score
        self.seats = market.shifts.seats.copy()
        self.seats[list(without)] = 0
        self.start, self.end = market.shifts.start, market.shifts.end
        self.taken: dict[int, list[int]] = {}

    def free_for(self, worker: int) -> NDArray[np.bool_]:
        """Which shifts this worker may still take."""
        open_now = self.feasible[self.rows[worker]] & (self.seats > 0)
        for held in self.taken.get(worker, ()):
            open_now &= (self.end <= self.start[held]) | (self.start >= self.end[held])
        return np.asarray(open_now, dtype=np.bool_)

    def give(self, worker: int, column: int) -> tuple[int, int]:
        self.seats[column] -= 1
        self.taken.setdefault(worker, []).append(column)
        return worker, int(self.shifts[column])


def _in_turn(order: list[int], market: Market, without: set[int]) -> Iterable[Pair]:
    """Everybody once, then those in turn again while seats are left: nobody has two before all had their turn."""
    board = _Board(market, without)
    for _round in range(MOST_SHIFTS_A_DAY):
        for worker in order:
            if not board.seats.any():
                return
            open_now = board.free_for(worker)
            if open_now.any():
                value = np.where(open_now, board.value[board.rows[worker]], np.iinfo(np.int64).min)
                yield board.give(worker, int(value.argmax()))


def _first_come(snapshot: Snapshot, market: Market, without: set[int]) -> Iterable[Pair]:
    board = _Board(market, without)
    for _minute, worker, shift in snapshot.applied:
        column = board.columns.get(shift)
        if column is not None and worker in board.rows and board.free_for(worker)[column]:
            yield board.give(worker, column)
