"""The last thousandths: a linear program over the edges that the prices leave in the running.

Rows: seats of each group, the cliques of each worker's overlapping shifts, his limits. That program is very tight, its
duals give better prices and its solution is nearly whole. Solved by HiGHS (Huangfu and Hall, Mathematical Programming
Computation 10, 2018); whatever it says is checked afterwards by the bound and by the plan's own rules.
"""

import importlib.util
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, Hall, Sold
from gongqiao.engines.matching.fast.compiled import compiled

Float64 = NDArray[np.float64]
WHOLE = 1e-6
MOST_NODES = 100  # the plans tried gain nothing by more, and one trial with ten thousand did not end within minutes
EDGES_PER_HUNDRED_TAKEN = 175  # 150 lose some thousandths where workers are scarce, 210 take three times as long there
MOST_EDGES = 400_000  # the program of 780,000 edges did not end in its steps, and 20 s were for nothing


def pays(hall: Hall, sold: Sold) -> bool:
    """Whether the program is there, has something to gain, and is not too large to end."""
    edges = int(sold.taken.sum()) * EDGES_PER_HUNDRED_TAKEN // 100
    gains = hall.value(sold.taken) * PARTS_OF_A_POINT < sold.bound
    return gains and edges <= MOST_EDGES and importlib.util.find_spec("highspy") is not None


