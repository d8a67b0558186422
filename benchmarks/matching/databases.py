"""The same lists by databases with an index on places, in the best forms found, for a sample of the workers.

Both are asked worker by worker, trade by trade: an index on trade and place finds the shifts of one trade within
reach, the other rules filter, ten remain. PostgreSQL: GiST on (trade, point) and LATERAL. SQLite: R*Tree with the
trade as a third axis. Each has a connection per processor, tables analysed and in memory, and columns made beforehand.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.matching.cities import City, city
from benchmarks.matching.lists import K, workers_keys
from benchmarks.matching.peers import FEASIBLE, Columns, Tables, counted, placed, score_sql, tables
from benchmarks.report import Row, at_least, exactly
from gongqiao.engines.matching.fast.sieve import KEY_BITS, LAST_ROW, NOTHING
from tools import postgres

Line = TypeVar("Line")
AT_ONCE = os.cpu_count() or 1
KEY = f"({score_sql('k.points', '/')}) * {2**KEY_BITS} + ({LAST_ROW} - s.at)"
RULES = FEASIBLE.format(skill="k.held >= s.level")

IN_POSTGRES = f"""
    SELECT w.row, best.key
    FROM p w CROSS JOIN LATERAL (
        SELECT {KEY} AS key
        FROM k JOIN j s ON s.trade = k.trade AND s.place <@ circle(point(w.x, w.y), w.reach)
        WHERE k.row = w.row AND {RULES}
        ORDER BY key DESC LIMIT %s
    ) best
    WHERE w.row >= %s AND w.row < %s
"""
IN_SQLITE = f"""
    SELECT w.row, {KEY} AS key
    FROM p w CROSS JOIN k ON k.row = w.row
         CROSS JOIN r ON r.trade0 <= k.trade AND r.trade1 >= k.trade
             AND r.x0 <= w.x + w.reach AND r.x1 >= w.x - w.reach AND r.y0 <= w.y + w.reach AND r.y1 >= w.y - w.reach
         CROSS JOIN j s ON s.at = r.at
    WHERE w.row = ? AND {RULES.replace("greatest(", "max(").replace("least(", "min(")}
    ORDER BY key DESC LIMIT ?
""".replace("greatest(", "max(").replace("least(", "min(")


class Peer(NamedTuple):
    """`lists()`: keys (W, k), largest first; `elsewhere()`: CPU seconds spent so far in processes of its own."""

    lists: Callable[[], NDArray[np.int64]]
    elsewhere: Callable[[], float]


def rows(quick: bool) -> Iterator[Row]:
    """Per worker: ours for everybody, index and all; theirs for a sample, indexes made beforehand."""
    people, asked = 100_000, 2000 if quick else 5000
    place = placed(city(people, people // 10, 1))
    mine = workers_keys(place)
    ours = Peer(lambda: workers_keys(place), lambda: 0.0)
    sampled, given = sample(place, asked)
    for name, opened in (("PostgreSQL GiST + LATERAL", postgres_lists), ("SQLite R*Tree", sqlite_lists)):
        what = f"{people:,} x {people // 10:,}: {name}, {asked:,} workers"
        try:
            with opened(given, K) as peer:
                yield exactly(f"{what}: lists equal", bool(np.array_equal(mine[sampled], peer.lists())), True)
                times = [_spent([ours, peer]) for _ in range(2 if quick else 4)]
        except postgres.NotHere as absence:
            yield Row(what, "measured when it is here", f"NOT measured: {absence}", True)
            continue
        best = np.min(times, axis=0) / [[people], [asked]]
        wall, cpu = best[1] / best[0]
        yield Row(f"{what}: wall per worker, of ours", "", f"{wall:.0f} × ({1e6 * best[1, 0]:.0f} µs)", True)
        yield at_least(f"{what}: CPU per worker, of ours", float(cpu), 50, " ×")


def _spent(peers: Sequence[Peer]) -> list[tuple[float, float]]:
    """Wall and CPU seconds of each, one after the other; the client's own included."""
    runs = []
    for peer in peers:
        cpu, wall = time.process_time() + peer.elsewhere(), time.perf_counter()
        peer.lists()
        runs.append((time.perf_counter() - wall, time.process_time() + peer.elsewhere() - cpu))
    return runs


