"""Made-up markets for the tests: small ones full of edge cases, and a town for size. Same seed, same market."""

from datetime import date
from random import Random
from typing import Any

from gongqiao.engines.matching import CapabilityVocabulary, Horizon, Market, ScoreCard, ShiftTable, Trade, WorkerTable

HORIZON = Horizon(date(2026, 3, 2), 3)
DAY = 1440
VOCABULARY = CapabilityVocabulary.build(
    [
        Trade("building"),
        Trade("mason", parent="building"),
        Trade("plasterer", parent="mason"),
        Trade("welder"),
        Trade("cleaner"),
        Trade("cook"),
        *(Trade(f"other-{n}") for n in range(12)),  # so that bits run over a word boundary
    ],
    ["health", "electric", "height"],
    version="test-1",
)
TRADES = ("building", "mason", "plasterer", "welder", "cleaner", "cook", "other-11")
CARD = ScoreCard.default()
Row = dict[str, Any]


def worker_row(row_id: int, **changed: Any) -> Row:
    """An adult who may do anything that asks for no trade, at any hour, anywhere."""
    row: Row = {
        "id": row_id,
        "skills": {},
        "certificates": {},
        "available": HORIZON.all_hours(),
        "x": 0,
        "y": 0,
        "max_distance_m": 10_000,
        "pay_floor": 0,
        "birth_known": True,
        "age16_from": -20 * 365 * DAY,
        "age18_from": -18 * 365 * DAY,
        "preferred_trades": [],
        "days_waiting": 0,
        "reliability": None,
        "tier_points": 0,
        "busy": [],
        "blocked_employers": set(),
    }
    return row | changed


def shift_row(row_id: int, **changed: Any) -> Row:
    """A day shift of the first day, 08:00 to 17:00, that asks for nothing."""
    row: Row = {
        "id": row_id,
        "trade": None,
        "min_level": None,
        "certificates": [],
        "start": 480,
        "end": 1020,
        "seats": 1,
        "x": 0,
        "y": 0,
        "pay": 2500,
        "hazardous": False,
        "employer": 1,
        "posted": -60,
    }
    return row | changed


def market_of(workers: list[Row], shifts: list[Row], card: ScoreCard = CARD, kernel: str = "auto") -> Market:
    people, jobs = (
        WorkerTable.from_rows(workers, VOCABULARY, HORIZON),
        ShiftTable.from_rows(shifts, VOCABULARY, HORIZON),
    )
    return Market.build(people, jobs, VOCABULARY, card, HORIZON, kernel=kernel)


def edgy_rows(seed: int) -> tuple[list[Row], list[Row]]:
    """Up to a dozen of each, drawn from few values, so that limits are hit exactly and ties are many."""
    r = Random(seed)
    workers = [_edgy_worker(r, row_id) for row_id in r.sample(range(100), r.randint(0, 12))]
    shifts = [_edgy_shift(r, row_id) for row_id in r.sample(range(100), r.randint(0, 10))]
    return workers, shifts


def _edgy_worker(r: Random, row_id: int) -> Row:
    known, placed = r.random() < 0.9, r.random() < 0.85
    sixteen = r.choice([-9000, -9000, -9000, -9000, -9000, -9000, 0, DAY])
    busy_from = r.choice([-300, 0, 420, 1020, DAY])
    return {
        "id": row_id,
        "skills": {trade: r.choice([None, 1, 2, 3]) for trade in r.sample(TRADES, r.randint(2, 6))},
        "certificates": {
            c: r.choice([None, None, 900, 1020, DAY, 0]) for c in VOCABULARY.certificates if r.random() < 0.6
        },
        "available": [h for h in HORIZON.all_hours() if r.random() < 0.97] if r.random() < 0.6 else HORIZON.all_hours(),
        "x": r.choice([0, 3000, -4000]) if placed else None,
        "y": r.choice([0, 4000, 1]) if placed else None,
        "max_distance_m": r.choice([None, None, 0, 3000, 5000, 8000, 8000]),
        "pay_floor": r.choice([0, 0, 2000, 2500, 2501]),
        "birth_known": known,
        "age16_from": sixteen if known else None,
        "age18_from": r.choice([sixteen + 1, sixteen + DAY, 3 * DAY]) if known else None,
        "preferred_trades": r.sample(TRADES, r.randint(0, 2)),
        "days_waiting": r.choice([0, 3, 60, 90]),
        "reliability": r.choice([None, 0, 60, 100]),
        "tier_points": r.choice([0, 0, 0, 500, 5000]),
        "busy": [(busy_from, busy_from + r.choice([1, 60, 480]))] * r.randint(0, 2),
        "blocked_employers": set(r.sample(range(4), r.randint(0, 1))),
        "worked_well": {r.randrange(4): r.choice([0, 100, 900])},
    }


