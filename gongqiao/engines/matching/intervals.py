"""The best set of non-overlapping shifts of each worker at given prices, and the upper bound it proves.

Method: weighted interval scheduling by dynamic programming over shifts in order of their ends (Kleinberg and Tardos,
Algorithm Design, 2005, section 6.1), for all workers at once, with at most k shifts each. For any prices p >= 0 the sum
of seats x price plus the sum of the workers' best sets at worth - price is at least the value of every plan (Lagrangian
relaxation of the seats: Geoffrion, Mathematical Programming Study 2, 1974); whole numbers, so the bound is exact.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Int64

BLOCK_CELLS = 4_000_000
FORBIDDEN = -(2**61)


class Order(NamedTuple):
    """Shifts by end: shift (J,) positions; before (J,) how many of them end, with rest, by the start of each; k."""

    shift: Int64
    before: Int64
    k: int


class Demand(NamedTuple):
    """best = sum of the workers' best sets; wanted (J,) how many workers put each shift in theirs."""

    best: int
    wanted: Int64


def order_by_end(start: Int64, end: Int64, rest: int, k: int) -> Order:
    """start, end minutes; two shifts go together where one ends at least `rest` minutes before the other starts."""
    shift = np.lexsort((start, end))
    before = np.searchsorted(end[shift] + rest, start[shift], side="right")
    return Order(shift, before.astype(np.int64), min(k, len(shift)))


def demand(worth: Int64, price: Int64, order: Order) -> Demand:
    """worth (W, J), 0 = not allowed; price (J,). Workers are taken in blocks."""
    best, wanted = 0, np.zeros(len(price), dtype=np.int64)
    step = max(1, BLOCK_CELLS // ((order.k + 1) * (len(price) + 1)))
    for first in range(0, len(worth), step):
        part = worth[first : first + step][:, order.shift].T
        net = np.where(part > 0, part - price[order.shift][:, None], FORBIDDEN)
        table = _table(net, order)
        best += int(table[order.k, len(price)].sum())
        wanted[order.shift] += _wanted(table, order)
    return Demand(best, wanted)


def _table(net: Int64, order: Order) -> Int64:
    """Cell (c, i, w): the most worker w gains from the first i shifts with at most c of them; (k + 1, J + 1, n)."""
    shifts, people = net.shape
    table = np.zeros((order.k + 1, shifts + 1, people), dtype=np.int64)
    for i, before in enumerate(order.before.tolist()):
        np.maximum(table[1:, i], table[:-1, before] + net[i], out=table[1:, i + 1])
    return table


def _wanted(table: Int64, order: Order) -> Int64:
    """Walk each worker's best set back through the table, in step for all."""
    people = np.arange(table.shape[2])
    left = np.full(len(people), order.k, dtype=np.int64)
    upto = np.full(len(people), len(order.before), dtype=np.int64)
    wanted = np.zeros(len(order.before), dtype=np.int64)
    for i in range(len(order.before) - 1, -1, -1):
        here = upto == i + 1
        takes = here & (table[left, i + 1, people] != table[left, i, people])
        wanted[i] = int(takes.sum())
        upto = np.where(takes, order.before[i], np.where(here, i, upto))
        left = left - takes
    return wanted
