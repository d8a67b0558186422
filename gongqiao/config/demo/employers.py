"""Invented employers of 柳州: factories, noodle works, sites, kitchens, warehouses, farms, households."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongqiao.config.demo.numbers import credit_code, phone_number
from gongqiao.config.demo.source import Place, communities, draw, generator, places, read

LEGAL_SIGNS = {"company": "1", "individual": "2", "cooperative": "3"}
"""Second sign of the credit code; a household has no code."""
_EMPLOYERS = 2


@dataclass(frozen=True, slots=True)
class DemoEmployer:
    """One 用工方. `kind` is a code of data/employers.json; `industry` a GB/T 4754-2017 code, None for a household."""

    index: int
    name: str
    kind: str
    legal: str
    credit_code: str | None
    industry: str | None
    industry_name: str | None
    contact: str
    phone: str
    community: str
    meeting_points: tuple[str, ...]
    licence_seen: bool

    @property
    def size(self) -> str:
        """company, individual or household, as the market files it; a cooperative is filed as a company."""
        return "company" if self.legal == "cooperative" else self.legal


def employers(seed: int, n: int) -> list[DemoEmployer]:
    """`n` employers, each kind in its share (at least one of a kind once n allows it), names all different."""
    data = read("employers")
    order = _kinds(generator(seed, "employer kinds"), data["kinds"], n)
    taken: set[str] = set()
    return [_employer(generator(seed, "employer", index), index, kind, taken) for index, kind in enumerate(order)]


def place_of(employer: DemoEmployer) -> Place:
    """The community as a place with its illustrative point."""
    return places()[employer.community]


def _kinds(rng: random.Random, kinds: Sequence[Mapping[str, Any]], n: int) -> list[Mapping[str, Any]]:
    """Largest remainders, then shuffled."""
    total = sum(kind["count"] for kind in kinds)
    exact = [kind["count"] * n / total for kind in kinds]
    seats = [int(share) for share in exact]
    by_remainder = sorted(range(len(kinds)), key=lambda place: (seats[place] - exact[place], place))
    for place in by_remainder[: n - sum(seats)]:
        seats[place] += 1
    order = [kind for kind, count in zip(kinds, seats, strict=True) for _ in range(count)]
    rng.shuffle(order)
    return order


def _employer(rng: random.Random, index: int, kind: Mapping[str, Any], taken: set[str]) -> DemoEmployer:
    legal: str = kind["legal"]
    surname = draw(rng, read("names")["surnames"])
    name = _new_name(rng, kind, surname, taken)
    points = kind["meeting"]
    return DemoEmployer(
        index=index,
        name=name,
        kind=kind["code"],
        legal=legal,
        credit_code=credit_code(index, LEGAL_SIGNS[legal]) if legal in LEGAL_SIGNS else None,
        industry=kind["industry"],
        industry_name=kind["industry_name"],
        contact=name.removesuffix("（家庭）") if legal == "household" else surname + _title(rng, legal),
        phone=phone_number(index, _EMPLOYERS),
        community=draw(rng, communities(kind["where"])),
        meeting_points=tuple(rng.sample(points, min(2, len(points)))),
        licence_seen=legal in LEGAL_SIGNS and rng.random() < 0.88,
    )


def _title(rng: random.Random, legal: str) -> str:
    titles: list[str] = read("employers")["contact_titles"][legal]
    return rng.choice(titles)


def _new_name(rng: random.Random, kind: Mapping[str, Any], surname: str, taken: set[str]) -> str:
    """Sixteen tries at a fresh name, then a branch number: 二部, 三部 … as 2部, 3部."""
    data = read("employers")
    for _ in range(16):
        parts = {"w": rng.choice(data["words"]), "s": surname, "t": rng.choice(data["titles"])}
        name: str = rng.choice(kind["names"]).format(**parts)
        if name not in taken:
            taken.add(name)
            return name
    branch = 2
    while f"{name}{branch}部" in taken:
        branch += 1
    taken.add(f"{name}{branch}部")
    return f"{name}{branch}部"
