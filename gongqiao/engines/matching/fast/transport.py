"""Compiled: one seat each, solved exactly and fast: an auction finds prices, shortest paths mend what they leave wrong.

The auction is Bertsekas' for many like seats (Annals of Operations Research 14, 1988; Bertsekas and Castañón,
Mathematical Programming 44, 1989): whoever is without bids up to where his second choice is as good, and what is asked
is the lowest bid held. Its prices lie within a part of a point of the best ones; in whole points nearly all of its plan
keeps to them. Whoever does not is placed along a cheapest chain of changes (Jonker and Volgenant, Computing 38, 1987),
and seats that cost something and stay free are filled or made cheaper the same way, backwards. Then nobody gains by
another seat and only worthless seats are free: plan and prices prove each other, on whole numbers.
"""

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.compiled import compiled
from gongqiao.engines.matching.fast.sale import rise, sift

PARTS = 16  # of a point
STEPS = (16_384, 2048, 256, 32, 4, 1)  # in parts of a point
TURNS_EACH = 60  # in one phase; what is left then the chains do
NOBODY, FREE, OUTSIDE, FAR = -1, -1, -1, 2**62


def seated(first: Int64, group: Int64, worth: Int64, seats: Int64, opening: Int64) -> tuple[Bool, Int64]:
    """(taken (E,) edges, price (G,) in points, such that they prove each other).

    first (P + 1,): person p may take one of edges [first[p], first[p + 1]), each of a group (E,) and worth (E,) points;
    seats (G,) of each group; opening (G,) prices in points, a guess. No person may have two edges to one group.
    """
    people, groups = len(first) - 1, len(seats)
    order = np.argsort(group, kind="stable")
    into = np.searchsorted(group[order], np.arange(groups + 1)).astype(np.int64)
    owner = np.repeat(np.arange(people), np.diff(first))
    room = np.minimum(seats, np.diff(into) + 1)  # more seats than anybody asks for are never all taken
    places = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
    holds = np.full(people, FREE, dtype=np.int64)
    price = _auctioned(first, group, worth, owner, places, opening, holds)
    held, slot = np.zeros(groups, dtype=np.int64), np.empty(people, dtype=np.int64)
    holders, gain = np.empty(int(places[-1]), dtype=np.int64), np.empty(people, dtype=np.int64)
    keep_what_fits(first, group, worth, price, gain, holds, places, held, holders, slot)
    book = (holds, places, held, holders, slot)
    way = (
        np.full(groups, FAR, dtype=np.int64),
        *(np.empty(groups, dtype=np.int64) for _ in range(4)),
        np.full(groups, OUTSIDE),
    )
    place_the_rest(first, group, worth, owner, price, gain, *book, *way)
    fill_or_free(group, worth, owner, into, order, price, gain, *book, *way)
    taken = np.zeros(len(group), dtype=np.bool_)
    taken[holds[holds != FREE]] = True
    return taken, price


