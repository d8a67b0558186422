"""Compiled: exact best-k lists of both sides in one pass over the pairs within reach.

Per worker, group by group of the shifts he may have the trade for, best trade first; in a group, rows of its grid
nearest first. The sieve looks at 32 bytes of a shift without a branch and lets through a pair that may be feasible and
whose score could still enter the worker's or the shift's list; what passes is examined exactly (the same whole numbers
as `scan.py`). Bounds are 32-bit floats, kept above the true score by SLACK.

A key is value * 2**31 + (2**31 - 1 - row): one int64 orders by value, then by the smaller id.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast.compiled import compiled, inlined
from gongqiao.engines.matching.fast.exact import (
    allowed,
    has_papers,
    has_skill,
    keep,
    ones,
    points,
    trade_points,
)
from gongqiao.engines.matching.fast.facts import (
    NEVER_OF_AGE,
    S_PLACED,
    S_ROW,
    S_TRADE,
    S_X,
    S_Y,
    W_AGE16,
    W_LIMIT,
    W_PLACED,
    W_POINTS,
    W_ROW,
    W_TRADES,
    W_TRADES_END,
    W_X,
    W_Y,
)
from gongqiao.engines.matching.fast.folding import FLOAT_METRES, high_half, low_half
from gongqiao.engines.matching.fast.grids import runs_of, whole_of
from gongqiao.engines.matching.fast.sides import LANES, ODD, OPEN
from gongqiao.engines.matching.scorecard import FEN_PER_YUAN

KEY_BITS = 31
LAST_ROW = 2**31 - 1
NOTHING = np.iinfo(np.int64).min
BATCH = 16
PIECE = 256
CHUNK = 1024
NEVER = np.float32(3e9)  # above every score
ANYTHING = np.float32(-3e9)
T_GROUP, T_POINTS, T_BITS = range(3)


class Scratch(NamedTuple):
    """Memory of one thread; made by `scratch_for`."""

    flags: NDArray[np.uint8]
    found: Int64  # places that passed the sieve
    scores: Int64  # of those
    runs: Int64  # (n, 2) from place to place
    todo: Int64  # (n, 3) columns T_*: groups to look at
    mine: Int64  # (k,) the list of one worker


@inlined
def settle(w, i, s, card, found, count, group, given, price, scores, mine, theirs, floor):
    """The exact examination of `count` places in `found`; both sides' lists and the shifts' floors are updated.

    given: what the trade of the group gives this worker, exact but for the odd ones. Scores first, all in one go: they
    do not wait for one another.
    """
    me = w.facts[i]
    row, k_mine, k_theirs = me[W_ROW], len(mine), theirs.shape[1]
    for at in range(count):
        scores[at] = points(w, me, s, found[at], card) + given
    for at in range(count):
        j, score = found[at], scores[at]
        if group == ODD:
            if not has_skill(w, row, s, j):
                continue
            score += trade_points(w, row, np.int64(s.facts[j, S_TRADE]), card) - given
        own = ((score - price[j]) << KEY_BITS) + (LAST_ROW - s.facts[j, S_ROW])
        other = (score << KEY_BITS) + (LAST_ROW - row)
        for_me = k_mine > 0 and own > mine[-1]
        for_them = k_theirs > 0 and np.float32(score) >= floor[j] and other > theirs[j, -1]
        if (for_me or for_them) and has_papers(w, row, s, j) and allowed(w, i, s, j):
            if for_me:
                keep(mine, own)
            if for_them:
                keep(theirs[j], other)
                if theirs[j, -1] != NOTHING:
                    floor[j] = max(floor[j], np.float32(theirs[j, -1] >> KEY_BITS))


@inlined
def last_value(mine):
    """What a pair must reach to enter the list, as the sieve's float."""
    if len(mine) == 0:
        return NEVER
    if mine[-1] == NOTHING:
        return ANYTHING
    return np.float32(mine[-1] >> KEY_BITS)


@inlined
def groups_for(w, me, groups, card, todo):
    """Fill todo with the groups whose trade the worker has at any level, most points first; returns how many."""
    most = np.int64(0)
    for level in card.levels:
        most = max(most, level)
    todo[0, T_GROUP], todo[0, T_POINTS], todo[0, T_BITS] = ODD, most + card.preferred, 15
    todo[1, T_GROUP], todo[1, T_POINTS], todo[1, T_BITS] = OPEN, 0, 15
    count = 2
    for at in range(me[W_TRADES], me[W_TRADES_END]):
        entry = np.uint64(w.trades[at])
        group, held = groups.of_trade[entry >> np.uint64(5)], (entry >> np.uint64(1)) & np.uint64(15)
        if group >= 0:
            given, to = card.levels[ones(held)] + np.int64(entry & np.uint64(1)) * card.preferred, count
            while to > 0 and todo[to - 1, T_POINTS] < given:
                for column in range(3):
                    todo[to, column] = todo[to - 1, column]
                to -= 1
            todo[to, T_GROUP], todo[to, T_POINTS], todo[to, T_BITS] = group, given, np.int64(held)
            count += 1
    return count


