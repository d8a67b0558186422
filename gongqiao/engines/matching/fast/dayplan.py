"""The plan of the day for a whole city: candidates from both sides, a solver that fits, and a bound for the market.

Candidates are each worker's twenty best shifts and each shift's thirty best workers, and once it is seen who is left
without one, each shift's best among them. One shift each, or shifts that fall into parts, are a flow and solved
exactly; else an auction of sets, polished by a linear program. Pairs that the prices leave with a gain are looked for
among all pairs ("pricing out"), brought in, and the plan is made again.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast import flow
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, STEPS, Hall
from gongqiao.engines.matching.fast.bidding import NO_HOURS
from gongqiao.engines.matching.fast.city import City
from gongqiao.engines.matching.fast.day import Day, Plan
from gongqiao.engines.matching.fast.graph import Pairs
from gongqiao.engines.matching.fast.polish import pays, polish
from gongqiao.engines.matching.fast.pricing import for_idle, priced_out
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable

ROUGH_STEPS = STEPS[:5]  # until it is seen who is left over


class Planned(NamedTuple):
    """worker, shift (n,) rows; value, bound in points; price (J,) points of one more seat; how it was found."""

    worker: Int64
    shift: Int64
    value: int
    bound: int
    price: Int64
    method: str


def day_plan(city: City, workers: WorkerTable, shifts: ShiftTable, rules: PlanRules, horizon: Horizon) -> Planned:
    """Rounds of solving and pricing out; the best plan and the lowest market-wide bound seen."""
    day = Day(city, workers, shifts, rules, horizon)
    pairs, price = opened(day)
    best, bound = None, None
    for _ in range(max(1, rules.pricing_rounds)):
        plan, price = solved(day, pairs, price)
        missing, parts = priced_out(day, plan, pairs)
        pairs, whole = pairs.joined(missing), parts // plan.scale
        bound = whole if bound is None else min(bound, whole)
        if best is None or plan.value > best.value:
            best = plan
        if not len(missing.worker) or bound == best.value:
            break
    assert best is not None, "at least one round is made"
    assert bound is not None, "at least one round is made"
    shift = day.groups.shift[best.graph.group[best.taken]]
    seat_price = day.price_of_shifts(-(-best.price // best.scale))
    return Planned(best.graph.owner[best.taken], shift, best.value, max(bound, best.value), seat_price, best.method)


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
    hall = Hall(graph, day.groups.seats, most, day.hours)
    sold = hall.sell(price)  # by all steps: prices must be free to fall, else bounds stayed 0.2 % worse
    part = flow.parts(graph, rest, most) if most == 1 or day.hours == NO_HOURS else None
    if part is not None and len(graph.group):
        exact = flow.exact_plan(graph, day.groups.seats, part, most, sold.price)
        return Plan(graph, exact.taken, exact.price, exact.scale, "flow"), sold.price
    method, opening = "auction", sold.price
    if pays(hall, sold):
        sold, method = polish(hall, sold, rest, day.rules.polish_steps), "auction and linear program"
    return Plan(graph, sold.taken, sold.price, PARTS_OF_A_POINT, method), opening
