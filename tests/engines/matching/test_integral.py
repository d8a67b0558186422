"""Small markets are settled: the plan is the best there is, and the bound says so."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching.instances import GAP_OPTIMA, Answer, Instance, generalised, read_gap
from gongqiao.engines.matching import PlanRules, Violation, check_plan
from gongqiao.engines.matching.fast import dayplan, integral, polish
from gongqiao.engines.matching.fast.auctioneer import Hall
from gongqiao.engines.matching.fast.graph import Graph
from tests.engines.matching.markets import edgy_rows, market_of, shift_row, town_rows, worker_row
from tests.engines.matching.test_plan import SEVERAL, allowed_sets, best_value

Row = dict[str, Any]


@pytest.mark.parametrize("name", GAP_OPTIMA)
def test_published_optima_of_generalised_assignment_are_found_and_proved(name: str) -> None:
    answers = [generalised(instance) for instance in read_gap(name)]
    assert answers == [Answer(optimum, optimum) for optimum in GAP_OPTIMA[name]]


def test_a_plan_that_highs_makes_better_and_does_not_hand_back_is_asked_for_again() -> None:
    profit, load = [[2, 1, 2, 3], [1, 2, 1, 1], [2, 1, 3, 1]], [[1, 4, 2, 4], [1, 1, 1, 1], [3, 1, 2, 1]]
    assert generalised(Instance(np.array(profit), np.array(load), np.array([4, 4, 4]))) == Answer(9, 9)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_generalised_assignment_equals_trying_all(data: st.DataObject) -> None:
    agents, jobs = 3, 4
    table = st.lists(st.integers(1, 9), min_size=agents * jobs, max_size=agents * jobs)
    profit, load = (np.array(data.draw(table), dtype=np.int64).reshape(agents, jobs) for _ in range(2))
    capacity = np.array(data.draw(st.lists(st.integers(4, 20), min_size=agents, max_size=agents)), dtype=np.int64)
    best = -10_000
    for who in product(range(-1, agents), repeat=jobs):  # -1 = nobody
        done = [(agent, job) for job, agent in enumerate(who) if agent >= 0]
        spent = [sum(int(load[a, j]) for a, j in done if a == agent) for agent in range(agents)]
        if all(spent[a] <= capacity[a] for a in range(agents)):
            best = max(best, sum(1000 + int(profit[a, j]) for a, j in done) - 1000 * jobs)
    assert generalised(Instance(profit, load, capacity)) == Answer(best, best)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kernel", ["auto", "numba"])
def test_several_shifts_each_are_settled_whatever_the_kernel(seed: int, kernel: str) -> None:
    workers, shifts = edgy_rows(seed)
    workers, shifts = workers[:6], shifts[:6]
    market = market_of(workers, shifts, kernel=kernel)
    for rules in (SEVERAL, PlanRules(2, 600, fill_points=1)):
        plan = market.plan(rules)
        assert plan.value == plan.bound == best_value(workers, shifts, rules)
        assert check_plan(market, plan.assignments, rules) == []


@pytest.mark.parametrize("seed", range(20))
def test_hours_are_settled_too(seed: int) -> None:
    """One worker alone: the best set within his minutes, by trying all."""
    workers, shifts = edgy_rows(seed)
    market = market_of(workers, shifts, kernel="numba")
    for minutes, rules in ((540, replace(SEVERAL, max_minutes_per_worker=540)), (60, SEVERAL)):
        left = {worker["id"]: 60 for worker in workers} if minutes == 60 else {}
        rules = replace(rules, minutes_left=left)
        plan = market.plan(rules)
        assert plan.value == plan.bound
        assert check_plan(market, plan.assignments, rules) == []
        if len(workers) == 1:
            sets = allowed_sets(workers[0], shifts, rules)
            fitting = [v for js, v in sets if sum(shifts[j]["end"] - shifts[j]["start"] for j in js) <= minutes]
            assert plan.value == max(fitting)


def test_fewer_minutes_left_to_one_worker_bind_him_alone() -> None:
    shifts = [shift_row(1, start=480, end=600, seats=2), shift_row(2, start=600, end=720, seats=2)]
    market = market_of([worker_row(1), worker_row(2)], shifts)
    rules = PlanRules(max_shifts_per_worker=2, max_minutes_per_worker=240, minutes_left={2: 130})
    plan = market.plan(rules)
    assert [worker for worker, _ in plan.assignments] == [1, 1, 2]
    assert plan.gap == 0.0
    broken = check_plan(market, [(2, 1), (2, 2)], rules)
    assert broken == [Violation("hours_limit", 2, 2, {"most": 130, "given": 240})]
    with pytest.raises(ValueError, match="minutes_left of worker 2 must be 0 or more, got -1"):
        PlanRules(minutes_left={2: -1})


def test_a_town_with_hours_is_settled_where_prices_leave_four_per_cent(monkeypatch: pytest.MonkeyPatch) -> None:
    market, rules = market_of(*town_rows(3, 60, 20), kernel="numba"), replace(SEVERAL, max_minutes_per_worker=900)
    open_, shut = market.plan(replace(rules, exact_nodes=0)), market.plan(rules)
    assert open_.bound - open_.value > open_.bound * 0.03
    assert shut.value == shut.bound
    assert open_.value <= shut.value <= open_.bound
    assert shut.method == f"{open_.method}, integer program"
    monkeypatch.setattr(integral, "MOST_EDGES", 10)
    assert market.plan(rules) == open_, "too large for the program: the plan and the bound of the prices stay"
    for module in (dayplan, polish):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    alone = market.plan(rules)
    assert (alone.method, check_plan(market, alone.assignments, rules)) == ("auction", [])


def test_a_plan_that_breaks_a_rule_is_seen_in_whole_numbers() -> None:
    """Two workers; the first has a morning, a day and an evening, the second the morning."""
    first, group = np.array([0, 3, 4]), np.array([0, 1, 2, 0])
    start, end = np.array([0, 50, 100, 0]), np.array([60, 110, 160, 60])
    owner, worth = np.array([0, 0, 0, 1]), np.array([5, 5, 5, 5])
    graph = Graph(first, group, worth, owner, np.array([0, 0, 1, 0]), start, end, end - start, 3)

    def keeps(taken: list[int], rest: int = 0, most: int = 2, hours: int = 120) -> bool:
        hall = Hall(graph, np.array([1, 1, 1]), most, np.array([hours, hours]))
        return integral.keeps_rules(
            hall, np.array(taken, dtype=np.bool_), rest, integral.Least(np.arange(3), np.zeros(3))
        )

    assert keeps([1, 0, 1, 0])
    assert keeps([0, 0, 0, 1])
    assert not keeps([1, 0, 0, 1]), "one seat"
    assert not keeps([1, 1, 0, 0]), "they clash"
    assert not keeps([1, 0, 1, 0], rest=41)
    assert not keeps([1, 0, 1, 0], most=1)
    assert not keeps([1, 0, 1, 0], hours=119)
