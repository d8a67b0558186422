"""The independent judge of a plan: every rule again, pair by pair, from the tables and in plain Python.

It shares no code with the matrices, the lists or the solver, so a fault there cannot hide itself.
"""

from collections import defaultdict
from collections.abc import Iterable

from gongqiao.engines.matching.market import Market
from gongqiao.engines.matching.pairs import Pair
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.results import Violation


def check_plan(market: Market, pairs: Iterable[tuple[int, int]], rules: PlanRules | None = None) -> list[Violation]:
    """All violations of (worker id, shift id) pairs; empty = the plan stands.

    Rules: the hard ones by name, and `unknown_worker`, `unknown_shift`, `twice`, `seats`, `minimum`, `overlap`, and
    with `rules` also `rest`, `too_many`, `hours_limit`. Without `rules` a worker may hold any number of shifts that do
    not overlap.
    """
    worker_at = {int(worker): i for i, worker in enumerate(market.workers.id)}
    shift_at = {int(shift): j for j, shift in enumerate(market.shifts.id)}
    found: list[Violation] = []
    by_worker: dict[int, list[int]] = defaultdict(list)
    by_shift: dict[int, list[int]] = defaultdict(list)
    for worker, shift in pairs:
        if worker not in worker_at:
            found.append(Violation("unknown_worker", worker, shift, {}))
        elif shift not in shift_at:
            found.append(Violation("unknown_shift", worker, shift, {}))
        elif shift in by_worker[worker]:
            found.append(Violation("twice", worker, shift, {}))
        else:
            by_worker[worker].append(shift)
            by_shift[shift].append(worker)
            pair = Pair(market.workers, worker_at[worker], market.shifts, shift_at[shift], market.vocabulary)
            found += _pair_violations(pair, worker, shift, rules.min_rest_minutes if rules else 0)
    found += _seat_violations(market, shift_at, by_shift)
    for worker, held in by_worker.items():
        found += _own_violations(market, shift_at, worker, held, rules)
    return found


def _pair_violations(pair: Pair, worker: int, shift: int, rest: int) -> list[Violation]:
    found = [Violation(unmet.rule, worker, shift, unmet.detail) for unmet in pair.unmet()]
    close = set(pair.clashes(rest)) - set(pair.clashes())
    if close:
        found.append(Violation("rest", worker, shift, {"min_rest": rest, "busy": tuple(sorted(close))}))
    return found


def _seat_violations(market: Market, shift_at: dict[int, int], by_shift: dict[int, list[int]]) -> list[Violation]:
    found = []
    for shift, people in by_shift.items():
        seats = int(market.shifts.seats[shift_at[shift]])
        found += [
            Violation("seats", worker, shift, {"seats": seats, "given": len(people)}) for worker in people[seats:]
        ]
        minimum = int(market.shifts.minimum[shift_at[shift]])
        if len(people) < minimum:
            found.append(Violation("minimum", people[0], shift, {"minimum": minimum, "given": len(people)}))
    return found


def _own_violations(
    market: Market, shift_at: dict[int, int], worker: int, held: list[int], rules: PlanRules | None
) -> list[Violation]:
    """Between the shifts of one worker: overlap, rest, how many."""
    most = rules.max_shifts_per_worker if rules else len(held)
    rest = rules.min_rest_minutes if rules else 0
    found = [Violation("too_many", worker, shift, {"most": most, "given": len(held)}) for shift in held[most:]]
    limit = rules.minutes_for(worker) if rules else None
    if limit is not None:
        minutes = 0
        for shift in held:
            start, end = _span(market, shift_at[shift])
            minutes += end - start
            if minutes > limit:
                found.append(Violation("hours_limit", worker, shift, {"most": limit, "given": minutes}))
    for at, shift in enumerate(held):
        start, end = _span(market, shift_at[shift])
        for other in held[:at]:
            begin, finish = _span(market, shift_at[other])
            if begin < end and start < finish:
                found.append(Violation("overlap", worker, shift, {"other": other}))
            elif begin < end + rest and start < finish + rest:
                found.append(Violation("rest", worker, shift, {"min_rest": rest, "other": other}))
    return found


def _span(market: Market, j: int) -> tuple[int, int]:
    return int(market.shifts.start[j]), int(market.shifts.end[j])
