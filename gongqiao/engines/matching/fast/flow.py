"""Compiled: any minimum-cost flow, by cost scaling; day plans have a faster way (`dayparts`), which is held against it.

Method: Goldberg, "An efficient implementation of a scaling minimum-cost flow algorithm", Journal of Algorithms 22,
1997 (push and relabel within each scale; first-in first-out). Costs are multiplied by (nodes + 1), so that the last
scale, a step of one, is optimal and its potentials prove it.
"""

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast.compiled import compiled

SCALE_STEP = 5
PARTS_OF_A_POINT = 16  # of the potentials given


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
