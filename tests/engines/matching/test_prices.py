"""The auctions and the bound by themselves, on made-up numbers."""

from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gongqiao.engines.matching.auction import NO_SHIFT, sell
from gongqiao.engines.matching.intervals import demand, order_by_end
from gongqiao.engines.matching.response import bid_for_packages

POINTS = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=1, max_size=5)
SEATS = st.lists(st.integers(1, 2), min_size=4, max_size=4)
SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6)), min_size=4, max_size=4)
PRICES = st.lists(st.integers(0, 15), min_size=4, max_size=4)


@given(POINTS, SEATS)
@settings(max_examples=100, deadline=None)
def test_finished_sale_in_fine_steps_is_the_best_and_its_prices_prove_it(
    points: list[list[int]], seats: list[int]
) -> None:
    scale = len(points) + 1
    worth = np.array(points, dtype=np.int64) * scale
    shift = np.tile(np.arange(4), (len(points), 1))
    sale = sell(worth, shift, np.array(seats), eps=1, most_rounds=10_000)
    sold = np.flatnonzero(sale.shift_of != NO_SHIFT)
    value = int(worth[sold, sale.shift_of[sold]].sum()) // scale
    plans = (p for p in product(range(-1, 4), repeat=len(points)) if all(p.count(j) <= seats[j] for j in range(4)))
    best = max(sum(points[i][j] for i, j in enumerate(plan) if j >= 0) for plan in plans)
    gains = np.maximum(worth - sale.price, 0).max(axis=1).sum()
    assert sale.finished
    assert value == best == int(gains + (sale.price * np.array(seats)).sum()) // scale
    assert bool((np.bincount(sale.shift_of[sold], minlength=4) <= seats).all())


@given(POINTS, SPANS, PRICES, st.integers(1, 3), st.integers(0, 2))
@settings(max_examples=100, deadline=None)
def test_demand_is_each_workers_best_set(
    points: list[list[int]], spans: list[tuple[int, int]], prices: list[int], k: int, rest: int
) -> None:
    start = np.array([begin for begin, _ in spans])
    end = np.array([begin + length for begin, length in spans])
    worth, price = np.array(points, dtype=np.int64), np.array(prices, dtype=np.int64)
    order = order_by_end(start, end, rest, k)
    sets = [
        chosen
        for size in range(k + 1)
        for chosen in combinations(range(4), size)
        if all(end[a] + rest <= start[b] or end[b] + rest <= start[a] for a, b in combinations(chosen, 2))
    ]
    gain = np.where(worth > 0, worth - price, -(10**6))
    expected = [max(int(sum(row[j] for j in chosen)) for chosen in sets) for row in gain]
    alone = [demand(worth[i : i + 1], price, order) for i in range(len(points))]
    together = demand(worth, price, order)
    assert [one.best for one in alone] == expected
    assert together.best == sum(expected)
    assert [int((gain[i] * one.wanted).sum()) for i, one in enumerate(alone)] == expected
    assert together.wanted.tolist() == np.array([one.wanted for one in alone]).sum(axis=0).tolist()


def test_packages_go_to_those_who_outbid_in_whole_steps() -> None:
    """Three want one seat: the price climbs by steps until the two weaker go home; a free seat keeps its price."""
    worth = np.array([[100, 0], [103, 0], [90, 5]])
    order = order_by_end(np.array([0, 5]), np.array([5, 9]), 0, 2)
    assert bid_for_packages(worth, np.array([1, 1]), np.zeros(2, dtype=np.int64), order, 2) == [[], [0], [1]]
