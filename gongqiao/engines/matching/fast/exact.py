"""Compiled: one pair judged and scored in whole numbers, as `scan.py` does; and the heaps that keep the best."""

import numpy as np

from gongqiao.engines.matching.fast.compiled import inlined
from gongqiao.engines.matching.fast.facts import (
    S_BIT,
    S_EMPLOYER,
    S_END,
    S_FIRST_HOUR,
    S_HAZARD,
    S_LAST_HOUR,
    S_PAPERS,
    S_PAPERS_END,
    S_PAY,
    S_PLACED,
    S_START,
    S_X,
    S_Y,
    SEVERAL_BITS,
    W_AGE16,
    W_AGE18,
    W_BLOCKED,
    W_BLOCKED_END,
    W_BUSY,
    W_BUSY_END,
    W_FLOOR,
    W_LIMIT,
    W_PLACED,
    W_POINTS,
    W_REFERENCE,
    W_WORKED,
    W_WORKED_END,
    W_X,
    W_Y,
)
from gongqiao.engines.matching.fast.folding import hours_mask, short_of
from gongqiao.engines.matching.scorecard import FEN_PER_YUAN


@inlined
def held_bits(w, row, trade):
    """The four bits a worker holds of a trade."""
    return (w.skills[row, (trade * 4) >> 6] >> np.uint64((trade * 4) & 63)) & np.uint64(15)


@inlined
def ones(nibble):
    """Bits set of four."""
    low = np.int64(nibble & np.uint64(1)) + np.int64((nibble >> np.uint64(1)) & np.uint64(1))
    return low + np.int64((nibble >> np.uint64(2)) & np.uint64(1)) + np.int64((nibble >> np.uint64(3)) & np.uint64(1))


@inlined
def trade_points(w, row, trade, card):
    """For the level held in a trade, and for wishing for it."""
    if trade < 0:
        return np.int64(0)
    total = card.levels[ones(held_bits(w, row, trade))]
    if (w.preferred[row, (trade * 4) >> 6] >> np.uint64((trade * 4) & 63)) & np.uint64(1):
        total += card.preferred
    return total


@inlined
def points(w, me, s, j, card):
    """Exact score of worker `me` (his row of facts) and the shift at place j, less `trade_points`."""
    shift = s.facts[j]
    dx, dy = me[W_X] - shift[S_X], me[W_Y] - shift[S_Y]
    metres = np.uint32(np.sqrt(np.float64(dx * dx + dy * dy)))
    nearness = max(card.nearest - np.int64(metres // np.uint32(card.metres_per_point)), 0)
    margin = max(shift[S_PAY] - me[W_REFERENCE], 0)
    total = me[W_POINTS] + min(np.int64(np.uint64(margin * card.pay_per_yuan) // np.uint64(FEN_PER_YUAN)), card.pay_cap)
    if me[W_PLACED] and shift[S_PLACED]:
        total += nearness
    for at in range(me[W_WORKED], me[W_WORKED_END]):
        if short_of(w.worked[at, 0]) == shift[S_EMPLOYER] and w.worked[at, 0] == s.employer[j]:
            total += min(w.worked[at, 1], card.worked_cap)
    return total


@inlined
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


@inlined
def has_papers(w, row, s, j):
    """Every asked-for certificate is valid through the end."""
    for at in range(s.facts[j, S_PAPERS], s.facts[j, S_PAPERS_END]):
        if w.until[row, s.papers[at]] < s.facts[j, S_END]:
            return False
    return True


@inlined
def has_hours(w, i, s, j):
    """Every needed hour is free."""
    first, last = np.int64(s.facts[j, S_FIRST_HOUR]), np.int64(s.facts[j, S_LAST_HOUR])
    if first >= 0:
        for word in range(first >> 6, (last >> 6) + 1):
            if hours_mask(word, first, last) & ~w.hours[i, word]:
                return False
        return True
    for word in range(s.hours.shape[1]):
        if s.hours[j, word] & ~w.hours[i, word]:
            return False
    return True


@inlined
def allowed(w, i, s, j):
    """No hard rule fails but for skill and certificates, judged by themselves; what stops most comes first."""
    shift, me = s.facts[j], w.facts[i]
    if not has_hours(w, i, s, j) or shift[S_PAY] < me[W_FLOOR]:
        return False
    if me[W_PLACED] and shift[S_PLACED] and me[W_LIMIT] >= 0:
        dx, dy, limit = me[W_X] - shift[S_X], me[W_Y] - shift[S_Y], me[W_LIMIT]
        if dx * dx + dy * dy > limit * limit:
            return False
    start, end = shift[S_START], shift[S_END]
    if start < me[W_AGE16] or (shift[S_HAZARD] and start < me[W_AGE18]):
        return False
    for at in range(me[W_BUSY], me[W_BUSY_END]):
        if w.busy[at, 0] < end and start < w.busy[at, 1]:
            return False
    for at in range(me[W_BLOCKED], me[W_BLOCKED_END]):
        if short_of(w.blocked[at, 0]) == shift[S_EMPLOYER] and w.blocked[at, 0] == s.employer[j]:
            return False
    return True


@inlined
def keep(best, key):
    """Put a key into a list of the best, largest first, whose last one falls out; without a branch."""
    for at in range(len(best) - 1, 0, -1):
        best[at] = max(best[at], min(best[at - 1], key))
    best[0] = max(best[0], key)
