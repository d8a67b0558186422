"""Each hard rule on its exact limit: the pass and the refusal side by side."""

from typing import Any

import pytest

from gongqiao.engines.matching import Unmet
from tests.engines.matching.markets import DAY, HORIZON, market_of, shift_row, worker_row


def unmet(worker: dict[str, Any], shift: dict[str, Any]) -> tuple[Unmet, ...]:
    """Unmet rules of one pair; the matrix and the explanation must agree on it."""
    market = market_of([worker_row(1, **worker)], [shift_row(1, **shift)])
    explained = market.explain(1, 1)
    assert bool(market.matrix().feasible[0, 0]) is explained.feasible is (not explained.unmet)
    return explained.unmet


def test_everything_met() -> None:
    assert unmet({}, {}) == ()


def test_age_unknown_is_refused_and_no_other_age_rule_is_named() -> None:
    worker = {"birth_known": False, "age16_from": None, "age18_from": None}
    assert unmet(worker, {"hazardous": True}) == (Unmet("age_unknown", {}),)


def test_sixteenth_birthday_on_the_work_date() -> None:
    worker = {"age16_from": DAY, "age18_from": 3 * DAY}
    assert unmet(worker, {"start": DAY, "end": DAY + 60}) == ()
    evening_before = {"start": DAY - 60, "end": DAY + 60}
    assert unmet(worker, evening_before) == (Unmet("under_16", {"start": DAY - 60, "from": DAY}),)


def test_hazard_waits_for_eighteen() -> None:
    worker = {"age16_from": -DAY, "age18_from": DAY}
    assert unmet(worker, {"start": 480, "end": 600}) == ()
    assert unmet(worker, {"start": DAY, "end": DAY + 60, "hazardous": True}) == ()
    refused = Unmet("minor_hazard", {"start": 480, "from": DAY})
    assert unmet(worker, {"start": 480, "end": 600, "hazardous": True}) == (refused,)


def test_certificate_that_expires_during_the_shift() -> None:
    shift = {"certificates": ["health"], "start": 480, "end": 1020}
    assert unmet({"certificates": {"health": None}}, shift) == ()
    assert unmet({"certificates": {"health": 1020}}, shift) == ()
    expired = Unmet("certificate", {"missing": (), "expired": {"health": 1019}, "end": 1020})
    assert unmet({"certificates": {"health": 1019}}, shift) == (expired,)
    missing = Unmet("certificate", {"missing": ("health",), "expired": {}, "end": 1020})
    assert unmet({"certificates": {"electric": None}}, shift) == (missing,)


@pytest.mark.parametrize(
    ("skills", "trade", "min_level", "held"),
    [
        ({"mason": None}, "mason", None, "fits"),
        ({"mason": 2}, "mason", 2, "fits"),
        ({"mason": 3}, "mason", 1, "fits"),
        ({"plasterer": 1}, "building", None, "fits"),
        ({}, None, None, "fits"),
        ({"mason": None}, "mason", 1, 0),
        ({"mason": 1}, "mason", 2, 1),
        ({"building": 3}, "mason", None, None),
        ({"plasterer": 3}, "mason", 1, 0),
        ({"welder": 3}, "mason", None, None),
    ],
)
def test_skill(skills: dict[str, int | None], trade: str | None, min_level: int | None, held: int | str | None) -> None:
    found = unmet({"skills": skills}, {"trade": trade, "min_level": min_level})
    if held == "fits":
        assert found == ()
    else:
        assert found == (Unmet("skill", {"trade": trade, "min_level": min_level, "held": held}),)


def test_hours_are_every_hour_touched() -> None:
    shift = {"start": 485, "end": 541}
    assert unmet({"available": [8, 9]}, shift) == ()
    assert unmet({"available": [8]}, {"start": 480, "end": 540}) == ()
    assert unmet({"available": [8]}, shift) == (Unmet("hours", {"missing": (9,)}),)


def test_last_shift_runs_past_midnight_into_the_extra_day() -> None:
    shift = {"start": 3 * DAY - 60, "end": 3 * DAY + 120}
    assert unmet({"available": [71, 72, 73]}, shift) == ()
    assert unmet({"available": [71, 73]}, shift) == (Unmet("hours", {"missing": (72,)}),)


def test_busy_is_half_open_to_the_minute() -> None:
    shift = {"start": 480, "end": 1020}
    assert unmet({"busy": [(0, 480), (1020, 1080)]}, shift) == ()
    assert unmet({"busy": [(0, 481)]}, shift) == (Unmet("busy", {"clashes": ((0, 481),)}),)
    assert unmet({"busy": [(1019, 1080)]}, shift) == (Unmet("busy", {"clashes": ((1019, 1080),)}),)


def test_distance_on_the_limit() -> None:
    worker = {"x": 3000, "y": 4000, "max_distance_m": 5000}
    assert unmet(worker, {}) == ()
    assert unmet(worker | {"y": 4001}, {}) == (Unmet("distance", {"metres": 5001, "limit": 5000}),)
    assert unmet(worker | {"max_distance_m": None, "y": 400_000}, {}) == ()
    assert unmet({"max_distance_m": 0}, {}) == ()


@pytest.mark.parametrize(("worker", "shift"), [({"x": None, "y": None}, {}), ({}, {"x": None, "y": None})])
def test_unknown_place_passes_without_points_and_says_so(worker: dict[str, None], shift: dict[str, None]) -> None:
    market = market_of([worker_row(1, max_distance_m=0, **worker)], [shift_row(1, **shift)])
    explained = market.explain(1, 1)
    assert explained.feasible
    assert [(f.points, f.detail) for f in explained.factors if f.name == "distance"] == [
        (0, {"metres": None, "unknown": True})
    ]


def test_pay_floor() -> None:
    assert unmet({"pay_floor": 2500}, {"pay": 2500}) == ()
    assert unmet({"pay_floor": 2501}, {"pay": 2500}) == (Unmet("pay", {"pay": 2500, "floor": 2501, "gap": 1}),)


def test_blocked_employer() -> None:
    assert unmet({"blocked_employers": {2, 3}}, {"employer": 1}) == ()
    assert unmet({"blocked_employers": {1, 3}}, {"employer": 1}) == (Unmet("blocked", {"employer": 1}),)


def test_all_failing_rules_are_named_in_order() -> None:
    worker = {"age16_from": DAY, "age18_from": 2 * DAY, "available": [], "busy": [(500, 501)], "pay_floor": 3000}
    worker |= {"max_distance_m": 1, "blocked_employers": {1}}
    shift = {"hazardous": True, "trade": "cook", "certificates": ["health"], "x": 2, "pay": 2999}
    names = [rule.rule for rule in unmet(worker, shift)]
    expected = ["under_16", "minor_hazard", "certificate", "skill", "hours", "busy", "distance", "pay", "blocked"]
    assert names == expected


def test_employer_never_sees_priority_or_private_reasons() -> None:
    worker = {"tier_points": 700, "days_waiting": 9, "blocked_employers": {1}, "available": [], "pay_floor": 9000}
    seen = market_of([worker_row(1, **worker)], [shift_row(1)]).explain(1, 1).for_employer()
    assert [factor.name for factor in seen.factors] == ["skill_level", "reliability", "worked_before"]
    assert [rule.rule for rule in seen.unmet] == ["hours"]
    assert not hasattr(seen, "score")


def test_horizon_of_the_test_market() -> None:
    assert (HORIZON.hours, HORIZON.words, HORIZON.minutes) == (96, 2, 4 * DAY)
