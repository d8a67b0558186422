"""A made-up province: cities of `benchmarks/matching/cities.py` side by side, close enough that people cross over."""

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.matching.cities import SIDE_METRES, City, city
from gongqiao.engines.matching import ShiftTable, WorkerTable
from gongqiao.engines.matching.columns import Ragged

APART_METRES = SIDE_METRES + 5_000  # from middle to middle; people go up to 15 km
COLUMNS = 4
NATION_PEOPLE = 200_000_000  # people in flexible work (the paper, section 1)
CITY_PEOPLE = 670_000  # of them per city, were they spread over some 300 cities


def province(cities: int, people: int, jobs: int, seed: int) -> City:
    """`cities` of `people` x `jobs` each, in rows of four; one day."""
    placed = [_moved(city(people, jobs, seed + n, days=1), n) for n in range(cities)]
    workers, shifts = placed[0]
    for more in placed[1:]:
        workers, shifts = workers.upsert(more.workers), shifts.upsert(more.shifts)
    return City(workers, shifts)


def _moved(place: City, number: int) -> City:
    """To its own place, with ids of its own."""
    east, north = number % COLUMNS * APART_METRES, number // COLUMNS * APART_METRES
    first = number * 10**8
    return City(_shifted(place.workers, east, north, first), _shifted(place.shifts, east, north, first))


def _shifted(table: Any, east: int, north: int, first: int) -> Any:
    return replace(table, x=table.x + east, y=table.y + north, id=table.id + first)


def table_bytes(table: WorkerTable | ShiftTable) -> int:
    """All columns."""
    total = 0
    for name in table.column_names():
        column = getattr(table, name)
        parts = (column.offsets, column.values) if isinstance(column, Ragged) else (column,)
        total += sum(np.asarray(part).nbytes for part in parts)
    return total
