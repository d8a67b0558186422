"""Lists for everybody: against the plain kernel, table engines and vector indexes; the sieve alone; growth; memory."""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.cities import CARD, HORIZON, City, city
from benchmarks.matching.peers import Tables, duckdb_lists, faiss_lists, placed, polars_lists, tables
from benchmarks.report import Row, at_least, at_most, exactly, side_by_side
from gongqiao.engines.matching import warm_up
from gongqiao.engines.matching.fast.city import City as Index

K, K_WORKERS = 10, 20
MARKETS = 50


def rows(quick: bool) -> Iterator[Row]:
    """Smaller sizes in `--quick`, where what grows slower than the peer's is less ahead: goals of their own."""
    warm_up()
    plans = (True,) if quick else (False, True)  # joining on cells alone is slower everywhere
    yield from exactness(*((150, 60) if quick else (400, 150)))
    if quick:
        yield from against_tables("20k x 2k", 20_000, 2000, 8, 8, plans)
        yield from against_tables("5k x 20k", 5000, 20_000, 15, None, plans)
        yield from against_vectors(2000, 1500)
        yield from against_the_sieve(100_000, 20_000, 3.5)
    else:
        yield from against_tables("100k x 10k", 100_000, 10_000, 10, 15, plans)
        yield from against_tables("20k x 100k", 20_000, 100_000, 25, None, plans)
        yield from against_vectors(5000, 5000)
        yield from against_the_sieve(1_000_000, 100_000, 3.0)
    yield from growth(quick)
    yield from cold_start(2 if quick else 4)


def exactness(people: int, jobs: int) -> Iterator[Row]:
    """Random cities: the compiled lists, the plain ones, and those of both table engines."""
    plain = tables_too = 0
    for seed in range(MARKETS):
        small = placed(city(people, jobs, seed, side=20_000))
        mine, plans = workers_keys(small), (bool(seed % 2),)  # one plan a city: half of them each
        plain += small.market("numba").recommend(K, K_WORKERS) == small.market("numpy").recommend(K, K_WORKERS)
        works = peer_works(tables(small), plans)
        tables_too += all(np.array_equal(mine, work()) for work in works.values())
    yield exactly(f"cities of {MARKETS} whose lists equal the plain kernel's", plain, MARKETS)
    yield exactly(f"cities of {MARKETS} whose lists equal Polars' and DuckDB's", tables_too, MARKETS)


def workers_keys(place: City) -> NDArray[np.int64]:
    """Index and workers' lists, from the bare tables."""
    index = Index.of(place.workers, place.shifts, CARD, HORIZON)
    return index.block(index.workers[0], index.shifts[0], K, 0, index.free[0])[0]


def peer_works(given: Tables, plans: tuple[bool, ...]) -> dict[str, Callable[[], NDArray[np.int64]]]:
    """Both engines, by the plans asked for: False joins on cells, True on cells and trades."""
    return {
        f"{name} joining {what}": partial(lists, given, K, by_trade)
        for name, lists in (("Polars", polars_lists), ("DuckDB", duckdb_lists))
        for by_trade, what in ((False, "cells"), (True, "cells and trades"))
        if by_trade in plans
    }


def against_tables(
    name: str, people: int, jobs: int, wall: float, cpu: float | None, plans: tuple[bool, ...]
) -> Iterator[Row]:
    """Of all plans of both engines; the strongest counts."""
    place = placed(city(people, jobs, 1))
    peers = peer_works(tables(place), plans)
    mine = workers_keys(place)
    for peer, work in peers.items():
        yield exactly(f"{name}: lists equal {peer}'s", bool(np.array_equal(mine, work())), True)
    times = side_by_side(peers, 1) | side_by_side({"ours": lambda: workers_keys(place)}, 5)
    ours = times.pop("ours")
    yield Row(f"{name}: ours, wall / CPU", "", f"{ours.wall:.3f} / {ours.cpu:.3f} s", True)
    for peer, spent in times.items():
        seen = f"{spent.wall / ours.wall:.1f} / {spent.cpu / ours.cpu:.1f} ×"
        yield Row(f"{name}: {peer}, wall / CPU of ours", "", seen, True)
    yield at_least(f"{name}: fastest table plan, wall", min(t.wall for t in times.values()) / ours.wall, wall, " ×")
    if cpu is not None:
        yield at_least(f"{name}: thriftiest table plan, CPU", min(t.cpu for t in times.values()) / ours.cpu, cpu, " ×")


def against_vectors(people: int, jobs: int) -> Iterator[Row]:
    """A vector index has no hard rules: a penalty for each violated bit, 400 nearest, then the exact test."""
    place = placed(city(people, jobs, 2))
    mine = workers_keys(place)
    works = {"ours": lambda: workers_keys(place)}
    found = {}
    for kind in ("flat", "HNSW"):
        search, recall = faiss_lists(place, mine, kind)
        works[kind], found[kind] = search, recall
    times = side_by_side(works, 2)
    for kind, recall in found.items():
        yield at_least(
            f"{people:,} x {jobs:,}: FAISS {kind} (recall {recall:.3f}), search alone",
            times[kind].wall / times["ours"].wall,
            1,
            " ×",
        )


