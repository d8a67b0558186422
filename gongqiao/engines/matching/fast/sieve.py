"""Compiled: exact best-k lists of both sides in one pass over the pairs within reach.

Per worker, rows of the grid nearest first. The sieve looks at 36 bytes of a shift without a branch and lets through a
pair that may be feasible and whose score could still enter the worker's or the shift's list; what passes is examined
exactly (the same whole numbers as `scan.py`). Bounds are 32-bit floats, kept above the true score by SLACK.

A key is value * 2**31 + (2**31 - 1 - row): one int64 orders by value, then by the smaller id.
"""

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast.compiled import compiled
from gongqiao.engines.matching.fast.sides import (
    FLOAT_METRES,
    S_BIT,
    S_END,
    S_HAZARD,
    S_PAPERS,
    S_PAPERS_END,
    S_PAY,
    S_PLACED,
    S_PLAIN_HOURS,
    S_ROW,
    S_START,
    S_TRADE,
    S_X,
    S_Y,
    SEVERAL_BITS,
    W_AGE16,
    W_AGE18,
    W_BIRTH,
    W_BLOCKED,
    W_BLOCKED_END,
    W_BUSY,
    W_BUSY_END,
    W_FLOOR,
    W_LIMIT,
    W_PLACED,
    W_POINTS,
    W_REFERENCE,
    W_ROW,
    W_WORKED,
    W_WORKED_END,
    W_X,
    W_Y,
)

KEY_BITS = 31
LAST_ROW = 2**31 - 1
NOTHING = np.iinfo(np.int64).min
NO_POINTS = np.int64(-(2**40))
FAR_METRES = 1 << 26  # more than any two places lie apart
CHUNK = 1024
BATCH = 64
NEVER = np.float32(3e9)  # above every score
ANYTHING = np.float32(-3e9)


