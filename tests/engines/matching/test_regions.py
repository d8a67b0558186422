"""Region by region: the very lists of the whole, and a plan whose bound holds for the whole."""

import importlib.util
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gongqiao.engines.matching import (
    EngineMissing,
    Market,
    PlanRules,
    RegionalPlan,
    RegionalRunner,
    check_plan,
)
from gongqiao.engines.matching.hosts import hosts
from gongqiao.engines.matching.regions import cut
from tests.engines.matching.markets import (
    CARD,
    HORIZON,
    VOCABULARY,
    edgy_rows,
    market_of,
    shift_row,
    town_rows,
    worker_row,
)
from tests.engines.matching.test_plan import SEVERAL, best_value, value_of

WITH_RAY = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None,
    reason="Ray is not installed here, so nothing ran on it (requirements/ray.txt; ./run bench regions installs it)",
)
PLAIN, RESERVED = PlanRules(), PlanRules(reserved_percent=50, reserved_points=200, first_seats=1, first_points=50)


def plan_of(market: Market, runner: RegionalRunner, rules: PlanRules = PLAIN) -> RegionalPlan:
    return runner.plan(market.workers, market.shifts, VOCABULARY, CARD, HORIZON, rules)


@pytest.fixture
def ray_here() -> Iterator[None]:
    """One Ray for several runs: starting it takes seconds."""
    with hosts("ray", 2, None):
        yield


@pytest.mark.parametrize("seed", range(25))
def test_regions_give_the_very_lists_of_the_whole(seed: int) -> None:
    workers, shifts = edgy_rows(seed) if seed < 20 else town_rows(seed, 150, 60)
    market = market_of(workers, shifts)
    whole = market.lists(4, 6)
    for regions in (1, 3, 7):
        found = RegionalRunner(regions=regions).lists(market.workers, market.shifts, VOCABULARY, CARD, HORIZON, 4, 6)
        assert found == whole


def test_regions_in_processes_and_by_another_mapper() -> None:
    market = market_of(*town_rows(31, 80, 30))
    given = (market.workers, market.shifts, VOCABULARY, CARD, HORIZON, 3, 3)
    whole = market.lists(3, 3)
    assert RegionalRunner("processes", regions=3).lists(*given) == whole
    assert (
        RegionalRunner(regions=3, mapper=lambda work, pieces: [work(piece) for piece in pieces]).lists(*given) == whole
    )
    with pytest.raises(ValueError, match="engine must be one of local, processes, ray"):
        RegionalRunner("cluster")
    with pytest.raises(ValueError, match="regions"):
        RegionalRunner(regions=0)


def test_blocks_hold_everybody_once_and_all_that_is_within_reach() -> None:
    workers, shifts = town_rows(3, 200, 80)
    market = market_of([row | {"max_distance_m": 3000} for row in workers], shifts)
    pieces = cut(market.workers, market.shifts, 6)
    assert sorted(np.concatenate([people.id for people, _ in pieces]).tolist()) == market.workers.id.tolist()
    assert all(15 <= len(people) <= 60 for people, _ in pieces)
    assert all(len(jobs) < 80 for _, jobs in pieces)
    feasible = market.matrix().feasible
    for people, jobs in pieces:
        rows = np.searchsorted(market.workers.id, people.id)
        reached = market.shifts.id[feasible[rows].any(axis=0)]
        assert np.isin(reached, jobs.id).all()


def test_cut_runs_between_towns() -> None:
    """Three towns, 40 + 60 + 100 people: an even cut in two would run at 100, between the second and the third."""
    places = [*range(0, 400, 10), *range(50_000, 50_600, 10), *range(90_000, 91_000, 10)]
    market = market_of([worker_row(n, x=x, max_distance_m=900) for n, x in enumerate(places)], [])
    assert [len(people) for people, _ in cut(market.workers, market.shifts, 2)] == [100, 100]
    assert [len(people) for people, _ in cut(market.workers, market.shifts, 5)] == [40, 60, 33, 33, 34]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("rules", [PLAIN, SEVERAL, PlanRules(2, 600, fill_points=1)], ids=["one", "several", "rest"])
def test_plan_between_regions_lies_under_a_bound_of_the_whole(seed: int, rules: PlanRules) -> None:
    workers, shifts = edgy_rows(seed)
    workers, shifts = workers[:6], shifts[:6]
    market, best = market_of(workers, shifts), best_value(workers, shifts, rules)
    for regions in (1, 2, 5):
        plan = plan_of(market, RegionalRunner(regions=regions), rules).plan
        assert check_plan(market, plan.assignments, rules) == []
        assert plan.value == value_of(market, plan.assignments, rules)
        assert plan.value <= best <= plan.bound


