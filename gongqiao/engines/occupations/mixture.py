"""How much each kind of evidence weighs, and what the sum is worth: learnt on titles the evidence has not seen.

A conditional logit over all occupations (weights shared by all of them), then an isotonic
curve (pool adjacent violators) from that chance to the share that was right.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Table
from gongqiao.engines.occupations.softmax import chances

START, STEPS, HALVINGS, TOLERANCE, RIDGE, LEAST = 0.3, 30, 10, 1e-6, 1e-3, 1e-300
SMALLEST_POOL = 40  # guesses in one step of the curve, at least


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


def weigh(tables: Sequence[Table], right: Sequence[int]) -> Floats:
    """The weights under which the right answers are likeliest: Newton's method, halved steps; convex, one answer.

    `tables` are FEATURES x occupations, one a title that the evidence has not learnt.
    """
    weights = np.full(tables[0].shape[0], START)
    value, slope, bend = _likelihood(tables, right, weights)
    for _ in range(STEPS):
        move = np.linalg.solve(bend, slope)
        for _ in range(HALVINGS):
            ahead, slope_ahead, bend_ahead = _likelihood(tables, right, weights - move)
            if ahead <= value:
                break
            move = move / 2
        else:
            return weights
        done = value - ahead < TOLERANCE
        weights, value, slope, bend = weights - move, ahead, slope_ahead, bend_ahead
        if done:
            break
    return weights


def _likelihood(tables: Sequence[Table], right: Sequence[int], weights: Floats) -> tuple[float, Floats, Floats]:
    """Mean minus log chance of the right answers with its slope and bend, a little ridge in each."""
    count, size = len(tables), len(weights)
    value, slope, bend = RIDGE / 2 * float(weights @ weights), RIDGE * weights, RIDGE * np.eye(size)
    for table, answer in zip(tables, right, strict=True):
        known = np.asarray(table, np.float64)
        given = chances(weights @ known)
        mean = known @ given
        value -= float(np.log(max(given[answer], LEAST))) / count
        slope = slope + (mean - known[:, answer]) / count
        bend = bend + ((known * given) @ known.T - np.outer(mean, mean)) / count
    return value, slope, bend


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
