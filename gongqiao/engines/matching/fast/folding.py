"""Compiled: the worker's half of the sieve's columns."""

import numpy as np

from gongqiao.engines.matching.fast.compiled import compiled

BITS_PER_TRADE = 4
WISH_BITS = 32


@compiled
def fold_workers(order, skills, preferred, until, hours, slot, masks, levels, low, high, wish, parts, extra):
    """Fill low, high, wish, parts, extra by place; masks (32, words) = the hours of each part.

    A certificate that ends within the horizon still counts as held here.
    """
    words = skills.shape[1]
    for place in range(len(order)):
        row = order[place]
        fold = np.uint64(0)
        best = np.int64(0)
        for word in range(words):
            bits = skills[row, word]
            while bits != np.uint64(0):
                lowest = bits & (~bits + np.uint64(1))
                bit = np.int64(word * 64 + trailing(lowest))
                if slot[bit] >= 0:
                    fold |= np.uint64(1) << np.uint64(slot[bit])
                bits &= bits - np.uint64(1)
            best = max(best, most_held(skills[row, word], levels))
        for paper in range(until.shape[1]):
            at = slot[words * 64 + paper]
            if at >= 0 and until[row, paper] > 0:
                fold |= np.uint64(1) << np.uint64(at)
        wishes = np.uint32(0)
        for word in range(words):
            bits = preferred[row, word]
            while bits != np.uint64(0):
                lowest = bits & (~bits + np.uint64(1))
                trade = np.int64(word * 64 + trailing(lowest)) // BITS_PER_TRADE
                wishes |= np.uint32(1) << np.uint32(trade % WISH_BITS)
                bits &= bits - np.uint64(1)
        touched = np.uint32(0)
        for part in range(masks.shape[0]):
            free = np.uint64(0)
            for word in range(hours.shape[1]):
                free |= hours[row, word] & masks[part, word]
            touched |= np.uint32(free != np.uint64(0)) << np.uint32(part)
        parts[place] = touched
        low[place] = np.uint32(fold & np.uint64(0xFFFFFFFF))
        high[place] = np.uint32(fold >> np.uint64(32))
        wish[place] = wishes
        extra[place] = np.float32(best)


@compiled
def trailing(lowest):
    """Position of the only bit set."""
    at = 0
    for step in (32, 16, 8, 4, 2, 1):
        if lowest >> np.uint64(step) != np.uint64(0):
            lowest >>= np.uint64(step)
            at += step
    return at


@compiled
def most_held(word, levels):
    """Most points of any trade in the word: `levels` by number of held bits."""
    best = np.int64(0)
    for _ in range(16):
        held = np.int64(word & np.uint64(1)) + np.int64((word >> np.uint64(1)) & np.uint64(1))
        held += np.int64((word >> np.uint64(2)) & np.uint64(1)) + np.int64((word >> np.uint64(3)) & np.uint64(1))
        best = max(best, levels[held])
        word >>= np.uint64(4)
    return best
