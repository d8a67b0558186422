"""Seven ways to bring the same people to the same shifts of a day. One shift a person and day in all of them.

Where the market asks people (first come to ours), a seat that was refused is offered again, in at most ROUNDS rounds of
calls. At the notice board and with suggestions people choose for themselves and try at most ROUNDS employers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.market_sim.memory import Memory, tables
from benchmarks.market_sim.taste import Taste
from benchmarks.market_sim.town import Person, Seat
from gongqiao.engines.matching import Market, PlanRules
from gongqiao.engines.matching.fast.compiled import is_installed

ROUNDS = 3
NOTICES_READ = 12  # how many notices a person reads before he decides
SUGGESTIONS = 5


@dataclass
class Result:
    """Who goes where (row of the person, row of the shift); how often each shift was shown; vain ways in metres."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    shown: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    vain_m: float = 0.0


@dataclass
class Day:
    """What a way is given: people and shifts in their rows, the market of the engine, the taste they act on."""

    people: list[Person]
    wanted: list[Seat]
    taste: Taste
    memory: Memory
    dice: np.random.Generator

    def market(
        self, people: Iterable[int], left: np.ndarray, refused: set[tuple[int, int]], kernel: str = "numpy"
    ) -> Market:
        return tables(self.people, self.wanted, self.memory, people, left, refused, kernel)

    def left(self) -> np.ndarray:
        return np.array([row.seats for row in self.wanted], dtype=np.int64)


def notice_board(day: Day) -> Result:
    """People read some notices in the order they came, walk to the one they like best, and learn there whether they
    may have it: the notice knows neither what they can do nor whether a seat is left."""
    feasible = _feasible(day)
    result, left = Result(shown=np.zeros(len(day.wanted), dtype=np.int64)), day.left()
    for person in range(len(day.people)):
        read = day.dice.permutation(len(day.wanted))[:NOTICES_READ]
        result.shown[read] += 1
        likes = sorted(
            (j for j in read.tolist() if day.taste.takes(person, j)), key=lambda j: -day.taste.value[person, j]
        )
        for shift in likes[:ROUNDS]:
            if feasible[person, shift] and left[shift]:
                left[shift] -= 1
                result.pairs.append((person, shift))
                break
            result.vain_m += day.taste.way[person, shift]
    return result


def first_come(day: Day) -> Result:
    """At the desk in the order of arrival, each chooses by his own taste among all that he may do and that is left."""
    feasible = _feasible(day)
    result, left = Result(shown=np.zeros(len(day.wanted), dtype=np.int64)), day.left()
    for person in range(len(day.people)):
        open_now = np.flatnonzero(feasible[person] & (left > 0))
        result.shown[open_now] += 1
        if len(open_now):
            best = int(open_now[day.taste.value[person, open_now].argmax()])
            if day.taste.takes(person, best):
                left[best] -= 1
                result.pairs.append((person, best))
    return result


def lottery(day: Day) -> Result:
    """In a drawn order each is asked for what scores best for him and is left."""
    return _asked(day, _in_drawn_order)


def greedy_score(day: Day) -> Result:
    """The highest score of the whole market first."""
    return _asked(day, _greedily)


def ours(day: Day) -> Result:
    """The plan of the day, planned again round by round with what people said. One shift each: both kernels find a best
    plan, the compiled one twenty times as fast."""
    kernel = "numba" if is_installed() else "numpy"
    return _asked(day, lambda market, _dice: market.plan(PlanRules()).assignments, kernel)


def plain_suggestions(day: Day) -> Result:
    """Five suggestions by score; people apply to the one they like best, the shift takes the best scored applicants."""
    return _suggested(day, ease_crowding=False)


def our_suggestions(day: Day) -> Result:
    """The same with crowding eased: five suggestions by score - price."""
    return _suggested(day, ease_crowding=True)


WAYS: dict[str, Callable[[Day], Result]] = {
    "notice board": notice_board,
    "first come": first_come,
    "lottery": lottery,
    "greedy score": greedy_score,
    "plain top-5": plain_suggestions,
    "ours: eased top-5": our_suggestions,
    "ours: plan of the day": ours,
}


def _feasible(day: Day) -> np.ndarray:
    return day.market(range(len(day.people)), day.left(), set()).matrix().feasible


def _liked(day: Day, person: int, shifts: list[int]) -> list[int]:
    """Those he would take, the dearest to him first."""
    return sorted((j for j in shifts if day.taste.takes(person, j)), key=lambda j: -day.taste.value[person, j])


Choose = Callable[[Market, np.random.Generator], Iterable[tuple[int, int]]]


def _asked(day: Day, choose: Choose, kernel: str = "numpy") -> Result:
    """Rounds of calls: offers, answers, offers again for what was refused."""
    result, left = Result(shown=np.zeros(len(day.wanted), dtype=np.int64)), day.left()
    waiting, refused = set(range(len(day.people))), set[tuple[int, int]]()
    for _round in range(ROUNDS):
        if not waiting or not left.any():
            break
        for person, shift in choose(day.market(sorted(waiting), left, refused, kernel), day.dice):
            result.shown[shift] += 1
            if day.taste.takes(person, shift):
                left[shift] -= 1
                waiting.discard(person)
                result.pairs.append((person, shift))
            else:
                refused.add((person, shift))
    return result


def _in_drawn_order(market: Market, dice: np.random.Generator) -> Iterable[tuple[int, int]]:
    worker, shift, feasible, score = market.matrix()
    left = market.shifts.seats.copy()
    for i in dice.permutation(len(worker)).tolist():
        open_now = np.flatnonzero(feasible[i] & (left > 0))
        if len(open_now):
            j = int(open_now[score[i, open_now].argmax()])
            left[j] -= 1
            yield int(worker[i]), int(shift[j])


def _greedily(market: Market, _dice: np.random.Generator) -> Iterable[tuple[int, int]]:
    worker, shift, feasible, score = market.matrix()
    left, free = market.shifts.seats.copy(), np.ones(len(worker), dtype=bool)
    rows, columns = np.nonzero(feasible)
    for at in np.argsort(-score[rows, columns], kind="stable").tolist():
        i, j = int(rows[at]), int(columns[at])
        if free[i] and left[j]:
            free[i] = False
            left[j] -= 1
            yield int(worker[i]), int(shift[j])


def _suggested(day: Day, *, ease_crowding: bool) -> Result:
    result, left = Result(shown=np.zeros(len(day.wanted), dtype=np.int64)), day.left()
    market = day.market(range(len(day.people)), left, set())
    lists = market.recommend(SUGGESTIONS, 1, ease_crowding=ease_crowding).for_workers
    likes: dict[int, list[int]] = {}
    score: dict[tuple[int, int], int] = {}
    for person, suggestions in lists.items():
        for one in suggestions:
            result.shown[one.shift_id] += 1
            score[person, one.shift_id] = one.score
        likes[person] = _liked(day, person, [one.shift_id for one in suggestions])
    for _round in range(ROUNDS):
        asked: dict[int, list[int]] = {}
        for person, shifts in likes.items():
            if shifts:
                asked.setdefault(shifts.pop(0), []).append(person)
        for shift, people in asked.items():
            taken = sorted(people, key=lambda person: (-score[person, shift], person))[: left[shift]]
            left[shift] -= len(taken)
            result.pairs += [(person, shift) for person in taken]
            for person in taken:
                likes[person] = []
    return result
