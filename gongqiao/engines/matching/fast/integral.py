"""The proof of what is left: an integer program over the pairs that can still matter.

At prices that prove a bound, a pair is in no better plan if its worker loses more by it than the bound lies above the
plan in hand: reduced-cost fixing (Crowder, Johnson and Padberg, Operations Research 31, 1983), here in whole numbers.
The few pairs that remain are settled by branch and bound (HiGHS). It reckons in floating point: what it calls a bound
is raised by `DOUBT` before it is cut to whole points, and a plan it names is counted again by the rules.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.auctioneer import Hall
from gongqiao.engines.matching.fast.program import Float64, Program, program_of, ready

MOST_EDGES = 20_000
MOST_WORK = 20_000_000  # nodes times edges
DOUBT = 0.01  # points: HiGHS lets a dual be wrong by 1e-7, and that many edges have one each
FEASIBLE = 2


class Least(NamedTuple):
    """shift (G,) of each group of seats; people (J,) a shift needs to take place at all, 0 = any."""

    shift: Int64
    people: Int64


class Settled(NamedTuple):
    """taken (E,) edges of a plan no worse than the one in hand; no plan is worth more than `bound` points.

    `asked`: the program was needed, and not too large.
    """

    taken: Bool
    bound: int
    asked: bool


def settled(
    hall: Hall, taken: Bool, price: Int64, bound: int, scale: int, rest: int, nodes: int, least: Least | None = None
) -> Settled:
    """The best plan there is, or as near as `nodes` of branching come.

    price (G,) and `bound` in parts of a point, `scale` parts to one. The graph holds every pair of the market whose
    worker would lose no more by it than the bound lies above the plan `taken` (E,), which keeps the rules.
    """
    value, whole = hall.value(taken), bound // scale
    regret = hall.regrets(price)
    matters = bound - regret >= (value + 1) * scale
    kept = np.flatnonzero(matters | taken)
    nodes = min(nodes, MOST_WORK // max(1, len(kept)))
    if whole <= value or len(kept) > MOST_EDGES:
        return Settled(taken, max(whole, value), False)
    least = least or Least(np.arange(len(hall.seats)), np.zeros(len(hall.seats), dtype=np.int64))
    share, proved = _branched(hall, kept, taken[kept], rest, nodes, least)
    found = np.zeros(len(taken), dtype=np.bool_)
    if share is not None:
        found[kept] = share > 0.5
    best = found if hall.value(found) > value and keeps_rules(hall, found, rest, least) else taken
    return Settled(best, max(min(whole, proved), hall.value(best)), True)


def _branched(hall: Hall, kept: Int64, start: Bool, rest: int, nodes: int, least: Least) -> tuple[Float64 | None, int]:
    """(share of each kept edge in the best plan met, points no plan of these edges exceeds).

    HiGHS 1.16 may make the plan in hand better while it simplifies and then hand back the plan as it was, under the
    better one's value: it is asked again then, without that plan.
    """
    shift = least.shift[hall.graph.group[kept]]
    program, shifts = _all_or_none(program_of(hall, kept, rest, hall.seats), shift, least.people)
    share, proved, told = _run(program, nodes, np.concatenate([start, np.isin(shifts, shift[start])]))
    if share is not None and round(float(program.worth @ share)) < told:
        share, proved, told = _run(program, nodes, None)
    return None if share is None else share[: len(kept)], proved


def _run(program: Program, nodes: int, start: Bool | None) -> tuple[Float64 | None, int, int]:
    """(a plan, points no plan exceeds, points that HiGHS says its plan has)."""
    import highspy  # noqa: PLC0415 - optional, only where a plan is not yet proved best

    solver = ready(program, nodes)
    for gap in ("mip_rel_gap", "mip_abs_gap"):
        solver.setOptionValue(gap, 0.0)
    if start is not None:
        opening = highspy.HighsSolution()
        opening.col_value = start.astype(np.float64).tolist()
        solver.setSolution(opening)
    solver.run()
    info = solver.getInfo()
    proved = int(np.floor(min(info.mip_dual_bound, 2.0**60) + DOUBT))
    if info.primal_solution_status != FEASIBLE:
        return None, proved, 0
    return np.array(solver.getSolution().col_value), proved, round(info.objective_function_value)


def _all_or_none(program: Program, shift: Int64, people: Int64) -> tuple[Program, Int64]:
    """The program with one more column for each of the shifts returned, those with a minimum: it takes place or not.

    shift (n,) of each edge. Rows: no edge without its shift, and a shift with its people.
    """
    shifts = np.unique(shift[people[shift] > 0])
    edges = np.flatnonzero(people[shift] > 0)
    takes_place = len(shift) + np.searchsorted(shifts, shift[edges])
    by_shift = edges[np.argsort(shift[edges], kind="stable")]
    many = np.bincount(np.searchsorted(shifts, shift[edges]), minlength=len(shifts))
    rows = np.insert(by_shift, np.cumsum(many) - many, len(shift) + np.arange(len(shifts)))
    weights = np.where(rows < len(shift), -1, 0)
    weights[rows >= len(shift)] = people[shifts]
    pairs = np.column_stack([edges, takes_place]).ravel()
    sizes = np.concatenate([np.full(len(edges), 2), many + 1])
    return Program(
        np.concatenate([program.worth, np.zeros(len(shifts))]),
        np.concatenate([program.first, program.first[-1] + np.cumsum(sizes)]),
        np.concatenate([program.columns, pairs, rows]),
        np.concatenate([program.weights, np.tile([1, -1], len(edges)), weights]),
        np.concatenate([program.limits, np.zeros(len(sizes), dtype=np.int64)]),
    ), shifts


def keeps_rules(hall: Hall, taken: Bool, rest: int, least: Least) -> bool:
    """Seats, minimum, hours, number and rest, counted in whole numbers."""
    g, workers = hall.graph, len(hall.gains)
    held = np.flatnonzero(taken)
    held = held[np.lexsort((g.start[held], g.owner[held]))]
    owner = g.owner[held]
    follows = owner[1:] == owner[:-1]
    early = follows & (g.start[held][1:] < g.end[held][:-1] + rest)
    given = np.bincount(least.shift[g.group[held]], minlength=len(least.people))
    return bool(
        (np.bincount(g.group[held], minlength=len(hall.seats)) <= hall.seats).all()
        and (np.bincount(owner, minlength=workers) <= hall.most).all()
        and (np.bincount(owner, g.length[held], minlength=workers) <= hall.hours).all()
        and ((given == 0) | (given >= least.people)).all()
        and not early.any()
    )