def against_the_sieve(people: int, jobs: int, most: float) -> Iterator[Row]:
    """Both sides' lists against the same pass that only sieves; in a process of its own, for its own memory."""
    code = f"from benchmarks.matching.lists import sieve_ratio; sieve_ratio({people}, {jobs})"
    lines = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    ratio, cpu, per_second, gigabytes = (float(word) for word in lines[-4:])
    yield at_most(f"{people:,} x {jobs:,} both sides, CPU of the sieve alone", ratio, most, " ×")
    yield Row(
        f"{people:,} x {jobs:,} both sides: CPU seconds, pairs a CPU second", "", f"{cpu:.1f} s, {per_second:.2g}", True
    )
    yield at_most(f"{people:,} x {jobs:,} both sides, memory", gigabytes, 2.0, " GB")


def sieve_ratio(people: int, jobs: int) -> None:
    place = city(people, jobs, 1)
    index = Index.of(place.workers, place.shifts, CARD, HORIZON)
    workers, shifts, price = index.workers[0], index.shifts[0], index.free[0]
    times = side_by_side(
        {
            "sieve": lambda: index.block(workers, shifts, 0, 0, price),
            "both": lambda: index.block(workers, shifts, K, K_WORKERS, price),
        },
        2,
    )
    # not ru_maxrss: a new process begins with the peak of the one that started it
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 2**20
    both = times["both"].cpu
    print(both / times["sieve"].cpu, both, people * jobs / both, peak)


def growth(quick: bool) -> Iterator[Row]:
    """Exponent of CPU time from a city to one of 16 times the pairs; then to four such towns side by side."""
    base, times = 20_000 if quick else 50_000, 4
    town, towns = tiles(base, 1), tiles(base, times)
    works = {
        "small": _both_sides(city(base, base // 10, 3)),
        "large": _both_sides(city(base * times, base * times // 10, 3)),
        "town": _both_sides(town),
        "towns": _both_sides(towns),
    }
    cpu = {name: spent.cpu for name, spent in side_by_side(works, 5).items()}
    exponent = log(cpu["large"] / cpu["small"]) / log(times**2)
    yield at_most("growth in workers x shifts, one city: exponent", exponent, 0.85)
    exponent = log(cpu["towns"] / cpu["town"]) / log(times)
    yield at_most(f"growth in workers, {times} towns as dense: exponent", exponent, 1.05)
    seen = " → ".join(f"{_within_reach(place):,.0f}" for place in (town, towns))
    yield Row("growth in workers, as dense: shifts within reach of a worker", "", seen, True)


def tiles(people: int, n: int) -> City:
    """One town of 40 km n times side by side, each out of the others' reach: larger, and nowhere denser."""
    town = whole = city(people, people // 10, 3, side=40_000)
    for nth in range(1, n):
        workers, shifts = (
            replace(table, id=table.id + nth * 4 * people, x=table.x + nth * 56_000)
            for table in (town.workers, town.shifts)
        )
        whole = City(whole.workers.upsert(workers), whole.shifts.upsert(shifts))
    return whole


def _within_reach(place: City) -> float:
    """Mean over every hundredth worker."""
    w, s = place.workers.take(np.arange(0, len(place.workers), 100)), place.shifts
    far = (w.x[:, None] - s.x) ** 2 + (w.y[:, None] - s.y) ** 2
    return float((far <= w.max_distance_m[:, None] ** 2).sum(axis=1).mean())


def _both_sides(place: City) -> Callable[[], object]:
    """Both sides' lists on one thread, the index made beforehand."""
    index = Index.of(place.workers, place.shifts, CARD, HORIZON, 1)
    return lambda: index.block(index.workers[0], index.shifts[0], K, K_WORKERS, index.free[0])


FIRST_ANSWER = """
import pathlib, sys
from benchmarks.matching.cities import city
from gongqiao.engines.matching.fast.compiled import use_cache
if sys.argv[2] == "numba":
    use_cache(pathlib.Path(sys.argv[1]))
city(40, 20, 1).market(sys.argv[2]).shifts_for(1, 5)
"""


def cold_start(repeats: int) -> Iterator[Row]:
    """CPU seconds to the first list in a fresh process, less those of the plain kernel: anew, and found."""
    with tempfile.TemporaryDirectory() as folder:
        plain = min(_process(folder, "numpy") for _ in range(repeats))
        yield at_most(
            "first list of a fresh process, nothing compiled: CPU", _process(folder, "numba") - plain, 10, " s"
        )
        again = min(_process(folder, "numba") for _ in range(repeats + 1)) - plain
        yield at_most("first list of a fresh process, found compiled: CPU", again, 0.5, " s")


def _process(folder: str, kernel: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", FIRST_ANSWER, folder, kernel], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