@inlined
def look_for(i, w, s, groups, card, price, price32, floor, slack, scratch, mine, theirs, seen):
    """All shifts that the worker at place i could reach: near runs first, then those where a place is unknown.

    The sieve stands here as one plain loop over whole columns, of constant length and with an index that cannot be
    negative: that is what the compiler turns into vectors. flags[t] = the pair of place a + t may be feasible, near
    enough, and score above the last entry of either list. Few are gathered before they are examined.
    """
    me, zero = w.facts[i], np.float32(0)
    if me[W_AGE16] == NEVER_OF_AGE:
        return
    flags, found, scores, runs, todo, _ = scratch
    words = flags.view(np.uint64)
    lack_papers = ~w.papers[i] & ~np.uint32(15)
    lack_low, lack_high = ~w.parts[0, i], ~w.parts[1, i]
    least, reference = w.floor[i], w.reference[i]
    rate, cap = np.float32(card.pay_per_yuan / FEN_PER_YUAN), np.float32(card.pay_cap)
    slope = np.float32(card.metres_per_point * 1.00001)
    wx, wy = w.x[i], w.y[i]
    x, y, need, low, high, pay = s.x, s.y, s.need, s.parts[0], s.parts[1], s.pay
    bar = last_value(mine)
    for n in range(groups_for(w, me, groups, card, todo)):
        group, given, count = todo[n, T_GROUP], todo[n, T_POINTS], 0
        lack = lack_papers | (np.uint32(15) & ~np.uint32(todo[n, T_BITS]))
        top = w.known[i] + np.float32(me[W_POINTS] + given) + slack
        begins, unplaced, ends = whole_of(groups.grids, group)
        last = runs_of(me[W_X], me[W_Y], me[W_LIMIT], groups.grids, group, runs) if me[W_PLACED] else 0
        runs[last, 0], runs[last, 1] = (unplaced if me[W_PLACED] else begins), ends
        reach, near = w.reach[i], np.float32(card.nearest + 1 + FLOAT_METRES / card.metres_per_point)
        for run in range(last + 1):
            if run == last:
                reach, near = np.float32(np.inf), zero
            for piece in range(runs[run, 0], max(runs[run, 1], runs[run, 0] + 1), PIECE):
                stop = min(piece + PIECE, runs[run, 1])
                for a in range(piece, stop, LANES):
                    size = np.int32(min(stop - a, LANES))
                    for t in range(LANES):
                        j = np.uint64(a + t)
                        dx, dy = x[j] - wx, y[j] - wy
                        far = dx * dx + dy * dy
                        gain = min(max((pay[j] - reference) * rate, zero), cap)
                        spare = top + gain - min(bar + price32[j], floor[j])
                        room = max(spare + near, zero) * slope
                        missing = (need[j] & lack) | (low[j] & lack_low) | (high[j] & lack_high)
                        close = (far <= reach) & ((far <= room * room) | (spare > zero))
                        flags[t] = close & (missing == 0) & (pay[j] >= least) & (np.int32(t) < size)
                    for word in range(LANES >> 3):
                        if words[word] != np.uint64(0):
                            for t in range(word * 8, word * 8 + 8):
                                found[count] = a + t
                                count += flags[t]
                seen[0] += max(stop - piece, 0)
                if count >= BATCH or (count > 0 and run == last and stop == runs[run, 1]):
                    seen[1] += count
                    settle(w, i, s, card, found, count, group, given, price, scores, mine, theirs, floor)
                    bar, count = last_value(mine), 0


@compiled
def both_sides(spans, w, s, groups, card, price, price32, floor, slack, scratch, lowest, mine, theirs, seen):
    """Places of all spans (n, 2): mine (W, k) by row of the table, theirs (J, k) by place, keys, largest first.

    With k = 0 a side is left out. `lowest`: what a worker's list begins with.
    """
    for n in range(len(spans)):
        for i in range(spans[n, 0], spans[n, 1]):
            row, own = w.facts[i, W_ROW], scratch.mine
            for at in range(len(own)):
                own[at] = lowest
            look_for(i, w, s, groups, card, price, price32, floor, slack, scratch, own, theirs, seen)
            for at in range(len(own)):
                mine[row, at] = own[at]