def _edgy_shift(r: Random, row_id: int) -> Row:
    placed = r.random() < 0.85
    start = r.choice([0, 480, 1020, 1050, 1320, DAY, 2 * DAY + 480, 3 * DAY - 1])
    trade = r.choice([None, None, None, *TRADES])
    return {
        "id": row_id,
        "trade": trade,
        "min_level": r.choice([None, None, 1, 2, 3]) if trade else None,
        "certificates": [c for c in VOCABULARY.certificates if r.random() < 0.1],
        "start": start,
        "end": start + r.choice([1, 30, 60, 61, 540]),
        "seats": r.choice([1, 1, 2, 5]),
        "x": r.choice([0, 3000]) if placed else None,
        "y": r.choice([0, 4000]) if placed else None,
        "pay": r.choice([0, 2000, 2500, 2500, 3000, 9000]),
        "hazardous": r.random() < 0.3,
        "employer": r.randrange(4),
        "posted": r.choice([-600, -60, 0]),
    }


def town_rows(seed: int, workers: int, shifts: int) -> tuple[list[Row], list[Row]]:
    """A town of 20 x 20 km: people with a trade or two, day and night shifts of 1 to 6 seats over three days."""
    r = Random(seed)
    return [_townsman(r, i) for i in range(workers)], [_town_shift(r, j) for j in range(shifts)]


def _townsman(r: Random, row_id: int) -> Row:
    hours = r.choice([range(7, 19), range(6, 23), range(0, 24), range(17, 32)])
    days = [d for d in range(4) if r.random() < 0.8]
    return worker_row(
        row_id,
        skills={trade: r.choice([None, None, 1, 2, 3]) for trade in r.sample(TRADES, r.randint(1, 3))},
        certificates={c: None for c in VOCABULARY.certificates if r.random() < 0.4},
        available=[d * 24 + h for d in days for h in hours if d * 24 + h < HORIZON.hours],
        x=r.randint(-10_000, 10_000),
        y=r.randint(-10_000, 10_000),
        max_distance_m=r.randint(2000, 15_000),
        pay_floor=r.choice([0, 1500, 1800, 2000, 2200]),
        preferred_trades=r.sample(TRADES, 1),
        days_waiting=r.randint(0, 80),
        reliability=r.choice([None, r.randint(40, 100)]),
        tier_points=300 if r.random() < 0.1 else 0,
    )


def _town_shift(r: Random, row_id: int) -> Row:
    start = r.randrange(3) * DAY + r.choice([360, 420, 480, 720, 1080, 1200])
    return shift_row(
        row_id,
        trade=r.choice([None, *TRADES]),
        certificates=[c for c in VOCABULARY.certificates if r.random() < 0.1],
        start=start,
        end=start + r.choice([180, 240, 480, 540]),
        seats=r.randint(1, 6),
        x=r.randint(-10_000, 10_000),
        y=r.randint(-10_000, 10_000),
        pay=10 * r.randint(160, 400),
        employer=r.randrange(40),
    )
