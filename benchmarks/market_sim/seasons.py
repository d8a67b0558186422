"""Sixty days of one town under one way of dispatch, and what came of them."""

from dataclasses import dataclass, fields

import numpy as np

from benchmarks.market_sim.memory import Memory
from benchmarks.market_sim.taste import Taste
from benchmarks.market_sim.town import Seat, Town, what_is_wanted, who_comes
from benchmarks.market_sim.ways import WAYS, Day, Result

NOTHING = 0.0


@dataclass(frozen=True)
class Outcome:
    """Of one season; `better` says which way is good for each of them (see MEASURES)."""

    fill: float  # share of the seats asked for in which somebody worked
    income: float  # yuan per person and day on which he came to the market
    hourly: float  # yuan per hour worked
    way_km: float  # to a shift that was worked
    vain_km: float  # walked in vain, per person and day on which he came
    idle: float  # share of the days on which somebody came and went home without work
    idle_priority: float  # the same for people of the published priority tier
    idle_over_50: float
    exposure_gini: float  # how unequally the seats of a day were shown or offered
    income_gini: float  # between people, over the season


MEASURES = {
    "fill": ("seats filled", "%", 100.0),
    "income": ("pay per person and day he came", "yuan", 1.0),
    "hourly": ("pay per hour worked", "yuan", 1.0),
    "way_km": ("way to work", "km", 1.0),
    "vain_km": ("walked in vain", "km", 1.0),
    "idle": ("days gone home without work", "%", 100.0),
    "idle_priority": ("the same, priority tier", "%", 100.0),
    "idle_over_50": ("the same, over 50", "%", 100.0),
    "exposure_gini": ("inequality of exposure (Gini)", "", 1.0),
    "income_gini": ("inequality of income (Gini)", "", 1.0),
}
assert list(MEASURES) == [f.name for f in fields(Outcome)]


@dataclass
class _Books:
    """Sums of a season while it runs."""

    seats: int = 0
    worked: int = 0
    pay: float = NOTHING
    hours: float = NOTHING
    way_m: float = NOTHING
    vain_m: float = NOTHING
    shown: list[float] | None = None


def season(place: Town, way: str, days: int) -> Outcome:
    """The same people, shifts, tastes and luck for every way: only the dispatch differs."""
    memory, books = Memory(), _Books(shown=[])
    earned, came, idle = (np.zeros(len(place.people)) for _ in range(3))
    for day in range(1, days + 1):
        people = who_comes(place, day)
        wanted = what_is_wanted(place, day, len(people))
        taste = Taste(place, day, people, wanted)
        result = WAYS[way](Day(people, wanted, taste, memory, place.rng(day, 4)))
        check(result, [row.seats for row in wanted])
        books.seats += sum(row.seats for row in wanted)
        books.vain_m += result.vain_m
        books.shown += [shown / row.seats for shown, row in zip(result.shown.tolist(), wanted, strict=True)]
        at_work = set()
        for i, j in result.pairs:
            turned_up = taste.turns_up(i, j)
            memory.note(people[i].number, wanted[j].employer, turned_up)
            if turned_up:
                at_work.add(people[i].number)
                earned[people[i].number] += _worked(books, wanted[j], taste.way[i, j])
        for person in people:
            came[person.number] += 1
            idle[person.number] += person.number not in at_work
            memory.in_vain[person.number] = 0 if person.number in at_work else memory.in_vain.get(person.number, 0) + 1
    priority = np.array([person.priority for person in place.people])
    old = np.array([person.over_50 for person in place.people])
    return Outcome(
        fill=books.worked / max(books.seats, 1),
        income=books.pay / max(came.sum(), 1),
        hourly=books.pay / max(books.hours, 1),
        way_km=books.way_m / 1000 / max(books.worked, 1),
        vain_km=books.vain_m / 1000 / max(came.sum(), 1),
        idle=idle.sum() / max(came.sum(), 1),
        idle_priority=idle[priority].sum() / max(came[priority].sum(), 1),
        idle_over_50=idle[old].sum() / max(came[old].sum(), 1),
        exposure_gini=gini(np.array(books.shown)),
        income_gini=gini(earned[came > 0]),
    )


def _worked(books: _Books, shift: Seat, way_m: float) -> float:
    """Notes one shift that was worked; its pay in yuan."""
    hours = (shift.end - shift.start) / 60
    pay = shift.pay / 100 * hours
    books.worked += 1
    books.pay += pay
    books.hours += hours
    books.way_m += way_m
    return pay


def check(result: Result, seats: list[int]) -> None:
    """No way may cheat: one shift a person, no more people than seats."""
    people = [i for i, _ in result.pairs]
    if len(set(people)) != len(people):
        raise AssertionError("somebody was sent to two shifts")
    for j, count in zip(*np.unique([j for _, j in result.pairs], return_counts=True), strict=True):
        if count > seats[int(j)]:
            raise AssertionError(f"shift {j}: {count} people for {seats[int(j)]} seats")


def gini(values: np.ndarray) -> float:
    """0 when all have the same, towards 1 when one has all; 0 when there is nothing to share."""
    ordered = np.sort(values)
    total = ordered.sum()
    if not len(ordered) or total <= 0:
        return 0.0
    rank = np.arange(1, len(ordered) + 1)
    return float((2 * rank - len(ordered) - 1).dot(ordered) / (len(ordered) * total))


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Low, mean, high: 95 % by bootstrap over the seeds (percentiles, 4,000 draws, fixed seed)."""
    dice = np.random.default_rng(20261125)
    means = values[dice.integers(len(values), size=(4000, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(values.mean()), float(high)
