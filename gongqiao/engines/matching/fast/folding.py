"""Compiled: the sieve's columns of both sides, one row after the other in the order of their places."""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64, Words
from gongqiao.engines.matching.fast.compiled import compiled, inlined
from gongqiao.engines.matching.fast.facts import (
    MINUTES,
    NEVER_OF_AGE,
    NO_BIT,
    R_BASE,
    R_FLOOR,
    R_HELD,
    R_HELD_HIGH,
    R_KNOWN,
    R_PAPERS,
    R_PARTS,
    R_PARTS_HIGH,
    R_REACH,
    R_REFERENCE,
    R_WISH,
    R_X,
    R_Y,
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
    S_ROW,
    S_START,
    S_TRADE,
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
    W_ROW,
    W_TRADES,
    W_TRADES_END,
    W_WORKED,
    W_WORKED_END,
    W_X,
    W_Y,
    WORKER_FACTS,
)

BITS_PER_TRADE = 4
FLOAT_METRES = 6  # coordinates up to 2e7 as 32-bit floats, and their differences, are off by less
WISH_BITS = 32
ONE, ALL = np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
LOW_BITS = np.uint64(0x1111111111111111)
# position of the only bit set of a word w, by (w * SEQUENCE) >> 58: a de Bruijn sequence, without a branch
SEQUENCE = np.uint64(0x03F79D71B4CB0A89)
POSITION = np.zeros(64, dtype=np.int64)
for _bit in range(64):
    POSITION[((int(SEQUENCE) << _bit) & int(ALL)) >> 58] = _bit


@inlined
def position(lowest):
    """Where the only bit set stands."""
    return POSITION[np.int64((lowest * SEQUENCE) >> np.uint64(58))]


@inlined
def hours_mask(word, first, last):
    """The bits of hours first..last that lie in a word."""
    low, high = max(first - word * 64, 0), min(last - word * 64, 63)
    if low > high:
        return np.uint64(0)
    return (ALL >> np.uint64(63 - high + low)) << np.uint64(low)


class Slots(NamedTuple):
    """Which bit of a fold each capability falls on, -1 = never asked for; and the hours of each part of the horizon."""

    skill: Int64  # (bits,) 0..63
    paper: Int64  # (certificates,) 4..31: below stand the four bits of the group's trade
    masks: Words  # (hour words, 64)


class ShiftColumns(NamedTuple):
    """The columns of a ShiftTable that kernels read; bit, first_hour, last_hour as `read_shifts` left them."""

    skills: Words
    hours: Words
    papers: Bool
    trade: Int64
    start: Int64
    end: Int64
    x: Int64
    y: Int64
    placed: Bool
    pay: Int64
    hazardous: Bool
    employer: Int64
    bit: Int64
    first_hour: Int64
    last_hour: Int64


class WorkerColumns(NamedTuple):
    """The columns of a WorkerTable that kernels read; points (W,) the same for every shift."""

    skills: Words
    preferred: Words
    until: Int64
    hours: Words
    x: Int64
    y: Int64
    placed: Bool
    limit: Int64
    floor: Int64
    birth: Bool
    age16: Int64
    age18: Int64
    points: Int64
    busy_of: Int64
    blocked_of: Int64
    worked_of: Int64
    worked: Int64


@compiled
def read_shifts(table, papers_of, asked, asked_papers):
    """Fill bit, first_hour and last_hour of the table, and papers_of (J,); count shifts by what they ask for."""
    for row in range(len(table.start)):
        only, count = np.int64(NO_BIT), 0
        for word in range(table.skills.shape[1]):
            bits = table.skills[row, word]
            while bits != 0:
                lowest = bits & (~bits + ONE)
                only = word * 64 + position(lowest)
                asked[only] += 1
                count += 1
                bits ^= lowest
        table.bit[row] = only if count < 2 else np.int64(SEVERAL_BITS)
        first, last = table.start[row] // MINUTES, (table.end[row] - 1) // MINUTES
        plain = True
        for word in range(table.hours.shape[1]):
            plain &= table.hours[row, word] == hours_mask(word, first, last)
        table.first_hour[row], table.last_hour[row] = (first, last) if plain else (np.int64(-1), np.int64(-1))
        for paper in range(table.papers.shape[1]):
            asked_papers[paper] += table.papers[row, paper]
            papers_of[row] += table.papers[row, paper]


