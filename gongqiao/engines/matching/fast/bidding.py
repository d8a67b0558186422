"""Compiled: the auction whose bidders ask for their best set of shifts that go together, and the bound it proves.

Each worker in turn solves weighted interval scheduling over his own edges at today's prices (Kleinberg and Tardos,
Algorithm Design, 2005, section 6.1), outbids the cheapest holders, and those who lost bid again; steps shrink from
phase to phase (Bertsekas, "The auction algorithm", Annals of Operations Research 14, 1988). Sets are not gross
substitutes, so only the bound, and never the auction, says how good the plan is.
"""

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast.compiled import compiled
from gongqiao.engines.matching.fast.graph import Graph
from gongqiao.engines.matching.fast.sale import rise, sift

FREE = -1
NO_HOURS = 2**40  # minutes: no limit
TOLL_PARTS = 64  # a minute is priced in so many parts of a part of a point
MOST_TOLL = 2**40
TOLLS = 42


def no_hours(workers: int) -> Int64:
    """(W,) no limit for anybody."""
    return np.full(workers, NO_HOURS, dtype=np.int64)


def scratch_for(graph: Graph, most: int) -> tuple[Int64, Int64, Int64, Int64, Int64]:
    """(net, kept, chosen, table, toll) for one thread; `most` shifts a worker."""
    width = graph.longest + 1
    net, kept, chosen, toll = (np.empty(width, dtype=np.int64) for _ in range(4))
    return net, kept, chosen, np.zeros((min(most, graph.longest) + 1, width), dtype=np.int64), toll


@compiled
def best_set(a, d, net, before, most, kept, chosen, table):
    """Best set of at most `most` of the d edges from `a` on, by net gain; edges that gain nothing stay out.

    Returns (gain, how many); chosen[: how many] are local positions, descending.
    """
    n = 0
    for t in range(d):
        if net[t] > 0:
            kept[n] = t
            n += 1
    if n == 0:
        return np.int64(0), 0
    rows = min(most, n)
    if n == 1:
        chosen[0] = kept[0]
        return net[kept[0]], 1
    # fits: how many kept edges lie wholly before this one; ends ascend, so it only ever grows within one start
    for row in range(1, rows + 1):
        table[row, 0] = 0
    for at in range(n):
        edge = kept[at]
        fits = fitting(kept, at, before[a + edge])
        for row in range(1, rows + 1):
            taken = net[edge] + (table[row - 1, fits] if row > 1 else np.int64(0))
            table[row, at + 1] = max(table[row, at], taken)
    count, at, row = 0, n, rows
    while at > 0 and row > 0:
        if table[row, at] != table[row, at - 1]:
            edge = kept[at - 1]
            chosen[count] = edge
            count += 1
            at = fitting(kept, at - 1, before[a + edge])
            row -= 1
        else:
            at -= 1
    return table[rows, n], count


