"""Plans of the compiled kernel: allowed, proved over the whole market, exact where a plan is a flow."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gongqiao.engines.matching import Market, PlanRules, Violation, WithdrawWorkers, check_plan
from gongqiao.engines.matching.fast import dayparts
from gongqiao.engines.matching.fast.city import City
from gongqiao.engines.matching.fast.day import groups_of
from tests.engines.matching.markets import CARD, HORIZON, edgy_rows, market_of, shift_row, town_rows, worker_row
from tests.engines.matching.test_plan import SEVERAL, best_value, value_of

Row = dict[str, Any]


def compiled(workers: list[Row], shifts: list[Row]) -> Market:
    return market_of(workers, shifts, kernel="numba")


@pytest.mark.parametrize("seed", range(60))
def test_one_shift_each_is_the_best_plan_there_is(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    workers, shifts = workers[:7], shifts[:6]
    market = compiled(workers, shifts)
    plan = market.plan()
    assert check_plan(market, plan.assignments, PlanRules()) == []
    assert plan.value == plan.bound == best_value(workers, shifts, PlanRules())
    assert plan.value == value_of(market, plan.assignments, PlanRules())


@pytest.mark.parametrize("seed", range(60))
def test_several_shifts_each_lie_under_a_true_bound(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    workers, shifts = workers[:6], shifts[:6]
    market = compiled(workers, shifts)
    for rules in (SEVERAL, PlanRules(max_shifts_per_worker=2), PlanRules(2, 600, fill_points=1)):
        plan = market.plan(rules)
        assert check_plan(market, plan.assignments, rules) == []
        assert plan.value == value_of(market, plan.assignments, rules)
        assert plan.value <= best_value(workers, shifts, rules) <= plan.bound


@pytest.mark.parametrize(("people", "most_gap"), [(60, 0.002), (400, 0.0005), (3000, 0.0005)])
def test_town_plan_is_proved_close_to_the_best(people: int, most_gap: float) -> None:
    market = compiled(*town_rows(3, people, 40))
    one, several = market.plan(), market.plan(SEVERAL)
    assert (one.gap, one.method) == (0.0, "flow")
    assert one.value == market_of(*town_rows(3, people, 40), kernel="numpy").plan().value
    assert 0 <= several.gap <= most_gap
    assert several.value >= one.value
    for plan, rules in ((one, PlanRules()), (several, SEVERAL)):
        assert check_plan(market, plan.assignments, rules) == []
    assert market.plan(SEVERAL) == several


def test_a_program_too_large_to_end_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan stands on the auction then, still allowed and still proved."""
    rows = town_rows(3, 400, 40)
    rules = replace(SEVERAL, exact_nodes=0)
    polished = compiled(*rows).plan(rules)
    monkeypatch.setattr("gongqiao.engines.matching.fast.polish.MOST_EDGES", 0)
    market = compiled(*rows)
    sold = market.plan(rules)
    assert (polished.method, sold.method) == ("auction and linear program", "auction")
    assert sold.value <= polished.value <= sold.bound
    assert check_plan(market, sold.assignments, rules) == []


@pytest.mark.parametrize("parts", [2, 3])
def test_shifts_in_day_parts_are_a_flow_and_exact(parts: int) -> None:
    """Mornings clash with mornings, evenings with evenings, and never a morning with an evening; with three parts two
    shifts leave one of them out."""
    workers = [worker_row(n, x=100 * n, pay_floor=2000 + 10 * (n % 3)) for n in range(12)]
    starts = [480 + 300 * (n % parts) for n in range(6)]
    shifts = [
        shift_row(n, x=700 * n, start=start, end=start + 240, seats=2 + n % 3, pay=2000 + 10 * n)
        for n, start in enumerate(starts)
    ]
    market = compiled(workers, shifts)
    rules = PlanRules(max_shifts_per_worker=2)
    plan = market.plan(rules)
    assert (plan.method, plan.gap) == ("flow", 0.0)
    assert plan.value == best_value(workers, shifts, rules)
    assert check_plan(market, plan.assignments, rules) == []


def test_parts_are_only_seen_where_they_are() -> None:
    owner, start = np.zeros(3, dtype=np.int64), np.array([0, 50, 100])
    part, order = np.empty(3, dtype=np.int64), np.arange(3)
    for ends, rest, laminar in (([60, 90, 130], 0, True), ([60, 110, 130], 0, False), ([60, 90, 130], 20, False)):
        assert bool(dayparts.parts_of(owner, start, np.array(ends), rest, order, part)) is laminar
    assert part.tolist() == [0, 0, 0] or len(set(part.tolist())) <= 2


def test_reserved_seats_go_to_priority_and_are_released() -> None:
    people = [worker_row(n, days_waiting=60 - n) for n in range(4)] + [worker_row(9, tier_points=1)]
    shifts = [shift_row(1, seats=2)]
    plain = compiled(people, shifts).plan()
    assert plain.assignments == ((0, 1), (1, 1))
    rules = PlanRules(reserved_percent=50, reserved_points=500)
    kept = compiled(people, shifts).plan(rules)
    assert kept.assignments == ((0, 1), (9, 1))
    assert kept.gap == 0.0
    released = compiled(people[:4], shifts).plan(rules)
    assert released.assignments == plain.assignments
    assert market_of(people, shifts, kernel="numpy").plan(rules) == kept


