"""The engine against the oracle, to the last bit, on many small markets full of ties and exact limits."""

from collections import Counter

import numpy as np
import pytest

from gongqiao.engines.matching import (
    FACTORS,
    RULES,
    CloseShifts,
    ShiftTable,
    UpsertShifts,
    UpsertWorkers,
    WithdrawWorkers,
    WorkerTable,
)
from gongqiao.engines.matching.scan import FAILS, POINTS, failing
from tests.engines.matching import oracle
from tests.engines.matching.markets import CARD, HORIZON, VOCABULARY, edgy_rows, market_of, town_rows

SEEDS = range(80)


@pytest.mark.parametrize("seed", SEEDS)
def test_lists_equal_the_oracle(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    market = market_of(workers, shifts)
    free = {shift["id"]: 0 for shift in shifts}
    prices = {shift: state.price for shift, state in market.crowding().items()}
    for k in (1, 3, 20):
        for eased, price in ((False, free), (True, prices)):
            found = market.recommend(k, k, ease_crowding=eased)
            assert {w: [(s.shift_id, s.score) for s in line] for w, line in found.for_workers.items()} == {
                w["id"]: oracle.shifts_for(w, shifts, CARD, k, price) for w in workers
            }
            assert {s: [(p.worker_id, p.score) for p in line] for s, line in found.for_shifts.items()} == {
                s["id"]: oracle.workers_for(s, workers, CARD, k) for s in shifts
            }
            for worker, line in found.for_workers.items():
                assert market.shifts_for(worker, k, ease_crowding=eased) == line
    for shift in shifts:
        alone = [(p.worker_id, p.score) for p in market.workers_for(shift["id"], 4)]
        assert alone == oracle.workers_for(shift, workers, CARD, 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_matrix_and_explanations_equal_the_oracle(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    market = market_of(workers, shifts)
    matrix = market.matrix()
    fails = failing(market.workers, market.shifts)
    assert matrix.worker_ids.tolist() == sorted(w["id"] for w in workers)
    for i, worker in enumerate(sorted(workers, key=lambda w: int(w["id"]))):
        for j, shift in enumerate(sorted(shifts, key=lambda s: int(s["id"]))):
            unmet, points = oracle.unmet(worker, shift), oracle.points(worker, shift, CARD)
            explained = market.explain(worker["id"], shift["id"])
            assert [rule for at, rule in enumerate(RULES) if fails[at, i, j]] == unmet
            assert [rule.rule for rule in explained.unmet] == unmet
            assert {factor.name: factor.points for factor in explained.factors} == points
            assert bool(matrix.feasible[i, j]) is explained.feasible is (not unmet)
            assert int(matrix.score[i, j]) == explained.score == sum(points.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_why_unfilled_and_nearest_miss_equal_the_oracle(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    market = market_of(workers, shifts)
    for shift in shifts:
        fails = [oracle.unmet(worker, shift) for worker in workers]
        qualified = [f for f in fails if "skill" not in f and "certificate" not in f]
        why = market.why_unfilled(shift["id"])
        assert (why.workers, why.qualified, why.feasible) == (len(workers), len(qualified), fails.count([]))
        assert why.counts == dict(Counter(f[0] for f in qualified if f))
        assert {s.rule: s.stopped for s in why.funnel} == {r: [f[:1] for f in fails].count([r]) for r in RULES}
        assert why.funnel[-1].left == why.feasible
        assert why.one_rule_away == dict(Counter(f[0] for f in fails if len(f) == 1))
    for worker in workers:
        options = [(len(oracle.unmet(worker, s)), -oracle.score(worker, s, CARD), s["id"]) for s in shifts]
        miss = market.nearest_miss(worker["id"])
        if not options or min(options)[0] == 0:
            assert miss is None
        else:
            assert miss is not None
            assert (len(miss.unmet), -miss.score, miss.shift_id) == min(options)


@pytest.mark.parametrize("seed", SEEDS)
def test_applied_changes_equal_a_market_built_afresh(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    more_workers, more_shifts = edgy_rows(seed + 1000)
    gone_workers = tuple(w["id"] for w in workers[::3])
    gone_shifts = tuple(s["id"] for s in shifts[::4])
    changed = market_of(workers, shifts).apply(
        iter(
            (
                WithdrawWorkers(gone_workers),
                CloseShifts(gone_shifts),
                UpsertWorkers(WorkerTable.from_rows(more_workers, VOCABULARY, HORIZON)),
                UpsertShifts(ShiftTable.from_rows(more_shifts, VOCABULARY, HORIZON)),
            )
        )
    )
    kept_workers = {w["id"]: w for w in workers if w["id"] not in gone_workers} | {w["id"]: w for w in more_workers}
    kept_shifts = {s["id"]: s for s in shifts if s["id"] not in gone_shifts} | {s["id"]: s for s in more_shifts}
    fresh = market_of(list(kept_workers.values()), list(kept_shifts.values()))
    for name in ("worker_ids", "shift_ids", "feasible", "score"):
        assert np.array_equal(getattr(changed.matrix(), name), getattr(fresh.matrix(), name))
    assert changed.recommend(3, 3) == fresh.recommend(3, 3)


def test_town_equals_the_oracle_over_several_words_and_days() -> None:
    workers, shifts = town_rows(7, 60, 40)
    found = market_of(workers, shifts).recommend(5, 5, ease_crowding=False)
    free = {shift["id"]: 0 for shift in shifts}
    assert {w: [(s.shift_id, s.score) for s in line] for w, line in found.for_workers.items()} == {
        w["id"]: oracle.shifts_for(w, shifts, CARD, 5, free) for w in workers
    }


def test_blocks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    workers, shifts = town_rows(8, 50, 30)
    whole = market_of(workers, shifts).recommend(4, 4)
    monkeypatch.setattr("gongqiao.engines.matching.scan.BLOCK_PAIRS", 64)
    assert market_of(workers, shifts).recommend(4, 4) == whole


def test_rows_in_another_order_give_the_same_answer() -> None:
    workers, shifts = town_rows(9, 50, 30)
    assert market_of(workers[::-1], shifts[::-1]).recommend(4, 4) == market_of(workers, shifts).recommend(4, 4)


def test_names_stand_in_one_order_everywhere() -> None:
    assert tuple(FAILS) == RULES
    assert tuple(POINTS) == FACTORS == tuple(line.name for line in CARD.describe())
