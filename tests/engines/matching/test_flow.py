"""The flow solver on instances whose optimum is known."""

import gzip
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongqiao.engines.matching.columns import Int64
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
