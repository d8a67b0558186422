"""The compiled kernel against the plain one, to the last bit; what both must do whatever the market."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongqiao.engines.matching import (
    CloseShifts,
    KernelMissing,
    Market,
    MarketTooLarge,
    ShiftTable,
    TableError,
    UpsertShifts,
    UpsertWorkers,
    WithdrawWorkers,
    WorkerTable,
    means,
    warm_up,
)
from gongqiao.engines.matching.auction import sell
from gongqiao.engines.matching.fast import sale
from gongqiao.engines.matching.fast.compiled import sources_mark
from gongqiao.engines.matching.fast.grids import G_COLUMNS, G_ROWS, G_SHIFT, MOST_EMPTY, grids_of, strips_of
from tests.engines.matching.markets import (
    CARD,
    HORIZON,
    VOCABULARY,
    edgy_rows,
    market_of,
    shift_row,
    town_rows,
    worker_row,
)

Row = dict[str, Any]


def both(workers: list[Row], shifts: list[Row]) -> tuple[Market, Market]:
    return market_of(workers, shifts, kernel="numpy"), market_of(workers, shifts, kernel="numba")


def check_equal(plain: Market, compiled: Market) -> None:
    """Every list, every price, asked for together and one by one."""
    assert compiled.crowding() == plain.crowding()
    for eased in (False, True):
        for k in (1, 3, 20):
            assert compiled.recommend(k, k, eased) == plain.recommend(k, k, eased)
        for worker in plain.workers.id.tolist():
            assert compiled.shifts_for(worker, 4, ease_crowding=eased) == plain.shifts_for(
                worker, 4, ease_crowding=eased
            )
    for shift in plain.shifts.id.tolist():
        assert compiled.workers_for(shift, 4) == plain.workers_for(shift, 4)


@pytest.mark.parametrize("seed", range(60))
def test_edgy_markets_give_the_same_lists(seed: int) -> None:
    check_equal(*both(*edgy_rows(seed)))


@pytest.mark.parametrize(("seed", "people", "jobs"), [(1, 300, 90), (2, 40, 400), (3, 900, 9), (4, 1, 50), (5, 50, 1)])
def test_towns_give_the_same_lists(seed: int, people: int, jobs: int) -> None:
    check_equal(*both(*town_rows(seed, people, jobs)))


@pytest.mark.parametrize(("people", "jobs"), [(0, 0), (0, 5), (5, 0)])
def test_empty_sides(people: int, jobs: int) -> None:
    check_equal(*both([worker_row(n) for n in range(people)], [shift_row(n) for n in range(jobs)]))


def test_the_far_ends_of_the_world_and_the_very_metre() -> None:
    """Coordinates that 32-bit floats cannot hold, limits met exactly and missed by a metre, and no limit at all."""
    far = 20_000_000
    places = [(0, 0), (far, far), (-far, -far), (far - 1, far), (-far, far), (16_777_217, 3), (3, 16_777_217)]
    limits = [0, 1, 5, 1000, None]
    workers = [
        worker_row(n, x=x, y=y, max_distance_m=limits[n % 5]) for n, (x, y) in enumerate(place for place in places * 5)
    ]
    shifts = [shift_row(n, x=min(x + n % 3, far), y=y) for n, (x, y) in enumerate(places * 3)]
    check_equal(*both(workers, shifts))


def test_a_limit_met_exactly_in_every_direction() -> None:
    around = [(3000, 4000), (-3000, 4000), (4000, -3000), (-5000, 0), (0, 5000), (3001, 4000), (-5001, 0), (0, -5001)]
    plain, compiled = both(
        [worker_row(1, max_distance_m=5000)], [shift_row(n, x=x, y=y) for n, (x, y) in enumerate(around)]
    )
    check_equal(plain, compiled)
    assert [s.shift_id for s in compiled.shifts_for(1, 9)] == [0, 1, 2, 3, 4]


def test_shifts_that_ask_for_more_than_their_row_says() -> None:
    """A table may be made from columns: several skills, and hours that are not those of its start and end."""
    plain, _ = both(*town_rows(6, 200, 60))
    skills, hours = plain.shifts.required_skills.copy(), plain.shifts.needed_hours.copy()
    skills[::2] |= skills[np.roll(np.arange(len(skills)), 3)][::2]
    hours[1::4] = 0
    hours[2::4] |= np.uint64(1) << np.uint64(9)
    columns = {name: getattr(plain.shifts, name) for name in ShiftTable.column_names()}
    shifts = ShiftTable(
        vocabulary_version=VOCABULARY.version, **(columns | {"required_skills": skills, "needed_hours": hours})
    )
    check_equal(*(Market.build(plain.workers, shifts, VOCABULARY, CARD, HORIZON, kernel=k) for k in ("numpy", "numba")))


@pytest.mark.parametrize("seed", range(25))
def test_changes_beside_the_index_equal_a_market_built_afresh(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    plain, compiled = both(workers, shifts)
    for step in range(3):
        more_workers, more_shifts = edgy_rows(seed + 1000 * (step + 1))
        changes = (
            WithdrawWorkers(tuple(plain.workers.id[::3].tolist())),
            UpsertShifts(ShiftTable.from_rows(more_shifts, VOCABULARY, HORIZON)),
            CloseShifts(tuple(plain.shifts.id[::4].tolist())),
            UpsertWorkers(WorkerTable.from_rows(more_workers, VOCABULARY, HORIZON)),
        )
        plain, compiled = plain.apply(changes), compiled.apply(changes)
        check_equal(plain, compiled)
    afresh = Market.build(plain.workers, plain.shifts, VOCABULARY, CARD, HORIZON, kernel="numba")
    assert compiled.recommend(5, 5) == afresh.recommend(5, 5)


def test_many_changes_lead_to_a_new_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongqiao.engines.matching.fast.city.SMALLEST_REBUILD", 10)
    plain, compiled = both(*town_rows(11, 100, 40))
    more = UpsertWorkers(WorkerTable.from_rows(town_rows(12, 30, 0)[0], VOCABULARY, HORIZON))
    changed = compiled.apply([more])
    assert changed._city is not None
    assert len(changed._city.workers) == 1
    check_equal(plain.apply([more]), changed)


def test_changes_must_fit_the_market_and_ids_must_be_there() -> None:
    compiled = both(*town_rows(13, 20, 10))[1]
    for change, wrong in ((WithdrawWorkers((999,)), "no worker 999"), (CloseShifts((999,)), "no shift 999")):
        with pytest.raises(KeyError, match=wrong):
            compiled.apply([change])
    gone = compiled.apply([WithdrawWorkers((3,)), CloseShifts((4,))])
    for ask in (lambda: gone.shifts_for(3, 1), lambda: gone.workers_for(4, 1)):
        with pytest.raises(KeyError):
            ask()
    late = shift_row(1, start=10, end=20)
    table = ShiftTable.from_rows([late], VOCABULARY, HORIZON)
    columns = {name: getattr(table, name) for name in ShiftTable.column_names()} | {"end": np.array([10**7])}
    with pytest.raises(TableError, match="shifts, row 0, column 'end'"):
        compiled.apply([UpsertShifts(ShiftTable(vocabulary_version=VOCABULARY.version, **columns))])


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_the_compiled_auction_gives_the_very_prices(data: st.DataObject) -> None:
    people, goods, width = (data.draw(st.integers(1, most)) for most in (9, 5, 4))
    numbers = st.integers(-3, 40)
    values = data.draw(st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=people, max_size=people))
    which = st.lists(st.integers(0, goods - 1), min_size=width, max_size=width)
    shift = data.draw(st.lists(which, min_size=people, max_size=people))
    seats = data.draw(st.lists(st.integers(1, 12), min_size=goods, max_size=goods))
    rounds = data.draw(st.integers(0, 30))
    columns = [np.array(column, dtype=np.int64) for column in (values, shift, seats)]
    plain, compiled = (way(*columns, eps=2, most_rounds=rounds) for way in (sell, sale.sell))
    assert compiled.price.tolist() == plain.price.tolist()
    assert compiled.shift_of.tolist() == plain.shift_of.tolist()
    assert compiled.finished is plain.finished


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_other_ids_in_the_same_order_change_nothing_else(kernel: str, seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    renamed = market_of(
        [row | {"id": 7 * row["id"] + 5} for row in workers], [row | {"id": 3 * row["id"] + 1} for row in shifts],
        kernel=kernel,
    ).recommend(4, 4)  # fmt: skip
    found = market_of(workers, shifts, kernel=kernel).recommend(4, 4)
    assert {w: [(s.shift_id, s.score) for s in line] for w, line in renamed.for_workers.items()} == {
        7 * w + 5: [(3 * s.shift_id + 1, s.score) for s in line] for w, line in found.for_workers.items()
    }


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
@given(seed=st.integers(0, 10_000), dx=st.integers(-9_000_000, 9_000_000), dy=st.integers(-9_000_000, 9_000_000))
@settings(max_examples=15, deadline=None)
def test_moving_the_whole_map_changes_nothing(kernel: str, seed: int, dx: int, dy: int) -> None:
    def moved(rows: list[Row]) -> list[Row]:
        return [row if row["x"] is None else row | {"x": row["x"] + dx, "y": row["y"] + dy} for row in rows]

    workers, shifts = edgy_rows(seed)
    there = market_of(moved(workers), moved(shifts), kernel=kernel).recommend(4, 4)
    assert there == market_of(workers, shifts, kernel=kernel).recommend(4, 4)


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_a_capability_nobody_asks_for_changes_nothing(kernel: str, seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    more = [row | {"skills": {**row["skills"], "other-3": 3}} for row in workers]
    assert market_of(more, shifts, kernel=kernel).recommend(4, 4) == market_of(
        workers, shifts, kernel=kernel
    ).recommend(4, 4)


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
@given(seed=st.integers(0, 10_000), more=st.integers(1, 200))
@settings(max_examples=15, deadline=None)
def test_higher_pay_never_loses_anybody(kernel: str, seed: int, more: int) -> None:
    workers, shifts = edgy_rows(seed)
    before, after = (
        market_of(workers, rows, kernel=kernel).recommend(1, 20, False).for_shifts
        for rows in (shifts, [row | {"pay": row["pay"] + more} for row in shifts])
    )
    for shift, line in before.items():
        scores = {s.worker_id: s.score for s in after[shift]}
        assert all(scores[s.worker_id] >= s.score for s in line)


def test_too_large_says_how_much_and_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    people, jobs = (market_of(*town_rows(3, 300, 50))).workers, market_of(*town_rows(3, 300, 50)).shifts
    for kernel, what, bytes_ in (("numpy", "whole matrices", 10_000), ("numba", "an index", 10_000)):
        with pytest.raises(MarketTooLarge, match=f"{what} of 300 workers x 50 shifts need about 0 MiB"):
            Market.build(people, jobs, VOCABULARY, CARD, HORIZON, kernel=kernel, memory_bytes=bytes_)
    monkeypatch.setattr(means, "SMALL_PAIRS", 1000)
    monkeypatch.setattr(means, "is_installed", lambda: False)
    small = Market.build(people, jobs, VOCABULARY, CARD, HORIZON)
    assert small._city is None
    with pytest.raises(KernelMissing, match=r"300 x 50 is too large without numba: install requirements/fast\.txt"):
        Market.build(people, jobs, VOCABULARY, CARD, HORIZON, memory_bytes=10_000)


def test_warm_up_compiles_into_the_folder_it_is_given(tmp_path: Path) -> None:
    """In a process of its own, since a process keeps what it has compiled."""
    code = "import pathlib, sys; from gongqiao.engines import matching; matching.warm_up(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    assert len(list(tmp_path.rglob("*.nbc"))) >= 5
    unwritable = tmp_path / "file"
    unwritable.write_text("")
    with pytest.raises(OSError):
        warm_up(unwritable)


def test_a_changed_source_asks_for_new_kernels(tmp_path: Path) -> None:
    """Kernels are made of several files; the cache must not know one of them only."""
    for name in ("exact.py", "sieve.py"):
        (tmp_path / name).write_text("ONE = 1\n")
    before = sources_mark(tmp_path)
    assert sources_mark(tmp_path) == before
    (tmp_path / "exact.py").write_text("ONE = 2\n")
    assert sources_mark(tmp_path) != before
    assert Path(numba.config.CACHE_DIR).name == sources_mark(Path(sale.__file__).parent)


def test_threads_do_not_change_the_answer() -> None:
    workers, shifts = town_rows(21, 5000, 60)
    people, jobs = (
        WorkerTable.from_rows(workers, VOCABULARY, HORIZON),
        ShiftTable.from_rows(shifts, VOCABULARY, HORIZON),
    )
    one, three = (
        Market.build(people, jobs, VOCABULARY, CARD, HORIZON, kernel="numba", threads=n).recommend(5, 9) for n in (1, 3)
    )
    assert one == three


@pytest.mark.parametrize(("town", "apart"), [(900, 3_000_000), (40_000, 100_000), (40_000, 0)])
def test_the_strips_hold_every_place_once_whatever_lies_between_towns(town: int, apart: int) -> None:
    """Two towns, some people without a place, and a group with nobody in it."""
    r, n = np.random.default_rng(3), 4000
    x = r.integers(0, town, n) + np.where(np.arange(n) < n // 2, 0, apart)
    y, placed, group = r.integers(0, town, n), r.random(n) < 0.9, r.choice([0, 2], n)
    grids, order = grids_of(x, y, placed, group, 3, 16)
    assert sorted(order.tolist()) == list(range(n))
    spans = strips_of(grids)
    assert sorted(at for first, end in spans.tolist() for at in range(first, end)) == list(range(n))
    assert (grids.facts[:, G_COLUMNS] * grids.facts[:, G_ROWS]).max() <= MOST_EMPTY * (n // 16 + 4)


def test_empty_land_between_two_towns_makes_no_cell_wider() -> None:
    r, n = np.random.default_rng(4), 4000
    x, y, group = r.integers(0, 40_000, n), r.integers(0, 40_000, n), np.zeros(n, dtype=np.int64)
    placed = np.ones(n, dtype=np.bool_)
    one = grids_of(x, y, placed, group, 1, 8)[0]
    second = np.concatenate([x, x + 140_000]), np.concatenate([y, y])
    two = grids_of(*second, np.tile(placed, 2), np.tile(group, 2), 1, 8)[0]
    assert two.facts[0, G_SHIFT] == one.facts[0, G_SHIFT] == 11  # 12 where the land between counts