def _auctioned(
    first: Int64, group: Int64, worth: Int64, owner: Int64, places: Int64, opening: Int64, holds: Int64
) -> Int64:
    """Prices (G,) in whole points after all steps; `holds` (P,) is filled with the edge each ended with."""
    people, groups = len(first) - 1, len(opening)
    book, held = np.empty((int(places[-1]), 2), dtype=np.int64), np.empty(groups, dtype=np.int64)
    queue, ask, parts = np.empty(people, dtype=np.int64), opening * PARTS, worth * PARTS
    room = np.diff(places)
    for step in STEPS:
        sell(first, group, parts, owner, places, step, TURNS_EACH * people, ask, book, held, holds, queue)
        price = ask.copy()
        ask = np.where((held == room) & (room > 0), np.maximum(ask - step, 0), ask)
        ask = np.maximum(ask - step, 0)
    rounded: Int64 = np.maximum(price + PARTS // 2, 0) // PARTS
    return rounded


@compiled
def sell(first, group, parts, owner, places, step, turns, ask, book, held, holds, queue):
    """One phase, from an empty hall: ask (G,) opening prices, raised in place; holds (P,) the edge of each, or FREE.

    book[places[g] : places[g] + held[g]] = (bid, -edge), lowest first.
    """
    people = len(first) - 1
    for g in range(len(held)):
        held[g] = 0
    for person in range(people):
        queue[person], holds[person] = person, FREE
    head, count, turn = 0, people, 0
    while count > 0 and turn < turns:
        person = queue[head]
        head = head + 1 if head + 1 < people else 0
        count -= 1
        turn += 1
        best, second, wanted = np.int64(0), np.int64(0), np.int64(FREE)
        for edge in range(first[person], first[person + 1]):
            gain = parts[edge] - ask[group[edge]]
            if gain > best:
                second, best, wanted = best, gain, np.int64(edge)
            elif gain > second:
                second = gain
        if wanted == FREE:
            continue
        g = group[wanted]
        start, size, bid = places[g], places[g + 1] - places[g], ask[g] + best - second + step
        if held[g] < size:
            book[start + held[g], 0], book[start + held[g], 1] = bid, -wanted
            held[g] += 1
            rise(book, start, held[g] - 1)
        else:
            loser = owner[-book[start, 1]]
            book[start, 0], book[start, 1] = bid, -wanted
            sift(book, start, size, 0)
            holds[loser] = FREE
            queue[head + count if head + count < people else head + count - people] = loser
            count += 1
        holds[person] = wanted
        if held[g] == size:
            ask[g] = book[start, 0]


@compiled
def keep_what_fits(first, group, worth, price, gain, holds, places, held, holders, slot):
    """gain (P,) by the best edge at these prices; who holds one that gains less gives it up."""
    for g in range(len(held)):
        held[g] = 0
    for person in range(len(first) - 1):
        gain[person] = 0
        for edge in range(first[person], first[person + 1]):
            gain[person] = max(gain[person], worth[edge] - price[group[edge]])
        edge = holds[person]
        holds[person] = FREE
        if edge != FREE and worth[edge] - price[group[edge]] == gain[person]:
            take(person, edge, group, holds, places, held, holders, slot)


@compiled
def take(person, edge, group, holds, places, held, holders, slot):
    """Somebody without a seat takes one that is free: holders[places[g] : places[g] + held[g]] are a group's people."""
    g = group[edge]
    slot[person] = places[g] + held[g]
    holders[slot[person]] = person
    holds[person] = edge
    held[g] += 1


@compiled
def leave(person, group, holds, places, held, holders, slot):
    """He goes home."""
    g = group[holds[person]]
    held[g] -= 1
    last = holders[places[g] + held[g]]
    holders[slot[person]], slot[last] = last, slot[person]
    holds[person] = FREE


@compiled
def push(heap, size, at, far, g):
    """Into the heap, or up in it after far[g] fell; at (G,) is where a group stands in it. The heap's size."""
    here = at[g]
    if here == OUTSIDE:
        here = size
        size += 1
    while here > 0:
        parent = heap[(here - 1) >> 1]
        if (far[parent], parent) <= (far[g], g):
            break
        heap[here], at[parent] = parent, here
        here = (here - 1) >> 1
    heap[here], at[g] = g, here
    return size


@compiled
def pop(heap, size, at, far):
    """The nearest group, out of the heap; the caller lowers the size."""
    first, g, here, size = heap[0], heap[size - 1], 0, size - 1
    at[first] = OUTSIDE
    while 2 * here + 1 < size:
        child = 2 * here + 1
        if child + 1 < size and (far[heap[child + 1]], heap[child + 1]) < (far[heap[child]], heap[child]):
            child += 1
        if (far[g], g) <= (far[heap[child]], heap[child]):
            break
        heap[here] = heap[child]
        at[heap[here]] = here
        here = child
    if size > 0:
        heap[here], at[g] = g, here
    return first


@compiled
def look(person, so_far, end, first, group, worth, price, gain, holds, far, by, met, count, heap, size, at):
    """Every group this person could change to at a loss below `end` in all: (met so far, the heap's size)."""
    for edge in range(first[person], first[person + 1]):
        g = group[edge]
        loss = so_far + gain[person] - worth[edge] + price[g]
        if edge != holds[person] and loss < end and loss < far[g]:
            if far[g] == FAR:
                met[count] = g
                count += 1
            far[g], by[g] = loss, edge
            size = push(heap, size, at, far, g)
    return count, size


@compiled
def place_the_rest(
    first, group, worth, owner, price, gain, holds, places, held, holders, slot, far, by, met, passed, heap, at
):  # fmt: skip
    """Whoever gains by a seat and has none: the cheapest chain of changes that ends at a free seat, or with one who
    goes home (himself, at the worst). Prices on the way rise by what is left to the end."""
    for person in range(len(first) - 1):
        if holds[person] != FREE or gain[person] == 0:
            continue
        end, goes, target = gain[person], np.int64(person), np.int64(NOBODY)
        done = 0
        count, size = look(person, 0, end, first, group, worth, price, gain, holds, far, by, met, 0, heap, 0, at)
        while size > 0:
            g = pop(heap, size, at, far)
            loss, size = far[g], size - 1
            if loss >= end:
                break
            if held[g] < places[g + 1] - places[g]:
                end, goes, target = loss, np.int64(NOBODY), g
                break
            passed[done] = g
            done += 1
            for place in range(places[g], places[g] + held[g]):
                other = holders[place]
                if loss + gain[other] < end:
                    end, goes, target = loss + gain[other], other, g
                count, size = look(
                    other, loss, end, first, group, worth, price, gain, holds, far, by, met, count, heap, size, at
                )
        gain[person] -= end
        for nth in range(done):
            g = passed[nth]
            if far[g] < end:
                price[g] += end - far[g]
                for place in range(places[g], places[g] + held[g]):
                    gain[holders[place]] -= end - far[g]
        for nth in range(count):
            far[met[nth]], at[met[nth]] = FAR, OUTSIDE
        if goes != NOBODY and target != NOBODY:
            leave(goes, group, holds, places, held, holders, slot)
        while target != NOBODY:
            edge = by[target]
            mover = owner[edge]
            target = np.int64(NOBODY)
            if mover != person:
                target = group[holds[mover]]
                leave(mover, group, holds, places, held, holders, slot)
            take(mover, edge, group, holds, places, held, holders, slot)


@compiled
def fill_or_free(
    group, worth, owner, into, order, price, gain, holds, places, held, holders, slot, far, by, met, passed, heap, at
):  # fmt: skip
    """Whatever seat has a price and is free: the cheapest chain of changes into it, from home or from a seat that is
    left free instead (itself, at the worst). Prices on the way fall; order[into[g] : into[g + 1]] lead to group g."""
    for empty in range(len(price)):
        while price[empty] > 0 and held[empty] < places[empty + 1] - places[empty]:
            end, left, comes = price[empty], np.int64(empty), np.int64(FREE)
            far[empty], met[0], count, done = 0, empty, 1, 0
            size = push(heap, 0, at, far, empty)
            while size > 0:
                g = pop(heap, size, at, far)
                loss, size = far[g], size - 1
                if loss >= end:
                    break
                passed[done] = g
                done += 1
                if loss + price[g] < end:
                    end, left, comes = loss + price[g], g, np.int64(FREE)
                for nth in range(into[g], into[g + 1]):
                    edge = order[nth]
                    person = owner[edge]
                    more = loss + gain[person] + price[g] - worth[edge]
                    if holds[person] == edge or more >= end:
                        continue
                    if holds[person] == FREE:
                        end, left, comes = more, g, edge
                        continue
                    old = group[holds[person]]
                    if more < far[old]:
                        if far[old] == FAR:
                            met[count] = old
                            count += 1
                        far[old], by[old] = more, edge
                        size = push(heap, size, at, far, old)
            for nth in range(done):
                g = passed[nth]
                if far[g] < end:
                    price[g] -= end - far[g]
                    for place in range(places[g], places[g] + held[g]):
                        gain[holders[place]] += end - far[g]
            for nth in range(count):
                far[met[nth]], at[met[nth]] = FAR, OUTSIDE
            g = left
            while g != empty:
                mover, edge = owner[by[g]], by[g]
                leave(mover, group, holds, places, held, holders, slot)
                if comes != FREE:
                    take(owner[comes], comes, group, holds, places, held, holders, slot)
                comes, g = edge, group[edge]
            if comes != FREE:
                take(owner[comes], comes, group, holds, places, held, holders, slot)
