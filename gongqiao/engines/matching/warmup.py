"""Compile everything once, so that nobody waits for it at the counter."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from gongqiao.engines.matching.changes import CloseShifts, UpsertShifts, UpsertWorkers, WithdrawWorkers
from gongqiao.engines.matching.courses import Course
from gongqiao.engines.matching.fast.compiled import require, use_cache
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.market import Market
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary, Trade
from gongqiao.engines.matching.workers import WorkerTable


def warm_up(cache_dir: Path | None = None, say: Callable[[str], object] = lambda step: None) -> None:
    """Compile every kernel by asking a market of two for all it can answer; keeps the code in `cache_dir`.

    None = numba's own place beside the sources, or the user's cache folder. `say` is told each step. Half a
    minute the first time on a processor, then a second. KernelMissing where numba is not installed; OSError where the
    folder cannot be written.
    """
    require("warming up")
    if cache_dir is not None:
        use_cache(cache_dir)
    market = _smallest()
    say("lists")
    market.recommend(1, 1)
    market.shifts_for(1, 1, ease_crowding=True)
    market.workers_for(1, 1)
    say("plans")
    market.plan()
    market.plan(PlanRules(max_shifts_per_worker=2))
    say("courses")
    market.course_effects([Course("any", {"any": 2})])
    say("changes")
    market.apply((WithdrawWorkers((2,)), CloseShifts((1,)))).apply(
        (UpsertWorkers(market.workers), UpsertShifts(market.shifts))
    ).recommend(1, 1)


def _smallest() -> Market:
    """Two people and two shifts, on the compiled kernel."""
    horizon = Horizon(date(2026, 1, 5), 1)
    vocabulary = CapabilityVocabulary.build([Trade("any")], ["paper"], version="warm-up")
    worker = {
        "skills": {"any": 1}, "certificates": {"paper": None}, "available": horizon.all_hours(), "x": 0, "y": 0,
        "max_distance_m": 5000, "pay_floor": 0, "birth_known": True, "age16_from": -1, "age18_from": 0,
        "preferred_trades": ["any"], "days_waiting": 0, "reliability": None, "tier_points": 0, "busy": [],
        "blocked_employers": [],
    }  # fmt: skip
    shift = {
        "trade": "any", "min_level": None, "certificates": ["paper"], "start": 480, "end": 960, "seats": 1, "x": 0,
        "y": 0, "pay": 200, "hazardous": False, "employer": 1, "posted": 0,
    }  # fmt: skip
    workers = WorkerTable.from_rows([{"id": n, **worker} for n in (1, 2)], vocabulary, horizon)
    shifts = ShiftTable.from_rows([{"id": n, **shift} for n in (1, 2)], vocabulary, horizon)
    return Market.build(workers, shifts, vocabulary, ScoreCard.default(), horizon, kernel="numba")
