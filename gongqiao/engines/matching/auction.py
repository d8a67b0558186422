"""Prices for seats by a forward auction: each bidder wants one seat, a shift sells as many equal seats as it has.

Method: Bertsekas' auction in its Jacobi form (all free bidders bid at once) for the transportation problem with similar
objects (Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment problem", Annals of
Operations Research 14, 1988; Bertsekas and Castanon, "The auction algorithm for the transportation problem", Annals of
Operations Research 20, 1989). Staying out, worth nothing, is always a choice. Whole numbers throughout: with bids
raised by at least `eps`, the value found is within eps x (seats sold) of the best.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64

NO_SHIFT = -1


class Sale(NamedTuple):
    """price (J,), 0 where seats are left; shift_of (n,) or NO_SHIFT; finished = nobody wanted to bid any more."""

    price: Int64
    shift_of: Int64
    finished: bool


def sell(values: Int64, shift: Int64, seats: Int64, *, eps: int, most_rounds: int) -> Sale:
    """Sell the seats.

    values (n, c) worth of each bidder's candidates, 0 or less = of no use; shift (n, c) which shift each candidate is;
    seats (J,). Same input, same answer: equal bids go to the earlier bidder.
    """
    market = _Floor(values, shift, seats)
    for _ in range(most_rounds):
        waiting = np.flatnonzero(market.waiting)
        if not len(waiting):
            break
        market.settle(*market.bids(waiting, eps))
    return Sale(market.price, market.shift_of, not market.waiting.any())


class _Floor:
    """The state of one auction: who holds which seat at what price, and who has gone home."""

    def __init__(self, values: Int64, shift: Int64, seats: Int64) -> None:
        self.values, self.shift, self.seats = values, shift, seats
        self.price = np.zeros(len(seats), dtype=np.int64)
        self.shift_of = np.full(len(values), NO_SHIFT, dtype=np.int64)
        self.paid = np.zeros(len(values), dtype=np.int64)
        self.gone: Bool = np.logical_not((values > 0).any(axis=1))

    @property
    def waiting(self) -> Bool:
        seatless: Bool = self.shift_of == NO_SHIFT
        return seatless & ~self.gone

    def bids(self, bidders: Int64, eps: int) -> tuple[Int64, Int64, Int64]:
        """(bidder, shift, bid): up to the point of indifference with the second choice, and eps more."""
        net = self.values[bidders] - self.price[self.shift[bidders]]
        net[self.values[bidders] <= 0] = 0
        line = np.arange(len(bidders))
        at = net.argmax(axis=1)
        best = net[line, at]
        net[line, at] = 0
        second = np.maximum(net.max(axis=1), 0)
        self.gone[bidders[best <= 0]] = True
        stays = best > 0
        wanted = self.shift[bidders, at][stays]
        return bidders[stays], wanted, self.price[wanted] + (best - second)[stays] + eps

    def settle(self, bidders: Int64, wanted: Int64, bids: Int64) -> None:
        """Every shift that got a bid keeps its highest bids, old and new; a sold-out one costs its lowest kept bid."""
        touched = np.zeros(len(self.seats) + 1, dtype=np.bool_)
        touched[wanted] = True
        holders = np.flatnonzero(touched[self.shift_of])
        people = np.concatenate([holders, bidders])
        goods = np.concatenate([self.shift_of[holders], wanted])
        offers = np.concatenate([self.paid[holders], bids])
        order = np.lexsort((people, -offers, goods))
        people, goods, offers = people[order], goods[order], offers[order]
        first = np.searchsorted(goods, goods, side="left")
        rank = np.arange(len(goods)) - first
        kept = rank < self.seats[goods]
        self.shift_of[people] = np.where(kept, goods, NO_SHIFT)
        self.paid[people] = offers
        lowest = rank == self.seats[goods] - 1
        self.price[goods[lowest]] = offers[lowest]
