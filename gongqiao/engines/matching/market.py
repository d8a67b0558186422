"""One market, seen at one moment: who may do which shift, how well it fits, and why.

A `Market` never changes; `apply` gives a new one and re-examines only the rows that changed. Ids in, ids out.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching import advice, planning
from gongqiao.engines.matching.changes import MarketChange, changed_tables, rescan
from gongqiao.engines.matching.columns import Bool, Int64, check_all
from gongqiao.engines.matching.crowding import Crowding, CrowdingTable, crowding
from gongqiao.engines.matching.errors import KernelMissing, TableError
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.pairs import Pair
from gongqiao.engines.matching.results import Explanation, Recommendations, Suggestion
from gongqiao.engines.matching.scan import Scan, blocks, scan
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.topk import best_positions
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary
from gongqiao.engines.matching.workers import WorkerTable

KERNELS = ("auto", "numpy", "numba")


class Matrix(NamedTuple):
    """Read-only, rows and columns by ascending id. score is computed for infeasible pairs too."""

    worker_ids: Int64  # (W,)
    shift_ids: Int64  # (J,)
    feasible: Bool  # (W, J)
    score: NDArray[np.int32]  # (W, J)


class Market:
    """Build with `Market.build`. An unknown worker or shift id is a KeyError."""

    def __init__(
        self,
        workers: WorkerTable,
        shifts: ShiftTable,
        vocabulary: CapabilityVocabulary,
        scorecard: ScoreCard,
        horizon: Horizon,
        pairs: Scan,
    ) -> None:
        self.workers, self.shifts = workers, shifts
        self.vocabulary, self.scorecard, self.horizon = vocabulary, scorecard, horizon
        self._pairs = pairs
        pairs.feasible.flags.writeable = False
        pairs.score.flags.writeable = False

    @classmethod
    def build(
        cls,
        workers: WorkerTable,
        shifts: ShiftTable,
        vocabulary: CapabilityVocabulary,
        scorecard: ScoreCard,
        horizon: Horizon,
        *,
        kernel: str = "auto",
    ) -> "Market":
        """Examine all pairs: 5 bytes each are kept, so 20 000 x 1 500 take 150 MB. `kernel`: "auto" or "numpy"."""
        _check_kernel(kernel)
        _check_fit(workers, shifts, vocabulary, horizon)
        return cls(workers, shifts, vocabulary, scorecard, horizon, scan(workers, shifts, scorecard))

    def matrix(self) -> Matrix:
        """The whole market, for dispatch policies."""
        return Matrix(self.workers.id, self.shifts.id, self._pairs.feasible, self._pairs.score)

    @cached_property
    def _crowding(self) -> CrowdingTable:
        return crowding(self._pairs.score, self._pairs.feasible, self.shifts.seats)

    def crowding(self) -> dict[int, Crowding]:
        """Price and level of every shift, by id."""
        return {int(shift): self._crowding_of(j) for j, shift in enumerate(self.shifts.id)}

    def shifts_for(self, worker_id: int, k: int, *, ease_crowding: bool = False) -> tuple[Suggestion, ...]:
        """The k best feasible shifts of a worker: by score (less price where crowding is eased), then smaller id."""
        i = self.workers.position(worker_id)
        return self._lists(np.array([i]), k, self._prices(ease_crowding))[worker_id]

    def workers_for(self, shift_id: int, k: int) -> tuple[Suggestion, ...]:
        """The k best feasible workers of a shift: by score, then smaller id."""
        j = self.shifts.position(shift_id)
        return self._shift_lists(np.array([j]), k, self._prices(False))[shift_id]

    def recommend(self, k_shifts: int, k_workers: int, ease_crowding: bool = True) -> Recommendations:
        """Lists for everybody on both sides.

        Easing re-orders only the workers' lists: a shift's own price is the same for all its candidates.
        """
        prices = self._prices(ease_crowding)
        for_workers: dict[int, tuple[Suggestion, ...]] = {int(worker): () for worker in self.workers.id}
        for rows in blocks(len(self.workers), len(self.shifts)):
            for_workers.update(self._lists(rows, k_shifts, prices))
        for_shifts: dict[int, tuple[Suggestion, ...]] = {int(shift): () for shift in self.shifts.id}
        for columns in blocks(len(self.shifts), len(self.workers)):
            for_shifts.update(self._shift_lists(columns, k_workers, prices))
        return Recommendations(for_workers, for_shifts, self.crowding())

    def explain(self, worker_id: int, shift_id: int) -> Explanation:
        """Every factor and every unmet rule of one pair, with the facts."""
        i, j = self.workers.position(worker_id), self.shifts.position(shift_id)
        pair = Pair(self.workers, i, self.shifts, j, self.vocabulary)
        unmet, factors = pair.unmet(), pair.factors(self.scorecard)
        score = sum(factor.points for factor in factors)
        return Explanation(worker_id, shift_id, not unmet, score, factors, unmet, self._crowding_of(j))

    def why_unfilled(self, shift_id: int) -> advice.WhyUnfilled:
        """Where people stop on the way to a shift, and the cheapest single changes that would win some."""
        return advice.why_unfilled(self.workers, self.shifts, self.shifts.position(shift_id), self.vocabulary)

    def nearest_miss(self, worker_id: int) -> advice.NearestMiss | None:
        """For a worker with no feasible shift: the one he comes nearest to. None where he has one, or none exists."""
        return self.nearest_misses([worker_id])[worker_id]

    def nearest_misses(self, worker_ids: Iterable[int]) -> dict[int, advice.NearestMiss | None]:
        """As `nearest_miss`, for many workers in blocks."""
        ids = list(worker_ids)
        rows = np.array([self.workers.position(worker) for worker in ids], dtype=np.int64)
        misses = advice.nearest_misses(self.workers, rows, self.shifts, self.scorecard, self.vocabulary)
        return dict(zip(ids, misses, strict=True))

    def plan(self, rules: planning.PlanRules | None = None) -> planning.DayPlan:
        """Fill the seats together, with a proof: value, upper bound over all feasible pairs, gap."""
        return planning.plan(self._pairs, self.workers, self.shifts, rules or planning.PlanRules())

    def apply(self, changes: Iterable[MarketChange]) -> "Market":
        """A new market after the changes, in order; only new and changed rows are examined again."""
        changes = tuple(changes)
        workers, shifts = changed_tables(self.workers, self.shifts, changes)
        _check_fit(workers, shifts, self.vocabulary, self.horizon)
        before = (self.workers, self.shifts, self._pairs)
        pairs = rescan(before, workers, shifts, self.scorecard, changes)
        return Market(workers, shifts, self.vocabulary, self.scorecard, self.horizon, pairs)

    def _prices(self, ease_crowding: bool) -> Int64:
        return self._crowding.price if ease_crowding else np.zeros(len(self.shifts), dtype=np.int64)

    def _crowding_of(self, j: int) -> Crowding:
        return self._crowding.of(j, int(self.shifts.seats[j]))

    def _lists(self, rows: Int64, k: int, prices: Int64) -> dict[int, tuple[Suggestion, ...]]:
        """Workers' lists, ranked by score - price."""
        score = self._pairs.score[rows]
        best = best_positions(score - prices[None, :], self._pairs.feasible[rows], k)
        lists = {}
        for line, (i, picks) in enumerate(zip(rows.tolist(), best.tolist(), strict=True)):
            worker, points = int(self.workers.id[i]), score[line]
            lists[worker] = tuple(
                Suggestion(worker, int(self.shifts.id[j]), int(points[j]), int(prices[j])) for j in picks if j >= 0
            )
        return lists

    def _shift_lists(self, columns: Int64, k: int, prices: Int64) -> dict[int, tuple[Suggestion, ...]]:
        """Shifts' lists, ranked by score."""
        score = self._pairs.score[:, columns].T
        best = best_positions(score, self._pairs.feasible[:, columns].T, k)
        lists = {}
        for line, (j, picks) in enumerate(zip(columns.tolist(), best.tolist(), strict=True)):
            shift, points, price = int(self.shifts.id[j]), score[line], int(prices[j])
            lists[shift] = tuple(
                Suggestion(int(self.workers.id[i]), shift, int(points[i]), price) for i in picks if i >= 0
            )
        return lists


def _check_kernel(kernel: str) -> None:
    if kernel not in KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(KERNELS)}, got {kernel!r}")
    if kernel == "numba":
        raise KernelMissing('kernel "numba" is not built in: use "numpy" (or "auto"), which gives the same answer')


def _check_fit(workers: WorkerTable, shifts: ShiftTable, vocabulary: CapabilityVocabulary, horizon: Horizon) -> None:
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
