"""The plan of the day for a whole city: candidates from both sides, a solver that fits, and a bound for the market.

Candidates are each worker's twenty best shifts and each shift's thirty best workers; either side alone loses five to
eight per cent of the value. One shift each, or shifts that fall into parts, are a flow and solved exactly; else an
auction of sets, polished by a linear program. A bound over candidates is no bound for the market, so pairs that the
prices leave with a gain are looked for among all pairs ("pricing out"), brought in, and the plan is made again.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast import flow
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, Hall, Sold
from gongqiao.engines.matching.fast.bidding import NO_HOURS
from gongqiao.engines.matching.fast.city import City, Picks, Prices
from gongqiao.engines.matching.fast.graph import Graph, Groups, Pairs, graph_of
from gongqiao.engines.matching.fast.polish import is_installed, polish
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable

K_SHIFTS, K_WORKERS = 20, 30
K_PRICED, LONGER = 32, 4
MOST_LISTED = 50_000_000  # entries of lists while pricing out: 1.2 GB


class Planned(NamedTuple):
    """worker, shift (n,) rows; value, bound in points; price (J,) points of one more seat; how it was found."""

    worker: Int64
    shift: Int64
    value: int
    bound: int
    price: Int64
    method: str


class _Plan(NamedTuple):
    """sold.bound and sold.price are in parts of a point, `scale` parts to a point."""

    graph: Graph
    sold: Sold
    scale: int
    method: str


def day_plan(city: City, workers: WorkerTable, shifts: ShiftTable, rules: PlanRules) -> Planned:
    """Rounds of solving and pricing out; the best plan and the lowest market-wide bound seen."""
    maker = _Maker(city, workers, shifts, rules)
    pairs, best, bound = maker.candidates(), None, None
    for _ in range(max(1, rules.pricing_rounds)):
        plan = maker.solved(pairs)
        missing, lost = maker.priced_out(plan, pairs)
        pairs = pairs.joined(missing)
        whole = maker.bound(pairs, plan) // plan.scale + lost
        bound = whole if bound is None else min(bound, whole)
        if best is None or maker.value(plan) > maker.value(best):
            best = plan
        if not len(missing.worker) or bound == maker.value(best):
            break
    assert best is not None, "at least one round is made"
    assert bound is not None, "at least one round is made"
    taken = best.sold.taken
    shift = maker.groups.shift[best.graph.group[taken]]
    price = maker.price_of_shifts(-(-best.sold.price // best.scale))
    return Planned(best.graph.owner[taken], shift, maker.value(best), max(bound, maker.value(best)), price, best.method)


class _Maker:
    """The market, the rules and the groups of seats they make."""

    def __init__(self, city: City, workers: WorkerTable, shifts: ShiftTable, rules: PlanRules) -> None:
        self.city, self.workers, self.shifts, self.rules = city, workers, shifts, rules
        self.groups = groups_of(shifts.seats, rules)
        self.priority = (workers.tier_points > 0).astype(np.int64)
        self.hours = NO_HOURS if rules.max_minutes_per_worker is None else rules.max_minutes_per_worker
        self.last = np.zeros(len(self.groups.shift), dtype=np.int64)

    def candidates(self) -> Pairs:
        k_shifts, k_workers = min(K_SHIFTS, len(self.shifts)), min(K_WORKERS, len(self.workers))
        mine, theirs = self.city.all_lists(k_shifts, k_workers)
        return self._allowed(self._of_workers(mine).joined(self._of_shifts(theirs)))

    def _of_workers(self, picks: Picks, free: Int64 | None = None) -> Pairs:
        """`free` (J,): what was taken off the scores."""
        worker, at = np.nonzero(picks.ids >= 0)
        shift = np.searchsorted(self.shifts.id, picks.ids[worker, at])
        score = picks.values[worker, at] + (0 if free is None else free[shift])
        return Pairs(worker.astype(np.int64), shift.astype(np.int64), score)

    def _of_shifts(self, picks: Picks) -> Pairs:
        shift, at = np.nonzero(picks.ids >= 0)
        worker = np.searchsorted(self.workers.id, picks.ids[shift, at])
        return Pairs(worker.astype(np.int64), shift.astype(np.int64), picks.values[shift, at])

    def _allowed(self, pairs: Pairs) -> Pairs:
        """Without pairs that leave too little rest beside a shift already held, or are too long by themselves."""
        start, end, rest = self.shifts.start[pairs.shift], self.shifts.end[pairs.shift], self.rules.min_rest_minutes
        good = end - start <= self.hours
        offsets, spans = self.workers.busy.offsets, self.workers.busy.values
        for nth in range(int(self.workers.busy.lengths.max(initial=0)) if rest else 0):
            has = np.flatnonzero(self.workers.busy.lengths[pairs.worker] > nth)
            span = spans[offsets[pairs.worker[has]] + nth]
            good[has] &= (span[:, 0] - rest >= end[has]) | (span[:, 1] + rest <= start[has])
        return Pairs(pairs.worker[good], pairs.shift[good], pairs.score[good])

    def graph(self, pairs: Pairs) -> Graph:
        return graph_of(
            pairs, len(self.workers), self.groups, self.priority, self.rules.fill_points, self.shifts.start,
            self.shifts.end, self.rules.min_rest_minutes,
        )  # fmt: skip

    def solved(self, pairs: Pairs) -> _Plan:
        """By flow where it is one, else by auction and linear program; opens at the prices of the last round."""
        graph, most, rest = self.graph(pairs), self.rules.max_shifts_per_worker, self.rules.min_rest_minutes
        hall = Hall(graph, self.groups.seats, most, self.hours)
        sold = hall.sell(self.last)
        self.last = sold.price
        part = flow.parts(graph, rest, most) if most == 1 or self.hours == NO_HOURS else None
        if part is not None and len(graph.group):
            exact = flow.exact_plan(graph, self.groups.seats, part, most, sold.price)
            return _Plan(graph, Sold(exact.taken, exact.price, 0), exact.scale, "flow")
        if is_installed() and hall.value(sold.taken) * PARTS_OF_A_POINT < sold.bound:
            sold = polish(hall, sold, rest, self.rules.polish_steps)
            return _Plan(graph, sold, PARTS_OF_A_POINT, "auction and linear program")
        return _Plan(graph, sold, PARTS_OF_A_POINT, "auction")

    def value(self, plan: _Plan) -> int:
        return int(plan.graph.worth[plan.sold.taken].sum())

    def priced_out(self, plan: _Plan, pairs: Pairs) -> tuple[Pairs, int]:
        """(pairs outside the candidates that the prices leave with a gain, most points that pairs not seen could add).

        A worker whose list is full may have further pairs, none worth more than its last; he takes at most so many.
        """
        g = self.groups
        least_price = -(-plan.sold.price // plan.scale) - 1 - g.to_all - g.to_priority - self.rules.fill_points
        price = np.full(len(self.shifts), np.iinfo(np.int64).max, dtype=np.int64)
        np.minimum.at(price, g.shift, least_price)
        prices = self.city.prices(self.shifts.id, price)
        picks, full = self._worth_more(prices)
        lost = int(picks.values[full, -1].sum()) * self.rules.max_shifts_per_worker if full.any() else 0
        found, width = self._allowed(self._of_workers(picks, price)), len(self.shifts)
        known = np.isin(found.worker * width + found.shift, pairs.worker * width + pairs.shift)
        return Pairs(found.worker[~known], found.shift[~known], found.score[~known]), lost

    def _worth_more(self, prices: Prices) -> tuple[Picks, Bool]:
        """(all pairs worth more than these prices, whose lists are full), in longer lists as long as memory allows."""
        k, jobs = min(K_PRICED, len(self.shifts)), len(self.shifts)
        while True:
            picks = self.city.all_lists(k, 0, prices, least=0)[0]
            full = picks.ids[:, -1] >= 0 if 0 < k < jobs else np.zeros(len(picks.ids), dtype=np.bool_)
            if not full.any() or len(full) * k * LONGER > MOST_LISTED:
                return picks, full
            k = min(k * LONGER, jobs)

    def bound(self, pairs: Pairs, plan: _Plan) -> int:
        """At the plan's prices over these pairs, in parts of a point."""
        graph = self.graph(pairs)
        hall = Hall(graph, self.groups.seats, self.rules.max_shifts_per_worker, self.hours)
        hall.worth = graph.worth * plan.scale
        return hall.bound(plan.sold.price)

    def price_of_shifts(self, price: Int64) -> Int64:
        """(J,) what one more seat is worth at most: the price of its last group, which asks least."""
        last = np.searchsorted(self.groups.shift, np.arange(len(self.shifts)), side="right") - 1
        return price[last] if len(price) else price


def groups_of(seats: Int64, rules: PlanRules) -> Groups:
    """Reserved seats, first seats, and the others; only those there are."""
    reserved = seats * rules.reserved_percent // 100
    first = np.minimum(rules.first_seats, seats - reserved)
    sizes = np.column_stack([reserved, first, seats - reserved - first])
    shift, kind = np.nonzero(sizes)
    points = np.array([[0, rules.reserved_points], [rules.first_points, 0], [0, 0]], dtype=np.int64)
    return Groups(shift.astype(np.int64), sizes[shift, kind], points[kind, 0], points[kind, 1])
