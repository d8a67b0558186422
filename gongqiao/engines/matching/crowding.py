"""Crowding: how many people are drawn to the same shift, and the price that spreads them out.

Ranking everybody by the same score sends all to the same few shifts; ranking by score - price, with the prices of an
auction in which each person may hold one seat, spreads the same people over the seats there are (Alfonso Naya, Bied,
Caillou, Crepon, Gaillac et al., hal-03540319, 2021, on congestion in job recommendation; Demange, Gale and Sotomayor,
"Multi-item auctions", Journal of Political Economy 94, 1986, on such prices).
The prices only order suggestions. They are points, never money, and nobody pays them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.auction import Sale, sell
from gongqiao.engines.matching.columns import Int64

CANDIDATES = 32
PRICE_STEP = 16
MOST_ROUNDS = 400
CALM, BUSY, CROWDED = "calm", "busy", "crowded"


@dataclass(frozen=True)
class Crowding:
    """Of one shift: price in points, people whose first choice by score it is, open seats, level.

    calm: no more first choices than seats; busy: up to twice as many; crowded: more.
    """

    price: int
    first_choices: int
    seats: int
    level: str


class CrowdingTable(NamedTuple):
    """price (J,) points; first_choices (J,) people."""

    price: Int64
    first_choices: Int64

    def of(self, shift: int, seats: int) -> Crowding:
        first = int(self.first_choices[shift])
        level = CALM if first <= seats else BUSY if first <= 2 * seats else CROWDED
        return Crowding(int(self.price[shift]), first, seats, level)


Sell = Callable[..., Sale]


def crowding(shift: Int64, score: Int64, seats: Int64, sell: Sell = sell) -> CrowdingTable:
    """Prices from each worker's 32 best feasible shifts, bids in steps of 16 points, at most 400 rounds.

    shift (W, c) positions, best first, -1 where there are fewer; score (W, c). Stopping early or looking at 32 only
    makes prices rougher; the lists ranked by them still hold every feasible pair. `sell`: the auction, plain or
    compiled; both give the same prices.
    """
    if not shift.size:
        return CrowdingTable(np.zeros(len(seats), dtype=np.int64), np.zeros(len(seats), dtype=np.int64))
    listed = shift >= 0
    # One point more than the score, so that a pair worth nothing is still better than staying out.
    worth = np.where(listed, score + 1, 0)
    price = sell(worth, np.where(listed, shift, 0), seats, eps=PRICE_STEP, most_rounds=MOST_ROUNDS).price
    first = np.bincount(shift[:, 0][listed[:, 0]], minlength=len(seats))
    return CrowdingTable(price, first.astype(np.int64))