def test_first_seats_keep_a_shift_from_staying_all_but_empty() -> None:
    people = [worker_row(1), worker_row(2)]
    shifts = [shift_row(1, seats=2, pay=2600), shift_row(2, seats=2, pay=2500)]
    assert compiled(people, shifts).plan().assignments == ((1, 1), (2, 1))
    spread = compiled(people, shifts).plan(PlanRules(first_seats=1, first_points=100))
    assert sorted(shift for _, shift in spread.assignments) == [1, 2]


def test_groups_split_the_seats() -> None:
    groups = groups_of(
        np.array([5, 1]), PlanRules(reserved_percent=40, reserved_points=7, first_seats=2, first_points=9)
    )
    assert groups.shift.tolist() == [0, 0, 0, 1]
    assert groups.seats.tolist() == [2, 2, 1, 1]
    assert groups.to_all.tolist() == [0, 9, 0, 9]
    assert groups.to_priority.tolist() == [7, 0, 0, 0]


@pytest.mark.parametrize("seed", range(20))
def test_hours_are_kept_and_the_bound_stays_true(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    workers, shifts = workers[:6], shifts[:6]
    market = compiled(workers, shifts)
    free = market.plan(SEVERAL)
    for minutes in (60, 570, 100_000):
        rules = replace(SEVERAL, max_minutes_per_worker=minutes)
        plan = market.plan(rules)
        assert check_plan(market, plan.assignments, rules) == []
        assert plan.value <= plan.bound
        if minutes == 100_000:
            assert plan.value <= free.bound
            assert free.value <= plan.bound


def test_check_names_too_many_minutes() -> None:
    shifts = [shift_row(1, start=480, end=600), shift_row(2, start=600, end=720)]
    market = compiled([worker_row(1)], shifts)
    rules = PlanRules(max_shifts_per_worker=2, max_minutes_per_worker=200)
    broken = Violation("hours_limit", 1, 2, {"most": 200, "given": 240})
    assert check_plan(market, [(1, 1), (1, 2)], rules) == [broken]
    assert check_plan(market, market.plan(rules).assignments, rules) == []
    assert len(market.plan(rules).assignments) == 1


def test_candidates_alone_are_no_bound_and_pricing_out_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one candidate a side the first plan misses value; the bound says so and the rounds find what is missing."""
    monkeypatch.setattr("gongqiao.engines.matching.fast.day.K_SHIFTS", 1)
    monkeypatch.setattr("gongqiao.engines.matching.fast.day.K_WORKERS", 1)
    workers, shifts = town_rows(5, 300, 60)
    market = compiled(workers, shifts)
    best = market_of(workers, shifts, kernel="numpy").plan()
    once, often = market.plan(PlanRules(pricing_rounds=1, exact_nodes=0)), market.plan(PlanRules(pricing_rounds=20))
    assert once.value < best.value <= once.bound
    assert (often.value, often.bound, often.gap) == (best.value, best.value, 0.0)


def test_bound_is_the_same_however_the_pairs_outside_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists that come back full are asked for again, some workers at a time; cut off, they make the bound worse."""
    market, rules = compiled(*town_rows(5, 300, 60)), replace(SEVERAL, pricing_rounds=1, exact_nodes=0)
    whole = market.plan(rules)
    pricing = "gongqiao.engines.matching.fast.pricing"
    for name, entries in (("FIRST_LIST", 1), ("LONGER", 2), ("MOST_LISTED", 64)):
        monkeypatch.setattr(f"{pricing}.{name}", entries)
    assert market.plan(rules) == whole
    monkeypatch.setattr(f"{pricing}.LONGEST", 1)
    cut = market.plan(rules)
    assert cut.assignments == whole.assignments
    assert cut.bound > whole.bound


@pytest.mark.parametrize(("workers", "shifts"), [([], []), ([worker_row(1)], []), ([], [shift_row(1, seats=2)])])
def test_empty_side_gives_an_empty_plan(workers: list[Row], shifts: list[Row]) -> None:
    for rules in (PlanRules(), SEVERAL):
        plan = compiled(workers, shifts).plan(rules)
        assert (plan.assignments, plan.value, plan.bound, plan.gap) == ((), 0, 0, 0.0)
        assert plan.unfilled == {shift["id"]: shift["seats"] for shift in shifts}


def test_plan_after_changes_equals_a_plan_of_a_new_index() -> None:
    market = compiled(*town_rows(3, 200, 40)).apply([WithdrawWorkers((3, 8))])
    afresh = Market.build(market.workers, market.shifts, market.vocabulary, CARD, HORIZON, kernel="numba")
    assert isinstance(market._city, City)
    assert market.plan().value == afresh.plan().value
