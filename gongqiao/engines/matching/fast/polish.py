"""The last thousandths: a linear program over the edges that the prices leave in the running.

That program is very tight, its duals give better prices and its solution is nearly whole; whatever HiGHS says is
checked afterwards by the bound and by the plan's own rules.
"""

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT, Hall, Sold
from gongqiao.engines.matching.fast.program import Float64, Program, is_installed, program_of, ready

WHOLE = 1e-6
MOST_NODES = 100  # the plans tried gain nothing by more, and one trial with ten thousand did not end within minutes
EDGES_PER_HUNDRED_TAKEN = 175  # 150 lose some thousandths where workers are scarce, 210 take three times as long there
MOST_EDGES = 400_000  # the program of 780,000 edges did not end in its steps, and 20 s were for nothing


def pays(hall: Hall, sold: Sold) -> bool:
    """Whether the program is there, has something to gain, and is not too large to end."""
    edges = int(sold.taken.sum()) * EDGES_PER_HUNDRED_TAKEN // 100
    gains = hall.value(sold.taken) * PARTS_OF_A_POINT < sold.bound
    return gains and edges <= MOST_EDGES and is_installed()


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
    program = program_of(hall, kept, rest, hall.seats)
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
        program = program_of(hall, open_edges, rest, left)
        found = _solved(program, steps, whole=True)
        if found is not None:
            taken[open_edges[found[0] > 0.5]] = True
    return taken


def _solved(rows: Program, steps: int, *, whole: bool) -> tuple[Float64, Float64] | None:
    """(share of each edge, price of each row); None when HiGHS did not finish. `whole`: shares are 0 or 1."""
    solver = ready(rows, MOST_NODES if whole else None)
    solver.setOptionValue("simplex_iteration_limit", steps)
    solver.run()
    if solver.modelStatusToString(solver.getModelStatus()) != "Optimal":
        return None
    solution = solver.getSolution()
    return np.array(solution.col_value), np.abs(np.array(solution.row_dual))
