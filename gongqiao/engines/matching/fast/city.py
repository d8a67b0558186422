"""A market too large for whole matrices: the two tables indexed, asked one by one or all at once, changed in place.

Rows that came or changed since the index was built lie in a small second part beside it, rows that left are struck out
in the sieve's columns; both are examined by the same kernels, so an answer never differs from that of a new index.
"""

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Protocol, Self, TypeVar

import numpy as np

from gongqiao.engines.matching.changes import CloseShifts, MarketChange, UpsertShifts, UpsertWorkers, WithdrawWorkers
from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast import sieve
from gongqiao.engines.matching.fast.folding import Slots
from gongqiao.engines.matching.fast.grids import strips_of
from gongqiao.engines.matching.fast.sides import (
    LANES,
    CardNumbers,
    Classes,
    Float32,
    Int32,
    ReadShifts,
    ShiftGroups,
    ShiftSide,
    WorkerSide,
    by_class,
    card_numbers,
    shift_side,
    worker_side,
)
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable

REBUILD_SHARE = 50  # a part of more than a fiftieth of the index is worth a new index
SMALLEST_REBUILD = 1000
BLOCK_PLACES = 2000
MOST_THREADS = 16
STRUCK_OUT = np.float32(np.inf)


AnyTable = TypeVar("AnyTable", WorkerTable, ShiftTable)
Rows = TypeVar("Rows", bound=WorkerTable | ShiftTable, covariant=True)
Prices = tuple[Int64, ...]  # one column per part of the shifts, by row


class Picks(NamedTuple):
    """Best first: ids (n, k) int64, -1 where there are fewer; values (n, k) what the list is ranked by."""

    ids: Int64
    values: Int64


class Part(Protocol[Rows]):
    """What both sides' parts have in common."""

    @property
    def table(self) -> Rows: ...
    @property
    def alive(self) -> Bool: ...
    @property
    def place(self) -> Int64: ...
    def without(self, rows: Int64) -> Self: ...


