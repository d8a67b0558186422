"""A province region by region: the same lists, a plan agreed upon between regions, and what growing costs.

Every row is measured here; rows that say "multiplied" take measured figures times a number of people. docs/growing.md
draws the conclusions.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from math import log
from pathlib import Path
from typing import Any

from benchmarks.matching.cities import CARD, HORIZON, VOCABULARY, City, city
from benchmarks.regions.province import CITY_PEOPLE, NATION_PEOPLE, province, table_bytes
from benchmarks.report import Row, Timing, at_most, exactly, growth, side_by_side, timed
from gongqiao.engines.matching import PlanRules, RegionalPlan, RegionalRunner, check_plan, warm_up
from gongqiao.engines.matching.fast.auctioneer import PARTS_OF_A_POINT
from gongqiao.engines.matching.fast.regional import Desk
from gongqiao.engines.matching.hosts import Staff, hosts
from gongqiao.engines.matching.regionalplan import plan_regions
from gongqiao.engines.matching.regions import Region, cut

TITLE = "a province of ten cities region by region: the same lists, one proof, on processes and on Ray"
CITIES, K, K_WORKERS = 10, 10, 20
SEVERAL = PlanRules(max_shifts_per_worker=4)


def run(quick: bool) -> Iterator[Row]:
    warm_up()
    people, jobs = (3000, 300) if quick else (40_000, 4000)
    land = province(CITIES, people, jobs, 1)
    print(
        f"{len(land.workers):,} people x {len(land.shifts):,} shifts in {CITIES} cities, {CITIES} regions", flush=True
    )
    yield from lists(land, *((2.5, 1) if quick else (1.5, 2)))  # a small region's index costs as much as its lists
    yield from plans(land, CITIES, "province", SEVERAL, most_gap=0.1)
    yield from same_plan_everywhere(province(4, people // 4, jobs // 4, 5))
    size = (4000, 400) if quick else (20_000, 2000)
    yield from plans(city(*size, 1, days=1), 6, "one city cut in 6", SEVERAL, most_gap=0.1)
    yield from plans(city(*size, 1, days=1), 6, "the same, one shift each", PlanRules(), most_gap=0.3)
    yield from as_many_more_cities(people // 4, jobs // 4)
    yield from nation(4000 if quick else 50_000)
    yield from memory(*((50_000, 5000) if quick else (400_000, 40_000)))


def _given(land: City) -> tuple[Any, ...]:
    return land.workers, land.shifts, VOCABULARY, CARD, HORIZON


def _pieces(land: City, regions: int, rules: PlanRules) -> list[tuple[Region, PlanRules]]:
    cuts = cut(land.workers, land.shifts, regions)
    return [(Region(people, jobs, VOCABULARY, CARD, HORIZON, "numba", K, K_WORKERS), rules) for people, jobs in cuts]


def lists(land: City, most_cpu: float, repeats: int) -> Iterator[Row]:
    """Everybody's lists, both sides; the whole on one thread is what regions are held against."""
    from gongqiao.engines.matching import Market

    def whole() -> object:
        return Market.build(*_given(land), kernel="numba", threads=1).lists(K, K_WORKERS)

    def by(engine: str) -> Callable[[], object]:
        return lambda: RegionalRunner(engine, CITIES, 2, "numba").lists(*_given(land), K, K_WORKERS)

    begun = time.perf_counter()
    with hosts("ray", 2, None) as cluster:
        list(cluster.mapped(abs, [1, 2]))
        yield Row("Ray of its own until it answers", "", f"{time.perf_counter() - begun:.1f} s", True)
        wanted = whole()
        works = {"local": by("local"), "processes": by("processes"), "ray": by("ray")}
        for engine, work in works.items():
            yield exactly(f"lists of both sides, {engine}: equal to the whole's", work() == wanted, True)
        times = side_by_side({"whole": whole, **works}, repeats)
    yield at_most(
        "lists by regions in this process, CPU of the whole", times["local"].cpu / times["whole"].cpu, most_cpu, " ×"
    )
    for engine in ("local", "processes", "ray"):
        seen = f"{times[engine].wall / times['whole'].wall:.2f} × ({times[engine].wall:.1f} s)"
        yield Row(f"lists by regions, {engine}: the clock's time of the whole on one thread", "", seen, True)
    pieces = _pieces(land, CITIES, PlanRules())
    halo = sum(len(region.shifts) for region, _ in pieces) / len(land.shifts)
    yield Row("shifts that regions hold, of all shifts (halo)", "", f"{halo:.2f} ×", True)
    sent = sum(table_bytes(region.workers) + table_bytes(region.shifts) for region, _ in pieces)
    yield Row("tables sent to regions, for each person", "", f"{sent / len(land.workers):,.0f} bytes", True)


