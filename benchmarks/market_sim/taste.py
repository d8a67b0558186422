"""What people do, which the market does not see: whether somebody would take a shift, and whether he then turns up.

Taste is a logistic choice over pay above the floor, the way, and the wished trade, with a part of his own that nobody
can know; every way of dispatch meets the same taste, the same day and the same luck.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.market_sim.town import Person, Seat, Town

BASE, PAY, WAY, WISH = 0.6, 2.0, 1.6, 0.7
METRES_TO_NO_SHOW = 1 / 100_000  # 10 km add 0.1

Float = NDArray[np.float64]


class Taste:
    """Of the people of one day for its shifts, both in the order given."""

    def __init__(self, place: Town, day: int, people: list[Person], wanted: list[Seat]) -> None:
        dice = place.rng(day, 3)
        own = dice.logistic(0, 0.6, (len(place.people), len(wanted)))
        luck = dice.random(len(place.people))
        numbers = [person.number for person in people]
        self.way = _metres(people, wanted)
        self.luck = luck[numbers]
        floor = np.array([person.floor for person in people], dtype=float)[:, None]
        pay = np.array([row.pay for row in wanted], dtype=float)[None, :]
        reach = np.array([person.farthest_m for person in people], dtype=float)[:, None]
        wish = np.array([[row.trade in person.wished for row in wanted] for person in people], dtype=float)
        self.value: Float = BASE + PAY * (pay - floor) / floor - WAY * self.way / reach + WISH * wish + own[numbers]
        self.fails = np.array([person.fails for person in people])

    def takes(self, person: int, shift: int) -> bool:
        """Asked, would he go?"""
        return bool(self.value[person, shift] > 0)

    def turns_up(self, person: int, shift: int) -> bool:
        return bool(self.luck[person] > self.fails[person] + METRES_TO_NO_SHOW * self.way[person, shift])


def _metres(people: list[Person], wanted: list[Seat]) -> Float:
    here = np.array([(person.x, person.y) for person in people], dtype=float).reshape(-1, 2)
    there = np.array([(row.x, row.y) for row in wanted], dtype=float).reshape(-1, 2)
    return np.asarray(np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1)))
