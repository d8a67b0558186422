"""What a market remembers from day to day, and the engine's tables made from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from benchmarks.market_sim.town import INDUSTRIES, PRIORITY_POINTS, Person, Seat
from gongqiao.engines.matching import CapabilityVocabulary, Horizon, Market, ScoreCard, ShiftTable, Trade, WorkerTable

HORIZON = Horizon(date(2026, 3, 2), 1)
VOCABULARY = CapabilityVocabulary.build([Trade(name) for name in INDUSTRIES], [], version="market-sim-1")
CARD = ScoreCard.default()
ADULT = {"birth_known": True, "age16_from": -20_000_000, "age18_from": -19_000_000}
EARLY, LATE = list(range(5, 19)), list(range(14, 26))
WELL_DONE = 60  # points towards "worked before with this employer" for each shift done


@dataclass
class Memory:
    """By number of the person: days he came in vain since his last work, shifts he turned up for and failed."""

    in_vain: dict[int, int] = field(default_factory=dict)
    came: dict[int, int] = field(default_factory=dict)
    failed: dict[int, int] = field(default_factory=dict)
    well: dict[int, dict[int, int]] = field(default_factory=dict)

    def reliability(self, person: int) -> int | None:
        came, failed = self.came.get(person, 0), self.failed.get(person, 0)
        return round(100 * (came + 2) / (came + failed + 3)) if came + failed >= 2 else None

    def note(self, person: int, employer: int, turned_up: bool) -> None:
        book = self.came if turned_up else self.failed
        book[person] = book.get(person, 0) + 1
        if turned_up:
            done = self.well.setdefault(person, {})
            done[employer] = min(done.get(employer, 0) + WELL_DONE, CARD.worked_before_cap_points)


def tables(
    people: list[Person],
    wanted: list[Seat],
    memory: Memory,
    rows: Iterable[int],
    left: np.ndarray,
    refused: set[tuple[int, int]],
    kernel: str,
) -> Market:
    """The market of these rows of people and the shifts with seats left; ids are rows. A refusal closes that shift for
    that person. Both kernels give the same lists, and day plans of the same value."""
    at = list(rows)
    open_now = np.flatnonzero(left > 0).tolist()
    no: dict[int, set[int]] = {}
    for person, shift in refused:
        no.setdefault(person, set()).add(shift + 1)
    employers = {j + 1: wanted[j].employer for j in open_now}
    workers = [_worker(i, people[i], memory, no.get(i, set()), employers) for i in at]
    shifts = [_shift(j, wanted[j], int(left[j])) for j in open_now]
    return Market.build(
        WorkerTable.from_rows(workers, VOCABULARY, HORIZON),
        ShiftTable.from_rows(shifts, VOCABULARY, HORIZON),
        VOCABULARY,
        CARD,
        HORIZON,
        kernel=kernel,
    )


def _worker(
    row: int, person: Person, memory: Memory, refused: set[int], employers: dict[int, int]
) -> dict[str, object]:
    """The engine blocks and remembers by employer: each shift stands for an employer of its own here."""
    done = memory.well.get(person.number, {})
    return {
        "id": row,
        "skills": person.skills,
        "certificates": {},
        "available": EARLY if person.early else LATE,
        "x": person.x,
        "y": person.y,
        "max_distance_m": person.farthest_m,
        "pay_floor": person.floor,
        "preferred_trades": person.wished,
        "days_waiting": memory.in_vain.get(person.number, 0),
        "reliability": memory.reliability(person.number),
        "tier_points": PRIORITY_POINTS if person.priority else 0,
        "busy": [],
        "blocked_employers": refused,
        "worked_well": {shift: done[employer] for shift, employer in employers.items() if employer in done},
        **ADULT,
    }


def _shift(row: int, seat: Seat, left: int) -> dict[str, object]:
    return {
        "id": row,
        "trade": seat.trade,
        "min_level": seat.level,
        "certificates": [],
        "start": seat.start,
        "end": seat.end,
        "seats": left,
        "x": seat.x,
        "y": seat.y,
        "pay": seat.pay,
        "hazardous": False,
        "employer": row + 1,
        "posted": 0,
    }
