"""Why a shift stays unfilled: the funnel, and the single changes that would win people."""

import pytest

from gongqiao.engines.matching import (
    ChangeHours,
    DropCertificate,
    FunnelStep,
    LowerLevel,
    NearestMiss,
    PayRaise,
    Unmet,
    WiderReach,
)
from tests.engines.matching.markets import DAY, market_of, shift_row, town_rows, worker_row


def test_pay_raises_are_cumulative_and_skip_people_with_another_fault() -> None:
    people = [worker_row(n, pay_floor=floor) for n, floor in enumerate((2600, 2600, 3000, 2500))]
    people.append(worker_row(9, pay_floor=2550, available=[]))
    why = market_of(people, [shift_row(1)]).why_unfilled(1)
    assert why.near == (PayRaise(to_pay=2600, delta=100, people=2), PayRaise(to_pay=3000, delta=500, people=3))
    assert (why.workers, why.qualified, why.feasible, why.seats) == (5, 5, 1, 1)
    assert why.counts == {"hours": 1, "pay": 3}
    assert why.one_rule_away == {"pay": 3}


def test_reach_is_told_in_steps_of_500_metres() -> None:
    people = [worker_row(n, x=x, max_distance_m=1000) for n, x in enumerate((1000, 1001, 1500, 1501))]
    why = market_of(people, [shift_row(1)]).why_unfilled(1)
    assert why.near == (WiderReach(metres=500, people=2), WiderReach(metres=1000, people=3))


def test_certificates_missing_or_expiring_are_grouped() -> None:
    people = [
        worker_row(1, certificates={"health": None}),
        worker_row(2, certificates={"health": None, "height": 700}),
        worker_row(3),
        worker_row(4, certificates={"height": None}),
    ]
    why = market_of(people, [shift_row(1, certificates=["health", "height"])]).why_unfilled(1)
    assert why.near == (
        DropCertificate(("health", "height"), 4),
        DropCertificate(("height",), 2),
        DropCertificate(("health",), 1),
    )


def test_lower_level_counts_only_people_of_the_trade() -> None:
    people = [worker_row(n, skills={"mason": level}) for n, level in enumerate((2, 2, 1, None))]
    people.append(worker_row(9, skills={"cook": 3}))
    why = market_of(people, [shift_row(1, trade="mason", min_level=3)]).why_unfilled(1)
    assert why.near == (LowerLevel("mason", 2, 2), LowerLevel("mason", 1, 3), LowerLevel("mason", None, 4))
    assert (why.qualified, why.counts, why.one_rule_away) == (0, {}, {"skill": 5})


def test_hours_never_propose_to_drop_the_whole_shift() -> None:
    people = [worker_row(1, available=[9, 10]), worker_row(2, available=[9]), worker_row(3, available=[])]
    why = market_of(people, [shift_row(1, start=480, end=660)]).why_unfilled(1)
    assert why.near == (ChangeHours((8, 10), 2), ChangeHours((8,), 1))


def test_age_blocks_and_held_shifts_are_never_bargained_with() -> None:
    people = [
        worker_row(1, age16_from=DAY, age18_from=2 * DAY),
        worker_row(2, age16_from=-1, age18_from=DAY),
        worker_row(3, birth_known=False, age16_from=None, age18_from=None),
        worker_row(4, blocked_employers={1}),
        worker_row(5, busy=[(500, 560)]),
    ]
    why = market_of(people, [shift_row(1, hazardous=True)]).why_unfilled(1)
    assert why.near == ()
    assert why.one_rule_away == {"age_unknown": 1, "minor_hazard": 1, "busy": 1, "blocked": 1}
    assert why.funnel == (
        FunnelStep("age_unknown", 1, 4),
        FunnelStep("under_16", 1, 3),
        FunnelStep("minor_hazard", 1, 2),
        FunnelStep("certificate", 0, 2),
        FunnelStep("skill", 0, 2),
        FunnelStep("hours", 0, 2),
        FunnelStep("busy", 1, 1),
        FunnelStep("distance", 0, 1),
        FunnelStep("pay", 0, 1),
        FunnelStep("blocked", 1, 0),
    )


def test_shift_without_any_worker() -> None:
    why = market_of([], [shift_row(1)]).why_unfilled(1)
    assert (why.workers, why.feasible, why.counts, why.near) == (0, 0, {}, ())


@pytest.mark.parametrize("seed", range(4))
def test_every_advised_change_wins_as_many_as_it_says(seed: int) -> None:
    """Held against the rules pair by pair: those who may come after the change, less those who may now."""
    people, shifts = town_rows(seed, 60, 12)
    market, changed = market_of(people, shifts), 0
    for shift in shifts:
        why = market.why_unfilled(shift["id"])
        assert why.feasible == market.could_come(shift["id"], pay=shift["pay"])
        failing = [{miss.rule: miss.detail for miss in market.explain(row["id"], shift["id"]).unmet} for row in people]
        alone = [misses for misses in failing if len(misses) == 1]
        for change in why.near:
            changed += 1
            match change:
                case PayRaise(to_pay=pay, delta=delta):
                    assert market.could_come(shift["id"], pay=pay) == why.feasible + change.people
                    assert change.people == sum(m["pay"]["gap"] <= delta for m in alone if "pay" in m)
                case ChangeHours(without_hours=hours):
                    assert change.people == sum(set(m["hours"]["missing"]) <= set(hours) for m in alone if "hours" in m)
                case LowerLevel(to_level=level):
                    held = [m["skill"]["held"] for m in alone if "skill" in m and m["skill"]["held"] is not None]
                    assert change.people == sum(had >= (level or 0) for had in held)
                case WiderReach(metres=metres):
                    far = [m["distance"] for m in alone if "distance" in m]
                    assert change.people == sum(d["metres"] - d["limit"] <= metres for d in far)
                case DropCertificate(certificates=codes):
                    lacking = [m["certificate"] for m in alone if "certificate" in m]
                    assert change.people == sum({*d["missing"], *d["expired"]} <= set(codes) for d in lacking)
    assert changed > 20


def test_nearest_miss_takes_fewest_faults_then_score() -> None:
    worker = worker_row(1, pay_floor=2600)
    shifts = [shift_row(1, pay=2500, trade="cook"), shift_row(2, pay=2500, x=900), shift_row(3, pay=2550)]
    market = market_of([worker], shifts)
    score = market.explain(1, 3).score
    unmet = (Unmet("pay", {"pay": 2550, "floor": 2600, "gap": 50}),)
    assert market.nearest_miss(1) == NearestMiss(1, 3, score, unmet)
    assert market_of([worker], [*shifts, shift_row(4, pay=2600)]).nearest_miss(1) is None
    assert market_of([worker], []).nearest_miss(1) is None
