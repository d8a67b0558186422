"""Compiled twin of `courses.counted`: one pass over the pairs within reach for up to 64 courses together.

Each asked-for skill and certificate knows, as a word of 64 bits, which courses give it; what a person lacks for a shift
is given by the courses in all of those words.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from gongqiao.engines.matching.columns import Int64, Words
from gongqiao.engines.matching.courses import Counts, Course, given_bits
from gongqiao.engines.matching.fast.city import BLOCK_PLACES, City, ShiftPart, WorkerPart
from gongqiao.engines.matching.fast.compiled import compiled
from gongqiao.engines.matching.fast.sides import (
    S_BIT,
    S_END,
    S_PAPERS,
    S_PAPERS_END,
    S_TRADE,
    SEVERAL_BITS,
    W_LIMIT,
    W_PLACED,
    W_ROW,
    W_X,
    W_Y,
)
from gongqiao.engines.matching.fast.sieve import CHUNK, allowed, points, runs_of, scratch_for
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary

COURSES_AT_ONCE = 64


def counted(
    city: City, vocabulary: CapabilityVocabulary, courses: Sequence[Course], price: Int64, least_shifts: int
) -> Counts:
    """As `courses.counted`, for a city of one part a side; any number of courses."""
    workers, shifts = city.workers[0], city.shifts[0]
    parts = [
        _some(city, workers, shifts, vocabulary, courses[first : first + COURSES_AT_ONCE], price, least_shifts)
        for first in range(0, max(1, len(courses)), COURSES_AT_ONCE)
    ]
    gained, touched, pairs, value, newcomers = (
        np.concatenate(column) for column in list(zip(*parts, strict=True))[:-1]
    )
    return Counts(gained, touched, pairs, value, newcomers, parts[0].today)


def _some(
    city: City,
    workers: WorkerPart,
    shifts: ShiftPart,
    vocabulary: CapabilityVocabulary,
    courses: Sequence[Course],
    price: Int64,
    least_shifts: int,
) -> Counts:
    people, jobs, n = len(workers.table), len(shifts.table), len(courses)
    gives = np.array([given_bits(course, vocabulary) for course in courses], dtype=np.uint64).reshape(n, -1)
    of_bit, of_paper = _givers(gives, vocabulary)
    by_place = price[shifts.side.facts[:, 0]]
    spans = [range(first, min(first + BLOCK_PLACES, people)) for first in range(0, people, BLOCK_PLACES)]
    gained = np.zeros((n, people), dtype=np.bool_)
    tallies = [
        (np.zeros((n, 3), dtype=np.int64), np.zeros((n, jobs), dtype=np.int64), np.zeros(jobs, dtype=np.int64))
        for _ in range(city.threads)
    ]

    def work(thread: int) -> None:
        scratch = *scratch_for(shifts.grid.rows), np.zeros((n, 2), dtype=np.int64)
        for span in spans[thread :: city.threads]:
            teach(
                span.start, span.stop, workers.side, shifts.side, shifts.grid, city.numbers, by_place, gives, of_bit,
                of_paper, least_shifts, *scratch, gained, *tallies[thread],
            )  # fmt: skip

    with ThreadPoolExecutor(city.threads) as pool:
        list(pool.map(work, range(city.threads)))
    sums, newcomers, today = (np.sum(column, axis=0) for column in zip(*tallies, strict=True))
    rows = np.empty(jobs, dtype=np.int64)
    rows[shifts.side.facts[:, 0]] = np.arange(jobs)
    return Counts(gained, sums[:, 0], sums[:, 1], sums[:, 2], newcomers[:, rows], today[rows])


def _givers(gives: Words, vocabulary: CapabilityVocabulary) -> tuple[Words, Words]:
    """Words of courses that give each skill bit and each certificate."""
    bits = vocabulary.words * 64
    masks = np.zeros(bits, dtype=np.uint64)
    for course, words in enumerate(gives):
        for bit in range(bits):
            if words[bit // 64] >> np.uint64(bit % 64) & np.uint64(1):
                masks[bit] |= np.uint64(1) << np.uint64(course)
    first = len(vocabulary.trades) * 4
    papers = masks[first : first + len(vocabulary.certificates)].copy()
    masks[first : first + len(vocabulary.certificates)] = 0
    return masks, papers


@compiled
def teach(
    first, last, w, s, grid, card, price, gives, of_bit, of_paper, least_shifts, flags, found, runs, mine, gained, sums,
    newcomers, today,
):  # fmt: skip
    """Workers at places [first, last). mine (C, 2) shifts and best value; sums (C, 3) touched, pairs, value."""
    courses = len(gives)
    for i in range(first, last):
        row, now = w.facts[i, W_ROW], np.int64(0)
        for course in range(courses):
            mine[course, 0], mine[course, 1] = 0, 0
        last_run = 0
        if w.facts[i, W_PLACED]:
            last_run = runs_of(w.facts[i, W_X], w.facts[i, W_Y], w.facts[i, W_LIMIT], grid, 0, runs)
        runs[last_run, 0], runs[last_run, 1] = (grid.placed if w.facts[i, W_PLACED] else 0), len(s.pay)
        for run in range(last_run + 1):
            for a in range(runs[run, 0], runs[run, 1], CHUNK):
                size = min(CHUNK, runs[run, 1] - a)
                count = within_reach(a, size, run < last_run, s.x, s.y, s.parts, s.pay, w.x[i], w.y[i], ~w.parts[i],
                                     w.floor[i], w.reach[i], flags, found)  # fmt: skip
                now = max(
                    now, open_up(w, i, s, card, price, gives, of_bit, of_paper, found, count, mine, newcomers, today)
                )
        for course in range(courses):
            if mine[course, 0] > 0:
                sums[course, 0] += 1
                sums[course, 1] += mine[course, 0]
                sums[course, 2] += max(mine[course, 1] - now, np.int64(0))
                gained[course, row] = mine[course, 0] >= least_shifts


@compiled
def within_reach(a, size, near, x, y, parts, pay, wx, wy, lack_parts, least, reach, flags, found):
    """The sieve without capabilities and without scores; returns how many places it put into `found`."""
    words, far = flags.view(np.uint64), np.float32(1 if near else 0)
    for t in range(size):
        j = np.uint64(a + t)
        dx, dy = x[j] - wx, y[j] - wy
        flags[t] = ((dx * dx + dy * dy) * far <= reach) & ((parts[j] & lack_parts) == 0) & (pay[j] >= least)
    for t in range(size, (size + 7) & ~7):
        flags[t] = 0
    count = 0
    for word in range((size + 7) >> 3):
        if words[word] != np.uint64(0):
            for t in range(word * 8, word * 8 + 8):
                found[count] = a + t
                count += flags[t]
    return count


@compiled
def open_up(w, i, s, card, price, gives, of_bit, of_paper, found, count, mine, newcomers, today):
    """Count the found shifts for every course that opens them; the best value among those open today comes back."""
    me, now = w.facts[i], np.int64(0)
    row = me[W_ROW]
    for at in range(count):
        j = found[at]
        givers, lacks = lacking(w, row, s, j, of_bit, of_paper)
        if (lacks and givers == np.uint64(0)) or not allowed(w, me, s, j):
            continue
        score = points(w, me, s, j, card)
        if not lacks:
            today[j] += 1
            now = max(now, score - price[j])
            continue
        course = 0
        while givers != np.uint64(0):
            if givers & np.uint64(1):
                value = score + more_points(w, row, s, j, card, gives, course) - price[j]
                mine[course, 0] += 1
                mine[course, 1] = max(mine[course, 1], value)
                newcomers[course, j] += 1
            givers >>= np.uint64(1)
            course += 1
    return now


@compiled
def lacking(w, row, s, j, of_bit, of_paper):
    """(courses that give all that is lacking, whether anything is)."""
    givers, lacks, bit = ~np.uint64(0), False, np.int64(s.facts[j, S_BIT])
    if bit >= 0:
        if (w.skills[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) == np.uint64(0):
            givers, lacks = givers & of_bit[bit], True
    elif bit == SEVERAL_BITS:
        for at in range(s.skills.shape[1] * 64):
            asks = (s.skills[j, at >> 6] & ~w.skills[row, at >> 6]) >> np.uint64(at & 63)
            if asks & np.uint64(1):
                givers, lacks = givers & of_bit[at], True
    if givers != np.uint64(0):
        for at in range(s.facts[j, S_PAPERS], s.facts[j, S_PAPERS_END]):
            if w.until[row, s.papers[at]] < s.facts[j, S_END]:
                givers, lacks = givers & of_paper[s.papers[at]], True
    return givers, lacks


@compiled
def more_points(w, row, s, j, card, gives, course):
    """What the level given by the course adds to the score."""
    trade = np.int64(s.facts[j, S_TRADE])
    if trade < 0:
        return np.int64(0)
    word, shift = (trade * 4) >> 6, np.uint64((trade * 4) & 63)
    held = (w.skills[row, word] >> shift) & np.uint64(15)
    after = held | ((gives[course, word] >> shift) & np.uint64(15))
    return card.levels[ones(after)] - card.levels[ones(held)]


@compiled
def ones(nibble):
    """Bits set of four."""
    low = np.int64(nibble & np.uint64(1)) + np.int64((nibble >> np.uint64(1)) & np.uint64(1))
    return low + np.int64((nibble >> np.uint64(2)) & np.uint64(1)) + np.int64((nibble >> np.uint64(3)) & np.uint64(1))
