"""Why a shift stays unfilled, the cheapest single change that would help, and the nearest miss of a worker.

Changes are only ever offered about pay, reach, certificate, level and hours: never about a legal age gate, a shift
already held, or a block.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.pairs import Pair, Unmet, ceil_root
from gongqiao.engines.matching.rules import RULES
from gongqiao.engines.matching.scan import blocks, failing, scores
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary
from gongqiao.engines.matching.workers import WorkerTable

REACH_STEP_METRES = 500
MOST_HOUR_CHANGES = 5
WORSE_THAN_ANY_SCORE = 1 << 40


@dataclass(frozen=True)
class PayRaise:
    """Paying `to_pay` (fen per hour), `delta` more, would win `people` in all."""

    to_pay: int
    delta: int
    people: int


@dataclass(frozen=True)
class WiderReach:
    """Bringing the place `metres` nearer (fetching people, or their going further) would win `people` in all."""

    metres: int
    people: int


@dataclass(frozen=True)
class DropCertificate:
    """Doing without (or training for) these certificates would win `people`."""

    certificates: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class LowerLevel:
    """Asking the trade at `to_level` (None = any level) would win `people` in all."""

    trade: str
    to_level: int | None
    people: int


@dataclass(frozen=True)
class ChangeHours:
    """Without these hours of the horizon the shift would win `people`."""

    without_hours: tuple[int, ...]
    people: int


Change = PayRaise | WiderReach | DropCertificate | LowerLevel | ChangeHours


@dataclass(frozen=True)
class FunnelStep:
    """`stopped` people fail this rule first, `left` go on to the next."""

    rule: str
    stopped: int
    left: int


@dataclass(frozen=True)
class WhyUnfilled:
    """Of one shift: who may come, where the others stop, and what single change would win whom.

    `funnel` runs all workers through the rules in their fixed order. `counts` looks only at the `qualified` (those with
    the skill and the certificates): first failing rule -> people. `one_rule_away` counts people who fail one rule only.
    Below `minimum` (0 = none) people the shift does not take place.
    """

    shift_id: int
    seats: int
    workers: int
    qualified: int
    feasible: int
    minimum: int
    funnel: tuple[FunnelStep, ...]
    counts: dict[str, int]
    one_rule_away: dict[str, int]
    near: tuple[Change, ...]


@dataclass(frozen=True)
class NearestMiss:
    """The shift a worker without any feasible one comes nearest to: fewest failing rules, then the best score."""

    worker_id: int
    shift_id: int
    score: int
    unmet: tuple[Unmet, ...]


def why_unfilled(workers: WorkerTable, shifts: ShiftTable, j: int, vocabulary: CapabilityVocabulary) -> WhyUnfilled:
    """The full account of shift j."""
    fails = failing(workers, shifts.take(np.array([j])))[:, :, 0]
    first = np.where(fails.any(axis=0), fails.argmax(axis=0), len(RULES))
    qualified = ~(fails[RULES.index("skill")] | fails[RULES.index("certificate")])
    single = np.where(fails.sum(axis=0) == 1, first, len(RULES))
    near = {rule: [Pair(workers, int(i), shifts, j, vocabulary) for i in np.flatnonzero(single == at)]
            for at, rule in enumerate(RULES)}  # fmt: skip
    return WhyUnfilled(
        shift_id=int(shifts.id[j]),
        seats=int(shifts.seats[j]),
        workers=len(workers),
        qualified=int(qualified.sum()),
        feasible=int((first == len(RULES)).sum()),
        minimum=int(shifts.least[j]),
        funnel=_funnel(first),
        counts=_per_rule(first[qualified]),
        one_rule_away=_per_rule(single),
        near=(
            *_pay_raises(near["pay"]),
            *_wider_reach(near["distance"]),
            *_certificates(near["certificate"]),
            *_levels(near["skill"]),
            *_hours(near["hours"]),
        ),
    )


def nearest_misses(
    workers: WorkerTable, rows: Int64, shifts: ShiftTable, card: ScoreCard, vocabulary: CapabilityVocabulary
) -> list[NearestMiss | None]:
    """For each row: None where that worker has a feasible shift, or there is no shift at all.

    Fewest failing rules first, then the best score, then the smaller shift id (shifts lie in ascending order of id).
    """
    found: list[NearestMiss | None] = []
    for block in blocks(len(rows), len(shifts)):
        part = workers.take(rows[block])
        failed = failing(part, shifts).sum(axis=0).astype(np.int64)
        score = scores(part, shifts, card)
        best = (failed * WORSE_THAN_ANY_SCORE - score).argmin(axis=1)
        for line, j in enumerate(best.tolist()):
            if not failed[line].min():
                found.append(None)
                continue
            i = int(rows[block[line]])
            unmet = Pair(workers, i, shifts, j, vocabulary).unmet()
            found.append(NearestMiss(int(workers.id[i]), int(shifts.id[j]), int(score[line, j]), unmet))
    return found if len(shifts) else [None] * len(rows)


def _funnel(first: Int64) -> tuple[FunnelStep, ...]:
    steps, left = [], len(first)
    for at, rule in enumerate(RULES):
        stopped = int((first == at).sum())
        left -= stopped
        steps.append(FunnelStep(rule, stopped, left))
    return tuple(steps)


def _per_rule(rule_at: Int64) -> dict[str, int]:
    """Rules in their fixed order, those that stop nobody left out."""
    counted = Counter(rule_at.tolist())
    return {rule: counted[at] for at, rule in enumerate(RULES) if counted[at]}


def _cumulative(values: Iterable[int]) -> list[tuple[int, int]]:
    """(value, how many are at most that value), ascending."""
    total, steps = 0, []
    for value, people in sorted(Counter(values).items()):
        total += people
        steps.append((value, total))
    return steps


def _pay_raises(pairs: list[Pair]) -> list[PayRaise]:
    gaps = [int(pair.workers.pay_floor[pair.i] - pair.shifts.pay[pair.j]) for pair in pairs]
    return [PayRaise(int(pairs[0].shifts.pay[pairs[0].j]) + gap, gap, people) for gap, people in _cumulative(gaps)]


def _wider_reach(pairs: list[Pair]) -> list[WiderReach]:
    """In steps of 500 metres, so that a list does not tell where one person lives."""
    return [WiderReach(step * REACH_STEP_METRES, people) for step, people in _cumulative(map(_reach_steps, pairs))]


def _reach_steps(pair: Pair) -> int:
    squared = pair.squared_metres()
    assert squared is not None, "the distance rule only fails between known places"
    return -(-(ceil_root(squared) - int(pair.workers.max_distance_m[pair.i])) // REACH_STEP_METRES)


def _certificates(pairs: list[Pair]) -> list[DropCertificate]:
    """Most people first; a larger set of certificates also wins those who lack only a part of it."""
    lacking = Counter(_lacking(pair) for pair in pairs)
    won = {asked: sum(n for part, n in lacking.items() if set(part) <= set(asked)) for asked in lacking}
    return [DropCertificate(asked, people) for asked, people in sorted(won.items(), key=lambda w: (-w[1], w[0]))]


def _lacking(pair: Pair) -> tuple[str, ...]:
    detail = pair.unmet()[0].detail
    return tuple(sorted({*detail["missing"], *detail["expired"]}))


def _levels(pairs: list[Pair]) -> list[LowerLevel]:
    """People who do the trade below the asked level; those who do not do it at all are not near."""
    below = [level for pair in pairs if (level := pair.held_level()) is not None]
    trade = pairs[0].vocabulary.trades[int(pairs[0].shifts.trade[pairs[0].j])].code if pairs else ""
    steps = _cumulative(-level for level in below)
    return [LowerLevel(trade, -level or None, people) for level, people in steps]


def _hours(pairs: list[Pair]) -> list[ChangeHours]:
    """The five sets of hours that win most people, counting those who lack only a part; never the whole shift."""
    lacking = Counter(pair.missing_hours() for pair in pairs)
    lacking = Counter({hours: n for hours, n in lacking.items() if len(hours) < pairs[0].hours_touched})
    won = {hours: sum(n for part, n in lacking.items() if set(part) <= set(hours)) for hours in lacking}
    best = sorted(won.items(), key=lambda w: (-w[1], len(w[0]), w[0]))
    return [ChangeHours(hours, people) for hours, people in best[:MOST_HOUR_CHANGES]]
