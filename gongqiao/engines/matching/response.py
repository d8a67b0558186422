"""One worker's best answer to prices or to free seats, and the two ways a plan is built from such answers in turn."""

from bisect import bisect_right
from collections import deque
from heapq import heappop, heappush

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.intervals import Order

MOST_PASSES = 20
BIDS_PER_SEAT = 200
Held = list[list[int]]


def packages(worth: Int64, won: Bool, order: Order) -> Held:
    """Per worker the best part of what he won that obeys his own limits; worth, won (W, J)."""
    held: Held = [[] for _ in range(len(worth))]
    for i in np.flatnonzero(won.any(axis=1)).tolist():
        held[i] = best_package(worth[i], won[i], order)
    return held


def improve(worth: Int64, held: Held, seats: Int64, order: Order) -> None:
    """Let each worker in turn take his best set among his own and the free seats, until nobody gains; in place.

    Each change raises the value of the plan by a whole number, so it ends; at most 20 passes are made.
    """
    free = seats.copy()
    for mine in held:
        free[mine] -= 1
    for _ in range(MOST_PASSES):
        changed = False
        for i in np.flatnonzero((worth[:, free > 0] > 0).any(axis=1)).tolist():
            reach = (free > 0) & (worth[i] > 0)
            reach[held[i]] = True
            better = best_package(worth[i], reach, order)
            if worth[i, better].sum() > worth[i, held[i]].sum():
                free[held[i]] += 1
                free[better] -= 1
                held[i], changed = better, True
        if not changed:
            return


def bid_for_packages(worth: Int64, seats: Int64, opening: Int64, order: Order, eps: int) -> Held:
    """Auction of sets: each worker in turn asks for his best set at today's prices and outbids the cheapest holders.

    opening (J,) the price a seat starts at. Prices never fall, so it ends; sets are not gross substitutes, so the
    result has no guarantee of its own: the bound of the plan judges it. At most 200 turns per seat are taken.
    """
    desk = _Desk(worth, seats, opening, order, eps)
    queue = deque(range(len(worth)))
    for _ in range(len(worth) + BIDS_PER_SEAT * int(seats.sum())):
        if not queue:
            break
        queue.extend(desk.turn(queue.popleft()))
    return [sorted(mine) for mine in desk.held]


class _Desk:
    """Who holds which seat at what price. `books[j]` is a heap of (price paid, worker)."""

    def __init__(self, worth: Int64, seats: Int64, opening: Int64, order: Order, eps: int) -> None:
        ordered = worth[:, order.shift]
        self.ranks = [np.flatnonzero(row > 0).tolist() for row in ordered]
        self.worth = [row[ranks].tolist() for row, ranks in zip(ordered, self.ranks, strict=True)]
        self.shift, self.before = order.shift.tolist(), order.before.tolist()
        self.k, self.eps = order.k, eps
        self.seats, self.ask = seats.tolist(), opening.tolist()
        self.books: list[list[tuple[int, int]]] = [[] for _ in self.seats]
        self.held: list[dict[int, int]] = [{} for _ in worth]

    def turn(self, worker: int) -> list[int]:
        """The worker's new set; returns those who lost a seat to him."""
        mine = self.held[worker]
        ranks, gains = [], []
        for rank, points in zip(self.ranks[worker], self.worth[worker], strict=True):
            j = self.shift[rank]
            gain = points - (mine[j] if j in mine else self.ask[j])
            if gain > 0:
                ranks.append(rank)
                gains.append(gain)
        wanted = {self.shift[rank] for rank in best_set(ranks, gains, self.before, self.k)}
        for j in [j for j in mine if j not in wanted]:
            self._give_back(worker, j)
        return [loser for j in sorted(wanted - mine.keys()) if (loser := self._take(worker, j)) is not None]

    def _give_back(self, worker: int, j: int) -> None:
        """The seat is offered again at what was paid for it."""
        paid = self.held[worker].pop(j)
        self.books[j] = sorted(set(self.books[j]) - {(paid, worker)})
        self.ask[j] = paid

    def _take(self, worker: int, j: int) -> int | None:
        loser = None
        if len(self.books[j]) == self.seats[j]:
            _, loser = heappop(self.books[j])
            del self.held[loser][j]
        heappush(self.books[j], (self.ask[j], worker))
        self.held[worker][j] = self.ask[j]
        if len(self.books[j]) == self.seats[j]:
            self.ask[j] = self.books[j][0][0] + self.eps
        return loser


def best_package(worth: Int64, reach: Bool, order: Order) -> list[int]:
    """Positions of the best set of at most k shifts that go together; worth, reach (J,)."""
    ranks = np.flatnonzero(reach[order.shift]).tolist()
    chosen = best_set(ranks, worth[order.shift[ranks]].tolist(), order.before.tolist(), order.k)
    return [int(order.shift[rank]) for rank in chosen]


def best_set(ranks: list[int], gains: list[int], before: list[int], k: int) -> list[int]:
    """Weighted interval scheduling with at most k choices: ranks (in order of end) of the best set."""
    fits = [bisect_right(ranks, before[rank] - 1) for rank in ranks]
    rows = [[0] * (len(ranks) + 1)]
    for _ in range(min(k, len(ranks))):
        above, row = rows[-1], [0]
        for i, gain in enumerate(gains):
            row.append(max(row[i], above[fits[i]] + gain))
        rows.append(row)
    chosen, i, c = [], len(ranks), len(rows) - 1
    while i and c:
        if rows[c][i] != rows[c][i - 1]:
            chosen.append(ranks[i - 1])
            i, c = fits[i - 1], c - 1
        else:
            i -= 1
    return chosen
