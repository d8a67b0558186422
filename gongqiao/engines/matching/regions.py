"""The same lists, region by region: for more than one process, and for more than one machine.

Workers are cut into strips of equal numbers; each strip takes along every shift that one of its people could reach (the
halo), so his list is whole and the same to the last bit. A shift's list is merged from the strips it lies within reach
of. Whoever maps the work decides where it runs: this process, a pool of processes, or a cluster.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.lists import Lists
from gongqiao.engines.matching.market import Market
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary
from gongqiao.engines.matching.workers import NO_LIMIT, WorkerTable

ENGINES = ("local", "processes")


class Region(NamedTuple):
    """What one piece of work needs; nothing of it is shared."""

    workers: WorkerTable
    shifts: ShiftTable
    vocabulary: CapabilityVocabulary
    card: ScoreCard
    horizon: Horizon
    kernel: str
    k_shifts: int
    k_workers: int


class RegionLists(NamedTuple):
    """Columns of both sides, rows by ascending id of the region's tables."""

    worker_ids: Int64
    shifts: Int64
    shift_scores: Int64
    shift_ids: Int64
    workers: Int64
    worker_scores: Int64


Mapper = Callable[[Callable[[Region], RegionLists], Sequence[Region]], Iterable[RegionLists]]


def solve_region(region: Region) -> RegionLists:
    """Both sides' plain lists of one region; runs anywhere."""
    market = Market.build(
        region.workers, region.shifts, region.vocabulary, region.card, region.horizon, kernel=region.kernel, threads=1
    )
    mine, theirs = market.lists(region.k_shifts, region.k_workers)
    return RegionLists(mine.ids, mine.others, mine.scores, theirs.ids, theirs.others, theirs.scores)


@dataclass(frozen=True)
class RegionalRunner:
    """`engine`: "local" one region after the other, "processes" a pool of `processes` (spawned, never forked).

    `mapper` takes the place of both: anything that maps `solve_region` over regions and keeps their order.
    """

    engine: str = "local"
    regions: int = 16
    processes: int = 2
    kernel: str = "auto"
    mapper: Mapper | None = None

    def __post_init__(self) -> None:
        if self.engine not in ENGINES and self.mapper is None:
            raise ValueError(f"engine must be one of {', '.join(ENGINES)}, or a mapper given; got {self.engine!r}")
        for name in ("regions", "processes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)!r}")

    def lists(
        self,
        workers: WorkerTable,
        shifts: ShiftTable,
        vocabulary: CapabilityVocabulary,
        card: ScoreCard,
        horizon: Horizon,
        k_shifts: int,
        k_workers: int,
    ) -> tuple[Lists, Lists]:
        """As `Market.lists` of the whole, to the last bit."""
        pieces = [
            Region(people, jobs, vocabulary, card, horizon, self.kernel, k_shifts, k_workers)
            for people, jobs in _pieces(workers, shifts, self.regions)
        ]
        found = list(self._mapped(pieces))
        return _workers_lists(workers.id, found, k_shifts), _shifts_lists(shifts.id, found, k_workers)

    def _mapped(self, pieces: Sequence[Region]) -> Iterable[RegionLists]:
        if self.mapper is not None:
            return self.mapper(solve_region, pieces)
        if self.engine == "local":
            return map(solve_region, pieces)
        with ProcessPoolExecutor(self.processes, mp_context=get_context("spawn")) as pool:
            return list(pool.map(solve_region, pieces))


def _pieces(workers: WorkerTable, shifts: ShiftTable, regions: int) -> list[tuple[WorkerTable, ShiftTable]]:
    """Strips from west to east of the people whose reach is bounded; the others, with all shifts, by themselves."""
    bounded = workers.place_known & (workers.max_distance_m != NO_LIMIT)
    order = np.flatnonzero(bounded)[np.argsort(workers.x[bounded], kind="stable")]
    pieces = []
    for strip in np.array_split(order, regions):
        if len(strip):
            rows = np.sort(strip)
            west = int((workers.x[rows] - workers.max_distance_m[rows]).min())
            east = int((workers.x[rows] + workers.max_distance_m[rows]).max())
            near = ~shifts.place_known | ((shifts.x >= west) & (shifts.x <= east))
            pieces.append((workers.take(rows), shifts.take(np.flatnonzero(near))))
    anywhere = np.flatnonzero(~bounded)
    if len(anywhere):
        pieces.append((workers.take(anywhere), shifts))
    return pieces


def _workers_lists(ids: Int64, found: Sequence[RegionLists], k: int) -> Lists:
    others, scores = np.full((len(ids), k), -1, dtype=np.int64), np.zeros((len(ids), k), dtype=np.int64)
    for part in found:
        rows, width = np.searchsorted(ids, part.worker_ids), part.shifts.shape[1]
        others[rows, :width], scores[rows, :width] = part.shifts, part.shift_scores
    return Lists(ids, others, scores, np.zeros_like(scores), of_workers=True)


def _shifts_lists(ids: Int64, found: Sequence[RegionLists], k: int) -> Lists:
    """One region after the other against the best so far: by score, then by the smaller id."""
    others, scores = np.full((len(ids), k), -1, dtype=np.int64), np.zeros((len(ids), k), dtype=np.int64)
    for part in found:
        rows = np.searchsorted(ids, part.shift_ids)
        both = np.concatenate([others[rows], part.workers], axis=1)
        points = np.concatenate([scores[rows], part.worker_scores], axis=1)
        order = np.lexsort((both, -points, both < 0), axis=1)[:, :k]
        others[rows] = np.take_along_axis(both, order, axis=1)
        scores[rows] = np.take_along_axis(points, order, axis=1)
    return Lists(ids, others, scores, np.zeros_like(scores), of_workers=False)
