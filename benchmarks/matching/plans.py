"""Day plans: exact flows beside OR-Tools, certified gaps of general overlaps, and what crowding prices do."""

from collections.abc import Iterator

import numpy as np

from benchmarks.matching.cities import HORIZON, VOCABULARY, City, city
from benchmarks.report import Row, Timing, at_least, at_most, exactly, side_by_side, timed
from gongqiao.engines.matching import Course, PlanRules, check_plan
from gongqiao.engines.matching.fast import dayparts
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, Hall
from gongqiao.engines.matching.fast.day import Day
from gongqiao.engines.matching.fast.dayplan import ROUGH_STEPS, Planned, day_plan, solved
from gongqiao.engines.matching.fast.graph import Graph, count_before
from gongqiao.engines.matching.fast.polish import polish

SEVERAL = PlanRules(max_shifts_per_worker=4)
TWO_ROUNDS = PlanRules(max_shifts_per_worker=4, pricing_rounds=2)


def rows(quick: bool) -> Iterator[Row]:
    size = (20_000, 2000) if quick else (100_000, 10_000)
    day = city(*size, 1, days=1)
    yield from exact_flow(day)
    yield from overlaps(day, quick)
    yield from whole_market(city(*((10_000, 1000) if quick else (20_000, 2000)), 2, days=1))
    yield from scarce(city(20_000 // (4 if quick else 1), 10_000 // (4 if quick else 1), 3, days=1), quick)
    if not quick:
        yield from million(city(1_000_000, 100_000, 1, days=1))
    yield from crowding(day, quick)
    yield from courses(day)


def courses(place: City) -> Iterator[Row]:
    """Every trade at level two as a course by itself."""
    market = place.market("numba")
    given = [Course(trade.code, {trade.code: 2}) for trade in VOCABULARY.trades]
    prices = dict.fromkeys(place.shifts.id.tolist(), 0)
    market.course_effects(given, prices=prices)
    spent = timed(lambda: market.course_effects(given, prices=prices), 3)
    name = f"{len(given)} courses for {len(place.workers):,} x {len(place.shifts):,}"
    yield at_most(f"{name}, wall", spent.wall, 1.0, " s")
    yield Row(f"{name}, CPU", "", f"{spent.cpu:.2f} s", True)


def _day(place: City, rules: PlanRules) -> Day:
    market = place.market("numba")
    assert market._city is not None
    return Day(market._city, place.workers, place.shifts, rules, HORIZON)


def exact_flow(place: City) -> Iterator[Row]:
    """The same candidate edges for both, from nothing; ours proves its answer."""
    day = _day(place, PlanRules())
    graph, seats = day.graph(day.candidates()), day.groups.seats
    yield from _beside_ortools("one shift each", graph, seats, graph.owner, 1)
    slots = _in_three_slots(graph, len(seats))
    part = dayparts.parts(slots, 0, 2)
    assert part is not None
    yield from _beside_ortools("three parts of a day, two shifts each", slots, seats, part, 2)


def _beside_ortools(name: str, graph: Graph, seats: np.ndarray, part: np.ndarray, most: int) -> Iterator[Row]:
    nothing = np.zeros(len(seats), dtype=np.int64)

    def ours() -> np.ndarray:
        return dayparts.exact_plan(graph, seats, part, most, nothing)[0]

    def peer() -> int:
        return _ortools(graph, seats, part, most)

    yield exactly(f"{name}: value less OR-Tools' optimum", int(graph.worth[ours()].sum()) - peer(), 0)
    times = side_by_side({"ours": ours, "peer": peer}, 2)
    yield at_most(f"{name}: CPU of OR-Tools' flow alone", times["ours"].cpu / times["peer"].cpu, 2.0, " ×")
    yield Row(f"{name}: CPU", "", f"{times['ours'].cpu:.2f} s", True)


def _in_three_slots(graph: Graph, groups: int) -> Graph:
    """The same pairs, each group of seats in the morning, the afternoon or the evening by its number."""
    slot = np.arange(groups) % 3
    order = np.lexsort((slot[graph.group], graph.owner))
    group, worth = graph.group[order], graph.worth[order]
    start = 360 + 300 * slot[group]
    before = np.empty(len(group), dtype=np.int64)
    count_before(graph.first, start, start + 240, 0, before)
    length = np.full(len(group), 240, dtype=np.int64)
    return graph._replace(group=group, worth=worth, before=before, start=start, end=start + 240, length=length)


def _ortools(graph: Graph, seats: np.ndarray, part: np.ndarray, most: int) -> int:
    """One shift each goes from a worker to his shifts; else to his parts first."""
    from ortools.graph.python import min_cost_flow

    workers, groups, edges = len(graph.first) - 1, len(seats), len(graph.group)
    of_part = np.zeros(int(part.max()) + 1 if most > 1 else 0, dtype=np.int64)
    if most > 1:
        of_part[part] = graph.owner
    shift, sink = workers + len(of_part), workers + len(of_part) + groups
    solver, ones = min_cost_flow.SimpleMinCostFlow(), np.ones(edges + len(of_part), np.int64)
    from_ = graph.owner if most == 1 else workers + part
    part_node = workers + np.arange(len(of_part))
    tail = np.concatenate([from_, of_part, shift + np.arange(groups), np.arange(workers)])
    head = np.concatenate([shift + graph.group, part_node, np.full(groups + workers, sink)])
    capacity = np.concatenate([ones, seats, np.full(workers, most)])
    cost = np.concatenate([-graph.worth, np.zeros(len(of_part) + groups + workers, np.int64)])
    solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    supply = np.zeros(sink + 1, np.int64)
    supply[:workers], supply[sink] = most, -most * workers
    solver.set_nodes_supplies(np.arange(sink + 1), supply)
    solver.solve()
    return -int(solver.optimal_cost())


def overlaps(place: City, quick: bool) -> Iterator[Row]:
    """Several shifts each, overlaps and all; the gap over the candidates, as the goal was set."""
    day = _day(place, SEVERAL)
    graph, seats = day.graph(day.candidates()), day.groups.seats
    hall, plans = Hall(graph, seats, 4), []

    def auction() -> None:
        plans.append(hall.sell(np.zeros(len(seats), dtype=np.int64)))

    def program() -> None:
        plans.append(polish(hall, plans[0], 0, PlanRules().polish_steps))

    first, second = timed(auction, 1), timed(program, 1)
    gaps = [100 * (1 - hall.value(plan.taken) * PARTS_OF_A_POINT / plan.bound) for plan in plans]
    name = f"{len(place.workers):,} x {len(place.shifts):,} overlaps"
    yield at_most(f"{name}, after the auction ({first.cpu:.1f} CPU s): gap", gaps[0], 0.05, " %")
    both = first.cpu + second.cpu
    yield at_most(f"{name}, polished: gap", gaps[1], 0.02 if quick else 0.005, " %")
    yield at_most(f"{name}, polished: CPU", both, 5.0, " s")


def whole_market(place: City) -> Iterator[Row]:
    """All rounds of pricing out, checked pair by pair: the gap holds over every feasible pair."""
    market, plans = place.market("numba"), []
    spent: Timing = timed(lambda: plans.append(market.plan(SEVERAL)), 1)
    plan = plans[0]
    yield at_most(
        f"{len(place.workers):,} x {len(place.shifts):,} whole market ({spent.cpu:.1f} CPU s): gap",
        100 * plan.gap,
        0.03,
        " %",
    )
    yield exactly("its rules that the plan breaks", len(check_plan(market, plan.assignments, SEVERAL)), 0)


def scarce(place: City, quick: bool) -> Iterator[Row]:
    """Fewer workers than seats, many with several shifts: the hard one."""
    day, plans = _day(place, SEVERAL), []
    nothing = np.zeros(len(day.groups.seats), dtype=np.int64)
    spent = timed(lambda: plans.append(solved(day, day.candidates(), nothing)[0]), 1)
    plan = plans[0]
    hall = Hall(plan.graph, day.groups.seats, SEVERAL.max_shifts_per_worker)
    gap = 100 * (1 - plan.value * plan.scale / hall.bound(plan.price))
    name = f"{len(place.workers):,} x {len(place.shifts):,} scarce workers"
    yield at_most(f"{name} ({spent.cpu:.1f} CPU s): gap", gap, 0.3, " %")
    yield at_most(f"{name}: CPU", spent.cpu, 10.0, " s")


def million(place: City) -> Iterator[Row]:
    """A province's day: the gap over the candidates, as the goal was set, then over every feasible pair."""
    day, plans = _day(place, SEVERAL), []
    name = f"{len(place.workers):,} x {len(place.shifts):,} overlaps"

    def over_candidates() -> None:
        hall = Hall(day.graph(day.candidates()), day.groups.seats, SEVERAL.max_shifts_per_worker)
        plans.append((hall, hall.sell(np.zeros(len(day.groups.seats), dtype=np.int64), ROUGH_STEPS)))

    spent = timed(over_candidates, 1)
    hall, sold = plans.pop()
    yield at_most(f"{name}: gap", 100 * (1 - hall.value(sold.taken) * PARTS_OF_A_POINT / sold.bound), 0.25, " %")
    yield at_most(f"{name}: CPU", spent.cpu, 60.0, " s")
    del hall, sold
    whole: list[Planned] = []
    spent = timed(lambda: whole.append(day_plan(day.city, day.workers, day.shifts, TWO_ROUNDS, HORIZON)), 1)
    gap = 100 * (1 - whole[0].value / whole[0].bound)
    yield at_most(f"{name}, whole market, two rounds ({spent.cpu:.0f} CPU s): gap", gap, 0.25, " %")


def crowding(place: City, quick: bool) -> Iterator[Row]:
    """Five suggestions each: how many seats can be filled inside them, by score and by score less price."""
    market = place.market("numba")
    seats = int(place.shifts.seats.sum())
    plain, eased = (market.lists(5, 0, ease_crowding=eased)[0] for eased in (False, True))
    filled = [_filled(place, lists) for lists in (plain, eased)]
    mean = [float(lists.scores[lists.others >= 0].mean()) for lists in (plain, eased)]
    yield at_least("five suggestions, prices on: seats that can be filled", 100 * filled[1] / seats, 80.0, " %")
    yield at_least(
        "five suggestions, prices on: of plain ranking's", filled[1] / filled[0], 1.2 if quick else 1.3, " ×"
    )
    yield at_most("five suggestions, prices on: loss of mean score", 100 * (1 - mean[1] / mean[0]), 8.0, " %")


def _filled(place: City, lists: object) -> int:
    """Most seats filled inside the lists, one shift each: a flow of ones."""
    worker, at = np.nonzero(lists.others >= 0)
    shift = np.searchsorted(place.shifts.id, lists.others[worker, at])
    pairs = flow_pairs(worker, shift)
    day = _day(place, PlanRules())
    graph = day.graph(pairs)
    graph = graph._replace(worth=np.ones_like(graph.worth))
    nothing = np.zeros(len(day.groups.seats), dtype=np.int64)
    return int(dayparts.exact_plan(graph, day.groups.seats, graph.owner, 1, nothing)[0].sum())


def flow_pairs(worker: np.ndarray, shift: np.ndarray) -> object:
    from gongqiao.engines.matching.fast.graph import Pairs

    order = np.lexsort((shift, worker))
    return Pairs(worker[order], shift[order], np.ones(len(order), dtype=np.int64))
