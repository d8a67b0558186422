"""Who is shown what, who gets what, and what each rule of a plan costs: figures for an auditor, from the lists alone.

Groups (tiers, districts, ways of registering) come from the caller and go nowhere else: the engine's tables have no
column for them. Gini over a count is 0 where all have the same and near 1 where one has everything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.lists import Lists
from gongqiao.engines.matching.market import Market
from gongqiao.engines.matching.planning import DayPlan
from gongqiao.engines.matching.planrules import PlanRules

RULES_WITH_A_PRICE = (
    "max_shifts_per_worker",
    "min_rest_minutes",
    "max_minutes_per_worker",
    "reserved_percent",
    "first_seats",
)
FREEST: dict[str, Any] = {"max_shifts_per_worker": 1000, "min_rest_minutes": 0, "max_minutes_per_worker": None}


@dataclass(frozen=True)
class GroupShare:
    """Of one group: people in it, how often they are shown, how many of them are shown at all."""

    people: int
    shown: int
    reached: int


@dataclass(frozen=True)
class ExposureAudit:
    """gini_people: how unevenly people are shown; gini_shifts: how unevenly shifts are shown, per seat.

    never_shown: people and shifts that nobody sees. groups: by the caller's names. envious: in a plan, people left
    without a shift who fit one better than somebody placed there (looked for among the shift's `looked_at` best).
    """

    gini_people: float
    gini_shifts: float
    people_never_shown: int
    shifts_never_shown: int
    groups: dict[str, GroupShare]
    envious: int
    looked_at: int


@dataclass(frozen=True)
class RulePrice:
    """Of one rule: the value of the plan under all rules, and the plan and the bound without this one.

    The rule costs at least value_without - bound (which may be below 0: nothing proved) and at most bound_without -
    value points.
    """

    value: int
    value_without: int
    bound_without: int

    @property
    def at_most(self) -> int:
        return self.bound_without - self.value


def audit_exposure(
    market: Market, shown: Lists | DayPlan, groups: Mapping[int, str], *, looked_at: int = 30
) -> ExposureAudit:
    """Of workers' or shifts' lists, or of a plan. groups: worker id -> name; who is not named counts as ""."""
    pairs = _pairs_of(shown)
    people = _counted(market.workers.id, pairs[:, 0])
    jobs = _counted(market.shifts.id, pairs[:, 1])
    names = [groups.get(int(worker), "") for worker in market.workers.id]
    shares = {
        name: _share(people[np.array([mine == name for mine in names], dtype=np.bool_)]) for name in sorted(set(names))
    }
    envious = _envious(market, shown, looked_at) if isinstance(shown, DayPlan) else 0
    return ExposureAudit(
        gini(people),
        gini(jobs / market.shifts.seats),
        int((people == 0).sum()),
        int((jobs == 0).sum()),
        shares,
        envious,
        looked_at,
    )


def price_of_rules(market: Market, rules: PlanRules) -> dict[str, RulePrice]:
    """Each rule that binds, lifted by itself: the plan with all rules against the plan and bound without it."""
    value, prices = market.plan(rules).value, {}
    for name in RULES_WITH_A_PRICE:
        free = FREEST.get(name, 0)
        if getattr(rules, name) not in (free, 0, None):
            lifted = market.plan(replace(rules, **{name: free}))
            prices[name] = RulePrice(value, lifted.value, lifted.bound)
    return prices


def gini(counts: Iterable[float]) -> float:
    """Half the mean difference of any two, relative to the mean; 0 where there is nothing."""
    ordered = np.sort(np.fromiter(counts, dtype=np.float64))
    total = float(ordered.sum())
    if not total:
        return 0.0
    n = len(ordered)
    return float(2 * (np.arange(1, n + 1) * ordered).sum() / (n * total) - (n + 1) / n)


def _pairs_of(shown: Lists | DayPlan) -> Int64:
    """(worker id, shift id), shape (n, 2)."""
    if isinstance(shown, DayPlan):
        return np.array(shown.assignments, dtype=np.int64).reshape(len(shown.assignments), 2)
    row, at = np.nonzero(shown.others >= 0)
    mine, other = shown.ids[row], shown.others[row, at]
    return np.column_stack([mine, other] if shown.of_workers else [other, mine])


def _counted(ids: Int64, found: Int64) -> Int64:
    return np.bincount(np.searchsorted(ids, found), minlength=len(ids)).astype(np.int64)


def _share(shown: Int64) -> GroupShare:
    return GroupShare(len(shown), int(shown.sum()), int((shown > 0).sum()))


def _envious(market: Market, plan: DayPlan, looked_at: int) -> int:
    """People without a shift who score higher on one than somebody who was given it."""
    placed = {worker for worker, _ in plan.assignments}
    given: dict[int, list[int]] = {}
    for worker, shift in plan.assignments:
        given.setdefault(shift, []).append(worker)
    envious: set[int] = set()
    for shift, people in given.items():
        least = min(market.explain(worker, shift).score for worker in people)
        best = market.workers_for(shift, looked_at)
        envious.update(s.worker_id for s in best if s.score > least and s.worker_id not in placed)
    return len(envious)
