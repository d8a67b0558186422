"""Day plans that are flows: every worker's shifts fall into parts of the day, and one shift each is one part.

A part is somebody who wants one seat. Where a worker has more parts than shifts he may hold, as many as he must leave
out get seats at home, which are worth more than any shift: no best plan leaves one of them free, and what they are
worth is the same in all that do not. So every such plan is a transportation problem, solved exactly.
"""

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT
from gongqiao.engines.matching.fast.compiled import compiled
from gongqiao.engines.matching.fast.graph import Graph
from gongqiao.engines.matching.fast.transport import seated


def parts(graph: Graph, rest: int, most: int) -> Int64 | None:
    """Part (E,) of each edge where every worker's shifts fall into parts: any two of one part clash, no two of
    different parts do. Then the plan is a flow. None where they do not; one shift each is one part.
    """
    part = np.empty(len(graph.group), dtype=np.int64)
    if most == 1:
        return graph.owner
    order = np.lexsort((graph.start, graph.owner))
    return part if parts_of(graph.owner[order], graph.start[order], graph.end[order], rest, order, part) else None


@compiled
def parts_of(owner, start, end, rest, order, part):
    """Sweep each worker's edges by start: a part ends where nothing reaches over; False where one is no clique."""
    number, latest, earliest = np.int64(-1), np.int64(0), np.int64(0)
    for at in range(len(owner)):
        if at == 0 or owner[at] != owner[at - 1] or start[at] >= latest + rest:
            number += 1
            latest, earliest = end[at], end[at]
        elif start[at] >= earliest + rest:
            return False
        latest, earliest = max(latest, end[at]), min(earliest, end[at])
        part[order[at]] = number
    return True


def exact_plan(graph: Graph, seats: Int64, part: Int64, most: int, price: Int64) -> tuple[Bool, Int64]:
    """(taken (E,) edges of the best plan, price (G,) in points that prove it).

    part (E,) as from `parts`, ascending; `most` shifts a worker; price (G,) in parts of a point, a guess.
    """
    opening = price // PARTS_OF_A_POINT
    if most == 1:
        return seated(graph.first, graph.group, graph.worth, seats, opening)
    begins = np.flatnonzero(np.diff(part, prepend=-1))
    nth = np.cumsum(np.diff(part, prepend=-1) > 0) - 1
    too_many = np.bincount(graph.owner[begins], minlength=len(graph.first) - 1) - most
    bound = np.flatnonzero(too_many > 0)
    home = np.full(len(too_many), -1, dtype=np.int64)
    home[bound] = len(seats) + np.arange(len(bound))
    stays = np.flatnonzero(home[graph.owner[begins]] >= 0)
    person = np.concatenate([nth, stays])
    group = np.concatenate([graph.group, home[graph.owner[begins[stays]]]])
    worth = np.concatenate([graph.worth, np.full(len(stays), int(graph.worth.max(initial=0)) + 1, dtype=np.int64)])
    order = np.argsort(person, kind="stable")
    first = np.searchsorted(person[order], np.arange(len(begins) + 1)).astype(np.int64)
    room = np.concatenate([seats, too_many[bound]])
    taken, points = seated(first, group[order], worth[order], room, np.append(opening, np.zeros_like(bound)))
    chosen = np.zeros(len(person), dtype=np.bool_)
    chosen[order] = taken
    return chosen[: len(nth)], points[: len(seats)]