def sample(city: City, people: int) -> tuple[NDArray[np.int64], Tables]:
    """Rows of workers drawn evenly, and the tables of the city with these alone."""
    rows = np.arange(0, len(city.workers), len(city.workers) // people)[:people]
    return rows, tables(City(city.workers.take(rows), city.shifts))


@contextmanager
def postgres_lists(given: Tables, k: int) -> Iterator[Peer]:
    """postgres.NotHere where there is no server to start."""
    with postgres.running() as url, ExitStack() as open_lines:
        lines = [open_lines.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(AT_ONCE)]
        lines[0].execute("CREATE EXTENSION btree_gist")
        for name, columns in _named(given):
            types = ", ".join(f"{column} {_postgres_type(values)}" for column, values in columns.items())
            lines[0].execute(f"CREATE TABLE {name} ({types})")
            with lines[0].cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for row in _rows(columns):
                    copy.write_row(row)
        lines[0].execute("""
            ALTER TABLE p ADD PRIMARY KEY (row);
            CREATE INDEX k_row ON k (row) INCLUDE (trade, held, points);
            ALTER TABLE j ADD place point; UPDATE j SET place = point(x, y);
            CREATE INDEX j_where ON j USING gist (trade, place);
            CLUSTER j USING j_where
        """)
        lines[0].execute("VACUUM ANALYZE")
        for line in lines:
            line.execute("SET jit = off")  # quicker than with it for each question of this size

        def ask(line: psycopg.Connection[Any], first: int, last: int) -> list[tuple[int, int]]:
            return line.execute(IN_POSTGRES, (k, first, last)).fetchall()

        servers = [line.info.backend_pid for line in lines]
        yield Peer(_divided(lines, ask, len(given.people["row"]), k), lambda: sum(map(_cpu_of, servers)))


def _cpu_of(process: int) -> float:
    """Seconds, in steps of the kernel's clock (mostly 0.01)."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def sqlite_lists(given: Tables, k: int) -> Iterator[Peer]:
    """It works in this process."""
    with tempfile.TemporaryDirectory(prefix="gongqiao-rtree-") as folder, ExitStack() as open_lines:
        path = Path(folder) / "city.sqlite3"
        _fill_sqlite(path, given)
        lines = []
        for _ in range(AT_ONCE):
            line = sqlite3.connect(path, check_same_thread=False)
            open_lines.callback(line.close)
            line.execute("PRAGMA cache_size = -262144")
            lines.append(line)

        def ask(line: sqlite3.Connection, first: int, last: int) -> list[tuple[int, int]]:
            return [found for row in range(first, last) for found in line.execute(IN_SQLITE, (row, k))]

        yield Peer(_divided(lines, ask, len(given.people["row"]), k), lambda: 0.0)


def _fill_sqlite(path: Path, given: Tables) -> None:
    with sqlite3.connect(path) as line:
        for name, columns in _named(given):
            key = {"p": "row", "j": "at"}.get(name)
            types = ", ".join(f"{column} INTEGER{' PRIMARY KEY' * (column == key)}" for column in columns)
            line.execute(f"CREATE TABLE {name} ({types})")
            line.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", _rows(columns))
        line.execute("CREATE INDEX k_row ON k (row, trade, held, points)")
        line.execute("CREATE VIRTUAL TABLE r USING rtree(at, x0, x1, y0, y1, trade0, trade1)")
        line.execute("INSERT INTO r SELECT at, x, x, y, y, trade, trade FROM j ORDER BY trade, cx, cy")
        line.execute("ANALYZE")
    line.close()


def _named(given: Tables) -> Iterator[tuple[str, Columns]]:
    """The names of SCORE and FEASIBLE; only the columns that these read."""
    people, skills, jobs = ({n: v for n, v in c.items() if not _is_word(n)} for c in given[:3])
    return zip(("p", "k", "j"), (people, skills, jobs), strict=True)


def _is_word(column: str) -> bool:
    """Skills as bits, which the plan by trade has no use for."""
    return column.rstrip("0123456789") in ("can", "likes", "asks", "trade", "wish") and column[-1].isdigit()


def _postgres_type(values: NDArray[Any]) -> str:
    return "boolean" if values.dtype == np.bool_ else "bigint"


def _rows(columns: Columns) -> Iterator[tuple[Any, ...]]:
    return zip(*(values.tolist() for values in columns.values()), strict=True)


def _divided(
    lines: list[Line], ask: Callable[[Line, int, int], list[tuple[int, int]]], people: int, k: int
) -> Callable[[], NDArray[np.int64]]:
    """All workers, an equal share on each connection at the same time."""
    ends = np.linspace(0, people, len(lines) + 1).astype(int).tolist()

    def lists() -> NDArray[np.int64]:
        keys = np.full((people, k), NOTHING, dtype=np.int64)
        with ThreadPoolExecutor(len(lines)) as pool:
            for found in pool.map(ask, lines, ends[:-1], ends[1:]):
                _laid_out(keys, np.array(found, dtype=np.int64).reshape(-1, 2))
        return keys

    return lists


def _laid_out(keys: NDArray[np.int64], found: NDArray[np.int64]) -> None:
    """(row, key) in any order into lists, largest first."""
    found = found[np.lexsort((-found[:, 1], found[:, 0]))]
    keys[found[:, 0], counted(np.bincount(found[:, 0], minlength=len(keys)))] = found[:, 1]
