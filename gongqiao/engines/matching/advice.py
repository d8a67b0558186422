"""Why a shift stays unfilled, the cheapest single change that would help, and the nearest miss of a worker.

Changes are only ever offered about pay, reach, certificate, level and hours: never about a legal age gate, a shift
already held, or a block.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Int64, Words
from gongqiao.engines.matching.horizon import WORD_BITS
from gongqiao.engines.matching.pairs import Pair, Unmet
from gongqiao.engines.matching.rules import RULES
from gongqiao.engines.matching.scan import blocks, failing, feasible_pairs, scores
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ANY_TRADE, ShiftTable
from gongqiao.engines.matching.vocabulary import BITS_PER_TRADE, CapabilityVocabulary, set_of
from gongqiao.engines.matching.workers import WorkerTable

Lack = TypeVar("Lack", str, int)
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
    shift = shifts.take(np.array([j]))
    fails = failing(workers, shift)[:, :, 0]
    first = np.where(fails.any(axis=0), fails.argmax(axis=0), len(RULES))
    qualified = ~(fails[RULES.index("skill")] | fails[RULES.index("certificate")])
    single = np.where(fails.sum(axis=0) == 1, first, len(RULES))
    near = {rule: np.flatnonzero(single == at) for at, rule in enumerate(RULES)}
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
            *_pay_raises(workers, near["pay"], shift),
            *_wider_reach(workers, near["distance"], shift),
            *_certificates(workers, near["certificate"], shift, vocabulary),
            *_levels(workers, near["skill"], shift, vocabulary),
            *_hours(workers, near["hours"], shift),
        ),
    )


def could_come(workers: WorkerTable, shifts: ShiftTable, j: int, pay: int) -> int:
    """How many may do shift j if it paid `pay`."""
    row = shifts.take(np.array([j]))
    return int(feasible_pairs(workers, replace(row, pay=np.full_like(row.pay, pay))).sum())


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
    counted = np.bincount(rule_at, minlength=len(RULES)).tolist()
    return {rule: counted[at] for at, rule in enumerate(RULES) if counted[at]}


def _cumulative(values: Int64) -> list[tuple[int, int]]:
    """(value, how many are at most that value), ascending."""
    found, people = np.unique(values, return_counts=True)
    return list(zip(found.tolist(), np.cumsum(people).tolist(), strict=True))


def _kinds(rows: NDArray[Any]) -> list[tuple[NDArray[Any], int]]:
    """The different rows, and how many there are of each."""
    if not rows.size:
        return []
    kinds, people = np.unique(rows, axis=0, return_counts=True)
    return list(zip(kinds, people.tolist(), strict=True))


def _won(lacking: Mapping[tuple[Lack, ...], int]) -> dict[tuple[Lack, ...], int]:
    """Doing without a larger set also wins those who lack only a part of it."""
    return {asked: sum(n for part, n in lacking.items() if set(part) <= set(asked)) for asked in lacking}


def _pay_raises(workers: WorkerTable, near: Int64, shift: ShiftTable) -> list[PayRaise]:
    pay = int(shift.pay[0])
    return [PayRaise(pay + gap, gap, people) for gap, people in _cumulative(workers.pay_floor[near] - pay)]


def _wider_reach(workers: WorkerTable, near: Int64, shift: ShiftTable) -> list[WiderReach]:
    """In steps of 500 metres, so that a list does not tell where one person lives. Both places are known here."""
    squared = (workers.x[near] - shift.x[0]) ** 2 + (workers.y[near] - shift.y[0]) ** 2
    root = np.sqrt(squared).astype(np.int64)  # rounded down exactly, see `scan`
    metres = root + (root * root < squared) - workers.max_distance_m[near]
    steps = _cumulative(-(-metres // REACH_STEP_METRES))
    return [WiderReach(step * REACH_STEP_METRES, people) for step, people in steps]


def _certificates(
    workers: WorkerTable, near: Int64, shift: ShiftTable, vocabulary: CapabilityVocabulary
) -> list[DropCertificate]:
    """Most people first."""
    asked = np.flatnonzero(shift.required_certificates[0])
    kinds = _kinds(workers.certificate_until[near][:, asked] < shift.end[0])
    lacking = {tuple(sorted(vocabulary.certificates[at] for at in asked[kind])): people for kind, people in kinds}
    return [
        DropCertificate(codes, people) for codes, people in sorted(_won(lacking).items(), key=lambda w: (-w[1], w[0]))
    ]


def _levels(workers: WorkerTable, near: Int64, shift: ShiftTable, vocabulary: CapabilityVocabulary) -> list[LowerLevel]:
    """People who do the trade below the asked level; those who do not do it at all are not near."""
    trade = int(shift.trade[0])
    if trade == ANY_TRADE:
        return []
    word, bit = divmod(trade * BITS_PER_TRADE, WORD_BITS)
    held = (workers.skill_bits[near, word] >> np.uint64(bit)) & np.uint64(2**BITS_PER_TRADE - 1)
    level = np.frexp(held.astype(np.float64))[1].astype(np.int64) - 1  # of the highest bit; -1 where none is set
    steps = _cumulative(-level[level >= 0])
    return [LowerLevel(vocabulary.trades[trade].code, -step or None, people) for step, people in steps]


def _hours(workers: WorkerTable, near: Int64, shift: ShiftTable) -> list[ChangeHours]:
    """The five sets of hours that win most people, counting those who lack only a part; never the whole shift."""
    asked = _hours_in(shift.needed_hours[0])
    kinds = {_hours_in(kind): people for kind, people in _kinds(shift.needed_hours & ~workers.available[near])}
    lacking = {hours: people for hours, people in kinds.items() if len(hours) < len(asked)}
    best = sorted(_won(lacking).items(), key=lambda w: (-w[1], len(w[0]), w[0]))
    return [ChangeHours(hours, people) for hours, people in best[:MOST_HOUR_CHANGES]]


def _hours_in(words: Words) -> tuple[int, ...]:
    """The hours of the horizon whose bits are set."""
    bits = set_of(words)
    return tuple(hour for hour in range(bits.bit_length()) if bits >> hour & 1)
