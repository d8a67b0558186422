"""What a course would open: counted by hand, the plain way and the compiled way."""

import numpy as np
import pytest

from gongqiao.engines.matching import Course, CourseEffect, TableError, UpsertWorkers, WorkerTable
from tests.engines.matching.markets import HORIZON, VOCABULARY, edgy_rows, market_of, shift_row, town_rows, worker_row

COURSES = [
    Course("cook", {"cook": 1}),
    Course("mason", {"mason": 3}),
    Course("welder with papers", {"welder": 2}, ("electric", "height")),
    Course("health", certificates=("health",)),
    Course("nothing"),
]


@pytest.mark.parametrize("seed", range(40))
def test_the_compiled_way_equals_the_plain_way(seed: int) -> None:
    workers, shifts = edgy_rows(seed)
    plain, compiled = (market_of(workers, shifts, kernel=kernel) for kernel in ("numpy", "numba"))
    for least in (1, 2):
        assert compiled.course_effects(COURSES, least_shifts=least) == plain.course_effects(COURSES, least_shifts=least)
        assert compiled.best_courses(COURSES, 3, least_shifts=least) == plain.best_courses(
            COURSES, 3, least_shifts=least
        )


def test_more_than_64_courses_and_changes_beside_the_index() -> None:
    workers, shifts = town_rows(4, 120, 50)
    many = [
        Course(f"{trade.code} {level}", {trade.code: level}) for trade in VOCABULARY.trades for level in (None, 1, 2, 3)
    ]
    plain, compiled = (market_of(workers, shifts, kernel=kernel) for kernel in ("numpy", "numba"))
    assert len(many) == 72
    assert compiled.course_effects(many) == plain.course_effects(many)
    assert compiled.course_effects([]) == plain.course_effects([]) == []
    more = UpsertWorkers(WorkerTable.from_rows(town_rows(5, 30, 0)[0], VOCABULARY, HORIZON))
    assert compiled.apply([more]).course_effects(many) == plain.apply([more]).course_effects(many)


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
def test_three_figures_by_hand(kernel: str) -> None:
    """Two who cannot cook, two cooking shifts (three seats), one of which the second cannot reach."""
    workers = [
        worker_row(1),
        worker_row(2, max_distance_m=1000),
        worker_row(3, skills={"cook": 1}, max_distance_m=1000),
    ]
    shifts = [shift_row(1, trade="cook", seats=2), shift_row(2, trade="cook", x=5000)]
    market = market_of(workers, shifts, kernel=kernel)
    (effect,) = market.course_effects([COURSES[0]], least_shifts=2, prices={1: 0, 2: 0})
    best = max(market_of([worker_row(1, skills={"cook": 1})], shifts).explain(1, shift).score for shift in (1, 2))
    assert effect == CourseEffect("cook", 1, 2, 3, seats_unlocked=2, value=2 * best)
    assert market.best_courses(COURSES, 5) == [("cook", 2)]


def test_prices_take_the_gain_away() -> None:
    market = market_of([worker_row(1)], [shift_row(1, trade="cook")])
    (dear,) = market.course_effects([COURSES[0]], prices={1: 100_000})
    assert (dear.workers_gaining, dear.value) == (1, 0)


def test_unknown_code_and_double_course_are_refused() -> None:
    market = market_of([worker_row(1)], [shift_row(1)])
    with pytest.raises(TableError, match="course 'x': unknown trade 'sailor'"):
        market.course_effects([Course("x", {"sailor": 1})])
    with pytest.raises(TableError, match="given twice"):
        market.course_effects([Course("x"), Course("x")])
    with pytest.raises(ValueError, match="least_shifts"):
        market.course_effects([Course("x")], least_shifts=0)
    assert np.array_equal(market.workers.id, [1])