def polish(hall: Hall, sold: Sold, rest: int, steps: int) -> Sold:
    """`sold` or better: a program over the edges of least regret, with `steps` of the simplex.

    The time of the program grows much faster than its edges, and nearly all of the gain is in the first few beyond
    those taken: the auction loses on the side of the plan, its prices prove almost as much as the program's.
    """
    most_edges = max(1, int(sold.taken.sum()) * EDGES_PER_HUNDRED_TAKEN // 100)
    regret = hall.regrets(sold.price)
    regret[sold.taken] = 0
    kept = np.flatnonzero(regret <= np.partition(regret, min(most_edges, len(regret)) - 1)[:most_edges].max(initial=0))
    kept = kept[np.argsort(regret[kept], kind="stable")[:most_edges]]
    kept.sort()
    program = _program(hall, kept, rest, hall.seats)
    found = _solved(program, steps, whole=False)
    if found is None:
        return sold
    share, dual = found
    price = np.maximum(np.rint(dual[: len(hall.seats)] * PARTS_OF_A_POINT), 0).astype(np.int64)
    chosen = _rounded(hall, kept, share, rest, steps)
    return hall.better(sold, chosen, price)


def _rounded(hall: Hall, kept: Int64, share: Float64, rest: int, steps: int) -> Bool:
    """Workers whose part of the solution is whole keep it; for the few others a small whole program fills the rest."""
    graph, taken = hall.graph, np.zeros(len(hall.graph.group), dtype=np.bool_)
    split = np.zeros(len(hall.gains), dtype=np.bool_)
    split[graph.owner[kept[(share > WHOLE) & (share < 1 - WHOLE)]]] = True
    taken[kept[(share > 0.5) & ~split[graph.owner[kept]]]] = True
    open_edges = kept[split[graph.owner[kept]]]
    if len(open_edges):
        left = hall.seats - np.bincount(graph.group[taken], minlength=len(hall.seats))
        program = _program(hall, open_edges, rest, left)
        found = _solved(program, steps, whole=True)
        if found is not None:
            taken[open_edges[found[0] > 0.5]] = True
    return taken


class Program(NamedTuple):
    """worth (n,) of each kept edge; row r holds columns[first[r]:first[r + 1]], each by its weight, to limits[r]."""

    worth: Float64
    first: Int64
    columns: Int64
    weights: Int64
    limits: Int64


def _program(hall: Hall, kept: Int64, rest: int, seats: Int64) -> Program:
    """The seats of every group, the cliques of overlapping shifts, and the limits of those who could break them."""
    owner, group = hall.graph.owner[kept], hall.graph.group[kept]
    start, end = hall.graph.start[kept], hall.graph.end[kept]
    by_group = np.argsort(group, kind="stable")
    seat_rows = np.bincount(group, minlength=len(seats))
    sizes = np.zeros(len(kept), dtype=np.int64)
    members = np.empty(cliques(owner, start, end, rest, sizes, sizes[:0]), dtype=np.int64)
    cliques(owner, start, end, rest, sizes, members)
    clique_rows = sizes[sizes > 0]
    many = np.bincount(owner, minlength=len(hall.gains))
    minutes = np.bincount(owner, hall.graph.length[kept], minlength=len(hall.gains))
    by_number, by_minutes = (np.flatnonzero(np.isin(owner, np.flatnonzero(over))) for over in (
        many > hall.most, minutes > hall.hours,
    ))  # fmt: skip
    sets = [seat_rows, clique_rows, many[many > hall.most], many[minutes > hall.hours]]
    weights = np.ones(len(by_group) + len(members) + len(by_number), dtype=np.int64)
    limits = [
        seats,
        *(np.full(len(rows), most) for rows, most in zip(sets[1:], (1, hall.most, hall.hours), strict=True)),
    ]
    return Program(
        hall.graph.worth[kept].astype(np.float64),
        np.concatenate([[0], np.cumsum(np.concatenate(sets))]),
        np.concatenate([by_group, members, by_number, by_minutes]),
        np.concatenate([weights, hall.graph.length[kept][by_minutes]]),
        np.concatenate(limits),
    )


@compiled
def cliques(owner, start, end, rest, sizes, members):
    """Maximal sets of one worker's edges that clash at one moment; edges come by owner, then end.

    sizes[e] = size of the clique that e is the first to leave, 0 = none or contained in another. Returns the sum of
    sizes; fills `members` where it has room.
    """
    total = 0
    for edge in range(len(owner)):
        size, fresh = 0, edge == 0 or owner[edge - 1] != owner[edge]
        for other in range(edge, len(owner)):
            if owner[other] != owner[edge]:
                break
            if other == edge or start[other] < end[edge] + rest:
                size += 1
                fresh = fresh or start[other] >= end[edge - 1] + rest
        sizes[edge] = size if fresh and size > 1 else 0
        if sizes[edge] > 0:
            if len(members) > 0:
                at = total
                for other in range(edge, len(owner)):
                    if owner[other] != owner[edge]:
                        break
                    if other == edge or start[other] < end[edge] + rest:
                        members[at] = other
                        at += 1
            total += size
    return total


def _solved(rows: Program, steps: int, *, whole: bool) -> tuple[Float64, Float64] | None:
    """(share of each edge, price of each row); None when HiGHS did not finish. `whole`: shares are 0 or 1.

    Limits are steps and nodes, never seconds: a slow machine must not plan another day.
    """
    import highspy  # noqa: PLC0415 - optional, only for large plans

    program, infinite, worth = highspy.HighsLp(), highspy.kHighsInf, rows.worth
    if whole:
        program.integrality_ = [highspy.HighsVarType.kInteger] * len(worth)
    program.num_col_, program.num_row_ = len(worth), len(rows.limits)
    program.col_cost_, program.sense_ = worth, highspy.ObjSense.kMaximize
    program.col_lower_, program.col_upper_ = np.zeros(len(worth)), np.ones(len(worth))
    program.row_lower_ = np.full(len(rows.limits), -infinite)
    program.row_upper_ = rows.limits.astype(np.float64)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = rows.first, rows.columns
    program.a_matrix_.value_ = rows.weights.astype(np.float64)
    solver = highspy.Highs()
    solver.setOptionValue("log_to_console", False)
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("simplex_iteration_limit", steps)
    solver.setOptionValue("mip_max_nodes", MOST_NODES)
    solver.setOptionValue("threads", 1)
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    return np.array(solution.col_value), np.abs(np.array(solution.row_dual))
