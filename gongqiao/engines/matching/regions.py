"""The same lists, region by region: for more than one process, and for more than one machine.

Workers are cut into blocks of much the same size; each takes along every shift that one of its people could reach (the
halo), so his list is whole and the same to the last bit. A shift's list is merged from the blocks it lies within reach
of. A plan of the day is agreed upon between the blocks (`regionalplan.py`). Where they are worked on, `hosts.py` says.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.errors import NotByRegions
from gongqiao.engines.matching.horizon import Horizon
from gongqiao.engines.matching.hosts import ENGINES, hosts
from gongqiao.engines.matching.lists import Lists
from gongqiao.engines.matching.market import Market
from gongqiao.engines.matching.means import check_fit, fast
from gongqiao.engines.matching.planrules import PlanRules
from gongqiao.engines.matching.regionalplan import RegionalPlan, plan_regions
from gongqiao.engines.matching.scorecard import ScoreCard
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.vocabulary import CapabilityVocabulary
from gongqiao.engines.matching.workers import NO_LIMIT, WorkerTable

BORDER_METRES = 5000  # to either side of a cut: where few live, little is shared
UNEVEN = 0.25


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
    """`engine`: "local" one region after the other, "processes" a pool of `processes` (spawned, never forked), "ray"
    as many actors of a Ray cluster at `address` (None = a Ray of its own on this machine).

    `mapper` takes the place of all for lists: anything that maps `solve_region` over regions and keeps their order.
    EngineMissing where Ray is asked for and not installed.
    """

    engine: str = "local"
    regions: int = 16
    processes: int = 2
    kernel: str = "auto"
    mapper: Mapper | None = None
    address: str | None = None

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
        check_fit(workers, shifts, vocabulary, horizon)
        pieces = [
            Region(people, jobs, vocabulary, card, horizon, self.kernel, k_shifts, k_workers)
            for people, jobs in cut(workers, shifts, self.regions)
        ]
        if self.mapper is not None:
            found = list(self.mapper(solve_region, pieces))
        else:
            with hosts(self.engine, self.processes, self.address) as where:
                found = list(where.mapped(solve_region, pieces))
        return _workers_lists(workers.id, found, k_shifts), _shifts_lists(shifts.id, found, k_workers)

    def plan(
        self,
        workers: WorkerTable,
        shifts: ShiftTable,
        vocabulary: CapabilityVocabulary,
        card: ScoreCard,
        horizon: Horizon,
        rules: PlanRules | None = None,
    ) -> RegionalPlan:
        """A plan of the day as `Market.plan`, agreed upon between regions, with a bound for the whole market.

        The same regions give the same plan on every engine. KernelMissing without numba; NotByRegions where a shift
        takes place only with a minimum of people.
        """
        check_fit(workers, shifts, vocabulary, horizon)
        check_no_minimum(shifts)
        pieces = [
            (Region(people, jobs, vocabulary, card, horizon, "numba", 0, 0), rules or PlanRules())
            for people, jobs in cut(workers, shifts, self.regions)
        ]
        with hosts(self.engine, self.processes, self.address) as where:
            staff = where.staffed(fast().Desk, pieces)
            return plan_regions(staff, len(pieces), workers, shifts, fast().PARTS_OF_A_POINT)


def check_no_minimum(shifts: ShiftTable) -> None:
    """Regions settle every seat by itself, so none of them can promise that a shift gets its people or nobody."""
    at = np.flatnonzero(shifts.least)
    if len(at):
        least, others = int(shifts.least[at[0]]), f" (and {len(at) - 1} others likewise)" if len(at) > 1 else ""
        raise NotByRegions(
            f"shift {int(shifts.id[at[0]])} takes place only with {least} people or more{others}: a plan made region "
            "by region cannot promise that; plan the market as a whole, or leave the minimum out"
        )


def cut(workers: WorkerTable, shifts: ShiftTable, regions: int) -> list[tuple[WorkerTable, ShiftTable]]:
    """Blocks of people whose reach is bounded, with all they reach; the others, with all shifts, by themselves."""
    bounded = workers.place_known & (workers.max_distance_m != NO_LIMIT)
    pieces = []
    for block in _blocks(workers, np.flatnonzero(bounded), regions):
        rows = np.sort(block)
        near = ~shifts.place_known
        near |= _within(workers.x[rows], workers.max_distance_m[rows], shifts.x) & _within(
            workers.y[rows], workers.max_distance_m[rows], shifts.y
        )
        pieces.append((workers.take(rows), shifts.take(np.flatnonzero(near))))
    anywhere = np.flatnonzero(~bounded)
    if len(anywhere):
        pieces.append((workers.take(anywhere), shifts))
    return pieces


def _blocks(workers: WorkerTable, rows: Int64, regions: int) -> Iterator[Int64]:
    """Across the longer side again and again, where fewest people live at the cut: compact, and little is shared."""
    if regions == 1 or len(rows) < 2:
        if len(rows):
            yield rows
        return
    along = max((workers.x[rows], workers.y[rows]), key=np.ptp)
    order = np.argsort(along, kind="stable")
    middle = _border(along[order], regions)
    first = min(max(round(regions * middle / len(rows)), 1), regions - 1)
    yield from _blocks(workers, rows[order[:middle]], first)
    yield from _blocks(workers, rows[order[middle:]], regions - first)


def _border(along: Int64, regions: int) -> int:
    """How many of the ascending places lie before the cut, `UNEVEN` of them more or less than an equal share."""
    fair = len(along) * (regions // 2) / regions
    least, most = max(1, int(fair * (1 - UNEVEN))), min(len(along) - 1, int(fair * (1 + UNEVEN)))
    at = np.arange(least, max(least, most) + 1)
    between = (along[at] + along[at - 1]) // 2
    crowd = np.searchsorted(along, between + BORDER_METRES) - np.searchsorted(along, between - BORDER_METRES)
    return int(at[np.lexsort((np.abs(at - fair), crowd))[0]])


def _within(where: Int64, reach: Int64, places: Int64) -> Bool:
    near: Bool = (places >= int((where - reach).min())) & (places <= int((where + reach).max()))
    return near


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
