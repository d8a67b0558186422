"""One region's desk in a day plan that is made region by region: it sells seats to its own people only.

What the people elsewhere would pay for the seats it shares with other regions stands in its auction as bidders of one
wish each; in return it tells what its own people would pay. So neighbours sell the same seat to the same bidder without
having seen each other's people. Prices proved by one region hold for its people, whatever the others do.
"""

from typing import Any, NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast import bidding
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, STEPS, Hall, Sold
from gongqiao.engines.matching.fast.city import City
from gongqiao.engines.matching.fast.compiled import compiled
from gongqiao.engines.matching.fast.day import Day, Plan
from gongqiao.engines.matching.fast.graph import Graph
from gongqiao.engines.matching.fast.polish import pays, polish
from gongqiao.engines.matching.fast.pricing import priced_out
from gongqiao.engines.matching.planrules import PlanRules

LATER_STEPS = STEPS[3:]  # once the prices are nearly right


class Opening(NamedTuple):
    """Of the region's groups of seats: shift id, seats (G,); how many of its own people could take one (G,)."""

    shift: Int64
    seats: Int64
    people: Int64


class Bids(NamedTuple):
    """group (n,) position among the shared groups; bid (n,) parts of a point, the highest of each group first."""

    group: Int64
    bid: Int64


class Turn(NamedTuple):
    """price (S,) of the shared groups as this region would have them, and what its people would pay for a seat."""

    price: Int64
    bids: Bids


class Proof(NamedTuple):
    """best: most points, in parts, that this region's people and its own seats add at the prices; found: pairs that
    the prices leave with a gain and that were not among the candidates."""

    best: int
    found: int


class Answer(NamedTuple):
    """Worker ids and shift ids (n,) of the best plan; prices (G,) of the best proof in parts of a point."""

    worker: Int64
    shift: Int64
    price: Int64