@compiled
def fold_shifts(order, table, slots, found, side):
    """Fill the columns of a ShiftSide; `order` = rows by place."""
    paper = 0
    for place in range(len(order)):
        row = order[place]
        facts, bit, employer = side.facts[place], table.bit[row], table.employer[row]
        side.x[place], side.y[place], side.pay[place] = table.x[row], table.y[row], table.pay[row]
        side.employer[place] = employer
        facts[S_ROW], facts[S_X], facts[S_Y], facts[S_PLACED] = row, table.x[row], table.y[row], table.placed[row]
        facts[S_TRADE], facts[S_BIT], facts[S_START], facts[S_END] = (
            table.trade[row],
            bit,
            table.start[row],
            table.end[row],
        )
        facts[S_PAY], facts[S_HAZARD], facts[S_EMPLOYER] = table.pay[row], table.hazardous[row], short_of(employer)
        facts[S_FIRST_HOUR], facts[S_LAST_HOUR] = table.first_hour[row], table.last_hour[row]
        need = np.uint32(0) if bit < 0 else np.uint32(1) << np.uint32(bit % BITS_PER_TRADE)
        facts[S_PAPERS] = paper
        for code in range(table.papers.shape[1]):
            if table.papers[row, code]:
                at = slots.paper[code]
                need |= np.uint32(at >= 0) << np.uint32(at & 31)
                side.papers[paper] = code
                paper += 1
        facts[S_PAPERS_END] = paper
        side.need[place] = need
        side.fold[place] = folded(table.skills[row], slots.skill)
        touched = touched_parts(table.hours[row], slots.masks, found)
        side.parts[0, place], side.parts[1, place] = low_half(touched), high_half(touched)


