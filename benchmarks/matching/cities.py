"""Made-up cities of any size, straight as columns: the same seed and size give the same city, to the last bit.

60 x 60 km, 40 centres of population and a fifth of everybody anywhere; 60 trades below 36 broader ones, three levels,
40 certificates; commutes of 2 to 15 km; seven days in six patterns of life; shifts of 2 to 10 hours. The shares are
guesses, said to be so: they shape the work of the engine, they claim nothing about people. At 100,000 x 10,000 a worker
has 990 shifts within reach, 80 of them feasible, and one in twenty-two has none: as in the market that the goals of
`lists` were set on.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching import CapabilityVocabulary, Horizon, Market, ScoreCard, ShiftTable, Trade, WorkerTable
from gongqiao.engines.matching.columns import Ragged
from gongqiao.engines.matching.workers import NO_EXPIRY, NOT_HELD

HORIZON = Horizon(date(2026, 3, 2), 7)
LEAVES, BROADER, CERTIFICATES = 60, 36, 40
VOCABULARY = CapabilityVocabulary.build(
    [Trade(f"broad-{n}") for n in range(BROADER)]
    + [Trade(f"trade-{n}", parent=f"broad-{n % BROADER}") for n in range(LEAVES)],
    [f"certificate-{n}" for n in range(CERTIFICATES)],
    version="city-1",
)
CARD = ScoreCard.default()
DAY = 1440
SIDE_METRES = 60_000
CENTRES = 40
EMPLOYERS = 4000
TIERS, TIER_SHARES = (0, 100, 200, 400), (0.85, 0.08, 0.05, 0.02)
PATTERNS = (range(7, 19), range(8, 18), range(6, 22), range(0, 24), range(17, 24), range(18, 23))
PATTERN_SHARES = (0.2, 0.1, 0.3, 0.25, 0.1, 0.05)


class City(NamedTuple):
    workers: WorkerTable
    shifts: ShiftTable

    def market(self, kernel: str = "auto") -> Market:
        return Market.build(self.workers, self.shifts, VOCABULARY, CARD, HORIZON, kernel=kernel)


def city(workers: int, shifts: int, seed: int, *, days: int = 7, side: int = SIDE_METRES, seats: float = 4.5) -> City:
    """`days`: shifts fall in the first so many days; `side`: metres; `seats`: mean per shift."""
    r = np.random.default_rng(seed)
    centres = r.integers(side // 10, side - side // 10, (max(1, round(CENTRES * (side / SIDE_METRES) ** 2)), 2))
    return City(_workers(r, workers, centres, side), _shifts(r, shifts, centres, side, days, seats))


def _places(r: np.random.Generator, n: int, centres: NDArray[np.int64], side: int) -> NDArray[np.int64]:
    around = centres[r.integers(0, len(centres), n)] + r.normal(0, 2300, (n, 2)).astype(np.int64)
    anywhere = r.integers(0, side, (n, 2))
    return np.clip(np.where(r.random(n)[:, None] < 0.2, anywhere, around), 0, side - 1)


def _leaf(r: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Trades by Zipf's law."""
    share = 1 / np.arange(1, LEAVES + 1)
    return BROADER + r.choice(LEAVES, size=n, p=share / share.sum())


