"""So many people, or the shift does not take place: plans send enough or nobody, and their bound stays true."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from gongqiao.engines.matching import (
    NotByRegions,
    PlanRules,
    RegionalRunner,
    TableError,
    Violation,
    check_plan,
)
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
from tests.engines.matching.test_plan import SEVERAL, allowed_sets, value_of

Row = dict[str, Any]
ONE = PlanRules()


def with_minima(seed: int) -> tuple[list[Row], list[Row]]:
    """Five people, five shifts; many shifts want several people or none."""
    r = Random(seed)
    workers, shifts = edgy_rows(seed)
    for shift in shifts:
        shift["seats"] = r.choice([1, 2, 3, 4])
        shift["minimum"] = r.choice([0, 1, shift["seats"], max(1, shift["seats"] - 1)])
    return workers[:5], shifts[:5]


def best_value(workers: list[Row], shifts: list[Row], rules: PlanRules) -> int:
    """By trying every allowed set for every worker, and throwing away what leaves a shift short."""
    known: dict[tuple[int, tuple[int, ...]], int | None] = {}

    def from_here(at: int, given: tuple[int, ...]) -> int | None:
        if at == len(workers):
            return 0 if all(n == 0 or n >= s["minimum"] for n, s in zip(given, shifts, strict=True)) else None
        if (at, given) not in known:
            found = [
                value + rest
                for chosen, value in allowed_sets(workers[at], shifts, rules)
                if all(given[j] < shifts[j]["seats"] for j in chosen)
                and (rest := from_here(at + 1, tuple(n + (j in chosen) for j, n in enumerate(given)))) is not None
            ]
            known[at, given] = max(found, default=None)
        return known[at, given]

    best = from_here(0, (0,) * len(shifts))
    assert best is not None, "sending nobody is always allowed"
    return best


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("rules", [ONE, PlanRules(2), SEVERAL], ids=["one", "two", "several"])
def test_enough_or_nobody_and_the_best_plan_there_is(seed: int, rules: PlanRules) -> None:
    workers, shifts = with_minima(seed)
    best = best_value(workers, shifts, rules)
    for kernel in ("auto", "numba"):
        market = market_of(workers, shifts, kernel=kernel)
        plan = market.plan(rules)
        assert check_plan(market, plan.assignments, rules) == []
        assert plan.value == plan.bound == best == value_of(market, plan.assignments, rules)
    plain = market_of(workers, shifts, kernel="numpy")
    found = plain.plan(rules)
    assert check_plan(plain, found.assignments, rules) == []
    assert found.value <= best <= found.bound


def test_three_of_five_needed_are_not_sent_and_the_plan_says_so() -> None:
    market = market_of([worker_row(n) for n in range(3)], [shift_row(1, seats=6, minimum=5)])
    plan = market.plan()
    assert (plan.assignments, plan.value, plan.bound) == ((), 0, 0)
    assert (plan.unfilled, plan.below_minimum) == ({1: 6}, {1: 5})
    why = market.why_unfilled(1)
    assert (why.feasible, why.minimum) == (3, 5)
    enough = market_of([worker_row(n) for n in range(5)], [shift_row(1, seats=6, minimum=5)]).plan()
    assert [worker for worker, _ in enough.assignments] == [0, 1, 2, 3, 4]
    assert (enough.unfilled, enough.below_minimum) == ({1: 1}, {})


@pytest.mark.parametrize("kernel", ["numpy", "auto", "numba"])
def test_people_who_leave_a_shift_short_are_sent_where_they_are_wanted(kernel: str) -> None:
    """The better-paid shift wants four of three people: they go to the other."""
    shifts = [shift_row(1, seats=4, minimum=4, pay=3000), shift_row(2, seats=3, pay=2500)]
    plan = market_of([worker_row(n) for n in range(3)], shifts, kernel=kernel).plan()
    assert plan.assignments == ((0, 2), (1, 2), (2, 2))
    assert plan.below_minimum == {1: 4}


def test_check_names_a_shift_that_was_given_too_few() -> None:
    market = market_of([worker_row(1), worker_row(2)], [shift_row(1, seats=3, minimum=3)])
    assert check_plan(market, [(1, 1), (2, 1)]) == [Violation("minimum", 1, 1, {"minimum": 3, "given": 2})]
    assert check_plan(market, []) == []


@pytest.mark.parametrize(("people", "rules"), [(80, ONE), (400, SEVERAL), (400, replace(SEVERAL, exact_nodes=0))])
def test_a_town_of_minima_is_honoured_under_a_true_bound(people: int, rules: PlanRules) -> None:
    workers, shifts = town_rows(4, people, 60)
    for shift in shifts:
        shift["minimum"] = shift["seats"]
    market = market_of(workers, shifts, kernel="numba")
    free = market_of(*town_rows(4, people, 60), kernel="numba").plan(rules)
    plan = market.plan(rules)
    assert check_plan(market, plan.assignments, rules) == []
    assert check_plan(market, free.assignments, rules) != [], "without minima some are left short"
    assert plan.value <= plan.bound <= free.bound
    if rules.exact_nodes:
        assert plan.gap == 0.0
    given = np.array([sum(s == shift["id"] for _, s in plan.assignments) for shift in shifts])
    assert set(plan.below_minimum) == {s["id"] for s, n in zip(shifts, given, strict=True) if n == 0 and s["seats"] > 1}


def test_reserved_seats_count_towards_the_minimum() -> None:
    """Seats in two groups, one shift: two of priority and one other are three."""
    people = [worker_row(1, tier_points=1), worker_row(2, tier_points=1), worker_row(3)]
    rules = PlanRules(reserved_percent=50, reserved_points=100)
    for minimum, sent in ((3, 3), (4, 0)):
        market = market_of(people, [shift_row(1, seats=4, minimum=minimum)])
        plan = market.plan(rules)
        assert (len(plan.assignments), plan.gap) == (sent, 0.0)
        assert check_plan(market, plan.assignments, rules) == []


def test_a_minimum_above_the_seats_is_refused_by_name() -> None:
    with pytest.raises(
        TableError, match=r"shifts, row 0, column 'minimum': must not be more than the seats \(2\), got 3"
    ):
        market_of([], [shift_row(1, seats=2, minimum=3)])
    with pytest.raises(TableError, match="column 'minimum': must lie between 0 and 100000, got -1"):
        market_of([], [shift_row(1, seats=2, minimum=-1)])


def test_regions_refuse_a_minimum_by_name() -> None:
    market = market_of(
        [worker_row(1)], [shift_row(1), shift_row(7, seats=3, minimum=3), shift_row(8, seats=2, minimum=2)]
    )
    runner = RegionalRunner(regions=2)
    with pytest.raises(NotByRegions, match=r"shift 7 takes place only with 3 people or more \(and 1 others likewise\)"):
        runner.plan(market.workers, market.shifts, VOCABULARY, CARD, HORIZON)
