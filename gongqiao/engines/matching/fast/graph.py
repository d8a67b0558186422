"""The candidate edges of a day plan, laid out for the solvers: per worker in order of the shifts' ends.

A shift's seats may fall into groups that are worth more to some (seats reserved for people with priority) or to anybody
(the first seats of a shift that must not stay empty); a group is a small shift of its own at the same hours.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.compiled import compiled


class Groups(NamedTuple):
    """Seat groups, by shift: shift (G,) row; seats (G,); to_all, to_priority (G,) points beside the score."""

    shift: Int64
    seats: Int64
    to_all: Int64
    to_priority: Int64


class Graph(NamedTuple):
    """Worker w owns edges [first[w], first[w + 1]), in order of the end of their shift.

    group, worth (E,); owner (E,) the worker; before (E,) how many of his own edges end, with rest, by the start of
    this one; start, end, length (E,) minutes.
    """

    first: Int64
    group: Int64
    worth: Int64
    owner: Int64
    before: Int64
    start: Int64
    end: Int64
    length: Int64
    longest: int  # most edges of one worker


class Pairs(NamedTuple):
    """Allowed pairs: worker and shift rows, score. Sorted by worker, then shift; no pair twice."""

    worker: Int64
    shift: Int64
    score: Int64

    def joined(self, other: "Pairs") -> "Pairs":
        """Both, without doubles."""
        worker, shift, score = (np.concatenate(columns) for columns in zip(self, other, strict=True))
        # One key and no stable sort: a pair seen from both sides has one score, so either copy may stay.
        key = worker * (int(shift.max(initial=0)) + 1) + shift
        at = np.argsort(key)
        at = at[np.diff(key[at], prepend=-1) > 0]
        return Pairs(worker[at], shift[at], score[at])

    def among(self, worker: Int64, shift: Int64) -> "Pairs":
        """Those of these that are named, each once; only pairs of these may be named, in any order."""
        width = int(self.shift.max(initial=0)) + 1
        keys = self.worker * width + self.shift
        return self.kept(np.flatnonzero(np.isin(keys, worker * width + shift)))

    def without(self, known: "Pairs") -> "Pairs":
        """Those that are not among the known."""
        width = int(max(self.shift.max(initial=0), known.shift.max(initial=0))) + 1
        keys, seen = self.worker * width + self.shift, known.worker * width + known.shift
        at = np.minimum(np.searchsorted(seen, keys), len(seen) - 1)
        return self.kept(seen[at] != keys if len(seen) else slice(None))

    def kept(self, rows: Int64 | Bool | slice) -> "Pairs":
        return Pairs(self.worker[rows], self.shift[rows], self.score[rows])


def graph_of(
    pairs: Pairs, workers: int, groups: Groups, priority: Int64, fill: int, start: Int64, end: Int64, rest: int
) -> Graph:
    """start, end (J,) minutes; priority (W,) 0 or 1; every pair becomes one edge per group of its shift."""
    first_group = np.searchsorted(groups.shift, np.arange(len(start) + 1))
    many = np.diff(first_group)[pairs.shift]
    edge_pair = np.repeat(np.arange(len(pairs.worker)), many)
    within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    worker, shift = pairs.worker[edge_pair], pairs.shift[edge_pair]
    group = (first_group[shift] + within).astype(np.int64)
    worth = pairs.score[edge_pair] + fill + groups.to_all[group] + groups.to_priority[group] * priority[worker]
    by_end = np.lexsort((start[groups.shift], end[groups.shift]))
    rank = np.empty(len(by_end), dtype=np.int64)
    rank[by_end] = np.arange(len(by_end))
    order = np.argsort(worker * len(rank) + rank[group])
    worker, group, worth, shift = worker[order], group[order], worth[order], shift[order]
    first = np.searchsorted(worker, np.arange(workers + 1)).astype(np.int64)
    before = np.empty(len(worker), dtype=np.int64)
    begins, ends = start[shift], end[shift]
    count_before(first, begins, ends, rest, before)
    longest = int(np.diff(first).max(initial=0))
    return Graph(first, group, worth, worker, before, begins, ends, ends - begins, longest)


@compiled
def count_before(first, start, end, rest, before):
    """before[e] = edges of the same worker that end at least `rest` before e starts (a prefix, since ends ascend)."""
    for worker in range(len(first) - 1):
        a, b = first[worker], first[worker + 1]
        for edge in range(a, b):
            low, high = a, edge
            while low < high:
                middle = (low + high) >> 1
                if end[middle] + rest <= start[edge]:
                    low = middle + 1
                else:
                    high = middle
            before[edge] = low - a
