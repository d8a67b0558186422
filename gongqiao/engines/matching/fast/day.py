"""One day to be planned: the market, the rules, the groups of seats they make, and the pairs that may be used."""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.bidding import no_hours
from gongqiao.engines.matching.fast.city import City, Picks
from gongqiao.engines.matching.fast.graph import Graph, Groups, Pairs, graph_of
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable

K_SHIFTS, K_WORKERS, K_IDLE = 20, 30, 20


class Plan(NamedTuple):
    """taken (E,) edges of the graph; price (G,) in parts of a point, `scale` parts to a point; how it was found."""

    graph: Graph
    taken: Bool
    price: Int64
    scale: int
    method: str

    @property
    def value(self) -> int:
        """In points."""
        return int(self.graph.worth[self.taken].sum())


class Day:
    """`groups` of seats; `priority` (W,) 0 or 1; `hours` (W,) minutes each may work;
    `least` (J,) people a shift needs to take place, 0 = any; `hopeless` (J,) shifts that have not so many."""

    def __init__(
        self,
        city: City,
        workers: WorkerTable,
        shifts: ShiftTable,
        rules: PlanRules,
        horizon: Horizon,
        hopeless: Bool | None = None,
    ) -> None:
        self.city, self.workers, self.shifts, self.rules, self.horizon = city, workers, shifts, rules, horizon
        self.groups = groups_of(shifts.seats, rules)
        self.priority = (workers.tier_points > 0).astype(np.int64)
        self.hours = _hours(workers, rules)
        self.least = shifts.least
        self.hopeless = np.zeros(len(shifts), dtype=np.bool_) if hopeless is None else hopeless

    def among(self, rows: Int64) -> "Day":
        """The same shifts before only these workers."""
        people = self.workers.take(rows)
        city = City.of(people, self.shifts, self.city.card, self.horizon, self.city.threads)
        return Day(city, people, self.shifts, self.rules, self.horizon, self.hopeless)

    def without_hopeless(self) -> "Day":
        """The same without the shifts for which fewer people are feasible than they need: no plan has them."""
        if not self.least.any():
            return self
        most = min(int(self.least.max()), len(self.workers))
        found = (self.city.all_lists(0, most)[1].ids >= 0).sum(axis=1)
        return Day(self.city, self.workers, self.shifts, self.rules, self.horizon, found < self.least)

    def candidates(self) -> Pairs:
        """Each worker's best shifts and each shift's best workers; either alone loses five to eight per cent."""
        k_shifts, k_workers = min(K_SHIFTS, len(self.shifts)), min(K_WORKERS, len(self.workers))
        mine, theirs = self.city.all_lists(k_shifts, k_workers)
        return self.allowed(self.of_workers(mine).joined(self.of_shifts(theirs)))

    def of_workers(self, picks: Picks, free: Int64 | None = None) -> Pairs:
        """`free` (J,): what was taken off the scores."""
        worker, at = np.nonzero(picks.ids >= 0)
        shift = np.searchsorted(self.shifts.id, picks.ids[worker, at])
        score = picks.values[worker, at] + (0 if free is None else free[shift])
        return Pairs(worker.astype(np.int64), shift.astype(np.int64), score)

    def of_shifts(self, picks: Picks) -> Pairs:
        shift, at = np.nonzero(picks.ids >= 0)
        worker = np.searchsorted(self.workers.id, picks.ids[shift, at])
        return Pairs(worker.astype(np.int64), shift.astype(np.int64), picks.values[shift, at])

    def allowed(self, pairs: Pairs) -> Pairs:
        """Without pairs that leave too little rest beside a shift already held, are too long alone, or hopeless."""
        start, end, rest = self.shifts.start[pairs.shift], self.shifts.end[pairs.shift], self.rules.min_rest_minutes
        good = (end - start <= self.hours[pairs.worker]) & ~self.hopeless[pairs.shift]
        offsets, spans = self.workers.busy.offsets, self.workers.busy.values
        for nth in range(int(self.workers.busy.lengths.max(initial=0)) if rest else 0):
            has = np.flatnonzero(self.workers.busy.lengths[pairs.worker] > nth)
            span = spans[offsets[pairs.worker[has]] + nth]
            good[has] &= (span[:, 0] - rest >= end[has]) | (span[:, 1] + rest <= start[has])
        return pairs.kept(good)

    def graph(self, pairs: Pairs) -> Graph:
        return graph_of(
            pairs, len(self.workers), self.groups, self.priority, self.rules.fill_points, self.shifts.start,
            self.shifts.end, self.rules.min_rest_minutes,
        )  # fmt: skip

    def short_of(self, plan: Plan) -> Int64:
        """As `ShiftTable.short_of`."""
        given = np.bincount(self.groups.shift[plan.graph.group[plan.taken]], minlength=len(self.shifts))
        return self.shifts.short_of(given)

    def least_prices(self, plan: Plan) -> Int64:
        """(J,) points: a pair whose score is no more than this gains nothing in any group of the shift."""
        g, price = self.groups, np.full(len(self.shifts), np.iinfo(np.int64).max, dtype=np.int64)
        least = -(-plan.price // plan.scale) - 1 - g.to_all - g.to_priority - self.rules.fill_points
        np.minimum.at(price, g.shift, least)
        return price

    def price_of_shifts(self, price: Int64) -> Int64:
        """(J,) what one more seat is worth at most: the price of its last group, which asks least."""
        last = np.searchsorted(self.groups.shift, np.arange(len(self.shifts)), side="right") - 1
        return price[last] if len(price) else price


def _hours(workers: WorkerTable, rules: PlanRules) -> Int64:
    """(W,) the limit of the rules, or what is left of it to a worker where that is less."""
    hours = no_hours(len(workers))
    if rules.max_minutes_per_worker is not None:
        hours[:] = rules.max_minutes_per_worker
    for worker, left in rules.minutes_left.items():
        at = int(np.searchsorted(workers.id, worker))
        if at < len(hours) and workers.id[at] == worker:
            hours[at] = min(int(hours[at]), left)
    return hours


def groups_of(seats: Int64, rules: PlanRules) -> Groups:
    """Reserved seats, first seats, and the others; only those there are."""
    reserved = seats * rules.reserved_percent // 100
    first = np.minimum(rules.first_seats, seats - reserved)
    sizes = np.column_stack([reserved, first, seats - reserved - first])
    shift, kind = np.nonzero(sizes)
    points = np.array([[0, rules.reserved_points], [rules.first_points, 0], [0, 0]], dtype=np.int64)
    return Groups(shift.astype(np.int64), sizes[shift, kind], points[kind, 0], points[kind, 1])
