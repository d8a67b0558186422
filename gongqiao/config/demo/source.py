"""Reads the demo's data files and draws from weights; places of 柳州 with illustrative points."""

import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, TypeVar

DEMO_DAY = date(2026, 11, 24)
"""The demo's today when nobody names another: a fixed day, so that two runs are equal."""

Drawn = TypeVar("Drawn")

_METRES_PER_DEGREE = 111_320
_COMMUNITY_SPREAD_METRES = 260
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_OFFICE_TAILS = ("社区居民委员会", "村民委员会", "居民委员会", "社区居委会", "村委会", "居委会")


@dataclass(frozen=True, slots=True)
class Place:
    """One community; the point (WGS-84) is illustrative: its street's, with the communities strewn round it."""

    code: str
    name: str
    street: str
    county: str
    latitude: float
    longitude: float
    homes: float
    work: float

    @property
    def short_name(self) -> str:
        """What people say: 五里亭, not 五里亭社区居委会."""
        for tail in _OFFICE_TAILS:
            if self.name.endswith(tail) and len(self.name) > len(tail):
                return self.name.removesuffix(tail)
        return self.name


@cache
def read(name: str) -> Mapping[str, Any]:
    """One of data/*.json, by its name without the ending."""
    found: Mapping[str, Any] = json.loads(resources.files(__package__).joinpath(f"data/{name}.json").read_text("utf-8"))
    return found


@cache
def places() -> Mapping[str, Place]:
    """All communities by code; the weights `homes` and `work` of a street are shared out among its communities."""
    found: dict[str, Place] = {}
    for street in read("places")["streets"]:
        count = len(street["communities"])
        for number, (code, name) in enumerate(street["communities"].items()):
            north, east = _strewn(number)
            found[code] = Place(
                code=code,
                name=name,
                street=street["name"],
                county=street["county"],
                latitude=round(street["latitude"] + north / _METRES_PER_DEGREE, 5),
                longitude=round(
                    street["longitude"] + east / (_METRES_PER_DEGREE * math.cos(math.radians(street["latitude"]))), 5
                ),
                homes=street["homes"] / count,
                work=street["work"] / count,
            )
    return found


def communities(where: str) -> dict[str, float]:
    """Weights by community: homes and work as the streets weigh; factory and rural share the named streets evenly."""
    if where in ("homes", "work"):
        return {place.code: place.homes if where == "homes" else place.work for place in places().values()}
    streets: list[str] = read("places")[f"{where}_streets"]
    names = [code[:9] for code in places()]
    return {code: 1 / names.count(code[:9]) for code in places() if code[:9] in streets}


def metres(a: Place, b: Place) -> int:
    """Crow-fly distance on the sphere; good to 0.5 % over a city."""
    north = (a.latitude - b.latitude) * _METRES_PER_DEGREE
    middle = math.radians((a.latitude + b.latitude) / 2)
    east = (a.longitude - b.longitude) * _METRES_PER_DEGREE * math.cos(middle)
    return round(math.hypot(north, east))


def draw(rng: random.Random, weights: Mapping[Drawn, float]) -> Drawn:
    """One key, by weight; ValueError when nothing weighs anything."""
    if not any(weight > 0 for weight in weights.values()):
        raise ValueError("nothing to draw from: no weight is above zero")
    return rng.choices(list(weights), list(weights.values()))[0]


def generator(seed: int, *about: object) -> random.Random:
    """A stream of its own for each row, so that row 7 does not depend on row 6."""
    return random.Random(":".join(str(part) for part in (seed, *about)))


def _strewn(number: int) -> tuple[float, float]:
    """Metres north and east of the street's point: a sunflower, dense and without overlap."""
    radius = _COMMUNITY_SPREAD_METRES * math.sqrt(number)
    angle = number * _GOLDEN_ANGLE
    return radius * math.cos(angle), radius * math.sin(angle)