class Desk:
    """Made where it stays. `region` as in `regions.Region`; all positions are local to it."""

    def __init__(self, given: tuple[Any, PlanRules]) -> None:
        region, self.rules = given
        city = City.of(region.workers, region.shifts, region.card, region.horizon, 1)
        self.day = Day(city, region.workers, region.shifts, self.rules, region.horizon)
        self.seats = self.day.groups.seats
        self.price = np.zeros(len(self.seats), dtype=np.int64)
        self.marked = self.price
        self.shared = np.zeros(0, dtype=np.int64)
        self.turns = 0
        self._take(self.day.candidates())

    def _take(self, pairs: Any) -> None:
        self.pairs, self.graph = pairs, self.day.graph(pairs)
        self.taken = self.best = np.zeros(len(self.graph.group), dtype=np.bool_)
        self.bid = np.zeros(len(self.graph.group), dtype=np.int64)

    def opening(self) -> Opening:
        people = np.bincount(self.graph.group, minlength=len(self.seats))
        return Opening(self.day.shifts.id[self.day.groups.shift], self.seats, people)

    def share(self, groups: Int64) -> None:
        """Which of its groups (S,) other regions sell too."""
        self.shared = np.array(groups, dtype=np.int64)

    def sell(self, seats: Int64, group: Int64, bid: Int64, last: bool) -> Turn:
        """One auction with the `seats` (S,) that nobody elsewhere is sure of, and the bids from elsewhere on them."""
        offered = self.seats.copy()
        offered[self.shared] = seats
        hall = self._hall(offered, self.shared[group], np.array(bid, dtype=np.int64))
        sold = hall.sell(self.price, LATER_STEPS if self.turns else STEPS)
        if last:
            sold = self._polished(hall, sold)
        self.turns += 1
        self.price, self.taken = sold.price, sold.taken[: len(self.graph.group)]
        self.bid = self._bids(hall, sold)
        return Turn(self.price[self.shared], self.claims() if last else self._told())

    def _polished(self, hall: Hall, sold: Sold) -> Sold:
        """By linear program, where that pays."""
        if not pays(hall, sold):
            return sold
        return polish(hall, sold, self.rules.min_rest_minutes, self.rules.polish_steps)

    def _hall(self, seats: Int64, group: Int64, bid: Int64) -> Hall:
        """The region's graph, and behind its people one bidder for each bid from elsewhere."""
        graph, n = self.graph, len(bid)
        start = self.day.shifts.start[self.day.groups.shift[group]]
        end = self.day.shifts.end[self.day.groups.shift[group]]
        nothing, people = np.zeros(n, dtype=np.int64), len(graph.first) - 1
        both = Graph(
            np.concatenate([graph.first, graph.first[-1] + 1 + np.arange(n)]),
            np.concatenate([graph.group, group]),
            np.concatenate([graph.worth, bid // PARTS_OF_A_POINT]),
            np.concatenate([graph.owner, people + np.arange(n)]),
            np.concatenate([graph.before, nothing]),
            np.concatenate([graph.start, start]),
            np.concatenate([graph.end, end]),
            np.concatenate([graph.length, nothing]),
            max(graph.longest, min(n, 1)),
        )
        hours = np.concatenate([self.day.hours, np.full(n, bidding.NO_HOURS)])
        hall = Hall(both, seats, self.rules.max_shifts_per_worker, hours)
        hall.worth[len(graph.group) :] = bid
        return hall

    def _bids(self, hall: Hall, sold: Sold) -> Int64:
        """(E,) the highest price at which each edge would still be wanted, all other prices as they are."""
        own = len(self.graph.group)
        bid: Int64 = sold.price[self.graph.group] - hall.regrets(sold.price)[:own]
        margins(
            self.graph.first, self.graph.group, hall.worth, self.graph.before, sold.price, self.graph.length,
            hall.hours, hall.most, self.taken, *hall.scratch, bid,
        )  # fmt: skip
        return np.minimum(np.maximum(bid, 0), hall.worth[:own])

    def _told(self) -> Bids:
        """For each shared group as many of the highest bids as it has seats, and the next, which makes the price."""
        place = np.full(len(self.seats), -1, dtype=np.int64)
        place[self.shared] = np.arange(len(self.shared))
        edges = np.flatnonzero((place[self.graph.group] >= 0) & (self.bid > 0))
        group, bid = place[self.graph.group[edges]], self.bid[edges]
        kept, order = highest(group, bid, self.seats[self.shared] + 1)
        return Bids(group[order][kept], bid[order][kept])

    def claims(self) -> Bids:
        """The seats its plan takes among the shared ones."""
        place = np.full(len(self.seats), -1, dtype=np.int64)
        place[self.shared] = np.arange(len(self.shared))
        edges = np.flatnonzero(self.taken & (place[self.graph.group] >= 0))
        order = np.lexsort((edges, -self.bid[edges], place[self.graph.group[edges]]))
        return Bids(place[self.graph.group[edges]][order], self.bid[edges][order])

    def keep(self, many: Int64) -> None:
        """So many (S,) of the seats claimed are its own, those bid most for; the others are given up."""
        limit = self.seats.copy()
        limit[self.shared] = many
        edges = np.flatnonzero(self.taken)
        kept, order = highest(self.graph.group[edges], self.bid[edges], limit)
        self.taken = np.zeros(len(self.taken), dtype=np.bool_)
        self.taken[edges[order][kept]] = True

    def fill(self, free: Int64) -> Int64:
        """Its plan made again with the shared seats it has and the free ones (S,), if that is better; how many it then
        has."""
        seats = self.seats.copy()
        seats[self.shared] = self.held() + free
        hall = Hall(self.graph, seats, self.rules.max_shifts_per_worker, self.day.hours)
        hall.worth[seats[self.graph.group] == 0] = 0
        sold = self._polished(hall, hall.sell(self.price, LATER_STEPS))
        self.taken = max(hall.improved(self.taken), sold.taken, key=hall.value)
        return self.held()

    def held(self) -> Int64:
        """(S,) how many of the shared seats it has."""
        many: Int64 = np.bincount(self.graph.group[self.taken], minlength=len(self.seats))[self.shared]
        return many

    def prove(self, price: Int64, widen: bool, marked: bool) -> Proof:
        """At these prices (S,) of the shared groups, with its own as they are or as `marked`; with `widen` over all
        feasible pairs, those found brought in."""
        whole = (self.marked if marked else self.price).copy()
        whole[self.shared] = price
        found, elsewhere = 0, int((whole * self.seats)[self.shared].sum())
        if widen:
            plan = Plan(self.graph, self.taken, whole, PARTS_OF_A_POINT, "")
            missing, best = priced_out(self.day, plan, self.pairs)
            found = len(missing.worker)
            if found:
                self._widen(self.pairs.joined(missing))
        else:
            best = Hall(self.graph, self.seats, self.rules.max_shifts_per_worker, self.day.hours).bound(whole)
        return Proof(best - elsewhere, found)

    def mark(self) -> None:
        """Its own prices are part of the best proof so far."""
        self.marked = self.price.copy()

    def _widen(self, pairs: Any) -> None:
        """More candidates; the plans in hand stay."""
        held, best = (self._keys()[taken] for taken in (self.taken, self.best))
        self._take(pairs)
        self.taken, self.best = (np.isin(self._keys(), keys) for keys in (held, best))

    def _keys(self) -> Int64:
        keys: Int64 = self.graph.owner * len(self.seats) + self.graph.group
        return keys

    def value(self) -> int:
        """Of its plan in hand, in points."""
        return int(self.graph.worth[self.taken].sum())

    def remember(self) -> None:
        """Its plan in hand is part of the best so far."""
        self.best = self.taken.copy()

    def answer(self) -> Answer:
        edges = np.flatnonzero(self.best)
        worker = self.day.workers.id[self.graph.owner[edges]]
        shift = self.day.shifts.id[self.day.groups.shift[self.graph.group[edges]]]
        return Answer(worker, shift, self.marked)


def highest(group: Int64, bid: Int64, most: Int64) -> tuple[Bool, Int64]:
    """(kept, order): in this order, by group and then the higher bid, those within the first `most` (G,) of a group."""
    order = np.lexsort((-bid, group))
    ordered = group[order]
    rank = np.arange(len(ordered)) - np.searchsorted(ordered, ordered, side="left")
    return rank < most[ordered], order


@compiled
def margins(first, group, worth, before, price, length, hours, most, taken, net, kept, chosen, table, toll, bid):
    """bid[e] of each taken edge: its price, and by how much its worker does better with what he holds than without."""
    for worker in range(len(first) - 1):
        a, d = first[worker], first[worker + 1] - first[worker]
        held, holds = np.int64(0), False
        for t in range(d):
            net[t] = worth[a + t] - price[group[a + t]]
            if taken[a + t]:
                held += net[t]
                holds = True
        if not holds:
            continue
        for t in range(d):
            if taken[a + t]:
                own = net[t]
                net[t] = 0
                limit = hours[worker]
                without = bidding.best_package(a, d, net, before, length, limit, most, kept, chosen, table, toll)[0]
                net[t] = own
                bid[a + t] = price[group[a + t]] + max(held - without, np.int64(0))