@compiled
def one_worker(i, w, s, groups, card, price, price32, floor, slack, scratch, mine, theirs, seen):
    """`look_for` a single worker."""
    look_for(i, w, s, groups, card, price, price32, floor, slack, scratch, mine, theirs, seen)


@compiled
def one_shift(j, w, s, grids, reaches, card, slack, scratch, theirs):
    """The workers of all classes against the shift at place j; theirs (k,) sorted keys."""
    zero, flags, found, runs = np.float32(0), scratch.flags, scratch.found, scratch.runs
    x, y, placed = np.int64(s.facts[j, S_X]), np.int64(s.facts[j, S_Y]), s.facts[j, S_PLACED]
    need, pay, sx, sy = s.need[j] & ~np.uint32(15), s.pay[j], s.x[j], s.y[j]
    fold_low, fold_high = low_half(s.fold[j]), high_half(s.fold[j])
    fold, held = (fold_low, w.held[0]) if fold_low != 0 else (fold_high, w.held[1])
    part, free = (s.parts[0, j], w.parts[0]) if s.parts[0, j] != 0 else (s.parts[1, j], w.parts[1])
    trade = s.facts[j, S_TRADE]
    wish = np.uint32(1) << np.uint32(trade % 32) if trade >= 0 else np.uint32(0)
    rate, cap, wish_points = (
        np.float32(card.pay_per_yuan / FEN_PER_YUAN),
        np.float32(card.pay_cap),
        np.float32(card.preferred),
    )
    slope = np.float32(card.metres_per_point * 1.00001)
    near = np.float32(card.nearest + 1 + FLOAT_METRES / card.metres_per_point)
    wx, wy, papers, w_wish = w.x, w.y, w.papers, w.wish
    floor, reference, base, far_reach = w.floor, w.reference, w.base, w.reach
    words = flags.view(np.uint64)
    bar, count = last_value(theirs) - slack, 0
    for number in range(len(reaches)):
        begins, unplaced, ends = whole_of(grids, number)
        last = runs_of(x, y, reaches[number], grids, number, runs) if placed else 0
        runs[last, 0], runs[last, 1] = (unplaced if placed else begins), ends
        for run in range(last + 1):
            close_counts = np.float32(1) if run < last else zero
            for a in range(runs[run, 0], runs[run, 1], CHUNK):
                size = min(CHUNK, runs[run, 1] - a)
                for t in range(size):
                    i = np.uint64(a + t)
                    dx, dy = wx[i] - sx, wy[i] - sy
                    far = (dx * dx + dy * dy) * close_counts
                    gain = min(max((pay - reference[i]) * rate, zero), cap)
                    wished = wish_points if (w_wish[i] & wish) != 0 else zero
                    spare = base[i] + gain + wished - bar
                    room = max(spare + near * close_counts, zero) * slope
                    missing = (fold & ~held[i]) | (need & ~papers[i]) | (part & ~free[i])
                    close = (far <= far_reach[i]) & ((far < room * room) | (spare > zero))
                    flags[t] = close & (missing == 0) & (pay >= floor[i])
                for t in range(size, (size + 7) & ~7):
                    flags[t] = 0
                for word in range((size + 7) >> 3):
                    if words[word] != np.uint64(0):
                        for t in range(word * 8, word * 8 + 8):
                            found[count] = a + t
                            count += flags[t]
                if count >= BATCH:
                    take_workers(j, w, s, card, found, count, theirs)
                    bar, count = last_value(theirs) - slack, 0
    take_workers(j, w, s, card, found, count, theirs)


@inlined
def take_workers(j, w, s, card, found, count, theirs):
    """The exact examination of `count` workers in `found` for the shift at place j."""
    trade = np.int64(s.facts[j, S_TRADE])
    for at in range(count):
        i = found[at]
        me, row = w.facts[i], w.facts[i, W_ROW]
        if has_skill(w, row, s, j):
            key = ((points(w, me, s, j, card) + trade_points(w, row, trade, card)) << KEY_BITS) + (LAST_ROW - row)
            if key > theirs[-1] and has_papers(w, row, s, j) and allowed(w, i, s, j):
                keep(theirs, key)


def scratch_for(rows: int, groups: int, k: int) -> Scratch:
    """For one thread; most rows of a grid, how many groups there are, how long a worker's list is."""
    return Scratch(
        flags=np.zeros(CHUNK + 8, dtype=np.uint8),
        found=np.empty(BATCH + CHUNK + 8, dtype=np.int64),
        scores=np.empty(BATCH + PIECE + 8, dtype=np.int64),
        runs=np.empty((rows + 1, 2), dtype=np.int64),
        todo=np.empty((groups + 1, 3), dtype=np.int64),
        mine=np.full(k, NOTHING, dtype=np.int64),
    )
