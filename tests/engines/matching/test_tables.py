"""Tables refuse what they cannot hold and say where; what they hold is the whole of what the engine can know."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gongqiao.engines.matching import (
    CapabilityVocabulary,
    CloseShifts,
    Horizon,
    KernelMissing,
    Market,
    ScoreCard,
    ShiftTable,
    TableError,
    WithdrawWorkers,
    WorkerTable,
)
from tests.engines.matching.markets import CARD, DAY, HORIZON, VOCABULARY, market_of, shift_row, worker_row

WORKER_COLUMNS = (
    "id skill_bits certificate_until available x y place_known max_distance_m pay_floor birth_known age16_from "
    "age18_from preferred_bits days_waiting reliability tier_points busy blocked_employers worked_well"
)
SHIFT_COLUMNS = (
    "id trade min_level required_skills required_certificates needed_hours start end seats x y place_known pay "
    "hazardous employer posted minimum"
)


def test_no_column_holds_a_protected_trait() -> None:
    assert set(WorkerTable.column_names()) == set(WORKER_COLUMNS.split())
    assert set(ShiftTable.column_names()) == set(SHIFT_COLUMNS.split())


@pytest.mark.parametrize("trait", ["sex", "ethnicity", "hukou", "health", "birth_date", "married", "disability"])
def test_row_with_a_protected_trait_is_refused(trait: str) -> None:
    with pytest.raises(TableError) as refused:
        WorkerTable.from_rows([worker_row(1, **{trait: "x"})], VOCABULARY, HORIZON)
    assert str(refused.value) == f"workers, row 0, column {trait!r}: no such column"


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("id", "7", "must be a whole number, got '7'"),
        ("pay_floor", -1, "must lie between 0 and 10000000, got -1"),
        ("pay_floor", 12.5, "must be a whole number, got 12.5"),
        ("days_waiting", True, "must be a whole number, got True"),
        ("reliability", 101, "must lie between 0 and 100, got 101"),
        ("tier_points", -5, "must lie between 0 and 10000, got -5"),
        ("birth_known", 1, "must be True or False, got 1"),
        ("age16_from", None, "must be a whole number, got None"),
        ("x", None, "must be a whole number, got None"),
        ("skills", {"juggler": 1}, "unknown trade 'juggler'"),
        ("skills", {"cook": 4}, "level of trade 'cook' must be None or 1 to 3, got 4"),
        ("skills", {"cook": 0}, "level of trade 'cook' must be None or 1 to 3, got 0"),
        ("certificates", {"flying": None}, "unknown certificate 'flying'"),
        ("certificates", {"health": "soon"}, "'health' must end at a minute or None, got 'soon'"),
        ("available", [96], "hour must be a whole number from 0 to 95, got 96"),
        ("busy", [(60, 60)], "must start before it ends, got (60, 60)"),
        ("busy", [60], "must hold 2 numbers each, got 60"),
        ("worked_well", {1: -1}, "must map employers to points from 0 up, got (1, -1)"),
    ],
)
def test_bad_worker_cell_is_named(column: str, value: Any, problem: str) -> None:
    with pytest.raises(TableError) as refused:
        WorkerTable.from_rows([worker_row(5), worker_row(4, **{column: value})], VOCABULARY, HORIZON)
    assert str(refused.value) == f"workers, row 1, column {column!r}: {problem}"


@pytest.mark.parametrize(
    ("changed", "column", "problem"),
    [
        ({"start": 600, "end": 600}, "end", "must come after start (600), got 600"),
        ({"start": 600, "end": 599}, "end", "must come after start (600), got 599"),
        ({"start": -1}, "start", "must lie between 0 and 4319, got -1"),
        ({"start": 3 * DAY, "end": 3 * DAY + 60}, "start", "must lie between 0 and 4319, got 4320"),
        ({"start": 3 * DAY - 1, "end": 4 * DAY + 1}, "end", "must lie between 0 and 5760, got 5761"),
        ({"seats": 0}, "seats", "must lie between 1 and 100000, got 0"),
        ({"trade": "juggler"}, "trade", "unknown trade 'juggler'"),
        ({"min_level": 2}, "min_level", "a level (2) needs a trade"),
        ({"trade": "cook", "min_level": 4}, "min_level", "must lie between 1 and 3, got 4"),
        ({"certificates": ["flying"]}, "certificates", "unknown certificate 'flying'"),
        ({"hazardous": "no"}, "hazardous", "must be True or False, got 'no'"),
    ],
)
def test_bad_shift_cell_is_named(changed: dict[str, Any], column: str, problem: str) -> None:
    with pytest.raises(TableError) as refused:
        ShiftTable.from_rows([shift_row(1, **changed)], VOCABULARY, HORIZON)
    assert str(refused.value) == f"shifts, row 0, column {column!r}: {problem}"


def test_missing_column_and_double_id_are_named() -> None:
    row = worker_row(1)
    del row["busy"]
    with pytest.raises(TableError) as missing:
        WorkerTable.from_rows([row], VOCABULARY, HORIZON)
    assert str(missing.value) == "workers, row 0, column 'busy': is missing"
    with pytest.raises(TableError) as double:
        ShiftTable.from_rows([shift_row(3), shift_row(2), shift_row(3)], VOCABULARY, HORIZON)
    assert str(double.value) == "shifts, row 2, column 'id': 3 was given in row 0 already"


def test_arrays_are_checked_like_rows() -> None:
    table = WorkerTable.from_rows([worker_row(1), worker_row(2)], VOCABULARY, HORIZON)
    cases: tuple[tuple[str, Any, str], ...] = (
        ("id", np.array([2, 1]), "workers, row 1, column 'id': must ascend"),
        ("pay_floor", np.array([0, -1]), "workers, row 1, column 'pay_floor': must lie between 0 and 10000000"),
        ("x", np.array([0.0, 1.0]), "workers, column 'x': must be int64 (2,), got float64 (2,)"),
        ("y", np.array([0]), "workers, column 'y': must be int64 (2,), got int64 (1,)"),
    )
    for column, values, problem in cases:
        changed: dict[str, Any] = {column: values}
        with pytest.raises(TableError) as refused:
            replace(table, **changed)
        assert str(refused.value) == problem


def test_market_refuses_tables_of_another_vocabulary_or_horizon() -> None:
    workers = WorkerTable.from_rows([worker_row(1)], VOCABULARY, HORIZON)
    shifts = ShiftTable.from_rows([shift_row(1)], VOCABULARY, HORIZON)
    other = CapabilityVocabulary.build(VOCABULARY.trades, VOCABULARY.certificates, version="test-2")
    with pytest.raises(TableError) as version:
        Market.build(workers, shifts, other, CARD, HORIZON)
    assert str(version.value) == "workers: built with vocabulary 'test-1', not 'test-2'"
    with pytest.raises(TableError) as days:
        Market.build(workers, shifts, VOCABULARY, CARD, Horizon(HORIZON.start, 6))
    assert str(days.value) == "workers, column 'available': 2 wide, the market needs 3"


def test_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = WorkerTable.from_rows([worker_row(1)], VOCABULARY, HORIZON)
    shifts = ShiftTable.from_rows([shift_row(1)], VOCABULARY, HORIZON)
    plain = Market.build(workers, shifts, VOCABULARY, CARD, HORIZON, kernel="numpy")
    assert plain.recommend(1, 1) == Market.build(workers, shifts, VOCABULARY, CARD, HORIZON).recommend(1, 1)
    monkeypatch.setattr("gongqiao.engines.matching.fast.compiled.is_installed", lambda: False)
    with pytest.raises(KernelMissing) as missing:
        Market.build(workers, shifts, VOCABULARY, CARD, HORIZON, kernel="numba")
    cure = "install requirements/fast.txt (numba and HiGHS) into the same environment"
    assert str(missing.value) == f"a market of 1 x 1 needs the numba kernel: {cure}"
    with pytest.raises(ValueError) as unknown:
        Market.build(workers, shifts, VOCABULARY, CARD, HORIZON, kernel="fast")
    assert str(unknown.value) == "kernel must be one of auto, numpy, numba, got 'fast'"


def test_unknown_ids_are_named_and_a_market_never_changes() -> None:
    market = market_of([worker_row(1)], [shift_row(1)])
    for ask in (
        lambda: market.shifts_for(2, 1),
        lambda: market.explain(2, 1),
        lambda: market.nearest_miss(2),
        lambda: market.apply([WithdrawWorkers((2,))]),
    ):
        with pytest.raises(KeyError) as unknown:
            ask()
        assert unknown.value.args == ("no worker 2 in this market",)
    with pytest.raises(ValueError):
        market.matrix().feasible[0, 0] = False
    closed = market.apply([CloseShifts((1,))])
    assert (closed.shifts_for(1, 1), len(market.shifts_for(1, 1))) == ((), 1)


def test_score_card_refuses_negative_points_and_describes_its_span() -> None:
    with pytest.raises(TableError) as negative:
        replace(CARD, tier_cap_points=-1)
    assert str(negative.value) == "score card: tier_cap_points must be 0 to 1000000, got -1"
    assert ScoreCard.default() == CARD
    assert CARD.most == sum(line.most for line in CARD.describe()) == 4300
    assert {line.least for line in CARD.describe()} == {0}
