"""The plan of the day for a whole city: candidates from both sides, a solver that fits, and a bound for the market.

Candidates are each worker's twenty best shifts and each shift's thirty best workers, and once it is seen who is left
without one, each shift's best among them. One shift each, or shifts that fall into parts, are a flow and solved
exactly; else an auction of sets, polished by a linear program. Pairs that the prices leave with a gain are looked for
among all pairs ("pricing out"), brought in, and the plan is made again. Where the market is small and plan and bound
still lie apart, an integer program over the pairs that can yet matter settles it (`integral.py`).
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast import dayparts
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, STEPS, Hall
from gongqiao.engines.matching.fast.city import City
from gongqiao.engines.matching.fast.day import Day, Plan
from gongqiao.engines.matching.fast.graph import Pairs
from gongqiao.engines.matching.fast.integral import MOST_EDGES, Least, settled
from gongqiao.engines.matching.fast.polish import pays, polish
from gongqiao.engines.matching.fast.pricing import LONGEST, for_idle, priced_out
from gongqiao.engines.matching.fast.program import is_installed
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable

SMALL_PAIRS = 4_000_000
ROUGH_STEPS = STEPS[:5]  # until it is seen who is left over


class Planned(NamedTuple):
    """worker, shift (n,) rows; value, bound in points; price (J,) points of one more seat; how it was found."""

    worker: Int64
    shift: Int64
    value: int
    bound: int
    price: Int64
    method: str


class _Proof(NamedTuple):
    """A plan whose prices let no plan of the market be worth more than `parts` of a point."""

    plan: Plan
    parts: int

    @property
    def bound(self) -> int:
        """In points."""
        return self.parts // self.plan.scale


def day_plan(city: City, workers: WorkerTable, shifts: ShiftTable, rules: PlanRules, horizon: Horizon) -> Planned:
    """Rounds of solving and pricing out; then minima are honoured, and what a small market left open is settled.

    The best plan and the lowest market-wide bound seen.
    """
    day = Day(city, workers, shifts, rules, horizon).without_hopeless()
    pairs, best, proof = _in_rounds(day)
    best = _honoured(day, pairs, best)
    bound = max(proof.bound, best.value)
    if bound > best.value and _may_be_settled(day):
        best, bound = _settled(day, pairs, best, proof)
    shift = day.groups.shift[best.graph.group[best.taken]]
    seat_price = day.price_of_shifts(-(-best.price // best.scale))
    return Planned(best.graph.owner[best.taken], shift, best.value, bound, seat_price, best.method)


def _in_rounds(day: Day) -> tuple[Pairs, Plan, _Proof]:
    """(all pairs looked at, the best plan, the lowest proof)."""
    pairs, price = opened(day)
    best: Plan | None = None
    proof: _Proof | None = None
    for _ in range(max(1, day.rules.pricing_rounds)):
        plan, price = solved(day, pairs, price)
        missing, parts = priced_out(day, plan, pairs)
        pairs, found = pairs.joined(missing), _Proof(plan, parts)
        proof = found if proof is None or found.bound < proof.bound else proof
        best = plan if best is None or plan.value > best.value else best
        if not len(missing.worker) or proof.bound == best.value:
            break
    assert best is not None, "at least one round is made"
    assert proof is not None, "at least one round is made"
    return pairs, best, proof


def _honoured(day: Day, pairs: Pairs, plan: Plan) -> Plan:
    """The plan made again without the half of the shifts short of their minimum that lacks most, until none is short.

    The bound stays true: it lets every shift take place with any number.
    """
    price, scale = plan.price, plan.scale
    while len(short := day.short_of(plan)):
        pairs = pairs.kept(~np.isin(pairs.shift, short[: -(-len(short) // 2)]))
        plan = solved(day, pairs, price * PARTS_OF_A_POINT // scale)[0]._replace(price=price, scale=scale)
    return plan


def _may_be_settled(day: Day) -> bool:
    """Small enough for every pair to be listed that may matter, and the solver is there."""
    small = len(day.workers) * len(day.shifts) <= SMALL_PAIRS and len(day.shifts) <= LONGEST
    return small and day.rules.exact_nodes > 0 and is_installed()


def _settled(day: Day, pairs: Pairs, best: Plan, proof: _Proof) -> tuple[Plan, int]:
    """(the best plan there is, points no plan exceeds), as far as the nodes allowed go."""
    if _matter(day, pairs, best, proof) > MOST_EDGES:
        return best, max(proof.bound, best.value)
    pairs = pairs.joined(priced_out(day, proof.plan, pairs, proof.bound - best.value)[0])
    graph, most = day.graph(pairs), day.rules.max_shifts_per_worker
    hall, price, scale = Hall(graph, day.groups.seats, most, day.hours), proof.plan.price, proof.plan.scale
    hall.worth = graph.worth * scale
    width = len(day.groups.seats)
    taken = np.isin(graph.owner * width + graph.group, (best.graph.owner * width + best.graph.group)[best.taken])
    nodes, rest = day.rules.exact_nodes, day.rules.min_rest_minutes
    found = settled(hall, taken, price, proof.parts, scale, rest, nodes, Least(day.groups.shift, day.least))
    method = f"{best.method}, integer program" if found.asked else best.method
    return Plan(graph, found.taken, price, scale, method), found.bound


def _matter(day: Day, pairs: Pairs, best: Plan, proof: _Proof) -> int:
    """How many edges of the pairs known so far may be in a better plan: when these are too many, all are."""
    graph, scale = day.graph(pairs), proof.plan.scale
    hall = Hall(graph, day.groups.seats, day.rules.max_shifts_per_worker, day.hours)
    hall.worth = graph.worth * scale
    return int((hall.regrets(proof.plan.price) <= proof.parts - (best.value + 1) * scale).sum())


def opened(day: Day) -> tuple[Pairs, Int64]:
    """(candidates, prices in parts of a point (G,) after a rough auction of them)."""
    pairs = day.candidates()
    hall = Hall(day.graph(pairs), day.groups.seats, day.rules.max_shifts_per_worker, day.hours)
    sold = hall.sell(np.zeros(len(day.groups.seats), dtype=np.int64), ROUGH_STEPS)
    rough = Plan(hall.graph, sold.taken, sold.price, PARTS_OF_A_POINT, "auction")
    return pairs.joined(for_idle(day, rough)), sold.price


def solved(day: Day, pairs: Pairs, price: Int64) -> tuple[Plan, Int64]:
    """(plan, prices to open the next round with): by flow where it is one, else by auction and linear program."""
    graph, most, rest = day.graph(pairs), day.rules.max_shifts_per_worker, day.rules.min_rest_minutes
    part = dayparts.parts(graph, rest, most) if most == 1 or not day.rules.limits_hours else None
    if part is not None and len(graph.group):
        taken, points = dayparts.exact_plan(graph, day.groups.seats, part, most, price)
        return Plan(graph, taken, points, 1, "flow"), points * PARTS_OF_A_POINT
    hall = Hall(graph, day.groups.seats, most, day.hours)
    sold = hall.sell(price)  # by all steps: prices must be free to fall, else bounds stayed 0.2 % worse
    method, opening = "auction", sold.price
    if pays(hall, sold):
        sold, method = polish(hall, sold, rest, day.rules.polish_steps), "auction and linear program"
    return Plan(graph, sold.taken, sold.price, PARTS_OF_A_POINT, method), opening