class Clocked:
    """A staff that says how long its desks took: what is left of the time is the assembly's own."""

    def __init__(self, staff: Staff) -> None:
        self.staff, self.seconds = staff, 0.0

    def ask(self, method: str, given: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        begun = time.perf_counter()
        found = self.staff.ask(method, given)
        self.seconds += time.perf_counter() - begun
        return found


def plans(land: City, regions: int, name: str, rules: PlanRules, *, most_gap: float) -> Iterator[Row]:
    """Agreed upon between regions, beside the plan made whole."""
    market = land.market("numba")
    wholes: list[Any] = []
    whole_time = timed(lambda: wholes.append(market.plan(rules)), 1)
    whole, pieces, found = wholes[0], _pieces(land, regions, rules), list[tuple[RegionalPlan, Clocked]]()

    def regional() -> None:
        with hosts("local", 1, None) as here:
            clocked = Clocked(here.staffed(Desk, pieces))
            found.append((plan_regions(clocked, len(pieces), *land, PARTS_OF_A_POINT), clocked))

    spent = timed(regional, 1)
    (plan, traffic), clocked = found[0]
    yield at_most(f"{name}: gap of the regional plan, proved over all pairs", 100 * plan.gap, most_gap, " %")
    yield exactly(
        f"{name}: its rules that the regional plan breaks", len(check_plan(market, plan.assignments, rules)), 0
    )
    yield exactly(
        f"{name}: both bounds hold both plans", max(plan.value, whole.value) <= min(plan.bound, whole.bound), True
    )
    less = 100 * (1 - plan.value / whole.value)
    yield Row(
        f"{name}: value less than of the plan made whole (gap {100 * whole.gap:.4f} %)", "", f"{less:.4f} %", True
    )
    yield Row(f"{name}: CPU of the plan made whole", "", f"{_ratio(spent, whole_time)} × ({spent.cpu:.1f} s)", True)
    own = 100 * (1 - clocked.seconds / spent.wall)
    yield Row(f"{name}: of that the assembly between the regions", "", f"{own:.1f} %", True)
    seen = f"{traffic.bytes_a_sharing / 1024:.2f} kB in {traffic.rounds} rounds, {traffic.sharings:,} sharings"
    yield Row(f"{name}: told and heard for each shared shift and region", "", seen, True)


def _ratio(ours: Timing, theirs: Timing) -> str:
    return f"{ours.cpu / theirs.cpu:.2f}"


def same_plan_everywhere(land: City) -> Iterator[Row]:
    here = RegionalRunner("local", 4).plan(*_given(land), SEVERAL)
    for engine in ("processes", "ray"):
        there = RegionalRunner(engine, 4).plan(*_given(land), SEVERAL)
        yield exactly(f"plan and its proof, {engine}: equal to this process's", there == here, True)


def as_many_more_cities(people: int, jobs: int) -> Iterator[Row]:
    """Four times the cities, each as large and as far apart: cost should grow in proportion where all say where they
    live and work. Who does not say may work anywhere, so his pairs grow with the land, whoever cuts it."""
    for drawn, limits in ((_all_bounded, {"lists": 1.05, "plan": 1.15}), (lambda land: land, {})):
        times = {}
        for cities in (2, 8):
            land = drawn(province(cities, people, jobs, 9))
            times[cities, "lists"] = timed(
                lambda land=land, n=cities: RegionalRunner("local", n, 1, "numba").lists(*_given(land), K, K_WORKERS), 3
            )
            times[cities, "plan"] = timed(
                lambda land=land, n=cities: RegionalRunner("local", n).plan(*_given(land), SEVERAL), 1
            )
        for what in ("lists", "plan"):
            less, more = times[2, what].cpu, times[8, what].cpu
            if what in limits:
                told = f"{what}, CPU, from 2 to 8 cities, all places known"
                yield growth(told, less, more, 4, limits[what])
            else:
                seen = f"exponent {log(more / less) / log(4):.2f} ({less:.2f} → {more:.2f} s)"
                yield Row(f"{what}, CPU, from 2 to 8 cities, places unknown among them", "", seen, True)


def nation(people: int) -> Iterator[Row]:
    """One city of the same size growing, people and shifts alike: exponents, and what they make of the nation."""
    spent: dict[str, list[float]] = {"lists": [], "plan": []}
    for many in (people, 4 * people):
        market = city(many, many // 10, 7, days=1).market("numba")
        spent["lists"].append(timed(lambda market=market: market.lists(K, K_WORKERS), 2).cpu)
        spent["plan"].append(timed(lambda market=market: market.plan(SEVERAL), 1).cpu)
    cities = NATION_PEOPLE / CITY_PEOPLE
    for what, (less, more) in spent.items():
        exponent = log(more / less) / log(4)
        seen = f"exponent {exponent:.2f} ({less:.2f} → {more:.2f} s)"
        yield Row(f"{what}, CPU, a city of {people:,} people growing to {4 * people:,}", "", seen, True)
        one = more * (CITY_PEOPLE / (4 * people)) ** exponent
        seen = f"{one:,.0f} s a city, {one * cities / 3600:,.1f} h in all, of one processor"
        yield Row(f"{what}: {cities:.0f} cities of {CITY_PEOPLE:,}, multiplied by that exponent", "", seen, True)


def memory(people: int, jobs: int) -> Iterator[Row]:
    """Of a process that holds one region: tables, index, candidates, one turn of the auction."""
    code = f"from benchmarks.regions import peak; peak({people}, {jobs})"
    line = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()[-2:]
    before, after = (float(word) for word in line)
    each = (after - before) * 2**20 / people
    yield at_most(f"a region of {people:,} x {jobs:,} with its plan: peak memory", after / 1024, 4.0, " GB")
    yield Row("the same for each person, beyond Python and its libraries", "", f"{each:,.0f} bytes", True)
    nation = f"{each * CITY_PEOPLE / 2**30:.1f} GB a city, {each * NATION_PEOPLE / 2**40:.2f} TB in all"
    yield Row(f"{NATION_PEOPLE / 1e6:.0f} M people in cities of {CITY_PEOPLE:,}, multiplied", "", nation, True)


def peak(people: int, jobs: int) -> None:
    """Prints the MiB of this process with a region of next to nobody, and with this one, at most."""
    _one_turn(200, 20)
    before = _most_mib()
    _one_turn(people, jobs)
    print(before, _most_mib())


def _most_mib() -> float:
    """Since this program began. What `getrusage` says is at least what the process that started it held."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _one_turn(people: int, jobs: int) -> None:
    (piece,) = _pieces(_all_bounded(city(people, jobs, 1, days=1)), 1, SEVERAL)
    desk = Desk(piece)
    nothing = desk.seats[:0]
    desk.share(nothing)
    desk.sell(nothing, nothing, nothing, True)
    desk.prove(nothing, True, False)


def _all_bounded(land: City) -> City:
    return land._replace(workers=land.workers.take(land.workers.place_known.nonzero()[0]))
