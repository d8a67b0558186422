"""One worker's best answer to the seats that are free: used to repair and to improve a plan, one worker at a time."""

from bisect import bisect_right

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.intervals import Order

MOST_PASSES = 20


def packages(worth: Int64, won: Bool, order: Order) -> list[list[int]]:
    """Per worker the best part of what he won that obeys his own limits; worth, won (W, J)."""
    held: list[list[int]] = [[] for _ in range(len(worth))]
    for i in np.flatnonzero(won.any(axis=1)).tolist():
        held[i] = best_package(worth[i], won[i], order)
    return held


def improve(worth: Int64, held: list[list[int]], seats: Int64, order: Order) -> None:
    """Let each worker in turn take his best set among his own and the free seats, until nobody gains; in place.

    Each change raises the value of the plan by a whole number, so it ends; at most 20 passes are made.
    """
    free = seats.copy()
    for mine in held:
        free[mine] -= 1
    for _ in range(MOST_PASSES):
        changed = False
        for i in np.flatnonzero((worth[:, free > 0] > 0).any(axis=1)).tolist():
            reach = (free > 0) & (worth[i] > 0)
            reach[held[i]] = True
            better = best_package(worth[i], reach, order)
            if worth[i, better].sum() > worth[i, held[i]].sum():
                free[held[i]] += 1
                free[better] -= 1
                held[i], changed = better, True
        if not changed:
            return


def best_package(worth: Int64, reach: Bool, order: Order) -> list[int]:
    """Positions of the best set of at most k shifts that go together; worth, reach (J,)."""
    ranks = np.flatnonzero(reach[order.shift]).tolist()
    gains = worth[order.shift[ranks]].tolist()
    fits = [bisect_right(ranks, int(order.before[rank]) - 1) for rank in ranks]
    rows = [[0] * (len(ranks) + 1)]
    for _ in range(min(order.k, len(ranks))):
        above, row = rows[-1], [0]
        for i, gain in enumerate(gains):
            row.append(max(row[i], above[fits[i]] + gain))
        rows.append(row)
    chosen, i, c = [], len(ranks), len(rows) - 1
    while i and c:
        if rows[c][i] != rows[c][i - 1]:
            chosen.append(int(order.shift[ranks[i - 1]]))
            i, c = fits[i - 1], c - 1
        else:
            i -= 1
    return chosen
