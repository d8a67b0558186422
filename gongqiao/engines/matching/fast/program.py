"""What is left of a day plan as a linear program, for HiGHS: the rows every plan keeps to.

Rows: seats of each group, the cliques of each worker's overlapping shifts, his limits. Solved by HiGHS (Huangfu and
Hall, Mathematical Programming Computation 10, 2018).
"""

import importlib.util
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast.auctioneer import Hall
from gongqiao.engines.matching.fast.compiled import compiled

Float64 = NDArray[np.float64]


def is_installed() -> bool:
    return importlib.util.find_spec("highspy") is not None


class Program(NamedTuple):
    """worth (n,) of each kept edge; row r holds columns[first[r]:first[r + 1]], each by its weight, to limits[r]."""

    worth: Float64
    first: Int64
    columns: Int64
    weights: Int64
    limits: Int64


def program_of(hall: Hall, kept: Int64, rest: int, seats: Int64) -> Program:
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
    over = many > hall.most, minutes > hall.hours
    by_number, by_minutes = (np.flatnonzero(broken[owner]) for broken in over)
    sets = [seat_rows, clique_rows, many[over[0]], many[over[1]]]
    weights = np.ones(len(by_group) + len(members) + len(by_number), dtype=np.int64)
    limits = [seats, np.ones(len(clique_rows)), np.full(int(over[0].sum()), hall.most), hall.hours[over[1]]]
    return Program(
        hall.graph.worth[kept].astype(np.float64),
        np.concatenate([[0], np.cumsum(np.concatenate(sets))]),
        np.concatenate([by_group, members, by_number, by_minutes]),
        np.concatenate([weights, hall.graph.length[kept][by_minutes]]),
        np.concatenate(limits).astype(np.int64),
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


def ready(rows: Program, nodes: int | None) -> Any:
    """A HiGHS with this program in it; `nodes` of branching at most, None = shares need not be whole.

    Limits are steps and nodes, never seconds: a slow machine must not plan another day.
    """
    import highspy  # noqa: PLC0415 - optional, only where a plan is not yet proved best

    program, infinite, worth = highspy.HighsLp(), highspy.kHighsInf, rows.worth
    if nodes is not None:
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
    solver.setOptionValue("threads", 1)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(program)
    return solver