@compiled
def fitting(kept, limit, before):
    """How many of kept[:limit] are positions below `before`."""
    low, high = 0, limit
    while low < high:
        middle = (low + high) >> 1
        if kept[middle] < before:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def best_package(a, d, net, before, length, hours, most, kept, chosen, table, toll):
    """As `best_set` within `hours` minutes in all: (at most so much, gain of the chosen, how many).

    Minutes are priced until the best set fits (Lagrangian relaxation: Geoffrion, Mathematical Programming Study 2,
    1974): the lowest priced sum bounds every set that fits, the best set met that fits is taken.
    """
    gain, many = best_set(a, d, net, before, most, kept, chosen, table)
    if minutes_of(a, chosen, many, length) <= hours:
        return gain, gain, many
    low, high, bound, found, best = np.int64(0), np.int64(MOST_TOLL), gain, np.int64(0), np.int64(-1)
    for _ in range(TOLLS):
        rate = (low + high) >> 1
        for t in range(d):
            toll[t] = net[t] * TOLL_PARTS - rate * length[a + t]
        priced, many = best_set(a, d, toll, before, most, kept, chosen, table)
        bound = min(bound, (priced + rate * hours) // TOLL_PARTS)
        if minutes_of(a, chosen, many, length) <= hours:
            total = np.int64(0)
            for at in range(many):
                total += net[chosen[at]]
            if total > found:
                found, best = total, rate
            high = rate
        else:
            low = rate
    if best < 0:
        return max(bound, np.int64(0)), np.int64(0), 0
    for t in range(d):
        toll[t] = net[t] * TOLL_PARTS - best * length[a + t]
    many = best_set(a, d, toll, before, most, kept, chosen, table)[1]
    return max(bound, found), found, many


@compiled
def minutes_of(a, chosen, many, length):
    """Minutes of the chosen edges."""
    total = np.int64(0)
    for at in range(many):
        total += length[a + chosen[at]]
    return total


@compiled
def proved(first, group, worth, before, price, length, hours, most, net, kept, chosen, table, toll, gains):
    """Sum of the workers' best sets at these prices within hours (W,); gains (W,) each one's."""
    total = np.int64(0)
    for worker in range(len(first) - 1):
        a, d = first[worker], first[worker + 1] - first[worker]
        for t in range(d):
            net[t] = worth[a + t] - price[group[a + t]]
        gains[worker] = best_package(a, d, net, before, length, hours[worker], most, kept, chosen, table, toll)[0]
        total += gains[worker]
    return total


@compiled
def give_back(book, start, size, edge):
    """Take the entry of an edge out of a heap of `size`; the caller lowers the size."""
    for at in range(size):
        if book[start + at, 1] == -edge:
            last = size - 1
            book[start + at, 0], book[start + at, 1] = book[start + last, 0], book[start + last, 1]
            if at < last:
                sift(book, start, last, at)
                rise(book, start, at)
            return


@compiled
def bid_in_turn(
    first, group, worth, owner, before, seats_at, eps, length, hours, most, turns, ask, book, held, paid, queue, waits,
    net, kept, chosen, table, toll,
):  # fmt: skip
    """One phase, from an empty hall: ask (G,) opening prices, raised in place; paid (E,) comes back as FREE or a price.

    book[seats_at[g]:seats_at[g] + held[g]] = (paid, -edge), lowest first. Returns the turns taken.
    """
    workers = len(first) - 1
    for at in range(len(paid)):
        paid[at] = FREE
    for g in range(len(held)):
        held[g] = 0
    for worker in range(workers):
        queue[worker], waits[worker] = worker, True
    head, count, turn = 0, workers, 0
    while count > 0 and turn < turns:
        worker = queue[head]
        head = head + 1 if head + 1 < workers else 0
        count -= 1
        turn += 1
        waits[worker] = False
        a, d = first[worker], first[worker + 1] - first[worker]
        idle = True
        for t in range(d):
            edge = a + t
            net[t] = worth[edge] - (paid[edge] if paid[edge] != FREE else ask[group[edge]])
            idle &= net[t] <= 0 and paid[edge] == FREE
        if idle:
            continue
        many = best_package(a, d, net, before, length, hours[worker], most, kept, chosen, table, toll)[2]
        for t in range(d):
            net[t] = 0
        for at in range(many):
            net[chosen[at]] = 1
        for t in range(d):
            edge = a + t
            g = group[edge]
            if paid[edge] != FREE and net[t] == 0:
                give_back(book, seats_at[g], held[g], edge)
                held[g] -= 1
                ask[g], paid[edge] = paid[edge], FREE
        for t in range(d):
            edge = a + t
            if paid[edge] != FREE or net[t] == 0:
                continue
            g = group[edge]
            start, size = seats_at[g], seats_at[g + 1] - seats_at[g]
            if held[g] == size:
                loser = -book[start, 1]
                paid[loser] = FREE
                book[start, 0], book[start, 1] = ask[g], -edge
                sift(book, start, size, 0)
                if not waits[owner[loser]]:
                    tail = head + count if head + count < workers else head + count - workers
                    queue[tail], waits[owner[loser]] = owner[loser], True
                    count += 1
            else:
                book[start + held[g], 0], book[start + held[g], 1] = ask[g], -edge
                held[g] += 1
                rise(book, start, held[g] - 1)
            paid[edge] = ask[g]
            if held[g] == size:
                ask[g] = book[start, 0] + eps
    return turn


@compiled
def improve(first, group, worth, before, length, hours, most, passes, taken, free, net, kept, chosen, table, toll):
    """Each worker in turn takes his best set among his own and the free seats until nobody gains; taken (E,) bool."""
    for _ in range(passes):
        changed = 0
        for worker in range(len(first) - 1):
            a, d = first[worker], first[worker + 1] - first[worker]
            own, open_ = np.int64(0), False
            for t in range(d):
                edge = a + t
                net[t] = worth[edge] if taken[edge] or free[group[edge]] > 0 else np.int64(0)
                open_ |= net[t] > 0 and not taken[edge]
                own += worth[edge] if taken[edge] else np.int64(0)
            if not open_:
                continue
            limit = hours[worker]
            _, gain, many = best_package(a, d, net, before, length, limit, most, kept, chosen, table, toll)
            if gain > own:
                changed += 1
                for t in range(d):
                    if taken[a + t]:
                        taken[a + t] = False
                        free[group[a + t]] += 1
                for at in range(many):
                    taken[a + chosen[at]] = True
                    free[group[a + chosen[at]]] -= 1
        if changed == 0:
            return


@compiled
def regrets(first, group, worth, before, price, gains, forward, backward, room, regret):
    """regret[e] >= 0: what worker loses at these prices by a best set that holds e (any number of shifts)."""
    for worker in range(len(first) - 1):
        a, d = first[worker], first[worker + 1] - first[worker]
        forward[0] = 0
        for t in range(d):
            gain = worth[a + t] - price[group[a + t]]
            forward[t + 1] = max(forward[t], forward[before[a + t]] + gain)
        # backward[t]: best gain of sets that begin with t. From the last edge down: those that may follow t are those
        # whose `before` lies above t, so the best with each `before` is kept (in room[b]) until it may be reached.
        for t in range(d + 1):
            room[t] = 0
        follow = np.int64(0)
        for t in range(d - 1, -1, -1):
            follow = max(follow, room[t + 1])
            backward[t] = worth[a + t] - price[group[a + t]] + follow
            room[before[a + t]] = max(room[before[a + t]], backward[t])
        for t in range(d):
            whole = forward[before[a + t]] + backward[t]
            regret[a + t] = max(gains[worker] - whole, np.int64(0))
