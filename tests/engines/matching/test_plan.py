"""The plan of the day: allowed, never above its bound, and the bound never below the best plan there is."""

from itertools import combinations
from typing import Any

import pytest

from gongqiao.engines.matching import Market, PlanRules, Violation, check_plan
from tests.engines.matching import oracle
from tests.engines.matching.markets import CARD, DAY, edgy_rows, market_of, shift_row, town_rows, worker_row

Row = dict[str, Any]
SEVERAL = PlanRules(max_shifts_per_worker=3, min_rest_minutes=30)


def best_value(workers: list[Row], shifts: list[Row], rules: PlanRules) -> int:
    """The value of the best plan, by trying every allowed set for every worker."""
    known: dict[tuple[int, tuple[int, ...]], int] = {}

    def from_here(at: int, seats: tuple[int, ...]) -> int:
        if at == len(workers):
            return 0
        if (at, seats) not in known:
            known[at, seats] = max(
                value + from_here(at + 1, tuple(n - (j in chosen) for j, n in enumerate(seats)))
                for chosen, value in allowed_sets(workers[at], shifts, rules)
                if all(seats[j] for j in chosen)
            )
        return known[at, seats]

    return from_here(0, tuple(shift["seats"] for shift in shifts))


def allowed_sets(worker: Row, shifts: list[Row], rules: PlanRules) -> list[tuple[tuple[int, ...], int]]:
    rest, busy = rules.min_rest_minutes, worker["busy"]
    fits = {
        j: oracle.score(worker, shift, CARD) + rules.fill_points
        for j, shift in enumerate(shifts)
        if not oracle.unmet(worker, shift)
        and not any(a < shift["end"] + rest and shift["start"] < b + rest for a, b in busy)
    }
    found = []
    for size in range(rules.max_shifts_per_worker + 1):
        for chosen in combinations(fits, size):
            spans = sorted((shifts[j]["start"], shifts[j]["end"]) for j in chosen)
            if all(first[1] + rest <= second[0] for first, second in zip(spans, spans[1:], strict=False)):
                found.append((chosen, sum(fits[j] for j in chosen)))
    return found


def value_of(market: Market, assignments: tuple[tuple[int, int], ...], rules: PlanRules) -> int:
    return sum(market.explain(w, s).score + rules.fill_points for w, s in assignments)


@pytest.mark.parametrize("seed", range(60))
def test_one_shift_each_is_the_best_plan_there_is(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    workers, shifts, rules = workers[:7], shifts[:6], PlanRules()
    market = market_of(workers, shifts)
    plan = market.plan(rules)
    assert check_plan(market, plan.assignments, rules) == []
    assert plan.value == plan.bound == best_value(workers, shifts, rules) == value_of(market, plan.assignments, rules)
    assert plan.gap == 0.0


@pytest.mark.parametrize("seed", range(60))
def test_several_shifts_each_lie_under_a_true_bound(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    workers, shifts = workers[:6], shifts[:6]
    market = market_of(workers, shifts)
    for rules in (SEVERAL, PlanRules(max_shifts_per_worker=2), PlanRules(2, 600, fill_points=1, bound_steps=0)):
        plan = market.plan(rules)
        assert check_plan(market, plan.assignments, rules) == []
        assert plan.value == value_of(market, plan.assignments, rules)
        assert plan.value <= best_value(workers, shifts, rules) <= plan.bound


@pytest.mark.parametrize(("people", "most_gap"), [(60, 0.03), (400, 0.002)])
def test_town_plan_is_proved_close_to_the_best(people: int, most_gap: float) -> None:
    market = market_of(*town_rows(3, people, 40))
    single, several = market.plan(), market.plan(SEVERAL)
    assert single.gap == 0.0
    assert 0 <= several.gap <= most_gap
    assert several.value >= single.value
    for plan, rules in ((single, PlanRules()), (several, SEVERAL)):
        assert check_plan(market, plan.assignments, rules) == []
        taken = {shift: [s for _, s in plan.assignments].count(shift) for shift in plan.scarcity}
        seats = dict(zip(market.shifts.id.tolist(), market.shifts.seats.tolist(), strict=True))
        assert plan.unfilled == {shift: n - taken[shift] for shift, n in seats.items() if n > taken[shift]}
    assert market.plan(SEVERAL) == several


def test_touching_shifts_go_together_and_overlapping_do_not() -> None:
    shifts = [shift_row(1, start=480, end=600), shift_row(2, start=600, end=720), shift_row(3, start=719, end=800)]
    market = market_of([worker_row(1)], shifts)
    two, rested = PlanRules(max_shifts_per_worker=3), PlanRules(max_shifts_per_worker=3, min_rest_minutes=1)
    assert market.plan(two).assignments in {((1, 1), (1, 2)), ((1, 1), (1, 3))}
    assert market.plan(rested).assignments == ((1, 1), (1, 3))
    assert check_plan(market, [(1, 1), (1, 2)], two) == []
    assert check_plan(market, [(1, 2), (1, 3)], two) == [Violation("overlap", 1, 3, {"other": 2})]
    assert check_plan(market, [(1, 1), (1, 2)], rested) == [Violation("rest", 1, 2, {"min_rest": 1, "other": 1})]


def test_rest_also_holds_beside_shifts_already_held() -> None:
    market = market_of([worker_row(1, busy=[(1020, 1080)])], [shift_row(1)])
    rested = PlanRules(min_rest_minutes=60)
    assert market.plan().assignments == ((1, 1),)
    assert market.plan(rested).assignments == ()
    broken = Violation("rest", 1, 1, {"min_rest": 60, "busy": ((1020, 1080),)})
    assert check_plan(market, [(1, 1)], rested) == [broken]


def test_check_names_every_kind_of_fault() -> None:
    workers = [worker_row(1), worker_row(2, pay_floor=9000), worker_row(3)]
    market = market_of(workers, [shift_row(1), shift_row(2, start=DAY, end=DAY + 60)])
    pairs = [(9, 1), (1, 9), (1, 1), (1, 1), (3, 1), (2, 2)]
    assert check_plan(market, pairs) == [
        Violation("unknown_worker", 9, 1, {}),
        Violation("unknown_shift", 1, 9, {}),
        Violation("twice", 1, 1, {}),
        Violation("pay", 2, 2, {"pay": 2500, "floor": 9000, "gap": 6500}),
        Violation("seats", 3, 1, {"seats": 1, "given": 2}),
    ]
    assert check_plan(market, [(1, 1), (1, 2)], PlanRules()) == [Violation("too_many", 1, 2, {"most": 1, "given": 2})]


@pytest.mark.parametrize(("workers", "shifts"), [([], []), ([worker_row(1)], []), ([], [shift_row(1, seats=2)])])
def test_empty_side_gives_an_empty_plan(workers: list[Row], shifts: list[Row]) -> None:
    for rules in (PlanRules(), SEVERAL):
        plan = market_of(workers, shifts).plan(rules)
        assert (plan.assignments, plan.value, plan.bound, plan.gap) == ((), 0, 0, 0.0)
        assert plan.unfilled == {shift["id"]: shift["seats"] for shift in shifts}


@pytest.mark.parametrize("name", ["max_shifts_per_worker", "min_rest_minutes", "fill_points", "bound_steps"])
def test_rules_refuse_nonsense(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        PlanRules(**{name: -1})
