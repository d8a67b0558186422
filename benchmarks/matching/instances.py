"""Instances whose best plan is published: the day plan's solvers must name its value and prove it."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.report import Row, exactly, timed
from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast import dayparts
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, Hall
from gongqiao.engines.matching.fast.graph import Graph, Groups, Pairs, graph_of
from gongqiao.engines.matching.fast.integral import settled
from gongqiao.engines.matching.fast.polish import polish
from gongqiao.engines.matching.planrules import PlanRules

KNOWN = Path(__file__).parent / "known"
GAP_OPTIMA = {
    "gap1": (336, 327, 339, 341, 326),
    "gap2": (434, 436, 420, 419, 428),
    "gap3": (580, 564, 573, 570, 564),
    "gap4": (656, 644, 673, 647, 664),
    "gap5": (563, 558, 564, 568, 559),
    "gap6": (761, 759, 758, 752, 747),
}
ASSIGN_OPTIMUM = 991
FILL = 1000  # a job done is worth more than any profit: the best plan does all of them


class Instance(NamedTuple):
    """profit, load (agents, jobs); capacity (agents,)."""

    profit: Int64
    load: Int64
    capacity: Int64


class Answer(NamedTuple):
    """Of the best plan found, less what doing the jobs is worth; `bound` likewise."""

    value: int
    bound: int


def rows(quick: bool) -> Iterator[Row]:
    wrong, unproved, count = 0, 0, 0

    def all_of_them() -> None:
        nonlocal wrong, unproved, count
        for name, optima in GAP_OPTIMA.items():
            for instance, optimum in zip(read_gap(name), optima, strict=True):
                answer = generalised(instance)
                wrong += answer.value != optimum
                unproved += answer.bound != answer.value
                count += 1

    spent = timed(all_of_them, 1)
    yield exactly(
        f"{count} generalised assignments (OR-Library), {spent.cpu:.1f} CPU s: not the published optimum", wrong, 0
    )
    yield exactly("of those not proved best", unproved, 0)
    yield exactly("assign500 (OR-Library): cost", assignment(), ASSIGN_OPTIMUM)


def _numbers(name: str) -> Iterator[int]:
    yield from map(int, gzip.decompress((KNOWN / f"{name}.txt.gz").read_bytes()).split())


def read_gap(name: str) -> Iterator[Instance]:
    """The five problems of one file: sizes, profits, loads, capacities."""
    numbers = _numbers(name)

    def table(rows: int, columns: int) -> Int64:
        return np.array([next(numbers) for _ in range(rows * columns)], dtype=np.int64).reshape(rows, columns)

    for _ in range(next(numbers)):
        agents, jobs = next(numbers), next(numbers)
        yield Instance(table(agents, jobs), table(agents, jobs), table(1, agents)[0])


def _graph(profit: Int64, allowed: Int64, fill: int) -> tuple[Graph, Int64]:
    """(agents as workers and jobs as shifts of one seat, none beside another; seats)."""
    agents, jobs = profit.shape
    worker, shift = (side.astype(np.int64) for side in np.nonzero(allowed))
    nothing, start = np.zeros(jobs, dtype=np.int64), 10 * np.arange(jobs, dtype=np.int64)
    groups = Groups(np.arange(jobs, dtype=np.int64), np.ones(jobs, dtype=np.int64), nothing, nothing)
    pairs = Pairs(worker, shift, profit[worker, shift])
    graph = graph_of(pairs, agents, groups, np.zeros(agents, dtype=np.int64), fill, start, start + 1, 0)
    return graph, groups.seats


def generalised(instance: Instance) -> Answer:
    """As a day plan is made: by auction, linear program, and an integer program over what can still matter."""
    graph, seats = _graph(instance.profit, instance.load <= instance.capacity[:, None], FILL)
    graph = graph._replace(length=instance.load[graph.owner, graph.group])
    hall, rules = Hall(graph, seats, len(seats), instance.capacity), PlanRules()
    sold = polish(hall, hall.sell(np.zeros(len(seats), dtype=np.int64)), 0, rules.polish_steps)
    found = settled(hall, sold.taken, sold.price, sold.bound, PARTS_OF_A_POINT, 0, rules.exact_nodes)
    jobs = FILL * len(seats)
    return Answer(hall.value(found.taken) - jobs, found.bound - jobs)


def assignment() -> int:
    """The least cost of one task each, by flow."""
    numbers = _numbers("assign500")
    size = next(numbers)
    cost = np.array([next(numbers) for _ in range(size * size)], dtype=np.int64).reshape(size, size)
    graph, seats = _graph(FILL - cost, np.ones_like(cost), 0)
    taken, _price = dayparts.exact_plan(graph, seats, graph.owner, 1, np.zeros(size, dtype=np.int64))
    return FILL * size - int(graph.worth[taken].sum())
