"""What may change in a market between two looks at it."""

from dataclasses import dataclass

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
