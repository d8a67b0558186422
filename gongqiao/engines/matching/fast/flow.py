"""Compiled: minimum-cost flow by cost scaling, and the day plans that are flows: they are solved exactly.

Method: Goldberg, "An efficient implementation of a scaling minimum-cost flow algorithm", Journal of Algorithms 22,
1997 (push and relabel within each scale; first-in first-out). Costs are multiplied by (nodes + 1), so that the last
scale, a step of one, is optimal and its potentials prove it.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT
from gongqiao.engines.matching.fast.bidding import no_hours, proved, scratch_for
from gongqiao.engines.matching.fast.compiled import compiled
from gongqiao.engines.matching.fast.graph import Graph

SCALE_STEP = 5
FIRST_STEP = 32  # a first step of 1/32 point: the prices given are about that good


class Network:
    """A flow in the making. arcs (A,) tail, head, capacity, cost in points; supply (N,) sums to 0 and can be shipped.

    `potential` (N,) parts of a point, a guess; the better it is, the less there is to do.
    """

    def __init__(self, tail: Int64, head: Int64, capacity: Int64, cost: Int64, supply: Int64, potential: Int64) -> None:
        arcs, nodes = len(tail), len(supply)
        self.scale, self.capacity = nodes + 1, capacity
        tails, heads = np.concatenate([tail, head]), np.concatenate([head, tail])
        order = np.argsort(tails, kind="stable")
        self.place = np.empty(2 * arcs, dtype=np.int64)
        self.place[order] = np.arange(2 * arcs)
        self.left = np.concatenate([capacity, np.zeros(arcs, dtype=np.int64)])[order]
        self.cost = (np.concatenate([cost, -cost]) * self.scale)[order]
        self.other, self.head = self.place[(order + arcs) % (2 * arcs)], heads[order]
        self.start = np.searchsorted(tails[order], np.arange(nodes + 1)).astype(np.int64)
        self.potential = potential * self.scale // PARTS_OF_A_POINT
        self.excess = supply.astype(np.int64)
        self.scratch = (
            np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64), np.zeros(nodes, dtype=np.bool_),
        )  # fmt: skip

    def refine(self, step: int) -> None:
        """Optimal to within `step` parts of a point; `scale` parts make a point, and a step of one is optimal."""
        refine(
            step, self.start, self.head, self.left, self.cost, self.other, self.potential, self.excess, *self.scratch
        )

    def sent(self) -> Int64:
        """Units along each arc, (A,)."""
        sent: Int64 = self.capacity - self.left[self.place[: len(self.capacity)]]
        return sent


@compiled
def refine(step, start, head, left, cost, other, potential, excess, current, queue, waits):
    """Make the flow optimal to within `step`: undo arcs that gain, then push and relabel until all excess is gone."""
    nodes, count = len(potential), 0
    for node in range(nodes):
        current[node] = start[node]
        for arc in range(start[node], start[node + 1]):
            if left[arc] > 0 and cost[arc] + potential[node] - potential[head[arc]] < 0:
                moved = left[arc]
                left[arc] = 0
                left[other[arc]] += moved
                excess[node] -= moved
                excess[head[arc]] += moved
    for node in range(nodes):
        waits[node] = excess[node] > 0
        if waits[node]:
            queue[count] = node
            count += 1
    first = 0
    while count > 0:
        node = queue[first]
        first = first + 1 if first + 1 < nodes else 0
        count -= 1
        waits[node] = False
        while excess[node] > 0:
            arc = current[node]
            if arc == start[node + 1]:
                best = np.int64(-(2**62))
                for way in range(start[node], start[node + 1]):
                    if left[way] > 0:
                        best = max(best, potential[head[way]] - cost[way])
                potential[node] = best - step
                current[node] = start[node]
                continue
            to = head[arc]
            if left[arc] > 0 and cost[arc] + potential[node] - potential[to] < 0:
                moved = min(excess[node], left[arc])
                left[arc] -= moved
                left[other[arc]] += moved
                excess[node] -= moved
                excess[to] += moved
                if excess[to] > 0 and not waits[to]:
                    last = first + count if first + count < nodes else first + count - nodes
                    queue[last], waits[to] = to, True
                    count += 1
            else:
                current[node] += 1


class Exact(NamedTuple):
    """taken (E,) edges; price (G,) in parts of a point, `scale` parts to a point."""

    taken: Bool
    price: Int64
    scale: int


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


def exact_plan(graph: Graph, seats: Int64, part: Int64, most: int, price: Int64) -> Exact:
    """Workers -> their parts -> seat groups -> out; a worker may also stay out. Gap 0 on these edges.

    price (G,) in parts of a point, a guess. Each scale ends with a plan and prices;
    it is over as soon as the two prove each other.
    """
    network, first_edge, group_node = _network(graph, seats, part, most, price)
    edges, sink = slice(first_edge, first_edge + len(graph.group)), len(network.potential) - 1
    step = max(1, network.scale // FIRST_STEP)
    worth, gains = graph.worth * network.scale, np.empty(len(graph.first) - 1, dtype=np.int64)
    hours = no_hours(len(gains))
    while True:
        network.refine(step)
        taken = network.sent()[edges] > 0
        found = np.maximum(network.potential[sink] - network.potential[group_node], 0)
        scratch = scratch_for(graph, most)
        bound = proved(graph.first, graph.group, worth, graph.before, found, graph.length, hours, most, *scratch, gains)
        bound += int((found * seats).sum())
        if step == 1 or bound // network.scale == int(graph.worth[taken].sum()):
            return Exact(taken, found, network.scale)
        step = max(1, step // SCALE_STEP)


def _network(graph: Graph, seats: Int64, part: Int64, most: int, price: Int64) -> tuple[Network, int, Int64]:
    """The network, where its arcs of edges begin, and the nodes of the groups. One shift each needs no parts."""
    workers, groups = len(graph.first) - 1, len(price)
    net = graph.worth * PARTS_OF_A_POINT - price[graph.group]
    every_part, of_edge = np.unique(part, return_inverse=True) if most > 1 else (graph.owner[:0], graph.owner)
    gain = np.zeros(max(workers, len(every_part)), dtype=np.int64)
    np.maximum.at(gain, of_edge, net)
    owner = np.zeros(len(every_part), dtype=np.int64)
    if most > 1:
        owner[of_edge] = graph.owner
    each = np.minimum(np.bincount(owner, minlength=workers), most) if most > 1 else np.ones(workers, dtype=np.int64)
    part_node, group_node = workers + np.arange(len(every_part)), workers + len(every_part) + np.arange(groups)
    sink = workers + len(every_part) + groups
    tail = [owner, part_node[of_edge] if most > 1 else graph.owner, group_node, np.arange(workers)]
    head = [part_node, group_node[graph.group], np.full(groups, sink), np.full(workers, sink)]
    capacity = [np.ones(len(every_part) + len(net), dtype=np.int64), seats, each]
    cost = [np.zeros(len(every_part), dtype=np.int64), -graph.worth, np.zeros(groups + workers, dtype=np.int64)]
    best = gain[: len(every_part)] if most > 1 else gain[:workers]
    above = np.zeros(workers, dtype=np.int64) if most > 1 else best
    potential = np.concatenate([above, best if most > 1 else best[:0], -price, np.zeros(1, dtype=np.int64)])
    supply = np.concatenate([each, np.zeros(len(every_part) + groups, dtype=np.int64), [-int(each.sum())]])
    tails, heads, most_sent, costs = (np.concatenate(column) for column in (tail, head, capacity, cost))
    return Network(tails, heads, most_sent, costs, supply, potential), len(every_part), group_node
