"""Exposure, the price of rules, and learning from outcomes."""

from dataclasses import replace
from math import exp
from random import Random

import numpy as np
import pytest

from gongqiao.engines.matching import (
    FACTORS,
    GroupShare,
    Outcome,
    PlanRules,
    TableError,
    audit_exposure,
    learn_scorecard,
    price_of_rules,
)
from gongqiao.engines.matching.exposure import gini
from gongqiao.engines.matching.learning import area_under_curve, expected_calibration_error
from tests.engines.matching.markets import (
    CARD,
    market_of,
    shift_row,
    worker_row,
)


def test_gini_by_hand() -> None:
    assert gini([]) == gini([0, 0]) == gini([3, 3, 3]) == 0.0
    assert gini([0, 0, 0, 1]) == 0.75
    assert gini([1, 3]) == 0.25


def test_exposure_counts_people_shifts_and_groups() -> None:
    market = market_of(
        [worker_row(1), worker_row(2), worker_row(3, pay_floor=9000)], [shift_row(1, pay=3000), shift_row(2)]
    )
    audit = audit_exposure(market, market.lists(1, 1)[0], {1: "tier 1", 2: "tier 1"})
    assert audit.groups == {"": GroupShare(1, 0, 0), "tier 1": GroupShare(2, 2, 2)}
    assert (audit.people_never_shown, audit.shifts_never_shown) == (1, 1)
    assert audit.gini_shifts == 0.5
    assert audit_exposure(market, market.lists(1, 1)[1], {}).groups == {"": GroupShare(3, 2, 1)}


def test_envy_is_a_better_fit_left_out() -> None:
    market = market_of([worker_row(1, days_waiting=50), worker_row(2)], [shift_row(1)])
    plan = market.plan()
    assert plan.assignments == ((1, 1),)
    assert audit_exposure(market, plan, {}).envious == 0
    assert audit_exposure(market, replace(plan, assignments=((2, 1),)), {}).envious == 1


def test_each_rule_has_its_price() -> None:
    people = [worker_row(n, days_waiting=60 - n) for n in range(2)] + [worker_row(9, tier_points=0)]
    market = market_of(people, [shift_row(1), shift_row(2, start=1050, end=1100)])
    prices = price_of_rules(market, PlanRules(max_shifts_per_worker=2, min_rest_minutes=60))
    assert set(prices) == {"max_shifts_per_worker", "min_rest_minutes"}
    rest = prices["min_rest_minutes"]
    assert rest.value_without - rest.value == 5
    assert rest.at_most >= 5
    assert price_of_rules(market, PlanRules(max_shifts_per_worker=1000)) == {}


def drawn(n: int, seed: int, weight: dict[str, float]) -> list[Outcome]:
    """Outcomes whose chances follow the given weights of each factor's share."""
    r, most = Random(seed), {line.name: line.most for line in CARD.describe()}
    found = []
    for number in range(n):
        points = tuple(r.randint(0, most[name]) for name in FACTORS)
        odds = sum(weight.get(name, 0) * p / most[name] for name, p in zip(FACTORS, points, strict=True))
        accepted = r.random() < 1 / (1 + exp(1 - odds))
        attended = r.random() < 1 / (1 + exp(-1 - odds / 2)) if accepted else None
        completed = r.random() < 0.9 if attended else None
        found.append(Outcome(points, accepted, attended, completed, number // 4))
    return found


def test_what_counts_is_learnt_and_what_would_count_against_people_is_not() -> None:
    outcomes = drawn(6000, 1, {"distance": 3.0, "worked_before": 1.5, "pay": -2.0, "tier": 5.0})
    card, report = learn_scorecard(outcomes, CARD, version="learnt-1")
    assert card.version == "learnt-1"
    assert card.nearest_points > 1.5 * card.worked_before_cap_points > 5 * card.pay_cap_points
    assert card.pay_cap_points == 0
    assert (card.tier_cap_points, card.waiting_points_per_day) == (CARD.tier_cap_points, CARD.waiting_points_per_day)
    assert 14_000 <= card.nearest_points * card.metres_per_point <= 15_000
    assert report.ece < 0.03
    assert report.auc > 0.6
    assert report.brier < report.brier_of_mean
    assert abs(report.correlation) < 0.05
    accepted = report.events["accepted"]
    assert accepted.outcomes == 6000
    assert 2.3 < accepted.weights["distance"] < 3.7
    assert accepted.weights["pay"] == 0.0
    assert learn_scorecard(outcomes, CARD, version="learnt-1") == (card, report)


def test_outcomes_that_teach_nothing_leave_the_points_alone() -> None:
    never = [replace(outcome, accepted=False, attended=None, completed=None) for outcome in drawn(400, 2, {})]
    card, report = learn_scorecard(never, CARD, version="same")
    assert replace(card, version=CARD.version) == CARD
    assert (report.rate, report.auc) == (0.0, 0.5)


def test_bad_outcomes_are_named() -> None:
    good = drawn(300, 3, {})
    with pytest.raises(TableError, match="at least 200 are needed to learn from, got 10"):
        learn_scorecard(good[:10], CARD, version="x")
    early = replace(good[5], accepted=False, attended=True)
    with pytest.raises(TableError, match="outcomes, row 5: a later event"):
        learn_scorecard([*good[:5], early, *good[6:]], CARD, version="x")
    wrong = replace(good[7], points=(*good[7].points[:2], 99_999, *good[7].points[3:]))
    with pytest.raises(TableError, match="outcomes, row 7, column 'distance': 99999 is not 0 to 1500"):
        learn_scorecard([*good[:7], wrong, *good[8:]], CARD, version="x")
    with pytest.raises(TableError, match="folds"):
        learn_scorecard([replace(outcome, group=1) for outcome in good], CARD, version="x")


def test_calibration_figures_by_hand() -> None:
    promised, seen = np.array([0.1, 0.4, 0.4, 0.9]), np.array([0.0, 0.0, 1.0, 1.0])
    assert area_under_curve(promised, seen) == (2 + 1.5) / 4
    assert expected_calibration_error(np.full(10, 0.5), np.tile([0.0, 1.0], 5)) == 0.5
