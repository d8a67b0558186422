"""One market, seen at one moment: who may do which shift, how well it fits, and why.

A `Market` never changes; `apply` gives a new one and re-examines only the rows that changed. Ids in, ids out.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching import advice, planning
from gongqiao.engines.matching.changes import MarketChange, UpsertShifts, UpsertWorkers, changed_tables, rescan
from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.courses import Counts, Course, CourseEffect, check_courses, counted, effects, greedy
from gongqiao.engines.matching.crowding import CANDIDATES, Crowding, CrowdingTable, crowding
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.lists import Lists
from gongqiao.engines.matching.means import Means, check_fit, fast
from gongqiao.engines.matching.pairs import Pair
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.results import Explanation, Recommendations, Suggestion
from gongqiao.engines.matching.scan import Scan, blocks, scan
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.topk import best_positions
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary
from gongqiao.engines.matching.workers import WorkerTable

if TYPE_CHECKING:
    from gongqiao.engines.matching.fast.city import City, Prices

AnyTable = TypeVar("AnyTable", WorkerTable, ShiftTable)


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
        tables: tuple[WorkerTable, ShiftTable] | None,
        vocabulary: CapabilityVocabulary,
        scorecard: ScoreCard,
        horizon: Horizon,
        means: Means,
        pairs: Scan | None,
        city: "City | None",
    ) -> None:
        self.vocabulary, self.scorecard, self.horizon = vocabulary, scorecard, horizon
        self._means, self._city = means, city
        self._given_tables, self._given_pairs = tables, pairs

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
        threads: int | None = None,
        memory_bytes: int = 4 * 2**30,
    ) -> "Market":
        """Check that the tables fit and make them ready to be asked.

        `kernel`: "numpy" examines all pairs and keeps 5 bytes of each; "numba" keeps an index and examines pairs when
        asked; "auto" takes numpy up to four million pairs, then numba. The answers are the same to the last bit.
        KernelMissing says what to install; MarketTooLarge says how much beyond `memory_bytes` the market would need.
        `threads` (numba): None = as many as there are processors.
        """
        check_fit(workers, shifts, vocabulary, horizon)
        means = Means(kernel, threads, memory_bytes)
        tables = (workers, shifts)
        if means.is_dense(len(workers), len(shifts)):
            return cls(tables, vocabulary, scorecard, horizon, means, scan(workers, shifts, scorecard), None)
        city = fast().City.of(workers, shifts, scorecard, horizon, threads)
        return cls(tables, vocabulary, scorecard, horizon, means, None, city)

    @cached_property
    def _tables(self) -> tuple[WorkerTable, ShiftTable]:
        if self._given_tables is not None:
            return self._given_tables
        assert self._city is not None, "a market is made from tables or from a city"
        return self._city.tables()

    @property
    def workers(self) -> WorkerTable:
        return self._tables[0]

    @property
    def shifts(self) -> ShiftTable:
        return self._tables[1]

    @cached_property
    def _pairs(self) -> Scan:
        """Both whole matrices, read-only."""
        pairs = self._given_pairs
        if pairs is None:
            self._means.check_dense(len(self.workers), len(self.shifts))
            pairs = scan(self.workers, self.shifts, self.scorecard)
        pairs.feasible.flags.writeable = False
        pairs.score.flags.writeable = False
        return pairs

    def matrix(self) -> Matrix:
        """The whole market, for dispatch policies; MarketTooLarge where it does not fit into the memory granted."""
        return Matrix(self.workers.id, self.shifts.id, self._pairs.feasible, self._pairs.score)

    @cached_property
    def _crowding(self) -> CrowdingTable:
        if self._city is None:
            best = best_positions(self._pairs.score, self._pairs.feasible, CANDIDATES)
            scores = np.take_along_axis(self._pairs.score, np.maximum(best, 0), axis=1).astype(np.int64)
            return crowding(best, scores, self.shifts.seats)
        picks = self._city.all_lists(min(CANDIDATES, len(self.shifts)), 0)[0]
        at = np.where(picks.ids < 0, -1, np.searchsorted(self.shifts.id, picks.ids))
        return crowding(at, picks.values, self.shifts.seats, fast().sell)

    def crowding(self) -> Mapping[int, Crowding]:
        """Price and level of every shift, by id."""
        return {int(shift): self._crowding_of(j) for j, shift in enumerate(self.shifts.id)}

    def crowding_of(self, shift_id: int) -> Crowding:
        """Price and level of one shift."""
        return self._crowding_of(self.shifts.position(shift_id))

    def shifts_for(self, worker_id: int, k: int, *, ease_crowding: bool = False) -> tuple[Suggestion, ...]:
        """The k best feasible shifts of a worker: by score (less price where crowding is eased), then smaller id."""
        if self._city is not None:
            return self._asked_for(worker_id, k, ease_crowding)
        i = self.workers.position(worker_id)
        return self._lists(np.array([i]), k, self._prices(ease_crowding))[worker_id]

    def workers_for(self, shift_id: int, k: int) -> tuple[Suggestion, ...]:
        """The k best feasible workers of a shift: by score, then smaller id."""
        if self._city is not None:
            return tuple(
                Suggestion(worker, shift_id, value, 0) for worker, value in self._city.workers_for(shift_id, k)
            )
        j = self.shifts.position(shift_id)
        return self._shift_lists(np.array([j]), k, self._prices(False))[shift_id]

    def recommend(self, k_shifts: int, k_workers: int, ease_crowding: bool = True) -> Recommendations:
        """Lists for everybody on both sides.

        Easing re-orders only the workers' lists: a shift's own price is the same for all its candidates.
        """
        return Recommendations(*self.lists(k_shifts, k_workers, ease_crowding=ease_crowding), self.crowding())

    def lists(self, k_shifts: int, k_workers: int, *, ease_crowding: bool = False) -> tuple[Lists, Lists]:
        """(workers' lists, shifts' lists), as `recommend` but without the state of crowding, which costs an auction."""
        prices = self._prices(ease_crowding)
        if self._city is not None:
            return self._listed(k_shifts, k_workers, prices)
        mine = [self._lists(rows, k_shifts, prices) for rows in blocks(len(self.workers), len(self.shifts))]
        theirs = [self._shift_lists(rows, k_workers, prices) for rows in blocks(len(self.shifts), len(self.workers))]
        return _joined(self.workers.id, mine, True), _joined(self.shifts.id, theirs, False)

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

    def could_come(self, shift_id: int, *, pay: int) -> int:
        """How many people may do a shift if it paid `pay` (fen per hour)."""
        return advice.could_come(self.workers, self.shifts, self.shifts.position(shift_id), pay)

    def nearest_miss(self, worker_id: int) -> advice.NearestMiss | None:
        """For a worker with no feasible shift: the one he comes nearest to. None where he has one, or none exists."""
        return self.nearest_misses([worker_id])[worker_id]

    def nearest_misses(self, worker_ids: Iterable[int]) -> dict[int, advice.NearestMiss | None]:
        """As `nearest_miss`, for many workers in blocks."""
        ids = list(worker_ids)
        rows = np.array([self.workers.position(worker) for worker in ids], dtype=np.int64)
        misses = advice.nearest_misses(self.workers, rows, self.shifts, self.scorecard, self.vocabulary)
        return dict(zip(ids, misses, strict=True))

    def plan(self, rules: PlanRules | None = None) -> planning.DayPlan:
        """Fill the seats together, with a proof: value, upper bound over all feasible pairs, gap.

        Which solver answers follows from the market and the rules alone, so a day can be replayed; reserved seats,
        first seats and a limit on hours need the compiled kernel at any size. Where the solver of small markets leaves
        a gap the compiled one, if it is there, is asked too, unless `kernel` is "numpy".
        """
        rules = rules or PlanRules()
        if self._city is not None or not rules.is_plain:
            return self._compiled_plan(rules)
        plain = planning.plan(self._pairs, self.workers, self.shifts, rules)
        if plain.bound == plain.value or not self._means.may_compile:
            return plain
        proved = self._compiled_plan(rules)
        return proved if proved.value > plain.value else planning.bounded(plain, min(plain.bound, proved.bound))

    def _compiled_plan(self, rules: PlanRules) -> planning.DayPlan:
        found = fast().day_plan(self._indexed(), self.workers, self.shifts, rules, self.horizon)
        rows = np.column_stack([found.worker, found.shift])
        return planning.answer(self.workers, self.shifts, rows, found.value, found.bound, found.price, found.method)

    def _indexed(self) -> "City":
        """The index, made for the purpose where the market is kept as matrices."""
        if self._city is not None:
            return self._city
        city: City = fast().City.of(self.workers, self.shifts, self.scorecard, self.horizon, self._means.threads)
        return city

    def course_effects(
        self, courses: Sequence[Course], *, least_shifts: int = 1, prices: Mapping[int, int] | None = None
    ) -> list[CourseEffect]:
        """What each course would open, in the order given; `prices` by shift id (a plan's scarcity), None = crowding's.

        A course with a code the vocabulary lacks, or a course given twice, is a TableError.
        """
        counts = self._course_counts(courses, least_shifts, prices)
        return effects(courses, counts, self.shifts.seats)

    def best_courses(self, courses: Sequence[Course], how_many: int, *, least_shifts: int = 1) -> list[tuple[str, int]]:
        """Up to `how_many` courses that together reach most people, each with those it adds."""
        return greedy(courses, self._course_counts(courses, least_shifts, None), how_many)

    def _course_counts(self, courses: Sequence[Course], least_shifts: int, prices: Mapping[int, int] | None) -> Counts:
        check_courses(courses, least_shifts)
        given = [prices[int(shift)] for shift in self.shifts.id] if prices is not None else self._crowding.price
        price = np.array(given, dtype=np.int64)
        if self._city is None:
            return counted(self.workers, self.shifts, self.scorecard, self.vocabulary, courses, price, least_shifts)
        city, whole = self._city, len(self._city.workers) == len(self._city.shifts) == 1
        if (
            not whole
            or len(self.workers) != len(city.workers[0].table)
            or len(self.shifts) != len(city.shifts[0].table)
        ):
            city = fast().City.of(self.workers, self.shifts, self.scorecard, self.horizon, self._means.threads)
        found: Counts = fast().taught(city, self.vocabulary, courses, price, least_shifts)
        return found

    def apply(self, changes: Iterable[MarketChange]) -> "Market":
        """A new market after the changes, in order; only new and changed rows are examined again."""
        changes = tuple(changes)
        for change in changes:
            if isinstance(change, UpsertWorkers):
                check_fit(change.table, _nothing(self.shifts), self.vocabulary, self.horizon)
            elif isinstance(change, UpsertShifts):
                check_fit(_nothing(self.workers), change.table, self.vocabulary, self.horizon)
        if self._city is not None:
            return self._applied(self._city, changes)
        workers, shifts = changed_tables(self.workers, self.shifts, changes)
        self._means.check_dense(len(workers), len(shifts))
        pairs = rescan((self.workers, self.shifts, self._pairs), workers, shifts, self.scorecard, changes)
        return self._with((workers, shifts), pairs, None)

    def _applied(self, city: "City", changes: tuple[MarketChange, ...]) -> "Market":
        """Beside the index where little changed, else with a new one."""
        beside = city.changed(changes)
        if beside is not None:
            return self._with(None, None, beside)
        tables = changed_tables(self.workers, self.shifts, changes)
        again = fast().City.of(*tables, self.scorecard, self.horizon, self._means.threads)
        return self._with(tables, None, again)

    def _with(self, tables: tuple[WorkerTable, ShiftTable] | None, pairs: Scan | None, city: "City | None") -> "Market":
        return Market(tables, self.vocabulary, self.scorecard, self.horizon, self._means, pairs, city)

    def _prices(self, ease_crowding: bool) -> Int64:
        return self._crowding.price if ease_crowding else np.zeros(len(self.shifts), dtype=np.int64)

    def _crowding_of(self, j: int) -> Crowding:
        return self._crowding.of(j, int(self.shifts.seats[j]))

    @cached_property
    def _city_prices(self) -> "Prices":
        """Crowding prices as the city reads them."""
        assert self._city is not None, "only asked where there is a city"
        return self._city.prices(self.shifts.id, self._crowding.price)

    def _asked_for(self, worker_id: int, k: int, ease_crowding: bool) -> tuple[Suggestion, ...]:
        """One worker's list from the index."""
        assert self._city is not None, "only asked where there is a city"
        if not ease_crowding:
            return tuple(Suggestion(worker_id, shift, score, 0) for shift, score in self._city.shifts_for(worker_id, k))
        found = self._city.shifts_for(worker_id, k, self._city_prices)
        price = [int(self._crowding.price[self.shifts.position(shift)]) for shift, _ in found]
        return tuple(
            Suggestion(worker_id, shift, value + paid, paid) for (shift, value), paid in zip(found, price, strict=True)
        )

    def _listed(self, k_shifts: int, k_workers: int, prices: Int64) -> tuple[Lists, Lists]:
        """Both sides' lists from the index."""
        assert self._city is not None, "only asked where there is a city"
        k_shifts, k_workers = min(k_shifts, len(self.shifts)), min(k_workers, len(self.workers))
        eased = self._city.prices(self.shifts.id, prices)
        mine, theirs = self._city.all_lists(k_shifts, k_workers, eased)
        at = np.where(mine.ids < 0, 0, np.searchsorted(self.shifts.id, mine.ids))
        paid = np.where(mine.ids < 0, 0, prices[at]) if len(prices) else np.zeros_like(mine.ids)
        asked = np.broadcast_to(prices[:, None], theirs.ids.shape).copy()
        return (
            Lists(self.workers.id, mine.ids, mine.values + paid, paid, of_workers=True),
            Lists(self.shifts.id, theirs.ids, theirs.values, asked, of_workers=False),
        )

    def _lists(self, rows: Int64, k: int, prices: Int64) -> Lists:
        """Workers' lists, ranked by score - price."""
        score = self._pairs.score[rows].astype(np.int64)
        best = best_positions(score - prices[None, :], self._pairs.feasible[rows], k)
        return _lists_of(self.workers.id[rows], self.shifts.id, best, score, prices[np.maximum(best, 0)], True)

    def _shift_lists(self, columns: Int64, k: int, prices: Int64) -> Lists:
        """Shifts' lists, ranked by score."""
        score = self._pairs.score[:, columns].T.astype(np.int64)
        best = best_positions(score, self._pairs.feasible[:, columns].T, k)
        price = np.broadcast_to(prices[columns][:, None], best.shape).copy()
        return _lists_of(self.shifts.id[columns], self.workers.id, best, score, price, False)


def _lists_of(ids: Int64, others: Int64, best: Int64, score: Int64, prices: Int64, of_workers: bool) -> Lists:
    at = np.maximum(best, 0)
    found = np.where(best < 0, -1, others[at]) if len(others) else np.full(best.shape, -1, dtype=np.int64)
    scores = np.where(best < 0, 0, np.take_along_axis(score, at, axis=1)) if score.size else np.zeros_like(found)
    return Lists(ids, found, scores, prices, of_workers=of_workers)


def _joined(ids: Int64, parts: list[Lists], of_workers: bool) -> Lists:
    if not parts:
        blank = np.full((len(ids), 0), -1, dtype=np.int64)
        return Lists(ids, blank, blank.copy(), blank.copy(), of_workers=of_workers)
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in ("others", "scores", "prices"))
    return Lists(ids, *columns, of_workers=of_workers)


def _nothing(table: AnyTable) -> AnyTable:
    return table.take(np.zeros(0, dtype=np.int64))
