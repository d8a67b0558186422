"""Compiled: the auction of `auction.sell`, round by round the same, for a whole city.

All bids of a round are made at the prices of the round before, and a shift keeps its best bids whatever the order they
arrive in; so one bid after the other gives the very prices that the blocks of NumPy give.
"""

import numpy as np

from gongqiao.engines.matching.auction import NO_SHIFT, Sale
from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast.compiled import compiled


def sell(values: Int64, shift: Int64, seats: Int64, *, eps: int, most_rounds: int) -> Sale:
    """As `auction.sell`."""
    people, goods = len(values), len(seats)
    price, shift_of = np.zeros(goods, dtype=np.int64), np.full(people, NO_SHIFT, dtype=np.int64)
    first = np.zeros(goods + 1, dtype=np.int64)
    np.cumsum(np.minimum(seats, people + 1), out=first[1:])
    book, held = np.empty((int(first[-1]), 2), dtype=np.int64), np.zeros(goods, dtype=np.int64)
    wanting, bids = np.flatnonzero((values > 0).any(axis=1)), np.empty((people, 2), dtype=np.int64)
    waiting = np.concatenate([wanting, np.empty(people - len(wanting), dtype=np.int64)])
    losers, bidding = np.empty(people, dtype=np.int64), np.zeros(people, dtype=np.bool_)
    wares = np.ascontiguousarray(values), np.ascontiguousarray(shift)
    scratch = waiting, len(wanting), bids, losers, bidding
    left = run_sale(*wares, price, shift_of, first, book, held, *scratch, eps, most_rounds)
    return Sale(price, shift_of, left == 0)


@compiled
def best_bid(values, shift, price, person, eps):
    """(shift, bid) up to the point of indifference with the second choice, and eps more; shift -1 = goes home."""
    best, second, wanted = np.int64(0), np.int64(0), np.int64(-1)
    for choice in range(values.shape[1]):
        if values[person, choice] > 0:
            net = values[person, choice] - price[shift[person, choice]]
            if net > best:
                second, best, wanted = best, net, shift[person, choice]
            elif net > second:
                second = net
    if wanted < 0:
        return wanted, second
    return wanted, price[wanted] + best - second + eps


@compiled
def sift(book, start, size, at):
    """Let the entry at `at` of the heap [start, start + size) sink to its level."""
    paid, person = book[start + at, 0], book[start + at, 1]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and (book[start + child + 1, 0], book[start + child + 1, 1]) < (
            book[start + child, 0],
            book[start + child, 1],
        ):
            child += 1
        if (book[start + child, 0], book[start + child, 1]) >= (paid, person):
            break
        book[start + at, 0], book[start + at, 1] = book[start + child, 0], book[start + child, 1]
        at = child
    book[start + at, 0], book[start + at, 1] = paid, person


@compiled
def rise(book, start, at):
    """Let the last entry of a heap rise to its level."""
    paid, person = book[start + at, 0], book[start + at, 1]
    while at > 0:
        parent = (at - 1) >> 1
        if (book[start + parent, 0], book[start + parent, 1]) <= (paid, person):
            break
        book[start + at, 0], book[start + at, 1] = book[start + parent, 0], book[start + parent, 1]
        at = parent
    book[start + at, 0], book[start + at, 1] = paid, person


@compiled
def run_sale(
    values, shift, price, shift_of, first, book, held, waiting, count, bids, losers, bidding, eps, most_rounds
):
    """Rounds until nobody waits; returns how many still do.

    book[first[s]:first[s] + held[s]] = (paid, -person) of the holders of shift s, a min-heap: the lowest bid, and among
    equals the later bidder, goes first.
    """
    for _ in range(most_rounds):
        made = 0
        for at in range(count):
            person = waiting[at]
            wanted, bid = best_bid(values, shift, price, person, eps)
            if wanted >= 0:
                waiting[made], bids[made, 0], bids[made, 1] = person, wanted, bid
                bidding[person] = True
                made += 1
        lost = 0
        for at in range(made):
            person, s, start = waiting[at], bids[at, 0], first[bids[at, 0]]
            size = first[s + 1] - start
            if held[s] < size:
                book[start + held[s], 0], book[start + held[s], 1] = bids[at, 1], -person
                rise(book, start, held[s])
                held[s] += 1
                shift_of[person] = s
            elif (bids[at, 1], -person) > (book[start, 0], book[start, 1]):
                loser = -book[start, 1]
                book[start, 0], book[start, 1] = bids[at, 1], -person
                sift(book, start, size, 0)
                shift_of[person], shift_of[loser] = s, -1
                if not bidding[loser]:
                    losers[lost] = loser
                    lost += 1
        count = 0
        for at in range(made):
            person, s = waiting[at], bids[at, 0]
            bidding[person] = False
            if held[s] == first[s + 1] - first[s]:
                price[s] = book[first[s], 0]
            if shift_of[person] < 0:
                waiting[count] = person
                count += 1
        for at in range(lost):
            waiting[count] = losers[at]
            count += 1
        if count == 0:
            break
    return count
