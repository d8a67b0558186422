"""One question at a time, through Python, as a desk asks: a worker's shifts, a shift's workers, after changes too."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.matching.cities import CARD, HORIZON, city
from benchmarks.report import Row, at_most, exactly, percentile
from gongqiao.engines.matching import CloseShifts, UpsertWorkers, WithdrawWorkers
from gongqiao.engines.matching.fast.city import City as Index


def rows(quick: bool) -> Iterator[Row]:
    jobs = 20_000 if quick else 100_000
    people = 100_000 if quick else 1_000_000
    r = np.random.default_rng(4)
    place = city(people, jobs, 1)
    market = place.market("numba")
    workers, shifts = r.choice(place.workers.id, 3000).tolist(), r.choice(place.shifts.id, 1500).tolist()
    seen = _microseconds(lambda worker: market.shifts_for(worker, 10), workers)
    yield at_most(f"a worker against {jobs:,} shifts, p50", percentile(seen, 0.5), 50, " µs")
    yield at_most(f"a worker against {jobs:,} shifts, p99", percentile(seen, 0.99), 500, " µs")
    seen = _microseconds(lambda shift: market.workers_for(shift, 20), shifts)
    yield at_most(f"a shift against {people:,} workers, p50", percentile(seen, 0.5), 1500, " µs")
    yield at_most(f"a shift against {people:,} workers, p99", percentile(seen, 0.99), 10_000, " µs")
    yield from changes(quick)


def changes(quick: bool) -> Iterator[Row]:
    """200 changed rows beside the index: what it costs beside a new index, and whether the answers are the same."""
    place, fresh = city(20_000, 4000, 1), city(200, 20, 9)
    market = place.market("numba")
    given = (UpsertWorkers(fresh.workers), WithdrawWorkers((59_998,)), CloseShifts((7,)))
    begun = time.perf_counter()
    changed = market.apply(given)
    beside = time.perf_counter() - begun
    begun = time.perf_counter()
    again = Index.of(changed.workers, changed.shifts, CARD, HORIZON)
    afresh = time.perf_counter() - begun
    yield at_most("200 changes beside the index, of a new index's time", beside / afresh, 0.5, " ×")
    lists = changed._city.all_lists(10, 20) if changed._city else None
    same = lists is not None and all(
        np.array_equal(a.ids, b.ids) for a, b in zip(lists, again.all_lists(10, 20), strict=True)
    )
    yield exactly("lists after changes equal those of a new index", same, True)


def _microseconds(ask: Callable[[int], object], ids: list[int]) -> list[float]:
    ask(ids[0])
    seen = []
    for row_id in ids:
        begun = time.perf_counter()
        ask(row_id)
        seen.append((time.perf_counter() - begun) * 1e6)
    return seen
