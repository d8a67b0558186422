"""How much each kind of evidence weighs, and what the sum is worth: learnt on titles the evidence has not seen.

A conditional logit over the occupations that come into question (weights shared by all of them), then an isotonic
curve (pool adjacent violators) from that chance to the share that was right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Table
from gongqiao.engines.occupations.softmax import chances

STEPS, RATE, RIDGE = 400, 0.05, 1e-3
CANDIDATES = 60
SMALLEST_POOL = 40  # guesses in one step of the curve, at least


@dataclass(frozen=True, slots=True)
class Asked:
    """A title not learnt from: its table cut down to the occupations in question, and which of them is right."""

    table: Table
    right: int

    @classmethod
    def of(cls, table: Table, right: int) -> "Asked":
        """Candidates by plain sum of the scaled evidence; the right one is always among them."""
        spread = table.std(axis=1) + 1e-9
        rough = ((table - table.mean(axis=1, keepdims=True)) / spread[:, None]).sum(axis=0)
        rough[right] = np.inf
        chosen = np.argpartition(-rough, CANDIDATES)[:CANDIDATES]
        return cls(table[:, chosen], int(np.flatnonzero(chosen == right)[0]))


@dataclass(frozen=True, slots=True)
class Mixture:
    """`weights` by FEATURES; `curve` from chance given (first row, rising) to chance seen (second row)."""

    weights: Floats
    curve: Floats

    def chances(self, table: Table) -> Floats:
        """Each occupation's chance before the curve."""
        return chances(np.asarray(self.weights @ table, np.float64))

    def worth(self, chance: Floats) -> Floats:
        return np.asarray(np.interp(chance, self.curve[0], self.curve[1]))


def weigh(asked: Sequence[Asked]) -> Floats:
    """The weights under which the right answers are likeliest (Adam on the whole set from equal weights)."""
    tables: Floats = np.stack([np.asarray(one.table, np.float64) for one in asked])
    right = np.array([one.right for one in asked])
    rows = np.arange(len(asked))
    weights = np.full(tables.shape[1], 0.3)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        given = chances(np.asarray(np.einsum("f,nfc->nc", weights, tables), np.float64))
        given[rows, right] -= 1.0
        slope = np.asarray(np.einsum("nfc,nc->f", tables, given), np.float64) / len(asked) + RIDGE * weights
        first += 0.1 * (slope - first)
        second += 0.01 * (slope * slope - second)
        weights = weights - RATE * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def curve(chance: Floats, right: Floats) -> Floats:
    """Isotonic regression of right (0 or 1) on chance, as points to read between; pools of SMALLEST_POOL or more."""
    order = np.argsort(chance, kind="stable")
    parts = np.array_split(order, max(1, len(order) // SMALLEST_POOL))
    pools: list[tuple[float, float, int]] = []
    for part in parts:
        pools.append((float(chance[part].mean()), float(right[part].mean()), len(part)))
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            later, earlier = pools.pop(), pools.pop()
            total = earlier[2] + later[2]
            share = earlier[2] / total
            pools.append(
                (share * earlier[0] + (1 - share) * later[0], share * earlier[1] + (1 - share) * later[1], total)
            )
    points = np.array([[at, seen] for at, seen, _ in pools]).T
    return np.hstack([[[0.0], [0.0]], points, [[1.0], [max(points[1][-1], 0.0)]]])


def best(chance: Floats, count: int) -> Ints:
    """Numbers of the likeliest, likeliest first; equal ones by number."""
    few = np.argpartition(-chance, count)[:count]
    return few[np.lexsort((few, -chance[few]))]
