"""Questions through the product's own server: gunicorn, the view, the matcher's socket, the page; one at a time.

The market stands in a database, registered and verified through the real actions, and the matcher makes its own from
it, as every day. That is what limits its size here: a snapshot of a million files would take minutes, so a million is
asked in process (`online`) and this says what the way through the server adds.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.report import Row, at_most, percentile
from benchmarks.web import built, desk_of, worker_of
from benchmarks.web.market import Facts
from benchmarks.web.server import OURS, answering, serving

PEOPLE, SHIFTS, DAYS = 20_000, 2000, 2
ASKED = 200
SECONDS = 0.03


def rows(quick: bool) -> Iterator[Row]:
    if quick:
        yield Row("questions through HTTP", "whole run", "NOT measured: its market takes two minutes to build", True)
        return
    with _market() as (port, facts):
        desk = desk_of(port, facts)
        worker = worker_of(port, desk, facts)
        shifts = sorted(set(re.findall(r"shift=(\d+)", desk.get("/desk/board/"))), key=int)
        market = f"through HTTP, {PEOPLE:,} people in the database, {len(shifts):,} shifts tomorrow"
        asks: dict[str, Callable[[str], object]] = {
            "a shift: whom to call and why, why it is open, the cheapest change": lambda shift: desk.get(
                f"/desk/board/shifts/{shift}/", part=True
            ),
            "a shift: one yuan more, how many more": lambda shift: desk.get(
                f"/desk/board/shifts/{shift}/what-if/?more=10", part=True
            ),
            "a worker: his page, the five best of today and tomorrow first": lambda _shift: worker.get(
                f"/m/{facts.market}/"
            ),
        }
        for what, ask in asks.items():
            seen = _seconds(ask, shifts)
            yield Row(f"{market}: {what}, p50", "", f"{1000 * percentile(seen, 0.5):.1f} ms", True)
            yield at_most(f"{market}: {what}, p95", 1000 * percentile(seen, 0.95), 1000 * SECONDS, " ms")


@contextmanager
def _market() -> Iterator[tuple[int, Facts]]:
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-") as home:
        env = {"GONGQIAO_HOME": home, "DATABASE_URL": "", "GONGQIAO_KEYRING": "", "GONGQIAO_MATCHER": "process"}
        env["GONGQIAO_MATCHER_SOCKET"] = os.path.join(home, "m.sock")
        facts = built(env, PEOPLE, SHIFTS, DAYS)
        with answering(env), serving(OURS, env) as port:
            yield port, facts


def _seconds(ask: Callable[[str], object], shifts: list[str]) -> list[float]:
    """Of each answer; the first few warm the two workers and are not counted."""
    seen = []
    for at in range(-8, ASKED):
        begun = time.perf_counter()
        ask(shifts[at % len(shifts)])
        seen.append(time.perf_counter() - begun)
    return seen[8:]
