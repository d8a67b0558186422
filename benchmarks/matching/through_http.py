"""Questions through the product's own server: gunicorn, the view, the matcher's socket, the page; one at a time.

The market stands in a database, registered and verified through the real actions, and the matcher makes its own from
it, as every day. That is what limits its size here: a snapshot of a million files would take minutes, so a million is
asked in process (`online`) and this says what the way through the server adds.

Held to the goal is the time of an answer less what its way through client and web worker stood in line for a
processor that other work held (the kernel counts that), because this machine is shared; the clock's own stands beside.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.report import Row, at_most, percentile
from benchmarks.web import built, desk_of, worker_of
from benchmarks.web.market import Facts
from benchmarks.web.server import OURS, answering, serving

PEOPLE, SHIFTS, DAYS = 20_000, 2000, 2
ASKED = 200
MILLISECONDS = 30.0


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
        line = _in_line()
        for what, ask in asks.items():
            clock, own = _milliseconds(ask, shifts, line)
            said = f"p50 {percentile(clock, 0.5):.1f} ms, p95 {percentile(clock, 0.95):.1f} ms"
            yield Row(f"{market}: {what}, by the clock", "", said, True)
            yield at_most(f"{market}: {what}, p95 less standing in line", percentile(own, 0.95), MILLISECONDS, " ms")


@contextmanager
def _market() -> Iterator[tuple[int, Facts]]:
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-") as home:
        env = {"GONGQIAO_HOME": home, "DATABASE_URL": "", "GONGQIAO_KEYRING": "", "GONGQIAO_MATCHER": "process"}
        env["GONGQIAO_MATCHER_SOCKET"] = os.path.join(home, "m.sock")
        facts = built(env, PEOPLE, SHIFTS, DAYS)
        with answering(env), serving(OURS, env) as port:
            yield port, facts


def _milliseconds(ask: Callable[[str], object], shifts: list[str], line: list[Path]) -> tuple[list[float], list[float]]:
    """Of each answer by the clock, and less standing in line; the first few warm the workers and are not counted."""
    clock, own = [], []
    for at in range(-8, ASKED):
        stood, begun = _stood(line), time.perf_counter()
        ask(shifts[at % len(shifts)])
        spent = 1000 * (time.perf_counter() - begun)
        clock.append(spent)
        own.append(spent - (_stood(line) - stood))
    return clock[8:], own[8:]


def _in_line() -> list[Path]:
    """Where the kernel counts how long this thread and each worker of gunicorn waited for a processor."""
    servers = [pid for pid in _children("self") if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    workers = [worker for server in servers for worker in _children(server)]
    return [Path(f"/proc/{pid}/schedstat") for pid in ("self", *workers)]


def _children(pid: str) -> list[str]:
    found = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    return [child for part in found for child in part]


def _stood(line: list[Path]) -> float:
    """Milliseconds in all so far."""
    return sum(int(counts.read_text().split()[1]) for counts in line) / 1e6
