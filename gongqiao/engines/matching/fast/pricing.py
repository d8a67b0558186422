"""Pricing out: a bound for the whole market, and the pairs outside the candidates that could make the plan better.

A bound over candidates proves nothing about the pairs left out. So every pair that the prices leave with a gain is
listed, worker by worker, and each worker's best set is found among all of them: prices of seats and best sets together
bound every plan of the market (Lagrangian relaxation, as in `intervals.py`). Lists that come back full are asked for
again, longer, for those workers alone.
"""

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast.auctioneer import Hall
from gongqiao.engines.matching.fast.day import K_IDLE, Day, Plan
from gongqiao.engines.matching.fast.graph import Pairs

FIRST_LIST, LONGER, LONGEST = 32, 4, 2048
MOST_LISTED = 12_000_000  # entries at a time: some 0.4 GB with what is made of them
NEAR_POINTS = 500  # a pair is brought in where its worker would lose no more than this by taking it


def priced_out(day: Day, plan: Plan, known: Pairs, near: int | None = None) -> tuple[Pairs, int]:
    """(pairs outside `known` that are best or nearly so at the plan's prices, parts of a point no plan exceeds).

    With `near` the pairs are all those whose worker would lose no more than so many points by taking it.
    """
    least, missing, rows = (
        day.least_prices(plan) - (near or 0),
        known.kept(np.zeros(0, dtype=np.int64)),
        np.arange(len(day.workers)),
    )
    asked, length, people = 0, min(FIRST_LIST, len(day.shifts)), day
    while len(rows):
        left = []
        for begin in range(0, len(rows), max(1, MOST_LISTED // max(1, length))):
            part = rows[begin : begin + max(1, MOST_LISTED // max(1, length))]
            some = people if len(part) == len(day.workers) else day.among(part)
            found, gain, full = _gains(some, plan, least, length, NEAR_POINTS if near is None else near)
            asked += gain
            left.append(part[full])
            missing = missing.joined(Pairs(part[found.worker], found.shift, found.score))
        rows, length = np.concatenate(left), min(length * LONGER, len(day.shifts))
    return missing.without(known), asked + int((plan.price * day.groups.seats).sum())


def _gains(day: Day, plan: Plan, least: Int64, length: int, near_points: int) -> tuple[Pairs, int, Int64]:
    """(pairs worth bringing in, parts of a point these workers gain at most, rows whose list must be longer).

    Nothing is said yet of workers whose list is full. At the longest list the pairs beyond it are worth no more than
    its last, and a worker takes at most so many.
    """
    picks = day.city.all_lists(length, 0, day.city.prices(day.shifts.id, least), least=0)[0]
    full = picks.ids[:, -1] >= 0 if 0 < length < len(day.shifts) else np.zeros(len(day.workers), dtype=np.bool_)
    beyond = 0
    if length >= LONGEST:
        beyond = int(picks.values[full, -1].sum()) * day.rules.max_shifts_per_worker * plan.scale
        full[:] = False
    pairs = day.allowed(day.of_workers(picks, least))
    pairs = pairs.kept(~full[pairs.worker])
    graph = day.graph(pairs)
    hall = Hall(graph, day.groups.seats, day.rules.max_shifts_per_worker, day.hours)
    hall.worth = graph.worth * plan.scale
    asked = hall.asked(plan.price) + beyond
    near = hall.regrets(plan.price) <= near_points * plan.scale
    return pairs.among(graph.owner[near], day.groups.shift[graph.group[near]]), asked, np.flatnonzero(full)


def for_idle(day: Day, plan: Plan) -> Pairs:
    """Each shift's best workers among those the plan leaves without one: who they are decides what seats cost."""
    idle = np.setdiff1d(np.arange(len(day.workers)), plan.graph.owner[plan.taken])
    people = day.among(idle)
    theirs = people.city.all_lists(0, min(K_IDLE, len(idle)))[1]
    pairs = people.allowed(people.of_shifts(theirs))
    gaining = pairs.score > day.least_prices(plan)[pairs.shift]
    return Pairs(idle[pairs.worker], pairs.shift, pairs.score).kept(gaining)