@compiled
def points(w, me, s, j, card):
    """Exact score of worker `me` (his row of facts) and the shift at place j."""
    total = me[W_POINTS]
    row, trade = me[W_ROW], np.int64(s.facts[j, S_TRADE])
    if trade >= 0:
        word, shift = (trade * 4) >> 6, np.uint64((trade * 4) & 63)
        held = (w.skills[row, word] >> shift) & np.uint64(15)
        count = np.int64(held & np.uint64(1)) + np.int64((held >> np.uint64(1)) & np.uint64(1))
        count += np.int64((held >> np.uint64(2)) & np.uint64(1)) + np.int64((held >> np.uint64(3)) & np.uint64(1))
        total += card.levels[count]
        if (w.preferred[row, word] >> shift) & np.uint64(1):
            total += card.preferred
    if me[W_PLACED] and s.facts[j, S_PLACED]:
        dx, dy = me[W_X] - s.facts[j, S_X], me[W_Y] - s.facts[j, S_Y]
        metres = np.int64(np.sqrt(np.float64(dx * dx + dy * dy)))
        total += max(card.nearest - metres // card.metres_per_point, 0)
    margin = s.facts[j, S_PAY] - me[W_REFERENCE]
    if margin > 0:
        total += min(margin * card.pay_per_yuan // 10, card.pay_cap)
    for at in range(me[W_WORKED], me[W_WORKED_END]):
        if w.worked[at, 0] == s.employer[j]:
            total += min(w.worked[at, 1], card.worked_cap)
    return total


@compiled
def has_skill(w, row, s, j):
    """The one asked-for bit is held; a shift that asks for several is tested word by word."""
    bit = np.int64(s.facts[j, S_BIT])
    if bit >= 0:
        return (w.skills[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0)
    if bit == SEVERAL_BITS:
        for word in range(s.skills.shape[1]):
            if s.skills[j, word] & ~w.skills[row, word]:
                return False
    return True


@compiled
def has_papers(w, row, s, j):
    """Every asked-for certificate is valid through the end."""
    for at in range(s.facts[j, S_PAPERS], s.facts[j, S_PAPERS_END]):
        if w.until[row, s.papers[at]] < s.facts[j, S_END]:
            return False
    return True


@compiled
def allowed(w, me, s, j):
    """No hard rule fails but for skill and certificates, judged by themselves; what stops most comes first."""
    row = me[W_ROW]
    if s.facts[j, S_PLAIN_HOURS]:
        for hour in range(s.facts[j, S_START] // 60, (s.facts[j, S_END] - 1) // 60 + 1):
            if (w.hours[row, hour >> 6] >> np.uint64(hour & 63)) & np.uint64(1) == np.uint64(0):
                return False
    else:
        for word in range(s.hours.shape[1]):
            if s.hours[j, word] & ~w.hours[row, word]:
                return False
    if s.facts[j, S_PAY] < me[W_FLOOR]:
        return False
    if me[W_PLACED] and s.facts[j, S_PLACED] and me[W_LIMIT] >= 0:
        dx, dy, limit = me[W_X] - s.facts[j, S_X], me[W_Y] - s.facts[j, S_Y], me[W_LIMIT]
        if dx * dx + dy * dy > limit * limit:
            return False
    start, end = s.facts[j, S_START], s.facts[j, S_END]
    if me[W_BIRTH] == 0 or start < me[W_AGE16] or (s.facts[j, S_HAZARD] and start < me[W_AGE18]):
        return False
    for at in range(me[W_BUSY], me[W_BUSY_END]):
        if w.busy[at, 0] < end and start < w.busy[at, 1]:
            return False
    for at in range(me[W_BLOCKED], me[W_BLOCKED_END]):
        if w.blocked[at, 0] == s.employer[j]:
            return False
    return True


@compiled
def keep(heap, key):
    """Replace the smallest key of a full min-heap."""
    size, at = len(heap), 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key


@compiled
def sort_down(keys):
    """Largest first, in place; short lists."""
    for at in range(1, len(keys)):
        key, to = keys[at], at
        while to > 0 and keys[to - 1] < key:
            keys[to] = keys[to - 1]
            to -= 1
        keys[to] = key


@compiled
def settle(w, me, s, card, found, count, price, mine, theirs, floor):
    """The exact examination of `count` places in `found`; both sides' heaps and the shifts' floors are updated."""
    row = me[W_ROW]
    k_mine, k_theirs = len(mine), theirs.shape[1]
    for at in range(count):
        j = found[at]
        if not has_skill(w, row, s, j):
            continue
        score = points(w, me, s, j, card)
        own = ((score - price[j]) << KEY_BITS) + (LAST_ROW - s.facts[j, S_ROW])
        other = (score << KEY_BITS) + (LAST_ROW - row)
        for_me = k_mine > 0 and own > mine[0]
        for_them = k_theirs > 0 and np.float32(score) >= floor[j] and other > theirs[j, 0]
        if (for_me or for_them) and has_papers(w, row, s, j) and allowed(w, me, s, j):
            if for_me:
                keep(mine, own)
            if for_them:
                keep(theirs[j], other)
                if theirs[j, 0] != NOTHING:
                    floor[j] = max(floor[j], np.float32(theirs[j, 0] >> KEY_BITS))


@compiled
def last_value(mine):
    """What a pair must reach to enter the list, as the sieve's float."""
    if len(mine) == 0:
        return NEVER
    if mine[0] == NOTHING:
        return ANYTHING
    return np.float32(mine[0] >> KEY_BITS)


@compiled
def runs_of(wx, wy, limit, grid, start, runs):
    """Fill runs (n, 2) with the places, counted from `start`, in cells within `limit` metres; the nearest row first."""
    count = 0
    if limit < 0:
        limit = FAR_METRES
    home = (wy - grid.y0) // grid.metres
    for step in range(max(home, grid.rows - 1 - home) + 1):
        within = False
        for side in range(2 if step else 1):
            line = home + step if side == 0 else home - step
            low_y = grid.y0 + line * grid.metres
            dy = max(0, low_y - wy, wy - (low_y + grid.metres - 1))
            if dy > limit:
                continue
            within = True
            if not 0 <= line < grid.rows:
                continue
            half = np.int64(np.sqrt(np.float64(limit * limit - dy * dy))) + 1
            left = max((wx - half - grid.x0) // grid.metres, 0)
            right = min((wx + half - grid.x0) // grid.metres, grid.columns - 1)
            if left <= right:
                a, b = grid.first[line * grid.columns + left], grid.first[line * grid.columns + right + 1]
                if a < b:
                    runs[count, 0], runs[count, 1] = start + a, start + b
                    count += 1
        if not within:
            break
    return count


@compiled
def one_worker(i, w, s, grid, card, price, price32, floor, slack, flags, found, runs, mine, theirs, seen):
    """All shifts that the worker at place i could reach: near runs first, then those where a place is unknown.

    The sieve stands here as one plain loop over whole columns, with an index that cannot be negative: that is what the
    compiler turns into vectors. flags[t] = the pair of place a + t may be feasible, near enough, and score above the
    last entry of either list. Short runs are gathered before they are examined.
    """
    me, shifts, zero = w.facts[i], len(s.pay), np.float32(0)
    lack_low, lack_high, lack_parts = ~w.low[i], ~w.high[i], ~w.parts[i]
    wishes, wish_points = w.wish[i], np.float32(card.preferred)
    least, reference, rate, cap = (
        w.floor[i],
        w.reference[i],
        np.float32(card.pay_per_yuan / 10),
        np.float32(card.pay_cap),
    )
    top, slope = w.base[i] + slack, np.float32(card.metres_per_point * 1.00001)
    near = np.float32(card.nearest + 1 + FLOAT_METRES / card.metres_per_point)
    wx, wy, reach = w.x[i], w.y[i], w.reach[i]
    x, y, low, high, parts, wish, pay = s.x, s.y, s.low, s.high, s.parts, s.wish, s.pay
    words = flags.view(np.uint64)
    last = 0
    if me[W_PLACED]:
        last = runs_of(me[W_X], me[W_Y], me[W_LIMIT], grid, 0, runs)
    runs[last, 0], runs[last, 1] = (grid.placed if me[W_PLACED] else 0), shifts
    bar, count = last_value(mine), 0
    for run in range(last + 1):
        for a in range(runs[run, 0], runs[run, 1], CHUNK):
            size = min(CHUNK, runs[run, 1] - a)
            if run < last:
                for t in range(size):
                    j = np.uint64(a + t)
                    dx, dy = x[j] - wx, y[j] - wy
                    far = dx * dx + dy * dy
                    gain = min(max((pay[j] - reference) * rate, zero), cap)
                    wished = wish_points if (wish[j] & wishes) != 0 else zero
                    spare = top + gain + wished - min(bar + price32[j], floor[j])
                    room = max(spare + near, zero) * slope
                    missing = (low[j] & lack_low) | (high[j] & lack_high) | (parts[j] & lack_parts)
                    close = (far <= reach) & ((far <= room * room) | (spare > zero))
                    flags[t] = close & (missing == 0) & (pay[j] >= least)
            else:
                for t in range(size):
                    j = np.uint64(a + t)
                    gain = min(max((pay[j] - reference) * rate, zero), cap)
                    wished = wish_points if (wish[j] & wishes) != 0 else zero
                    spare = top + gain + wished - min(bar + price32[j], floor[j])
                    missing = (low[j] & lack_low) | (high[j] & lack_high) | (parts[j] & lack_parts)
                    flags[t] = (missing == 0) & (pay[j] >= least) & (spare > zero)
            for t in range(size, (size + 7) & ~7):
                flags[t] = 0
            for word in range((size + 7) >> 3):
                if words[word] != np.uint64(0):
                    for t in range(word * 8, word * 8 + 8):
                        found[count] = a + t
                        count += flags[t]
            seen[0] += size
            if count >= BATCH:
                seen[1] += count
                settle(w, me, s, card, found, count, price, mine, theirs, floor)
                bar, count = last_value(mine), 0
    seen[1] += count
    settle(w, me, s, card, found, count, price, mine, theirs, floor)


@compiled
def both_sides(
    first, last, step, w, s, grid, card, price, price32, floor, slack, flags, found, runs, mine, theirs, seen
):
    """Every `step`-th place of [first, last): mine (W, k) by row of the table, theirs (J, k) by place, heaps of keys.

    mine comes back sorted, largest first. With k = 0 a side is left out. flags, found, runs: scratch of `scratch_for`.
    """
    for i in range(first, last, step):
        own = mine[w.facts[i, W_ROW]]
        one_worker(i, w, s, grid, card, price, price32, floor, slack, flags, found, runs, own, theirs, seen)
        sort_down(own)


@compiled
def one_shift(j, w, s, grid, start, stop, reach, card, slack, flags, found, runs, theirs):
    """The workers of one class, places [start, stop), against the shift at place j; theirs (k,) is a heap of keys."""
    zero = np.float32(0)
    x, y, placed = np.int64(s.facts[j, S_X]), np.int64(s.facts[j, S_Y]), s.facts[j, S_PLACED]
    low, high, parts, wish, pay = s.low[j], s.high[j], s.parts[j], s.wish[j], s.pay[j]
    sx, sy = s.x[j], s.y[j]
    rate, cap, wish_points = np.float32(card.pay_per_yuan / 10), np.float32(card.pay_cap), np.float32(card.preferred)
    slope = np.float32(card.metres_per_point * 1.00001)
    near = np.float32(card.nearest + 1 + FLOAT_METRES / card.metres_per_point)
    wx, wy, w_low, w_high, w_parts, w_wish = w.x, w.y, w.low, w.high, w.parts, w.wish
    floor, reference, base, far_reach = w.floor, w.reference, w.base, w.reach
    words = flags.view(np.uint64)
    last = 0
    if placed:
        last = runs_of(x, y, reach, grid, start, runs)
    runs[last, 0], runs[last, 1] = (start + grid.placed if placed else start), stop
    bar, count = last_value(theirs) - slack, 0
    for run in range(last + 1):
        for a in range(runs[run, 0], runs[run, 1], CHUNK):
            size = min(CHUNK, runs[run, 1] - a)
            close_counts = np.float32(1) if run < last else zero
            for t in range(size):
                i = np.uint64(a + t)
                dx, dy = wx[i] - sx, wy[i] - sy
                far = (dx * dx + dy * dy) * close_counts
                gain = min(max((pay - reference[i]) * rate, zero), cap)
                wished = wish_points if (w_wish[i] & wish) != 0 else zero
                spare = base[i] + gain + wished - bar
                room = max(spare + near * close_counts, zero) * slope
                missing = (low & ~w_low[i]) | (high & ~w_high[i]) | (parts & ~w_parts[i])
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


@compiled
def take_workers(j, w, s, card, found, count, theirs):
    """The exact examination of `count` workers in `found` for the shift at place j."""
    for at in range(count):
        me = w.facts[found[at]]
        if has_skill(w, me[W_ROW], s, j):
            key = (points(w, me, s, j, card) << KEY_BITS) + (LAST_ROW - me[W_ROW])
            if key > theirs[0] and has_papers(w, me[W_ROW], s, j) and allowed(w, me, s, j):
                keep(theirs, key)


def scratch_for(rows: int) -> tuple[NDArray[np.uint8], Int64, Int64]:
    """(flags, found, runs) for one thread; rows of the grid."""
    flags = np.zeros(CHUNK + 8, dtype=np.uint8)
    return flags, np.empty(BATCH + CHUNK + 8, dtype=np.int64), np.empty((rows + 1, 2), dtype=np.int64)
