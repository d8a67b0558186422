"""The same lists by table engines, in the best forms found: a join on 5 km cells, filters, top k.

Two plans. "cells": people as they are, skills tested as bits, as the goals were set against. "cells and trades": one
row per trade held, so that the join itself tests the trade. Both pack score and id into one integer as we do, so that
the top ten is one aggregate; their columns are made beforehand, outside the time. Places are all known here.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.cities import CARD, HORIZON, City
from gongqiao.engines.matching.fast.sides import constant_points
from gongqiao.engines.matching.fast.sieve import KEY_BITS, LAST_ROW, NOTHING
from gongqiao.engines.matching.workers import NOT_HELD

CELL = 5000
BATCH = 20_000
Columns = dict[str, NDArray[Any]]

# DuckDB's; Polars has the same as expressions. {skill} differs between the two plans.
FEASIBLE = """
    s.pay >= w.pay_floor
    AND (s.x - w.x) * (s.x - w.x) + (s.y - w.y) * (s.y - w.y) <= w.reach * w.reach
    AND (s.h0 & ~w.h0) = 0 AND (s.h1 & ~w.h1) = 0 AND (s.h2 & ~w.h2) = 0
    AND {skill}
    AND w.birth AND s.start >= w.age16 AND (NOT s.hazardous OR s.start >= w.age18)
    AND (s.paper < 0 OR (s.paper = w.paper1 AND w.until1 >= s.stop) OR (s.paper = w.paper2 AND w.until2 >= s.stop))
    AND NOT (w.busy0 < s.stop AND s.start < w.busy1)
    AND s.employer <> w.blocked
"""


def placed(city: City) -> City:
    """The same city with every place known."""
    workers, shifts = city
    return City(
        replace(workers, place_known=np.ones(len(workers), dtype=np.bool_)),
        replace(shifts, place_known=np.ones(len(shifts), dtype=np.bool_)),
    )


def worker_columns(city: City) -> Columns:
    """One row per person; hours as signed words, since the engines' bit operators want them so."""
    w = city.workers
    n = len(w)
    papers = np.full((n, 2), -2, dtype=np.int64)
    until = np.zeros((n, 2), dtype=np.int64)
    for nth in range(2):
        held = w.certificate_until != NOT_HELD
        rows = np.flatnonzero(held.sum(axis=1) > nth)
        at = np.argsort(~held[rows], axis=1, kind="stable")[:, nth]
        papers[rows, nth], until[rows, nth] = at, w.certificate_until[rows, at]
    columns = {
        "row": np.arange(n), "x": w.x, "y": w.y, "reach": w.max_distance_m, "pay_floor": w.pay_floor,
        "reference": np.where(w.pay_floor > 0, w.pay_floor, CARD.pay_reference), "base": constant_points(w, CARD),
        "birth": w.birth_known, "age16": w.age16_from, "age18": w.age18_from,
        "paper1": papers[:, 0], "until1": until[:, 0], "paper2": papers[:, 1], "until2": until[:, 1],
        "busy0": _first(w.busy.offsets, w.busy.values[:, 0], -1),
        "busy1": _first(w.busy.offsets, w.busy.values[:, 1], -1),
        "blocked": _first(w.blocked_employers.offsets, w.blocked_employers.values[:, 0], -1),
        "known": _first(w.worked_well.offsets, w.worked_well.values[:, 0], -1),
    }  # fmt: skip
    return columns | _hours(w.available)


def skill_columns(city: City) -> Columns:
    """One row per person and trade he does, level by number of bits held; trade -1 for everybody."""
    w = city.workers
    rows, trades, held, wish = [np.arange(len(w))], [np.full(len(w), -1)], [np.zeros(len(w), np.int64)], []
    wish.append(np.zeros(len(w), np.int64))
    for trade in np.unique(city.shifts.trade[city.shifts.trade >= 0]).tolist():
        word, shift = trade * 4 // 64, np.uint64(trade * 4 % 64)
        bits = (w.skill_bits[:, word] >> shift) & np.uint64(15)
        who = np.flatnonzero(bits)
        rows.append(who)
        trades.append(np.full(len(who), trade))
        held.append(np.bitwise_count(bits[who]).astype(np.int64))
        wish.append(((w.preferred_bits[who, word] >> shift) & np.uint64(1)).astype(np.int64))
    level = np.array([0, *CARD.level_points])[np.concatenate(held)]
    points = level + np.concatenate(wish) * CARD.preferred_trade_points
    return {
        "row": np.concatenate(rows), "trade": np.concatenate(trades), "held": np.concatenate(held) - 1,
        "points": points,
    }  # fmt: skip


