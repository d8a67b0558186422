"""A town drawn from official figures and stated assumptions: its people, its employers, its days. Same seed, same town.

From labour_stats.json (National Bureau of Statistics, 2024): shares of trades by industry, monthly income by industry,
ages. Assumed by us, all in this file: sizes, clusters, hours, how far people go, how often they come, how reliable they
are. Nothing here was measured at a market.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.random import Generator, SeedSequence, default_rng

FIGURES = Path(__file__).resolve().parents[2] / "examples/data/labour_stats.json"
HOURS_A_MONTH = 174  # 21.75 days of 8 hours
INDUSTRIES = ("制造业", "建筑业", "批发和零售业", "交通运输仓储和邮政业", "住宿餐饮业", "居民服务修理和其他服务业")
OVER_50 = 2  # third of the age classes: <=40, 41-50, >50
CLUSTERS = 12
RADIUS_M = 5_000  # of the town
CLUSTER_M = 900
EMPLOYERS = 60
PRIORITY_POINTS = 300


@dataclass(frozen=True)
class Person:
    """What the market knows (skills to reliability's history), and what only he knows: taste and how often he fails."""

    number: int
    over_50: bool
    priority: bool
    skills: dict[str, int]
    wished: tuple[str, ...]
    x: int
    y: int
    farthest_m: int
    floor: int  # fen per hour
    early: bool  # free from 05:00 to 19:00; otherwise from 14:00 to 02:00
    comes: float  # chance to come on a day
    fails: float  # chance not to turn up though he said yes


@dataclass(frozen=True)
class Seat:
    """One shift of a day. Pay in fen per hour, minutes of the day."""

    number: int
    trade: str
    level: int | None
    start: int
    end: int
    seats: int
    x: int
    y: int
    pay: int
    employer: int


@dataclass(frozen=True)
class Town:
    seed: int
    crowd: float  # people who come on a day, per seat asked for
    people: tuple[Person, ...]
    centres: np.ndarray = field(repr=False)
    employer_at: np.ndarray = field(repr=False)
    employer_trade: tuple[str, ...] = ()
    employer_pay: tuple[float, ...] = ()

    def rng(self, *key: int) -> Generator:
        """A stream of its own for each day and purpose, so that every way of dispatch meets the same chances."""
        return default_rng(SeedSequence((self.seed, *key)))


@cache
def figures() -> dict[str, list[float]]:
    """Shares of industries and of age classes (sum 1), and income in yuan per hour by industry."""
    year = json.loads(FIGURES.read_text("utf-8"))["migrant_workers"]["2024"]
    shares = np.array([year["industry_pct"][name] for name in INDUSTRIES])
    ages = np.array([year["age_pct"][name] for name in ("<=40", "41-50", ">50")])
    hourly = [year["monthly_income"][name] / HOURS_A_MONTH for name in INDUSTRIES]
    return {"shares": list(shares / shares.sum()), "ages": list(ages / ages.sum()), "hourly": hourly}


def town(seed: int, people: int, crowd: float) -> Town:
    """Clusters of homes, people with one to four trades, employers near the middle with a volume of their own."""
    dice = default_rng(SeedSequence((seed, 0)))
    turn, far = dice.uniform(0, 2 * np.pi, CLUSTERS), RADIUS_M * np.sqrt(dice.uniform(0, 1, CLUSTERS))
    centres = np.stack([far * np.cos(turn), far * np.sin(turn)], axis=1)
    trades = tuple(INDUSTRIES[i] for i in dice.choice(len(INDUSTRIES), EMPLOYERS, p=figures()["shares"]))
    return Town(
        seed=seed,
        crowd=crowd,
        people=tuple(_person(dice, number, centres) for number in range(people)),
        centres=centres,
        employer_at=_spots(dice, centres, EMPLOYERS),
        employer_trade=trades,
        employer_pay=tuple(dice.lognormal(0, 0.12, EMPLOYERS)),
    )


def _spots(dice: Generator, centres: np.ndarray, count: int) -> np.ndarray:
    return (centres[dice.integers(CLUSTERS, size=count)] + dice.normal(0, CLUSTER_M, (count, 2))).astype(int)


def _person(dice: Generator, number: int, centres: np.ndarray) -> Person:
    known = figures()
    trades = dice.choice(len(INDUSTRIES), size=dice.integers(1, 5), replace=False, p=known["shares"])
    age = dice.choice(3, p=known["ages"])
    hourly = known["hourly"][trades[0]]
    x, y = _spots(dice, centres, 1)[0]
    return Person(
        number=number,
        over_50=bool(age == OVER_50),
        priority=bool(dice.random() < (0.3 if age == OVER_50 else 0.08)),
        skills={INDUSTRIES[t]: int(dice.choice([1, 2, 3], p=[0.5, 0.35, 0.15])) for t in trades},
        wished=(INDUSTRIES[trades[0]],),
        x=int(x),
        y=int(y),
        farthest_m=int(dice.choice([3000, 5000, 8000, 12000], p=[0.25, 0.35, 0.25, 0.15])),
        floor=10 * int(10 * hourly * dice.lognormal(-0.35, 0.18)),
        early=bool(dice.random() < 0.8),
        comes=float(dice.beta(2.4, 3.6)),
        fails=float(dice.beta(1.5, 17)),
    )


def who_comes(place: Town, day: int) -> list[Person]:
    """In the order of arrival at the door."""
    dice = place.rng(day, 1)
    there = [person for person in place.people if dice.random() < person.comes]
    return [there[i] for i in dice.permutation(len(there))]


def what_is_wanted(place: Town, day: int, people: int) -> list[Seat]:
    """Shifts until about one seat is asked for per `crowd` people; a few employers ask for most of them."""
    dice = place.rng(day, 2)
    volume = 1 / np.arange(1, EMPLOYERS + 1) ** 0.8
    rows: list[Seat] = []
    wanted = dice.poisson(people / place.crowd)
    while sum(row.seats for row in rows) < wanted:
        employer = int(dice.choice(EMPLOYERS, p=volume / volume.sum()))
        hourly = figures()["hourly"][INDUSTRIES.index(place.employer_trade[employer])]
        start = int(dice.choice([360, 420, 480, 900, 1080], p=[0.25, 0.3, 0.25, 0.1, 0.1]))
        rows.append(
            Seat(
                number=len(rows),
                trade=place.employer_trade[employer],
                level=None if dice.random() < 0.75 else int(dice.choice([1, 2, 3], p=[0.5, 0.35, 0.15])),
                start=start,
                end=start + 60 * int(dice.choice([4, 6, 8, 9])),
                seats=int(min(dice.geometric(0.3), 20)),
                x=int(place.employer_at[employer, 0]),
                y=int(place.employer_at[employer, 1]),
                pay=10 * int(10 * hourly * place.employer_pay[employer] * dice.lognormal(-0.18, 0.12)),
                employer=employer,
            )
        )
    return rows
