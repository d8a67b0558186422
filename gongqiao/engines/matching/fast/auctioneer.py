"""Phases of the auction of sets, the plan and the prices that come out of them."""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast import bidding
from gongqiao.engines.matching.fast.graph import Graph

PARTS_OF_A_POINT = 16
STEPS = (16_384, 4096, 1024, 256, 64, 16, 4, 1)  # in parts of a point
TURNS_PER_WORKER = 30
MOST_PASSES = 20


class Sold(NamedTuple):
    """taken (E,) edges that form a plan; price (G,) and bound in parts of a point."""

    taken: Bool
    price: Int64
    bound: int


class Hall:
    """One graph, its seats (G,), and the memory that all steps share. `most` shifts a worker, `hours` (W,) minutes."""

    def __init__(self, graph: Graph, seats: Int64, most: int, hours: Int64 | None = None) -> None:
        self.graph, self.seats, self.most = graph, seats, most
        self.hours = bidding.no_hours(len(graph.first) - 1) if hours is None else hours
        self.worth = graph.worth * PARTS_OF_A_POINT
        self.scratch = bidding.scratch_for(graph, most)
        self.gains = np.empty(len(graph.first) - 1, dtype=np.int64)

    def bound(self, price: Int64) -> int:
        """No plan on these edges is worth more, in parts of a point; any prices >= 0 prove one."""
        return self.asked(price) + int((price * self.seats).sum())

    def asked(self, price: Int64) -> int:
        """What all workers gain by their best sets at these prices, at most; `gains` (W,) each one's."""
        g = self.graph
        limits = g.length, self.hours, self.most
        best: int = bidding.proved(g.first, g.group, self.worth, g.before, price, *limits, *self.scratch, self.gains)
        return best

    def sell(self, opening: Int64, steps: tuple[int, ...] = STEPS) -> Sold:
        """All phases; each opens a step below the prices of the one before. The best plan and the best bound seen."""
        g, groups, workers = self.graph, len(self.seats), len(self.gains)
        first = np.zeros(groups + 1, dtype=np.int64)
        np.cumsum(np.minimum(self.seats, len(g.group) + 1), out=first[1:])
        book, held = np.empty((int(first[-1]), 2), dtype=np.int64), np.zeros(groups, dtype=np.int64)
        paid, queue = np.empty(len(g.group), dtype=np.int64), np.empty(workers, dtype=np.int64)
        waits, ask = np.zeros(workers, dtype=np.bool_), opening.copy()
        best = Sold(np.zeros(len(g.group), dtype=np.bool_), opening, self.bound(opening))
        for step in steps:
            bidding.bid_in_turn(
                g.first, g.group, self.worth, g.owner, g.before, first, step, g.length, self.hours, self.most,
                TURNS_PER_WORKER * workers, ask, book, held, paid, queue, waits, *self.scratch,
            )  # fmt: skip
            # A full group costs its lowest bid, one with seats left what is asked for them: that bounds best.
            price = np.where(held == self.seats, np.maximum(ask - step, 0), ask)
            best = self.better(best, paid != bidding.FREE, price)
            ask = np.maximum(price - step, 0)
        return best

    def better(self, best: Sold, taken: Bool, price: Int64) -> Sold:
        """The better of two plans, once the second is improved by hand, with the better of their bounds."""
        taken, bound = self.improved(taken), self.bound(price)
        kept = taken if self.value(taken) > self.value(best.taken) else best.taken
        return Sold(kept, price, bound) if bound < best.bound else Sold(kept, best.price, best.bound)

    def value(self, taken: Bool) -> int:
        """In points."""
        return int(self.graph.worth[taken].sum())

    def improved(self, taken: Bool) -> Bool:
        """Each worker in turn takes the best of his own and the free seats, until nobody gains."""
        g, taken = self.graph, taken.copy()
        free = self.seats - np.bincount(g.group[taken], minlength=len(self.seats))
        limits = g.length, self.hours, self.most
        bidding.improve(g.first, g.group, g.worth, g.before, *limits, MOST_PASSES, taken, free, *self.scratch)
        return taken

    def regrets(self, price: Int64) -> Int64:
        """(E,) parts of a point a worker loses at these prices by a set with this edge, however many he may hold."""
        self.bound(price)
        g = self.graph
        regret = np.empty(len(g.group), dtype=np.int64)
        forward, backward, room = (np.empty(g.longest + 2, dtype=np.int64) for _ in range(3))
        bidding.regrets(g.first, g.group, self.worth, g.before, price, self.gains, forward, backward, room, regret)
        return regret
