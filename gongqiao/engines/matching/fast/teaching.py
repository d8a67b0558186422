"""Compiled twin of `courses.counted`: one pass over the pairs within reach for all courses together.

Each asked-for skill and certificate knows, as bits, which courses give it; what a person lacks for a shift is given by
the courses in all of those bits.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Int64, Words
from gongqiao.engines.matching.courses import Counts, Course, given_bits
from gongqiao.engines.matching.fast.city import BLOCK_PLACES, City
from gongqiao.engines.matching.fast.compiled import compiled, inlined
from gongqiao.engines.matching.fast.exact import allowed, held_bits, ones, points, trade_points
from gongqiao.engines.matching.fast.facts import (
    NEVER_OF_AGE,
    S_BIT,
    S_END,
    S_PAPERS,
    S_PAPERS_END,
    S_TRADE,
    SEVERAL_BITS,
    W_AGE16,
    W_LIMIT,
    W_PLACED,
    W_ROW,
    W_X,
    W_Y,
)
from gongqiao.engines.matching.fast.folding import ONE, position
from gongqiao.engines.matching.fast.grids import runs_of, whole_of
from gongqiao.engines.matching.fast.sides import LANES, ReadShifts, shift_side
from gongqiao.engines.matching.fast.sieve import CHUNK, scratch_for
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary


def counted(
    city: City, vocabulary: CapabilityVocabulary, courses: Sequence[Course], price: Int64, least_shifts: int
) -> Counts:
    """As `courses.counted`, for a city of one part a side, nothing struck out."""
    workers, table, n = city.workers[0], city.shifts[0].table, len(courses)
    side, groups = shift_side(ReadShifts.of(table), city.slots, by_trade=False)
    people, jobs = len(workers.table), len(table)
    gives = np.array([given_bits(course, vocabulary) for course in courses], dtype=np.uint64).reshape(
        n, vocabulary.words
    )
    givers, by_place = _givers(gives, vocabulary), price[side.facts[:, 0]]
    spans = [range(first, min(first + BLOCK_PLACES, people)) for first in range(0, people, BLOCK_PLACES)]
    gained = np.zeros((n, people), dtype=np.bool_)
    tallies = [
        (np.zeros((n, 3), dtype=np.int64), np.zeros((jobs, n), dtype=np.int32), np.zeros(jobs, dtype=np.int64))
        for _ in range(city.threads)
    ]

    def work(thread: int) -> None:
        scratch, mine = scratch_for(groups.grids.rows, 1, 0), np.zeros((n, 2), dtype=np.int64)
        word = np.zeros(givers.of_bit.shape[1], dtype=np.uint64)
        for span in spans[thread :: city.threads]:
            teach(
                span.start, span.stop, workers.side, side, groups.grids, city.numbers, by_place, gives, givers,
                least_shifts, scratch, word, mine, gained, *tallies[thread],
            )  # fmt: skip

    with ThreadPoolExecutor(city.threads) as pool:
        list(pool.map(work, range(city.threads)))
    sums, newcomers, today = (np.sum(column, axis=0) for column in zip(*tallies, strict=True))
    rows = np.empty(jobs, dtype=np.int64)
    rows[side.facts[:, 0]] = np.arange(jobs)
    return Counts(gained, sums[:, 0], sums[:, 1], sums[:, 2], newcomers[rows].T.astype(np.int64), today[rows])


class Givers(NamedTuple):
    """For each skill bit and each certificate the courses that give it, 64 to a word."""

    of_bit: Words  # (bits, words)
    of_paper: Words  # (certificates, words)


def _givers(gives: Words, vocabulary: CapabilityVocabulary) -> Givers:
    bits = np.unpackbits(gives.astype("<u8").view(np.uint8), axis=1, bitorder="little")  # (C, bits)
    masks = np.zeros((bits.shape[1], -(-max(len(gives), 1) // 64)), dtype=np.uint64)
    for course, bit in zip(*np.nonzero(bits), strict=True):
        masks[bit, course // 64] |= np.uint64(1) << np.uint64(course % 64)
    first = len(vocabulary.trades) * 4
    papers = masks[first : first + len(vocabulary.certificates)].copy()
    masks[first : first + len(vocabulary.certificates)] = 0
    return Givers(masks, papers)


@compiled
def teach(
    first,
    last,
    w,
    s,
    grids,
    card,
    price,
    gives,
    givers,
    least_shifts,
    scratch,
    word,
    mine,
    gained,
    sums,
    newcomers,
    today,
):
    """Workers at places [first, last). mine (C, 2) shifts and best value; sums (C, 3) touched, pairs, value.

    newcomers (J, C) and today (J,) by place; word: scratch for one word of courses after the other.
    """
    courses, runs = len(gives), scratch.runs
    begins, unplaced, ends = whole_of(grids, 0)
    for i in range(first, last):
        me = w.facts[i]
        if me[W_AGE16] == NEVER_OF_AGE:
            continue
        row, now = me[W_ROW], np.int64(0)
        for course in range(courses):
            mine[course, 0], mine[course, 1] = 0, 0
        last_run = runs_of(me[W_X], me[W_Y], me[W_LIMIT], grids, 0, runs) if me[W_PLACED] else 0
        runs[last_run, 0], runs[last_run, 1] = (unplaced if me[W_PLACED] else begins), ends
        for run in range(last_run + 1):
            reach = w.reach[i] if run < last_run else np.float32(np.inf)
            for a in range(runs[run, 0], runs[run, 1], CHUNK):
                count = within_reach(a, min(a + CHUNK, runs[run, 1]), w, i, s, reach, scratch.flags, scratch.found)
                best = open_up(w, i, s, card, price, gives, givers, scratch.found, count, word, mine, newcomers, today)
                now = max(now, best)
        for course in range(courses):
            if mine[course, 0] > 0:
                sums[course, 0] += 1
                sums[course, 1] += mine[course, 0]
                sums[course, 2] += max(mine[course, 1] - now, np.int64(0))
                gained[course, row] = mine[course, 0] >= least_shifts


@inlined
def within_reach(start, stop, w, i, s, reach, flags, found):
    """The sieve without capabilities and without scores; returns how many places it put into `found`."""
    words, count = flags.view(np.uint64), 0
    x, y, low, high, pay = s.x, s.y, s.parts[0], s.parts[1], s.pay
    wx, wy, lack_low, lack_high, least = w.x[i], w.y[i], ~w.parts[0, i], ~w.parts[1, i], w.floor[i]
    for a in range(start, stop, LANES):
        size = np.int32(min(stop - a, LANES))
        for t in range(LANES):
            j = np.uint64(a + t)
            dx, dy = x[j] - wx, y[j] - wy
            missing = (low[j] & lack_low) | (high[j] & lack_high)
            near = dx * dx + dy * dy <= reach
            flags[t] = near & (missing == 0) & (pay[j] >= least) & (np.int32(t) < size)
        for word in range(LANES >> 3):
            if words[word] != np.uint64(0):
                for t in range(word * 8, word * 8 + 8):
                    found[count] = a + t
                    count += flags[t]
    return count


@inlined
def open_up(w, i, s, card, price, gives, givers, found, count, courses, mine, newcomers, today):
    """Count the found shifts for every course that opens them; the best value among those open today comes back."""
    me, now = w.facts[i], np.int64(0)
    row = me[W_ROW]
    for at in range(count):
        j = found[at]
        lacks, helped = lacking(w, row, s, j, givers, courses)
        if (lacks and not helped) or not allowed(w, i, s, j):
            continue
        trade = np.int64(s.facts[j, S_TRADE])
        score = points(w, me, s, j, card) + trade_points(w, row, trade, card) - price[j]
        if not lacks:
            today[j] += 1
            now = max(now, score)
            continue
        for word in range(len(courses)):
            left = courses[word]
            while left != np.uint64(0):
                lowest = left & (~left + ONE)
                left ^= lowest
                course = word * 64 + position(lowest)
                mine[course, 0] += 1
                mine[course, 1] = max(mine[course, 1], score + more_points(w, row, trade, card, gives, course))
                newcomers[j, course] += 1
    return now


@inlined
def lacking(w, row, s, j, givers, courses):
    """(whether anything is lacking, whether any course gives all of it); fills the words of courses that do."""
    for word in range(len(courses)):
        courses[word] = ~np.uint64(0)
    lacks, bit = False, np.int64(s.facts[j, S_BIT])
    if bit >= 0:
        if (w.skills[row, bit >> 6] >> np.uint64(bit & 63)) & ONE == np.uint64(0):
            lacks = True
            narrow(courses, givers.of_bit[bit])
    elif bit == SEVERAL_BITS:
        for at in range(s.skills.shape[1] * 64):
            asks = (s.skills[j, at >> 6] & ~w.skills[row, at >> 6]) >> np.uint64(at & 63)
            if asks & ONE:
                lacks = True
                narrow(courses, givers.of_bit[at])
    for at in range(s.facts[j, S_PAPERS], s.facts[j, S_PAPERS_END]):
        if w.until[row, s.papers[at]] < s.facts[j, S_END]:
            lacks = True
            narrow(courses, givers.of_paper[s.papers[at]])
    helped = False
    for word in range(len(courses)):
        helped |= courses[word] != np.uint64(0)
    return lacks, helped


@inlined
def narrow(courses, givers):
    """Only courses that are among the givers too."""
    for word in range(len(courses)):
        courses[word] &= givers[word]


@inlined
def more_points(w, row, trade, card, gives, course):
    """What the level given by the course adds to the score."""
    if trade < 0:
        return np.int64(0)
    held = held_bits(w, row, trade)
    after = held | ((gives[course, (trade * 4) >> 6] >> np.uint64((trade * 4) & 63)) & np.uint64(15))
    return card.levels[ones(after)] - card.levels[ones(held)]