@compiled
def count_trades(skills):
    """How many entries `list_trades` will make for all rows together."""
    total = np.uint64(0)
    for row in range(len(skills)):
        for word in range(skills.shape[1]):
            bits = trades_in(skills[row, word])
            bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
            total += (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return np.int64(total)


@inlined
def trades_in(word):
    """The lowest of every four bits any of which is set."""
    word |= word >> np.uint64(2)
    return (word | (word >> ONE)) & LOW_BITS


@compiled
def read_workers(table, slots, card, facts, record, numbers, trades, found):
    """Fill facts (W, 18), record (W, 16) and trades (n,) row by row; numbers = record as 32-bit floats."""
    count = 0
    for row in range(len(table.x)):
        here, line, floor, limit = facts[row], record[row], table.floor[row], table.limit[row]
        here[W_ROW], here[W_X], here[W_Y], here[W_PLACED] = row, table.x[row], table.y[row], table.placed[row]
        here[W_LIMIT], here[W_FLOOR], here[W_POINTS] = limit, floor, table.points[row]
        here[W_REFERENCE] = floor if floor > 0 else card.pay_reference
        here[W_AGE16], here[W_AGE18] = NEVER_OF_AGE, NEVER_OF_AGE
        if table.birth[row]:
            here[W_AGE16] = max(min(table.age16[row], NEVER_OF_AGE), -1)
            here[W_AGE18] = max(min(table.age18[row], NEVER_OF_AGE), -1)
        here[W_BUSY], here[W_BUSY_END] = table.busy_of[row], table.busy_of[row + 1]
        here[W_BLOCKED], here[W_BLOCKED_END] = table.blocked_of[row], table.blocked_of[row + 1]
        here[W_WORKED], here[W_WORKED_END] = table.worked_of[row], table.worked_of[row + 1]
        here[W_TRADES] = count
        count = list_trades(table.skills[row], table.preferred[row], trades, count)
        here[W_TRADES_END] = count
        known = np.int64(0)
        for at in range(table.worked_of[row], table.worked_of[row + 1]):
            known = max(known, min(table.worked[at, 1], card.worked_cap))
        figures, far = numbers[row], np.float64(limit + FLOAT_METRES)
        figures[R_X], figures[R_Y], figures[R_FLOOR] = table.x[row], table.y[row], floor
        figures[R_REFERENCE], figures[R_KNOWN] = here[W_REFERENCE], known
        figures[R_BASE] = table.points[row] + known + most_held(table.skills[row], card.levels)
        figures[R_REACH] = far * far * 1.00001 if limit >= 0 else np.inf
        fold, touched = folded(table.skills[row], slots.skill), touched_parts(table.hours[row], slots.masks, found)
        line[R_HELD], line[R_HELD_HIGH], line[R_WISH] = low_half(fold), high_half(fold), wishes_of(table.preferred[row])
        line[R_PARTS], line[R_PARTS_HIGH] = low_half(touched), high_half(touched)
        line[R_PAPERS] = papers_held(table.until[row], slots.paper)
    return count


@compiled
def place_workers(order, facts, record, numbers, trades, hours, side):
    """What `read_workers` found, in the order of the places: few reads far apart instead of many."""
    count = 0
    for place in range(len(order)):
        row = order[place]
        line, figures, here = record[row], numbers[row], side.facts[place]
        for column in range(WORKER_FACTS):
            here[column] = facts[row, column]
        for word in range(hours.shape[1]):
            side.hours[place, word] = hours[row, word]
        here[W_TRADES] = count
        for at in range(facts[row, W_TRADES], facts[row, W_TRADES_END]):
            side.trades[count] = trades[at]
            count += 1
        here[W_TRADES_END] = count
        side.x[place], side.y[place], side.floor[place] = figures[R_X], figures[R_Y], figures[R_FLOOR]
        side.reference[place], side.base[place] = figures[R_REFERENCE], figures[R_BASE]
        side.known[place], side.reach[place] = figures[R_KNOWN], figures[R_REACH]
        side.held[0, place], side.held[1, place], side.papers[place] = line[R_HELD], line[R_HELD_HIGH], line[R_PAPERS]
        side.parts[0, place], side.parts[1, place], side.wish[place] = line[R_PARTS], line[R_PARTS_HIGH], line[R_WISH]


@inlined
def list_trades(skills, preferred, trades, count):
    """Append trade << 5 | bits held << 1 | wished for, of every trade with a bit; returns how many there are now."""
    for word in range(len(skills)):
        bits = trades_in(skills[word])
        while bits != 0:
            lowest = bits & (~bits + ONE)
            bits ^= lowest
            at = np.uint64(position(lowest))
            held, wished = (skills[word] >> at) & np.uint64(15), (preferred[word] >> at) & ONE
            trades[count] = (np.uint64((word * 64 + at) // BITS_PER_TRADE) << np.uint64(5)) | (held << ONE) | wished
            count += 1
    return count


@inlined
def folded(skills, slot):
    """Skill bits on 64; what nobody asks for falls nowhere."""
    fold = np.uint64(0)
    for word in range(len(skills)):
        bits = skills[word]
        while bits != 0:
            lowest = bits & (~bits + ONE)
            at = slot[word * 64 + position(lowest)]
            fold |= np.uint64(at >= 0) << np.uint64(at & 63)
            bits ^= lowest
    return fold


@inlined
def papers_held(until, slot):
    """Asked-for certificates folded; one that ends within the horizon still counts as held."""
    papers = np.uint32(0)
    for code in range(len(until)):
        papers |= np.uint32((slot[code] >= 0) & (until[code] > 0)) << np.uint32(slot[code] & 31)
    return papers


@inlined
def touched_parts(hours, masks, found):
    """Parts of the horizon with any of the hours; masks (words, 64), found: scratch (64,). The loops become vectors."""
    for part in range(64):
        found[part] = np.uint64(0)
    for word in range(len(masks)):
        bits = hours[word]
        for part in range(64):
            found[part] |= bits & masks[word, part]
    touched = np.uint64(0)
    for part in range(64):
        touched |= np.uint64(found[part] != np.uint64(0)) << np.uint64(part)
    return touched


@inlined
def wishes_of(preferred):
    """Wished-for trades folded."""
    wishes = np.uint32(0)
    for word in range(len(preferred)):
        bits = preferred[word]
        while bits != 0:
            lowest = bits & (~bits + ONE)
            wishes |= np.uint32(1) << np.uint32((word * 64 + position(lowest)) // BITS_PER_TRADE % WISH_BITS)
            bits ^= lowest
    return wishes


@inlined
def most_held(skills, levels):
    """Most points of any trade: `levels` by number of its bits held; four bits a trade, all of a word at once."""
    one, two, three, four = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    for word in range(len(skills)):
        bits = skills[word]
        pairs = bits - ((bits >> ONE) & np.uint64(0x5555555555555555))
        counts = (pairs & np.uint64(0x3333333333333333)) + ((pairs >> np.uint64(2)) & np.uint64(0x3333333333333333))
        low, middle = counts & LOW_BITS, (counts >> ONE) & LOW_BITS
        one, two, three = one | (low & ~middle), two | (middle & ~low), three | (middle & low)
        four |= (counts >> np.uint64(2)) & LOW_BITS
    best = max(levels[1] * (one != 0), levels[2] * (two != 0))
    return max(best, max(levels[3] * (three != 0), levels[4] * (four != 0)))


@inlined
def short_of(employer):
    """31 bits of an employer's number: where they differ, so do the numbers."""
    return np.int32((employer ^ (employer >> 31)) & 0x7FFFFFFF)


@inlined
def low_half(word):
    return np.uint32(word & np.uint64(0xFFFFFFFF))


@inlined
def high_half(word):
    return np.uint32(word >> np.uint64(32))
