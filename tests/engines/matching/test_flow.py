"""The flow solver on instances whose optimum is known."""

import gzip
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.fast import transport
from gongqiao.engines.matching.fast.flow import SCALE_STEP, Network

KNOWN = Path(__file__).parent / "known"


def solved(tail: Int64, head: Int64, capacity: Int64, cost: Int64, supply: Int64) -> Int64:
    """Units along each arc, by all scales from nothing."""
    network = Network(tail, head, capacity, cost, supply, np.zeros(len(supply), dtype=np.int64))
    step = int(np.abs(network.cost).max(initial=1))
    while step > 1:
        step = max(1, step // SCALE_STEP)
        network.refine(step)
    return network.sent()


@pytest.mark.parametrize(("name", "optimum"), [("gig_300x120", 122_007), ("mcf_60", 5905)])
def test_known_optimum(name: str, optimum: int) -> None:
    lines = gzip.decompress((KNOWN / f"{name}.min.gz").read_bytes()).decode().splitlines()
    words = [line.split() for line in lines]
    (nodes,) = [int(w[2]) for w in words if w[0] == "p"]
    supply = np.zeros(nodes, dtype=np.int64)
    for w in words:
        if w[0] == "n":
            supply[int(w[1]) - 1] = int(w[2])
    arcs = np.array([[int(n) for n in w[1:]] for w in words if w[0] == "a"], dtype=np.int64)
    tail, head, capacity, cost = arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 3], arcs[:, 4]
    sent = solved(tail, head, capacity, cost, supply)
    assert int((sent * cost).sum()) == optimum
    assert bool(((sent >= 0) & (sent <= capacity)).all())
    moved = np.bincount(tail, sent, minlength=nodes) - np.bincount(head, sent, minlength=nodes)
    assert moved.tolist() == supply.tolist()


@given(st.lists(st.lists(st.integers(-50, 50), min_size=4, max_size=4), min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_square_assignment_equals_trying_all(cost: list[list[int]]) -> None:
    best = min(sum(cost[i][j] for i, j in enumerate(order)) for order in permutations(range(4)))
    i, j = np.divmod(np.arange(16), 4)
    flat = np.array(cost, dtype=np.int64).ravel()
    supply = np.array([1] * 4 + [-1] * 4, dtype=np.int64)
    sent = solved(i, j + 4, np.ones(16, dtype=np.int64), flat, supply)
    assert int((sent * flat).sum()) == best


@st.composite
def towns(draw: st.DrawFn) -> tuple[Int64, Int64, Int64, Int64, Int64]:
    """(first, group, worth, seats, opening): few people and groups, many ties, some seats worth less than nothing."""
    people, groups, top = draw(st.integers(0, 12)), draw(st.integers(1, 6)), draw(st.sampled_from([1, 3, 2000]))
    wanted = [draw(st.lists(st.integers(0, groups - 1), unique=True)) for _ in range(people)]
    group = np.array([one for mine in wanted for one in mine], dtype=np.int64)
    worth = np.array([draw(st.integers(-1, top)) for _ in group], dtype=np.int64)
    seats = np.array([draw(st.sampled_from([1, 2, 2**40])) for _ in range(groups)], dtype=np.int64)
    opening = np.array([draw(st.integers(0, 2 * top)) for _ in range(groups)], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum([len(mine) for mine in wanted])]).astype(np.int64)
    return first, group, worth, seats, opening


@given(towns(), st.sampled_from([0, 1, transport.TURNS_EACH]))
@settings(max_examples=300, deadline=None)
def test_seats_and_prices_prove_each_other(town: tuple[Int64, ...], turns: int) -> None:
    """Wherever the auction stopped, also before its first turn: a plan, and prices whose bound is its value."""
    first, group, worth, seats, opening = town
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport, "TURNS_EACH", turns)
        taken, price = transport.seated(first, group, worth, seats, opening)
    owner = np.repeat(np.arange(len(first) - 1), np.diff(first))
    assert int(np.bincount(owner[taken], minlength=1).max()) <= 1
    assert bool((np.bincount(group[taken], minlength=len(seats)) <= seats).all())
    assert bool((price >= 0).all())
    gain = np.zeros(len(first) - 1, dtype=np.int64)
    np.maximum.at(gain, owner, worth - price[group])
    assert int(worth[taken].sum()) == sum(map(int, gain)) + sum(
        int(p) * int(s) for p, s in zip(price, seats, strict=True)
    )