@pytest.mark.parametrize(
    ("rules", "most_gap"), [(PLAIN, 0.001), (SEVERAL, 0.001), (RESERVED, 0.02)], ids=["one", "several", "reserved"]
)
def test_town_cut_in_regions_is_planned_nearly_as_the_whole(rules: PlanRules, most_gap: float) -> None:
    """Three groups of seats a shift are three wishes of one person, which neighbours take for three people."""
    market = market_of(*town_rows(3, 900, 60), kernel="numba")
    whole, parts = market.plan(rules), plan_of(market, RegionalRunner(regions=4), rules)
    plan, traffic = parts
    assert check_plan(market, plan.assignments, rules) == []
    assert (plan.method, plan.value <= whole.bound, whole.value <= plan.bound) == (
        "auction between regions",
        True,
        True,
    )
    assert plan.gap <= most_gap
    assert traffic.rounds == 11
    assert traffic.shared <= traffic.sharings <= 4 * traffic.shared
    assert traffic.bytes_told + traffic.bytes_heard < 100_000 * 11
    left = {int(shift): int(seats) for shift, seats in zip(market.shifts.id, market.shifts.seats, strict=True)}
    for _, shift in plan.assignments:
        left[shift] -= 1
    assert plan.unfilled == {shift: seats for shift, seats in left.items() if seats}


def test_regions_out_of_reach_of_each_other_are_planned_exactly_and_say_nothing() -> None:
    """Two towns 100 km apart: one shift each is a flow, and nothing has to be agreed upon."""
    east = [worker_row(n, x=n, max_distance_m=900) for n in range(6)]
    west = [worker_row(10 + n, x=100_000 + n, max_distance_m=900) for n in range(6)]
    shifts = [shift_row(n, x=100_000 * (n % 2), seats=2, pay=2000 + 10 * n) for n in range(4)]
    market = market_of(east + west, shifts)
    plan, traffic = plan_of(market, RegionalRunner(regions=2))
    assert (plan.value, plan.bound, plan.gap) == (market.plan().value, market.plan().value, 0.0)
    assert (traffic.rounds, traffic.shared, traffic.sharings) == (2, 0, 0)
    assert all(abs(price - plan.scarcity[shift]) <= 1 for shift, price in market.plan().scarcity.items())


def test_a_seat_both_sides_want_goes_to_whom_it_is_worth_more() -> None:
    """One seat on the border; the person in the west has nothing else, the one in the east has."""
    people = [worker_row(1, x=-2000, max_distance_m=2000), worker_row(2, x=2000, max_distance_m=4000, days_waiting=9)]
    shifts = [shift_row(1), shift_row(2, x=6000)]
    plan = plan_of(market_of(people, shifts), RegionalRunner(regions=2)).plan
    assert plan.assignments == ((1, 1), (2, 2))


@pytest.mark.parametrize(("workers", "shifts"), [([], []), ([worker_row(1)], []), ([], [shift_row(1, seats=2)])])
def test_empty_side_gives_an_empty_plan(workers: list[dict[str, Any]], shifts: list[dict[str, Any]]) -> None:
    plan = plan_of(market_of(workers, shifts), RegionalRunner(regions=3)).plan
    assert (plan.assignments, plan.value, plan.bound, plan.gap) == ((), 0, 0, 0.0)
    assert plan.unfilled == {shift["id"]: shift["seats"] for shift in shifts}


def test_processes_make_the_same_plan() -> None:
    market = market_of(*town_rows(5, 200, 30))
    assert plan_of(market, RegionalRunner("processes", regions=3)) == plan_of(market, RegionalRunner(regions=3))


@WITH_RAY
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_ray_gives_the_very_lists_and_the_same_plan(ray_here: None) -> None:
    market = market_of(*town_rows(31, 200, 30))
    given = (market.workers, market.shifts, VOCABULARY, CARD, HORIZON, 3, 3)
    assert RegionalRunner("ray", regions=3).lists(*given) == market.lists(3, 3)
    assert plan_of(market, RegionalRunner("ray", regions=3)) == plan_of(market, RegionalRunner(regions=3))


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    market = market_of(*town_rows(31, 20, 10))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineMissing, match=r"engine='ray' needs Ray: install requirements/ray\.txt"):
        RegionalRunner("ray").lists(market.workers, market.shifts, VOCABULARY, CARD, HORIZON, 3, 3)


def test_what_goes_wrong_at_a_desk_of_another_process_is_told() -> None:
    with hosts("processes", 2, None) as pool:
        desks = pool.staffed(list, [(1, 1, 2), (3,), (1,)])
        assert desks.ask("count", {0: (1,), 1: (1,), 2: (1,)}) == {0: 2, 1: 0, 2: 1}
        with pytest.raises(ValueError, match="not in list"):
            desks.ask("index", {1: (9,)})
        assert desks.ask("count", {2: (1,)}) == {2: 1}