def shift_columns(city: City) -> Columns:
    s = city.shifts
    asks = s.required_certificates.any(axis=1)
    columns = {
        "at": np.arange(len(s)), "x": s.x, "y": s.y, "trade": s.trade, "level": np.where(s.trade < 0, -1, s.min_level),
        "start": s.start, "stop": s.end, "pay": s.pay, "hazardous": s.hazardous, "employer": s.employer,
        "paper": np.where(asks, s.required_certificates.argmax(axis=1), -1), "cx": s.x // CELL, "cy": s.y // CELL,
    }  # fmt: skip
    return columns | _hours(s.needed_hours)


class Tables(NamedTuple):
    """What the engines are given, as columns; `words` = those of the skill bits that any shift asks for."""

    people: Columns
    skills: Columns
    jobs: Columns
    words: list[int]


def tables(city: City) -> Tables:
    people, jobs, asked = worker_columns(city), shift_columns(city), city.shifts.required_skills
    words = np.flatnonzero(asked.any(axis=0)).tolist()
    trade = np.maximum(city.shifts.trade, 0)
    for word in words:
        here = (city.shifts.trade >= 0) & (trade * 4 // 64 == word)
        shift = (trade * 4 % 64).astype(np.uint64)
        jobs[f"asks{word}"] = _signed(asked[:, word])
        jobs[f"trade{word}"] = _signed(np.where(here, np.uint64(15) << shift, np.uint64(0)))
        jobs[f"wish{word}"] = _signed(np.where(here, np.uint64(1) << shift, np.uint64(0)))
        people[f"can{word}"] = _signed(city.workers.skill_bits[:, word])
        people[f"likes{word}"] = _signed(city.workers.preferred_bits[:, word])
    return Tables(people, skill_columns(city), jobs, words)


def _signed(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.ascontiguousarray(words).view(np.int64)


def score_sql(points: str, divided: str = "//") -> str:
    """The card as an expression; `divided`: the operator for whole numbers, rounded down."""
    metres = "CAST(floor(sqrt((s.x - w.x) * (s.x - w.x) + (s.y - w.y) * (s.y - w.y))) AS BIGINT)"
    near = f"greatest({CARD.nearest_points} - {metres} {divided} {CARD.metres_per_point}, 0)"
    pay = f"least(greatest(s.pay - w.reference, 0) * {CARD.pay_points_per_yuan} {divided} 100, {CARD.pay_cap_points})"
    return f"w.base + {points} + {near} + {pay} + CASE WHEN w.known = s.employer THEN 200 ELSE 0 END"


def polars_lists(given: Tables, k: int, by_trade: bool) -> NDArray[np.int64]:
    """Keys (W, k), largest first."""
    import polars as pl

    people, skills, jobs = (pl.DataFrame(columns) for columns in given[:3])
    x, y = pl.col("x_right") - pl.col("x"), pl.col("y_right") - pl.col("y")
    squared = x * x + y * y
    near = (CARD.nearest_points - squared.sqrt().cast(pl.Int64) // CARD.metres_per_point).clip(lower_bound=0)
    pay = ((pl.col("pay") - pl.col("reference")).clip(lower_bound=0) * CARD.pay_points_per_yuan // 100).clip(
        upper_bound=CARD.pay_cap_points
    )
    known = pl.when(pl.col("known") == pl.col("employer")).then(200).otherwise(0)
    if by_trade:
        skill, points = [pl.col("held") >= pl.col("level")], pl.col("points")
    else:
        skill = [(pl.col(f"asks{n}") & ~pl.col(f"can{n}")) == 0 for n in given.words]
        held = pl.sum_horizontal((pl.col(f"can{n}") & pl.col(f"trade{n}")).bitwise_count_ones() for n in given.words)
        wish = pl.any_horizontal((pl.col(f"likes{n}") & pl.col(f"wish{n}")) != 0 for n in given.words)
        levels = dict(enumerate((0, *CARD.level_points)))
        points = held.replace_strict(levels, return_dtype=pl.Int64) + wish * CARD.preferred_trade_points
    score = pl.col("base") + points + near + pay + known
    hours = [(pl.col(f"h{n}_right") & ~pl.col(f"h{n}")) == 0 for n in range(HORIZON.words)]
    paper = (
        (pl.col("paper") < 0)
        | ((pl.col("paper") == pl.col("paper1")) & (pl.col("until1") >= pl.col("stop")))
        | ((pl.col("paper") == pl.col("paper2")) & (pl.col("until2") >= pl.col("stop")))
    )
    feasible = [
        pl.col("pay") >= pl.col("pay_floor"), squared <= pl.col("reach") ** 2, *skill, *hours,
        pl.col("birth"), pl.col("start") >= pl.col("age16"),
        ~pl.col("hazardous") | (pl.col("start") >= pl.col("age18")),
        paper, ~((pl.col("busy0") < pl.col("stop")) & (pl.col("start") < pl.col("busy1"))),
        pl.col("employer") != pl.col("blocked"),
    ]  # fmt: skip

    def cells(axis: str) -> pl.Expr:
        low, high = (pl.col(axis) - pl.col("reach")) // CELL, (pl.col(axis) + pl.col("reach")) // CELL
        return pl.int_ranges(low, high + 1).alias(f"c{axis}")

    keys = np.full((len(people), k), NOTHING, dtype=np.int64)
    for first in range(0, len(people), BATCH):
        batch = people.lazy().slice(first, BATCH)
        batch = batch.join(skills.lazy(), on="row") if by_trade else batch
        found = (
            batch.with_columns(cells("x")).explode("cx").with_columns(cells("y")).explode("cy")
            .join(jobs.lazy(), on=["cx", "cy", "trade"] if by_trade else ["cx", "cy"]).filter(*feasible)
            .select("row", key=score * 2**KEY_BITS + (LAST_ROW - pl.col("at")))
            .group_by("row").agg(pl.col("key").top_k(k)).collect(engine="streaming")
        )  # fmt: skip
        lists = found["key"].list.sort(descending=True)
        lengths = lists.list.len().to_numpy().astype(np.int64)
        rows, at = np.repeat(found["row"].to_numpy(), lengths), counted(lengths)
        keys[rows, at] = lists.explode().to_numpy()[: len(rows)]
    return keys


def duckdb_lists(given: Tables, k: int, by_trade: bool) -> NDArray[np.int64]:
    """Keys (W, k), largest first."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    for name, columns in zip(("p", "k", "j"), given[:3], strict=True):
        connection.register(f"{name}_view", columns)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_view")
    people = "p.*, k.trade, k.held, k.points" if by_trade else "p.*"
    key = f"({score_sql(_points_sql(given, by_trade))}) * {2**KEY_BITS} + ({LAST_ROW} - s.at)"
    source, same = ("p JOIN k USING (row)", "AND w.trade = s.trade") if by_trade else ("p", "")
    found = connection.execute(f"""
        WITH across AS (SELECT {people}, unnest(range((p.x - p.reach) // {CELL}, (p.x + p.reach) // {CELL} + 1)) AS cx
                        FROM {source}),
             w AS (SELECT *, unnest(range((y - reach) // {CELL}, (y + reach) // {CELL} + 1)) AS cy FROM across)
        SELECT w.row, max({key}, {k}) AS keys
        FROM w JOIN j s ON w.cx = s.cx AND w.cy = s.cy {same}
        WHERE {FEASIBLE.format(skill=_skill_sql(given, by_trade))} GROUP BY w.row
    """).fetchnumpy()
    keys = np.full((len(given.people["row"]), k), NOTHING, dtype=np.int64)
    lengths = np.array([len(line) for line in found["keys"]])
    if len(lengths):
        keys[np.repeat(found["row"], lengths), counted(lengths)] = np.concatenate(list(found["keys"]))
    return keys


def _skill_sql(given: Tables, by_trade: bool) -> str:
    if by_trade:
        return "w.held >= s.level"
    return " AND ".join(f"(s.asks{n} & ~w.can{n}) = 0" for n in given.words)


def _points_sql(given: Tables, by_trade: bool) -> str:
    if by_trade:
        return "w.points"
    held = " + ".join(f"CAST(bit_count(w.can{n} & s.trade{n}) AS BIGINT)" for n in given.words)
    wish = " OR ".join(f"(w.likes{n} & s.wish{n}) <> 0" for n in given.words)
    levels = " ".join(f"WHEN {count} THEN {points}" for count, points in enumerate(CARD.level_points, 1))
    return f"CASE {held} {levels} ELSE 0 END + CASE WHEN {wish} THEN {CARD.preferred_trade_points} ELSE 0 END"


def counted(lengths: NDArray[Any]) -> NDArray[np.int64]:
    """0, 1, 2 … within each list."""
    lengths = lengths.astype(np.int64)
    ends = np.cumsum(lengths)
    return np.arange(int(lengths.sum())) - np.repeat(ends - lengths, lengths)


def _first(offsets: NDArray[np.int64], values: NDArray[np.int64], absent: int) -> NDArray[np.int64]:
    """The only value of each row, or `absent`."""
    column = np.full(len(offsets) - 1, absent, dtype=np.int64)
    rows = np.flatnonzero(np.diff(offsets))
    column[rows] = values[offsets[rows]]
    return column


def _hours(words: NDArray[np.uint64]) -> Columns:
    return {f"h{n}": _signed(words[:, n]) for n in range(words.shape[1])}


def faiss_lists(city: City, mine: NDArray[np.int64], kind: str) -> tuple[Any, float]:
    """(search alone, recall of our ten among its 400 nearest).

    Vectors: capability bits of the trades asked for, hours and place; the inner product falls by a penalty for every
    bit that is asked for and not held, so that what fits comes first: the best case for such an index.
    """
    import faiss

    faiss.omp_set_num_threads(2)
    jobs, people = _vectors(city)
    width = jobs.shape[1]
    if kind == "flat":
        index = faiss.IndexFlatIP(width)
    else:
        index = faiss.IndexHNSWFlat(width + 1, 32, faiss.METRIC_L2)
        index.hnsw.efConstruction, index.hnsw.efSearch = 100, 800
        lengths = (jobs * jobs).sum(axis=1)
        extra = np.sqrt(np.maximum(lengths.max() - lengths, 0))[:, None]
        jobs = np.hstack([jobs, extra]).astype(np.float32)
        people = np.hstack([people, np.zeros((len(people), 1), np.float32)])
    index.add(jobs)
    nearest = index.search(people, min(400, len(jobs)))[1]
    wanted = np.where(mine == NOTHING, -1, LAST_ROW - (mine & LAST_ROW))
    found = sum(int(np.isin(row[row >= 0], near).sum()) for row, near in zip(wanted, nearest, strict=True))
    return lambda: index.search(people, min(400, len(jobs))), found / int((wanted >= 0).sum())


def _vectors(city: City) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    w, s = city
    asked = np.unpackbits(s.required_skills.view(np.uint8), axis=1, bitorder="little")
    used = np.flatnonzero(asked.any(axis=0))
    held = np.unpackbits(w.skill_bits.view(np.uint8), axis=1, bitorder="little")[:, used]
    hours = np.unpackbits(s.needed_hours.view(np.uint8), axis=1, bitorder="little")
    free = np.unpackbits(w.available.view(np.uint8), axis=1, bitorder="little")
    # -penalty x (asked and not held), and -distance^2 spread over the product: x.y - |y|^2 / 2 with |x|^2 dropped
    near = np.column_stack([s.x / 1000, s.y / 1000, -(s.x.astype(float) ** 2 + s.y.astype(float) ** 2) / 2e6])
    home = np.column_stack([w.x / 1000, w.y / 1000, np.ones(len(w))])
    jobs = np.hstack([asked[:, used], hours, near])
    people = np.hstack([-200.0 * (1 - held), -200.0 * (1 - free), home])
    return jobs.astype(np.float32), people.astype(np.float32)
