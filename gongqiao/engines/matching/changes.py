"""What may change in a market between two looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64, Table
from gongqiao.engines.matching.scan import Scan, scan
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable


@dataclass(frozen=True, eq=False)
class UpsertWorkers:
    """People who came, or whose rows changed."""

    table: WorkerTable


@dataclass(frozen=True, eq=False)
class UpsertShifts:
    """Shifts that were opened, or whose rows changed (a seat taken is a changed row)."""

    table: ShiftTable


@dataclass(frozen=True)
class WithdrawWorkers:
    """People who are no longer looking."""

    ids: tuple[int, ...]


@dataclass(frozen=True)
class CloseShifts:
    """Shifts that are full, cancelled or past."""

    ids: tuple[int, ...]


MarketChange = UpsertWorkers | UpsertShifts | WithdrawWorkers | CloseShifts


def changed_tables(
    workers: WorkerTable, shifts: ShiftTable, changes: Sequence[MarketChange]
) -> tuple[WorkerTable, ShiftTable]:
    """The tables after the changes, in order; withdrawing or closing an id that is not there is a KeyError."""
    for change in changes:
        match change:
            case UpsertWorkers(table=people):
                workers = workers.upsert(people)
            case UpsertShifts(table=opened):
                shifts = shifts.upsert(opened)
            case WithdrawWorkers(ids=ids):
                workers = workers.without(ids)
            case CloseShifts(ids=ids):
                shifts = shifts.without(ids)
    return workers, shifts


def rescan(
    before: tuple[WorkerTable, ShiftTable, Scan],
    workers: WorkerTable,
    shifts: ShiftTable,
    card: ScoreCard,
    changes: Sequence[MarketChange],
) -> Scan:
    """Both matrices of the new tables: pairs of two untouched rows are copied, all others examined."""
    old_workers, old_shifts, old = before
    same_w = _untouched(old_workers, workers, [c.table.id for c in changes if isinstance(c, UpsertWorkers)])
    same_s = _untouched(old_shifts, shifts, [c.table.id for c in changes if isinstance(c, UpsertShifts)])
    kept_w, kept_s, new_s = np.flatnonzero(same_w), np.flatnonzero(same_s), np.flatnonzero(~same_s)
    new_w, everything = np.flatnonzero(~same_w), np.arange(len(shifts))
    source = np.ix_(
        np.searchsorted(old_workers.id, workers.id[kept_w]), np.searchsorted(old_shifts.id, shifts.id[kept_s])
    )
    shape = (len(workers), len(shifts))
    result = Scan(np.empty(shape, dtype=np.bool_), np.empty(shape, dtype=np.int32))
    _paste(result, kept_w, kept_s, Scan(old.feasible[source], old.score[source]))
    _paste(result, kept_w, new_s, scan(workers.take(kept_w), shifts.take(new_s), card))
    _paste(result, new_w, everything, scan(workers.take(new_w), shifts, card))
    return result


def _untouched(old: Table, new: Table, upserted: Sequence[Int64]) -> Bool:
    """Rows of `new` that were in `old` and were not given again."""
    given = np.concatenate([new.id[:0], *upserted])
    return np.isin(new.id, old.id) & ~np.isin(new.id, given)


def _paste(result: Scan, rows: Int64, columns: Int64, part: Scan) -> None:
    place = np.ix_(rows, columns)
    result.feasible[place] = part.feasible
    result.score[place] = part.score
