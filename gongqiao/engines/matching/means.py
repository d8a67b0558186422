"""What a market is built with: which kernel, how much memory, and whether the tables fit together."""

import importlib
from dataclasses import dataclass
from typing import Any

from gongqiao.engines.matching.columns import check_all
from gongqiao.engines.matching.errors import KernelMissing, MarketTooLarge, TableError
from gongqiao.engines.matching.fast.compiled import WHAT_TO_INSTALL, is_installed, require
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary
from gongqiao.engines.matching.workers import WorkerTable

KERNELS = ("auto", "numpy", "numba")
SMALL_PAIRS = 4_000_000  # up to here whole matrices are quicker than an import of numba
BYTES_PER_PAIR = 5
BYTES_PER_ROW = 600  # of either side: table, index and lists of ten to twenty, measured at 1,000,000 x 100,000


@dataclass(frozen=True)
class Means:
    """kernel: auto, numpy or numba; threads: None = all processors; memory_bytes: no market may need more."""

    kernel: str
    threads: int | None
    memory_bytes: int

    def __post_init__(self) -> None:
        if self.kernel not in KERNELS:
            raise ValueError(f"kernel must be one of {', '.join(KERNELS)}, got {self.kernel!r}")
        if self.threads is not None and self.threads < 1:
            raise ValueError(f"threads must be 1 or more, got {self.threads!r}")

    @property
    def may_compile(self) -> bool:
        """Whether a small market may ask the compiled kernel for what it does better."""
        return self.kernel != "numpy" and is_installed()

    def is_dense(self, workers: int, shifts: int) -> bool:
        """Whether whole matrices are kept; raises where neither way is possible."""
        pairs = workers * shifts
        if self.kernel == "numpy" or (self.kernel == "auto" and pairs <= SMALL_PAIRS):
            self.check_dense(workers, shifts)
            return True
        if self.kernel == "auto" and not is_installed():
            if pairs * BYTES_PER_PAIR <= self.memory_bytes:
                return True
            raise KernelMissing(f"a market of {workers:,} x {shifts:,} is too large without numba: {WHAT_TO_INSTALL}")
        require(f"a market of {workers:,} x {shifts:,}")
        self._check("an index", workers, shifts, (workers + shifts) * BYTES_PER_ROW)
        return False

    def check_dense(self, workers: int, shifts: int) -> None:
        """MarketTooLarge where whole matrices would not fit into the memory granted."""
        self._check("whole matrices", workers, shifts, workers * shifts * BYTES_PER_PAIR)

    def _check(self, what: str, workers: int, shifts: int, needed: int) -> None:
        if needed > self.memory_bytes:
            raise MarketTooLarge(
                f"{what} of {workers:,} workers x {shifts:,} shifts need about {needed / 2**20:,.0f} MiB, "
                f"granted are {self.memory_bytes / 2**20:,.0f} MiB (memory_bytes)"
            )


def fast() -> Any:
    """The compiled half; imported when first needed, since numba takes a third of a second."""
    require("this")
    return importlib.import_module("gongqiao.engines.matching.fast.door")


def check_fit(workers: WorkerTable, shifts: ShiftTable, vocabulary: CapabilityVocabulary, horizon: Horizon) -> None:
    """Tables, vocabulary and horizon must speak of the same bits and the same days."""
    for name, table in (("workers", workers), ("shifts", shifts)):
        if table.vocabulary_version != vocabulary.version:
            raise TableError(f"{name}: built with vocabulary {table.vocabulary_version!r}, not {vocabulary.version!r}")
    for name, found, wanted in (
        ("workers, column 'skill_bits'", workers.skill_bits.shape[1], vocabulary.words),
        ("workers, column 'preferred_bits'", workers.preferred_bits.shape[1], vocabulary.words),
        ("workers, column 'certificate_until'", workers.certificate_until.shape[1], len(vocabulary.certificates)),
        ("workers, column 'available'", workers.available.shape[1], horizon.words),
        ("shifts, column 'required_skills'", shifts.required_skills.shape[1], vocabulary.words),
        ("shifts, column 'required_certificates'", shifts.required_certificates.shape[1], len(vocabulary.certificates)),
        ("shifts, column 'needed_hours'", shifts.needed_hours.shape[1], horizon.words),
    ):
        if found != wanted:
            raise TableError(f"{name}: {found} wide, the market needs {wanted}")
    for name, good in (
        ("trade", shifts.trade < len(vocabulary.trades)),
        ("start", shifts.start < horizon.start_minutes),
        ("end", shifts.end <= horizon.minutes),
    ):
        check_all("shifts", name, good, "lies outside the vocabulary or the horizon")