@dataclass(frozen=True, eq=False)
class WorkerPart:
    table: WorkerTable
    side: WorkerSide
    classes: Classes
    alive: Bool

    @cached_property
    def place(self) -> Int64:
        return _inverse(self.side.facts[:, 0])

    @cached_property
    def blocks(self) -> list[Int64]:
        """Spans of places (n, 2) that one thread takes at a time, near ones together."""
        spans = strips_of(self.classes.grids)
        counted = np.cumsum(spans[:, 1] - spans[:, 0])
        return np.split(spans, np.flatnonzero(np.diff(counted // BLOCK_PLACES)) + 1) if len(spans) else []

    def without(self, rows: Int64) -> "WorkerPart":
        """Rows struck out: no pay reaches their floor."""
        floor, alive = self.side.floor.copy(), self.alive.copy()
        floor[self.place[rows]] = STRUCK_OUT
        alive[rows] = False
        return replace(self, side=self.side._replace(floor=floor), alive=alive)


@dataclass(frozen=True, eq=False)
class ShiftPart:
    table: ShiftTable
    side: ShiftSide
    groups: ShiftGroups
    alive: Bool
    _last_price: tuple[Int64, tuple[Int64, Float32, np.float32]] | None = None

    @cached_property
    def place(self) -> Int64:
        return _inverse(self.side.facts[:, 0])

    @cached_property
    def never(self) -> Float32:
        """Floors where no shift's list is asked for."""
        return np.full(len(self.table) + LANES, sieve.NEVER, dtype=np.float32)

    @cached_property
    def nobody(self) -> Int64:
        """The shifts' lists where none are asked for."""
        return np.empty((len(self.table), 0), dtype=np.int64)

    def by_place(self, price: Int64, most: int) -> tuple[Int64, Float32, np.float32]:
        """Prices in the order of the places, whole and as the sieve's floats, and the slack these need.

        The sieve's 32-bit bound may lie a little below the true one; the slack is that, generously. What was last asked
        for is kept: one query after the other brings the same prices.
        """
        if self._last_price is None or self._last_price[0] is not price:
            ordered, narrow = price[self.side.facts[:, 0]], np.zeros(len(price) + LANES, dtype=np.float32)
            narrow[: len(price)] = ordered
            slack = np.float32(2 + (most + int(np.abs(price).max(initial=0))) * 2**-19)
            object.__setattr__(self, "_last_price", (price, (ordered, narrow, slack)))
        assert self._last_price is not None
        return self._last_price[1]

    def scratch(self, k: int) -> sieve.Scratch:
        """Memory for one thread that goes through these shifts for lists of k."""
        return sieve.scratch_for(self.groups.grids.rows, len(self.groups.grids.facts), k)

    def without(self, rows: Int64) -> "ShiftPart":
        """Rows struck out: they pay less than any floor."""
        pay, alive = self.side.pay.copy(), self.alive.copy()
        pay[self.place[rows]] = -STRUCK_OUT
        alive[rows] = False
        return replace(self, side=self.side._replace(pay=pay), alive=alive)


@dataclass(frozen=True, eq=False)
class City:
    """Build with `City.of`. One or two parts a side."""

    card: ScoreCard
    slots: Slots
    workers: tuple[WorkerPart, ...]
    shifts: tuple[ShiftPart, ...]
    threads: int

    @classmethod
    def of(
        cls, workers: WorkerTable, shifts: ShiftTable, card: ScoreCard, horizon: Horizon, threads: int | None = None
    ) -> "City":
        """Index both tables; `threads` None = as many as the machine has processors, at most 16."""
        read, found = ReadShifts.of(shifts), threads or min(MOST_THREADS, os.cpu_count() or 1)
        slots = read.slots(horizon.hours)
        parts = (_worker_part(workers, card, slots),), (_shift_part(shifts, read, slots),)
        return cls(card, slots, *parts, found)

    @cached_property
    def numbers(self) -> CardNumbers:
        return card_numbers(self.card)

    @cached_property
    def most(self) -> int:
        """No score is higher; kept, since the card adds it up anew each time it is asked."""
        return self.card.most

    def tables(self) -> tuple[WorkerTable, ShiftTable]:
        """Both tables as they stand, struck-out rows gone."""
        workers, shifts = _standing(self.workers[0]), _standing(self.shifts[0])
        for people in self.workers[1:]:
            workers = workers.upsert(_standing(people))
        for jobs in self.shifts[1:]:
            shifts = shifts.upsert(_standing(jobs))
        return workers, shifts

    def find_worker(self, worker_id: int) -> tuple[WorkerPart, int]:
        """The part and the row of a worker; KeyError where there is none."""
        return _find(self.workers, worker_id)

    def find_shift(self, shift_id: int) -> tuple[ShiftPart, int]:
        return _find(self.shifts, shift_id)

    def prices(self, shift_ids: Int64, price: Int64) -> Prices:
        """Prices by ascending shift id, laid out as `shifts_for` and `all_lists` want them."""
        rows = [np.minimum(np.searchsorted(shift_ids, part.table.id), len(shift_ids) - 1) for part in self.shifts]
        return tuple(np.where(part.alive, price[at], 0) for part, at in zip(self.shifts, rows, strict=True))

    @cached_property
    def free(self) -> Prices:
        """No price on anything."""
        return tuple(np.zeros(len(part.table), dtype=np.int64) for part in self.shifts)

    def shifts_for(self, worker_id: int, k: int, prices: Prices | None = None) -> list[tuple[int, int]]:
        """(shift id, score - price) of the k best of one worker."""
        part, row = self.find_worker(worker_id)
        given = zip(self.shifts, prices or self.free, strict=True)
        lists = [self._of_worker(part, row, shifts, k, price) for shifts, price in given]
        return _one_merged(lists, [shifts.table.id for shifts in self.shifts], k)

    def workers_for(self, shift_id: int, k: int) -> list[tuple[int, int]]:
        """(worker id, score) of the k best of one shift."""
        part, row = self.find_shift(shift_id)
        lists = [self._of_shift(part, row, workers, k) for workers in self.workers]
        return _one_merged(lists, [workers.table.id for workers in self.workers], k)

    def all_lists(
        self, k_shifts: int, k_workers: int, prices: Prices | None = None, least: int | None = None
    ) -> tuple[Picks, Picks]:
        """(workers' lists, shifts' lists), rows by ascending id; k = 0 leaves a side out.

        `least`: only pairs worth more than this, less price, enter the workers' lists.
        """
        given = list(zip(self.shifts, prices or self.free, strict=True))
        blocks = [
            [self.block(workers, shifts, k_shifts, k_workers, price, least) for shifts, price in given]
            for workers in self.workers
        ]
        worker_ids, shift_ids = [w.table.id for w in self.workers], [s.table.id for s in self.shifts]
        mine = [_merged([keys for keys, _ in line], shift_ids, k_shifts) for line in blocks]
        columns = range(len(self.shifts))
        theirs = [_merged([line[at][1] for line in blocks], worker_ids, k_workers) for at in columns]
        return _in_order(mine, self.workers), _in_order(theirs, self.shifts)

    def block(
        self,
        workers: WorkerPart,
        shifts: ShiftPart,
        k_shifts: int,
        k_workers: int,
        price: Int64,
        least: int | None = None,
    ) -> tuple[Int64, Int64]:
        """Keys of one pair of parts: (W, k_shifts) and (J, k_workers) by row, largest first."""
        people, jobs = len(workers.table), len(shifts.table)
        by_place, narrow, slack = shifts.by_place(price, self.most)
        lowest = sieve.NOTHING if least is None else (least << sieve.KEY_BITS) + sieve.LAST_ROW
        mine = np.empty((people, k_shifts), dtype=np.int64)
        floor = np.full(jobs + LANES, sieve.ANYTHING if k_workers else sieve.NEVER, dtype=np.float32)
        heaps = [np.full((jobs, k_workers), sieve.NOTHING, dtype=np.int64) for _ in range(self.threads)]
        blocks = _Shared(workers.blocks)

        def work(heap: Int64) -> None:
            scratch, seen = shifts.scratch(k_shifts), np.zeros(2, dtype=np.int64)
            for spans in blocks:
                sieve.both_sides(
                    spans, workers.side, shifts.side, shifts.groups, self.numbers,
                    by_place, narrow, floor, slack, scratch, lowest, mine, heap, seen,
                )  # fmt: skip

        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(work, heaps))
        theirs = np.empty((jobs, k_workers), dtype=np.int64)
        best = np.sort(np.concatenate(heaps, axis=1), axis=1)[:, ::-1] if self.threads > 1 else heaps[0]
        theirs[shifts.side.facts[:, 0]] = best[:, :k_workers]
        return np.where(mine == lowest, sieve.NOTHING, mine) if least is not None else mine, theirs

    def _of_worker(self, workers: WorkerPart, row: int, shifts: ShiftPart, k: int, price: Int64) -> Int64:
        scratch, seen = shifts.scratch(k), np.zeros(2, dtype=np.int64)
        by_place, narrow, slack = shifts.by_place(price, self.most)
        sieve.one_worker(
            int(workers.place[row]), workers.side, shifts.side, shifts.groups, self.numbers, by_place, narrow,
            shifts.never, slack, scratch, scratch.mine, shifts.nobody, seen,
        )  # fmt: skip
        return scratch.mine

    def _of_shift(self, shifts: ShiftPart, row: int, workers: WorkerPart, k: int) -> Int64:
        theirs, classes = np.full(k, sieve.NOTHING, dtype=np.int64), workers.classes
        sieve.one_shift(
            int(shifts.place[row]), workers.side, shifts.side, classes.grids, classes.reach, self.numbers,
            np.float32(2 + self.most * 2**-19), sieve.scratch_for(classes.grids.rows, 0, 0), theirs,
        )  # fmt: skip
        return theirs

    def changed(self, changes: Sequence[MarketChange]) -> "City | None":
        """The city after the changes, in order; None when so much has changed that a new index is due.

        Withdrawing or closing an id that is not there is a KeyError.
        """
        city = self
        for change in changes:
            match change:
                case UpsertWorkers(table=people):
                    standing = city.workers[0].without(_gone(city.workers[0], people))
                    latest = _worker_part(_latest(city.workers, people), self.card, self.slots)
                    city = replace(city, workers=(standing, latest))
                case UpsertShifts(table=opened):
                    still_open = city.shifts[0].without(_gone(city.shifts[0], opened))
                    newest = _shift_part(_latest(city.shifts, opened), None, self.slots)
                    city = replace(city, shifts=(still_open, newest))
                case WithdrawWorkers(ids=ids):
                    city = replace(city, workers=_struck_out(city.workers, ids))
                case CloseShifts(ids=ids):
                    city = replace(city, shifts=_struck_out(city.shifts, ids))
        return None if _overgrown(city.workers) or _overgrown(city.shifts) else city


AnyPart = TypeVar("AnyPart", WorkerPart, ShiftPart)


def _worker_part(table: WorkerTable, card: ScoreCard, slots: Slots) -> WorkerPart:
    classes, order = by_class(table)
    side = worker_side(table, order, card, slots)
    return WorkerPart(table, side, classes, np.ones(len(table), dtype=np.bool_))


def _shift_part(table: ShiftTable, read: ReadShifts | None, slots: Slots) -> ShiftPart:
    side, groups = shift_side(read or ReadShifts.of(table), slots)
    return ShiftPart(table, side, groups, np.ones(len(table), dtype=np.bool_))


def _inverse(order: Int64 | Int32) -> Int64:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def _find(parts: Sequence[AnyPart], row_id: int) -> tuple[AnyPart, int]:
    for part in parts:
        at = int(np.searchsorted(part.table.id, row_id))
        if at < len(part.table) and int(part.table.id[at]) == row_id and part.alive[at]:
            return part, at
    raise KeyError(f"no {parts[0].table.NOUN} {row_id} in this market")


def _standing(part: Part[AnyTable]) -> AnyTable:
    """The rows that are not struck out."""
    return part.table.take(np.flatnonzero(part.alive))


def _gone(part: Part[AnyTable], table: AnyTable) -> Int64:
    """Rows of the part that are given again."""
    return np.flatnonzero(np.isin(part.table.id, table.id) & part.alive)


def _latest(parts: Sequence[Part[AnyTable]], table: AnyTable) -> AnyTable:
    """The rows of the second part, the given ones among them."""
    second = _standing(parts[1]) if len(parts) > 1 else parts[0].table.take(np.zeros(0, dtype=np.int64))
    return second.upsert(table)


def _struck_out(parts: tuple[AnyPart, ...], ids: Iterable[int]) -> tuple[AnyPart, ...]:
    wanted = [_find(parts, row_id) for row_id in ids]
    rows = [np.array([row for part, row in wanted if part is own], dtype=np.int64) for own in parts]
    return tuple(part.without(gone) if len(gone) else part for part, gone in zip(parts, rows, strict=True))


def _overgrown(parts: Sequence[WorkerPart] | Sequence[ShiftPart]) -> bool:
    first = len(parts[0].table)
    loose = int((~parts[0].alive).sum()) + sum(len(part.table) for part in parts[1:])
    return loose > max(SMALLEST_REBUILD, first // REBUILD_SHARE)


class _Shared:
    """One iterator for all threads: whoever is free takes the next block."""

    def __init__(self, blocks: list[Int64]) -> None:
        self.lock, self.source = threading.Lock(), iter(blocks)

    def __iter__(self) -> Iterator[Int64]:
        return self

    def __next__(self) -> Int64:
        with self.lock:
            return next(self.source)


def _merged(keys: list[Int64], ids: list[Int64], k: int) -> Picks:
    """Keys of the same rows against several parts, as one list each: by value, then by the smaller id."""
    values = np.concatenate([part >> sieve.KEY_BITS for part in keys], axis=1)
    found = np.concatenate([_ids_of(part, own) for part, own in zip(keys, ids, strict=True)], axis=1)
    if len(keys) > 1:
        order = np.lexsort((found, -values), axis=1)[:, :k]
        values, found = np.take_along_axis(values, order, axis=1), np.take_along_axis(found, order, axis=1)
    return Picks(found, np.where(found < 0, 0, values))


def _one_merged(keys: list[Int64], ids: list[Int64], k: int) -> list[tuple[int, int]]:
    """As `_merged` for a single row, quicker: entries of one part come in order as they are."""
    found: list[tuple[int, int]] = []
    for part, own in zip(keys, ids, strict=True):
        there = part[part != sieve.NOTHING]
        rows = own[sieve.LAST_ROW - (there & sieve.LAST_ROW)]
        found += zip(rows.tolist(), (there >> sieve.KEY_BITS).tolist(), strict=True)
    if len(keys) > 1:
        found.sort(key=lambda entry: (-entry[1], entry[0]))
    return found[:k]


def _ids_of(keys: Int64, ids: Int64) -> Int64:
    if not len(ids):
        return np.full(keys.shape, -1, dtype=np.int64)
    rows = np.where(keys == sieve.NOTHING, 0, sieve.LAST_ROW - (keys & sieve.LAST_ROW))
    return np.where(keys == sieve.NOTHING, -1, ids[rows])


def _in_order(lists: list[Picks], parts: Sequence[WorkerPart] | Sequence[ShiftPart]) -> Picks:
    """The lists of all parts by ascending id; rows struck out are gone."""
    ids = np.concatenate([part.table.id[part.alive] for part in parts])
    order = np.argsort(ids)
    alive = [part.alive for part in parts]
    found = np.concatenate([one.ids[rows] for one, rows in zip(lists, alive, strict=True)])[order]
    values = np.concatenate([one.values[rows] for one, rows in zip(lists, alive, strict=True)])[order]
    return Picks(found, values)