def _set_bits(words: NDArray[np.uint64], rows: NDArray[np.int64], bits: NDArray[np.int64]) -> None:
    np.bitwise_or.at(words, (rows, bits // 64), np.uint64(1) << (bits % 64).astype(np.uint64))


def _skills(r: np.random.Generator, n: int) -> NDArray[np.uint64]:
    """One to four trades each, upward-closed."""
    words = np.zeros((n, VOCABULARY.words), dtype=np.uint64)
    count = r.choice(4, size=n, p=(0.2, 0.3, 0.3, 0.2)) + 1
    for nth in range(4):
        rows = np.flatnonzero(count > nth)
        trade, level = _leaf(r, len(rows)), r.integers(0, 4, len(rows))
        for step in range(4):
            _set_bits(words, rows[level >= step], trade[level >= step] * 4 + step)
        _set_bits(words, rows, (trade - BROADER) % BROADER * 4)
    return words


def _hours(r: np.random.Generator, n: int) -> NDArray[np.uint64]:
    """Each day of the week is free in the pattern of the person, or not at all (one day in fourteen)."""
    table = np.zeros((len(PATTERNS), 2**7, HORIZON.words), dtype=np.uint64)
    for at, pattern in enumerate(PATTERNS):
        for days in range(2**7):
            hours = [d * 24 + h for d in range(8) if days >> (d % 7) & 1 for h in pattern]
            for hour in hours:
                table[at, days, hour // 64] |= np.uint64(1) << np.uint64(hour % 64)
    days = (r.random((n, 7)) < 0.93) @ (1 << np.arange(7))
    return table[r.choice(len(PATTERNS), size=n, p=PATTERN_SHARES), days]


def _workers(r: np.random.Generator, n: int, centres: NDArray[np.int64], side: int) -> WorkerTable:
    place = _places(r, n, centres, side)
    skills = _skills(r, n)
    preferred = np.zeros_like(skills)
    wishing = np.flatnonzero(r.random(n) < 0.7)
    _set_bits(preferred, wishing, _leaf(r, len(wishing)) * 4)
    until = np.full((n, CERTIFICATES), NOT_HELD, dtype=np.int64)
    for _ in range(2):
        rows = np.flatnonzero(r.random(n) < 0.5)
        until[rows, (CERTIFICATES * r.random(len(rows)) ** 2).astype(np.int64)] = np.where(
            r.random(len(rows)) < 0.7, NO_EXPIRY, r.integers(0, 20 * DAY, len(rows))
        )
    age16 = -r.integers(-30, 18_000, n) * DAY
    held = r.random(n) < 0.1
    begins = r.integers(0, 7 * 24, int(held.sum())) * 60
    known = r.random(n) < 0.2
    return WorkerTable(
        vocabulary_version=VOCABULARY.version,
        id=np.arange(n, dtype=np.int64) * 3 + 1,
        skill_bits=skills,
        certificate_until=until,
        available=_hours(r, n),
        x=place[:, 0],
        y=place[:, 1],
        place_known=r.random(n) >= 0.002,
        max_distance_m=r.choice([2000, 3000, 5000, 8000, 10_000, 15_000], size=n, p=(0.1, 0.1, 0.15, 0.2, 0.2, 0.25)),
        pay_floor=np.where(r.random(n) < 0.1, 0, (100 * np.exp(r.normal(2.9, 0.25, n))).astype(np.int64)),
        birth_known=r.random(n) >= 0.015,
        age16_from=age16,
        age18_from=age16 + 730 * DAY,
        preferred_bits=preferred,
        days_waiting=np.minimum(r.geometric(0.05, n), 90).astype(np.int64),
        reliability=np.where(r.random(n) < 0.4, -1, r.integers(40, 101, n)),
        tier_points=r.choice(TIERS, size=n, p=TIER_SHARES).astype(np.int64),
        busy=_ragged(held, np.column_stack([begins, begins + 480])),
        blocked_employers=_ragged(known, r.integers(0, EMPLOYERS, (int(known.sum()), 1))),
        worked_well=_ragged(
            known, np.column_stack([r.integers(0, EMPLOYERS, int(known.sum())), np.full(int(known.sum()), 200)])
        ),
    )


def _ragged(rows: NDArray[np.bool_], values: NDArray[np.int64]) -> Ragged:
    """One value for each of the marked rows."""
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(rows, out=offsets[1:])
    return Ragged(offsets, values)


def _shifts(
    r: np.random.Generator, n: int, centres: NDArray[np.int64], side: int, days: int, seats: float
) -> ShiftTable:
    place = _places(r, n, centres, side)
    trade = np.where(r.random(n) < 0.1, -1, _leaf(r, n))
    level = np.where(trade < 0, 0, r.choice(4, size=n, p=(0.4, 0.3, 0.2, 0.1)))
    skills = np.zeros((n, VOCABULARY.words), dtype=np.uint64)
    asked = np.flatnonzero(trade >= 0)
    _set_bits(skills, asked, trade[asked] * 4 + level[asked])
    certificates = np.zeros((n, CERTIFICATES), dtype=np.bool_)
    rows = np.flatnonzero(r.random(n) < 0.15)
    certificates[rows, (CERTIFICATES * r.random(len(rows)) ** 2).astype(np.int64)] = True
    start = r.integers(0, days, n) * DAY + r.choice([360, 420, 480, 540, 780, 1080, 1200, 1320], size=n)
    start += r.choice([0, 15, 30], size=n)
    end = start + r.integers(4, 21, n) * 30
    hours = np.zeros((n, HORIZON.words), dtype=np.uint64)
    first, last = start // 60, (end - 1) // 60
    for step in range(12):
        inside = np.flatnonzero(first + step <= last)
        _set_bits(hours, inside, first[inside] + step)
    return ShiftTable(
        vocabulary_version=VOCABULARY.version,
        id=np.arange(n, dtype=np.int64) * 2 + 5,
        trade=trade,
        min_level=level,
        required_skills=skills,
        required_certificates=certificates,
        needed_hours=hours,
        start=start,
        end=end,
        seats=np.minimum(r.geometric(1 / seats, n), 60).astype(np.int64),
        x=place[:, 0],
        y=place[:, 1],
        place_known=r.random(n) >= 0.001,
        pay=(100 * np.exp(r.normal(3.32, 0.25, n))).astype(np.int64),
        hazardous=r.random(n) < 0.15,
        employer=r.integers(0, EMPLOYERS, n),
        posted=-r.integers(0, 5000, n),
        minimum=np.zeros(n, dtype=np.int64),
    )
