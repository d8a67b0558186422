"""`./run bench web`: pages of a market of 2,000 people and 150 shifts, and the search among 50,000 files.

Through gunicorn with two workers on both databases, beside a Django that does nothing but show one page. The two
figures that the desk feels (board, search) are held to seconds; everything else to what the bare page takes.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg

from benchmarks.report import Row, at_most, percentile
from benchmarks.web.market import Facts
from benchmarks.web.server import BARE, OURS, ROOT, serving
from benchmarks.web.visitors import Load, Visitor, load
from tools import postgres

TITLE = "pages per second and p95 of job list, dossier, board and search on both databases, beside a bare Django page"
BOARD_SECONDS, SEARCH_SECONDS = 0.5, 0.3  # issue 2: on two cores, nothing else running
AS_MANY = {"job list": 60.0, "dossier": 50.0, "board": 90.0}  # times the bare page, at the most


@dataclass(frozen=True)
class Size:
    """How large, and how many requests a page gets; without `files` the search is measured in the first market."""

    people: int
    shifts: int
    days: int
    files: int
    requests: int


WHOLE = Size(people=2000, shifts=150, days=6, files=50_000, requests=200)
QUICK = Size(people=600, shifts=60, days=2, files=0, requests=40)


def run(quick: bool) -> Iterable[Row]:
    """SQLite, then PostgreSQL where there is one; the bare page is measured again beside each."""
    size = QUICK if quick else WHOLE
    yield from _on("SQLite", "", size)
    try:
        with postgres.running() as url:
            yield from _on("PostgreSQL", url, size)
    except postgres.NotHere as absence:
        yield Row("PostgreSQL", "measured when it is here", f"NOT measured: {absence}", True)


def _on(name: str, url: str, size: Size) -> Iterator[Row]:
    with _market(url, size.people, size.shifts, size.days) as (ours, facts):
        with serving(BARE, {}) as bare:
            yield from _pages(name, Visitor(bare), ours, facts, size)
        if not size.files:
            yield from _searches(name, ours, facts, size.people, size.requests)
    if size.files:
        with _another_database(url) as other, _market(other, size.files, 1, 1) as (ours, facts):
            yield from _searches(name, ours, facts, size.files, size.requests)


@contextmanager
def _market(url: str, people: int, shifts: int, days: int) -> Iterator[tuple[int, Facts]]:
    """A demo market of its own, served: the port, and what a visitor must know."""
    with built_in(url, people, shifts, days) as (env, facts), serving(OURS, env) as port:
        yield port, facts


@contextmanager
def built_in(url: str, people: int, shifts: int, days: int) -> Iterator[tuple[dict[str, str], Facts]]:
    """A demo market in a folder of its own: the environment of its processes, and what a visitor must know."""
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-web-") as home:
        env = {"GONGQIAO_HOME": home, "DATABASE_URL": url, "GONGQIAO_KEYRING": ""}
        yield env, built(env, people, shifts, days)


def _pages(name: str, bare: Visitor, port: int, facts: Facts, size: Size) -> Iterator[Row]:
    desk = desk_of(port, facts)
    worker = worker_of(port, desk, facts)
    paths = {
        "job list": (worker, [f"/m/{facts.market}/"]),
        "dossier": (desk, [f"/desk/dossiers/{pk}/" for pk in facts.dossiers]),
        "board": (desk, ["/desk/board/"]),
    }
    plain = load(bare, ["/"], 4 * size.requests)
    yield Row(f"{name}: a bare Django page", "the peer", _said(plain), True)
    for page, (visitor, wanted) in paths.items():
        seen = load(visitor, wanted, size.requests)
        ratio = statistics.median(seen.answers) / statistics.median(plain.answers)
        what = f"{name}: {page} ({_said(seen)}), median / that of the bare page"
        yield at_most(what, ratio, AS_MANY[page], " ×")
        if page == "board":
            what = f"{name}: board of {size.shifts} shifts × {size.people:,} people, p95"
            yield at_most(what, percentile(seen.answers, 0.95), BOARD_SECONDS, " s")
    yield from _after_a_change(name, desk, facts, size)


def _after_a_change(name: str, desk: Visitor, facts: Facts, size: Size) -> Iterator[Row]:
    """The board is slowest when something has just changed and the market is read anew: never over its limit either."""
    times = []
    for pk in facts.dossiers[: 6 if size is QUICK else 12]:
        desk.post(f"/desk/dossiers/{pk}/check-in/")
        begun = time.perf_counter()
        desk.get("/desk/board/")
        times.append(time.perf_counter() - begun)
    what = f"{name}: board right after a change, the slowest of {len(times)}"
    yield at_most(what, max(times), BOARD_SECONDS, " s")


def _searches(name: str, port: int, facts: Facts, files: int, requests: int) -> Iterator[Row]:
    desk = desk_of(port, facts)
    for what, words in facts.searches.items():
        seen = load(desk, [f"/desk/dossiers/?q={quote(words)}"], max(10, requests // 5))
        told = f"{name}: search by {what} among {files:,} files, p95"
        yield at_most(told, percentile(seen.answers, 0.95), SEARCH_SECONDS, " s")


def _said(seen: Load) -> str:
    return f"{seen.per_second:.0f}/s, p95 {1000 * percentile(seen.answers, 0.95):.0f} ms"


def desk_of(port: int, facts: Facts, username: str = "") -> Visitor:
    visitor = Visitor(port)
    visitor.sign_in("/sign-in/", username=username or facts.username, password=facts.password)
    return visitor


def worker_of(port: int, desk: Visitor, facts: Facts) -> Visitor:
    """A worker who signs in with the code that the desk hands over."""
    path = f"/desk/dossiers/{facts.worker}/"
    desk.post(f"{path}code/")
    said = re.search(r"验证码 (\d+)", desk.get(path))
    if said is None:
        raise RuntimeError("the desk shows no code")
    visitor = Visitor(port)
    visitor.sign_in("/sign-in/code/use/", phone=facts.phone, code=said[1])
    return visitor


@contextmanager
def _another_database(url: str) -> Iterator[str]:
    """Beside the first one, on the same server; SQLite makes its own in each home."""
    if url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE files")
    yield url.replace("/postgres?", "/files?")


def built(env: Mapping[str, str], people: int, shifts: int, days: int) -> Facts:
    command = [sys.executable, "-m", "benchmarks.web.market", *map(str, (people, shifts, days))]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the market was not built: {done.stderr[-600:]}")
    return Facts(**json.loads(done.stdout.splitlines()[-1]))
